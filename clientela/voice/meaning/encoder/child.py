"""One child process that encodes, seen from outside: started, asked with a time limit, and put away for certain."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

import clientela
from clientela.voice.meaning.encoder.errors import EncoderDamagedError, EncoderMissingError
from clientela.voice.meaning.encoder.frames import HEAD, Frame, Kind, head_of

Floats = NDArray[np.float32]
WIDTH = 384
_SECONDS_TO_START = 60.0
_SECONDS_TO_GO = 2.0
_READ_AT_ONCE = 1 << 16
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
# It reads what strangers wrote, so it knows no passwords: nothing else of our environment goes along.
_TAKEN_ALONG = (
    *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
)
# Whoever told the library that multiplies which processor this is had a reason.
_FOR_PRODUCTS = ("OPENBLAS_", "NPY_")


class DiedError(Exception):
    """The child is gone: killed, or crashed."""


class StuckError(Exception):
    """The child did not answer in time, or said that it cannot."""


class Child:
    """A running encoder. Whoever starts one calls `kill` or `end` in the end."""

    def __init__(self, module: str, *, seconds: float, megabytes: int) -> None:
        """Start it and wait until it is ready.

        Raises EncoderMissingError, EncoderDamagedError, DiedError and StuckError; then nothing is left running.
        """
        self._seconds = seconds
        # A new interpreter, never a fork: a copy of a process with threads may wait for a lock that nobody holds.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(seconds), str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            bufsize=0,
        )
        for pipe in (self._given, self._told):
            os.set_blocking(pipe.fileno(), False)
        try:
            self._expect_ready()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def vectors(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the vectors and which texts have one. DiedError and StuckError: this child is of no more use."""
        until = time.monotonic() + self._seconds
        # ASCII with escapes, so that even half a character arrives as it is.
        self._write(Frame(Kind.TEXTS, json.dumps(list(texts)).encode()).packed(), until)
        frame = self._read(until)
        count = len(texts)
        if frame.kind is not Kind.VECTORS or len(frame.content) != count + count * WIDTH * 4:
            raise StuckError(frame.kind.name)
        is_known = np.frombuffer(frame.content, np.bool_, count).copy()
        vectors = np.frombuffer(frame.content, "<f4", offset=count).reshape(count, WIDTH).astype(np.float32)
        if not np.isfinite(vectors[is_known]).all():
            raise StuckError("vectors that are no numbers")
        return vectors, is_known

    def end(self) -> None:
        """Let it go by itself; if it does not, kill it."""
        self._given.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_GO)
        self.kill()

    def kill(self) -> None:
        """End it now, wait until it is gone, close the pipes."""
        self._process.kill()
        self._process.wait()
        self._given.close()
        self._told.close()

    @property
    def _given(self) -> IO[bytes]:
        return _there(self._process.stdin)

    @property
    def _told(self) -> IO[bytes]:
        return _there(self._process.stdout)

    def _expect_ready(self) -> None:
        frame = self._read(time.monotonic() + _SECONDS_TO_START)
        if frame.kind is Kind.MISSING:
            raise EncoderMissingError(frame.content.decode())
        if frame.kind is Kind.DAMAGED:
            raise EncoderDamagedError(frame.content.decode())
        if frame.kind is not Kind.READY:
            raise StuckError(frame.kind.name)

    def _write(self, data: bytes, until: float) -> None:
        rest = memoryview(data)
        while rest:
            _wait(self._given, selectors.EVENT_WRITE, until)
            try:
                rest = rest[os.write(self._given.fileno(), rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as problem:
                raise DiedError from problem

    def _read(self, until: float) -> Frame:
        try:
            kind, length = head_of(self._exactly(HEAD.size, until))
        except ValueError as problem:
            raise StuckError from problem
        return Frame(kind, self._exactly(length, until))

    def _exactly(self, count: int, until: float) -> bytes:
        found = bytearray()
        while len(found) < count:
            _wait(self._told, selectors.EVENT_READ, until)
            try:
                some = os.read(self._told.fileno(), min(count - len(found), _READ_AT_ONCE))
            except BlockingIOError:
                continue
            if not some:
                raise DiedError
            found += some
        return bytes(found)


def _wait(pipe: IO[bytes], event: int, until: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, until - time.monotonic())):
            raise StuckError("it took too long")


def _environment() -> dict[str, str]:
    house = Path(clientela.__file__).resolve().parents[1]
    kept = {name: told for name, told in os.environ.items() if name in _TAKEN_ALONG or name.startswith(_FOR_PRODUCTS)}
    return {**kept, **_ONE_THREAD, "PYTHONPATH": str(house)}


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise DiedError
    return pipe
