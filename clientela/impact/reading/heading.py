"""The beginning of a file of cases: what its columns are called, and its first rows. Nothing heavy is loaded here."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from clientela.impact.reading.problems import CasesProblemError, of_bytes
from clientela.impact.reading.roles import UNKNOWN, YES_AND_NO
from clientela.network.discovery.encodings import encoding_farther_on, encoding_of
from clientela.network.discovery.naming import listed
from clientela.network.discovery.packed import PACKED_ERRORS, ZIP, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.sample import FOREIGN, SIGN_TOLD

START_BYTES = 1 << 18
DELIMITERS = ",;\t|"
FIRST_ROWS = 5
LONGEST_FIELD = 80  # of what is shown
LONGEST_NAME = 200
MOST_COLUMNS = 500
A_VALUE = re.compile(r"^[-+]?\d+(?:[.,]\d+)?$|^\d{4}-\d{1,2}|^\d{4}-?W\d{1,2}$", re.IGNORECASE)
VALUES_SHARE = 1 / 3  # of the fields of a heading: so many that look like values name nothing


@dataclass(frozen=True)
class Heading:
    """How a file begins: the names of its columns, and the first rows, long fields cut."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_heading(path: Path, *, name: str) -> Heading:
    """Read how a CSV begins, plain or gzip; `name` is what people call it. Raises CasesProblemError."""
    try:
        start = _start(path)
        _refuse_foreign(start, name)
        encoding = encoding_of(path)
        try:
            text = _text(start, encoding)
        except UnicodeDecodeError:
            text = _text(start, encoding_farther_on(path))
    except LogProblemError as error:
        raise of_bytes(error, path=path, called=name) from None
    if "\0" in text:
        raise _foreign(name)
    lines = io.StringIO(text, newline="")
    first, _line = heading_of(lines)
    delimiter = delimiter_of(first)
    try:
        names = fields_of(first, delimiter)
        rows = [row for row in islice(csv.reader(lines, delimiter=delimiter), FIRST_ROWS + 1) if row][:FIRST_ROWS]
    except csv.Error as error:
        raise CasesProblemError(f"{name}, line 1: {error}. Mend the line.", "broken_line", file=name, line=1) from error
    _check(names, name)
    if not rows:
        raise CasesProblemError(f"{name}: there is a heading but no line under it.", "no_lines", file=name)
    count = len(names)
    shown = [tuple(field.strip()[:LONGEST_FIELD] for field in [*row, *[""] * count][:count]) for row in rows]
    return Heading(tuple(names), tuple(shown))


def refuse_foreign(path: Path, called: str) -> None:
    """Raise CasesProblemError for a workbook and what else is no text. What is packed is looked into."""
    _refuse_foreign(_start(path), called)


def heading_of(text: IO[str]) -> tuple[str, int]:
    """The line that names the columns, and which line it is: a spreadsheet may tell itself the sign (sep=;) before."""
    first = text.readline()
    return (text.readline(), 2) if SIGN_TOLD.match(first.strip()) else (first, 1)


def delimiter_of(first: str) -> str:
    """The sign that parts the columns of a heading."""
    return max(DELIMITERS, key="".join(first.split('"')[::2]).count)


def fields_of(first: str, delimiter: str) -> list[str]:
    """The names of a heading."""
    return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]


def looks_like_values(names: Sequence[str]) -> bool:
    """Whether a first line seems to hold a case rather than the names of columns."""
    given = [name for name in names if name]
    values = sum(bool(A_VALUE.match(name)) or name.casefold() in (UNKNOWN | YES_AND_NO.keys()) for name in given)
    return values > 0 and values >= VALUES_SHARE * len(given)


def _check(names: Sequence[str], called: str) -> None:
    if not any(names):
        raise CasesProblemError(
            f"{called}, line 1: the heading is blank. The first line must name the columns.", "no_heading", file=called
        )
    if looks_like_values(names):
        raise CasesProblemError(
            f"{called}, line 1: this looks like a line of values. The first line must name the columns.",
            "no_heading", file=called,
        )  # fmt: skip
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise CasesProblemError(
            f"{called}, line 1: the heading has the column “{twice[0]}” twice. Give each column a name of its own.",
            "twice", file=called, name=twice[0],
        )  # fmt: skip
    long = [name for name in names if len(name) > LONGEST_NAME]
    if long or len(names) > MOST_COLUMNS or len(names) == 1:
        raise CasesProblemError(
            f"{called}, line 1: this is no heading of a table with columns: {listed([*names][:2])}.",
            "no_table", file=called,
        )  # fmt: skip


def _refuse_foreign(start: bytes, called: str) -> None:
    for magic in (*FOREIGN, ZIP):  # a zip of more than one file is a workbook, as a rule
        if start.startswith(magic):
            raise _foreign(called)


def _foreign(called: str) -> CasesProblemError:
    return CasesProblemError(
        f"{called}: this is not a text. Save the table as CSV and bring that; it may be packed by gzip.",
        "foreign", file=called,
    )  # fmt: skip


def _start(path: Path) -> bytes:
    stream, inner = opened(path, lambda _bytes: None)
    try:
        return stream.read(START_BYTES)
    except PACKED_ERRORS as error:
        raise packed_problem(path, error, 0) from error
    finally:
        inner.close()


def _text(start: bytes, encoding: str) -> str:
    """Decode the beginning; its last sign may be cut in the middle, and so may be its last line."""
    if len(start) < START_BYTES:
        return start.decode(encoding).removeprefix("\ufeff")
    cut = start[: start.rfind(b"\n") + 1] or start
    return cut.decode(encoding, errors="ignore" if encoding.startswith("utf-16") else "strict").removeprefix("\ufeff")
