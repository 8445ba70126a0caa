"""Charts over weeks that see a real change and do not cry wolf.

Each week the last one, two, four and eight weeks are held against all weeks before them on the same level. Something
is said only when the two differ as steady weeks would hardly ever: over 52 steady weeks any signal at all comes in at
most one chart of twenty, by simulation. A level that moved by 15 points is seen within four weeks of 50 answers in half
of all charts, and within eight weeks in nine of ten. Where weeks differ by more than chance makes them, which has to be
learned from as few as eight of them, one chart of ten cries wolf in a year.

For shares the difference is judged exactly (hypergeometric), then less strictly the more the weeks before differ from
each other than chance makes them: Laney's p' chart (2002). For figures it is the individuals chart: the spread is
learned from moving ranges, and Student's t allows for how little of it was seen.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

from clientela.voice.rules.figures.chances import (
    at_least_drawn,
    at_most_drawn,
    normal_below,
    normal_point,
    student_below,
    student_point,
)
from clientela.voice.rules.figures.estimates import Share, TooFew
from clientela.voice.rules.figures.shares import score_interval, wilson

LEARNING_WEEKS: Final = 8  # weeks with answers before anything is said
WINDOWS: Final = (1, 2, 4, 8)
LIMIT: Final = 3.5  # standard errors
_SCREEN: Final = 2.4  # below it by the quick formula, the exact one is not worth its time
_RANGE_TO_SPREAD: Final = 1.128  # the mean moving range of two normal values, in standard deviations (d2)
_RESTLESS: Final = 1.1  # from here on weeks differ by more than chance, not by chance
_RANGE_FREEDOM: Final = 0.62  # degrees of freedom of a moving range for each value after the first


class SignalCode(StrEnum):
    """What was seen."""

    ONE_WEEK = "one_week"  # one week stands out, and the next went back
    LEVEL = "level"  # the level is another one since that week


@dataclass(frozen=True)
class ShareWeek:
    """The answers of one week: `count` of `n`. A week without answers is no week of the chart."""

    begins_on: date
    count: int
    n: int


@dataclass(frozen=True)
class FigureWeek:
    """A figure of one week, such as a mean of at least five answers."""

    begins_on: date
    value: float


@dataclass(frozen=True)
class ChartPoint:
    """One week: its figure (too few answers: none to show), and between what a steady week would lie.

    While the level is being learned there are no limits.
    """

    begins_on: date
    value: Share | float | TooFew
    centre: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Signal:
    """A change: what it is, since which week, in which week it was seen, and the levels before it and since."""

    code: SignalCode
    since_on: date
    seen_on: date
    before: float
    after: float

    @property
    def is_up(self) -> bool:
        """Whether it went up."""
        return self.after > self.before


@dataclass(frozen=True)
class Chart:
    """A chart: its weeks with answers, and what was seen. Before eight such weeks it only learns."""

    points: tuple[ChartPoint, ...]
    signals: tuple[Signal, ...]
    is_learning: bool


def share_chart(weeks: Sequence[ShareWeek]) -> Chart:
    """A p' chart of weekly shares, oldest first. A week of fewer than five answers counts and is not shown."""
    counted = [week for week in weeks if week.n > 0]
    shares = _Shares(counted)
    return _chart([week.begins_on for week in counted], [wilson(week.count, week.n) for week in counted], shares)


def figure_chart(weeks: Sequence[FigureWeek]) -> Chart:
    """An individuals chart of weekly figures, oldest first."""
    values = [week.value for week in weeks]
    return _chart([week.begins_on for week in weeks], values, _Figures(values))


class _Shares:
    """How weeks of shares are compared."""

    def __init__(self, weeks: Sequence[ShareWeek]) -> None:
        self.counts = [week.count for week in weeks]
        self.sizes = [week.n for week in weeks]

    def level(self, weeks: Sequence[int]) -> float:
        return sum(self.counts[week] for week in weeks) / sum(self.sizes[week] for week in weeks)

    def limits(self, before: Sequence[int], week: int) -> tuple[float, float]:
        level, n = self.level(before), sum(self.sizes[each] for each in before)
        # Near 0 and 1 the usual formula has no width: the variance is taken from the middle of the score interval.
        sure = score_interval(level * n, n)
        middle = (sure.low + sure.high) / 2
        half = LIMIT * self._spread(before) * math.sqrt(middle * (1 - middle) * (1 / self.sizes[week] + 1 / n))
        return max(level - half, 0.0), min(level + half, 1.0)

    def surprise(self, before: Sequence[int], window: Sequence[int]) -> float:
        count, n = sum(self.counts[week] for week in window), sum(self.sizes[week] for week in window)
        count_before, n_before = sum(self.counts[week] for week in before), sum(self.sizes[week] for week in before)
        pooled = (count + count_before) / (n + n_before)
        error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_before))
        difference = count / n - count_before / n_before
        if error == 0 or abs(difference) < _SCREEN * error:
            return 0.0
        far = at_least_drawn if difference > 0 else at_most_drawn
        chance = far(count, drawn=n, hits=count + count_before, whole=n + n_before)
        spread = self._spread(before)
        errors = _errors(chance) / spread
        if spread > _RESTLESS:
            # How restless the weeks are is then itself learned from few of them.
            errors = _errors(student_below(-errors, _RANGE_FREEDOM * (len(before) - 1)))
        return math.copysign(errors, difference)

    def _spread(self, before: Sequence[int]) -> float:
        """Laney's sigma z: how many times more than by chance the weeks differ from each other; at least once."""
        level = self.level(before)
        error = math.sqrt(level * (1 - level))
        if error == 0:
            return 1.0
        away = [(self.counts[week] / self.sizes[week] - level) * math.sqrt(self.sizes[week]) / error for week in before]
        return max(_mean_range(away) / _RANGE_TO_SPREAD, 1.0)


