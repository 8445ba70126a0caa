"""Deciding on improvements: agreed with an owner and a date, done, dropped, taken up again; more reasons for them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.rules import day_in_zone
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, Verdict, require, require_seen
from clientela.voice.actions.proposing import ImprovementError, add_voices
from clientela.voice.models import Evidence, Improvement
from clientela.voice.policies.improving import (
    may_decide_improvement,
    may_propose_improvement,
    may_see_improvement,
)

State = Improvement.State
LONGEST_WHAT = 4000
LONGEST_LINE = 300


@transaction.atomic
def agree_improvement(
    *,
    by: Viewer,
    at: datetime,
    improvement_id: int,
    owner_id: int,
    due_on: date,
    what: str,
    expected: str = "",
    expected_points: float | None = None,
) -> None:
    """Agree on what is done, who sees to it and by when; again, to change it while it is not done.

    `expected_points`: by how many points of 100 the figure should change, if somebody dares to say so.
    Raises HiddenError, NotAllowedError, ImprovementError.
    """
    improvement = _held(by, improvement_id)
    require(may_decide_improvement(by, improvement.department_id, owner_id=improvement.owner_id))
    _require_state(improvement, State.PROPOSED, State.AGREED)
    if not what.strip():
        raise ImprovementError("what", _("Say what will be done."))
    if due_on < day_in_zone(at, by.zone):
        raise ImprovementError("due_on", _("Choose a day that is still to come."))
    if not directory.is_employee(owner_id, at):
        raise ImprovementError("owner", _("Choose a colleague who works here."))
    improvement.what = _kept("what", what, LONGEST_WHAT)
    improvement.expected = _kept("expected", expected, LONGEST_LINE)
    improvement.expected_points = expected_points
    improvement.owner_id = owner_id
    improvement.due_on = due_on
    improvement.agreed_at = improvement.agreed_at or at
    improvement.state = State.AGREED
    _write(improvement, "improvement_agreed", by=by, at=at, owner=owner_id, due_on=due_on.isoformat())


@transaction.atomic
def finish_improvement(*, by: Viewer, at: datetime, improvement_id: int, done_on: date, what: str = "") -> None:
    """Say that it is done, and since which day: from then on it is measured whether it helped.

    Raises HiddenError, NotAllowedError, ImprovementError.
    """
    improvement = _held(by, improvement_id)
    require(may_decide_improvement(by, improvement.department_id, owner_id=improvement.owner_id))
    _require_state(improvement, State.AGREED)
    if done_on > day_in_zone(at, by.zone):
        raise ImprovementError("done_on", _("It is done when the day has come. Choose today or an earlier day."))
    if what.strip():
        improvement.what = _kept("what", what, LONGEST_WHAT)
    improvement.done_on = done_on
    improvement.state = State.DONE
    _write(improvement, "improvement_done", by=by, at=at, done_on=done_on.isoformat())


@transaction.atomic
def drop_improvement(*, by: Viewer, at: datetime, improvement_id: int, because: str) -> None:
    """Decide not to do it, and say why: who proposed it reads the reason.

    Raises HiddenError, NotAllowedError, ImprovementError.
    """
    improvement = _held(by, improvement_id)
    require(may_decide_improvement(by, improvement.department_id))
    _require_state(improvement, State.PROPOSED, State.AGREED)
    if not because.strip():
        raise ImprovementError("because", _("Say why, in a sentence. Who proposed it will read it."))
    improvement.dropped_because = _kept("because", because, LONGEST_LINE)
    improvement.state = State.DROPPED
    _write(improvement, "improvement_dropped", by=by, at=at)


@transaction.atomic
def take_up_again(*, by: Viewer, at: datetime, improvement_id: int) -> None:
    """It was dropped, or not done after all: it is proposed once more, or agreed as it was.

    Raises HiddenError, NotAllowedError, ImprovementError.
    """
    improvement = _held(by, improvement_id)
    require(may_decide_improvement(by, improvement.department_id, owner_id=improvement.owner_id))
    _require_state(improvement, State.DONE, State.DROPPED)
    open_already = Improvement.objects.filter(
        department=improvement.department_id, subject=improvement.subject_id, state__in=[State.PROPOSED, State.AGREED]
    )
    if improvement.subject_id is not None and open_already.exists():
        raise ImprovementError("", _("Another improvement on this subject is open. Go on there."))
    improvement.state = State.AGREED if improvement.agreed_at else State.PROPOSED
    improvement.done_on = None
    improvement.dropped_because = ""
    _write(improvement, "improvement_taken_up_again", by=by, at=at)


@transaction.atomic
def add_evidence(*, by: Viewer, at: datetime, improvement_id: int, voice_ids: Sequence[int]) -> None:
    """Let more voices speak for it; those that were said of another department are passed over."""
    improvement = _held(by, improvement_id)
    require(may_propose_improvement(by, improvement.department_id))
    add_voices(improvement, voice_ids)
    _write(improvement, "improvement_evidence", by=by, at=at, voices=len(voice_ids))


@transaction.atomic
def take_evidence_away(*, by: Viewer, at: datetime, improvement_id: int, voice_id: int) -> None:
    """A voice does not speak for it after all."""
    improvement = _held(by, improvement_id)
    require(may_propose_improvement(by, improvement.department_id))
    Evidence.objects.filter(improvement=improvement, voice=voice_id, told_letter__isnull=True).delete()
    _write(improvement, "improvement_evidence", by=by, at=at, voices=-1)


@transaction.atomic
def show_in_public(*, by: Viewer, at: datetime, improvement_id: int, is_public: bool) -> None:
    """Show a finished improvement on the page "what we heard", or no longer."""
    improvement = _held(by, improvement_id)
    require(may_decide_improvement(by, improvement.department_id))
    _require_state(improvement, State.DONE)
    improvement.is_public = is_public
    _write(improvement, "improvement_shown" if is_public else "improvement_hidden", by=by, at=at)


def _held(by: Viewer, improvement_id: int) -> Improvement:
    """The improvement, locked: two who decide at once take turns, and the second sees what the first decided."""
    improvement = Improvement.objects.select_for_update().filter(pk=improvement_id).first()
    if improvement is None:
        raise HiddenError
    require_seen(may_see_improvement(by, improvement))
    return improvement


def _require_state(improvement: Improvement, *states: str) -> None:
    if improvement.state not in states:
        words = {
            State.PROPOSED: _("This is only proposed: agree on it first."),
            State.AGREED: _("This is agreed already."),
            State.DONE: _("This is done already."),
            State.DROPPED: _("This was dropped. Take it up again first."),
        }
        require(Verdict(words[State(improvement.state)]))


def _kept(field: str, text: str, longest: int) -> str:
    kept = text.replace("\0", "").strip()
    if len(kept) > longest:
        raise ImprovementError(field, _("Keep it to %(n)s characters.") % {"n": longest})
    return kept


def _write(improvement: Improvement, verb: str, *, by: Viewer, at: datetime, **data: Any) -> None:
    improvement.save()
    about = [thing("improvement", improvement.pk), thing("party", improvement.department_id)]
    record(verb=verb, by=by.person_id, at=at, about=about, **data)
