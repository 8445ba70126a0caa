"""The whole map: the three sources merged into one edge for each provider and customer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.policies import require_seen
from clientela.network import rules
from clientela.network.policies import may_see_service_map
from clientela.network.queries.asked import AskedPairs, asked_pairs
from clientela.network.queries.mail_lines import OTHERS_OUTSIDE
from clientela.network.queries.service_map.chart import Chart, chart
from clientela.network.queries.service_map.declared import Declared, Line, Party, declared
from clientela.network.queries.service_map.ever import ever_between
from clientela.network.queries.service_map.seen import (
    ASKED,
    DECLARED,
    DISCOVERED,
    OUTSIDE,
    OWN,
    Edge,
    Node,
    ServiceMap,
    Standing,
    Trace,
)
from clientela.network.queries.service_map.traced import Traced, traced_between
from clientela.network.queries.service_map.weeks import (
    A_WEEK,
    Counts,
    Pair,
    counts_between,
    last_drawn_at,
    midnight_of,
    weeks_of,
)

NOTHING = Counts()


@dataclass(frozen=True)
class Sources:
    """Everything the edges are merged from."""

    chart: Chart
    counts: Mapping[Pair, Counts]
    waits: Mapping[Pair, int | None]  # medians, in seconds
    traced: Traced
    declared: Declared
    said: AskedPairs
    ids: Mapping[str, int]  # departments by key


def service_map(
    viewer: Viewer,
    *,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    opened: Collection[str] = frozenset(),
) -> ServiceMap:
    """Return who serves whom in the whole weeks (from Monday 0:00 UTC) that hold some of [since, until).

    Without them: the week that runs, as far as it was drawn, and the four before it. `opened`: keys of departments
    whose teams are shown instead of themselves, "*" for all; a team shown may be opened too. Declared is what holds on
    the day of `at`; asked is the newest round that has closed. The number of statements depends on nothing.
    Raises HiddenError for who is not a colleague.
    """
    require_seen(may_see_service_map(viewer))
    return drawn(at=at, since=since, until=until, opened=opened)[0]


def drawn(
    *, at: datetime, since: datetime | None, until: datetime | None, opened: Collection[str]
) -> tuple[ServiceMap, Sources]:
    """Return the map and what it was made from. For who has asked whether the viewer may see it."""
    first_week, last_week = weeks_of(at=at, since=since, until=until)
    cards = directory.departments()
    seen = chart(cards, opened)
    key_of = {card.id: card.key for card in cards}
    counts, waits = counts_between(seen.node_of, key_of, first_week=first_week, last_week=last_week)
    ids = {card.key: card.id for card in cards}
    traced = traced_between(seen.node_of, key_of, first_week=first_week, last_week=last_week)
    sources = Sources(seen, counts, waits, traced, declared(at=at), asked_pairs(), ids)
    ever = ever_between(seen.node_of, key_of)
    edges = _edges(sources)
    found = ServiceMap(
        since=midnight_of(first_week),
        until=min(at, midnight_of(last_week + A_WEEK)),
        first_week=first_week,
        last_week=last_week,
        drawn_at=last_drawn_at(),
        nodes=_nodes(edges, sources, directory.people_by_department(at=at)),
        edges=edges,
        opened=seen.opened,
        earliest_week=min(filter(None, (ever.earliest_week, traced.earliest_week)), default=None),
        ties=ever.ties | traced.ties,
        departments=tuple(
            Standing(
                key=card.key,
                parent_key=None if card.parent_id is None else key_of[card.parent_id],
                department_id=card.id,
                names={OWN: card.name, **card.names},
            )
            for card in cards
        ),
    )
    return found, sources


def reasons_for(edge: Edge, sources: Sources, *, language: str) -> tuple[str, ...]:
    """Return for what it was declared that an edge should be, by hand and by the steps of plans."""
    return sources.declared.reasons(
        sources.chart.reach[sources.ids[edge.provider]],
        _reach(sources, sources.ids.get(edge.customer, edge.customer)),
        language=language,
    )


def _edges(sources: Sources) -> tuple[Edge, ...]:
    """Merge: an edge for everything that happened, and one for what was declared or said and did not happen."""
    happened = {pair: None for pair, counts in sources.counts.items() if counts.has_happened}
    edges = {pair: _edge(pair, sources, {DISCOVERED}) for pair in happened | dict.fromkeys(sources.traced.traces)}
    silent: dict[Pair, Edge] = {}
    named: dict[Line, set[str]] = defaultdict(set)
    for line in sources.declared.named:
        named[line].add(DECLARED)
    for line in (*sources.said.by_customer, *sources.said.by_supplier):
        named[line].add(ASKED)
    for line, known_from in named.items():
        provider_id, customer = line
        pair = (_node_key(sources, provider_id), _node_key(sources, customer))
        if pair[0] != pair[1] and not _happens(line, edges, sources):
            silent[pair] = _edge(pair, sources, known_from | (silent[pair].sources if pair in silent else set()))
    return tuple(
        sorted({**edges, **silent}.values(), key=lambda edge: (-edge.asked, -edge.traced, edge.provider, edge.customer))
    )


def _happens(line: Line, edges: Container[Pair], sources: Sources) -> bool:
    """Whether there is an edge between any nodes of which a line between two departments speaks."""
    providers, customers = (_nodes_of(party, sources) for party in line)
    return any(pair in edges for pair in product(providers, customers))


def _nodes_of(party: Party, sources: Sources) -> set[str]:
    """The node that stands for a department, and those of its teams where it is opened."""
    if isinstance(party, str):
        return {party}
    return {_node_key(sources, number) for number in sources.chart.branch_of(party)}


def _reach(sources: Sources, party: Party) -> frozenset[Party]:
    if party == OTHERS_OUTSIDE:  # nobody knows of which segment they are: what is declared for any may be for them
        return frozenset[Party]({party, *OUTSIDE})
    return frozenset({party}) if isinstance(party, str) else frozenset[Party](sources.chart.reach[party])


def _node_key(sources: Sources, party: Party) -> str:
    return party if isinstance(party, str) else sources.chart.cards[sources.chart.node_of[party]].key


def _edge(pair: Pair, sources: Sources, known_from: AbstractSet[str]) -> Edge:
    counts, back = sources.counts.get(pair, NOTHING), sources.counts.get((pair[1], pair[0]), NOTHING)
    is_declared = _is_declared(pair, sources)
    traces: tuple[Trace, ...] = sources.traced.traces.get(pair, ())
    happens = counts.has_happened or bool(traces)
    return _with_opinions(
        Edge(
            provider=pair[0],
            customer=pair[1],
            sources=frozenset(known_from | ({DECLARED} if is_declared else set())),
            asked=counts.asked,
            decided=counts.decided,
            late=counts.late,
            late_share=rules.share_of(counts.late, counts.decided),
            median_wait_seconds=sources.waits.get(pair),
            rework=rules.share_of(counts.reworked, counts.done),
            satisfaction=rules.share_of(counts.satisfied, counts.scored),
            satisfaction_back=rules.share_of(back.satisfied, back.scored),
            is_surprise=happens and not is_declared,
            is_silent=not happens,
            done=counts.done,
            reworked=counts.reworked,
            handed_over=counts.handed_over,
            traces=traces,
        ),
        sources,
    )


def _is_declared(pair: Pair, sources: Sources) -> bool:
    ids = sources.ids
    return sources.declared.covers(sources.chart.reach[ids[pair[0]]], _reach(sources, ids.get(pair[1], pair[1])))


def _with_opinions(edge: Edge, sources: Sources) -> Edge:
    """Add what people said, of the whole departments to which the ends of the edge belong."""
    provider, customer = sources.ids[edge.provider], sources.ids.get(edge.customer)
    if customer is None or not (sources.said.by_customer or sources.said.by_supplier):
        return edge
    lines = [(one, other) for one in sources.chart.line_of(provider) for other in sources.chart.line_of(customer)]
    customers = next((sources.said.by_customer[line] for line in lines if line in sources.said.by_customer), None)
    suppliers = next((sources.said.by_supplier[line] for line in lines if line in sources.said.by_supplier), None)
    if customers is None and suppliers is None:
        return edge
    return replace(
        edge,
        sources=edge.sources | {ASKED},
        importance=customers.importance if customers else None,
        quality=customers.quality if customers else None,
        importance_by_supplier=suppliers.importance if suppliers else None,
        quality_by_supplier=suppliers.quality if suppliers else None,
    )


def _nodes(edges: Sequence[Edge], sources: Sources, members: Mapping[int, int]) -> tuple[Node, ...]:
    """Return what the edges touch: departments by name of their key, then the segments outside."""
    chart = sources.chart
    segments = {edge.customer for edge in edges if edge.customer not in sources.ids}
    served: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    traced: Counter[str] = Counter()
    for edge in edges:
        traced[edge.provider] += edge.traced
        served[edge.provider] += edge.asked
        asked[edge.customer] += edge.asked
    touched = {edge.provider for edge in edges} | {edge.customer for edge in edges}
    inside = [
        Node(
            key=card.key,
            department_id=card.id,
            parent_key=None if card.parent_id is None else chart.cards[card.parent_id].key,
            names={OWN: card.name, **card.names},
            served=served[card.key],
            asked=asked[card.key],
            members=sum(members.get(number, 0) for number in chart.covered[card.id]),
            has_teams=card.id in chart.children,
            traced=traced[card.key],
        )
        for card in sorted((chart.cards[sources.ids[key]] for key in touched - segments), key=lambda card: card.key)
    ]
    outside = [
        Node(
            key=key,
            department_id=None,
            parent_key=None,
            names={},
            served=0,
            asked=asked[key],
            members=None,
            has_teams=False,
        )
        for key in sorted(segments)
    ]
    return (*inside, *outside)
