"""The parts of the receiver by themselves: who counts as one peer, buckets, and how questions are gathered."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import override_settings
from procrastinate.contrib.django import connector_params
from pytest_django import DjangoAssertNumQueries

from clientela.inbox.actions import IncomingMail, store_raw_messages
from clientela.inbox.actions.storing import MAIL_CHANNEL
from clientela.inbox.models import RawMessage
from clientela.inbox.receiver.asking import lead_somewhere, store_gathered
from clientela.inbox.receiver.gathering import Gathering
from clientela.inbox.receiver.limits import Limits, Peers
from clientela.inbox.rules.peers import LOOPBACK, is_within, peer_key
from tests.doors.inbox.receiving import CARE, DOMAIN
from tests.shop import Shop

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN=DOMAIN):
        yield


def mail(words: str, **more: Any) -> IncomingMail:
    return IncomingMail(AT, "smtp", f"Subject: {words}\r\n\r\n".encode(), **more)


# --- peers


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_a_peer_is_an_address_or_an_ipv6_network(address: str, key: str) -> None:
    assert peer_key(address) == key


def test_this_machine_and_named_relays_are_not_limited_as_peers() -> None:
    networks = (*LOOPBACK, ip_network("10.0.0.0/24"), ip_network("2001:db8::/32"))
    inside = ("", "127.0.0.1", "::1", "10.0.0.9", "::ffff:10.0.0.9", "2001:db8::7")
    assert [is_within(address, networks) for address in inside] == [True] * 6
    assert [is_within(address, networks) for address in ("10.0.1.9", "2001:db9::7", "nonsense")] == [False] * 3


def test_a_peer_gets_its_messages_back_with_time() -> None:
    peers = Peers(Limits(message_bytes=1, messages_a_minute_a_peer=2))
    assert [peers.may_send("192.0.2.7", 0.0) for _ in range(3)] == [True, True, False]
    assert peers.may_send("192.0.2.8", 0.0)
    assert [peers.may_send("192.0.2.7", at) for at in (29.0, 30.0, 31.0, 60.0)] == [False, True, False, True]
    assert [peers.may_send("192.0.2.7", 1000.0) for _ in range(3)] == [True, True, False]


def test_peers_that_are_quiet_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clientela.inbox.receiver.limits.MOST_REMEMBERED", 3)
    peers = Peers(Limits(message_bytes=1, messages_a_minute_a_peer=1))
    for number in range(3):
        assert peers.may_send(f"192.0.2.{number}", float(number))
    assert peers.may_send("192.0.2.9", 61.5)
    assert not peers.may_send("192.0.2.2", 61.6)  # remembered still: its minute is not over
    assert sorted(key for _, key in peers._buckets) == ["192.0.2.2", "192.0.2.9"]


def test_who_leaves_makes_room() -> None:
    peers = Peers(Limits(message_bytes=1, connections=2, connections_a_peer=1))
    assert peers.admit("192.0.2.7") == ""
    assert peers.admit("192.0.2.7").startswith("421 4.7.0 ")
    assert not peers.are_many
    assert peers.admit("192.0.2.8") == ""
    assert peers.are_many
    assert peers.admit("192.0.2.9").startswith("421 4.3.2 ")
    peers.leave("192.0.2.7")
    assert peers.admit("192.0.2.7") == ""
    assert dict(peers.connections) == {"192.0.2.7": 1, "192.0.2.8": 1}


# --- gathering


def test_what_is_asked_meanwhile_is_answered_together() -> None:
    asked: list[list[int]] = []

    async def ask_all() -> list[int]:
        has_begun, may_go_on = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def answer(numbers: Sequence[int]) -> list[int]:
            asked.append(list(numbers))
            if len(asked) == 1:
                loop.call_soon_threadsafe(has_begun.set)
                asyncio.run_coroutine_threadsafe(may_go_on.wait(), loop).result(10)
            return [number * 2 for number in numbers]

        gathering = Gathering(answer, most=3)
        first = asyncio.create_task(gathering.ask(0))
        await has_begun.wait()
        others = [asyncio.create_task(gathering.ask(number)) for number in range(1, 6)]
        await asyncio.sleep(0)
        may_go_on.set()
        answers = await asyncio.gather(first, *others)
        await gathering.close()
        return answers

    assert asyncio.run(ask_all()) == [0, 2, 4, 6, 8, 10]
    assert asked == [[0], [1, 2, 3], [4, 5]]


def test_heavy_questions_are_not_gathered_into_one_that_is_too_heavy() -> None:
    asked: list[list[int]] = []

    def answer(numbers: Sequence[int]) -> list[int]:
        asked.append(list(numbers))
        return list(numbers)

    async def ask_all() -> None:
        gathering = Gathering(answer, most=10, weight=lambda number: number, heaviest=10)
        await asyncio.gather(*(gathering.ask(number) for number in (4, 5, 6, 50, 1, 9, 1)))
        await gathering.close()

    asyncio.run(ask_all())
    assert asked == [[4, 5], [6], [50], [1, 9], [1]]


def test_a_fault_reaches_everybody_who_waits_and_the_next_are_answered() -> None:
    def answer(numbers: Sequence[int]) -> list[int]:
        if 2 in numbers:
            raise ValueError("two")
        return list(numbers)

    async def ask_all() -> list[object]:
        gathering = Gathering(answer, most=2)
        answers = await asyncio.gather(*(gathering.ask(number) for number in (1, 2, 3)), return_exceptions=True)
        await gathering.close()
        return [str(one) for one in answers]

    assert asyncio.run(ask_all()) == ["two", "two", "3"]


def test_who_stops_waiting_does_not_stop_the_answer_of_the_others() -> None:
    async def ask_all() -> int:
        gathering: Gathering[int, int] = Gathering(list, most=5)
        gone, stays = (asyncio.create_task(gathering.ask(number)) for number in (1, 2))
        await asyncio.sleep(0)
        gone.cancel()
        answer = await stays
        await gathering.close()
        return answer

    assert asyncio.run(ask_all()) == 2


# --- the database


@pytest.mark.django_db(transaction=True)
def test_messages_are_stored_together_in_their_order(shop: Shop) -> None:
    items = [mail(str(number), envelope_to=(CARE,), peer="192.0.2.7") for number in range(5)]
    ids = store_raw_messages(items)
    assert [bytes(RawMessage.objects.get(pk=raw_id).content) for raw_id in ids] == [item.content for item in items]
    assert set(RawMessage.objects.values_list("peer", "outcome", "tried_count")) == {("192.0.2.7", "", 0)}
    assert store_raw_messages([]) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("told", ["off", "local"])
def test_a_message_is_on_the_disk_also_on_a_server_that_was_told_not_to_wait_for_it(shop: Shop, told: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit = {told}")
        with transaction.atomic():
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == (told,)
            store_raw_messages([mail("a")])
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == (told,)
        cursor.execute("RESET synchronous_commit")


@pytest.mark.django_db(transaction=True)
def test_messages_are_stored_by_one_statement_that_calls_whoever_understands_them(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with psycopg.connect(**connector_params(), autocommit=True) as ear:
        ear.execute(f"LISTEN {MAIL_CHANNEL}")
        with django_assert_num_queries(1):
            store_raw_messages([mail("a"), mail("b")])
        assert [call.channel for call in ear.notifies(timeout=5, stop_after=1)] == [MAIL_CHANNEL]
        store_raw_messages([replace(mail("c"), came_by="file")])
        assert list(ear.notifies(timeout=0.3)) == []


@pytest.mark.django_db(transaction=True)
def test_one_that_cannot_be_stored_does_not_keep_the_others_out(shop: Shop) -> None:
    bad = IncomingMail(AT, "a word that is too long", b"Subject: bad\r\n\r\n")
    answers = store_gathered([mail("a"), bad, mail("b")])
    assert [answer is None for answer in answers] == [False, True, False]
    stored = dict(RawMessage.objects.values_list("pk", "size_bytes"))
    assert stored == {answers[0]: 14, answers[2]: 14}


@pytest.mark.django_db(transaction=True)
def test_any_bytes_of_a_peer_can_be_stored(shop: Shop) -> None:
    odd = mail("a", envelope_from="\udcff\x00@example.test", envelope_to=("x" * 400, "\ud800"))
    assert store_gathered([odd]) != [None]
    raw = RawMessage.objects.get()
    assert (raw.envelope_from, raw.envelope_to) == ("?@example.test", ["x" * 320, "?"])


@pytest.mark.django_db(transaction=True)
def test_any_bytes_of_a_peer_can_be_looked_up(shop: Shop) -> None:
    addresses = [CARE, "\udcff@casa-lavora.test", "\x00@casa-lavora.test", "postmaster", "x" * 5000, ""]
    assert lead_somewhere(addresses) == [True, False, False, True, False, False]
