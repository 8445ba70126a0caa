"""Whoever writes to us is a customer, and one customer only."""

import threading

import pytest
from django.db import connection, transaction

from clientela.directory import actions, queries
from clientela.directory.models import ContactPoint, Membership, Party, Person, Representation
from tests.contexts.directory.facts import facts
from tests.world import World

ELENA = {"name": "Elena Pop", "language": "ro", "zone": "Europe/Bucharest"}


def welcome(world: World, address: str, **values: str) -> int:
    return actions.welcome_correspondent(at=world.at, address=address, **{**ELENA, **values})


@pytest.mark.parametrize("address", ["", "elena", "elena@", "@example.test", "elena@example"])
def test_what_cannot_be_an_address_makes_nobody(world: World, address: str) -> None:
    before = Party.objects.count()
    with pytest.raises(actions.WrongValueError, match="is not an e-mail address"):
        welcome(world, address)
    assert (Party.objects.count(), facts()) == (before, [])


def test_somebody_new_becomes_a_customer(world: World) -> None:
    elena_id = welcome(world, "Elena@Example.test", name=" Elena\r\n Pop ")
    party = Party.objects.get(id=elena_id)
    assert (party.kind, party.name, party.name_key, party.language, party.zone, party.created_at) == (
        "person",
        "Elena Pop",
        "elena pop",
        "ro",
        "Europe/Bucharest",
        world.at,
    )
    assert Person.objects.get(party_id=elena_id).short_name == "Elena"
    assert queries.customer_viewer_of(elena_id, at=world.at).party_ids == {elena_id}
    assert facts() == [("correspondent_welcomed", None, (f"party:{elena_id}",), {})]


def test_who_writes_again_in_whatever_capitals_is_the_same_person(world: World) -> None:
    elena_id = welcome(world, "elena@example.test")
    assert welcome(world, "ELENA@EXAMPLE.TEST", name="E. Pop", language="en") == elena_id
    assert welcome(world, "zofia@example.test", name="Somebody", language="en") == world.id_of("zofia")
    assert Party.objects.get(id=world.id_of("zofia")).name == "Zofia Nowak"


def test_an_employee_who_writes_stays_who_they_are(world: World) -> None:
    assert welcome(world, "radu@casa-lavora.test") == world.id_of("radu")


def test_without_a_name_what_stands_before_the_at_is_the_name(world: World) -> None:
    assert Party.objects.get(id=welcome(world, "no.name@example.test", name="")).name == "no.name"
    assert Party.objects.get(id=welcome(world, "long@example.test", name="x" * 500)).name == "x" * 200


def test_a_writer_from_an_organisations_address_acts_for_it(world: World) -> None:
    office = "Office@delta.test"
    assert welcome(world, office, name="MIHAI STOICA") == world.id_of("mihai")
    dana = welcome(world, office, name="Dana Matei")
    assert welcome(world, office, name="Dana Matei") == dana
    assert queries.customer_viewer_of(dana, at=world.at).organisation_ids == {world.delta.id}
    assert not ContactPoint.objects.filter(party_id=dana).exists()
    assert Representation.objects.get(person_id=dana).title == "wrote from the organisation’s address"


def test_the_mailbox_of_a_department_speaks_by_its_head(world: World) -> None:
    actions.add_contact_point(
        by=world.vera, at=world.at, party_id=world.it.id, kind="email", value="it-team@casa-lavora.test"
    )
    assert welcome(world, "it-team@casa-lavora.test") == world.id_of("ioana")
    Membership.objects.filter(department_id=world.it.id).delete()
    with pytest.raises(actions.NobodyBehindAddressError, match=r"^Nobody works in IT today\.$"):
        welcome(world, "it-team@casa-lavora.test")


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_welcome_the_same_address_at_once_get_one_person(world: World) -> None:
    """The second worker looked before the first one committed, and finds nobody; the unique key stops it."""
    before = Party.objects.count()
    found: list[int] = []

    def welcome_too() -> None:
        try:
            found.append(welcome(world, "ELENA@example.test"))
        finally:
            connection.close()

    other = threading.Thread(target=welcome_too)
    with transaction.atomic():
        elena_id = welcome(world, "elena@example.test")
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()  # it has written its own person, and waits whether ours is committed
    other.join(timeout=10)
    assert found == [elena_id]
    assert Party.objects.count() == before + 1
    assert [fact[0] for fact in facts()] == ["correspondent_welcomed"]


@pytest.mark.django_db(transaction=True)
def test_if_the_first_worker_gives_up_the_second_makes_the_person(world: World) -> None:
    before = Party.objects.count()
    found: list[int] = []

    def welcome_too() -> None:
        try:
            found.append(welcome(world, "elena@example.test"))
        finally:
            connection.close()

    other = threading.Thread(target=welcome_too)
    with transaction.atomic():
        welcome(world, "elena@example.test")
        other.start()
        other.join(timeout=0.5)
        transaction.set_rollback(True)
    other.join(timeout=10)
    assert Party.objects.count() == before + 1
    assert found == [Party.objects.get(name="Elena Pop").pk]
