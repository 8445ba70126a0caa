"""Whose turn it is, for the whole house at once, in arrays: the figures of `standing_of` to the last bit.

Going down a level, a waiting request's slack shrinks by the work of what it waits on, so its term

    min(log w, log w - slack / (k · p̄))

rises until it stands at log w. The largest of many such terms is not one number that could be handed down: what is
behind now may be ahead two levels further, when the first has come to its top. So each request hands down

- the dearest of those that have come to their top, as one number;
- of those that still rise, the highest, as two numbers: how high it stands, and its top;
- and the few behind it that could still pass it: those with a higher top, and near enough that the work which
  remains on the longest chain below could lift them past. They are rare, so they lie in lists beside the arrays.

Nothing is cut off, so the result is exact for any links and any figures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clientela.requests.rules.order.link_plan import Indices, LinkPlan, link_plan
from clientela.requests.rules.order.scale import (
    FLOOR_BASE,
    MOST_LOG,
    MOST_WAITED,
    TIER_STEP,
    Floats,
    log_on_scale,
    on_scale,
    pace_of,
)
from clientela.requests.rules.order.stakes import SAFETY, WAITED_LONGEST

_NONE = -np.inf

# What is handed down a level, a row each: to whom, what has come to its top, how high the rest stands, and its top.
_Come = tuple[Indices, Floats, Floats, Floats]


def urgencies(
    *,
    cost_per_hour: ArrayLike,
    tier: ArrayLike,
    hours_left: ArrayLike,
    work_hours: ArrayLike,
    waiting: ArrayLike,
    needed: ArrayLike,
    mean_work_hours: float,
    look_ahead: float,
    waited_hours: ArrayLike | None = None,
    is_past_floor: ArrayLike | None = None,
    plan: LinkPlan | None = None,
) -> Floats:
    """The urgency of every open request, the larger the sooner; fields as in `Waiting`, one row a request.

    `waiting` and `needed` are the links as places in those arrays. A `plan` made of the same links by `link_plan` saves
    laying them out again; then `waiting` and `needed` are not looked at.
    Raises ValueError for figures that cannot be, CircleInLinksError.
    """
    pace = pace_of(mean_work_hours=mean_work_hours, look_ahead=look_ahead)
    cost, left, work = (np.asarray(each, dtype=np.float64) for each in (cost_per_hour, hours_left, work_hours))
    if not (np.isfinite(cost).all() and np.isfinite(left).all() and np.isfinite(work).all()):
        raise ValueError("Every figure must be finite.")
    if not ((cost > 0).all() and (work > 0).all()):
        raise ValueError("Cost and work must be more than nothing.")
    if plan is None:
        plan = link_plan(cost.size, waiting=waiting, needed=needed)
    elif plan.count != cost.size:
        raise ValueError(f"The plan is of {plan.count} requests, not of {cost.size}.")
    top = _tops(tier, waited_hours, is_past_floor).take(plan.order)
    log_cost = log_on_scale(cost).take(plan.order)
    units = on_scale(work / pace).take(plan.order)
    terms = _largest_terms(plan, log_cost, on_scale(left / pace).take(plan.order), units)
    figure = np.clip(terms - log_on_scale(work).take(plan.order), -MOST_LOG, MOST_LOG)
    if top.any():
        for _, links in _levels(plan):
            np.maximum.at(top, plan.needed[links], top.take(plan.waiting[links]))
        has_floor = top > np.floor(top / TIER_STEP) * TIER_STEP
        figure = np.where(has_floor, top, top + figure)
    found = np.empty(plan.count)
    found[plan.order] = figure
    return found


def _tops(tier: ArrayLike, waited_hours: ArrayLike | None, is_past_floor: ArrayLike | None) -> Floats:
    """Tier and floor as one number, as `top_of` has it."""
    tiers = np.asarray(tier, dtype=np.int64)
    if ((tiers < 0) | (tiers > SAFETY)).any():
        raise ValueError(f"A tier lies from 0 to {SAFETY}.")
    past = tiers == WAITED_LONGEST
    if is_past_floor is not None:
        past |= np.asarray(is_past_floor, dtype=np.bool_)
    tops = np.multiply(tiers, TIER_STEP, dtype=np.float64)
    if past.any():
        waited = np.zeros(tiers.size) if waited_hours is None else np.asarray(waited_hours, dtype=np.float64)
        if not (waited >= 0).all():
            raise ValueError("Nothing has waited less than no time.")
        floors = FLOOR_BASE + np.minimum(on_scale(waited), MOST_WAITED)
        tops = np.where(past, np.maximum(tiers, WAITED_LONGEST) * TIER_STEP + floors, tops)
    return tops


def _levels(plan: LinkPlan) -> list[tuple[slice, slice]]:
    """The requests and the links of each level below the first."""
    return [
        (slice(*nodes), slice(*links))
        for nodes, links in zip(
            zip(plan.node_ends, plan.node_ends[1:], strict=False),
            zip(plan.link_ends, plan.link_ends[1:], strict=False),
            strict=True,
        )
    ]


@dataclass
class _Behind:
    """Those that still rise, are not the highest, and may yet pass it: lists one after the other, one a request."""

    heights: Floats
    roofs: Floats
    starts: Indices  # of each request, where its list begins
    counts: Indices

    def handed_down(self, waiting: Indices, needed: Indices) -> _Come:
        """What lies with the waiting, once for each link, and for whom."""
        counts = self.counts[waiting]
        links = np.flatnonzero(counts)
        counts = counts[links]
        firsts = self.starts[waiting[links]] - (np.cumsum(counts) - counts)
        places = np.arange(counts.sum()) + np.repeat(firsts, counts)
        heights = self.heights[places]
        return np.repeat(needed[links], counts), np.full_like(heights, _NONE), heights, self.roofs[places]

    def keep(self, owners: Indices, heights: Floats, roofs: Floats) -> None:
        """Add the lists of a level, each without those that another of the same list will always be ahead of."""
        if not owners.size:
            return
        turn = np.lexsort((-roofs, -heights, owners))
        owners, heights, roofs = owners[turn], heights[turn], roofs[turn]
        _, ranks = np.unique(roofs, return_inverse=True)
        # Lists one after the other on a stair whose steps no rank can climb: one running maximum serves them all.
        stair = owners * (roofs.size + 1) + ranks
        is_new = np.ones(owners.size, dtype=np.bool_)
        is_new[1:] = stair[1:] > np.maximum.accumulate(stair)[:-1]
        owners, heights, roofs = owners[is_new], heights[is_new], roofs[is_new]
        begins = np.flatnonzero(np.diff(owners, prepend=-1))
        self.starts[owners[begins]] = begins + self.heights.size
        self.counts[owners[begins]] = np.diff(begins, append=owners.size)
        self.heights = np.concatenate((self.heights, heights))
        self.roofs = np.concatenate((self.roofs, roofs))


def _largest_terms(plan: LinkPlan, log_cost: Floats, left: Floats, units: Floats) -> Floats:
    """For each the largest term over itself and all that wait on it; everything in the plan's numbers, on the scale."""
    levels = _levels(plan)
    below = np.zeros(plan.count)  # the most work on a chain below, without its own
    chains = units.copy()  # the same with its own
    for nodes, links in reversed(levels):
        chains[nodes] += below[nodes]
        np.maximum.at(below, plan.waiting[links], chains.take(plan.needed[links]))
    is_up = left <= units
    topped = np.where(is_up, log_cost, _NONE)
    height = np.where(is_up, _NONE, log_cost - left + units)
    roof = np.where(is_up, _NONE, log_cost)
    none = np.zeros(plan.count, dtype=np.intp)
    behind = _Behind(np.empty(0), np.empty(0), none, none.copy())
    for nodes, links in levels:
        waiting, needed = plan.waiting[links], plan.needed[links]
        own_height, own_roof = height[nodes].copy(), roof[nodes].copy()
        comes = [(needed, topped.take(waiting), height.take(waiting), roof.take(waiting))]
        if behind.heights.size:
            comes.append(behind.handed_down(waiting, needed))
        for whose, tops, heights, roofs in comes:
            np.add(heights, units.take(whose), out=heights)
            has_come_up = heights >= roofs
            np.maximum.at(topped, whose, np.maximum(tops, np.where(has_come_up, roofs, _NONE)))
            np.putmask(heights, has_come_up, _NONE)
            np.maximum.at(height, whose, heights)
        roof[nodes] = np.where(own_height == height[nodes], own_roof, _NONE)
        for whose, _, heights, roofs in comes:
            np.maximum.at(roof, whose, np.where(heights == height.take(whose), roofs, _NONE))
        # Who could still pass: only where the highest may come to its top below here.
        limit = np.maximum(topped[nodes], roof[nodes])
        can_be_passed = height[nodes] + below[nodes] > limit
        if can_be_passed.any():
            own = np.arange(nodes.start, nodes.stop)
            comes.append((own, limit, own_height, own_roof))
            candidates = [_could_pass(each, nodes.start, limit, can_be_passed, below) for each in comes]
            behind.keep(*(np.concatenate(each) for each in zip(*candidates, strict=True)))
    return np.maximum(topped, height)


def _could_pass(
    come: _Come, first: int, limit: Floats, can_be_passed: NDArray[np.bool_], below: Floats
) -> tuple[Indices, Floats, Floats]:
    """Of what came to a level, which with a higher roof than the highest could come to it: whose, heights, roofs."""
    whose, _, heights, roofs = come
    few = np.flatnonzero(can_be_passed.take(whose - first))
    whose, heights, roofs = whose[few], heights[few], roofs[few]
    at_most = limit.take(whose - first)
    is_kept = (roofs > at_most) & (heights + below.take(whose) > at_most)
    return whose[is_kept], heights[is_kept], roofs[is_kept]
