"""A calendar spread out into open stretches of real time, a UTC year at a time, and kept for the next question.

Everything here is in ticks (microseconds since 1970, UTC). A year is spread out once, in about two milliseconds; after
that any sum over it is two binary searches, however long the span.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from clientela.promises.rules.calendars import Window, WorkingCalendar, holiday_name
from clientela.promises.rules.moments import EPOCH, TICKS_A_SECOND, moment_of

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
SECONDS_A_DAY: Final = 86_400
# Zones are asked for their offset this often; two changes closer together than this would be missed. The closest pair
# since 1970 lies weeks apart.
PROBE_SECONDS: Final = 6 * 3600

Span = tuple[int, int]


class MomentOutOfReachError(ValueError):
    """A moment, or a due moment, outside the years for which calendars are counted."""

    def __init__(self, calendar: str, year: int) -> None:
        self.calendar = calendar
        self.year = year
        super().__init__(
            f"Calendar “{calendar}” is counted from {FIRST_YEAR} to {LAST_YEAR}; this leads to the year {year}. "
            "Check the date, or promise a shorter time."
        )


@dataclass(frozen=True)
class OpenYear:
    """The open stretches of one UTC year: `starts[i]` to `ends[i]`, with `sums[i]` open ticks up to `ends[i]`."""

    begins: int
    finishes: int
    starts: "array[int]"
    ends: "array[int]"
    sums: "array[int]"

    @property
    def total(self) -> int:
        """Open ticks of the whole year."""
        return self.sums[-1] if self.sums else 0

    def open_before(self, ticks: int) -> int:
        """Open ticks of this year before that moment of it."""
        index = bisect_right(self.starts, ticks) - 1
        if index < 0:
            return 0
        return self.sums[index] - max(0, self.ends[index] - ticks)

    def is_open(self, ticks: int) -> bool:
        """Whether that moment of this year lies in an open stretch; its start does, its end does not."""
        index = bisect_right(self.starts, ticks) - 1
        return index >= 0 and ticks < self.ends[index]


@lru_cache(maxsize=512)
def open_year(calendar: WorkingCalendar, year: int) -> OpenYear:
    """The open stretches of `calendar` in the UTC year. Raises MomentOutOfReachError."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise MomentOutOfReachError(calendar.name, year)
    begins = _seconds_of(datetime(year, 1, 1, tzinfo=UTC))
    finishes = _seconds_of(datetime(year + 1, 1, 1, tzinfo=UTC))
    wall_spans = _wall_spans(calendar, year)
    spans = _union(
        span
        for stretch_begins, stretch_ends, offset in _offsets(calendar.zone, begins, finishes)
        for span in _shifted(wall_spans, stretch_begins, stretch_ends, offset)
    )
    starts, ends, sums = array("q"), array("q"), array("q")
    total = 0
    for start, end in spans:
        total += end - start
        starts.append(start * TICKS_A_SECOND)
        ends.append(end * TICKS_A_SECOND)
        sums.append(total * TICKS_A_SECOND)
    return OpenYear(begins * TICKS_A_SECOND, finishes * TICKS_A_SECOND, starts, ends, sums)


def year_of(ticks: int) -> int:
    """The UTC year in which a moment lies; 10000 after, and 0 before, the last one that Python knows."""
    try:
        return moment_of(ticks).year
    except OverflowError:
        return MAXYEAR + 1 if ticks > 0 else MINYEAR - 1


def united(spans: Iterable[Span]) -> list[Span]:
    """Spans as a union: sorted, joined where they meet, the empty and the reversed dropped."""
    return list(_union(sorted(span for span in spans if span[0] < span[1])))


def _union(spans: Iterable[Span]) -> Iterator[Span]:
    """Join sorted spans that overlap or touch."""
    current: Span | None = None
    for start, end in spans:
        if current is None:
            current = (start, end)
        elif start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current


def _wall_spans(calendar: WorkingCalendar, year: int) -> list[Span]:
    """Open wall time around a year, as seconds of a wall clock that knows no zone."""
    exceptions = dict(calendar.exceptions)
    breaks = dict(calendar.breaks)

    def windows_of(day: date) -> tuple[Window, ...]:
        return exceptions[day] if day in exceptions else calendar.hours[day.weekday()]

    spans: list[Span] = []
    first, last = date(year, 1, 1) - timedelta(days=2), date(year, 12, 31) + timedelta(days=2)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if holiday_name(calendar, day) is not None:
            continue
        eve = day - timedelta(days=1)
        opened = _minutes_on(windows_of(day), windows_of(eve))
        if day in breaks or eve in breaks:
            opened = _without(opened, _minutes_on(breaks.get(day, ()), breaks.get(eve, ())))
        midnight = (ordinal - EPOCH_DAY) * SECONDS_A_DAY
        spans.extend((midnight + start * 60, midnight + end * 60) for start, end in opened)
    return list(_union(spans))


def _minutes_on(windows: Iterable[Window], windows_of_the_eve: Iterable[Window]) -> list[Span]:
    """The minutes of a day covered by its own windows and by the tails of those that began the evening before."""
    own = [(w.from_minute, w.to_minute if w.to_minute > w.from_minute else 1440) for w in windows]
    tails = [(0, w.to_minute) for w in windows_of_the_eve if w.to_minute < w.from_minute]
    return united(own + tails)


def _without(spans: list[Span], holes: list[Span]) -> list[Span]:
    """What is left of united spans outside united holes."""
    left: list[Span] = []
    for start, end in spans:
        since = start
        for hole_start, hole_end in holes:
            if hole_end > since and hole_start < end:
                left.append((since, hole_start))
                since = hole_end
        left.append((since, end))
    return [span for span in left if span[0] < span[1]]


def _shifted(wall_spans: list[Span], begins: int, ends: int, offset: int) -> Iterator[Span]:
    """The parts of wall spans that fall between two moments while the zone is `offset` seconds from UTC."""
    index = max(0, bisect_right(wall_spans, (begins + offset, 0)) - 1)
    while index < len(wall_spans) and wall_spans[index][0] - offset < ends:
        start = max(begins, wall_spans[index][0] - offset)
        end = min(ends, wall_spans[index][1] - offset)
        if start < end:
            yield start, end
        index += 1


@lru_cache(maxsize=1024)
def _offsets(zone: str, begins: int, ends: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches between two moments (seconds since 1970) in which the zone keeps one offset, and the offset."""
    info = ZoneInfo(zone)

    def offset_at(seconds: int) -> int:
        offset = (EPOCH + timedelta(seconds=seconds)).astimezone(info).utcoffset()
        return round(offset.total_seconds()) if offset is not None else 0

    stretches: list[tuple[int, int, int]] = []
    since, offset = begins, offset_at(begins)
    for probe in range(begins + PROBE_SECONDS, ends + PROBE_SECONDS, PROBE_SECONDS):
        if offset_at(probe) == offset:
            continue
        low, high = probe - PROBE_SECONDS, probe
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset_at(middle) == offset else (low, middle)
        if high >= ends:
            break
        stretches.append((since, high, offset))
        since, offset = high, offset_at(high)
    stretches.append((since, ends, offset))
    return tuple(stretches)


def _seconds_of(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)
