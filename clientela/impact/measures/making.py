"""What an estimate is made of, read from the store: cases with what they depended on, and how suppliers served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend

from clientela.impact.measures.cases import MEASURES
from clientela.impact.measures.exposing import LEFT_OUT, MOST_EXPOSURES, Past, weights_of
from clientela.impact.rules.cases import LEAST_ANSWERS, Cases, Floats, Inside, Ints
from clientela.impact.rules.quality import together
from clientela.impact.rules.refusing import NoAnswer, NoAnswerError
from clientela.kernel.analytics.engines import measured, table

SAID, CLOCKS = "said", "clocks"
BOTH = "both"  # what was said and what clocks measured, each as the check on the noise of the other
FIVE: Final = 4.0  # scores are told of 5: from 1 to 5
POOLED: Final = 0  # the number of all departments together that have fewer than five people
_NOBODY: Final = -1
_EPOCH: Final = date(1970, 1, 1)


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

    def periods_of(self, days: Ints) -> Ints:
        """The same of many, as days since 1970."""
        return (days - (self.first - _EPOCH).days) // 7 // self.each


@dataclass(frozen=True)
class Everything:
    """The rows of all measures, and which department counts as which supplier.

    `cases` have the columns of `cases_of`, with the score of 1 to 5 as their outcome. Departments in `past` are those
    that they count as.
    """

    cases: pa.Table
    past: Past  # by the day of the Monday of the week in which they ended
    of: Mapping[str, list[dict[str, Any]]]
    work: list[dict[str, Any]]
    counts_as: Mapping[int, int]


def everything(engine: BaseBackend) -> Everything:
    """Read all measures of the store."""
    named = {measure.name: measure for measure in MEASURES}
    staffing = measured(engine, named["work_of_suppliers"]).to_pylist()
    departments = table(engine, "departments").to_pyarrow().to_pylist()
    counts_as = _counts_as(departments, staffing)
    return Everything(
        cases=_scored(measured(engine, named["outside_cases"])),
        past=_past(measured(engine, named["parts_of_cases"]), counts_as),
        of={
            SAID: measured(engine, named["said_of_suppliers"]).to_pylist(),
            CLOCKS: measured(engine, named["clocks_of_suppliers"]).to_pylist(),
        },
        work=staffing,
        counts_as=counts_as,
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


def _past(rows: pa.Table, counts_as: Mapping[int, int]) -> Past:
    """How many cases ended by service, front and week, and how much of their working time each department had."""
    root, row = np.unique(_whole(rows["root_id"]), return_inverse=True)
    seconds = _whole(rows["seconds"]).astype(np.float64)
    totals = np.bincount(row, weights=seconds, minlength=len(root))[row]
    share = np.divide(seconds, totals, out=np.zeros(len(seconds)), where=totals > 0)
    service, ended = _whole(rows["case_service_id"]), _whole(rows["ended_on"])
    front, supplier = (_counting(rows[name], counts_as) for name in ("front_id", "provider_id"))
    first = np.full(len(root), len(row))
    np.minimum.at(first, row, np.arange(len(row)))  # a row of each case
    ended_at, cases = _summed((service[first], front[first], ended[first]), np.ones(len(root)))
    by_part, parts = _summed((service, front, ended, supplier), share)
    return Past(
        service=ended_at[0],
        front=ended_at[1],
        ended=ended_at[2],
        cases=np.rint(cases).astype(np.int64),
        part_service=by_part[0],
        part_front=by_part[1],
        part_ended=by_part[2],
        supplier=by_part[3],
        part=parts,
    )


def _summed(columns: Sequence[Ints], values: Floats) -> tuple[tuple[Ints, ...], Floats]:
    """Each combination of the columns once, and the sum of its values."""
    numbers = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        levels, place = np.unique(column, return_inverse=True)
        numbers = np.unique(numbers * max(1, len(levels)) + place, return_inverse=True)[1]
    _, first = np.unique(numbers, return_index=True)
    sums: Floats = np.bincount(numbers, weights=values).astype(np.float64)
    return tuple(column[first] for column in columns), sums


def _counting(numbers: pa.ChunkedArray, counts_as: Mapping[int, int]) -> Ints:
    """As which supplier each of these departments counts."""
    found, place = np.unique(_whole(numbers), return_inverse=True)
    return np.array([counts_as[int(one)] for one in found], np.int64)[place]


def _whole(column: pa.ChunkedArray) -> Ints:
    """As whole numbers; a day as the days since 1970."""
    plain = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
    whole: Ints = plain.to_numpy().astype(np.int64)
    return whole


def cases_of(read: Everything, span: Weeks, rows: pa.Table) -> tuple[list[int], Cases]:
    """Return the cases of the span with the weights that stood before each, and the departments they depended on.

    `rows`: request_id, week_on, provider_id, service_id, outcome (null: not told), and perhaps `unaffected`.
    """
    periods = span.periods_of(_whole(rows["week_on"]))
    rows = rows.filter(pa.array((periods >= 0) & (periods < span.periods))).sort_by([("request_id", "ascending")])
    came = (_whole(rows["service_id"]), _counting(rows["provider_id"], read.counts_as))
    arrived = np.stack([*came, span.periods_of(_whole(rows["week_on"]))], axis=1)
    arrivals, kind = np.unique(arrived, axis=0, return_inverse=True)
    kind = kind.reshape(-1)  # one release of numpy gives it as a column
    past = replace(read.past, ended=span.periods_of(read.past.ended), part_ended=span.periods_of(read.past.part_ended))
    is_much = rows.num_rows * len(np.unique(read.past.supplier)) > MOST_EXPOSURES
    weights = weights_of(arrivals, past, periods=span.periods, left_out=LEFT_OUT if is_much else 0.0)
    first = np.searchsorted(weights.kind, np.arange(len(arrivals) + 1))
    length = np.diff(first)[kind]
    used = np.flatnonzero(length)  # a case that depends on nobody tells nothing
    length, kind = length[used], kind[used]
    entry = np.repeat(first[kind] - np.cumsum(length) + length, length) + np.arange(int(length.sum()))
    numbers, which = np.unique(weights.supplier, return_inverse=True)
    return [int(number) for number in numbers], Cases(
        outcome=_told(rows["outcome"])[used],
        period=arrived[used, 2],
        unit=_numbered(arrived[used, 1]),
        case_type=_numbered(arrived[used, 0]),
        rows=np.repeat(np.arange(len(used)), length),
        suppliers=which[entry].astype(np.int64),
        weights=weights.weight[entry],
        unaffected=_told(rows["unaffected"])[used] if "unaffected" in rows.column_names else None,
    )


def _told(column: pa.ChunkedArray) -> Floats:
    """Numbers; what is not told is not a number."""
    told: Floats = column.cast(pa.float64()).to_numpy().astype(np.float64)
    return told


def _numbered(ids: Ints) -> Ints:
    numbered: Ints = np.unique(ids, return_inverse=True)[1].astype(np.int64)
    return numbered


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
