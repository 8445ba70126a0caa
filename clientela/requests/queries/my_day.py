"""My day: what to do next and why, what waits on others, what was promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet, Window

from clientela.directory.policies import Viewer
from clientela.directory.queries import PartyCard
from clientela.kernel.journal import thing
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen, HoursToday
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.policies import also_addressed_to
from clientela.requests.queries.day_items import (
    DayItem,
    day_item,
    in_turn,
    likely_late,
    links_of,
    still_foreseen,
    subjects_of,
)
from clientela.requests.queries.forecasts import ForeseenSeen, foreseen_lateness
from clientela.requests.queries.glimpses import (
    PartyGlimpse,
    RequestGlimpse,
    cards_for,
    hours_of,
    party_glimpse,
    request_glimpse,
)
from clientela.requests.queries.standing.reading import open_with_waiting
from clientela.requests.queries.standing.seen import choices_of, parties_in, standings, times_of
from clientela.requests.queries.turn_order import TO_DO, TURN_ORDER
from clientela.requests.rules import Reason, State

MOST_ITEMS = 60
MOST_UNHELD = 20
MOST_WAITING = 30
MOST_ALSO = 10


@dataclass(frozen=True)
class WaitingOn:
    """Something asked of another department: `request` is theirs, `behalf_of` the customer it is for.

    `is_our_turn`: that department waits for our answer. `likely_late`: what we promised will likely be late for it.
    """

    request: RequestGlimpse
    for_reference: str
    for_title: str
    behalf_of: PartyGlimpse
    promise: ClockSeen | None
    is_our_turn: bool
    likely_late: Reason | None  # of the request that waits, where this department decides it


@dataclass(frozen=True)
class PromiseMade:
    """A personal promise of the viewer's, and the request it was made on."""

    promise: ClockSeen
    request_id: int
    reference: str
    title: str
    customer: PartyGlimpse


@dataclass(frozen=True)
class MyDay:
    """Everything the page My day shows, as of `at`.

    `next` is the first of what is the viewer's, or else the first that nobody has. `then` follows in the order of whose
    need goes first, reckoned now for what is shown; what the viewer chose to do first stands before. `for_you_count`
    counts all, shown or not. `also_ours` are requests of other departments to which the customer wrote ours as well, in
    the order of their own queues.
    """

    at: datetime
    department: PartyGlimpse | None
    hours: HoursToday | None
    next: DayItem | None
    then: tuple[DayItem, ...]
    for_you_count: int
    at_risk_count: int
    broken_count: int
    unheld: tuple[DayItem, ...]
    unheld_count: int
    waiting_on: tuple[WaitingOn, ...]
    waiting_on_count: int
    promises_made: tuple[PromiseMade, ...]
    also_ours: tuple[RequestGlimpse, ...]
    also_ours_count: int


