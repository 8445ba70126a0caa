"""Whether what was given is an answer, question by question, and the one form in which each is kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from clientela.voice.rules.surveys.conditions import holds
from clientela.voice.rules.surveys.definition import Question, QuestionKind, SurveyDefinition

LARGEST_NUMBER: Final = 1e15
_LONGEST_NUMBER: Final = 40  # characters
_MOST_TOLD: Final = 100  # names that we do not know: a stranger may send a million
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_SPACES_IN_NUMBERS = re.compile(r"[\s\u00a0\u202f]")
_WHOLE = re.compile(r"[+-]?\d+")
# What a database text cannot hold: NUL, and half of a pair that stands alone.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class FaultCode(StrEnum):
    """Why something is no answer. The words for each are the door's. In brackets what `parameters` says."""

    MISSING = "missing"
    ROWS_MISSING = "rows_missing"  # (rows: the keys of the rows without an answer)
    NOT_A_SCORE = "not_a_score"  # (lowest, highest)
    NOT_AN_OPTION = "not_an_option"
    TOO_FEW = "too_few"  # (least)
    TOO_MANY = "too_many"  # (most)
    NOT_A_RANKING = "not_a_ranking"  # each option once, every one
    TOO_LONG = "too_long"  # (most, in characters)
    NOT_A_TEXT = "not_a_text"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    TOO_LOW = "too_low"  # (lowest)
    TOO_HIGH = "too_high"  # (highest)
    NOT_A_DATE = "not_a_date"
    TOO_EARLY = "too_early"  # (lowest)
    TOO_LATE = "too_late"  # (highest)
    NOT_ASKED = "not_asked"  # the survey has no such question


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to one question."""

    code: FaultCode
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedAnswers:
    """The answers as they are kept, by question, and what is wrong with the others."""

    answers: dict[str, Any]
    faults: dict[str, Fault]


def checked_answers(definition: SurveyDefinition, raw: Mapping[str, Any], *, is_final: bool = True) -> CheckedAnswers:
    """Check answers as a form or a program gives them. Not final (saved as you go): nothing is missing yet.

    A form's strings are read ("4", "12,5"); a matrix may come as {"m": {"row": "column"}} or {"m.row": "column"}, a
    ranking as a list of keys or as places {"r.key": "1"}. Answers to questions that the others hide are dropped; names
    that the survey does not know are faults.
    """
    kept: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for question in definition.questions:
        if not holds(question.shows_if, kept):
            continue
        is_required = is_final and (
            question.is_required or (question.required_if is not None and holds(question.required_if, kept))
        )
        answer = _checked(question, _given(question, raw), is_required=is_required)
        if isinstance(answer, Fault):
            faults[question.name] = answer
        elif answer is not None:
            kept[question.name] = answer
    return CheckedAnswers(kept, faults | _not_asked(definition, raw))


def checked_answer(question: Question, given: Any) -> Any | Fault:
    """One answer in the form in which it is kept, None if there is none, or what is wrong with it."""
    return None if _is_empty(given) else _CHECKS[question.kind](question, given)


def _checked(question: Question, given: Any, *, is_required: bool) -> Any | Fault:
    answer = checked_answer(question, given)
    if not is_required or isinstance(answer, Fault):
        return answer
    if answer is None:
        return Fault(FaultCode.MISSING)
    if question.kind is QuestionKind.MATRIX and len(answer) < len(question.rows):
        return Fault(FaultCode.ROWS_MISSING, {"rows": [row.key for row in question.rows if row.key not in answer]})
    return answer


def _not_asked(definition: SurveyDefinition, raw: Mapping[str, Any]) -> dict[str, Fault]:
    known = set()
    for question in definition.questions:
        known.add(question.name)
        if question.kind is QuestionKind.MATRIX:
            known.update(f"{question.name}.{row.key}" for row in question.rows)
        if question.kind is QuestionKind.RANKING:
            known.update(f"{question.name}.{option.key}" for option in question.options)
    unknown = [str(name)[:_MOST_TOLD] for name in raw if name not in known]
    return {name: Fault(FaultCode.NOT_ASKED) for name in unknown[:_MOST_TOLD]}


def _given(question: Question, raw: Mapping[str, Any]) -> Any:
    """What was given for the question, with the parts of a matrix or of a ranking put together."""
    given = raw.get(question.name)
    if given is not None or question.kind not in {QuestionKind.MATRIX, QuestionKind.RANKING}:
        return given
    keys = question.rows if question.kind is QuestionKind.MATRIX else question.options
    parts = {key.key: raw[f"{question.name}.{key.key}"] for key in keys if f"{question.name}.{key.key}" in raw}
    parts = {key: part for key, part in parts.items() if not _is_empty(part)}
    if question.kind is QuestionKind.MATRIX or not parts:
        return parts
    places = {key: _as_number(part) for key, part in parts.items()}
    if sorted(place for place in places.values() if place is not None) != list(range(1, len(keys) + 1)):
        return parts  # two on one place, or one without: no ranking
    return sorted(places, key=lambda key: places[key] or 0)


def _is_empty(given: Any) -> bool:
    return given is None or given in ([], (), {}) or (isinstance(given, str) and not _as_text(given))


def _as_text(given: str) -> str:
    return _UNSTORABLE.sub("", given).replace("\r\n", "\n").replace("\r", "\n").strip()


def _as_number(given: Any) -> int | float | None:
    """A number as typed ("1 200,5") or as it is; None if it is none, or too large to be meant."""
    if isinstance(given, str):
        written = _SPACES_IN_NUMBERS.sub("", given).replace(",", ".")
        if len(written) > _LONGEST_NUMBER or "_" in written:
            return None
        try:
            given = int(written) if _WHOLE.fullmatch(written) else float(written)
        except ValueError:
            return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    if not abs(given) <= LARGEST_NUMBER:  # which NaN is not either
        return None
    return int(given) if given == int(given) else float(given)


def _scale(question: Question, given: Any) -> int | Fault:
    score = _as_number(given)
    lowest, highest = _as_number(question.lowest), _as_number(question.highest)
    if isinstance(score, int) and lowest is not None and highest is not None and lowest <= score <= highest:
        return score
    return Fault(FaultCode.NOT_A_SCORE, {"lowest": lowest, "highest": highest})


def _choice(question: Question, given: Any) -> str | Fault:
    known = {option.key for option in question.options}
    answer = given[0] if isinstance(given, list | tuple) and len(given) == 1 else given
    return answer if isinstance(answer, str) and answer in known else Fault(FaultCode.NOT_AN_OPTION)


def _choices(question: Question, given: Any) -> list[str] | Fault:
    chosen = [given] if isinstance(given, str) else given
    known = {option.key for option in question.options}
    if not isinstance(chosen, list | tuple) or not _are_keys(chosen, known):
        return Fault(FaultCode.NOT_AN_OPTION)
    answer = [option.key for option in question.options if option.key in set(chosen)]
    if question.least_choices is not None and len(answer) < question.least_choices:
        return Fault(FaultCode.TOO_FEW, {"least": question.least_choices})
    if question.most_choices is not None and len(answer) > question.most_choices:
        return Fault(FaultCode.TOO_MANY, {"most": question.most_choices})
    return answer


def _matrix(question: Question, given: Any) -> dict[str, str] | Fault | None:
    rows, columns = {row.key for row in question.rows}, {option.key for option in question.options}
    if not isinstance(given, Mapping) or not _are_keys(list(given), rows):
        return Fault(FaultCode.NOT_AN_OPTION)
    chosen = {row: column for row, column in given.items() if not _is_empty(column)}
    if not _are_keys(list(chosen.values()), columns):
        return Fault(FaultCode.NOT_AN_OPTION)
    return {row.key: chosen[row.key] for row in question.rows if row.key in chosen} or None


def _ranking(question: Question, given: Any) -> list[str] | Fault:
    known = {option.key for option in question.options}
    if not isinstance(given, list | tuple) or not _are_keys(given, known):
        return Fault(FaultCode.NOT_A_RANKING)
    is_whole = len(given) == len(known) == len(set(given))
    return list(given) if is_whole else Fault(FaultCode.NOT_A_RANKING)


def _are_keys(given: Sequence[Any], known: set[str]) -> bool:
    return all(isinstance(key, str) and key in known for key in given)


def _text(question: Question, given: Any) -> str | Fault:
    if not isinstance(given, str):
        return Fault(FaultCode.NOT_A_TEXT)
    answer = _as_text(given)
    if len(answer) > question.longest_answer:
        return Fault(FaultCode.TOO_LONG, {"most": question.longest_answer})
    if question.is_email and not _EMAIL.fullmatch(answer):
        return Fault(FaultCode.NOT_AN_EMAIL)
    return answer


def _number(question: Question, given: Any) -> int | float | Fault:
    answer = _as_number(given)
    if answer is None:
        return Fault(FaultCode.NOT_A_NUMBER)
    if question.is_whole and not isinstance(answer, int):
        return Fault(FaultCode.NOT_WHOLE)
    lowest, highest = _as_number(question.lowest), _as_number(question.highest)
    if lowest is not None and answer < lowest:
        return Fault(FaultCode.TOO_LOW, {"lowest": lowest})
    if highest is not None and answer > highest:
        return Fault(FaultCode.TOO_HIGH, {"highest": highest})
    return answer


def _date(question: Question, given: Any) -> str | Fault:
    day = as_day(given)
    if day is None:
        return Fault(FaultCode.NOT_A_DATE)
    lowest, highest = as_day(question.lowest), as_day(question.highest)
    if lowest is not None and day < lowest:
        return Fault(FaultCode.TOO_EARLY, {"lowest": lowest.isoformat()})
    if highest is not None and day > highest:
        return Fault(FaultCode.TOO_LATE, {"highest": highest.isoformat()})
    return day.isoformat()


def as_day(given: Any) -> date | None:
    """The day that a text in the form 2026-05-01 names, or None."""
    try:
        return date.fromisoformat(given.strip()) if isinstance(given, str) else None
    except ValueError:
        return None


_CHECKS: Mapping[QuestionKind, Callable[[Question, Any], Any]] = {
    QuestionKind.SCALE: _scale,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.MATRIX: _matrix,
    QuestionKind.RANKING: _ranking,
    QuestionKind.TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
}
