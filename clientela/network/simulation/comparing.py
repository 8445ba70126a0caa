"""Today against what if: what runs say together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import sqrt
from typing import TypeVar

import numpy as np
from scipy.special import stdtr, stdtrit

from clientela.network.simulation.answers import (
    Answer,
    Compared,
    DepartmentAnswer,
    Fit,
    Headline,
    Sensitivity,
    ServiceAnswer,
    WaitsAnswer,
)
from clientela.network.simulation.house import House, Seen, SeenOutside
from clientela.network.simulation.outcomes import DepartmentFigures, RunOutcome, ServiceFigures
from clientela.network.simulation.wishing import VARIANTS, Wish

DEPARTMENT_FIGURES = ("arrivals", "wait_mean", "wait_p50", "wait_p90", "stay_mean", "use", "kept_share")
SERVICE_FIGURES = ("arrivals", "stay_mean", "stay_p50", "stay_p90", "kept_share")
HEADLINE_FIGURES = ("wait_mean", "stay_mean", "use")  # means move more steadily than quantiles and shares
FITTED_FIGURES = ("wait_mean", "use")  # the model was made to agree in these
FEWEST_SEEDS = 2
NO_DIFFERENCE = 1e-12
FALSE_SHARE = 0.05  # of the differences of one kind that are called clear, so many may be chance
LEAST_SHARE = 0.005  # of today's figure: a smaller difference matters to nobody, however clear it is

Pairs = list[tuple[RunOutcome, RunOutcome]]
Row = TypeVar("Row", DepartmentAnswer, ServiceAnswer)


class TooFewRunsError(ValueError):
    """An interval needs runs of at least two seeds, of today and of what if."""


def compared(today: Sequence[RunOutcome], whatif: Sequence[RunOutcome]) -> Answer:
    """Hold runs against runs, paired by seed; antithetic runs of a seed are averaged first.

    Runs without a partner are left out. Raises TooFewRunsError.
    """
    then = {(run.seed, run.is_antithetic): run for run in whatif}
    pairs: dict[int, Pairs] = defaultdict(list)
    for run in today:
        partner = then.get((run.seed, run.is_antithetic))
        if partner is not None:
            pairs[run.seed].append((run, partner))
    if len(pairs) < FEWEST_SEEDS:
        raise TooFewRunsError
    seeds = list(pairs.values())
    first = seeds[0][0][0]
    departments = _departments(seeds)
    return Answer(
        runs=len(seeds),
        weeks=first.weeks,
        measured_weeks=first.measured_weeks,
        departments=departments,
        services=_services(seeds),
        waits=_waits(seeds),
        headline=_headline(departments),
        sensitivities=(),
        fits=(),
        assumptions=(),
    )


def answered(house: House, outcomes: Iterable[tuple[Wish, RunOutcome]]) -> Answer:
    """As `compared`, from the wished runs (in any order, also an unfinished plan), with sensitivities and fits."""
    found: dict[tuple[str, bool], list[RunOutcome]] = defaultdict(list)
    for wish, run in outcomes:
        found[wish.variant, wish.is_whatif].append(run)
    answer = compared(found["", False], found["", True])
    return replace(
        answer,
        sensitivities=_sensitivities(answer, found),
        fits=fits_of(house, found["", False]),
        assumptions=house.assumptions,
    )


def fits_of(house: House, today: Sequence[RunOutcome]) -> tuple[Fit, ...]:
    """Today's simulation beside what really happened, figure by figure."""
    if not today:
        return ()
    first, last = today[0].measured_weeks
    run_weeks = len(today) * (last - first)
    departments: dict[int, list[DepartmentFigures]] = defaultdict(list)
    services: dict[str, list[ServiceFigures]] = defaultdict(list)
    for run in today:
        for department in run.departments:
            departments[department.department_id].append(department)
        for service in run.services:
            services[service.service].append(service)
    found = []
    for seen in house.seen:
        found += _fits(seen, departments[seen.department_id], run_weeks=run_weeks)
    for seen_service in house.seen_services:
        found += _fits(seen_service, services[seen_service.service], run_weeks=run_weeks)
    return tuple(found)


