"""Logins, memberships and organisations as Settings and People ask for them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.directory.actions import close_account, end_membership
from clientela.directory.models import Account
from clientela.directory.queries.accounts import accounts_page
from clientela.directory.queries.memberships import members_of
from clientela.directory.queries.organisations import organisation_page
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.world import World


@pytest.mark.parametrize("who", ["ana", "carmen", "zofia"])
def test_only_an_administrator_sees_logins_and_memberships(world: World, who: str) -> None:
    viewer = getattr(world, who)
    with pytest.raises(NotAllowedError):
        accounts_page(viewer, at=world.at)
    with pytest.raises(NotAllowedError):
        members_of(viewer, at=world.at)


def test_logins_stand_by_name_a_page_at_a_time(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    close_account(by=world.vera, at=world.at, person_id=world.id_of("piotr"))
    Account.objects.filter(person_id=world.id_of("radu")).delete()
    with django_assert_num_queries(2):
        first = accounts_page(world.vera, at=world.at, limit=5)
    with django_assert_num_queries(2):
        second = accounts_page(world.vera, at=world.at, limit=5, after=first.next_after)
    rows = [*first.rows, *second.rows]
    assert [row.name for row in rows] == [
        "Ana Ionescu",
        "Carmen Ruiz",
        "Ioana Stan",
        "Magda Kowalska",
        "Piotr Zieliński",
        "Ștefan Munteanu",
        "Tomasz Wójcik",
        "Vera Dobre",
    ]
    assert [row.name for row in rows if not row.is_active] == ["Piotr Zieliński"]
    assert [row.name for row in rows if row.is_administrator] == ["Vera Dobre"]
    assert first.without_account_count == 1
    assert second.next_after is None


def test_a_login_is_found_by_name_and_by_address(world: World) -> None:
    assert [row.name for row in accounts_page(world.vera, at=world.at, words="STEFAN").rows] == ["Ștefan Munteanu"]
    assert [row.name for row in accounts_page(world.vera, at=world.at, words="tomasz@casa").rows] == ["Tomasz Wójcik"]


def test_who_left_is_no_member_and_their_login_says_so(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    vera, care_id = world.vera, world.care.id
    with django_assert_num_queries(1):
        members = members_of(vera, at=world.at)[care_id]
    assert [(one.name, one.role) for one in members] == [("Ana Ionescu", "head"), ("Radu Popa", "member")]
    last_day = world.at.date().replace(day=1)
    end_membership(by=world.vera, at=world.at, membership_id=members[1].membership_id, ends_on=last_day)
    assert [one.name for one in members_of(vera, at=world.at)[care_id]] == ["Ana Ionescu"]
    (radu,) = accounts_page(world.vera, at=world.at, words="radu").rows
    assert radu.works_here is False


def test_who_serves_nobody_outside_sees_no_organisation(world: World) -> None:
    with pytest.raises(HiddenError):
        organisation_page(world.piotr, world.delta.id, at=world.at)
    with pytest.raises(HiddenError):
        organisation_page(world.ana, world.id_of("zofia"), at=world.at)


def test_an_organisation_shows_who_acts_for_it(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    delta_id = world.delta.id
    viewer = world.ana
    with django_assert_num_queries(4):
        page = organisation_page(viewer, delta_id, at=world.at)
    assert (page.card.name, [point.value for point in page.contact_points]) == (
        "Delta Instal SRL",
        ["office@delta.test"],
    )
    assert [(one.name, one.title) for one in page.people] == [("Mihai Stoica", "Manager")]
    assert organisation_page(world.mihai, delta_id, at=world.at) == page
