"""A link in a letter lets a customer in, and nobody else, and not for ever."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings

from clientela.directory import actions
from clientela.kernel.models import Letter
from tests.contexts.directory.facts import facts
from tests.world import World

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_a_token_that_was_changed_is_worth_nothing() -> None:
    token = actions.access_token(12, at=AT)
    other = actions.access_token(13, at=AT)
    for forged in ("", "12", token[:-1], token + "x", token.split(":")[0] + ":" + other.split(":")[1], "ż"):
        assert actions.person_of_access_token(forged, at=AT) is None
    with override_settings(SECRET_KEY="another key of another house, long enough"):
        assert actions.person_of_access_token(token, at=AT) is None
    assert actions.person_of_access_token(token, at=AT) == 12


@pytest.mark.parametrize(
    ("age", "works"),
    [
        (timedelta(minutes=-6), False),  # from the future: no clock is that far ahead
        (timedelta(minutes=-5), True),
        (timedelta(0), True),
        (timedelta(days=30), True),
        (timedelta(days=30, seconds=1), False),
    ],
)
def test_a_token_lasts_thirty_days(age: timedelta, *, works: bool) -> None:
    token = actions.access_token(12, at=AT)
    assert actions.person_of_access_token(token, at=AT + age) == (12 if works else None)


def test_an_unknown_address_gets_no_letter(world: World) -> None:
    assert actions.send_access_link(at=world.at, address="nobody@example.test") is False
    assert actions.send_access_link(at=world.at, address="office@delta.test") is False
    assert (Letter.objects.count(), facts()) == (0, [])


def test_the_link_comes_in_the_readers_language_and_leads_to_the_reader(world: World) -> None:
    zofia = world.id_of("zofia")
    assert actions.send_access_link(at=world.at, address="Zofia@example.test") is True
    letter = Letter.objects.get()
    assert (letter.kind, letter.to_party_id, letter.language, letter.hold_reason) == ("access", zofia, "pl", "")
    token = letter.text.split("/p/")[1].split()[0]
    assert actions.person_of_access_token(token, at=world.at) == zofia
    assert f"/p/{token}" in letter.html
    assert facts() == [("access_link_sent", None, (f"party:{zofia}",), {})]


def test_a_second_link_within_two_minutes_is_not_sent(world: World) -> None:
    for seconds, letters in ((0, 1), (119, 1), (120, 2)):
        moment = world.at + timedelta(seconds=seconds)
        assert actions.send_access_link(at=moment, address="zofia@example.test") is True
        assert Letter.objects.count() == letters


def test_somebody_who_wants_no_letters_still_gets_the_link_they_ask_for(world: World) -> None:
    actions.set_boundary(
        by=world.ana, at=world.at, party_id=world.id_of("zofia"), kind="do_not_contact", source="letter"
    )
    actions.send_access_link(at=world.at, address="zofia@example.test")
    assert Letter.objects.get().hold_reason == ""


@pytest.mark.parametrize("typed", ["zof\u0131a@example.test", "zofia@example.te\u017ft", "ZOFIA@example.test"])
def test_a_link_goes_only_to_the_address_we_have_on_file_however_it_was_typed(world: World, typed: str) -> None:
    actions.send_access_link(at=world.at, address=typed)
    assert set(Letter.objects.values_list("to_address", flat=True)) <= {"zofia@example.test"}


@pytest.mark.django_db(transaction=True)
def test_two_askings_at_once_send_one_letter(world: World) -> None:
    def ask_too() -> None:
        try:
            actions.send_access_link(at=world.at, address="zofia@example.test")
        finally:
            connection.close()

    other = threading.Thread(target=ask_too)
    with transaction.atomic():
        actions.send_access_link(at=world.at, address="zofia@example.test")
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=10)
    assert Letter.objects.count() == 1
