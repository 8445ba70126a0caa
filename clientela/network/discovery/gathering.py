"""Where the events of a log are gathered: in memory while they fit there, else in a database that can lie on disk."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from clientela.network.discovery.counting import Counting, Read, Reading
from clientela.network.discovery.counting_in_memory import CountingInMemory

# As many stay in memory, and as many bytes of them; counting takes about as much again.
MOST_EVENTS = 2_000_000
MOST_BYTES = 512 << 20


class Gathering:
    """Takes in the batches of a log, and gives who counts them.

    A database lies in a folder of its own in `folder`, else where temporary files do, and is gone in the end.
    """

    def __init__(
        self, folder: Path | None, *, memory_limit_mb: int, most_events: int = MOST_EVENTS, most_bytes: int = MOST_BYTES
    ) -> None:
        self._folder = folder
        self._memory_limit_mb = memory_limit_mb
        self._most_events, self._most_bytes = most_events, most_bytes
        self._open = ExitStack()
        self._engine: Counting | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._events = self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def begin(self, reading: Reading, *, is_large: bool = False) -> None:
        """Make ready for the batches of a log; forget what was gathered before. `is_large`: not in memory."""
        self._reading = reading
        self._waiting, self._events, self._bytes = [], 0, 0
        if is_large or self._engine is not None:
            self._pour()

    def take(self, batch: pa.RecordBatch) -> None:
        """Take in one batch, with the columns of `batches.SCHEMA`."""
        if self._engine is not None:
            self._engine.take(batch)
            return
        self._waiting.append(batch)
        self._events += batch.num_rows
        self._bytes += batch.nbytes
        if self._events > self._most_events or self._bytes > self._most_bytes:
            self._pour()

    def counter(self) -> Counting | CountingInMemory:
        """Give who counts what was gathered."""
        if self._engine is None and self._waiting:
            return CountingInMemory(self._waiting, self._reading, self._read)
        if self._engine is None:
            self._pour()
        if self._engine is None:
            raise RuntimeError
        return self._engine

    def interrupt(self) -> None:
        """Stop what is being computed, where it can take long. May be called by another thread."""
        if self._engine is not None:
            self._engine.interrupt()

    def _pour(self) -> None:
        if self._engine is None:
            self._engine = self._opened()
        self._engine.begin(self._reading)
        for batch in self._waiting:
            self._engine.take(batch)
        self._waiting = []

    def _read(self, texts: pa.Array) -> Read:
        engine = self._opened(is_small=True)
        engine.begin(self._reading)
        return engine.moments(texts)

    def _opened(self, *, is_small: bool = False) -> Counting:
        place = self._open.enter_context(tempfile.TemporaryDirectory(dir=self._folder, prefix="log-"))
        engine = Counting(Path(place), memory_limit_mb=self._memory_limit_mb, is_small=is_small)
        return self._open.enter_context(engine)
