"""Small tables of the analytics store, told row by row, as Ibis reads them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from clientela.kernel.analytics.contracts import Measure, Table
from clientela.promises.exports import CLOCKS
from clientela.requests.exports import LEGS, REQUESTS
from clientela.voice.exports import VOICES

TABLES = {table.name: table for table in (REQUESTS, LEGS, CLOCKS, VOICES)}
KINDS = {
    "timestamp": "timestamp('UTC')",
    "date": "date",
    "int64": "int64",
    "string": "string",
    "float64": "float64",
    "bool": "boolean",
}
Row = Mapping[str, Any]

CARE, WORKSHOP, WARSAW, IT = 11, 12, 13, 14


def day(number: int, hour: int = 9) -> datetime:
    """A moment of November 2026, in UTC: the 2nd is a Monday."""
    return datetime(2026, 11, number, hour, tzinfo=UTC)


def request(number: int, **told: Any) -> Row:
    """A resolved request to Care from a household; say what is otherwise."""
    return {
        "request_id": number,
        "root_id": number,
        "parent_id": None,
        "provider_id": CARE,
        "service_id": 1,
        "customer_kind": "person",
        "customer_department_id": None,
        "segment": None if told.get("customer_department_id") else "households",
        "side": "inside" if told.get("customer_department_id") else "outside",
        "channel": "portal",
        "language": "en",
        "is_complaint": False,
        "state": "resolved",
        "opened_at": day(3),
        "resolved_at": day(4),
        "closed_at": None,
        "reopened_count": 0,
        **told,
    }


def legs(number: int, *stays: tuple[int, str], seconds: int = 600, started_at: datetime | None = None) -> list[Row]:
    """The stays of a request: where, and how each ended."""
    return [
        {
            "request_id": number,
            "position": position,
            "provider_id": provider_id,
            "service_id": 1,
            "root_id": number,
            "parent_id": None,
            "side": "outside",
            "started_at": started_at or day(3),
            "ended_at": None if outcome == "open" else day(4),
            "outcome": outcome,
            "queue_seconds": seconds,
            "work_seconds": 0,
            "customer_seconds": 0,
            "department_seconds": 0,
            "date_seconds": 0,
        }
        for position, (provider_id, outcome) in enumerate(stays)
    ]


def clock(number: int, request_id: int | None, *, how: str, kind: str = "resolution") -> Row:
    """A promise: kept, broken (and kept late), or open."""
    return {
        "clock_id": number,
        "request_id": request_id,
        "provider_id": CARE,
        "kind": kind,
        "started_at": day(3),
        "due_at": None,
        "kept_at": None if how == "open" else day(4),
        "broken_at": day(4) if how == "broken" else None,
        "is_open": how == "open",
        "target_seconds": 3600,
    }


def voice(number: int, **told: Any) -> Row:
    """A household's 5 of 5 to Care on Tuesday; say what is otherwise."""
    return {
        "voice_id": number,
        "request_id": None,
        "provider_id": CARE,
        "rater_department_id": None,
        "service_id": None,
        "side": "inside" if told.get("rater_department_id") else "outside",
        "kind": "rating",
        "measure": "csat",
        "score": 5,
        "share": 1.0,
        "said_at": day(3),
        "is_anonymous": False,
        **told,
    }


def stored(name: str, rows: Iterable[Row]) -> ir.Table:
    """A table as the store gives it."""
    table: Table = TABLES[name]
    schema = ibis.schema({column.name: KINDS[column.type] for column in table.columns})
    return ibis.memtable(pa.Table.from_pylist(list(rows), schema=schema.to_pyarrow()))


def computed(measure: Measure, /, **tables: Iterable[Row]) -> list[dict[str, Any]]:
    """The measure's rows over these tables, in the order of its key; tables that are not told are empty."""
    given = {name: stored(name, tables.get(name, ())) for name in measure.tables}
    rows = measure.expression(given, **measure.arguments).to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: [str(row[name]) for name in measure.key])
