"""What can be done with promises."""

from clientela.promises.actions.calendars import assign_calendar, define_calendar, define_terms
from clientela.promises.actions.clocks import (
    ClocksToStart,
    cancel_clocks,
    keep_clocks,
    move_clocks_to,
    next_due_at,
    owe_to,
    pause_clocks,
    reopen_clocks,
    resume_clocks,
    start_clocks,
    start_clocks_of_many,
)
from clientela.promises.actions.history import PastClock, PastEvent, WrittenClock, write_clock_history
from clientela.promises.actions.personal import PromiseError, keep_promise, make_promise, move_promise
from clientela.promises.actions.recomputing import RecomputedClocks, recompute_clocks
from clientela.promises.actions.sweep import rebuild_clocks, sweep_promises
from clientela.promises.queries.states import NoCalendarError

__all__ = [
    "ClocksToStart",
    "NoCalendarError",
    "PastClock",
    "PastEvent",
    "PromiseError",
    "RecomputedClocks",
    "WrittenClock",
    "assign_calendar",
    "cancel_clocks",
    "define_calendar",
    "define_terms",
    "keep_clocks",
    "keep_promise",
    "make_promise",
    "move_clocks_to",
    "move_promise",
    "next_due_at",
    "owe_to",
    "pause_clocks",
    "rebuild_clocks",
    "recompute_clocks",
    "reopen_clocks",
    "resume_clocks",
    "start_clocks",
    "start_clocks_of_many",
    "sweep_promises",
    "write_clock_history",
]
