"""Why a request stands where it stands in somebody's day. Codes and values; the page words them in its language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReasonCode(StrEnum):
    """One reason, told by its values: `at` a moment, `seconds` working seconds, `name` somebody, `count` how many."""

    FIRST_REPLY_PROMISED = "first_reply_promised"  # by `at`, `seconds` of working time are left
    NEXT_REPLY_PROMISED = "next_reply_promised"
    RESOLUTION_PROMISED = "resolution_promised"
    PERSONAL_PROMISED = "personal_promised"  # `words` by `at`
    FIRST_REPLY_LATE = "first_reply_late"  # was promised by `at`, late by `seconds`
    NEXT_REPLY_LATE = "next_reply_late"
    RESOLUTION_LATE = "resolution_late"
    PERSONAL_LATE = "personal_late"
    LATENESS_LIKELY = "lateness_likely"  # by `seconds` of working time; `name` decides it, promised for `at`
    CUSTOMER_WROTE = "customer_wrote"  # at `at`, and nobody has answered yet
    OTHERS_WAIT = "others_wait"  # `count` requests wait on it; one is `name`'s, for their customer `words`
    DEPARTMENT_ANSWERED = "department_answered"  # `name` answered at `at`
    COMPLAINT = "complaint"
    NOBODY_HAS_IT = "nobody_has_it"
    NO_PROMISE = "no_promise"


@dataclass(frozen=True)
class Reason:
    """One reason with its values; see ReasonCode for which count."""

    code: ReasonCode
    at: datetime | None = None
    seconds: int = 0
    name: str = ""
    words: str = ""
    count: int = 0


@dataclass(frozen=True)
class OwedPromise:
    """An open promise as reasons need it. `seconds` is working time, left or (if late) passed since it was due."""

    kind: str
    due_at: datetime | None  # None while it stands still
    seconds: int
    is_late: bool
    words: str = ""


@dataclass(frozen=True)
class Situation:
    """What is known of a request for telling its reasons."""

    promises: Sequence[OwedPromise]  # open ones, the earliest due first
    unanswered_since: datetime | None
    has_been_answered: bool
    is_complaint: bool
    is_held: bool
    waiting_count: int = 0
    waiting_name: str = ""
    waiting_customer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    likely_late: Reason | None = None  # foreseen of an open promise that is not late yet


def reasons_of(situation: Situation) -> tuple[Reason, ...]:
    """The reasons, the weightiest first; never empty."""
    reasons: list[Reason] = []
    if situation.promises:
        reasons.append(_of_promise(situation.promises[0]))
    if situation.likely_late is not None:
        reasons.append(situation.likely_late)
    if situation.is_complaint:
        reasons.append(Reason(ReasonCode.COMPLAINT))
    if situation.unanswered_since is not None and situation.has_been_answered:
        reasons.append(Reason(ReasonCode.CUSTOMER_WROTE, at=situation.unanswered_since))
    if situation.answered_by:
        reasons.append(Reason(ReasonCode.DEPARTMENT_ANSWERED, at=situation.answered_at, name=situation.answered_by))
    if situation.waiting_count:
        reasons.append(
            Reason(
                ReasonCode.OTHERS_WAIT,
                name=situation.waiting_name,
                words=situation.waiting_customer,
                count=situation.waiting_count,
            )
        )
    if not situation.is_held:
        reasons.append(Reason(ReasonCode.NOBODY_HAS_IT))
    return tuple(reasons) or (Reason(ReasonCode.NO_PROMISE),)


def _of_promise(promise: OwedPromise) -> Reason:
    code = ReasonCode(f"{promise.kind}_{'late' if promise.is_late else 'promised'}")
    return Reason(code, at=promise.due_at, seconds=promise.seconds, words=promise.words)
