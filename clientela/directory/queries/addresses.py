"""Whom mail addresses lead to: many at once, because mail comes in batches."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import CharField, Func, Value
from django.db.models.functions import Lower

from clientela.directory import rules
from clientela.directory.models import (
    Account,
    ContactPoint,
    Department,
    Membership,
    Organisation,
    Party,
    Representation,
)
from clientela.directory.queries.cards import DepartmentCard, OrganisationCard, PersonCard

# The database compares addresses by its own rule for small letters, as the unique index does, so it also says which
# of those we asked for it has found.
_OWNERS = """
SELECT wanted, point.party_id
FROM unnest(%s::text[]) AS wanted
JOIN directory_contactpoint AS point ON point.kind = 'email' AND lower(point.value) = lower(wanted)
"""
_PEOPLE = """
SELECT wanted, person.party_id, party.name, person.short_name, party.language, party.zone, party.place
FROM unnest(%s::text[]) AS wanted
JOIN directory_contactpoint AS point ON point.kind = 'email' AND lower(point.value) = lower(wanted)
JOIN directory_person AS person ON person.party_id = point.party_id
JOIN directory_party AS party ON party.id = person.party_id AND party.erased_at IS NULL
"""
_DEPARTMENTS = """
WITH asked AS (
    SELECT * FROM unnest(%s::text[], %s::text[]) AS asked (wanted, key)
), found AS (
    SELECT asked.wanted, department.party_id FROM asked JOIN directory_department AS department USING (key)
    UNION
    SELECT asked.wanted, point.party_id FROM asked
    JOIN directory_contactpoint AS point ON point.kind = 'email' AND lower(point.value) = lower(asked.wanted)
)
SELECT DISTINCT ON (found.wanted) found.wanted, department.party_id, department.key, party.name, department.names,
    department.parent_id, party.language, party.zone, party.place, department.serves_outside
FROM found
JOIN directory_department AS department USING (party_id)
JOIN directory_party AS party ON party.id = department.party_id
ORDER BY found.wanted, department.party_id
"""


def owners_of_addresses(addresses: Collection[str]) -> dict[str, int]:
    """The party that each address leads to, whoever it is; addresses that nobody has are left out. One statement."""
    wanted = {address: rules.email_key(address) for address in addresses}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, [sorted(set(wanted.values()))])
        found = dict(cursor.fetchall())
    return {address: found[key] for address, key in wanted.items() if key in found}


def department_of_address(address: str) -> DepartmentCard | None:
    """The department a mail address leads to: `key@` our mail domain, or an address noted for it. One statement."""
    return departments_of_addresses([address]).get(address)


def departments_of_addresses(addresses: Collection[str]) -> dict[str, DepartmentCard]:
    """The department that each address leads to: `key@` our mail domain, or an address noted for it. One statement."""
    wanted = {address: rules.email_key(address) for address in addresses}
    if not wanted:
        return {}
    keys = sorted(set(wanted.values()))
    parted = [key.rpartition("@") for key in keys]
    ours = [local if domain == settings.MAIL_DOMAIN.lower() else "" for local, _, domain in parted]
    with connection.cursor() as cursor:
        cursor.execute(_DEPARTMENTS, [keys, ours])
        found = {key: DepartmentCard(*card) for key, card in _cards(cursor.fetchall())}
    return {address: found[key] for address, key in wanted.items() if key in found}


def _cards(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Part each row into the address and the fields of a card; the names come as JSON."""
    for address, number, key, name, names, *rest in rows:
        yield address, (number, key, name, json.loads(names), *rest)


def addresses_of_departments() -> list[tuple[str, int]]:
    """Every address that leads to a department by itself, in small letters, with the department's id. Two statements.

    `key@` our mail domain, and the addresses noted for it; where two departments claim one, the one with the lower id.
    """
    noted = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, party__kind=Party.Kind.DEPARTMENT)
    claims = [(rules.email_key(address), owner) for address, owner in noted.values_list("value", "party_id")]
    domain = settings.MAIL_DOMAIN.lower()
    claims += [(f"{key}@{domain}", owner) for key, owner in Department.objects.values_list("key", "party_id")]
    found: dict[str, int] = {}
    for address, owner in sorted(claims):
        found.setdefault(address, owner)
    return sorted(found.items())


