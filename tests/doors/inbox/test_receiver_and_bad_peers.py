"""Peers that lie, dawdle, guess, flood or break off: none of them harms us, the others, or a mail we have."""

import smtplib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.test import override_settings

from clientela.inbox.models import RawMessage
from tests.doors.inbox.receiving import CARE, DOMAIN, Open, Peer, receiver
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = b"From: zofia@example.test\r\nSubject: pralka\r\n"
SMUGGLED = b"MAIL FROM:<vera@casa-lavora.test>\r\nRCPT TO:<care@casa-lavora.test>\r\nDATA\r\nSubject: pay\r\n\r\n.\r\n"
NOBODY_RELAYS: dict[str, Any] = {"relays": ()}  # so that this machine is a peer like any other


@pytest.fixture
def opened(shop: Shop) -> Iterator[Open]:
    with override_settings(MAIL_DOMAIN=DOMAIN), receiver() as found:
        yield found


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN=DOMAIN):
        yield


def stored() -> list[bytes]:
    return [bytes(raw.content) for raw in RawMessage.objects.order_by("pk")]


# --- what is said


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r", b"\n.\r"])
def test_no_second_mail_is_smuggled_in_behind_a_false_end(opened: Open, end: bytes) -> None:
    with Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(HEADER + b"\r\nDear Care" + end + SMUGGLED.replace(b"\r\n.\r\n", b"\r\n") + b"bye\r\n.\r\n")
        assert peer.hear() == "550 5.5.2 A line with only a dot must end, and be ended before, by CR LF"
        assert peer.say("NOOP") == "250 2.0.0 OK"
    assert stored() == []


@pytest.mark.parametrize(
    "header",
    [
        b"From: zofia@example.test\nAuthentication-Results: mx.casa-lavora.test; dkim=pass\r\nSubject: a\r\n\r\nb",
        b"From: zofia@example.test\rAuthentication-Results: mx.casa-lavora.test; dkim=pass\r\nSubject: a\r\n\r\nb",
        b"Subject: a\n\nFrom: vera@casa-lavora.test\r\n\r\nb",
        b"Subject: only line feeds\n\nb\n",
    ],
)
def test_a_header_that_others_read_differently_is_refused(opened: Open, header: bytes) -> None:
    with Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(header + b"\r\n.\r\n")
        assert peer.hear() == "550 5.5.2 Lines of the header must end by CR LF"
    assert stored() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"no header and no line end at all\r\n",
        b".\r\n",
        b"..\r\n",
        b".hidden\r\n...\r\n",
        HEADER + b"\r\nold line feeds\nand returns\rin the text\r\n",
        HEADER + b"\r\n" + b"a line of " + b"x" * 15_000 + b" letters\r\n",
        HEADER + b"\r\n\x00\x01\xff\xfe\r\n",
        HEADER + b"X: " + b"y" * 5000 + b"\r\n\r\n.\r\n.\r\n.\r\n",
    ],
    ids=range(10),
)
def test_odd_mail_is_kept_byte_for_byte(opened: Open, content: bytes) -> None:
    doubled = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n"))
    with Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(doubled + b".\r\n")
        assert peer.hear().startswith("250 2.0.0 ")
    assert stored() == [content]


@pytest.mark.parametrize("step", [1, 2, 3, 7])
def test_the_end_is_found_wherever_the_network_cuts(opened: Open, step: int) -> None:
    words = HEADER + b"\r\n..\r\n.x\r\n" + b"y" * 20 + b"\r\n.\r\n"
    with Peer(opened.smtp) as peer:
        peer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.begin()
        for at in range(0, len(words), step):
            peer.send(words[at : at + step])
            time.sleep(0.001)
        assert peer.hear().startswith("250 2.0.0 ")
    assert stored() == [HEADER + b"\r\n.\r\nx\r\n" + b"y" * 20 + b"\r\n"]


@pytest.mark.parametrize("size", [65_530, 65_531, 65_534, 65_535, 65_536, 65_537, 131_070, 131_073, 200_000])
def test_the_end_is_found_at_the_edges_of_what_is_read_at_once(shop: Shop, size: int) -> None:
    content = HEADER + b"\r\n" + b"x" * (size - len(HEADER) - 4) + b"\r\n"
    with receiver(message_bytes=1_000_000) as opened, Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(content + b".\r\nNOOP\r\n")
        assert peer.hear().startswith("250 2.0.0 ")
        assert peer.hear() == "250 2.0.0 OK"
    assert stored() == [content]


