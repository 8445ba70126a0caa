"""A receiver on a free port of this machine, in a thread of the test, and a peer that says just what it is told."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from clientela.inbox.receiver import open_doors
from clientela.inbox.receiver.certificates import Certificate
from clientela.inbox.receiver.house import House
from clientela.inbox.receiver.limits import Limits

LIMIT_BYTES = 20_000
DOMAIN = "casa-lavora.test"
CARE = "care@casa-lavora.test"


@dataclass(frozen=True)
class Open:
    """Where the receiver is, and its inside."""

    house: House
    smtp: tuple[str, int]
    lmtp: tuple[str, int]
    loop: asyncio.AbstractEventLoop
    end: asyncio.Event

    def close(self) -> None:
        """Begin to end it, as SIGTERM does."""
        self.loop.call_soon_threadsafe(self.end.set)


@contextmanager
def receiver(
    *, certificate: Certificate | None = None, lmtp_socket: Path | None = None, **limits: Any
) -> Iterator[Open]:
    """A receiver with these limits. Its answers about addresses are not remembered, so each test sees its own."""
    opened = threading.Event()
    found: list[Open] = []

    async def run() -> None:
        house = House(
            name=DOMAIN,
            limits=Limits(**{"message_bytes": LIMIT_BYTES, **limits}),
            certificate=certificate,
            remembered_seconds=0,
        )
        end = asyncio.Event()
        async with open_doors(house, smtp=("127.0.0.1", 0), lmtp=lmtp_socket or ("127.0.0.1", 0)) as servers:
            smtp, lmtp = (server.sockets[0].getsockname() for server in servers)
            found.append(Open(house, smtp, lmtp, asyncio.get_running_loop(), end))
            opened.set()
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert opened.wait(10)
    try:
        yield found[0]
    finally:
        if thread.is_alive():
            found[0].close()
        thread.join(15)
        assert not thread.is_alive()


class Peer:
    """A connection on which every byte and every answer counts."""

    def __init__(self, address: tuple[str, int] | Path, *, seconds: float = 10) -> None:
        if isinstance(address, Path):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(str(address))
        else:
            self.socket = socket.create_connection(address, timeout=seconds)
        self.socket.settimeout(seconds)
        self._lines = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self.socket.close()

    def hear(self) -> str:
        """The next answer, its lines joined; "" when the other side has closed."""
        said = []
        with suppress(ConnectionResetError):
            while line := self._lines.readline().decode().rstrip("\r\n"):
                said.append(line)
                if line[3:4] != "-":
                    break
        return "\n".join(said)

    def send(self, words: bytes | str) -> None:
        """Say exactly these bytes."""
        self.socket.sendall(words.encode() if isinstance(words, str) else words)

    def say(self, line: str) -> str:
        """Say a line and hear the answer; "" when nobody listens any more."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send(f"{line}\r\n")
        return self.hear()

    def begin(self, *recipients: str, sender: str = "zofia@example.test", hello: str = "EHLO zofia.test") -> None:
        """Greet, and go as far as DATA."""
        assert self.hear().startswith("220 ")
        assert self.say(hello).startswith("250")
        assert self.say(f"MAIL FROM:<{sender}>").startswith("250 ")
        for recipient in recipients or (CARE,):
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250 ")
        assert self.say("DATA").startswith("354 ")