def addresses_of_employees(*, at: datetime) -> list[tuple[str, int, int]]:
    """Every mail address of who works for us on the day of `at` in UTC, with the person and the main department.

    In small letters, by address; those they log in with too. Three statements.
    """
    working = Membership.objects.on(at.astimezone(UTC).date()).order_by("-starts_on", "-id")
    department_of = dict(working.values_list("person_id", "department_id"))  # the one that began first comes last
    found = dict(Account.objects.filter(person_id__in=department_of).values_list("email", "person_id"))
    noted = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, party_id__in=department_of)
    found |= {rules.email_key(address): owner for address, owner in noted.values_list("value", "party_id")}
    return sorted((address, person_id, department_of[person_id]) for address, person_id in found.items())


def addresses_of_customers(*, at: datetime) -> list[tuple[str, int, bool]]:
    """Every mail address of who never worked for us, in small letters, with whose it is and whether of a business.

    Who acts for an organisation on the day of `at` in UTC stands for it: its number, and true. Two statements.
    """
    acting = Representation.objects.on(at.astimezone(UTC).date()).order_by("-starts_on", "-id")
    acts_for = dict(acting.values_list("person_id", "organisation_id"))
    noted = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, party__erased_at__isnull=True)
    noted = noted.exclude(party__kind=Party.Kind.DEPARTMENT).exclude(
        party_id__in=Membership.objects.values("person_id")
    )
    found = {}
    for address, owner, kind in noted.values_list("value", "party_id", "party__kind").iterator():
        whose = acts_for.get(owner, owner)
        found[rules.email_key(address)] = whose, kind == Party.Kind.ORGANISATION or whose != owner
    return sorted((address, whose, is_business) for address, (whose, is_business) in found.items())


def domains_of_others() -> frozenset[str]:
    """The mail domains, in small letters, where somebody has an address who never worked for us. One statement."""
    others = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL).exclude(party__kind=Party.Kind.DEPARTMENT)
    others = others.exclude(party_id__in=Membership.objects.values("person_id"))
    domain = Lower(Func("value", Value("@"), Value(-1), function="split_part", output_field=CharField()))
    return frozenset(others.order_by().annotate(domain=domain).values_list("domain", flat=True).distinct())


def person_of_address(address: str) -> PersonCard | None:
    """The person a mail address leads to, or None. One statement."""
    return people_of_addresses([address]).get(address)


def people_of_addresses(addresses: Collection[str]) -> dict[str, PersonCard]:
    """The person that each address leads to; other addresses are left out. One statement."""
    wanted = {address: rules.email_key(address) for address in addresses}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [sorted(set(wanted.values()))])
        cards = {row[0]: PersonCard(*row[1:]) for row in cursor.fetchall()}
    return {address: cards[key] for address, key in wanted.items() if key in cards}


def organisations_of(person_id: int, at: datetime) -> list[OrganisationCard]:
    """The organisations this person may act for at this moment, by name."""
    return organisations_of_people([person_id], at).get(person_id, [])


def organisations_of_people(person_ids: Iterable[int], at: datetime) -> dict[int, list[OrganisationCard]]:
    """The organisations that each person may act for at this moment, by name, by the day in the person's own zone.

    Three statements. Who acts for none is left out.
    """
    wanted = set(person_ids)
    zones = dict(Party.objects.filter(id__in=wanted).values_list("id", "zone"))
    spans: dict[int, list[int]] = defaultdict(list)
    acting = Representation.objects.filter(person_id__in=zones)
    for person_id, organisation_id, starts_on, ends_on in acting.values_list(
        "person_id", "organisation_id", "starts_on", "ends_on"
    ):
        today = rules.day_in_zone(at, zones[person_id])
        if starts_on <= today and (ends_on is None or today <= ends_on):
            spans[person_id].append(organisation_id)
    if not spans:
        return {}
    rows = (
        Organisation.objects.filter(
            party_id__in={one for some in spans.values() for one in some}, party__erased_at__isnull=True
        )
        .order_by("party__name_key", "party_id")
        .values_list("party_id", "party__name", "party__language", "party__zone", "party__place")
    )
    cards = [OrganisationCard(*row) for row in rows]
    return {person_id: [card for card in cards if card.id in ids] for person_id, ids in spans.items()}
