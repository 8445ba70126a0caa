"""`clientela run` as people meet it: one story with the real servers, because each start costs seconds."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.kernel.postgres import Cluster

from .conftest import CHECKOUT, is_alive, is_running, until

COMMAND = [sys.executable, "-m", "clientela.command.main", "run"]


def environment(home: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLIENTELA_", "DATABASE_"))}
    return kept | {"CLIENTELA_HOME": str(home), "CLIENTELA_DEMO": "no", **settings}


class Running:
    """A `clientela run` of this test."""

    def __init__(self, home: Path, output: Path) -> None:
        self.output = output
        with output.open("wb") as words:
            self.process = subprocess.Popen(
                COMMAND, cwd=CHECKOUT, env=environment(home), stdout=words, stderr=words, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    @property
    def address(self) -> str:
        found = re.search(r"Clientela is at (http://127\.0\.0\.1:\d+/)", self.said)
        return found[1] if found else ""

    def children(self) -> dict[str, int]:
        """The processes it started, by name."""
        names = {
            "granian": "web",
            "clientela.project.worker": "worker",
            "clientela.inbox.receiver": "receiver",
            "clientela.inbox.mailboxes": "mailboxes",
        }
        found = {}
        for pid in map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
            found |= {name: pid for mark, name in names.items() if mark in line}
        return found


@pytest.fixture
def running(home: Path, tmp_path: Path) -> Iterator[Running]:
    started = Running(home, tmp_path / "output")
    yield started
    if started.process.poll() is None:
        started.process.send_signal(signal.SIGTERM)
        started.process.wait(30)


def answers(address: str) -> bool:
    """Any answer of the pages will do, also «not found»."""
    try:
        urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def test_it_serves_refuses_a_second_one_survives_killed_parts_and_ends_in_order(
    running: Running, home: Path, tmp_path: Path
) -> None:
    until(lambda: running.address or running.process.poll() is not None, 60)
    assert answers(running.address), running.said
    cluster = Cluster(home)
    server = cluster.running_server()
    assert server is not None

    second = subprocess.run(COMMAND, cwd=CHECKOUT, env=environment(home), capture_output=True, text=True, check=False)
    assert (second.returncode, second.stdout) == (1, "")
    pid = running.process.pid
    assert second.stderr == (
        f"clientela: Clientela already runs on the folder {home} as process {pid} at {running.address}. "
        f"End that one with Ctrl-C or `kill {pid}`, or give this one a folder of its own with CLIENTELA_HOME.\n"
    )

    before = running.children()
    assert sorted(before) == ["mailboxes", "receiver", "web", "worker"]
    for killed in (*before.values(), server.pid):
        os.kill(killed, signal.SIGKILL)
    until(lambda: sorted(running.children()) == sorted(before) and running.children() != before)
    until(lambda: answers(running.address), 45)  # all of it starts anew, the database too, beside other tests
    until(lambda: is_running(cluster))
    assert "clientela | web (process " in running.said
    assert "ended by signal 9; it is started again in 1 s." in running.said
    until(lambda: "clientela | PostgreSQL had died and was started again." in running.said)

    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0
    assert running.said.splitlines()[-1] == "clientela | Stopped. `make run` goes on where this stopped."
    assert not is_running(cluster)
    assert not answers(running.address)
    assert not (home / "running.json").exists()


def test_when_it_is_killed_nothing_of_it_stays_and_the_next_one_starts(running: Running, home: Path) -> None:
    until(lambda: running.address or running.process.poll() is not None, 60)
    note = json.loads((home / "running.json").read_text(encoding="utf-8"))
    assert (note["pid"], note["address"]) == (running.process.pid, running.address)
    children = running.children()
    running.process.kill()
    running.process.wait(10)
    until(lambda: not any(map(is_alive, children.values())))
    until(lambda: not answers(running.address))
    until(lambda: not is_running(Cluster(home)))
    told = subprocess.run(
        [sys.executable, "-m", "clientela.command.main", "migrate"],
        cwd=CHECKOUT,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "The database is up to date.\n", "")
    assert not is_running(Cluster(home))


def test_a_port_that_was_asked_for_and_is_taken_stops_the_start_with_a_sentence(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        settings = environment(home, CLIENTELA_HTTP_PORT=port)
        told = subprocess.run(COMMAND, cwd=CHECKOUT, env=settings, capture_output=True, text=True, check=False)
    sentence = f"clientela: CLIENTELA_HTTP_PORT is {port}, and that port is in use. Give another, or leave it out.\n"
    assert (told.returncode, told.stdout, told.stderr) == (2, "", sentence)
    assert not (home / "postgres" / "data").exists()
