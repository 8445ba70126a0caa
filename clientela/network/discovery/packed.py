"""The bytes of a log, counted as they are read, and unpacked if they are packed.

Packed by gzip, bzip2 or xz, or alone in a zip, whatever the name of the file says; and so twice, as archives often are.
"""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from clientela.network.discovery.problems import LogProblemError

GZIP, BZIP2, XZ, ZIP = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04"
LONGEST_MAGIC = 6
MOST_TIMES = 2  # packed, and packed again
CHUNK = 1 << 20
OnProgress = Callable[[int], None]


class Counting(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, inner: io.BufferedReader, on_progress: OnProgress) -> None:
        self.inner = inner
        self.on_progress = on_progress
        self.is_telling = True

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # io calls it with a bytearray
        """Read into the buffer, and tell."""
        size = self.inner.readinto(buffer)
        if self.is_telling:
            self.on_progress(self.inner.tell())
        return size

    def seekable(self) -> bool:
        """What lies in a zip is found from its end."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go elsewhere in the file."""
        return self.inner.seek(offset, whence)

    def tell(self) -> int:
        """Where in the file it is."""
        return self.inner.tell()


def opened(path: Path, on_progress: OnProgress, *, name: str = "") -> tuple[IO[bytes], IO[bytes]]:
    """Open the file. Give its bytes, unpacked if they are packed, and the file itself, to be closed."""
    called = name or str(path)
    try:
        inner = path.open("rb")
    except OSError as error:
        raise LogProblemError(
            f"{called}: {error.strerror}. Check the path and who may read it.", "unreadable"
        ) from error
    start = inner.read(1)
    inner.seek(0)
    if not start:
        inner.close()
        raise LogProblemError(f"{called}: the file is empty. A log needs at least a heading and one event.", "empty")
    counting = Counting(inner, on_progress)
    stream: io.BufferedReader[Any] = io.BufferedReader(counting, CHUNK)
    try:
        for _time in range(MOST_TIMES):
            unpacked = _unpacked(stream, counting)
            if unpacked is None:
                break
            stream = io.BufferedReader(unpacked, CHUNK)
            stream.peek(1)  # what is broken from the beginning is said at once
    except PACKED_ERRORS as error:
        inner.close()
        raise packed_problem(called, error, 0) from error
    return stream, inner


class _Bzip2(bz2.BZ2File):
    """What breaks in it is told apart from a disk that cannot be read."""

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # io calls it with a bytearray
        """Read into the buffer."""
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise zlib.error(str(error)) from error


def _unpacked(stream: "io.BufferedReader[Any]", counting: Counting) -> Any:
    """Give what is packed in it; None where nothing is, or more than one file, or only for who knows a password."""
    start = stream.peek(LONGEST_MAGIC)
    if start.startswith(GZIP):
        return gzip.GzipFile(fileobj=stream, mode="rb")
    if start.startswith(BZIP2):
        return _Bzip2(stream)
    if start.startswith(XZ):
        return lzma.LZMAFile(stream)
    if start.startswith(ZIP) and stream.seekable() and stream.raw is counting:
        counting.is_telling = False  # it is looked into from its end
        found = _alone_in(stream)
        counting.is_telling = True
        return found
    return None


def _alone_in(stream: "io.BufferedReader[Any]") -> IO[bytes] | None:
    found = None
    try:
        folder = zipfile.ZipFile(stream)
        names = log_names(folder)
        if len(names) == 1 and not folder.getinfo(names[0]).flag_bits & 1:
            found = folder.open(names[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        found = None
    if found is None:
        stream.seek(0)
    return found


def log_names(folder: zipfile.ZipFile) -> list[str]:
    """Give what in a zip may be a log: no folder, and nothing that computers put there for themselves."""
    names = [one.filename for one in folder.infolist() if not one.is_dir()]
    return [name for name in names if not name.startswith("__MACOSX/") and not name.rpartition("/")[2].startswith(".")]


def what_is_in(path: Path) -> tuple[str, ...]:
    """List the files of a zip; none where it is none."""
    try:
        with zipfile.ZipFile(path) as folder:
            return tuple(log_names(folder))
    except (zipfile.BadZipFile, OSError):
        return ()


# What reading a packed file that is broken off or broken raises.
PACKED_ERRORS = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


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
