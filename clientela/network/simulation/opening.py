"""Opening time on the house's clock: hours since a Monday 00:00, over a given number of weeks."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from clientela.network.simulation.house import WEEK_HOURS, WEEK_MINUTES, Department, Floats


class OpeningTime:
    """When one department is open, unrolled over `weeks` weeks; after them it is closed for good."""

    __slots__ = ("_done", "_ends", "_points", "_starts", "_sums", "total")

    def __init__(self, opens: Sequence[tuple[int, int]], weeks: int) -> None:
        spans = joined([(start / 60, end / 60) for start, end in opens], weeks)
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._done = [0.0, *accumulate(end - start for start, end in spans)]
        # Breakpoints of the piecewise linear "hours worked before".
        self._points = np.asarray([moment for span in spans for moment in span])
        self._sums = np.repeat(np.asarray(self._done), 2)[1:-1]
        self.total = self._done[-1]

    @property
    def spans(self) -> list[tuple[float, float]]:
        """The open stretches, in hours."""
        return list(zip(self._starts, self._ends, strict=True))

    def worked(self, moments: Floats) -> Floats:
        """Open hours before each moment."""
        hours: Floats = np.interp(moments, self._points, self._sums)
        return hours

    def after(self, moment: float, hours: float) -> float:
        """The moment when so many open hours have passed; infinity when the house closes before.

        What ends with a window ends there, not at the next opening. Without hours: that very moment.
        """
        if hours <= 0:
            return moment
        place = bisect_right(self._starts, moment) - 1
        before = 0.0 if place < 0 else self._done[place] + min(moment, self._ends[place]) - self._starts[place]
        wanted = before + hours
        # Mostly it ends in the window in which it begins.
        if place >= 0 and wanted <= self._done[place + 1]:
            return max(moment, self._starts[place] + wanted - self._done[place])
        if wanted > self.total:
            return float("inf")
        place = bisect_right(self._done, wanted) - 1
        if self._done[place] == wanted:
            place -= 1
        return self._starts[place] + wanted - self._done[place]


def joined(spans: Sequence[tuple[float, float]], weeks: int) -> list[tuple[float, float]]:
    """Weekly spans (in hours) over so many weeks, those that touch made one."""
    found: list[tuple[float, float]] = []
    for week in range(weeks):
        for start, end in spans:
            begins, ends = week * WEEK_HOURS + start, week * WEEK_HOURS + end
            if found and begins <= found[-1][1]:
                found[-1] = (found[-1][0], max(ends, found[-1][1]))
            else:
                found.append((begins, ends))
    return found


def shifts_of(department: Department, weeks: int, *, first_week: int = 0) -> list[tuple[float, int]]:
    """(hour, people at work from then on), rising, over `weeks` weeks; nobody while it is closed.

    The department's changes count weeks from `first_week` (the weeks before are the warm-up).
    """
    usual = [0] * WEEK_MINUTES
    for start, end in department.opens:
        for minute in range(start, end):
            usual[minute] = department.people[minute // 60]
    # Within a week, only where the number changes or the doors open or close.
    is_open = bytearray(WEEK_MINUTES)
    for start, end in department.opens:
        is_open[start:end] = b"\1" * (end - start)
    edges = [
        minute
        for minute in range(WEEK_MINUTES)
        if minute == 0 or usual[minute] != usual[minute - 1] or is_open[minute] != is_open[minute - 1]
    ]
    found: list[tuple[float, int]] = []
    for week in range(weeks):
        more = sum(
            change.more
            for change in department.changes
            if change.from_week <= week - first_week
            and (change.until_week is None or week - first_week < change.until_week)
        )
        for minute in edges:
            people = max(0, usual[minute] + more) if is_open[minute] else 0
            if not found or found[-1][1] != people:
                found.append((week * WEEK_HOURS + minute / 60, people))
    return found
