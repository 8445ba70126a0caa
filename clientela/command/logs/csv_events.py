"""Events from a CSV, row by row. Encoding and delimiter are found; the header is the first line."""

import codecs
import csv
import io
import sys
from pathlib import Path

from charset_normalizer import from_bytes

from clientela.command.logs.building import Building, Counted
from clientela.command.logs.bytes_read import PACKED_ERRORS, OnProgress, opened, packed_problem
from clientela.command.logs.columns import found_columns
from clientela.command.logs.problems import LogProblemError
from clientela.requests.rules.replays import Note

SAMPLE_BYTES = 1 << 18
DELIMITERS = ",;\t|"
FAR_ENCODINGS = frozenset({"cp1251", "cp1253", "cp932", "shift_jis", "gb18030", "big5", "euc_jp", "euc_kr"})
# What the letters ż ł ą ś ź ş ţ of cp1250 look like in cp1252, where hardly a word has them.
UNWESTERN = "¿³¹œŸºþ¯Œ£ª¥Þ"


def read_csv(
    path: Path, told: dict[str, str], on_progress: OnProgress
) -> tuple[Building, dict[str, str], tuple[str, ...]]:
    """Read a CSV. Gives the events, which column held what, and the roles that were found and not told."""
    encoding = _encoding(path)
    try:
        return _read(path, told, encoding, on_progress)
    except UnicodeDecodeError as error:
        # The beginning was plain and what comes later is not: ask again, around the place.
        guessed = _guessed(error.object[max(0, error.start - 20_000) : error.start + 20_000])
        return _read(path, told, guessed, on_progress)


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


def _encoding(path: Path) -> str:
    stream, inner = opened(path, lambda _: None)
    try:
        sample = stream.read(SAMPLE_BYTES)
    except PACKED_ERRORS as error:
        raise packed_problem(path, error, 0) from error
    finally:
        inner.close()
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        return _guessed(sample)
    return "utf-8-sig"


def _guessed(sample: bytes) -> str:
    """Guess an old encoding by the lines that need one. Between Central and Western Europe the letters decide."""
    telling = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    best = from_bytes(telling).best()
    if best is not None and best.encoding in FAR_ENCODINGS and not best.percent_chaos:
        return best.encoding
    try:
        western = telling.decode("cp1252")
    except UnicodeDecodeError:
        western = UNWESTERN
    encoding = "cp1250" if any(sign in UNWESTERN for sign in western) else "cp1252"
    try:
        telling.decode(encoding)
    except UnicodeDecodeError:
        return "latin-1"  # reads every byte
    return encoding


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
