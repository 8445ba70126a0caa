"""What every action of the directory asks first: does the party exist for the one who acts, are the values usable."""

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.models import Membership, Party
from clientela.directory.policies import PartySeen, Viewer, may_see_party
from clientela.kernel.policies import HiddenError, require_seen

LONGEST_NAME = 200
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,5})?")
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class WrongValueError(Exception):
    """A value cannot be used. `field` is the argument's name, `reason` a sentence for the one who gave it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class AddressTakenError(WrongValueError):
    """The e-mail address already leads to somebody else."""

    def __init__(self, address: str) -> None:
        super().__init__("email", _("%(address)s already belongs to somebody else.") % {"address": address})
        self.address = address


def locked_party(by: Viewer, party_id: int, *, at: datetime, kind: Party.Kind | None = None) -> tuple[Party, PartySeen]:
    """The party, locked until the end of the transaction, and what policies must know of it.

    Lock order in the directory: parties by id, then the rows that hang on them. Raises HiddenError if there is no such
    party, it is of another kind, or the one who acts may not see it.
    """
    party = Party.objects.select_for_update().filter(id=party_id, erased_at__isnull=True).first()
    if party is None or (kind is not None and party.kind != kind):
        raise HiddenError(f"There is no {kind or 'party'} {party_id}.")
    works_here = (
        party.kind == Party.Kind.PERSON
        and Membership.objects.on(rules.day_in_zone(at, party.zone)).filter(person_id=party.pk).exists()
    )
    seen = PartySeen(id=party.pk, kind=party.kind, is_employee=works_here)
    require_seen(may_see_party(by, seen))
    return party, seen


def usable_name(name: str, field: str = "name") -> str:
    """The name as it is kept. Raises WrongValueError if nothing is left of it or it is too long."""
    cleaned = rules.clean_name(name)
    if not cleaned:
        raise WrongValueError(field, _("Please write a name."))
    if len(cleaned) > LONGEST_NAME:
        raise WrongValueError(field, _("This name is longer than %(limit)d letters.") % {"limit": LONGEST_NAME})
    return cleaned


def usable_language(language: str) -> str:
    """A BCP 47 tag of at most 8 characters. Raises WrongValueError otherwise."""
    if not _LANGUAGE_TAG.fullmatch(language):
        raise WrongValueError("language", _("“%(tag)s” is not a language such as en or pl.") % {"tag": language})
    return language


def usable_zone(zone: str) -> str:
    """An IANA zone that this machine knows. Raises WrongValueError otherwise."""
    if zone not in rules.zones():
        raise WrongValueError("zone", _("“%(zone)s” is not a time zone such as Europe/Warsaw.") % {"zone": zone})
    return zone


def usable_key(key: str) -> str:
    """A department's key: lower-case letters, digits and single hyphens. Raises WrongValueError otherwise."""
    if not _KEY.fullmatch(key) or len(key) > rules.LONGEST_KEY:
        raise WrongValueError(
            "key",
            _("“%(key)s” cannot be a key. Use small letters, digits and hyphens, as in customer-care.") % {"key": key},
        )
    return key


def usable_email(address: str) -> str:
    """An e-mail address as it is kept. Raises WrongValueError if it cannot be one."""
    trimmed = address.strip()
    if not rules.is_email(trimmed):
        raise WrongValueError("email", _("“%(address)s” is not an e-mail address.") % {"address": trimmed})
    return trimmed


def usable_phone(number: str) -> str:
    """A phone number as it is dialled. Raises WrongValueError if it cannot be one."""
    dialled = rules.phone_key(number)
    if not rules.is_phone(dialled):
        raise WrongValueError("phone", _("“%(number)s” is not a phone number.") % {"number": number.strip()})
    return dialled


def usable_span(starts_on: date, ends_on: date | None) -> None:
    """Raise WrongValueError if the last day lies before the first."""
    if ends_on is not None and ends_on < starts_on:
        raise WrongValueError("ends_on", _("The last day cannot be before the first."))
