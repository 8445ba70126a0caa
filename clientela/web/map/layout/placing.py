"""Where each node stands: its column, its place in it, the room it has."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clientela.web.map.layout import parts
from clientela.web.map.layout.columns import columns_of
from clientela.web.map.layout.parts import Column, Frame, Layout, Place, Slot


def layout(places: Iterable[Place], ties: Iterable[tuple[str, str]]) -> Layout:
    """Place every node. `ties`: who serves whom, in pairs of keys; the same in any order gives the same layout.

    The teams of an open department stand in its column, where it stood, one below another in a frame.
    """
    given = sorted(places, key=lambda place: place.key)
    root_of = {place.key: place.root for place in given}
    roots = {place.root: place.is_outside for place in given}
    order = columns_of(
        (key for key, is_outside in roots.items() if not is_outside),
        (key for key, is_outside in roots.items() if is_outside),
        ((root_of[one], root_of[other]) for one, other in ties if one in root_of and other in root_of),
    )
    blocks: dict[str, list[Place]] = defaultdict(list)
    for place in given:
        blocks[place.root].append(place)
    columns = [[_Block(root, blocks[root]) for root in column] for column in order]
    has_outside = any(roots.values())
    tallest = max((sum(len(block.rows) for block in column) for column in columns), default=0)
    if tallest > parts.ROOMY_ROWS:
        return _dense(columns, has_outside=has_outside)
    return _roomy(columns, has_outside=has_outside, tallest=tallest)


@dataclass(frozen=True)
class _Row:
    """A row of a column: a node, or the name of an open department above its teams (`place` is None)."""

    place: Place | None
    group: str = ""
    depth: int = 0


class _Block:
    """What stands for one root: the node itself, or an open department with its teams."""

    def __init__(self, root: str, places: Sequence[Place]) -> None:
        self.root = root
        self.rows: list[_Row] = []
        self.depth_of: dict[str, int] = {}
        seen: set[str] = set()
        for place in sorted(places, key=lambda place: (place.groups, place.key)):
            for depth, group in enumerate(place.groups):
                if group not in seen:
                    seen.add(group)
                    self.depth_of[group] = depth
                    self.rows.append(_Row(None, group, depth))
            self.rows.append(_Row(place))

    def height(self, row: float) -> float:
        """How tall it is when a node takes `row`."""
        return sum(row if one.place else parts.HEADING for one in self.rows) + self.foot

    @property
    def foot(self) -> float:
        """The room that frames take below their last team."""
        return parts.INDENT * len(self.depth_of)


def _roomy(columns: list[list[_Block]], *, has_outside: bool, tallest: int) -> Layout:
    """Bars with their names above them: for a map whose columns are short."""
    row = max(parts.LOWEST_ROW, min(parts.ROW, parts.ROWS_AT_EASE * parts.ROW / max(tallest, 1)))
    xs, width = _roomy_xs(columns)
    height = max((sum(block.height(row) for block in column) for column in columns), default=0.0)
    height += row / 2 if len(columns) > 1 else 0.0
    slots, frames = [], []
    for index, column in enumerate(columns):
        is_first, is_last = index == 0, index == len(columns) - 1 and len(columns) > 1
        anchor = "start" if is_first else "end" if is_last else "middle"
        label_x = xs[index] + {"start": 0.0, "end": parts.BAR_WIDTH, "middle": parts.BAR_WIDTH / 2}[anchor]
        widest = max((_label_width(one.place) for block in column for one in block.rows if one.place), default=0.0)
        left = label_x - {"start": 0.0, "end": widest, "middle": widest / 2}[anchor] - parts.INDENT
        y, spread = _spread(height - sum(block.height(row) for block in column), row, len(column), index)
        for block in column:
            frames += _frames(block, x=left, y=y, width=widest + 2 * parts.INDENT, row=row)
            for one, top in _tops(block, y=y, row=row):
                if one.place:
                    bar_top = top + parts.LABEL_HEIGHT + 4
                    slots.append(
                        Slot(
                            key=one.place.key,
                            column=index,
                            x=round(xs[index], 1),
                            y=round(bar_top, 1),
                            width=parts.BAR_WIDTH,
                            room=round(min(parts.TALLEST, row - parts.LABEL_HEIGHT - 10), 1),
                            label_x=round(label_x, 1),
                            label_y=round(bar_top - 8, 1),
                            label_anchor=anchor,
                            label_room=parts.LONGEST_LABEL - parts.NUMBER_WIDTH,
                        )
                    )
            y += block.height(row) + spread
    return Layout(
        width=round(width, 1),
        height=round(parts.TOP + height + parts.EDGE, 1),
        is_dense=False,
        slots=tuple(slots),
        frames=tuple(frames),
        columns=_headings([x + parts.BAR_WIDTH / 2 for x in xs], width, has_outside=has_outside, is_dense=False),
    )


def _spread(spare: float, row: float, blocks: int, column: int) -> tuple[float, float]:
    """Return where a column begins and how far its blocks stand apart.

    Every second full column stands lower, so that lines run between the nodes they pass; others are spread evenly.
    """
    if spare <= row:
        return parts.TOP + (spare if column % 2 else 0.0), 0.0
    apart = spare / blocks
    return parts.TOP + apart / 2, apart


def _label_width(place: Place) -> float:
    return min(place.label_width + parts.NUMBER_WIDTH, parts.LONGEST_LABEL)


def _roomy_xs(columns: list[list[_Block]]) -> tuple[list[float], float]:
    """Put the columns so far apart that no name reaches into the next column's; return the width too."""
    if not columns:
        return [], parts.WIDTH
    widest = [max(_label_width(one.place) for block in column for one in block.rows if one.place) for column in columns]
    last = len(columns) - 1
    xs = [parts.LEFT]
    for index in range(last):
        right = widest[index] if index == 0 else widest[index] / 2
        left = widest[index + 1] if index + 1 == last else widest[index + 1] / 2
        xs.append(xs[-1] + max(parts.NEAREST_STEP, right + left + 2 * parts.INDENT))
    width = max(parts.WIDTH, xs[-1] + parts.BAR_WIDTH + parts.EDGE)
    spare = (width - parts.EDGE - parts.BAR_WIDTH - xs[-1]) / max(last, 1)
    return [x + spare * index for index, x in enumerate(xs)], width


