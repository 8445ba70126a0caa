"""What became of those who bought something: whether they came back, and whether regular customers left.

Ibis expressions over the store, the same on every engine. A case here is an outside case of something that is bought
by a customer for whom nothing else was under way when it was opened. Who the customer is, the store does not know.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from clientela.kernel.analytics.contracts import Measure
from clientela.network.measures.weeks import week_of

Tables = Mapping[str, ir.Table]

BACK_DAYS: Final = 90
LEFT_DAYS: Final = 180
_SAMPLE: Final[Mapping[str, Any]] = {"until": datetime(2026, 11, 2, tzinfo=UTC)}


def returning_cases(
    tables: Tables, *, until: datetime, back_days: int = BACK_DAYS, left_days: int = LEFT_DAYS
) -> ir.Table:
    """Every such case: when it came, how many days it took, and what became of its customer; null: not known.

    `came_back`: something else was bought within `back_days` of the day it was done. `left`: nothing was for
    `left_days`, of those who had bought three times within as many days, this one among them. Each is known only once
    its days are over at `until`, also where somebody came back at once: else those who are quick would count more.
    `came_before`: something was bought in the `back_days` before it, which nothing that came after can have changed;
    null as long as the house had not been selling that long.
    """
    requests, purchases = tables["requests"], tables["purchases"]
    begun = purchases.agg(begun_at=purchases.opened_at.min())
    bought = purchases.filter(purchases.is_alone, purchases.resolved_at.notnull()).drop("opened_at").cross_join(begun)
    cases = requests.filter(
        requests.side == "outside", requests.root_id == requests.request_id, requests.resolved_at.notnull(),
        requests.state != "cancelled",
    )  # fmt: skip
    cases = cases.select("request_id", "provider_id", "service_id", "opened_at", "resolved_at")
    known = cases.inner_join(bought.drop("resolved_at"), "request_id")
    none = ibis.null("bool")
    is_back_known = known.resolved_at <= _moment(until - timedelta(days=back_days))
    is_left_known = known.resolved_at <= _moment(until - timedelta(days=left_days))
    # Nulls first: what is compared with nothing is nothing.
    is_regular = (known.earlier_days < left_days).fill_null(False)
    came = (known.next_days < back_days).fill_null(False)
    stayed = (known.next_days < left_days).fill_null(False)
    before = (known.last_days < back_days).fill_null(False)
    return known.select(
        "request_id",
        "provider_id",
        "service_id",
        week_on=week_of(known.opened_at),
        took_days=known.resolved_at.date().epoch_days().cast("int64") - known.opened_at.date().epoch_days(),
        came_back=ibis.ifelse(is_back_known, came, none),
        left=ibis.ifelse(is_left_known & is_regular, ~stayed, none),
        came_before=ibis.ifelse(known.opened_at >= known.begun_at + ibis.interval(days=back_days), before, none),
    )


def _moment(at: datetime) -> ir.TimestampScalar:
    return ibis.literal(at, "timestamp('UTC')")


MEASURES: Final = (Measure("returning_cases", ("requests", "purchases"), returning_cases, ("request_id",), _SAMPLE),)
