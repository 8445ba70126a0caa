"""What is known of a customer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from clientela.directory import rules
from clientela.directory.models import Boundary, CustomerNote, Group, Membership, Party, Representation
from clientela.directory.policies import PartySeen, Viewer, may_see_party, may_see_profile
from clientela.directory.queries.boundaries import BoundarySeen, boundary_seen
from clientela.directory.queries.cards import PartyCard, party_cards
from clientela.directory.queries.people import ContactPointSeen, contact_points_of
from clientela.kernel.policies import HiddenError, require_seen


@dataclass(frozen=True)
class NoteSeen:
    """A need, preference, expectation or something good to know. `noted_by` is "" for the house."""

    id: int
    kind: str
    text: str
    language: str
    source: str
    noted_on: date
    noted_by: str


@dataclass(frozen=True)
class LinkSeen:
    """A person who may act for an organisation, seen from the other side: `id` and `name` are the other party's."""

    representation_id: int
    id: int
    name: str
    title: str
    starts_on: date


@dataclass(frozen=True)
class GroupCard:
    """A named group of parties, and how many belong to it."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class CustomerProfile:
    """What is known of a customer and still holds today.

    `links` are the people who may act for an organisation, or the organisations a person may act for.
    """

    card: PartyCard
    since: datetime
    is_employee: bool
    notes: tuple[NoteSeen, ...]
    boundaries: tuple[BoundarySeen, ...]
    contact_points: tuple[ContactPointSeen, ...]
    links: tuple[LinkSeen, ...]


def customer_profile(party_id: int, *, viewer: Viewer, at: datetime) -> CustomerProfile:
    """The customer as this viewer may see them; days are the customer's own.

    Seven statements (eight for a person, where it is asked whether they work here too; one less where no note has an
    author). Raises HiddenError if there is no such party, or not for this viewer.
    """
    party = Party.objects.filter(id=party_id, erased_at__isnull=True).first()
    if party is None:
        raise HiddenError(f"There is no party {party_id}.")
    today = rules.day_in_zone(at, party.zone)
    is_employee = party.kind == Party.Kind.PERSON and Membership.objects.on(today).filter(person_id=party_id).exists()
    seen = PartySeen(party_id, party.kind, is_employee=is_employee)
    require_seen(may_see_party(viewer, seen))
    require_seen(may_see_profile(viewer, seen))
    return CustomerProfile(
        card=party_cards([party_id])[party_id],
        since=party.created_at,
        is_employee=is_employee,
        notes=_notes(party_id, today),
        boundaries=tuple(
            boundary_seen(row)
            for row in Boundary.objects.on(today)
            .filter(party_id=party_id, lifted_at__isnull=True)
            .order_by("-starts_on", "-id")
        ),
        contact_points=contact_points_of(party_id),
        links=_links(party, today),
    )


def _notes(party_id: int, today: date) -> tuple[NoteSeen, ...]:
    rows = list(
        CustomerNote.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today), party_id=party_id).order_by(
            "-noted_on", "-id"
        )
    )
    authors = party_cards(row.noted_by_id for row in rows if row.noted_by_id is not None)
    return tuple(
        NoteSeen(
            id=row.pk,
            kind=row.kind,
            text=row.text,
            language=row.language,
            source=row.source,
            noted_on=row.noted_on,
            noted_by=authors[row.noted_by_id].name if row.noted_by_id in authors else "",
        )
        for row in rows
    )


def _links(party: Party, today: date) -> tuple[LinkSeen, ...]:
    side, other = ("organisation", "person") if party.kind == Party.Kind.ORGANISATION else ("person", "organisation")
    rows = (
        Representation.objects.on(today)
        .filter(**{f"{side}_id": party.pk, f"{other}__party__erased_at__isnull": True})
        .order_by(f"{other}__party__name_key", f"{other}_id")
        .values_list("id", f"{other}_id", f"{other}__party__name", "title", "starts_on")
    )
    return tuple(LinkSeen(*row) for row in rows)


def groups_of(party_ids: frozenset[int]) -> frozenset[int]:
    """The ids of the groups that any of these parties belongs to. One statement."""
    memberships = Party.groups.through.objects.filter(party_id__in=party_ids)
    return frozenset(memberships.values_list("group_id", flat=True))


def groups_by_party(party_ids: Collection[int], *, among: Collection[int]) -> dict[int, frozenset[int]]:
    """Which of the groups each party belongs to; parties of none are left out. One statement."""
    found: dict[int, set[int]] = defaultdict(set)
    memberships = Party.groups.through.objects.filter(group_id__in=list(among), party_id__in=list(party_ids))
    for party_id, group_id in memberships.values_list("party_id", "group_id"):
        found[party_id].add(group_id)
    return {party_id: frozenset(group_ids) for party_id, group_ids in found.items()}


def people_of_groups(group_ids: Collection[int]) -> list[int]:
    """The people who belong to any of these groups, each once, in the order of their ids. One statement."""
    rows = Party.objects.filter(groups__in=list(group_ids), kind=Party.Kind.PERSON, erased_at__isnull=True)
    return list(rows.order_by("pk").distinct().values_list("pk", flat=True))


def groups() -> list[GroupCard]:
    """Every group, by name. One statement."""
    rows = Group.objects.annotate(size=Count("parties")).order_by("name", "id").values_list("id", "name", "size")
    return [GroupCard(*row) for row in rows]


def group_by_name(name: str) -> GroupCard | None:
    """The group of this name, or None."""
    row = Group.objects.filter(name=name).annotate(size=Count("parties")).values_list("id", "name", "size").first()
    return None if row is None else GroupCard(*row)
