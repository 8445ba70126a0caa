"""When requests come, from whom and about what: the rhythm of days and weeks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from clientela.command.demonstration.askers import Askers
from clientela.command.demonstration.cases import Asker
from clientela.command.demonstration.content import House, Scenario, scenarios
from clientela.promises.rules import public_holidays

# How much comes in each hour of the day on the wall clock, and on each day of the week.
OUTSIDE_HOURS = (0.3, 0.1, 0.1, 0.1, 0.1, 0.4, 1.2, 2.4, 5, 7.5, 8, 7, 5, 3.4, 4.2, 5, 5, 4.6, 4, 3.8, 4.4, 4.2, 2.6, 1)
MADRID_HOURS = (0.4, 0.2, 0.1, 0.1, 0.1, 0.3, 0.9, 1.8, 4, 7, 8, 7.6, 7, 5.4, 2.6, 2.4, 4, 5, 5.2, 4.6, 4, 4.2, 4, 2)
INSIDE_HOURS = (0,) * 7 + (1.4, 1.8, 2, 2, 1.8, 1.1, 0.6, 1.3, 1.5, 1.2, 0.7, 0.4, 0.3, 0.2) + (0,) * 3
OUTSIDE_WEEK = (1.5, 1.15, 1.0, 0.95, 0.95, 0.62, 0.42)
INSIDE_WEEK = (1.35, 1.1, 1.0, 0.95, 0.85, 0.3, 0.0)
HOLIDAY_SHARE = 0.4
BUSINESS_SHARE = 0.32
OUTSIDE_SHARE = 0.66
MAIL_SHARE = {"outside": 0.62, "inside": 0.45}
LUNCH_HOUR_WEIGHT = 2.0  # the largest of INSIDE_HOURS


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that somebody makes on their own account."""

    at: int
    asker: Asker
    scenario: Scenario
    channel: str


class Rhythm:
    """Draws arrivals between two moments."""

    def __init__(self, rng: Random, house: House, askers: Askers, *, since: datetime, until: datetime) -> None:
        self._rng = rng
        self._house = house
        self._askers = askers
        self._since = int(since.timestamp())
        self._until = int(until.timestamp())
        span = (until.date() - since.date()).days
        self._days = [since.date() + timedelta(days=day) for day in range(-1, span + 2)]
        self._moods = [rng.lognormvariate(0, 0.12) for _ in self._days]
        self._outside_days = {key: self._outside_weights(key) for key in house.branches}
        self._inside_days = [
            INSIDE_WEEK[day.weekday()] * mood for day, mood in zip(self._days, self._moods, strict=True)
        ]
        self._zones = {key: ZoneInfo(branch.zone) for key, branch in house.branches.items()}
        self._for_persons = _pool("person", "anyone")
        self._for_businesses = _pool("business", "anyone")
        self._for_colleagues = {key: _pool("inside", department=key) for key in house.departments}
        self._staff = tuple(house.colleagues)

    def draw(self, wanted: int) -> list[Arrival]:
        """So many arrivals, in order of time."""
        found = [self._outside() if self._rng.random() < OUTSIDE_SHARE else self._inside() for _ in range(wanted)]
        return sorted(found, key=lambda arrival: (arrival.at, arrival.asker.key, arrival.scenario.key))

    def _outside(self) -> Arrival:
        rng = self._rng
        is_business = rng.random() < BUSINESS_SHARE
        asker = rng.choice(self._askers.businesses if is_business else self._askers.persons)
        scenario = _drawn(rng, self._for_businesses if is_business else self._for_persons)
        hours = MADRID_HOURS if asker.branch == "madrid" else OUTSIDE_HOURS
        while True:
            day = rng.choices(self._days, self._outside_days[asker.branch])[0]
            hour = rng.choices(range(24), hours)[0]
            at = self._moment(day, hour, asker.branch)
            if self._since <= at < self._until:
                return Arrival(at, asker, scenario, self._channel("outside"))

    def _inside(self) -> Arrival:
        rng = self._rng
        key = rng.choice(self._staff)
        scenario = _drawn(rng, self._for_colleagues[self._house.colleagues[key].department])
        if scenario.key == "hr-joiner.joiner":  # only the head of a department takes somebody on
            key = self._house.departments[self._house.colleagues[key].department].head
        asker = self._askers.at_work(key, scenario.service)
        hours = asker.hours
        if hours is None:
            raise TypeError(f"{key} has no working hours.")
        while True:
            day = rng.choices(self._days, self._inside_days)[0]
            windows = hours.windows_on(day)
            if not windows:
                continue
            opens, closes = rng.choices(windows, [end - start for start, end in windows])[0]
            at = rng.randrange(opens, closes)
            weight = INSIDE_HOURS[hours.local(at).hour]
            if self._since <= at < self._until and rng.random() * LUNCH_HOUR_WEIGHT < weight:
                return Arrival(at, asker, scenario, self._channel("inside"))

    def _moment(self, day: date, hour: int, branch: str) -> int:
        wall = datetime(day.year, day.month, day.day, hour, tzinfo=self._zones[branch])
        return int(wall.timestamp()) + self._rng.randrange(3600)

    def _channel(self, side: str) -> str:
        return "email" if self._rng.random() < MAIL_SHARE[side] else "portal"

    def _outside_weights(self, key: str) -> list[float]:
        branch = self._house.branches[key]
        years = {day.year for day in self._days}
        free = {day for year in years for day in public_holidays(branch.country, branch.region or None, year)}
        return [
            OUTSIDE_WEEK[day.weekday()] * mood * (HOLIDAY_SHARE if day in free else 1.0)
            for day, mood in zip(self._days, self._moods, strict=True)
        ]


_Pool = tuple[tuple[Scenario, ...], tuple[float, ...]]


def _pool(*kinds: str, department: str = "") -> _Pool:
    """What such an asker may ask, with weights. Nobody asks their own department."""
    found = [
        scenario
        for scenario in scenarios().values()
        if scenario.who in kinds
        and (not department or not scenario.departments or department in scenario.departments)
        and scenario.service.partition("-")[0] != department
    ]
    return tuple(found), tuple(scenario.weight for scenario in found)


def _drawn(rng: Random, pool: _Pool) -> Scenario:
    return rng.choices(*pool)[0]
