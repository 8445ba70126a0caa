"""Which subjects people speak of clearly more often than before: what an improvement is proposed for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from clientela.voice.rules.figures.chances import at_least_of

Key = TypeVar("Key")

LEAST_NOW: Final = 5  # voices: fewer are people with names, not a subject that grows
FALSE_SHARE: Final = 0.05  # at most so many of the proposals of one night are chance (Benjamini & Hochberg 1995)


@dataclass(frozen=True)
class Spoken:
    """Voices about a subject, of all voices: in the weeks before, and now."""

    before: int
    before_of: int
    now: int
    now_of: int


def chance_of_growth(spoken: Spoken) -> float:
    """The probability of at least so many voices now if nothing had changed; 1 where nothing can be said.

    Of all voices about the subject, each falls into the later weeks with the share of all voices that fell there: the
    conditional test of two rates (Przyborowski & Wilenski 1940), one-sided.
    """
    total = spoken.before + spoken.now
    if spoken.now < LEAST_NOW or spoken.before_of < 1 or spoken.now_of < 1:
        return 1.0
    return at_least_of(spoken.now, total, spoken.now_of / (spoken.now_of + spoken.before_of))


def growing(found: Mapping[Key, Spoken]) -> Sequence[Key]:
    """Those that grow, the surest first, held against chance among all that were looked at in one night."""
    ranked = sorted((chance_of_growth(spoken), place, key) for place, (key, spoken) in enumerate(found.items()))
    sure = 0
    for rank, (chance, _place, _key) in enumerate(ranked, start=1):
        if chance <= FALSE_SHARE * rank / len(ranked):
            sure = rank
    return [key for _chance, _place, key in ranked[:sure]]
