"""Surveys as those who make them see them: the list, one survey, its draft, its versions and rounds."""

from clientela.voice.queries.survey_lists.listing import (
    SurveyRow,
    SurveysPage,
    SurveysPlace,
    departments_to_make_for,
    next_round_at,
    surveys_seen,
    surveys_to_copy,
)
from clientela.voice.queries.survey_lists.single import (
    PolicySeen,
    RoundSeen,
    SurveyDraft,
    SurveyHead,
    SurveyPage,
    VersionSeen,
    listening_policy,
    survey_draft,
    survey_head,
    survey_page,
)

__all__ = [
    "PolicySeen",
    "RoundSeen",
    "SurveyDraft",
    "SurveyHead",
    "SurveyPage",
    "SurveyRow",
    "SurveysPage",
    "SurveysPlace",
    "VersionSeen",
    "departments_to_make_for",
    "listening_policy",
    "next_round_at",
    "survey_draft",
    "survey_head",
    "survey_page",
    "surveys_seen",
    "surveys_to_copy",
]
