"""What counted answers say, question by question: figures with their intervals, or that they are too few."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from clientela.voice.queries.survey_results.counting import Spread
from clientela.voice.rules.anonymity.classes import NumberClass
from clientela.voice.rules.figures.chances import student_point
from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Mean, Share, TooFew
from clientela.voice.rules.figures.means import mean_of_counts, mean_score
from clientela.voice.rules.figures.net_promoter import NetPromoter, net_promoter_of
from clientela.voice.rules.figures.scales import Scale, ScaleKind
from clientela.voice.rules.figures.shares import satisfied_share, wilson
from clientela.voice.rules.surveys import Option, Question, QuestionKind, in_language, scale_of
from clientela.voice.rules.tallying import Counts

Figure = Share | NetPromoter | Mean | TooFew
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class AnswerShare:
    """One answer to choose, or one score: how often, and its share of those who answered."""

    key: str
    label: str
    count: int
    share: Share | TooFew


@dataclass(frozen=True, kw_only=True)
class MatrixLine:
    """One line of a table of answers."""

    key: str
    label: str
    n: int
    shares: tuple[AnswerShare, ...]


@dataclass(frozen=True, kw_only=True)
class RankedOption:
    """One option of a ranking: its mean place (1 is the best), and how often it was put first."""

    key: str
    label: str
    place: Mean | TooFew
    firsts: int


@dataclass(frozen=True, kw_only=True)
class Bin:
    """How many answers lie between `low` and `high`, as numbers or as days; None where it is open."""

    low: float | date | None
    high: float | date | None
    count: int


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """What was answered to one question. Of its parts those are filled that its kind has; with too few, none."""

    question: Question
    title: str
    n: int
    satisfied: Share | TooFew | None = None  # of a measure but NPS
    net: NetPromoter | TooFew | None = None
    mean: Mean | TooFew | None = None
    median: float | date | None = None
    middle: Bin | None = None  # of classes: the one in which the middle answer lies
    shares: tuple[AnswerShare, ...] = ()
    lines: tuple[MatrixLine, ...] = ()
    ranks: tuple[RankedOption, ...] = ()
    bins: tuple[Bin, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether enough people answered it."""
        return self.n >= LEAST_SHOWN


@dataclass(frozen=True, kw_only=True)
class QualityLine:
    """One dimension of internal service quality; "" for the whole, which counts every dimension the same."""

    dimension: str
    perception: Mean | TooFew
    expectation: Mean | TooFew
    gap: Mean | TooFew
    importance: Mean | TooFew
    partial: int  # people who left some items out and count all the same; of an anonymous round with others, by lot
    few: int  # people with names who answered less than half of the items, and count nowhere here


def question_result(
    question: Question, counts: Counts, spread: Spread | None, classes: Mapping[NumberClass, int], *, language: str
) -> QuestionResult:
    """What one question's counts say. `spread` has numbers and days with names, `classes` those without."""
    n = counts.answered.get(question.name, 0)
    title = in_language(question.titles, language) or question.name
    plain = QuestionResult(question=question, title=title, n=n)
    if n < LEAST_SHOWN:
        return plain
    if question.kind is QuestionKind.SCALE:
        return _of_scale(plain, counts)
    if spread is not None:
        return _of_spread(plain, spread)
    if classes:
        return _of_classes(plain, classes)
    parts: dict[str, object] = {}
    match question.kind:
        case QuestionKind.CHOICE | QuestionKind.CHOICES:
            parts = {"shares": _shares(question.options, counts.values[question.name], n, language)}
        case QuestionKind.MATRIX:
            parts = {"lines": _lines(question, counts, language)}
        case QuestionKind.RANKING:
            parts = {"ranks": _ranks(question, counts, language)}
    return _with(plain, **parts)


def main_figure(question: Question, scores: Mapping[int, int]) -> Figure:
    """The one figure that stands for a score: the satisfied, the net score, or the mean where it measures nothing."""
    scale = scale_of(question)
    if scale is None:
        return _plain_mean(question, scores)
    inside = {score: n for score, n in scores.items() if scale.lowest <= score <= scale.highest}
    return net_promoter_of(inside) if scale.kind is ScaleKind.NPS else satisfied_share(inside, scale)


def quality_lines(
    found: Mapping[tuple[str, str], Mapping[float, int]], dimensions: Sequence[str], scale: Scale
) -> tuple[QualityLine, ...]:
    """The dimensions of internal service quality that were asked about, the whole last."""

    def figure(dimension: str, side: str, lowest: float, highest: float) -> Mean | TooFew:
        return mean_of_counts(found.get((dimension, side), {}), lowest=lowest, highest=highest)

    width = scale.highest - scale.lowest
    return tuple(
        QualityLine(
            dimension=dimension,
            perception=figure(dimension, "perception", scale.lowest, scale.highest),
            expectation=figure(dimension, "expectation", scale.lowest, scale.highest),
            gap=figure(dimension, "gap", -width, width),
            importance=figure(dimension, "importance", 1, 10),
            partial=sum(found.get((dimension, "partial"), {}).values()),
            few=sum(found.get((dimension, "few"), {}).values()),
        )
        for dimension in (*dimensions, "")
    )


