"""The weeks of the map, added up in the database: what happened between the nodes that are shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from clientela.network import rules
from clientela.network.models import MapDrawing

USUAL_WEEKS = 5  # the one that runs, so far, and the four before it
A_WEEK = timedelta(weeks=1)

# Histograms come as the text of their numbers: the database joins texts faster than it sorts a million buckets, and the
# median of each line is found here.
_WEEKS = """
WITH shown (team, node) AS (SELECT * FROM unnest(%(teams)s::bigint[], %(nodes)s::bigint[]))
SELECT provider.node, customer.node, week.segment, sum(week.asked), sum(week.decided), sum(week.late), sum(week.done),
    sum(week.reworked), sum(week.handed_over), sum(week.scored), sum(week.satisfied),
    string_agg(array_to_string(week.wait_buckets, ','), ',') FILTER (WHERE week.wait_buckets <> '{}'),
    string_agg(array_to_string(week.wait_counts, ','), ',') FILTER (WHERE week.wait_buckets <> '{}')
FROM network_edgeweek AS week
JOIN shown AS provider ON provider.team = week.provider_id
LEFT JOIN shown AS customer ON customer.team = week.customer_id
WHERE week.week_on BETWEEN %(first_week)s AND %(last_week)s
    AND (customer.node IS NULL OR customer.node <> provider.node)
GROUP BY provider.node, customer.node, week.segment
"""

Pair = tuple[str, str]  # keys of provider and customer


@dataclass(frozen=True)
class Counts:
    """What happened on an edge in some weeks, as in models.EdgeWeek; in the order of the statement above."""

    asked: int = 0
    decided: int = 0
    late: int = 0
    done: int = 0
    reworked: int = 0
    handed_over: int = 0
    scored: int = 0
    satisfied: int = 0

    @property
    def has_happened(self) -> bool:
        """Whether anything was asked or handed over; scores alone make no edge."""
        return self.asked > 0 or self.handed_over > 0


def monday_of(moment: datetime) -> date:
    """Return the Monday of a moment's week, in UTC."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def weeks_of(*, at: datetime, since: datetime | None, until: datetime | None) -> tuple[date, date]:
    """Return the Mondays of the first and the last week that hold some of [since, until); usually the last five."""
    end = until or at
    last_week = monday_of(end - timedelta(microseconds=1)) if until is not None else monday_of(end)
    first_week = last_week - (USUAL_WEEKS - 1) * A_WEEK if since is None else monday_of(since)
    return min(first_week, last_week), last_week


def midnight_of(day: date) -> datetime:
    """Return 0:00 UTC of a day."""
    return datetime.combine(day, time(), tzinfo=UTC)


def counts_between(
    node_of: Mapping[int, int], key_of: Mapping[int, str], *, first_week: date, last_week: date
) -> tuple[dict[Pair, Counts], dict[Pair, int | None]]:
    """Return by provider and customer what happened, and the median of the waits, in seconds. One statement.

    `node_of`: for each department the one that stands for it on the map.
    """
    asked_for: dict[str, Any] = {
        "teams": list(node_of),
        "nodes": list(node_of.values()),
        "first_week": first_week,
        "last_week": last_week,
    }
    counts: dict[Pair, Counts] = {}
    waits: dict[Pair, int | None] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, asked_for)
        for provider, customer, segment, *figures, buckets, amounts in cursor.fetchall():
            pair = key_of[provider], segment if customer is None else key_of[customer]
            counts[pair] = Counts(*map(int, figures))
            waits[pair] = _median_of(buckets, amounts) if buckets else None
    return counts, waits


def _median_of(buckets: str, amounts: str) -> int | None:
    """Return the median of histograms written one after another, in seconds."""
    added: dict[int, int] = {}
    for bucket, amount in zip(json.loads(f"[{buckets}]"), json.loads(f"[{amounts}]"), strict=True):
        added[bucket] = added.get(bucket, 0) + amount
    return rules.median_wait_seconds(added)


def last_drawn_at() -> datetime | None:
    """Return when the weeks were last computed. One statement."""
    return MapDrawing.objects.values_list("drawn_at", flat=True).first()