def _fits(
    seen: Seen | SeenOutside, rows: Sequence[DepartmentFigures] | Sequence[ServiceFigures], *, run_weeks: int
) -> list[Fit]:
    if not rows:
        return []
    service = seen.service if isinstance(seen, SeenOutside) else None
    names = SERVICE_FIGURES if service else DEPARTMENT_FIGURES
    arrivals = sum(row.arrivals for row in rows) / run_weeks
    found = [Fit(rows[0].department_id, service, "arrivals_a_week", seen.arrivals_a_week, arrivals, is_fitted=True)]
    for name in names[1:]:
        real = getattr(seen, name)
        simulated = [value for value in (getattr(row, name) for row in rows) if value is not None]
        if real is not None and simulated:
            is_fitted = service is None and name in FITTED_FIGURES
            mean = float(np.mean(simulated))
            found.append(Fit(rows[0].department_id, service, name, real, mean, is_fitted=is_fitted))
    return found


def _departments(seeds: Sequence[Pairs]) -> tuple[DepartmentAnswer, ...]:
    found = []
    for place, row in enumerate(seeds[0][0][0].departments):
        figures = _figures(seeds, DEPARTMENT_FIGURES, _department_at(place))
        runs = [pair for pairs in seeds for pair in pairs]
        before = np.mean([now.departments[place].queue_by_week for now, _ in runs], axis=0)
        after = np.mean([then.departments[place].queue_by_week for _, then in runs], axis=0)
        found.append(
            DepartmentAnswer(
                row.department_id,
                figures,
                today_queue_by_week=tuple(round(float(value), 3) for value in before),
                whatif_queue_by_week=tuple(round(float(value), 3) for value in after),
            )
        )
    sober = _sober_rows(found)
    return tuple(sorted(sober, key=lambda answer: (-_clearness(answer.figures.get("wait_mean")), answer.department_id)))


def _department_at(place: int) -> Callable[[RunOutcome], DepartmentFigures | None]:
    return lambda run: run.departments[place]


def _services(seeds: Sequence[Pairs]) -> tuple[ServiceAnswer, ...]:
    runs = [run for pairs in seeds for pair in pairs for run in pair]
    known = {row.service: row.department_id for run in runs for row in run.services}
    found = []
    for key, department_id in known.items():
        figures = _figures(seeds, SERVICE_FIGURES, _service_at(key))
        if figures:
            found.append(ServiceAnswer(key, department_id, figures))
    sober = _sober_rows(found)
    return tuple(sorted(sober, key=lambda answer: (-_clearness(answer.figures.get("stay_mean")), answer.service)))


def _service_at(key: str) -> Callable[[RunOutcome], ServiceFigures | None]:
    return lambda run: next((row for row in run.services if row.service == key), None)


def _waits(seeds: Sequence[Pairs]) -> tuple[WaitsAnswer, ...]:
    def hours(run: RunOutcome) -> dict[tuple[int, int], float]:
        return {(row.waiting_id, row.needed_id): row.hours_a_week for row in run.waits}

    read = {id(run): hours(run) for pairs in seeds for pair in pairs for run in pair}
    keys = sorted({key for row in read.values() for key in row})
    found = []
    for key in keys:
        values = [
            [(read[id(now)].get(key, 0.0), read[id(then)].get(key, 0.0)) for now, then in pairs] for pairs in seeds
        ]
        found.append(WaitsAnswer(*key, _compared(values)))
    sober = [
        replace(row, hours_a_week=figure)
        for row, figure in zip(found, _sobered([row.hours_a_week for row in found]), strict=True)
    ]
    return tuple(sorted(sober, key=lambda answer: -max(answer.hours_a_week.today, answer.hours_a_week.whatif)))


def _figures(
    seeds: Sequence[Pairs],
    names: Sequence[str],
    row_of: Callable[[RunOutcome], DepartmentFigures | ServiceFigures | None],
) -> dict[str, Compared]:
    """Those figures that at least two seeds have on both sides."""
    found = {}
    for name in names:
        values = []
        for pairs in seeds:
            both = [(getattr(row_of(now), name, None), getattr(row_of(then), name, None)) for now, then in pairs]
            whole = [(now, then) for now, then in both if now is not None and then is not None]
            if whole:
                values.append(whole)
        if len(values) >= FEWEST_SEEDS:
            found[name] = _compared(values)
    return found


