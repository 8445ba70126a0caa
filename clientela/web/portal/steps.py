"""What is behind us and what comes next, for the customer: from the messages, the plan and the promises."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from clientela.requests.queries import RequestStatus

OVER = frozenset({"resolved", "closed", "cancelled"})


@dataclass(frozen=True)
class StepShown:
    """One step on the status page. `state`: done, now, next."""

    title: str
    text: str
    state: str
    at: datetime | None
    icon: str = ""


def steps_of(status: RequestStatus) -> list[StepShown]:
    """Return the way of a request in steps: it arrived, we answered, the plan's own steps, done."""
    steps = [StepShown(gettext("Your request reached us"), "", "done", status.opened_at)]
    first = status.first_reply
    if first is not None:
        is_answered = first.kept_at is not None
        steps.append(
            StepShown(
                gettext("First answer"),
                "" if is_answered or status.state in OVER else gettext("We read it and write to you."),
                "done" if is_answered else "next" if status.state in OVER else "now",
                first.kept_at if is_answered else first.due_at,
            )
        )
    is_now_told = any(step.state == "now" for step in steps)
    for step in status.steps:
        state = "next" if step.state == "now" and is_now_told else step.state
        is_now_told = is_now_told or state == "now"
        steps.append(StepShown(step.title, "", state, step.done_at))
    if status.state == "cancelled":
        steps.append(StepShown(gettext("Cancelled"), "", "done", None))
        return steps
    is_done = status.state in OVER
    due_at = status.resolution.due_at if status.resolution is not None else None
    steps.append(
        StepShown(
            gettext("Done"),
            "",
            "done" if is_done else "next" if is_now_told else "now",
            status.resolved_at if is_done else due_at,
        )
    )
    return steps


def inside_words(status: RequestStatus) -> str:
    """What a customer reads while colleagues elsewhere in the house do a part of the work: how far it is, what is next.

    No department, no title and no word of theirs: only numbers, and the step of the plan that customers see anyway.
    """
    if not status.waits_inside:
        return ""
    words = gettext("We wait for a part of the work inside our house.")
    if status.parts_all > 1:
        words = gettext("Several parts of the work are done inside our house: %(done)s of %(all)s are ready.") % {
            "done": status.parts_done,
            "all": status.parts_all,
        }
    following = next((step.title for step in status.steps if step.state == "now"), "")
    if not following:
        return gettext("%(words)s Then we finish it and write to you.") % {"words": words}
    return gettext("%(words)s Next step: %(step)s.") % {"words": words, "step": following}
