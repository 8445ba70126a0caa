"""The small organisation of the tests as files of cases: what a house would bring from a help desk elsewhere."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from clientela.impact.rules.cases import Cases, Inside
from tests.rules.impact.organisation import PERIODS, SUPPLIERS

MONTHS = [f"2024-{month:02d}" for month in range(1, PERIODS + 1)]
HEADING = "order_id,score,month,shop,kind,dept,w,q1,q2,busy,n,visit_before"
ROLES = {
    "case": "order_id", "period": "month", "unit": "shop", "type": "kind", "supplier": "dept", "weight": "w",
    "quality": "q1", "quality2": "q2", "load": "busy", "answers": "n", "unaffected": "visit_before",
}  # fmt: skip
COLUMNS = ",".join(f"{role}={column}" for role, column in ({"outcome": "score"} | ROLES).items())
MET = ("waiting_before", "served_well", "urgent")  # columns of the check on the queue


def long_rows(cases: Cases, inside: Inside) -> list[list[object]]:
    """A row for each case and supplier, with everything that is known."""
    assert inside.load is not None
    assert cases.unaffected is not None
    rows: list[list[object]] = []
    for row, supplier, weight in zip(cases.rows, cases.suppliers, cases.weights, strict=True):
        period = cases.period[row]
        rows.append([
            f"o{row}", cases.outcome[row], MONTHS[period], f"shop {cases.unit[row]}", f"kind {cases.case_type[row]}",
            f"dept {supplier}", weight, *inside.quality[:, period, supplier], inside.load[period, supplier], 12,
            cases.unaffected[row],
        ])  # fmt: skip
    return rows


def yes_and_no(cases: Cases) -> list[list[object]]:
    """Whether each case's customer came back, and left, row by row of `long_rows`."""
    came, left = np.quantile(cases.outcome, 0.4), np.quantile(cases.outcome, 0.3)
    return [["yes" if cases.outcome[row] > came else "no", int(cases.outcome[row] < left)] for row in cases.rows]


def met_on_arrival(cases: Cases, inside: Inside, *, triage: float = 0.0) -> tuple[Cases, list[list[object]]]:
    """The same cases after each met a queue, and row by row of `long_rows` the queue, how well it was served, urgency.

    The longer the queue, the worse a case was served, and half of that reaches its outcome, as half of the quality
    does. `triage`: how far urgent cases pass the queue.
    """
    draws = np.random.default_rng(17)
    urgency = draws.standard_normal(cases.count)
    queue = draws.standard_normal(cases.count) - triage * urgency
    quality = inside.quality.mean(axis=0)[cases.period[cases.rows], cases.suppliers]
    served = np.bincount(cases.rows, weights=cases.weights * quality, minlength=cases.count)
    served = served - 0.8 * queue + 0.3 * draws.standard_normal(cases.count)
    met = replace(cases, outcome=cases.outcome - 0.5 * 0.8 * queue)
    return met, [[queue[row], served[row], urgency[row]] for row in cases.rows]


def beside(*parts: Sequence[Sequence[object]]) -> list[list[object]]:
    """Rows with more columns."""
    return [[value for row in rows for value in row] for rows in zip(*parts, strict=True)]


def as_csv(heading: Iterable[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file as it would be brought."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue().encode()


def inside_rows(inside: Inside) -> list[list[object]]:
    """The suppliers' quality and load by period: dept, month, q1, q2, busy, n."""
    assert inside.load is not None
    return [
        [f"dept {supplier}", MONTHS[period], *inside.quality[:, period, supplier], inside.load[period, supplier], 12]
        for period in range(PERIODS)
        for supplier in range(SUPPLIERS)
    ]
