"""Who works in a replay: teams with as many hands as the work needs, and how fast they are.

A log shows work, not how many hands there were, and only a part of what those hands did. So each team gets the fewest
whole hands that can do its hands-on work, and a pace such that first come first served keeps its people as busy as is
usual: on average a request then waits `wait_ratio` times as long as it takes (4 is what one pair of hands at 80 % use
gives; with n hands it is divided by the root of n). The pace follows how much comes in, slowly, as hours of people do:
who has twice the work for a month finds more time for it. Teams with so little work that they never have a queue are
taken together as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.replays.events import Note
from clientela.requests.rules.replays.stays import Work

USUAL_USE = 0.8
FEWEST_OPERATIONS = 50
NEAR = 40  # the pace follows so many neighbouring arrivals
SLOWEST, QUICKEST = 0.05, 20.0
MOST_TRIED = 20_000  # so many operations are enough to find a pace
SMALL = "small teams"
CORE_SPAN_HOURS = 28 * 24.0
CORE_SHARE = 0.25


@dataclass(frozen=True)
class Staffing:
    """For each operation its team in the replay and how long it takes there; for each team its hands."""

    team: NDArray[np.int32]
    hours: NDArray[np.float64]
    names: list[str]
    hands: list[int]


def staffed(work: Work, *, wait_ratio: float, notes: list[Note]) -> Staffing:
    """Give every operation a team with hands, and hours at that team's pace."""
    counts = np.bincount(work.team, minlength=len(work.teams))
    is_small = counts < FEWEST_OPERATIONS
    small = [name for name, few, count in zip(work.teams, is_small, counts, strict=True) if few and count]
    team = work.team.copy()
    names = list(work.teams)
    if (small and len(small) < int((counts > 0).sum())) or len(small) > 1:
        names.append(SMALL)
        team[is_small[team]] = len(names) - 1
        notes.append(
            Note("small_teams",
                 f"{len(small):,} teams with fewer than {FEWEST_OPERATIONS} operations have no queue of their own; "
                 f"they share hands in the replay as «{SMALL}».", len(small))
        )  # fmt: skip
    hours = work.hours.copy()
    hands = [1] * len(names)
    for number in np.unique(team).tolist():
        chosen = np.flatnonzero(team == number)
        chosen = chosen[np.argsort(work.at_hours[chosen], kind="stable")]
        hands[number], hours[chosen] = _paced(work.at_hours[chosen], work.hours[chosen], wait_ratio)
    return Staffing(team, hours, names, hands)


def _paced(at: NDArray[np.float64], hours: NDArray[np.float64], wait_ratio: float) -> tuple[int, NDArray[np.float64]]:
    """Give the hands of one team and the hours of its operations, in the order in which they came."""
    span = float(at[-1] - at[0])
    if len(at) < 2 or span <= 0:  # noqa: PLR2004 -- one alone has no queue
        return 1, hours
    hands = max(1, ceil(float(hours.sum()) / span / USUAL_USE))
    paced = hours * _pace(at)
    middle = slice(max(0, (len(at) - MOST_TRIED) // 2), None)
    tried_at, tried = at[middle][:MOST_TRIED].tolist(), paced[middle][:MOST_TRIED]
    mean = float(tried.mean())
    low, high = 1e-4, 1e6
    for _ in range(26):
        pace = sqrt(low * high)
        if _mean_wait(tried_at, (tried * pace).tolist(), hands) > wait_ratio / sqrt(hands) * mean * pace:
            high = pace
        else:
            low = pace
    return hands, paced * low


def _pace(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell how much longer than on average things may take where little comes in, and shorter where much does."""
    count = len(at)
    if count <= NEAR:
        return np.ones(count)
    low = np.clip(np.arange(count) - NEAR // 2, 0, count - 1 - NEAR)
    spans = np.maximum(at[low + NEAR] - at[low], 1.0)
    usual = (at[-1] - at[0]) / count * NEAR
    return np.asarray(np.clip(spans / usual, SLOWEST, QUICKEST))


def _mean_wait(at: Sequence[float], hours: Sequence[float], hands: int) -> float:
    """Tell how long one waits on average when first come is first served."""
    free = [0.0] * hands
    free[:] = [at[0]] * hands
    heapify(free)
    waited = 0.0
    for came, length in zip(at, hours, strict=True):
        start = max(free[0], came)
        waited += start - came
        heapreplace(free, start + length)
    return waited / len(at)


def core_start(arrives: NDArray[np.float64]) -> float:
    """Tell where the thin beginning of a log ends: where four weeks bring a quarter of what the busiest four bring.

    An extract holds whoever was open when it was made, and of the time before only those who were late: what happened
    then cannot be replayed, because most of it is not there. `arrives` in rising order.
    """
    within = np.searchsorted(arrives, arrives + CORE_SPAN_HOURS) - np.arange(len(arrives))
    return float(arrives[np.argmax(within >= CORE_SHARE * within.max())])


def from_core_on(work: Work, notes: list[Note]) -> Work:
    """Leave out the cases of the thin beginning."""
    start = core_start(work.arrives_hours)
    cut = int(np.searchsorted(work.arrives_hours, start))
    if not cut:
        return work
    notes.append(
        Note("thin_beginning", f"{cut:,} cases from the thin beginning of the log, where most of the work of that time "
                               "is not in it, were left out of the replay.", cut)
    )  # fmt: skip
    return cases_of(work, slice(cut, None))


def cases_of(work: Work, chosen: slice) -> Work:
    """Give the work of some neighbouring cases only."""
    cases = range(*chosen.indices(len(work.case)))
    since, until = int(work.first[cases.start]), int(work.first[cases.stop])
    parent = np.where(work.parent[chosen] >= cases.start, work.parent[chosen] - cases.start, -1)
    return Work(
        team=work.team[since:until],
        kind=work.kind[since:until],
        hours=work.hours[since:until],
        delay_hours=work.delay_hours[since:until],
        at_hours=work.at_hours[since:until],
        first=work.first[cases.start : cases.stop + 1] - since,
        case=work.case[chosen],
        arrives_hours=work.arrives_hours[chosen],
        last_hours=work.last_hours[chosen],
        priority=work.priority[chosen],
        due_hours=work.due_hours[chosen],
        parent=np.where(parent < len(cases), parent, -1),
        teams=work.teams,
        manner=work.manner,
    )
