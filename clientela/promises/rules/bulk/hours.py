"""Working time of many moments at once: a table of cumulative open time for each calendar, searched both ways.

Everything is in ticks (microseconds since 1970, UTC). All calendars lie in one sorted array, each in a stretch of
numbers of its own (`_ROOM`), so a question about moments of many calendars is one binary search for all of them.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.promises.rules.calendars import WorkingCalendar
from clientela.promises.rules.openings import FIRST_YEAR, open_year
from clientela.promises.rules.working_time import HORIZON

Ticks = NDArray[np.int64]
Places = NDArray[np.int64]

NOWHERE: Final = int(np.iinfo(np.int64).min)  # no such moment in the table
_ROOM: Final = 1 << 53  # more ticks than lie between 1900 and 2185
_EARLIEST: Final = -(1 << 51)  # before 1900
MOST_CALENDARS: Final = 1000
LATEST_YEAR: Final = 2180


class WorkingTables:
    """Cumulative open time of calendars from the beginning of `first_year` to the end of `last_year` (UTC years).

    A calendar is named by its place in `calendars`. `is_steady`: for each, whether no two openings lie further apart
    than the horizon of the single functions; where one is not, those have to be asked, which may refuse.
    """

    def __init__(self, calendars: Sequence[WorkingCalendar], *, first_year: int, last_year: int) -> None:
        """Spread the calendars out. Raises ValueError for years that do not fit."""
        if not FIRST_YEAR <= first_year <= last_year <= LATEST_YEAR:
            raise ValueError(f"The years {first_year} to {last_year} do not fit into a table.")
        if len(calendars) > MOST_CALENDARS:
            raise ValueError(f"At most {MOST_CALENDARS} calendars fit into one table, not {len(calendars)}.")
        starts, ends, sums, firsts, totals, steady = [], [], [], [0], [], []
        self.begins = self.finishes = 0
        for calendar in calendars:
            years = [open_year(calendar, year) for year in range(first_year, last_year + 1)]
            self.begins, self.finishes = years[0].begins, years[-1].finishes
            own_starts = np.concatenate([np.asarray(year.starts, dtype=np.int64) for year in years])
            own_ends = np.concatenate([np.asarray(year.ends, dtype=np.int64) for year in years])
            own_sums = np.cumsum(own_ends - own_starts)
            gaps = np.diff(np.concatenate([[self.begins], own_starts]), append=self.finishes)
            starts.append(own_starts)
            ends.append(own_ends)
            sums.append(own_sums)
            firsts.append(firsts[-1] + len(own_starts))
            totals.append(int(own_sums[-1]) if len(own_sums) else 0)
            steady.append(bool(len(own_sums)) and bool((gaps <= HORIZON).all()))
        self._ends = np.concatenate([*ends, np.empty(0, dtype=np.int64)])
        self._sums = np.concatenate([*sums, np.empty(0, dtype=np.int64)])
        self._firsts = np.asarray(firsts, dtype=np.int64)
        self._totals = np.asarray(totals, dtype=np.int64)
        rooms = np.repeat(np.arange(len(calendars), dtype=np.int64) * _ROOM, np.diff(self._firsts))
        self._starts_by_room = rooms + (np.concatenate([*starts, np.empty(0, dtype=np.int64)]) - _EARLIEST)
        self._sums_by_room = rooms + self._sums
        self.is_steady = np.asarray(steady, dtype=np.bool_)

    def covers(self, ticks: Ticks) -> NDArray[np.bool_]:
        """Whether each moment lies in the years of the table."""
        return (ticks >= self.begins) & (ticks < self.finishes)

    def open_before(self, calendars: Places, ticks: Ticks) -> Ticks:
        """Open ticks of each calendar from the beginning of the table to each moment, which the table must cover."""
        index = np.searchsorted(self._starts_by_room, calendars * _ROOM + (ticks - _EARLIEST), side="right") - 1
        is_before_all = index < self._firsts[calendars]
        index[is_before_all] = 0
        if not len(self._sums):
            return np.zeros_like(ticks)
        passed = self._sums[index] - np.maximum(0, self._ends[index] - ticks)
        passed[is_before_all] = 0
        return passed

    def moments_at(self, calendars: Places, open_ticks: Ticks) -> Ticks:
        """The earliest moment at which so many open ticks (at least 1) have passed since the beginning of the table.

        NOWHERE where the table ends before that.
        """
        is_within = (open_ticks >= 1) & (open_ticks <= self._totals[calendars])
        wanted = np.where(is_within, open_ticks, 1)
        index = np.searchsorted(self._sums_by_room, calendars * _ROOM + wanted, side="left")
        if not len(self._sums):
            return np.full_like(open_ticks, NOWHERE)
        index = np.minimum(index, len(self._sums) - 1)
        return np.where(is_within, self._ends[index] - (self._sums[index] - wanted), NOWHERE)
