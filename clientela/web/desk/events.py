"""What happened on a request, in sentences: the facts of the journal, told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clientela.requests.queries import EventSeen
from clientela.web.desk.sentences import Teller, sentence

ICONS = {
    "request_taken": "user-check",
    "request_assigned": "user-plus",
    "request_handed_over": "arrows-exchange",
    "waiting_started": "player-pause",
    "waiting_ended": "player-play",
    "department_asked": "arrow-right",
    "department_answered": "arrow-left",
    "request_resolved": "circle-check",
    "request_closed": "checks",
    "request_reopened": "rotate",
    "request_cancelled": "circle-x",
    "complaint_made": "message-report",
    "step_finished": "check",
    "step_undone": "arrow-back-up",
    "promise_made": "clock",
    "promise_kept": "circle-check",
    "promise_moved": "calendar",
    "promise_broken": "circle-x",
    "promise_at_risk": "hourglass",
}


@dataclass(frozen=True)
class EventShown:
    """One line of what happened."""

    icon: str
    words: SafeString
    at: datetime


def shown_event(event: EventSeen, *, steps: Mapping[str, str], teller: Teller) -> EventShown:
    """The event in a sentence. `steps`: the titles of the plan by key."""
    return EventShown(
        icon=ICONS.get(event.verb, "history"), words=_words(event, steps=steps, teller=teller), at=event.at
    )


def _words(event: EventSeen, *, steps: Mapping[str, str], teller: Teller) -> SafeString:
    name = event.by.name if event.by is not None else ""
    template = _by_somebody(event) if name else _by_itself(event)
    return sentence(
        template,
        name=name,
        party=event.party.name if event.party is not None else "",
        reference=_link(event.reference),
        reason=str(event.data.get("reason") or ""),
        step=steps.get(str(event.data.get("step", "")), str(event.data.get("step", ""))),
        words=_promised(event),
        moment=_moment(event, teller),
    )


def _by_somebody(event: EventSeen) -> str:
    """What a person did."""
    if event.verb in {"waiting_started", "waiting_ended"}:
        return _waiting(event) if event.verb == "waiting_started" else _going_on(event)
    has_party, has_reason = event.party is not None, bool(event.data.get("reason"))
    return {
        "request_taken": _("%(name)s took it."),
        "request_assigned": _("%(name)s gave it to %(party)s.") if has_party else _("%(name)s gave it back."),
        "request_handed_over": _handed_over(has_party=has_party, has_reason=has_reason),
        "department_asked": _("%(name)s asked %(party)s: %(reference)s."),
        "department_answered": _("%(name)s in %(party)s finished %(reference)s."),
        "request_resolved": _("%(name)s resolved it."),
        "request_closed": _("%(name)s closed it."),
        "request_reopened": _("It was opened again: %(name)s wrote that it is not done.")
        if event.data.get("because") == "customer_wrote"
        else _("%(name)s opened it again."),
        "request_cancelled": _("%(name)s cancelled it: %(reason)s") if has_reason else _("%(name)s cancelled it."),
        "complaint_made": _("%(name)s said that something went wrong."),
        "step_finished": _("%(name)s finished a step: %(step)s."),
        "step_undone": _("%(name)s took back a step: %(step)s."),
        "promise_made": _("%(name)s promised “%(words)s” by %(moment)s."),
        "promise_kept": _("%(name)s kept the promise “%(words)s”."),
        "promise_moved": _("%(name)s moved the promise “%(words)s” to %(moment)s."),
    }.get(event.verb, event.verb)


def _by_itself(event: EventSeen) -> str:
    """What the house did, or nobody in particular."""
    if event.verb == "waiting_started":
        return _waiting(event)
    if event.verb == "waiting_ended":
        return _going_on(event)
    return {
        "department_answered": _("%(party)s finished %(reference)s."),
        "request_closed": _("It closed by itself: nobody wrote for seven days."),
        "request_reopened": _("It was opened again, because the customer wrote."),
        "request_resolved": _("It was resolved."),
        "request_cancelled": _("It was cancelled."),
        "request_handed_over": _("It was handed to %(party)s."),
        "complaint_made": _("The customer said that something went wrong."),
        "promise_at_risk": _("A promise is at risk: %(words)s."),
        "promise_broken": _("A promise was broken: %(words)s."),
    }.get(event.verb, event.verb)


def _handed_over(*, has_party: bool, has_reason: bool) -> str:
    if not has_party:
        return _("It moved to another department.")
    return _("%(name)s handed it to %(party)s: %(reason)s") if has_reason else _("%(name)s handed it to %(party)s.")


def _waiting(event: EventSeen) -> str:
    if event.data.get("state") == "waiting_date":
        return _("It waits until %(moment)s.")
    if event.data.get("state") == "waiting_department":
        return _("It waits for the other department.")
    return _("It waits for the customer.")


def _going_on(event: EventSeen) -> str:
    return {
        "customer_wrote": _("The waiting ended: the customer wrote."),
        "department_answered": _("The waiting ended: the other department answered."),
        "date_came": _("The waiting ended: the day came."),
        "handed_over": _("The waiting ended: another department has it now."),
    }.get(str(event.data.get("because", "")), _("The waiting ended."))


def _promised(event: EventSeen) -> str:
    words = str(event.data.get("words") or "")
    if words:
        return words
    return {"first_reply": _("the first reply"), "next_reply": _("the next reply"), "resolution": _("to be done")}.get(
        str(event.data.get("kind", "")), ""
    )


def _moment(event: EventSeen, teller: Teller) -> str:
    written = event.data.get("due_at") or event.data.get("until")
    return teller.moment(datetime.fromisoformat(str(written))) if written else ""


def _link(reference: str) -> SafeString:
    if not reference:
        return SafeString("")
    return format_html('<a href="{}">{}</a>', reverse("desk:request", args=[reference]), reference)
