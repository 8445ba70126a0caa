"""Coming in and going out: log-in, the limit against guessing, and the link that a customer asks for."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from clientela.directory.models import Account
from clientela.kernel.models import Letter
from tests.world import World

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ana(world: World) -> dict[str, str]:
    """What Ana types at the door."""
    account = Account.objects.get(person_id=world.ana.person_id)
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return {"username": world.address_of("ana"), "password": PASSWORD}


def test_a_wrong_password_does_not_let_in_and_says_what_to_do(client: Client, ana: dict[str, str]) -> None:
    answer = client.post(reverse("account:login"), {**ana, "password": "wrong"})
    assert answer.status_code == 422
    assert "do not belong together" in answer.content.decode()
    assert client.get(reverse("map:map")).status_code == 302


def test_the_right_password_lets_in_and_the_way_out_forgets(client: Client, ana: dict[str, str]) -> None:
    assert client.post(reverse("account:login"), ana)["Location"] == "/"
    assert client.get("/")["Location"] == reverse("desk:my_day")
    assert client.post(reverse("account:logout"))["Location"] == reverse("account:login")
    assert client.get("/")["Location"] == reverse("account:login")


def test_the_log_in_leads_to_the_page_that_was_wanted_and_never_to_another_site(
    client: Client, ana: dict[str, str]
) -> None:
    assert client.post(reverse("account:login"), {**ana, "next": "/map/"})["Location"] == "/map/"
    client.post(reverse("account:logout"))
    assert client.post(reverse("account:login"), {**ana, "next": "https://elsewhere.test/"})["Location"] == "/"


def test_after_eight_wrong_passwords_even_the_right_one_waits(client: Client, ana: dict[str, str]) -> None:
    wrong = [client.post(reverse("account:login"), {**ana, "password": "wrong"}).status_code for _try in range(8)]
    assert wrong == [422] * 7 + [429]
    locked = client.post(reverse("account:login"), ana)
    assert locked.status_code == 429
    assert "quarter of an hour" in locked.content.decode()


def test_the_answer_to_an_unknown_address_is_that_to_a_known_one(world: World, client: Client) -> None:
    pages = [
        client.post(reverse("account:link"), {"address": address}).content.decode().replace(address, "X")
        for address in (world.address_of("zofia"), "nobody@elsewhere.test")
    ]
    secret = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|csrf\S+"\w{32,}"|X-CSRFToken[^}]+')
    assert secret.sub("", pages[0]) == secret.sub("", pages[1])
    assert Letter.objects.get().to_address == world.address_of("zofia")


def test_the_link_that_was_sent_lets_the_customer_in_as_a_customer(world: World, client: Client) -> None:
    client.post(reverse("account:link"), {"address": world.address_of("zofia")})
    found = re.search(r"/p/\S+", Letter.objects.get().text)
    assert found is not None
    assert client.get(found.group())["Location"] == reverse("portal:home")
    assert client.get(reverse("portal:requests")).status_code == 200
    assert client.get(reverse("map:map")).status_code == 404


def test_what_is_no_address_is_said_beside_the_field(client: Client, world: World) -> None:
    answer = client.post(reverse("account:link"), {"address": "zofia"})
    assert answer.status_code == 422
    assert "name@example.com" in answer.content.decode()
    assert Letter.objects.count() == 0
