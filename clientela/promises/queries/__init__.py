"""What is promised, what is kept, and how the hours stand: answered as plain data, ready to show."""

from clientela.promises.queries.calendars import (
    CalendarSeen,
    TermsSeen,
    all_terms,
    calendar_of_department,
    calendars,
    newest_terms_versions,
    terms_by_key,
)
from clientela.promises.queries.clocks import (
    ClockSeen,
    PromiseShare,
    clock_seen,
    clocks_of,
    due_moments_of,
    open_clocks_of,
    promise_shares,
    promises_made_by,
    subjects_still_due,
)
from clientela.promises.queries.hours import (
    HoursToday,
    OpenTime,
    PromisedTimes,
    due_if_asked_now,
    hours_today,
    open_time_of,
    usual_week_of,
    working_seconds_of,
)
from clientela.promises.queries.many import ManyHours, many_hours, ticks_now
from clientela.promises.queries.remaining import TimeLeft, WorkingHours, time_left, time_left_of, working_hours
from clientela.promises.queries.states import CalendarHistory, calendar_history, calendar_versions

__all__ = [
    "CalendarHistory",
    "CalendarSeen",
    "ClockSeen",
    "HoursToday",
    "ManyHours",
    "OpenTime",
    "PromiseShare",
    "PromisedTimes",
    "TermsSeen",
    "TimeLeft",
    "WorkingHours",
    "all_terms",
    "calendar_history",
    "calendar_of_department",
    "calendar_versions",
    "calendars",
    "clock_seen",
    "clocks_of",
    "due_if_asked_now",
    "due_moments_of",
    "hours_today",
    "many_hours",
    "newest_terms_versions",
    "open_clocks_of",
    "open_time_of",
    "promise_shares",
    "promises_made_by",
    "subjects_still_due",
    "terms_by_key",
    "ticks_now",
    "time_left",
    "time_left_of",
    "usual_week_of",
    "working_hours",
    "working_seconds_of",
]
