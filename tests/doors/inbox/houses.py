"""Whole installations for a test: a database, a state folder, a worker and a receiver of its own, as processes."""

import asyncio
import os
import secrets
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from aiosmtpd import smtp
from django.db import connection, connections

PARTS = ("clientela.inbox.receiver", "clientela.project.worker")


@dataclass
class Installation:
    """A Clientela that is running. `sent` are the letters that its mail server took, `came_in` what was received."""

    domain: str
    port: int
    database: str
    folder: Path
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def counted(self, statement: str) -> int:
        """The one number that a statement answers with, in the house's own database."""
        with psycopg.connect(self.database, autocommit=True) as asking:
            row = asking.execute(statement).fetchone()
        assert row is not None
        return int(row[0])

    @property
    def sent(self) -> int:
        """How many letters its mail server took."""
        return self.counted("SELECT count(*) FROM kernel_letter WHERE sent_at IS NOT NULL")

    @property
    def came_in(self) -> int:
        """How many mails it received."""
        return self.counted("SELECT count(*) FROM inbox_rawmessage")

    @property
    def waiting(self) -> int:
        """How many mails are still to be understood, and letters to be handed over now."""
        return self.counted(
            "SELECT count(*) FROM (SELECT FROM inbox_rawmessage WHERE understood_at IS NULL"
            " UNION ALL SELECT FROM kernel_letter WHERE due_at <= now()) AS waiting"
        )

    def said(self) -> str:
        """What its processes wrote."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


@contextmanager
def two_houses(
    folder: Path, *, relays: Callable[["Installation", "Installation"], tuple[str, str]] | None = None
) -> Iterator[tuple[Installation, Installation]]:
    """Two installations that hand their letters to each other, each with what the test's database holds by now.

    `relays` gives for both houses the address of their mail server; otherwise it is the other's receiver. The test must
    be marked transaction=True: a database is copied only when nobody is connected to it.
    """
    with ExitStack() as stack:
        first, second = (stack.enter_context(_copy(folder, domain)) for domain in ("first.test", "second.test"))
        to_second, to_first = (
            relays(first, second) if relays else (f"smtp://127.0.0.1:{second.port}", f"smtp://127.0.0.1:{first.port}")
        )
        for house, server in ((first, to_second), (second, to_first)):
            stack.callback(_end, house)
            _start(house, mail_server=server)
        for house in (first, second):
            assert comes_true(lambda port=house.port: _listens(port), within_seconds=60), house.said()
        yield first, second


class StrippingRelay:
    """A mail server on the way that takes away every header by which machines know machines, and passes the rest on."""

    def __init__(self, stripped: Sequence[str], *, new_subject: str = "") -> None:
        self.stripped = stripped
        self.new_subject = new_subject
        self.passed_on = 0
        self._port_of_next: int | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def leads_to(self, port: int) -> str:
        """Start it in front of a receiver; its own address comes back. It ends with the test's process."""
        self._port_of_next = port
        self._thread.start()

        async def listen() -> asyncio.Server:
            return await self._loop.create_server(lambda: smtp.SMTP(self, hostname="relay.test"), "127.0.0.1", 0)

        server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)
        return f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def handle_DATA(self, _server: smtp.SMTP, _session: smtp.Session, envelope: smtp.Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Pass a mail on before it is answered for."""
        await asyncio.to_thread(self._pass_on, envelope)
        return "250 Passed on"

    def _pass_on(self, envelope: smtp.Envelope) -> None:
        message = message_from_bytes(envelope.original_content, policy=SMTP)
        for name in self.stripped:
            del message[name]
        self.passed_on += 1
        if self.new_subject:
            del message["Subject"]
            message["Subject"] = f"{self.new_subject} {self.passed_on}"
        with smtplib.SMTP("127.0.0.1", self._port_of_next or 0, timeout=30) as client:
            client.sendmail(envelope.mail_from or "", envelope.rcpt_tos, message.as_bytes())


def comes_true(condition: Callable[[], bool], *, within_seconds: float) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + within_seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def come_to_rest(houses: Sequence[Installation], *, seconds: float, within_seconds: float) -> bool:
    """Whether nothing goes to and fro between them for so long."""
    until = time.monotonic() + within_seconds
    last, since = (-1, -1), time.monotonic()
    while time.monotonic() < until:
        seen = sum(house.sent for house in houses), sum(house.came_in for house in houses)
        if seen != last or any(house.waiting for house in houses):
            last, since = seen, time.monotonic()
        elif time.monotonic() - since > seconds:
            return True
        time.sleep(0.5)
    return False


@contextmanager
def _copy(folder: Path, domain: str) -> Iterator[Installation]:
    original = connection.settings_dict["NAME"]
    name = f"{original}_{domain.partition('.')[0]}"
    _let_go_of_the_database()
    with psycopg.connect(_url("postgres"), autocommit=True) as making:
        making.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        making.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    home = folder / domain
    home.mkdir()
    try:
        yield Installation(domain=domain, port=_free_port(), database=_url(name), folder=home)
    finally:
        with psycopg.connect(_url("postgres"), autocommit=True) as removing:
            removing.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _start(house: Installation, *, mail_server: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLIENTELA_", "DATABASE_"))}
    environment = kept | {
        "CLIENTELA_HOME": str(house.folder),
        "CLIENTELA_DEMO": "no",
        "CLIENTELA_MAIL_DOMAIN": house.domain,
        "CLIENTELA_MAIL_SERVER": mail_server,
        "CLIENTELA_SMTP_PORT": str(house.port),
        "CLIENTELA_SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": house.database,
        "DJANGO_SETTINGS_MODULE": "clientela.project.settings",
    }
    for part in PARTS:
        with (house.folder / f"{part}.log").open("wb") as words:
            house.started.append(
                subprocess.Popen([sys.executable, "-u", "-m", part], env=environment, stdout=words, stderr=words)
            )


def _end(house: Installation) -> None:
    for process in house.started:
        process.kill()
        process.wait(10)


def _let_go_of_the_database() -> None:
    connections.close_all()
    default = connections["default"]
    if hasattr(default, "close_pool"):
        default.close_pool()


def _url(database: str) -> str:
    where = connection.settings_dict
    query = {"host": where["HOST"], "port": where["PORT"]}
    who = quote(where["USER"]) + (f":{quote(where['PASSWORD'])}" if where["PASSWORD"] else "")
    return f"postgresql://{who}@/{database}?{urlencode({key: value for key, value in query.items() if value})}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
