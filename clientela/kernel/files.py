"""The file store: bytes under the name of their own SHA-256, so the same file is kept once and never changes.

A folder of the installation (`settings.FILES_FOLDER`). A file is there whole or not at all, and stays there before the
row that names it is committed: the other way round, a crash could leave a row without its bytes.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileMissingError(Exception):
    """No file is stored under this hash."""


@dataclass(frozen=True)
class StoredFile:
    """What to remember of a stored file."""

    sha256: str
    size_bytes: int


def store_file(content: bytes) -> StoredFile:
    """Keep `content` and return its hash and size. Safe to call twice, and by several at once, with the same bytes."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of_file(sha256)
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Written beside its place under a name of its own, then put there in one step: nobody sees half a file, and
        # of two writers with the same bytes either may win.
        draft = path.parent / f".{sha256}.{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _make_the_name_last(path.parent)
    return StoredFile(sha256=sha256, size_bytes=len(content))


def store_file_in_parts(parts: Iterable[bytes]) -> StoredFile:
    """Keep a file too large for the memory; otherwise the same as `store_file`."""
    folder = Path(settings.FILES_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(16)}"
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for part in parts:
                digest.update(part)
                size_bytes += len(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        path = path_of_file(digest.hexdigest())
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.replace(path)  # over the same bytes, if somebody was quicker
        _make_the_name_last(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return StoredFile(sha256=digest.hexdigest(), size_bytes=size_bytes)


def read_file(sha256: str) -> bytes:
    """The bytes stored under `sha256`. Raises FileMissingError if there are none."""
    with open_file(sha256) as file:
        return file.read()


def open_file(sha256: str) -> BinaryIO:
    """The file stored under `sha256`, open for reading; the caller closes it. Raises FileMissingError."""
    try:
        return path_of_file(sha256).open("rb")
    except FileNotFoundError as error:
        raise FileMissingError(f"No file is stored under {sha256}.") from error


def path_of_file(sha256: str) -> Path:
    """Where the file under `sha256` lies, whether it is there or not; to be read only. Raises FileMissingError."""
    # The hash may come from an address of a page: nothing but a hash ever becomes part of a path.
    if not _SHA256.fullmatch(sha256):
        raise FileMissingError(f"«{sha256}» is not the hash of a file.")
    return Path(settings.FILES_FOLDER) / sha256[:2] / sha256[2:4] / sha256


def _make_the_name_last(folder: Path) -> None:
    # A power cut may otherwise forget the new name though the bytes were written.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
