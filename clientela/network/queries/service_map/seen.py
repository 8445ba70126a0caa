"""What the service map shows: departments and customers outside as nodes, who serves whom as edges."""

from dataclasses import dataclass
from datetime import date, datetime

from clientela.network.rules import Mean, Share
from clientela.requests.queries.glimpses import RequestGlimpse
from clientela.requests.queries.queues import NewestPlace

HOUSEHOLDS = "households"
BUSINESSES = "businesses"
OUTSIDE = frozenset({HOUSEHOLDS, BUSINESSES})
OWN = ""  # where, among the names by language, its own name stands

DECLARED = "declared"  # in the catalogue, or said by an owner or administrator
ASKED = "asked"  # people said it in the newest round of asking that has closed
DISCOVERED = "discovered"  # it happened: by requests, or by the traces below

LOG = "log"  # event logs that somebody brought in
MAIL = "mail"  # who wrote to whom, without what


@dataclass(frozen=True)
class Node:
    """A department, or customers outside by segment. `served` counts what it did for others, `asked` what it asked;
    `traced` how often traces (see Trace) show that it served somebody.

    A department that is not opened stands for its teams too; `members` are the people in all of them today.
    """

    key: str
    department_id: int | None  # None: customers outside
    parent_key: str | None
    names: dict[str, str]  # by language, and its own at OWN; empty for customers outside, whom the page names
    served: int
    asked: int
    members: int | None  # None outside
    has_teams: bool
    traced: int = 0


@dataclass(frozen=True)
class Trace:
    """What one source beside the requests shows of an edge, in files that reach into these weeks: all of each file.

    `back` went to who had had it before and is not in `asked`. `median_wait_seconds` by the clock, until it was taken
    over; None: several lines of several files or teams make it up. The days are the first and the last in the files.
    """

    source: str  # LOG, MAIL
    asked: int
    back: int
    median_wait_seconds: int | None
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True)
class TraceFile:
    """A file that traces were counted in."""

    source: str
    id: int
    name: str


@dataclass(frozen=True)
class Edge:
    """Everything known of one provider serving one customer, and where it is known from.

    What people said when asked (`importance`, `quality`) is always said of whole departments, never of a team: on an
    edge between teams it is the figure of their departments.
    """

    provider: str
    customer: str
    sources: frozenset[str]  # DECLARED, ASKED, DISCOVERED
    asked: int = 0  # requests in these weeks, without the cancelled
    decided: int = 0  # with a promise that was kept or broken
    late: int = 0  # of these, with a broken one
    late_share: Share | None = None
    median_wait_seconds: int | None = None  # working seconds until it was done, to within 3 %
    rework: Share | None = None  # done, and then handed back, reopened or asked for again
    satisfaction: Share | None = None  # of the customer with the provider
    satisfaction_back: Share | None = None  # of the provider with the customer, where it is served by it in turn
    importance: Mean | None = None  # to the customer, 0 to 4, in the customer's words
    importance_by_supplier: Mean | None = None  # the same, as the provider thinks
    is_surprise: bool = False  # it happens, and nobody declared it
    is_silent: bool = False  # it was declared or asked for, and never happens
    done: int = 0  # what `rework` is a share of
    reworked: int = 0
    handed_over: int = 0  # times the customer, having a request in hand, handed it over to the provider
    quality: Mean | None = None  # how good it is, 1 to 5, in the customer's words
    quality_by_supplier: Mean | None = None  # the same, as the provider thinks
    traces: tuple[Trace, ...] = ()  # never added to the counts above: the same work may stand in both

    @property
    def traced(self) -> int:
        """How often traces show that it was asked."""
        return sum(trace.asked for trace in self.traces)

    @property
    def is_only_traced(self) -> bool:
        """Whether traces alone show that it happens."""
        return bool(self.traces) and not self.asked and not self.handed_over

    def trace(self, source: str) -> Trace | None:
        """Return what one source shows of it, if it does."""
        return next((one for one in self.traces if one.source == source), None)


@dataclass(frozen=True)
class Standing:
    """A department in the chart of the organisation, whether or not it has anything to do on the map."""

    key: str
    parent_key: str | None
    department_id: int
    names: dict[str, str]  # by language, and its own at OWN


@dataclass(frozen=True)
class ServiceMap:
    """Everything the map shows, the busiest edge first. Whole weeks, from Mondays at 0:00 UTC."""

    since: datetime
    until: datetime
    first_week: date  # Mondays
    last_week: date
    drawn_at: datetime | None  # what had happened by then is in it; None: never drawn yet
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    opened: frozenset[str]  # departments whose teams are shown
    earliest_week: date | None = None  # the Monday of the first week that anything happened in
    ties: frozenset[tuple[str, str]] = frozenset()  # between which nodes anything ever happened, in whatever week
    departments: tuple[Standing, ...] = ()  # all there are

    def node(self, key: str) -> Node:
        """Return the node with this key."""
        return next(node for node in self.nodes if node.key == key)

    def edge(self, provider: str, customer: str) -> Edge | None:
        """Return the edge between two nodes, if there is one."""
        return next((one for one in self.edges if (one.provider, one.customer) == (provider, customer)), None)


@dataclass(frozen=True)
class EdgePage:
    """One edge, the words by which it was declared, and the requests behind it that the viewer may read."""

    map: ServiceMap
    provider: Node
    customer: Node
    edge: Edge
    # What was declared by hand: "Laptops for new colleagues"; and by plans: "Repair of an appliance: Find the part".
    reasons: tuple[str, ...]
    requests: tuple[RequestGlimpse, ...]  # the newest first
    hidden_count: int  # behind this edge in these weeks, and not the viewer's to read
    after: NewestPlace | None  # continues; None: that was all
    files: tuple[TraceFile, ...] = ()  # in which it was traced, of those that the viewer may see
