"""The results of surveys: counted in the database, shown with how sure they are, and never of fewer than five."""

from clientela.voice.queries.survey_results.cutting import CutCell, CutTable
from clientela.voice.queries.survey_results.over_time import OverTime
from clientela.voice.queries.survey_results.reading import (
    SurveyResults,
    TextSeen,
    TextsPage,
    survey_results,
    texts_page,
)
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

__all__ = [
    "AnswerShare",
    "Bin",
    "CutCell",
    "CutTable",
    "Figure",
    "MatrixLine",
    "OverTime",
    "QualityLine",
    "QuestionResult",
    "RankedOption",
    "SingleAnswers",
    "SurveyResults",
    "TextSeen",
    "TextsPage",
    "single_answers",
    "survey_results",
    "texts_page",
]
