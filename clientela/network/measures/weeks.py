"""What measures by week share: the week of a moment, a count of what is so, the bucket of a wait."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from clientela.network.rules.waits import DOUBLES, LAST_BUCKET, PARTS


def week_of(moment: ir.Column) -> ir.DateColumn:
    """The Monday of a moment's week. Every engine's clock stands at UTC."""
    return moment.truncate("W").date()


def how_many(told: ir.BooleanValue) -> ir.IntegerScalar:
    """In how many rows it is so."""
    return told.cast("int64").sum()


def bucket_of(seconds: ir.IntegerColumn) -> ir.IntegerColumn:
    """`rules.waits.bucket_of` as an expression: whole numbers all the way, so that no two engines differ."""
    branches: Sequence[tuple[ir.BooleanValue, ir.IntegerValue]] = [
        (seconds >= start, 1 + doubling * PARTS + ((seconds - start) * PARTS) // start)
        for doubling, start in reversed(list(enumerate(DOUBLES)))
    ]
    bucket = ibis.cases(*branches, else_=ibis.literal(0, "int64"))
    return ibis.least(bucket, LAST_BUCKET).cast("int64")
