"""Service quality on five dimensions and 22 items: how it is seen, how it should be, and the gap between them.

After Parasuraman, Zeithaml & Berry (1988): the gap is perception less expectation, so it is negative where service
falls short. Perceptions alone (SERVPERF, Cronin & Taylor 1992) are the regular pulse.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Mean, TooFew
from clientela.voice.rules.figures.means import mean_of
from clientela.voice.rules.figures.scales import ISQ, Scale


class Dimension(StrEnum):
    """The five dimensions of service quality."""

    TANGIBLES = "tangibles"
    RELIABILITY = "reliability"
    RESPONSIVENESS = "responsiveness"
    ASSURANCE = "assurance"
    EMPATHY = "empathy"


ITEM_COUNTS: Final[Mapping[Dimension, int]] = {
    Dimension.TANGIBLES: 4,
    Dimension.RELIABILITY: 5,
    Dimension.RESPONSIVENESS: 4,
    Dimension.ASSURANCE: 4,
    Dimension.EMPATHY: 5,
}
# Each item's dimension by its key: "tangibles1" to "empathy5".
ITEMS: Final[Mapping[str, Dimension]] = {
    f"{dimension.value}{number}": dimension
    for dimension, count in ITEM_COUNTS.items()
    for number in range(1, count + 1)
}

_WHOLE: Final = "whole"


@dataclass(frozen=True)
class QualityAnswer:
    """One person's scores by item, and how much each dimension counts for them; what was left out is absent."""

    perceptions: Mapping[str, int]
    expectations: Mapping[str, int] = field(default_factory=dict)
    importances: Mapping[Dimension, int] = field(default_factory=dict)


@dataclass(frozen=True)
class QualityFigure:
    """An item, a dimension or the whole: perception, expectation, and the gap of those who gave both."""

    perception: Mean | TooFew
    expectation: Mean | TooFew
    gap: Mean | TooFew


@dataclass(frozen=True)
class ServiceQuality:
    """The whole picture. `weights` add up to 1; they are equal unless enough people said what counts."""

    items: Mapping[str, QualityFigure]
    dimensions: Mapping[Dimension, QualityFigure]
    weights: Mapping[Dimension, float]
    overall: QualityFigure  # every dimension counts the same
    weighted: QualityFigure


def service_quality(
    answers: Sequence[QualityAnswer], scale: Scale = ISQ, *, asked: Collection[str] = tuple(ITEMS)
) -> ServiceQuality:
    """Items, dimensions and the whole. A person's dimension is the mean of the items they answered.

    It counts where they answered at least half of its items, of those that were `asked`; below that, a mean would stand
    for what they left out. A gap is of items that the person answered on both sides. In the whole counts who counts in
    each dimension. Weights are the means of the stated importances.
    """
    sizes = Counter(ITEMS[item] for item in asked)
    by_item = [_Seen(answer.perceptions, answer.expectations, _gaps(answer)) for answer in answers]
    by_dimension = [_Seen(*(_by_dimension(scores, sizes) for scores in seen.sides)) for seen in by_item]
    weights = _weights(answers)
    equal = dict.fromkeys(Dimension, 1 / len(Dimension))
    return ServiceQuality(
        items={item: _figure(by_item, item, scale) for item in ITEMS},
        dimensions={dimension: _figure(by_dimension, dimension, scale) for dimension in Dimension},
        weights=weights,
        overall=_figure([seen.whole(equal) for seen in by_dimension], _WHOLE, scale),
        weighted=_figure([seen.whole(weights) for seen in by_dimension], _WHOLE, scale),
    )


@dataclass(frozen=True)
class _Seen:
    """One person's scores by item, by dimension, or as a whole, on each side."""

    perceptions: Mapping[str, float]
    expectations: Mapping[str, float]
    gaps: Mapping[str, float]

    @property
    def sides(self) -> tuple[Mapping[str, float], ...]:
        return (self.perceptions, self.expectations, self.gaps)

    def whole(self, weights: Mapping[Dimension, float]) -> "_Seen":
        return _Seen(*(_whole(scores, weights) for scores in self.sides))


def _gaps(answer: QualityAnswer) -> dict[str, float]:
    both = answer.perceptions.keys() & answer.expectations.keys()
    return {item: answer.perceptions[item] - answer.expectations[item] for item in ITEMS if item in both}


def _by_dimension(scores: Mapping[str, float], sizes: Mapping[Dimension, int]) -> dict[str, float]:
    found: dict[Dimension, list[float]] = {}
    for item, score in scores.items():
        found.setdefault(ITEMS[item], []).append(score)
    return {
        dimension: math.fsum(given) / len(given)
        for dimension, given in found.items()
        if 2 * len(given) >= sizes[dimension]
    }


def _whole(scores: Mapping[str, float], weights: Mapping[Dimension, float]) -> dict[str, float]:
    if len(scores) < len(Dimension):
        return {}
    return {_WHOLE: math.fsum(weights[dimension] * scores[dimension] for dimension in Dimension)}


def _weights(answers: Sequence[QualityAnswer]) -> dict[Dimension, float]:
    told = [answer.importances for answer in answers if len(answer.importances) == len(Dimension)]
    if len(told) < LEAST_SHOWN:
        return dict.fromkeys(Dimension, 1 / len(Dimension))
    sums = {dimension: sum(importances[dimension] for importances in told) for dimension in Dimension}
    return {dimension: each / sum(sums.values()) for dimension, each in sums.items()}


def _figure(answers: Sequence[_Seen], of: str, scale: Scale) -> QualityFigure:
    perceptions, expectations, gaps = (
        [answer.sides[side][of] for answer in answers if of in answer.sides[side]] for side in range(3)
    )
    width = scale.highest - scale.lowest
    return QualityFigure(
        perception=mean_of(perceptions, lowest=scale.lowest, highest=scale.highest),
        expectation=mean_of(expectations, lowest=scale.lowest, highest=scale.highest),
        gap=mean_of(gaps, lowest=-width, highest=width),
    )
