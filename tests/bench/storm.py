"""A storm of mail: many senders at once, while the receiver, the worker and PostgreSQL are killed under them.

Afterwards every message that got its 250 must be there, understood, once. Real processes, `kill -9`, real SMTP.
"""

import os
import random
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from clientela.kernel.postgres import Cluster

CHECKOUT = Path(__file__).resolve().parents[2]
DOMAIN = "casa-lavora.test"
PATIENCE_SECONDS = 30.0
LONGEST_STORM_SECONDS = 600.0
# The cast of the tests, written into the storm's own database.
_PREPARE = """
import django
django.setup()
from tests.shop import Shop
from tests.world import World
world = World()
world.id_of("ana")
Shop(world)
"""


@dataclass
class Storm:
    """What happened. `acknowledged`: how often each message got its 250, by its Message-ID."""

    sent: int
    acknowledged: Counter[str] = field(default_factory=Counter, repr=False)
    refusals: Counter[str] = field(
        default_factory=Counter
    )  # answers and broken connections, after which it was tried again
    killed: Counter[str] = field(default_factory=Counter)
    sending_seconds: float = 0.0
    understood_seconds: float = 0.0  # from the first message to the last one understood
    stored: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)  # got a 250 and is not on any request
    doubled: list[str] = field(default_factory=list)  # is there more than once
    changed: list[str] = field(default_factory=list)  # what was stored is not what was sent
    not_understood: int = 0


@dataclass
class _Part:
    """One of our processes, started again whenever it ends."""

    name: str
    module: str
    process: subprocess.Popen[bytes] | None = None


def storm(
    home: Path,
    *,
    count: int,
    senders: int,
    kills: int,
    database_kills: int = 1,
    seed: int = 1,
    disposable: bool = False,
) -> Storm:
    """Let `senders` send `count` messages, and kill receiver and worker `kills` times each in the middle of it."""
    happened = Storm(sent=count)
    dice = random.Random(seed)
    cluster = Cluster(home, disposable=disposable)
    with ExitStack() as stack:
        url = stack.enter_context(cluster.borrowed())
        port = _free_port()
        environment = {
            **os.environ,
            "CLIENTELA_HOME": str(home),
            "CLIENTELA_DEMO": "no",
            "CLIENTELA_MAIL_DOMAIN": DOMAIN,
            "CLIENTELA_SMTP_PORT": str(port),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "clientela.project.settings",
            "PYTHONPATH": str(CHECKOUT),
        }
        environment.pop("CLIENTELA_MAIL_SERVER", None)
        for words in (["-m", "clientela.command.main", "migrate"], ["-c", _PREPARE]):
            subprocess.run([sys.executable, *words], cwd=CHECKOUT, env=environment, check=True, capture_output=True)
        log = stack.enter_context((home / "storm.log").open("wb"))
        parts = [_Part("receiver", "clientela.inbox.receiver"), _Part("worker", "clientela.project.worker")]
        stack.enter_context(_kept_running(parts, cluster, environment, log.fileno()))
        _wait_for_port(port)
        began_at = time.monotonic()
        threads = [
            threading.Thread(target=_send, args=[happened, port, sender, range(sender, count, senders)])
            for sender in range(senders)
        ]
        for thread in threads:
            thread.start()
        _rage(happened, parts, cluster, dice, kills=kills, database_kills=database_kills)
        for thread in threads:
            thread.join(LONGEST_STORM_SECONDS)
        happened.sending_seconds = time.monotonic() - began_at
        _wait_until(lambda: _waiting(url) == 0, LONGEST_STORM_SECONDS)
        happened.understood_seconds = time.monotonic() - began_at
        _look(happened, url)
    return happened


def storm_lines(count: int, *, senders: int = 50, kills: int = 10) -> Iterator[str]:
    """Measure the storm, and tell it in Markdown."""
    with tempfile.TemporaryDirectory(prefix="clientela-storm-") as folder:
        Path(folder).chmod(0o711)
        seen = storm(Path(folder), count=count, senders=senders, kills=kills)
    killed = ", ".join(f"{name} {times}" for name, times in sorted(seen.killed.items()))
    yield f"{seen.sent:,} messages from {senders} senders at once; killed by `kill -9`: {killed}.\n"
    yield "| | |"
    yield "|---|---|"
    yield f"| got their 250 | {len(seen.acknowledged):,} |"
    yield f"| lost | {len(seen.lost)} |"
    yield f"| there more than once | {len(seen.doubled)} |"
    yield f"| other than sent | {len(seen.changed)} |"
    yield f"| left without being understood | {seen.not_understood} |"
    yield f"| stored, with those that were sent again for want of an answer | {seen.stored:,} |"
    yield f"| what became of them | {', '.join(f'{name} {times:,}' for name, times in sorted(seen.outcomes.items()))} |"
    yield f"| all taken after | {seen.sending_seconds:.0f} s |"
    yield f"| all understood after | {seen.understood_seconds:.0f} s |"
    yield ""


def message_id_of(number: int) -> str:
    """The Message-ID of the storm's message with this number."""
    return f"storm-{number}@example.test"


