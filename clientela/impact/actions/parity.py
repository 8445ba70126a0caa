"""Bringing both sides up to date: the weeks that have changed are computed from the analytics store and replaced."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from clientela.directory import queries as directory
from clientela.impact.models import ParityDrawing, ParityWeek
from clientela.kernel.analytics.apart import run_apart
from clientela.kernel.analytics.manifest import StoreUnreadableError, read_manifest

ONLY_ROW: Final = 1
LONGEST_SECONDS: Final = 1800.0
_COMPUTED: Final = "clientela.impact.measures.drawing:parity_weeks"
_READ: Final = ("requests", "legs", "clocks")


def draw_first_parity(*, at: datetime, folder: Path | None = None) -> int:
    """Work both sides out in a house where nobody has, as soon as there is a store. Asks one row, once it is done."""
    return 0 if ParityDrawing.objects.exists() else draw_parity(at=at, folder=folder)


def draw_parity(*, at: datetime, folder: Path | None = None) -> int:
    """Bring the weeks of both sides up to the analytics store as it is now; return how many were replaced.

    Nothing is computed when the store holds what it held last time on the same day, or when there is none yet. What is
    still open is late until the day's beginning, so that its week changes once a day. Safe to run twice, and twice at
    once: weeks are replaced whole, in one transaction. Raises ApartError.
    """
    where = folder or Path(settings.ANALYTICS_FOLDER)
    try:
        files = read_manifest(where).files_of(_READ)
    except StoreUnreadableError:
        return 0
    if files is None:
        return 0
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    now_there = {"files": files, "until": today.isoformat()}
    drawing = ParityDrawing.objects.filter(pk=ONLY_ROW).first()
    seen: dict[str, Any] = drawing.seen if drawing is not None else {}
    if {name: seen.get(name) for name in now_there} == now_there:
        ParityDrawing.objects.filter(pk=ONLY_ROW).update(drawn_at=at)
        return 0
    weeks: dict[str, Any] = run_apart(
        _COMPUTED,
        {"folder": str(where), "known": seen.get("weeks", {}), "at": today},
        memory_limit_mb=settings.ANALYTICS_MEMORY_MB,
        seconds=LONGEST_SECONDS,
    )
    _replace(weeks, at=at, now_there=now_there)
    return len(weeks)


@transaction.atomic
def _replace(weeks: Mapping[str, Mapping[str, Any]], *, at: datetime, now_there: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        # Two at once would each delete what the other has not written yet, and both would write.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('impact: one works out both sides at a time'))")
    row = ParityDrawing.objects.filter(pk=ONLY_ROW).first()
    known: dict[str, str] = dict(row.seen.get("weeks", {})) if row is not None else {}
    departments = {card.id for card in directory.departments()}
    ParityWeek.objects.filter(week_on__in=[date.fromisoformat(week) for week in weeks]).delete()
    ParityWeek.objects.bulk_create(
        (
            ParityWeek(week_on=date.fromisoformat(week), **told)
            for week, drawn in weeks.items()
            for told in drawn["rows"]
            if told["provider_id"] in departments
        ),
        batch_size=1000,
    )
    known |= {week: drawn["like"] for week, drawn in weeks.items()}
    known = {week: like for week, like in sorted(known.items()) if like}
    ParityDrawing.objects.update_or_create(
        pk=ONLY_ROW, defaults={"drawn_at": at, "seen": {**now_there, "weeks": known}}
    )
