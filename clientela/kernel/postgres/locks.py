"""Locks between processes that the kernel lets go of when their holder dies, however it dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """A lock on a file: alone, or shared with others who share. Every instance counts by itself, also in one process.

    The file is never removed: somebody may be waiting on it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take the lock; False when it is held by somebody else and `wait` is off."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(descriptor)
            return False
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def leave(self) -> None:
        """Let go of the lock; without effect when it is not held."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()


def is_held(path: Path) -> bool:
    """Tell whether somebody holds the lock, in either way."""
    lock = FileLock(path)
    if lock.take(wait=False):
        lock.leave()
        return False
    return True
