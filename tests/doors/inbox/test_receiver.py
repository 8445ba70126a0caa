"""The mail receiver, with a real client: what it takes, what it refuses, and that it stores before it says yes."""

import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from hashlib import sha256

import psycopg
import pytest
from django.db import connection
from django.test import override_settings

from clientela.inbox.actions import define_mail_address
from clientela.inbox.models import RawMessage
from tests.doors.inbox.receiving import CARE, DOMAIN, LIMIT_BYTES, Open, Peer, receiver
from tests.shared_data import needs_shared_data, shared_data
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

LINE_END = re.compile(rb"\r\n|\r|\n")

MAIL = (
    b"From: zofia@example.test\r\nTo: care@casa-lavora.test\r\nSubject: pralka\r\n\r\nDzie\xf1 dobry\r\n.\r\nkoniec\r\n"
)


@pytest.fixture
def opened(shop: Shop) -> Iterator[Open]:
    with override_settings(MAIL_DOMAIN=DOMAIN), receiver() as found:
        yield found


def test_a_mail_is_stored_byte_for_byte_with_its_hash_before_it_is_acknowledged(opened: Open) -> None:
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        assert client.sendmail("zofia@example.test", [CARE], MAIL) == {}
    raw = RawMessage.objects.get()
    assert bytes(raw.content) == MAIL
    assert (raw.sha256, raw.size_bytes) == (sha256(MAIL).hexdigest(), len(MAIL))
    assert (raw.envelope_from, raw.envelope_to) == ("zofia@example.test", [CARE])
    assert (raw.came_by, raw.peer, raw.outcome) == ("smtp", "127.0.0.1", "")


def test_the_answer_names_the_number_under_which_it_is_found_again(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.begin()
        answer = peer.say("Subject: pralka\r\n\r\nDzień dobry\r\n.")
    assert answer == f"250 2.0.0 We have it as number {RawMessage.objects.get().pk}"


def test_whoever_understands_mail_is_called_when_it_is_stored(opened: Open) -> None:
    where = connection.get_connection_params()
    where = {key: where[key] for key in ("dbname", "user", "password", "host", "port") if where.get(key)}
    with psycopg.connect(**where, autocommit=True) as ear:
        ear.execute("LISTEN clientela_mail")
        with smtplib.SMTP(*opened.smtp, timeout=10) as client:
            client.sendmail("zofia@example.test", [CARE], MAIL)
        assert len(list(ear.notifies(timeout=5, stop_after=1))) == 1


def test_nobody_sends_through_us_to_somebody_else(opened: Open) -> None:
    with smtplib.SMTP(*opened.smtp, timeout=10) as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.sendmail("zofia@example.test", ["somebody@elsewhere.test"], MAIL)
    assert refused.value.recipients == {"somebody@elsewhere.test": (550, b"5.1.1 There is nobody here by this address")}
    assert RawMessage.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "zofia@example.test",  # a customer
        "vera@casa-lavora.test",  # an employee: their mail is theirs
        "nobody@casa-lavora.test",
        "care@elsewhere.test",
        "@casa-lavora.test",
        "care",
        "care%casa-lavora.test@elsewhere.test",
        "care@casa-lavora.test@elsewhere.test",
        "\udcc3\udcff@casa-lavora.test",
    ],
)
def test_an_address_that_is_not_ours_is_refused(opened: Open, address: str) -> None:
    with Peer(opened.smtp) as peer:
        assert peer.hear() == f"220 {DOMAIN} Clientela"
        peer.say("EHLO zofia.test")
        peer.say("MAIL FROM:<zofia@example.test>")
        peer.send(f"RCPT TO:<{address}>\r\n".encode(errors="surrogateescape"))
        assert peer.hear() == "550 5.1.1 There is nobody here by this address"
        assert peer.say("DATA") == "503 5.5.1 Say first for whom it is"


@pytest.mark.parametrize(
    "address",
    [
        "care@casa-lavora.test",
        "CARE@Casa-Lavora.Test",
        '"care"@casa-lavora.test',
        "care@casa-lavora.test.",
        "@relay.test,@other.test:care@casa-lavora.test",  # a route, as of 1982
        "care+repair@casa-lavora.test",
        "postmaster",
        "Postmaster@casa-lavora.test",
    ],
)
def test_an_address_of_ours_is_taken_however_it_is_written(opened: Open, address: str) -> None:
    with Peer(opened.smtp) as peer:
        peer.begin(address)
        assert peer.say("Subject: pralka\r\n\r\n.").startswith("250 2.0.0 ")


def test_an_address_that_was_defined_is_taken_at_once(opened: Open, shop: Shop) -> None:
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("zofia@example.test", ["pralki@inny.test"], MAIL)
        define_mail_address(by=shop.world.vera, at=shop.at, address="pralki@inny.test", service_key="repair")
        assert client.sendmail("zofia@example.test", ["pralki@inny.test"], MAIL) == {}


def test_one_message_to_two_of_our_addresses_is_stored_once_with_both(opened: Open) -> None:
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.sendmail("zofia@example.test", [CARE, "it@casa-lavora.test"], MAIL)
    assert RawMessage.objects.get().envelope_to == [CARE, "it@casa-lavora.test"]


