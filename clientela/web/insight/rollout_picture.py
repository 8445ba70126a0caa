"""The wedge, drawn: a line a department, from waiting to begun. Places are in percent of the width."""

from dataclasses import dataclass
from datetime import date

from clientela.impact.queries.rollouts import RolloutPage

ROW, TOP = 44, 26


@dataclass(frozen=True)
class WedgeRow:
    """One department: its name, where its line begins to be filled, and where it really began (None: not noted)."""

    name: str
    text_y: int
    bar_y: int
    from_x: str
    width: str
    began_x: str | None
    dot_y: int


@dataclass(frozen=True)
class Wedge:
    """The whole drawing. `marks` are (place, number) of each step's beginning."""

    height: int
    rows: tuple[WedgeRow, ...]
    marks: tuple[tuple[str, int], ...]
    now_x: str | None
    compared_width: str
    bottom: int


def wedge_of(page: RolloutPage, *, today: date) -> Wedge | None:
    """Draw the places that the viewer may see; None before the draw, or where there is none to see."""
    if page.line.first_on is None or not page.places:
        return None
    whole = 7 * (page.baseline_weeks + page.steps * page.step_weeks)
    first = page.line.first_on.toordinal() - 7 * page.baseline_weeks

    def x(day: date) -> str:
        return f"{100 * min(max((day.toordinal() - first) / whole, 0), 1):.2f}%"

    rows = tuple(
        WedgeRow(
            name=place.name,
            text_y=TOP + number * ROW + 16,
            bar_y=TOP + number * ROW + 24,
            from_x=x(place.starts_on),
            width=f"{100 - float(x(place.starts_on)[:-1]):.2f}%",
            began_x=x(place.began_on) if place.began_on else None,
            dot_y=TOP + number * ROW + 30,
        )
        for number, place in enumerate(page.places)
    )
    height = TOP + len(rows) * ROW + 4
    return Wedge(
        height=height,
        rows=rows,
        marks=tuple((x(start), number) for number, start in enumerate(page.starts, start=1)),
        now_x=x(today) if 0 <= today.toordinal() - first <= whole else None,
        compared_width=x(page.starts[-1]),
        bottom=height - 2,
    )
