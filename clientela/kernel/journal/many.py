"""Reading all facts of some verbs as columns of numbers: for what is computed anew from the whole journal."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Max, Min

from clientela.kernel.columns import Column, columns_of
from clientela.kernel.models import Fact

FACTS_AT_ONCE: Final = 400_000


def facts_as_columns(
    expressions: Mapping[str, tuple[str, str]], *, verbs: Collection[str], at: datetime
) -> Iterator[dict[str, Column]]:
    """Read every fact of these verbs up to `at`, some hundred thousand at a time, in no order within them.

    `expressions`: by the name of each column, the SQL over a fact's columns that makes a number of it, never null, and
    its type, as `columns_of` takes it. The SQL is our own, never anybody's words.
    """
    columns = ", ".join(f"{sql} AS {name}" for name, (sql, _) in expressions.items())
    statement = f"""
        SELECT {columns} FROM kernel_fact
        WHERE id >= %(first)s AND id < %(past)s AND verb = ANY(%(verbs)s) AND at <= %(at)s
    """  # noqa: S608 - the caller's own SQL
    kinds = {name: kind for name, (_, kind) in expressions.items()}
    ends = Fact.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    for first in range(ends["first"], ends["last"] + 1, FACTS_AT_ONCE):
        spots = {"first": first, "past": first + FACTS_AT_ONCE, "verbs": sorted(verbs), "at": at}
        yield columns_of(statement, kinds, spots)
