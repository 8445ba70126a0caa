"""What is taken from another tool's survey: kinds, names, languages and conditions."""

from typing import Any

import pytest

from clientela.voice.rules.surveys import (
    Condition,
    Option,
    Page,
    Question,
    SurveyDefinition,
    problems_of,
)
from clientela.voice.rules.surveys.surveyjs import from_surveyjs
from clientela.voice.rules.surveys.surveyjs.conditions import simplified
from tests.rules.voice.surveys.forms import problems, taken
from tests.rules.voice.surveys.making import K, compare, if_all, if_any, survey

# -- what is taken -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "parts"),
    [
        ({"type": "rating"}, {"kind": K.SCALE, "lowest": 1, "highest": 5}),
        ({"type": "rating", "rateMin": 0, "rateMax": 10}, {"kind": K.SCALE, "lowest": 0, "highest": 10}),
        ({"type": "rating", "rateCount": 7}, {"kind": K.SCALE, "lowest": 1, "highest": 7}),
        (
            {"type": "rating", "minRateDescription": "bad", "maxRateDescription": {"default": "good", "pl": "dobrze"}},
            {
                "kind": K.SCALE,
                "lowest": 1,
                "highest": 5,
                "low_labels": {"en": "bad"},
                "high_labels": {"en": "good", "pl": "dobrze"},
            },
        ),
        (
            {"type": "rating", "rateValues": [{"value": 1, "text": "No"}, 2, {"value": 3, "text": "Yes"}]},
            {"kind": K.SCALE, "lowest": 1, "highest": 3, "low_labels": {"en": "No"}, "high_labels": {"en": "Yes"}},
        ),
        (
            {"type": "rating", "rateValues": ["bad", "good"]},
            {"kind": K.CHOICE, "options": (Option("bad", {"en": "bad"}), Option("good", {"en": "good"}))},
        ),
        (
            {"type": "rating", "rateMin": 0, "rateMax": 10, "rateStep": 5},
            {"kind": K.CHOICE, "options": tuple(Option(key, {"en": key}) for key in ("0", "5", "10"))},
        ),
        (
            {"type": "dropdown", "choices": [1, 2.5, "x", {"value": True, "text": "yes"}]},
            {
                "kind": K.CHOICE,
                "options": (*(Option(key, {"en": key}) for key in ("1", "2.5", "x")), Option("true", {"en": "yes"})),
            },
        ),
        (
            {"type": "tagbox", "choices": ["A", "a", "a{b}"], "minSelectedChoices": 0, "maxSelectedChoices": 2},
            {
                "kind": K.CHOICES,
                "options": (Option("A", {"en": "A"}), Option("a 2", {"en": "a"}), Option("a b", {"en": "a{b}"})),
                "most_choices": 2,
            },
        ),
        (
            {"type": "boolean", "labelTrue": "Sure"},
            {
                "kind": K.CHOICE,
                "options": (
                    Option("true", {"en": "Sure"}),
                    Option("false", {"en": "No", "ro": "Nu", "pl": "Nie", "es": "No"}),
                ),
            },
        ),
        (
            {
                "type": "matrix",
                "columns": ["x", "y"],
                "rows": [{"value": "r", "text": "Row"}],
                "isAllRowRequired": True,
            },
            {
                "kind": K.MATRIX,
                "options": (Option("x", {"en": "x"}), Option("y", {"en": "y"})),
                "rows": (Option("r", {"en": "Row"}),),
                "is_required": True,
            },
        ),
        ({"type": "comment", "maxLength": 9000}, {"kind": K.TEXT, "is_long": True, "longest": 4000}),
        ({"type": "text", "inputType": "email"}, {"kind": K.TEXT, "is_email": True}),
        ({"type": "text", "validators": [{"type": "email"}]}, {"kind": K.TEXT, "is_email": True}),
        (
            {"type": "text", "inputType": "number", "min": 1, "step": 1},
            {"kind": K.NUMBER, "lowest": 1, "is_whole": True},
        ),
        (
            {
                "type": "text",
                "inputType": "number",
                "validators": [{"type": "numeric", "minValue": 2, "maxValue": 3.5}],
            },
            {"kind": K.NUMBER, "lowest": 2, "highest": 3.5},
        ),
        ({"type": "text", "inputType": "date", "max": "2026-05-01"}, {"kind": K.DATE, "highest": "2026-05-01"}),
    ],
)
def test_an_element_is_taken_as_what_it_is(element: dict[str, Any], parts: dict[str, Any]) -> None:
    assert taken({"name": "it", **element}) == (Question(**{"name": "it", "titles": {"en": "it"}, **parts}),)


def test_names_that_a_form_cannot_carry_are_changed_and_conditions_follow() -> None:
    found = taken(
        {"type": "rating", "name": "Question 1"},
        {"type": "text", "name": "ocena żółw", "visibleIf": "{question 1} <= 2"},
        {"type": "text", "name": "Question-1"},
        {"type": "text", "name": "2nd", "visibleIf": "{Question-1} notempty"},
    )
    assert [(each.name, each.titles["en"]) for each in found] == [
        ("Question_1", "Question 1"),
        ("ocena_w", "ocena żółw"),
        ("Question_1_2", "Question-1"),
        ("q_2nd", "2nd"),
    ]
    assert found[1].shows_if == if_all(compare("Question_1", "≤", 2))
    assert found[3].shows_if == if_all(compare("Question_1_2", "answered"))


