"""When a score is so low that somebody should go back to the person who gave it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from clientela.voice.rules.figures.scales import CES, CSAT, NPS, STARS, Scale

FOLLOWED_UP: Final[Mapping[str, Scale]] = {scale.kind.value: scale for scale in (CSAT, STARS, CES, NPS)}


def is_low(measure: str, score: int | None, *, at_or_below: int) -> bool:
    """Whether a score is at or below the house's limit, which is said on the scale from 1 to 5.

    On another scale the limit lies at the same share of the way: 2 of 5 is a quarter of the way, so 2 of 10 and 2 of 7
    are low, 3 are not. A measure of another kind is never low; a limit of 0 follows up nothing.
    """
    if score is None or at_or_below < 1 or measure not in FOLLOWED_UP:
        return False
    return FOLLOWED_UP[measure].position(score) <= float(Fraction(at_or_below - 1, CSAT.highest - CSAT.lowest))
