"""The weeks of the map, added up in the database: what happened between the nodes that are shown."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from clientela.network.models import MapDrawing

USUAL_WEEKS = 5  # the one that runs, so far, and the four before it
A_WEEK = timedelta(weeks=1)

SHOWN = """
WITH shown (team, node) AS (SELECT * FROM unnest(%(teams)s::bigint[], %(nodes)s::bigint[])),
edge AS (
    SELECT provider.node AS provider, COALESCE(customer.node::text, week.segment) AS customer,
        week.asked, week.decided, week.late, week.done, week.reworked, week.handed_over, week.scored, week.satisfied,
        week.wait_buckets, week.wait_counts, week.week_on
    FROM network_edgeweek AS week
    JOIN shown AS provider ON provider.team = week.provider_id
    LEFT JOIN shown AS customer ON customer.team = week.customer_id
    WHERE week.week_on BETWEEN %(first_week)s AND %(last_week)s
        AND (customer.node IS NULL OR customer.node <> provider.node)
)
"""
_COUNTS = f"""{SHOWN}
SELECT provider, customer, sum(asked), sum(decided), sum(late), sum(done), sum(reworked), sum(handed_over),
    sum(scored), sum(satisfied)
FROM edge GROUP BY provider, customer
"""  # noqa: S608 - our own words, joined
# Of each histogram only the one or two buckets in its middle: a large map has a hundred thousand others.
_WAITS = f"""{SHOWN},
waited AS (
    SELECT provider, customer, bucket, sum(n)::bigint AS n
    FROM edge, unnest(wait_buckets, wait_counts) AS waits (bucket, n) GROUP BY provider, customer, bucket
),
rising AS (
    SELECT *, sum(n) OVER (PARTITION BY provider, customer ORDER BY bucket)::bigint AS through,
        sum(n) OVER (PARTITION BY provider, customer)::bigint AS total
    FROM waited
)
SELECT provider, customer, bucket FROM rising WHERE through > (total - 1) / 2 AND through - n <= total / 2
"""  # noqa: S608 - our own words, joined

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
) -> tuple[dict[Pair, Counts], dict[Pair, dict[int, int]]]:
    """Return by provider and customer what happened, and a histogram of the waits' middle alone. Two statements.

    `node_of`: for each department the one that stands for it on the map.
    """
    asked_for: dict[str, Any] = {
        "teams": list(node_of),
        "nodes": list(node_of.values()),
        "first_week": first_week,
        "last_week": last_week,
    }

    def pair(provider: int, customer: str) -> Pair:
        return key_of[provider], key_of[int(customer)] if customer.isdecimal() else customer

    waits: dict[Pair, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, asked_for)
        counts = {pair(row[0], row[1]): Counts(*map(int, row[2:])) for row in cursor.fetchall()}
        cursor.execute(_WAITS, asked_for)
        for provider, customer, bucket in cursor.fetchall():
            waits[pair(provider, customer)][bucket] = 1
    return counts, waits


def last_drawn_at() -> datetime | None:
    """Return when the weeks were last computed. One statement."""
    return MapDrawing.objects.values_list("drawn_at", flat=True).first()
