"""Where the time went, summed over all stays that ended in a span: by department, by service, by week."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F

from clientela.directory.policies import Viewer
from clientela.requests.models import Leg, Request
from clientela.requests.policies import served_by
from clientela.requests.queries.department_now import LongStay
from clientela.requests.queries.glimpses import cards_for, request_glimpse

LONGEST = 10
SECONDS = ("queue_seconds", "work_seconds", "customer_seconds", "department_seconds", "date_seconds")

# All sums in one reading. A week is that of the reader, from Monday.
_GONE = """
SELECT GROUPING(provider_id, service_id, week), provider_id, service_id, week, count(*),
    sum(queue_seconds), sum(work_seconds), sum(customer_seconds), sum(department_seconds), sum(date_seconds)
FROM (
    SELECT *, date_trunc('week', ended_at AT TIME ZONE %(zone)s)::date AS week FROM requests_leg
    WHERE provider_id = ANY(%(departments)s) AND ended_at >= %(since)s AND ended_at < %(until)s
        AND (%(service)s::bigint IS NULL OR service_id = %(service)s)
) AS leg
GROUP BY GROUPING SETS ((provider_id), (service_id), (week), ())
"""
# What GROUPING says: a bit for each column that was summed over, the first the highest.
_BY_DEPARTMENT, _BY_SERVICE, _BY_WEEK = 0b011, 0b101, 0b110


@dataclass(frozen=True)
class GoneTo:
    """What stays were spent with, in working seconds of their departments. `stays` is how many ended."""

    stays: int = 0
    queue_seconds: int = 0
    work_seconds: int = 0
    customer_seconds: int = 0
    department_seconds: int = 0
    date_seconds: int = 0

    @property
    def seconds(self) -> int:
        """All of it."""
        return sum(int(getattr(self, name)) for name in SECONDS)


@dataclass(frozen=True)
class TimeGone:
    """The sums of a span, the largest first, weeks in their order. `open_stays`: what is still there counts later."""

    whole: GoneTo
    by_department: dict[int, GoneTo]
    by_service: dict[int, GoneTo]
    by_week: dict[date, GoneTo]
    open_stays: int
    longest: tuple[LongStay, ...]  # of those that the viewer may read


def time_gone(
    viewer: Viewer,
    *,
    department_ids: Collection[int],
    since: datetime,
    until: datetime,
    zone: str,
    service_id: int | None = None,
) -> TimeGone:
    """Sum the stays at these departments that ended in [since, until), of one service or of all. Four statements.

    Whether the viewer sees these departments is the caller's question; which requests are named, this one's.
    """
    departments = list(department_ids)
    values: dict[str, Any] = {
        "departments": departments,
        "since": since,
        "until": until,
        "zone": zone,
        "service": service_id,
    }
    whole = GoneTo()
    by_department: dict[int, GoneTo] = {}
    by_service: dict[int, GoneTo] = {}
    by_week: dict[date, GoneTo] = {}
    with connection.cursor() as cursor:
        cursor.execute(_GONE, values)
        for which, department, service, week, stays, *seconds in cursor.fetchall():
            gone = GoneTo(stays, *(int(part or 0) for part in seconds))
            if which == _BY_DEPARTMENT:
                by_department[department] = gone
            elif which == _BY_SERVICE:
                by_service[service] = gone
            elif which == _BY_WEEK:
                by_week[week] = gone
            else:
                whole = gone
    legs = Leg.objects.filter(provider__in=departments)
    if service_id is not None:
        legs = legs.filter(service=service_id)
    return TimeGone(
        whole=whole,
        by_department=_largest_first(by_department),
        by_service=_largest_first(by_service),
        by_week=dict(sorted(by_week.items())),
        open_stays=legs.filter(ended_at__isnull=True).count(),
        longest=_longest(viewer, departments, since=since, until=until, service_id=service_id),
    )


def _largest_first(sums: dict[int, GoneTo]) -> dict[int, GoneTo]:
    return dict(sorted(sums.items(), key=lambda item: (-item[1].seconds, item[0])))


def _longest(
    viewer: Viewer, department_ids: Collection[int], *, since: datetime, until: datetime, service_id: int | None
) -> tuple[LongStay, ...]:
    legs = Leg.objects.filter(
        provider__in=department_ids,
        ended_at__gte=since,
        ended_at__lt=until,
        request__in=Request.objects.filter(served_by(viewer)),
    )
    if service_id is not None:
        legs = legs.filter(service=service_id)
    seconds = F(SECONDS[0]) + F(SECONDS[1]) + F(SECONDS[2]) + F(SECONDS[3]) + F(SECONDS[4])
    rows = list(legs.annotate(seconds=seconds).select_related("request").order_by("-seconds", "pk")[:LONGEST])
    cards = cards_for([leg.request for leg in rows])
    return tuple(
        LongStay(request=request_glimpse(leg.request, cards), **{name: getattr(leg, name) for name in SECONDS})
        for leg in rows
    )
