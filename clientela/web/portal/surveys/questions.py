"""Questions as they stand on a page: every label, every answer to choose, and what was answered so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clientela.voice.rules.surveys import Fault, Option, Question, QuestionKind, in_language
from clientela.web.components import words as say
from clientela.web.portal.surveys.wording import fault_words

PREFIX = "q."


@dataclass(frozen=True)
class Choice:
    """One answer to choose. `id` is its control's, `value` what is sent."""

    id: str
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One row of a matrix."""

    field: str
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Place:
    """One option of a ranking, where it stands now; the first is the best."""

    key: str
    words: str
    number: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class QuestionShown:
    """A question as the template draws it. `field` is the name of its control, `id` the page's place to jump to."""

    name: str
    field: str
    id: str
    kind: str
    words: str
    help: str
    error: str
    is_required: bool
    is_long: bool = False
    longest: int | None = None
    control: str = ""  # text, email, date: the kind of input
    mode: str = ""  # numeric or decimal: the keyboard of a phone
    lowest: Any = None
    highest: Any = None
    low: str = ""
    high: str = ""
    text: str = ""
    most: int | None = None
    choices: tuple[Choice, ...] = ()
    rows: tuple[Row, ...] = ()
    places: tuple[Place, ...] = ()
    is_ranked: bool = False

    @property
    def described_by(self) -> str:
        """The ids of what explains it: its help, then its error."""
        ids = [f"{self.id}-hint"] if self.help else []
        return " ".join([*ids, f"{self.id}-error"] if self.error else ids)


@dataclass(frozen=True)
class Reviewed:
    """A question and its answer in words, to look over before it is sent. `page` is where it can be changed."""

    words: str
    answer: str
    page: int


def question_shown(question: Question, given: Any, *, language: str, fault: Fault | None) -> QuestionShown:
    """The question with what was `given` for it so far, as a form or the database says it."""
    identifier = f"q-{question.name}"
    base: dict[str, Any] = {
        "name": question.name,
        "field": PREFIX + question.name,
        "id": identifier,
        "kind": question.kind.value,
        "words": in_language(question.titles, language),
        "help": in_language(question.help, language),
        "error": fault_words(fault, language=language) if fault is not None else "",
        "is_required": question.is_required,
    }
    return QuestionShown(**base, **_of_kind(question, given, language=language, identifier=identifier))


def answer_in_words(question: Question, answer: Any, *, language: str) -> str:
    """An answer as it is kept, in words; "" without one."""
    labels = {option.key: in_language(option.labels, language) for option in question.options}
    if answer is None:
        return ""
    if isinstance(answer, list):
        parts = [labels.get(key, str(key)) for key in answer]
        if question.kind is QuestionKind.RANKING:
            return " · ".join(f"{place}. {words}" for place, words in enumerate(parts, 1))
        return ", ".join(parts)
    if isinstance(answer, Mapping):
        rows = {row.key: in_language(row.labels, language) for row in question.rows}
        return "; ".join(f"{rows.get(row, row)}: {labels.get(key, key)}" for row, key in answer.items())
    if question.kind is QuestionKind.DATE:
        return say.whole_day(date.fromisoformat(answer), language=language)
    return labels.get(answer, answer) if isinstance(answer, str) else str(answer)


def _of_kind(question: Question, given: Any, *, language: str, identifier: str) -> dict[str, Any]:
    if question.kind is QuestionKind.SCALE:
        return _scale(question, given, language=language, identifier=identifier)
    if question.kind in {QuestionKind.CHOICE, QuestionKind.CHOICES}:
        chosen = given if isinstance(given, list) else [given]
        return {"choices": _choices(question.options, chosen, language, identifier), "most": question.most_choices}
    if question.kind is QuestionKind.MATRIX:
        return {"rows": _rows(question, given, language=language, identifier=identifier)}
    if question.kind is QuestionKind.RANKING:
        return _ranking(question, given, language=language)
    return _one_line(question, given)


def _one_line(question: Question, given: Any) -> dict[str, Any]:
    if question.kind is QuestionKind.NUMBER:
        mode = "numeric" if question.is_whole else "decimal"
        return {"control": "text", "mode": mode, "text": "" if given is None else str(given)}
    if question.kind is QuestionKind.DATE:
        return {"control": "date", "text": _text(given), "lowest": question.lowest, "highest": question.highest}
    control = "email" if question.is_email else "text"
    return {"control": control, "text": _text(given), "is_long": question.is_long, "longest": question.longest_answer}


def _scale(question: Question, given: Any, *, language: str, identifier: str) -> dict[str, Any]:
    lowest, highest = question.lowest, question.highest
    scores = range(lowest, highest + 1) if isinstance(lowest, int) and isinstance(highest, int) else range(0)
    return {
        "low": in_language(question.low_labels, language),
        "high": in_language(question.high_labels, language),
        "choices": tuple(
            Choice(f"{identifier}-{number}", str(score), str(score), str(score) == str(given))
            for number, score in enumerate(scores)
        ),
    }


def _choices(options: Sequence[Option], chosen: Sequence[Any], language: str, identifier: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"{identifier}-{number}", option.key, in_language(option.labels, language), option.key in chosen)
        for number, option in enumerate(options)
    )


def _rows(question: Question, given: Any, *, language: str, identifier: str) -> tuple[Row, ...]:
    answers = given if isinstance(given, Mapping) else {}
    return tuple(
        Row(
            f"{PREFIX}{question.name}.{row.key}",
            in_language(row.labels, language),
            _choices(question.options, [answers.get(row.key)], language, f"{identifier}-{number}"),
        )
        for number, row in enumerate(question.rows)
    )


def _ranking(question: Question, given: Any, *, language: str) -> dict[str, Any]:
    labels = {option.key: in_language(option.labels, language) for option in question.options}
    order = given if isinstance(given, list) and sorted(given, key=str) == sorted(labels) else list(labels)
    return {
        "is_ranked": order is given,
        "places": tuple(
            Place(key, labels[key], number, number == 1, number == len(order)) for number, key in enumerate(order, 1)
        ),
    }


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""
