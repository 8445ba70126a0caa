"""Learning from the legs that have ended: what work to expect, and how long a stay takes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from clientela.requests.exports import LegRow, legs_between
from clientela.requests.models import Learned, Leg
from clientela.requests.rules.forecasts import PastStay, learned_stays

LEARNS_FROM = timedelta(days=540)  # older legs tell of another house
ROWS_AT_ONCE = 2000


@transaction.atomic
def learn_from_legs(*, at: datetime) -> int:
    """Make what is learned anew from the legs of the last year and a half, as they stood at `at`. Return how many rows.

    Safe to run twice; one that runs beside another waits for it at the first row. Nothing is learned, and nothing
    forgotten, while no leg has ended.
    """
    learned = learned_stays(_past_stays(at))
    if not learned:
        return 0
    Learned.objects.all().delete()
    rows = [
        Learned(
            provider_id=one.provider_id,
            service_id=one.service_id,
            cases=one.cases,
            work_seconds=one.work_seconds,
            stay_seconds=[list(pair) for pair in one.stay_seconds],
            made_at=at,
        )
        for one in learned
    ]
    Learned.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    return len(rows)


def _past_stays(at: datetime) -> Iterator[PastStay]:
    for leg in legs_between(at - LEARNS_FROM, at):
        if leg.ended_at is not None and leg.ended_at > at:
            continue  # at that moment it was still there, and how much of it had passed is not told
        yield PastStay(
            provider_id=leg.provider_id,
            service_id=leg.service_id,
            own_seconds=own_seconds(leg),
            work_seconds=leg.work_seconds,
            is_over=leg.outcome == Leg.Outcome.RESOLVED,
        )


def own_seconds(leg: LegRow | Leg) -> int:
    """Give the working seconds of a stay but for its waiting for other departments."""
    return leg.queue_seconds + leg.work_seconds + leg.customer_seconds + leg.date_seconds
