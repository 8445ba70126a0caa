"""Writing Parquet files, and putting them together. Only ever imported apart: it needs pyarrow.

What is written follows from what is given and from nothing else, so doing it again writes the same bytes under the same
names. Every file is written under another name first, brought to the disk, and put in its place in one step.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from clientela.kernel.analytics.contracts import Table
from clientela.kernel.analytics.manifest import Part, Stored, Written, make_names_last
from clientela.kernel.analytics.telling import tell_progress

VERSION: Final = "_version"
# A table, the CSV file with the rows that were read, and the ids that were read as little-endian int64; None: all of
# them, so that there is nothing that they replace.
Batch = tuple[Table, str, bytes | None]
TYPES: Final = {
    "int64": pa.int64(),
    "string": pa.string(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
}
# How the rows come out of the database: moments as microseconds, days as days, both since 1970.
_GIVEN: Final = {**TYPES, "timestamp": pa.int64(), "date": pa.int32()}
_ROWS_A_GROUP: Final = 131_072
# Files of a month are put together up to so many rows; a file beyond it is only written again if a row of it changed.
_ROWS_A_FILE: Final = 1_000_000
_WHOLE: Final = "whole"
_TOUCHED: Final = "touched"


def write_batches(folder: str, batches: Sequence[Batch], name: str, version: int) -> list[Written]:
    """Write each batch: its rows by month, and which ids were read; return the files, in the order of the batches.

    `name` is that of the files, without their ending; `version` counts the store's steps.
    """
    found = []
    for number, (table, path, read_ids) in enumerate(batches):
        ids = None if read_ids is None else pa.array(np.frombuffer(read_ids, "<i8"), pa.int64())
        found.append(write_rows(Path(folder), table, _given(table, Path(path)), ids=ids, name=name, version=version))
        tell_progress(number + 1, len(batches))
    return found


def write_rows(home: Path, table: Table, rows: pa.Table, *, ids: pa.Array | None, name: str, version: int) -> Written:
    """Write the rows of a table by month, and which ids they were; None: all there are, nothing is replaced."""
    ordered = _sorted(table, rows.select(_schema(table).names).cast(_schema(table)))
    touched: tuple[Part, ...] = ()
    if ids is not None:
        ordered = ordered.append_column(VERSION, pa.array([version] * ordered.num_rows, pa.int64()))
        both = pa.table({table.group: ids, VERSION: pa.array([version] * len(ids), pa.int64())})
        touched = (_write(home, f"{table.name}/{_TOUCHED}/{name}.parquet", both),)
    parts = tuple(
        _write(home, f"{table.name}/{where}/{name}.parquet", some) for where, some in _by_month(table, ordered)
    )
    return Written(parts, touched)


def put_together(folder: str, stored: Stored, name: str) -> Stored:
    """Write the newest version of every row into files that have each row once; return the files of the table.

    Only files that hold a row which has a newer version, and small ones of months that get rows, are written again.
    The files before are left where they are, for those who read them.
    """
    home, group = Path(folder), stored.table.group
    latest = _latest(home, stored)
    replaced = latest.column(group)
    months: dict[str, list[Part]] = defaultdict(list)
    for part in stored.base:
        months[_where(part)].append(part)
    fresh: dict[str, list[pa.Table]] = defaultdict(list)
    for part in stored.newer:
        live = _read(home, part).join(latest, keys=[group, VERSION], join_type="inner")
        if live.num_rows:
            fresh[_where(part)].append(live.select(_schema(stored.table).names))
    base: list[Part] = []
    steps = sorted({*months, *fresh})
    for number, where in enumerate(steps):
        base += _month_together(
            home, stored.table, name, where, parts=months[where], fresh=fresh[where], replaced=replaced
        )
        tell_progress(number + 1, len(steps))
    return Stored(stored.table, base=tuple(base))


def _month_together(
    home: Path,
    table: Table,
    name: str,
    where: str,
    *,
    parts: Sequence[Part],
    fresh: Sequence[pa.Table],
    replaced: pa.ChunkedArray,
) -> list[Part]:
    kept: list[Part] = []
    rows = list(fresh)
    for part in parts:
        ids = pq.read_table(home / part.path, columns=[table.group]).column(0)
        stays = pc.invert(pc.is_in(ids, value_set=replaced))
        is_whole = bool(pc.all(stays).as_py()) if part.rows else True
        if is_whole and (part.rows >= _ROWS_A_FILE // 2 or not (rows or len(parts) > 1)):
            kept.append(part)
        else:
            rows.append(pq.read_table(home / part.path).filter(stays))
    if not rows:
        return kept
    together = _sorted(table, pa.concat_tables([some.select(_schema(table).names) for some in rows]))
    for number, start in enumerate(range(0, together.num_rows, _ROWS_A_FILE)):
        path = f"{table.name}/{where}/{name}.{number}.parquet"
        kept.append(_write(home, path, together.slice(start, _ROWS_A_FILE)))
    return kept


def _latest(home: Path, stored: Stored) -> pa.Table:
    """Of every id that was read anew, the version that counts."""
    group = stored.table.group
    ids = pa.concat_tables([_read(home, part) for part in stored.touched])
    latest = ids.group_by(group, use_threads=False).aggregate([(VERSION, "max")])
    return latest.rename_columns([group, VERSION])


def _read(home: Path, part: Part) -> pa.Table:
    return pq.read_table(home / part.path)


def _where(part: Part) -> str:
    return part.path.split("/")[1]


def _given(table: Table, path: Path) -> pa.Table:
    kinds = {column.name: _GIVEN[column.type] for column in table.columns}
    if path.stat().st_size == 0:
        given = pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    else:
        given = pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(column_names=list(kinds)),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=kinds,
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
            ),
        )
    arrays = [given.column(column.name).cast(TYPES[column.type]) for column in table.columns]
    for column, values in zip(table.columns, arrays, strict=True):
        if values.null_count and not column.is_nullable:
            raise ValueError(f"{table.name}.{column.name} is empty somewhere, and says that it never is.")
    return pa.table(arrays, schema=_schema(table))


def _schema(table: Table) -> pa.Schema:
    # Spark reads every column as one that may be null; what never is, was checked as it was written.
    return pa.schema([pa.field(column.name, TYPES[column.type]) for column in table.columns])


def _sorted(table: Table, rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in table.key])


def _by_month(table: Table, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    if table.month_of is None:
        yield from ((_WHOLE, rows),) if rows.num_rows else ()
        return
    months = pc.strftime(rows.column(table.month_of), format="%Y-%m")
    for month in sorted(pc.unique(months).to_pylist()):
        yield f"month={month}", rows.filter(pc.equal(months, month))


def _write(home: Path, path: str, rows: pa.Table) -> Part:
    place = home / path
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.parent / f".{place.name}"
    with draft.open("wb") as file:
        pq.write_table(rows.combine_chunks(), file, compression="zstd", row_group_size=_ROWS_A_GROUP)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
    make_names_last(place.parent)
    return Part(path, rows.num_rows, place.stat().st_size)


def count_rows(folder: str, tables: Sequence[Stored]) -> dict[str, int]:
    """Count the rows of each table as they are now, by its name."""
    return {stored.table.name: _count(Path(folder), stored) for stored in tables}


def _count(home: Path, stored: Stored) -> int:
    group = stored.table.group
    base = sum(part.rows for part in stored.base)
    if not stored.touched:
        return base
    latest = _latest(home, stored)
    replaced = [
        pc.sum(pc.is_in(pq.read_table(home / part.path, columns=[group]).column(0), value_set=latest.column(group)))
        for part in stored.base
    ]
    live = [
        pq.read_table(home / part.path, columns=[group, VERSION]).join(latest, keys=[group, VERSION], join_type="inner")
        for part in stored.newer
    ]
    return base - sum(int(one.as_py() or 0) for one in replaced) + sum(int(one.num_rows) for one in live)
