"""A second opinion on the plan: its events replayed by the rules of `requests` and of `promises`."""

from dataclasses import dataclass, field
from datetime import datetime

from clientela.command.demonstration.story import (
    AskedDepartment,
    Assigned,
    Closed,
    Complained,
    CustomerWrote,
    DemonstrationPlan,
    Event,
    HandedOver,
    Noted,
    Opened,
    PromiseKept,
    PromiseMade,
    Rated,
    Reopened,
    Replied,
    RequestStory,
    Resolved,
    Resumed,
    Waiting,
)
from clientela.promises.rules import WorkingCalendar, calendar_from_json
from clientela.requests.rules import CLOSES_AFTER, LIVE, State, Verb, refusal_of

VERBS = {
    CustomerWrote: Verb.WRITE,
    Replied: Verb.REPLY,
    Noted: Verb.NOTE,
    Assigned: Verb.ASSIGN,
    HandedOver: Verb.HAND_OVER,
    Waiting: Verb.WAIT,
    AskedDepartment: Verb.ASK_DEPARTMENT,
    PromiseMade: Verb.PROMISE,
    Resolved: Verb.RESOLVE,
    Closed: Verb.CLOSE,
    Reopened: Verb.REOPEN,
    Complained: Verb.COMPLAIN,
}
CAUSES = {
    "customer_wrote": State.WAITING_CUSTOMER,
    "department_answered": State.WAITING_DEPARTMENT,
    "date_came": State.WAITING_DATE,
}


@dataclass
class Standing:
    """How a request stands during the replay."""

    request: RequestStory
    team: str
    state: State = State.OPEN
    open_children: set[str] = field(default_factory=set)
    waiting_until: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    promises: set[str] = field(default_factory=set)
    last: Event | None = None


@dataclass
class Replay:
    """The end of the replay, and every offence against the rules on the way."""

    standings: dict[str, Standing]
    offences: list[str]

    def open_requests(self) -> list[Standing]:
        """Those that are not done at the end."""
        return [one for one in self.standings.values() if one.state in LIVE]


def replayed(plan: DemonstrationPlan) -> Replay:
    """Replay every event in order of time."""
    replay = Replay({}, [])
    for request, event in plan.timeline():
        if isinstance(event, Opened):
            _open(replay, request, event)
            continue
        standing = replay.standings[request.key]
        _check(replay, standing, event)
        _apply(replay, standing, event)
        standing.last = event
    return replay


def _open(replay: Replay, request: RequestStory, event: Opened) -> None:
    replay.standings[request.key] = Standing(request, request.team, last=event)
    if request.parent is None:
        return
    parent = replay.standings[request.parent]
    asked = [one for one in parent.request.events if isinstance(one, AskedDepartment) and one.child == request.key]
    if [one.at for one in asked] != [event.at] or parent.state not in LIVE:
        replay.offences.append(f"{request.key}: nobody asked for it")
    parent.open_children.add(request.key)


def _check(replay: Replay, standing: Standing, event: Event) -> None:
    key, state = standing.request.key, standing.state
    if standing.last is not None and event.at < standing.last.at:
        replay.offences.append(f"{key}: {type(event).__name__} comes too early")
    match event:
        case Resumed():
            replay.offences += _wrong_resumptions(standing, event)
        case Rated() if state not in {State.RESOLVED, State.CLOSED}:
            replay.offences.append(f"{key}: rated while {state}")
        case PromiseKept() if event.words not in standing.promises:
            replay.offences.append(f"{key}: kept what nobody promised")
        case CustomerWrote() if state not in LIVE:
            replay.offences.append(f"{key}: writing after the end would open it again")
        case Closed(is_automatic=True) if event.at - CLOSES_AFTER != standing.resolved_at:
            replay.offences.append(f"{key}: closed by itself at another moment")
    if type(event) in VERBS:
        blockers = len(standing.open_children)
        verb = VERBS[type(event)]
        refusal = refusal_of(verb, state, now=event.at, closed_at=standing.closed_at, open_blockers=blockers)
        if refusal is not None:
            replay.offences.append(f"{key}: {type(event).__name__} refused, {refusal}")


def _wrong_resumptions(standing: Standing, event: Resumed) -> list[str]:
    key = standing.request.key
    offences = []
    if CAUSES.get(event.cause) != standing.state:
        offences.append(f"{key}: goes on because {event.cause} while {standing.state}")
    if event.cause == "department_answered" and standing.open_children:
        offences.append(f"{key}: goes on before {sorted(standing.open_children)}")
    if event.cause == "date_came" and standing.waiting_until != event.at:
        offences.append(f"{key}: goes on at another moment than agreed")
    return offences


def _apply(replay: Replay, standing: Standing, event: Event) -> None:
    match event:
        case Waiting():
            standing.state, standing.waiting_until = State(event.state), event.until
        case Resumed() | Reopened():
            standing.state = State.OPEN
        case Complained() if standing.state not in LIVE:
            standing.state = State.OPEN
        case Resolved():
            standing.state, standing.resolved_at = State.RESOLVED, event.at
            if standing.request.parent is not None:
                replay.standings[standing.request.parent].open_children.discard(standing.request.key)
        case Closed():
            standing.state, standing.closed_at = State.CLOSED, event.at
        case HandedOver():
            standing.team = event.team
        case PromiseMade():
            standing.promises.add(event.words)


def calendars_of(plan: DemonstrationPlan) -> dict[str, WorkingCalendar]:
    """The working calendar of each team."""
    made = {calendar.key: calendar_from_json(calendar.definition) for calendar in plan.calendars}
    return {team.key: made[team.calendar] for department in plan.departments for team in department.teams}
