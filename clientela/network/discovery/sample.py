"""The beginning of a log: what kind of file it is, what its columns are called, and its first rows. Plain Python."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from clientela.network.discovery.contracts import Sample
from clientela.network.discovery.encodings import encoding_farther_on, encoding_of_start
from clientela.network.discovery.naming import listed
from clientela.network.discovery.packed import LONGEST_MAGIC, PACKED_ERRORS, ZIP, opened, packed_problem, what_is_in
from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.xes import read_xes, sample_of_events

SAMPLE_BYTES = 1 << 20
SAMPLE_ROWS = 1000
TRIED_SIGNS = 1 << 16  # letters
XES_EVENTS = 500
# Between which rows are cut, the likeliest first; the others only where none of these cuts anything.
DELIMITERS = (",", ";", "\t", "|")
SELDOM_DELIMITERS = ("^", "~", "\x1f", "\x01", ":", " ")
FOREIGN = {
    b"PAR1": "a Parquet file; write it out as CSV",
    b"%PDF": "a PDF; a log is a CSV or an XES",
    b"SQLite format 3": "a database; write the table out as CSV",
    b"\x28\xb5\x2f\xfd": "packed by zstd; unpack it, or pack it by gzip",
    b"\xd0\xcf\x11\xe0": "an old workbook; save the sheet as CSV",
    b"Rar!": "packed by RAR; unpack it, or pack it by gzip",
    b"7z\xbc\xaf": "packed by 7-Zip; unpack it, or pack it by gzip",
}
WORKBOOK = "[Content_Types].xml"
WEB_PAGE = re.compile(rb"\s*(<!doctype\s+html|<html)", re.IGNORECASE)
JSON = re.compile(rb"\s*(\{|\[\s*[\[{])")
SIGN_TOLD = re.compile(r"sep=(.)$", re.IGNORECASE)  # by a spreadsheet to itself, in the first line


def read_sample(
    path: Path, *, name: str = "", delimiter: str = "", encoding: str = "", most_rows: int = SAMPLE_ROWS,
    told: Mapping[str, str] | None = None,
) -> Sample:  # fmt: skip
    """Read the beginning of a log, of at most a million bytes. `name` is how people call the file.

    `told`: which column holds which role, for an XES, of which an attribute may come late.

    Raises LogProblemError for what is no log: an empty file, another format, a heading alone, dangerous XML.
    """
    called = name or str(path)
    start = _start(path, called)
    if what := _foreign(path, start):
        raise LogProblemError(f"{called}: this is {what}.", "foreign")
    if _is_xml(start):
        events = read_xes(path, name=called, on_bytes=_silent)
        return sample_of_events(events, called=called, most=XES_EVENTS, told=told)
    chosen = encoding or encoding_of_start(start)
    try:
        return _csv_sample(start, called, delimiter, chosen, most_rows)
    except UnicodeDecodeError:
        return _csv_sample(start, called, delimiter, encoding_farther_on(path), most_rows)
    except LookupError as error:
        raise LogProblemError(
            f"{called}: there is no encoding “{chosen}”. Write one like utf-8 or cp1250.", "no_encoding", name=chosen
        ) from error


def _start(path: Path, called: str) -> bytes:
    stream, inner = opened(path, _silent, name=called)
    try:
        return stream.read(SAMPLE_BYTES)
    except PACKED_ERRORS as error:
        raise packed_problem(called, error, 0) from error
    finally:
        inner.close()


def _foreign(path: Path, start: bytes) -> str:
    """Say what it is, and what helps, if it is no log; "" where it may be one."""
    for magic, what in FOREIGN.items():
        if start.startswith(magic):
            return what
    if start.startswith(ZIP):
        names = what_is_in(path)
        if WORKBOOK in names:
            return "a workbook; save the sheet as CSV"
        if len(names) > 1:
            return f"a packed folder of {len(names)} files ({listed(names)}); unpack it and give the log itself"
        return "a packed folder that cannot be opened; unpack it and give the log itself"
    if WEB_PAGE.match(start):
        return "a web page; save the table as CSV"
    return "JSON; write the events out as CSV" if JSON.match(start.removeprefix(b"\xef\xbb\xbf")) else ""


def _is_xml(start: bytes) -> bool:
    text = start[:4096]
    if text.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        return b"<" in text[:LONGEST_MAGIC] or text.decode("utf-16", errors="ignore").lstrip().startswith("<")
    return text.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _csv_sample(start: bytes, called: str, delimiter: str, encoding: str, most_rows: int) -> Sample:
    is_whole = len(start) < SAMPLE_BYTES
    # The last sign of a sample may be cut in the middle, and so may be its last line.
    text = start.decode(encoding) if is_whole else _decoded(start, encoding)
    text = text.removeprefix("\ufeff")
    lines = text if is_whole else text[: text.rfind("\n") + 1]
    if "\0" in lines:
        raise LogProblemError(f"{called}: this is not text. A log is a CSV or an XES.", "foreign")
    lines, skipped, told_sign = _from_heading(lines)
    first = lines.split("\n", 1)[0].split("\r", 1)[0]
    if not first.strip():
        raise LogProblemError(
            f"{called}, line 1: the heading is blank. The first line must name the columns.", "no_heading"
        )
    quote = "'" if first.count("'") >= 2 and '"' not in first else '"'  # noqa: PLR2004 -- one pair
    sign = delimiter or told_sign or _delimiter(lines, quote)
    rows = _rows(lines, sign, quote, most=most_rows + 1)
    names = [name.strip() for name in rows[0]]
    if len(names) == 1:
        raise LogProblemError(
            f"{called}, line 1: no sign was found that parts the columns. Tell it, for example with --delimiter ';'.",
            "no_delimiter",
        )
    if len(rows) > 1 and all(len(row) == len(names) + 1 and not row[-1].strip() for row in rows[1:]):
        names.append("")  # every line but the heading ends with the sign that parts columns
    _check_names(names, called)
    whole = [tuple(row) for row in rows[1:] if len(row) == len(names)]
    if len(rows) == 1:
        raise LogProblemError(f"{called}: there is a heading but no event under it.", "no_event")
    if not whole:
        raise LogProblemError(
            f"{called}, line 2: the line has {len(rows[1])} columns and the heading has {len(names)}. "
            "Every line needs as many as the heading; look for a sign too many at the end of the lines.",
            "uneven", line=2, found=len(rows[1]), expected=len(names),
        )  # fmt: skip
    return Sample("csv", tuple(names), tuple(whole), encoding=encoding, delimiter=sign, quote=quote, skipped=skipped)


def _from_heading(lines: str) -> tuple[str, int, str]:
    """Pass over blank lines and the line that tells the sign; give the rest, how many lines they are, and the sign."""
    skipped, sign = 0, ""
    while lines:
        line, end, rest = lines.partition("\n")
        told = SIGN_TOLD.match(line.rstrip("\r"))
        if not end or (line.strip() and not (told and not skipped)):
            break
        lines, skipped, sign = rest, skipped + 1, told[1] if told else sign
    return lines, skipped, sign


def _decoded(start: bytes, encoding: str) -> str:
    for cut in range(4):
        try:
            return start[: len(start) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.end < len(start) - cut or cut == 3:  # noqa: PLR2004 -- a sign has at most four bytes
                raise
    return ""


def _delimiter(lines: str, quote: str) -> str:
    """Find the sign that cuts most rows into as many columns as the heading, and into more than one."""
    few = lines[: lines.rfind("\n", 0, TRIED_SIGNS) + 1] or lines  # copying all of them for each sign would take long

    @cache
    def cuts(sign: str) -> tuple[float, int]:
        if sign not in few:
            return 0.0, 0
        rows = _rows(few, sign, quote, most=100)
        columns = len(rows[0]) if rows else 0
        if columns < 2:  # noqa: PLR2004 -- it cuts nothing
            return 0.0, 0
        return sum(len(row) == columns for row in rows) / len(rows), columns

    for signs in (DELIMITERS, SELDOM_DELIMITERS):
        best = max(signs, key=cuts)
        if cuts(best)[1]:
            return best
    return ","


def _rows(lines: str, sign: str, quote: str, *, most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(lines, newline=""), delimiter=sign, quotechar=quote):
            if row:
                rows.append(row)
            if len(rows) >= most:
                break
    except csv.Error:  # a field without end: the rows before it are sample enough
        pass
    return rows


def _check_names(names: Sequence[str], called: str) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise LogProblemError(
            f"{called}, line 1: the heading has the column “{twice[0]}” twice. Give each column a name of its own.",
            "twice", name=twice[0],
        )  # fmt: skip


def _silent(_bytes: int) -> None:
    """Tell nobody."""
