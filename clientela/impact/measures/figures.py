"""Everything Impact says, worked out from the store: run apart, by name. Plain data in, plain data out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from clientela.impact.measures.cases import MEASURES
from clientela.impact.rules.cases import LEAST_ANSWERS, Cases, Inside
from clientela.impact.rules.checks import checks
from clientela.impact.rules.estimating import Settings, estimate
from clientela.impact.rules.quality import together
from clientela.impact.rules.refusing import NoAnswer, NoAnswerError
from clientela.impact.rules.suppliers import supplier_effects
from clientela.impact.rules.telling import (
    told_check,
    told_each,
    told_estimate,
    told_left_out,
    told_own,
    told_refusal,
    told_suppliers,
    told_verdict,
)
from clientela.impact.rules.verdicts import verdict
from clientela.kernel.analytics.engines import connect, measured, table
from clientela.kernel.analytics.telling import tell_progress
from clientela.network.rules.exposure import Arrival, PastCase, exposures

SAID, CLOCKS = "said", "clocks"
BOTH = "both"  # what was said and what clocks measured, each as the check on the noise of the other
POOLED: Final = 0  # the number of all departments together that have fewer than five people
_NOBODY: Final = -1
SEED: Final = 20261122  # shuffles and random halves: the same data give the same figures
SPAN_WEEKS: Final = 52
PERIOD_WEEKS: Final = (1, 2, 4)
KNOWN_SHARE: Final = 0.7  # of what cases depend on must have an inside figure, or periods are made longer
FIVE: Final = 4.0  # scores are told of 5: from 1 to 5
SATISFIED_FROM: Final = 0.75
_STEPS: Final = 28  # of the progress: reading, then each measure with its eight checks
_READ: Final = 4
_EACH: Final = 8


@dataclass(frozen=True)
class _Weeks:
    """A span of whole weeks, cut into periods of so many."""

    first: date
    count: int
    each: int

    @property
    def periods(self) -> int:
        return self.count // self.each

    def period(self, week_on: date) -> int:
        """The period of a Monday; below 0 or too large for one outside the span."""
        return (week_on - self.first).days // 7 // self.each


@dataclass(frozen=True)
class _Read:
    """The rows of all measures, and which department counts as which supplier."""

    cases: pa.Table
    parts: Mapping[tuple[int, int, date], tuple[int, dict[int, float]]]
    of: Mapping[str, list[dict[str, Any]]]
    work: list[dict[str, Any]]
    counts_as: Mapping[int, int]


def impact_figures(*, folder: str, until: date, weeks: int = SPAN_WEEKS) -> dict[str, Any]:
    """Estimate from the `weeks` whole weeks before the Monday `until`; as JSON values, see `models.Estimation.result`.

    Raises StoreUnreadableError.
    """
    engine = connect(folder)
    read = _everything(engine)
    tell_progress(_READ, _STEPS)
    first = until - timedelta(weeks=weeks)
    found: dict[str, Any] = {"since": first.isoformat(), "until": (until - timedelta(days=1)).isoformat(), "of": {}}
    for place, measure in enumerate((BOTH, SAID, CLOCKS)):
        begun = _READ + place * _EACH
        found["of"][measure] = _figures(read, measure, first=first, weeks=weeks, begun=begun)
    tell_progress(_STEPS, _STEPS)
    return found


def _everything(engine: BaseBackend) -> _Read:
    named = {measure.name: measure for measure in MEASURES}
    staffing = measured(engine, named["work_of_suppliers"]).to_pylist()
    departments = table(engine, "departments").to_pyarrow().to_pylist()
    return _Read(
        cases=measured(engine, named["outside_cases"]),
        parts=_parts(measured(engine, named["parts_of_cases"])),
        of={
            SAID: measured(engine, named["said_of_suppliers"]).to_pylist(),
            CLOCKS: measured(engine, named["clocks_of_suppliers"]).to_pylist(),
        },
        work=staffing,
        counts_as=_counts_as(departments, staffing),
    )


def _counts_as(departments: Sequence[Mapping[str, Any]], staffing: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """A team with too few people counts with the department above it; without one, with all such, as POOLED."""
    newest: dict[int, tuple[date, int]] = {}
    for row in staffing:
        if row["members"] is not None:
            newest[row["provider_id"]] = max(
                newest.get(row["provider_id"], (date.min, 0)), (row["week_on"], row["members"])
            )
    parents = {row["department_id"]: row["parent_id"] for row in departments}

    def large_enough(department_id: int) -> int:
        parent = parents.get(department_id)
        is_small = newest.get(department_id, (date.min, 0))[1] < LEAST_ANSWERS
        if not is_small:
            return department_id
        return POOLED if parent is None else large_enough(parent)

    return {department_id: large_enough(department_id) for department_id in parents}


def _parts(rows: pa.Table) -> dict[tuple[int, int, date], tuple[int, dict[int, float]]]:
    """By service, front and the week in which they ended: how many cases, and the sum of each department's parts."""
    had = rows.to_pydict()
    totals: dict[int, int] = defaultdict(int)
    for root_id, seconds in zip(had["root_id"], had["seconds"], strict=True):
        totals[root_id] += seconds
    found: dict[tuple[int, int, date], tuple[set[int], dict[int, float]]] = defaultdict(
        lambda: (set(), defaultdict(float))
    )
    for root_id, provider_id, front_id, service_id, ended_on, seconds in zip(
        *(had[name] for name in ("root_id", "provider_id", "front_id", "case_service_id", "ended_on", "seconds")),
        strict=True,
    ):
        ids, parts = found[service_id, front_id, ended_on]
        ids.add(root_id)
        if totals[root_id]:
            parts[provider_id] += seconds / totals[root_id]
    return {key: (len(ids), dict(parts)) for key, (ids, parts) in found.items()}


