"""Surveys to and from SurveyJS, the form in which many tools keep theirs. Pure."""

from clientela.voice.rules.surveys.surveyjs.problems import ImportCode, ImportProblem, Remedy
from clientela.voice.rules.surveys.surveyjs.reading import MOST_BYTES, ImportedSurvey, from_surveyjs
from clientela.voice.rules.surveys.surveyjs.writing import to_surveyjs

__all__ = ["MOST_BYTES", "ImportCode", "ImportProblem", "ImportedSurvey", "Remedy", "from_surveyjs", "to_surveyjs"]
