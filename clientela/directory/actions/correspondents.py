"""Making a customer of whoever writes to us."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.checking import (
    AddressTakenError,
    WrongValueError,
    usable_email,
    usable_language,
    usable_zone,
)
from clientela.directory.models import ContactPoint, Membership, Party, Person, Representation
from clientela.directory.queries.addresses import owners_of_addresses
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import FactToRecord, record, record_many, thing
from clientela.kernel.rows import write_rows


class NobodyBehindAddressError(Exception):
    """The address belongs to one of our departments in which nobody works today."""


@dataclass(frozen=True)
class Correspondent:
    """Who writes to us. `name`, `language` and `zone` are used only for somebody new."""

    address: str
    name: str
    language: str
    zone: str


def welcome_correspondent(*, at: datetime, address: str, name: str, language: str, zone: str) -> int:
    """The id of the person who writes from `address`, made a customer if nobody knows them yet.

    As `welcome_correspondents`. Raises WrongValueError for what cannot be an address, and NobodyBehindAddressError.
    """
    usable_email(address)
    (person_id,) = welcome_correspondents(at=at, correspondents=[Correspondent(address, name, language, zone)])
    if person_id is None:
        raise WrongValueError("address", address)
    return person_id


@transaction.atomic
def welcome_correspondents(*, at: datetime, correspondents: Sequence[Correspondent]) -> list[int | None]:
    """The ids of the people who write, in their order, made customers if nobody knows them yet.

    None for what cannot be an address. An address of an organisation leads to the person of that name who acts for it,
    made if new; the shared mailbox of a department speaks by its head. Two workers that welcome the same address at
    once get the same person, and so do two of the same address here. Raises NobodyBehindAddressError.
    """
    written = [_usable(correspondent.address) for correspondent in correspondents]
    by_address: dict[str, Correspondent] = {}
    for one, address in zip(correspondents, written, strict=True):
        if address is not None:
            by_address.setdefault(address, one)  # whoever writes first says what the new person is called
    owners = _owners_of(by_address)
    if by_address.keys() - owners.keys():
        owners |= _welcomed(by_address, owners, at=at)
    found: list[int | None] = [None] * len(correspondents)
    # Organisations are locked by rising id, so two workers that welcome their people never wait for each other.
    places = [place for place, address in enumerate(written) if address is not None]
    for place in sorted(places, key=lambda place: owners[written[place] or ""].pk):
        found[place] = _person_behind(owners[written[place] or ""], correspondents[place], at=at)
    return found


def _usable(address: str) -> str | None:
    try:
        return usable_email(address)
    except WrongValueError:
        return None


def _person_behind(owner: Party, correspondent: Correspondent, *, at: datetime) -> int:
    if owner.kind == Party.Kind.ORGANISATION:
        name = _name_of(correspondent.name, correspondent.address.strip())
        return _one_who_acts_for(owner, at=at, name=name, language=correspondent.language, zone=correspondent.zone)
    return _one_who_works_in(owner, at=at) if owner.kind == Party.Kind.DEPARTMENT else owner.pk


def _owners_of(addresses: Collection[str]) -> dict[str, Party]:
    owners = owners_of_addresses(addresses)
    parties = Party.objects.in_bulk(set(owners.values())) if owners else {}
    return {address: parties[owner] for address, owner in owners.items()}


def _welcomed(
    by_address: Mapping[str, Correspondent], owners: Mapping[str, Party], *, at: datetime
) -> dict[str, Party]:
    """Make a person of each address that nobody has; return who has them now."""
    new = {address: one for address, one in by_address.items() if address not in owners}
    try:
        return _new_correspondents(new, at=at)
    except AddressTakenError:
        # Another worker welcomed one of the addresses while we were at it, and has committed.
        taken = _owners_of(new)
    # If it was taken away again in between, it is free for us.
    left = {address: one for address, one in new.items() if address not in taken}
    return taken | (_new_correspondents(left, at=at) if left else {})


def _new_correspondents(by_address: Mapping[str, Correspondent], *, at: datetime) -> dict[str, Party]:
    """Make the people, in the order of their addresses, so that two workers meet at the first address they share."""
    written: dict[str, str] = {}
    for address in by_address:
        written.setdefault(rules.email_key(address), address)
    firsts = dict(sorted(written.items()))
    with refusals_as({"email_leads_to_one_party": AddressTakenError(min(by_address))}):
        people = _new_people(
            [
                (_name_of(by_address[address].name, address), by_address[address].language, by_address[address].zone)
                for address in firsts.values()
            ],
            at=at,
        )
        write_rows(
            [
                ContactPoint(party=person, kind=ContactPoint.Kind.EMAIL, value=address, is_main=True, added_at=at)
                for person, address in zip(people, firsts.values(), strict=True)
            ]
        )
        record_many(
            [
                FactToRecord("correspondent_welcomed", by=None, at=at, about=[thing("party", person.pk)])
                for person in people
            ]
        )
    made = dict(zip(firsts, people, strict=True))
    return {address: made[rules.email_key(address)] for address in by_address}


def _new_person(*, at: datetime, name: str, language: str, zone: str) -> Party:
    return _new_people([(name, language, zone)], at=at)[0]


def _new_people(people: Sequence[tuple[str, str, str]], *, at: datetime) -> list[Party]:
    """Write persons of these names, languages and zones. Two statements."""
    parties = [
        Party(
            kind=Party.Kind.PERSON,
            name=name,
            name_key=rules.name_key(name),
            language=usable_language(language),
            zone=usable_zone(zone),
            created_at=at,
        )
        for name, language, zone in people
    ]
    write_rows(parties)
    write_rows([Person(party=party, short_name=rules.first_name(party.name)[:100]) for party in parties])
    return parties


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
