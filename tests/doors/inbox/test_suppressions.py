"""Addresses that nothing is sent to: who may set and lift them, and what an answer costs that goes out by itself."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.inbox.actions.suppressions import WrongAddressError, lift_suppression, suppress_by_hand
from clientela.inbox.queries.answering import answers_lately
from clientela.kernel import post
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.shop import Shop


def test_only_who_looks_after_the_mail_suppresses_and_lifts(shop: Shop) -> None:
    known = post.suppress_address("zofia@example.test", at=shop.at, status="5.1.1", words="gone")
    for viewer in (shop.world.ana, shop.world.zofia, shop.world.tomasz):
        with pytest.raises(NotAllowedError):
            suppress_by_hand(by=viewer, at=shop.at, address="lucia@example.test", words="asked for it")
        with pytest.raises(NotAllowedError):
            lift_suppression(by=viewer, at=shop.at, suppressed_id=known)
    assert [one.address for one in post.suppressed_page().addresses] == ["zofia@example.test"]


@pytest.mark.parametrize("address", ["", "zofia", "zofia@", "a b@example.test", "@example.test"])
def test_what_is_no_address_is_refused_in_words(shop: Shop, address: str) -> None:
    with pytest.raises(WrongAddressError, match="is not a mail address"):
        suppress_by_hand(by=shop.world.vera, at=shop.at, address=address, words="")
    assert post.suppressed_page().addresses == ()


def test_an_address_suppressed_by_hand_is_lifted_once_and_what_was_held_goes_out(shop: Shop) -> None:
    vera = shop.world.vera
    number = suppress_by_hand(by=vera, at=shop.at, address=" Zofia@example.test ", words="Her post office asked us to.")
    seen = post.suppressed_seen(number)
    assert seen is not None
    assert (seen.address, seen.words, seen.by_party_id) == (
        "zofia@example.test",
        "Her post office asked us to.",
        vera.person_id,
    )
    shop.ask_repair()
    assert Letter.objects.get().is_held_by_address
    assert lift_suppression(by=vera, at=shop.after(1), suppressed_id=number, sends_held=True) == 1
    assert Letter.objects.get().due_at == shop.after(1)
    with pytest.raises(HiddenError):
        lift_suppression(by=vera, at=shop.after(2), suppressed_id=number)
    with pytest.raises(HiddenError):
        lift_suppression(by=vera, at=shop.after(2), suppressed_id=number + 1)


def test_what_went_out_by_itself_lately_is_counted_for_many_at_once(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = shop.ask_repair()
    shop.ask_repair(at=shop.after(1))
    shop.ask_repair(by=shop.world.lucia)
    held = shop.ask_repair(at=shop.after(2))
    Letter.objects.filter(about__contains=[f"request:{held.id}"]).update(hold_reason="No letters.", due_at=None)
    with django_assert_num_queries(2):
        lately = answers_lately(
            addresses=["Zofia@Example.test", "lucia@example.test", "nobody@example.test", ""],
            request_ids=[first.id, held.id],
            at=shop.after(3),
        )
    assert lately.of(address="ZOFIA@example.test").to_sender == (shop.after(1), shop.at)
    assert lately.of(address="lucia@example.test").to_sender == (shop.at,)
    assert lately.of(address="nobody@example.test").to_sender == ()
    assert lately.of(address="", request_id=first.id).about_request == (shop.at,)
    assert lately.of(address="", request_id=held.id).about_request == ()
    Letter.objects.filter(about__contains=[f"request:{first.id}"]).update(priority=Letter.Priority.REPLY)
    again = answers_lately(addresses=["zofia@example.test"], at=shop.after(3))
    assert again.of(address="zofia@example.test").to_sender == (shop.after(1),)  # a person wrote the other one
    week_later = answers_lately(addresses=["zofia@example.test"], at=shop.after(1) + timedelta(days=7))
    assert week_later.of(address="zofia@example.test").to_sender == ()
    with django_assert_num_queries(0):
        assert answers_lately(addresses=[], at=shop.at).of(address="x@example.test").to_sender == ()
