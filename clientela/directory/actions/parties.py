"""Putting people, departments and organisations into the directory, and changing what is written of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.checking import (
    AddressTakenError,
    WrongValueError,
    locked_party,
    usable_email,
    usable_key,
    usable_language,
    usable_name,
    usable_phone,
    usable_zone,
)
from clientela.directory.models import ContactPoint, Department, Organisation, Party, Person
from clientela.directory.policies import (
    Viewer,
    may_change_party,
    may_change_work_data,
    may_manage_directory,
    may_register_customer,
)
from clientela.kernel.constraints import refusals_as
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require


class CircleError(Exception):
    """A department would stand below itself."""


@transaction.atomic
def register_person(
    *,
    by: Viewer,
    at: datetime,
    name: str,
    language: str,
    zone: str,
    short_name: str = "",
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    place: str = "",
    employee_number: str | None = None,
) -> int:
    """Add a person and return the party id. The first address and the first number are the main ones.

    Raises NotAllowedError, WrongValueError, AddressTakenError.
    """
    require(may_register_customer(by))
    if employee_number:
        require(may_manage_directory(by))
    party = _new_party(Party.Kind.PERSON, name=name, language=language, zone=zone, place=place, at=at)
    with refusals_as({"employee_number_once": _number_taken(employee_number)}):
        Person.objects.create(
            party=party,
            short_name=rules.clean_name(short_name)[:100] or rules.first_name(party.name)[:100],
            employee_number=_number(employee_number),
        )
    _keep_contact_points(party, emails, phones, at=at)
    record(verb="person_registered", by=by.person_id, at=at, about=[thing("party", party.pk)])
    return party.pk


@transaction.atomic
def register_department(
    *,
    by: Viewer,
    at: datetime,
    key: str,
    name: str,
    language: str,
    zone: str,
    names: Mapping[str, str] | None = None,
    parent_id: int | None = None,
    place: str = "",
    emails: Sequence[str] = (),
    serves_outside: bool = False,
) -> int:
    """Add a department and return its party id. `names` are its names in other languages than `language`.

    Raises NotAllowedError, WrongValueError, AddressTakenError, HiddenError for an unknown parent.
    """
    require(may_manage_directory(by))
    _check_parent(parent_id)
    party = _new_party(Party.Kind.DEPARTMENT, name=name, language=language, zone=zone, place=place, at=at)
    taken = WrongValueError("key", _("There is already a department with the key %(key)s.") % {"key": key})
    with refusals_as({"department_key_once": taken}):
        Department.objects.create(
            party=party,
            key=usable_key(key),
            parent_id=parent_id,
            names=_usable_names(names or {}),
            serves_outside=serves_outside,
        )
    _keep_contact_points(party, emails, (), at=at)
    about = [thing("party", party.pk)] + ([thing("party", parent_id)] if parent_id else [])
    record(verb="department_registered", by=by.person_id, at=at, about=about, key=key)
    return party.pk


@transaction.atomic
def register_organisation(
    *,
    by: Viewer,
    at: datetime,
    name: str,
    language: str,
    zone: str,
    place: str = "",
    registration_number: str = "",
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
) -> int:
    """Add an outside organisation and return its party id.

    Raises NotAllowedError, WrongValueError, AddressTakenError.
    """
    require(may_register_customer(by))
    party = _new_party(Party.Kind.ORGANISATION, name=name, language=language, zone=zone, place=place, at=at)
    Organisation.objects.create(party=party, registration_number=registration_number.strip()[:60])
    _keep_contact_points(party, emails, phones, at=at)
    record(verb="organisation_registered", by=by.person_id, at=at, about=[thing("party", party.pk)])
    return party.pk


@transaction.atomic
def change_person(
    *,
    by: Viewer,
    at: datetime,
    person_id: int,
    name: str | None = None,
    short_name: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    place: str | None = None,
    employee_number: str | None = None,
) -> None:
    """Change what is given; None leaves a value alone, an empty employee number takes it away.

    Raises HiddenError, NotAllowedError, WrongValueError.
    """
    party, seen = locked_party(by, person_id, at=at, kind=Party.Kind.PERSON)
    require(may_change_party(by, seen))
    if name is not None:
        require(may_change_work_data(by, seen))
    if employee_number is not None:
        require(may_manage_directory(by))
    person = Person.objects.get(party_id=person_id)
    fields = _change_party(party, name=name, language=language, zone=zone, place=place)
    if short_name is not None and (short := usable_name(short_name, "short_name")[:100]) != person.short_name:
        person.short_name = short
        fields.append("short_name")
    if employee_number is not None and _number(employee_number) != person.employee_number:
        person.employee_number = _number(employee_number)
        fields.append("employee_number")
    if not fields:
        return
    with refusals_as({"employee_number_once": _number_taken(employee_number)}):
        person.save(update_fields=["short_name", "employee_number"])
    record(verb="person_changed", by=by.person_id, at=at, about=[thing("party", person_id)], fields=fields)


@transaction.atomic
def change_department(
    *,
    by: Viewer,
    at: datetime,
    department_id: int,
    name: str | None = None,
    names: Mapping[str, str] | None = None,
    language: str | None = None,
    zone: str | None = None,
    place: str | None = None,
    serves_outside: bool | None = None,
) -> None:
    """Change what is given; None leaves a value alone. `names` replaces all names in other languages.

    Raises HiddenError, NotAllowedError, WrongValueError.
    """
    party, _seen = locked_party(by, department_id, at=at, kind=Party.Kind.DEPARTMENT)
    require(may_manage_directory(by))
    department = Department.objects.get(party_id=department_id)
    fields = _change_party(party, name=name, language=language, zone=zone, place=place)
    if names is not None and _usable_names(names) != department.names:
        department.names = _usable_names(names)
        fields.append("names")
    if serves_outside is not None and serves_outside != department.serves_outside:
        department.serves_outside = serves_outside
        fields.append("serves_outside")
    if not fields:
        return
    department.save(update_fields=["names", "serves_outside"])
    record(verb="department_changed", by=by.person_id, at=at, about=[thing("party", department_id)], fields=fields)


@transaction.atomic
def move_department(*, by: Viewer, at: datetime, department_id: int, parent_id: int | None) -> None:
    """Put a department below another, or (None) on top.

    Raises HiddenError, NotAllowedError, and CircleError if it would stand below itself: the database itself checks,
    so two people who move departments at the same moment cannot make a circle together.
    """
    party, _seen = locked_party(by, department_id, at=at, kind=Party.Kind.DEPARTMENT)
    require(may_manage_directory(by))
    _check_parent(parent_id)
    department = Department.objects.get(party_id=department_id)
    if department.parent_id == parent_id:
        return
    about = [thing("party", party_id) for party_id in (department_id, department.parent_id, parent_id) if party_id]
    circle = CircleError(_("%(name)s cannot stand below itself.") % {"name": party.name})
    with refusals_as({"department_tree_has_no_circle": circle, "department_is_not_its_own_parent": circle}):
        Department.objects.filter(party_id=department_id).update(parent_id=parent_id)
    record(verb="department_moved", by=by.person_id, at=at, about=about, parent_id=parent_id)


@transaction.atomic
def change_organisation(
    *,
    by: Viewer,
    at: datetime,
    organisation_id: int,
    name: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    place: str | None = None,
    registration_number: str | None = None,
) -> None:
    """Change what is given; None leaves a value alone.

    Raises HiddenError, NotAllowedError, WrongValueError.
    """
    party, seen = locked_party(by, organisation_id, at=at, kind=Party.Kind.ORGANISATION)
    require(may_change_party(by, seen))
    organisation = Organisation.objects.get(party_id=organisation_id)
    fields = _change_party(party, name=name, language=language, zone=zone, place=place)
    if registration_number is not None and registration_number.strip()[:60] != organisation.registration_number:
        organisation.registration_number = registration_number.strip()[:60]
        organisation.save(update_fields=["registration_number"])
        fields.append("registration_number")
    if fields:
        about = [thing("party", organisation_id)]
        record(verb="organisation_changed", by=by.person_id, at=at, about=about, fields=fields)


def _new_party(kind: Party.Kind, *, name: str, language: str, zone: str, place: str, at: datetime) -> Party:
    cleaned = usable_name(name)
    return Party.objects.create(
        kind=kind,
        name=cleaned,
        name_key=rules.name_key(cleaned),
        language=usable_language(language),
        zone=usable_zone(zone),
        place=rules.clean_name(place)[:120],
        created_at=at,
    )


def _change_party(
    party: Party, *, name: str | None, language: str | None, zone: str | None, place: str | None
) -> list[str]:
    """Write what differs and return the names of the fields that did."""
    wanted: dict[str, str] = {}
    if name is not None:
        wanted["name"] = usable_name(name)
    if language is not None:
        wanted["language"] = usable_language(language)
    if zone is not None:
        wanted["zone"] = usable_zone(zone)
    if place is not None:
        wanted["place"] = rules.clean_name(place)[:120]
    changed = {field: value for field, value in wanted.items() if getattr(party, field) != value}
    if "name" in changed:
        changed["name_key"] = rules.name_key(changed["name"])
    if changed:
        Party.objects.filter(id=party.pk).update(**changed)
    return [field for field in changed if field != "name_key"]


def _keep_contact_points(party: Party, emails: Sequence[str], phones: Sequence[str], *, at: datetime) -> None:
    points = contact_points_of(party, emails, phones, at=at)
    for point in points:
        if point.kind == ContactPoint.Kind.EMAIL:
            with refusals_as({"email_leads_to_one_party": AddressTakenError(point.value)}):
                point.save(force_insert=True)
    ContactPoint.objects.bulk_create(point for point in points if point.kind == ContactPoint.Kind.PHONE)


def contact_points_of(
    party: Party, emails: Sequence[str], phones: Sequence[str], *, at: datetime
) -> list[ContactPoint]:
    """Return a new party's addresses and numbers, unsaved; the first of each is the main one. Raises as the actions."""
    addresses = list({rules.email_key(address): usable_email(address) for address in emails}.values())
    numbers = list(dict.fromkeys(usable_phone(number) for number in phones))
    return [
        ContactPoint(party=party, kind=kind, value=value, is_main=position == 0, added_at=at)
        for kind, values in ((ContactPoint.Kind.EMAIL, addresses), (ContactPoint.Kind.PHONE, numbers))
        for position, value in enumerate(values)
    ]


def _check_parent(parent_id: int | None) -> None:
    if parent_id is not None and not Department.objects.filter(party_id=parent_id).exists():
        raise HiddenError(f"There is no department {parent_id}.")


def _usable_names(names: Mapping[str, str]) -> dict[str, str]:
    return {usable_language(language): usable_name(name, "names") for language, name in names.items() if name.strip()}


def _number(employee_number: str | None) -> str | None:
    return (employee_number or "").strip()[:40] or None


def _number_taken(employee_number: str | None) -> WrongValueError:
    return WrongValueError(
        "employee_number", _("The number %(number)s belongs to somebody else.") % {"number": _number(employee_number)}
    )
