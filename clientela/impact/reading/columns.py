"""A CSV as columns of numbers: labels become numbers as they come, never a row as an object."""

import csv
import io
import re
import sys
import unicodedata
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clientela.impact.reading.days import day_part
from clientela.impact.reading.heading import delimiter_of, fields_of, heading_of, looks_like_values, refuse_foreign
from clientela.impact.reading.problems import CasesProblemError, of_bytes
from clientela.impact.reading.roles import CROSSWALK_ROLES, INSIDE_ROLES, LABELS, UNKNOWN, YES_AND_NO
from clientela.network.discovery.encodings import encoding_farther_on, encoding_of
from clientela.network.discovery.naming import listed, told_columns
from clientela.network.discovery.packed import PACKED_ERRORS, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError

ROWS_AT_ONCE = 50_000
MOST_SHOWN = 40
A_GROUPED = re.compile(r"^[-+]?[1-9]\d{0,2}(?P<sign>[.,])\d{3}$")
# Roles whose column may say yes and no: whether the customer came back, whether the promise was kept.
ANSWERED_YES_OR_NO = frozenset({"outcome", "unaffected", "quality", "quality2", "served", "urgency"})
OPTION_OF = {INSIDE_ROLES: "--inside-columns", CROSSWALK_ROLES: "--crosswalk-columns"}
# A column of one of these is of nothing else: an outcome explained by itself, a half of the answers that is the other.
STANDS_ALONE = frozenset({"outcome", "unaffected", "quality2", "load", "answers", "weight"})

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OnProgress = Callable[[int], None]


