"""Where in a file the rows stand: a row may run over several lines, and blank lines are no rows."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from clientela.network.discovery.contracts import Sample
from clientela.network.discovery.packed import PACKED_ERRORS, opened

FARTHEST_ROW = 2_000_000  # farther on, looking for the line would take longer than reading the log did
FEW = 5
MOST_LINES = 100  # of one field


def lines_of_rows(path: Path, sample: Sample, rows: Iterable[int]) -> dict[int, int]:
    """Give the line on which each of these rows begins. Of an XES a row is an event, which is named by its number."""
    wanted = set(rows)
    if sample.kind != "csv" or not wanted:
        return {row: row for row in wanted}
    found = {row: row + 1 for row in wanted if row > FARTHEST_ROW}
    wanted -= found.keys()
    if wanted:
        found |= _read(path, sample, wanted, short=False)
    return {**{row: row + 1 + sample.skipped for row in wanted}, **found}


def lines_too_short(path: Path, sample: Sample) -> tuple[int, ...]:
    """Give the first lines that have another number of columns than the heading."""
    return tuple(_read(path, sample, set(range(1, FEW + 1)), short=True).values())


def line_without_end(path: Path, sample: Sample) -> int:
    """Give the line on which a field begins that runs over more lines than any field does; 0 where there is none."""
    stream, inner = opened(path, lambda _: None)
    begins = 1 + sample.skipped
    try:
        text = io.TextIOWrapper(stream, encoding=sample.encoding, errors="replace", newline="")
        rows = csv.reader(_from_heading(text, sample), delimiter=sample.delimiter, quotechar=sample.quote)
        for _row in rows:
            if rows.line_num + sample.skipped - begins > MOST_LINES:
                return begins
            begins = rows.line_num + sample.skipped + 1
    except csv.Error:  # a field longer than any is
        return begins
    except PACKED_ERRORS:
        return 0
    finally:
        inner.close()
    return 0


def _from_heading(text: io.TextIOWrapper, sample: Sample) -> io.TextIOWrapper:
    for _line in range(sample.skipped):
        text.readline()
    return text


def _read(path: Path, sample: Sample, wanted: set[int], *, short: bool) -> dict[int, int]:
    found: dict[int, int] = {}
    stream, inner = opened(path, lambda _: None)
    try:
        text = io.TextIOWrapper(stream, encoding=sample.encoding, errors="replace", newline="")
        rows = csv.reader(_from_heading(text, sample), delimiter=sample.delimiter, quotechar=sample.quote)
        next(rows, None)
        count, line = 0, sample.skipped + rows.line_num
        for row in rows:
            begins, line = line + 1, sample.skipped + rows.line_num
            if not row or (len(row) != len(sample.names)) != short:
                continue
            count += 1
            if count in wanted:
                found[count] = begins
            if len(found) == len(wanted) or count > FARTHEST_ROW:
                break
    except (csv.Error, *PACKED_ERRORS):
        pass
    finally:
        inner.close()
    return found
