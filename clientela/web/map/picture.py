"""The drawing of the service map: where each node stands and how each line runs. Pure geometry, in SVG units.

Delay is read from left to right: suppliers of suppliers on the left, customers outside on the right. A line is as thick
as what is asked and narrows towards the one who is served.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

WIDTH = 858.0
TOP = 64.0
NODE_WIDTH = 12.0
EDGE = 6.0
LEFT = 50.0  # room for the lines between nodes of the first column, which swing out to the left
GAP = 46.0  # between nodes of a column: room for the name above each
TALLEST = 118.0  # of the busiest node
SHORTEST = 18.0
NARROWS_TO = 0.42
SWEEPS = 8  # of ordering the columns, back and forth


@dataclass(frozen=True)
class Place:
    """A node to be placed. `hops`: on average until its work reaches a customer outside; 0 outside."""

    key: str
    hops: float
    volume: int


@dataclass(frozen=True)
class Flow:
    """A line to be drawn."""

    provider: str
    customer: str
    asked: int


@dataclass(frozen=True)
class DrawnNode:
    """A node as drawn: a bar, its name above it."""

    key: str
    column: int
    x: float
    y: float
    width: float
    height: float
    label_x: float
    label_anchor: str  # start, middle, end

    @property
    def label_y(self) -> float:
        """Where the name stands."""
        return round(self.y - 8, 1)


@dataclass(frozen=True)
class DrawnLine:
    """A line as drawn: a closed path."""

    provider: str
    customer: str
    path: str
    middle_x: float
    middle_y: float


@dataclass(frozen=True)
class Picture:
    """The whole drawing."""

    width: float
    height: float
    nodes: tuple[DrawnNode, ...]
    lines: tuple[DrawnLine, ...]
    columns: tuple[float, ...]  # the middle of each column


def picture(places: Sequence[Place], flows: Sequence[Flow]) -> Picture:
    """Lay out the map. Stable: the same nodes and lines always give the same drawing."""
    columns = _columns(places)
    order = _ordered(columns, flows)
    scale = TALLEST / max([place.volume for place in places] + [1])
    height_of = {place.key: max(SHORTEST, place.volume * scale) for place in places}
    xs = _column_xs(len(order))
    tall = max((sum(height_of[key] for key in column) + GAP * len(column) for column in order), default=0.0)
    nodes: dict[str, DrawnNode] = {}
    for index, column in enumerate(order):
        used = sum(height_of[key] for key in column)
        room = (tall - used) / max(len(column), 1)
        y = TOP + room / 2
        for key in column:
            nodes[key] = _node(key, column=index, columns=len(order), x=xs[index], y=y, height=height_of[key])
            y += height_of[key] + room
    return Picture(
        width=WIDTH,
        height=round(TOP + tall + 12, 1),
        nodes=tuple(nodes[key] for column in order for key in column),
        lines=tuple(_lines(flows, nodes)),
        columns=tuple(x + NODE_WIDTH / 2 for x in xs),
    )


def _columns(places: Sequence[Place]) -> list[list[str]]:
    """Put nodes into at most five columns from the farthest to the customers outside, by hops."""
    inside = sorted((place for place in places if place.hops > 0), key=lambda place: (-place.hops, place.key))
    outside = [place.key for place in places if place.hops == 0]
    if not inside:
        return [outside] if outside else []
    wanted = min(4, ceil(len(inside) / 2.5))
    nearest, farthest = inside[-1].hops, inside[0].hops
    step = (farthest - nearest) / wanted or 1.0
    columns: list[list[str]] = [[] for _column in range(wanted)]
    for place in inside:
        index = min(wanted - 1, int((farthest - place.hops) / step))
        columns[index].append(place.key)
    return [column for column in [*columns, outside] if column]


def _ordered(columns: list[list[str]], flows: Sequence[Flow]) -> list[list[str]]:
    """Order each column by the middle of its neighbours, back and forth, so that few lines cross."""
    neighbours: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for flow in flows:
        neighbours[flow.provider].append((flow.customer, flow.asked))
        neighbours[flow.customer].append((flow.provider, flow.asked))
    order = [sorted(column) for column in columns]
    for sweep in range(SWEEPS):
        place = {key: (row + 0.5) / len(column) for column in order for row, key in enumerate(column)}
        for column in order if sweep % 2 == 0 else reversed(order):
            column.sort(key=lambda key: (_middle(neighbours[key], place, place[key]), key))
            place.update({key: (row + 0.5) / len(column) for row, key in enumerate(column)})
    return order


def _middle(neighbours: Sequence[tuple[str, int]], place: dict[str, float], own: float) -> float:
    weights = [(place[key], weight) for key, weight in neighbours if key in place]
    total = sum(weight for _place, weight in weights)
    return sum(where * weight for where, weight in weights) / total if total else own


def _column_xs(count: int) -> list[float]:
    if count <= 1:
        return [LEFT]
    step = (WIDTH - LEFT - EDGE - NODE_WIDTH) / (count - 1)
    return [LEFT + step * index for index in range(count)]


def _node(key: str, *, column: int, columns: int, x: float, y: float, height: float) -> DrawnNode:
    is_first, is_last = column == 0, column == columns - 1
    return DrawnNode(
        key=key,
        column=column,
        x=round(x, 1),
        y=round(y, 1),
        width=NODE_WIDTH,
        height=round(height, 1),
        label_x=round(x if is_first else x + NODE_WIDTH if is_last else x + NODE_WIDTH / 2, 1),
        label_anchor="start" if is_first else "end" if is_last else "middle",
    )


def _lines(flows: Sequence[Flow], nodes: dict[str, DrawnNode]) -> list[DrawnLine]:
    """Draw every line: at its provider the lines share the bar's height, at its customer they arrive narrower."""
    served: dict[str, int] = defaultdict(int)
    asked: dict[str, int] = defaultdict(int)
    for flow in flows:
        served[flow.provider] += flow.asked
        asked[flow.customer] += flow.asked
    top = {key: node.y for key, node in nodes.items()}
    arrive = dict(top)
    drawn = []
    for flow in sorted(flows, key=lambda flow: (nodes[flow.customer].y, nodes[flow.provider].y, flow.provider)):
        start, end = nodes[flow.provider], nodes[flow.customer]
        leaves = start.height * flow.asked / served[flow.provider]
        share = end.height * flow.asked / asked[flow.customer]
        arrives = min(share, max(1.5, leaves * NARROWS_TO))
        # A line to the left leaves and arrives on the other sides, so that it never runs through its own node.
        is_forward = end.column > start.column
        x1 = start.x + start.width if is_forward else start.x
        x2 = end.x if is_forward else end.x + end.width
        y1, y2 = top[flow.provider], arrive[flow.customer] + (share - arrives) / 2
        top[flow.provider] += leaves
        arrive[flow.customer] += share
        drawn.append(_ribbon(flow, x1=x1, y1=y1, leaves=leaves, x2=x2, y2=y2, arrives=arrives))
    return drawn


def _ribbon(flow: Flow, *, x1: float, y1: float, leaves: float, x2: float, y2: float, arrives: float) -> DrawnLine:
    is_same_column = abs(x2 - x1) < 2 * NODE_WIDTH  # then it swings out to the left
    bend = x1 - 48 if is_same_column else (x1 + x2) / 2
    path = (
        f"M{x1:.1f} {y1:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"L{x2:.1f} {y2 + arrives:.1f}"
        f"C{bend:.1f} {y2 + arrives:.1f} {bend:.1f} {y1 + leaves:.1f} {x1:.1f} {y1 + leaves:.1f}Z"
    )
    return DrawnLine(
        provider=flow.provider,
        customer=flow.customer,
        path=path,
        middle_x=round((x1 + x2) / 2, 1),
        middle_y=round((y1 + leaves / 2 + y2 + arrives / 2) / 2, 1),
    )
