"""The lines of the map that are from mail: added up in the database, a row for each line and not for each week."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from clientela.network.queries.traces import TracedLine

LAST_DAY = timedelta(days=6)  # of a week, after its Monday
OTHERS_OUTSIDE = "outside"  # whom the directory does not know, or too few of a segment to stand alone

# Three kinds of rows. What was asked in the weeks looked at, between the nodes that are shown; every pair there ever
# was, each found by one step through the index and not by reading its weeks; the files, by name.
_LINES = """
WITH RECURSIVE shown (team, node) AS (SELECT * FROM unnest(%(teams)s::bigint[], %(nodes)s::bigint[])),
allowed AS (SELECT 1 FROM network_mailallowance WHERE ended_at IS NULL),
ever AS (
    (SELECT provider_id, coalesce(customer_id, 0) AS customer_id, segment FROM network_mailweek
    WHERE EXISTS (SELECT FROM allowed)
    ORDER BY provider_id, coalesce(customer_id, 0), segment LIMIT 1)
    UNION ALL
    SELECT following.* FROM ever CROSS JOIN LATERAL (
        SELECT provider_id, coalesce(customer_id, 0), segment FROM network_mailweek
        WHERE (provider_id, coalesce(customer_id, 0), segment) > (ever.provider_id, ever.customer_id, ever.segment)
        ORDER BY provider_id, coalesce(customer_id, 0), segment LIMIT 1
    ) AS following
)
SELECT 'line', provider.node, coalesce(customer.node, 0), week.segment, sum(week.asked), min(week.week_on),
    max(week.week_on),
    string_agg(array_to_string(week.wait_buckets, ','), ',') FILTER (WHERE week.wait_buckets <> '{}'),
    string_agg(array_to_string(week.wait_counts, ','), ',') FILTER (WHERE week.wait_buckets <> '{}'),
    array_to_string(array_agg(DISTINCT week.trace_id), ',')
FROM network_mailweek AS week
JOIN shown AS provider ON provider.team = week.provider_id
LEFT JOIN shown AS customer ON customer.team = week.customer_id
WHERE week.week_on BETWEEN %(first_week)s AND %(last_week)s AND EXISTS (SELECT FROM allowed)
    AND (week.customer_id IS NULL OR customer.node <> provider.node)
GROUP BY provider.node, customer.node, week.segment
UNION ALL
SELECT DISTINCT 'ever', provider.node, coalesce(customer.node, 0), ever.segment, 0, NULL::date, NULL::date, '', '', ''
FROM ever
JOIN shown AS provider ON provider.team = ever.provider_id
LEFT JOIN shown AS customer ON customer.team = ever.customer_id
WHERE ever.customer_id = 0 OR customer.node <> provider.node
UNION ALL
SELECT 'file', id, 0, '', 0, (SELECT min(week_on) FROM network_mailweek), NULL, file_name, '', ''
FROM network_mailtrace WHERE state = 'done' AND EXISTS (SELECT FROM allowed)
"""


@dataclass(frozen=True)
class MailLines:
    """What mail shows between the nodes of a map. `ties`: who ever asked whom, whenever; the provider comes first.

    A customer outside is 0 with a segment: "households", "businesses", or OTHERS_OUTSIDE.
    """

    lines: tuple[TracedLine, ...]
    ties: frozenset[tuple[int, int | str]]
    first_on: date | None


def mail_lines(node_of: Mapping[int, int], *, first_week: date, last_week: date) -> MailLines:
    """Return who asks whom by mail in these weeks (Mondays), and who ever did. Nothing while it is off. One statement.

    `node_of`: for each department the one that stands for it. `asked` are asks of the customer to the provider whose
    fate is known; waits count Mondays to Fridays, by the clock, and are there only where five people answered.
    """
    asked_for: dict[str, Any] = {
        "teams": list(node_of), "nodes": list(node_of.values()), "first_week": first_week, "last_week": last_week,
    }  # fmt: skip
    rows: dict[str, list[tuple[Any, ...]]] = {"line": [], "ever": [], "file": []}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, asked_for)
        for kind, *row in cursor.fetchall():
            rows[kind].append(tuple(row))
    names = {row[0]: row[6] for row in rows["file"]}
    return MailLines(
        lines=tuple(_line(row, names) for row in rows["line"]),
        ties=frozenset((row[0], row[1] or row[2] or OTHERS_OUTSIDE) for row in rows["ever"]),
        first_on=rows["file"][0][4] if rows["file"] else None,
    )


def _line(row: tuple[Any, ...], names: Mapping[int, str]) -> TracedLine:
    provider, customer, segment, asked, first_week, last_week, buckets, counts, traces = row
    waits: dict[int, int] = {}
    for bucket, count in zip(json.loads(f"[{buckets or ''}]"), json.loads(f"[{counts or ''}]"), strict=True):
        waits[bucket] = waits.get(bucket, 0) + count
    return TracedLine(
        provider_id=provider,
        customer_id=customer or None,
        segment="" if customer else segment or OTHERS_OUTSIDE,
        asked=int(asked),
        first_on=first_week,
        last_on=last_week + LAST_DAY,
        waits=tuple(sorted(waits.items())),
        files=tuple((number, names.get(number, "")) for number in map(int, traces.split(","))),
    )
