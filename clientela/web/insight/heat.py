"""A week as a table whose cells are tinted by how much: the number stands in each, so that no colour must be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language

from clientela.network.rules import HourOfWeek
from clientela.web.components import words as say

MONDAY = date(2024, 1, 1)
TINTS = 5
USUAL_HOURS = range(8, 18)  # shown even when nothing happened in them


@dataclass(frozen=True)
class Measure:
    """What the cells show: its unit, its value in an hour (None: nothing to say) and the value in words."""

    unit: str
    value: Callable[[HourOfWeek], float | None]
    words: Callable[[float], str]


@dataclass(frozen=True)
class Cell:
    """One hour of the week. `tint` 0 (nothing) to 5 (the most)."""

    words: str
    tint: int
    is_open: bool


@dataclass(frozen=True)
class Row:
    """One hour of the day, through the week."""

    words: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Heat:
    """The whole table."""

    unit: str
    days: tuple[str, ...]
    rows: tuple[Row, ...]
    top: str  # the largest value in words
    is_empty: bool


def heat_of(hours: Sequence[HourOfWeek], measure: Measure) -> Heat:
    """Lay out 168 hours, Monday 0:00 first. Hours and days in which nothing ever happens are left out at the edges."""
    values = {(hour.weekday, hour.hour): measure.value(hour) for hour in hours}
    top = max((value for value in values.values() if value is not None), default=0.0)
    by_place = {(hour.weekday, hour.hour): hour for hour in hours}
    busy_hours = {hour.hour for hour in hours if not hour.is_quiet}
    busy_days = {hour.weekday for hour in hours if not hour.is_quiet} | set(range(5))
    shown_hours = range(min(busy_hours | set(USUAL_HOURS)), max(busy_hours | set(USUAL_HOURS)) + 1)
    days = sorted(busy_days)

    def cell(weekday: int, hour: int) -> Cell:
        value = values[weekday, hour]
        return Cell(
            words="" if value is None else measure.words(value),
            tint=0 if value is None or not top else max(1, min(TINTS, 1 + int(TINTS * value / top * 0.999))),
            is_open=by_place[weekday, hour].open_share > 0,
        )

    language = get_language() or "en"
    return Heat(
        unit=measure.unit,
        days=tuple(say.weekday(MONDAY + timedelta(days=day), language=language) for day in days),
        rows=tuple(Row(words=f"{hour}:00", cells=tuple(cell(day, hour) for day in days)) for hour in shown_hours),
        top=measure.words(top),
        is_empty=not top,
    )
