"""Where the caption of the selected line stands: beside the line, and not on anybody's name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from clientela.web.map.layout import Ribbon
from clientela.web.map.layout.parts import BAR_WIDTH, EDGE
from clientela.web.map.lettering import width_of
from clientela.web.map.showing import NodeShown

TOP: Final = 30.0  # under the names of the columns
STEEP: Final = 60.0  # a line that falls so far has its caption beside it
RISES, SINKS = 12.0, 4.0  # how far letters reach above and below the line they stand on
NAME_HEIGHT: Final = RISES + SINKS
BELOW, ABOVE, BESIDE = 18.0, 8.0, 14.0  # from the edge of the line
NAMES_MATTER: Final = 10  # times as much as a bit of the line under it
STEPS: Final = 32  # in which the line itself is looked at
# How far along the line, the best first.
ALONG: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9)


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing that is taken."""

    left: float
    top: float
    right: float
    low: float

    def shared_with(self, other: "Box") -> float:
        """The area of both."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.low, other.low) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)


@dataclass(frozen=True)
class Place:
    """Where letters begin, end or have their middle (`anchor`), and the line they stand on."""

    x: float
    y: float
    anchor: str

    def box(self, wide: float) -> Box:
        """What letters so wide take there."""
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - RISES, left + wide, self.y + SINKS)


def taken_by(nodes: Sequence[NodeShown], *, is_dense: bool) -> list[Box]:
    """Where names, numbers and bars stand."""
    found = []
    for node in nodes:
        slot = node.bar.slot
        found.append(Box(slot.x, slot.y, slot.x + slot.width, slot.y + node.bar.height))
        if not is_dense:  # else the name stands in the box
            wide = min(width_of(node.name), slot.label_room) + width_of(f" {node.volume:,.0f}")
            found.append(Place(slot.label_x, slot.label_y, slot.label_anchor).box(wide))
    return found


def caption_place(ribbon: Ribbon, wide: float, *, width: float, height: float, taken: Sequence[Box]) -> Place:
    """Where a caption so wide stands: near the middle of the line, where it covers nothing or else the least."""
    own = line_boxes(ribbon)
    whole = Box(EDGE, TOP, width - EDGE, height)

    def hidden(place: Place) -> float:
        box = place.box(wide)
        outside = (box.right - box.left) * (box.low - box.top) - box.shared_with(whole)
        lying_on_it = sum(box.shared_with(one) for one in own)
        return round(sum(box.shared_with(one) for one in taken) + outside + lying_on_it / NAMES_MATTER, 1)

    return min(_places(ribbon, wide, width=width), key=hidden)


def _places(ribbon: Ribbon, wide: float, *, width: float) -> Iterator[Place]:
    """Below or above a level line, beside a steep one; a little farther off too, where a name stands close."""
    (x1, top1, low1), (x2, top2, low2) = ribbon.start, ribbon.end
    thick = max(low1 - top1, low2 - top2) / 2
    falls = (top2 + low2 - top1 - low1) / 2
    is_loop = abs(x2 - x1) < BAR_WIDTH * 2
    beside = thick + BESIDE
    for along in ALONG:
        x, y = _point(ribbon, along)
        if is_loop:
            yield Place(x + beside, y + 5, "start")
            yield Place(x - beside, y + 5, "end")
        elif abs(falls) < STEEP:
            middle = max(x, wide / 2 + EDGE)
            for moved in (0, NAME_HEIGHT):
                yield Place(middle, y + thick + BELOW + moved, "middle")
                yield Place(middle, y - thick - ABOVE - moved, "middle")
        else:
            # To the right of a line that goes down to the right, there is room above it, and so on.
            is_right = x + beside + wide <= width - EDGE
            for goes_right in (is_right, not is_right):
                is_above = ((falls > 0) == (x2 > x1)) == goes_right
                level = y if is_above else y + 12
                for moved in (0, -NAME_HEIGHT, NAME_HEIGHT):
                    yield Place(
                        x + beside if goes_right else x - beside, level + moved, "start" if goes_right else "end"
                    )


def line_boxes(ribbon: Ribbon) -> list[Box]:
    """What the line itself takes."""
    points = [_point(ribbon, step / STEPS) for step in range(STEPS + 1)]
    thick = max(ribbon.start[2] - ribbon.start[1], ribbon.end[2] - ribbon.end[1]) / 2
    return [
        Box(min(x1, x2), min(y1, y2) - thick, max(x1, x2), max(y1, y2) + thick)
        for (x1, y1), (x2, y2) in pairwise(points)
    ]


def _point(ribbon: Ribbon, along: float) -> tuple[float, float]:
    """The point so far along the middle of the line, 0 to 1."""
    (x1, top1, low1), (x2, top2, low2) = ribbon.start, ribbon.end
    back = 1 - along
    bent = 3 * along * back
    x = x1 * back**3 + ribbon.bend * bent + x2 * along**3
    y = (top1 + low1) / 2 * (back**3 + bent * back) + (top2 + low2) / 2 * (along**3 + bent * along)
    return x, y
