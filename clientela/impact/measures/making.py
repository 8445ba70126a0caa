"""What an estimate is made of, read from the store: cases with what they depended on, and how suppliers served."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend

from clientela.impact.measures.cases import MEASURES
from clientela.impact.rules.cases import LEAST_ANSWERS, Cases, Floats, Inside
from clientela.impact.rules.quality import together
from clientela.impact.rules.refusing import NoAnswer, NoAnswerError
from clientela.kernel.analytics.engines import measured, table
from clientela.network.rules.exposure import Arrival, PastCase, exposures

SAID, CLOCKS = "said", "clocks"
BOTH = "both"  # what was said and what clocks measured, each as the check on the noise of the other
FIVE: Final = 4.0  # scores are told of 5: from 1 to 5
POOLED: Final = 0  # the number of all departments together that have fewer than five people
_NOBODY: Final = -1


@dataclass(frozen=True)
class Weeks:
    """A span of whole weeks, cut into periods of so many."""

    first: date
    count: int
    each: int

    @property
    def periods(self) -> int:
        """How many there are."""
        return self.count // self.each

    def period(self, week_on: date) -> int:
        """The period of a Monday; below 0 or too large for one outside the span."""
        return (week_on - self.first).days // 7 // self.each


@dataclass(frozen=True)
class Everything:
    """The rows of all measures, and which department counts as which supplier.

    `cases` have the columns of `cases_of`, with the score of 1 to 5 as their outcome.
    """

    cases: pa.Table
    parts: Mapping[tuple[int, int, date], tuple[int, dict[int, float]]]
    of: Mapping[str, list[dict[str, Any]]]
    work: list[dict[str, Any]]
    counts_as: Mapping[int, int]


def everything(engine: BaseBackend) -> Everything:
    """Read all measures of the store."""
    named = {measure.name: measure for measure in MEASURES}
    staffing = measured(engine, named["work_of_suppliers"]).to_pylist()
    departments = table(engine, "departments").to_pyarrow().to_pylist()
    return Everything(
        cases=_scored(measured(engine, named["outside_cases"])),
        parts=_parts(measured(engine, named["parts_of_cases"])),
        of={
            SAID: measured(engine, named["said_of_suppliers"]).to_pylist(),
            CLOCKS: measured(engine, named["clocks_of_suppliers"]).to_pylist(),
        },
        work=staffing,
        counts_as=_counts_as(departments, staffing),
    )


def _scored(rows: pa.Table) -> pa.Table:
    return rows.append_column("outcome", pc.add(pc.multiply(rows["score"], FIVE), 1.0))


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


def cases_of(read: Everything, span: Weeks, rows: pa.Table) -> tuple[list[int], Cases]:
    """Return the cases of the span with the weights that stood before each, and the departments they depended on.

    `rows`: request_id, week_on, provider_id, service_id, outcome (null: not told), and perhaps `unaffected`.
    """
    columns = rows.sort_by([("request_id", "ascending")]).to_pydict()
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
    of, which, shares = [], [], []
    for row, (_place, one) in enumerate(used):
        for supplier, weight in weights[one].weights:
            of.append(row)
            which.append(number_of[supplier])
            shares.append(weight)
    places = [place for place, _one in used]
    return suppliers, Cases(
        outcome=_told(columns["outcome"], places),
        period=np.array([one.period for _place, one in used], np.int64),
        unit=_numbered([one.front_id for _place, one in used]),
        case_type=_numbered([one.service_id for _place, one in used]),
        rows=np.array(of, np.int64),
        suppliers=np.array(which, np.int64),
        weights=np.array(shares, np.float64),
        unaffected=_told(columns["unaffected"], places) if "unaffected" in columns else None,
    )


def _told(values: Sequence[float | None], places: Sequence[int]) -> Floats:
    return np.array([np.nan if values[place] is None else values[place] for place in places], np.float64)


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


def inside_of(read: Everything, measure: str, span: Weeks, suppliers: Sequence[int]) -> tuple[Inside, NoAnswer | None]:
    """Return how suppliers served, by this measure; of both, each is one half, and without one there is no answer."""
    if measure != BOTH:
        return _one_inside(read, measure, span, suppliers), None
    said, clocks = (_one_inside(read, one, span, suppliers) for one in (SAID, CLOCKS))
    try:
        return together(said, clocks), None
    except NoAnswerError as error:
        return said, error.answer


def _one_inside(read: Everything, measure: str, span: Weeks, suppliers: Sequence[int]) -> Inside:
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
    rows: Sequence[Mapping[str, Any]], counts_as: Mapping[int, int], span: Weeks, number_of: Mapping[int, int]
) -> list[tuple[Mapping[str, Any], int, int]]:
    """Rows by week and department, with their period and the number of the supplier that the department counts as."""
    found = []
    for row in rows:
        period, number = span.period(row["week_on"]), number_of.get(counts_as.get(row["provider_id"], _NOBODY))
        if number is not None and 0 <= period < span.periods:
            found.append((row, period, number))
    return found


def known_share(cases: Cases, inside: Inside) -> float:
    """Return, of what cases depend on, the part whose quality at that time is known."""
    if not len(cases.rows):
        return 1.0
    is_known = inside.answers[cases.period[cases.rows], cases.suppliers] >= LEAST_ANSWERS
    return float((cases.weights * is_known).sum() / cases.weights.sum())
