"""The shapes that pictures and lists take. Anything with the same attributes will do; these are for views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One link of a chain: who waits, or who is waited for. The customer stands first."""

    name: str
    words: str = ""
    url: str = ""
    is_current: bool = False
    is_inside: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TimePart:
    """Working seconds that a department had a request, and how many of them it worked."""

    name: str
    seconds: float
    work_seconds: float = 0


@dataclass(frozen=True, kw_only=True)
class HourBar:
    """One hour of somebody's day: the share of it that is filled; what is over 1 does not fit."""

    words: str
    share: float
    is_past: bool = False


@dataclass(frozen=True, kw_only=True)
class AmountBar:
    """One row of a list with bars."""

    name: str
    value: float
    words: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step a customer sees; `state` is done, now or next."""

    title: str
    text: str = ""
    state: str = "next"
    icon: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of the main navigation. The ones that are `often` stay in the bar when there is little room."""

    key: str
    words: str
    icon: str
    url: str
    is_often: bool
    is_here: bool
    count: int = 0  # of what waits there for this viewer
    count_words: str = ""


@dataclass(frozen=True, kw_only=True)
class LineSpan:
    """A stretch of a time line: `kind` is work, queue, customer or date; `weight` how much of it, up to 1."""

    since: datetime
    until: datetime
    kind: str
    words: str
    weight: float = 1


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """One row of a time line: who, and when they had what it is about."""

    name: str
    spans: Sequence[LineSpan]


@dataclass(frozen=True, kw_only=True)
class StackBar:
    """One row of stacked bars: `amounts` in the order of the legend, `words` for each of them."""

    name: str
    amounts: Sequence[float]
    words: Sequence[str]
    whole: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TrendPoint:
    """One week of a trend: value None is too few to say. `low` and `high` are the band around it, if there is one."""

    value: float | None
    low: float | None = None
    high: float | None = None
    is_marked: bool = False


@dataclass(frozen=True, kw_only=True)
class TrendMark:
    """A day on which something began, as a share of the width of a trend."""

    place: float
    words: str
