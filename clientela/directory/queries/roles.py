"""For whom people speak and where they work today, for many at once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from clientela.directory import rules

# Days begin at midnight in each person's own zone.
_ROLES = """
SELECT acting.person_id, acting.is_department, acting.party_id
FROM (
    SELECT person_id, true AS is_department, department_id AS party_id, starts_on, ends_on FROM directory_membership
    WHERE person_id = ANY(%(people)s)
    UNION ALL
    SELECT person_id, false, organisation_id, starts_on, ends_on FROM directory_representation
    WHERE person_id = ANY(%(people)s)
) AS acting
JOIN directory_party AS party ON party.id = acting.person_id
WHERE acting.starts_on <= (%(at)s AT TIME ZONE party.zone)::date
    AND (acting.ends_on IS NULL OR acting.ends_on >= (%(at)s AT TIME ZONE party.zone)::date)
"""
_WRITERS = """
SELECT wanted, party.id, party.kind
FROM unnest(%s::text[]) AS wanted
JOIN directory_contactpoint AS point ON point.kind = 'email' AND lower(point.value) = lower(wanted)
JOIN directory_party AS party ON party.id = point.party_id AND party.erased_at IS NULL
"""
_OURS_CALLED = """
SELECT DISTINCT party.name
FROM directory_party AS party
WHERE party.kind IN ('person', 'department') AND party.name_key = ANY(%(keys)s) AND party.erased_at IS NULL AND (
    party.kind = 'department' OR EXISTS (
        SELECT FROM directory_membership AS member
        WHERE member.person_id = party.id AND member.starts_on <= (%(at)s AT TIME ZONE party.zone)::date
            AND (member.ends_on IS NULL OR member.ends_on >= (%(at)s AT TIME ZONE party.zone)::date)
    )
)
"""


@dataclass(frozen=True)
class Writer:
    """Whose address it is that somebody writes from: of a person, an organisation or a department."""

    party_id: int
    kind: str


@dataclass(frozen=True)
class Roles:
    """The organisations a person may act for today, and the departments in which they work today."""

    organisation_ids: frozenset[int] = frozenset()
    department_ids: frozenset[int] = frozenset()


def writers_of_addresses(addresses: Collection[str]) -> dict[str, Writer]:
    """Whose each of these addresses is; those that nobody has are left out. One statement, none for none."""
    wanted = {address: rules.email_key(address) for address in addresses if address}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [sorted(set(wanted.values()))])
        found = {key: Writer(party_id, kind) for key, party_id, kind in cursor.fetchall()}
    return {address: found[key] for address, key in wanted.items() if key in found}


def roles_of_people(person_ids: Collection[int], *, at: datetime) -> dict[int, Roles]:
    """The roles of each person at this moment; who has none is left out. One statement, none for nobody."""
    if not person_ids:
        return {}
    organisations: dict[int, set[int]] = defaultdict(set)
    departments: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, {"people": sorted(set(person_ids)), "at": at})
        for person_id, is_department, party_id in cursor.fetchall():
            (departments if is_department else organisations)[person_id].add(party_id)
    return {
        person_id: Roles(frozenset(organisations[person_id]), frozenset(departments[person_id]))
        for person_id in organisations.keys() | departments.keys()
    }


def ours_called(name_keys: Collection[str], *, at: datetime) -> list[str]:
    """The names of our departments, and of those who work for us today, that fold to one of these keys.

    See `rules.name_key`. One statement, none for no key.
    """
    wanted = sorted({key for key in name_keys if key})
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OURS_CALLED, {"keys": wanted, "at": at})
        return [name for (name,) in cursor.fetchall()]
