"""What is left of open promises, for many at once, and the working hours by which it is counted."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from clientela.promises import rules
from clientela.promises.models import Clock
from clientela.promises.queries.clocks import ClockSeen
from clientela.promises.queries.states import calendar_versions, events_by_clock, state_of, working_calendar


@dataclass(frozen=True)
class TimeLeft:
    """What is left of one open promise, in working seconds of its own calendar; negative once it is late."""

    kind: str  # first_reply, next_reply, resolution, personal
    due_at: datetime | None  # None while it stands still
    seconds_left: int


@dataclass(frozen=True)
class WorkingHours:
    """The calendar version by which each department works today."""

    versions: Mapping[int, int]

    def seconds_between(self, department_id: int, start: datetime, end: datetime) -> int:
        """Return the working seconds of a span; for a department without hours every hour counts."""
        version = self.versions.get(department_id)
        if version is None:
            return max(int((end - start).total_seconds()), 0)
        return rules.working_seconds_between(working_calendar(version), start, end)


def working_hours() -> WorkingHours:
    """Return the hours of every department. Three statements, and one for a calendar not seen before."""
    return WorkingHours(calendar_versions())


def time_left(*, at: datetime, subjects: Collection[str] | None = None) -> dict[str, tuple[TimeLeft, ...]]:
    """Return what is left of every open promise of the subjects, or of all, the earliest due first.

    Two statements, and one more where some stand still. What runs is read from its cached due moment.
    """
    clocks = Clock.objects.filter(is_open=True)
    if subjects is not None:
        clocks = clocks.filter(subject__in=list(subjects))
    still = list(clocks.filter(due_at__isnull=True).order_by("id"))
    found: dict[str, list[TimeLeft]] = defaultdict(list)
    known: dict[tuple[int, datetime], int] = {}
    running = clocks.filter(due_at__isnull=False).order_by("due_at", "id")
    for subject, kind, due_at, version in running.values_list("subject", "kind", "due_at", "calendar_version_id"):
        if due_at is None:
            continue
        if (version, due_at) not in known:
            known[version, due_at] = _signed(working_calendar(version), at, due_at)
        found[subject].append(TimeLeft(kind, due_at, known[version, due_at]))
    past = events_by_clock(still) if still else {}
    for clock in still:
        left = state_of(clock, past.get(clock.pk, []), at=at).working_seconds_left
        found[clock.subject].append(TimeLeft(clock.kind, None, left or 0))
    return {subject: tuple(left) for subject, left in found.items()}


def time_left_of(clock: ClockSeen) -> TimeLeft:
    """Return the same of a promise that has been looked at already."""
    return TimeLeft(clock.kind, clock.due_at, clock.working_seconds_left or 0)


def _signed(calendar: rules.WorkingCalendar, at: datetime, due_at: datetime) -> int:
    if due_at >= at:
        return rules.working_seconds_between(calendar, at, due_at)
    return -rules.working_seconds_between(calendar, due_at, at)
