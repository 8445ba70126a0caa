"""Results in words and in the places of a picture: the same figures for the page and for the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.voice.queries.survey_results import AnswerShare, Figure, OverTime, QualityLine, QuestionResult
from clientela.voice.rules.figures.charts import Signal, SignalCode
from clientela.voice.rules.figures.estimates import Estimate, Mean, Share, TooFew
from clientela.voice.rules.figures.net_promoter import NetPromoter
from clientela.voice.rules.figures.scales import Scale
from clientela.voice.rules.surveys import Question, scale_of
from clientela.web.components import words as say
from clientela.web.components.pictures import fresh_id, percent
from clientela.web.listen.surveys.wording import DIMENSION_WORDS

CHART_HEIGHT = 160  # pixels, the marks of the ends left out
CHART_MARGIN = 10
CHART_LEFT = 6  # per cent, where the words of the scale stand


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A figure as a dot on a line: `value` None is too few to say."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    scale_from: float
    scale_to: float
    words: str
    n: int
    reference: float | None = None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar with its interval, in per cent of the picture's width. Too few: none of them."""

    name: str
    count: str
    words: str
    is_known: bool
    width: str = ""
    low: str = ""
    high: str = ""
    hatch: str = ""


@dataclass(frozen=True, kw_only=True)
class ChartMark:
    """One week or round of a chart: where it stands, in per cent across and pixels down; y "" is too few to show."""

    x: str
    y: str
    low_y: str
    high_y: str
    band_top: str
    band_height: str
    is_signal: bool
    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ChartShown:
    """A control chart, ready to draw."""

    marks: tuple[ChartMark, ...]
    top: str
    bottom: str
    sentence: str
    height: int


def figure_words(figure: Figure | None, language: str) -> str:
    """`80 % (71–87)`, `30 (14 to 44)`, `5.3 (5.1–5.6)`, or that they are too few."""
    if figure is None:
        return ""
    if isinstance(figure, TooFew):
        return _("too few to say")
    if isinstance(figure, Share):
        share = say.share_in_words(figure.value, language=language)
        return f"{share} ({100 * figure.low:.0f}–{100 * figure.high:.0f})"
    if isinstance(figure, NetPromoter):
        return _("%(value)s (%(low)s to %(high)s)") % {
            "value": say.number_in_words(round(figure.value), language=language),
            "low": say.number_in_words(round(figure.low), language=language),
            "high": say.number_in_words(round(figure.high), language=language),
        }
    return f"{_one(figure.value, language)} ({_one(figure.low, language)}–{_one(figure.high, language)})"


def figure_name(question: Question | None) -> str:
    """What the figure of a question is called."""
    scale = None if question is None else scale_of(question)
    if scale is None:
        return _("mean")
    return {
        "nps": _("net score"),
        "csat": _("satisfied"),
        "stars": _("satisfied"),
        "ces": _("found it easy"),
        "ces2010": _("found it easy"),
    }.get(scale.kind.value, _("agree"))


def dot_of(
    name: str, figure: Figure, *, lowest: float, highest: float, language: str, reference: float | None = None
) -> Dot:
    """A figure on its line; shares from 0 to 1, net scores from -100 to 100, means over their scale."""
    if isinstance(figure, TooFew):
        return Dot(
            name=name, value=None, low=None, high=None, scale_from=0, scale_to=1,
            words=figure_words(figure, language), n=figure.n,
        )  # fmt: skip
    ends = (0.0, 1.0) if isinstance(figure, Share) else (-100.0, 100.0) if isinstance(figure, NetPromoter) else None
    start, end = ends or (lowest, highest)
    return Dot(
        name=name,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        scale_from=start,
        scale_to=end,
        words=figure_words(figure, language),
        n=figure.n,
        reference=reference,
    )


def bars_of(shares: Sequence[AnswerShare], language: str) -> list[Bar]:
    """Shares as bars with their intervals."""
    found = []
    for one in shares:
        count = say.number_in_words(one.count, language=language)
        if isinstance(one.share, TooFew):
            found.append(Bar(name=one.label, count=count, words=_("too few to say"), is_known=False, hatch=fresh_id()))
            continue
        found.append(
            Bar(
                name=one.label,
                count=count,
                words=figure_words(one.share, language),
                is_known=True,
                width=percent(100 * one.share.value),
                low=percent(100 * one.share.low),
                high=percent(100 * one.share.high),
            )
        )
    return found


def histogram_of(result: QuestionResult, language: str) -> list[Bar]:
    """How numbers or days are spread, as bars of how many."""
    most = max((one.count for one in result.bins), default=0) or 1
    return [
        Bar(
            name=span_words(one.low, one.high, language),
            count=say.number_in_words(one.count, language=language),
            words="",
            is_known=True,
            width=percent(100 * one.count / most),
        )
        for one in result.bins
    ]


def span_words(low: float | date | None, high: float | date | None, language: str) -> str:
    """From where to where one bar reaches; with an open end, under or from where."""
    if low is None or high is None:
        return _open_words(low, high, language)
    if isinstance(low, date) and isinstance(high, date):
        first, last = (format_date(day, "medium", locale=say.locale_of(language)) for day in (low, high))
        return first if low == high else f"{first} – {last}"
    if isinstance(low, date) or isinstance(high, date):
        return ""
    first, last = (say.number_in_words(_edge(number), language=language) for number in (low, high))
    return first if low == high else f"{first} – {last}"


def _edge(number: float) -> float:
    """As it is, if it is round enough to read."""
    return number if number == round(number, 2) else round(number, 1)


