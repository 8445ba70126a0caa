"""Customers of the past in bulk: the same rows and facts as the single actions, in a fixed number of statements."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from clientela.directory import actions
from clientela.directory.actions import PastCustomer, PastNote, PastWish, WrongValueError
from clientela.directory.models import Boundary, ContactPoint, CustomerNote, Organisation, Party, Person, Representation
from clientela.directory.policies import HOUSE
from clientela.kernel.models import Fact
from clientela.kernel.policies import NotAllowedError
from tests.world import World

WHO = ("party_id", "person_id", "organisation_id")
SINCE = date(2024, 3, 1)
AT = datetime(2024, 3, 1, tzinfo=UTC)
FIRM = PastCustomer(
    at=AT,
    name=" Hotel  Aurora ",
    language="ro",
    zone="Europe/Bucharest",
    place="București",
    emails=["office@aurora.example"],
    phones=["+40 21 555 0101"],
)
CLERK = PastCustomer(
    at=AT,
    name="Ioan Pop",
    language="ro",
    zone="Europe/Bucharest",
    short_name="Ioan",
    emails=["ioan@aurora.example", "IOAN@aurora.example"],
    acts_for=0,
    acts_since=SINCE,
    title="Head of the house",
    notes=[PastNote(AT, "need", " Calls before noon ", "phone call", "ro", SINCE)],
    wishes=[
        PastWish(AT, "channel", {"channel": "phone"}, "portal", SINCE),
        PastWish(AT, "channel", {"channel": "phone"}, "mail", date(2024, 5, 1)),  # said again
        PastWish(AT, "do_not_contact", {}, "mail", date(2024, 5, 1)),
    ],
)


def one_by_one() -> list[int]:
    """The same by the actions that people use."""
    ids: list[int] = []
    for one in (FIRM, CLERK):
        given: dict[str, Any] = {
            "by": HOUSE, "at": one.at, "name": one.name, "language": one.language, "zone": one.zone,
            "place": one.place, "emails": one.emails, "phones": one.phones,
        }  # fmt: skip
        if one.short_name is None:
            ids.append(actions.register_organisation(**given))
        else:
            ids.append(actions.register_person(**given, short_name=one.short_name))
    for one, number in zip((FIRM, CLERK), ids, strict=True):
        if one.acts_for is not None:
            actions.allow_to_act_for(
                by=HOUSE, at=one.at, person_id=number, organisation_id=ids[one.acts_for], title=one.title,
                starts_on=one.acts_since,
            )  # fmt: skip
        for note in one.notes:
            actions.note_about_customer(
                by=HOUSE, at=note.at, party_id=number, kind=note.kind, text=note.text, source=note.source,
                language=note.language, noted_on=note.noted_on,
            )  # fmt: skip
        for wish in one.wishes:
            actions.set_boundary(
                by=HOUSE, at=wish.at, party_id=number, kind=wish.kind, rule=wish.rule, source=wish.source,
                starts_on=wish.starts_on,
            )  # fmt: skip
    return ids


def written(write: Callable[[], list[int]]) -> list[object]:
    """All that this writes, with each party by its place."""
    tables = (Party, Person, Organisation, ContactPoint, Representation, CustomerNote, Boundary)
    before = {table: set(table._default_manager.values_list("pk", flat=True)) for table in tables}
    known = set(Fact.objects.values_list("pk", flat=True))
    places = {number: f"party {place}" for place, number in enumerate(write())}
    found: list[object] = []
    keys: set[int] = set()
    for table in tables:
        for row in table._default_manager.exclude(pk__in=before[table]).order_by("pk"):
            keys.add(row.pk)
            told = {field.attname: getattr(row, field.attname) for field in table._meta.concrete_fields}
            told.pop("id", None)
            who = {name: places[told.pop(name)] for name in WHO if name in told}
            found.append((table.__name__, who, told))
    for fact in Fact.objects.exclude(pk__in=known).order_by("pk"):
        assert {value for name, value in fact.data.items() if name.endswith("_id")} <= keys
        data = {name: value for name, value in fact.data.items() if not name.endswith("_id")}
        about = [places[int(one.removeprefix("party:"))] for one in fact.about]
        found.append((fact.verb, fact.at, fact.by_party_id, about, data))
    return found


def test_only_who_may_register_customers_takes_over_any(world: World) -> None:
    with pytest.raises(NotAllowedError):
        actions.write_customers_of_the_past(by=world.zofia, past=[FIRM])
    assert not Party.objects.filter(name="Hotel Aurora").exists()


def test_a_value_that_the_actions_refuse_is_refused_and_nothing_is_written(world: World) -> None:
    count = Party.objects.count()
    nameless = PastCustomer(at=AT, name=" ", language="ro", zone="Europe/Bucharest")
    with pytest.raises(WrongValueError):
        actions.write_customers_of_the_past(by=HOUSE, past=[FIRM, nameless])
    taken = PastCustomer(
        at=AT, name="Another", language="ro", zone="Europe/Bucharest", emails=[world.address_of("zofia")]
    )
    with pytest.raises(IntegrityError):
        actions.write_customers_of_the_past(by=HOUSE, past=[FIRM, taken])
    assert Party.objects.count() == count


@pytest.mark.usefixtures("world")
def test_the_rows_and_facts_are_those_of_the_single_actions() -> None:
    one = written(one_by_one)
    Boundary.objects.all().delete()
    ContactPoint.objects.filter(value__endswith="@aurora.example").delete()
    bulk = written(lambda: actions.write_customers_of_the_past(by=HOUSE, past=[FIRM, CLERK]))
    assert bulk == one
    assert len(one) == 2 + 1 + 1 + 3 + 1 + 1 + 2 + 2 + 1 + 1 + 2


@pytest.mark.usefixtures("db")
def test_many_customers_take_as_many_statements_as_two() -> None:
    def statements(past: list[PastCustomer]) -> int:
        with CaptureQueriesContext(connection) as seen:
            actions.write_customers_of_the_past(by=HOUSE, past=past)
        return len(seen)

    plain = [
        PastCustomer(
            at=AT, name=f"Person {number}", language="pl", zone="Europe/Warsaw", short_name="P",
            emails=[f"{number}@mail.example"],
        )
        for number in range(60)
    ]  # fmt: skip
    assert statements(plain[:2]) == statements(plain[2:])
