"""The events of a log as Arrow batches, one after another: the whole of it is never in memory. Imported only apart."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc_of
import pyarrow.csv as pc

from clientela.network.discovery.contracts import ROLES, Columns, Sample
from clientela.network.discovery.events import Some
from clientela.network.discovery.lines import MOST_LINES, line_without_end
from clientela.network.discovery.naming import parts_of
from clientela.network.discovery.packed import PACKED_ERRORS, OnProgress, opened, packed_problem
from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.xes import column_of, defaults_of, read_xes

BLOCK_BYTES = 16 << 20
FEW = 5
SCHEMA = pa.schema([("row", pa.int64()), *((role, pa.string()) for role in ROLES)])


class NotUtf8Error(Exception):
    """Somewhere behind the beginning stands what no UTF-8 has."""


@dataclass
class Told:
    """What was seen while the batches came."""

    rows: int = 0
    short_lines: int = 0
    has_endless: bool = False  # a field swallowed what follows, up to the next quote or the end
    first_short: list[str] = field(default_factory=list)
    defaults: dict[str, int] = field(default_factory=dict)  # by role
    nameless_cases: int = 0


def batches_of(
    path: Path, sample: Sample, columns: Columns, *, called: str, told: Told, on_bytes: OnProgress
) -> Iterator[pa.RecordBatch]:
    """Give the log as batches with the columns of SCHEMA; `row` counts from 1. Raises LogProblemError, NotUtf8Error."""
    make = _csv_batches if sample.kind == "csv" else _xes_batches
    return make(path, sample, columns, called=called, told=told, on_bytes=on_bytes)


def _csv_batches(
    path: Path, sample: Sample, columns: Columns, *, called: str, told: Told, on_bytes: OnProgress
) -> Iterator[pa.RecordBatch]:
    # Columns by place: a heading may have blank names.
    places = [f"c{place}" for place in range(len(sample.names))]
    wanted = {
        role: [places[sample.names.index(part)] for part in parts_of(name, sample.names)]
        for role, name in columns.named.items()
    }
    needed = sorted({place for some in wanted.values() for place in some})

    def skip(row: pc.InvalidRow) -> str:
        told.short_lines += 1
        told.has_endless |= row.text.count("\n") > MOST_LINES
        if len(told.first_short) < FEW:
            told.first_short.append(row.text)
        return "skip"

    stream, inner = opened(path, on_bytes, name=called)
    try:
        reader = pc.open_csv(
            _without_mark(stream, sample.encoding),
            read_options=pc.ReadOptions(
                block_size=BLOCK_BYTES,
                column_names=places,
                skip_rows=sample.skipped,
                skip_rows_after_names=1,
                encoding="utf8" if sample.encoding in {"utf-8", "utf-8-sig"} else sample.encoding,
            ),
            parse_options=pc.ParseOptions(
                delimiter=sample.delimiter,
                quote_char=sample.quote,
                newlines_in_values=True,
                invalid_row_handler=skip,
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(needed, pa.string()),
                include_columns=needed,
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            if told.has_endless:
                break
            given = {role: _joined([batch.column(place) for place in some]) for role, some in wanted.items()}
            yield _batch(given, batch.num_rows, told)
    except PACKED_ERRORS as error:
        raise packed_problem(called, error, told.rows) from error
    except pa.ArrowInvalid as error:
        if "straddling" in str(error) or "out of range" in str(error):
            raise _endless(path, sample, called) from error
        raise _arrow_problem(error, called, told) from error
    except UnicodeDecodeError as error:
        raise NotUtf8Error from error
    finally:
        inner.close()
    if told.has_endless:
        raise _endless(path, sample, called)


def _joined(columns: Sequence[pa.Array]) -> pa.Array:
    return columns[0] if len(columns) == 1 else pc_of.binary_join_element_wise(*columns, " ")


def _endless(path: Path, sample: Sample, called: str) -> LogProblemError:
    line = line_without_end(path, sample)
    return LogProblemError(
        f"{called}, line {line}: a quote opens and does not close for more than {MOST_LINES} lines. "
        "Mend the line or leave it out.",
        "endless", line=line,
    )  # fmt: skip


def _without_mark(stream: IO[bytes], encoding: str) -> IO[bytes]:
    """Pass over the mark that some programs write before UTF-8."""
    is_marked = encoding in {"utf-8", "utf-8-sig"} and isinstance(stream, io.BufferedReader)
    if is_marked and stream.peek(3)[:3] == b"\xef\xbb\xbf":  # type: ignore[attr-defined]  # it is one that peeks
        stream.read(3)
    return stream


def _batch(given: Mapping[str, pa.Array], rows: int, told: Told) -> pa.RecordBatch:
    # From its bytes: nothing is copied.
    counted = np.arange(told.rows + 1, told.rows + rows + 1, dtype=np.int64)
    numbers = pa.Array.from_buffers(pa.int64(), rows, [None, pa.py_buffer(counted)])
    told.rows += rows
    blank = pa.nulls(rows, pa.string())
    return pa.RecordBatch.from_arrays([numbers, *(given.get(role, blank) for role in ROLES)], schema=SCHEMA)


def _arrow_problem(error: pa.ArrowInvalid, called: str, told: Told) -> Exception:
    words = str(error)
    if "UTF8" in words:
        return NotUtf8Error()
    return LogProblemError(
        f"{called}, after line {told.rows + 1}: {words}. Mend the line.", "broken", line=told.rows + 1
    )


def _xes_batches(
    path: Path, sample: Sample, columns: Columns, *, called: str, told: Told, on_bytes: OnProgress
) -> Iterator[pa.RecordBatch]:
    events = read_xes(path, name=called, on_bytes=on_bytes)
    last_nameless = 0
    for some in events.coming:
        defaults = defaults_of(events.heading)
        given = {}
        for role, name in columns.named.items():
            given[role], defaulted = _texts(some, sample, name, defaults)
            if defaulted:
                told.defaults[role] = told.defaults.get(role, 0) + defaulted
        # A trace is a case, whether it has a name or not.
        nameless = [place for place, text in enumerate(given["case"]) if not text] if "" in given["case"] else []
        for place in nameless:
            number = some.trace_number[place]
            if number:
                given["case"][place] = f"trace {number}"
                told.nameless_cases += number != last_nameless
                last_nameless = number
        if some.own:
            arrays = {role: pa.array(texts, pa.string()) for role, texts in given.items()}
            yield _batch(arrays, len(some.own), told)


def _texts(some: Some, sample: Sample, name: str, defaults: Mapping[str, str]) -> tuple[list[str], int]:
    """Give what the events say under a name, or under all keys of a classifier; and how often it is a default."""
    keys = (name,) if name in sample.names else sample.classifiers.get(name, (name,))
    columns, counts = zip(*(column_of(some, key, defaults) for key in keys), strict=True)
    if len(columns) == 1:
        return columns[0], counts[0]
    return ["+".join(text for text in texts if text) for texts in zip(*columns, strict=True)], sum(counts)
