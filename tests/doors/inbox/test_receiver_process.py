"""The receiver as a process: it starts without a database, says in a sentence why it cannot, and ends when asked."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.doors.inbox.receiving import CARE, Peer
from tests.mail_servers.parts import free_port

CHECKOUT = Path(__file__).resolve().parents[3]
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"


@contextmanager
def process(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-c", "from clientela.inbox.receiver import main; main()"],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "CLIENTELA_HOME": str(home),
            "CLIENTELA_MAIL_DOMAIN": "casa-lavora.test",
            "CLIENTELA_SMTP_PORT": str(port),
            "DATABASE_URL": NO_DATABASE,
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def greeted(port: int) -> Peer:
    end = time.monotonic() + 30
    while True:
        try:
            return Peer(("127.0.0.1", port), seconds=60)
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_without_a_database_everybody_is_asked_to_try_again(tmp_path: Path) -> None:
    port = free_port()
    with process(tmp_path, port), greeted(port) as peer:
        assert peer.hear() == "220 casa-lavora.test Clientela"
        peer.say("EHLO zofia.test")
        assert peer.say("MAIL FROM:<zofia@example.test>") == "250 2.1.0 OK"
        answer = peer.say(f"RCPT TO:<{CARE}>")
        assert answer == "451 4.3.0 We cannot look up this address just now, please try again"


def test_it_ends_when_asked_to_and_tells_who_is_connected(tmp_path: Path) -> None:
    port = free_port()
    with process(tmp_path, port) as started, greeted(port) as peer:
        assert peer.hear().startswith("220 ")
        began = time.monotonic()
        started.send_signal(signal.SIGTERM)
        assert peer.hear() == "421 4.3.2 We are closing, please try again"
        assert started.wait(10) == 0
        assert time.monotonic() - began < 4


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with process(tmp_path, port) as started:
            said = started.communicate(timeout=30)[1]
    assert started.returncode == 1
    assert said.startswith("ERROR clientela.inbox.receiver: Mail cannot be received: ")
    assert "Traceback" not in said
