"""Who somebody is at a moment."""

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.directory import queries
from clientela.directory.models import Account, Department, Membership, Party, Representation
from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel.policies import HiddenError
from tests.world import World


@pytest.mark.django_db
def test_nobody_is_nobody() -> None:
    with pytest.raises(HiddenError):
        queries.viewer_of(999_999, at=World.at)
    with pytest.raises(HiddenError):
        queries.customer_viewer_of(999_999, at=World.at)


def test_a_department_or_an_organisation_is_not_a_viewer(world: World) -> None:
    for party_id in (world.care.id, world.delta.id):
        with pytest.raises(HiddenError):
            queries.viewer_of(party_id, at=world.at)


def test_a_person_who_was_erased_is_nobody(world: World) -> None:
    Party.objects.filter(id=world.id_of("zofia")).update(erased_at=world.at)
    with pytest.raises(HiddenError):
        world.again("zofia")


def test_the_head_of_a_department_reaches_those_below_it(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stefan_id = world.id_of("stefan")
    with django_assert_num_queries(3):
        stefan = queries.viewer_of(stefan_id, at=world.at)
    assert stefan == Viewer(
        person_id=stefan_id,
        name="Ștefan Munteanu",
        first_name="Ștefan",
        language="ro",
        zone="Europe/Bucharest",
        department_ids=frozenset({world.workshop.id, world.workshop_warsaw.id}),
        own_department_ids=frozenset({world.workshop.id}),
        headed_department_ids=frozenset({world.workshop.id}),
        is_employee=True,
    )


def test_those_below_do_not_reach_up(world: World) -> None:
    assert world.piotr.department_ids == {world.workshop_warsaw.id}
    assert world.piotr.headed_department_ids == frozenset()


def test_rights_come_from_an_open_account_of_somebody_who_works_here(world: World) -> None:
    assert (world.vera.is_administrator, world.vera.is_owner) == (True, False)
    assert (world.carmen.is_administrator, world.carmen.is_owner) == (False, True)
    Account.objects.filter(person_id=world.vera.person_id).update(is_active=False)
    assert world.again("vera").is_administrator is False
    Membership.objects.filter(person_id=world.carmen.person_id).update(ends_on=date(2026, 11, 22))
    assert world.again("carmen") == queries.customer_viewer_of(world.id_of("carmen"), at=world.at)


def test_serving_outside_comes_from_the_department_or_one_below_it(world: World) -> None:
    assert world.ana.serves_outside is True
    assert world.stefan.serves_outside is False
    Department.objects.filter(party_id=world.workshop_warsaw.id).update(serves_outside=True)
    assert world.again("stefan").serves_outside is True
    assert world.again("piotr").serves_outside is True


def test_an_employee_who_buys_is_only_a_customer_behind_a_link(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    radu_id = world.id_of("radu")
    with django_assert_num_queries(2):
        at_home = queries.customer_viewer_of(radu_id, at=world.at)
    assert at_home == Viewer(
        person_id=radu_id, name="Radu Popa", first_name="Radu", language="ro", zone="Europe/Bucharest"
    )
    assert at_home.party_ids == {radu_id}
    assert world.radu.party_ids == {radu_id, world.care.id}


def test_who_acts_for_an_organisation_speaks_for_it_too(world: World) -> None:
    assert world.mihai.party_ids == {world.mihai.person_id, world.delta.id}
    Representation.objects.update(ends_on=date(2026, 11, 22))
    assert world.again("mihai").party_ids == {world.mihai.person_id}


def test_a_membership_ends_at_midnight_in_the_persons_own_zone(world: World) -> None:
    Membership.objects.filter(person_id=world.id_of("piotr")).update(ends_on=date(2026, 11, 22))
    last_minute = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)  # 23:59 in Warsaw, 0:59 of the next day in Bucharest
    midnight = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert world.again("piotr", at=last_minute).own_department_ids == {world.workshop_warsaw.id}
    assert world.again("piotr", at=midnight).own_department_ids == frozenset()
    assert queries.is_employee(world.id_of("piotr"), last_minute) is True
    assert queries.is_employee(world.id_of("piotr"), midnight) is False


def test_a_membership_begins_at_midnight_in_the_persons_own_zone(world: World) -> None:
    Membership.objects.filter(person_id=world.id_of("ana")).update(starts_on=date(2026, 11, 23))
    assert world.again("ana", at=datetime(2026, 11, 22, 21, 59, tzinfo=UTC)).is_employee is False
    assert world.again("ana", at=datetime(2026, 11, 22, 22, 0, tzinfo=UTC)).is_employee is True


def test_the_house_is_nobody_and_no_party() -> None:
    assert HOUSE.party_ids == frozenset()
    assert (HOUSE.is_house, HOUSE.is_employee, HOUSE.is_administrator) == (True, False, False)
