"""What the order is told of a request: which promise counts, how much work is left, and the answer it owes meanwhile.

`rules.order` asks how urgent it is that a request gets done, for its own sake and for all that wait on it. Often a
first reply or a call back is owed long before that. Such an answer is a small piece of work with a moment of its own:
the request itself presses as if it were due then, and nothing that it waits on does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from clientela.requests.rules.order.explaining import PlaceReason
from clientela.requests.rules.order.scale import (
    FLOOR_BASE,
    MOST_LOG,
    TIER_STEP,
    Floats,
    log_on_scale,
    on_scale,
    pace_of,
)

UNKNOWN_WORK_HOURS: Final = 1.0  # of work about which no history says anything
LEAST_SHARE_LEFT: Final = 0.2  # of the expected work: who has worked longer than usual is not done for that
ANSWER_HOURS: Final = 0.25  # a reply or a call is done in a quarter of an hour
SECONDS_AN_HOUR: Final = 3600


class Owed(Protocol):
    """An open promise."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - first_reply, next_reply, resolution, personal
    @property
    def due_at(self) -> datetime | None: ...  # noqa: D102 - None while it stands still


OwedT = TypeVar("OwedT", bound=Owed)


class WorkSource(StrEnum):
    """Whose history the expected work was learned from."""

    SERVICE = "service"  # this service at this department
    DEPARTMENT = "department"
    HOUSE = "house"
    NOTHING = "nothing"  # no history yet


class Because(StrEnum):
    """What puts a request where it stands. "Carried": not its own need does, but that of one that waits on it."""

    CHOSEN = "chosen"  # by the person whose day it is
    SAFETY = "safety"
    SAFETY_CARRIED = "safety_carried"
    WAITED = "waited"
    WAITED_CARRIED = "waited_carried"
    ANSWER = "answer"  # it owes a reply or a call before it is done
    OWN = "own"
    CARRIED = "carried"


@dataclass(frozen=True)
class ExpectedWork:
    """How much work is probably left, and how one knows."""

    hours: float
    source: WorkSource
    cases: int


def expected_work(learned: Sequence[tuple[float, int] | None], *, worked_seconds: float) -> ExpectedWork:
    """What is left of the expected work of a stay.

    `learned`: (seconds, cases) of the service, the department and the house, or None; the first that is known counts.
    """
    found, source = (UNKNOWN_WORK_HOURS * SECONDS_AN_HOUR, 0), WorkSource.NOTHING
    for known, of in zip(learned, (WorkSource.SERVICE, WorkSource.DEPARTMENT, WorkSource.HOUSE), strict=True):
        if known is not None:
            found, source = known, of
            break
    seconds, cases = found
    left = max(seconds - worked_seconds, seconds * LEAST_SHARE_LEFT)
    return ExpectedWork(left / SECONDS_AN_HOUR, source, cases)


def deciding_promise(owed: Sequence[OwedT]) -> OwedT | None:
    """The promise by which a request is ranked: that it is done; without one, the one due first."""
    done = next((one for one in owed if one.kind == "resolution"), None)
    return done if done is not None else _due_first(owed)


def answer_owed(owed: Sequence[OwedT]) -> OwedT | None:
    """What else was promised on the way to being done, and is due first: a reply, a call. What stands still is not."""
    if not any(one.kind == "resolution" for one in owed):
        return None
    running = [one for one in owed if one.kind != "resolution" and one.due_at is not None]
    return _due_first(running)


def with_answers(
    urgencies: ArrayLike,
    *,
    cost_per_hour: ArrayLike,
    work_hours: ArrayLike,
    answer_hours_left: ArrayLike,
    mean_work_hours: float,
    look_ahead: float,
) -> Floats:
    """The urgencies of `rules.order`, raised where an answer is owed sooner; one row a request.

    `answer_hours_left`: working hours to the answer's due moment, negative when late; NaN where none is owed.
    What is past its floor is ordered by how long it has waited, whatever it owes.
    """
    found, cost, left = (np.asarray(each, dtype=np.float64) for each in (urgencies, cost_per_hour, answer_hours_left))
    if not found.size:
        return found
    pace = pace_of(mean_work_hours=mean_work_hours, look_ahead=look_ahead)
    work = np.asarray(work_hours, dtype=np.float64)
    answering = np.minimum(ANSWER_HOURS, work)
    tier = np.rint(found / TIER_STEP) * TIER_STEP
    index = found - tier
    log_cost = log_on_scale(cost)
    is_owed = ~np.isnan(left)
    slack = np.where(is_owed, on_scale(np.nan_to_num(left) / pace) - on_scale(answering / pace), 0.0)
    answer = np.clip(log_cost - np.maximum(slack, 0.0) - log_on_scale(work), -MOST_LOG, MOST_LOG)
    return np.where(is_owed & (index < FLOOR_BASE), tier + np.maximum(index, answer), found)


def because_of(reason: PlaceReason, *, is_chosen: bool, is_answer_first: bool) -> Because:
    """What is said first of a place. An answer that is owed sooner counts only among what has a price."""
    if is_chosen:
        return Because.CHOSEN
    if reason not in _BECAUSE:
        return Because.ANSWER if is_answer_first else _PRICED[reason]
    return _BECAUSE[reason]


def hours_sooner(urgency: float, *, first: float, slack_hours: float, pace_hours: float) -> float | None:
    """By how many working hours less to spare it would stand first; None if no moment alone would bring it there."""
    if first - urgency > MOST_LOG or first <= urgency:
        return None
    needed = (first - urgency) * pace_hours
    return needed if needed <= slack_hours else None


_BECAUSE: Final = {
    PlaceReason.SAFETY: Because.SAFETY,
    PlaceReason.SAFETY_CARRIED: Because.SAFETY_CARRIED,
    PlaceReason.WAITED_LONGEST: Because.WAITED,
    PlaceReason.WAITED_LONGEST_CARRIED: Because.WAITED_CARRIED,
}
_PRICED: Final = {
    PlaceReason.LATE: Because.OWN,
    PlaceReason.DUE: Because.OWN,
    PlaceReason.LATE_CARRIED: Because.CARRIED,
    PlaceReason.DUE_CARRIED: Because.CARRIED,
}


def _due_first(owed: Sequence[OwedT]) -> OwedT | None:
    running = [(one.due_at, one) for one in owed if one.due_at is not None]
    if running:
        return min(running, key=lambda each: each[0])[1]
    return owed[0] if owed else None
