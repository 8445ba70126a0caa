"""The stored form of a survey."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from clientela.voice.rules.surveys import (
    StoredFormError,
    SurveyDefinition,
    condition_from_json,
    condition_to_json,
    from_json,
    to_json,
)
from tests.rules.voice.surveys.making import K, compare, if_all, if_any, question, survey, surveys


def stored(**more: Any) -> dict[str, Any]:
    return {"form": 1, "titles": {"en": "T"}, "pages": [{"name": "p", "questions": []}], **more}


def asked(**more: Any) -> dict[str, Any]:
    return stored(pages=[{"name": "p", "questions": [{"name": "q", "kind": "text", "titles": {}, **more}]}])


@pytest.mark.parametrize(
    ("given", "place", "code"),
    [
        (None, "", "not_an_object"),
        ([], "", "not_an_object"),
        ({}, "form", "not_a_number"),
        (stored(form="1"), "form", "not_a_number"),
        (stored(form=True), "form", "not_a_number"),
        (stored(form=2), "form", "newer_form"),
        (stored(colour="red"), "colour", "unknown"),
        (stored(titles="T"), "titles", "not_an_object"),
        (stored(titles={"en": 7}), "titles.en", "not_a_text"),
        (stored(titles={"en": "x" * 8001}), "titles.en", "too_long"),
        (stored(titles={str(number): "x" for number in range(51)}), "titles", "too_many"),
        (stored(pages={}), "pages", "not_a_list"),
        (stored(pages=[{}] * 101), "pages", "too_many"),
        (stored(pages=[{"name": "p", "questions": "x"}]), "pages[0].questions", "not_a_list"),
        (asked(kind="signature"), "pages[0].questions[0].kind", "unknown"),
        (asked(kind=["text"]), "pages[0].questions[0].kind", "unknown"),
        (asked(is_required="yes"), "pages[0].questions[0].is_required", "not_a_yes_or_no"),
        (asked(longest=1.5), "pages[0].questions[0].longest", "not_a_number"),
        (asked(lowest=[1]), "pages[0].questions[0].lowest", "not_a_number"),
        (asked(lowest=10**400), "pages[0].questions[0].lowest", "not_a_number"),
        (asked(lowest=float("nan")), "pages[0].questions[0].lowest", "not_a_number"),
        (asked(keeps_as="secret"), "pages[0].questions[0].keeps_as", "unknown"),
        (asked(options=[{"key": 1}]), "pages[0].questions[0].options[0].key", "not_a_text"),
        (asked(options=[{"key": "a", "colour": "b"}]), "pages[0].questions[0].options[0].colour", "unknown"),
        (asked(shows_if=[]), "pages[0].questions[0].shows_if", "not_an_object"),
        (asked(shows_if={}), "pages[0].questions[0].shows_if", "unknown"),
        (asked(shows_if={"none": []}), "pages[0].questions[0].shows_if", "unknown"),
        (asked(shows_if={"all": [7]}), "pages[0].questions[0].shows_if.all[0]", "not_an_object"),
        (
            asked(shows_if={"all": [{"question": "a", "operator": "~", "value": 1}]}),
            "pages[0].questions[0].shows_if.all[0].operator",
            "unknown",
        ),
        (
            asked(shows_if={"all": [{"question": "a", "operator": "="}]}),
            "pages[0].questions[0].shows_if.all[0].value",
            "not_a_number",
        ),
    ],
)
def test_what_is_not_our_form_is_refused_with_its_place(given: Any, place: str, code: str) -> None:
    with pytest.raises(StoredFormError) as refused:
        from_json(given)
    assert (refused.value.place, refused.value.code) == (place, code)


def test_a_condition_of_a_thousand_levels_is_refused() -> None:
    deep: dict[str, Any] = {"all": []}
    for _level in range(1000):
        deep = {"any": [deep]}
    with pytest.raises(StoredFormError) as refused:
        condition_from_json(deep)
    assert refused.value.code == "too_deep"


def test_a_small_survey_is_stored_in_words_that_can_be_read() -> None:
    definition = survey(
        question("score", measure="csat", is_required=True),
        question("why", K.TEXT, shows_if=if_any(compare("score", "≤", 2), if_all(compare("score", "answered", False)))),
    )
    assert to_json(definition) == {
        "form": 1,
        "titles": {"en": "How was it?"},
        "pages": [
            {
                "name": "first",
                "questions": [
                    {
                        "name": "score",
                        "kind": "scale",
                        "titles": {"en": "About score?"},
                        "is_required": True,
                        "measure": "csat",
                        "lowest": 1,
                        "highest": 5,
                    },
                    {
                        "name": "why",
                        "kind": "text",
                        "titles": {"en": "About why?"},
                        "shows_if": {
                            "any": [
                                {"question": "score", "operator": "≤", "value": 2},
                                {"all": [{"question": "score", "operator": "answered", "value": False}]},
                            ]
                        },
                    },
                ],
            }
        ],
    }


def test_what_a_database_cannot_hold_is_left_out() -> None:
    assert from_json(stored(titles={"en": "a\x00b\ud800c"})).titles == {"en": "abc"}


def test_a_scale_that_starts_at_zero_keeps_its_zero() -> None:
    definition = survey(question("it", lowest=0, highest=10, measure="nps"))
    assert from_json(to_json(definition)) == definition


@given(surveys())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_is_stored_is_read_again(definition: SurveyDefinition) -> None:
    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition


def test_no_condition_is_stored_as_nothing() -> None:
    assert condition_to_json(None) is None
