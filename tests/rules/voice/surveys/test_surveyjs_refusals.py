"""Files that mean harm, and what of another tool's survey cannot be taken."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.voice.rules.surveys import (
    Problem,
    checked_answers,
    problems_of,
    to_json,
)
from clientela.voice.rules.surveys.surveyjs import ImportCode, ImportProblem, Remedy, from_surveyjs
from tests.rules.voice.surveys.forms import SLOW, form, problems

C = ImportCode


# -- files that mean harm ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (b"<html>", ImportProblem(C.NOT_JSON, parameters={"line": 1, "column": 1})),
        (b'{"pages": [\n1,,', ImportProblem(C.NOT_JSON, parameters={"line": 2, "column": 3})),
        (b"", ImportProblem(C.NOT_JSON, parameters={"line": 1, "column": 1})),
        ('{"pages": [' + "9" * 10_000 + "]}", ImportProblem(C.NOT_JSON, parameters={"line": 1, "column": 1})),
        (b"[]", ImportProblem(C.NOT_A_SURVEY)),
        (b'{"title": "T"}', ImportProblem(C.NOT_A_SURVEY)),
        (b'"pages"', ImportProblem(C.NOT_A_SURVEY)),
        (b" " * 2_000_001, ImportProblem(C.TOO_LARGE, parameters={"most": 2_000_000})),
        (" " * 2_000_001, ImportProblem(C.TOO_LARGE, parameters={"most": 2_000_000})),
        ("[" * 100_000, ImportProblem(C.TOO_DEEP, parameters={"most": 40})),
        ('{"pages": ' + "[" * 60 + "]" * 60 + "}", ImportProblem(C.TOO_DEEP, parameters={"most": 40})),
    ],
)
def test_what_is_no_survey_is_refused_at_once(given: Any, problem: ImportProblem) -> None:
    assert from_surveyjs(given, takes_rest=True).problems == (problem,)
    assert from_surveyjs(given, takes_rest=True).definition is None


def test_a_form_of_a_thousand_elements_is_refused() -> None:
    many = [{"type": "text", "name": f"q{number}"} for number in range(1000)]
    found = from_surveyjs(form(*many), takes_rest=True)
    assert (found.definition, found.problems) == (
        None,
        (ImportProblem(C.TOO_MANY_QUESTIONS, parameters={"most": 200}),),
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KINDS = st.sampled_from(["rating", "text", "checkbox", "matrix", "boolean", "ranking", "panel", "file"])
PROPERTIES = [
    "name", "title", "choices", "columns", "rows", "rateMin", "rateMax", "rateStep", "rateValues", "isRequired",
    "visibleIf", "requiredIf", "inputType", "min", "max", "step", "maxLength", "validators", "elements",
    "clientela", "valueTrue", "labelTrue", "minSelectedChoices", "description",
]  # fmt: skip
ELEMENTS = st.fixed_dictionaries({"type": KINDS | ANYTHING}, optional=dict.fromkeys(PROPERTIES, ANYTHING))


@given(
    st.dictionaries(st.sampled_from(["locale", "title", "completedHtml", "triggers"]), ANYTHING),
    st.lists(ELEMENTS | ANYTHING, max_size=5),
)
@SLOW
def test_whatever_stands_in_a_form_nothing_falls_over(more: dict[str, Any], elements: list[Any]) -> None:
    found = from_surveyjs(form(*elements) | more, takes_rest=True)
    if found.definition is not None:
        json.dumps(to_json(found.definition))
        assert all(isinstance(problem, Problem) for problem in problems_of(found.definition, ["en"]))
        checked_answers(found.definition, {})


@given(st.text(st.sampled_from("{}q1 =<>'\"()[]&|!andornotempty,.x\\"), max_size=40))
@SLOW
def test_whatever_stands_in_a_condition_it_is_read_or_told(expression: str) -> None:
    found = from_surveyjs(form({"type": "text", "name": "q1"}, {"type": "text", "name": "q2", "visibleIf": expression}))
    assert (found.definition is None) == bool(found.problems)


def test_a_condition_with_a_thousand_brackets_is_told_and_not_followed() -> None:
    expression = "(" * 1000 + "{q1} notempty" + ")" * 1000
    [problem] = problems({"type": "text", "name": "q1"}, {"type": "text", "name": "q2", "visibleIf": expression})
    assert problem[0] == "condition_unreadable"
    [problem] = problems(
        {"type": "text", "name": "q1"}, {"type": "text", "name": "q2", "visibleIf": "not " * 500 + "{q1} empty"}
    )
    assert problem[0] == "condition_unreadable"


# -- what cannot be taken ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["html", "image", "expression", "file", "signaturepad", "matrixdynamic", "paneldynamic", "multipletext", ""]
)
def test_an_element_of_a_kind_we_do_not_have_is_named_with_its_place(kind: str) -> None:
    strange = {"type": kind, "name": "strange"}
    panel = {"type": "panel", "name": "box", "elements": [{"type": "comment", "name": "words"}, strange]}
    found = from_surveyjs(form({"type": "rating", "name": "score"}, panel))
    expected = ImportProblem(C.UNKNOWN_KIND, "pages[0].elements[1].elements[1]", "strange", {"kind": kind})
    assert (found.definition, found.problems) == (None, (expected,))
    assert expected.remedy is Remedy.ASK_OTHERWISE
    rest = from_surveyjs(form({"type": "rating", "name": "score"}, panel), takes_rest=True)
    assert rest.problems == (expected,)
    assert rest.definition is not None
    assert [each.name for each in rest.definition.questions] == ["score", "words"]


@pytest.mark.parametrize(
    ("element", "code", "parameters"),
    [
        ({"type": "text", "inputType": "color"}, "unknown_input", {"kind": "color"}),
        ({"type": "radiogroup", "choices": ["a"], "showOtherItem": True}, "not_taken", {"property": "showOtherItem"}),
        ({"type": "radiogroup", "choicesByUrl": {"url": "x"}}, "not_taken", {"property": "choicesByUrl"}),
        (
            {"type": "checkbox", "choices": [{"value": "a", "visibleIf": "x"}]},
            "not_taken",
            {"property": "visibleIf: a"},
        ),
        ({"type": "text", "validators": [{"type": "regex"}]}, "not_taken", {"property": "validators: regex"}),
        ({"type": "text", "inputType": "date", "min": "soon"}, "not_taken", {"property": "min"}),
        ({"type": "text", "visible": False}, "not_taken", {"property": "visible"}),
        ({"type": "text", "defaultValue": "x"}, "not_taken", {"property": "defaultValue"}),
        (
            {"type": "text", "visibleIf": "age({b}) > 3"},
            "condition_unreadable",
            {"expression": "age({b}) > 3", "position": 0},
        ),
        ({"type": "text", "visibleIf": "{b}"}, "condition_unreadable", {"expression": "{b}", "position": 3}),
        ({"type": "text", "visibleIf": "{b} = "}, "condition_unreadable", {"expression": "{b} = ", "position": 5}),
        ({"type": "text", "visibleIf": "{no} = 1"}, "refers_to_unknown", {"expression": "{no} = 1", "other": "no"}),
        (
            {"type": "text", "requiredIf": "{no} empty"},
            "refers_to_unknown",
            {"expression": "{no} empty", "other": "no"},
        ),
    ],
)
def test_what_is_lost_is_told_one_by_one(element: dict[str, Any], code: str, parameters: dict[str, Any]) -> None:
    found = problems({"name": "it", **element})
    assert found == [(code, "pages[0].elements[0]", "it", parameters)]


def test_a_survey_with_triggers_is_taken_without_them_only_if_asked() -> None:
    given = form({"type": "text", "name": "it"}, triggers=[{"type": "complete"}])
    assert from_surveyjs(given).problems == (
        ImportProblem(C.NOT_TAKEN, "triggers", parameters={"property": "triggers"}),
    )
    assert from_surveyjs(given, takes_rest=True).definition is not None
