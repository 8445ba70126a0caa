"""A figure over weeks: its line, the band around it, the weeks with too few answers, and days on which something began.

The line is drawn in a box of 100 by 100 that stretches to any width; words, dots and hatches stand outside of it, where
nothing is stretched.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from clientela.web.components.pictures import fresh_id, percent

TOP, HEIGHT = 20, 96  # pixels above the plot, for the highest figure's words, and of the plot
STRIP = 8  # pixels of the hatched strip
LEFT, RIGHT = 20, 80  # between them a word fits in the middle of its mark
WORDS_APART = 24  # per cent of the width
ALONE = 1.2  # half the width of a week that stands alone


def trend(
    points: Iterable[Any],
    label: str,
    *,
    scale_from: float = 0,
    scale_to: float = 1,
    top: str = "",
    bottom: str = "",
    first: str = "",
    last: str = "",
    marks: Iterable[Any] = (),
    has_dots: bool = False,
) -> dict[str, Any]:
    """Weeks as a line with its band, oldest first. `label` says the same in a sentence; a table stands beside it.

    `top` and `bottom` are the words for the ends of the scale, `first` and `last` those for the first and last week.
    """
    given = list(points)

    def across(index: float) -> float:
        return 100 * index / (len(given) - 1) if len(given) > 1 else 50.0

    def down(value: float) -> float:
        return 100 * (1 - min(max((value - scale_from) / (scale_to - scale_from), 0), 1))

    runs = _runs([point.value is not None for point in given])
    half = across(0.5) if len(given) > 1 else 50.0
    return {
        "label": label,
        "bands": [
            band
            for run in _runs([point.low is not None for point in given])
            for band in [_band([(across(at), down(given[at].high), down(given[at].low)) for at in run])]
        ],
        "lines": [_line([(across(at), down(given[at].value)) for at in run]) for run in runs if len(run) > 1],
        "dots": [
            {
                "x": percent(across(at)),
                "y": f"{TOP + HEIGHT * down(given[at].value) / 100:.1f}",
                "is_marked": given[at].is_marked,
            }
            for run in runs
            for at in run
            if has_dots or len(run) == 1 or given[at].is_marked
        ],
        "few": [
            {"x": percent(start), "width": percent(end - start)}
            for run in _runs([point.value is None for point in given])
            for start, end in [(max(across(run[0]) - half, 0), min(across(run[-1]) + half, 100))]
        ],
        "marks": _marks(marks),
        "hatch": fresh_id(),
        "top": top,
        "bottom": bottom,
        "first": first,
        "last": last,
    }


def _runs(flags: Sequence[bool]) -> list[list[int]]:
    """The places of each unbroken row of True."""
    found: list[list[int]] = []
    for at, flag in enumerate(flags):
        if flag and at and flags[at - 1]:
            found[-1].append(at)
        elif flag:
            found.append([at])
    return found


def _band(edges: Sequence[tuple[float, float, float]]) -> str:
    if len(edges) == 1:
        x, high, low = edges[0]
        edges = [(max(x - ALONE, 0), high, low), (min(x + ALONE, 100), high, low)]
    there = "L".join(f"{x:.1f} {high:.1f}" for x, high, _low in edges)
    back = "L".join(f"{x:.1f} {low:.1f}" for x, _high, low in reversed(edges))
    return f"M{there}L{back}Z"


def _line(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _marks(given: Iterable[Any]) -> list[dict[str, str]]:
    """Dashed lines, with words where there is room for them."""
    marks = sorted(given, key=lambda mark: mark.place)
    places = [100 * min(max(mark.place, 0), 1) for mark in marks]
    room = [LEFT <= place <= RIGHT for place in places]
    for at, (before, place) in enumerate(pairwise(places), start=1):
        room[at] = room[at] and not (room[at - 1] and place - before < WORDS_APART)
    return [
        {"x": f"{place:.1f}", "at": percent(place), "words": mark.words if has_room else ""}
        for mark, place, has_room in zip(marks, places, room, strict=True)
    ]
