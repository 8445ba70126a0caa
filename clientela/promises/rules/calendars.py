"""Working calendars: when a provider works, in its own zone.

A moment is open when its wall clock in the calendar's zone falls in a window of that local day, so a window inside the
spring gap has no length and the repeated autumn hour counts twice. A window whose end comes before its start runs past
midnight and belongs to the day on which it starts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clientela.promises.rules.public_holidays import public_holidays, regions_by_country

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY: Final = 24 * 60


class CalendarProblemError(ValueError):
    """A calendar that cannot be used: which one, which field of it, what is wrong, and what to write instead.

    `code` is stable, for doors that say the same in the reader's language.
    """

    def __init__(self, *, calendar: str, field: str, code: str, problem: str, remedy: str) -> None:
        self.calendar = calendar
        self.field = field
        self.code = code
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"Calendar “{calendar}”, {field}: {problem} {remedy}")


@dataclass(frozen=True, order=True)
class Window:
    """Open from one wall time to another, in minutes after local midnight; half-open.

    `from_minute` 0 to 1439, `to_minute` 0 to 1440 (24:00). An end before the start lies on the next day.
    """

    from_minute: int
    to_minute: int

    def __str__(self) -> str:
        return f"{clock_text(self.from_minute)}–{clock_text(self.to_minute)}"


Windows = tuple[Window, ...]
DatedWindows = tuple[tuple[date, Windows], ...]


@dataclass(frozen=True)
class Holidays:
    """Days off: those of a country and region, plus `extra` ones, minus those that are `worked` all the same."""

    country: str | None = None
    region: str | None = None
    extra: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


NO_HOLIDAYS: Final = Holidays()


@dataclass(frozen=True)
class WorkingCalendar:
    """When a provider works. Raises CalendarProblemError when made of something that is not a calendar.

    `hours`: the windows of Monday to Sunday; several a day count as a union.
    `exceptions`: dates with windows of their own (possibly none) that replace those of their weekday.
    `breaks`: dates with wall times at which it is closed all the same.
    `holidays`: dates closed from 00:00 to 24:00, whatever begins, ends or is excepted on them. To work on one, put it
    among `holidays.worked`; its exception, or else its weekday, then says when.
    """

    name: str
    zone: str
    hours: tuple[Windows, ...]
    exceptions: DatedWindows = ()
    holidays: Holidays = NO_HOLIDAYS
    breaks: DatedWindows = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_name_and_zone(self)
        _check_week(self)
        for kind in ("exceptions", "breaks"):
            dated: DatedWindows = getattr(self, kind)
            _check_dated(self, kind, dated)
            object.__setattr__(self, kind, tuple(sorted(dated)))  # in one order, so that equal calendars are equal
        _check_holidays(self)
        # Calendars are keys of the cache of openings: hashing a hundred windows at each look-up would cost more than
        # the look-up itself.
        parts = (self.name, self.zone, self.hours, self.exceptions, self.holidays, self.breaks)
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash


def holiday_name(calendar: WorkingCalendar, day: date) -> str | None:
    """The name of the holiday that closes `day` ("" for an extra day off), or None on any other day."""
    rules = calendar.holidays
    if day in rules.worked:
        return None
    if rules.country is not None:
        name = public_holidays(rules.country, rules.region, day.year).get(day)
        if name is not None:
            return name
    return "" if day in rules.extra else None


def hidden_exceptions(calendar: WorkingCalendar) -> tuple[date, ...]:
    """Dates with hours of their own that never open because a holiday closes them: surely not what was meant."""
    return tuple(day for day, windows in calendar.exceptions if windows and holiday_name(calendar, day) is not None)


def clock_text(minute: int) -> str:
    """540 as 09:00, 1440 as 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def calendar_problem(calendar: str, place: str, code: str, problem: str, remedy: str) -> CalendarProblemError:
    """The error, ready to raise."""
    return CalendarProblemError(calendar=calendar, field=place, code=code, problem=problem, remedy=remedy)


