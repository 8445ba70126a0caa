"""A request while it is being made up: who asks whom about what, what has happened so far, and what is to come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from clientela.command.demonstration.content import Scenario, WorkKind
from clientela.command.demonstration.customers import Manners
from clientela.command.demonstration.facts import Facts, Speaker
from clientela.command.demonstration.hours import OpenHours
from clientela.command.demonstration.story import Event, RequestStory, ServiceStory, TeamStory

MOST_HOPS = 4


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as whom. `customer` is a person, a company, or a department; `hours` only for colleagues at work."""

    key: str
    speaker: Speaker
    customer: str
    customer_kind: Literal["person", "company", "department"]
    customer_name: str
    side: Literal["inside", "outside"]
    language: str
    branch: str
    zone: str
    email: str
    phone: str
    address: str
    manners: Manners
    team: str = ""
    department: str = ""
    hours: OpenHours | None = None

    @property
    def words_side(self) -> str:
        """The half of the word lists that suits: out or in."""
        return "in" if self.side == "inside" else "out"


@dataclass(slots=True, eq=False)
class Case:
    """One request in the making. Moments are whole seconds since 1970."""

    number: int
    scenario: Scenario
    service: ServiceStory
    kind: WorkKind
    team: TeamStory
    facts: Facts
    asker: Asker
    language: str
    channel: Literal["email", "portal", "desk"]
    opened_at: int
    parent: "Case | None" = None
    title: str = ""
    events: list[Event] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    last_at: int = 0
    state: str = "open"
    waiting_since: int = 0
    holder: str = ""
    children: list["Case"] = field(default_factory=list)
    open_children: int = 0
    paused: int = 0  # open seconds of the team during which the promise stood still
    has_reply: bool = False
    has_first: bool = False  # the customer knows what happens next, not only that we ask something
    is_late: bool = False
    waited_on_late: bool = False  # somebody asked on its behalf was late
    has_complained: bool = False
    has_been_warned: bool = False
    times_reopened: int = 0
    resolved_at: int = 0
    first_team: TeamStory | None = None
    said: int = 0  # which of the scenario's ways of asking was used
    asked_back: int = 0  # which of the group's questions back
    noted: set[str] = field(default_factory=set)

    @property
    def hop(self) -> int:
        """How many departments stand between the first asker and this."""
        return 0 if self.parent is None else self.parent.hop + 1

    @property
    def root(self) -> "Case":
        """The request for which all of the chain was asked."""
        return self if self.parent is None else self.parent.root

    @property
    def is_open(self) -> bool:
        """Whether the customer still waits for something."""
        return self.state not in {"resolved", "closed"}

    def tree(self) -> list["Case"]:
        """This and everything asked on its behalf."""
        return [self, *(below for child in self.children for below in child.tree())]

    def due_at(self, hours: OpenHours) -> int:
        """When it is promised to be done, by what is known now."""
        return hours.add(self.opened_at, self.service.resolution_minutes * 60 + self.paused)

    def happened(self, event: Event) -> None:
        """Add what happened; events come in order."""
        self.events.append(event)
        self.last_at = int(event.at.timestamp())

    def came_back(self, event: Event) -> None:
        """Add what the house did at its moment, before what colleagues are about to do a little later."""
        place = len(self.events)
        while place and self.events[place - 1].at > event.at:
            place -= 1
        self.events.insert(place, event)
        self.last_at = max(self.last_at, int(event.at.timestamp()))

    def told(self, keys: Mapping["Case", str], *, is_scripted: bool = False) -> RequestStory:
        """The finished story, with the keys that the requests of the plan have."""
        team = self.first_team or self.team
        return RequestStory(
            key=keys[self],
            service=self.service.key,
            scenario=self.scenario.key,
            department=team.department,
            team=team.key,
            customer=self.asker.customer,
            customer_kind=self.asker.customer_kind,
            asker=self.asker.key,
            side=self.asker.side,
            channel=self.channel,
            language=self.language,
            title=self.title,
            parent=None if self.parent is None else keys[self.parent],
            is_blocking=self.parent is not None,
            hop=self.hop,
            is_scripted=is_scripted,
            events=tuple(self.events),
        )
