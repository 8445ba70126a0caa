"""The journal: one fact for every action, written in the action's own transaction and read by everything that reacts.

An action calls `record`; a page shows `facts_about`; a `Follower` of a context above reacts, in the background, to what
happened below. Why no follower ever skips or repeats a fact stands in `following.py`, and in decision 0001.
"""

from clientela.kernel.journal.following import (
    FACTS_AT_ONCE,
    Follower,
    FollowerSeen,
    follow_all,
    follow_journal,
    followers_in_trouble,
    skip_history,
)
from clientela.kernel.journal.many import facts_as_columns
from clientela.kernel.journal.months import prepare_months
from clientela.kernel.journal.reading import (
    FactSeen,
    HourOfHands,
    facts_about,
    facts_about_any,
    hands_by_hour,
    hours_of_deeds,
)
from clientela.kernel.journal.recording import (
    FactToRecord,
    NoTransactionError,
    record,
    record_many,
    thing,
)
from clientela.kernel.journal.restoring import settle_after_restore

__all__ = [
    "FACTS_AT_ONCE",
    "FactSeen",
    "FactToRecord",
    "Follower",
    "FollowerSeen",
    "HourOfHands",
    "NoTransactionError",
    "facts_about",
    "facts_about_any",
    "facts_as_columns",
    "follow_all",
    "follow_journal",
    "followers_in_trouble",
    "hands_by_hour",
    "hours_of_deeds",
    "prepare_months",
    "record",
    "record_many",
    "settle_after_restore",
    "skip_history",
    "thing",
]
