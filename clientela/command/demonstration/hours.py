"""Opening hours in whole seconds since 1970, counted fast over the span of the story."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from clientela.command.demonstration.story import CalendarStory
from clientela.promises.rules import calendar_from_json, open_periods_after

DAY = 86_400
HOUR = 3_600
MINUTE = 60


class OpenHours:
    """The open stretches of one calendar from a moment to another; outside of them nothing is counted."""

    def __init__(self, calendar: CalendarStory, *, since: int, until: int) -> None:
        self.zone = ZoneInfo(calendar.definition["zone"])
        periods = open_periods_after(
            calendar_from_json(calendar.definition),
            datetime.fromtimestamp(since, UTC),
            until=datetime.fromtimestamp(until, UTC),
        )
        self._starts = [int(period.opens_at.timestamp()) for period in periods]
        self._ends = [int(period.closes_at.timestamp()) for period in periods]
        lengths = (end - start for start, end in zip(self._starts, self._ends, strict=True))
        self._sums = [0, *accumulate(lengths)]

    def is_open(self, at: int) -> bool:
        """Whether somebody works then; the start of a stretch is open, its end is not."""
        place = bisect_right(self._starts, at) - 1
        return place >= 0 and at < self._ends[place]

    def opening(self, at: int) -> int:
        """The first open second not before `at`."""
        place = bisect_right(self._starts, at) - 1
        if place >= 0 and at < self._ends[place]:
            return at
        return self._starts[place + 1]

    def closing(self, at: int) -> int:
        """The last open second not after `at`."""
        place = bisect_right(self._starts, at) - 1
        return min(at, self._ends[place] - 1)

    def worked(self, at: int) -> int:
        """Open seconds before `at`, since the beginning."""
        place = bisect_right(self._starts, at) - 1
        if place < 0:
            return 0
        return self._sums[place] + min(at, self._ends[place]) - self._starts[place]

    def between(self, start: int, end: int) -> int:
        """Open seconds from `start` to `end`; 0 when `end` is not later."""
        return max(0, self.worked(end) - self.worked(start))

    def add(self, at: int, seconds: int) -> int:
        """The moment when so many open seconds have passed; it may be the end of a stretch."""
        wanted = self.worked(at) + max(0, seconds)
        if seconds <= 0:
            return self.opening(at)
        place = bisect_left(self._sums, wanted) - 1
        return self._starts[place] + wanted - self._sums[place]

    def add_within(self, at: int, seconds: int) -> int:
        """As `add`, but always an open second: the end of a stretch becomes its last second."""
        end = self.add(at, seconds)
        return end if self.is_open(end) else end - 1

    def subtract(self, at: int, seconds: int) -> int:
        """The open second so many open seconds before `at`."""
        wanted = max(0, self.worked(at) - max(0, seconds))
        place = min(bisect_right(self._sums, wanted) - 1, len(self._starts) - 1)
        found = self._starts[place] + wanted - self._sums[place]
        return min(found, self._ends[place] - 1)

    def windows_on(self, day: date) -> list[tuple[int, int]]:
        """The open stretches that begin on that local date."""
        begins = int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())
        first = bisect_left(self._starts, begins)
        found = []
        for place in range(first, len(self._starts)):
            if self._starts[place] >= begins + DAY:
                break
            found.append((self._starts[place], self._ends[place]))
        return found

    def local(self, at: int) -> datetime:
        """The moment on the wall clock there."""
        return datetime.fromtimestamp(at, self.zone)


def all_hours(calendars: Mapping[str, CalendarStory], *, since: int, until: int) -> dict[str, OpenHours]:
    """The open hours of every calendar by its key."""
    return {key: OpenHours(calendar, since=since, until=until) for key, calendar in calendars.items()}


def moment(at: int) -> datetime:
    """The moment, aware, in UTC."""
    return datetime.fromtimestamp(at, UTC)
