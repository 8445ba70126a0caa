"""What a log is asked for and what comes of it: plain data, without any engine and without Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# Who hands over to whom is counted between teams; where a log knows none, between the resources who did the work.
ROLES = ("case", "activity", "moment", "team", "resource", "transition")


@dataclass(frozen=True)
class Note:
    """Something to know of a log that was read. `code` says what, `what` names a column, a zone, an encoding.

    Codes: encoding, no_zone, day_or_month, serial, short_line, no_case, no_moment (blank or unreadable), no_team,
    defaults, nameless_cases, one_team, no_handover.
    """

    code: str
    count: int = 0
    lines: tuple[int, ...] = ()  # the first few; of an XES the numbers of its events
    what: str = ""


@dataclass(frozen=True)
class Wish:
    """How a log is to be read and counted.

    `columns`: which column holds which role, as the file names it; what is missing is guessed. `by`: "team",
    "resource", or "suggested" for teams seen in the log itself; "" takes teams where there are any. `with_own`: count
    also what stays in the same hands from one event to the next, as process-mining tools do. `transition`: only events
    with it, such as "complete". `beta`: 0 counts only from one event to the next; over 0 also to later ones, each step
    farther weighing beta times as much.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""  # of clocks that tell none; "" takes UTC and says so
    delimiter: str = ""
    encoding: str = ""
    by: str = ""
    with_own: bool = False
    transition: str = ""
    beta: float = 0.0
    fewest_members: int = 2  # of a suggested team; smaller ones count as others
    known_teams: tuple[str, ...] = ()  # names by which a column of teams is recognised


@dataclass(frozen=True)
class Columns:
    """Which column holds which role, and how each was found: "told", "name" or "contents"."""

    named: Mapping[str, str]
    found_by: Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """The beginning of a log. `rows` hold text, a value a name, "" for what is not there."""

    kind: str  # "csv", "xes" or "mxml"
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    skipped: int = 0  # lines before the heading: blank ones, and the one that tells a spreadsheet the sign
    sure: Mapping[str, str] = field(default_factory=dict)  # what the format itself says of roles
    # Of an XES: classifiers by name, and what stands in for an attribute that an event does not have.
    classifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


class Node(NamedTuple):  # not a dataclass, like Edge
    """A team, or a resource, of the log. `gives` and `takes` count hand-overs to others and from others."""

    name: str
    events: int
    cases: int
    gives: int
    takes: int


class Edge(NamedTuple):  # a log may have a hundred thousand, and making dataclasses would take the longest
    """Cases that went from one to another. `back` of them went to one who had had the case before: rework.

    `weight` is the hand-overs themselves unless steps farther count too (`Wish.beta`).
    `median_wait_seconds`: from the last event before to the first after, by the clock, half within it.
    """

    giver: str
    taker: str
    handovers: int
    cases: int
    median_wait_seconds: float
    back: int
    weight: float


@dataclass(frozen=True)
class Discovered:
    """What a log shows, the busiest first. Moments are ISO 8601 in UTC."""

    kind: str
    by: str  # team, resource or suggested
    columns: Columns
    events: int  # that were counted
    rows: int  # that were read
    cases: int
    activities: int
    first_at: str
    last_at: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notes: tuple[Note, ...]
    seconds: float

    @property
    def handovers(self) -> int:
        """How often a case went from one to another."""
        return sum(edge.handovers for edge in self.edges if edge.giver != edge.taker)


@dataclass(frozen=True)
class SuggestedTeam:
    """A team, and why: so many of the hand-overs of its members stay among them; what they do most, with its share."""

    name: str
    members: tuple[str, ...]
    handovers_inside: int
    handovers: int
    does: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class SuggestedRole:
    """Those who do the same: what they do most, with its share."""

    name: str
    members: tuple[str, ...]
    does: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Suggested:
    """What a log suggests, the largest first. `unsure`: who could not be placed, and why: few, alone, between."""

    teams: tuple[SuggestedTeam, ...]
    roles: tuple[SuggestedRole, ...]
    unsure: tuple[tuple[str, str], ...]

    def team_of(self, *, fewest_members: int = 2) -> dict[str, str]:
        """Give the team of everybody who was placed in one of at least so many."""
        large = [team for team in self.teams if len(team.members) >= fewest_members]
        return {member: team.name for team in large for member in team.members}
