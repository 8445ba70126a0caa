"""Drawing the map: the weeks that have changed are computed from the analytics store and replaced."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from clientela.directory import queries as directory
from clientela.kernel.analytics.apart import run_apart
from clientela.kernel.analytics.manifest import StoreUnreadableError, read_manifest
from clientela.network.models import EdgeWeek, MapDrawing

ONLY_ROW: Final = 1
AT_ONCE: Final = 2000
LONGEST_SECONDS: Final = 1800.0
_COMPUTED: Final = "clientela.network.measures.drawing:edge_weeks"
_READ: Final = ("requests", "legs", "clocks", "voices")


def draw_first_map(*, at: datetime, folder: Path | None = None) -> int:
    """Draw the map of a house that has none yet, as soon as there is a store. Asks one row, once it is drawn."""
    return 0 if MapDrawing.objects.exists() else draw_map(at=at, folder=folder)


def draw_map(*, at: datetime, folder: Path | None = None) -> int:
    """Bring the weeks of the map up to the analytics store as it is now; return how many were replaced.

    Nothing is computed when the store holds what it held last time, or when there is none yet. Safe to run twice, and
    twice at once: a week is replaced whole, with what it was like, in one transaction. Raises ApartError.
    """
    where = folder or Path(settings.ANALYTICS_FOLDER)
    try:
        files = read_manifest(where).files_of(_READ)
    except StoreUnreadableError:
        return 0
    if files is None:
        return 0
    drawing = MapDrawing.objects.filter(pk=ONLY_ROW).first()
    seen: dict[str, Any] = drawing.seen if drawing is not None else {}
    if seen.get("files") == files:
        MapDrawing.objects.filter(pk=ONLY_ROW).update(drawn_at=at)
        return 0
    known: dict[str, str] = seen.get("weeks", {})
    replaced = 0
    is_all = False
    while not is_all:
        found = run_apart(
            _COMPUTED,
            {"folder": str(where), "known": known},
            memory_limit_mb=settings.ANALYTICS_MEMORY_MB,
            seconds=LONGEST_SECONDS,
        )
        is_all = found["is_all"]
        known = _replace(found["weeks"], at=at, files=files if is_all else [])
        replaced += len(found["weeks"])
    return replaced


@transaction.atomic
def _replace(weeks: Mapping[str, Mapping[str, Any]], *, at: datetime, files: list[str]) -> dict[str, str]:
    """Replace these weeks; return what all weeks are like now."""
    with connection.cursor() as cursor:
        # Two drawings at once would each delete what the other has not written yet, and both would write.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('network: one draws at a time'))")
    row = MapDrawing.objects.filter(pk=ONLY_ROW).first()
    known: dict[str, str] = dict(row.seen.get("weeks", {})) if row is not None else {}
    departments = {card.id for card in directory.departments()}
    EdgeWeek.objects.filter(week_on__in=[date.fromisoformat(week) for week in weeks]).delete()
    EdgeWeek.objects.bulk_create(
        (
            EdgeWeek(week_on=date.fromisoformat(week), **told)
            for week, drawn in weeks.items()
            for told in drawn["rows"]
            if told["provider_id"] in departments and told["customer_id"] in departments | {None}
        ),
        batch_size=AT_ONCE,
    )
    for week, drawn in weeks.items():
        known[week] = drawn["like"]
    known = {week: like for week, like in sorted(known.items()) if like}
    MapDrawing.objects.update_or_create(
        pk=ONLY_ROW, defaults={"drawn_at": at, "seen": {"files": files, "weeks": known}}
    )
    return known
