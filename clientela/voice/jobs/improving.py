"""Following up what hurts as soon as it is heard, and proposing, each night, what more and more people speak of."""

from collections.abc import Sequence

from clientela.kernel.clock import now
from clientela.kernel.journal import FactSeen, Follower
from clientela.voice.actions import following_up, proposing

HEARD, COMMENTED = "voice_heard", "rating_commented"


def go_back_to_people(facts: Sequence[FactSeen]) -> None:
    """Open the follow-ups of the voices that were heard, and pass words on that came after their score."""
    for fact in facts:
        if fact.verb == HEARD:
            following_up.follow_up_what_hurts(at=fact.at, voice_ids=_numbers(fact, "voice:"))
        else:
            (about,) = [name for name in fact.about if not name.startswith("party:")]
            following_up.pass_words_on(at=fact.at, about=about, speaker_id=fact.by or 0, fact_id=fact.id)


def propose_what_grows() -> int:
    """Propose an improvement for each subject that a department hears of clearly more often; return how many."""
    return proposing.propose_what_grows(at=now())


def _numbers(fact: FactSeen, kind: str) -> list[int]:
    return [int(name.removeprefix(kind)) for name in fact.about if name.startswith(kind)]


FOLLOW_UPS = Follower(name="voice.follow_ups", verbs=frozenset({HEARD, COMMENTED}), follow=go_back_to_people)
