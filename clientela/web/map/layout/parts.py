"""What a layout is made of, and the measures that all of it shares."""

from dataclasses import dataclass

TOP = 44.0  # below the columns' headings
EDGE = 6.0  # between the drawing and its frame
LEFT = 38.0  # room for the lines between nodes of the first column, which swing out to the left
WIDTH = 858.0  # of a roomy map; a map with long names or many nodes grows wider

BAR_WIDTH = 12.0
LABEL_HEIGHT = 20.0  # a name above its bar
NUMBER_WIDTH = 42.0  # kept free beside a name for its figure, whatever the figure is
ROWS_AT_EASE = 4  # so many rows of full height; more are lower
SHORTEST = 14.0  # of a bar
TALLEST = 116.0  # of the busiest bar
ROW = 140.0  # of a roomy map with few rows
LOWEST_ROW = 62.0  # of a roomy map with many rows
ROOMY_ROWS = 11  # a column of more rows is drawn dense: names in boxes, a box a row

DENSE_ROW = 26.0
BOX_HEIGHT = 20.0
BOX_PADDING = 8.0
NARROWEST_BOX, WIDEST_BOX = 110.0, 250.0
DENSE_GAP = 150.0  # between columns: the lines run here

LONGEST_LABEL = 205.0  # of a roomy map; longer names are cut
NEAREST_STEP = 140.0  # between columns of a roomy map
HEADING = 28.0  # an open department's own name, above its teams
INDENT = 7.0  # of a frame within a frame


@dataclass(frozen=True)
class Place:
    """A node to be placed. `groups`: the open departments it stands in, the outermost first.

    `label_width`: how wide its name is when written, without its figure.
    """

    key: str
    label_width: float
    groups: tuple[str, ...] = ()
    is_outside: bool = False

    @property
    def root(self) -> str:
        """What stands in the column: the outermost open department, else the node itself."""
        return self.groups[0] if self.groups else self.key


@dataclass(frozen=True)
class Slot:
    """Where a node stands. (x, y) is the upper left corner of its bar or box; `room` the height its bar may take."""

    key: str
    column: int
    x: float
    y: float
    width: float
    room: float
    label_x: float
    label_y: float
    label_anchor: str  # start, middle, end
    label_room: float  # a longer name is cut


@dataclass(frozen=True)
class Frame:
    """Around the teams of an open department; its name stands on top."""

    key: str
    depth: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """A column of the map: its middle, and what it is."""

    x: float
    anchor: str
    kind: str  # farthest, between, nearest, outside


@dataclass(frozen=True)
class Layout:
    """Where everything stands. Volumes have no say in it."""

    width: float
    height: float
    is_dense: bool
    slots: tuple[Slot, ...]
    frames: tuple[Frame, ...]
    columns: tuple[Column, ...]