@dataclass(frozen=True)
class Source:
    """A file as it lies, what people call it ("" for its path), and which of its columns is what, by role.

    `outcomes`: more columns of figures beside the role `outcome`, each estimated by itself. `finds_rest`: a role that
    is not told is found by its own name.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    outcomes: tuple[str, ...] = ()
    finds_rest: bool = True

    @property
    def called(self) -> str:
        """What a sentence calls it."""
        return self.name or str(self.path)


@dataclass
class Signs:
    """How the figures of a column were written; `comma`, `dot`: the first, with its line, that has that sign before
    exactly three digits, as stands between thousands. `has_comma`, `has_dot`: others have it, so it is decimal.
    """

    has_comma: bool = False
    has_dot: bool = False
    comma: tuple[int, str] | None = None
    dot: tuple[int, str] | None = None

    def see(self, figure: str, line: int) -> None:
        """Take one figure in."""
        grouped = A_GROUPED.match(figure)
        if "," in figure:
            self.has_comma = self.has_comma or not grouped
            self.comma = self.comma or ((line, figure) if grouped else None)
        else:
            self.has_dot = self.has_dot or not grouped
            self.dot = self.dot or ((line, figure) if grouped else None)

    def unclear(self, *, is_comma_usual: bool) -> tuple[int, str] | None:
        """The line and figure that may mean two things; None where others of the column say which sign is decimal."""
        if self.has_comma:
            return self.dot
        return self.comma if self.has_dot or not is_comma_usual else None


class Columns:
    """The columns of one file by role: labels as numbers with their `names`, figures as floats, cases as hashes.

    A further outcome stands under its column's name; no role is called like a column there.
    """

    def __init__(self, source: Source, used: dict[str, str]) -> None:
        self.called = source.called
        self.used = used
        self.names: dict[str, dict[str, int]] = {role: {} for role in used if role in LABELS}
        self.outcomes = source.outcomes
        self._written: dict[str, dict[str, int]] = {role: {} for role in self.names}
        self._signs: dict[str, Signs] = {}
        self._labels = {role: array("i") for role in used if role in LABELS}
        self._figures = {role: array("d") for role in used if role not in LABELS and role != "case"}
        self._more = {name: array("d") for name in source.outcomes}
        self._cases = array("q")
        self._lines = array("i")

    def __len__(self) -> int:
        return len(self._lines)

    def has(self, role: str) -> bool:
        """Whether the file has such a column."""
        return role in self.used

    def add(self, chunk: Sequence[tuple[int, list[str]]], places: dict[str, int], more: dict[str, int]) -> None:
        """Take some lines in: (number, fields)."""
        for role, place in places.items():
            values = self._fields(role, self.used[role], place, chunk)
            if role == "case":
                if blank := next((line for (line, _), value in zip(chunk, values, strict=True) if not value), 0):
                    column = self.used[role]
                    raise CasesProblemError(
                        f"{self.called}, line {blank}, case ({column}): it is blank. Number the case, or leave "
                        "the line out.",
                        "blank_case", file=self.called, line=blank, column=column,
                    )  # fmt: skip
                self._cases.extend(map(hash, values))
            elif role in LABELS:
                if role == "period":
                    values = [day_part(value) for value in values]
                self._labels[role].extend(self._numbered(role, values))
            else:
                self._figures[role].frombytes(self._numbers(role, self.used[role], values, chunk).tobytes())
        for name, place in more.items():
            values = self._fields("outcome", name, place, chunk)
            self._more[name].frombytes(self._numbers("outcome", name, values, chunk).tobytes())
        self._lines.extend([line for line, _ in chunk])

    def _numbered(self, role: str, values: list[str]) -> list[int]:
        """Number labels as they come. Two files may write one name with other blanks or accents."""
        known, written = self.names[role], self._written[role]
        for value in dict.fromkeys(values):
            if value not in written:
                name = unicodedata.normalize("NFC", " ".join(value.split()))
                written[value] = known.setdefault(name, len(known))
        return [written[value] for value in values]

    def _fields(self, role: str, column: str, place: int, chunk: Sequence[tuple[int, list[str]]]) -> list[str]:
        try:
            return [row[place].strip() for _, row in chunk]
        except IndexError:
            line = next(line for line, row in chunk if len(row) <= place)
            raise CasesProblemError(
                f"{self.called}, line {line}: there is no field for {role} ({column}). "
                "Every line needs as many fields as the heading; a text with a comma stands in double quotes.",
                "no_field", file=self.called, line=line, role=role, column=column,
            ) from None  # fmt: skip

    def _numbers(self, role: str, column: str, values: list[str], chunk: Sequence[tuple[int, list[str]]]) -> Floats:
        try:
            numbers = np.array([value or "nan" for value in values], dtype=np.float64)
        except ValueError:
            numbers = np.array([self._number(role, column, value, chunk[at][0]) for at, value in enumerate(values)])
        return np.where(np.isinf(numbers), np.nan, numbers)

    def _number(self, role: str, column: str, value: str, line: int) -> float:
        said = value.casefold()
        if said in UNKNOWN:
            return float("nan")
        if role in ANSWERED_YES_OR_NO and said in YES_AND_NO:
            return YES_AND_NO[said]
        try:
            share = value.endswith("%")
            figure = value.removesuffix("%").rstrip()
            if "," in figure or "." in figure:
                self._signs.setdefault(column, Signs()).see(figure, line)
            number = float(figure.replace(",", ".") if figure.count(",") == 1 and "." not in figure else figure)
            return number / 100 if share else number
        except ValueError:
            shown = value[:MOST_SHOWN]
            raise CasesProblemError(
                f"{self.called}, line {line}, {role} ({column}): “{shown}” is no number. "
                "Write a number, or nothing where it is unknown.",
                "no_number", file=self.called, line=line, role=role, column=column, value=shown,
            ) from None  # fmt: skip

    def refuse_unclear_numbers(self, delimiter: str) -> None:
        """Raise CasesProblemError where 1,234 may be a thousand as well as a little more than one."""
        for column, signs in self._signs.items():
            if unclear := signs.unclear(is_comma_usual=delimiter != ","):
                line, value = unclear
                role = next((role for role, name in self.used.items() if name == column), "outcome")
                raise CasesProblemError(
                    f"{self.called}, line {line}, {role} ({column}): “{value}” may be more than a thousand or a little "
                    "more than nothing. Write numbers without a sign between thousands.",
                    "unclear_number", file=self.called, line=line, role=role, column=column, value=value,
                )  # fmt: skip

    def labels(self, role: str) -> Ints:
        """The number of each row's label."""
        return np.frombuffer(self._labels[role], dtype=np.intc).astype(np.int64)

    def figures(self, role: str) -> Floats:
        """Each row's figure, NaN where unknown."""
        return np.frombuffer(self._figures[role], dtype=np.float64)

    def outcome(self, column: str) -> Floats:
        """Each row's figure of an outcome by its column, NaN where unknown."""
        if column == self.used.get("outcome"):
            return self.figures("outcome")
        return np.frombuffer(self._more[column], dtype=np.float64)

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
        raise CasesProblemError(str(error), "columns") from None