def test_the_default_language_is_the_one_the_form_says() -> None:
    found = from_surveyjs(
        {
            "locale": "ro",
            "title": {"default": "Cum a fost?", "en": "How was it?"},
            "completedHtml": "<h3>Mulțumim</h3><p>Pa &amp; bine</p>",
            "elements": [{"type": "comment", "name": "it", "title": {"pl": "Co?", "default": "Ce?", "x-bad!": "?"}}],
        }
    ).definition
    assert found == SurveyDefinition(
        titles={"ro": "Cum a fost?", "en": "How was it?"},
        thanks={"ro": "Mulțumim\nPa & bine"},
        pages=(Page("page1", (Question("it", K.TEXT, {"pl": "Co?", "ro": "Ce?"}, is_long=True),)),),
    )


ASKED = (
    {"type": "rating", "name": "score"},
    {"type": "checkbox", "name": "topics", "choices": ["price", "care", "speed"]},
    {"type": "radiogroup", "name": "who", "choices": ["me", 7]},
    {"type": "text", "name": "words"},
    {"type": "matrix", "name": "table", "columns": ["bad", "good"], "rows": ["care"]},
    {"type": "boolean", "name": "again"},
)


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("{score} = 3", if_all(compare("score", "=", 3))),
        ("{score} == '3'", if_all(compare("score", "=", 3))),
        ("3 >= {score}", if_all(compare("score", "≤", 3))),
        ("{score} less 3 && {words} notempty", if_all(compare("score", "<", 3), compare("words", "answered"))),
        ("{score} > 3 || {words} empty", if_any(compare("score", ">", 3), compare("words", "answered", value=False))),
        ("{who} <> 7", if_all(compare("who", "≠", "7"))),
        ("{who} anyof ['me', 7]", if_any(compare("who", "=", "me"), compare("who", "=", "7"))),
        ("{who} contains 'me'", if_all(compare("who", "=", "me"))),
        ("{again} = true", if_all(compare("again", "=", "true"))),
        ('{table.care} = "bad"', if_all(compare("table.care", "=", "bad"))),
        ("{topics} contains 'price'", if_all(compare("topics", "contains", "price"))),
        ("{topics} notcontains 'price'", if_all(compare("topics", "lacks", "price"))),
        ("{topics} = ['price']", if_all(compare("topics", "=", "price"))),
        (
            "{topics} = ['price', 'care']",
            if_all(
                compare("topics", "contains", "price"),
                compare("topics", "contains", "care"),
                compare("topics", "lacks", "speed"),
            ),
        ),
        (
            "{topics} allof ['price', 'care']",
            if_all(compare("topics", "contains", "price"), compare("topics", "contains", "care")),
        ),
        (
            "{topics} noneof ['price', 'care']",
            if_all(compare("topics", "lacks", "price"), compare("topics", "lacks", "care")),
        ),
        ("{words} *= 'It\\'s'", if_all(compare("words", "contains", "It's"))),
        ("!({score} = 3 or {words} empty)", if_all(compare("score", "≠", 3), compare("words", "answered"))),
        ("not {score} < 3", if_any(compare("score", "≥", 3), compare("score", "answered", value=False))),
        (
            "{score} = 1 or {score} = 2 and {words} notempty",
            if_any(compare("score", "=", 1), if_all(compare("score", "=", 2), compare("words", "answered"))),
        ),
        (
            "({score} = 1 or ({score} = 2 and ({words} empty or {who} = 'me')))",
            if_any(
                if_all(compare("score", "=", 1)),
                if_all(compare("score", "=", 2), compare("words", "answered", value=False)),
                if_all(compare("score", "=", 2), compare("who", "=", "me")),
            ),
        ),
    ],
)
def test_a_condition_is_understood(expression: str, condition: Condition) -> None:
    found = taken(*ASKED, {"type": "text", "name": "it", "visibleIf": expression})[-1]
    assert found.shows_if is not None
    assert simplified(found.shows_if) == simplified(condition)
    assert [each.code for each in problems_of(survey(*taken(*ASKED), found), [])] == []


def test_a_condition_too_tangled_to_write_out_is_told() -> None:
    tangled = " and ".join("({score} = 1 or {words} empty or ({who} = 'me' and {again} = true))" for _ in range(6))
    [found] = problems(*ASKED, {"type": "text", "name": "it", "visibleIf": tangled})
    assert (found[0], found[1]) == ("condition_too_deep", "pages[0].elements[6]")


def test_conditions_of_pages_and_panels_hold_for_what_is_in_them() -> None:
    panel = {
        "type": "panel",
        "visibleIf": "{words} notempty",
        "elements": [{"type": "text", "name": "it", "visibleIf": "{score} < 3"}, {"type": "text", "name": "other"}],
    }
    second = {"name": "second", "visibleIf": "{again} = true", "elements": [panel]}
    found = from_surveyjs({"title": "T", "pages": [{"name": "p", "elements": list(ASKED)}, second]}).definition
    assert found is not None
    it, other = found.pages[1].questions
    around = [compare("again", "=", "true"), compare("words", "answered")]
    assert it.shows_if == if_all(*around, compare("score", "<", 3))
    assert other.shows_if == if_all(*around)
