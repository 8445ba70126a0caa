"""The results of surveys: counted once and kept, shown with how sure they are, and never of fewer than five."""

from clientela.voice.queries.survey_results.cutting import CutCell, CutTable
from clientela.voice.queries.survey_results.kept import Progress
from clientela.voice.queries.survey_results.over_time import OverTime
from clientela.voice.queries.survey_results.reading import SurveyResults, ToCount, survey_results
from clientela.voice.queries.survey_results.showing import (
    AnswerShare,
    Bin,
    Figure,
    MatrixLine,
    QualityLine,
    QuestionResult,
    RankedOption,
)
from clientela.voice.queries.survey_results.single import SingleAnswers, single_answers
from clientela.voice.queries.survey_results.texts import TextSeen, TextsPage, texts_page

__all__ = [
    "AnswerShare",
    "Bin",
    "CutCell",
    "CutTable",
    "Figure",
    "MatrixLine",
    "OverTime",
    "Progress",
    "QualityLine",
    "QuestionResult",
    "RankedOption",
    "SingleAnswers",
    "SurveyResults",
    "TextSeen",
    "TextsPage",
    "ToCount",
    "single_answers",
    "survey_results",
    "texts_page",
]
