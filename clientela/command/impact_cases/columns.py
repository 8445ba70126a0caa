"""A CSV as columns of numbers: labels become numbers as they come, never a row as an object."""

import csv
import io
import sys
from array import array
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clientela.network.discovery.encodings import encoding_farther_on, encoding_of
from clientela.network.discovery.naming import listed, told_columns
from clientela.network.discovery.packed import PACKED_ERRORS, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError

CASE_ROLES = (
    "case", "outcome", "period", "unit", "type", "supplier", "weight", "quality", "quality2", "load", "answers",
    "unaffected",
)  # fmt: skip
INSIDE_ROLES = ("supplier", "period", "quality", "quality2", "load", "answers")
CROSSWALK_ROLES = ("unit", "supplier", "weight")
LABELS = frozenset({"unit", "type", "supplier", "period"})
UNKNOWN = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "."})
DELIMITERS = ",;\t|"
ROWS_AT_ONCE = 50_000
A_DAY_LONG = 10
MOST_SHOWN = 40

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OnProgress = Callable[[int], None]


class CasesProblemError(Exception):
    """The file cannot be used. The sentence names file, line, field and remedy."""


class Columns:
    """The columns of one file by role: labels as numbers with their `names`, figures as floats, cases as hashes."""

    def __init__(self, path: Path, used: dict[str, str]) -> None:
        self.path = path
        self.used = used
        self.names: dict[str, dict[str, int]] = {role: {} for role in used if role in LABELS}
        self._labels = {role: array("i") for role in used if role in LABELS}
        self._figures = {role: array("d") for role in used if role not in LABELS and role != "case"}
        self._cases = array("q")
        self._lines = array("i")

    def __len__(self) -> int:
        return len(self._lines)

    def has(self, role: str) -> bool:
        """Whether the file has such a column."""
        return role in self.used

    def add(self, chunk: Sequence[tuple[int, list[str]]], places: dict[str, int]) -> None:
        """Take some lines in: (number, fields)."""
        for role, place in places.items():
            try:
                values = [row[place].strip() for _, row in chunk]
            except IndexError:
                line = next(line for line, row in chunk if len(row) <= place)
                raise CasesProblemError(
                    f"{self.path}, line {line}: there is no field for {role} ({self.used[role]}). "
                    "Every line needs as many fields as the heading; a text with a comma stands in double quotes."
                ) from None
            if role == "case":
                self._cases.extend(map(hash, values))
            elif role in LABELS:
                if role == "period":  # a moment to the second would be a label of its own for each row
                    values = [value[:A_DAY_LONG] if value[4:5] == "-" else value for value in values]
                known = self.names[role]
                self._labels[role].extend([known.setdefault(value, len(known)) for value in values])
            else:
                self._figures[role].frombytes(self._numbers(role, values, chunk).tobytes())
        self._lines.extend([line for line, _ in chunk])

    def _numbers(self, role: str, values: list[str], chunk: Sequence[tuple[int, list[str]]]) -> Floats:
        try:
            numbers = np.array([value or "nan" for value in values], dtype=np.float64)
        except ValueError:
            numbers = np.array([self._number(role, value, chunk[at][0]) for at, value in enumerate(values)])
        return np.where(np.isinf(numbers), np.nan, numbers)

    def _number(self, role: str, value: str, line: int) -> float:
        if value.casefold() in UNKNOWN:
            return float("nan")
        try:
            return float(value.replace(",", ".") if value.count(",") == 1 and "." not in value else value)
        except ValueError:
            raise CasesProblemError(
                f"{self.path}, line {line}, {role} ({self.used[role]}): «{value[:MOST_SHOWN]}» is no number. "
                "Write a number, or nothing where it is unknown."
            ) from None

    def labels(self, role: str) -> Ints:
        """The number of each row's label."""
        return np.frombuffer(self._labels[role], dtype=np.intc).astype(np.int64)

    def figures(self, role: str) -> Floats:
        """Each row's figure, NaN where unknown."""
        return np.frombuffer(self._figures[role], dtype=np.float64)

    def cases(self) -> Ints:
        """What tells each row's case from others."""
        return np.frombuffer(self._cases, dtype=np.int64)

    def line(self, row: int) -> int:
        """Where a row stands in the file."""
        return int(self._lines[row])


def told(words: str, roles: Sequence[str]) -> dict[str, str]:
    """Read `case=order_id,outcome=score,…`. Raises CasesProblemError."""
    try:
        return told_columns(words, roles)
    except LogProblemError as error:
        raise CasesProblemError(str(error)) from None


def read_columns(
    path: Path, columns: dict[str, str], *, roles: Sequence[str], needed: Sequence[str], on_progress: OnProgress
) -> Columns:
    """Read a CSV, plain or gzip. What is not told is found by the role's own name. Raises CasesProblemError."""
    try:
        encoding = encoding_of(path)
        try:
            return _read(path, columns, encoding, roles=roles, needed=needed, on_progress=on_progress)
        except UnicodeDecodeError:
            farther = encoding_farther_on(path)
            return _read(path, columns, farther, roles=roles, needed=needed, on_progress=on_progress)
    except LogProblemError as error:
        raise CasesProblemError(str(error)) from None


def _read(
    path: Path, told_: dict[str, str], encoding: str, *, roles: Sequence[str], needed: Sequence[str],
    on_progress: OnProgress,
) -> Columns:  # fmt: skip
    stream, inner = opened(path, on_progress)
    csv.field_size_limit(min(sys.maxsize, 1 << 30))
    rows = None
    read = 0
    try:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        first = text.readline()
        delimiter = max(DELIMITERS, key="".join(first.split('"')[::2]).count)
        names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
        used = _used(path, told_, names, roles, needed)
        places = {role: names.index(name) for role, name in used.items()}
        columns = Columns(path, used)
        rows = csv.reader(text, delimiter=delimiter)
        while chunk := [(rows.line_num + 1, row) for row in islice(rows, ROWS_AT_ONCE)]:
            read = chunk[-1][0]
            columns.add([part for part in chunk if part[1]], places)
    except PACKED_ERRORS as error:
        raise packed_problem(path, error, read) from error
    except csv.Error as error:
        raise CasesProblemError(f"{path}, line {rows.line_num + 1 if rows else 1}: {error}. Mend the line.") from error
    finally:
        inner.close()
    if not len(columns):
        raise CasesProblemError(f"{path}: there is a heading but no line under it.")
    return columns


def _used(
    path: Path, told_: dict[str, str], names: Sequence[str], roles: Sequence[str], needed: Sequence[str]
) -> dict[str, str]:
    for role, name in told_.items():
        if name not in names:
            raise CasesProblemError(
                f"{path}: there is no column «{name}» for {role}. The columns are: {listed(names)}."
            )
    by_name = {name.casefold(): name for name in reversed(names) if name}
    taken = set(told_.values())
    used = dict(told_) | {
        role: by_name[role] for role in roles if role not in told_ and role in by_name and by_name[role] not in taken
    }
    missing = [role for role in needed if role not in used]
    if missing:
        raise CasesProblemError(
            f"{path}: no column was found for {' and '.join(missing)}. The columns are: {listed(names)}. "
            f"Tell which is which: --columns {','.join(f'{role}=…' for role in needed)}."
        )
    return used
