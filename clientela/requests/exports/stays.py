"""Stays of requests at departments, straight from the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

ROWS_A_FETCH = 2000

# A request asked on behalf of several others is counted with the one that came first: each has one line upwards, so
# the walk down from the outermost requests meets every request once, and no circle at all.
_LEGS = """
WITH RECURSIVE asked_for AS (
    SELECT needed_id AS id, min(waiting_id) AS parent_id FROM requests_dependency GROUP BY needed_id
), lineage AS (
    SELECT id, parent_id, parent_id AS root_id FROM asked_for
    WHERE NOT EXISTS (SELECT FROM asked_for AS above WHERE above.id = asked_for.parent_id)
    UNION ALL
    SELECT asked_for.id, asked_for.parent_id, lineage.root_id
    FROM asked_for JOIN lineage ON asked_for.parent_id = lineage.id
)
SELECT leg.request_id, leg.position, leg.provider_id, leg.service_id, request.customer_id, request.side,
    COALESCE(lineage.root_id, leg.request_id), lineage.parent_id, leg.started_at, leg.ended_at, leg.outcome,
    leg.queue_seconds, leg.work_seconds, leg.customer_seconds, leg.department_seconds, leg.date_seconds
FROM requests_leg AS leg
JOIN requests_request AS request ON request.id = leg.request_id
LEFT JOIN lineage ON lineage.id = leg.request_id
WHERE leg.started_at < %(until)s
    AND (leg.ended_at IS NULL OR leg.ended_at > %(since)s OR leg.started_at >= %(since)s)
ORDER BY leg.started_at, leg.request_id, leg.position
"""


@dataclass(frozen=True)
class LegRow:
    """One stay of a request at a department. Seconds are working seconds of that department; moments are in UTC."""

    request_id: int
    position: int  # 0 is the first stay of the request
    provider_id: int
    service_id: int
    customer_id: int
    side: str  # inside, outside
    root_id: int  # the outermost request that waits on it, or itself
    parent_id: int | None  # the request that waits on it directly; of several the first
    started_at: datetime
    ended_at: datetime | None  # None: it is still there
    outcome: str  # open, resolved, cancelled, handed_over
    queue_seconds: int
    work_seconds: int
    customer_seconds: int
    department_seconds: int
    date_seconds: int


def legs_between(since: datetime, until: datetime) -> Iterator[LegRow]:
    """Give every leg that overlaps [since, until) or starts in it, the earliest start first, without holding them all.

    A leg is given whole, also the part of it before `since` or after `until`. The seconds of an open leg are those up
    to its last change: what it has spent since is not in them.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEGS, {"since": since, "until": until})
        while rows := cursor.fetchmany(ROWS_A_FETCH):
            for row in rows:
                yield LegRow(*row)
