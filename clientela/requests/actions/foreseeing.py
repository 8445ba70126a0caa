"""Saying that a promise will likely be late while there is still time: once for each promise and due moment."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from clientela.kernel.journal import record_many, thing
from clientela.requests.actions.facts import fact_of
from clientela.requests.models import LIVE_STATES, ForeseenLateness, Request
from clientela.requests.queries.forecasts import ForecastSeen, forecasts_of

REQUESTS_AT_ONCE = 500


def foresee_lateness(*, at: datetime) -> int:
    """Look at every open request whose resolution is promised. Return how many are now told to be likely late.

    Safe to run twice and by several workers at once: the unique key lets one of them tell it. What looks better again
    is marked so, and told again only for another due moment.
    """
    ids = list(
        Request.objects.filter(state__in=LIVE_STATES, next_due_at__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(_foresee(ids[place : place + REQUESTS_AT_ONCE], at=at) for place in range(0, len(ids), REQUESTS_AT_ONCE))


def _foresee(request_ids: Sequence[int], *, at: datetime) -> int:
    found = forecasts_of(request_ids, at=at)
    late = [one for one in found.values() if one.is_likely_late]
    with transaction.atomic():
        ForeseenLateness.objects.filter(request__in=request_ids, is_likely=True).exclude(
            clock__in=[one.promise.id for one in late if one.promise is not None]
        ).update(is_likely=False)
        known = {
            (row.clock_id, row.due_at): row
            for row in ForeseenLateness.objects.select_for_update()
            .filter(clock__in=[one.promise.id for one in late if one.promise is not None])
            .order_by("pk")
        }
        rows = Request.objects.in_bulk([one.request_id for one in late])
        return sum(_tell(one, rows[one.request_id], known, at=at) for one in late)


def _tell(
    one: ForecastSeen, request: Request, known: dict[tuple[int, datetime], ForeseenLateness], *, at: datetime
) -> bool:
    promise = one.promise
    if promise is None or promise.due_at is None:
        return False
    because_id = None if one.because is None else one.because.request_id
    because_due_at = None if one.because is None else one.because.promised_at
    row = known.get((promise.id, promise.due_at))
    if row is not None:
        row.likely_at, row.late_seconds, row.is_likely = one.likely_at, one.late_seconds, True
        row.because_id, row.because_due_at = because_id, because_due_at
        row.save(update_fields=["likely_at", "late_seconds", "because", "because_due_at", "is_likely"])
        return False
    # Another worker may have told it since we looked: then the unique key keeps this row out, and nothing is told.
    ForeseenLateness.objects.bulk_create(
        [
            ForeseenLateness(
                request=request, clock_id=promise.id, due_at=promise.due_at, likely_at=one.likely_at, noticed_at=at,
                late_seconds=one.late_seconds, because_id=because_id, because_due_at=because_due_at, is_likely=True,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    told = ForeseenLateness.objects.filter(clock=promise.id, due_at=promise.due_at, noticed_at=at).exists()
    if told:
        also = [thing("clock", promise.id)]
        data = {"kind": promise.kind, "due_at": promise.due_at.isoformat(), "likely_at": one.likely_at.isoformat()}
        if one.because is not None:
            also.append(thing("request", one.because.request_id))
            data["because"] = str(one.because.provider_id)
        record_many([fact_of("lateness_likely", request, by=None, at=at, also=also, **data)])
    return told
