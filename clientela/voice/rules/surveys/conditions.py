"""Whether a condition holds, given the answers so far. A question that is not asked has no answer."""

from collections.abc import Callable, Mapping
from typing import Any

from clientela.voice.rules.surveys.definition import Comparison, Condition, Join, Operator, Question, SurveyDefinition


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Whether it holds for answers in the form in which they are kept. No condition always holds, an empty one too.

    Of an empty "any" nothing holds.
    """
    if condition is None:
        return True
    told = (
        _compares(part, answers) if isinstance(part, Comparison) else holds(part, answers) for part in condition.parts
    )
    return all(told) if condition.join is Join.ALL else any(told)


def answer_to(reference: str, answers: Mapping[str, Any]) -> Any:
    """The answer to a question, or to a row of a matrix ("matrix.row"); None if there is none."""
    name, _dot, row = reference.partition(".")
    answer = answers.get(name)
    if row:
        answer = answer.get(row) if isinstance(answer, Mapping) else None
    return None if answer in ("", [], {}) else answer


def visible_questions(definition: SurveyDefinition, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions that these answers (as they are kept) lead to, in their order.

    An answer to a question that is hidden does not count, so what hangs on it is hidden too.
    """
    counted: dict[str, Any] = {}
    seen = []
    for question in definition.questions:
        if holds(question.shows_if, counted):
            seen.append(question)
            if question.name in answers:
                counted[question.name] = answers[question.name]
    return tuple(seen)


def _compares(comparison: Comparison, answers: Mapping[str, Any]) -> bool:
    answer, value = answer_to(comparison.question, answers), comparison.value
    if comparison.operator is Operator.ANSWERED:
        return (answer is not None) is bool(value)
    if comparison.operator is Operator.IS_NOT:
        return not _is(answer, value)
    if comparison.operator is Operator.LACKS:
        return not _contains(answer, value)
    return answer is not None and _COMPARES[comparison.operator](answer, value)


def _is(answer: Any, value: Any) -> bool:
    if isinstance(answer, str) and isinstance(value, str):
        return answer.casefold() == value.casefold()
    if isinstance(answer, list):
        return answer == [value]
    return _is_number(answer) and _is_number(value) and answer == value


def _contains(answer: Any, value: Any) -> bool:
    if isinstance(answer, list):
        return value in answer
    return isinstance(answer, str) and isinstance(value, str) and value.casefold() in answer.casefold()


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Only like with like is ordered: numbers with numbers, ISO days with ISO days."""

    def compared(answer: Any, value: Any) -> bool:
        are_alike = (_is_number(answer) and _is_number(value)) or (isinstance(answer, str) and isinstance(value, str))
        return are_alike and compare(answer, value)

    return compared


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_COMPARES: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: _is,
    Operator.CONTAINS: _contains,
    Operator.LESS: _ordered(lambda answer, value: bool(answer < value)),
    Operator.AT_MOST: _ordered(lambda answer, value: bool(answer <= value)),
    Operator.MORE: _ordered(lambda answer, value: bool(answer > value)),
    Operator.AT_LEAST: _ordered(lambda answer, value: bool(answer >= value)),
}
