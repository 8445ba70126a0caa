"""The bytes of a log, counted as they are read, and unpacked if they are packed."""

import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from clientela.network.discovery.problems import LogProblemError

MAGIC = b"\x1f\x8b"
CHUNK = 1 << 20
OnProgress = Callable[[int], None]


class Counting(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, inner: io.BufferedReader, on_progress: OnProgress) -> None:
        self.inner = inner
        self.on_progress = on_progress

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read into the buffer, and tell."""
        size = self.inner.readinto(buffer)
        self.on_progress(self.inner.tell())
        return size


def opened(path: Path, on_progress: OnProgress, *, name: str = "") -> tuple[IO[bytes], IO[bytes]]:
    """Open the file. Give its bytes, unpacked if they are packed, and the file itself, to be closed."""
    called = name or str(path)
    try:
        inner = path.open("rb")
    except OSError as error:
        raise LogProblemError(
            f"{called}: {error.strerror}. Check the path and who may read it.", "unreadable"
        ) from error
    start = inner.read(2)
    inner.seek(0)
    if not start:
        inner.close()
        raise LogProblemError(f"{called}: the file is empty. A log needs at least a heading and one event.", "empty")
    counted = io.BufferedReader(Counting(inner, on_progress), CHUNK)  # type: ignore[type-var]  # it has no name
    if start == MAGIC:
        return io.BufferedReader(gzip.GzipFile(fileobj=counted), CHUNK), inner
    return counted, inner


# What reading a packed file that is broken off or broken raises.
PACKED_ERRORS = (EOFError, gzip.BadGzipFile, zlib.error)


def packed_problem(called: Path | str, error: Exception, read_so_far: int) -> LogProblemError:
    """Say that the packed file ends too early or is broken."""
    if isinstance(error, EOFError):
        return LogProblemError(
            f"{called}: the packed file ends in the middle, after {read_so_far:,} events. Copy or download it again.",
            "packed",
        )
    return LogProblemError(
        f"{called}: the packed file is broken ({error}), after {read_so_far:,} events. Copy it again.", "packed"
    )
