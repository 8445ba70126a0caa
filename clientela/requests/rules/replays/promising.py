"""Promises for a log that has none, made as one would: from how long such cases took before, and nothing later.

`tight` promises what two in three earlier cases of the kind kept under first come first served, `loose` what nine in
ten kept. A kind is the team where the case begins and its priority, leaning on the team and on all where it is rare.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

SHARES = {"tight": 2 / 3, "loose": 0.9}
MEMORY = 300  # the last so many of a kind
LEANS = 20.0  # what is rarer than that leans on what is above it


class RunningShare:
    """The stay within which a share of the last cases of each group ended, leaning from the group on all."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.last: dict[object, deque[float]] = {}
        self.ordered: dict[object, list[float]] = {}

    def add(self, groups: Sequence[object], stay: float) -> None:
        """One more has ended, in these groups, the widest first."""
        for group in groups:
            last = self.last.setdefault(group, deque())
            ordered = self.ordered.setdefault(group, [])
            if len(last) >= MEMORY:
                del ordered[bisect_left(ordered, last.popleft())]
            last.append(stay)
            insort(ordered, stay)

    def told(self, groups: Sequence[object]) -> float | None:
        """Tell the stay; None before anything has ended."""
        told = None
        for group in groups:
            ordered = self.ordered.get(group)
            if ordered:
                place = self.share * (len(ordered) - 1)
                low = int(place)
                high = min(low + 1, len(ordered) - 1)
                own = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
                told = own if told is None else (len(ordered) * own + LEANS * told) / (len(ordered) + LEANS)
        return told


def promised_stays(
    arrives: NDArray[np.float64],
    ended: NDArray[np.float64],
    stay: NDArray[np.float64],
    groups: Sequence[Sequence[object]],
    *,
    share: float,
) -> NDArray[np.float64]:
    """Give for each case, in the order of arrival, the stay it is promised: from those that had ended before it came.

    Before anything has ended there is nothing to promise by: the first cases get no promise (NaN).
    """
    running = RunningShare(share)
    waiting: list[tuple[float, int]] = []
    promised = np.full(len(arrives), np.nan)
    for place, came in enumerate(arrives.tolist()):
        while waiting and waiting[0][0] < came:
            done = heappop(waiting)[1]
            running.add(groups[done], float(stay[done]))
        told = running.told(groups[place])
        promised[place] = np.nan if told is None else told
        heappush(waiting, (float(ended[place]), place))
    return promised
