"""The map ready to show: every node and line with its words, its address and its place in the drawing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext

from clientela.network.queries.service_map import Edge, Node, ServiceMap
from clientela.web.map import sentences
from clientela.web.map.calm import Calm, calm, surprises, touching
from clientela.web.map.choosing import Chosen
from clientela.web.map.layout import Bar, Drawing, Flow, Frame, Layout, Ribbon, drawing
from clientela.web.map.shades import SHADINGS, Band, Shading, Sizing, late_band, sizing_for
from clientela.web.map.standing import Cast, cast_of, is_outside, places_of

JOINT = "~"  # between the two ends of a line in an address
MOST_TEAMS = 12  # that are named when a search finds them in closed departments


@dataclass(frozen=True)
class LineShown:
    """One line, with everything the picture, the table, the matrix and the side say about it."""

    edge: Edge
    provider: str  # names
    customer: str
    band: Band  # of the measure that was chosen
    late_tone: str
    sentence: str
    url: str
    is_selected: bool
    is_surprise: bool
    ribbon: Ribbon | None

    @property
    def key(self) -> str:
        """What the line is called in an address."""
        return f"{self.edge.provider}{JOINT}{self.edge.customer}"

    @property
    def name(self) -> str:
        """Who serves whom, in a line."""
        return f"{self.provider} → {self.customer}"

    @property
    def is_silent(self) -> bool:
        """Whether it never happens."""
        return self.edge.is_silent

    @property
    def volume_words(self) -> str:
        """How much of it there was."""
        return sentences.volume_words(self.edge)

    @property
    def trace_words(self) -> str:
        """What event logs and mail show of it, in a few words; "": nothing."""
        return sentences.trace_words(self.edge)


@dataclass(frozen=True)
class NodeShown:
    """One department or segment, as drawn."""

    node: Node
    name: str
    volume: int
    bar: Bar
    url: str  # opens its teams, or draws its lines alone
    opens: bool
    words: str
    is_selected: bool
    is_dim: bool
    is_quiet: bool  # it has nothing to do in these weeks, neither by requests nor by event logs or mail

    @property
    def key(self) -> str:
        """Whose it is."""
        return self.node.key


@dataclass(frozen=True)
class FrameShown:
    """An open department, with the way to close it."""

    frame: Frame
    name: str
    url: str


@dataclass(frozen=True)
class TeamHidden:
    """A team that was searched for and stands in a closed department, with the way to open it."""

    name: str
    department: str
    url: str


@dataclass(frozen=True)
class MapShown:
    """Everything the pages of the map show. `lines`: all that fit what was searched for, the busiest first."""

    found: ServiceMap
    chosen: Chosen
    names: Mapping[str, str]
    drawing: Drawing
    nodes: tuple[NodeShown, ...]
    frames: tuple[FrameShown, ...]
    lines: tuple[LineShown, ...]
    calm: Calm
    shading: Shading
    sizing: Sizing
    hidden_teams: tuple[TeamHidden, ...]  # that were searched for
    has_match: bool  # whether what was searched for is on the map

    @cached_property
    def drawn(self) -> tuple[LineShown, ...]:
        """The lines in the picture, the selected one last, so that it lies on top."""
        return tuple(
            sorted(
                (line for line in self.lines if line.ribbon),
                key=lambda line: (line.is_selected, -line.edge.asked, -line.edge.traced),
            )
        )

    @property
    def selected(self) -> LineShown | None:
        """The line that the side tells about."""
        return next((line for line in self.lines if line.is_selected), None)

    @property
    def surprises(self) -> tuple[LineShown, ...]:
        """What happens and nobody declared."""
        return tuple(line for line in self.lines if line.is_surprise)

    @property
    def silent(self) -> tuple[LineShown, ...]:
        """What was declared or asked for and never happens."""
        return tuple(line for line in self.lines if line.is_silent)

    @property
    def has_traced(self) -> bool:
        """Whether there are lines in the picture that only event logs or mail show."""
        return any(line.edge.is_only_traced for line in self.drawn)

    @property
    def layout(self) -> Layout:
        """Where everything stands."""
        return self.drawing.layout


def map_shown(found: ServiceMap, chosen: Chosen) -> MapShown:
    """Make the map ready to show, as it was chosen."""
    cast = cast_of(found)
    wanted = _wanted(chosen, cast)
    edges = list(found.edges) if wanted is None else touching(found.edges, wanted)
    told = tuple(chosen.line.split(JOINT))
    some = calm(edges, nodes=len(cast.nodes), is_whole=chosen.is_whole or wanted is not None, also=told)
    sizing = sizing_for(chosen.size, found.edges)
    drawn = _drawn(places_of(cast, found.opened), cast, some, found, sizing)
    selected = _selected(edges, some.edges, chosen)
    ends = set(selected.split(JOINT))
    lit = None if wanted is None else wanted | {key for edge in edges for key in (edge.provider, edge.customer)}
    bars = {bar.key: bar for bar in drawn.bars}
    traced = {key for edge in found.edges if edge.traces for key in (edge.provider, edge.customer)}
    return MapShown(
        found=found,
        chosen=chosen,
        names=cast.names,
        drawing=drawn,
        nodes=tuple(
            _node_shown(
                node,
                cast.names[node.key],
                bars[node.key],
                chosen,
                opened=found.opened,
                is_selected=node.key in ends,
                is_dim=lit is not None and node.key not in lit,
                is_traced=node.key in traced,
            )
            for node in cast.nodes
        ),
        frames=tuple(
            FrameShown(
                frame,
                cast.names.get(frame.key, frame.key),
                _url(chosen, opened=found.opened - {frame.key}, line=""),
            )
            for frame in drawn.layout.frames
        ),
        lines=_lines(edges, names=cast.names, chosen=chosen, selected=selected, found=found, drawn=drawn),
        calm=some,
        shading=SHADINGS[chosen.colour],
        sizing=sizing,
        hidden_teams=_hidden_teams(chosen, found, cast),
        has_match=wanted is None or bool(edges),
    )


def _wanted(chosen: Chosen, cast: Cast) -> set[str] | None:
    """The nodes whose lines are asked for; None: all of them. Whoever asks for a department means its teams too."""
    if not chosen.only and not chosen.find:
        return None
    shown = {node.key for node in cast.nodes}
    wanted = {key for key in shown if chosen.only and (key == chosen.only or chosen.only in cast.above(key))}
    if chosen.find:
        wanted |= {key for key in shown if chosen.find.casefold() in cast.names[key].casefold()}
    return wanted


def _hidden_teams(chosen: Chosen, found: ServiceMap, cast: Cast) -> tuple[TeamHidden, ...]:
    """Teams that are called what was searched for, and stand in a closed department."""
    if not chosen.find:
        return ()
    shown = {node.key for node in cast.nodes}
    teams = []
    for one in found.departments:
        name = cast.names[one.key]
        above = cast.above(one.key)
        if one.key not in shown and above and chosen.find.casefold() in name.casefold():
            url = _url(chosen, opened=found.opened | set(above), line="")
            teams.append(TeamHidden(name=name, department=cast.names.get(above[-1], above[-1]), url=url))
    return tuple(sorted(teams, key=lambda team: team.name)[:MOST_TEAMS])


def _drawn(placed: Layout, cast: Cast, some: Calm, found: ServiceMap, sizing: Sizing) -> Drawing:
    """Draw the calm lines; every bar is as tall as all that passes through it, drawn or not."""
    outside = {node.key for node in cast.nodes if is_outside(node)}
    volumes: dict[str, float] = defaultdict(float)
    for edge in found.edges:
        if not edge.is_silent:
            volumes[edge.provider] += sizing.weight_of(edge)
            if edge.customer in outside:
                volumes[edge.customer] += sizing.weight_of(edge)
    flows = [
        Flow(edge.provider, edge.customer, 0.0 if edge.is_silent else sizing.weight_of(edge)) for edge in some.edges
    ]
    return drawing(placed, flows, volumes, thickest=sizing.thickest)


def _selected(edges: Sequence[Edge], drawn: Sequence[Edge], chosen: Chosen) -> str:
    """The line that the side tells about: the one asked for; of those drawn, the most surely late; the busiest."""
    keys = {f"{edge.provider}{JOINT}{edge.customer}" for edge in edges}
    if chosen.line in keys:
        return chosen.line
    if not drawn:
        return ""
    sure = [edge for edge in drawn if edge.late_share is not None]
    telling = max(sure, key=lambda edge: (edge.late_share.low if edge.late_share else 0, edge.asked), default=drawn[0])
    return f"{telling.provider}{JOINT}{telling.customer}"


def _lines(
    edges: Sequence[Edge],
    *,
    names: Mapping[str, str],
    chosen: Chosen,
    selected: str,
    found: ServiceMap,
    drawn: Drawing,
) -> tuple[LineShown, ...]:
    ribbons = {(one.provider, one.customer): one for one in drawn.ribbons}
    surprising = {(one.provider, one.customer) for one in surprises(found.edges)}
    shading = SHADINGS[chosen.colour]
    shown = []
    for edge in edges:
        pair = (edge.provider, edge.customer)
        provider, customer = names[edge.provider], names[edge.customer]
        shown.append(
            LineShown(
                edge=edge,
                provider=provider,
                customer=customer,
                band=shading.band_of(edge),
                late_tone=late_band(edge).tone,
                sentence=sentences.line_sentence(edge, provider=provider, customer=customer),
                url=edge_url(edge.provider, edge.customer, chosen),
                is_selected=JOINT.join(pair) == selected,
                is_surprise=pair in surprising,
                ribbon=ribbons.get(pair),
            )
        )
    return tuple(shown)


def _node_shown(
    node: Node,
    name: str,
    bar: Bar,
    chosen: Chosen,
    *,
    opened: frozenset[str],
    is_selected: bool,
    is_dim: bool,
    is_traced: bool,
) -> NodeShown:
    opens = node.has_teams and node.key not in opened
    if node.key in opened:
        name = gettext("%(department)s itself") % {"department": name}
    said = sentences.node_sentence(node, name=name)
    act = gettext("Open its teams") if opens else gettext("Draw its lines alone")
    volume = node.asked if is_outside(node) else node.served or node.asked
    return NodeShown(
        node=node,
        name=name,
        volume=volume,
        bar=bar,
        url=_url(chosen, opened=opened | {node.key}, line="") if opens else _url(chosen, only=node.key, find=""),
        opens=opens,
        words=f"{said} {act}.",
        is_selected=is_selected,
        is_dim=is_dim,
        is_quiet=not volume and not is_traced,
    )


def _url(chosen: Chosen, **more: object) -> str:
    query = chosen.query(**more)
    return f"{reverse('map:map')}?{query}" if query else reverse("map:map")


def edge_url(provider: str, customer: str, chosen: Chosen) -> str:
    """The page of one line, in the weeks that were chosen and with the departments as open as they were."""
    query = Chosen(week=chosen.week, span=chosen.span, opened=chosen.opened).query()
    address = reverse("map:edge", args=[provider, customer])
    return f"{address}?{query}" if query else address
