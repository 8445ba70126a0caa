"""What a clock's events mean, read from the rows: the truth behind the cached columns."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.promises import rules
from clientela.promises.models import CalendarVersion, Clock, ClockEvent, DepartmentCalendar, TermsVersion


class NoCalendarError(Exception):
    """A department promises something and has no working hours. The message names it and the remedy."""


def calendar_version_of(department_id: int) -> int:
    """Return the newest calendar version of a department, or of the nearest department above that has one."""
    line = directory.departments_upward(department_id)
    assigned = dict(DepartmentCalendar.objects.filter(department__in=line).values_list("department_id", "calendar_id"))
    for above in line:
        if above in assigned:
            versions = CalendarVersion.objects.filter(calendar=assigned[above]).order_by("-number")
            return versions.values_list("pk", flat=True)[0]
    message = _("The department %(name)s has no calendar. Give it working hours in Settings, Calendars.") % {
        "name": directory.party_cards([department_id])[department_id].name
    }
    raise NoCalendarError(message)


def calendar_versions() -> dict[int, int]:
    """Return the newest calendar version that each department works by, its own or one from above. Three statements."""
    newest = dict(
        CalendarVersion.objects.order_by("calendar_id", "-number")
        .distinct("calendar_id")
        .values_list("calendar_id", "pk")
    )
    return {department: newest[calendar] for department, calendar in _calendar_of_each_department().items()}


def _calendar_of_each_department() -> dict[int, int]:
    assigned = dict(DepartmentCalendar.objects.values_list("department_id", "calendar_id"))
    parents = {department.id: department.parent_id for department in directory.departments()}
    found = {}
    for department_id in parents:
        above: int | None = department_id
        while above is not None and above not in assigned:
            above = parents[above]
        if above is not None:
            found[department_id] = assigned[above]
    return found


@dataclass(frozen=True)
class CalendarHistory:
    """By which calendar version each department worked when."""

    versions: Mapping[int, tuple[tuple[datetime, int], ...]]  # department → (made at, version), rising

    def version_at(self, department_id: int, at: datetime) -> int | None:
        """Return the version in force at a moment, before all of them the first; None for who has no hours at all."""
        known = self.versions.get(department_id, ())
        if not known:
            return None
        return next((version for made_at, version in reversed(known) if made_at <= at), known[0][1])

    def working_seconds(self, department_id: int, began_at: datetime) -> Callable[[datetime, datetime], int]:
        """Return how to count working seconds of something that began then; none for who has no hours."""
        version = self.version_at(department_id, began_at)
        if version is None:
            return lambda _start, _end: 0
        return partial(rules.working_seconds_between, working_calendar(version))


def calendar_history() -> CalendarHistory:
    """Return the calendar versions of each department, of its own calendar or one from above. Three statements."""
    versions: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    rows = CalendarVersion.objects.order_by("made_at", "number").values_list("calendar_id", "made_at", "pk")
    for calendar_id, made_at, version in rows:
        versions[calendar_id].append((made_at, version))
    return CalendarHistory(
        {department: tuple(versions[calendar]) for department, calendar in _calendar_of_each_department().items()}
    )


@lru_cache(maxsize=512)
def working_calendar(calendar_version_id: int) -> rules.WorkingCalendar:
    """Return the calendar of a version. Versions never change, so the answer is kept."""
    definition = CalendarVersion.objects.values_list("definition", flat=True).get(pk=calendar_version_id)
    return rules.calendar_from_json(definition)


@lru_cache(maxsize=512)
def promised_terms(terms_version_id: int) -> rules.Terms:
    """Return the terms of a version. Versions never change, so the answer is kept."""
    return terms_of(TermsVersion.objects.get(pk=terms_version_id))


def terms_of(version: TermsVersion) -> rules.Terms:
    """Return what a terms version promises."""
    return rules.Terms(
        first_reply_minutes=version.first_reply_minutes,
        next_reply_minutes=version.next_reply_minutes,
        resolution_minutes=version.resolution_minutes,
        pauses_while=frozenset(version.pauses_while),
        on_reopen=version.on_reopen,
        warn_share=version.warn_share,
    )


def events_of(rows: Iterable[ClockEvent]) -> list[rules.ClockEvent]:
    """Return events as the rules read them. `rows` stand in their order; events of one moment keep it."""
    return [
        rules.clock_event_from_json(at=row.at, kind=row.kind, data=row.data, position=position)
        for position, row in enumerate(rows)
    ]


def state_of(clock: Clock, rows: Iterable[ClockEvent], *, at: datetime) -> rules.ClockState:
    """Return what the clock's events mean at a moment."""
    events = list(rows)
    if len(events) == 1 and events[0].kind == ClockEvent.Kind.START and clock.fixed_due_at is None:
        # Hundreds of requests come in at one moment, and all that has happened to their clocks is that they started.
        promise = (clock.terms_version_id, clock.calendar_version_id, clock.target_seconds)
        return _just_started(*promise, events[0].at, at)
    return _computed(clock, events, at=at)


@lru_cache(maxsize=512)
def _just_started(
    terms_version_id: int | None,
    calendar_version_id: int,
    target_seconds: int | None,
    started_at: datetime,
    at: datetime,
) -> rules.ClockState:
    clock = Clock(
        terms_version_id=terms_version_id, calendar_version_id=calendar_version_id, target_seconds=target_seconds
    )
    return _computed(clock, [ClockEvent(at=started_at, kind=ClockEvent.Kind.START)], at=at)


def _computed(clock: Clock, rows: Iterable[ClockEvent], *, at: datetime) -> rules.ClockState:
    terms = promised_terms(clock.terms_version_id) if clock.terms_version_id else rules.Terms()
    return rules.clock_state(
        events=events_of(rows),
        now=at,
        calendar=working_calendar(clock.calendar_version_id),
        target_seconds=clock.target_seconds,
        fixed_due_at=clock.fixed_due_at,
        pauses_while=terms.pauses_while,
        warn_share=terms.warn_share,
    )


def events_by_clock(clocks: Sequence[Clock]) -> dict[int, list[ClockEvent]]:
    """Return each clock's events in order, with one statement."""
    found: dict[int, list[ClockEvent]] = defaultdict(list)
    for event in ClockEvent.objects.filter(clock__in=[clock.pk for clock in clocks]).order_by("clock_id", "at", "id"):
        found[event.clock_id].append(event)
    return found
