"""Queues with a known answer, as houses: the reference rows of the simulation, for its tests and its bench."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.special import stdtrit

from clientela.network.simulation.ciw_runs import Played, played
from clientela.network.simulation.drawing import Case
from clientela.network.simulation.house import (
    EVEN,
    WEEK_HOURS,
    WEEK_MINUTES,
    Ask,
    Department,
    Hours,
    House,
    Service,
    Stream,
)

ALWAYS = ((0, WEEK_MINUTES),)
SETTLING_SHARE = 0.1  # of a run, from an empty house: not measured


def line(*, servers: int, arrivals_an_hour: float, work_hours: float) -> House:
    """One queue that never closes, exponential in everything."""
    return network(arrivals=(arrivals_an_hour,), rates=(1 / work_hours,), routing=((0.0,),), servers=servers)


def network(
    *, arrivals: Sequence[float], rates: Sequence[float], routing: Sequence[Sequence[float]], servers: int = 1
) -> House:
    """Queues that hand over to each other by chance."""
    places = range(len(arrivals))
    return House(
        departments=tuple(Department(place + 1, ALWAYS, (servers,) * WEEK_HOURS) for place in places),
        services=tuple(
            Service(
                key=f"{place + 1}:1",
                department_id=place + 1,
                hands=Hours(1 / rates[place]),
                handed_over=tuple(Ask(f"{to + 1}:1", share) for to, share in enumerate(routing[place]) if share),
            )
            for place in places
        ),
        streams=tuple(Stream("outside", f"{place + 1}:1", arrivals[place] * WEEK_HOURS, "even") for place in places),
        rhythms={"even": EVEN},
    )


Measured = dict[str, float]


@dataclass(frozen=True)
class Reference:
    """A case with a known answer. `an_hour`: how many are served in an hour of the simulation, to size a run."""

    name: str
    house: House
    exact: Measured
    measure: Callable[[Played], Measured]
    an_hour: float


def _line(name: str, servers: int, load: tuple[float, float], exact: Measured, within: float = 0.0) -> Reference:
    arrivals, work = load

    def measure(run: Played) -> Measured:
        since = run.end * SETTLING_SHARE
        waits = np.asarray([begun - joined for _, _, joined, begun, _, _ in run.visits if joined >= since])
        return {
            "P(wait)": float((waits > 0).mean()),
            "Lq": float(waits.sum()) / (run.end - since),
            "wait": float(waits.mean()),
            "share within": float((waits <= within).mean()),
        }

    house = line(servers=servers, arrivals_an_hour=arrivals, work_hours=work)
    return Reference(name, house, exact, measure, arrivals)


def _last(case: Case) -> Case:
    while case.successor is not None:
        case = case.successor
    return case


def _network(name: str, exact: Measured, **shape: Any) -> Reference:
    def measure(run: Played) -> Measured:
        since = run.end * SETTLING_SHARE
        roots = [case for case in run.cases if case.root_side and case.opened_at >= since]
        stays = [ended - case.opened_at for case in roots if (ended := _last(case).done_at) is not None]
        spans = [(case.opened_at, run.end if case.done_at is None else case.done_at) for case in run.cases]
        inside = sum(max(0.0, end - max(start, since)) for start, end in spans)
        found = {"L": inside / (run.end - since), "W": float(np.mean(stays))}
        for place in range(len(shape["arrivals"])):
            came = sum(visit[0] == place and visit[2] >= since for visit in run.visits)
            found[f"arrivals at {place + 1}"] = came / (run.end - since)
        return found

    visits_an_hour = sum(rate for figure, rate in exact.items() if figure.startswith("arrivals"))
    return Reference(name, network(**shape), exact, measure, visits_an_hour)


# Hours of the simulation stand for the unit in which the case is told: minutes for the calls.
REFERENCES = (
    _line("2 servers, load 1.6", 2, (1.6, 1.0), {"P(wait)": 0.711111, "Lq": 2.844444}),
    _line("3 servers, load 2", 3, (2.0, 1.0), {"P(wait)": 0.444444, "Lq": 0.888889}),
    _line("5 servers, load 4", 5, (4.0, 1.0), {"P(wait)": 0.554113}),
    _line("10 servers, load 8", 10, (8.0, 1.0), {"P(wait)": 0.409180}),
    _line(
        "100 calls in 30 min, 180 s, 14 agents",
        14,
        (100 / 30, 3.0),
        {"P(wait)": 0.174132, "wait": 7.836 / 60, "share within": 0.8884},
        20 / 60,
    ),
    _line(
        "the same, 13 agents",
        13,
        (100 / 30, 3.0),
        {"P(wait)": 0.285270, "wait": 17.116 / 60, "share within": 0.7956},
        20 / 60,
    ),
    _line(
        "360 calls in 30 min, 240 s, 55 agents",
        55,
        (12.0, 4.0),
        {"P(wait)": 0.238701, "wait": 8.184 / 60, "share within": 0.8459},
        15 / 60,
    ),
    _network(
        "Jackson, two stations",
        {"arrivals at 1": 6.0, "arrivals at 2": 8.0, "L": 7.0, "W": 7 / 9},
        arrivals=(4.0, 5.0),
        rates=(8.0, 10.0),
        routing=((0.0, 0.5), (0.25, 0.0)),
    ),
    _network(
        "Jackson, three stations",
        {"arrivals at 1": 5.0, "arrivals at 2": 40.0, "arrivals at 3": 170 / 3, "L": 82 / 13, "W": 41 / 195},
        arrivals=(5.0, 10.0, 15.0),
        rates=(10.0, 50.0, 100.0),
        routing=((0.0, 1 / 3, 1 / 3), (0.0, 0.0, 1.0), (0.0, 0.5, 0.0)),
    ),
)


@dataclass(frozen=True)
class Found:
    """What runs gave for one figure: their mean and its interval."""

    exact: float
    mean: float
    spread: float  # half of the interval

    @property
    def holds(self) -> bool:
        """Whether the exact value lies within."""
        return abs(self.mean - self.exact) <= self.spread


def simulated(case: Reference, *, seeds: int, customers: int, level: float) -> dict[str, Found]:
    """Play a case from seed 1 on, about so many arrivals a run; Student's t over the runs."""
    weeks = max(1, round(customers / (case.an_hour * WEEK_HOURS)))
    runs = [case.measure(played(case.house, seed=seed, weeks=weeks)) for seed in range(1, seeds + 1)]
    found = {}
    for name, exact in case.exact.items():
        values = np.asarray([run[name] for run in runs])
        error = float(values.std(ddof=1)) / sqrt(seeds)
        found[name] = Found(exact, float(values.mean()), float(stdtrit(seeds - 1, 0.5 + level / 2)) * error)
    return found
