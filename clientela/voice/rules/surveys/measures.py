"""What a question measures: its name as it is stored, and the scale that its answers stand on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clientela.voice.rules.figures.scales import Scale, ScaleKind
from clientela.voice.rules.figures.servqual import Dimension
from clientela.voice.rules.surveys.definition import Question, QuestionKind


class Side(StrEnum):
    """What an item of service quality asks for: how it is, how it should be, or how much the dimension counts."""

    PERCEPTION = "perception"
    EXPECTATION = "expectation"
    IMPORTANCE = "importance"


@dataclass(frozen=True)
class Measure:
    """What a question measures. `dimension` and `side` are those of internal service quality, else None."""

    kind: ScaleKind
    dimension: Dimension | None = None
    side: Side | None = None


# The scales on which each is asked. Another scale would be another measure under the same name.
BOUNDS: Final[Mapping[ScaleKind, tuple[tuple[int, int], ...]]] = {
    ScaleKind.CSAT: ((1, 5),),
    ScaleKind.CES: ((1, 7),),
    ScaleKind.CES2010: ((1, 5), (1, 7)),
    ScaleKind.NPS: ((0, 10),),
    ScaleKind.ISQ: ((1, 5), (1, 7)),
}
_IMPORTANCE_BOUNDS: Final = ((1, 5), (1, 7), (1, 10))
_ISQ_PARTS: Final = 3


def measure_of(name: str) -> Measure | None:
    """The measure that a question's `measure` names; None for "" and for a name that is none."""
    if name in BOUNDS and name != ScaleKind.ISQ:
        return Measure(ScaleKind(name))
    parts = name.split(":")
    if len(parts) != _ISQ_PARTS or parts[0] != ScaleKind.ISQ or parts[1] not in set(Dimension):
        return None
    return Measure(ScaleKind.ISQ, Dimension(parts[1]), Side(parts[2])) if parts[2] in set(Side) else None


def bounds_of(measure: Measure) -> tuple[tuple[int, int], ...]:
    """The scales, lowest and highest score, on which a measure may be asked."""
    return _IMPORTANCE_BOUNDS if measure.side is Side.IMPORTANCE else BOUNDS[measure.kind]


def scale_of(question: Question) -> Scale | None:
    """The scale that a question's answers stand on, with its good end; None if it measures nothing."""
    measure = measure_of(question.measure)
    lowest, highest = question.lowest, question.highest
    if measure is None or question.kind is not QuestionKind.SCALE:
        return None
    if not isinstance(lowest, int) or not isinstance(highest, int):
        return None
    return Scale(measure.kind, lowest, highest, is_higher_better=measure.kind is not ScaleKind.CES2010)
