"""Events from a CSV, row by row. Encoding and delimiter are found; the header is the first line."""

import csv
import io
import sys
from pathlib import Path

from clientela.command.logs.building import Building, Counted
from clientela.command.logs.columns import found_columns
from clientela.network.discovery.encodings import NEAR_BYTES, encoding_of, guessed_encoding
from clientela.network.discovery.packed import PACKED_ERRORS, OnProgress, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError
from clientela.requests.rules.replays import Note

DELIMITERS = ",;\t|"


def read_csv(
    path: Path, told: dict[str, str], on_progress: OnProgress
) -> tuple[Building, dict[str, str], tuple[str, ...]]:
    """Read a CSV. Gives the events, which column held what, and the roles that were found and not told."""
    encoding = encoding_of(path)
    try:
        return _read(path, told, encoding, on_progress)
    except UnicodeDecodeError as error:
        # The beginning was plain and what comes later is not: ask again, around the place.
        around = error.object[max(0, error.start - NEAR_BYTES) : error.start + NEAR_BYTES]
        return _read(path, told, guessed_encoding(around), on_progress)


def _read(
    path: Path, told: dict[str, str], encoding: str, on_progress: OnProgress
) -> tuple[Building, dict[str, str], tuple[str, ...]]:
    stream, inner = opened(path, on_progress)
    building = Building(str(path))
    csv.field_size_limit(min(sys.maxsize, 1 << 30))
    short = Counted()
    rows = None
    try:
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        first = text.readline()
        if not first.strip():
            raise LogProblemError(f"{path}, line 1: the heading is blank. The first line must name the columns.")
        delimiter = max(DELIMITERS, key=_outside_quotes(first).count)
        names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
        columns, found = found_columns(told, names, where=str(path))
        places = {role: names.index(name) for role, name in columns.items()}
        needed = max(places.values())
        rows = csv.reader(text, delimiter=delimiter)
        for row in rows:
            if not row:
                continue
            if len(row) <= needed:
                short.add(rows.line_num + 1)
                continue
            building.add(rows.line_num + 1, {role: row[place] for role, place in places.items()})
    except PACKED_ERRORS as error:
        raise packed_problem(path, error, len(building.line)) from error
    except csv.Error as error:
        line = rows.line_num + 1 if rows else 1
        raise LogProblemError(f"{path}, line {line}: {error}. Mend the line or leave it out.") from error
    finally:
        inner.close()
    if short.count:
        building.notes.append(
            Note("short_line", f"{short.count:,} lines have too few columns and were left out: {short.told()}.",
                 short.count, tuple(short.lines))
        )  # fmt: skip
    if not len(building.line):
        raise LogProblemError(f"{path}: there is a heading but no event under it.")
    if encoding not in {"utf-8", "utf-8-sig"}:
        building.notes.insert(0, Note("encoding", f"The file is not UTF-8; it was read as {encoding}."))
    return building, columns, found


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
