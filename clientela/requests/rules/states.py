"""The states of a request, and what can be done in which."""

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_DEPARTMENT = "waiting_department"
    WAITING_DATE = "waiting_date"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


WAITING = frozenset({State.WAITING_CUSTOMER, State.WAITING_DEPARTMENT, State.WAITING_DATE})
LIVE = WAITING | {State.OPEN}  # somebody still owes the customer something
ENDED = frozenset({State.CLOSED, State.CANCELLED})
ALL_STATES = frozenset(State)

REOPENS_WITHIN = timedelta(days=30)  # after closing; later, what the customer writes opens a new request
CLOSES_AFTER = timedelta(days=7)  # after resolving, when nobody says otherwise


class Verb(StrEnum):
    """What can be done with a request."""

    REPLY = "reply"
    NOTE = "note"
    TAKE = "take"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    WAIT = "wait"
    RESUME = "resume"
    ASK_DEPARTMENT = "ask_department"
    PROMISE = "promise"
    FINISH_STEP = "finish_step"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    WRITE = "write"  # as the customer
    COMPLAIN = "complain"
    LOOK = "look"
    WEIGH = "weigh"  # say how many people wait for it, and what is at stake for them
    CHOOSE = "choose"  # do it before what stands before it
    MERGE = "merge"  # it and another one are one; what is said on it goes on there


class Refusal(StrEnum):
    """Why something cannot be done with a request as it stands. The words for each are in `policies`."""

    ALREADY_RESOLVED = "already_resolved"
    ALREADY_CLOSED = "already_closed"
    ALREADY_CANCELLED = "already_cancelled"
    NOT_WAITING = "not_waiting"
    NOT_RESOLVED = "not_resolved"
    STILL_OPEN = "still_open"
    TOO_LONG_AGO = "too_long_ago"
    WAITS_ON_DEPARTMENTS = "waits_on_departments"
    MERGED = "merged"


_STATES_FOR = {
    Verb.REPLY: LIVE | {State.RESOLVED},
    Verb.NOTE: ALL_STATES,
    Verb.TAKE: LIVE,
    Verb.ASSIGN: LIVE,
    Verb.HAND_OVER: LIVE,
    Verb.WAIT: LIVE,
    Verb.RESUME: WAITING,
    Verb.ASK_DEPARTMENT: LIVE,
    Verb.PROMISE: LIVE | {State.RESOLVED},
    Verb.FINISH_STEP: LIVE | {State.RESOLVED},
    Verb.RESOLVE: LIVE,
    Verb.CLOSE: frozenset({State.RESOLVED}),
    Verb.REOPEN: frozenset({State.RESOLVED, State.CLOSED}),
    Verb.CANCEL: LIVE,
    Verb.WRITE: LIVE | {State.RESOLVED, State.CLOSED},
    Verb.COMPLAIN: LIVE | {State.RESOLVED, State.CLOSED},
    Verb.LOOK: ALL_STATES,
    Verb.WEIGH: LIVE,
    Verb.CHOOSE: LIVE,
    Verb.MERGE: ALL_STATES,
}
_ENDED_BY = {
    State.RESOLVED: Refusal.ALREADY_RESOLVED,
    State.CLOSED: Refusal.ALREADY_CLOSED,
    State.CANCELLED: Refusal.ALREADY_CANCELLED,
}
_REOPENING = frozenset({Verb.REOPEN, Verb.WRITE, Verb.COMPLAIN})
_WHEN_MERGED = frozenset({Verb.NOTE, Verb.LOOK, Verb.MERGE})  # everything else goes on in the other one


def refusal_of(
    verb: Verb,
    state: State,
    *,
    now: datetime,
    closed_at: datetime | None = None,
    open_blockers: int = 0,
    is_merged: bool = False,
) -> Refusal | None:
    """Why `verb` cannot be done in `state`, or None. `open_blockers` is how many blocking requests are not done."""
    if is_merged and verb not in _WHEN_MERGED:
        return Refusal.MERGED
    if state not in _STATES_FOR[verb]:
        return _refusal_in(verb, state)
    if verb is Verb.RESOLVE and open_blockers:
        return Refusal.WAITS_ON_DEPARTMENTS
    if verb in _REOPENING and state is State.CLOSED and not may_reopen(closed_at, now):
        return Refusal.TOO_LONG_AGO
    return None


def _refusal_in(verb: Verb, state: State) -> Refusal:
    """Why `verb` is never done in `state`."""
    if state in _ENDED_BY:
        return _ENDED_BY[state]
    if verb is Verb.RESUME:
        return Refusal.NOT_WAITING
    return Refusal.NOT_RESOLVED if verb is Verb.CLOSE else Refusal.STILL_OPEN


def may_reopen(closed_at: datetime | None, now: datetime) -> bool:
    """Whether what was closed then may still be opened again."""
    return closed_at is not None and now - closed_at <= REOPENS_WITHIN