def my_day(viewer: Viewer, *, at: datetime) -> MyDay:
    """The viewer's day. Its number of statements does not depend on how much there is to do."""
    mine = list(_by_turn(Request.objects.filter(TO_DO, state__in=LIVE_STATES, holder=viewer.person_id))[:MOST_ITEMS])
    unheld = list(
        _by_turn(
            Request.objects.filter(
                provider_id__in=viewer.own_department_ids, state__in=LIVE_STATES, holder__isnull=True
            )
        )[:MOST_UNHELD]
    )
    also = list(
        _by_turn(
            Request.objects.filter(also_addressed_to(viewer.own_department_ids), state__in=LIVE_STATES).exclude(
                provider__in=viewer.own_department_ids
            )
        )[:MOST_ALSO]
    )
    # By their ids: of somebody with years of requests the database would expect so many that it read every link.
    held_ids = list(
        Request.objects.filter(holder=viewer.person_id, state__in=LIVE_STATES)
        .order_by(*TURN_ORDER)
        .values_list("pk", flat=True)
    )
    asked = list(
        Dependency.objects.filter(waiting__in=held_ids, needed__state__in=LIVE_STATES)
        .select_related("waiting", "needed")
        .annotate(total=Window(Count("*")))
        .order_by(F("needed__next_due_at").asc(nulls_last=True), "id")[:MOST_WAITING]
    )
    made = promises.promises_made_by(viewer.person_id, at=at) if viewer.person_id else []
    promised = _promised_on(made)
    shown_ids = [row.pk for row in (*mine, *unheld)]
    links = links_of(shown_ids)
    children = [row.needed for row in asked]
    ranked = open_with_waiting(shown_ids)
    foreseen = foreseen_lateness({*shown_ids, *(row.waiting_id for row in asked)})
    subjects = {
        *subjects_of(children),
        *subjects_of([row.waiting for row in asked]),
        *(thing("request", number) for number in (*shown_ids, *ranked)),
    }
    clocks = promises.open_clocks_of(subjects, at=at)
    department_id = min(viewer.own_department_ids, default=None)
    cards = cards_for(
        [*mine, *unheld, *also, *children, *(row.waiting for row in asked), *promised.values(), *links.requests()],
        also=[department_id, *parties_in(ranked), *(one.because_provider_id for one in foreseen.values())],
    )
    hours = promises.working_hours()
    places = standings(
        viewer,
        ranked,
        at=at,
        shown_ids=shown_ids,
        times=times_of(clocks),
        hours=hours,
        cards=cards,
        choices=choices_of(viewer, at=at),
    )
    items = in_turn(
        day_item(row, cards=cards, clocks=clocks, links=links, standings=places, foreseen=foreseen) for row in mine
    )
    free = in_turn(
        day_item(row, cards=cards, clocks=clocks, links=links, standings=places, foreseen=foreseen) for row in unheld
    )
    owed = [clock for row in mine for clock in clocks.get(thing("request", row.pk), ())]
    return MyDay(
        at=at,
        department=None if department_id is None else party_glimpse(cards, department_id),
        hours=None if department_id is None else hours_of(department_id, at=at, known=hours),
        next=next(iter(items or free), None),
        then=tuple(items[1:]),
        for_you_count=_total(mine),
        at_risk_count=sum(clock.state == "at_risk" for clock in owed),
        broken_count=sum(clock.state == "broken" for clock in owed),
        unheld=tuple(free),
        unheld_count=_total(unheld),
        waiting_on=tuple(_waiting_on(row, cards, clocks, foreseen) for row in asked),
        waiting_on_count=_total(asked),
        promises_made=_promises_made(made, promised, cards),
        also_ours=tuple(request_glimpse(row, cards) for row in also),
        also_ours_count=_total(also),
    )


def _by_turn(rows: QuerySet[Request]) -> QuerySet[Request]:
    return rows.annotate(total=Window(Count("*"))).order_by(*TURN_ORDER)


def _total(rows: Sequence[object]) -> int:
    return int(getattr(rows[0], "total", 0)) if rows else 0


def _waiting_on(
    row: Dependency,
    cards: Mapping[int, PartyCard],
    clocks: Mapping[str, Sequence[ClockSeen]],
    foreseen: Mapping[int, ForeseenSeen],
) -> WaitingOn:
    owed = clocks.get(thing("request", row.needed_id), ())
    likely = still_foreseen(foreseen.get(row.waiting_id), clocks.get(thing("request", row.waiting_id), ()))
    return WaitingOn(
        request=request_glimpse(row.needed, cards),
        for_reference=row.waiting.reference,
        for_title=row.waiting.title,
        behalf_of=party_glimpse(cards, row.waiting.customer_id),
        promise=next((clock for clock in owed if clock.kind == "resolution"), owed[0] if owed else None),
        is_our_turn=row.needed.state == State.WAITING_CUSTOMER,
        likely_late=None
        if likely is None or likely.because_provider_id not in {None, row.needed.provider_id}
        else likely_late(likely, cards),
    )


def _promised_on(made: Sequence[ClockSeen]) -> dict[int, Request]:
    ids = [_request_id(clock) for clock in made]
    return Request.objects.in_bulk([number for number in ids if number])


def _promises_made(
    made: Sequence[ClockSeen], promised: Mapping[int, Request], cards: Mapping[int, PartyCard]
) -> tuple[PromiseMade, ...]:
    return tuple(
        PromiseMade(
            promise=clock,
            request_id=row.pk,
            reference=row.reference,
            title=row.title,
            customer=party_glimpse(cards, row.customer_id),
        )
        for clock in made
        if (row := promised.get(_request_id(clock))) is not None
    )


def _request_id(clock: ClockSeen) -> int:
    kind, _, number = clock.subject.partition(":")
    return int(number) if kind == "request" else 0
