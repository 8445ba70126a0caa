"""Writing down what a customer says who called."""

import pytest
from django.urls import reverse

from clientela.directory.models import Party
from clientela.requests.models import Message, Request
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

NEW = "/desk/new"


def call(shop: Shop, **more: object) -> dict[str, object]:
    zofia = shop.world.id_of("zofia")
    return {
        "customer": zofia,
        "asker": zofia,
        "service": shop.version("repair"),
        "text": "The oven is cold.",
        "language": "pl",
    } | more


def test_a_customer_is_not_found_by_those_who_serve_nobody_outside(desk: Desk, shop: Shop) -> None:
    html = desk.of("magda").get(NEW, {"q": "Zofia"}).content.decode()
    assert "Zofia Nowak" not in html
    assert "Only departments that serve outside customers may add them." in html
    zofia = shop.world.id_of("zofia")
    assert desk.of("magda").get(NEW, {"customer": zofia}).status_code == 404
    assert desk.of("magda").post(NEW, call(shop)).status_code == 404


@pytest.mark.parametrize("customer", ["x", "999999", "-1", "9" * 30])
def test_who_is_not_in_the_directory_has_no_page(desk: Desk, shop: Shop, customer: str) -> None:
    assert desk.of("ana").get(NEW, {"customer": customer}).status_code == 404


@pytest.mark.parametrize("words", ["Zofia", "zofia@example.test", "nowka zofia"])
def test_a_customer_is_found_by_name_and_address(desk: Desk, shop: Shop, words: str) -> None:
    html = desk.of("ana").get(NEW, {"q": words}).content.decode()
    assert f'href="?customer={shop.world.id_of("zofia")}"' in html


def test_a_new_customer_is_added_and_asked_about_at_once(desk: Desk, shop: Shop) -> None:
    client = desk.of("ana")
    wrong = client.post(NEW, {"name": "", "email": "no", "language": "pl"})
    assert wrong.status_code == 422
    assert "Write the customer’s name." in wrong.content.decode()
    response = client.post(NEW, {"name": "Elena Pop", "email": "elena@example.test", "language": "ro"})
    elena = Party.objects.get(name="Elena Pop")
    assert response["Location"] == f"{NEW}?customer={elena.pk}"
    assert "What does Elena Pop ask for?" in client.get(response["Location"]).content.decode()


def test_an_address_that_leads_to_somebody_else_is_refused_beside_its_field(desk: Desk, shop: Shop) -> None:
    response = desk.of("ana").post(NEW, {"name": "Zosia", "email": "zofia@example.test", "language": "pl"})
    assert response.status_code == 422
    assert not Party.objects.filter(name="Zosia").exists()
    assert "already belongs to somebody else." in response.content.decode()


def test_a_call_becomes_a_request_in_the_hands_of_who_answered_it(desk: Desk, shop: Shop) -> None:
    response = desk.of("ana").post(NEW, call(shop))
    request = Request.objects.get()
    assert response["Location"] == reverse("desk:request", args=[request.reference])
    assert (request.channel, request.customer_id, request.holder_id, request.language, request.title) == (
        "phone",
        shop.world.id_of("zofia"),
        shop.world.ana.person_id,
        "pl",
        "The oven is cold.",
    )
    assert Message.objects.get().author_id == shop.world.id_of("zofia")


def test_a_call_without_words_or_service_comes_back_with_what_was_written(desk: Desk, shop: Shop) -> None:
    response = desk.of("ana").post(NEW, call(shop, service="", title="Cold oven"))
    html = response.content.decode()
    assert response.status_code == 422
    assert "Choose a service." in html
    assert 'value="Cold oven"' in html
    assert "The oven is cold.</textarea>" in html
    assert not Request.objects.exists()


def test_another_departments_service_is_not_written_down_here(desk: Desk, shop: Shop) -> None:
    assert desk.of("ana").post(NEW, call(shop, service=shop.version("pump"))).status_code == 422
    assert not Request.objects.exists()


def test_for_an_organisation_the_one_who_called_is_one_of_those_who_act_for_it(desk: Desk, shop: Shop) -> None:
    delta, mihai = shop.world.delta.id, shop.world.id_of("mihai")
    wrong = desk.of("ana").post(NEW, call(shop, customer=delta, asker=shop.world.id_of("zofia")))
    assert wrong.status_code == 422
    desk.of("ana").post(NEW, call(shop, customer=delta, asker=mihai))
    assert Request.objects.values_list("customer_id", "asker_id").get() == (delta, mihai)
