"""Who may say something, who may ask, and who sees what was said."""

from clientela.voice.policies.ratings import invitation_of, may_rate, may_see_ratings_of, rating_token
from clientela.voice.policies.survey_making import (
    may_make_some_survey,
    may_make_survey,
    may_see_survey,
    may_see_survey_results,
    may_set_listening,
    may_take_single_answers,
)
from clientela.voice.policies.surveys import Standing, survey_token

__all__ = [
    "Standing",
    "invitation_of",
    "may_make_some_survey",
    "may_make_survey",
    "may_rate",
    "may_see_ratings_of",
    "may_see_survey",
    "may_see_survey_results",
    "may_set_listening",
    "may_take_single_answers",
    "rating_token",
    "survey_token",
]
