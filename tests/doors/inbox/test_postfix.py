"""A real postfix hands mail to us: by SMTP, with and without TLS, by LMTP, and through a pipe."""

import os
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import override_settings

from clientela.inbox.models import RawMessage
from clientela.inbox.receiver.certificates import Certificate
from tests.doors.inbox.receiving import CARE, DOMAIN, receiver
from tests.mail_servers.parts import certificate
from tests.mail_servers.postfix import Postfix, postfix
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT = Path(__file__).resolve().parents[3]
SENDER = "zofia@example.test"
MAIL = (
    "From: Zofia <zofia@example.test>\r\nTo: care@casa-lavora.test\r\nSubject: pralka\r\n"
    "Message-ID: <1@example.test>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "Dzień dobry\r\n.\r\n..\r\n" + "długa linia " * 70 + "\r\nkoniec\r\n"
).encode()
BODY = MAIL.partition(b"\r\n\r\n")[2]


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN=DOMAIN):
        yield


@pytest.fixture
def readable_folder() -> Iterator[Path]:
    """A folder that other users can read. Not pytest's own: as root that is closed to them."""
    with TemporaryDirectory(prefix="clientela-postfix-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def bodies() -> list[bytes]:
    """What was stored, without the header, to which a mail server adds its own lines."""
    return [bytes(raw.content).partition(b"\r\n\r\n")[2] for raw in RawMessage.objects.order_by("pk")]


def test_postfix_relays_mail_to_us(shop: Shop) -> None:
    with receiver() as opened, postfix(routes={DOMAIN: f"smtp:[127.0.0.1]:{opened.smtp[1]}"}) as server:
        for _ in range(3):
            server.send(SENDER, [CARE, "it@casa-lavora.test"], MAIL)
        server.send("", [CARE], MAIL)
        server.until(lambda: RawMessage.objects.count() == 4 and not server.queue_ids())
    assert bodies() == [BODY] * 4
    raw = RawMessage.objects.order_by("pk")[0]
    assert (raw.came_by, raw.peer) == ("smtp", "127.0.0.1")
    came = sorted((raw.envelope_from, sorted(raw.envelope_to)) for raw in RawMessage.objects.all())
    assert came == [("", [CARE]), *[(SENDER, [CARE, "it@casa-lavora.test"])] * 3]
    assert bytes(raw.content).startswith(b"Received: from ")
    assert f"250 2.0.0 We have it as number {raw.pk}" in server.log()


def test_postfix_speaks_tls_to_us_and_checks_who_we_are(shop: Shop, readable_folder: Path) -> None:
    made = certificate(readable_folder, host="localhost")
    settings = {
        "smtp_tls_security_level": "verify",
        "smtp_tls_CAfile": str(made.path),
        "smtp_tls_verify_cert_match": "localhost",
        "smtp_tls_loglevel": "1",
    }
    with (
        receiver(certificate=Certificate(made.path, made.key_path)) as opened,
        postfix(routes={DOMAIN: f"smtp:[127.0.0.1]:{opened.smtp[1]}"}, settings=settings) as server,
    ):
        server.send(SENDER, [CARE], MAIL)
        server.until(lambda: RawMessage.objects.count() == 1)
    assert "Verified TLS connection established to 127.0.0.1" in server.log()
    assert bodies() == [BODY]


def test_postfix_tells_the_sender_of_an_address_that_nobody_has_and_delivers_the_others(shop: Shop) -> None:
    with (
        receiver() as opened,
        postfix(
            routes={
                DOMAIN: f"smtp:[127.0.0.1]:{opened.smtp[1]}",
                "example.test": f"smtp:[127.0.0.1]:{opened.smtp[1]}",
            }
        ) as server,
    ):
        server.send("it@casa-lavora.test", [CARE, "nobody@casa-lavora.test"], MAIL)
        server.until(lambda: RawMessage.objects.count() == 2)
    delivered, bounce = RawMessage.objects.order_by("envelope_to")
    assert (delivered.envelope_to, bounce.envelope_to) == ([CARE], ["it@casa-lavora.test"])
    assert bounce.envelope_from == ""
    assert b"550 5.1.1 There is nobody here by this address" in bytes(bounce.content)


def test_postfix_keeps_what_we_cannot_store_and_brings_it_again(shop: Shop) -> None:
    with receiver() as opened, postfix(routes={DOMAIN: f"smtp:[127.0.0.1]:{opened.smtp[1]}"}) as server:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE inbox_rawmessage RENAME TO inbox_rawmessage_away")
        try:
            server.send(SENDER, [CARE], MAIL)
            server.until(lambda: "451 4.3.0 We cannot store the message just now" in server.log())
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE inbox_rawmessage_away RENAME TO inbox_rawmessage")
        server.flush()
        server.until(lambda: RawMessage.objects.count() == 1 and not server.queue_ids())
    assert bodies() == [BODY]


def test_postfix_hands_mail_to_us_by_lmtp(shop: Shop) -> None:
    with receiver() as opened, postfix(routes={DOMAIN: f"lmtp:inet:127.0.0.1:{opened.lmtp[1]}"}) as server:
        server.send(SENDER, [CARE, "it@casa-lavora.test"], MAIL)
        server.send(SENDER, [CARE], MAIL)
        server.until(lambda: RawMessage.objects.count() == 2 and not server.queue_ids())
    # The order of the recipients, and of the mails, is postfix's own.
    came = sorted((raw.came_by, sorted(raw.envelope_to)) for raw in RawMessage.objects.all())
    assert came == [("lmtp", [CARE]), ("lmtp", [CARE, "it@casa-lavora.test"])]
    assert bodies() == [BODY, BODY]


def test_postfix_hands_mail_to_us_through_a_pipe(shop: Shop, readable_folder: Path) -> None:
    with _piped(readable_folder) as server:
        server.send(SENDER, [CARE, "it+laptop@casa-lavora.test"], MAIL)
        server.send("", [CARE], MAIL)
        server.until(lambda: RawMessage.objects.count() == 2 and not server.queue_ids(), 60)
    first, second = sorted(RawMessage.objects.all(), key=lambda raw: not raw.envelope_from)
    assert (first.came_by, first.envelope_from, sorted(first.envelope_to)) == (
        "pipe",
        SENDER,
        [CARE, "it+laptop@casa-lavora.test"],
    )
    assert (second.came_by, second.envelope_from, second.envelope_to) == ("pipe", "", [CARE])
    assert f"We have it as number {first.pk}." in server.log()
    assert bytes(first.content).partition(b"\n\n")[2] == BODY.replace(b"\r\n", b"\n")


def test_postfix_keeps_a_mail_that_the_pipe_does_not_take_now(shop: Shop, readable_folder: Path) -> None:
    with _piped(readable_folder) as server:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE inbox_rawmessage RENAME TO inbox_rawmessage_away")
        try:
            server.send(SENDER, [CARE], MAIL)
            server.until(lambda: "temporary failure" in server.log(), 60)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE inbox_rawmessage_away RENAME TO inbox_rawmessage")
        server.flush()
        server.until(lambda: RawMessage.objects.count() == 1 and not server.queue_ids(), 60)
    assert "status=bounced" not in server.log()


@contextmanager
def _piped(folder: Path) -> Iterator[Postfix]:
    """A postfix that hands mail to `clientela receive -`.

    It never runs a program as root, and its other users cannot reach a checkout in a closed folder. So the program
    that it runs passes arguments and mail on to this test, which runs the command, and passes its exit status back.
    """
    with _bridge() as port:
        script = folder / "receive"
        script.write_text(_PASS_ON.replace("PORT", str(port)), encoding="ascii")
        script.chmod(0o755)
        service = f"clientela unix - n n - 2 pipe user=nobody argv={script} --from=${{sender}} --to=${{recipient}}\n"
        settings = {"clientela_destination_recipient_limit": "50"}
        with postfix(routes={DOMAIN: "clientela:"}, services=service, settings=settings) as server:
            yield server


_PASS_ON = """#!/usr/bin/perl
use Socket;
socket(my $s, PF_INET, SOCK_STREAM, 0);
connect($s, sockaddr_in(PORT, INADDR_LOOPBACK)) or exit 75;
$s->autoflush(1);
print $s join("\\0", @ARGV), "\\n";
while (read(STDIN, my $part, 65536)) { print $s $part }
shutdown($s, 1);
my $status = <$s>;
print while <$s>;
exit $status;
"""


class _Passing(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        words = self.rfile.readline().rstrip(b"\n").decode().split("\0")
        ours = connection.settings_dict
        place = f"{ours['NAME']}?host={quote(ours['HOST'])}&port={ours['PORT']}"
        url = f"postgresql://{ours['USER']}:{quote(ours['PASSWORD'])}@/{place}"
        ended = subprocess.run(
            [sys.executable, "-m", "clientela.command.main", "receive", "-", *words],
            input=self.rfile.read(),
            cwd=CHECKOUT,
            env={**os.environ, "DATABASE_URL": url},
            capture_output=True,
            check=False,
            timeout=60,
        )
        self.wfile.write(b"%d\n" % ended.returncode + ended.stdout + ended.stderr)
        self.connection.shutdown(socket.SHUT_WR)


@contextmanager
def _bridge() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Passing) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(10)
