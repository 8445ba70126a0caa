"""Following the journal in tests: facts can be followed only when every older transaction of the server has ended."""

import time

from django.db import connection


def let_older_transactions_end(*, within_seconds: float = 60) -> None:
    """Wait until every fact that is committed can be followed.

    Tests that run beside this one have databases of their own on the same server, and the numbers of transactions are
    the server's: what they have open holds the horizon back. Not for a test that holds a transaction open itself.
    """
    until = time.monotonic() + within_seconds
    while _some_fact_is_above_the_horizon():
        if time.monotonic() > until:
            raise TimeoutError("An older transaction has not ended.")
        time.sleep(0.01)


def _some_fact_is_above_the_horizon() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM kernel_fact WHERE xid >= kernel_journal_horizon())")
        (is_above,) = cursor.fetchone()
    return bool(is_above)
