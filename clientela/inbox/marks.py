"""Marks of the messages that a process is at, so that one that kills it is found.

A message that ends the whole process (the system's memory is used up, a library crashes) leaves no exception behind:
the transaction is undone, the next worker takes the same message, and dies as well. So whoever is about to understand
messages first writes their numbers into a file that it holds locked. A file that nobody holds any more tells at what
messages a process died. A file and not a row, because it costs next to nothing; lost with the machine, it does no harm.
"""

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ENDING = ".mark"


@dataclass(frozen=True)
class Left:
    """What a process was at when it died, one of which may have killed it, and what it had in hand for afterwards."""

    at: tuple[int, ...]
    then: tuple[tuple[int, ...], ...] = ()


class Mark:
    """The mark of one process, or of one of its threads."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def note(self, raw_ids: Sequence[int], then: Sequence[Sequence[int]] = ()) -> None:
        """Note what it is at now, and what it has in hand for afterwards; what it was at before is forgotten."""
        self._file.seek(0)
        self._file.write(json.dumps([list(raw_ids), *map(list, then)]))
        self._file.truncate()
        self._file.flush()  # the system keeps it when the process dies


@contextmanager
def marking(folder: Path) -> Iterator[Mark]:
    """Hold a mark in `folder` as long as the block runs, however it ends but by the death of the process."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{ENDING}"
    with path.open("x", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield Mark(file)
        finally:
            path.unlink(missing_ok=True)


def marks_left(folder: Path) -> list[Left]:
    """What processes that have died were at, each told once: the marks are taken away."""
    found = []
    for path in sorted(folder.glob(f"*{ENDING}")):
        with contextlib.suppress(FileNotFoundError), path.open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # somebody is at it
            found.append(_read(file.read()))
            path.unlink()
    return [left for left in found if left.at or left.then]


def _read(text: str) -> Left:
    """Read a mark; one that its process could not finish writing says nothing."""
    try:
        at, *then = ([int(number) for number in group] for group in json.loads(text))
    except (ValueError, TypeError):
        return Left(())
    return Left(tuple(at), tuple(tuple(group) for group in then if group))
