"""What is told and while it is told: requests in memory, and the rows that come of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from clientela.catalogue.queries import ServiceThen
from clientela.kernel.journal import FactToRecord
from clientela.promises.queries import TermsSeen
from clientela.requests.actions.history.past_clocks import PastClocks
from clientela.requests.models import Dependency, Message, Request, Step
from clientela.requests.rules import AskedPart, State, parts_of_steps


@dataclass(frozen=True)
class Numbers:
    """The keys of the rows to come, handed out in the order in which the actions would have taken them."""

    requests: Iterator[int]
    messages: Iterator[int]


@dataclass(frozen=True)
class House:
    """What stories refer to, read once for all of them."""

    services: Mapping[int, ServiceThen]
    terms: Mapping[int, TermsSeen]
    calendars: Mapping[int, int]
    until: datetime


@dataclass
class Told:
    """The rows that the stories gave. `promise_facts` name their clock by subject and place, known once written."""

    requests: list[Request] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    dependencies: list[Dependency] = field(default_factory=list)
    clocks: list[PastClocks] = field(default_factory=list)
    facts: list["FactToCome"] = field(default_factory=list)


@dataclass(frozen=True)
class FactToCome:
    """A fact; if it is about a personal promise, `promise` is its clock (subject, place) and stands second in about."""

    fact: FactToRecord
    promise: tuple[str, int] | None = None


@dataclass
class Live:
    """One request while it is told."""

    row: Request
    terms_id: int
    finishes_by_itself: bool
    clocks: PastClocks
    steps: dict[str, Step]
    service_key: str
    needs: Mapping[str, str]  # the services that steps take, by the steps' keys
    parents: list[tuple["Live", bool]] = field(default_factory=list)  # who waits on it, and whether it blocks them
    children: list[tuple["Live", bool]] = field(default_factory=list)
    is_done_by_itself: bool = False  # resolved without a hand, and closed by none since


def step_done_by(child: Live, parent: Live) -> Step | None:
    """As steps._open_or_done: the step of `parent` for which `child` was asked, if it was for one."""
    if child.service_key not in parent.needs.values():
        return None
    parts = [
        AskedPart(one.row.pk, one.service_key, one.row.state == State.CANCELLED)
        for one, _blocks in sorted(parent.children, key=lambda pair: pair[0].row.pk)
    ]
    found = parts_of_steps(parent.needs, parts)
    return next((parent.steps[key] for key, number in found.items() if number == child.row.pk), None)
