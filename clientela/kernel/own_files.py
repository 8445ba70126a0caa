"""Files that belong to one row alone and go with it for good: each under the row's number, in a room of its own.

The store of `files` keeps the same bytes once and for ever, whoever refers to them. A file that may name people and
must be gone when its row is deleted lies here: nobody else refers to it, even if somebody brings the same bytes again.

A file is received under a name that nobody knows, and given to its row within the row's transaction. Whatever breaks in
between leaves bytes without a row; `sweep_own_files` removes them a day later.
"""

import hashlib
import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

_RECEIVED: Final = "received"
LEFT_ALONE: Final = timedelta(days=1)  # a file so young may still get its row


@dataclass(frozen=True)
class ReceivedFile:
    """A file that has come in whole and belongs to no row yet."""

    path: Path
    sha256: str
    size_bytes: int


def receive_file(parts: Iterable[bytes]) -> ReceivedFile:
    """Write down a file of any size; whoever calls gives it to a row, or discards it."""
    path = _room(_RECEIVED) / secrets.token_hex(16)
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for part in parts:
                digest.update(part)
                size_bytes += len(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return ReceivedFile(path=path, sha256=digest.hexdigest(), size_bytes=size_bytes)


def discard_received_file(received: ReceivedFile) -> None:
    """Remove a file that no row took."""
    received.path.unlink(missing_ok=True)


def give_file_to_row(received: ReceivedFile, *, room: str, number: int) -> None:
    """Make it the file of row `number`. Called in the transaction that makes the row: numbers are never given twice."""
    folder = _room(room)
    received.path.replace(folder / str(number))
    _make_names_last(folder)


def path_of_own_file(*, room: str, number: int) -> Path:
    """Where the file of row `number` lies, whether it is there or not; to be read only."""
    return Path(settings.FILES_FOLDER) / "own" / room / str(number)


def delete_own_file(*, room: str, number: int) -> None:
    """Remove the file of row `number`. Called when the row is gone for certain: after the commit."""
    path = path_of_own_file(room=room, number=number)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _make_names_last(path.parent)


def own_file_numbers(*, room: str, at: datetime) -> tuple[int, ...]:
    """Return the rows whose files lie in a room, save the young ones, whose rows may not be committed yet."""
    return tuple(sorted(int(path.name) for path in _room(room).iterdir() if _is_old(path, at)))


def sweep_own_files(*, room: str, at: datetime, orphans: Collection[int]) -> int:
    """Remove the files of these rows, which are gone, and what was received long ago and given to nobody."""
    for number in orphans:
        delete_own_file(room=room, number=number)
    forgotten = [path for path in _room(_RECEIVED).iterdir() if _is_old(path, at)]
    for path in forgotten:
        path.unlink(missing_ok=True)
    return len(orphans) + len(forgotten)


def _room(name: str) -> Path:
    folder = Path(settings.FILES_FOLDER) / "own" / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _is_old(path: Path, at: datetime) -> bool:
    try:
        changed = path.stat().st_ctime  # when it came to lie here
    except FileNotFoundError:  # somebody else removed it
        return False
    return changed < (at - LEFT_ALONE).timestamp()


def _make_names_last(folder: Path) -> None:
    # A power cut may otherwise forget that a name has come, or gone.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
