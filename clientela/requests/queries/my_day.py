"""My day: what to do next and why, what waits on others, what was promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Window

from clientela.directory.policies import Viewer
from clientela.directory.queries import PartyCard
from clientela.kernel.journal import thing
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen, HoursToday
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.queries.day_items import DayItem, day_item, links_of, subjects_of
from clientela.requests.queries.glimpses import (
    PartyGlimpse,
    RequestGlimpse,
    cards_for,
    hours_of,
    party_glimpse,
    request_glimpse,
)
from clientela.requests.rules import State

MOST_ITEMS = 60
MOST_UNHELD = 20
MOST_WAITING = 30


@dataclass(frozen=True)
class WaitingOn:
    """Something asked of another department: `request` is theirs, `behalf_of` the customer it is for.

    `is_our_turn`: that department waits for our answer.
    """

    request: RequestGlimpse
    for_reference: str
    for_title: str
    behalf_of: PartyGlimpse
    promise: ClockSeen | None
    is_our_turn: bool


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

    `next` is the first of what is the viewer's, or else the first that nobody has. `then` follows in the order of due
    moments, the overdue first; what promises nothing comes last. `for_you_count` counts all, shown or not.
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


def my_day(viewer: Viewer, *, at: datetime) -> MyDay:
    """The viewer's day. Its number of statements does not depend on how much there is to do."""
    mine = list(
        _by_due(
            Request.objects.filter(
                Q(state=State.OPEN) | Q(state__in=LIVE_STATES, unanswered_since__isnull=False),
                holder=viewer.person_id,
            )
        )[:MOST_ITEMS]
    )
    unheld = list(
        _by_due(
            Request.objects.filter(
                provider_id__in=viewer.own_department_ids, state__in=LIVE_STATES, holder__isnull=True
            )
        )[:MOST_UNHELD]
    )
    asked = list(
        Dependency.objects.filter(
            waiting__holder=viewer.person_id, waiting__state__in=LIVE_STATES, needed__state__in=LIVE_STATES
        )
        .select_related("waiting", "needed")
        .annotate(total=Window(Count("*")))
        .order_by(F("needed__next_due_at").asc(nulls_last=True), "id")[:MOST_WAITING]
    )
    made = promises.promises_made_by(viewer.person_id, at=at) if viewer.person_id else []
    promised = _promised_on(made)
    links = links_of([row.pk for row in (*mine, *unheld)])
    children = [row.needed for row in asked]
    clocks = promises.open_clocks_of(subjects_of([*mine, *unheld, *children]), at=at)
    department_id = min(viewer.own_department_ids, default=None)
    cards = cards_for(
        [*mine, *unheld, *children, *(row.waiting for row in asked), *promised.values(), *links.requests()],
        also=[department_id],
    )
    items = [day_item(row, cards=cards, clocks=clocks, links=links) for row in mine]
    free = [day_item(row, cards=cards, clocks=clocks, links=links) for row in unheld]
    owed = [clock for row in mine for clock in clocks.get(thing("request", row.pk), ())]
    return MyDay(
        at=at,
        department=None if department_id is None else party_glimpse(cards, department_id),
        hours=None if department_id is None else hours_of(department_id, at=at),
        next=next(iter(items or free), None),
        then=tuple(items[1:]),
        for_you_count=_total(mine),
        at_risk_count=sum(clock.state == "at_risk" for clock in owed),
        broken_count=sum(clock.state == "broken" for clock in owed),
        unheld=tuple(free),
        unheld_count=_total(unheld),
        waiting_on=tuple(_waiting_on(row, cards, clocks) for row in asked),
        waiting_on_count=_total(asked),
        promises_made=_promises_made(made, promised, cards),
    )


def _by_due(rows: QuerySet[Request]) -> QuerySet[Request]:
    return rows.annotate(total=Window(Count("*"))).order_by(F("next_due_at").asc(nulls_last=True), "pk")


def _total(rows: Sequence[object]) -> int:
    return int(getattr(rows[0], "total", 0)) if rows else 0


def _waiting_on(
    row: Dependency, cards: Mapping[int, PartyCard], clocks: Mapping[str, Sequence[ClockSeen]]
) -> WaitingOn:
    owed = clocks.get(thing("request", row.needed_id), ())
    return WaitingOn(
        request=request_glimpse(row.needed, cards),
        for_reference=row.waiting.reference,
        for_title=row.waiting.title,
        behalf_of=party_glimpse(cards, row.waiting.customer_id),
        promise=next((clock for clock in owed if clock.kind == "resolution"), owed[0] if owed else None),
        is_our_turn=row.needed.state == State.WAITING_CUSTOMER,
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
