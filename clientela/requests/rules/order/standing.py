"""Where single requests stand, and because of whom: exact, by walking up to everything that waits on them."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clientela.requests.rules.order.scale import (
    FLOOR_BASE,
    MOST_LOG,
    MOST_WAITED,
    TIER_STEP,
    log_on_scale,
    on_scale,
    pace_of,
)
from clientela.requests.rules.order.stakes import SAFETY, WAITED_LONGEST


class CircleInOrderError(ValueError):
    """Requests that wait on each other in a circle have no order: which they are."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.ids = tuple(sorted(ids))
        super().__init__(f"Requests wait on each other in a circle, or behind one: {self.ids}")


@dataclass(frozen=True)
class Waiting:
    """An open request as the order sees it. Raises ValueError for figures that cannot be."""

    id: int
    cost_per_hour: float  # of lateness, > 0, without what waits on it
    tier: int  # as `tier_of` says, without what waits on it
    hours_left: float  # working hours to its due moment by its own provider's calendar, negative when late
    work_hours: float  # expected remaining own work, > 0
    needs: tuple[int, ...] = ()  # what it waits on; ids that are not among the open ones are passed over
    waited_hours: float = 0.0  # since it was asked, by one clock for the whole house: orders what is past its floor
    is_past_floor: bool = False  # has waited as long as the policy lets; tier 1 always has

    def __post_init__(self) -> None:
        figures = (self.cost_per_hour, self.hours_left, self.work_hours, self.waited_hours)
        if not all(map(math.isfinite, figures)) or self.cost_per_hour <= 0 or self.work_hours <= 0:
            raise ValueError(f"Request {self.id}: cost and work must be more than nothing, and every figure finite.")
        if self.tier not in range(SAFETY + 1) or self.waited_hours < 0:
            raise ValueError(f"Request {self.id}: tier {self.tier} or {self.waited_hours} waited hours cannot be.")


@dataclass(frozen=True)
class Standing:
    """Where a request stands, and because of whom.

    The lead is the request whose need makes it as urgent as it is: itself, or one that waits on it. Slack and path
    belong to the lead; the path is the one with most work, for that is the one that decides when the lead can be done.
    """

    urgency: float  # the larger, the sooner
    tier: int
    lead_id: int
    lead_slack_hours: float  # working hours to spare before the lead's due moment, after all work on the path
    path_work_hours: float  # expected remaining work from this request up to the lead, both included
    carried_cost_per_hour: float  # of itself and all that wait on it, each counted once
    carriers: tuple[int, ...]  # all that wait on it, directly or through others, dearest first
    path_ids: tuple[int, ...]  # from itself to the lead
    tier_id: int  # the request that gives it its tier (and its floor)


def waiting_on(everybody: Mapping[int, Waiting]) -> dict[int, list[int]]:
    """Who waits directly on each, in rising order."""
    found: dict[int, list[int]] = {}
    for one in everybody.values():
        for needed in set(one.needs):
            if needed in everybody:
                found.setdefault(needed, []).append(one.id)
    for ids in found.values():
        ids.sort()
    return found


def standing_of(
    ids: Iterable[int],
    everybody: Mapping[int, Waiting],
    *,
    mean_work_hours: float,
    look_ahead: float,
    needed_by: Mapping[int, Sequence[int]] | None = None,
) -> dict[int, Standing]:
    """Where each of some requests stands, by walking up to everything that waits on it.

    The index is the largest, over itself and all that wait on it, of (w_a / p_own) · exp(-slack_a⁺ / (k · p̄)): the
    apparent tardiness cost of Vepsalainen and Morton (1987), with the slack of whoever waits. Where several paths lead
    to the same one, that with most work counts: it decides when that one can be done.

    `everybody` must hold all that wait on them; `needed_by` (see `waiting_on`) saves turning the links around.
    `mean_work_hours`, p̄, is one figure for the whole house, so that urgencies of all departments are the same kind of
    number; as it moves all of them, it is kept between two rankings of the whole house.

    Raises KeyError for an id that is not there, CircleInOrderError, ValueError for a p̄ or k that is not more than 0.
    """
    pace = pace_of(mean_work_hours=mean_work_hours, look_ahead=look_ahead)
    upward = waiting_on(everybody) if needed_by is None else needed_by
    figures: dict[int, _Figures] = {}
    return {each: _standing(each, everybody, upward, figures, pace) for each in ids}


