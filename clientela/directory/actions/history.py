"""Customers of the past in bulk, to take over a history. Gives the rows and facts that single actions would give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from clientela.directory import rules
from clientela.directory.actions.checking import usable_language, usable_name, usable_zone
from clientela.directory.actions.parties import contact_points_of
from clientela.directory.actions.wishes import kept_note, kept_rule, kept_source
from clientela.directory.models import Boundary, ContactPoint, CustomerNote, Organisation, Party, Person, Representation
from clientela.directory.policies import Viewer, may_register_customer
from clientela.kernel.journal import FactToRecord, record_many, thing
from clientela.kernel.policies import require
from clientela.kernel.rows import write_rows


@dataclass(frozen=True)
class PastNote:
    """What was written down about a customer."""

    at: datetime
    kind: str
    text: str
    source: str
    language: str
    noted_on: date


@dataclass(frozen=True)
class PastWish:
    """What a customer did not want, from a day on."""

    at: datetime
    kind: str
    rule: Mapping[str, str]
    source: str
    starts_on: date


@dataclass(frozen=True)
class PastCustomer:
    """A person, or an organisation (`short_name` None), as they came to be known at a moment.

    `acts_for`: the place, among the customers, of the organisation for which this person acts from `acts_since` on.
    """

    at: datetime
    name: str
    language: str
    zone: str
    place: str = ""
    short_name: str | None = None
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    acts_for: int | None = None
    acts_since: date | None = None
    title: str = ""
    notes: Sequence[PastNote] = ()
    wishes: Sequence[PastWish] = ()


@transaction.atomic
def write_customers_of_the_past(*, by: Viewer, past: Sequence[PastCustomer]) -> list[int]:
    """Write them, and return their party ids in the order of `past`; a fixed number of statements.

    They are new, and no letter to them waits. Raises NotAllowedError, WrongValueError, and IntegrityError for an
    address that leads to somebody else already.
    """
    require(may_register_customer(by))
    parties = [_party(one) for one in past]
    write_rows(parties)
    both = list(zip(past, parties, strict=True))
    write_rows([_person(one, party) for one, party in both if one.short_name is not None])
    write_rows([Organisation(party=party, registration_number="") for one, party in both if one.short_name is None])
    write_rows([point for one, party in both for point in _contact_points(one, party)])
    acting = [(one.at, _representation(one, party, parties)) for one, party in both if one.acts_for is not None]
    notes = [(note.at, _note(note, party, by)) for one, party in both for note in one.notes]
    wishes = [pair for one, party in both for pair in _boundaries(one.wishes, party)]
    for rows in (acting, notes, wishes):
        write_rows([row for _at, row in rows])
    _record([*_registered(both), *_began_to_act(acting), *_noted(notes), *_wished(wishes)], by)
    return [party.pk for party in parties]


_Fact = tuple[str, datetime, list[int], dict[str, object]]  # verb, moment, parties it is about, data


def _record(facts: Iterable[_Fact], by: Viewer) -> None:
    record_many(
        [
            FactToRecord(verb, by.person_id, at, [thing("party", number) for number in about], data)
            for verb, at, about, data in facts
        ]
    )


def _registered(both: Iterable[tuple[PastCustomer, Party]]) -> list[_Fact]:
    return [(f"{party.kind}_registered", one.at, [party.pk], {}) for one, party in both]


def _began_to_act(rows: Iterable[tuple[datetime, Representation]]) -> list[_Fact]:
    return [
        ("representation_started", at, [row.person_id, row.organisation_id], {"representation_id": row.pk})
        for at, row in rows
    ]


def _noted(rows: Iterable[tuple[datetime, CustomerNote]]) -> list[_Fact]:
    return [("customer_noted", at, [row.party_id], {"kind": row.kind, "note_id": row.pk}) for at, row in rows]


def _wished(rows: Iterable[tuple[datetime, Boundary]]) -> list[_Fact]:
    return [
        ("boundary_set", at, [row.party_id], {"kind": row.kind, "rule": row.rule, "boundary_id": row.pk})
        for at, row in rows
    ]


def _party(one: PastCustomer) -> Party:
    name = usable_name(one.name)
    return Party(
        kind=Party.Kind.ORGANISATION if one.short_name is None else Party.Kind.PERSON,
        name=name,
        name_key=rules.name_key(name),
        language=usable_language(one.language),
        zone=usable_zone(one.zone),
        place=rules.clean_name(one.place)[:120],
        created_at=one.at,
    )


def _person(one: PastCustomer, party: Party) -> Person:
    short = rules.clean_name(one.short_name or "")[:100] or rules.first_name(party.name)[:100]
    return Person(party=party, short_name=short)


def _contact_points(one: PastCustomer, party: Party) -> list[ContactPoint]:
    return contact_points_of(party, one.emails, one.phones, at=one.at)


def _representation(one: PastCustomer, party: Party, parties: Sequence[Party]) -> Representation:
    return Representation(
        person_id=party.pk,
        organisation_id=parties[one.acts_for or 0].pk,
        title=rules.clean_name(one.title)[:120],
        starts_on=one.acts_since or rules.day_in_zone(one.at, party.zone),
    )


def _note(note: PastNote, party: Party, by: Viewer) -> CustomerNote:
    return kept_note(
        party, kind=note.kind, text=note.text, source=note.source, language=note.language, noted_on=note.noted_on, by=by
    )


def _boundaries(wishes: Iterable[PastWish], party: Party) -> list[tuple[datetime, Boundary]]:
    """The wishes of one customer; what holds already when it is said again is not written twice."""
    found: list[tuple[datetime, Boundary]] = []
    for wish in wishes:
        rule = kept_rule(wish.kind, wish.rule)
        holds = any((row.kind, row.rule) == (wish.kind, rule) and row.starts_on <= wish.starts_on for _at, row in found)
        if not holds:
            source = kept_source(wish.source)
            row = Boundary(party=party, kind=wish.kind, rule=rule, source=source, starts_on=wish.starts_on)
            found.append((wish.at, row))
    return found
