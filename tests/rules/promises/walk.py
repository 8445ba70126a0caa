"""An independent count of business time: walk through real time step by step and look at the wall clock each time.

Slow and simple on purpose; it shares nothing with what it checks. It reads the `schedule` of a vector file.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
Windows = list[list[str]]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minute_of(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


class Walker:
    """Walks by one schedule; `step` seconds at a time must divide every wall time and every moment given."""

    def __init__(self, schedule: dict[str, Any], pauses: Iterable[Span] = (), step: int = 60) -> None:
        self.zone = ZoneInfo(schedule["zone"])
        self.hours = schedule.get("hours", {})
        self.shifts = schedule.get("shifts", {})
        self.breaks = schedule.get("breaks", {})
        self.holidays = set(schedule.get("holidays", ()))
        self.pauses = [(start, end) for start, end in pauses if start < end]
        self.step = timedelta(seconds=step)

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        today, minute = local.date(), local.hour * 60 + local.minute
        if today.isoformat() in self.holidays:
            return False
        eve = today - timedelta(days=1)
        if covers(self.breaks.get(today.isoformat(), []), self.breaks.get(eve.isoformat(), []), minute):
            return False
        return covers(self.windows_of(today), self.windows_of(eve), minute)

    def windows_of(self, day: date) -> Windows:
        if day.isoformat() in self.shifts:
            return self.shifts[day.isoformat()]
        return self.hours.get(WEEKDAYS[day.weekday()], [])

    def is_running(self, moment: datetime) -> bool:
        return self.is_open(moment) and not any(start <= moment < end for start, end in self.pauses)

    def steps(self, start: datetime) -> Iterator[datetime]:
        moment = start.astimezone(UTC)
        while True:
            yield moment
            moment += self.step

    def add(self, at: datetime, seconds: int) -> datetime:
        if seconds == 0:
            return next(moment for moment in self.steps(at) if self.is_running(moment))
        left = seconds
        for moment in self.steps(at):
            if self.is_running(moment):
                left -= self.step.seconds
                if left == 0:
                    return moment + self.step
        raise AssertionError

    def within(self, start: datetime, end: datetime) -> int:
        total = 0
        for moment in self.steps(start):
            if moment >= end:
                return total
            total += self.step.seconds if self.is_running(moment) else 0
        raise AssertionError

    def periods(self, start: datetime, end: datetime) -> list[Span]:
        found, opened = [], None
        for moment in self.steps(start):
            now_open = moment < end and self.is_open(moment)
            if now_open and opened is None:
                opened = moment
            if not now_open and opened is not None:
                found.append((opened, moment))
                opened = None
            if moment >= end:
                return found
        raise AssertionError


def covers(own: Windows, of_the_eve: Windows, minute: int) -> bool:
    for text_from, text_to in own:
        start, end = minute_of(text_from), minute_of(text_to)
        if start <= minute and (minute < end or end < start):
            return True
    for text_from, text_to in of_the_eve:
        start, end = minute_of(text_from), minute_of(text_to)
        if end < start and minute < end:
            return True
    return False
