"""Turns of state that several actions share. Each runs on a held row, changes it in memory and writes its fact;
the action saves the row once at its end.
"""

from collections.abc import Sequence
from datetime import datetime

from clientela.directory.policies import Viewer
from clientela.promises import actions as promises
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.rules import WAITING, State

# The columns an action may have changed.
CHANGING = (
    "provider_id",
    "state",
    "waiting_until",
    "holder_id",
    "is_complaint",
    "resolved_at",
    "closed_at",
    "last_message_at",
    "unanswered_since",
    "next_due_at",
)


def save(request: Request) -> None:
    """Write what may have changed."""
    request.save(update_fields=[name.removesuffix("_id") for name in CHANGING])


def take_if_free(request: Request, *, by: Viewer, at: datetime) -> None:
    """Who answers has it: otherwise an answered request would be in nobody's day."""
    if request.holder_id is None and by.person_id is not None:
        request.holder_id = by.person_id
        tell("request_taken", request, by=by, at=at)


def start_waiting(
    request: Request, state: State, *, by: Viewer | None, at: datetime, until: datetime | None = None
) -> None:
    """Let the request wait; the clocks pause whose terms say so."""
    if request.state in WAITING:
        promises.resume_clocks(at=at, subject=subject_of(request.pk))
    request.state = state
    request.waiting_until = until
    request.next_due_at = promises.pause_clocks(at=at, subject=subject_of(request.pk), state=state.value)
    tell("waiting_started", request, by=by, at=at, state=state.value, until=until.isoformat() if until else None)


def end_waiting(request: Request, *, by: Viewer | None, at: datetime, because: str) -> None:
    """Go on. `because`: customer_wrote, department_answered, date_came, agent, handed_over."""
    state = request.state
    request.state = State.OPEN
    request.waiting_until = None
    request.next_due_at = promises.resume_clocks(at=at, subject=subject_of(request.pk))
    tell("waiting_ended", request, by=by, at=at, state=str(state), because=because)


def resolve(request: Request, parents: Sequence[Request], *, by: Viewer | None, at: datetime) -> None:
    """Everything promised is done; whoever waited on it may go on."""
    request.state = State.RESOLVED
    request.resolved_at = at
    request.waiting_until = None
    request.unanswered_since = None
    request.next_due_at = promises.keep_clocks(
        at=at, subject=subject_of(request.pk), kinds=("first_reply", "next_reply", "resolution")
    )
    tell("request_resolved", request, by=by, at=at, holder=request.holder_id)
    settle_parents(request, parents, by=by, at=at)


def reopen(request: Request, *, by: Viewer | None, at: datetime, because: str) -> None:
    """It was not done after all. `because`: customer_wrote, agent."""
    request.state = State.OPEN
    request.resolved_at = None
    request.closed_at = None
    request.next_due_at = promises.reopen_clocks(at=at, subject=subject_of(request.pk))
    tell("request_reopened", request, by=by, at=at, because=because)


def settle_parents(request: Request, parents: Sequence[Request], *, by: Viewer | None, at: datetime) -> None:
    """Tell the requests that waited on this one that it has ended, and let those go on that wait on nothing else.

    Saves the parents, whose rows the caller holds.
    """
    blocking = dict(Dependency.objects.filter(needed=request.pk).values_list("waiting_id", "is_blocking"))
    for parent in parents:
        tell(
            "department_answered",
            parent,
            by=by,
            at=at,
            also=(subject_of(request.pk),),
            request=request.pk,
            reference=request.reference,
            state=str(request.state),
            department=request.provider_id,
        )
        if parent.state != State.WAITING_DEPARTMENT:
            continue
        others = Dependency.objects.filter(waiting=parent.pk, needed__state__in=LIVE_STATES).exclude(needed=request.pk)
        if blocking[parent.pk]:
            others = others.filter(is_blocking=True)
        if not others.exists():
            end_waiting(parent, by=by, at=at, because="department_answered")
            save(parent)
