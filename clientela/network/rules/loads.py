"""How busy a department is by the hour of the week, from counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Hour = tuple[int, int]  # weekday (0 is Monday) and hour of the day, where the department is
WEEKDAYS, HOURS = range(7), range(24)
AN_HOUR = timedelta(hours=1)
MOSTLY_OPEN = 0.5  # of an hour: the few minutes after closing would otherwise look short of people
LONGER = 1.25
NOON = 13  # where the afternoon begins, for people who eat at one


@dataclass(frozen=True)
class HourOfWeek:
    """An hour of an average week. `open_share`: how much of it the department works, 0 to 1."""

    weekday: int
    hour: int
    open_share: float
    came: float  # stays that began, a week
    queue_seconds: float | None  # half of what came then waited longer for somebody; None: nothing came
    mean_queue_seconds: float | None
    people: float  # who did something then, a week

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to show: closed, nothing came, nobody worked."""
        return self.open_share == 0 and self.came == 0 and self.people == 0


@dataclass(frozen=True)
class Flow:
    """How much went one way between a department and a customer or provider."""

    key: str
    count: int


def hours_of_week(
    *,
    weeks: float,
    came: Mapping[Hour, tuple[int, float, float]],
    people: Mapping[Hour, int],
    open_seconds: Mapping[Hour, float],
) -> tuple[HourOfWeek, ...]:
    """Return all 168 hours, Monday 0:00 first. `came`: counts, median and mean queue seconds over all `weeks`.

    `people` are sums over the weeks; `open_seconds` too.
    """
    return tuple(
        HourOfWeek(
            weekday=weekday,
            hour=hour,
            open_share=min(1.0, open_seconds.get((weekday, hour), 0.0) / (3600 * weeks)),
            came=came[weekday, hour][0] / weeks if (weekday, hour) in came else 0.0,
            queue_seconds=came[weekday, hour][1] if (weekday, hour) in came else None,
            mean_queue_seconds=came[weekday, hour][2] if (weekday, hour) in came else None,
            people=people.get((weekday, hour), 0) / weeks,
        )
        for weekday in WEEKDAYS
        for hour in HOURS
    )


def open_seconds_by_hour(periods: Iterable[tuple[datetime, datetime]], zone: str) -> dict[Hour, float]:
    """Return how many seconds of the periods lie in each hour of the week, by the clock of `zone`."""
    found: dict[Hour, float] = defaultdict(float)
    there = ZoneInfo(zone)
    for start, end in periods:
        for piece_start, piece_end in _by_the_hour(start, end):
            local = piece_start.astimezone(there)
            found[local.weekday(), local.hour] += (piece_end - piece_start).total_seconds()
    return dict(found)


def _by_the_hour(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Cut a span at full quarters of an hour in UTC: zones differ from it by whole quarters."""
    quarter = AN_HOUR / 4
    piece = start.astimezone(UTC)
    while piece < end:
        into = timedelta(minutes=piece.minute % 15, seconds=piece.second, microseconds=piece.microsecond)
        following = min(end, piece - into + quarter)
        yield piece, following
        piece = following


def use_of(hours: Iterable[HourOfWeek], *, members: float) -> float | None:
    """Return the share of a department's people who do something in an average working hour; None without either."""
    given = list(hours)
    could = members * sum(hour.open_share for hour in given)
    did = sum(min(hour.people, members) for hour in given if hour.open_share > 0)
    return did / could if could else None


def members_on_average(spans: Iterable[tuple[datetime, datetime]], *, since: datetime, until: datetime) -> float:
    """Return how many people there were on an average day, from their spans of membership."""
    length = (until - since).total_seconds()
    there = sum(max(0.0, (min(end, until) - max(start, since)).total_seconds()) for start, end in spans)
    return there / length if length > 0 else 0.0


@dataclass(frozen=True)
class HalfDay:
    """A morning (to 13:00) or an afternoon of the working week; `people` at work in its average hour."""

    weekday: int
    is_morning: bool
    open_hours: float
    came: float  # a week
    people: float
    wait_seconds: float | None  # mean, of what came then; None: nothing came

    @property
    def people_each(self) -> float:
        """How many people there are for each request that comes in an hour."""
        return self.people * self.open_hours / self.came if self.came else float("inf")


def half_days(hours: Iterable[HourOfWeek]) -> list[HalfDay]:
    """Return the halves of the working days, the first first: an hour alone holds too few requests to say anything.

    Hours outside working time are left out.
    """
    parts: dict[tuple[int, bool], list[HourOfWeek]] = defaultdict(list)
    for one in hours:
        if one.open_share >= MOSTLY_OPEN:
            parts[one.weekday, one.hour < NOON].append(one)
    found = []
    for (weekday, is_morning), inside in sorted(parts.items(), key=lambda part: (part[0][0], not part[0][1])):
        open_hours = sum(one.open_share for one in inside)
        came = sum(one.came for one in inside)
        waited = sum(one.came * (one.mean_queue_seconds or 0.0) for one in inside)
        found.append(
            HalfDay(
                weekday=weekday,
                is_morning=is_morning,
                open_hours=open_hours,
                came=came,
                people=sum(one.people for one in inside) / open_hours,
                wait_seconds=waited / came if came else None,
            )
        )
    return found


def short_half_days(parts: Sequence[HalfDay], *, fewest: float = 1.0, most: int = 3) -> list[HalfDay]:
    """Return the half-days in which people are short, the worst first.

    People are short when what comes then waits a quarter longer than on average over the week, while fewer people are
    there for each request than in the median half-day, and at least `fewest` requests come then in a week.
    """
    busy = [part for part in parts if part.came >= fewest and part.wait_seconds is not None]
    came = sum(part.came for part in busy)
    if not came:
        return []
    usual_wait = sum(part.came * (part.wait_seconds or 0.0) for part in busy) / came
    usual_people = _median([part.people_each for part in busy])
    found = [
        part for part in busy if (part.wait_seconds or 0.0) > LONGER * usual_wait and part.people_each < usual_people
    ]
    return sorted(found, key=lambda part: (-part.came * (part.wait_seconds or 0.0), part.weekday))[:most]


def expected_a_week(came_by_week: Sequence[int]) -> tuple[int, int, int]:
    """Return how much to expect in a week, and its usual range, from the weeks before.

    The median, and the 10 % and 90 % quantiles of the weeks; with fewer than five, the least and the most.
    """
    if not came_by_week:
        return 0, 0, 0
    ordered = sorted(came_by_week)
    last = len(ordered) - 1
    return round(_median([float(one) for one in ordered])), ordered[round(0.1 * last)], ordered[round(0.9 * last)]


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
