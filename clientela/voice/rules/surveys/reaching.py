"""Whether any answers at all lead to a question.

The questions on which it hangs, directly and through others, are given answers that stand for all they could have: for
a number each bound and each value it is compared with, and one between and beyond them. Each such course is walked
until one shows the question. Where there are too many to walk, the question counts as reachable: nobody is accused of
a fault that was not found.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any, Final

from clientela.voice.rules.surveys.answering import Fault, as_day, checked_answer
from clientela.voice.rules.surveys.conditions import holds
from clientela.voice.rules.surveys.definition import (
    Comparison,
    Condition,
    Join,
    Operator,
    Question,
    QuestionKind,
    SurveyDefinition,
    comparisons_of,
)

_MOST_COMBINED: Final = 5  # values of one question of which every combination is tried
_MOST_STANDING: Final = 64


class _TooManyError(Exception):
    """The courses are too many to walk."""


def is_reachable(definition: SurveyDefinition, target: Question, *, most_steps: int) -> bool:
    """Whether some finished set of answers shows `target`. Its logic must be sound: only earlier, known questions.

    A contradiction about one and the same question is always found, others within so many steps.
    """
    asked = _asked_before(definition, target)
    compared: dict[str, list[Comparison]] = {question.name: [] for question in asked}
    for question in (*asked, target):
        for comparison in (*comparisons_of(question.shows_if), *comparisons_of(question.required_if)):
            compared.get(comparison.question.partition(".")[0], []).append(comparison)
    try:
        standing = {question.name: _standing(question, compared[question.name]) for question in asked}
        return not _contradicts_itself(target.shows_if, standing) and _reaches(asked, target, standing, most_steps)
    except _TooManyError:
        return True


def _asked_before(definition: SurveyDefinition, target: Question) -> list[Question]:
    by_name = {question.name: question for question in definition.questions}
    wanted: set[str] = set()
    waiting = [target]
    while waiting:
        question = waiting.pop()
        for comparison in comparisons_of(question.shows_if):
            name = comparison.question.partition(".")[0]
            if name not in wanted and name in by_name:
                wanted.add(name)
                waiting.append(by_name[name])
    return [question for question in definition.questions if question.name in wanted]


def _contradicts_itself(condition: Condition | None, standing: Mapping[str, Sequence[Any]]) -> bool:
    """Whether all that it asks at once of one question is more than any answer can give."""
    if condition is None or condition.join is not Join.ALL:
        return False
    asked: dict[str, list[Comparison]] = {}
    for part in condition.parts:
        if isinstance(part, Comparison):
            asked.setdefault(part.question.partition(".")[0], []).append(part)
    return not all(
        any(holds(Condition(Join.ALL, tuple(wanted)), {name: answer}) for answer in (None, *standing[name]))
        for name, wanted in asked.items()
    )


def _reaches(
    asked: Sequence[Question], target: Question, standing: Mapping[str, Sequence[Any]], most_steps: int
) -> bool:
    courses: list[tuple[int, dict[str, Any]]] = [(0, {})]
    steps = 0
    while courses:
        steps += 1
        if steps > most_steps:
            raise _TooManyError
        at, answers = courses.pop()
        # A condition that is settled against the target ends the course early.
        if not _may_hold(target.shows_if, answers, {question.name for question in asked[at:]}):
            continue
        if at == len(asked):
            return True
        question = asked[at]
        if not holds(question.shows_if, answers):
            courses.append((at + 1, answers))
            continue
        must = question.is_required or (question.required_if is not None and holds(question.required_if, answers))
        if not must:
            courses.append((at + 1, answers))
        courses += [(at + 1, {**answers, question.name: value}) for value in standing[question.name]]
    return False


def _may_hold(condition: Condition | None, answers: Mapping[str, Any], open_names: set[str]) -> bool:
    """Whether the condition holds, or could once the questions of `open_names` are answered."""
    if condition is None:
        return True
    told = [
        part.question.partition(".")[0] in open_names or holds(Condition(condition.join, (part,)), answers)
        if isinstance(part, Comparison)
        else _may_hold(part, answers, open_names)
        for part in condition.parts
    ]
    return all(told) if condition.join is Join.ALL else any(told)


def _standing(question: Question, compared: Sequence[Comparison]) -> list[Any]:
    """Answers that stand for all the question could have, as far as these comparisons can tell them apart."""
    values = {comparison.value for comparison in compared if comparison.operator is not Operator.ANSWERED}
    if question.kind is QuestionKind.MATRIX:
        found: list[Any] = _matrices(question, compared)
    else:
        found = _SAMPLES[question.kind](question, values)
    if len(found) > _MOST_STANDING:
        raise _TooManyError
    checked = [checked_answer(question, each) for each in found]
    return [each for each in checked if each is not None and not isinstance(each, Fault)]


def _scores(question: Question, _values: set[Any]) -> list[Any]:
    if isinstance(question.lowest, int) and isinstance(question.highest, int):
        return list(range(question.lowest, min(question.highest, question.lowest + _MOST_STANDING) + 1))
    return []


def _keys(question: Question, values: set[Any]) -> list[Any]:
    other = [option.key for option in question.options if option.key not in values][:1]
    return [option.key for option in question.options if option.key in values] + other


def _sets_of_keys(question: Question, values: set[Any]) -> list[Any]:
    named = [option.key for option in question.options if option.key in values]
    others = [option.key for option in question.options if option.key not in values]
    least = question.least_choices or 1
    if len(named) > _MOST_COMBINED:
        raise _TooManyError
    sets = [list(chosen) for size in range(len(named) + 1) for chosen in combinations(named, size)]
    # Beside each set of named ones: none of the others, one, and as many as are needed.
    counts = {0, 1, *(max(least - len(chosen), 0) for chosen in sets)}
    return [chosen + others[:count] for chosen in sets for count in sorted(counts) if chosen or count]


def _orders(question: Question, _values: set[Any]) -> list[Any]:
    return [[option.key for option in question.options]]


def _matrices(question: Question, compared: Sequence[Comparison]) -> list[Any]:
    rows = sorted({comparison.question.partition(".")[2] for comparison in compared} - {""})
    named = {comparison.value for comparison in compared if comparison.operator is not Operator.ANSWERED}
    columns = _keys(question, named)
    filler = {row.key: question.options[0].key for row in question.rows} if question.options else {}
    found: list[dict[str, str]] = [{key: column for key, column in filler.items() if key not in rows}]
    for row in rows:
        left = [] if question.is_required else [None]
        found = [
            {**chosen, row: column} if column is not None else chosen
            for chosen in found
            for column in [*left, *columns]
        ]
        if len(found) > _MOST_STANDING:
            raise _TooManyError
    return [chosen for chosen in found if chosen]


def _texts(_question: Question, values: set[Any]) -> list[Any]:
    pieces = sorted(str(value) for value in values)
    if len(pieces) > _MOST_COMBINED:
        raise _TooManyError
    together = [" ".join(chosen) for size in range(1, len(pieces) + 1) for chosen in combinations(pieces, size)]
    # Answers are ordered as texts too, and an e-mail address must look like one.
    around = [text for piece in pieces for text in (piece + "~", piece[:-1])]
    return ["~", "!", "a@b.cd", *together, *around, *(f"{piece}@b.cd" for piece in pieces)]


def _numbers(question: Question, values: set[Any]) -> list[Any]:
    bounds = [bound for bound in (question.lowest, question.highest) if isinstance(bound, int | float)]
    marks = sorted({float(mark) for mark in (*values, *bounds) if isinstance(mark, int | float)} | {0.0})
    between = [(one + other) / 2 for one, other in pairwise(marks)]
    return [*marks, *between, *(float(int(each)) for each in between), marks[0] - 1, marks[-1] + 1]


def _days(question: Question, values: set[Any]) -> list[Any]:
    marks = {day for mark in (*values, question.lowest, question.highest) if (day := as_day(mark)) is not None}
    around = {
        day + timedelta(days=step) for day in marks or {date(2000, 1, 1)} for step in (-1, 0, 1) if _is_inner(day)
    }
    return [day.isoformat() for day in sorted(marks | around)]


def _is_inner(day: date) -> bool:
    return date.min < day < date.max


_SAMPLES = {
    QuestionKind.SCALE: _scores,
    QuestionKind.CHOICE: _keys,
    QuestionKind.CHOICES: _sets_of_keys,
    QuestionKind.RANKING: _orders,
    QuestionKind.TEXT: _texts,
    QuestionKind.NUMBER: _numbers,
    QuestionKind.DATE: _days,
}
