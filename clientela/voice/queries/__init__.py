"""What was said about being served, and what was made of it: ready to show."""

from clientela.voice.queries.mirror import CutFigure, MeasureFigure, Mirror, SideMirror, mirror_of
from clientela.voice.queries.parities import Parity, ParityRow, ParitySide, parity
from clientela.voice.queries.ratings import RatingQuestion, RatingSeen, last_rating_by, rating_question, ratings_of
from clientela.voice.queries.survey_lists import (
    departments_to_make_for,
    listening_policy,
    survey_draft,
    survey_head,
    survey_page,
    surveys_seen,
)
from clientela.voice.queries.survey_results import single_answers, survey_results, texts_page
from clientela.voice.queries.surveys_to_answer import (
    SurveyToAnswer,
    SurveyWaiting,
    open_survey,
    survey_to_answer,
    surveys_waiting,
)

__all__ = [
    "CutFigure",
    "MeasureFigure",
    "Mirror",
    "Parity",
    "ParityRow",
    "ParitySide",
    "RatingQuestion",
    "RatingSeen",
    "SideMirror",
    "SurveyToAnswer",
    "SurveyWaiting",
    "departments_to_make_for",
    "last_rating_by",
    "listening_policy",
    "mirror_of",
    "open_survey",
    "parity",
    "rating_question",
    "ratings_of",
    "single_answers",
    "survey_draft",
    "survey_head",
    "survey_page",
    "survey_results",
    "survey_to_answer",
    "surveys_seen",
    "surveys_waiting",
    "texts_page",
]
