"""Who served whom, by week: Ibis expressions over the store, the same on every engine.

A row is a week (the Monday, in UTC), a provider and a customer: a department, or a segment of customers outside. Teams
stand by themselves, weeks too: both are added up where the map is shown. Whom a request was for stays the same when it
is handed over; its provider is the one that has it last.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Final

import ibis
import ibis.expr.types as ir

from clientela.kernel.analytics.contracts import Measure
from clientela.network.rules.waits import DOUBLES, LAST_BUCKET, PARTS

Tables = Mapping[str, ir.Table]

EDGE: Final = ("week_on", "provider_id", "customer_id", "segment")
_SATISFIED_FROM: Final = 0.75  # of the way from the worst to the best: 4 and 5 of 5
_SATISFACTION: Final = ("csat", "stars")  # one score a person and time; items of longer surveys are no people
_WHERE_IT_WENT: Final = ("queue_seconds", "work_seconds", "customer_seconds", "department_seconds", "date_seconds")


def requests_by_edge(tables: Tables) -> ir.Table:
    """What was asked in a week, and what became of it.

    asked: but for the cancelled. decided: with a promise that was kept or broken, personal ones apart; late: with a
    broken one. done: resolved, or reopened after that. reworked: done, and handed back to a department that had had it,
    or reopened, or asked again, which is the same service, later, on behalf of the same request.
    """
    clocks, legs = tables["clocks"], tables["legs"]
    promised = clocks.filter(clocks.request_id.notnull(), clocks.kind != "personal")
    promised = promised.group_by("request_id").agg(
        late=promised.broken_at.count() > 0,
        decided=(promised.broken_at.count() + promised.kept_at.count()) > 0,
    )
    returned = _with_the_leg_before(legs)
    first_had = returned.position.min().over(ibis.window(group_by=["request_id", "provider_id"]))
    returned = returned.mutate(is_return=_came_from_another(returned) & (first_had < returned.position))
    returned = returned.filter(returned.is_return).select("request_id").distinct().mutate(is_handed_back=True)
    asked = _asked(tables["requests"])
    again = ibis.window(group_by=["parent_id", "service_id"])
    asked = asked.mutate(
        is_done=asked.resolved_at.notnull() | (asked.reopened_count > 0),
        is_reopened=asked.reopened_count > 0,
        is_asked_again=(asked.parent_id.notnull() & (asked.opened_at.max().over(again) > asked.resolved_at)).fill_null(
            False
        ),
    )
    known = asked.left_join(promised, "request_id").drop("request_id_right")
    known = known.left_join(returned, "request_id").drop("request_id_right")
    known = known.mutate(
        is_late=known.late.fill_null(False),
        is_decided=known.decided.fill_null(False),
        is_handed_back=known.is_handed_back.fill_null(False),
    )
    is_reworked = known.is_handed_back | known.is_reopened | known.is_asked_again
    return known.group_by(EDGE).agg(
        asked=known.count(),
        decided=_how_many(known.is_decided),
        late=_how_many(known.is_late),
        done=_how_many(known.is_done),
        reworked=_how_many(known.is_done & is_reworked),
        handed_back=_how_many(known.is_done & known.is_handed_back),
        reopened=_how_many(known.is_done & known.is_reopened),
        asked_again=_how_many(known.is_done & known.is_asked_again),
    )


def waits_by_edge(tables: Tables) -> ir.Table:
    """How many of what was asked in a week and is done took how long: a row for each bucket that holds any.

    The wait is all working time of its stays, by the calendars of the departments where it stayed. `bucket` as in
    `network.rules.waits`.
    """
    legs = tables["legs"]
    seconds = reduce(lambda some, more: some + more, [legs[name] for name in _WHERE_IT_WENT])
    stayed = legs.group_by("request_id").agg(seconds=seconds.sum())
    asked = _asked(tables["requests"])
    done = asked.filter(asked.resolved_at.notnull()).inner_join(stayed, "request_id")
    done = done.mutate(bucket=_bucket_of(done.seconds))
    return done.group_by([*EDGE, "bucket"]).agg(n=done.count())


def hand_overs_by_edge(tables: Tables) -> ir.Table:
    """How often one department, with a request in hand, handed it over to another in a week; `customer_id` is who did.

    The week is that of the hand-over. Cancelled requests count too: they were handed over all the same.
    """
    stays = _with_the_leg_before(tables["legs"])
    handed = stays.filter(_came_from_another(stays), stays.outcome_before == "handed_over")
    handed = handed.select(
        week_on=_week_of(handed.started_at),
        provider_id=handed.provider_id,
        customer_id=handed.provider_before,
        segment=ibis.null("string"),
    )
    return handed.group_by(EDGE).agg(handed_over=handed.count())


def scores_by_edge(tables: Tables) -> ir.Table:
    """How many scores a customer gave a provider in a week, and how many of them say satisfied: 4 and 5 of 5.

    Anonymous answers are not among them: the difference of two weeks could reveal a few. Nor are customers outside
    whose segment nobody knows.
    """
    voices, requests = tables["voices"], tables["requests"]
    given = voices.filter(
        ~voices.is_anonymous,
        voices.provider_id.notnull(),
        voices.share.notnull(),
        voices.measure.isin(_SATISFACTION),
    ).select("voice_id", "request_id", "provider_id", "rater_department_id", "side", "share", "said_at")
    about = requests.select("request_id", asked_by=requests.customer_department_id, asked_from=requests.segment)
    known = given.left_join(about, "request_id").drop("request_id_right")
    is_inside = known.side == "inside"
    known = known.select(
        week_on=_week_of(known.said_at),
        provider_id=known.provider_id,
        customer_id=ibis.ifelse(is_inside, known.rater_department_id.coalesce(known.asked_by), ibis.null("int64")),
        segment=ibis.ifelse(is_inside, ibis.null("string"), known.asked_from),
        is_satisfied=known.share >= _SATISFIED_FROM,
    )
    known = _between_two(known)
    return known.group_by(EDGE).agg(scored=known.count(), satisfied=_how_many(known.is_satisfied))


def _asked(requests: ir.Table) -> ir.Table:
    """The requests that count, with their edge."""
    counted = requests.filter(requests.state != "cancelled")
    return _between_two(
        counted.select(
            "request_id",
            "parent_id",
            "service_id",
            "opened_at",
            "resolved_at",
            "reopened_count",
            "provider_id",
            "segment",
            week_on=_week_of(counted.opened_at),
            customer_id=counted.customer_department_id,
        )
    )


def _between_two(rows: ir.Table) -> ir.Table:
    """Rows with a customer who is known, and is not the provider itself."""
    is_another = rows.customer_id.notnull() & (rows.customer_id != rows.provider_id)
    return rows.filter(is_another | rows.segment.notnull())


def _with_the_leg_before(legs: ir.Table) -> ir.Table:
    in_turn = ibis.window(group_by="request_id", order_by="position")
    return legs.mutate(
        provider_before=legs.provider_id.lag().over(in_turn), outcome_before=legs.outcome.lag().over(in_turn)
    )


def _came_from_another(stays: ir.Table) -> ir.BooleanValue:
    return stays.provider_before.notnull() & (stays.provider_before != stays.provider_id)


def _week_of(moment: ir.Column) -> ir.DateColumn:
    """The Monday of a moment's week. Every engine's clock stands at UTC."""
    return moment.truncate("W").date()


def _how_many(told: ir.BooleanValue) -> ir.IntegerScalar:
    return told.cast("int64").sum()


def _bucket_of(seconds: ir.IntegerColumn) -> ir.IntegerColumn:
    """`rules.waits.bucket_of` as an expression: whole numbers all the way, so that no two engines differ."""
    branches: Sequence[tuple[ir.BooleanValue, ir.IntegerValue]] = [
        (seconds >= start, 1 + doubling * PARTS + ((seconds - start) * PARTS) // start)
        for doubling, start in reversed(list(enumerate(DOUBLES)))
    ]
    bucket = ibis.cases(*branches, else_=ibis.literal(0, "int64"))
    return ibis.least(bucket, LAST_BUCKET).cast("int64")


MEASURES: Final = (
    Measure("requests_by_edge", ("requests", "clocks", "legs"), requests_by_edge, EDGE),
    Measure("waits_by_edge", ("requests", "legs"), waits_by_edge, (*EDGE, "bucket")),
    Measure("hand_overs_by_edge", ("legs",), hand_overs_by_edge, EDGE),
    Measure("scores_by_edge", ("voices", "requests"), scores_by_edge, EDGE),
)
