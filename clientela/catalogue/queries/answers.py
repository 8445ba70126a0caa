"""Whether what the asker brought will do; if not, each fault with its field, its reason and its remedy in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from clientela.catalogue.models import ServiceVersion
from clientela.catalogue.rules import (
    SHORTEST_PHONE_DIGITS,
    Fault,
    FaultKind,
    Field,
    checked_answers,
    fields_from_json,
    in_language,
)
from clientela.kernel.languages import product_language

# Why, and what to do. A sentence may name %(limit)s, the bound that was passed.
_WORDS = {
    FaultKind.MISSING: (_("We need an answer here."), _("Please fill it in.")),
    FaultKind.TOO_LONG: (_("This is longer than %(limit)s characters."), _("Please shorten it.")),
    FaultKind.NOT_A_NUMBER: (_("This is not a number."), _("Write it in digits, for example 12 or 12.5.")),
    FaultKind.TOO_LOW: (_("This is less than %(limit)s."), _("Give %(limit)s or more.")),
    FaultKind.TOO_HIGH: (_("This is more than %(limit)s."), _("Give %(limit)s or less.")),
    FaultKind.NOT_A_DATE: (
        _("This is not a day of the calendar."),
        _("Write it as year-month-day, for example 2026-11-23."),
    ),
    FaultKind.TOO_EARLY: (_("This is before %(limit)s."), _("Choose %(limit)s or later.")),
    FaultKind.TOO_LATE: (_("This is after %(limit)s."), _("Choose %(limit)s or earlier.")),
    FaultKind.NOT_A_CHOICE: (_("This is not one of the answers to choose from."), _("Choose one from the list.")),
    FaultKind.NOT_A_PHONE: (
        _("This is not a phone number."),
        _("Write at least %(digits)s digits, with the country code if you can, for example +40 721 555 012."),
    ),
    FaultKind.NOT_AN_EMAIL: (_("This is not an e-mail address."), _("Write it like name@example.org.")),
    FaultKind.NOT_YES_OR_NO: (_("This is neither yes nor no."), _("Choose yes or no.")),
    FaultKind.NOT_A_FILE: (_("This is not a file."), _("Attach the file itself.")),
    FaultKind.NOT_ASKED: (_("The service does not ask for this."), _("Leave it out.")),
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one answer: which field (by key and by its label), why, and what to do."""

    field_key: str
    label: str
    reason: str
    remedy: str


class AnswersNotAcceptedError(Exception):
    """Some answers will not do. `errors` has one FieldError a fault, in the order of the form."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(" ".join(f"{error.label}: {error.reason} {error.remedy}" for error in errors))
        self.errors = errors


def accepted_answers(
    version_id: int, answers: Mapping[str, Any], *, language: str, may_be_incomplete: bool = False
) -> dict[str, Any]:
    """The answers as they are kept. Raises AnswersNotAcceptedError, worded for a reader of `language`.

    `answers` are as a form gives them: strings by field key, for a file the list of names of what is attached. Who
    writes a mail saw no form: with `may_be_incomplete` a required answer may be missing, to be asked for later.
    """
    fields = fields_from_json(ServiceVersion.objects.values_list("fields", flat=True).get(pk=version_id))
    checked = checked_answers(fields, answers)
    faults = tuple(fault for fault in checked.faults if not (may_be_incomplete and fault.kind is FaultKind.MISSING))
    if faults:
        with override(product_language(language)):
            raise AnswersNotAcceptedError(_errors(fields, faults, product_language(language)))
    return checked.answers


def _errors(fields: Sequence[Field], faults: Sequence[Fault], language: str) -> tuple[FieldError, ...]:
    labels = {field.key: in_language(field.labels, language) for field in fields}
    errors = []
    for fault in faults:
        reason, remedy = _words(fault)
        errors.append(FieldError(fault.field_key, labels.get(fault.field_key, fault.field_key), reason, remedy))
    return tuple(errors)


def _words(fault: Fault) -> tuple[str, str]:
    reason, remedy = _WORDS[fault.kind]
    values = {"limit": fault.limit, "digits": SHORTEST_PHONE_DIGITS}
    return str(reason) % values, str(remedy) % values
