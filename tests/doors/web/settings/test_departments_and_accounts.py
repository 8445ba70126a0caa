"""Departments, who works where, and who logs in."""

import pytest
from django.test import Client
from django.urls import reverse

from clientela.directory import queries
from clientela.directory.models import Account
from clientela.kernel.clock import now
from tests.doors.web.coming_in import come_in
from tests.world import World

FINANCE = {"department_key": "finance", "name": "Finance", "language": "en", "zone": "Europe/Bucharest", "place": ""}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"department_key": "care"}, "department_key"),
        ({"department_key": "our money"}, "department_key"),
        ({"name": " "}, "name"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"parent_id": "999999"}, "parent_id"),
    ],
)
def test_a_department_that_cannot_be_is_refused(
    client: Client, world: World, wrong: dict[str, str], field: str
) -> None:
    come_in(client, world, "vera")
    response = client.post(reverse("settings:new_department"), {**FINANCE, **wrong})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_a_department_is_added_changed_and_moved(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    client.post(reverse("settings:new_department"), {**FINANCE, "name_pl": "Finanse"})
    finance = queries.department_by_key("finance")
    assert finance is not None
    assert finance.names == {"pl": "Finanse"}
    sent = {**FINANCE, "name": "Money", "parent_id": str(world.management.id), "serves_outside": "on"}
    assert client.post(reverse("settings:department", args=[finance.id]), sent).status_code == 302
    changed = queries.department_by_key("finance")
    assert changed is not None
    assert (changed.name, changed.parent_id, changed.serves_outside, changed.names) == (
        "Money",
        world.management.id,
        True,
        {},
    )


def test_a_department_does_not_stand_below_itself(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    sent = {"name": "Workshop", "language": "en", "zone": "Europe/Bucharest"}
    address = reverse("settings:department", args=[world.workshop.id])
    response = client.post(address, {**sent, "parent_id": str(world.workshop_warsaw.id)})
    assert response.status_code == 422
    assert response.context["form"].errors == {"parent_id": ["Workshop cannot stand below itself."]}


def test_nobody_works_somewhere_twice_or_without_being_known(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    address = reverse("settings:add_member", args=[world.care.id])
    response = client.post(address, {"address": "who@example.test", "role": "member"})
    assert response.status_code == 422
    assert response.context["member"].errors["address"][0].startswith("Nobody in the directory has this address.")
    response = client.post(address, {"address": world.address_of("radu"), "role": "head"})
    assert response.context["member"].errors == {"address": ["Radu Popa already works in Customer Care at that time."]}
    sent = {"address": world.address_of("vera"), "role": "head", "starts_on": "2026-12-01", "ends_on": "2026-11-01"}
    assert list(client.post(address, sent).context["member"].errors) == ["ends_on"]


def test_somebody_works_in_a_department_and_then_no_more(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    sent = {"address": world.address_of("vera"), "role": "member", "starts_on": "2026-01-01"}
    response = client.post(reverse("settings:add_member", args=[world.care.id]), sent)
    assert response["Location"] == reverse("settings:department", args=[world.care.id])
    page = queries.person_page(world.vera, world.id_of("vera"), at=now())
    membership = next(one for one in page.memberships if one.department_id == world.care.id)
    assert membership.is_current
    client.post(reverse("settings:end_member", args=[world.care.id, membership.id]))
    page = queries.person_page(world.vera, world.id_of("vera"), at=now())
    assert next(one for one in page.memberships if one.department_id == world.care.id).ends_on is not None


def test_an_account_is_only_for_who_works_here(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    html = client.get(reverse("settings:account", args=[world.id_of("zofia")])).content.decode()
    assert "Only people who work here have an account" in html
    sent = {"email": "zofia@example.test", "password": "a long enough secret"}
    response = client.post(reverse("settings:account", args=[world.id_of("zofia")]), sent)
    assert response.status_code == 422
    assert not Account.objects.filter(email="zofia@example.test").exists()


def test_a_password_that_is_too_short_is_refused_and_never_written_back(client: Client, world: World) -> None:
    Account.objects.filter(person_id=world.id_of("radu")).delete()
    come_in(client, world, "vera")
    sent = {"email": "radu@casa-lavora.test", "password": "short1"}
    response = client.post(reverse("settings:account", args=[world.id_of("radu")]), sent)
    assert response.status_code == 422
    assert list(response.context["opening"].errors) == ["password"]
    assert "short1" not in response.content.decode()


def test_an_account_is_opened_and_its_owner_logs_in(client: Client, world: World) -> None:
    Account.objects.filter(person_id=world.id_of("radu")).delete()
    come_in(client, world, "vera")
    html = client.get(reverse("settings:accounts")).content.decode()
    assert "1 colleague cannot log in yet" in html
    sent = {"email": "radu@casa-lavora.test", "password": "seven green bicycles"}
    assert client.post(reverse("settings:account", args=[world.id_of("radu")]), sent).status_code == 302
    account = world.account_of("radu")
    assert account.check_password("seven green bicycles")
    assert (account.is_administrator, account.is_owner) == (False, False)


def test_the_last_administrator_stays_one(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    response = client.post(reverse("settings:rights", args=[world.id_of("vera")]), {"is_owner": "on"})
    assert response.status_code == 422
    assert response.context["rights_form"].errors == {
        "is_administrator": ["This is the last administrator. Name another one first."]
    }
    response = client.post(reverse("settings:close_account", args=[world.id_of("vera")]))
    assert response.status_code == 422
    assert "This is the last administrator. Name another one first." in response.content.decode()
    assert world.account_of("vera").is_active


def test_rights_are_given_a_password_is_set_an_account_is_closed(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    ana = world.id_of("ana")
    client.post(reverse("settings:rights", args=[ana]), {"is_administrator": "on"})
    assert world.account_of("ana").is_administrator
    assert client.post(reverse("settings:password", args=[ana]), {"password": "short"}).status_code == 422
    client.post(reverse("settings:password", args=[ana]), {"password": "seven green bicycles"})
    assert world.account_of("ana").check_password("seven green bicycles")
    client.post(reverse("settings:close_account", args=[ana]))
    assert not world.account_of("ana").is_active
    assert "closed" in client.get(reverse("settings:accounts"), {"q": "ionescu"}).content.decode()
