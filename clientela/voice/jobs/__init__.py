"""The voice's work in the background: asking, hearing, understanding, following up."""

from clientela.voice.jobs.hearing import HEARING
from clientela.voice.jobs.improving import FOLLOW_UPS, propose_what_grows
from clientela.voice.jobs.ratings import CLOSING_LETTERS
from clientela.voice.jobs.reviews import read_review_sites
from clientela.voice.jobs.surveys import ASKING, remind_who_was_asked, turn_rounds
from clientela.voice.jobs.understanding import (
    UNDERSTANDING,
    find_new_subjects,
    group_who_said_the_same,
    learn_from_what_was_scored,
    read_again_what_others_read,
    read_what_was_said,
)

# Their names are their places in the journal: never change one.
FOLLOWERS = (CLOSING_LETTERS, ASKING, HEARING, FOLLOW_UPS, UNDERSTANDING)

__all__ = [
    "FOLLOWERS",
    "find_new_subjects",
    "group_who_said_the_same",
    "learn_from_what_was_scored",
    "propose_what_grows",
    "read_again_what_others_read",
    "read_review_sites",
    "read_what_was_said",
    "remind_who_was_asked",
    "turn_rounds",
]
