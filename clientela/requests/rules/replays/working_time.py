"""Working time of a log: which days and hours people work, seen in the log itself, and the line of working hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY_SECONDS = 86_400.0
QUARTER_SECONDS = 900.0
REST_SHARE = 0.05  # days of the week with less than so much of all events together are days of rest
OUTSIDE_SHARE = 0.05  # hours of the day with less than so much of all events together are off
LONGEST_DAY_HOURS = 14  # a longer window is no pattern
FEWEST_EVENTS = 200  # fewer do not show a week


@dataclass(frozen=True)
class WorkingTime:
    """Days of the week (0 Monday) and hours [opens, closes) in a zone; without `days` it is always working time.

    `idle` are spans (from, until) in seconds since 1970 in which nobody worked at all: the line stands still there.
    """

    zone: str = "UTC"
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    opens: int = 0
    closes: int = 24
    idle: tuple[tuple[float, float], ...] = ()

    @property
    def is_always(self) -> bool:
        """Working time day and night, every day."""
        return len(self.days) == 7 and self.closes - self.opens == 24  # noqa: PLR2004 -- days a week, hours a day

    def hours_at(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the working hours from 1970 up to each moment (seconds since 1970, UTC). NaN stays NaN."""
        local = moments.copy()
        known = ~np.isnan(moments)
        kept = moments[known]
        skipped = np.zeros(len(kept))
        for since, until in self.idle:
            skipped += np.clip(kept - since, 0.0, until - since)
        if self.is_always:
            local[known] = (kept - skipped) / 3600.0
            return local
        local[known] = self._open_hours(as_local(kept, self.zone)) - self._idle_hours(kept)
        return local

    def _open_hours(self, local: NDArray[np.float64]) -> NDArray[np.float64]:
        days = np.floor(local / DAY_SECONDS)
        in_day = np.clip((local - days * DAY_SECONDS) / 3600.0 - self.opens, 0.0, self.closes - self.opens)
        weeks, weekday = np.divmod(days + 3, 7)  # 1 January 1970 was a Thursday
        before = np.array([sum(1 for day in self.days if day < weekday) for weekday in range(7)], dtype=np.float64)
        is_open = np.array([float(weekday in self.days) for weekday in range(7)])
        whole = weeks * len(self.days) + before[weekday.astype(np.int64)]
        return np.asarray(whole * (self.closes - self.opens) + in_day * is_open[weekday.astype(np.int64)])

    def _idle_hours(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        skipped = np.zeros(len(moments))
        for since, until in self.idle:
            edges = self._open_hours(as_local(np.array([since, until]), self.zone))
            inside = self._open_hours(as_local(np.clip(moments, since, until), self.zone))
            skipped += np.clip(inside - edges[0], 0.0, edges[1] - edges[0])
        return skipped


def as_local(moments: NDArray[np.float64], zone: str) -> NDArray[np.float64]:
    """Give the clock on the wall in `zone`, as seconds, for moments in UTC. Offsets are looked up once a quarter."""
    if zone == "UTC":
        return moments
    quarters, places = np.unique(np.floor(moments / QUARTER_SECONDS), return_inverse=True)
    there = ZoneInfo(zone)
    offsets = [
        _offset(datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC).astimezone(there)) for quarter in quarters
    ]
    return np.asarray(moments + np.array(offsets, dtype=np.float64)[places])


def from_local(local: NDArray[np.float64], zone: str) -> NDArray[np.float64]:
    """Give the moments in UTC for clocks on the wall in `zone`.

    An hour that comes twice is the second of the two, and an hour that never was comes after the gap: as the discovery
    of who hands over to whom reads them, so that both say the same of a log.
    """
    if zone == "UTC":
        return local
    quarters, places = np.unique(np.floor(local / QUARTER_SECONDS), return_inverse=True)
    there = ZoneInfo(zone)
    clocks = [datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC).replace(tzinfo=there) for quarter in quarters]
    offsets = [min(_offset(clock), _offset(clock.replace(fold=1))) for clock in clocks]
    return np.asarray(local - np.array(offsets, dtype=np.float64)[places])


def seen_working_time(
    moments: NDArray[np.float64], zone: str, *, idle: Sequence[tuple[float, float]] = ()
) -> WorkingTime:
    """Find days of rest and the working hours in when events happen; day and night where the log shows no pattern."""
    always = WorkingTime(zone=zone, idle=tuple(idle))
    known = moments[~np.isnan(moments)]
    if len(known) < FEWEST_EVENTS:
        return always
    local = as_local(known, zone)
    days = np.floor(local / DAY_SECONDS)
    weekday = ((days + 3) % 7).astype(np.int64)
    by_day = np.bincount(weekday, minlength=7) / len(known)
    rest: set[int] = set()
    for day in np.argsort(by_day, kind="stable"):
        if sum(by_day[one] for one in rest) + by_day[day] >= REST_SHARE:
            break
        rest.add(int(day))
    hour = ((local - days * DAY_SECONDS) // 3600).astype(np.int64)
    opens, closes = _window(np.bincount(hour, minlength=24) / len(known))
    if closes - opens > LONGEST_DAY_HOURS:
        opens, closes = 0, 24
    return WorkingTime(zone, tuple(day for day in range(7) if day not in rest), opens, closes, tuple(idle))


def _window(share: NDArray[np.float64]) -> tuple[int, int]:
    """Find the shortest window of whole hours that holds all but a few events."""
    total = np.concatenate([[0.0], np.cumsum(share)])
    best = (0, 24)
    for opens in range(24):
        for closes in range(opens + 1, 25):
            if closes - opens < best[1] - best[0] and total[closes] - total[opens] > 1.0 - OUTSIDE_SHARE:
                best = (opens, closes)
    return best


def idle_months(moments: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Find the calendar months (UTC) between the first and the last event in which nothing happened."""
    known = moments[~np.isnan(moments)]
    if not len(known):
        return []
    months = np.unique(known.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64))
    missing = sorted(set(range(int(months[0]), int(months[-1]))) - set(months.tolist()))
    return [(_month_start(month), _month_start(month + 1)) for month in missing]


def _month_start(month: int) -> float:
    return float(np.datetime64(month, "M").astype("datetime64[s]").astype(np.int64))


def _offset(moment: datetime) -> float:
    offset = moment.utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
