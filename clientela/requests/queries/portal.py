"""What customers see of their requests: how they stand, what was promised, what was said to them. Nothing inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import PartyCard
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.journal import thing
from clientela.kernel.policies import HiddenError
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen, HoursToday
from clientela.requests.models import LIVE_STATES, Dependency, PlannedAsk, Request, Step
from clientela.requests.policies import Access, asked_by, verdict_now
from clientela.requests.queries.glimpses import PartyGlimpse, hours_of, party_glimpse
from clientela.requests.queries.one_request.conversation import Said, conversation, message_rows, parties_named
from clientela.requests.rules import State, Verb

MOST_REQUESTS = 100
MOST_MESSAGES = 200


@dataclass(frozen=True)
class MyRequest:
    """One of the customer's requests in a line. `state` is open, your_turn, waiting, resolved, closed or cancelled."""

    reference: str
    title: str
    state: str
    department: str
    customer: PartyGlimpse
    opened_at: datetime
    last_message_at: datetime
    promise: ClockSeen | None


@dataclass(frozen=True)
class MyRequests:
    """The customer's requests: those still open, the newest first, then the others."""

    open: tuple[MyRequest, ...]
    ended: tuple[MyRequest, ...]


@dataclass(frozen=True)
class StatusStep:
    """A step of the plan as the customer reads it. `state`: done, now, next."""

    key: str
    title: str
    state: str
    done_at: datetime | None


@dataclass(frozen=True)
class RequestStatus:
    """Everything the status page shows a customer. `state` as in MyRequest; `steps` only those shown to customers.

    `first_reply` and `resolution` are the newest promise of their kind, `promised` the personal ones still open, with
    the first name of who made each in `promisers`. `can_write` and `can_close` are what the page offers.
    """

    at: datetime
    request_id: int
    reference: str
    title: str
    service: str
    state: str
    is_inside: bool
    is_complaint: bool
    customer: PartyGlimpse
    department: str
    opened_at: datetime
    resolved_at: datetime | None
    waiting_until: datetime | None
    first_reply: ClockSeen | None
    next_reply: ClockSeen | None
    resolution: ClockSeen | None
    promised: tuple[ClockSeen, ...]
    promisers: Mapping[int, str]
    steps: tuple[StatusStep, ...]
    conversation: tuple[Said, ...]
    hours: HoursToday | None
    can_write: bool
    can_close: bool
    can_cancel: bool
    waits_inside: bool
    parts_done: int
    parts_all: int


def my_requests(viewer: Viewer, *, at: datetime, language: str) -> MyRequests:
    """The requests the viewer asked, for themselves and for those they speak for. A fixed number of statements."""
    rows = list(Request.objects.filter(asked_by(viewer)).order_by("-opened_at", "-pk")[:MOST_REQUESTS])
    clocks = promises.open_clocks_of([thing("request", row.pk) for row in rows], at=at)
    names = {department.id: department.name_in(language) for department in directory.departments()}
    cards = directory.party_cards({row.customer_id for row in rows})
    seen = [
        MyRequest(
            reference=row.reference,
            title=row.title,
            state=state_for_customer(row.state),
            department=names[row.provider_id],
            customer=party_glimpse(cards, row.customer_id),
            opened_at=row.opened_at,
            last_message_at=row.last_message_at,
            promise=_earliest(clocks.get(thing("request", row.pk), ())),
        )
        for row in rows
    ]
    over = {State.RESOLVED, State.CLOSED, State.CANCELLED}
    return MyRequests(
        open=tuple(row for row in seen if row.state not in over), ended=tuple(row for row in seen if row.state in over)
    )


