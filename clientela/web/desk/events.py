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
    "departments_asked_together": "route",
    "enough_parts_done": "checks",
    "parts_stopped": "player-pause",
    "parts_dropped": "circle-x",
    "part_released": "arrow-right",
    "part_reopened": "rotate",
    "requests_linked": "route",
    "requests_unlinked": "arrow-back-up",
    "request_merged": "arrow-right",
    "request_unmerged": "arrow-back-up",
    "request_took_in": "arrow-left",
    "request_takes_up": "rotate",
    "request_taken_up": "arrow-right",
    "department_addressed": "route",
    "customer_changed": "user-check",
    "reply_undelivered": "alert-triangle",
    "step_finished": "check",
    "step_undone": "arrow-back-up",
    "promise_made": "clock",
    "promise_kept": "circle-check",
    "promise_moved": "calendar",
    "promise_broken": "circle-x",
    "promise_at_risk": "hourglass",
    "lateness_likely": "hourglass",
    "request_weighed": "user-plus",
}
# What the facts of a chain count.
NUMBERS = ("done", "all", "enough", "left", "count")


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
        **{name: str(event.data.get(name, "")) for name in NUMBERS},
    )


def _by_somebody(event: EventSeen) -> str:
    """What a person did."""
    if event.verb in {"waiting_started", "waiting_ended"}:
        return _waiting(event) if event.verb == "waiting_started" else _going_on(event)
    if event.verb in TOLD_OF_CHAINS:
        return _of_a_chain(event)
    has_party, has_reason = event.party is not None, bool(event.data.get("reason"))
    return {
        "request_taken": _("%(name)s took it."),
        "request_assigned": _("%(name)s gave it to %(party)s.") if has_party else _("%(name)s gave it back."),
        "request_handed_over": _handed_over(has_party=has_party, has_reason=has_reason),
        "department_asked": _("%(name)s asked %(party)s: %(reference)s."),
        "departments_asked_together": _together(event),
        "requests_linked": _("%(name)s lets this wait on %(reference)s at %(party)s, which was there already."),
        "requests_unlinked": _("%(name)s no longer lets this wait on %(reference)s."),
        "department_answered": _("%(name)s cancelled %(reference)s, which %(party)s was asked for.")
        if event.data.get("state") == "cancelled"
        else _("%(name)s in %(party)s finished %(reference)s."),
        "request_resolved": _("%(name)s resolved it."),
        "request_closed": _("%(name)s closed it."),
        "request_reopened": _("It was opened again: %(name)s wrote that it is not done.")
        if event.data.get("because") == "customer_wrote"
        else _("%(name)s opened it again."),
        "request_cancelled": _cancelled_by_somebody(event, has_reason=has_reason),
        "complaint_made": _("%(name)s said that something went wrong."),
        "request_weighed": _("%(name)s said what hangs on it."),
        "request_merged": _("%(name)s merged it into %(reference)s."),
        "request_unmerged": _("%(name)s parted it from %(reference)s again."),
        "request_took_in": _("%(name)s merged %(reference)s into it."),
        "customer_changed": _("%(name)s made it the request of %(party)s."),
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
    if event.verb in TOLD_OF_CHAINS:
        return _of_a_chain(event)
    because = str(event.data.get("because") or "")
    return {
        "department_asked": _("The next in the order was asked: %(party)s, %(reference)s."),
        "department_answered": _("%(party)s finished %(reference)s."),
        "request_closed": _("It closed by itself: nobody wrote for seven days."),
        "request_reopened": _("It was opened again, because %(reference)s is not done after all.")
        if because == "part_reopened" and event.reference
        else _("It was opened again.")
        if because == "part_reopened"
        else _("It was opened again, because the customer wrote."),
        "request_resolved": _("It finished by itself: everything it waited for is done.")
        if because == "parts_done"
        else _("It was resolved."),
        "request_cancelled": _cancelled_by_itself(because, has_reference=bool(event.reference)),
        "request_handed_over": _("It was handed to %(party)s."),
        "request_takes_up": _("It takes up %(reference)s, which has ended."),
        "request_taken_up": _("The customer wrote again: it goes on in %(reference)s."),
        "department_addressed": _("The customer wrote to %(party)s as well, who see it too."),
        "complaint_made": _("The customer said that something went wrong."),
        "step_finished": _("A step is done, because the department that was asked for it is done: %(step)s."),
        "step_undone": _("A step is open again, because what was asked for it is not done after all: %(step)s."),
        "reply_undelivered": _("A letter did not reach its reader."),
        "promise_at_risk": _("A promise is at risk: %(words)s."),
        "promise_broken": _("A promise was broken: %(words)s."),
        "lateness_likely": _("A promise will likely be late: %(words)s."),
    }.get(event.verb, event.verb)


def _cancelled_by_somebody(event: EventSeen, *, has_reason: bool) -> str:
    if event.data.get("because") == "merged" and event.reference:
        return _("%(name)s ended it here: it goes on in %(reference)s.")
    return _("%(name)s cancelled it: %(reason)s") if has_reason else _("%(name)s cancelled it.")


def _cancelled_by_itself(because: str, *, has_reference: bool) -> str:
    if because == "not_needed_any_more" and has_reference:
        return _("It was cancelled, because %(reference)s, for which it was asked, was cancelled.")
    if because == "enough_done" and has_reference:
        return _("It was cancelled before anybody took it: enough others are done for %(reference)s.")
    return _("It was cancelled.")


TOLD_OF_CHAINS = frozenset({"enough_parts_done", "parts_stopped", "parts_dropped", "part_released", "part_reopened"})


def _of_a_chain(event: EventSeen) -> str:
    """What became of parts asked together, whoever's act brought it about."""
    because = str(event.data.get("because") or "")
    if event.verb == "parts_stopped":
        return {
            "out_of_reach": _("%(enough)s parts are needed, and so many can no longer be done. It is your turn again."),
            "part_cancelled": _("A part was cancelled, so the next was not asked. It is your turn again."),
        }.get(because, _("The next part can no longer be asked as it was planned. It is your turn again."))
    if event.verb == "parts_dropped":
        if because == "agent":
            return _("%(name)s dropped what was left of it: %(count)s.")
        return _("What was not asked yet was dropped, because this has ended: %(count)s.")
    return {
        "enough_parts_done": _("Enough parts are done: %(done)s of %(all)s. The others are not waited for."),
        "part_released": _("%(reference)s no longer waits for it: enough others are done. What was begun goes on."),
        "part_reopened": _("%(party)s opened %(reference)s again. This stays resolved, because a hand resolved it."),
    }[event.verb]


def _together(event: EventSeen) -> str:
    """How several departments were asked in one go."""
    is_all = event.data.get("enough") == event.data.get("all")
    if event.data.get("manner") == "in_order":
        if is_all:
            return _("%(name)s asked for %(all)s parts, one after the other.")
        return _("%(name)s asked for %(all)s parts, one after the other; %(enough)s are enough.")
    if is_all:
        return _("%(name)s asked for %(all)s parts, side by side.")
    return _("%(name)s asked for %(all)s parts, side by side; %(enough)s are enough.")


def _handed_over(*, has_party: bool, has_reason: bool) -> str:
    if not has_party:
        return _("It moved to another department.")
    return _("%(name)s handed it to %(party)s: %(reason)s") if has_reason else _("%(name)s handed it to %(party)s.")


def _waiting(event: EventSeen) -> str:
    if event.data.get("state") == "waiting_date":
        return _("It waits until %(moment)s.")
    if event.data.get("because") == "part_reopened":
        return _("It waits again: what it needed was opened again.")
    if event.data.get("state") == "waiting_department":
        return _("It waits for the other department.")
    return _("It waits for the customer.")


def _going_on(event: EventSeen) -> str:
    return {
        "customer_wrote": _("The waiting ended: the customer wrote."),
        "department_answered": _("The waiting ended: the other department answered."),
        "date_came": _("The waiting ended: the day came."),
        "handed_over": _("The waiting ended: another department has it now."),
        "letter_undelivered": _("The waiting ended: our letter did not reach its reader."),
        "parts_stopped": _("The waiting ended: somebody has to decide how it goes on."),
        "unlinked": _("The waiting ended: nothing else holds it."),
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
