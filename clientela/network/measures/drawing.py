"""Computing the weeks of the map from the store, apart: only those that are no longer as they were."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from clientela.kernel.analytics.engines import connect, measured
from clientela.network.measures.edges import EDGE, MEASURES

COUNTS: Final = (
    "asked",
    "decided",
    "late",
    "done",
    "reworked",
    "handed_back",
    "reopened",
    "asked_again",
    "handed_over",
    "scored",
    "satisfied",
)
MOST_ROWS: Final = 100_000  # in one go: whoever waits for them holds them all


@dataclass
class _Cell:
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    waits: dict[int, int] = field(default_factory=dict)


def edge_weeks(*, folder: str, known: Mapping[str, str], most_rows: int = MOST_ROWS) -> dict[str, Any]:
    """Return the weeks that differ from those that are known, the newest first, and whether that is all of them.

    `known`: what each week was like, by its Monday, as returned here before. {"weeks": {Monday: {"like": what it is
    like now, "rows": [{provider_id, customer_id, segment, the counts, wait_buckets, wait_counts}]}}, "is_all"}. A week
    in which there is nothing any more has no rows and is like "". Raises StoreUnreadableError.
    """
    cells = _cells(folder)
    by_week: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for key in sorted(cells, key=lambda key: (key[1], key[2] or 0, key[3] or "")):
        by_week[key[0]].append(_row(key, cells[key]))
    changed: dict[str, dict[str, Any]] = {}
    count = 0
    for week in sorted({*by_week, *map(date.fromisoformat, known)}, reverse=True):
        rows = by_week.get(week, [])
        like = sha256(repr(rows).encode()).hexdigest() if rows else ""
        if like == known.get(week.isoformat(), ""):
            continue
        if changed and count + len(rows) > most_rows:
            return {"weeks": changed, "is_all": False}
        changed[week.isoformat()] = {"like": like, "rows": rows}
        count += len(rows)
    return {"weeks": changed, "is_all": True}


def _cells(folder: str) -> dict[tuple[Any, ...], _Cell]:
    cells: dict[tuple[Any, ...], _Cell] = defaultdict(_Cell)
    engine = connect(folder)
    for measure in MEASURES:
        for row in measured(engine, measure).to_pylist():
            cell = cells[tuple(row[name] for name in EDGE)]
            if "bucket" in row:
                cell.waits[row["bucket"]] = row["n"]
            else:
                cell.counts.update({name: row[name] for name in COUNTS if name in row})
    return cells


def _row(key: tuple[Any, ...], cell: _Cell) -> dict[str, Any]:
    buckets = sorted(cell.waits)
    return {
        "provider_id": key[1],
        "customer_id": key[2],
        "segment": key[3] or "",
        **cell.counts,
        "wait_buckets": buckets,
        "wait_counts": [cell.waits[bucket] for bucket in buckets],
    }
