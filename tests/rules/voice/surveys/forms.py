"""SurveyJS forms for the tests, and what comes of them."""

from typing import Any

from hypothesis import HealthCheck, settings

from clientela.voice.rules.surveys import Question
from clientela.voice.rules.surveys.surveyjs import from_surveyjs

SLOW = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def form(*elements: Any, **more: Any) -> dict[str, Any]:
    return {"title": "T", "pages": [{"name": "p", "elements": list(elements)}], **more}


def taken(*elements: Any, **more: Any) -> tuple[Question, ...]:
    found = from_surveyjs(form(*elements, **more))
    assert found.problems == ()
    assert found.definition is not None
    return found.definition.questions


def problems(*elements: Any, **more: Any) -> list[tuple[str, str, str, dict[str, Any]]]:
    found = from_surveyjs(form(*elements, **more))
    assert found.definition is None
    return [(each.code.value, each.place, each.element, dict(each.parameters)) for each in found.problems]
