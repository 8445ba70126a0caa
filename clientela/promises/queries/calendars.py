"""Calendars and terms, for Settings and for the demonstration."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from clientela.promises.models import Calendar, CalendarVersion, DepartmentCalendar, Terms, TermsVersion


@dataclass(frozen=True)
class CalendarSeen:
    """A calendar's newest version, for Settings."""

    key: str
    name: str
    number: int
    definition: dict[str, object]
    department_ids: tuple[int, ...]
    made_at: datetime


@dataclass(frozen=True)
class TermsSeen:
    """Newest version of some terms, for Settings."""

    id: int
    key: str
    name: str
    number: int
    version_id: int
    first_reply_minutes: int | None
    next_reply_minutes: int | None
    resolution_minutes: int | None
    pauses_while: tuple[str, ...]
    on_reopen: str
    warn_share: float


def calendars() -> list[CalendarSeen]:
    """Return every calendar's newest version, by name."""
    newest = (
        CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id").select_related("calendar")
    )
    users: dict[int, list[int]] = defaultdict(list)
    for department_id, calendar_id in DepartmentCalendar.objects.values_list("department_id", "calendar_id"):
        users[calendar_id].append(department_id)
    seen = [
        CalendarSeen(
            key=version.calendar.key,
            name=version.calendar.name,
            number=version.number,
            definition=version.definition,
            department_ids=tuple(sorted(users[version.calendar_id])),
            made_at=version.made_at,
        )
        for version in newest
    ]
    return sorted(seen, key=lambda calendar: calendar.name)


def calendar_of_department(department_id: int) -> str | None:
    """Return the key of the calendar a department itself is assigned, or None."""
    return Calendar.objects.filter(departmentcalendar__department=department_id).values_list("key", flat=True).first()


def all_terms() -> list[TermsSeen]:
    """Return the newest version of all terms, by name."""
    newest = TermsVersion.objects.order_by("terms_id", "-number").distinct("terms_id").select_related("terms")
    seen = [
        TermsSeen(
            id=version.terms_id,
            key=version.terms.key,
            name=version.terms.name,
            number=version.number,
            version_id=version.pk,
            first_reply_minutes=version.first_reply_minutes,
            next_reply_minutes=version.next_reply_minutes,
            resolution_minutes=version.resolution_minutes,
            pauses_while=tuple(version.pauses_while),
            on_reopen=version.on_reopen,
            warn_share=version.warn_share,
        )
        for version in newest
    ]
    return sorted(seen, key=lambda terms: terms.name)


def terms_by_key(key: str) -> int | None:
    """Return the id of the terms with this key, or None."""
    return Terms.objects.filter(key=key).values_list("pk", flat=True).first()


def newest_terms_versions() -> dict[int, TermsSeen]:
    """Return the newest version of all terms by the terms' id."""
    return {terms.id: terms for terms in all_terms()}
