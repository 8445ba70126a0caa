"""The order of queues, as the database keeps it: by urgency, what was not ranked yet first, then by due moment."""

from datetime import datetime

from django.db.models import F, Q

from clientela.requests.models import LIVE_STATES, Request

TURN_ORDER = (F("urgency").desc(nulls_first=True), F("next_due_at").asc(nulls_last=True), F("id").asc())
TURN_ORDER_BACKWARDS = (F("urgency").asc(nulls_last=True), F("next_due_at").desc(nulls_first=True), F("id").desc())
TurnPlace = tuple[float | None, datetime | None, int]  # (urgency, next_due_at, id) of a row

# What somebody can do something about now: it is in work, or the customer waits for an answer all the same.
TO_DO = Q(state=Request.State.OPEN) | Q(state__in=LIVE_STATES, unanswered_since__isnull=False)


def place_of(request: Request) -> TurnPlace:
    """Where a row stands."""
    return request.urgency, request.next_due_at, request.pk


def rows_after(place: TurnPlace | None) -> Q:
    """What comes after a place."""
    if place is None:
        return Q()
    urgency, due_at, number = place
    if due_at is None:
        then = Q(next_due_at__isnull=True, pk__gt=number)
    else:
        then = Q(next_due_at__gt=due_at) | Q(next_due_at=due_at, pk__gt=number) | Q(next_due_at__isnull=True)
    if urgency is None:
        return Q(urgency__isnull=False) | Q(urgency__isnull=True) & then
    return Q(urgency__lt=urgency) | Q(urgency=urgency) & then


def rows_before(place: TurnPlace) -> Q:
    """What comes before a place."""
    urgency, due_at, number = place
    if due_at is None:
        then = Q(next_due_at__isnull=False) | Q(next_due_at__isnull=True, pk__lt=number)
    else:
        then = Q(next_due_at__lt=due_at) | Q(next_due_at=due_at, pk__lt=number)
    if urgency is None:
        return Q(urgency__isnull=True) & then
    return Q(urgency__gt=urgency) | Q(urgency__isnull=True) | Q(urgency=urgency) & then
