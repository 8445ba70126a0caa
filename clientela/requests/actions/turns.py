"""Turns of state that several actions share. Each runs on a held row, changes it in memory and writes its fact;
the action saves the row once at its end.
"""

from datetime import datetime

from clientela.directory.policies import Viewer
from clientela.promises import actions as promises
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.models import Request
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
    request: Request,
    state: State,
    *,
    by: Viewer | None,
    at: datetime,
    until: datetime | None = None,
    because: str = "",
) -> None:
    """Let the request wait; the clocks pause whose terms say so. `because`: part_reopened, or nothing to say."""
    if request.state in WAITING:
        promises.resume_clocks(at=at, subject=subject_of(request.pk))
    request.state = state
    request.waiting_until = until
    request.next_due_at = promises.pause_clocks(at=at, subject=subject_of(request.pk), state=state.value)
    why = {"because": because} if because else {}
    written = until.isoformat() if until else None
    tell("waiting_started", request, by=by, at=at, state=state.value, until=written, **why)


def end_waiting(request: Request, *, by: Viewer | None, at: datetime, because: str) -> None:
    """Go on.

    `because`: customer_wrote, department_answered, parts_stopped, unlinked, date_came, agent, handed_over,
    letter_undelivered.
    """
    state = request.state
    request.state = State.OPEN
    request.waiting_until = None
    request.next_due_at = promises.resume_clocks(at=at, subject=subject_of(request.pk))
    tell("waiting_ended", request, by=by, at=at, state=str(state), because=because)


def resolve(request: Request, *, by: Viewer | None, at: datetime, because: str = "") -> None:
    """Everything promised is done. `because`: parts_done when no hand did it. Whoever waited is not told here."""
    request.state = State.RESOLVED
    request.resolved_at = at
    request.waiting_until = None
    request.unanswered_since = None
    request.next_due_at = promises.keep_clocks(
        at=at, subject=subject_of(request.pk), kinds=("first_reply", "next_reply", "resolution")
    )
    why = {"because": because} if because else {}
    tell("request_resolved", request, by=by, at=at, holder=request.holder_id, **why)


def reopen(request: Request, *, by: Viewer | None, at: datetime, because: str, reference: str = "") -> None:
    """It was not done after all. `because`: customer_wrote, agent, part_reopened (of `reference`)."""
    request.state = State.OPEN
    request.resolved_at = None
    request.closed_at = None
    request.next_due_at = promises.reopen_clocks(at=at, subject=subject_of(request.pk))
    why = {"because": because, "reference": reference} if reference else {"because": because}
    tell("request_reopened", request, by=by, at=at, **why)


def cancel(request: Request, *, by: Viewer | None, at: datetime, reason: str, **why: str) -> None:
    """It is not wanted any more, and nothing is owed. `why`: because and reference, when it goes with another one."""
    request.state = State.CANCELLED
    request.waiting_until = None
    request.unanswered_since = None
    promises.cancel_clocks(at=at, subject=subject_of(request.pk))
    request.next_due_at = None
    tell("request_cancelled", request, by=by, at=at, reason=reason, **why)
