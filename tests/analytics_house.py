"""A house in the analytics store, drawn by chance with a known effect: what suppliers do for colleagues shows outside.

Three front departments serve customers outside; twelve suppliers serve them. Each supplier is better in some weeks and
worse in others; `effect` is by how much of a point of five a customer's score follows the supplier of its case.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from clientela.directory.exports import DEPARTMENTS, STAFFING
from clientela.kernel.analytics.contracts import Table
from clientela.kernel.analytics.manifest import Manifest, Place, Stored, write_manifest
from clientela.kernel.analytics.parquet import TYPES, write_rows
from clientela.promises.exports import CLOCKS
from clientela.requests.exports import LEGS, PURCHASES, REQUESTS
from clientela.voice.exports import VOICES

UNTIL = date(2026, 11, 23)
FRONTS, SUPPLIERS = 3, 12
Rows = list[dict[str, Any]]


class House:
    """Rows of every table, drawn from one seed. Departments are numbered from `first_id`, the fronts first."""

    def __init__(self, *, seed: int, effect: float, weeks: int = 26, first_id: int = 1, cases_a_week: int = 60) -> None:
        self._random = np.random.default_rng(seed)
        self._first_id = first_id
        self._weeks = weeks
        self._cases_a_week = cases_a_week
        self._effect = effect
        self.rows: dict[str, Rows] = {name: [] for name in ("requests", "legs", "clocks", "voices", "purchases")}
        self.departments: Rows = [
            {
                "department_id": first_id + number,
                "parent_id": None,
                "key": f"d{number}",
                "serves_outside": number < FRONTS,
            }
            for number in range(FRONTS + SUPPLIERS)
        ]
        self._quality = np.zeros((weeks, SUPPLIERS))
        for week in range(weeks):
            shock = self._random.normal(size=SUPPLIERS)
            self._quality[week] = 0.6 * self._quality[week - 1] + 0.8 * shock if week else shock
        self._shares = self._random.dirichlet(np.full(SUPPLIERS, 0.3), size=(FRONTS, 2))
        self.staffing: Rows = []
        for week in range(weeks):
            self._week(week)

    def _week(self, week: int) -> None:
        monday = datetime.combine(UNTIL, datetime.min.time(), UTC) - timedelta(weeks=self._weeks - week)
        for number in range(FRONTS + SUPPLIERS):
            self.staffing.append({"department_id": self._first_id + number, "week_on": monday.date(), "members": 8})
        for _ in range(self._cases_a_week):
            self._case(week, monday)
        for supplier in range(SUPPLIERS):
            for _ in range(int(self._random.integers(12, 24))):
                self._inside(week, monday, supplier)

    def _moment(self, monday: datetime) -> datetime:
        return monday + timedelta(minutes=int(self._random.integers(0, 6 * 24 * 60)))

    def _case(self, week: int, monday: datetime) -> None:
        front, service = int(self._random.integers(FRONTS)), int(self._random.integers(2))
        supplier = int(self._random.choice(SUPPLIERS, p=self._shares[front, service]))
        opened_at = self._moment(monday)
        case = self._request(opened_at, self._first_id + front, service, side="outside", seconds=3600)
        provider = self._first_id + FRONTS + supplier
        self._request(
            opened_at, provider, service, side="inside", seconds=7200, root_id=case, asker=self._first_id + front
        )
        score = 3.6 + self._effect * self._quality[week, supplier] + self._random.normal(scale=0.9)
        self._voice(case, opened_at + timedelta(days=1), self._first_id + front, side="outside", score=score)

    def _inside(self, week: int, monday: datetime, supplier: int) -> None:
        opened_at, provider = self._moment(monday), self._first_id + FRONTS + supplier
        asker = self._first_id + int(self._random.integers(FRONTS))
        number = self._request(opened_at, provider, 2, side="inside", seconds=1800, asker=asker)
        quality = self._quality[week, supplier]
        is_kept = bool(self._random.random() < 1 / (1 + np.exp(-1 - quality)))
        self.rows["clocks"].append(
            {
                "clock_id": number,
                "request_id": number,
                "provider_id": provider,
                "kind": "resolution",
                "started_at": opened_at,
                "kept_at": opened_at + timedelta(hours=5),
                "broken_at": None if is_kept else opened_at + timedelta(hours=4),
                "is_open": False,
                "target_seconds": 14_400,
            }
        )
        said = 3.5 + 0.6 * quality + self._random.normal(scale=0.7)
        self._voice(number, opened_at + timedelta(hours=6), provider, side="inside", score=said, rater=asker)

    def _request(
        self, opened_at: datetime, provider: int, service: int, *, side: str, seconds: int, root_id: int | None = None,
        asker: int | None = None,
    ) -> int:  # fmt: skip
        number = len(self.rows["requests"]) + 1
        resolved_at = opened_at + timedelta(hours=6)
        root = root_id or number
        self.rows["requests"].append(
            {
                "request_id": number,
                "root_id": root,
                "parent_id": root_id,
                "provider_id": provider,
                "service_id": 1 + service,
                "customer_kind": "department" if asker else "person",
                "customer_department_id": asker,
                "segment": None if asker else "households",
                "side": side,
                "channel": "portal",
                "language": "en",
                "is_complaint": False,
                "state": "resolved",
                "opened_at": opened_at,
                "resolved_at": resolved_at,
                "closed_at": None,
                "reopened_count": 0,
            }
        )
        self.rows["legs"].append(
            {
                "request_id": number,
                "position": 0,
                "provider_id": provider,
                "service_id": 1 + service,
                "root_id": root,
                "parent_id": root_id,
                "side": side,
                "started_at": opened_at,
                "ended_at": resolved_at,
                "outcome": "resolved",
                "queue_seconds": seconds // 2,
                "work_seconds": seconds // 2,
                "customer_seconds": 0,
                "department_seconds": 0,
                "date_seconds": 0,
            }
        )
        return number

    def _voice(
        self, request_id: int, said_at: datetime, provider: int, *, side: str, score: float, rater: int | None = None
    ) -> None:
        rounded = int(np.clip(round(score), 1, 5))
        self.rows["voices"].append(
            {
                "voice_id": len(self.rows["voices"]) + 1,
                "request_id": request_id,
                "provider_id": provider,
                "rater_department_id": rater,
                "service_id": 1,
                "side": side,
                "kind": "rating",
                "measure": "csat",
                "score": rounded,
                "share": (rounded - 1) / 4,
                "said_at": said_at,
                "is_anonymous": False,
            }
        )


def memory(table: Table, rows: Rows) -> ir.Table:
    """These rows as the store would give them; a column that is not told is empty."""
    schema = pa.schema([(column.name, TYPES[column.type]) for column in table.columns])
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema))


def stored(folder: Path, tables: Sequence[tuple[Table, Rows]]) -> None:
    """Write these rows as the store of a folder."""
    found: dict[str, Stored] = {}
    for table, rows in tables:
        schema = pa.schema([(column.name, TYPES[column.type]) for column in table.columns])
        written = write_rows(folder, table, pa.Table.from_pylist(rows, schema=schema), ids=None, name="all", version=1)
        found[table.name] = Stored(table=table, base=written.rows)
    write_manifest(folder, Manifest(house="test", place=Place(1, 1), tables=found))


def store_of(house: House, folder: Path, *, without: Mapping[str, Any] | None = None) -> Path:
    """Write the whole house as a store. `without`: tables that stand there empty."""
    empty = without or {}
    named = {**house.rows, "departments": house.departments, "staffing": house.staffing}
    tables = (REQUESTS, LEGS, CLOCKS, VOICES, PURCHASES, DEPARTMENTS, STAFFING)
    stored(folder, [(table, [] if table.name in empty else named[table.name]) for table in tables])
    return folder
