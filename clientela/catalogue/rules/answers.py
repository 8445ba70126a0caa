"""Whether an answer to a field is one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from clientela.catalogue.rules.fields import Field, FieldKind


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

_PHONE = re.compile(r"\+?[\d\s().\-/]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_SPACES_IN_NUMBERS = re.compile(r"[\s\u00a0\u202f]")
_YES = frozenset({"yes", "on", "true", "1"})
_NO = frozenset({"no", "off", "false", "0"})


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
