"""Working hours around a moment, and what would be promised now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from clientela.promises import rules
from clientela.promises.models import TermsVersion
from clientela.promises.queries.states import calendar_version_of, calendar_versions, terms_of, working_calendar

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class HoursToday:
    """A department's working hours around a moment."""

    zone: str
    calendar_name: str
    is_open: bool
    closes_at: datetime | None  # the last end of work today, if any is left
    opens_at: datetime | None  # the next opening, when closed
    working_seconds_left_today: int
    periods_today: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class PromisedTimes:
    """What would be promised to somebody who asked now."""

    first_reply_at: datetime | None
    resolution_at: datetime | None
    zone: str
    calendar_name: str


def hours_today(department_id: int, *, at: datetime, calendar_version_id: int | None = None) -> HoursToday:
    """Return how the department's working day stands at a moment, in its own zone.

    Three statements, none if its calendar version is known already.
    """
    calendar = working_calendar(calendar_version_id or calendar_version_of(department_id))
    local = at.astimezone(ZoneInfo(calendar.zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    midnight, tomorrow = local.astimezone(UTC), (local + timedelta(days=1)).astimezone(UTC)
    periods = tuple(
        (period.opens_at, period.closes_at) for period in rules.open_periods_after(calendar, midnight, until=tomorrow)
    )
    left = [(max(start, at), end) for start, end in periods if end > at]
    is_open = rules.is_open(calendar, at)
    return HoursToday(
        zone=calendar.zone,
        calendar_name=calendar.name,
        is_open=is_open,
        closes_at=left[-1][1] if left else None,
        opens_at=None if is_open else rules.next_opening(calendar, at),
        working_seconds_left_today=sum(int((end - start).total_seconds()) for start, end in left),
        periods_today=periods,
    )


def due_if_asked_now(terms_id: int, provider_id: int, *, at: datetime) -> PromisedTimes:
    """Return when a first reply and the resolution would be due if somebody asked now."""
    version = TermsVersion.objects.filter(terms=terms_id).order_by("-number")[0]
    terms = terms_of(version)
    calendar = working_calendar(calendar_version_of(provider_id))

    def due(minutes: int | None) -> datetime | None:
        return None if minutes is None else rules.add_working_seconds(calendar, at, minutes * 60)

    return PromisedTimes(
        first_reply_at=due(terms.first_reply_minutes),
        resolution_at=due(terms.resolution_minutes),
        zone=calendar.zone,
        calendar_name=calendar.name,
    )


def working_seconds_of(spans: Sequence[tuple[int, datetime, datetime]]) -> list[int]:
    """Return the working seconds of each (department, start, end).

    Three statements, and one for a calendar not seen before, however many spans. Raises NoCalendarError.
    """
    versions = calendar_versions()
    return [
        rules.working_seconds_between(
            # A department without hours, its own or from above, is named by the error of the single question.
            working_calendar(versions.get(department_id) or calendar_version_of(department_id)),
            start,
            end,
        )
        for department_id, start, end in spans
    ]


@dataclass(frozen=True)
class OpenTime:
    """When a department works in a span: its zone, and its open periods, the earliest first."""

    zone: str
    periods: tuple[tuple[datetime, datetime], ...]


def open_time_of(department_ids: Collection[int], *, since: datetime, until: datetime) -> dict[int, OpenTime]:
    """Return when the departments work in a span; those without a calendar are left out.

    Three statements, and one for a calendar not seen before.
    """
    versions = calendar_versions()
    found = {}
    for department_id in department_ids:
        if department_id in versions:
            calendar = working_calendar(versions[department_id])
            periods = rules.open_periods_after(calendar, since, until=until)
            found[department_id] = OpenTime(calendar.zone, tuple((one.opens_at, one.closes_at) for one in periods))
    return found


def usual_week_of(department_ids: Collection[int]) -> dict[int, tuple[str, tuple[tuple[int, int], ...]]]:
    """Return each department's zone and its usual week: minutes of the week, [start, end), Monday 0:00 is 0.

    An end may lie beyond the week (a Sunday night). Departments without a calendar are left out. Three statements, and
    one for a calendar not seen before.
    """
    versions = calendar_versions()
    found = {}
    for department_id in department_ids:
        if department_id in versions:
            calendar = working_calendar(versions[department_id])
            windows = tuple(
                (day * MINUTES_A_DAY + one.from_minute, day * MINUTES_A_DAY + one.to_minute + _overnight(one))
                for day, windows in enumerate(calendar.hours)
                for one in windows
            )
            found[department_id] = (calendar.zone, windows)
    return found


def _overnight(window: rules.Window) -> int:
    return MINUTES_A_DAY if window.to_minute < window.from_minute else 0
