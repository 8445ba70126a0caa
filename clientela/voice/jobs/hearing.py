"""The voice's work in the background: what the desk hears is heard."""

from collections.abc import Sequence

from clientela.kernel.clock import now
from clientela.kernel.journal import FactSeen, Follower
from clientela.voice import actions


def hear_the_desk(facts: Sequence[FactSeen]) -> None:
    """Hear the complaints and ratings of these facts, once, however often this runs."""
    actions.hear_what_the_desk_heard(facts, at=max(now(), *(fact.at for fact in facts)))


HEARING = Follower(name="voice.hearing", verbs=frozenset({"complaint_made", "rating_given"}), follow=hear_the_desk)