def _of_scale(plain: QuestionResult, counts: Counts) -> QuestionResult:
    question = plain.question
    lowest, highest = question.lowest, question.highest
    if not isinstance(lowest, int) or not isinstance(highest, int):
        return plain
    scores = {score: n for score, n in counts.scores(question.name).items() if lowest <= score <= highest}
    n = sum(scores.values())
    shares = tuple(
        AnswerShare(key=str(score), label=str(score), count=scores.get(score, 0), share=wilson(scores.get(score, 0), n))
        for score in range(lowest, highest + 1)
    )
    scale = scale_of(question)
    if scale is None:
        return _with(plain, shares=shares, mean=_plain_mean(question, scores))
    if scale.kind is ScaleKind.NPS:
        return _with(plain, shares=shares, net=net_promoter_of(scores))
    return _with(plain, shares=shares, satisfied=satisfied_share(scores, scale), mean=mean_score(scores, scale))


def _plain_mean(question: Question, scores: Mapping[int, int]) -> Mean | TooFew:
    lowest, highest = question.lowest, question.highest
    if not isinstance(lowest, int) or not isinstance(highest, int):
        return TooFew(sum(scores.values()))
    inside = {float(score): n for score, n in scores.items() if lowest <= score <= highest}
    return mean_of_counts(inside, lowest=lowest, highest=highest)


def _shares(options: Sequence[Option], given: Mapping[str, int], n: int, language: str) -> tuple[AnswerShare, ...]:
    """Each option's share; an answer that only another version offered stands at the end under its key."""
    labels = {option.key: in_language(option.labels, language) or option.key for option in options}
    labels |= {key: key for key in sorted(given) if key not in labels}
    return tuple(
        AnswerShare(key=key, label=label, count=given.get(key, 0), share=wilson(min(given.get(key, 0), n), n))
        for key, label in labels.items()
    )


def _lines(question: Question, counts: Counts, language: str) -> tuple[MatrixLine, ...]:
    found = []
    for row in question.rows:
        given = {column: n for (line, column), n in counts.cells[question.name].items() if line == row.key}
        n = sum(given.values())
        shares = _shares(question.options, given, n, language) if n >= LEAST_SHOWN else ()
        found.append(MatrixLine(key=row.key, label=in_language(row.labels, language) or row.key, n=n, shares=shares))
    return tuple(found)


def _ranks(question: Question, counts: Counts, language: str) -> tuple[RankedOption, ...]:
    places = counts.places[question.name]
    found = []
    for option in question.options:
        mine = {float(place): n for (key, place), n in places.items() if key == option.key}
        found.append(
            RankedOption(
                key=option.key,
                label=in_language(option.labels, language) or option.key,
                place=mean_of_counts(mine, lowest=1, highest=max(len(question.options), 2)),
                firsts=mine.get(1, 0),
            )
        )
    return tuple(sorted(found, key=lambda one: math.inf if isinstance(one.place, TooFew) else one.place.value))


def _of_spread(plain: QuestionResult, spread: Spread) -> QuestionResult:
    """The picture of numbers or days that have names."""
    is_day = plain.question.kind is QuestionKind.DATE
    made = tuple(
        Bin(
            low=_EPOCH + timedelta(days=int(low)) if is_day else low,
            high=_EPOCH + timedelta(days=int(high)) if is_day else high,
            count=count,
        )
        for low, high, count in _bins(spread, whole=is_day or plain.question.is_whole)
    )
    median: float | date = _EPOCH + timedelta(days=int(spread.median)) if is_day else spread.median
    return _with(plain, bins=made, mean=None if is_day else _interval(spread), median=median)


def _of_classes(plain: QuestionResult, classes: Mapping[NumberClass, int]) -> QuestionResult:
    """The picture of numbers or days of which only the classes are known: no mean could be told from these."""
    is_day = plain.question.kind is QuestionKind.DATE
    least = 1 if is_day or plain.question.is_whole else 0  # the last of whole steps is the one before the next begins

    def end(edge: float | None) -> float | date | None:
        return _EPOCH + timedelta(days=int(edge)) if is_day and edge is not None else edge

    made = tuple(
        Bin(
            low=end(one.low),
            high=end(None if one.under is None else one.under - least if one.low is not None else one.under),
            count=count,
        )
        for one, count in classes.items()
    )
    if len(made) == 1:
        return plain
    half = sum(classes.values()) / 2
    reached = list(accumulate(classes.values()))
    # Where half of them lie on either side of an edge, no class has the middle answer.
    middle = None if half in reached else next(one for one, n in zip(made, reached, strict=True) if n > half)
    return _with(plain, bins=made, middle=middle)


def _bins(spread: Spread, *, whole: bool) -> list[tuple[float, float, int]]:
    """Each step with its ends; of whole numbers and days both ends belong to it. Empty steps behind are left out."""
    if spread.step == 0:
        return [(spread.low, spread.high, spread.n)]
    found = []
    for place, count in enumerate(spread.bins):
        low = spread.low + spread.step * place
        if low <= spread.high:
            found.append((low, low + spread.step - 1 if whole else low + spread.step, count))
    return found


def _interval(spread: Spread) -> Mean | TooFew:
    """The mean of unbounded numbers with Student's interval."""
    if spread.n < LEAST_SHOWN:
        return TooFew(spread.n)
    half = student_point(0.975, spread.n - 1) * spread.deviation / math.sqrt(spread.n)
    return Mean(spread.mean, spread.mean - half, spread.mean + half, spread.n)


def _with(plain: QuestionResult, **parts: object) -> QuestionResult:
    return QuestionResult(question=plain.question, title=plain.title, n=plain.n, **parts)  # type: ignore[arg-type]  # its own fields
