"""How much of the time that somebody has a request is hands-on work: what makes the queue as long as it was.

No journal says how long hands were on something, only how long somebody had it; and people have several things at once.
But so much work for so many people makes so long a wait (Erlang C), and the wait is known. So the house is played as it
would be, its waits are held against those that were, and Erlang's formula says by how much the work is off; a few times
over, since what one department does changes what comes to the others, and real weeks are not as even as a formula.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from clientela.network.simulation.analytic import erlang_c
from clientela.network.simulation.ciw_runs import played
from clientela.network.simulation.house import (
    NO_DELAY,
    WEEK_HOURS,
    Assumption,
    Delay,
    Department,
    Hours,
    House,
    Seen,
    Service,
    spread,
    usual_work,
)

ROUNDS = 6
SHORTEST_WEEKS, LONGEST_WEEKS = 4, 24
ENOUGH_REQUESTS = 12_000  # in a run; a large house needs fewer weeks to show its waits
WARM_UP_WEEKS = 3
SEEDS = (101, 102)
LEAST_SHARE, MOST_SHARE = 0.02, 1.0
HIGHEST_USE = 0.97
CLOSE = 0.1  # a wait that is off by less is as good as chance allows
SHORT_WAIT = 0.05  # hours; below it nothing can be learned from a wait
BOLDEST = 1.6  # the largest change of the work from one round to the next


@dataclass(frozen=True, slots=True)
class _Round:
    """What one round of playing gave for one department."""

    wait: float  # mean until somebody first took it
    second_wait: float  # mean until somebody took it again, over all its requests
    use: float


_Best = tuple[float, float, float, _Round]  # how far off, share, second wait, what was played


def calibrated(house: House) -> House:
    """The house with hands-on work that makes its waits, and the rest of the time that somebody had things as lying."""
    held = {service.key: service for service in house.services}
    seen = {row.department_id: row for row in house.seen}
    departments = {department.id: department for department in house.departments}
    shares = {department.id: _first_share(house, department) for department in house.departments}
    seconds = dict.fromkeys(shares, 0.0)
    best: dict[int, _Best] = {}
    for _ in range(ROUNDS):
        outcome = _round(_shared(house, held, shares, seconds))
        for department_id, was in outcome.items():
            real = seen[department_id].wait_mean or 0.0
            miss = abs(was.wait - real) / max(real, SHORT_WAIT)
            if department_id not in best or miss < best[department_id][0]:
                best[department_id] = (miss, shares[department_id], seconds[department_id], was)
            seconds[department_id] = was.second_wait
            shares[department_id] = _next_share(shares[department_id], real, was, departments[department_id])
    shares |= {department_id: found[1] for department_id, found in best.items()}
    seconds |= {department_id: found[2] for department_id, found in best.items()}
    fitted = _shared(house, held, shares, seconds)
    return replace(
        fitted,
        assumptions=(*house.assumptions, *_assumed(shares, seen, best)),
        seen=tuple(
            replace(row, use=best[row.department_id][3].use if row.department_id in best else None)
            for row in house.seen
        ),
    )


def _first_share(house: House, department: Department) -> float:
    """A start: the share that would keep its people busy three quarters of their time."""
    held = sum(
        row.arrivals_a_week * _mean_held(house, department.id)
        for row in house.seen
        if row.department_id == department.id
    )
    return float(np.clip(0.75 * department.people_hours / held, LEAST_SHARE, MOST_SHARE)) if held > 0 else MOST_SHARE


def _mean_held(house: House, department_id: int) -> float:
    means = [service.hands.mean for service in house.services if service.department_id == department_id]
    return float(np.mean(means)) if means else 0.0


def _shared(
    house: House, held: Mapping[str, Service], shares: Mapping[int, float], seconds: Mapping[int, float]
) -> House:
    """The house if so much of the time that somebody had things was work; for the rest of it they lie."""
    services = []
    for service in held.values():
        share = shares[service.department_id]
        hands = _evened(service.hands, share)
        lying = service.hands.mean * (1 - share) - seconds[service.department_id]
        if lying <= SHORT_WAIT:
            has_second = bool(service.asks) or service.customer.share > 0 or service.date.share > 0
            first = service.first_share if has_second else 1.0
            services.append(replace(service, hands=hands, lying=NO_DELAY, first_share=first))
        else:
            rest = Delay(1.0, service.hands.times(lying / service.hands.mean))
            services.append(replace(service, hands=hands, lying=rest))
    return replace(house, services=tuple(services))


def _evened(held: Hours, share: float) -> Hours:
    """The hands-on part: the smaller it is, the less it spreads as the whole, and the more as work usually does."""
    if isinstance(held.shape, str):
        return held.times(share)
    usual = usual_work(len(held.shape))
    shape = share * np.asarray(held.shape) + (1 - share) * np.asarray(usual)
    return Hours(held.mean * share, spread(shape))


def _round(house: House) -> dict[int, _Round]:
    """Play it, a pair of runs for each seed; what comes in the warm-up is not counted."""
    a_week = sum(row.arrivals_a_week for row in house.seen)
    counted_weeks = int(min(max(ENOUGH_REQUESTS / max(a_week, 1), SHORTEST_WEEKS), LONGEST_WEEKS))
    weeks = WARM_UP_WEEKS + counted_weeks
    since = WARM_UP_WEEKS * WEEK_HOURS
    count = len(house.departments)
    first, second = np.zeros((count, 2)), np.zeros(count)
    hands = np.zeros(count)
    for seed in SEEDS:
        for is_antithetic in (False, True):
            run = played(house, seed=seed, weeks=weeks, antithetic=is_antithetic)
            for place in range(count):
                visits = [visit for visit in run.visits if visit[0] == place and visit[2] >= since]
                if not visits:
                    continue
                opening = run.openings[place]
                moments = np.asarray([(visit[2], visit[3]) for visit in visits])
                waits = np.diff(opening.worked(moments), axis=1)[:, 0]
                is_first = np.asarray([visit[5] for visit in visits])
                first[place] += waits[is_first].sum(), is_first.sum()
                second[place] += waits[~is_first].sum()
                hands[place] += sum(visit[4] for visit in visits)
    played_weeks = counted_weeks * len(SEEDS) * 2
    return {
        department.id: _Round(
            wait=float(first[place, 0] / first[place, 1]),
            second_wait=float(second[place] / first[place, 1]),
            use=float(hands[place] / max(department.people_hours * played_weeks, 1e-9)),
        )
        for place, department in enumerate(house.departments)
        if first[place, 1]
    }


def _next_share(share: float, real: float, was: _Round, department: Department) -> float:
    """The share at which Erlang's formula, scaled to what was played, gives the wait that was real."""
    if was.use <= 0:
        return share
    if real <= SHORT_WAIT and was.wait <= SHORT_WAIT:
        return share
    people = max(1, round(department.people_hours / max(department.open_hours, 1e-9)))
    played_by_formula = _formula(people, min(was.use, HIGHEST_USE))
    wanted = played_by_formula * max(real, SHORT_WAIT / 2) / max(was.wait, SHORT_WAIT / 2)
    low, high = 0.01, HIGHEST_USE
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _formula(people, middle) < wanted else (low, middle)
    factor = float(np.clip(low / min(was.use, HIGHEST_USE), 1 / BOLDEST, BOLDEST))
    return float(np.clip(share * factor, LEAST_SHARE, MOST_SHARE))


def _formula(people: int, use: float) -> float:
    """Mean wait at this use, in units that do not matter: work grows with the use, as what comes in stays the same."""
    return erlang_c(servers=people, load=people * use) * use / (1 - use)


def _assumed(shares: Mapping[int, float], seen: Mapping[int, Seen], best: Mapping[int, _Best]) -> list[Assumption]:
    found = []
    for department_id, (miss, _, _, was) in sorted(best.items()):
        figures = {"department": department_id, "share": round(shares[department_id], 3), "use": round(was.use, 3)}
        found.append(Assumption("hands_on_from_waits", figures))
        real = seen[department_id].wait_mean or 0.0
        if miss > CLOSE and abs(was.wait - real) > SHORT_WAIT:
            code = "waits_longer_than_work_explains" if was.wait < real else "waits_shorter_than_work_explains"
            found.append(
                Assumption(
                    code,
                    {"department": department_id, "seen_hours": round(real, 2), "simulated_hours": round(was.wait, 2)},
                )
            )
    return found