def _compared(values: Sequence[Sequence[tuple[float, float]]]) -> Compared:
    """One pair of numbers for each run of each seed. The seeds are independent; the runs of one seed are not."""
    now = np.asarray([np.mean([pair[0] for pair in pairs]) for pairs in values])
    then = np.asarray([np.mean([pair[1] for pair in pairs]) for pairs in values])
    differences = then - now
    count = len(differences)
    middle = float(differences.mean())
    error = float(differences.std(ddof=1)) / sqrt(count)
    spread_80, spread_95 = (float(stdtrit(count - 1, 0.5 + level / 2)) * error for level in (0.8, 0.95))
    if np.abs(differences).max() <= NO_DIFFERENCE:
        verdict = "same"
    elif abs(middle) <= max(spread_95, LEAST_SHARE * abs(float(now.mean()))):
        verdict = "too_small"
    else:
        verdict = "more" if middle > 0 else "less"
    return Compared(
        today=float(now.mean()),
        whatif=float(then.mean()),
        difference=middle,
        low_80=middle - spread_80,
        high_80=middle + spread_80,
        low_95=middle - spread_95,
        high_95=middle + spread_95,
        verdict=verdict,
        chance=_chance(middle, error, count - 1),
    )


def _chance(middle: float, error: float, degrees: int) -> float:
    if error <= NO_DIFFERENCE:
        return 0.0 if abs(middle) > NO_DIFFERENCE else 1.0
    return float(2 * stdtr(degrees, -abs(middle) / error))


def _sobered(kind: Sequence[Compared]) -> list[Compared]:
    """The same figures, less sure where many were looked at: Benjamini and Hochberg (1995) within one kind."""
    chances = sorted(figure.chance for figure in kind)
    count = len(chances)
    passed = [chance for rank, chance in enumerate(chances, 1) if chance <= FALSE_SHARE * rank / count]
    most = max(passed, default=-1.0)
    return [
        replace(figure, verdict="too_small") if figure.verdict in {"more", "less"} and figure.chance > most else figure
        for figure in kind
    ]


def _sober_rows(rows: Sequence[Row]) -> list[Row]:
    """Every figure of these rows held against its likes in the other rows."""
    figures: list[dict[str, Compared]] = [dict(row.figures) for row in rows]
    for name in sorted({name for some in figures for name in some}):
        having = [some for some in figures if name in some]
        for some, figure in zip(having, _sobered([some[name] for some in having]), strict=True):
            some[name] = figure
    return [replace(row, figures=some) for row, some in zip(rows, figures, strict=True)]


def _clearness(figure: Compared | None) -> float:
    """|difference| over half of its 95 % interval: above 1 it is clear."""
    if figure is None or figure.verdict == "same":
        return 0.0
    return abs(figure.difference) / max((figure.high_95 - figure.low_95) / 2, NO_DIFFERENCE)


def _headline(departments: Sequence[DepartmentAnswer]) -> Headline | None:
    """Of the waits that move clearly the one that moves most hours, weighted by whom it meets; else stays, else use."""
    for name in HEADLINE_FIGURES:
        clear = [
            (abs(figure.difference) * answer.figures["arrivals"].today, -answer.department_id)
            for answer in departments
            if (figure := answer.figures.get(name)) is not None and figure.verdict in {"more", "less"}
        ]
        if clear:
            return Headline(-max(clear)[1], name)
    return None


def _sensitivities(answer: Answer, found: dict[tuple[str, bool], list[RunOutcome]]) -> tuple[Sensitivity, ...]:
    """What ten per cent more or less of what was assumed does to the headline, what moves it most first."""
    headline = answer.headline
    if headline is None:
        return ()
    own = _at(answer, headline)
    rows = []
    for variant in VARIANTS:
        seeds = {(run.seed, run.is_antithetic) for run in found[variant, True]}
        same = [[run for run in found["", side] if (run.seed, run.is_antithetic) in seeds] for side in (False, True)]
        try:
            # Against the answer of the same few seeds: what they have in common cancels out.
            moved = _at(compared(found[variant, False], found[variant, True]), headline) - _at(
                compared(same[0], same[1]), headline
            )
        except (TooFewRunsError, KeyError):
            continue
        rows.append(Sensitivity(variant, own + moved, moved))
    return tuple(sorted(rows, key=lambda row: -abs(row.moved_by)))


def _at(answer: Answer, headline: Headline) -> float:
    rows = {row.department_id: row for row in answer.departments}
    return rows[headline.department_id].figures[headline.name].difference
