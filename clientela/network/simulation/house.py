"""What a house is to the simulation: departments, what they do, who works when, what comes in, who asks whom.

All of it is plain values. Time runs on the house's own clock: hours since a Monday 00:00 on the wall of the head
office, so that a week is 168 hours and the hour of the week is `hours % 168`. Work, waits and promises are hours of the
department's own opening time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

WEEK_HOURS = 168
WEEK_MINUTES = WEEK_HOURS * 60
DEEPEST = 6  # requests below one another: the histories have four, and it must end somewhere
SIDES = ("inside", "outside")

Side = Literal["inside", "outside"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hours:
    """How long something takes: a mean in hours, and how it spreads around it.

    `shape` is "exponential", "fixed", or the quantiles of equally spaced shares from 0 to 1, divided by their mean.
    """

    mean: float
    shape: str | tuple[float, ...] = "exponential"

    def drawn(self, uniform: Floats) -> Floats:
        """Turn numbers between 0 and 1 into hours; a larger number gives longer hours."""
        if self.shape == "fixed":
            return np.full(uniform.shape, self.mean)
        if isinstance(self.shape, str):
            return -self.mean * np.log1p(-uniform)
        shares = np.linspace(0.0, 1.0, len(self.shape))
        drawn: Floats = self.mean * np.interp(uniform, shares, np.asarray(self.shape))
        return drawn

    def times(self, factor: float) -> "Hours":
        """The same, so many times as long."""
        return Hours(self.mean * factor, self.shape)


def spread(quantiles: Sequence[float] | Floats) -> tuple[float, ...]:
    """The shape whose quantiles rise like these, over its own mean. They must not all be zero."""
    values = np.asarray(quantiles, dtype=float)
    mean = float((values[1:] + values[:-1]).mean()) / 2
    return tuple(round(float(value), 6) for value in values / mean)


def usual_work(quantiles: int = 21) -> tuple[float, ...]:
    """How work spreads where nothing is known of it: a gamma of shape 2, cut off at its 99.5 % quantile."""
    return spread(gammaincinv(2.0, np.append(np.linspace(0.0, 1.0, quantiles)[:-1], 0.995)))


NOTHING = Hours(0.0, "fixed")


@dataclass(frozen=True, slots=True)
class Staffing:
    """So many people more (or fewer, below zero) than usual, from a week until before another; None: to the end."""

    more: int
    from_week: int = 0
    until_week: int | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A department: when it is open and how many people are at work.

    `opens` are minutes of the house's week, [start, end), rising, not overlapping. `people` has 168 numbers, one for
    each hour of the week; only those of open hours count.
    """

    id: int
    opens: tuple[tuple[int, int], ...]
    people: tuple[int, ...]
    changes: tuple[Staffing, ...] = ()

    @property
    def open_hours(self) -> float:
        """Open hours in a week."""
        return sum(end - start for start, end in self.opens) / 60

    @property
    def people_hours(self) -> float:
        """Hours of people at work in a usual week."""
        return sum(self.people[minute // 60] for start, end in self.opens for minute in range(start, end)) / 60


@dataclass(frozen=True, slots=True)
class Delay:
    """A wait that needs nobody's hands: it happens to this share of the requests and takes so long."""

    share: float
    hours: Hours


NO_DELAY = Delay(0.0, NOTHING)


@dataclass(frozen=True, slots=True)
class Ask:
    """With this chance (0 to 1) that service is asked, or takes over."""

    service: str
    share: float


@dataclass(frozen=True, slots=True)
class Service:
    """A service as one department does it.

    A request waits for a person, who works on it for the first part of `hands`. Then it asks each of `asks` by chance
    and waits until the last of them is done, lies (`lying`), waits for the customer or a date, waits for a person again
    and gets the second part. In the end another department may take over (`handed_over`: at most one of them).
    """

    key: str  # "department id:service id", or "new:1" for one that does not exist yet
    department_id: int
    hands: Hours  # of one person, both parts
    service_id: int | None = None
    name: str = ""  # only of services that do not exist yet
    first_share: float = 1.0  # of the hands-on work, done before it asks or lies; 1: there is no second part
    lying: Delay = NO_DELAY  # somebody has it, nobody works on it
    customer: Delay = NO_DELAY
    date: Delay = NO_DELAY
    asks: tuple[Ask, ...] = ()
    handed_over: tuple[Ask, ...] = ()
    promise_hours: float | None = None  # until it is resolved
    pauses: tuple[str, ...] = ("customer",)  # the promise's clock stands still while it waits for: customer, date, …


@dataclass(frozen=True, slots=True)
class Surge:
    """So many times as much as usual comes in, from a week until before another; None: to the end."""

    factor: float
    from_week: int = 0
    until_week: int | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """What customers of one side ask of one service: so many a week, by the named rhythm of the week."""

    side: Side
    service: str
    a_week: float
    rhythm: str
    surges: tuple[Surge, ...] = ()
    priority: int = 0  # the smaller the sooner; equal priorities are served first come, first served


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that was assumed or could not be fitted: a code for the page, and its figures.

    Of every house: `first_come_first_served` {}; `two_halves` {first} (the share of the work done before others are
    asked or it lies); `asks_by_chance` {} (each service asks others by chance, one by one); `no_holidays` {};
    `no_seasons` {weeks} (of history that every week is like).
    Left out or taken otherwise: `cancelled_left_out`, `unknown_departments_left_out`, `open_left_out` (of how long work
    takes), `reopened_as_new`, each {requests}.
    Where there is little: `little_history` {services, of, stays} (so many of so many services have fewer stays than
    that and lean on their department), `without_promise` {services, of}.
    Of a department, each with {department}: `people_counted` {people} (how many different people did something in an
    hour, on average) or `people_from_members` {people} (nobody was seen, so all count); `hands_on_from_waits` {share,
    use} (how much of the time somebody has a request is taken to be work: what makes the queue as long as it was; and
    how busy that keeps people); `waits_longer_than_work_explains` or `waits_shorter_than_work_explains`
    {seen_hours, simulated_hours}: there the simulation of today does not tell what happened.
    """

    code: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What really happened at a department in the history, to hold the simulation of today against."""

    department_id: int
    arrivals_a_week: float
    wait_mean: float | None  # working hours until somebody took it
    wait_p50: float | None
    wait_p90: float | None
    use: float | None  # the hands-on work that was fitted, as a share of the hours of the people seen at work
    kept_share: float | None
    stay_mean: float | None  # working hours from opened to resolved


@dataclass(frozen=True, slots=True)
class SeenOutside:
    """What really happened to outside customers of a service."""

    service: str
    arrivals_a_week: float
    stay_mean: float | None
    stay_p50: float | None
    stay_p90: float | None
    kept_share: float | None


@dataclass(frozen=True, slots=True)
class House:
    """Everything the simulation knows. `rhythms` are 168 weights each, of the hours of the week, that sum to one."""

    departments: tuple[Department, ...]
    services: tuple[Service, ...]
    streams: tuple[Stream, ...]
    rhythms: Mapping[str, tuple[float, ...]]
    assumptions: tuple[Assumption, ...] = ()
    seen: tuple[Seen, ...] = ()
    seen_services: tuple[SeenOutside, ...] = ()

    def department(self, department_id: int) -> Department:
        """One of them. Raises KeyError."""
        for department in self.departments:
            if department.id == department_id:
                return department
        raise KeyError(department_id)

    def service(self, key: str) -> Service:
        """One of them. Raises KeyError."""
        for service in self.services:
            if service.key == key:
                return service
        raise KeyError(key)


EVEN = tuple(1 / WEEK_HOURS for _ in range(WEEK_HOURS))  # a rhythm without rhythm


def house_as_json(house: House) -> dict[str, Any]:
    """The house as JSON values, for keeping with an answer or handing to another process."""
    return asdict(house)


def house_from_json(given: Mapping[str, Any]) -> House:
    """The house that `house_as_json` wrote."""
    return House(
        departments=tuple(_department(row) for row in given["departments"]),
        services=tuple(_service(row) for row in given["services"]),
        streams=tuple(_stream(row) for row in given["streams"]),
        rhythms={name: tuple(weights) for name, weights in given["rhythms"].items()},
        assumptions=tuple(Assumption(row["code"], dict(row["figures"])) for row in given["assumptions"]),
        seen=tuple(Seen(**row) for row in given["seen"]),
        seen_services=tuple(SeenOutside(**row) for row in given["seen_services"]),
    )


def _department(row: Mapping[str, Any]) -> Department:
    return Department(
        id=row["id"],
        opens=tuple((start, end) for start, end in row["opens"]),
        people=tuple(row["people"]),
        changes=tuple(Staffing(**change) for change in row["changes"]),
    )


def _service(row: Mapping[str, Any]) -> Service:
    return Service(
        **{name: row[name] for name in ("key", "department_id", "service_id", "name", "first_share", "promise_hours")},
        hands=_hours(row["hands"]),
        lying=_delay(row["lying"]),
        customer=_delay(row["customer"]),
        date=_delay(row["date"]),
        asks=tuple(Ask(**ask) for ask in row["asks"]),
        handed_over=tuple(Ask(**ask) for ask in row["handed_over"]),
        pauses=tuple(row["pauses"]),
    )


def _stream(row: Mapping[str, Any]) -> Stream:
    return Stream(**{**row, "surges": tuple(Surge(**surge) for surge in row["surges"])})


def _delay(row: Mapping[str, Any]) -> Delay:
    return Delay(row["share"], _hours(row["hours"]))


def _hours(row: Mapping[str, Any]) -> Hours:
    shape = row["shape"]
    return Hours(row["mean"], shape if isinstance(shape, str) else tuple(shape))
