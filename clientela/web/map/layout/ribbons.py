"""How each line runs and how tall each bar is: what the figures have to say in the drawing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clientela.web.map.layout import parts
from clientela.web.map.layout.parts import Layout, Slot

NARROWS_TO = 0.42  # a line narrows towards the one who is served
THINNEST = 1.2
THICKEST, THICKEST_DENSE = 64.0, 9.0
THIN = 4.0  # a line below that has no room for a hatch
SWING = 36.0  # of a line between nodes of one column, out to the left


@dataclass(frozen=True)
class Flow:
    """A line to be drawn. `weight`: what its thickness stands for, from 0."""

    provider: str
    customer: str
    weight: float


@dataclass(frozen=True)
class Bar:
    """A node as drawn."""

    slot: Slot
    height: float

    @property
    def key(self) -> str:
        """Whose it is."""
        return self.slot.key


@dataclass(frozen=True)
class Ribbon:
    """A line as drawn: two curves, from the provider's side to the customer's, and the middle between them."""

    provider: str
    customer: str
    start: tuple[float, float, float]  # x, upper and lower y, at the provider
    end: tuple[float, float, float]  # the same at the customer
    bend: float  # x of both curves' handles

    @property
    def is_thin(self) -> bool:
        """Whether it has no room for a hatch."""
        return self.start[2] - self.start[1] < THIN

    @property
    def path(self) -> str:
        """The outline, as SVG writes it."""
        (x1, top1, low1), (x2, top2, low2), bend = self.start, self.end, self.bend
        return (
            f"M{x1:.1f} {top1:.1f}C{bend:.1f} {top1:.1f} {bend:.1f} {top2:.1f} {x2:.1f} {top2:.1f}"
            f"L{x2:.1f} {low2:.1f}C{bend:.1f} {low2:.1f} {bend:.1f} {low1:.1f} {x1:.1f} {low1:.1f}Z"
        )

    @property
    def line(self) -> str:
        """The middle, as SVG writes it."""
        (x1, top1, low1), (x2, top2, low2), bend = self.start, self.end, self.bend
        y1, y2 = (top1 + low1) / 2, (top2 + low2) / 2
        return f"M{x1:.1f} {y1:.1f}C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"

    @property
    def middle(self) -> tuple[float, float]:
        """The point half way along."""
        (x1, top1, low1), (x2, top2, low2) = self.start, self.end
        return (
            round((x1 + x2) / 8 + 0.75 * self.bend, 1),
            round((top1 + low1 + top2 + low2) / 4, 1),
        )


@dataclass(frozen=True)
class Drawing:
    """The whole drawing."""

    layout: Layout
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]


def drawing(placed: Layout, flows: Iterable[Flow], volumes: Mapping[str, float], *, thickest: float = 0.0) -> Drawing:
    """Draw bars and lines into a layout. `volumes`: what passes through each node, in the unit of the weights."""
    slots = {slot.key: slot for slot in placed.slots}
    drawn = sorted(
        (flow for flow in flows if flow.provider in slots and flow.customer in slots),
        key=lambda flow: (flow.provider, flow.customer),
    )
    scale = _scale(drawn, volumes, slots, thickest or (THICKEST_DENSE if placed.is_dense else THICKEST))
    ends = _ends(drawn, slots, scale)
    bars = {
        key: Bar(
            slot,
            slot.room
            if placed.is_dense
            else round(min(slot.room, max(parts.SHORTEST, volumes.get(key, 0.0) * scale, *_sides(ends, key))), 1),
        )
        for key, slot in slots.items()
    }
    stacked = _stacked(ends, bars)
    ribbons = [
        _ribbon(flow, slots[flow.provider], slots[flow.customer], stacked[index, False], stacked[index, True])
        for index, flow in enumerate(drawn)
    ]
    return Drawing(layout=placed, bars=tuple(bars.values()), ribbons=tuple(ribbons))


@dataclass(frozen=True)
class _End:
    """One end of a line: at which node and side, how thick, and where its other end lies."""

    key: str
    is_right: bool
    thickness: float
    other_y: float
    index: int
    is_arrival: bool


def _scale(flows: list[Flow], volumes: Mapping[str, float], slots: Mapping[str, Slot], thickest: float) -> float:
    """Return units of height for a unit of weight: so that the busiest node and the thickest line have room."""
    heaviest = max((flow.weight for flow in flows), default=0.0)
    most = max((volumes.get(key, 0.0) for key in slots), default=0.0)
    room = min((slot.room for slot in slots.values()), default=parts.SHORTEST)
    limits = [thickest / heaviest] if heaviest > 0 else []
    limits += [room / most] if most > 0 else []
    return min(limits, default=1.0)


def _ends(flows: list[Flow], slots: Mapping[str, Slot], scale: float) -> list[_End]:
    found = []
    for index, flow in enumerate(flows):
        start, end = slots[flow.provider], slots[flow.customer]
        is_forward = end.column > start.column
        leaves = max(THINNEST, flow.weight * scale)
        arrives = max(THINNEST, leaves * NARROWS_TO)
        # A line to the left leaves and arrives on the other sides, so that it never runs through its own node.
        is_loop = start.column == end.column
        found.append(_End(start.key, is_forward, leaves, end.y, index, is_arrival=False))
        found.append(_End(end.key, not is_forward and not is_loop, arrives, start.y, index, is_arrival=True))
    return found


def _sides(ends: list[_End], key: str) -> tuple[float, float]:
    """Return how much height the lines take at the left and the right of a node."""
    left = sum(end.thickness for end in ends if end.key == key and not end.is_right)
    right = sum(end.thickness for end in ends if end.key == key and end.is_right)
    return left, right


def _stacked(ends: list[_End], bars: Mapping[str, Bar]) -> dict[tuple[int, bool], tuple[float, float]]:
    """Give every end its place on its side of the bar, in the order of where it leads; too many are pressed together.

    Returns the upper and lower y by line and whether it arrives.
    """
    sides: dict[tuple[str, bool], list[_End]] = defaultdict(list)
    for end in ends:
        sides[end.key, end.is_right].append(end)
    found = {}
    for (key, _side), some in sides.items():
        bar = bars[key]
        total = sum(end.thickness for end in some)
        press = min(1.0, bar.height / total)
        y = bar.slot.y + (bar.height - total * press) / 2
        for end in sorted(some, key=lambda end: (end.other_y, end.index, end.is_arrival)):
            middle = y + end.thickness * press / 2
            half = max(THINNEST, end.thickness * press) / 2
            found[end.index, end.is_arrival] = (middle - half, middle + half)
            y += end.thickness * press
    return found


def _ribbon(flow: Flow, start: Slot, end: Slot, leaves: tuple[float, float], arrives: tuple[float, float]) -> Ribbon:
    is_forward = end.column > start.column
    is_loop = end.column == start.column
    x1 = start.x + start.width if is_forward else start.x
    x2 = end.x if is_forward or is_loop else end.x + end.width
    return Ribbon(
        provider=flow.provider,
        customer=flow.customer,
        start=(x1, *leaves),
        end=(x2, *arrives),
        bend=min(x1, x2) - SWING if is_loop else (x1 + x2) / 2,
    )
