"""The map on a phone: one way outwards, from the line that tells most to the customers outside, read downwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from clientela.web.map.showing import LineShown, MapShown

WIDTH = 358.0
TOP, STEP = 8.0, 104.0
BAR_HEIGHT, LEFT = 12.0, 4.0
WIDEST, NARROWEST = 84.0, 3.0
NARROWS_TO = 0.62
MOST_HOPS = 4
WORDS_X = LEFT + WIDEST + 16


@dataclass(frozen=True)
class Stop:
    """A department on the way, or the customers at its end."""

    name: str
    x: float
    y: float
    width: float
    words_x: float
    words_y: float


@dataclass(frozen=True)
class Hop:
    """A line on the way, running down and narrowing towards the one who is served."""

    line: LineShown
    path: str
    words_x: float
    words_y: float


@dataclass(frozen=True)
class Way:
    """The whole way."""

    width: float
    height: float
    stops: tuple[Stop, ...]
    hops: tuple[Hop, ...]


def way(shown: MapShown) -> Way | None:
    """Return the way from the selected line outwards, always along the busiest line; None: there is none to show."""
    lines = _outwards(shown.selected, shown.lines)
    if not lines:
        return None
    most = max(line.edge.asked for line in lines)
    names = [lines[0].provider, *(line.customer for line in lines)]
    middle = LEFT + WIDEST / 2
    stops = tuple(
        Stop(name, LEFT, TOP + STEP * row, WIDEST, WORDS_X, TOP + STEP * row + BAR_HEIGHT - 1)
        for row, name in enumerate(names)
    )
    hops = []
    for row, line in enumerate(lines):
        broad = max(NARROWEST, (WIDEST - 10) * line.edge.asked / most)
        narrow = max(NARROWEST / 2, broad * NARROWS_TO)
        top, low = TOP + STEP * row + BAR_HEIGHT + 2, TOP + STEP * (row + 1) - 2
        bend = (top + low) / 2
        outer, inner = (middle - broad / 2, middle + broad / 2), (middle - narrow / 2, middle + narrow / 2)
        path = (
            f"M{outer[0]:.1f} {top:.1f}C{outer[0]:.1f} {bend:.1f} {inner[0]:.1f} {bend:.1f} {inner[0]:.1f} {low:.1f}"
            f"L{inner[1]:.1f} {low:.1f}C{inner[1]:.1f} {bend:.1f} {outer[1]:.1f} {bend:.1f} {outer[1]:.1f} {top:.1f}Z"
        )
        hops.append(Hop(line, path, WORDS_X, bend + 4))
    return Way(WIDTH, TOP + STEP * len(lines) + BAR_HEIGHT + 6, stops, tuple(hops))


def _outwards(first: LineShown | None, lines: Sequence[LineShown]) -> list[LineShown]:
    if first is None or first.edge.asked == 0:
        return []
    found, passed = [first], {first.edge.provider, first.edge.customer}
    outside = {line.edge.customer for line in lines} - {line.edge.provider for line in lines}
    while len(found) < MOST_HOPS and found[-1].edge.customer not in outside:
        onward = [
            line
            for line in lines
            if line.edge.provider == found[-1].edge.customer and line.edge.customer not in passed and line.edge.asked
        ]
        if not onward:
            break
        found.append(max(onward, key=lambda line: (line.edge.asked, line.key)))
        passed.add(found[-1].edge.customer)
    return found
