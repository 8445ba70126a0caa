"""What is an answer, what is not, and which questions a person sees."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientela.voice.rules.surveys import (
    Fault,
    FaultCode,
    QuestionKind,
    SurveyDefinition,
    checked_answers,
    visible_questions,
)
from tests.rules.voice.surveys.making import K, compare, if_all, if_any, question, survey, surveys

F = FaultCode


@pytest.mark.parametrize(
    ("kind", "more", "given", "fault"),
    [
        (K.SCALE, {}, "0", Fault(F.NOT_A_SCORE, {"lowest": 1, "highest": 5})),
        (K.SCALE, {}, 6, Fault(F.NOT_A_SCORE, {"lowest": 1, "highest": 5})),
        (K.SCALE, {}, "4.5", Fault(F.NOT_A_SCORE, {"lowest": 1, "highest": 5})),
        (K.SCALE, {}, True, Fault(F.NOT_A_SCORE, {"lowest": 1, "highest": 5})),
        (K.SCALE, {}, {"a": 1}, Fault(F.NOT_A_SCORE, {"lowest": 1, "highest": 5})),
        (K.CHOICE, {}, "black", Fault(F.NOT_AN_OPTION)),
        (K.CHOICE, {}, ["red", "blue"], Fault(F.NOT_AN_OPTION)),
        (K.CHOICE, {}, {"red": 1}, Fault(F.NOT_AN_OPTION)),
        (K.CHOICES, {}, ["red", "black"], Fault(F.NOT_AN_OPTION)),
        (K.CHOICES, {}, ["red", ["blue"]], Fault(F.NOT_AN_OPTION)),
        (K.CHOICES, {"least_choices": 2}, ["red"], Fault(F.TOO_FEW, {"least": 2})),
        (K.CHOICES, {"most_choices": 1}, ["red", "blue"], Fault(F.TOO_MANY, {"most": 1})),
        (K.MATRIX, {}, {"price": "red"}, Fault(F.NOT_AN_OPTION)),
        (K.MATRIX, {}, {"care": "green"}, Fault(F.NOT_AN_OPTION)),
        (K.MATRIX, {}, {"care": ["red"]}, Fault(F.NOT_AN_OPTION)),
        (K.MATRIX, {}, "red", Fault(F.NOT_AN_OPTION)),
        (K.RANKING, {}, ["red", "blue"], Fault(F.NOT_A_RANKING)),
        (K.RANKING, {}, ["red", "blue", "blue"], Fault(F.NOT_A_RANKING)),
        (K.RANKING, {}, ["red", "blue", "green", "red"], Fault(F.NOT_A_RANKING)),
        (K.RANKING, {}, "red", Fault(F.NOT_A_RANKING)),
        (K.TEXT, {}, "x" * 4001, Fault(F.TOO_LONG, {"most": 4000})),
        (K.TEXT, {}, "x" * 1_000_000, Fault(F.TOO_LONG, {"most": 4000})),
        (K.TEXT, {"longest": 3}, "four", Fault(F.TOO_LONG, {"most": 3})),
        (K.TEXT, {}, 7, Fault(F.NOT_A_TEXT)),
        (K.TEXT, {"is_email": True}, "zofia at example", Fault(F.NOT_AN_EMAIL)),
        (K.NUMBER, {}, "twelve", Fault(F.NOT_A_NUMBER)),
        (K.NUMBER, {}, "NaN", Fault(F.NOT_A_NUMBER)),
        (K.NUMBER, {}, "1e400", Fault(F.NOT_A_NUMBER)),
        (K.NUMBER, {}, "1_000", Fault(F.NOT_A_NUMBER)),
        (K.NUMBER, {}, 10**400, Fault(F.NOT_A_NUMBER)),
        (K.NUMBER, {}, "9" * 5000, Fault(F.NOT_A_NUMBER)),
        (K.NUMBER, {"is_whole": True}, "1,5", Fault(F.NOT_WHOLE)),
        (K.NUMBER, {"lowest": 1}, "0.99", Fault(F.TOO_LOW, {"lowest": 1})),
        (K.NUMBER, {"highest": 3}, 3.01, Fault(F.TOO_HIGH, {"highest": 3})),
        (K.DATE, {}, "2026-02-29", Fault(F.NOT_A_DATE)),
        (K.DATE, {}, 20260501, Fault(F.NOT_A_DATE)),
        (K.DATE, {"lowest": "2026-05-01"}, "2026-04-30", Fault(F.TOO_EARLY, {"lowest": "2026-05-01"})),
        (K.DATE, {"highest": "2026-05-01"}, "2026-05-02", Fault(F.TOO_LATE, {"highest": "2026-05-01"})),
    ],
)
def test_what_is_no_answer_is_told_and_not_kept(
    kind: QuestionKind, more: dict[str, Any], given: Any, fault: Fault
) -> None:
    checked = checked_answers(survey(question("it", kind, **more)), {"it": given})
    assert (checked.answers, checked.faults) == ({}, {"it": fault})


@pytest.mark.parametrize(
    ("kind", "more", "given", "kept"),
    [
        (K.SCALE, {}, "4", 4),
        (K.SCALE, {"lowest": 0}, 0, 0),
        (K.SCALE, {}, 4.0, 4),
        (K.CHOICE, {}, "blue", "blue"),
        (K.CHOICE, {}, ["blue"], "blue"),
        (K.CHOICES, {}, ["green", "red", "red"], ["red", "green"]),
        (K.CHOICES, {}, "green", ["green"]),
        (K.MATRIX, {}, {"care": "red", "speed": ""}, {"care": "red"}),
        (K.MATRIX, {}, {"care": "red", "speed": "blue"}, {"speed": "blue", "care": "red"}),
        (K.RANKING, {}, ["green", "red", "blue"], ["green", "red", "blue"]),
        (K.TEXT, {}, "  Pralka\x00 nie działa\r\n\ud800 ", "Pralka nie działa"),
        (K.TEXT, {}, "x" * 4000, "x" * 4000),
        (K.TEXT, {}, "🙂🙂", "🙂🙂"),
        (K.TEXT, {"is_email": True}, "zofia@example.test", "zofia@example.test"),
        (K.NUMBER, {}, "1 200,50", 1200.5),
        (K.NUMBER, {}, "12,0", 12),
        (K.NUMBER, {"is_whole": True}, "-3", -3),
        (K.DATE, {}, "2028-02-29", "2028-02-29"),
    ],
)
def test_an_answer_is_kept_in_one_form(kind: QuestionKind, more: dict[str, Any], given: Any, kept: Any) -> None:
    checked = checked_answers(survey(question("it", kind, **more)), {"it": given})
    assert (checked.answers, checked.faults) == ({"it": kept}, {})


@pytest.mark.parametrize("given", [None, "", "  ", "\x00", [], {}, ()])
@pytest.mark.parametrize("kind", list(QuestionKind))
def test_nothing_given_is_no_answer_and_missing_only_where_it_is_required(kind: QuestionKind, given: Any) -> None:
    checked = checked_answers(survey(question("it", kind)), {"it": given})
    assert (checked.answers, checked.faults) == ({}, {})
    required = survey(question("it", kind, is_required=True))
    assert checked_answers(required, {"it": given}).faults == {"it": Fault(F.MISSING)}
    assert checked_answers(required, {"it": given}, is_final=False).faults == {}


def test_every_row_of_a_required_matrix_wants_an_answer() -> None:
    definition = survey(question("it", K.MATRIX, is_required=True))
    checked = checked_answers(definition, {"it": {"care": "red"}})
    assert (checked.answers, checked.faults) == ({}, {"it": Fault(F.ROWS_MISSING, {"rows": ["speed"]})})
    as_you_go = checked_answers(definition, {"it": {"care": "red"}}, is_final=False)
    assert (as_you_go.answers, as_you_go.faults) == ({"it": {"care": "red"}}, {})


def test_a_plain_form_gives_a_matrix_by_its_rows_and_a_ranking_by_places() -> None:
    definition = survey(question("table", K.MATRIX), question("order", K.RANKING))
    raw = {"table.care": "red", "table.speed": "", "order.red": "2", "order.blue": "3", "order.green": "1"}
    checked = checked_answers(definition, raw)
    assert (checked.answers, checked.faults) == ({"table": {"care": "red"}, "order": ["green", "red", "blue"]}, {})
    for places in ({"order.red": "1"}, {"order.red": "1", "order.blue": "1", "order.green": "2"}, {"order.red": "x"}):
        assert checked_answers(definition, places).faults == {"order": Fault(F.NOT_A_RANKING)}


def test_a_question_the_survey_does_not_have_is_refused_and_a_million_are_not_told_one_by_one() -> None:
    definition = survey(question("it"), question("table", K.MATRIX))
    checked = checked_answers(definition, {"it": 3, "admin": "1", "it.red": "1", "table.price": "red"})
    unknown = Fault(F.NOT_ASKED)
    assert checked.answers == {"it": 3}
    assert checked.faults == {"admin": unknown, "it.red": unknown, "table.price": unknown}
    many = checked_answers(definition, {f"{'x' * 500}{number}": 1 for number in range(5000)})
    assert len(many.faults) <= 100
    assert all(len(name) <= 100 for name in many.faults)


BRANCHING = survey(
    question("score", is_required=True),
    question("why", K.TEXT, is_required=True, shows_if=if_all(compare("score", "≤", 2))),
    question("whom", K.CHOICE, shows_if=if_all(compare("why", "contains", "PERSON"))),
    question("praise", K.TEXT, shows_if=if_any(compare("score", "=", 5), compare("whom", "=", "red"))),
    question("detail", K.TEXT, required_if=if_all(compare("score", "=", 1))),
)


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ({}, ["score", "detail"]),
        ({"score": 3}, ["score", "detail"]),
        ({"score": 2}, ["score", "why", "detail"]),
        ({"score": 2, "why": "a rude person"}, ["score", "why", "whom", "detail"]),
        ({"score": 2, "why": "a rude person", "whom": "red"}, ["score", "why", "whom", "praise", "detail"]),
        # What was answered before the score was changed does not count.
        ({"score": 4, "why": "a rude person", "whom": "red"}, ["score", "detail"]),
    ],
)
def test_a_person_sees_the_questions_their_answers_lead_to(answers: dict[str, Any], seen: list[str]) -> None:
    assert [question.name for question in visible_questions(BRANCHING, answers)] == seen


def test_answers_to_hidden_questions_are_dropped_and_not_required() -> None:
    checked = checked_answers(BRANCHING, {"score": "4", "why": "a rude person", "whom": "black"})
    assert (checked.answers, checked.faults) == ({"score": 4}, {})
    checked = checked_answers(BRANCHING, {"score": "1"})
    assert checked.faults == {"why": Fault(F.MISSING), "detail": Fault(F.MISSING)}


@pytest.mark.parametrize(
    ("operator", "value", "holding"),
    [
        ("=", 3, {3}),
        ("≠", 3, {None, 1, 2, 4, 5}),
        ("<", 3, {1, 2}),
        ("≤", 3, {1, 2, 3}),
        (">", 3, {4, 5}),
        ("≥", 3, {3, 4, 5}),
        ("answered", True, {1, 2, 3, 4, 5}),
        ("answered", False, {None}),
    ],
)
def test_an_operator_compares_as_it_says(operator: str, value: Any, holding: set[int | None]) -> None:
    definition = survey(question("score"), question("it", shows_if=if_all(compare("score", operator, value))))
    shown = {score for score in (None, 1, 2, 3, 4, 5) if len(visible_questions(definition, {"score": score})) == 2}
    assert shown == holding


def test_days_are_compared_as_days_and_texts_in_any_case() -> None:
    definition = survey(
        question("day", K.DATE),
        question("words", K.TEXT),
        question("late", shows_if=if_all(compare("day", ">", "2026-09-30"))),
        question("thanks", shows_if=if_all(compare("words", "contains", "DZIĘKUJĘ"))),
        question("other", shows_if=if_all(compare("words", "lacks", "dziękuję"))),
    )

    def names(**answers: Any) -> list[str]:
        return [each.name for each in visible_questions(definition, answers)][2:]

    assert names(day="2026-10-01", words="Bardzo dziękuję!") == ["late", "thanks"]
    assert names(day="2026-09-30", words="Nic") == ["other"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(surveys(), st.dictionaries(st.sampled_from([f"q{number}" for number in range(7)]), ANYTHING))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_whatever_is_sent_is_kept_or_told_and_what_is_kept_is_accepted_again(
    definition: SurveyDefinition, raw: dict[str, Any]
) -> None:
    checked = checked_answers(definition, raw, is_final=False)
    assert not set(checked.answers) & set(checked.faults)
    again = checked_answers(definition, checked.answers, is_final=False)
    assert (again.answers, again.faults) == (checked.answers, {})
    seen = {question.name for question in visible_questions(definition, checked.answers)}
    assert set(checked.answers) <= seen
