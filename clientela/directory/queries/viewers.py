"""Who somebody is at a moment."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from clientela.directory import rules
from clientela.directory.models import Membership, Person, Representation
from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError

# One round trip for where a person works today, whether as its head, and every department below those.
_WHERE_THEY_WORK = """
WITH RECURSIVE own AS (
    SELECT department_id AS id, bool_or(role = %(head)s) AS heads
    FROM directory_membership
    WHERE person_id = %(person)s AND starts_on <= %(today)s AND (ends_on IS NULL OR ends_on >= %(today)s)
    GROUP BY department_id
), reach AS (
    SELECT id FROM own
    UNION
    SELECT child.party_id FROM directory_department child JOIN reach ON child.parent_id = reach.id
)
SELECT reach.id, own.id IS NOT NULL, coalesce(own.heads, false), department.serves_outside
FROM reach JOIN directory_department department ON department.party_id = reach.id LEFT JOIN own ON own.id = reach.id
"""


def viewer_of(person_id: int, *, at: datetime) -> Viewer:
    """The person with all rights of the moment `at`. Days begin at midnight in the person's own zone.

    Three statements. Raises HiddenError if there is no such person, or the person has been erased.
    """
    person = _person_row(person_id)
    today = rules.day_in_zone(at, person.zone)
    with connection.cursor() as cursor:
        cursor.execute(_WHERE_THEY_WORK, {"person": person_id, "today": today, "head": Membership.Role.HEAD.value})
        reach = cursor.fetchall()
    own = frozenset(department_id for department_id, is_own, _heads, _outside in reach if is_own)
    has_rights = bool(own) and bool(person.account_is_active)
    return Viewer(
        person_id=person_id,
        name=person.name,
        first_name=person.short_name or rules.first_name(person.name),
        language=person.language,
        zone=person.zone,
        department_ids=frozenset(row[0] for row in reach),
        own_department_ids=own,
        headed_department_ids=frozenset(department_id for department_id, _own, heads, _outside in reach if heads),
        organisation_ids=_organisations_today(person_id, today),
        is_employee=bool(own),
        is_administrator=has_rights and bool(person.is_administrator),
        is_owner=has_rights and bool(person.is_owner),
        serves_outside=any(outside for _id, _own, _heads, outside in reach),
    )


def customer_viewer_of(person_id: int, *, at: datetime) -> Viewer:
    """The person as a customer only: themselves and the organisations they act for, nothing of an employee.

    This is what a link in a letter opens, so a forwarded letter never opens the desk. Two statements.
    Raises HiddenError if there is no such person, or the person has been erased.
    """
    person = _person_row(person_id)
    return Viewer(
        person_id=person_id,
        name=person.name,
        first_name=person.short_name or rules.first_name(person.name),
        language=person.language,
        zone=person.zone,
        organisation_ids=_organisations_today(person_id, rules.day_in_zone(at, person.zone)),
    )


class _PersonRow(NamedTuple):
    name: str
    short_name: str
    language: str
    zone: str
    account_is_active: bool | None  # None: no account
    is_administrator: bool | None
    is_owner: bool | None


def _person_row(person_id: int) -> _PersonRow:
    row = (
        Person.objects.filter(party_id=person_id, party__erased_at__isnull=True)
        .values_list(
            "party__name",
            "short_name",
            "party__language",
            "party__zone",
            "account__is_active",
            "account__is_administrator",
            "account__is_owner",
        )
        .first()
    )
    if row is None:
        raise HiddenError(f"There is no person {person_id}.")
    return _PersonRow(*row)


def _organisations_today(person_id: int, today: date) -> frozenset[int]:
    return frozenset(
        Representation.objects.on(today).filter(person_id=person_id).values_list("organisation_id", flat=True)
    )
