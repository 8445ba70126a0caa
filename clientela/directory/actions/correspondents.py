"""Making a customer of whoever writes to us."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.checking import AddressTakenError, usable_email, usable_language, usable_zone
from clientela.directory.models import ContactPoint, Membership, Party, Person, Representation
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing


class NobodyBehindAddressError(Exception):
    """The address belongs to one of our departments in which nobody works today."""


@transaction.atomic
def welcome_correspondent(*, at: datetime, address: str, name: str, language: str, zone: str) -> int:
    """The id of the person who writes from `address`, made a customer if nobody knows them yet.

    `name`, `language` and `zone` are used only for somebody new. An address of an organisation leads to the person of
    that name who acts for it, made if new; the shared mailbox of a department speaks by its head. Two workers that
    welcome the same address at once get the same person. Raises WrongValueError for what cannot be an address, and
    NobodyBehindAddressError.
    """
    written = usable_email(address)
    owner = _owner_of(written)
    if owner is None:
        try:
            return _new_correspondent(at=at, address=written, name=name, language=language, zone=zone)
        except AddressTakenError:
            # Another worker welcomed the same address while we were at it, and has committed.
            owner = _owner_of(written)
    if owner is None:
        # It was there, and was taken away again in between: then it is free for us.
        return _new_correspondent(at=at, address=written, name=name, language=language, zone=zone)
    if owner.kind == Party.Kind.ORGANISATION:
        return _one_who_acts_for(owner, at=at, name=_name_of(name, written), language=language, zone=zone)
    return _one_who_works_in(owner, at=at) if owner.kind == Party.Kind.DEPARTMENT else owner.pk


def _owner_of(address: str) -> Party | None:
    return Party.objects.filter(
        contact_points__kind=ContactPoint.Kind.EMAIL, contact_points__value__iexact=address
    ).first()


def _new_correspondent(*, at: datetime, address: str, name: str, language: str, zone: str) -> int:
    with refusals_as({"email_leads_to_one_party": AddressTakenError(address)}):
        person = _new_person(at=at, name=_name_of(name, address), language=language, zone=zone)
        ContactPoint.objects.create(
            party_id=person.pk, kind=ContactPoint.Kind.EMAIL, value=address, is_main=True, added_at=at
        )
        record(verb="correspondent_welcomed", by=None, at=at, about=[thing("party", person.pk)])
    return person.pk


def _new_person(*, at: datetime, name: str, language: str, zone: str) -> Party:
    party = Party.objects.create(
        kind=Party.Kind.PERSON,
        name=name,
        name_key=rules.name_key(name),
        language=usable_language(language),
        zone=usable_zone(zone),
        created_at=at,
    )
    Person.objects.create(party=party, short_name=rules.first_name(name)[:100])
    return party


def _one_who_acts_for(organisation: Party, *, at: datetime, name: str, language: str, zone: str) -> int:
    # The organisation is locked, so that two mails of one new writer make one person.
    Party.objects.select_for_update().get(id=organisation.pk)
    key = rules.name_key(name)
    today = rules.day_in_zone(at, zone)
    known = (
        Representation.objects.on(today)
        .filter(organisation_id=organisation.pk, person__party__name_key=key)
        .order_by("id")
        .values_list("person_id", flat=True)
        .first()
    )
    if known is not None:
        return known
    person = _new_person(at=at, name=name, language=language, zone=zone)
    Representation.objects.create(
        person_id=person.pk,
        organisation_id=organisation.pk,
        title=_("wrote from the organisation’s address"),
        starts_on=today,
    )
    about = [thing("party", person.pk), thing("party", organisation.pk)]
    record(verb="correspondent_welcomed", by=None, at=at, about=about)
    return person.pk


def _one_who_works_in(department: Party, *, at: datetime) -> int:
    today = rules.day_in_zone(at, department.zone)
    # "head" sorts before "member".
    person_id = (
        Membership.objects.on(today)
        .filter(department_id=department.pk)
        .order_by("role", "starts_on", "id")
        .values_list("person_id", flat=True)
        .first()
    )
    if person_id is None:
        raise NobodyBehindAddressError(_("Nobody works in %(name)s today.") % {"name": department.name})
    return person_id


def _name_of(name: str, address: str) -> str:
    """The name a mail gives, or what stands before the @; never empty, never too long."""
    return (rules.clean_name(name) or address.partition("@")[0])[:200]
