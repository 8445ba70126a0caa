"""Saying that a promise will likely be late while there is still time: once for each promise and due moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from clientela.kernel.journal import FactToRecord, record_many, thing
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen
from clientela.requests.actions.facts import fact_of
from clientela.requests.models import LIVE_STATES, ForeseenLateness, Request
from clientela.requests.queries.forecasts import RESOLUTION, ForecastSeen, forecasts_of

REQUESTS_AT_ONCE = 500

# Two workers that look at once: the second waits for the first one's row, and finds it told. In the order of the
# clocks, so that neither waits for the other in a circle. A row that was not there before has no xmax.
_WRITE = """
    INSERT INTO requests_foreseenlateness AS seen (
        request_id, clock_id, due_at, likely_at, late_seconds, because_id, because_due_at, is_likely, noticed_at
    )
    SELECT looked.*, true, %s FROM unnest(
        %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::integer[], %s::bigint[],
        %s::timestamptz[]
    ) AS looked(request_id, clock_id, due_at, likely_at, late_seconds, because_id, because_due_at)
    ORDER BY clock_id
    ON CONFLICT (clock_id, due_at) DO UPDATE SET
        likely_at = excluded.likely_at, late_seconds = excluded.late_seconds, because_id = excluded.because_id,
        because_due_at = excluded.because_due_at, is_likely = true
    RETURNING clock_id, xmax = 0
"""


class _Late(NamedTuple):
    """What will likely be late, and what was promised."""

    forecast: ForecastSeen
    promise: ClockSeen
    due_at: datetime


def foresee_lateness(*, at: datetime) -> int:
    """Look at every open request whose resolution can still be kept. Return how many are now told to be likely late.

    Time passes for all of these: each comes closer to its promise with every run, also where nothing happens. What is
    late already cannot become likely late, and costs nothing, however much of it there is.

    Safe to run twice and by several workers at once: the unique key lets one of them tell it. What looks better again
    is marked so, and told again only for another due moment.
    """
    prefix = thing("request", 0).removesuffix("0")
    still_due = promises.subjects_still_due(RESOLUTION, at=at)
    told = ForeseenLateness.objects.filter(
        is_likely=True, request__state__in=LIVE_STATES, request__next_due_at__isnull=False
    )
    ids = sorted(
        {int(name.removeprefix(prefix)) for name in still_due if name.startswith(prefix)}
        | set(told.values_list("request_id", flat=True))  # of these some look better again, or are late by now
    )
    return sum(_foresee(ids[place : place + REQUESTS_AT_ONCE], at=at) for place in range(0, len(ids), REQUESTS_AT_ONCE))


def _foresee(request_ids: Sequence[int], *, at: datetime) -> int:
    late = [
        _Late(one, one.promise, one.promise.due_at)
        for one in forecasts_of(request_ids, at=at).values()
        if one.is_likely_late and one.promise is not None and one.promise.due_at is not None
    ]
    with transaction.atomic():
        ForeseenLateness.objects.filter(request__in=request_ids, is_likely=True).exclude(
            clock__in=[one.promise.id for one in late]
        ).update(is_likely=False)
        new = _write(late, at=at)
        requests = Request.objects.in_bulk([one.forecast.request_id for one in new])
        record_many([_fact(one, requests[one.forecast.request_id], at=at) for one in new])
    return len(new)


def _write(late: Sequence[_Late], *, at: datetime) -> list[_Late]:
    """Keep how it looks now; return those that were not foreseen before. One statement."""
    if not late:
        return []
    rows = [
        (
            one.forecast.request_id,
            one.promise.id,
            one.due_at,
            one.forecast.likely_at,
            one.forecast.late_seconds,
            None if one.forecast.because is None else one.forecast.because.request_id,
            None if one.forecast.because is None else one.forecast.because.promised_at,
        )
        for one in late
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [at, *(list(column) for column in zip(*rows, strict=True))])
        new = {clock_id for clock_id, is_new in cursor.fetchall() if is_new}
    return [one for one in late if one.promise.id in new]


def _fact(one: _Late, request: Request, *, at: datetime) -> FactToRecord:
    forecast, promise = one.forecast, one.promise
    also = [thing("clock", promise.id)]
    data = {
        "kind": promise.kind,
        "due_at": one.due_at.isoformat(),
        "likely_at": forecast.likely_at.isoformat(),
    }
    if forecast.because is not None:
        also.append(thing("request", forecast.because.request_id))
        data["because"] = str(forecast.because.provider_id)
    return fact_of("lateness_likely", request, by=None, at=at, also=also, **data)
