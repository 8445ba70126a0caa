"""Every page of Settings opens for its administrator and for nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.doors.web.coming_in import come_in
from tests.shop import Shop
from tests.world import World

LISTS = ("home", "services", "new_service", "calendars", "new_calendar", "terms", "new_terms", "departments")
LISTS += ("new_department", "accounts", "mail", "letters")


@pytest.mark.parametrize("name", LISTS)
def test_a_colleague_without_rights_does_not_learn_that_the_page_exists(
    client: Client, world: World, name: str
) -> None:
    come_in(client, world, "piotr")
    assert client.get(reverse(f"settings:{name}")).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_is_led_to_the_log_in(client: Client, name: str, db: None) -> None:
    address = reverse(f"settings:{name}")
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/login?next={address}")


@pytest.mark.parametrize("name", LISTS)
def test_the_administrator_opens_it_on_an_empty_house(client: Client, world: World, name: str) -> None:
    come_in(client, world, "vera")
    response = client.get(reverse(f"settings:{name}"))
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1


@pytest.mark.parametrize("name", LISTS)
def test_the_administrator_opens_it_on_a_house_at_work(client: Client, shop: Shop, name: str) -> None:
    shop.ask_repair()
    come_in(client, shop.world, "vera")
    response = client.get(reverse(f"settings:{name}"))
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1