def test_everything_said_in_one_breath_is_answered_in_order(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        peer.send("EHLO zofia.test\r\nMAIL FROM:<zofia@example.test>\r\nRCPT TO:<x@y.test>\r\n")
        peer.send(f"RCPT TO:<{CARE}>\r\nDATA\r\n")
        assert [peer.hear()[:3] for _ in range(5)] == ["250", "250", "550", "250", "354"]
        peer.send(HEADER + b"\r\n1\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<care@casa-lavora.test>\r\nDATA\r\n")
        assert [peer.hear()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        peer.send(HEADER + b"\r\n2\r\n.\r\nQUIT\r\n")
        assert [peer.hear() for _ in range(3)][1:] == ["221 2.0.0 Bye", ""]
    assert stored() == [HEADER + b"\r\n1\r\n", HEADER + b"\r\n2\r\n"]


def test_a_header_larger_than_any_is_refused(shop: Shop) -> None:
    with receiver(message_bytes=2_000_000) as opened, Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(b"".join(b"X-%d: %s\r\n" % (number, b"y" * 90) for number in range(10_500)) + b"\r\nHello\r\n.\r\n")
        assert peer.hear() == "552 5.3.4 Its header is larger than 262144 bytes"
    assert stored() == []


def test_a_mail_that_runs_in_a_circle_is_stopped(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(b"Received: from a by b\r\n" * 100 + HEADER + b"\r\nHello\r\n.\r\n")
        assert peer.hear().startswith("250 2.0.0 ")
        for line in ("MAIL FROM:<>", f"RCPT TO:<{CARE}>", "DATA"):
            peer.say(line)
        peer.send(b"received: from a by b\r\n" * 101 + HEADER + b"\r\nHello\r\n.\r\n")
        assert peer.hear() == "554 5.4.6 It has gone through too many servers and runs in a circle"
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("MAIL FROM:zofia@example.test", "250 2.1.0 OK"),
        ("MAIL FROM: <zofia@example.test>", "250 2.1.0 OK"),
        ("mail from:<> BODY=8BITMIME SIZE=100", "250 2.1.0 OK"),
        ('MAIL FROM:<"zofia and others"@example.test>', "250 2.1.0 OK"),
        ("MAIL FROM:<zofia@example.test", "553 5.1.3 Error: malformed address"),
        ("MAIL FROM:<zofia@example.test> X>", "501 5.5.4 Syntax: MAIL FROM: <address> [SP <mail-parameters>]"),
        ("MAIL FROM:<a@b> FROM:<c@d>", "501 5.5.4 Syntax: MAIL FROM: <address> [SP <mail-parameters>]"),
        ("MAIL FROM:<a@b> SIZE=-1", "501 5.5.4 Syntax: MAIL FROM: <address> [SP <mail-parameters>]"),
        ("MAIL FROM:<a@b> BODY=BINARYMIME", "501 5.5.4 Error: BODY can only be one of 7BIT, 8BITMIME"),
        ("MAIL FROM:<a@b> RET=HDRS", "555 5.5.4 MAIL FROM parameters not recognized or not implemented"),
        ("MAIL", "501 5.5.4 Syntax: MAIL FROM: <address> [SP <mail-parameters>]"),
        ("RCPT TO:<care@casa-lavora.test>", "503 5.5.1 Error: need MAIL command"),
        ("BDAT 20 LAST", '500 5.5.2 Error: command "BDAT" not recognized'),
        ("GET / HTTP/1.1", '500 5.5.2 Error: command "GET" not recognized'),
        ("X" * 3000, "500 5.5.2 Command line too long"),
        ("MAIL FROM:<" + "x" * 3000 + "@example.test>", "500 5.5.2 Command line too long"),
        ("\x00\x01", '500 5.5.2 Error: command "\x00\x01" not recognized'),
        ("é", "500 5.5.2 Error: bad syntax"),
        ("STARTTLS", "502 5.5.1 We have no certificate for TLS"),
    ],
)
def test_a_command_is_answered_whatever_it_is(opened: Open, line: str, answer: str) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        peer.say("EHLO zofia.test")
        assert peer.say(line) == answer
        assert peer.say("NOOP") == "250 2.0.0 OK"


def test_a_command_before_the_greeting_is_refused(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        assert peer.say("MAIL FROM:<zofia@example.test>") == "503 5.5.1 Error: send HELO first"


def test_whoever_talks_nonsense_is_sent_away(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        answers = [peer.say(f"NONSENSE{number}")[:3] for number in range(5)]
        assert answers == ["500", "500", "500", "500", "502"]
        assert peer.hear() == ""


def test_a_fault_of_ours_asks_to_try_again_and_does_not_tell_what_it_was(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_parts: object) -> bool:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(opened.house.peers.__class__, "may_send", broken)
    with Peer(opened.smtp) as peer:
        peer.hear()
        peer.say("EHLO zofia.test")
        assert peer.say("MAIL FROM:<zofia@example.test>") == "451 4.3.0 Something went wrong here, please try again"


# --- how much


def test_one_peer_cannot_take_all_connections(shop: Shop) -> None:
    with receiver(connections_a_peer=2, **NOBODY_RELAYS) as opened, ExitStack() as stack:
        first, second = (stack.enter_context(Peer(opened.smtp)) for _ in range(2))
        assert (first.hear()[:3], second.hear()[:3]) == ("220", "220")
        with Peer(opened.smtp) as third:
            assert third.hear() == "421 4.7.0 You have too many connections open already, please try again"
            assert third.hear() == ""
        assert first.say("QUIT") == "221 2.0.0 Bye"
        assert first.hear() == ""
        _until(lambda: opened.house.peers.connections.total() == 1)
        assert stack.enter_context(Peer(opened.smtp)).hear()[:3] == "220"


def test_a_relay_of_ours_may_have_more_connections_but_not_more_than_there_are(shop: Shop) -> None:
    with receiver(connections_a_peer=1, connections=3) as opened, ExitStack() as stack:
        peers = [stack.enter_context(Peer(opened.smtp)) for _ in range(4)]
        assert [peer.hear()[:9] for peer in peers] == ["220 casa-", "220 casa-", "220 casa-", "421 4.3.2"]


def test_who_sends_very_much_waits_a_while(shop: Shop) -> None:
    with receiver(messages_a_minute_a_peer=2, **NOBODY_RELAYS) as opened:
        with smtplib.SMTP(*opened.smtp, timeout=10) as client:
            for _ in range(2):
                client.sendmail("zofia@example.test", [CARE], HEADER)
            client.ehlo()
            assert client.mail("zofia@example.test") == (
                451,
                b"4.7.1 You have sent many messages in the last minute, please try again",
            )
        assert len(stored()) == 2


def test_who_guesses_addresses_is_sent_away(shop: Shop) -> None:
    with receiver(unknown_addresses_a_connection=3, **NOBODY_RELAYS) as opened, Peer(opened.smtp) as peer:
        peer.hear()
        peer.say("EHLO zofia.test")
        peer.say("MAIL FROM:<zofia@example.test>")
        answers = [peer.say(f"RCPT TO:<guess{number}@casa-lavora.test>")[:9] for number in range(4)]
        assert answers == ["550 5.1.1", "550 5.1.1", "550 5.1.1", "421 4.7.0"]
        assert peer.hear() == ""


def test_guesses_on_many_connections_count_together(shop: Shop) -> None:
    with receiver(unknown_addresses_a_minute_a_peer=4, **NOBODY_RELAYS) as opened:
        answers = []
        for _ in range(3):
            with Peer(opened.smtp) as peer:
                peer.hear()
                peer.say("EHLO zofia.test")
                peer.say("MAIL FROM:<zofia@example.test>")
                answers += [peer.say(f"RCPT TO:<guess{number}@casa-lavora.test>")[:3] for number in range(2)]
        assert answers == ["550", "550", "550", "550", "421", ""]


def test_a_message_goes_to_a_hundred_of_us_and_not_to_more(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        peer.say("EHLO zofia.test")
        peer.say("MAIL FROM:<zofia@example.test>")
        answers = [peer.say(f"RCPT TO:<care+{number}@casa-lavora.test>")[:9] for number in range(101)]
        assert answers == ["250 2.1.5"] * 100 + ["452 4.5.3"]
        peer.say("DATA")
        assert peer.say("Subject: a\r\n\r\n.").startswith("250 2.0.0 ")
    assert len(RawMessage.objects.get().envelope_to) == 100


def test_memory_for_messages_under_way_is_limited(shop: Shop) -> None:
    with receiver(message_bytes=100_000, bytes_at_once=100_000) as opened, ExitStack() as stack:
        slow, other = (stack.enter_context(Peer(opened.smtp)) for _ in range(2))
        slow.begin()
        slow.send(HEADER + b"\r\n" + b"x" * 80_000)
        _until(lambda: opened.house.bytes_held > 60_000)
        other.hear()
        other.say("EHLO zofia.test")
        answer = "452 4.3.1 We are receiving too much just now, please try again"
        assert other.say("MAIL FROM:<zofia@example.test> SIZE=50000") == answer
        assert other.say("MAIL FROM:<zofia@example.test>") == "250 2.1.0 OK"
        other.say(f"RCPT TO:<{CARE}>")
        other.say("DATA")
        other.send(HEADER + b"\r\n" + b"y" * 70_000 + b"\r\n.\r\n")
        assert other.hear() == answer
        slow.send(b"\r\n.\r\n")
        assert slow.hear().startswith("250 2.0.0 ")
        assert opened.house.bytes_held == 0


def test_who_sends_without_end_is_cut_off(shop: Shop) -> None:
    with receiver(message_bytes=20_000) as opened, Peer(opened.smtp) as peer:
        peer.begin()
        heard = []
        listening = threading.Thread(target=lambda: heard.append(peer.hear()))
        listening.start()
        with pytest.raises(OSError, match=r"reset|Broken pipe"):  # noqa: PT012 - it breaks at some of these
            for _ in range(2000):
                peer.send(b"x" * 10_000)
        listening.join(10)
        _until(lambda: not opened.house.conversations)
        assert opened.house.bytes_held == 0
    assert stored() == []


# --- how long


def test_who_says_nothing_is_sent_away(shop: Shop) -> None:
    with receiver(idle_seconds=0.3) as opened, Peer(opened.smtp) as peer:
        peer.hear()
        assert peer.hear() == "421 4.4.2 You said nothing for too long"
        assert peer.hear() == ""
        _until(lambda: not opened.house.conversations)


def test_who_ends_a_message_by_line_feeds_hears_what_is_wrong(shop: Shop) -> None:
    with receiver(idle_seconds=0.3) as opened, Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(HEADER.replace(b"\r\n", b"\n") + b"\nHello\n.\n")
        assert peer.hear() == "421 4.4.2 You said nothing for too long; a message ends by CR LF . CR LF"
    assert stored() == []


def test_who_sends_a_byte_now_and_then_is_sent_away(shop: Shop) -> None:
    with receiver(idle_seconds=0.5) as opened, Peer(opened.smtp) as peer:
        peer.begin()
        began = time.monotonic()
        try:
            while time.monotonic() - began < 5:
                peer.send(b"x")
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - began < 3
        _until(lambda: not opened.house.conversations)


def test_a_slow_but_honest_transfer_may_take_longer_than_a_pause(shop: Shop) -> None:
    with receiver(idle_seconds=0.6, message_bytes=2_000_000) as opened, Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(HEADER + b"\r\n")
        for _ in range(15):
            peer.send(b"x" * 80_000)
            time.sleep(0.1)
        peer.send(b"\r\n.\r\n")
        assert peer.hear().startswith("250 2.0.0 ")


def test_a_transfer_that_never_comes_to_an_end_is_cut_off(shop: Shop) -> None:
    limits: dict[str, Any] = {"transfer_seconds": 0.2, "slowest_bytes_a_second": 1_000_000, "message_bytes": 2_000_000}
    with receiver(**limits) as opened, Peer(opened.smtp) as peer:
        peer.begin()
        with pytest.raises(OSError, match=r"reset|Broken pipe"):  # noqa: PT012 - it breaks at some of these
            for _ in range(100):
                peer.send(b"x" * 10_000)
                time.sleep(0.03)
        _until(lambda: not opened.house.conversations)
    assert stored() == []


def test_idle_peers_leave_sooner_when_many_are_connected(shop: Shop) -> None:
    with receiver(connections=4, busy_idle_seconds=0.3) as opened, ExitStack() as stack:
        peers = [stack.enter_context(Peer(opened.smtp)) for _ in range(3)]
        assert [peer.hear()[:3] for peer in peers] == ["220"] * 3
        assert peers[2].hear() == "421 4.4.2 You said nothing for too long"


# --- breaking off


@pytest.mark.parametrize("is_reset", [False, True])
def test_a_message_that_breaks_off_is_not_taken(opened: Open, is_reset: bool) -> None:  # noqa: FBT001 - a row of the table
    with Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(HEADER + b"\r\nI wanted to s")
        if is_reset:
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    _until(lambda: not opened.house.conversations)
    assert (stored(), opened.house.bytes_held, opened.house.peers.connections.total()) == ([], 0, 0)


def test_a_message_is_kept_though_nobody_waits_for_the_answer(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.begin()
        peer.send(HEADER + b"\r\nHello\r\n.\r\n")
    _until(lambda: len(stored()) == 1)


def test_a_peer_that_starts_anew_is_asked_no_questions(opened: Open) -> None:
    with Peer(opened.smtp) as peer:
        peer.hear()
        peer.say("EHLO zofia.test")
        peer.say("MAIL FROM:<zofia@example.test>")
        peer.say(f"RCPT TO:<{CARE}>")
        assert peer.say("RSET") == "250 2.0.0 OK"
        assert peer.say("DATA") == "503 5.5.1 Say first for whom it is"


def test_closing_lets_the_message_under_way_come_to_its_end(opened: Open) -> None:
    with Peer(opened.smtp) as busy, Peer(opened.smtp) as idle:
        busy.begin()
        busy.send(HEADER + b"\r\nHello")
        idle.hear()
        closing = threading.Thread(target=opened.close)
        closing.start()
        assert idle.hear() == "421 4.3.2 We are closing, please try again"
        assert idle.hear() == ""
        busy.send(b"\r\n.\r\n")
        assert busy.hear().startswith("250 2.0.0 ")
        assert busy.hear() == "421 4.3.2 We are closing, please try again"
        closing.join(10)
    assert stored() == [HEADER + b"\r\nHello\r\n"]


def _until(happens: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.01)