def _check_name_and_zone(calendar: WorkingCalendar) -> None:
    if not calendar.name.strip():
        raise calendar_problem(calendar.name, "name", "no-name", "the name is empty.", "Give the calendar a name.")
    try:
        ZoneInfo(calendar.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "Europe"
        problem = f"there is no time zone “{calendar.zone}”."
        remedy = "Write its name as in the tz database, such as Europe/Bucharest."
        raise calendar_problem(calendar.name, "zone", "unknown-zone", problem, remedy) from None


def _check_week(calendar: WorkingCalendar) -> None:
    if len(calendar.hours) != len(WEEKDAYS):
        problem = f"a week has seven days, not {len(calendar.hours)}."
        raise calendar_problem(calendar.name, "hours", "seven-days", problem, "Give the windows of Monday to Sunday.")
    for weekday, windows in zip(WEEKDAYS, calendar.hours, strict=True):
        _check_windows(calendar, f"hours.{weekday}", windows)


def _check_dated(calendar: WorkingCalendar, kind: str, dated: DatedWindows) -> None:
    seen: set[date] = set()
    for day, windows in dated:
        _check_day(calendar, kind, day)
        _check_windows(calendar, f"{kind}.{day.isoformat()}", windows)
        if day in seen:
            place = f"{kind}.{day.isoformat()}"
            raise calendar_problem(calendar.name, place, "date-twice", "the date is there twice.", "Make them one.")
        seen.add(day)


def _check_windows(calendar: WorkingCalendar, place: str, windows: Iterable[Window]) -> None:
    for number, window in enumerate(windows):
        where = f"{place}[{number}]"
        if not (0 <= window.from_minute < MINUTES_A_DAY and 0 <= window.to_minute <= MINUTES_A_DAY):
            problem = f"{window} is not within a day."
            remedy = "A window starts at 00:00 to 23:59 and ends at 00:00 to 24:00."
            raise calendar_problem(calendar.name, where, "window-outside-the-day", problem, remedy)
        if window.from_minute == window.to_minute:
            problem = f"{window} starts and ends at the same time."
            remedy = "Write 00:00–24:00 for a whole day, and no window at all for a day off."
            raise calendar_problem(calendar.name, where, "empty-window", problem, remedy)


def _check_day(calendar: WorkingCalendar, place: str, day: object) -> None:
    # A datetime is a date to Python, but it carries a time of day that would never match.
    if not isinstance(day, date) or isinstance(day, datetime):
        problem = f"{day!r} is not a date."
        raise calendar_problem(calendar.name, place, "not-a-date", problem, "Write it as 2026-12-24.")


def _check_holidays(calendar: WorkingCalendar) -> None:
    rules = calendar.holidays
    for place, days in (("holidays.extra", rules.extra), ("holidays.worked", rules.worked)):
        for day in days:
            _check_day(calendar, place, day)
    for day in sorted(rules.extra & rules.worked):
        problem = f"{day.isoformat()} is both a day off and worked."
        raise calendar_problem(calendar.name, "holidays.worked", "off-and-worked", problem, "Keep one of the two.")
    known = regions_by_country()
    if rules.country is None:
        if rules.region is not None:
            problem = f"the region “{rules.region}” has no country."
            raise calendar_problem(calendar.name, "holidays.region", "no-country", problem, "Name its country too.")
        return
    if rules.country not in known:
        problem = f"the holidays of “{rules.country}” are not known."
        remedy = "Write the country in two capital letters, such as RO, or list the days off under “extra”."
        raise calendar_problem(calendar.name, "holidays.country", "unknown-country", problem, remedy)
    if rules.region is not None and rules.region not in known[rules.country]:
        problem = f"{rules.country} has no region “{rules.region}”."
        regions = ", ".join(known[rules.country])
        remedy = f"Choose one of {regions}." if regions else "Leave the region out: this country has none."
        raise calendar_problem(calendar.name, "holidays.region", "unknown-region", problem, remedy)
