"""What can happen to a clock. Events are stored once and never changed; everything else is computed from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from clientela.promises.rules.moments import ticks_of
from clientela.promises.rules.terms import ON_REOPEN


class ClockEventKind(StrEnum):
    """What happened, in the order in which things of one moment are taken when their positions do not say."""

    START = "start"
    KEEP = "keep"  # the promised act was done
    REOPEN = "reopen"
    CHANGE_TERMS = "change_terms"
    MOVE = "move"  # a personal promise was given another due moment
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


RANK: Final = {kind: rank for rank, kind in enumerate(ClockEventKind)}


class ClockProblemError(ValueError):
    """Events that no clock can have: which kind, and what is wrong."""

    def __init__(self, kind: str, problem: str) -> None:
        self.kind = kind
        self.problem = problem
        super().__init__(f"Clock event “{kind}”: {problem}")


@dataclass(frozen=True)
class ClockEvent:
    """One thing that happened to a clock.

    `position` orders events of one moment (the number of their row will do). What else is needed depends on the kind:
    pause, resume: `reason`, the waiting state; a pause lasts until a resume with its reason or with none.
    reopen: `on_reopen`, one of resume, restart, never, as the terms of that day said.
    change_terms: any of `target_seconds`, `calendar` (a key) and `pauses_while`; what is None stays as it was.
    move: `due_at`. Raises ClockProblemError and NaiveMomentError.
    """

    at: datetime
    kind: ClockEventKind
    position: int = 0
    reason: str = ""
    on_reopen: str = ""
    target_seconds: int | None = None
    calendar: str | None = None
    pauses_while: frozenset[str] | None = None
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        ticks_of(self.at)
        if self.kind == ClockEventKind.REOPEN and self.on_reopen not in ON_REOPEN:
            raise ClockProblemError(self.kind, f"on_reopen is “{self.on_reopen}”, not one of {', '.join(ON_REOPEN)}.")
        if self.kind == ClockEventKind.CHANGE_TERMS:
            if self.target_seconds is None and self.calendar is None and self.pauses_while is None:
                raise ClockProblemError(self.kind, "nothing changes: give target_seconds, calendar or pauses_while.")
            if self.target_seconds is not None and self.target_seconds < 1:
                raise ClockProblemError(self.kind, f"target_seconds is {self.target_seconds}, no time at all.")
        if self.kind == ClockEventKind.MOVE:
            if self.due_at is None:
                raise ClockProblemError(self.kind, "due_at is missing.")
            ticks_of(self.due_at, "due_at")


def in_order(events: Iterable[ClockEvent]) -> list[ClockEvent]:
    """Events as they happened, the same list for any order in which they are given."""
    return sorted(events, key=_place)


def clock_event_to_json(event: ClockEvent) -> dict[str, object]:
    """What an event carries besides its moment, kind and position, as plain JSON without the empty parts."""
    data: dict[str, object] = {
        "reason": event.reason,
        "on_reopen": event.on_reopen,
        "target_seconds": event.target_seconds,
        "calendar": event.calendar,
        "pauses_while": None if event.pauses_while is None else sorted(event.pauses_while),
        "due_at": None if event.due_at is None else event.due_at.isoformat(),
    }
    return {key: value for key, value in data.items() if value is not None and value != ""}


def clock_event_from_json(*, at: datetime, kind: str, data: Mapping[str, object], position: int = 0) -> ClockEvent:
    """The event whose parts `clock_event_to_json` wrote. Raises ClockProblemError."""
    if kind not in RANK:
        raise ClockProblemError(kind, f"no such kind. Use {', '.join(ClockEventKind)}.")
    target_seconds, calendar = data.get("target_seconds"), data.get("calendar")
    pauses_while, due_at = data.get("pauses_while"), data.get("due_at")
    return ClockEvent(
        at=at,
        kind=ClockEventKind(kind),
        position=position,
        reason=str(data.get("reason", "")),
        on_reopen=str(data.get("on_reopen", "")),
        target_seconds=target_seconds if isinstance(target_seconds, int) else None,
        calendar=calendar if isinstance(calendar, str) else None,
        pauses_while=frozenset(map(str, pauses_while)) if isinstance(pauses_while, list) else None,
        due_at=datetime.fromisoformat(due_at) if isinstance(due_at, str) else None,
    )


def _place(event: ClockEvent) -> tuple[object, ...]:
    return (
        ticks_of(event.at),
        event.position,
        RANK[event.kind],
        event.reason,
        event.on_reopen,
        -1 if event.target_seconds is None else event.target_seconds,
        event.calendar or "",
        sorted(event.pauses_while or ()),
        0 if event.due_at is None else ticks_of(event.due_at),
    )
