"""A log played again: events, what of them is work and what waiting, the teams, the promises, what each rule does."""

from clientela.requests.rules.replays.asking import asked_of
from clientela.requests.rules.replays.comparing import ALL, Comparison, Figures, RuleAnswer, compared
from clientela.requests.rules.replays.events import NOTHING, Events, Note
from clientela.requests.rules.replays.playing import UNPROMISED_HOURS, Played, World
from clientela.requests.rules.replays.promising import SHARES
from clientela.requests.rules.replays.staffing import Staffing, from_core_on, staffed
from clientela.requests.rules.replays.stakes import stakes_of
from clientela.requests.rules.replays.stays import EventHours, Work, event_hours, work_of
from clientela.requests.rules.replays.working_time import (
    WorkingTime,
    as_local,
    from_local,
    idle_months,
    seen_working_time,
)

__all__ = [
    "ALL",
    "NOTHING",
    "SHARES",
    "UNPROMISED_HOURS",
    "Comparison",
    "EventHours",
    "Events",
    "Figures",
    "Note",
    "Played",
    "RuleAnswer",
    "Staffing",
    "Work",
    "WorkingTime",
    "World",
    "as_local",
    "asked_of",
    "compared",
    "event_hours",
    "from_core_on",
    "from_local",
    "idle_months",
    "seen_working_time",
    "staffed",
    "stakes_of",
    "work_of",
]
