"""What stands in the way of asking a survey."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientela.voice.rules.surveys import (
    Option,
    Page,
    Problem,
    ProblemCode,
    Question,
    QuestionKind,
    SurveyDefinition,
    checked_answers,
    problems_of,
)
from tests.rules.voice.surveys.making import (
    BLUE,
    RED,
    WORDS,
    K,
    compare,
    if_all,
    if_any,
    question,
    survey,
    surveys,
)

P = ProblemCode


def told(definition: SurveyDefinition, *languages: str) -> list[tuple[str, str, dict[str, Any]]]:
    found = problems_of(definition, languages or ("en",))
    return [(problem.code.value, problem.question, dict(problem.parameters)) for problem in found]


def test_a_sound_survey_has_no_problems() -> None:
    definition = survey(
        question("score", measure="csat", is_required=True),
        question("why", K.TEXT, shows_if=if_all(compare("score", "≤", 3)), is_required=True),
        question("colour", K.CHOICE, shows_if=if_any(compare("score", ">", 3), compare("why", "contains", "colour"))),
        question("table", K.MATRIX),
        question("care", K.RANKING, shows_if=if_all(compare("table.care", "=", "red"))),
    )
    assert problems_of(definition, ["en"]) == []


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_each_kind_of_question_has_a_sound_form(kind: QuestionKind) -> None:
    assert problems_of(survey(question("it", kind)), ["en"]) == []


def test_an_empty_survey_cannot_be_asked() -> None:
    assert told(SurveyDefinition({"en": "Nothing"}, ())) == [("no_questions", "", {})]
    empty = survey(question("it"), pages=(Page("first", (question("it"),)), Page("second", ())))
    assert told(empty) == [("page_empty", "", {"page": "second"})]


@pytest.mark.parametrize("name", ["", "1st", "a-b", "a.b", "ą", "a b", "x" * 61, "a\n"])
def test_a_name_that_a_form_cannot_carry_is_a_problem(name: str) -> None:
    assert told(survey(question(name))) == [("bad_name", name, {"most": 60})]


def test_two_questions_of_one_name_are_a_problem() -> None:
    assert told(survey(question("it"), question("it"))) == [("twice", "it", {})]


def test_each_missing_language_is_named_with_its_part() -> None:
    definition = survey(
        question("it", K.CHOICE, help={"en": "Choose one."}, options=(RED, Option("blue", {"en": "Blue", "pl": " "}))),
        thanks={"pl": "Dziękujemy."},
    )
    assert told(definition, "en", "pl") == [
        ("language_missing", "", {"part": "title", "language": "pl"}),
        ("language_missing", "", {"part": "thanks", "language": "en"}),
        ("language_missing", "it", {"part": "title", "language": "pl"}),
        ("language_missing", "it", {"part": "help", "language": "pl"}),
        ("language_missing", "it", {"part": "option:blue", "language": "pl"}),
    ]


@pytest.mark.parametrize(
    ("more", "part", "most"),
    [
        ({"titles": {"en": "x" * 1001}}, "title", 1000),
        ({"help": {"en": "x" * 4001}}, "help", 4000),
        ({"low_labels": {"en": "x" * 301}}, "low_label", 300),
        ({"high_labels": {"en": "x" * 301}}, "high_label", 300),
    ],
)
def test_a_text_that_nobody_would_read_is_a_problem(more: dict[str, Any], part: str, most: int) -> None:
    assert told(survey(question("it", **more))) == [("too_long", "it", {"part": part, "language": "en", "most": most})]


@pytest.mark.parametrize(
    ("kind", "more", "code", "parameters"),
    [
        (K.CHOICE, {"options": ()}, "options_missing", {"part": "options", "least": 1}),
        (K.RANKING, {"options": (RED,)}, "options_missing", {"part": "options", "least": 2}),
        (K.MATRIX, {"rows": ()}, "options_missing", {"part": "rows", "least": 1}),
        (K.CHOICE, {"options": (RED, Option("RED", {"en": "R"}))}, "option_twice", {"part": "options", "key": "red"}),
        (K.CHOICE, {"options": (Option("", {"en": "R"}),)}, "option_bad", {"part": "options", "key": "", "most": 100}),
        (
            K.CHOICE,
            {"options": (Option("a\n", {"en": "R"}),)},
            "option_bad",
            {"part": "options", "key": "a\n", "most": 100},
        ),
        (
            K.CHOICE,
            {"options": tuple(Option(str(number), {"en": "N"}) for number in range(101))},
            "too_many_options",
            {"part": "options", "most": 100},
        ),
        (K.TEXT, {"options": (RED, BLUE)}, "not_for_this_kind", {"part": "options"}),
        (K.TEXT, {"rows": (RED,)}, "not_for_this_kind", {"part": "rows"}),
        (K.TEXT, {"lowest": 1}, "not_for_this_kind", {"part": "bounds"}),
        (K.TEXT, {"low_labels": {"en": "low"}}, "not_for_this_kind", {"part": "labels"}),
        (K.TEXT, {"is_whole": True}, "not_for_this_kind", {"part": "is_whole"}),
        (K.DATE, {"is_email": True}, "not_for_this_kind", {"part": "is_email"}),
        (K.DATE, {"is_long": True}, "not_for_this_kind", {"part": "is_long"}),
        (K.DATE, {"longest": 7}, "not_for_this_kind", {"part": "longest"}),
        (K.CHOICE, {"most_choices": 2}, "not_for_this_kind", {"part": "choices"}),
        (K.NUMBER, {"measure": "csat"}, "not_for_this_kind", {"part": "measure"}),
        (K.SCALE, {"lowest": 5, "highest": 5}, "scale_bounds", {"lowest": 5, "highest": 5, "most": 21}),
        (K.SCALE, {"lowest": 0, "highest": 21}, "scale_bounds", {"lowest": 0, "highest": 21, "most": 21}),
        (K.SCALE, {"lowest": None}, "scale_bounds", {"lowest": None, "highest": 5, "most": 21}),
        (K.SCALE, {"lowest": 1.5}, "scale_bounds", {"lowest": 1.5, "highest": 5, "most": 21}),
        (K.NUMBER, {"lowest": 2, "highest": 1}, "number_bounds", {"lowest": 2, "highest": 1}),
        (K.NUMBER, {"lowest": "2"}, "number_bounds", {"lowest": "2", "highest": None}),
        (K.NUMBER, {"lowest": float("nan")}, "number_bounds", None),
        (K.NUMBER, {"lowest": 10**400}, "number_bounds", None),
        (K.DATE, {"lowest": "2026-02-30"}, "date_bounds", {"lowest": "2026-02-30", "highest": None}),
        (K.DATE, {"lowest": "2026-02-02", "highest": "2026-02-01"}, "date_bounds", None),
        (K.CHOICES, {"most_choices": 4}, "choice_bounds", {"least": 1, "most": 4, "options": 3}),
        (K.CHOICES, {"least_choices": 2, "most_choices": 1}, "choice_bounds", {"least": 2, "most": 1, "options": 3}),
        (K.TEXT, {"longest": 4001}, "length_bounds", {"most": 4000}),
        (K.TEXT, {"longest": 0}, "length_bounds", {"most": 4000}),
        (K.SCALE, {"measure": "happiness"}, "measure_unknown", {"measure": "happiness"}),
        (K.SCALE, {"measure": "isq:speed:perception"}, "measure_unknown", {"measure": "isq:speed:perception"}),
        (K.SCALE, {"measure": "isq"}, "measure_unknown", {"measure": "isq"}),
        (K.SCALE, {"measure": "nps"}, "measure_scale", {"measure": "nps", "bounds": ((0, 10),)}),
        (K.SCALE, {"measure": "ces"}, "measure_scale", {"measure": "ces", "bounds": ((1, 7),)}),
    ],
)
def test_what_its_kind_cannot_be_is_a_problem(
    kind: QuestionKind, more: dict[str, Any], code: str, parameters: dict[str, Any] | None
) -> None:
    found = told(survey(question("it", kind, **more)))
    assert [(problem, name) for problem, name, _ in found] == [(code, "it")]
    if parameters is not None:
        assert found[0][2] == parameters


def asked_after(condition: Any, **more: Any) -> list[tuple[str, str, dict[str, Any]]]:
    return told(
        survey(
            question("score"),
            question("colour", K.CHOICE),
            question("colours", K.CHOICES),
            question("order", K.RANKING),
            question("table", K.MATRIX),
            question("words", K.TEXT),
            question("count", K.NUMBER, lowest=0, highest=10),
            question("day", K.DATE, lowest="2026-01-01"),
            question("it", K.TEXT, shows_if=condition, **more),
        )
    )


@pytest.mark.parametrize(
    ("comparison", "code", "parameters"),
    [
        (compare("nobody", "=", 1), "refers_to_unknown", {"other": "nobody"}),
        (compare("table.price", "=", "red"), "refers_to_unknown", {"other": "table.price"}),
        (compare("score.red", "=", "red"), "refers_to_unknown", {"other": "score.red"}),
        (compare("score.", "=", 1), "refers_to_unknown", {"other": "score."}),
        (compare("it", "answered"), "refers_to_itself", {}),
        (compare("score", "contains", 3), "operator_unfit", {"other": "score", "operator": "contains"}),
        (compare("colour", "<", "red"), "operator_unfit", {"other": "colour", "operator": "<"}),
        (compare("order", "=", "red"), "operator_unfit", {"other": "order", "operator": "="}),
        (compare("table", "=", "red"), "operator_unfit", {"other": "table", "operator": "="}),
        (compare("words", "≥", "b"), "operator_unfit", {"other": "words", "operator": "≥"}),
        (compare("colour", "=", "black"), "value_unfit", {"other": "colour", "value": "black"}),
        (compare("colours", "contains", "black"), "value_unfit", {"other": "colours", "value": "black"}),
        (compare("table.care", "=", "green"), "value_unfit", {"other": "table.care", "value": "green"}),
        (compare("score", "=", "3"), "value_unfit", {"other": "score", "value": "3"}),
        (compare("count", "=", True), "value_unfit", {"other": "count", "value": True}),
        (compare("day", "<", "soon"), "value_unfit", {"other": "day", "value": "soon"}),
        (compare("day", "<", "20260501"), "value_unfit", {"other": "day", "value": "20260501"}),
        (compare("words", "contains", " "), "value_unfit", {"other": "words", "value": " "}),
        (compare("score", "answered", 1), "value_unfit", {"other": "score", "value": 1}),
    ],
)
def test_a_comparison_that_makes_no_sense_is_a_problem(comparison: Any, code: str, parameters: dict[str, Any]) -> None:
    assert asked_after(if_all(comparison)) == [(code, "it", parameters)]


def test_a_condition_has_parts_and_one_level_of_inner_conditions() -> None:
    fine = compare("score", "=", 1)
    assert asked_after(if_all(fine, if_any(fine, fine))) == []
    assert asked_after(if_all()) == [("condition_empty", "it", {})]
    assert asked_after(if_all(fine, if_any())) == [("condition_empty", "it", {})]
    assert asked_after(if_all(fine, if_any(if_all(fine)))) == [("condition_too_deep", "it", {})]
    assert asked_after(if_any(*[fine] * 51)) == [("condition_too_long", "it", {"most": 50})]


def test_a_question_cannot_hang_on_a_later_one() -> None:
    definition = survey(question("first", shows_if=if_all(compare("second", "=", 1))), question("second"))
    assert told(definition) == [("refers_forward", "first", {"other": "second"})]
    definition = survey(question("first", required_if=if_all(compare("second", "=", 1))), question("second"))
    assert told(definition) == [("refers_forward", "first", {"other": "second"})]


def test_logic_that_loops_is_told_with_the_whole_loop() -> None:
    definition = survey(
        question("one", shows_if=if_all(compare("three", "=", 1))),
        question("two", shows_if=if_all(compare("one", "=", 1))),
        question("three", shows_if=if_all(compare("two", "=", 1))),
        question("four", shows_if=if_all(compare("three", "=", 1))),
    )
    loop = {"others": ("one", "two", "three")}
    assert told(definition) == [("loops", "one", loop), ("loops", "two", loop), ("loops", "three", loop)]


@pytest.mark.parametrize(
    "condition",
    [
        if_all(compare("score", ">", 5)),
        if_all(compare("score", "=", 3.5)),
        if_all(compare("score", "=", 1), compare("score", "=", 2)),
        if_all(compare("score", "<", 3), if_any(compare("score", ">", 3), compare("score", "=", 3))),
        if_all(compare("score", "answered", False), compare("score", "=", 1)),
        if_all(compare("colour", "=", "red"), compare("colour", "=", "blue")),
        if_all(compare("colours", "contains", "red"), compare("colours", "lacks", "red")),
        if_all(compare("colours", "=", "red"), compare("colours", "contains", "blue")),
        if_all(compare("table.care", "=", "red"), compare("table.care", "≠", "red")),
        if_all(compare("table.care", "=", "red"), compare("table", "answered", False)),
        if_all(compare("words", "=", "yes"), compare("words", "=", "no")),
        if_all(compare("words", "contains", "yes"), compare("words", "lacks", "YES")),
        if_all(compare("count", "<", 0)),
        if_all(compare("count", ">", 3), compare("count", "≤", 3)),
        if_all(compare("day", "<", "2026-01-01")),
        if_all(compare("day", "≤", "2026-03-01"), compare("day", ">", "2026-03-01")),
    ],
)
def test_a_question_that_no_answers_lead_to_is_told_and_worse_if_it_is_required(condition: Any) -> None:
    assert asked_after(condition) == [("never_shown", "it", {})]
    assert asked_after(condition, is_required=True) == [("required_never_shown", "it", {})]


@pytest.mark.parametrize(
    "condition",
    [
        if_all(compare("score", ">", 4.5)),
        if_all(
            compare("colours", "contains", "red"),
            compare("colours", "contains", "blue"),
            compare("colours", "lacks", "green"),
        ),
        if_all(compare("colour", "≠", "red"), compare("colour", "≠", "blue"), compare("colour", "≠", "green")),
        if_all(compare("table.care", "=", "red"), compare("table.speed", "=", "blue")),
        if_all(
            compare("words", "contains", "yes"), compare("words", "contains", "no"), compare("words", "≠", "yes no")
        ),
        if_all(compare("count", ">", 3), compare("count", "<", 4)),
        if_all(compare("day", "<", "2026-01-02"), compare("day", "≥", "2026-01-01")),
        if_all(compare("order", "answered", True)),
    ],
)
def test_a_narrow_way_to_a_question_is_a_way(condition: Any) -> None:
    assert asked_after(condition, is_required=True) == []


def test_a_required_question_behind_one_that_is_never_shown_is_never_shown_either() -> None:
    definition = survey(
        question("score"),
        question("second", shows_if=if_all(compare("score", ">", 3))),
        question("third", shows_if=if_all(compare("score", "<", 3)), required_if=if_all(compare("second", "=", 1))),
        question("fourth", shows_if=if_all(compare("second", "=", 1), compare("third", "=", 1)), is_required=True),
    )
    assert told(definition) == [("required_never_shown", "fourth", {})]


def test_a_question_for_those_who_left_out_a_required_one_is_never_shown() -> None:
    definition = survey(
        question("score", is_required=True),
        question("why", K.TEXT, shows_if=if_all(compare("score", "answered", False)), is_required=True),
    )
    assert told(definition) == [("required_never_shown", "why", {})]


def test_logic_too_large_to_walk_accuses_nobody_and_stops() -> None:
    asked = [question(f"q{number}", lowest=0, highest=20) for number in range(30)]
    hidden = if_all(*(if_any(compare(f"q{number}", ">", 3), compare("q29", "<", 2)) for number in range(22)))
    never = if_all(*hidden.parts, compare("q29", "=", 2), if_any(compare("q29", "=", 3), compare("q29", "=", 4)))
    assert told(survey(*asked, *(question(f"it{number}", shows_if=never) for number in range(100)))) == []


def test_a_contradiction_about_one_question_is_found_among_any_number() -> None:
    asked = [question(f"q{number}", lowest=0, highest=20) for number in range(30)]
    never = if_all(*(compare(f"q{number}", ">", 3) for number in range(30)), compare("q29", "<", 2))
    assert told(survey(*asked, question("it", shows_if=never))) == [("never_shown", "it", {})]


def test_a_survey_of_a_thousand_questions_is_refused_without_a_walk() -> None:
    asked = [question(f"q{number}", shows_if=if_any(compare("q0", "=", 1))) for number in range(1000)]
    assert problems_of(survey(*asked), ["en"]) == [Problem(P.TOO_MANY_QUESTIONS, parameters={"most": 200})]


@given(surveys())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_hypothesis_makes_is_sound_but_for_languages_and_ways(definition: SurveyDefinition) -> None:
    allowed = {P.LANGUAGE_MISSING, P.NEVER_SHOWN, P.REQUIRED_NEVER_SHOWN}
    assert {problem.code for problem in problems_of(definition, ["en"])} <= allowed


@given(surveys(), st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_no_answers_show_a_question_that_is_told_to_be_never_shown(
    definition: SurveyDefinition, data: st.DataObject
) -> None:
    never = {
        problem.question
        for problem in problems_of(definition, [])
        if problem.code in {P.NEVER_SHOWN, P.REQUIRED_NEVER_SHOWN}
    }
    raw = {question.name: data.draw(_raw(question)) for question in definition.questions}
    checked = checked_answers(definition, raw)
    if not checked.faults:
        assert not never & set(checked.answers)


def _raw(question: Question) -> st.SearchStrategy[Any]:
    keys = [option.key for option in question.options]
    by_kind: dict[QuestionKind, Any] = {
        K.SCALE: st.integers(-12, 31),
        K.CHOICE: st.sampled_from(keys or [""]),
        K.CHOICES: st.lists(st.sampled_from(keys or [""]), unique=True),
        K.MATRIX: st.dictionaries(
            st.sampled_from([row.key for row in question.rows] or [""]), st.sampled_from(keys or [""])
        ),
        K.RANKING: st.permutations(keys),
        K.TEXT: WORDS,
        K.NUMBER: st.integers(-20, 20),
        K.DATE: st.dates().map(str),
    }
    return st.none() | by_kind[question.kind]
