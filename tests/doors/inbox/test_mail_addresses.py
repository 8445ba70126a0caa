"""Addresses of ours: who may define them, where each leads, and what the receiver makes of sub-addresses."""

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from clientela.catalogue.actions import retire_service
from clientela.directory.policies import HOUSE
from clientela.inbox.actions import (
    MailAddressError,
    change_mail_address,
    define_mail_address,
    remove_mail_address,
)
from clientela.inbox.models import MailAddress
from clientela.inbox.queries import (
    MailAddressRow,
    default_mail_place,
    mail_addresses,
    place_of_address,
    places_of_addresses,
)
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _our_domain() -> object:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def leads_to(address: str) -> tuple[str, int | None, str] | None:
    place = place_of_address(address)
    return None if place is None else (place.department.key, place.service_version_id, place.sub_address)


# --- who may


def test_only_an_administrator_defines_an_address(shop: Shop) -> None:
    for stranger in (shop.world.ana, shop.world.carmen, shop.world.zofia):
        with pytest.raises(NotAllowedError):
            define_mail_address(by=stranger, at=shop.at, address="help@inny.test", service_key="repair")
        with pytest.raises(HiddenError):
            mail_addresses(stranger)
    assert MailAddress.objects.count() == 0


def test_only_an_administrator_changes_or_removes_one(shop: Shop) -> None:
    number = define_mail_address(by=shop.world.vera, at=shop.at, address="help@inny.test", service_key="repair")
    with pytest.raises(NotAllowedError):
        change_mail_address(by=shop.world.ana, at=shop.at, address_id=number, service_key="laptop")
    with pytest.raises(NotAllowedError):
        remove_mail_address(by=shop.world.ana, at=shop.at, address_id=number)
    assert leads_to("help@inny.test") == ("care", shop.version("repair"), "")


def test_one_that_is_not_there_does_not_exist(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        change_mail_address(by=shop.world.vera, at=shop.at, address_id=7, service_key="laptop")
    with pytest.raises(HiddenError):
        remove_mail_address(by=shop.world.vera, at=shop.at, address_id=7)


# --- what may be defined


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("help", "“help” is not an e-mail address."),
        ("help@inny", "“help@inny” is not an e-mail address."),
        ("*help@inny.test", "“*help@inny.test” is not an e-mail address."),
        ("two words@inny.test", "“two words@inny.test” is not an e-mail address."),
        ("*@inny", "“inny” is not a domain, such as example.org."),
        ("*@*", "“*” is not a domain, such as example.org."),
        (
            "Zofia@example.test",
            "zofia@example.test is the address of a person or an organisation. Mail to it is theirs.",
        ),
        (
            "office@delta.test",
            "office@delta.test is the address of a person or an organisation. Mail to it is theirs.",
        ),
    ],
)
def test_an_address_that_cannot_be_ours_is_refused(shop: Shop, address: str, reason: str) -> None:
    with pytest.raises(MailAddressError) as refused:
        define_mail_address(by=shop.world.vera, at=shop.at, address=address, service_key="repair")
    assert (refused.value.field, refused.value.reason) == ("address", reason)


def test_an_address_is_defined_once_however_it_is_written(shop: Shop) -> None:
    define_mail_address(by=shop.world.vera, at=shop.at, address="help@inny.test", service_key="repair")
    with pytest.raises(MailAddressError) as refused:
        define_mail_address(by=shop.world.vera, at=shop.at, address=" HELP@Inny.Test. ", service_key="laptop")
    assert refused.value.reason == "help@inny.test has a place already. Change that one."
    assert leads_to("help@inny.test") == ("care", shop.version("repair"), "")


@pytest.mark.parametrize(
    ("department", "service", "reason"),
    [
        ("", "", "Choose a department or a service to which this address leads."),
        ("care", "repair", "Choose a department or a service to which this address leads."),
        ("zofia", "", "There is no such department."),
        ("", "nothing", "There is no such service."),
        ("", "purchase", "This service is no longer offered. Choose another one."),
    ],
)
def test_an_address_leads_to_one_place_that_there_is(shop: Shop, department: str, service: str, reason: str) -> None:
    retire_service(by=HOUSE, at=shop.at, key="purchase")
    department_id = shop.world.id_of(department) if department else None
    with pytest.raises(MailAddressError) as refused:
        define_mail_address(
            by=shop.world.vera, at=shop.at, address="a@inny.test", department_id=department_id, service_key=service
        )
    assert (refused.value.field, refused.value.reason) == ("place", reason)


# --- where they lead


def test_a_departments_own_address_needs_no_definition(shop: Shop) -> None:
    assert leads_to("Care@casa-lavora.test") == ("care", shop.version("repair"), "")
    assert leads_to("care+washing-machine@casa-lavora.test") == ("care", shop.version("repair"), "washing-machine")
    assert leads_to("it@casa-lavora.test") == ("it", None, "")
    assert leads_to("care@elsewhere.test") is None
    assert leads_to("zofia@example.test") is None
    assert leads_to("vera@casa-lavora.test") is None


