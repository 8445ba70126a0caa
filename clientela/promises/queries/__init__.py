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
    open_clocks_of,
    promise_shares,
    promises_made_by,
)
from clientela.promises.queries.hours import (
    HoursToday,
    PromisedTimes,
    due_if_asked_now,
    hours_today,
    working_seconds_of,
)
from clientela.promises.queries.states import calendar_versions

__all__ = [
    "CalendarSeen",
    "ClockSeen",
    "HoursToday",
    "PromiseShare",
    "PromisedTimes",
    "TermsSeen",
    "all_terms",
    "calendar_of_department",
    "calendar_versions",
    "calendars",
    "clock_seen",
    "clocks_of",
    "due_if_asked_now",
    "hours_today",
    "newest_terms_versions",
    "open_clocks_of",
    "promise_shares",
    "promises_made_by",
    "terms_by_key",
    "working_seconds_of",
]
