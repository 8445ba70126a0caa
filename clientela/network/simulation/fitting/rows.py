"""What a house is fitted from: plain rows of the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class LegLike(Protocol):
    """A stay of a request at a department, as `requests.exports.LegRow` tells it. Seconds are working seconds there."""

    @property
    def request_id(self) -> int: ...  # noqa: D102 - the columns of requests.exports.LegRow
    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def provider_id(self) -> int: ...  # noqa: D102
    @property
    def service_id(self) -> int: ...  # noqa: D102
    @property
    def side(self) -> str: ...  # noqa: D102
    @property
    def parent_id(self) -> int | None: ...  # noqa: D102
    @property
    def started_at(self) -> datetime: ...  # noqa: D102
    @property
    def ended_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def outcome(self) -> str: ...  # noqa: D102
    @property
    def queue_seconds(self) -> int: ...  # noqa: D102
    @property
    def work_seconds(self) -> int: ...  # noqa: D102
    @property
    def customer_seconds(self) -> int: ...  # noqa: D102
    @property
    def department_seconds(self) -> int: ...  # noqa: D102
    @property
    def date_seconds(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class LegRow:
    """A stay as plain values, for whoever has no `requests.exports.LegRow`: a log, a test."""

    request_id: int
    position: int
    provider_id: int
    service_id: int
    side: str
    parent_id: int | None
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    queue_seconds: int
    work_seconds: int
    customer_seconds: int = 0
    department_seconds: int = 0
    date_seconds: int = 0


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department: how many people belong to it, its zone, and its weekly windows.

    `windows` are minutes of the week on its own wall, [start, end), Monday 00:00 is 0; an end may lie beyond the week
    (a Sunday night). None: open around the clock.
    """

    id: int
    members: int
    zone: str
    windows: tuple[tuple[int, int], ...] | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """What is promised for a service: working seconds until it is resolved, and what the clock pauses for.

    `pauses_while`: states as the promise's terms name them ("waiting_customer", "waiting_date", "waiting_department").
    """

    id: int
    resolution_seconds: int | None
    pauses_while: tuple[str, ...] = ("waiting_customer",)


@dataclass(frozen=True, slots=True)
class DeedRow:
    """Somebody of a department did something to a request (answered, took it, resolved it): who was at work when."""

    department_id: int
    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HistoryRows:
    """The history of a house in [since, until). Moments are aware. `zone` is the wall clock of the head office.

    `legs` are all stays that started in the span, oldest first or not. Without `deeds` the members of a department
    count as at work whenever it is open.
    """

    zone: str
    since: datetime
    until: datetime
    departments: Sequence[DepartmentRow]
    services: Sequence[ServiceRow]
    legs: Sequence[LegLike]
    deeds: Sequence[DeedRow] = ()


class NothingToFitError(ValueError):
    """The history says too little: no request in it ended, or it spans less than a week."""
