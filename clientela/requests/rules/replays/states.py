"""Whether an event says that a case is worked on, stands in a queue, waits for somebody outside, or is over.

By the words that help desks use for states. An activity that is no state ("Repair", "Check stock") stays unknown.
"""

import re
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.replays.events import NOTHING, Events


class Standing(IntEnum):
    """How a case stands after an event."""

    UNKNOWN = 0
    QUEUE = 1  # inside, and nobody works on it
    WORK = 2
    HOLD = 3  # somebody outside has to do something first
    END = 4


# The first that is found counts: "Queued Awaiting Assignment" is a queue, "Wait - User" is a wait.
_WORDS = (
    (Standing.END, r"complet|clos|resolv|cancel|finish|solved|reject|done\b|withdrawn"),
    (
        Standing.QUEUE,
        r"queue|await\w* assign|unassigned|\bassigned|\bnew\b|\bopen\b|opened|registered|unmatched|triage",
    ),
    (Standing.HOLD, r"\bwait|await|on.?hold|\bhold\b|pending|suspend|paused|postpone|\bcustomer\b|\bvendor\b"),
    (Standing.WORK, r"in.?progress|work|\bactive|accepted|started|in.?call|handling|investigat|diagnos"),
)
_FOUND = tuple((standing, re.compile(words)) for standing, words in _WORDS)
# Words by which a log of states is told from a log of what was done: "Close order" alone makes no log of states.
_HALVES_THAT_TELL_NOTHING = frozenset({"start", "complete", "schedule", "resume", "suspend"})


def standing_of(words: str) -> Standing:
    """Tell how a case stands from the words of an event."""
    lowered = words.lower()
    return next((standing for standing, pattern in _FOUND if pattern.search(lowered)), Standing.UNKNOWN)


def standings_of(events: Events) -> NDArray[np.int8]:
    """Tell it for every event, by its activity and, where it is the second half of a state, its transition."""
    transitions = ["" if name.lower() in _HALVES_THAT_TELL_NOTHING else name for name in events.transitions]
    pairs = events.activity.astype(np.int64) * (len(transitions) + 1) + (events.transition + 1)
    found, places = np.unique(pairs, return_inverse=True)
    standings = []
    for pair in found.tolist():
        activity, transition = divmod(pair, len(transitions) + 1)
        words = "" if activity == NOTHING else events.activities[activity]
        half = transitions[transition - 1] if transition else ""
        standings.append(int(standing_of(words if half and half in words else f"{words} {half}")))
    return np.array(standings, dtype=np.int8)[places]
