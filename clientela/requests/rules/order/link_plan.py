"""Who waits on whom, laid out for the whole house: level by level, those on whose work nobody waits further first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Indices = NDArray[np.intp]


class CircleInLinksError(ValueError):
    """Links that lead back to where they began: the places (indices) in circles, or behind one."""

    def __init__(self, places: Indices) -> None:
        self.places = tuple(places.tolist())
        super().__init__(f"{len(self.places)} requests wait on each other in a circle, or behind one.")


@dataclass(frozen=True)
class LinkPlan:
    """The links of a house of `count` requests; it holds as long as no request or link comes or goes.

    Requests are numbered anew by level: level 0 are those on which nobody waits, and whoever waits on a request has a
    lower level than it. Links are in the order of the level of what is needed.
    """

    count: int
    order: Indices  # the given place of each new number
    node_ends: tuple[int, ...]  # where each level ends among the requests
    waiting: Indices  # of each link, new numbers
    needed: Indices
    link_ends: tuple[int, ...]  # where each level ends among the links

    @property
    def depth(self) -> int:
        """How many levels there are: the requests on the longest chain."""
        return len(self.node_ends)


def link_plan(count: int, *, waiting: ArrayLike, needed: ArrayLike) -> LinkPlan:
    """The plan for links given as two equally long lists of places, from 0 to `count` - 1.

    Raises ValueError for places that are not there, CircleInLinksError.
    """
    above = np.asarray(waiting, dtype=np.intp)
    below = np.asarray(needed, dtype=np.intp)
    if above.shape != below.shape or above.ndim != 1:
        raise ValueError("Links need as many waiting as needed.")
    if above.size and (min(above.min(), below.min()) < 0 or max(above.max(), below.max()) >= count):
        raise ValueError("A link names a place that is not there.")
    levels, depth = _levels(count, above, below)
    order = np.argsort(levels, kind="stable")
    new_numbers = np.empty(count, dtype=np.intp)
    new_numbers[order] = np.arange(count)
    link_levels = levels.take(below)
    in_turn = np.argsort(link_levels, kind="stable")
    return LinkPlan(
        count=count,
        order=order,
        node_ends=tuple(np.cumsum(np.bincount(levels, minlength=depth)).tolist()),
        waiting=new_numbers.take(above.take(in_turn)),
        needed=new_numbers.take(below.take(in_turn)),
        link_ends=tuple(np.cumsum(np.bincount(link_levels, minlength=depth)).tolist()),
    )


def _levels(count: int, above: Indices, below: Indices) -> tuple[NDArray[np.int16 | np.int32], int]:
    """Of each the length of the longest chain that waits on it, and how many levels there are."""
    levels = np.zeros(count, dtype=np.int32)
    is_open = np.zeros(count, dtype=np.bool_)
    depth = 1 if count else 0
    while above.size:
        # Whatever is still needed by one of the level before lies at least a level further down.
        is_open[:] = False
        is_open[below] = True
        goes_on = is_open.take(above)
        if goes_on.all():
            raise CircleInLinksError(np.flatnonzero(is_open))
        np.putmask(levels, is_open, depth)
        depth += 1
        above, below = above[goes_on], below[goes_on]
    # Sorting sixteen bits is many times faster than sorting more, and chains are not that long.
    return (levels.astype(np.int16) if depth < np.iinfo(np.int16).max else levels), depth
