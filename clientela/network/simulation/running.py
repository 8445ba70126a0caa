"""One simulated run of a house, and what is measured in it."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clientela.network.simulation.ciw_runs import Played, played
from clientela.network.simulation.drawing import Case
from clientela.network.simulation.house import WEEK_HOURS, Floats, House
from clientela.network.simulation.opening import OpeningTime, shifts_of
from clientela.network.simulation.outcomes import DepartmentFigures, RunOutcome, ServiceFigures, WaitsOn

WARM_UP_WEEKS = 3
COOL_DOWN_WEEKS = 2  # life goes on after the measured weeks, so that what came at their end can be done

Bools = NDArray[np.bool_]


def one_run(
    house: House,
    *,
    seed: int,
    weeks: int,
    antithetic: bool = False,
    measured_weeks: tuple[int, int] | None = None,
    warm_up_weeks: int = WARM_UP_WEEKS,
) -> RunOutcome:
    """Play `weeks` weeks after a warm-up, in which the empty house fills. The same arguments give the same run.

    `measured_weeks`: [first, last) of the weeks whose arrivals are measured; all of them when None. `antithetic` draws
    the opposite of the same seed's chance: where that one was busy, this one is calm.
    """
    run = played(
        house,
        seed=seed,
        weeks=warm_up_weeks + weeks + COOL_DOWN_WEEKS,
        first_week=warm_up_weeks,
        antithetic=antithetic,
    )
    first, last = measured_weeks or (0, weeks)
    measure = _Measure(house, run, weeks=weeks, first_week=warm_up_weeks, span=(first, last))
    done = sum(case.done_at is not None for case in run.cases)
    return RunOutcome(
        seed=seed,
        is_antithetic=antithetic,
        weeks=weeks,
        measured_weeks=(first, last),
        departments=tuple(measure.department(place) for place in range(len(house.departments))),
        services=measure.services(),
        waits=measure.waits(),
        arrived=len(run.cases),
        done=done,
        left=len(run.cases) - done,
    )


class _Measure:
    """Reads figures off what was played."""

    def __init__(self, house: House, run: Played, *, weeks: int, first_week: int, span: tuple[int, int]) -> None:
        self._house = house
        self._run = run
        self._weeks = weeks
        self._first_week = first_week
        self._span = span
        self._since = (first_week + span[0]) * WEEK_HOURS
        self._until = (first_week + span[1]) * WEEK_HOURS
        for case, _, since, until in run.waits:
            opening = run.openings[case.department]
            begins, ends = opening.worked(np.asarray((since, until)))
            case.waited_hours = float(ends - begins)
        self._of_department: dict[int, list[Case]] = defaultdict(list)
        for case in run.cases:
            if self._since <= case.opened_at < self._until:
                self._of_department[case.department].append(case)
        self._joined: list[list[float]] = [[] for _ in house.departments]
        self._begun: list[list[float]] = [[] for _ in house.departments]
        self._hours: list[list[float]] = [[] for _ in house.departments]
        self._is_first: list[list[bool]] = [[] for _ in house.departments]
        for place, _, joined, begun, hours, is_first in run.visits:
            self._joined[place].append(joined)
            self._begun[place].append(begun)
            self._hours[place].append(hours)
            self._is_first[place].append(is_first)

    def department(self, place: int) -> DepartmentFigures:
        department = self._house.departments[place]
        opening = self._run.openings[place]
        joined, begun = np.asarray(self._joined[place]), np.asarray(self._begun[place])
        worked_joined, worked_begun = opening.worked(joined), opening.worked(begun)
        waits = worked_begun - worked_joined
        first = np.asarray(self._is_first[place], dtype=bool) & (joined >= self._since) & (joined < self._until)
        hours = np.asarray(self._hours[place])
        hands = float(hours[(begun >= self._since) & (begun < self._until)].sum())
        people_hours = self._people_hours(place)
        cases = self._of_department[place]
        stays = _Stays(self._house, opening, cases, end=self._run.end)
        return DepartmentFigures(
            department_id=department.id,
            arrivals=len(cases),
            done=int(stays.is_done.sum()),
            wait_mean=_mean(waits[first]),
            wait_p50=_quantile(waits[first], 0.5),
            wait_p90=_quantile(waits[first], 0.9),
            stay_mean=_mean(stays.hours[stays.is_done]),
            use=hands / people_hours if people_hours else None,
            kept_share=stays.kept_share,
            people_hours=people_hours / (self._span[1] - self._span[0]),
            queue_by_week=self._queue_by_week(opening, worked_joined, worked_begun),
        )

    def services(self) -> tuple[ServiceFigures, ...]:
        """Outside customers at the end of the chains, the busiest service first."""
        asked: dict[int, list[Case]] = defaultdict(list)
        for cases in self._of_department.values():
            for case in cases:
                if case.root_side == "outside":
                    asked[case.service].append(case)
        found = []
        for place, cases in asked.items():
            service = self._house.services[place]
            opening = self._run.openings[cases[0].department]
            stays = _Stays(self._house, opening, cases, end=self._run.end)
            done = stays.hours[stays.is_done]
            found.append(
                ServiceFigures(
                    service=service.key,
                    department_id=service.department_id,
                    arrivals=len(cases),
                    done=len(done),
                    stay_mean=_mean(done),
                    stay_p50=_quantile(done, 0.5),
                    stay_p90=_quantile(done, 0.9),
                    kept_share=stays.kept_share,
                )
            )
        return tuple(sorted(found, key=lambda figures: (-figures.arrivals, figures.service)))

    def waits(self) -> tuple[WaitsOn, ...]:
        """Who waits because of whom, the longest first."""
        hours: dict[tuple[int, int], float] = defaultdict(float)
        requests: dict[tuple[int, int], int] = defaultdict(int)
        for case, needed, since, _ in self._run.waits:
            if self._since <= since < self._until:
                hours[case.department, needed] += case.waited_hours
                requests[case.department, needed] += 1
        departments = self._house.departments
        weeks = self._span[1] - self._span[0]
        found = [
            WaitsOn(departments[waiting].id, departments[needed].id, requests[waiting, needed], total / weeks)
            for (waiting, needed), total in hours.items()
        ]
        return tuple(sorted(found, key=lambda row: (-row.hours_a_week, row.waiting_id, row.needed_id)))

    def _people_hours(self, place: int) -> float:
        """Hours of people at work in the measured weeks."""
        weeks = self._first_week + self._span[1]
        shifts = shifts_of(self._house.departments[place], weeks, first_week=self._first_week)
        starts = np.asarray([start for start, _ in shifts] + [float(weeks * WEEK_HOURS)])
        people = np.asarray([count for _, count in shifts])
        return float((people * np.diff(np.maximum(starts, self._since))).sum())

    def _queue_by_week(self, opening: OpeningTime, joined: Floats, begun: Floats) -> tuple[float, ...]:
        """Mean number waiting in the open hours of each week."""
        edges = opening.worked((self._first_week + np.arange(self._weeks + 1.0)) * WEEK_HOURS)
        waited = [float((np.minimum(begun, edge) - np.minimum(joined, edge)).sum()) for edge in edges]
        open_hours = np.maximum(np.diff(edges), 1e-9)
        return tuple(round(float(queue), 4) for queue in np.diff(np.asarray(waited)) / open_hours)


class _Stays:
    """How long cases of one department took, in its working hours, and whether their promises were kept."""

    def __init__(self, house: House, opening: OpeningTime, cases: Sequence[Case], *, end: float) -> None:
        ends = [_end_of(case) for case in cases]
        self.is_done: Bools = np.asarray([done is not None for done in ends], dtype=bool)
        opened = opening.worked(np.asarray([case.opened_at for case in cases]))
        closed = opening.worked(np.asarray([end if done is None else done for done in ends]))
        self.hours: Floats = closed - opened
        promised = np.asarray([_promise(house, case) for case in cases])
        spent = self.hours - np.asarray([_paused(house, case) for case in cases])
        is_kept = spent <= promised + 1e-9
        # What is not done counts as broken once its time is up, and not at all before.
        is_decided = np.isfinite(promised) & (self.is_done | ~is_kept)
        self.kept_share = float(is_kept[is_decided].mean()) if is_decided.any() else None


def _end_of(case: Case) -> float | None:
    while case.successor is not None:
        case = case.successor
    return case.done_at


def _promise(house: House, case: Case) -> float:
    hours = house.services[case.service].promise_hours
    return float("inf") if hours is None else hours


def _paused(house: House, case: Case) -> float:
    """Hours in which the clock of its promise stood still."""
    hours = case.paused_hours
    if "department" in house.services[case.service].pauses:
        hours += case.waited_hours
    return hours if case.successor is None else hours + _paused(house, case.successor)


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None


def _quantile(values: Floats, share: float) -> float | None:
    return float(np.quantile(values, share)) if len(values) else None