def top_of(one: Waiting) -> float:
    """The tier and floor of a request as a number: what travels down the chain, the largest first."""
    if one.tier == WAITED_LONGEST or one.is_past_floor:
        tier = max(one.tier, WAITED_LONGEST)
        return tier * TIER_STEP + FLOOR_BASE + min(float(on_scale(one.waited_hours)), MOST_WAITED)
    return one.tier * TIER_STEP


class _Figures(NamedTuple):
    """A request's own figures on the scale; work and what is left to its due moment in units of k · p̄."""

    log_cost: float
    log_work: float
    left: float
    work: float
    top: float


def _figures_of(some: Sequence[Waiting], pace: float) -> Iterator[tuple[int, _Figures]]:
    costs, works, left = np.array([(one.cost_per_hour, one.work_hours, one.hours_left) for one in some]).T
    columns = (log_on_scale(costs), log_on_scale(works), on_scale(left / pace), on_scale(works / pace))
    for one, row in zip(some, np.column_stack(columns).tolist(), strict=True):
        log_cost, log_work, units_left, units = row
        yield one.id, _Figures(log_cost, log_work, units_left, units, top_of(one))


def _standing(
    own: int,
    everybody: Mapping[int, Waiting],
    upward: Mapping[int, Sequence[int]],
    figures: dict[int, _Figures],
    pace: float,
) -> Standing:
    open_needs = _all_that_wait(own, upward)
    if missing := [everybody[each] for each in open_needs if each not in figures]:
        figures.update(_figures_of(missing, pace))
    paths = _longest_paths(own, upward, figures, open_needs)
    # A tie goes to itself, then to whose lateness costs most, then to whoever asked first.
    best, lead = max(
        ((_term(figures[each], work), each == own, figures[each].log_cost, -each), each)
        for each, (work, _) in paths.items()
    )
    highest = max(paths, key=lambda each: (figures[each].top, each == own, -each))
    top = figures[highest].top
    index = min(max(best[0] - figures[own].log_work, -MOST_LOG), MOST_LOG)
    path = [lead]
    while path[-1] != own:
        path.append(paths[path[-1]][1])
    path_work = math.fsum(everybody[each].work_hours for each in path)
    carriers = sorted((each for each in paths if each != own), key=lambda each: (-everybody[each].cost_per_hour, each))
    return Standing(
        urgency=top if top % TIER_STEP > 0 else top + index,
        tier=int(top // TIER_STEP),
        lead_id=lead,
        lead_slack_hours=everybody[lead].hours_left - path_work,
        path_work_hours=path_work,
        carried_cost_per_hour=math.fsum(everybody[each].cost_per_hour for each in paths),
        carriers=tuple(carriers),
        path_ids=tuple(reversed(path)),
        tier_id=highest,
    )


def _term(its: _Figures, path_work: float) -> float:
    """The logarithm of w · exp(-slack⁺ / (k · p̄)), which is w itself when there is nothing to spare."""
    return min(its.log_cost, its.log_cost - its.left + path_work)


def _all_that_wait(own: int, upward: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Itself and all that wait on it, each with how many of these it needs."""
    open_needs = {own: 0}
    ahead = [own]
    while ahead:
        for waiting in upward.get(ahead.pop(), ()):
            if waiting not in open_needs:
                open_needs[waiting] = 0
                ahead.append(waiting)
            open_needs[waiting] += 1
    return open_needs


def _longest_paths(
    own: int, upward: Mapping[int, Sequence[int]], figures: Mapping[int, _Figures], open_needs: dict[int, int]
) -> dict[int, tuple[float, int]]:
    """For itself and all that wait on it: the most work on a path from itself, and the step before on that path."""
    paths = {own: (figures[own].work, own)}
    ahead = [own] if open_needs[own] == 0 else []
    reckoned = 0
    while ahead:
        below = ahead.pop()
        reckoned += 1
        work = paths[below][0]
        for waiting in upward.get(below, ()):
            # More work first; of equals the step that was asked first.
            step = (work + figures[waiting].work, below)
            known = paths.get(waiting)
            if known is None or (step[0], -below) > (known[0], -known[1]):
                paths[waiting] = step
            open_needs[waiting] -= 1
            if open_needs[waiting] == 0:
                ahead.append(waiting)
    if reckoned < len(open_needs):
        raise CircleInOrderError(each for each in open_needs if open_needs[each] > 0)
    return paths
