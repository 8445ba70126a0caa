"""The journal's table is split by month; what has no month of its own yet lies in the default part."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.db import connection, transaction
from psycopg.sql import SQL, Composed, Identifier, Literal

# Splitting needs the table for itself for a moment. Rather than make everybody wait behind a long report, it gives up
# and is tried again by the next run of the schedule.
_PATIENCE = "SET LOCAL lock_timeout = '3s'"
_TAKE_THE_TABLE = "LOCK TABLE kernel_fact IN ACCESS EXCLUSIVE MODE"
_OPEN_DEFAULT = "ALTER TABLE kernel_fact DETACH PARTITION kernel_fact_default"
_CLOSE_DEFAULT = "ALTER TABLE kernel_fact ATTACH PARTITION kernel_fact_default DEFAULT"
_MAKE = SQL("CREATE TABLE {month} (LIKE kernel_fact INCLUDING DEFAULTS)")
_MOVE = SQL(
    "WITH moved AS (DELETE FROM kernel_fact_default WHERE at >= {start} AND at < {end} RETURNING *) "
    "INSERT INTO {month} SELECT * FROM moved"
)
_ADD = SQL("ALTER TABLE kernel_fact ATTACH PARTITION {month} FOR VALUES FROM ({start}) TO ({end})")


def prepare_months(*, at: datetime, months_ahead: int = 2, since: date | None = None) -> list[str]:
    """Give each month from `since` (default: this month) to `months_ahead` after `at` a part of the table of its own.

    Facts of such a month that already lie in the default part move along. Months are those of UTC. Safe to run twice
    and by two at once. Returns the names of the parts that were made. Raises OperationalError when the table is busy
    for longer than three seconds; nothing has changed then.
    """
    today = at.astimezone(UTC).date()
    wanted = list(_months(since or today, _later(today, months_ahead)))
    if not _missing(wanted):
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        cursor.execute(_TAKE_THE_TABLE)
        missing = _missing(wanted)  # another worker may have made them while this one waited for the table
        cursor.execute(_OPEN_DEFAULT)
        for month in missing:
            for statement in (_MAKE, _MOVE, _ADD):
                cursor.execute(_filled(statement, month))
        cursor.execute(_CLOSE_DEFAULT)
    return [_name(month) for month in missing]


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _later(month, 1)


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _name(month: date) -> str:
    return f"kernel_fact_{month:%Y_%m}"


def _missing(months: list[date]) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relispartition",
            [[_name(month) for month in months]],
        )
        present = {name for (name,) in cursor.fetchall()}
    return [month for month in months if _name(month) not in present]


def _filled(statement: SQL, month: date) -> Composed:
    return statement.format(
        month=Identifier(_name(month)),
        start=Literal(f"{month:%Y-%m-%d} 00:00:00+00"),
        end=Literal(f"{_later(month, 1):%Y-%m-%d} 00:00:00+00"),
    )
