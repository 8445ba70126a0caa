"""Calendars and terms: what the clocks are measured by. A change is a new version; running clocks keep theirs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import require
from clientela.promises import rules
from clientela.promises.models import Calendar, CalendarVersion, DepartmentCalendar, Terms, TermsVersion
from clientela.promises.policies import may_set_promises


@transaction.atomic
def define_calendar(*, by: Viewer, at: datetime, key: str, name: str, definition: Mapping[str, Any]) -> int:
    """Make the calendar `key` or a new version of it, and return the version's id. Nothing new if nothing changes.

    `definition` is the JSON of a WorkingCalendar. Raises rules.CalendarProblemError naming the calendar, the field and
    the remedy when it cannot be used. A calendar without working time within two years is refused here already, and
    not when the first promise is made.
    """
    require(may_set_promises(by))
    working_calendar = rules.calendar_from_json({**definition, "name": name})
    rules.next_opening(working_calendar, at)
    calendar, _ = Calendar.objects.get_or_create(key=key, defaults={"name": name})
    Calendar.objects.select_for_update().get(pk=calendar.pk)
    kept_definition = rules.calendar_to_json(working_calendar)
    newest = CalendarVersion.objects.filter(calendar=calendar).order_by("-number").first()
    if newest is not None and newest.definition == kept_definition and calendar.name == name:
        return newest.pk
    Calendar.objects.filter(pk=calendar.pk).update(name=name)
    version = CalendarVersion.objects.create(
        calendar=calendar, number=newest.number + 1 if newest else 1, definition=kept_definition, made_at=at
    )
    record(
        verb="calendar_defined",
        by=by.person_id,
        at=at,
        about=[thing("calendar", calendar.pk)],
        key=key,
        version=version.number,
    )
    return version.pk


@transaction.atomic
def assign_calendar(*, by: Viewer, at: datetime, department_id: int, calendar_key: str) -> None:
    """Let a department work by a calendar from now on. Running clocks keep the one they started with."""
    require(may_set_promises(by))
    calendar = Calendar.objects.get(key=calendar_key)
    DepartmentCalendar.objects.update_or_create(department_id=department_id, defaults={"calendar": calendar})
    record(
        verb="calendar_assigned",
        by=by.person_id,
        at=at,
        about=[thing("party", department_id), thing("calendar", calendar.pk)],
        key=calendar_key,
    )


@transaction.atomic
def define_terms(
    *,
    by: Viewer,
    at: datetime,
    key: str,
    name: str,
    first_reply_minutes: int | None,
    next_reply_minutes: int | None,
    resolution_minutes: int | None,
    pauses_while: Sequence[str],
    on_reopen: str,
    warn_share: float = 0.8,
) -> int:
    """Make the terms `key`, or a new version of them, and return the terms' id. Minutes are working minutes."""
    require(may_set_promises(by))
    promised = rules.Terms(
        first_reply_minutes=first_reply_minutes,
        next_reply_minutes=next_reply_minutes,
        resolution_minutes=resolution_minutes,
        pauses_while=frozenset(pauses_while),
        on_reopen=on_reopen,
        warn_share=warn_share,
    )
    terms, _ = Terms.objects.get_or_create(key=key, defaults={"name": name})
    Terms.objects.select_for_update().get(pk=terms.pk)
    content = {
        "first_reply_minutes": promised.first_reply_minutes,
        "next_reply_minutes": promised.next_reply_minutes,
        "resolution_minutes": promised.resolution_minutes,
        "pauses_while": sorted(promised.pauses_while),
        "on_reopen": promised.on_reopen,
        "warn_share": promised.warn_share,
    }
    newest = TermsVersion.objects.filter(terms=terms).order_by("-number").first()
    if newest is not None and all(getattr(newest, field) == value for field, value in content.items()):
        return terms.pk
    Terms.objects.filter(pk=terms.pk).update(name=name)
    number = newest.number + 1 if newest else 1
    TermsVersion.objects.create(terms=terms, number=number, made_at=at, **content)
    record(verb="terms_defined", by=by.person_id, at=at, about=[thing("terms", terms.pk)], key=key, version=number)
    return terms.pk
