"""The service map: who asked whom lately, how much was kept, how long it took."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.kernel.policies import require_seen
from clientela.network import rules
from clientela.network.policies import may_see_service_map
from clientela.promises import queries as promises
from clientela.requests.exports import AskedRow, asked_between

SPAN = timedelta(days=30)
HOUSEHOLDS = "households"
BUSINESSES = "businesses"
OUTSIDE = frozenset({HOUSEHOLDS, BUSINESSES})


@dataclass(frozen=True)
class Node:
    """A department, or a kind of outside customer. `served` counts what it did for others, `asked` what it asked."""

    key: str
    department_id: int | None  # None: customers outside
    names: dict[str, str]  # by language; empty for customers outside, whom the page names
    hops: float  # on average, until its work reaches a customer outside; 0 outside
    served: int
    asked: int


@dataclass(frozen=True)
class ServiceMap:
    """Everything the map shows, the busiest line first."""

    since: datetime
    until: datetime
    nodes: tuple[Node, ...]
    lines: tuple[rules.Line, ...]

    def node(self, key: str) -> Node:
        """Return the node with this key."""
        return next(node for node in self.nodes if node.key == key)


def service_map(viewer: Viewer, *, at: datetime) -> ServiceMap:
    """Return who asked whom in the 30 days before `at`, teams counted with the department at the top of their branch.

    A request counts as kept when none of its promises was broken, and is left out of the share while that is open.
    Raises HiddenError for who is not a colleague.
    """
    require_seen(may_see_service_map(viewer))
    since = at - SPAN
    rows = list(asked_between(since, at))
    departments = directory.departments()
    tops = _tops({card.id: card.parent_id for card in departments})
    employers = directory.main_departments_of(
        {row.customer_id for row in rows if row.side == "inside" and row.customer_kind == "person"}, at=at
    )
    key_of = {card.id: card.key for card in departments}
    kept = _kept_by_subject(rows, since=since, at=at)
    waits = promises.working_seconds_of(
        [(row.provider_id, row.opened_at, row.resolved_at or row.opened_at) for row in rows]
    )
    asked = []
    for row, wait_seconds in zip(rows, waits, strict=True):
        customer = _customer_of(row, tops=tops, employers=employers)
        provider = tops[row.provider_id]
        if customer is None or customer == provider:
            continue  # work within one department is no line between departments
        asked.append(
            rules.Asked(
                provider=key_of[provider],
                customer=customer if isinstance(customer, str) else key_of[customer],
                is_kept=kept.get(row.request_id),
                wait_seconds=wait_seconds if row.resolved_at is not None else None,
            )
        )
    lines = rules.lines(asked)
    return ServiceMap(since=since, until=at, nodes=_nodes(lines, departments), lines=tuple(lines))


def _tops(parents: dict[int, int | None]) -> dict[int, int]:
    """Return for each department the one at the top of its branch."""

    def top(department_id: int) -> int:
        parent = parents[department_id]
        return department_id if parent is None else top(parent)

    return {department_id: top(department_id) for department_id in parents}


def _customer_of(row: AskedRow, *, tops: dict[int, int], employers: dict[int, int]) -> int | str | None:
    if row.side == "outside":
        return BUSINESSES if row.customer_kind == "organisation" else HOUSEHOLDS
    department = row.customer_id if row.customer_kind == "department" else employers.get(row.customer_id)
    return None if department is None else tops[department]


def _kept_by_subject(rows: list[AskedRow], *, since: datetime, at: datetime) -> dict[int, bool]:
    """Return by request whether all of its decided promises were kept; a request with none decided is left out."""
    number_of = {thing("request", row.request_id): row.request_id for row in rows}
    kept: dict[int, bool] = {}
    for share in promises.promise_shares({row.provider_id for row in rows}, since=since, at=at):
        request_id = number_of.get(share.subject)
        if request_id is not None:
            kept[request_id] = kept.get(request_id, True) and share.is_kept
    return kept


def _nodes(lines: list[rules.Line], departments: list[directory.DepartmentCard]) -> tuple[Node, ...]:
    hops = rules.hops_to_outside({(line.provider, line.customer): line.asked for line in lines}, outside=OUTSIDE)
    served: dict[str, int] = defaultdict(int)
    asked: dict[str, int] = defaultdict(int)
    for line in lines:
        served[line.provider] += line.asked
        asked[line.customer] += line.asked
    nodes = [
        Node(
            key=card.key,
            department_id=card.id,
            names={card.language: card.name, **card.names},
            hops=hops.get(card.key, float(len(hops) + 1)),
            served=served[card.key],
            asked=asked[card.key],
        )
        for card in departments
        if served[card.key] or asked[card.key]
    ]
    nodes += [
        Node(key=key, department_id=None, names={}, hops=0.0, served=0, asked=asked[key])
        for key in (HOUSEHOLDS, BUSINESSES)
        if asked[key]
    ]
    return tuple(nodes)