def _figures(read: _Read, measure: str, *, first: date, weeks: int, begun: int) -> dict[str, Any]:
    """Both outcomes of one measure of inside quality: the score, and whether the customer was satisfied."""
    for each in PERIOD_WEEKS:
        span = _Weeks(first, weeks, each)
        suppliers, cases = _cases(read, span)
        inside, refused = _inside(read, measure, span, suppliers)
        if each == PERIOD_WEEKS[-1] or _known_share(cases, inside) >= KNOWN_SHARE:
            break
    settings = Settings(is_incomplete=True)
    found = refused or estimate(cases, inside, settings=settings)
    called = [{"department_id": supplier} for supplier in suppliers]
    told: dict[str, Any] = {
        "period_weeks": each,
        "cases": cases.count,
        "answered": int(np.isfinite(cases.outcome).sum()),
        "inside_answers": int(inside.answers.sum()),
        "suppliers": told_suppliers(cases, inside, called),
    }
    if isinstance(found, NoAnswer):
        judged = verdict(found, weeks_a_period=each)
        return {**told, "no_answer": told_refusal(found), "verdict": told_verdict(judged)}
    looked_at = checks(
        cases,
        inside,
        found,
        seed=SEED,
        on_progress=lambda done, of: tell_progress(begun + _EACH * done // of, _STEPS),
    )
    return {
        **told,
        "estimate": told_estimate(found),
        "checks": [told_check(one) for one in looked_at],
        "verdict": told_verdict(verdict(found, looked_at, weeks_a_period=each)),
        "satisfied": _satisfied(cases, inside, settings),
        "left_out": told_left_out(found, called),
        "each": told_each(supplier_effects(found), called),
    }


def _cases(read: _Read, span: _Weeks) -> tuple[list[int], Cases]:
    """The cases of the span with the weights that stood before each; who they depended on is numbered from 0."""
    columns = read.cases.sort_by([("request_id", "ascending")]).to_pydict()
    periods = [span.period(week_on) for week_on in columns["week_on"]]
    kept = [place for place, period in enumerate(periods) if 0 <= period < span.periods]
    arrivals = [
        Arrival(columns["service_id"][place], read.counts_as[columns["provider_id"][place]], periods[place])
        for place in kept
    ]
    past = [
        PastCase(
            service_id,
            read.counts_as[front_id],
            span.period(ended_on),
            _added({read.counts_as[number]: 0.0 for number in parts}, parts, read.counts_as, count),
            cases=count,
        )
        for (service_id, front_id, ended_on), (count, parts) in read.parts.items()
    ]
    weights = exposures(arrivals, past)
    used = [(place, one) for place, one in zip(kept, arrivals, strict=True) if weights[one].weights]
    suppliers = sorted({number for _place, one in used for number, _weight in weights[one].weights})
    number_of = {supplier: number for number, supplier in enumerate(suppliers)}
    rows, which, shares = [], [], []
    for row, (_place, one) in enumerate(used):
        for supplier, weight in weights[one].weights:
            rows.append(row)
            which.append(number_of[supplier])
            shares.append(weight)
    scores = [columns["score"][place] for place, _one in used]
    return suppliers, Cases(
        outcome=np.array([np.nan if score is None else 1 + FIVE * score for score in scores], np.float64),
        period=np.array([one.period for _place, one in used], np.int64),
        unit=_numbered([one.front_id for _place, one in used]),
        case_type=_numbered([one.service_id for _place, one in used]),
        rows=np.array(rows, np.int64),
        suppliers=np.array(which, np.int64),
        weights=np.array(shares, np.float64),
    )


def _added(
    found: dict[int, float], parts: Mapping[int, float], counts_as: Mapping[int, int], count: int
) -> dict[int, float]:
    """Mean parts of so many cases, teams added up with the department they count as."""
    for number, part in parts.items():
        found[counts_as[number]] += part / count
    return {number: min(part, 1.0) for number, part in found.items()}


def _numbered(ids: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    places = {one: place for place, one in enumerate(sorted(set(ids)))}
    return np.array([places[one] for one in ids], np.int64)


def _inside(read: _Read, measure: str, span: _Weeks, suppliers: Sequence[int]) -> tuple[Inside, NoAnswer | None]:
    """How suppliers served, by this measure; of both, each is one half, and without one of them there is no answer."""
    if measure != BOTH:
        return _one_inside(read, measure, span, suppliers), None
    said, clocks = (_one_inside(read, one, span, suppliers) for one in (SAID, CLOCKS))
    try:
        return together(said, clocks), None
    except NoAnswerError as error:
        return said, error.answer


def _one_inside(read: _Read, measure: str, span: _Weeks, suppliers: Sequence[int]) -> Inside:
    number_of = {supplier: number for number, supplier in enumerate(suppliers)}
    totals = np.zeros((2, span.periods, len(suppliers)))
    counts = np.zeros((2, span.periods, len(suppliers)), np.int64)
    for row, period, number in _placed(read.of[measure], read.counts_as, span, number_of):
        totals[row["half"], period, number] += row["total"]
        counts[row["half"], period, number] += row["n"]
    came = np.zeros((span.periods, len(suppliers)))
    members = np.zeros((span.periods, len(suppliers)))
    for row, period, number in _placed(read.work, read.counts_as, span, number_of):
        came[period, number] += row["came"]
        members[period, number] += row["members"] or 0
    with np.errstate(invalid="ignore", divide="ignore"):
        quality = np.where(counts > 0, totals / counts, np.nan)
        load = np.where(members > 0, came / members, np.nan)
    return Inside(quality=quality, load=load, answers=counts.sum(axis=0))


def _placed(
    rows: Sequence[Mapping[str, Any]], counts_as: Mapping[int, int], span: _Weeks, number_of: Mapping[int, int]
) -> list[tuple[Mapping[str, Any], int, int]]:
    """Rows by week and department, with their period and the number of the supplier that the department counts as."""
    found = []
    for row in rows:
        period, number = span.period(row["week_on"]), number_of.get(counts_as.get(row["provider_id"], _NOBODY))
        if number is not None and 0 <= period < span.periods:
            found.append((row, period, number))
    return found


def _known_share(cases: Cases, inside: Inside) -> float:
    """Of what cases depend on, the part whose quality at that time is known."""
    if not len(cases.rows):
        return 1.0
    is_known = inside.answers[cases.period[cases.rows], cases.suppliers] >= LEAST_ANSWERS
    return float((cases.weights * is_known).sum() / cases.weights.sum())


def _satisfied(cases: Cases, inside: Inside, settings: Settings) -> dict[str, Any] | None:
    """The same effect on the share of satisfied customers, for one standard deviation of quality; None: no number."""
    told = np.isfinite(cases.outcome)
    is_satisfied = np.where(told, (cases.outcome >= 1 + FIVE * SATISFIED_FROM).astype(np.float64), np.nan)
    found = estimate(_with_outcome(cases, is_satisfied), inside, settings=settings)
    if isinstance(found, NoAnswer):
        return None
    return told_own(found)


def _with_outcome(cases: Cases, outcome: np.ndarray[Any, np.dtype[np.float64]]) -> Cases:
    return Cases(
        outcome, cases.period, cases.unit, cases.case_type, cases.rows, cases.suppliers, cases.weights, cases.unaffected
    )
