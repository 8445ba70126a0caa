"""When a score is so low that somebody should go back to the person who gave it."""

from collections.abc import Mapping
from typing import Final

# The lowest and the highest score of each measure.
SCALES: Final[Mapping[str, tuple[int, int]]] = {"csat": (1, 5), "stars": (1, 5), "ces": (1, 7), "nps": (0, 10)}


def is_low(measure: str, score: int | None, *, at_or_below: int) -> bool:
    """Whether a score is at or below the house's limit, which is said on the scale from 1 to 5.

    On another scale the limit lies at the same share of the way: 2 of 5 is a quarter of the way, so 2 of 10 and 2 of 7
    are low, 3 are not. A measure of another kind is never low; a limit of 0 follows up nothing.
    """
    if score is None or at_or_below < 1 or measure not in SCALES:
        return False
    lowest, highest = SCALES[measure]
    return (score - lowest) * 4 <= (at_or_below - 1) * (highest - lowest)
