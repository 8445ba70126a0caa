"""Clocks: where a promise stands, computed from what happened to it. Nothing here is stored as truth.

A promise counts either working seconds up to a target, or has a due moment of its own (a personal promise: "I call you
on Tuesday at three"), which no pause shifts. Clocks count whole seconds: the fraction of a moment is dropped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from clientela.promises.rules.calendars import WorkingCalendar
from clientela.promises.rules.clock_events import ClockEvent, ClockEventKind, ClockProblemError, in_order
from clientela.promises.rules.moments import ticks_of, whole_second_of
from clientela.promises.rules.terms import WARN_SHARE, check_warn_share
from clientela.promises.rules.working_time import add_working_seconds, working_seconds_between

NO_CALENDARS: Final[Mapping[str, WorkingCalendar]] = MappingProxyType({})


class ClockPhase(StrEnum):
    """Where a promise stands. Kept at the very due moment is kept; it is broken from the next second on."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    BROKEN_OPEN = "broken_open"
    KEPT_LATE = "kept_late"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ClockState:
    """A promise as it stands at `at`.

    `due_at`, `warn_at`: None while a pause holds them back (see `due_if_resumed_at`) and once cancelled.
    `working_seconds_used`, `working_seconds_left`: without pauses; `left` is negative by what it is late.
    `late_working_seconds`: broken or kept late; 0 is possible, when nobody works between the due moment and the act.
    `early_working_seconds`: kept, with so much left. `is_paused`: also when it had been broken before it paused.
    `first_broken_at`: the first due moment that passed unkept, even if the promise was moved or reopened since.
    """

    phase: ClockPhase
    at: datetime
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    working_seconds_used: int
    working_seconds_left: int
    late_working_seconds: int
    early_working_seconds: int
    kept_at: datetime | None
    first_broken_at: datetime | None
    is_paused: bool
    calendar: WorkingCalendar = field(repr=False)

    @property
    def is_at_risk(self) -> bool:
        """Running, with the share of its time used after which people are warned."""
        return self.phase == ClockPhase.RUNNING and self.warn_at is not None and self.warn_at <= self.at

    @property
    def is_ended(self) -> bool:
        """Kept, kept late or cancelled."""
        return self.phase in (ClockPhase.KEPT, ClockPhase.KEPT_LATE, ClockPhase.CANCELLED)

    def due_if_resumed_at(self, moment: datetime) -> datetime | None:
        """When a paused promise would be due if it went on at `moment`; for any other, its `due_at`."""
        if self.phase != ClockPhase.PAUSED:
            return self.due_at
        return add_working_seconds(self.calendar, whole_second_of(moment), self.working_seconds_left)


def clock_state(
    *,
    events: Iterable[ClockEvent],
    now: datetime,
    calendar: WorkingCalendar,
    target_seconds: int | None = None,
    fixed_due_at: datetime | None = None,
    calendars: Mapping[str, WorkingCalendar] = NO_CALENDARS,
    pauses_while: frozenset[str] | None = None,
    warn_share: float = WARN_SHARE,
) -> ClockState:
    """Where a promise stands at `now`, by what happened up to then. The same for any order of `events`.

    Give either `target_seconds` (at least 1, in working time) or `fixed_due_at`. `calendar` is the one it began with,
    `calendars` holds those that change_terms events name. `pauses_while`: the reasons that pause it; None: every one.
    Working time used before a change of terms stays used, as the calendar of that time counted it.
    Raises ClockProblemError, CalendarWithoutWorkingTime, NaiveMomentError and TermsProblemError.
    """
    check_warn_share(warn_share)
    happened = in_order(events)
    start = _start_among(happened, target_seconds, fixed_due_at)
    began_at = whole_second_of(start.at)
    run = _Run(
        calendar=calendar,
        calendars=calendars,
        target_seconds=target_seconds,
        fixed_due_at=None if fixed_due_at is None else whole_second_of(fixed_due_at, "fixed_due_at"),
        pauses_while=pauses_while,
        warn_share=warn_share,
        began_at=began_at,
        started_at=start.at,
        running_since=began_at,
    )
    seen_until = max(ticks_of(now, "now"), ticks_of(start.at))
    for event in happened:
        if ticks_of(event.at) <= seen_until:
            run.take(event)
    return run.state_at(max(whole_second_of(now), began_at))


def next_notice_at(state: ClockState) -> datetime | None:
    """When time alone will next change something: the warning, then the due moment. None when it cannot.

    At that very moment a promise is not yet broken, so a sweep that runs on the dot finds it again a second later.
    """
    if state.phase != ClockPhase.RUNNING:
        return None
    return state.warn_at if state.warn_at is not None and state.at < state.warn_at else state.due_at


