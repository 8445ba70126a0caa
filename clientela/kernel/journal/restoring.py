"""After a backup has been restored into another database server, its transaction numbers start somewhere else.

Facts keep the numbers of the server that wrote them. If the new server is younger, its numbers are smaller: old facts
would seem to come from the future, and new ones would sort before the followers' places and be skipped. So the numbers
written into facts, and the horizon they are compared with, are shifted upwards together (`kernel_journal_shift`).
"""

import logging

from django.db import connection, transaction
from psycopg.sql import SQL, Literal

logger = logging.getLogger(__name__)

_HIGHEST = """
    SELECT GREATEST(
        (SELECT max(xid) FROM kernel_fact), (SELECT max(xid) FROM kernel_followercursor), 0
    ), kernel_journal_horizon(), pg_snapshot_xmax(pg_current_snapshot())::text::bigint + kernel_journal_shift(),
    kernel_journal_shift()
"""
_SHIFT = SQL("CREATE OR REPLACE FUNCTION kernel_journal_shift() RETURNS bigint LANGUAGE sql STABLE AS {body}")


def settle_after_restore() -> bool:
    """Shift the numbers if this database was restored into a younger server. Return whether that was needed.

    Costs two look-ups in an index where it was not. Run it before anything records a fact: at every start, after the
    migrations. A fact recorded in a restored database before this has run may be skipped by the followers.
    """
    if not _numbers_are_behind():
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE kernel_fact IN EXCLUSIVE MODE")
        cursor.execute(_HIGHEST)
        highest, horizon, next_number, shift = cursor.fetchone()
        if highest < next_number:
            return False  # another process settled it while this one waited for the table
        cursor.execute(_SHIFT.format(body=Literal(f"SELECT {shift + highest - horizon + 1}::bigint")))
    logger.warning("The database was restored into a younger server; the journal's numbers were shifted.")
    return True


def _numbers_are_behind() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HIGHEST)
        highest, _horizon, next_number, _shift = cursor.fetchone()
    return bool(highest >= next_number)
