"""Letters leave through a real postfix, signed, and what comes back through it finds its letter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clientela.directory import actions as directory
from clientela.inbox.actions import understand_message
from clientela.inbox.models import RawMessage
from clientela.kernel import post
from clientela.kernel.models import Letter
from clientela.kernel.post.dkim import signing_key
from clientela.requests import actions
from clientela.requests.models import Request
from tests.contexts.kernel.mail_server import ScriptedMailServer
from tests.doors.inbox.receiving import DOMAIN, receiver
from tests.mail_servers.postfix import Postfix, postfix
from tests.shop import Shop

LONG_AGO = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def a_real_way(settings: object, **more: str) -> Iterator[tuple[Postfix, ScriptedMailServer]]:
    """Our mail server is a postfix: it hands on to the customers' server, and what comes back to our receiver.

    `more` are settings of that postfix.
    """
    settings.MAIL_DOMAIN = DOMAIN
    with receiver(message_bytes=1_000_000) as door, ScriptedMailServer() as customers:
        routes = {
            "example.test": f"smtp:[127.0.0.1]:{urlsplit(customers.url).port}",
            DOMAIN: f"smtp:[127.0.0.1]:{door.smtp[1]}",
        }
        with postfix(routes=routes, settings=more) as ours:
            settings.MAIL_SERVER = f"smtp://127.0.0.1:{ours.port}"
            yield ours, customers


def answered(shop: Shop) -> Letter:
    """Ana's answer to Zofia's request, waiting in the outbox."""
    opened = shop.ask_repair()
    Letter.objects.filter(kind="acknowledgement").delete()
    sent = actions.reply_to_customer(
        by=shop.world.ana,
        at=shop.at,
        request_id=opened.id,
        text="Dzień dobry,\nprzyjedziemy we wtorek.\n.\nPozdrawiam",
        language="pl",
        then="wait",
    )
    return Letter.objects.get(pk=sent.letter_id)


def understood_next(shop: Shop, ours: Postfix, *, after: int) -> RawMessage:
    """The next mail that comes in, understood."""
    newest: Callable[[], RawMessage | None] = lambda: RawMessage.objects.filter(pk__gt=after).first()  # noqa: E731 - short
    ours.until(newest)
    raw = newest()
    assert raw is not None
    assert understand_message(at=shop.after(1), raw_id=raw.pk) is not None
    raw.refresh_from_db()
    return raw


def test_a_letter_arrives_as_it_was_written_with_a_signature_that_holds(
    shop: Shop, settings: object, tmp_path: Path
) -> None:
    settings.DKIM_KEY = tmp_path / "dkim.pem"
    settings.DKIM_SELECTOR = "mail2026"
    key = generate_private_key(public_exponent=65537, key_size=2048)
    settings.DKIM_KEY.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    record = signing_key(settings.DKIM_KEY, selector="mail2026").dns_record
    with a_real_way(settings) as (ours, customers):
        letter = answered(shop)
        # Who checks a signature believes none of tomorrow, and the cast may live there.
        Letter.objects.update(due_at=LONG_AGO, written_at=LONG_AGO)
        assert post.hand_over_due_letters(at=LONG_AGO) == 1
        ours.until(lambda: customers.letters)
    (arrived,) = customers.letters
    asked: list[bytes] = []

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record.encode("ascii")

    assert dkim.verify(arrived, dnsfunc=look_up)
    assert asked == [b"mail2026._domainkey.casa-lavora.test."]
    message = message_from_bytes(arrived, policy=default)
    assert message["Message-ID"] == f"<{letter.message_id}>"
    assert letter.reply_to.startswith("care+r-")
    assert message["Reply-To"].addresses[0].addr_spec == letter.reply_to
    assert message["From"].addresses[0].addr_spec == "care@casa-lavora.test"
    assert message["Return-Path"] is None or letter.reply_to in message["Return-Path"]
    assert "przyjedziemy we wtorek.\r\n.\r\n" in message.get_body(("plain",)).get_content()


def test_an_answer_to_the_address_in_the_letter_goes_on_with_its_request(shop: Shop, settings: object) -> None:
    with a_real_way(settings) as (ours, _customers):
        letter = answered(shop)
        request = Request.objects.get()
        # A program that keeps no thread, from an address that we do not know: only the address leads back.
        ours.send(
            "anything@example.test",
            [letter.reply_to],
            b"From: Zofia at work <z@example.test>\r\nTo: " + letter.reply_to.encode("ascii") + b"\r\n"
            b"Subject: yes\r\nMessage-ID: <yes@example.test>\r\n\r\nTuesday is fine.\r\n",
        )
        raw = understood_next(shop, ours, after=0)
        assert (raw.outcome, raw.request_id) == ("continued", request.pk)
    assert Request.objects.count() == 1


def test_a_letter_that_the_readers_server_refuses_comes_back_and_is_told(shop: Shop, settings: object) -> None:
    with a_real_way(settings) as (ours, customers):
        customers.refused["zofia@example.test"] = "550 5.1.1 No such person here"
        letter = answered(shop)
        assert post.hand_over_due_letters(at=shop.at) == 1
        assert Letter.objects.get(pk=letter.pk).sent_at == shop.at  # our own mail server took it
        raw = understood_next(shop, ours, after=0)
        assert raw.envelope_from == ""
        assert raw.outcome == "bounce"
        seen = post.letter_seen(letter.pk)
        assert seen is not None
        assert (seen.row.state, seen.row.bounce_reason, seen.row.bounce_is_hard) == ("bounced", "nobody_there", True)
        suppressed = post.suppression_of("zofia@example.test")
        assert suppressed is not None
        assert (suppressed.status, suppressed.letter_id) == ("5.1.1", letter.pk)
        assert Letter.objects.count() == 1  # nobody answers a bounce
        assert [row.id for row in post.letters_in_trouble(by_party_id=shop.world.ana.person_id)] == [letter.pk]


def test_a_mailbox_that_is_full_comes_back_too_and_its_address_stays(shop: Shop, settings: object) -> None:
    with a_real_way(settings) as (ours, customers):
        customers.refused["zofia@example.test"] = "552 5.2.2 The mailbox is full"
        letter = answered(shop)
        assert post.hand_over_due_letters(at=shop.at) == 1
        understood_next(shop, ours, after=0)
        seen = post.letter_seen(letter.pk)
        assert seen is not None
        assert (seen.row.state, seen.row.bounce_reason, seen.row.bounce_is_hard) == ("bounced", "mailbox_full", False)
        assert post.suppression_of("zofia@example.test") is None
        assert seen.can_be_sent_again


def test_what_our_own_mail_server_refuses_has_failed_with_its_words_and_what_to_do(
    shop: Shop, settings: object
) -> None:
    with a_real_way(settings, message_size_limit="1000") as (_ours, customers):
        letter = answered(shop)
        assert post.hand_over_due_letters(at=shop.at) == 1
        (row,) = post.letters_in_trouble(by_party_id=shop.world.ana.person_id)
        assert (row.id, row.state) == (letter.pk, "failed")
        assert row.reason == "552 5.3.4 Error: message file too big"
        assert post.what_to_do(row).startswith("Their mail server did not take what was in it: too large")
        assert customers.letters == []
    assert post.suppression_of("zofia@example.test") is None


def test_a_wish_said_for_later_holds_the_letter_that_would_go_then(shop: Shop, settings: object) -> None:
    letter = answered(shop)
    directory.set_boundary(
        by=shop.world.ana,
        at=shop.at,
        party_id=shop.world.id_of("zofia"),
        kind="channel",
        rule={"channel": "email"},
        source="phone call",
        starts_on=shop.at.date() + timedelta(days=1),
    )
    with ScriptedMailServer() as customers:
        settings.MAIL_SERVER = customers.url
        assert post.hand_over_letter(letter.pk, at=shop.at + timedelta(days=1)) is None
        seen = post.letter_seen(letter.pk)
        assert seen is not None
        assert seen.row.state == "held"
        assert seen.row.reason.startswith("Zofia Nowak asked us not to write by e-mail")
        assert [step.kind for step in seen.time_line] == ["written", "held"]
        assert customers.letters == []
