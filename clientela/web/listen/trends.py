"""Satisfied shares over weeks, ready to draw: with their intervals, or with the limits of a steady week."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.voice.queries.improvements import ImprovementSeen
from clientela.voice.queries.voices.numbers import WeekFigure
from clientela.voice.rules.figures.charts import Chart, Signal, SignalCode
from clientela.voice.rules.figures.estimates import Estimate, Share, TooFew
from clientela.web.components import words as say
from clientela.web.components.parts import TrendMark, TrendPoint
from clientela.web.listen.figure_words import language_here, number, share_range, share_words

NARROWEST = 0.3  # of the scale: less would make a ripple look like a wave


@dataclass(frozen=True)
class Scale:
    """The ends of a picture, shared by all that are compared."""

    low: float
    high: float

    @property
    def low_words(self) -> str:
        """The lower end in words."""
        return percent_words(self.low)

    @property
    def high_words(self) -> str:
        """The upper end in words."""
        return percent_words(self.high)


@dataclass(frozen=True)
class TrendRow:
    """One week in the table behind a picture."""

    week_on: date
    words: str
    limits: str = ""
    is_marked: bool = False


@dataclass(frozen=True)
class TrendShown:
    """A trend ready to draw. `figure` and `range` stand beside it; `sentences` say what was seen."""

    is_inside: bool
    figure: str
    range: str
    points: tuple[TrendPoint, ...]
    marks: tuple[TrendMark, ...]
    rows: tuple[TrendRow, ...]
    scale: Scale
    label: str
    first_words: str
    sentences: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether any week has enough answers to draw it."""
        return any(point.value is not None for point in self.points)

    @property
    def has_few(self) -> bool:
        """Whether some weeks are hatched."""
        return any(point.value is None for point in self.points)


def percent_words(share: float) -> str:
    """A share in whole percent."""
    return say.share_in_words(share, language=language_here())


def scale_for(*sides: Sequence[WeekFigure]) -> Scale:
    """One scale on which all these weeks fit, in whole tens of percent."""
    known = [week.satisfied for side in sides for week in side if isinstance(week.satisfied, Share)]
    return _scale([one.low for one in known], [one.high for one in known])


def trend_shown(
    side: str,
    weeks: Sequence[WeekFigure],
    satisfied: Share | TooFew,
    *,
    scale: Scale,
    improvements: Sequence[ImprovementSeen] = (),
) -> TrendShown:
    """The weeks of one side with the interval of each, and where an improvement was done."""
    points = tuple(_point(week.satisfied) for week in weeks)
    is_inside = side == "inside"
    return TrendShown(
        is_inside=is_inside,
        figure=percent_words(satisfied.value) if isinstance(satisfied, Share) else "",
        range=share_range(satisfied),
        points=points,
        marks=tuple(_marks(weeks, improvements)),
        rows=tuple(TrendRow(week.week_on, share_words(week.satisfied)) for week in reversed(weeks)),
        scale=scale,
        label=_label(points, len(weeks), is_inside=is_inside),
        first_words=_day(weeks[0].week_on, weeks[-1].week_on) if weeks else "",
    )


def chart_shown(side: str, chart: Chart, satisfied: Share | TooFew) -> TrendShown:
    """A control chart of one side: the band is where a steady week would lie."""
    signals = {signal.since_on for signal in chart.signals}
    points = tuple(
        TrendPoint(
            value=point.value.value if isinstance(point.value, Estimate) else None,
            low=point.low,
            high=point.high,
            is_marked=point.begins_on in signals,
        )
        for point in chart.points
    )
    rows = [
        TrendRow(
            point.begins_on,
            share_words(point.value) if isinstance(point.value, Share | TooFew) else "",
            "" if point.low is None or point.high is None else _between(point.low, point.high),
            is_marked=point.begins_on in signals,
        )
        for point in chart.points
    ]
    lows = [one for point in points for one in (point.value, point.low) if one is not None]
    highs = [one for point in points for one in (point.value, point.high) if one is not None]
    is_inside = side == "inside"
    return TrendShown(
        is_inside=is_inside,
        figure=percent_words(satisfied.value) if isinstance(satisfied, Share) else "",
        range=share_range(satisfied),
        points=points,
        marks=(),
        rows=tuple(reversed(rows)),
        scale=_scale(lows, highs),
        label=_label(points, len(points), is_inside=is_inside),
        first_words=_day(chart.points[0].begins_on, chart.points[-1].begins_on) if chart.points else "",
        sentences=tuple(chart_sentences(chart)),
    )


def chart_sentences(chart: Chart) -> list[str]:
    """What a control chart says: the changes that were seen, the newest first, or that there was none."""
    if chart.signals:
        return [_signal_words(signal) for signal in reversed(chart.signals)]
    if not chart.points:
        return []
    if chart.is_learning:
        return [_("After nine weeks with answers this picture can say whether something changed.")]
    return [_("No change to see: the weeks differ no more than by chance.")]


def _signal_words(signal: Signal) -> str:
    values = {
        "day": _day(signal.since_on, signal.seen_on),
        "before": percent_words(signal.before),
        "after": percent_words(signal.after),
    }
    if signal.code is SignalCode.ONE_WEEK:
        return _("The week from %(day)s stands out: %(after)s, where %(before)s is usual.") % values
    if signal.is_up:
        return _("Since %(day)s clearly higher: %(after)s instead of %(before)s.") % values
    return _("Since %(day)s clearly lower: %(after)s instead of %(before)s.") % values


def _between(low: float, high: float) -> str:
    return f"{100 * low:.0f}–{100 * high:.0f}"


def _point(share: Share | TooFew) -> TrendPoint:
    if isinstance(share, TooFew):
        return TrendPoint(value=None)
    return TrendPoint(value=share.value, low=share.low, high=share.high)


def _marks(weeks: Sequence[WeekFigure], improvements: Sequence[ImprovementSeen]) -> list[TrendMark]:
    if len(weeks) < 2:  # noqa: PLR2004 - one week has no width
        return []
    first, last = weeks[0].week_on, weeks[-1].week_on
    days = {one.done_on for one in improvements if one.done_on and first <= one.done_on < last + timedelta(weeks=1)}
    return [
        TrendMark(
            place=min((day - first) / (last - first), 1.0),
            words=_day(day, last),
        )
        for day in sorted(days)
    ]


def _day(day: date, last: date) -> str:
    """`12 Oct`, also where it is near: beside other dates a weekday says nothing."""
    return say.day_in_words(day, today=max(last, day) + timedelta(weeks=1), language=language_here())


def _label(points: Sequence[TrendPoint], weeks: int, *, is_inside: bool) -> str:
    side = _("Inside") if is_inside else _("Outside")
    known = [point.value for point in points if point.value is not None]
    if not known:
        return _("%(side)s: too few answers to say") % {"side": side}
    return ngettext(
        "%(side)s: from %(first)s to %(last)s satisfied over %(n)s week",
        "%(side)s: from %(first)s to %(last)s satisfied over %(n)s weeks",
        weeks,
    ) % {"side": side, "first": percent_words(known[0]), "last": percent_words(known[-1]), "n": number(weeks)}


def _scale(lows: Sequence[float], highs: Sequence[float]) -> Scale:
    low = math.floor(10 * min(lows, default=0.5) + 1e-9) / 10
    high = math.ceil(10 * max(highs, default=1.0) - 1e-9) / 10
    if high - low < NARROWEST:
        low = max(high - NARROWEST, 0.0)
        high = max(high, low + NARROWEST)
    return Scale(round(low, 1), round(high, 1))
