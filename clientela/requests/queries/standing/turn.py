"""Whose turn it is: the place of one request in its department's queue, and what would change it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.kernel.policies import HiddenError
from clientela.promises import queries as promises
from clientela.requests.models import LIVE_STATES, QueueMeasure, Request
from clientela.requests.policies import may_see_turn
from clientela.requests.queries.glimpses import PartyGlimpse, cards_for, party_glimpse
from clientela.requests.queries.standing.reading import open_with_waiting
from clientela.requests.queries.standing.seen import StandingSeen, choices_of, parties_in, standings
from clientela.requests.queries.turn_order import (
    TO_DO,
    TURN_ORDER,
    TURN_ORDER_BACKWARDS,
    place_of,
    rows_after,
    rows_before,
)
from clientela.requests.rules.turns import SECONDS_AN_HOUR, UNKNOWN_WORK_HOURS, hours_sooner


@dataclass(frozen=True)
class Neighbour:
    """What stands next to a request in its queue."""

    reference: str
    title: str
    language: str


@dataclass(frozen=True)
class TurnSeen:
    """The place of a request in its department's queue. Hours are working hours.

    `place` (1 is next) and what follows from it are of the last ranking; `standing` is reckoned now. What waits has no
    place: nobody could do anything about it now. `hours_sooner`: with so much less to spare it would stand first; None
    where it does already, or where no moment alone would bring it there.
    """

    standing: StandingSeen
    department: PartyGlimpse
    has_place: bool
    place: int
    count: int
    ahead_work_hours: float
    before: Neighbour | None
    after: Neighbour | None
    hours_sooner: float | None
    people_affected: int
    touches_safety: bool
    stops_work: bool


def turn_of(viewer: Viewer, reference: str, *, at: datetime) -> TurnSeen | None:
    """The turn of a request that the viewer's department answers; None for what has ended. Raises HiddenError.

    Its number of statements does not depend on how long the queue or the chain is.
    """
    row = Request.objects.filter(reference=reference).first()
    if row is None or not may_see_turn(viewer, provider_id=row.provider_id):
        raise HiddenError(f"There is no request {reference} for this viewer.")
    if row.state not in LIVE_STATES:
        return None
    requests = open_with_waiting([row.pk])
    cards = cards_for([row], also=parties_in(requests))
    standing = standings(
        viewer,
        requests,
        at=at,
        shown_ids=[row.pk],
        times=promises.time_left(at=at, subjects=[thing("request", number) for number in requests]),
        hours=promises.working_hours(),
        cards=cards,
        choices=choices_of(viewer, at=at),
    )[row.pk]
    queue = Request.objects.filter(TO_DO, provider=row.provider_id, state__in=LIVE_STATES)
    before = rows_before(place_of(row))
    told = queue.aggregate(
        count=Count("pk"), ahead=Count("pk", filter=before), first=Max("urgency", filter=~Q(pk=row.pk))
    )
    mean = QueueMeasure.objects.filter(provider=row.provider_id).values_list("mean_work_seconds", flat=True).first()
    work_hours = UNKNOWN_WORK_HOURS if mean is None else mean / SECONDS_AN_HOUR
    first = told["first"]
    return TurnSeen(
        standing=standing,
        department=party_glimpse(cards, row.provider_id),
        has_place=row.state == Request.State.OPEN or row.unanswered_since is not None,
        place=told["ahead"] + 1,
        count=told["count"],
        ahead_work_hours=told["ahead"] * work_hours,
        before=_neighbour(queue.filter(before).order_by(*TURN_ORDER_BACKWARDS).first()),
        after=_neighbour(queue.filter(rows_after(place_of(row))).order_by(*TURN_ORDER).first()),
        hours_sooner=None
        if first is None or row.urgency is None
        else hours_sooner(
            row.urgency,
            first=first,
            slack_hours=max(standing.figures.lead_slack_hours, 0.0),
            pace_hours=standing.basis.pace_hours,
        ),
        people_affected=row.people_affected,
        touches_safety=row.touches_safety,
        stops_work=row.stops_work,
    )


def _neighbour(row: Request | None) -> Neighbour | None:
    return None if row is None else Neighbour(row.reference, row.title, row.language)
