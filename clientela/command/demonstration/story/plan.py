"""Requests with their events, and the whole plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Literal

from clientela.command.demonstration.story.customers import CustomerStory
from clientela.command.demonstration.story.events import Event, Opened, Resumed
from clientela.command.demonstration.story.house import (
    BranchStory,
    CalendarStory,
    ColleagueStory,
    DepartmentStory,
    DependencyStory,
    FourLanguages,
    ServiceStory,
)


@dataclass(frozen=True, slots=True)
class RequestStory:
    """One request. `customer` is a person, a company or, for a request among departments, that department.

    `hop` counts the departments between the first asker and this request: 0 for what somebody asked themselves, 1 for
    what a department asked on its behalf, up to 4. `team` answers it when it is opened; HandedOver may change that.
    """

    key: str
    service: str
    scenario: str  # "care-repair.fault"; "" for the cast's own
    department: str
    team: str
    customer: str
    customer_kind: Literal["person", "company", "department"]
    asker: str
    side: Literal["inside", "outside"]
    channel: Literal["email", "portal", "desk"]
    language: str
    title: str
    parent: str | None
    is_blocking: bool
    hop: int
    is_scripted: bool
    events: tuple[Event, ...]

    @property
    def opened(self) -> Opened:
        """How it was asked."""
        first = self.events[0]
        if not isinstance(first, Opened):
            raise TypeError(f"{self.key} begins with {type(first).__name__}.")
        return first


@dataclass(frozen=True, slots=True)
class DemonstrationPlan:
    """Everything the demonstration shows. `requests` in the order in which they were opened, parents first."""

    name: str
    about: FourLanguages
    starts_at: datetime
    until: datetime
    branches: tuple[BranchStory, ...]
    calendars: tuple[CalendarStory, ...]
    departments: tuple[DepartmentStory, ...]
    dependencies: tuple[DependencyStory, ...]
    colleagues: tuple[ColleagueStory, ...]
    customers: tuple[CustomerStory, ...]
    services: tuple[ServiceStory, ...]
    requests: tuple[RequestStory, ...]

    def timeline(self) -> Iterator[tuple[RequestStory, Event]]:
        """Every event of every request, in order of time. At one moment causes come before what follows from them:

        a department is asked before its request is opened, and has answered before the asking request goes on.
        """
        lanes = (_lane(place, request) for place, request in enumerate(self.requests))
        for _, _, place, number in merge(*lanes):
            yield self.requests[place], self.requests[place].events[number]


def _lane(place: int, request: RequestStory) -> list[tuple[datetime, int, int, int]]:
    lane: list[tuple[datetime, int, int, int]] = []
    for number, event in enumerate(request.events):
        rank = 1 if number == 0 else 2 if isinstance(event, Resumed) else 0
        if lane and lane[-1][0] == event.at:
            rank = max(rank, lane[-1][1])
        lane.append((event.at, rank, place, number))
    return lane