def read_columns(
    source: Source,
    *,
    roles: Sequence[str],
    needed: Sequence[str],
    on_progress: OnProgress,
    on_rows: OnProgress | None = None,
) -> Columns:
    """Read a CSV, plain or gzip. What is not told is found by the role's own name. Raises CasesProblemError.

    `on_progress` is told the bytes read so far, `on_rows` the lines.
    """
    try:
        encoding = encoding_of(source.path)
        refuse_foreign(source.path, source.called)
        try:
            return _read(source, encoding, roles=roles, needed=needed, on_progress=on_progress, on_rows=on_rows)
        except UnicodeDecodeError:
            farther = encoding_farther_on(source.path)
            return _read(source, farther, roles=roles, needed=needed, on_progress=on_progress, on_rows=on_rows)
    except LogProblemError as error:
        raise of_bytes(error, path=source.path, called=source.called) from None


def _read(
    source: Source, encoding: str, *, roles: Sequence[str], needed: Sequence[str], on_progress: OnProgress,
    on_rows: OnProgress | None,
) -> Columns:  # fmt: skip
    stream, inner = opened(source.path, on_progress)
    csv.field_size_limit(min(sys.maxsize, 1 << 30))
    rows = None
    read, above = 0, 1
    try:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        first, above = heading_of(text)
        delimiter = delimiter_of(first)
        names = fields_of(first, delimiter)
        used = _used(source, names, roles, needed)
        places = {role: names.index(name) for role, name in used.items()}
        more = {name: names.index(name) for name in source.outcomes}
        columns = Columns(source, used)
        rows = csv.reader(text, delimiter=delimiter)
        while chunk := [(rows.line_num + above, row) for row in islice(rows, ROWS_AT_ONCE)]:
            read = chunk[-1][0]
            columns.add([part for part in chunk if any(part[1])], places, more)  # a spreadsheet ends in blank rows
            if on_rows is not None:
                on_rows(len(columns))
        columns.refuse_unclear_numbers(delimiter)
    except PACKED_ERRORS as error:
        raise packed_problem(source.path, error, read) from error
    except csv.Error as error:
        line = rows.line_num + above if rows else 1
        raise CasesProblemError(
            f"{source.called}, line {line}: {error}. Mend the line.", "broken_line", file=source.called, line=line
        ) from error
    finally:
        inner.close()
    if not len(columns):
        raise CasesProblemError(
            f"{source.called}: there is a heading but no line under it.", "no_lines", file=source.called
        )
    return columns


def _used(source: Source, names: Sequence[str], roles: Sequence[str], needed: Sequence[str]) -> dict[str, str]:
    for role, name in (*source.columns.items(), *(("outcome", name) for name in source.outcomes)):
        if name not in names:
            raise CasesProblemError(
                f"{source.called}: there is no column “{name}” for {role}. The columns are: {listed(names)}.",
                "no_column", file=source.called, name=name, role=role, columns=list(names),
            )  # fmt: skip
    by_name = {name.casefold(): name for name in reversed(names) if name}
    taken = {*source.columns.values(), *source.outcomes}
    used = dict(source.columns) | {
        role: by_name[role]
        for role in (roles if source.finds_rest else ())
        if role not in source.columns and role in by_name and by_name[role] not in taken
    }
    for role, name in used.items():
        if names.count(name) > 1:
            raise CasesProblemError(
                f"{source.called}, line 1: the heading has the column “{name}” twice. "
                "Give each column a name of its own.",
                "twice", file=source.called, name=name,
            )  # fmt: skip
        others = [other for other, column in used.items() if other != role and column == name]
        if others and {role, *others} & STANDS_ALONE:
            raise CasesProblemError(
                f"{source.called}: the column “{name}” was told for {role} and for {others[0]}. Each stands for one "
                "thing; leave one of them out.",
                "used_twice", file=source.called, name=name,
            )  # fmt: skip
    missing = [role for role in needed if role not in used]
    if missing and looks_like_values(names):
        raise CasesProblemError(
            f"{source.called}, line 1: this looks like a line of values. The first line must name the columns.",
            "no_heading", file=source.called,
        )  # fmt: skip
    if missing:
        panel = " Where each row is a department and a period, supplier is the department; say --panel, too."
        raise CasesProblemError(
            f"{source.called}: no column was found for {' and '.join(missing)}. The columns are: {listed(names)}. "
            f"Tell which is which: {OPTION_OF.get(tuple(roles), '--columns')} "
            f"{','.join(f'{role}=…' for role in needed)}."
            f"{panel if 'supplier' in missing and 'outcome' in needed else ''}",
            "no_role", file=source.called, roles=missing, columns=list(names),
        )  # fmt: skip
    return used