def mail_of(sender: int, number: int, senders: int) -> bytes:
    """A message of the storm; every fourth answers the one before of the same sender."""
    answered = f"In-Reply-To: <{message_id_of(number - senders)}>\r\n" if (number // senders) % 4 == 3 else ""
    said = (
        f"From: Sender {sender} <sender{sender}@example.test>\r\nTo: care@{DOMAIN}\r\nSubject: Storm {number}\r\n"
        f"Message-ID: <{message_id_of(number)}>\r\n{answered}Date: Sun, 22 Nov 2026 08:00:00 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"Dzień dobry, moja pralka numer {number} przecieka od wczoraj.\r\n.\r\nPozdrawiam\r\n"
    )
    return said.encode()


def _send(happened: Storm, port: int, sender: int, numbers: range) -> None:
    """Send one sender's messages, each again until it gets its 250, as a mail server does."""
    client: smtplib.SMTP | None = None
    for number in numbers:
        mail = mail_of(sender, number, numbers.step)
        while True:
            try:
                if client is None:
                    client = smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE_SECONDS)
                client.sendmail(f"sender{sender}@example.test", [f"care@{DOMAIN}"], mail, ["BODY=8BITMIME"])
                happened.acknowledged[message_id_of(number)] += 1
                break
            except (OSError, smtplib.SMTPException) as error:
                happened.refusals[type(error).__name__] += 1
                if client is not None:
                    client.close()
                client = None
                time.sleep(0.1)
    if client is not None:
        with suppress(OSError, smtplib.SMTPException):
            client.quit()


def _rage(
    happened: Storm, parts: list[_Part], cluster: Cluster, dice: random.Random, *, kills: int, database_kills: int
) -> None:
    """Kill at random moments of the storm, by how many messages have got their 250."""
    plan = [(dice.uniform(0.02, 0.95), part) for part in parts for _ in range(kills)]
    moments: list[tuple[float, _Part | None]] = [
        *plan,
        *((dice.uniform(0.2, 0.8), None) for _ in range(database_kills)),
    ]
    for moment, part in sorted(moments, key=lambda one: one[0]):
        _wait_until(lambda at=moment: len(happened.acknowledged) >= at * happened.sent, LONGEST_STORM_SECONDS)
        time.sleep(dice.uniform(0, 0.05))
        if part is None:
            server = cluster.running_server()
            if server is not None:
                os.kill(server.pid, signal.SIGKILL)
                happened.killed["PostgreSQL"] += 1
            continue
        # One that is just starting again is waited for: a kill must hit something that works.
        _wait_until(lambda at=part: at.process is not None and at.process.poll() is None, PATIENCE_SECONDS)
        process = part.process
        if process is not None:
            process.kill()
            happened.killed[part.name] += 1
            process.wait()


@contextmanager
def _kept_running(parts: list[_Part], cluster: Cluster, environment: dict[str, str], log: int) -> Iterator[None]:
    """Start the parts, and again whenever one has ended; mend the database too. As `clientela run`, but quicker."""
    end = threading.Event()

    def tend() -> None:
        while not end.is_set():
            cluster.repair()
            for part in parts:
                if part.process is None or part.process.poll() is not None:
                    words = f"from {part.module} import main; main()"
                    part.process = subprocess.Popen(
                        [sys.executable, "-c", words], cwd=CHECKOUT, env=environment, stdout=log, stderr=log
                    )
            end.wait(0.2)

    keeper = threading.Thread(target=tend)
    keeper.start()
    try:
        yield
    finally:
        end.set()
        keeper.join()
        for part in parts:
            if part.process is not None:
                part.process.terminate()
        for part in parts:
            if part.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    part.process.wait(PATIENCE_SECONDS)
                part.process.kill()


def _look(happened: Storm, url: str) -> None:
    """Compare what is there with what was acknowledged."""
    with psycopg.connect(url) as database:
        rows = database.execute("SELECT mail_id, outcome, content FROM inbox_rawmessage ORDER BY id").fetchall()
        told = database.execute("SELECT message_id FROM requests_message WHERE message_id LIKE 'storm-%'").fetchall()
    there = Counter(message_id for (message_id,) in told)
    happened.stored = len(rows)
    happened.outcomes = Counter(outcome for _, outcome, _ in rows)
    happened.not_understood = happened.outcomes[""]
    happened.lost = sorted(message_id for message_id in happened.acknowledged if not there[message_id])
    happened.doubled = sorted(message_id for message_id, times in there.items() if times > 1)
    senders = 1 + max((int(content.split(b" <", 1)[0].rsplit(b" ", 1)[1]) for _, _, content in rows), default=0)
    for mail_id, _, content in rows:
        number = int(mail_id.partition("@")[0].removeprefix("storm-"))
        if bytes(content) != mail_of(number % senders, number, senders):
            happened.changed.append(mail_id)


def _waiting(url: str) -> int:
    try:
        with psycopg.connect(url, connect_timeout=5) as database:
            row = database.execute("SELECT count(*) FROM inbox_rawmessage WHERE understood_at IS NULL").fetchone()
    except psycopg.Error:
        return -1
    return int(row[0]) if row else -1


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for_port(port: int) -> None:
    def is_open() -> bool:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=2).close()
        except OSError:
            return False
        return True

    _wait_until(is_open, PATIENCE_SECONDS)


def _wait_until(happens: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            raise TimeoutError("The storm does not come to its end.")
        time.sleep(0.02)
