"""Whether a person may be asked now: never too often over all surveys, never where or when they do not want it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from clientela.directory.rules import BoundaryInForce, day_in_zone, delivery, first_moment

QUARTER: Final = timedelta(days=91)


class AskReason(StrEnum):
    """Why a person is not asked, or not yet."""

    REFUSES = "refuses"  # they want no surveys, or no letters at all
    NOT_DRAWN = "not_drawn"  # only a random share is asked, and they are not of it
    ALREADY_ASKED = "already_asked"  # about this very thing
    BUDGET_SPENT = "budget_spent"  # as often in a quarter as anybody may be asked
    TOO_SOON = "too_soon"  # after the last time they were asked
    QUIET_HOURS = "quiet_hours"
    ANSWERED = "answered"  # or they said that they will not
    REMINDED = "reminded"  # once is enough
    EXPIRED = "expired"
    NO_REMINDERS = "no_reminders"  # the house sends none


@dataclass(frozen=True)
class AskingBudget:
    """How often one person may be asked, over all surveys. Raises ValueError for what cannot be."""

    asks_a_quarter: int = 4
    days_between_asks: int = 14  # whole days on the person's calendar
    remind_after_days: int = 5  # 0: never

    def __post_init__(self) -> None:
        if min(self.asks_a_quarter, self.days_between_asks, self.remind_after_days) < 0:
            raise ValueError(self)


@dataclass(frozen=True)
class MayAsk:
    """Whether to ask now. If not: why, and when this reason will be gone (None: it does not pass by itself)."""

    reason: AskReason | None = None
    not_before: datetime | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether to ask now."""
        return self.reason is None


def may_be_asked(
    *,
    at: datetime,
    zone: str,
    asked_before: Sequence[datetime],
    budget: AskingBudget,
    boundaries: Sequence[BoundaryInForce] = (),
    is_drawn: bool = True,
    is_asked_already: bool = False,
) -> MayAsk:
    """Whether a person in `zone` may be asked at `at`. `asked_before`: every ask of any survey, ratings included."""
    never = _first_that_holds(
        (AskReason.REFUSES, _refuses(boundaries, at=at, zone=zone)),
        (AskReason.ALREADY_ASKED, is_asked_already),
        (AskReason.NOT_DRAWN, not is_drawn),
        (AskReason.BUDGET_SPENT, budget.asks_a_quarter == 0),
    )
    if never is not None:
        return never
    lately = sorted(asked for asked in asked_before if asked > at - QUARTER)
    if len(lately) >= budget.asks_a_quarter:
        return MayAsk(AskReason.BUDGET_SPENT, lately[-budget.asks_a_quarter] + QUARTER)
    if asked_before:
        soonest = _days_after(max(asked_before), budget.days_between_asks, zone)
        if at < soonest:
            return MayAsk(AskReason.TOO_SOON, soonest)
    return _after_quiet_hours(boundaries, at=at, zone=zone)


def may_be_reminded(
    *,
    at: datetime,
    zone: str,
    asked_at: datetime,
    expires_at: datetime,
    budget: AskingBudget,
    is_answered: bool,
    is_reminded: bool,
    boundaries: Sequence[BoundaryInForce] = (),
) -> MayAsk:
    """Whether to remind a person of a survey: once, never after an answer, not on its last day."""
    never = _first_that_holds(
        (AskReason.ANSWERED, is_answered),
        (AskReason.REMINDED, is_reminded),
        (AskReason.NO_REMINDERS, budget.remind_after_days == 0),
        (AskReason.EXPIRED, at > expires_at - timedelta(days=1)),
        (AskReason.REFUSES, _refuses(boundaries, at=at, zone=zone)),
    )
    if never is not None:
        return never
    soonest = _days_after(asked_at, budget.remind_after_days, zone)
    if at < soonest:
        return MayAsk(AskReason.TOO_SOON, soonest)
    return _after_quiet_hours(boundaries, at=at, zone=zone)


def _first_that_holds(*reasons: tuple[AskReason, bool]) -> MayAsk | None:
    return next((MayAsk(reason) for reason, holds in reasons if holds), None)


def _refuses(boundaries: Sequence[BoundaryInForce], *, at: datetime, zone: str) -> bool:
    return delivery(boundaries, at=at, zone=zone, subject="surveys").held_by is not None


def _after_quiet_hours(boundaries: Sequence[BoundaryInForce], *, at: datetime, zone: str) -> MayAsk:
    not_before = delivery(boundaries, at=at, zone=zone, subject="surveys").not_before
    return MayAsk() if not_before is None else MayAsk(AskReason.QUIET_HOURS, not_before)


def _days_after(moment: datetime, days: int, zone: str) -> datetime:
    """The first moment of the day that is so many days after the day of `moment`, in the person's zone."""
    return first_moment(datetime.combine(day_in_zone(moment, zone) + timedelta(days=days), time()), zone)
