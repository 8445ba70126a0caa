"""The rules of promises: calendars, terms and clocks. Pure: no database, no settings, no reading of the clock."""

from clientela.promises.rules.calendars import (
    WEEKDAYS,
    CalendarProblemError,
    Holidays,
    Window,
    WorkingCalendar,
    hidden_exceptions,
    holiday_name,
)
from clientela.promises.rules.clock_events import (
    ClockEvent,
    ClockEventKind,
    ClockProblemError,
    clock_event_from_json,
    clock_event_to_json,
)
from clientela.promises.rules.clocks import (
    ClockPhase,
    ClockState,
    clock_state,
    events_of_hand_over,
    next_notice_at,
)
from clientela.promises.rules.moments import NaiveMomentError
from clientela.promises.rules.openings import MomentOutOfReachError
from clientela.promises.rules.public_holidays import public_holidays, regions_by_country
from clientela.promises.rules.stored_calendars import calendar_from_json, calendar_to_json
from clientela.promises.rules.terms import ON_REOPEN, PROMISES, WAITING_STATES, Terms, TermsProblemError
from clientela.promises.rules.vectors import (
    Difference,
    VectorProblemError,
    VectorReport,
    check_vectors,
    check_vectors_in,
)
from clientela.promises.rules.working_time import (
    CalendarWithoutWorkingTime,
    OpenPeriod,
    Pauses,
    add_working_days,
    add_working_seconds,
    is_open,
    next_opening,
    open_periods_after,
    open_periods_before,
    working_seconds_between,
)

__all__ = [
    "ON_REOPEN",
    "PROMISES",
    "WAITING_STATES",
    "WEEKDAYS",
    "CalendarProblemError",
    "CalendarWithoutWorkingTime",
    "ClockEvent",
    "ClockEventKind",
    "ClockPhase",
    "ClockProblemError",
    "ClockState",
    "Difference",
    "Holidays",
    "MomentOutOfReachError",
    "NaiveMomentError",
    "OpenPeriod",
    "Pauses",
    "Terms",
    "TermsProblemError",
    "VectorProblemError",
    "VectorReport",
    "Window",
    "WorkingCalendar",
    "add_working_days",
    "add_working_seconds",
    "calendar_from_json",
    "calendar_to_json",
    "check_vectors",
    "check_vectors_in",
    "clock_event_from_json",
    "clock_event_to_json",
    "clock_state",
    "events_of_hand_over",
    "hidden_exceptions",
    "holiday_name",
    "is_open",
    "next_notice_at",
    "next_opening",
    "open_periods_after",
    "open_periods_before",
    "public_holidays",
    "regions_by_country",
    "working_seconds_between",
]