def request_status(viewer: Viewer, reference: str, *, at: datetime, language: str) -> RequestStatus:
    """How a request stands, for its customer. Raises HiddenError for anybody else.

    One that was merged leads on to the other, where the viewer may read that. A fixed number of statements, one more
    for a merged one, and two more while it waits for work inside.
    """
    request = Request.objects.filter(asked_by(viewer), reference=normal_reference(reference) or "").first()
    if request is None:
        raise HiddenError(f"There is no request {reference} for this viewer.")
    if request.merged_into_id is not None:
        request = Request.objects.filter(asked_by(viewer), pk=request.merged_into_id).first() or request
    subject = thing("request", request.pk)
    clocks = promises.clocks_of([subject], at=at).get(subject, [])
    rows = message_rows(request.pk, access=Access.CUSTOMER, child_ids=(), before=None, limit=MOST_MESSAGES)
    promised = tuple(clock for clock in clocks if clock.kind == "personal" and clock.is_open)
    promisers = {clock.promised_by_id for clock in promised if clock.promised_by_id is not None}
    cards = directory.party_cards(parties_named(rows, []) | promisers | {request.customer_id})
    department = directory.department_by_id(request.provider_id)
    service = catalogue.service_seen(version_id=request.service_version_id, language=language)
    waits_inside = request.state == State.WAITING_DEPARTMENT
    parts_done, parts_all = _parts_inside(request) if waits_inside else (0, 0)
    said = conversation(rows, [], is_public=True, request_id=request.pk, cards=cards, clocks=clocks, references={})
    return RequestStatus(
        at=at,
        request_id=request.pk,
        reference=request.reference,
        title=request.title,
        service=service.title,
        state=state_for_customer(request.state),
        is_inside=request.side == Request.Side.INSIDE,
        is_complaint=request.is_complaint,
        customer=party_glimpse(cards, request.customer_id),
        department=department.name_in(language) if department else "",
        opened_at=request.opened_at,
        resolved_at=request.resolved_at,
        waiting_until=request.waiting_until,
        first_reply=_newest(clocks, "first_reply"),
        next_reply=_newest(clocks, "next_reply"),
        resolution=_newest(clocks, "resolution"),
        promised=promised,
        promisers={number: _first_name(cards, number) for number in promisers},
        steps=_steps(request, service),
        conversation=tuple(item for item in said if isinstance(item, Said)),
        hours=hours_of(request.provider_id, at=at),
        can_write=bool(verdict_now(viewer, Verb.WRITE, request, at=at, open_blockers=0)),
        can_close=bool(verdict_now(viewer, Verb.CLOSE, request, at=at, open_blockers=0)),
        can_cancel=bool(verdict_now(viewer, Verb.CANCEL, request, at=at, open_blockers=0)),
        waits_inside=waits_inside,
        parts_done=parts_done,
        parts_all=parts_all,
    )


def state_for_customer(state: str) -> str:
    """The state as a customer reads it: open, your_turn, waiting, resolved, closed, cancelled."""
    return {
        State.WAITING_CUSTOMER: "your_turn",
        State.WAITING_DATE: "waiting",
        State.WAITING_DEPARTMENT: "open",  # who works on it inside is our business, not theirs
    }.get(State(state), state)


def _parts_inside(request: Request) -> tuple[int, int]:
    """Of how many parts inside the house, those whose turn has not come too, how many are done."""
    states = Dependency.objects.filter(waiting=request, is_blocking=True).values_list("needed__state", flat=True)
    asked = [state for state in states if state != State.CANCELLED]
    planned = PlannedAsk.objects.filter(together__request=request, asked__isnull=True, dropped_at__isnull=True)
    return sum(state not in LIVE_STATES for state in asked), len(asked) + planned.count()


def _earliest(clocks: Sequence[ClockSeen]) -> ClockSeen | None:
    return clocks[0] if clocks else None


def _newest(clocks: Sequence[ClockSeen], kind: str) -> ClockSeen | None:
    """The promise of a kind that counts: the newest that was not cancelled (as by handing the request over)."""
    return next((clock for clock in reversed(clocks) if clock.kind == kind and clock.state != "cancelled"), None)


def _first_name(cards: Mapping[int, PartyCard], person_id: int) -> str:
    return party_glimpse(cards, person_id).name.partition(" ")[0]


def _steps(request: Request, service: catalogue.ServiceSeen) -> tuple[StatusStep, ...]:
    shown = {step.key: step.title for step in service.plan if step.is_shown_to_customer}
    steps: list[StatusStep] = []
    is_now_told = State(request.state) in {State.RESOLVED, State.CLOSED, State.CANCELLED}
    for row in Step.objects.filter(request=request).order_by("position"):
        if row.key not in shown:
            continue
        state = "done" if row.done_at else "next" if is_now_told else "now"
        is_now_told = is_now_told or state == "now"
        steps.append(StatusStep(row.key, shown[row.key], state, row.done_at))
    return tuple(steps)
