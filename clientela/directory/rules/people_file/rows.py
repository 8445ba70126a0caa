"""A file's text to rows of checked values, each with the line it begins in."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

from clientela.directory.rules.days import zones
from clientela.directory.rules.names import (
    LONGEST_KEY,
    clean_name,
    department_key,
    is_email,
    is_phone,
    name_key,
    phone_key,
)
from clientela.directory.rules.people_file.columns import MEANINGS, ONE_OF, REQUIRED, header_key
from clientela.directory.rules.people_file.problems import Problem, UnreadableFileError

DELIMITERS = (",", ";", "\t")
MOST_ROWS = 100_000
LONGEST = {
    "person_name": 200,
    "given_name": 100,
    "family_name": 99,
    "department_name": 200,
    "short_name": 100,
    "place": 120,
    "employee_number": 40,
}

ROLES = {
    "member": ("member", "membru", "członek", "pracownik", "miembro", "angajat", "empleado", "employee"),
    "head": (
        "head",
        "manager",
        "șef",
        "șefă",
        "conducător",
        "kierownik",
        "kierowniczka",
        "jefe",
        "jefa",
        "responsable",
    ),
}
LANGUAGES = {
    "en": ("english", "engleză", "angielski", "inglés"),
    "ro": ("romanian", "română", "rumuński", "rumano"),
    "pl": ("polish", "poloneză", "polski", "polaco"),
    "es": ("spanish", "spaniolă", "hiszpański", "español", "castellano"),
}
_ROLE_BY_WORD = {name_key(word): role for role, words in ROLES.items() for word in words}
_LANGUAGE_BY_WORD = {name_key(word): code for code, words in LANGUAGES.items() for word in words}
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,5})?")
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_OURS = re.compile(r"[\u00a0-\u024f\u2010-\u203a\u20ac]")
_DAYS_FROM, _DAYS_TO = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class PeopleRow:
    """One row, with values that can be used as they are; "" (and None) means that the file says nothing."""

    line: int
    department_key: str = ""
    department_name: str = ""
    parent_key: str = ""
    person_name: str = ""
    short_name: str = ""
    email: str = ""
    phone: str = ""
    role: str = ""
    language: str = ""
    zone: str = ""
    place: str = ""
    employee_number: str = ""
    starts_on: date | None = None


@dataclass(frozen=True)
class RowsRead:
    """The good rows, the problems of the others, every line that holds a row, and headers nobody understands."""

    rows: tuple[PeopleRow, ...]
    problems: tuple[Problem, ...]
    lines: tuple[int, ...]
    unknown_columns: tuple[str, ...]
    delimiter: str


@dataclass
class _Reading:
    rows: list[PeopleRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def rows_of(text: str) -> RowsRead:
    """Read the text of a file. Raises UnreadableFileError if the header cannot be used or the quotes do not close."""
    if not text.strip():
        raise UnreadableFileError(Problem("empty_file"))
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    header_line, header = next(records, (1, []))
    columns = _columns(header, header_line)
    reading = _Reading()
    for line, cells in records:
        if len(reading.lines) == MOST_ROWS:
            raise UnreadableFileError(Problem("too_many_rows", line=line, values={"limit": str(MOST_ROWS)}))
        reading.lines.append(line)
        row, problems = _row(line, cells, columns, len(header))
        reading.problems += problems
        if row is not None:
            reading.rows.append(row)
    unknown = tuple(
        cell.strip() for position, cell in enumerate(header) if cell.strip() and position not in columns.values()
    )
    return RowsRead(tuple(reading.rows), tuple(reading.problems), tuple(reading.lines), unknown, delimiter)


def _delimiter(text: str) -> str:
    """The sign between cells: the one that makes the most columns we know out of the header; a comma if none does."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return max(
        DELIMITERS, key=lambda sign: sum(header_key(cell.strip('"')) in MEANINGS for cell in first_line.split(sign))
    )


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not empty, with the line it begins in (a quoted cell may hold line breaks)."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFileError(Problem("broken_quotes", line=line)) from error


