"""How busy departments are, counted in the database: no row of a request leaves it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Min

from clientela.requests.models import Leg

# Where a request stands in its chain is found by walking up; a request asked on behalf of several is counted with the
# one that came first, as in `exports.legs_between`.
_ROOTS = """
WITH RECURSIVE came_in AS (
    SELECT id FROM requests_request
    WHERE provider_id = ANY(%(departments)s) AND opened_at >= %(since)s AND opened_at < %(until)s
), upward AS (
    SELECT id, id AS root_id FROM came_in
    UNION ALL
    SELECT upward.id, above.waiting_id
    FROM upward JOIN LATERAL (
        SELECT min(waiting_id + 0) AS waiting_id FROM requests_dependency WHERE needed_id = upward.root_id
    ) AS above ON above.waiting_id IS NOT NULL
)
SELECT request.side, count(*)
FROM upward JOIN requests_request AS request ON request.id = upward.root_id
WHERE NOT EXISTS (SELECT FROM requests_dependency WHERE needed_id = upward.root_id)
GROUP BY request.side
"""
_HOURS = """
SELECT (extract(isodow FROM leg.started_at AT TIME ZONE where_.zone) - 1)::int AS weekday,
    extract(hour FROM leg.started_at AT TIME ZONE where_.zone)::int AS hour,
    count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY leg.queue_seconds), avg(leg.queue_seconds)
FROM requests_leg AS leg
JOIN unnest(%(departments)s::bigint[], %(zones)s::text[]) AS where_ (id, zone) ON where_.id = leg.provider_id
WHERE leg.started_at >= %(since)s AND leg.started_at < %(until)s
GROUP BY 1, 2
"""
_DURATIONS = """
SELECT count(*),
    percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY work_seconds),
    percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY queue_seconds),
    percentile_cont(%(shares)s::float8[]) WITHIN GROUP
        (ORDER BY queue_seconds + work_seconds + customer_seconds + department_seconds + date_seconds),
    sum(queue_seconds), sum(work_seconds), sum(customer_seconds), sum(department_seconds), sum(date_seconds)
FROM requests_leg
WHERE provider_id = ANY(%(departments)s) AND ended_at >= %(since)s AND ended_at < %(until)s AND outcome <> 'cancelled'
"""
_FLOWS = """
SELECT provider_id, side, kind, who, count(*) FROM (
    SELECT request.provider_id, request.side, party.kind,
        CASE WHEN request.side = 'inside' THEN request.customer_id END AS who
    FROM requests_request AS request JOIN directory_party AS party ON party.id = request.customer_id
    WHERE request.opened_at >= %(since)s AND request.opened_at < %(until)s
        AND (request.provider_id = ANY(%(departments)s) OR request.customer_id = ANY(%(customers)s))
) AS asked
GROUP BY 1, 2, 3, 4
"""
MEDIAN_AND_80 = [0.1, 0.5, 0.9]


@dataclass(frozen=True)
class Range:
    """A median and the range in which the middle 80 % lie, in working seconds."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class HourCame:
    """What came in at an hour of the week over the whole span, and how long half of it waited for somebody."""

    came: int
    median_queue_seconds: float
    mean_queue_seconds: float


@dataclass(frozen=True)
class Durations:
    """How long the stays that ended in a span took, in working seconds of their departments."""

    cases: int
    work: Range
    queue: Range
    stay: Range
    parts: Mapping[str, int]  # queue, work, customer, department, date → seconds of all stays together


@dataclass(frozen=True)
class Flow:
    """How many requests of a kind of customer came to a provider. `customer_id` is None for customers outside."""

    provider_id: int
    side: str  # inside, outside
    customer_kind: str  # person, department, organisation
    customer_id: int | None
    count: int


def hours_of_arrival(zones: Mapping[int, str], *, since: datetime, until: datetime) -> dict[tuple[int, int], HourCame]:
    """Return what came to departments (their ids with their zones) by weekday (0 is Monday) and hour, local.

    What came is every stay that began in the span, a hand-over's too. One statement.
    """
    rows = _rows(_HOURS, since=since, until=until, departments=list(zones), zones=[zones[number] for number in zones])
    return {(weekday, hour): HourCame(came, float(median), float(mean)) for weekday, hour, came, median, mean in rows}


def first_stay_at(department_ids: Collection[int]) -> datetime | None:
    """Return when the first stay at any of the departments began; None when there was none. One statement."""
    found: datetime | None = Leg.objects.filter(provider__in=list(department_ids)).aggregate(first=Min("started_at"))[
        "first"
    ]
    return found


def durations_of(department_ids: Collection[int], *, since: datetime, until: datetime) -> Durations | None:
    """Return how long the stays that ended in the span took; None when none did. One statement."""
    ((cases, work, queue, stay, *sums),) = _rows(
        _DURATIONS, since=since, until=until, departments=list(department_ids), shares=MEDIAN_AND_80
    )
    if not cases:
        return None
    names = ("queue", "work", "customer", "department", "date")
    return Durations(
        cases=cases,
        work=Range(*work),
        queue=Range(*queue),
        stay=Range(*stay),
        parts=dict(zip(names, map(int, sums), strict=True)),
    )


def flows_of(
    department_ids: Collection[int], *, customer_ids: Collection[int], since: datetime, until: datetime
) -> list[Flow]:
    """Return what was asked of the departments, and what `customer_ids` (they and their people) asked of anybody."""
    return [
        Flow(*row)
        for row in _rows(
            _FLOWS, since=since, until=until, departments=list(department_ids), customers=list(customer_ids)
        )
    ]


def sides_in_the_end(department_ids: Collection[int], *, since: datetime, until: datetime) -> dict[str, int]:
    """Return for whom the departments worked in the end: requests by the side of the outermost one. One statement."""
    return dict(_rows(_ROOTS, since=since, until=until, departments=list(department_ids)))


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
