"""The map as plain values, for whoever draws it elsewhere: what stands where, in which shade, called what."""

from dataclasses import dataclass

from clientela.web.map.layout import Frame, Ribbon, Slot

TRACED_HALF = 4.0  # of the side of the square on a line that only traces show
TRACED_BESIDE = 11.0  # from the middle of the line, where that is taken
BESIDE = 22.0  # from a sign of the legend to its words


@dataclass(frozen=True)
class SheetLine:
    """One line. `tone` is a colour of the palette."""

    ribbon: Ribbon
    tone: str
    is_selected: bool
    is_surprise: bool
    is_silent: bool
    is_only_traced: bool = False


@dataclass(frozen=True)
class SheetNode:
    """One node: its name already cut to its room, its figure already in words."""

    slot: Slot
    height: float
    name: str
    volume: str
    is_selected: bool


@dataclass(frozen=True)
class Key:
    """A sign and what it means. `sign`: a tone of the palette, surprise, silent or traced; (x, y): its middle left."""

    sign: str
    words: str
    x: float
    y: float


@dataclass(frozen=True)
class Legend:
    """What stands below the drawing, in its units: keys, lines of words (how far down, which), and where it ends."""

    keys: tuple[Key, ...]
    left: float
    notes: tuple[tuple[float, str], ...]
    low: float


@dataclass(frozen=True)
class Sheet:
    """The whole map."""

    width: float
    height: float
    is_dense: bool
    headings: tuple[tuple[float, str, str], ...]  # where, anchored how, in which words
    frames: tuple[tuple[Frame, str], ...]
    lines: tuple[SheetLine, ...]
    nodes: tuple[SheetNode, ...]
    legend: Legend
