"""The directory as people leaf through it: lists, a person's page, a department's page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from clientela.directory import rules
from clientela.directory.models import Account, ContactPoint, Membership, Party, Person, Representation
from clientela.directory.policies import PartySeen, Viewer, may_see_party, visible_to
from clientela.directory.queries.cards import (
    DepartmentCard,
    OrganisationCard,
    PartyCard,
    department_by_id,
    departments,
    main_contact,
    party_cards,
)
from clientela.kernel.policies import HiddenError, require_seen

Among = Literal["everybody", "colleagues", "customers"]
FEWEST_DIGITS = 4


class Place(NamedTuple):
    """Where a page of the list ends, for asking for the next one."""

    name_key: str
    id: int


@dataclass(frozen=True)
class WorkPlace:
    """A department somebody works in. `names` are its names in other languages than its own."""

    department_id: int
    name: str
    names: dict[str, str]
    role: str


@dataclass(frozen=True)
class ListedParty:
    """A line of the directory."""

    id: int
    kind: str
    name: str
    language: str
    place: str
    email: str
    phone: str
    is_employee: bool
    works_in: tuple[WorkPlace, ...]


@dataclass(frozen=True)
class PeoplePage:
    """A stretch of the directory by name, and where the next one begins (None: this was the last)."""

    rows: tuple[ListedParty, ...]
    next_after: Place | None


@dataclass(frozen=True)
class ContactPointSeen:
    """An address or a number."""

    id: int
    kind: str
    value: str
    is_main: bool


@dataclass(frozen=True)
class MembershipSeen:
    """Where somebody works or worked; both days included."""

    id: int
    department_id: int
    department_name: str
    department_names: dict[str, str]
    role: str
    starts_on: date
    ends_on: date | None
    is_current: bool


@dataclass(frozen=True)
class AccountSeen:
    """What an administrator sees of a login."""

    id: int
    email: str
    is_active: bool
    is_administrator: bool
    is_owner: bool
    last_login: datetime | None


@dataclass(frozen=True)
class PersonPage:
    """Everything the directory shows of a person. `account` is None unless an administrator looks and there is one."""

    card: PartyCard
    short_name: str
    employee_number: str
    is_employee: bool
    memberships: tuple[MembershipSeen, ...]
    organisations: tuple[OrganisationCard, ...]
    contact_points: tuple[ContactPointSeen, ...]
    account: AccountSeen | None


@dataclass(frozen=True)
class Colleague:
    """Somebody who works in a department today."""

    id: int
    name: str
    short_name: str
    role: str
    place: str
    language: str
    zone: str


@dataclass(frozen=True)
class DepartmentPage:
    """Everything the directory shows of a department."""

    card: DepartmentCard
    above: tuple[DepartmentCard, ...]  # from the top down to the one it hangs on
    below: tuple[DepartmentCard, ...]
    colleagues: tuple[Colleague, ...]
    contact_points: tuple[ContactPointSeen, ...]


def people_page(
    viewer: Viewer,
    *,
    at: datetime,
    among: Among = "everybody",
    words: str = "",
    after: Place | None = None,
    limit: int = 50,
) -> PeoplePage:
    """People and outside organisations this viewer may see, by name, `limit` a page. Two statements.

    "colleagues" are those who work here today, "customers" the others. `words` are parts of the name in any order,
    also with a slip of the pen; an exact e-mail address; or an exact phone number.
    """
    today = rules.day_in_zone(at, viewer.zone)
    works_here = Exists(Membership.objects.on(today).filter(person_id=OuterRef("id")))
    found = Party.objects.filter(visible_to(viewer, today=today), _wanted(words), erased_at__isnull=True)
    found = found.exclude(kind=Party.Kind.DEPARTMENT).annotate(works_here=works_here)
    if among != "everybody":
        found = found.filter(works_here=among == "colleagues")
    if after is not None:
        found = found.filter(Q(name_key__gt=after.name_key) | Q(name_key=after.name_key, id__gt=after.id))
    rows = list(
        found.annotate(email=main_contact(ContactPoint.Kind.EMAIL), phone=main_contact(ContactPoint.Kind.PHONE))
        .order_by("name_key", "id")
        .values_list("id", "kind", "name", "language", "place", "email", "phone", "works_here", "name_key")[: limit + 1]
    )
    shown = rows[:limit]
    places = _work_places((row[0] for row in shown), today)
    return PeoplePage(
        rows=tuple(
            ListedParty(
                id=row[0],
                kind=row[1],
                name=row[2],
                language=row[3],
                place=row[4],
                email=row[5] or "",
                phone=row[6] or "",
                is_employee=row[7],
                works_in=places[row[0]],
            )
            for row in shown
        ),
        next_after=Place(shown[-1][8], shown[-1][0]) if len(rows) > limit else None,
    )


def person_page(viewer: Viewer, person_id: int, *, at: datetime) -> PersonPage:
    """A person as this viewer sees them. Four statements; one more for organisations, one more for the account.

    Raises HiddenError if there is no such person, or not for this viewer. Organisations and contact points beyond the
    main ones are shown only to those who keep or serve them, and to the person.
    """
    person = Person.objects.select_related("party").filter(party_id=person_id, party__erased_at__isnull=True).first()
    if person is None:
        raise HiddenError(f"There is no person {person_id}.")
    today = rules.day_in_zone(at, person.party.zone)
    memberships = _memberships(person_id, today)
    is_employee = any(membership.is_current for membership in memberships)
    require_seen(may_see_party(viewer, PartySeen(person_id, Party.Kind.PERSON, is_employee=is_employee)))
    sees_all = viewer.person_id == person_id or bool(may_see_party(viewer, PartySeen(person_id, Party.Kind.PERSON)))
    contact_points = contact_points_of(person_id)
    return PersonPage(
        card=party_cards([person_id])[person_id],
        short_name=person.short_name,
        employee_number=(person.employee_number or "") if viewer.is_administrator else "",
        is_employee=is_employee,
        memberships=memberships,
        organisations=_organisations_on(person_id, today) if sees_all else (),
        contact_points=tuple(point for point in contact_points if sees_all or point.is_main),
        account=_account(person_id) if viewer.is_administrator else None,
    )


def department_page(viewer: Viewer, department_id: int, *, at: datetime) -> DepartmentPage:
    """A department as an employee sees it. Three statements.

    Raises HiddenError if there is no such department, and for everybody who does not work here.
    """
    require_seen(may_see_party(viewer, PartySeen(department_id, Party.Kind.DEPARTMENT)))
    cards = {card.id: card for card in departments()}
    card = cards.get(department_id)
    if card is None:
        raise HiddenError(f"There is no department {department_id}.")
    above: list[DepartmentCard] = []
    parent_id = card.parent_id
    while parent_id is not None:  # ends: the database lets no circle in
        above.insert(0, cards[parent_id])
        parent_id = cards[parent_id].parent_id
    return DepartmentPage(
        card=card,
        above=tuple(above),
        below=tuple(other for other in cards.values() if other.parent_id == department_id),
        colleagues=tuple(_colleagues(department_id, rules.day_in_zone(at, card.zone))),
        contact_points=contact_points_of(department_id),
    )


def colleagues_of(department_id: int, at: datetime) -> list[Colleague]:
    """Who works in the department today, by its own calendar: heads first, then by name. Two statements."""
    card = department_by_id(department_id)
    return [] if card is None else _colleagues(department_id, rules.day_in_zone(at, card.zone))


def contact_points_of(party_id: int) -> tuple[ContactPointSeen, ...]:
    """The addresses, then the numbers, of a party; the main one of each first."""
    rows = ContactPoint.objects.filter(party_id=party_id).order_by("kind", "-is_main", "added_at", "id")
    return tuple(ContactPointSeen(row.pk, row.kind, row.value, row.is_main) for row in rows)


def _wanted(words: str) -> Q:
    key = rules.name_key(words)
    if not key:
        return Q()
    if "@" in words:
        return _has_contact(ContactPoint.objects.filter(kind="email", value__iexact=rules.email_key(words)))
    number = rules.phone_key(words)
    if rules.is_phone(number) and len(number) >= FEWEST_DIGITS:
        return _has_contact(ContactPoint.objects.filter(kind="phone", value=number))
    every_word = Q()
    for word in key.split():
        every_word &= Q(name_key__contains=word)
    # The second half finds a slip of the pen ("kowalsak"); both use the trigram index.
    return every_word | Q(name_key__trigram_word_similar=key)


def _has_contact(points: QuerySet[ContactPoint]) -> Q:
    return Q(id__in=points.values("party_id"))


def _work_places(ids: Iterable[int], today: date) -> dict[int, tuple[WorkPlace, ...]]:
    found: dict[int, list[WorkPlace]] = defaultdict(list)
    rows = (
        Membership.objects.on(today)
        .filter(person_id__in=list(ids))
        .order_by("department__party__name_key", "id")
        .values_list("person_id", "department_id", "department__party__name", "department__names", "role")
    )
    for person_id, *place in rows:
        found[person_id].append(WorkPlace(*place))
    return defaultdict(tuple, {person_id: tuple(places) for person_id, places in found.items()})


def _memberships(person_id: int, today: date) -> tuple[MembershipSeen, ...]:
    rows = (
        Membership.objects.filter(person_id=person_id)
        .order_by("-starts_on", "-id")
        .values_list(
            "id", "department_id", "department__party__name", "department__names", "role", "starts_on", "ends_on"
        )
    )
    return tuple(
        MembershipSeen(*row, is_current=row[5] <= today and (row[6] is None or today <= row[6])) for row in rows
    )


def _organisations_on(person_id: int, today: date) -> tuple[OrganisationCard, ...]:
    rows = (
        Representation.objects.on(today)
        .filter(person_id=person_id, organisation__party__erased_at__isnull=True)
        .order_by("organisation__party__name_key", "organisation_id")
        .values_list(
            "organisation_id",
            "organisation__party__name",
            "organisation__party__language",
            "organisation__party__zone",
            "organisation__party__place",
        )
    )
    return tuple(OrganisationCard(*row) for row in rows)


def _account(person_id: int) -> AccountSeen | None:
    row = (
        Account.objects.filter(person_id=person_id)
        .values_list("id", "email", "is_active", "is_administrator", "is_owner", "last_login")
        .first()
    )
    return None if row is None else AccountSeen(*row)


def _colleagues(department_id: int, today: date) -> list[Colleague]:
    # "head" sorts before "member".
    rows = (
        Membership.objects.on(today)
        .filter(department_id=department_id)
        .order_by("role", "person__party__name_key", "person_id")
        .values_list(
            "person_id",
            "person__party__name",
            "person__short_name",
            "role",
            "person__party__place",
            "person__party__language",
            "person__party__zone",
        )
    )
    return [Colleague(*row) for row in rows]