def events_of_hand_over(
    events: Iterable[ClockEvent], *, at: datetime, position: int = 0
) -> tuple[tuple[ClockEvent, ...], tuple[ClockEvent, ...]]:
    """What to write when another department takes over: to the first one's clock, and to a new clock of the second.

    The first promise ends there, and the second begins with all of its time: nobody inherits a spent clock. What the
    request is waiting for it still waits for, so the new clock begins with the same pauses.
    """
    waiting: set[str] = set()
    for event in in_order(event for event in events if ticks_of(event.at) <= ticks_of(at)):
        waiting = _waiting_after(event, waiting)
    ended = ClockEvent(at=at, kind=ClockEventKind.CANCEL, position=position)
    begun = ClockEvent(at=at, kind=ClockEventKind.START, position=position)
    held = [replace(begun, kind=ClockEventKind.PAUSE, reason=reason) for reason in sorted(waiting)]
    return (ended,), (begun, *held)


@dataclass(frozen=True)
class _Stretch:
    """A span in which the clock ran, by one calendar."""

    calendar: WorkingCalendar
    since: datetime
    until: datetime

    @property
    def working_seconds(self) -> int:
        return working_seconds_between(self.calendar, self.since, self.until)


@dataclass
class _Run:
    """A clock while its events are replayed."""

    calendar: WorkingCalendar
    calendars: Mapping[str, WorkingCalendar]
    target_seconds: int | None
    fixed_due_at: datetime | None
    pauses_while: frozenset[str] | None
    warn_share: float
    began_at: datetime
    started_at: datetime
    running_since: datetime | None
    counted: list[_Stretch] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    ended: ClockState | None = None  # as it stood when it was kept or cancelled
    is_cancelled: bool = False
    first_broken_at: datetime | None = None

    def take(self, event: ClockEvent) -> None:
        """Let one more thing happen. A cancelled clock stays cancelled."""
        if self.is_cancelled:
            return
        # Two machines' clocks may differ by a moment; nothing happens to a promise before it is given.
        at = max(whole_second_of(event.at), self.began_at)
        match event.kind:
            case ClockEventKind.KEEP if self.ended is None:
                self._keep(event, at)
            case ClockEventKind.REOPEN if self.ended is not None and event.on_reopen != "never":
                self._reopen(event, at)
            case ClockEventKind.CHANGE_TERMS:
                self._change_terms(event, at)
            case ClockEventKind.MOVE:
                self._move(event, at)
            case ClockEventKind.PAUSE | ClockEventKind.RESUME if self.ended is None:
                self.waiting = _waiting_after(event, self.waiting)
                self._run_or_stand(at)
            case ClockEventKind.CANCEL if self.ended is None:
                self._note_breach(at)
                self._stand(at)
                self.is_cancelled = True
                self.ended = self.state_at(at)

    def state_at(self, at: datetime, kept_at: datetime | None = None) -> ClockState:
        if self.ended is not None:
            return replace(self.ended, at=at)
        due_at = self._due_at()
        is_late = due_at is not None and due_at < at
        used, left = self._used_and_left(at)
        return ClockState(
            phase=self._phase(is_late=is_late, is_kept=kept_at is not None),
            at=at,
            started_at=self.started_at,
            due_at=None if self.is_cancelled else due_at,
            warn_at=None if self.is_cancelled else self._warn_at(),
            working_seconds_used=used,
            working_seconds_left=left,
            late_working_seconds=-left if is_late else 0,
            early_working_seconds=left if kept_at is not None and not is_late else 0,
            kept_at=kept_at,
            first_broken_at=self.first_broken_at or (due_at if is_late else None),
            is_paused=self.running_since is None and not self.is_cancelled and kept_at is None,
            calendar=self.calendar,
        )

    def _phase(self, *, is_late: bool, is_kept: bool) -> ClockPhase:
        if self.is_cancelled:
            return ClockPhase.CANCELLED
        if is_kept:
            return ClockPhase.KEPT_LATE if is_late else ClockPhase.KEPT
        if is_late:
            return ClockPhase.BROKEN_OPEN
        return ClockPhase.PAUSED if self.running_since is None else ClockPhase.RUNNING

    def _keep(self, event: ClockEvent, at: datetime) -> None:
        self._note_breach(at)
        self.ended = self.state_at(at, kept_at=event.at)
        # Whatever it waited for, the wait is over: time between keeping and reopening never counts.
        self._stand(at)
        self.waiting = _waiting_after(event, self.waiting)

    def _reopen(self, event: ClockEvent, at: datetime) -> None:
        self.ended = None
        self.running_since = at
        if event.on_reopen == "restart":
            self.counted = []
            self.started_at = event.at

    def _change_terms(self, event: ClockEvent, at: datetime) -> None:
        if self.target_seconds is None:
            raise ClockProblemError(event.kind, "a promise with a due moment of its own has no terms; move it.")
        self._note_breach(at)
        self._stand(at)
        self.target_seconds = event.target_seconds if event.target_seconds is not None else self.target_seconds
        self.pauses_while = event.pauses_while if event.pauses_while is not None else self.pauses_while
        if event.calendar is not None:
            if event.calendar not in self.calendars:
                raise ClockProblemError(event.kind, f"the calendar “{event.calendar}” was not given.")
            self.calendar = self.calendars[event.calendar]
        self._run_or_stand(at)

    def _move(self, event: ClockEvent, at: datetime) -> None:
        if self.fixed_due_at is None or event.due_at is None:
            raise ClockProblemError(event.kind, "only a promise with a due moment of its own can be moved.")
        self._note_breach(at)
        self.fixed_due_at = whole_second_of(event.due_at, "due_at")

    def _note_breach(self, at: datetime) -> None:
        """Remember a due moment that passed, before an event replaces it: a broken promise stays a broken one."""
        due_at = self._due_at()
        if self.ended is None and self.first_broken_at is None and due_at is not None and due_at < at:
            self.first_broken_at = due_at

    def _run_or_stand(self, at: datetime) -> None:
        if self.ended is not None or self._is_held():
            self._stand(at)
        elif self.running_since is None:
            self.running_since = at

    def _is_held(self) -> bool:
        if self.fixed_due_at is not None:
            return False
        return any(not reason or self.pauses_while is None or reason in self.pauses_while for reason in self.waiting)

    def _stand(self, at: datetime) -> None:
        if self.running_since is not None:
            self.counted.append(_Stretch(self.calendar, self.running_since, at))
            self.running_since = None

    def _used_and_left(self, at: datetime) -> tuple[int, int]:
        if self.fixed_due_at is not None:
            left = working_seconds_between(self.calendar, at, self.fixed_due_at)
            left -= working_seconds_between(self.calendar, self.fixed_due_at, at)
            return working_seconds_between(self.calendar, whole_second_of(self.started_at), at), left
        used = sum(stretch.working_seconds for stretch in self.counted)
        if self.running_since is not None:
            used += working_seconds_between(self.calendar, self.running_since, at)
        return used, (self.target_seconds or 0) - used

    def _due_at(self) -> datetime | None:
        return self.fixed_due_at if self.target_seconds is None else self._reached_at(self.target_seconds)

    def _warn_at(self) -> datetime | None:
        if self.target_seconds is not None:
            return self._reached_at(max(1, round(self.warn_share * self.target_seconds)))
        started_at = whole_second_of(self.started_at)
        if self.fixed_due_at is None or self.fixed_due_at <= started_at:
            return self.fixed_due_at
        working_seconds = working_seconds_between(self.calendar, started_at, self.fixed_due_at)
        if working_seconds == 0:  # promised on a Saturday for the Sunday
            return whole_second_of(started_at + self.warn_share * (self.fixed_due_at - started_at))
        return add_working_seconds(self.calendar, started_at, max(1, round(self.warn_share * working_seconds)))

    def _reached_at(self, seconds: int) -> datetime | None:
        """The moment at which so many working seconds were or will be used; None when it stands before that."""
        for stretch in self.counted:
            if seconds <= stretch.working_seconds:
                return add_working_seconds(stretch.calendar, stretch.since, seconds)
            seconds -= stretch.working_seconds
        return None if self.running_since is None else add_working_seconds(self.calendar, self.running_since, seconds)


def _start_among(happened: list[ClockEvent], target_seconds: int | None, fixed_due_at: datetime | None) -> ClockEvent:
    start = next((event for event in happened if event.kind == ClockEventKind.START), None)
    if start is None:
        raise ClockProblemError(ClockEventKind.START, "it is missing, so the clock never began.")
    if (target_seconds is None) == (fixed_due_at is None):
        raise ClockProblemError(start.kind, "give either target_seconds or fixed_due_at.")
    if target_seconds is not None and target_seconds < 1:
        raise ClockProblemError(start.kind, f"target_seconds is {target_seconds}, no time at all.")
    return start


def _waiting_after(event: ClockEvent, waiting: set[str]) -> set[str]:
    """What a request waits for after an event: a pause adds its reason, a resume ends its own or, without one, all."""
    match event.kind:
        case ClockEventKind.PAUSE:
            return waiting | {event.reason}
        case ClockEventKind.RESUME if event.reason:
            return waiting - {event.reason}
        case ClockEventKind.RESUME | ClockEventKind.KEEP | ClockEventKind.REOPEN:
            return set()
    return waiting