def _dense(columns: list[list[_Block]], *, has_outside: bool) -> Layout:
    """Names in boxes, a box a row: for hundreds of teams."""
    box = min(
        parts.WIDEST_BOX,
        max(
            parts.NARROWEST_BOX,
            max(one.place.label_width for column in columns for block in column for one in block.rows if one.place)
            + parts.NUMBER_WIDTH
            + 2 * parts.BOX_PADDING,
        ),
    )
    row = parts.DENSE_ROW
    gap = parts.INDENT  # between blocks
    height = max(sum(block.height(row) + gap for block in column) for column in columns)
    xs = [parts.LEFT + index * (box + parts.DENSE_GAP) for index in range(len(columns))]
    slots, frames = [], []
    for index, column in enumerate(columns):
        spread = (height - sum(block.height(row) + gap for block in column)) / len(column)
        y = parts.TOP + spread / 2
        for block in column:
            frames += _frames(block, x=xs[index] - parts.INDENT, y=y, width=box + 2 * parts.INDENT, row=row)
            slots += [
                Slot(
                    key=one.place.key,
                    column=index,
                    x=round(xs[index], 1),
                    y=round(top + (row - parts.BOX_HEIGHT) / 2, 1),
                    width=round(box, 1),
                    room=parts.BOX_HEIGHT,
                    label_x=round(xs[index] + parts.BOX_PADDING, 1),
                    label_y=round(top + row / 2 + 4.5, 1),
                    label_anchor="start",
                    label_room=round(box - 2 * parts.BOX_PADDING - parts.NUMBER_WIDTH, 1),
                )
                for one, top in _tops(block, y=y, row=row)
                if one.place
            ]
            y += block.height(row) + gap + spread
    width = xs[-1] + box + parts.LEFT
    return Layout(
        width=round(width, 1),
        height=round(parts.TOP + height + parts.EDGE, 1),
        is_dense=True,
        slots=tuple(slots),
        frames=tuple(frames),
        columns=_headings(xs, width, has_outside=has_outside, is_dense=True),
    )


def _tops(block: _Block, *, y: float, row: float) -> list[tuple[_Row, float]]:
    """Return each row of a block with its upper edge."""
    found = []
    for one in block.rows:
        found.append((one, y))
        y += row if one.place else parts.HEADING
    return found


def _frames(block: _Block, *, x: float, y: float, width: float, row: float) -> list[Frame]:
    """Draw a frame around the teams of each open department, one within another."""
    deepest = max(block.depth_of.values(), default=0)
    found = []
    for one, top in _tops(block, y=y, row=row):
        if one.place is None:
            within = [
                (upper, other)
                for other, upper in _tops(block, y=y, row=row)
                if one.group == other.group or (other.place is not None and one.group in other.place.groups)
            ]
            bottom = max(upper + (row if other.place else parts.HEADING) for upper, other in within)
            grow = parts.INDENT * (deepest - one.depth)
            found.append(
                Frame(
                    key=one.group,
                    depth=one.depth,
                    x=round(x - grow, 1),
                    y=round(top, 1),
                    width=round(width + 2 * grow, 1),
                    height=round(bottom - top + 2 + grow, 1),
                )
            )
    return found


def _headings(xs: list[float], width: float, *, has_outside: bool, is_dense: bool) -> tuple[Column, ...]:
    """Name the columns that have a name: the first, the last inside, and outside."""
    inside = len(xs) - has_outside
    found = []
    for index, x in enumerate(xs):
        is_first, is_last = index == 0, index == len(xs) - 1
        kind = (
            "outside"
            if index >= inside
            else "nearest"
            if index == inside - 1
            else "farthest"
            if is_first
            else "between"
        )
        anchor = "start" if is_dense or is_first else "end" if is_last else "middle"
        edge = x if is_dense or anchor == "middle" else parts.LEFT if anchor == "start" else width - parts.EDGE
        found.append(Column(x=round(edge, 1), anchor=anchor, kind=kind))
    return tuple(found)
