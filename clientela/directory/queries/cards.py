"""Parties in a line: what every page shows of somebody it mentions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from clientela.directory import rules
from clientela.directory.models import ContactPoint, Department, Membership, Party


@dataclass(frozen=True)
class PartyCard:
    """Somebody, in a line. `kind` is person, department or organisation; e-mail and phone are the main ones or "".

    `names`: what a department is called in other languages than `language`; empty for everybody else.
    """

    id: int
    kind: str
    name: str
    language: str
    zone: str
    place: str
    email: str
    phone: str
    names: dict[str, str] = field(default_factory=dict, hash=False)

    def name_in(self, language: str | None) -> str:
        """Its name for a reader of `language`, else in its own."""
        return self.names.get(language or "", self.name)


@dataclass(frozen=True)
class PersonCard:
    """A person, in a line."""

    id: int
    name: str
    short_name: str
    language: str
    zone: str
    place: str


@dataclass(frozen=True)
class DepartmentCard:
    """A department, in a line. `names` are its names in other languages than `language`."""

    id: int
    key: str
    name: str
    names: dict[str, str] = field(hash=False)
    parent_id: int | None
    language: str
    zone: str
    place: str
    serves_outside: bool

    def name_in(self, language: str | None) -> str:
        """Its name for a reader of `language`, else in its own."""
        return self.names.get(language or "", self.name)


@dataclass(frozen=True)
class OrganisationCard:
    """An outside organisation, in a line."""

    id: int
    name: str
    language: str
    zone: str
    place: str


def party_cards(ids: Iterable[int]) -> dict[int, PartyCard]:
    """The cards of these parties by id, one statement; unknown and erased ids are left out."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = (
        Party.objects.filter(id__in=wanted, erased_at__isnull=True)
        .annotate(email=main_contact(ContactPoint.Kind.EMAIL), phone=main_contact(ContactPoint.Kind.PHONE))
        .values_list("id", "kind", "name", "language", "zone", "place", "email", "phone", "department__names")
    )
    return {row[0]: PartyCard(*row[:6], email=row[6] or "", phone=row[7] or "", names=row[8] or {}) for row in rows}


def departments() -> list[DepartmentCard]:
    """Every department, by name. One statement."""
    return [_department_card(row) for row in _department_rows().order_by("party__name_key", "party_id")]


def department_by_key(key: str) -> DepartmentCard | None:
    """The department with this key, or None."""
    return _first_department(_department_rows().filter(key=key))


def department_by_id(department_id: int) -> DepartmentCard | None:
    """The department with this party id, or None."""
    return _first_department(_department_rows().filter(party_id=department_id))


def is_employee(person_id: int, at: datetime) -> bool:
    """Whether the person works in one of our departments at this moment, by the day in the person's own zone."""
    return person_id in employees_today([person_id], at)


def employees_today(person_ids: Iterable[int], at: datetime) -> frozenset[int]:
    """Those who work in one of our departments at this moment, each by the day in their own zone. One statement."""
    wanted = set(person_ids)
    if not wanted:
        return frozenset()
    spans = list(
        Membership.objects.filter(person_id__in=wanted).values_list(
            "person_id", "person__party__zone", "starts_on", "ends_on"
        )
    )
    return frozenset(
        person_id
        for person_id, zone, starts_on, ends_on in spans
        if starts_on <= (today := rules.day_in_zone(at, zone)) and (ends_on is None or today <= ends_on)
    )


def employees_among(party_ids: Iterable[int], at: datetime) -> frozenset[int]:
    """Those of the parties who work in one of our departments on this day in UTC. One statement, none for nobody."""
    wanted = set(party_ids)
    if not wanted:
        return frozenset()
    working = Membership.objects.on(rules.day_in_zone(at, "UTC")).filter(person_id__in=wanted)
    return frozenset(working.values_list("person_id", flat=True))


def _department_rows() -> QuerySet[Department]:
    return Department.objects.select_related("party")


def _first_department(rows: QuerySet[Department]) -> DepartmentCard | None:
    row = rows.first()
    return None if row is None else _department_card(row)


def _department_card(row: Department) -> DepartmentCard:
    return DepartmentCard(
        id=row.party_id,
        key=row.key,
        name=row.party.name,
        names=row.names,
        parent_id=row.parent_id,
        language=row.party.language,
        zone=row.party.zone,
        place=row.party.place,
        serves_outside=row.serves_outside,
    )


def main_contact(kind: str) -> Subquery:
    """The main address or number of a party, or its oldest, as an expression on Party."""
    return Subquery(
        ContactPoint.objects.filter(party_id=OuterRef("id"), kind=kind)
        .order_by("-is_main", "added_at", "id")
        .values("value")[:1]
    )
