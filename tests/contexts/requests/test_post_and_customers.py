"""The post and a customer's requests, as far as somebody may see them."""

from datetime import timedelta

import pytest
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests.queries.letters import letter_page, post_page, require_sending_again
from clientela.requests.queries.of_customer import requests_of_customer
from tests.shop import Shop


def test_the_post_is_looked_after_by_administrators_and_owners_only(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        shop.ask_repair()
    for viewer in (shop.world.ana, shop.world.zofia, shop.world.radu_at_home):
        with pytest.raises(HiddenError):
            post_page(viewer)
    for viewer in (shop.world.vera, shop.world.carmen):
        with django_assert_num_queries(1):
            assert len(post_page(viewer).letters) == 3


def test_a_letter_is_read_with_a_fixed_number_of_statements(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    opened = shop.ask_repair()
    letter = Letter.objects.get(about__contains=[f"request:{opened.id}"])
    viewer = shop.world.ana
    with django_assert_num_queries(6):  # waiting: nobody is asked whether it may be sent again
        page = letter_page(viewer, letter.pk)
    assert page.request_references == (opened.reference,)
    assert page.is_readable
    with pytest.raises(HiddenError):
        letter_page(shop.world.tomasz, letter.pk)


def test_a_letter_about_no_request_is_hidden_from_agents(shop: Shop) -> None:
    shop.ask_repair()
    letter = Letter.objects.get()
    Letter.objects.update(about=["party:1", "request:not-a-number"])
    with pytest.raises(HiddenError):
        letter_page(shop.world.ana, letter.pk)
    assert letter_page(shop.world.vera, letter.pk).request_references == ()


@override_settings(MAIL_SERVER="smtp://mail.example.test")
def test_once_letters_are_really_sent_nobody_sees_the_keys_in_them(shop: Shop) -> None:
    shop.ask_repair()
    letter = Letter.objects.get()
    token = letter.text.partition("/p/")[2].split()[0]
    for viewer in (shop.world.ana, shop.world.carmen):
        page = letter_page(viewer, letter.pk)
        assert token not in page.text + page.html
        assert "/p/…" in page.text
        assert not page.has_living_links
    page = letter_page(shop.world.vera, letter.pk)
    assert (page.is_readable, page.text, page.html) == (False, "", "")


def test_a_letter_in_good_order_is_sent_again_by_nobody(shop: Shop) -> None:
    shop.ask_repair()
    letter_id = Letter.objects.get().pk
    for viewer in (shop.world.vera, shop.world.ana):
        with pytest.raises(NotAllowedError):
            require_sending_again(viewer, letter_id)
    Letter.objects.update(due_at=None, failed_at=shop.at)
    require_sending_again(shop.world.vera, letter_id)
    require_sending_again(shop.world.ana, letter_id)
    with pytest.raises(NotAllowedError):
        require_sending_again(shop.world.carmen, letter_id)


def test_a_customers_requests_are_shown_newest_first_to_who_serves_them(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    opened = [shop.ask_repair(at=shop.at + timedelta(hours=hour)).reference for hour in range(3)]
    shop.ask_repair(by=shop.world.lucia, language="es")
    zofia, ana = shop.world.id_of("zofia"), shop.world.ana
    with django_assert_num_queries(2):
        first = requests_of_customer(ana, zofia, limit=2)
    second = requests_of_customer(ana, zofia, limit=2, before=first.before)
    assert [one.reference for one in (*first.requests, *second.requests)] == opened[::-1]
    assert second.before is None


def test_what_somebody_buys_is_hidden_from_colleagues_who_do_not_serve_them(shop: Shop) -> None:
    shop.ask_repair(by=shop.world.radu_at_home, language="ro")
    radu = shop.world.id_of("radu")
    for viewer in (shop.world.tomasz, shop.world.vera, shop.world.zofia):
        assert requests_of_customer(viewer, radu).requests == ()
    assert len(requests_of_customer(shop.world.radu_at_home, radu).requests) == 1
