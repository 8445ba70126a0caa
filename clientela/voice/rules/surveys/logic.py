"""Whether the conditions of a survey make sense: earlier questions, fitting values, and a way to each question."""

from collections.abc import Iterable, Mapping
from typing import Final

from clientela.voice.rules.surveys.answering import as_day
from clientela.voice.rules.surveys.definition import (
    MOST_COMPARISONS,
    Comparison,
    Condition,
    Operator,
    Question,
    QuestionKind,
    SurveyDefinition,
    comparisons_of,
)
from clientela.voice.rules.surveys.reaching import is_reachable
from clientela.voice.rules.surveys.shapes import Finding

_EQUAL: Final = frozenset({Operator.IS, Operator.IS_NOT})
_ORDER: Final = frozenset({Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST})
_HOLD: Final = frozenset({Operator.CONTAINS, Operator.LACKS})
_FITTING: Final[Mapping[QuestionKind, frozenset[Operator]]] = {
    QuestionKind.SCALE: _EQUAL | _ORDER,
    QuestionKind.NUMBER: _EQUAL | _ORDER,
    QuestionKind.DATE: _EQUAL | _ORDER,
    QuestionKind.CHOICE: _EQUAL,
    QuestionKind.CHOICES: _EQUAL | _HOLD,
    QuestionKind.MATRIX: _EQUAL,  # of one row
    QuestionKind.RANKING: frozenset(),
    QuestionKind.TEXT: _EQUAL | _HOLD,
}
_DEEPEST: Final = 2
_MOST_STEPS: Final = 6000  # in search of a way to each question of a survey, all together
_FEWEST_STEPS: Final = 30


def logic_findings(definition: SurveyDefinition) -> list[tuple[Question, Finding]]:
    """Every fault of the conditions, by question. Whether a question can be reached is asked of sound ones only."""
    place: dict[str, int] = {}
    for index, question in enumerate(definition.questions):
        place.setdefault(question.name, index)
    by_name = {name: definition.questions[index] for name, index in place.items()}
    loops = _loops(definition, by_name)
    found: list[tuple[Question, Finding]] = []
    for question in definition.questions:
        told = set()
        for finding in _of_conditions(question, by_name, place, loops):
            mark = (finding.code, repr(sorted(finding.parameters.items(), key=lambda item: item[0])))
            if mark not in told:
                told.add(mark)
                found.append((question, finding))
    faulty = {question.name for question, _finding in found}
    if len(place) == len(definition.questions):
        found += _unreachable(definition, by_name, faulty)
    return found


def _of_conditions(
    question: Question, by_name: Mapping[str, Question], place: Mapping[str, int], loops: Mapping[str, tuple[str, ...]]
) -> Iterable[Finding]:
    for condition in (question.shows_if, question.required_if):
        if condition is None:
            continue
        yield from _of_form(condition)
        for comparison in comparisons_of(condition):
            name = comparison.question.partition(".")[0]
            other = by_name.get(name)
            if other is None or not _has_row(other, comparison):
                yield Finding("refers_to_unknown", {"other": comparison.question})
            elif name == question.name:
                yield Finding("refers_to_itself", {})
            elif question.name in loops and name in loops[question.name]:
                yield Finding("loops", {"others": loops[question.name]})
            elif place[name] > place[question.name]:
                yield Finding("refers_forward", {"other": name})
            else:
                yield from _of_value(other, comparison)


def _of_form(condition: Condition) -> Iterable[Finding]:
    if len(comparisons_of(condition)) > MOST_COMPARISONS:
        yield Finding("condition_too_long", {"most": MOST_COMPARISONS})
    if _depth(condition) > _DEEPEST:
        yield Finding("condition_too_deep", {})
    if _is_empty(condition):
        yield Finding("condition_empty", {})


def _depth(condition: Condition) -> int:
    return 1 + max((_depth(part) for part in condition.parts if isinstance(part, Condition)), default=0)


def _is_empty(condition: Condition) -> bool:
    return not condition.parts or any(_is_empty(part) for part in condition.parts if isinstance(part, Condition))


def _has_row(other: Question, comparison: Comparison) -> bool:
    """A matrix is compared by its rows, or asked as a whole whether it was answered; nothing else has rows."""
    row = comparison.question.partition(".")[2]
    if not row:
        return "." not in comparison.question
    return other.kind is QuestionKind.MATRIX and row in {each.key for each in other.rows}


def _of_value(other: Question, comparison: Comparison) -> Iterable[Finding]:
    if comparison.operator is Operator.ANSWERED:
        if not isinstance(comparison.value, bool):
            yield Finding("value_unfit", {"other": comparison.question, "value": comparison.value})
        return
    is_whole_matrix = other.kind is QuestionKind.MATRIX and "." not in comparison.question
    if comparison.operator not in _FITTING[other.kind] or is_whole_matrix:
        yield Finding("operator_unfit", {"other": comparison.question, "operator": comparison.operator.value})
    elif not _is_possible(other, comparison.value):
        yield Finding("value_unfit", {"other": comparison.question, "value": comparison.value})


def _is_possible(other: Question, value: object) -> bool:
    if other.kind is QuestionKind.SCALE:
        # Half a score is no answer, but a fair bound: "more than 3.5".
        return _is_number(value)
    if other.kind is QuestionKind.NUMBER:
        return _is_number(value)
    if other.kind is QuestionKind.DATE:
        return as_day(value) is not None and isinstance(value, str) and len(value) == len("2026-05-01")
    if other.kind is QuestionKind.TEXT:
        return isinstance(value, str) and bool(value.strip())
    return value in {option.key for option in other.options}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _loops(definition: SurveyDefinition, by_name: Mapping[str, Question]) -> dict[str, tuple[str, ...]]:
    """The names of each loop of more than one question, in the order of asking, for every question on it."""
    reached = {
        question.name: _reached_from(question, by_name) for question in definition.questions if question.name in by_name
    }
    loops = {}
    for name, others in reached.items():
        mates = tuple(other for other in reached if other in others and name in reached[other] and other != name)
        if mates:
            members = {name, *mates}
            loops[name] = tuple(each for each in by_name if each in members)
    return loops


def _reached_from(question: Question, by_name: Mapping[str, Question]) -> set[str]:
    reached: set[str] = set()
    waiting = [question]
    while waiting:
        each = waiting.pop()
        for comparison in (*comparisons_of(each.shows_if), *comparisons_of(each.required_if)):
            name = comparison.question.partition(".")[0]
            if name in by_name and name not in reached:
                reached.add(name)
                waiting.append(by_name[name])
    return reached


def _unreachable(
    definition: SurveyDefinition, by_name: Mapping[str, Question], faulty: set[str]
) -> list[tuple[Question, Finding]]:
    found = []
    conditional = sum(1 for question in definition.questions if question.shows_if is not None)
    most_steps = max(_MOST_STEPS // max(conditional, 1), _FEWEST_STEPS)
    for question in definition.questions:
        hangs_on = _reached_from(question, by_name) | {question.name}
        if question.shows_if is None or hangs_on & faulty or is_reachable(definition, question, most_steps=most_steps):
            continue
        code = "required_never_shown" if question.is_required else "never_shown"
        found.append((question, Finding(code, {})))
    return found
