"""How a department's work stands at a moment: what is open, what hangs on whom, what took long lately."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen
from clientela.requests.models import LIVE_STATES, Dependency, Leg, Request
from clientela.requests.policies import served_by
from clientela.requests.queries.forecasts import ForecastSeen, forecasts_of
from clientela.requests.queries.glimpses import RequestGlimpse, cards_for, request_glimpse

# Hands-on time where nothing has been learned yet, and the least that is left of a stay that has had its share.
UNKNOWN_WORK_SECONDS = 3600
LEAST_LEFT_SHARE = 0.1
MOST_LINKS = 500
MOST_LOOKED_AT = 24  # of the promises that come due next

_OPEN = """
SELECT request.state, count(*), count(*) FILTER (WHERE request.next_due_at <= %(at)s), sum(greatest(
    known.work_seconds - coalesce(leg.work_seconds, 0), known.work_seconds * %(least)s
))
FROM requests_request AS request
JOIN catalogue_serviceversion AS version ON version.id = request.service_version_id
LEFT JOIN requests_leg AS leg ON leg.request_id = request.id AND leg.ended_at IS NULL
CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT work_seconds FROM requests_learned
            WHERE provider_id = request.provider_id AND service_id = version.service_id),
        (SELECT work_seconds FROM requests_learned WHERE provider_id = request.provider_id AND service_id IS NULL),
        (SELECT work_seconds FROM requests_learned WHERE provider_id IS NULL AND service_id IS NULL),
        %(unknown)s
    ) AS work_seconds
) AS known
WHERE request.provider_id = ANY(%(departments)s) AND request.state = ANY(%(live)s)
GROUP BY request.state
"""
_WEEKS = """
SELECT floor(extract(epoch FROM %(until)s - started_at) / 604800)::int, count(*)
FROM requests_leg
WHERE provider_id = ANY(%(departments)s) AND started_at >= %(since)s AND started_at < %(until)s
GROUP BY 1
"""


@dataclass(frozen=True)
class OpenWork:
    """What is open: how many by state, and the hands-on working seconds expected to be left in all of it."""

    count_by_state: dict[str, int]
    late_count: int  # with a promise that has passed
    left_seconds: float

    @property
    def count(self) -> int:
        """How many are open."""
        return sum(self.count_by_state.values())


@dataclass(frozen=True)
class PromiseInDanger:
    """A promise at risk, likely to be late, or broken, on a request that the viewer may read."""

    promise: ClockSeen
    request: RequestGlimpse
    forecast: ForecastSeen | None  # why it is likely to be late

    @property
    def late_or_left_seconds(self) -> int:
        """How late it is, or how much is left."""
        return abs(self.promise.working_seconds_left or 0)


@dataclass(frozen=True)
class LongStay:
    """A stay that ended lately and took long; seconds are working seconds of the department."""

    request: RequestGlimpse
    queue_seconds: int
    work_seconds: int
    customer_seconds: int
    department_seconds: int
    date_seconds: int

    @property
    def seconds(self) -> int:
        """How long it was here in all."""
        return (
            self.queue_seconds + self.work_seconds + self.customer_seconds + self.department_seconds + self.date_seconds
        )

    @property
    def elsewhere_seconds(self) -> int:
        """How long it waited for the customer, another department or a date."""
        return self.customer_seconds + self.department_seconds + self.date_seconds


@dataclass(frozen=True)
class WaitOn:
    """One live request that waits on a live one of another department, since a moment."""

    waiting_provider_id: int
    needed_provider_id: int
    needed_id: int
    since: datetime


def open_work_of(department_ids: Collection[int], *, at: datetime) -> OpenWork:
    """Return what is open at the departments, and how much work is expected to be left in it. One statement."""
    rows = _rows(
        _OPEN,
        at=at,
        departments=list(department_ids),
        live=list(LIVE_STATES),
        unknown=float(UNKNOWN_WORK_SECONDS),
        least=LEAST_LEFT_SHARE,
    )
    return OpenWork({row[0]: row[1] for row in rows}, sum(row[2] for row in rows), sum(float(row[3]) for row in rows))


def came_by_week(department_ids: Collection[int], *, weeks: int, since: datetime, until: datetime) -> list[int]:
    """Return how many stays began in each of the `weeks` before `until`, the last one first. One statement."""
    counts = dict(_rows(_WEEKS, departments=list(department_ids), since=since, until=until))
    return [counts.get(week, 0) for week in range(weeks)]


def promises_in_danger(
    viewer: Viewer, department_ids: Collection[int], *, at: datetime, limit: int = 6
) -> list[PromiseInDanger]:
    """Return open promises in danger that the viewer may read about, each group by its due moment.

    First up to `limit` that can still be kept, at risk or likely to be late by the forecast; then as many broken ones.
    """
    live = Request.objects.filter(served_by(viewer), provider__in=list(department_ids), state__in=LIVE_STATES)
    coming = list(live.filter(next_due_at__gt=at).order_by("next_due_at", "pk")[:MOST_LOOKED_AT])
    passed = list(live.filter(next_due_at__lte=at).order_by("next_due_at", "pk")[:limit])
    clocks = promises.open_clocks_of([thing("request", row.pk) for row in (*coming, *passed)], at=at)
    foreseen = forecasts_of([row.pk for row in coming], at=at)
    cards = cards_for([*coming, *passed])
    found = []
    for row in coming:
        clock = next(iter(clocks.get(thing("request", row.pk), ())), None)
        forecast = foreseen.get(row.pk)
        is_late = forecast is not None and forecast.is_likely_late
        if clock is not None and (clock.state == "at_risk" or is_late):
            late = forecast.promise if forecast is not None and is_late else None
            found.append(PromiseInDanger(late or clock, request_glimpse(row, cards), forecast if is_late else None))
    broken = [
        PromiseInDanger(clock, request_glimpse(row, cards), None)
        for row in passed
        for clock in clocks.get(thing("request", row.pk), ())[:1]
        if clock.state == "broken"
    ]
    return [*found[:limit], *broken]


def longest_stays(
    viewer: Viewer, department_ids: Collection[int], *, since: datetime, until: datetime, limit: int = 5
) -> list[LongStay]:
    """Return the stays that took longest of those that ended in a span, as the viewer may read. Two statements."""
    seconds = (
        F("queue_seconds") + F("work_seconds") + F("customer_seconds") + F("department_seconds") + F("date_seconds")
    )
    readable = Request.objects.filter(served_by(viewer))
    legs = list(
        Leg.objects.filter(
            provider__in=list(department_ids), ended_at__gte=since, ended_at__lt=until, request__in=readable
        )
        .exclude(outcome=Leg.Outcome.CANCELLED)
        .annotate(seconds=seconds)
        .select_related("request")
        .order_by("-seconds", "-ended_at", "pk")[:limit]
    )
    cards = cards_for([leg.request for leg in legs])
    return [
        LongStay(
            request=request_glimpse(leg.request, cards),
            queue_seconds=leg.queue_seconds,
            work_seconds=leg.work_seconds,
            customer_seconds=leg.customer_seconds,
            department_seconds=leg.department_seconds,
            date_seconds=leg.date_seconds,
        )
        for leg in legs
    ]


def waits_between(department_ids: Collection[int]) -> list[WaitOn]:
    """Return what waits on the departments, and what of theirs waits on others; at most so many. Two statements."""
    ids = list(department_ids)
    live = Dependency.objects.filter(waiting__state__in=LIVE_STATES, needed__state__in=LIVE_STATES)
    columns = ("waiting__provider_id", "needed__provider_id", "needed_id", "made_at")
    theirs = live.filter(needed__provider__in=ids).exclude(waiting__provider__in=ids)
    ours = live.filter(waiting__provider__in=ids).exclude(needed__provider__in=ids)
    return [
        WaitOn(*row)
        for rows in (theirs, ours)
        for row in rows.order_by("made_at", "pk").values_list(*columns)[:MOST_LINKS]
    ]


def most_waited_for(waits: Sequence[WaitOn], viewer: Viewer) -> tuple[RequestGlimpse, int] | None:
    """Return the request on which most others wait (two at least), if the viewer may read it. Two statements."""
    counts: dict[int, int] = {}
    for wait in waits:
        counts[wait.needed_id] = counts.get(wait.needed_id, 0) + 1
    best = max(counts.items(), key=lambda one: (one[1], -one[0]), default=(0, 0))
    if best[1] < 2:  # noqa: PLR2004 - one waits on every request that was asked on behalf of another
        return None
    row = Request.objects.filter(served_by(viewer), pk=best[0]).first()
    return None if row is None else (request_glimpse(row, cards_for([row])), best[1])


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
