"""Logins of employees."""

import threading

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.db import connection, transaction
from django.test import RequestFactory, override_settings

from clientela.directory import actions
from clientela.directory.models import Account
from clientela.directory.policies import HOUSE
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.contexts.directory.facts import facts
from tests.world import World

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick_hashes() -> object:
    """The real hasher takes a third of a second on purpose; which one it is, is a setting."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


def open_for(world: World, person_id: int, **values: object) -> int:
    given: dict[str, object] = {"by": world.vera, "at": world.at, "email": "New@casa-lavora.test", "password": PASSWORD}
    return actions.open_account(person_id=person_id, **{**given, **values})


@pytest.fixture
def dan(world: World) -> int:
    """A new colleague in IT, without a login."""
    dan_id = actions.register_person(by=HOUSE, at=world.at, name="Dan Rusu", language="ro", zone="Europe/Bucharest")
    actions.start_membership(by=HOUSE, at=world.at, person_id=dan_id, department_id=world.it.id)
    return dan_id


def test_only_the_administrator_opens_accounts(world: World, dan: int) -> None:
    for who in (world.ana, world.carmen):
        with pytest.raises(NotAllowedError, match="Only an administrator"):
            open_for(world, dan, by=who)
    with pytest.raises(HiddenError):
        open_for(world, dan, by=world.zofia)
    assert not Account.objects.filter(person_id=dan).exists()


def test_a_customer_gets_no_account(world: World) -> None:
    with pytest.raises(actions.NotAnEmployeeError, match=r"^Zofia Nowak works in no department\.$"):
        open_for(world, world.id_of("zofia"))


def test_nobody_gets_two_accounts_and_no_address_serves_two(world: World, dan: int) -> None:
    with pytest.raises(actions.HasAccountError, match=r"^Ana Ionescu already has an account\.$"):
        open_for(world, world.id_of("ana"))
    with pytest.raises(actions.AddressTakenError):
        open_for(world, dan, email="ANA@casa-lavora.test")
    assert not Account.objects.filter(person_id=dan).exists()


@pytest.mark.parametrize("password", ["short", "password123", "new@casa-lavora.test"])
def test_a_weak_password_is_refused_with_the_reason(world: World, dan: int, password: str) -> None:
    with pytest.raises(actions.WrongValueError) as caught:
        open_for(world, dan, password=password)
    assert caught.value.field == "password"
    assert caught.value.reason.startswith("Th")
    assert not Account.objects.filter(person_id=dan).exists()


def test_an_account_lets_in_by_address_in_any_capitals(world: World, dan: int) -> None:
    account_id = open_for(world, dan)
    request = RequestFactory().get("/")
    backend = ModelBackend()
    account = backend.authenticate(request, username="NEW@Casa-Lavora.test", password=PASSWORD)
    assert account is not None
    assert account.pk == account_id
    assert backend.authenticate(request, username="new@casa-lavora.test", password="wrong") is None
    assert backend.authenticate(request, username="nobody@casa-lavora.test", password=PASSWORD) is None
    assert authenticate(request, username="new@casa-lavora.test", password=PASSWORD) == account
    opened = ("account_opened", world.vera.person_id, (f"party:{dan}",))
    assert facts()[-1] == (*opened, {"is_administrator": False, "is_owner": False})


def test_a_password_is_changed_by_its_owner_or_the_administrator(world: World, dan: int) -> None:
    open_for(world, dan)
    with pytest.raises(NotAllowedError, match="only change your own password"):
        actions.change_password(by=world.ioana, at=world.at, person_id=dan, password=PASSWORD * 2)
    actions.change_password(by=world.vera, at=world.at, person_id=dan, password=PASSWORD * 2)
    assert Account.objects.get(person_id=dan).check_password(PASSWORD * 2)
    assert facts()[-1] == ("password_changed", world.vera.person_id, (f"party:{dan}",), {})
    with pytest.raises(actions.WrongValueError):
        actions.change_password(by=world.vera, at=world.at, person_id=dan, password="x")
    with pytest.raises(HiddenError):
        actions.change_password(by=world.vera, at=world.at, person_id=world.id_of("zofia"), password=PASSWORD)


def test_a_closed_account_lets_nobody_in(world: World, dan: int) -> None:
    open_for(world, dan)
    with pytest.raises(NotAllowedError):
        actions.close_account(by=world.ioana, at=world.at, person_id=dan)
    for _twice in range(2):
        actions.close_account(by=world.vera, at=world.at, person_id=dan)
    assert ModelBackend().authenticate(None, username="new@casa-lavora.test", password=PASSWORD) is None
    assert [fact[0] for fact in facts()].count("account_closed") == 1


def test_the_last_administrator_stays(world: World) -> None:
    vera = world.id_of("vera")
    with pytest.raises(actions.LastAdministratorError, match="This is the last administrator"):
        actions.close_account(by=world.vera, at=world.at, person_id=vera)
    with pytest.raises(actions.LastAdministratorError, match="This is the last administrator"):
        actions.change_rights(by=world.vera, at=world.at, person_id=vera, is_administrator=False, is_owner=False)
    with pytest.raises(NotAllowedError):
        actions.change_rights(
            by=world.ana, at=world.at, person_id=world.id_of("ana"), is_administrator=True, is_owner=True
        )
    assert world.again("vera").is_administrator
    assert not world.again("ana").is_administrator
    assert facts() == []
    actions.change_rights(
        by=world.vera, at=world.at, person_id=world.id_of("ioana"), is_administrator=True, is_owner=False
    )
    actions.change_rights(by=world.vera, at=world.at, person_id=vera, is_administrator=False, is_owner=False)
    assert (world.again("vera").is_administrator, world.again("ioana").is_administrator) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_do_not_lock_everybody_out_by_demoting_each_other_at_once(world: World) -> None:
    vera, ioana = world.id_of("vera"), world.id_of("ioana")
    actions.change_rights(by=HOUSE, at=world.at, person_id=ioana, is_administrator=True, is_owner=False)
    outcomes: list[str] = []

    def demote_vera() -> None:
        try:
            actions.change_rights(by=HOUSE, at=world.at, person_id=vera, is_administrator=False, is_owner=False)
            outcomes.append("demoted")
        except actions.LastAdministratorError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    other = threading.Thread(target=demote_vera)
    with transaction.atomic():
        actions.change_rights(by=HOUSE, at=world.at, person_id=ioana, is_administrator=False, is_owner=False)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=10)
    assert outcomes == ["This is the last administrator. Name another one first."]
    assert world.again("vera").is_administrator