def _open_words(low: float | date | None, high: float | date | None, language: str) -> str:
    edge = high if low is None else low
    if edge is None:
        return ""
    if isinstance(edge, date):
        words = format_date(edge, "medium", locale=say.locale_of(language))
        return _("before %(day)s") % {"day": words} if low is None else _("from %(day)s on") % {"day": words}
    words = say.number_in_words(edge, language=language)
    return _("under %(number)s") % {"number": words} if low is None else _("%(number)s and more") % {"number": words}


def quality_dots(lines: Sequence[QualityLine], scale: Scale, language: str) -> list[dict[str, object]]:
    """Service quality: for each dimension how it is seen, how it should be, and the gap, each on its line."""
    width = scale.highest - scale.lowest
    return [
        {
            "name": DIMENSION_WORDS[line.dimension] if line.dimension else _("All together"),
            "is_whole": not line.dimension,
            "perception": dot_of("", line.perception, lowest=scale.lowest, highest=scale.highest, language=language),
            "expectation": dot_of("", line.expectation, lowest=scale.lowest, highest=scale.highest, language=language),
            "gap": dot_of("", line.gap, lowest=-width / 2, highest=width / 2, language=language, reference=0),
            "importance": figure_words(line.importance, language) if line.importance.n else "",
            "n": line.perception.n,
            "partial": line.partial,
            "few": line.few,
        }
        for line in lines
    ]


def chart_of(over_time: OverTime, language: str) -> ChartShown:
    """A control chart: dots with their intervals, the band in which a steady week would lie, and what was seen."""
    lowest, highest = (-100.0, 100.0) if over_time.is_net else (0.0, 1.0)
    points = over_time.chart.points
    signals = {signal.since_on for signal in over_time.chart.signals}

    def down(value: float) -> str:
        inside = min(max((value - lowest) / (highest - lowest), 0), 1)
        return f"{CHART_MARGIN + CHART_HEIGHT * (1 - inside):.1f}"

    marks = []
    for index, point in enumerate(points):
        value = point.value
        known = None if isinstance(value, TooFew) else value.value if isinstance(value, Estimate) else value
        top, bottom = (point.high, point.low) if point.high is not None and point.low is not None else (None, None)
        is_estimate = isinstance(value, Estimate)
        marks.append(
            ChartMark(
                x=percent(CHART_LEFT + (100 - CHART_LEFT) * (index + 0.5) / len(points)),
                y="" if known is None else down(known),
                low_y=down(value.low) if is_estimate and isinstance(value, Estimate) else "",
                high_y=down(value.high) if is_estimate and isinstance(value, Estimate) else "",
                band_top="" if top is None else down(top),
                band_height="" if top is None or bottom is None else f"{float(down(bottom)) - float(down(top)):.1f}",
                is_signal=point.begins_on in signals,
                name=say.full_day(point.begins_on, language=language),
                words=_point_words(value, language),
            )
        )
    return ChartShown(
        marks=tuple(marks),
        top=_end_words(highest, over_time, language),
        bottom=_end_words(lowest, over_time, language),
        sentence=chart_sentence(over_time, language),
        height=CHART_HEIGHT + 2 * CHART_MARGIN,
    )


def chart_sentence(over_time: OverTime, language: str) -> str:
    """What a chart says: the last change that was seen, or that there was none."""
    chart = over_time.chart
    if chart.signals:
        return _signal_words(chart.signals[-1], over_time, language)
    if chart.is_learning:
        return (
            _("After nine rounds it can say whether something changed; until then the rounds stand side by side.")
            if over_time.is_by_round
            else _("After nine weeks with answers it can say whether something changed.")
        )
    return (
        _("No round stands out: the differences are no larger than by chance.")
        if over_time.is_by_round
        else _("No week stands out: the differences are no larger than by chance.")
    )


def answered_words(n: int, response: Estimate | TooFew | None, asked: int, language: str) -> str:
    """`412 people answered, 46 % of 900 asked.`"""
    counted = say.number_in_words(n, language=language)
    if isinstance(response, Share):
        return ngettext(
            "%(n)s person answered; of %(asked)s asked, %(share)s did.",
            "%(n)s people answered; of %(asked)s asked, %(share)s did.",
            n,
        ) % {
            "n": counted,
            "asked": say.number_in_words(asked, language=language),
            "share": figure_words(response, language),
        }
    return ngettext("%(n)s person answered.", "%(n)s people answered.", n) % {"n": counted}


def _signal_words(signal: Signal, over_time: OverTime, language: str) -> str:
    values = {
        "day": say.full_day(signal.since_on, language=language),
        "before": _level(signal.before, over_time, language),
        "after": _level(signal.after, over_time, language),
    }
    if signal.code is SignalCode.ONE_WEEK:
        return _("%(day)s stands out: %(after)s, where %(before)s is usual.") % values
    return _("Since %(day)s the level is another one: %(after)s instead of %(before)s.") % values


def _level(value: float, over_time: OverTime, language: str) -> str:
    return f"{value:.0f}" if over_time.is_net else say.share_in_words(value, language=language)


def _point_words(value: Share | float | TooFew, language: str) -> str:
    if isinstance(value, Share | TooFew):
        return figure_words(value, language)
    return f"{value:.0f}"


def _end_words(value: float, over_time: OverTime, language: str) -> str:
    return f"{value:.0f}" if over_time.is_net else say.share_in_words(value, language=language)


def _one(value: float, language: str) -> str:
    return say.number_in_words(round(value, 1), language=language)


def mean_words(mean: Mean | TooFew | None, language: str) -> str:
    """A mean with its interval, "" where a question has none."""
    return figure_words(mean, language)
