"""Reading what the store is written from: new facts, the ids that they touched, and the rows of those ids in bulk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.db import connection

from clientela.kernel.analytics.contracts import Export, Told
from clientela.kernel.analytics.manifest import Place
from clientela.kernel.columns import Column as Numbers
from clientela.kernel.columns import columns_of
from clientela.kernel.models import FollowerCursor

# One row tells the database apart from every other, and from itself after it was emptied: its facts begin anew then.
_HOUSE = """
SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    (SELECT concat(xid, '_', id) FROM kernel_fact ORDER BY xid, id LIMIT 1))
"""
_END = """
SELECT xid, id, count(*) OVER () FROM (
    SELECT xid, id FROM kernel_fact
    WHERE (xid, id) > (%(xid)s, %(fact_id)s) AND xid < kernel_journal_horizon()
        AND (xid, id) <= (%(last_xid)s, %(last_fact_id)s)
    ORDER BY xid, id LIMIT %(limit)s
) AS unread
ORDER BY xid DESC, id DESC LIMIT 1
"""
_TOLD = """
SELECT verb, array_agg(DISTINCT name) FROM kernel_fact, unnest(about) AS name
WHERE (xid, id) > (%(xid)s, %(fact_id)s) AND (xid, id) <= (%(last_xid)s, %(last_fact_id)s)
GROUP BY verb ORDER BY verb
"""
# Everything below the oldest running transaction is committed, and read by whatever begins now.
_NOW = "SELECT kernel_journal_horizon() - 1"
_HIGHEST: Final = 2**63 - 1
_AS_GIVEN: Final = {
    "timestamp": "(extract(epoch FROM {name}) * 1000000)::bigint",
    "date": "({name} - DATE '1970-01-01')::int",
    "bool": "{name}::bool",
}


def house_now() -> str:
    """Return what names this database, the same until it is emptied or restored elsewhere. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUSE)
        (name,) = cursor.fetchone()
        return str(name)


def place_now(exports: Sequence[Export]) -> Place:
    """Return up to which fact everything was done that the exports read. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        (xid,) = cursor.fetchone()
    return min(Place(xid, _HIGHEST), _followed(exports))


def end_of_unread(after: Place, exports: Sequence[Export], *, limit: int) -> tuple[Place, int] | None:
    """Return the place after the next `limit` facts that may be read, and how many they are; None: none.

    Two statements. Read in the order in which followers read, below the oldest transaction that is still running, and
    only as far as the followers whose work the exports read.
    """
    last = _followed(exports)
    spots = {
        "xid": after.xid,
        "fact_id": after.fact_id,
        "last_xid": last.xid,
        "last_fact_id": last.fact_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_END, spots)
        row = cursor.fetchone()
    return None if row is None else (Place(row[0], row[1]), int(row[2]))


def told_between(after: Place, until: Place) -> list[Told]:
    """Return what the facts after the one place and up to the other are about, by verb. One statement."""
    spots = {"xid": after.xid, "fact_id": after.fact_id, "last_xid": until.xid, "last_fact_id": until.fact_id}
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, spots)
        return [Told(verb, frozenset(names)) for verb, names in cursor.fetchall()]


def all_ids(export: Export) -> Numbers:
    """Return every id that has rows, rising. One statement."""
    rows = f"SELECT id FROM ({export.all_ids}) AS ids (id)"  # noqa: S608 - the export's own SQL
    return np.unique(columns_of(rows, {"id": "int8"}, {})["id"])


def read(export: Export, ids: Sequence[int], **spots: Any) -> list[dict[str, Any]]:
    """Return the rows of these ids as the database has them, by name of column. One statement beside what is given."""
    names = [column.name for column in export.table.columns]
    order = ", ".join(export.table.key)
    statement = f"SELECT {', '.join(names)} FROM ({export.rows}) AS row ORDER BY {order}"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(ids), **export.given_with(ids), **spots})
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def copy_rows(export: Export, ids: Sequence[int], path: Path, **spots: Any) -> None:
    """Write the rows of these ids to a file, as CSV, without holding them. One statement beside what is given."""
    columns = ", ".join(
        _AS_GIVEN.get(column.type, "{name}").format(name=f"row.{column.name}") for column in export.table.columns
    )
    statement = f"COPY (SELECT {columns} FROM ({export.rows}) AS row) TO STDOUT (FORMAT csv)"  # noqa: S608 - as above
    given = {"ids": list(ids), **export.given_with(ids), **spots}
    with path.open("wb") as file, connection.cursor() as cursor, cursor.copy(statement, given) as copy:
        for some in copy:
            file.write(some)


def _followed(exports: Sequence[Export]) -> Place:
    names = {name for export in exports for name in export.after}
    places = dict.fromkeys(names, Place())
    for name, xid, fact_id in FollowerCursor.objects.filter(name__in=names).values_list("name", "xid", "fact_id"):
        places[name] = Place(xid, fact_id)
    return min(places.values(), default=Place(_HIGHEST, _HIGHEST))
