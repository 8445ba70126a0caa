"""Sums of working time: when so much of it will have passed, and how much of it lies between two moments.

Spans are half-open, moments aware, results in UTC. Pauses are pairs of moments, in any order; they may
overlap, touch, be empty or lie outside hours, and count as a union. A due moment that falls on the end of a window, or
on the start of a pause, stays there.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from clientela.promises.rules.calendars import WorkingCalendar
from clientela.promises.rules.moments import EPOCH, MICROSECOND, TICKS_A_SECOND, moment_of, ticks_of
from clientela.promises.rules.openings import (
    FIRST_YEAR,
    LAST_YEAR,
    MomentOutOfReachError,
    Span,
    open_year,
    united,
    year_of,
)

HORIZON: Final = timedelta(days=731) // MICROSECOND  # two years, one of them a leap year

Pauses = Iterable[tuple[datetime, datetime]]


class CalendarWithoutWorkingTime(ValueError):  # noqa: N818 - the design's own word for it
    """Nobody works by this calendar within two years of the moment, so nothing can be promised by it."""

    def __init__(self, calendar: str, at: datetime) -> None:
        self.calendar = calendar
        self.at = at
        super().__init__(
            f"Calendar “{calendar}” has no working time within two years of {at.isoformat()}. "
            "Give at least one weekday a window, and check the dates off."
        )


class OpenPeriod(NamedTuple):
    """An unbroken stretch of working time, in UTC; half-open."""

    opens_at: datetime
    closes_at: datetime


def add_working_seconds(calendar: WorkingCalendar, at: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
    """The earliest moment, not before `at`, when `seconds` of open, unpaused time have passed since `at`.

    Zero seconds give the first open, unpaused moment: `at` itself, or the next opening.
    Raises CalendarWithoutWorkingTime, NaiveMomentError, MomentOutOfReachError, and ValueError for negative seconds.
    """
    if seconds < 0:
        msg = f"Working time is added, not taken away: {seconds} seconds is less than none."
        raise ValueError(msg)
    since = ticks_of(at)
    stops = _stops(pauses)
    if seconds == 0:
        return moment_of(_first_running(calendar, since, stops))
    needed = seconds * TICKS_A_SECOND
    for stop_starts, stop_ends in stops:
        if stop_ends <= since:
            continue
        if stop_starts > since:
            open_until_stop = _open_between(calendar, since, stop_starts)
            if needed <= open_until_stop:
                break
            needed -= open_until_stop
        since = stop_ends
    return moment_of(_add(calendar, since, needed))


def working_seconds_between(calendar: WorkingCalendar, start: datetime, end: datetime, pauses: Pauses = ()) -> int:
    """Open, unpaused seconds from `start` to `end`, a fraction dropped; 0 when `end` is not after `start`.

    Raises NaiveMomentError and MomentOutOfReachError.
    """
    since, until = ticks_of(start, "start"), ticks_of(end, "end")
    if until <= since:
        return 0
    total = _open_between(calendar, since, until)
    for stop_starts, stop_ends in _stops(pauses):
        stop = (max(since, stop_starts), min(until, stop_ends))
        if stop[0] < stop[1]:
            total -= _open_between(calendar, *stop)
    return total // TICKS_A_SECOND


def add_working_days(calendar: WorkingCalendar, at: datetime, days: int) -> datetime:
    """The same wall time `days` working days later, or the next opening after it.

    A working day is a local date with any open time; the date of `at` does not count. Zero days give the next opening.
    Raises as `add_working_seconds` does.
    """
    if days < 0:
        msg = f"Working days are added, not taken away: {days} is less than none."
        raise ValueError(msg)
    zone = ZoneInfo(calendar.zone)
    local = moment_of(ticks_of(at)).astimezone(zone)
    for _ in range(days):
        # Midnight may not exist (some zones change then); Python then reads the wall time by the offset before, which
        # lies after the change, still on the same date.
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        opening = next_opening(calendar, (midnight + timedelta(days=1)).astimezone(EPOCH.tzinfo)).astimezone(zone)
        local = local.replace(year=opening.year, month=opening.month, day=opening.day, fold=0)
    return next_opening(calendar, local)


def is_open(calendar: WorkingCalendar, at: datetime) -> bool:
    """Whether somebody works at that moment; the start of a window is open, its end is not."""
    ticks = ticks_of(at)
    return open_year(calendar, year_of(ticks)).is_open(ticks)


def next_opening(calendar: WorkingCalendar, at: datetime) -> datetime:
    """The first open moment not before `at`: `at` itself while open. Raises CalendarWithoutWorkingTime."""
    return moment_of(_first_running(calendar, ticks_of(at), []))


def open_periods_after(
    calendar: WorkingCalendar, at: datetime, *, count: int | None = None, until: datetime | None = None
) -> list[OpenPeriod]:
    """The next `count` open periods from `at` on, or all until `until`; the first is cut at `at`, the last at `until`.

    Looks two years ahead when no `until` is given: an always open calendar has one period, which ends there.
    Raises CalendarWithoutWorkingTime when `count` finds none at all, NaiveMomentError and MomentOutOfReachError.
    """
    since = ticks_of(at)
    limit = since + HORIZON if until is None else ticks_of(until, "until")
    return _periods(calendar, at, count, until, _joined(_spans_after(calendar, since, limit)))


def open_periods_before(
    calendar: WorkingCalendar, at: datetime, *, count: int | None = None, until: datetime | None = None
) -> list[OpenPeriod]:
    """The last `count` open periods before `at`, or all back to `until`, the latest first; otherwise as `after`."""
    since = ticks_of(at)
    limit = since - HORIZON if until is None else ticks_of(until, "until")
    return _periods(calendar, at, count, until, _joined(_spans_before(calendar, since, limit)))


def _periods(
    calendar: WorkingCalendar, at: datetime, count: int | None, until: datetime | None, spans: Iterator[Span]
) -> list[OpenPeriod]:
    if (count is None) == (until is None):
        msg = "Say either how many open periods (count) or up to when (until)."
        raise ValueError(msg)
    if count is not None and count < 0:
        msg = f"{count} open periods is less than none."
        raise ValueError(msg)
    found = [OpenPeriod(moment_of(start), moment_of(end)) for start, end in islice(spans, count)]
    if count and not found:
        raise CalendarWithoutWorkingTime(calendar.name, at)
    return found


def _spans_after(calendar: WorkingCalendar, since: int, limit: int) -> Iterator[Span]:
    for year in range(year_of(since), LAST_YEAR + 1):
        opened = open_year(calendar, year)
        for start, end in zip(opened.starts, opened.ends, strict=True):
            span = (max(start, since), min(end, limit))
            if span[0] < span[1]:
                yield span
        if opened.finishes >= limit:
            return
    raise MomentOutOfReachError(calendar.name, max(year_of(since), LAST_YEAR + 1))


def _spans_before(calendar: WorkingCalendar, since: int, limit: int) -> Iterator[Span]:
    for year in range(year_of(since), FIRST_YEAR - 1, -1):
        opened = open_year(calendar, year)
        for start, end in zip(reversed(opened.starts), reversed(opened.ends), strict=True):
            span = (max(start, limit), min(end, since))
            if span[0] < span[1]:
                yield span
        if opened.begins <= limit:
            return
    raise MomentOutOfReachError(calendar.name, min(year_of(since), FIRST_YEAR - 1))


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Join spans that meet at the turn of a year, whichever way they come."""
    current: Span | None = None
    for span in spans:
        if current is not None and span[0] == current[1]:
            current = (current[0], span[1])
        elif current is not None and span[1] == current[0]:
            current = (span[0], current[1])
        else:
            if current is not None:
                yield current
            current = span
    if current is not None:
        yield current


