"""Computing the weeks of both sides from the store, apart: only those that are no longer as they were."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from clientela.impact.measures.parity import MEASURES, PLACE
from clientela.kernel.analytics.engines import connect, measured

COUNTS: Final = ("asked", "replies_decided", "replies_kept", "promises_decided", "promises_kept")


def parity_weeks(*, folder: str, known: Mapping[str, str], at: datetime) -> dict[str, dict[str, Any]]:
    """Return the weeks that differ from those that are known: {Monday: {"like": what it is like now, "rows": [...]}}.

    `known`: what each week was like, by its Monday, as returned here before. A row has provider_id, side, the counts,
    the histogram of waits and the latest requests. A week in which there is nothing any more has no rows and is like
    "". `at`: until when what is still open is late; UTC. Raises StoreUnreadableError.
    """
    by_week: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for (week_on, side, provider_id), found in sorted(_found(folder, at).items()):
        by_week[week_on].append(_row(side, provider_id, found))
    changed = {}
    for week in sorted({*by_week, *map(date.fromisoformat, known)}):
        rows = by_week.get(week, [])
        like = sha256(repr(rows).encode()).hexdigest() if rows else ""
        if like != known.get(week.isoformat(), ""):
            changed[week.isoformat()] = {"like": like, "rows": rows}
    return changed


def _found(folder: str, at: datetime) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """What all measures say, by week, side and department."""
    engine = connect(folder)
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for measure in MEASURES:
        for row in measured(engine, measure, {"at": at} if measure.arguments else {}).to_pylist():
            found[tuple(row[name] for name in PLACE)].append(row)
    return found


def _row(side: str, provider_id: int, found: list[dict[str, Any]]) -> dict[str, Any]:
    counts = dict.fromkeys(COUNTS, 0)
    for row in found:
        counts.update({name: row[name] for name in COUNTS if name in row})
    waits = sorted((row["bucket"], row["n"]) for row in found if "bucket" in row)
    late = sorted((row["place"], row["request_id"], row["seconds"]) for row in found if "place" in row)
    return {
        "provider_id": provider_id,
        "side": side,
        **counts,
        "wait_buckets": [bucket for bucket, _n in waits],
        "wait_counts": [n for _bucket, n in waits],
        "late_requests": [request_id for _place, request_id, _seconds in late],
        "late_seconds": [seconds for _place, _request_id, seconds in late],
    }
