"""How both sides were served, by week: Ibis expressions over the store, the same on every engine.

A row is a week (the Monday, in UTC), a side and a department. A request belongs to the week in which it was asked and
to the department that has it, as on the service map. The waits are those of the service map too, without the seconds
in which the customer was waited for, or a date that was agreed: what nobody could help counts on no side.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from clientela.kernel.analytics.contracts import Measure
from clientela.network.measures.weeks import bucket_of, how_many, week_of

Tables = Mapping[str, ir.Table]

PLACE: Final = ("week_on", "side", "provider_id")
MOST_LATE: Final = 3  # of a week, a side and a department: enough to choose from
_SAMPLE: Final[Mapping[str, Any]] = {"at": datetime(2026, 11, 23, 8, tzinfo=UTC)}


def promises_by_side(tables: Tables) -> ir.Table:
    """What was asked in a week but for the cancelled, and what became of what was promised.

    replies_decided: first replies that were given or are overdue; replies_kept: those in time. promises_decided:
    requests with another promise that was kept or broken, personal ones apart; promises_kept: those with none broken.
    """
    requests, clocks = tables["requests"], tables["clocks"]
    promised = clocks.filter(clocks.request_id.notnull(), clocks.kind != "personal")
    is_decided = promised.broken_at.notnull() | promised.kept_at.notnull()
    is_reply = promised.kind == "first_reply"
    by_request = promised.group_by("request_id").agg(
        reply_decided=how_many(is_reply & is_decided),
        reply_broken=how_many(is_reply & promised.broken_at.notnull()),
        other_decided=how_many(~is_reply & is_decided),
        other_broken=how_many(~is_reply & promised.broken_at.notnull()),
    )
    known = _asked(requests).left_join(by_request, "request_id").drop("request_id_right")
    return known.group_by(PLACE).agg(
        asked=known.count(),
        replies_decided=_some(known.reply_decided),
        replies_kept=_some(known.reply_decided, but_not=known.reply_broken),
        promises_decided=_some(known.other_decided),
        promises_kept=_some(known.other_decided, but_not=known.other_broken),
    )


def waits_by_side(tables: Tables) -> ir.Table:
    """How many of what was asked in a week and is done waited for us how long; `bucket` as in `network.rules.waits`."""
    requests, legs = tables["requests"], tables["legs"]
    seconds = legs.queue_seconds + legs.work_seconds + legs.department_seconds
    waited = legs.group_by("request_id").agg(seconds=seconds.sum())
    done = _asked(requests.filter(requests.resolved_at.notnull())).inner_join(waited, "request_id")
    done = done.mutate(bucket=bucket_of(done.seconds))
    return done.group_by([*PLACE, "bucket"]).agg(n=done.count())


def latest_by_side(tables: Tables, *, at: datetime) -> ir.Table:
    """The requests of a week that were late longest: at most MOST_LATE each, `place` 1 the latest; real seconds.

    What is still open is late until `at`.
    """
    requests, clocks = tables["requests"], tables["clocks"]
    broken = clocks.filter(clocks.request_id.notnull(), clocks.kind != "personal", clocks.broken_at.notnull())
    until = ibis.ifelse(broken.is_open, ibis.literal(at, "timestamp('UTC')"), broken.kept_at.coalesce(broken.broken_at))
    # Whole seconds first: of a moment with a fraction DuckDB gives a fraction, Spark does not.
    broken = broken.mutate(seconds=until.truncate("s").epoch_seconds() - broken.broken_at.truncate("s").epoch_seconds())
    late = broken.group_by("request_id").agg(seconds=broken.seconds.max())
    known = _asked(requests).inner_join(late, "request_id")
    known = known.filter(known.seconds > 0)
    in_turn = ibis.window(group_by=list(PLACE), order_by=[known.seconds.desc(), known.request_id])
    known = known.mutate(place=(ibis.row_number().over(in_turn) + 1).cast("int64"))
    known = known.filter(known.place <= MOST_LATE)
    return known.select(*PLACE, "place", "request_id", seconds=known.seconds.cast("int64"))


def _asked(requests: ir.Table) -> ir.Table:
    counted = requests.filter(requests.state != "cancelled")
    return counted.select("request_id", "side", "provider_id", week_on=week_of(counted.opened_at))


def _some(counts: ir.IntegerColumn, *, but_not: ir.IntegerColumn | None = None) -> ir.IntegerScalar:
    """How many requests have any of these, and none of the others."""
    has = counts.fill_null(0) > 0
    return how_many(has if but_not is None else has & (but_not.fill_null(0) == 0))


MEASURES: Final = (
    Measure("promises_by_side", ("requests", "clocks"), promises_by_side, PLACE),
    Measure("waits_by_side", ("requests", "legs"), waits_by_side, (*PLACE, "bucket")),
    Measure("latest_by_side", ("requests", "clocks"), latest_by_side, (*PLACE, "place"), _SAMPLE),
)
