"""What a service asks of the asker, and whether an answer is one. Pure: no Django, no words of any language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any


class FieldKind(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    FILE = "file"
    PHONE = "phone"
    EMAIL = "email"
    YES_NO = "yes_no"


class FaultKind(StrEnum):
    """Why an answer is not one. The words for each are in `queries.answers`."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    TOO_LOW = "too_low"
    TOO_HIGH = "too_high"
    NOT_A_DATE = "not_a_date"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_FILE = "not_a_file"
    NOT_ASKED = "not_asked"


LONGEST_TEXT = 300
LONGEST_LONG_TEXT = 5000
LONGEST_EMAIL = 320
SHORTEST_PHONE_DIGITS = 6
LONGEST_PHONE_DIGITS = 15

_KEY = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*")
_PHONE = re.compile(r"\+?[\d\s().\-/]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_SPACES_IN_NUMBERS = re.compile(r"[\s\u00a0\u202f]")
_YES = frozenset({"yes", "on", "true", "1"})
_NO = frozenset({"no", "off", "false", "0"})
AUDIENCES = frozenset({"inside", "outside", "both", "groups"})


class DefinitionError(Exception):
    """A service is described in a way that cannot be used. `place` names the part, `fault` what is wrong with it."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}")
        self.place = place
        self.fault = fault


@dataclass(frozen=True)
class Choice:
    """One answer of several to choose from. `labels` by language."""

    key: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """One thing the asker is asked for. `lowest` and `highest` bound a number or (as ISO days) a date."""

    key: str
    kind: FieldKind
    labels: Mapping[str, str]
    help: Mapping[str, str]
    is_required: bool
    choices: tuple[Choice, ...] = ()
    lowest: str = ""
    highest: str = ""
    longest: int | None = None  # characters


@dataclass(frozen=True)
class PlannedStep:
    """One task of the plan by which a service is given."""

    key: str
    titles: Mapping[str, str]
    is_shown_to_customer: bool


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to one field. `limit` is the bound that it passed, where there is one."""

    field_key: str
    kind: FaultKind
    limit: str = ""


@dataclass(frozen=True)
class CheckedAnswers:
    """The answers as they are kept (by field key, JSON values), and what is wrong with the others."""

    answers: dict[str, Any]
    faults: tuple[Fault, ...]


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text for a reader of `language`, else the English one, else any; "" when there is none."""
    for code in (language, "en", *texts):
        if texts.get(code):
            return texts[code]
    return ""


def fields_from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Read field definitions as they are stored. Raises DefinitionError naming the first that cannot be used."""
    fields = tuple(_field(row, f"fields[{index}]") for index, row in enumerate(rows))
    _require_once([field.key for field in fields], "fields")
    return fields


def plan_from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[PlannedStep, ...]:
    """Read a plan of tasks as it is stored. Raises DefinitionError naming the first step that cannot be used."""
    steps = []
    for index, row in enumerate(rows):
        place = f"plan[{index}]"
        steps.append(
            PlannedStep(
                key=_key(row, place),
                titles=_texts(row.get("titles"), f"{place}.titles"),
                is_shown_to_customer=bool(row.get("shown_to_customer", True)),
            )
        )
    _require_once([step.key for step in steps], "plan")
    return tuple(steps)


def checked_texts(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The texts of a service by language, each with title, summary and what_happens. One title is needed at least."""
    kept = {
        language: {name: str(words.get(name, "")).strip() for name in ("title", "summary", "what_happens")}
        for language, words in texts.items()
    }
    if not kept:
        raise DefinitionError("texts", "empty")
    for language, words in kept.items():
        if not words["title"]:
            raise DefinitionError(f"texts.{language}.title", "empty")
    return kept


def checked_answers(fields: Sequence[Field], answers: Mapping[str, Any]) -> CheckedAnswers:
    """Check answers as a form or a program gives them: strings, or for a file the list of attached names.

    Empty answers to fields that are not required are left out. Every fault is told, in the order of the fields.
    """
    kept: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in fields:
        given = answers.get(field.key)
        if _is_empty(given):
            if field.is_required:
                faults.append(Fault(field.key, FaultKind.MISSING))
            continue
        answer = _CHECKS[field.kind](field, given)
        if isinstance(answer, Fault):
            faults.append(answer)
        else:
            kept[field.key] = answer
    known = {field.key for field in fields}
    faults += [Fault(key, FaultKind.NOT_ASKED) for key in answers if key not in known]
    return CheckedAnswers(kept, tuple(faults))


def _is_empty(given: object) -> bool:
    return given is None or given in ([], ()) or (isinstance(given, str) and not given.strip())


def _as_text(given: object) -> str:
    return str(given).replace("\x00", "").strip()


def _text(field: Field, given: object) -> str | Fault:
    usual = LONGEST_LONG_TEXT if field.kind is FieldKind.LONG_TEXT else LONGEST_TEXT
    longest = field.longest or usual
    answer = _as_text(given)
    return answer if len(answer) <= longest else Fault(field.key, FaultKind.TOO_LONG, str(longest))


def _number(field: Field, given: object) -> str | Fault:
    written = _SPACES_IN_NUMBERS.sub("", _as_text(given)).replace(",", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        return Fault(field.key, FaultKind.NOT_A_NUMBER)
    if not number.is_finite():
        return Fault(field.key, FaultKind.NOT_A_NUMBER)
    if field.lowest and number < Decimal(field.lowest):
        return Fault(field.key, FaultKind.TOO_LOW, field.lowest)
    if field.highest and number > Decimal(field.highest):
        return Fault(field.key, FaultKind.TOO_HIGH, field.highest)
    return format(number, "f")


def _date(field: Field, given: object) -> str | Fault:
    try:
        day = date.fromisoformat(_as_text(given))
    except ValueError:
        return Fault(field.key, FaultKind.NOT_A_DATE)
    if field.lowest and day < date.fromisoformat(field.lowest):
        return Fault(field.key, FaultKind.TOO_EARLY, field.lowest)
    if field.highest and day > date.fromisoformat(field.highest):
        return Fault(field.key, FaultKind.TOO_LATE, field.highest)
    return day.isoformat()


def _choice(field: Field, given: object) -> str | Fault:
    answer = _as_text(given)
    known = {choice.key for choice in field.choices}
    return answer if answer in known else Fault(field.key, FaultKind.NOT_A_CHOICE)


def _file(field: Field, given: object) -> list[str] | Fault:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return Fault(field.key, FaultKind.NOT_A_FILE)
    return [_as_text(name)[:255] for name in names]


def _phone(field: Field, given: object) -> str | Fault:
    answer = _as_text(given)
    digits = sum(letter.isdigit() for letter in answer)
    if not _PHONE.fullmatch(answer) or not SHORTEST_PHONE_DIGITS <= digits <= LONGEST_PHONE_DIGITS:
        return Fault(field.key, FaultKind.NOT_A_PHONE)
    return answer


def _email(field: Field, given: object) -> str | Fault:
    answer = _as_text(given)
    is_one = len(answer) <= LONGEST_EMAIL and _EMAIL.fullmatch(answer)
    return answer if is_one else Fault(field.key, FaultKind.NOT_AN_EMAIL)


def _yes_no(field: Field, given: object) -> bool | Fault:
    answer = _as_text(given).lower()
    if answer in _YES:
        return True
    return False if answer in _NO else Fault(field.key, FaultKind.NOT_YES_OR_NO)


_CHECKS = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.FILE: _file,
    FieldKind.PHONE: _phone,
    FieldKind.EMAIL: _email,
    FieldKind.YES_NO: _yes_no,
}


def _field(row: Mapping[str, Any], place: str) -> Field:
    kind_name = row.get("kind")
    if kind_name not in set(FieldKind):
        raise DefinitionError(f"{place}.kind", "unknown")
    kind = FieldKind(kind_name)
    choices = tuple(
        Choice(
            key=_key(choice, f"{place}.choices[{index}]"),
            labels=_texts(choice.get("labels"), f"{place}.choices[{index}].labels"),
        )
        for index, choice in enumerate(row.get("choices") or ())
    )
    if (kind is FieldKind.CHOICE) != bool(choices):
        raise DefinitionError(f"{place}.choices", "empty" if kind is FieldKind.CHOICE else "not_wanted")
    _require_once([choice.key for choice in choices], f"{place}.choices")
    longest = row.get("longest")
    if longest is not None and (not isinstance(longest, int) or longest < 1):
        raise DefinitionError(f"{place}.longest", "not_a_number")
    return Field(
        key=_key(row, place),
        kind=kind,
        labels=_texts(row.get("labels"), f"{place}.labels"),
        help={language: str(text) for language, text in (row.get("help") or {}).items()},
        is_required=bool(row.get("is_required", False)),
        choices=choices,
        lowest=_bound(kind, row.get("lowest"), f"{place}.lowest"),
        highest=_bound(kind, row.get("highest"), f"{place}.highest"),
        longest=longest,
    )


def _key(row: Mapping[str, Any], place: str) -> str:
    key = row.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise DefinitionError(f"{place}.key", "not_a_key")
    return key


def _texts(given: object, place: str) -> dict[str, str]:
    texts = {language: str(text).strip() for language, text in given.items()} if isinstance(given, Mapping) else {}
    if not any(texts.values()):
        raise DefinitionError(place, "empty")
    return texts


def _bound(kind: FieldKind, given: object, place: str) -> str:
    if given is None or given == "":
        return ""
    if kind not in {FieldKind.NUMBER, FieldKind.DATE}:
        raise DefinitionError(place, "not_wanted")
    try:
        return date.fromisoformat(str(given)).isoformat() if kind is FieldKind.DATE else str(Decimal(str(given)))
    except (ValueError, InvalidOperation) as error:
        raise DefinitionError(place, "not_a_date" if kind is FieldKind.DATE else "not_a_number") from error


def _require_once(keys: Sequence[str], place: str) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise DefinitionError(f"{place}.{twice[0]}", "twice")
