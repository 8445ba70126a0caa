"""Mails that lie in files: single ones, mbox, Maildir, folders of these. One at a time, never a whole mbox at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_MAILDIR_ROOMS = ("cur", "new", "tmp")
# The line that begins a mail in an mbox: "From ana@lumen.test Tue Nov 24 10:05:00 2026".
_FROM_LINE = re.compile(rb"From \S+.*\b\d{1,2}:\d{2}(?::\d{2})?\b.*\b\d{4}\b|From \S+@\S+\s*$|From - .*\d{4}")
_ESCAPED_FROM = re.compile(rb">+From ")


class UnreadableSource(Exception):  # noqa: N818 - the name says what it is, as the pages do
    """There is nothing to read at that path; the message says why, for the person who gave it."""


@dataclass(frozen=True, slots=True)
class RawSource:
    """One mail as it lies there. `name` says where, with a number inside an mbox (`box:3`).

    `problem` is None, or the sentence that says why a file in a folder could not be read; `raw` is empty then.
    """

    name: str
    raw: bytes = field(repr=False)
    problem: str | None = None


def messages_in(path: Path) -> Iterator[RawSource]:
    """Every mail at `path`, in the order of names, folders depth first.

    A file is an mbox when it begins with a "From " line and is not called `.eml`; anything else is one mail.
    Raises `UnreadableSource` when there is no such path or it cannot be opened; inside a folder, one bad file becomes
    a source with a `problem` and the others follow.
    """
    try:
        is_folder = path.is_dir()
        if not is_folder and not path.exists():
            message = f"There is no file or folder {path}."
            raise UnreadableSource(message)
        if not is_folder:
            yield from _in_file(path)
            return
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}."
        raise UnreadableSource(message) from error
    yield from _in_folder(path)


def bytes_at(path: Path) -> int:
    """How many bytes lie at `path`, folders with all that is in them; what cannot be looked at counts nothing."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        entries = list(path.iterdir())
    except OSError:
        return 0
    return sum(bytes_at(entry) for entry in entries if not (entry.is_symlink() and entry.is_dir()))


def _in_folder(folder: Path) -> Iterator[RawSource]:
    """Files first, then folders. In a Maildir `cur` and `new` are read; `tmp` holds mails not yet delivered."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield RawSource(str(folder), b"", f"The folder cannot be opened: {error.strerror or error}.")
        return
    is_maildir = all((folder / room).is_dir() for room in _MAILDIR_ROOMS[:2])
    for entry in entries:
        if entry.is_dir() or not entry.is_file():
            continue
        if is_maildir and entry.name.startswith(("dovecot", "courier", "maildir", "subscriptions")):
            # Index files of the mail server lie beside the rooms.
            continue
        try:
            yield from _in_file(entry)
        except OSError as error:
            yield RawSource(str(entry), b"", f"The file cannot be read: {error.strerror or error}.")
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink() and not (is_maildir and entry.name == _MAILDIR_ROOMS[2]):
            yield from _in_folder(entry)


def _in_file(path: Path) -> Iterator[RawSource]:
    with path.open("rb") as file:
        first = file.readline(1_000)
        file.seek(0)
        if path.suffix.lower() == ".eml" or not _FROM_LINE.match(first):
            yield RawSource(str(path), file.read())
            return
        number = 0
        lines: list[bytes] = []
        after_blank = True
        for line in file:
            if after_blank and _FROM_LINE.match(line):
                if number:
                    yield RawSource(f"{path}:{number}", _one_of_mbox(lines))
                number, lines = number + 1, []
            else:
                lines.append(line)
            after_blank = line in {b"\n", b"\r\n"}
        yield RawSource(f"{path}:{number}", _one_of_mbox(lines))


def _one_of_mbox(lines: list[bytes]) -> bytes:
    """The mail between two "From " lines: one `>` less before escaped ones, without the blank line that separates."""
    if lines and lines[-1] in {b"\n", b"\r\n"}:
        lines = lines[:-1]
    return b"".join(line[1:] if _ESCAPED_FROM.match(line) else line for line in lines)
