"""Reading many rows as columns of numbers: for recomputing what is cached, where a Python object a row is too dear.

PostgreSQL gathers each column into an array and sends one row with all of them, in its binary form; numpy reads the
numbers where they lie. Columns are numbers that are never null: the statement replaces what may be missing.
"""

import struct
from collections.abc import Mapping
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Column = NDArray[np.int64]

# Seconds from 1970, where our moments begin, to 2000, where PostgreSQL's do.
_TICKS_TO_2000: Final = 946_684_800_000_000
_COPY: Final = "COPY (SELECT {columns} FROM ({rows}) AS row) TO STDOUT (FORMAT binary)"
_FILE_HEADER: Final = 19  # the signature, the flags, and how long the (absent) extension is
_ARRAY_HEADER: Final = struct.Struct(">iiIii")  # dimensions, has nulls, type, how many, first index
_SIZES: Final = {"int2": 2, "int4": 4, "int8": 8, "float8": 8, "bool": 1, "timestamptz": 8}
_NUMBERS: Final = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8", "bool": "i1", "timestamptz": ">i8"}
# No moment at all: what a statement gives as '-infinity' comes out as this.
NO_MOMENT: Final = int(np.iinfo(np.int64).min)


def columns_of(rows: str, kinds: Mapping[str, str], params: Mapping[str, object]) -> dict[str, Column]:
    """Run a statement and give each of its columns as an array, in the order of its rows.

    `kinds`: the name of each column and its type in PostgreSQL: int2, int4, int8, bool or timestamptz (moments come as
    microseconds since 1970, '-infinity' as NO_MOMENT). All rows are held at once, so ask for some thousands at a time.
    Raises ValueError when a column has a null.
    """
    columns = ", ".join(f"array_agg({name}::{kind})" for name, kind in kinds.items())
    with connection.cursor() as cursor, cursor.copy(_COPY.format(columns=columns, rows=rows), params) as copy:
        data = b"".join(copy)
    return _parsed(data, kinds)


def _parsed(data: bytes, kinds: Mapping[str, str]) -> dict[str, Column]:
    place = _FILE_HEADER + 2
    found: dict[str, Column] = {}
    for name, kind in kinds.items():
        (size,) = struct.unpack_from(">i", data, place)
        place += 4
        if size < 0:  # no row at all: an array of nothing is null
            found[name] = np.empty(0, dtype=np.int64)
            continue
        dimensions, has_nulls, _type, count, _first = _ARRAY_HEADER.unpack_from(data, place)
        if has_nulls or dimensions != 1:
            raise ValueError(f"The column {name} has a null.")
        element = np.dtype([("size", ">i4"), ("value", _NUMBERS[kind])])
        values = np.frombuffer(data, dtype=element, count=count, offset=place + _ARRAY_HEADER.size)["value"]
        found[name] = _as_ticks(values) if kind == "timestamptz" else values.astype(np.int64)
        place += size
    return found


def _as_ticks(values: NDArray[np.int64]) -> Column:
    ticks = values.astype(np.int64)
    return np.where(ticks == NO_MOMENT, NO_MOMENT, ticks + _TICKS_TO_2000)
