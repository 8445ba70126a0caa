"""The mail receiver, with a real client: what it takes, what it refuses, and that it stores before it says yes."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.test import override_settings

from clientela.inbox import receiver
from clientela.inbox.models import RawMessage
from tests.shop import Shop

LIMIT_BYTES = 20_000
MAIL = (
    b"From: zofia@example.test\r\nTo: care@casa-lavora.test\r\nSubject: pralka\r\n\r\nDzie\xf1 dobry\r\n.\r\nkoniec\r\n"
)


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """A receiver on a free port of this machine, for one test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            lambda: receiver.smtp_server(limit_bytes=LIMIT_BYTES), "127.0.0.1", 0
        )

    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
        yield server.sockets[0].getsockname()
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_stored_byte_for_byte_before_it_is_acknowledged(shop: Shop, address: tuple[str, int]) -> None:
    with smtplib.SMTP(*address, timeout=10) as client:
        assert client.sendmail("zofia@example.test", ["care@casa-lavora.test"], MAIL) == {}
    raw = RawMessage.objects.get()
    assert bytes(raw.content) == MAIL
    assert (raw.envelope_from, raw.envelope_to) == ("zofia@example.test", ["care@casa-lavora.test"])
    assert (raw.came_by, raw.outcome) == ("smtp", "")


@pytest.mark.django_db(transaction=True)
def test_nobody_sends_through_us_to_somebody_else(shop: Shop, address: tuple[str, int]) -> None:
    with smtplib.SMTP(*address, timeout=10) as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.sendmail("zofia@example.test", ["somebody@elsewhere.test"], MAIL)
    assert refused.value.recipients["somebody@elsewhere.test"][0] == 550
    assert RawMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_limit_is_announced_and_a_larger_message_refused(shop: Shop, address: tuple[str, int]) -> None:
    with smtplib.SMTP(*address, timeout=10) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(LIMIT_BYTES)
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            client.sendmail("zofia@example.test", ["care@casa-lavora.test"], MAIL + b"x" * LIMIT_BYTES)
    assert refused.value.smtp_code == 552
    assert RawMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_means_try_again_and_not_lost(
    shop: Shop, address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_parts: object) -> None:
        raise OperationalError

    monkeypatch.setattr(receiver, "_store", away)
    with smtplib.SMTP(*address, timeout=10) as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("zofia@example.test", ["care@casa-lavora.test"], MAIL)
    assert refused.value.smtp_code == 451
    assert RawMessage.objects.count() == 0