def test_a_notice_from_nobody_is_kept_as_from_nobody(opened: Open) -> None:
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.sendmail("", [CARE], MAIL)
    assert RawMessage.objects.get().envelope_from == ""


def test_an_address_in_polish_letters_comes_in_as_it_is_written(opened: Open) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "żółw@przykład.test", "pralka"
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.send_message(mail, "żółw@przykład.test", [CARE])
    assert RawMessage.objects.get().envelope_from == "żółw@przykład.test"


def test_what_we_offer_is_announced_and_nobody_is_asked_to_log_in(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        assert peer.say("EHLO zofia.test").split("\n") == [
            f"250-{DOMAIN}",
            f"250-SIZE {LIMIT_BYTES}",
            "250-8BITMIME",
            "250-SMTPUTF8",
            "250-PIPELINING",
            "250-ENHANCEDSTATUSCODES",
            "250 HELP",
        ]
        assert peer.say("AUTH PLAIN AGFkbWluAGFkbWlu") == "502 5.5.1 There is nothing to log in to"
        assert peer.say("VRFY care") == "252 2.5.0 Cannot VRFY user, but will accept message and attempt delivery"
        assert peer.say("EXPN care") == "502 5.5.1 We do not tell who is behind an address"


def test_a_larger_message_is_refused_as_soon_as_its_size_is_told(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        peer.say("EHLO zofia.test")
        answer = peer.say(f"MAIL FROM:<zofia@example.test> SIZE={LIMIT_BYTES + 1}")
        assert answer == "552 5.3.4 Error: message size exceeds fixed maximum message size"
        assert peer.say(f"MAIL FROM:<zofia@example.test> SIZE={LIMIT_BYTES}") == "250 2.1.0 OK"


@pytest.mark.parametrize(("more", "is_taken"), [(0, True), (1, False), (50_000, False)])
def test_the_limit_holds_to_the_byte_for_who_does_not_tell(opened: Open, more: int, is_taken: bool) -> None:  # noqa: FBT001 - a row of the table
    content = b"Subject: pralka\r\n\r\n".ljust(LIMIT_BYTES + more - 2, b"x") + b"\r\n"
    with Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(content + b".\r\n")
        if is_taken:
            assert peer.hear().startswith("250 2.0.0 ")
        else:
            assert peer.hear() == f"552 5.3.4 We take messages of up to {LIMIT_BYTES} bytes"
        assert peer.say("NOOP") == "250 2.0.0 OK"
    assert [raw.size_bytes for raw in RawMessage.objects.all()] == ([LIMIT_BYTES] if is_taken else [])


def test_a_database_that_is_away_means_try_again_and_not_lost(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.ehlo()
        assert client.mail("zofia@example.test")[0] == 250
        assert client.rcpt(CARE)[0] == 250
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE inbox_rawmessage RENAME TO inbox_rawmessage_away")
        try:
            assert client.data(MAIL) == (451, b"4.3.0 We cannot store the message just now, please try again")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE inbox_rawmessage_away RENAME TO inbox_rawmessage")
        assert client.sendmail("zofia@example.test", [CARE], MAIL) == {}
    assert RawMessage.objects.count() == 1


def test_a_connection_that_died_with_the_database_is_replaced_and_the_peer_notices_nothing(opened: Open) -> None:
    with smtplib.SMTP(*opened.smtp, timeout=10) as client:
        client.sendmail("zofia@example.test", [CARE], MAIL)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            assert cursor.fetchone()[0] >= 1
        assert client.sendmail("zofia@example.test", [CARE], MAIL) == {}
    assert RawMessage.objects.count() == 2


@needs_shared_data
def test_real_mail_of_every_kind_comes_in_byte_for_byte_or_is_refused_with_a_reason(opened: Open) -> None:
    """As a mail server sends it: lines end by CR LF, dots are doubled."""
    bounces = sorted(path for path in shared_data("mail", "bounces").rglob("*") if path.is_file())
    files = [*sorted(shared_data("mail", "hard-mime").iterdir()), *bounces[::20]]
    mails = [path.read_bytes() for path in files]
    wires = [LINE_END.sub(b"\r\n", content).removesuffix(b"\r\n") + b"\r\n" for content in mails]
    taken = [wire for wire in wires if len(wire) <= LIMIT_BYTES]
    with Peer(opened.smtp) as peer:
        peer.hear()
        peer.say("EHLO zofia.test")
        for wire in wires:
            for line in ("MAIL FROM:<zofia@example.test>", f"RCPT TO:<{CARE}>", "DATA"):
                assert peer.say(line)[:1] in "23"
            peer.send(b"\r\n".join(b"." + line if line.startswith(b".") else line for line in wire.split(b"\r\n")))
            peer.send(b".\r\n")
            assert peer.hear()[:9] == ("250 2.0.0" if len(wire) <= LIMIT_BYTES else "552 5.3.4")
    assert [bytes(raw.content) for raw in RawMessage.objects.order_by("pk")] == taken
    assert len(taken) > 50
