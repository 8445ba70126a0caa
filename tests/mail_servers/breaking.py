"""A proxy on loopback that stands before a real server and breaks the connection where a test wants it broken."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Listener = Callable[[bytes], bool]


class Breaker:
    """Passes bytes on. `cut_when`, `cut_after`: regular expressions of what the client says.

    With the first the connection ends before the server hears it; with the second the server hears it, and its answer
    never comes back.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.cut_when: bytes = b""
        self.cut_after: bytes = b""
        self.cut_count = 0
        self.heard: list[bytes] = []
        self._pairs: list[tuple[socket.socket, socket.socket]] = []

    def serve(self) -> None:
        """Take connections until it is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._pairs.append((client, server))
                for source, sink, is_client in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pump, args=[source, sink, is_client], daemon=True).start()

    def cut(self) -> None:
        """End every connection that there is."""
        for pair in self._pairs:
            self._end(pair)
        self._pairs.clear()

    def close(self) -> None:
        """End all of it."""
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _pump(self, source: socket.socket, sink: socket.socket, is_client: bool) -> None:  # noqa: FBT001 - a thread's
        pair = (source, sink)
        with suppress(OSError):
            while words := source.recv(65536):
                if is_client:
                    self.heard.append(words)
                    if self.cut_when and re.search(self.cut_when, words):
                        self.cut_count += 1
                        break
                    sink.sendall(words)
                    if self.cut_after and re.search(self.cut_after, words):
                        self.cut_count += 1
                        source.shutdown(socket.SHUT_RDWR)
                        threading.Event().wait(0.3)  # the server does what it was asked to
                        break
                else:
                    sink.sendall(words)
        self._end(pair)

    @staticmethod
    def _end(pair: tuple[socket.socket, socket.socket]) -> None:
        for one in pair:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def breaker(target: int) -> Iterator[Breaker]:
    """Run a breaker before the port `target` of loopback."""
    made = Breaker(target)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join(5)