def _columns(header: list[str], line: int) -> dict[str, int]:
    """Where each column we know stands. Raises UnreadableFileError if one is missing or stands there twice."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(header):
        column = MEANINGS.get(header_key(cell))
        if column is None:
            continue
        if column in columns:
            values = {"one": header[columns[column]].strip(), "other": cell.strip()}
            raise UnreadableFileError(Problem("column_twice", line=line, column=column, values=values))
        columns[column] = position
    # A name in two columns: the one called just "nume" or "nombre" is what the other one is not.
    if "person_name" in columns and ("given_name" in columns) != ("family_name" in columns):
        columns["family_name" if "given_name" in columns else "given_name"] = columns.pop("person_name")
    found = ", ".join(cell.strip() for cell in header if cell.strip())
    is_in_parts = {"given_name", "family_name"} <= columns.keys()
    for column in REQUIRED:
        if column not in columns and not (column == "person_name" and is_in_parts):
            raise UnreadableFileError(Problem("column_missing", line=line, column=column, values={"found": found}))
    if not any(column in columns for column in ONE_OF):
        raise UnreadableFileError(Problem("column_missing", line=line, column=ONE_OF[0], values={"found": found}))
    return columns


def _row(line: int, cells: list[str], columns: dict[str, int], width: int) -> tuple[PeopleRow | None, list[Problem]]:
    if any(cell.strip() for cell in cells[width:]):
        counts = {"cells": str(len(cells)), "columns": str(width)}
        return None, [Problem("too_many_cells", line=line, values=counts)]
    said = {column: cells[position] for column, position in columns.items() if position < len(cells)}
    problems = [
        Problem("garbled", line=line, column=column, values={"value": cell.strip()})
        for column, cell in said.items()
        if _is_garbled(cell)
    ]
    values: dict[str, str | date | None] = {}
    for column, cell in said.items():
        value, problem = _value(column, clean_name(cell))
        if problem:
            code, details = problem
            problems.append(Problem(code, line=line, column=column, values={"value": cell.strip(), **details}))
        values[column] = value
    if problems:
        return None, problems
    parts = [str(values.pop(part, "")) for part in ("given_name", "family_name")]
    values["person_name"] = values.get("person_name") or " ".join(filter(None, parts))
    values["short_name"] = values.get("short_name") or parts[0]
    row = PeopleRow(line=line, **values)  # type: ignore[arg-type]  # each column's own type comes from _value
    problems = _missing(row)
    return (None if problems else row), problems


def _missing(row: PeopleRow) -> list[Problem]:
    missing: list[Problem] = []
    if not row.department_key:
        missing.append(Problem("value_missing", line=row.line, column="department_key"))
    if row.person_name and not (row.email or row.employee_number):
        missing.append(Problem("no_identity", line=row.line, column="email", values={"name": row.person_name}))
    if not row.person_name and (row.email or row.employee_number):
        missing.append(Problem("value_missing", line=row.line, column="person_name"))
    return missing


_Checked = tuple[str | date | None, tuple[str, dict[str, str]] | None]


def _value(column: str, cell: str) -> _Checked:
    """The cell as it is kept, and what is wrong with it: a code and values."""
    if not cell:
        return (None if column == "starts_on" else ""), None
    if column in LONGEST and len(cell) > LONGEST[column]:
        return "", ("too_long", {"limit": str(LONGEST[column])})
    checks = {
        "department_key": _key,
        "parent_key": _key,
        "email": _email,
        "phone": _phone,
        "role": _role,
        "language": _language,
        "zone": _zone,
        "starts_on": _day,
    }
    return checks[column](cell) if column in checks else (cell, None)


def _key(cell: str) -> _Checked:
    lowered = cell.lower()
    if _KEY.fullmatch(lowered) and len(lowered) <= LONGEST_KEY:
        return lowered, None
    return "", ("wrong_key", {"suggestion": department_key(cell)})


def _email(cell: str) -> _Checked:
    return (cell, None) if is_email(cell) else ("", ("wrong_email", {}))


def _phone(cell: str) -> _Checked:
    dialled = phone_key(cell)
    return (dialled, None) if is_phone(dialled) else ("", ("wrong_phone", {}))


def _role(cell: str) -> _Checked:
    role = _ROLE_BY_WORD.get(name_key(cell))
    return (role, None) if role else ("", ("wrong_role", {}))


def _language(cell: str) -> _Checked:
    code = _LANGUAGE_BY_WORD.get(name_key(cell))
    if code is None and _LANGUAGE_TAG.fullmatch(cell.lower()):
        code = cell.lower()
    return (code, None) if code else ("", ("wrong_language", {}))


def _zone(cell: str) -> _Checked:
    return (cell, None) if cell in zones() else ("", ("wrong_zone", {}))


def _day(cell: str) -> _Checked:
    """A day as 2026-11-23 or 23.11.2026; 23/11/2026 too, where day and month cannot be mistaken for one another."""
    iso, dotted, slashed = _ISO_DAY.fullmatch(cell), _DOTTED_DAY.fullmatch(cell), _SLASHED_DAY.fullmatch(cell)
    if iso:
        year, month, day = iso.groups()
    elif dotted or slashed:
        day, month, year = (dotted or slashed).groups()  # type: ignore[union-attr]  # one of them matched
        if slashed and int(day) <= 12 and day != month:  # noqa: PLR2004 - could be a month
            return None, ("day_or_month", {"suggestion": f"{year}-{int(month):02}-{int(day):02}"})
    else:
        return None, ("wrong_day", {})
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None, ("wrong_day", {})
    return (found, None) if _DAYS_FROM <= found < _DAYS_TO else (None, ("wrong_day", {}))


def _is_garbled(cell: str) -> bool:
    """Whether the cell went through a wrong encoding earlier ("ZieliÅ„ski"), or holds a replacement sign."""
    if "\ufffd" in cell:
        return True
    if cell.isascii():
        return False
    for page in ("windows-1252", "windows-1250", "latin-1"):
        try:
            mended = cell.encode(page).decode("utf-8")
        except UnicodeError:
            continue
        # "KÓŁKO" too has bytes that could be UTF-8, but of a letter that nobody writes here.
        if all(letter.isascii() or _OURS.match(letter) for letter in mended):
            return True
    return False