def test_an_address_leads_to_its_service_or_department(shop: Shop) -> None:
    for address, department, service in (
        ("laptops@inny.test", None, "laptop"),
        ("help@inny.test", shop.care_id, ""),
        ("care@casa-lavora.test", None, "bench"),  # before what the department has by itself
    ):
        define_mail_address(
            by=shop.world.vera, at=shop.at, address=address, department_id=department, service_key=service
        )
    assert leads_to("laptops+x@inny.test") == ("it", shop.version("laptop"), "x")
    assert leads_to("help@inny.test") == ("care", shop.version("repair"), "")
    assert leads_to("care+y@casa-lavora.test") == ("maintenance", shop.version("bench"), "y")


def test_a_sub_address_with_a_place_of_its_own_goes_there(shop: Shop) -> None:
    define_mail_address(by=shop.world.vera, at=shop.at, address="care+pc@casa-lavora.test", service_key="laptop")
    assert leads_to("care+pc@casa-lavora.test") == ("it", shop.version("laptop"), "")
    assert leads_to("care+pc+old@casa-lavora.test") == ("it", shop.version("laptop"), "old")
    assert leads_to("care+tv@casa-lavora.test") == ("care", shop.version("repair"), "tv")


def test_there_is_no_catch_all_unless_it_is_defined_and_then_it_comes_last(shop: Shop) -> None:
    assert leads_to("whatever@casa-lavora.test") is None
    define_mail_address(by=shop.world.vera, at=shop.at, address="*@Casa-Lavora.test", service_key="laptop")
    assert leads_to("whatever@casa-lavora.test") == ("it", shop.version("laptop"), "")
    assert leads_to("care@casa-lavora.test") == ("care", shop.version("repair"), "")
    assert leads_to("whatever@elsewhere.test") is None
    whatever, care = (place_of_address(f"{name}@casa-lavora.test") for name in ("whatever", "care"))
    assert whatever is not None
    assert care is not None
    assert (whatever.is_catch_all, care.is_catch_all) == (True, False)


def test_the_postmaster_is_the_first_department_that_takes_mail(shop: Shop) -> None:
    for address in ("postmaster", "PostMaster@casa-lavora.test"):
        assert leads_to(address) == ("care", shop.version("repair"), "")
    assert leads_to("postmaster@elsewhere.test") is None
    define_mail_address(by=shop.world.vera, at=shop.at, address="postmaster@casa-lavora.test", service_key="laptop")
    assert leads_to("postmaster@casa-lavora.test") == ("it", shop.version("laptop"), "")
    default = default_mail_place()
    assert default is not None
    assert default.department.key == "care"


def test_mail_for_a_service_that_is_no_longer_offered_goes_to_its_department(shop: Shop) -> None:
    define_mail_address(by=shop.world.vera, at=shop.at, address="buy@inny.test", service_key="purchase")
    assert leads_to("buy@inny.test") == ("care", shop.version("purchase"), "")
    retire_service(by=HOUSE, at=shop.at, key="purchase")
    assert leads_to("buy@inny.test") == ("care", shop.version("repair"), "")


def test_a_changed_address_leads_elsewhere_and_a_removed_one_nowhere(shop: Shop) -> None:
    number = define_mail_address(by=shop.world.vera, at=shop.at, address="help@inny.test", service_key="repair")
    change_mail_address(by=shop.world.vera, at=shop.after(1), address_id=number, department_id=shop.world.id_of("it"))
    assert leads_to("help@inny.test") == ("it", None, "")
    change_mail_address(by=shop.world.vera, at=shop.after(2), address_id=number, department_id=shop.world.id_of("it"))
    remove_mail_address(by=shop.world.vera, at=shop.after(3), address_id=number)
    assert leads_to("help@inny.test") is None
    assert [fact.verb for fact in facts_about(thing("mail_address", number))] == [
        "mail_address_removed",
        "mail_address_changed",
        "mail_address_defined",
    ]


# --- many at once


def test_many_addresses_cost_as_many_statements_as_one(shop: Shop) -> None:
    define_mail_address(by=shop.world.vera, at=shop.at, address="help@inny.test", service_key="repair")
    addresses = [f"care+{number}@casa-lavora.test" for number in range(100)] + ["help@inny.test", "", "a@b.test"]
    with CaptureQueriesContext(connection) as asked:
        places = places_of_addresses(addresses)
    assert len(asked) == 5
    assert len(places) == 101
    assert places["care+7@casa-lavora.test"].sub_address == "7"
    with CaptureQueriesContext(connection) as asked:
        assert places_of_addresses(["", "nonsense"]) == {}
    assert len(asked) == 0


# --- the page


def test_settings_show_every_address_defined_first(shop: Shop) -> None:
    number = define_mail_address(by=shop.world.vera, at=shop.at, address="help@inny.test", service_key="laptop")
    other = define_mail_address(
        by=shop.world.vera, at=shop.at, address="*@inny.test", department_id=shop.world.id_of("hr")
    )
    with CaptureQueriesContext(connection) as asked:
        rows = mail_addresses(shop.world.vera)
    assert len(asked) == 7
    it, hr = shop.world.it, shop.world.hr
    assert rows[:2] == (
        MailAddressRow(other, "*@inny.test", hr.id, hr.name_in("en"), "", "", is_catch_all=True, takes_mail=False),
        MailAddressRow(
            number, "help@inny.test", it.id, it.name_in("en"), "laptop", "A laptop", is_catch_all=False, takes_mail=True
        ),
    )
    own = {row.address: (row.id, row.takes_mail) for row in rows[2:]}
    assert own["care@casa-lavora.test"] == (None, True)
    assert own["it@casa-lavora.test"] == (None, False)
    assert len(own) == 7
