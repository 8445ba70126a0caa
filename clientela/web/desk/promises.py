"""Promises as the desk shows them: a title, a mark, and what is left."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clientela.promises.queries import ClockSeen
from clientela.web.desk.sentences import Teller


@dataclass(frozen=True)
class PromiseShown:
    """One promise, ready for the `promise` tag. `state` is one of the marks; `due_at` is None once it has ended."""

    id: int
    kind: str
    title: str
    state: str
    seconds: int | None
    due_at: datetime | None
    words: str
    late: str  # "2 h late" of one that is broken, "" otherwise
    is_open: bool
    promised_by_id: int | None


def shown_promise(clock: ClockSeen, *, teller: Teller) -> PromiseShown:
    """The promise in words."""
    state, seconds, words = _state(clock, teller)
    return PromiseShown(
        id=clock.id,
        kind=clock.kind,
        title=_title(clock),
        state=state,
        seconds=seconds,
        due_at=clock.due_at if clock.is_open else None,
        words=words,
        late=_("%(duration)s late") % {"duration": teller.time(seconds or 0)} if clock.state == "broken" else "",
        is_open=clock.is_open,
        promised_by_id=clock.promised_by_id,
    )


def _title(clock: ClockSeen) -> str:
    if clock.kind == "personal":
        return clock.words
    if clock.is_open and clock.due_at is not None:
        return {
            "first_reply": _("First reply by"),
            "next_reply": _("Next reply by"),
            "resolution": _("Done by"),
        }[clock.kind]
    return {"first_reply": _("First reply"), "next_reply": _("Next reply"), "resolution": _("Done")}[clock.kind]


def _state(clock: ClockSeen, teller: Teller) -> tuple[str, int | None, str]:
    """The mark, its working seconds, and its words where the mark's own would not do."""
    if clock.state == "kept_late":
        late = teller.time(clock.late_working_seconds)
        return "broken", clock.late_working_seconds, _("kept, %(duration)s late") % {"duration": late}
    if clock.state == "kept":
        early = clock.early_working_seconds or None
        return "kept", early, "" if early else _("kept")
    left = max(clock.working_seconds_left or 0, 0)
    if clock.state == "at_risk":
        return "at_risk", left, ""
    if clock.state == "broken":
        return "broken", clock.late_working_seconds, ""
    if clock.state == "paused":
        return "paused", None, _("stands still while we wait")
    return "running", left, _("%(duration)s of working time left") % {"duration": teller.time(left)}