class _Figures:
    """How weeks of single figures are compared."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = values

    def level(self, weeks: Sequence[int]) -> float:
        return math.fsum(self.values[week] for week in weeks) / len(weeks)

    def limits(self, before: Sequence[int], _week: int) -> tuple[float, float]:
        level = self.level(before)
        wide = -student_point(normal_below(-LIMIT), self._freedom(before))
        half = wide * self._spread(before) * math.sqrt(1 + 1 / len(before))
        return level - half, level + half

    def surprise(self, before: Sequence[int], window: Sequence[int]) -> float:
        difference = self.level(window) - self.level(before)
        # Weeks that were all the same have no spread of their own to learn from.
        spread = self._spread(before) or self._spread([*before, *window])
        if spread == 0:
            return 0.0
        errors = abs(difference) / (spread * math.sqrt(1 / len(window) + 1 / len(before)))
        if errors < _SCREEN:
            return 0.0
        return math.copysign(_errors(student_below(-errors, self._freedom(before))), difference)

    def _spread(self, before: Sequence[int]) -> float:
        return _mean_range([self.values[week] for week in before]) / _RANGE_TO_SPREAD

    def _freedom(self, before: Sequence[int]) -> float:
        return _RANGE_FREEDOM * (len(before) - 1)


def _mean_range(values: Sequence[float]) -> float:
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    return math.fsum(ranges) / len(ranges)


def _errors(chance: float) -> float:
    """A one-sided chance as standard errors from the middle."""
    return -normal_point(min(chance, 0.5))


def _chart(days: Sequence[date], values: Sequence[Share | float | TooFew], kind: "_Shares | _Figures") -> Chart:
    """Walk the weeks, oldest first. What is said of a week never depends on a later one."""
    points: list[ChartPoint] = []
    signals: list[Signal] = []
    level_from = 0  # the first week of the present level
    outside: list[int] = []  # single weeks that stood out since, left out of what the level is learned from
    for week in range(len(days)):
        before = [each for each in range(level_from, week) if each not in outside]
        if len(before) < LEARNING_WEEKS:
            first = range(level_from, min(level_from + LEARNING_WEEKS, len(days)))
            points.append(ChartPoint(days[week], values[week], kind.level(list(first)), None, None))
            continue
        points.append(ChartPoint(days[week], values[week], kind.level(before), *kind.limits(before, week)))
        window = _changed_window(before, week, kind.surprise)
        if not window:
            continue
        since = window[0]
        if len(window) == 1 and not _goes_on(outside, week, before, kind):
            outside.append(week)
            signals.append(_signal(SignalCode.ONE_WEEK, days, kind, before, window))
            continue
        if len(window) == 1:
            # The second week in a row that stands out alike: the first was the beginning of another level.
            since = outside.pop()
            signals.pop()
        level_from, outside = since, []
        known = [each for each in before if each < since]
        signals.append(_signal(SignalCode.LEVEL, days, kind, known, list(range(since, week + 1))))
    return Chart(tuple(points), tuple(signals), is_learning=len(days) <= LEARNING_WEEKS)


def _changed_window(
    before: Sequence[int], week: int, surprise: Callable[[Sequence[int], Sequence[int]], float]
) -> list[int]:
    """The weeks up to this one that differ most from those before them, if any differ enough; the present week last."""
    most, found = LIMIT, list[int]()
    recent = [*before, week]
    for length in WINDOWS:
        earlier, window = recent[:-length], recent[-length:]
        if len(earlier) < LEARNING_WEEKS:
            break
        errors = abs(surprise(earlier, window))
        if errors > most:
            most, found = errors, window
    return found


def _goes_on(outside: Sequence[int], week: int, before: Sequence[int], kind: "_Shares | _Figures") -> bool:
    """Whether the week before this one stood out too, on the same side."""
    if not outside or outside[-1] != week - 1:
        return False
    level = kind.level(before)
    return (kind.level([outside[-1]]) > level) == (kind.level([week]) > level)


def _signal(
    code: SignalCode, days: Sequence[date], kind: "_Shares | _Figures", before: Sequence[int], window: Sequence[int]
) -> Signal:
    return Signal(code, days[window[0]], days[window[-1]], kind.level(before), kind.level(window))