def _stops(pauses: Pauses) -> list[Span]:
    return united((ticks_of(start, "pause"), ticks_of(end, "pause")) for start, end in pauses)


def _open_between(calendar: WorkingCalendar, since: int, until: int) -> int:
    first, last = year_of(since), year_of(until)
    total = open_year(calendar, last).open_before(until) - open_year(calendar, first).open_before(since)
    return total + sum(open_year(calendar, year).total for year in range(first, last))


def _add(calendar: WorkingCalendar, since: int, needed: int) -> int:
    """The earliest moment with `needed` (more than 0) open ticks after `since`."""
    year = year_of(since)
    idle_since = since
    passed = open_year(calendar, year).open_before(since)
    while True:
        opened = open_year(calendar, year)
        wanted = passed + needed
        index = bisect_left(opened.sums, passed + 1)  # the first stretch that still has time to give
        next_start = opened.starts[index] if index < len(opened.starts) else opened.finishes
        if next_start - idle_since > HORIZON:
            raise CalendarWithoutWorkingTime(calendar.name, moment_of(idle_since))
        if wanted <= opened.total:
            index = bisect_left(opened.sums, wanted)
            return opened.ends[index] - (opened.sums[index] - wanted)
        if opened.total > passed:
            idle_since = opened.ends[-1]
        needed -= opened.total - passed
        passed = 0
        year += 1


def _first_running(calendar: WorkingCalendar, since: int, stops: list[Span]) -> int:
    """The first open moment, not before `since`, that lies in none of the (united) stops."""
    opening = _add(calendar, since, 1) - 1
    for stop_starts, stop_ends in stops:
        if stop_starts <= opening < stop_ends:
            opening = _add(calendar, stop_ends, 1) - 1
    return opening
