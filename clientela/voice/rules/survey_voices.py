"""What of a survey's answers is a voice: the scores that a measure names, and the words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, Final

from clientela.voice.rules.figures.scales import ScaleKind
from clientela.voice.rules.surveys import Question, QuestionKind, Side, SurveyDefinition, measure_of, visible_questions

MOST_CLICKS: Final = 11  # scores that fit into a letter as links: 0 to 10
_ISQ_HIGHEST: Final = 7


@dataclass(frozen=True)
class VoiceInAnswer:
    """One thing that an answer says. `part` is "" for the main one, else a question's name or a dimension's."""

    part: str
    measure: str = ""
    score: int | None = None
    text: str = ""


def main_score(definition: SurveyDefinition) -> Question | None:
    """The question whose score stands for the whole answer: the first that a measure names and everybody is asked."""
    return next(
        (
            question
            for question in definition.questions
            if question.kind is QuestionKind.SCALE and question.shows_if is None and measure_of(question.measure)
        ),
        None,
    )


def clickable_scores(definition: SurveyDefinition) -> tuple[Question, tuple[int, ...]] | None:
    """The main score with its values, lowest first, if they fit into a letter and it is asked on the first page."""
    question = main_score(definition)
    if question is None or not definition.pages or question not in definition.pages[0].questions:
        return None
    lowest, highest = question.lowest, question.highest
    if not isinstance(lowest, int) or not isinstance(highest, int) or highest - lowest >= MOST_CLICKS:
        return None
    return question, tuple(range(lowest, highest + 1))


def voices_in(definition: SurveyDefinition, answers: Mapping[str, Any]) -> list[VoiceInAnswer]:
    """The voices of an answer, the main one first: its score and its main words are one voice.

    Of internal service quality each dimension is one voice, with the mean of how its items were perceived, rounded:
    the items themselves stay in the survey's results. What was expected is no voice.
    """
    asked = visible_questions(definition, answers)
    scores = [*_single_scores(asked, answers), *_dimensions(asked, answers)]
    words = [
        VoiceInAnswer(question.name, text=answers[question.name])
        for question in asked
        if question.kind is QuestionKind.TEXT and not question.is_email and answers.get(question.name)
    ]
    main = _main_words(asked)
    text = next((one.text for one in words if one.part == main), "")
    first = scores[0] if scores else VoiceInAnswer("")
    rest = [*scores[1:], *(one for one in words if one.part != main)]
    if not scores and not text:
        return rest
    return [VoiceInAnswer("", first.measure, first.score, text), *rest]


def _single_scores(asked: tuple[Question, ...], answers: Mapping[str, Any]) -> list[VoiceInAnswer]:
    found = []
    for question in asked:
        measure = measure_of(question.measure)
        score = answers.get(question.name)
        if measure is None or measure.dimension is not None or not isinstance(score, int):
            continue
        if measure.kind is ScaleKind.CES2010:
            # The old form asks for effort: turned round it stands on today's scale, if it has seven steps.
            if question.highest == _ISQ_HIGHEST:
                found.append(VoiceInAnswer(question.name, "ces", 8 - score))
        else:
            found.append(VoiceInAnswer(question.name, str(measure.kind.value), score))
    return found


def _dimensions(asked: tuple[Question, ...], answers: Mapping[str, Any]) -> list[VoiceInAnswer]:
    perceived: dict[str, list[int]] = defaultdict(list)
    for question in asked:
        measure = measure_of(question.measure)
        score = answers.get(question.name)
        if measure is None or measure.dimension is None or measure.side is not Side.PERCEPTION:
            continue
        if isinstance(score, int) and question.highest == _ISQ_HIGHEST:
            perceived[measure.dimension.value].append(score)
    return [
        VoiceInAnswer(
            f"isq-{dimension}", f"isq:{dimension}", floor(Fraction(sum(scores), len(scores)) + Fraction(1, 2))
        )
        for dimension, scores in perceived.items()
    ]


def _main_words(asked: tuple[Question, ...]) -> str:
    """The name of the question whose words go with the score: the first that leaves room for several lines, or any."""
    words = [question for question in asked if question.kind is QuestionKind.TEXT and not question.is_email]
    return next((question.name for question in (*(one for one in words if one.is_long), *words)), "")
