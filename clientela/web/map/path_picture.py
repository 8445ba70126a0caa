"""The drawing of what stands behind a service: read from left to right, the customer outside on the right.

Pure geometry, in SVG units. Each department stands once, as many columns from the customer as it usually is hops away;
a line is as thick as the share of cases that pass, and narrows towards the one who is served.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 858.0
NARROWEST_COLUMN = 170.0
LEFT, RIGHT = 50.0, 12.0
TOP = 40.0
ROW = 92.0
NODE_WIDTH = 12.0
NODE_HEIGHT = 46.0
THICKEST, THINNEST = 26.0, 2.0
NARROWS_TO = 0.42
SWING = 46.0  # how far a line between nodes of one column goes out to the left
OUTSIDE = 0  # the customer; no department has this number


@dataclass(frozen=True)
class Strand:
    """A line to be drawn: from who serves to who is served, `share` of the cases."""

    provider_id: int
    customer_id: int
    depth: int
    share: float


@dataclass(frozen=True)
class PathNode:
    """A node as drawn: a bar, its name above it."""

    key: int
    x: float
    y: float
    label_x: float
    label_anchor: str  # start, middle, end

    @property
    def label_y(self) -> float:
        """Where the name stands."""
        return round(self.y - 24, 1)

    @property
    def note_y(self) -> float:
        """Where the figure under the name stands."""
        return round(self.y - 8, 1)


@dataclass(frozen=True)
class PathPicture:
    """The whole drawing; `paths`: a closed path for each strand, in their order."""

    width: float
    height: float
    nodes: tuple[PathNode, ...]
    paths: tuple[str, ...]


def path_picture(strands: Sequence[Strand]) -> PathPicture:
    """Lay it out. The same strands always give the same drawing."""
    columns = _columns(strands)
    width = max(WIDTH, LEFT + RIGHT + NARROWEST_COLUMN * max(len(columns) - 1, 1))
    step = (width - LEFT - RIGHT - NODE_WIDTH) / max(len(columns) - 1, 1)
    rows = max((len(column) for column in columns), default=0)
    height = TOP + ROW * max(rows, 1)
    nodes: dict[int, PathNode] = {}
    for place, column in enumerate(columns):
        x = LEFT + step * place
        top = TOP + (height - TOP - ROW * len(column)) / 2
        for row, key in enumerate(column):
            nodes[key] = _node(key, x=x, y=top + ROW * row + ROW - NODE_HEIGHT - 6, place=place, last=len(columns) - 1)
    return PathPicture(
        width=round(width, 1),
        height=round(height, 1),
        nodes=tuple(nodes.values()),
        paths=tuple(_paths(strands, nodes)),
    )


def _columns(strands: Sequence[Strand]) -> list[list[int]]:
    """Return who stands in which column, the farthest from the customer first, each under its main neighbour."""
    main: dict[int, Strand] = {}
    for strand in sorted(strands, key=lambda one: (-one.share, one.depth, one.customer_id)):
        main.setdefault(strand.provider_id, strand)
    by_depth: dict[int, list[int]] = defaultdict(list)
    for provider_id, strand in main.items():
        by_depth[strand.depth].append(provider_id)
    place = {OUTSIDE: 0}
    ordered = [[OUTSIDE]]
    for depth in sorted(by_depth):
        column = sorted(
            by_depth[depth],
            key=lambda key: (place.get(main[key].customer_id, len(place)), -main[key].share, key),
        )
        place |= {key: row for row, key in enumerate(column)}
        ordered.append(column)
    return ordered[::-1]


def _node(key: int, *, x: float, y: float, place: int, last: int) -> PathNode:
    is_first, is_last = place == 0, place == last
    return PathNode(
        key=key,
        x=round(x, 1),
        y=round(y, 1),
        label_x=round(x + NODE_WIDTH if is_last else x if is_first else x + NODE_WIDTH / 2, 1),
        label_anchor="end" if is_last else "start" if is_first else "middle",
    )


def _paths(strands: Sequence[Strand], nodes: Mapping[int, PathNode]) -> list[str]:
    """Draw every strand; those that leave or reach the same node share its height, from top to bottom."""
    leaving: dict[int, list[Strand]] = defaultdict(list)
    reaching: dict[int, list[Strand]] = defaultdict(list)
    for strand in strands:
        leaving[strand.provider_id].append(strand)
        reaching[strand.customer_id].append(strand)
    for own in leaving.values():
        own.sort(key=lambda one: (nodes[one.customer_id].y, one.customer_id))
    for own in reaching.values():
        own.sort(key=lambda one: (nodes[one.provider_id].y, one.provider_id))
    return [
        _ribbon(
            nodes[strand.provider_id],
            nodes[strand.customer_id],
            start=_middle(leaving[strand.provider_id], strand),
            end=_middle(reaching[strand.customer_id], strand),
            thick=max(THINNEST, THICKEST * strand.share),
        )
        for strand in strands
    ]


def _middle(own: Sequence[Strand], strand: Strand) -> float:
    """Return how far down a node's bar a strand has its place."""
    return NODE_HEIGHT * (own.index(strand) + 0.5) / len(own)


def _ribbon(provider: PathNode, customer: PathNode, *, start: float, end: float, thick: float) -> str:
    is_forward = customer.x > provider.x
    x1 = provider.x + NODE_WIDTH if is_forward else provider.x
    x2 = customer.x if is_forward or customer.x == provider.x else customer.x + NODE_WIDTH
    bend = (x1 + x2) / 2 if is_forward or x2 < x1 - 2 * NODE_WIDTH else min(x1, x2) - SWING
    y1, y2 = provider.y + start - thick / 2, customer.y + end - thick * NARROWS_TO / 2
    y3, y4 = y2 + thick * NARROWS_TO, y1 + thick
    return (
        f"M{x1:.1f} {y1:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"L{x2:.1f} {y3:.1f}C{bend:.1f} {y3:.1f} {bend:.1f} {y4:.1f} {x1:.1f} {y4:.1f}Z"
    )
