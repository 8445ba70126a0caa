"""What a score means, whatever scale it was given on: how far from the worst to the best, and whether it satisfies."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final


class ScaleKind(StrEnum):
    """What was asked."""

    CSAT = "csat"  # how satisfied
    CES = "ces"  # agreement with "made it easy": higher is easier
    CES2010 = "ces2010"  # how much effort it took: higher is worse
    NPS = "nps"  # how likely to recommend
    STARS = "stars"  # a public review
    ISQ = "isq"  # agreement with an item about internal service


# From which position on, between the worst (0) and the best (1), a score counts as satisfied: 4 of 5, 5 of 7, 9 of 10.
_SATISFIED_FROM: Final[Mapping[ScaleKind, Fraction]] = {
    ScaleKind.CSAT: Fraction(3, 4),
    ScaleKind.STARS: Fraction(3, 4),
    ScaleKind.CES: Fraction(2, 3),
    ScaleKind.CES2010: Fraction(2, 3),
    ScaleKind.ISQ: Fraction(2, 3),
    ScaleKind.NPS: Fraction(9, 10),
}


class ScoreOutsideScaleError(ValueError):
    """A score that the scale does not have."""


@dataclass(frozen=True)
class Scale:
    """A scale of whole numbers, and which end of it is good: that is stored, never guessed. Raises ValueError."""

    kind: ScaleKind
    lowest: int
    highest: int
    is_higher_better: bool

    def __post_init__(self) -> None:
        if self.lowest >= self.highest:
            raise ValueError(f"A scale from {self.lowest} to {self.highest} has no two scores.")

    def position(self, score: int) -> float:
        """Where the score stands between the worst (0.0) and the best (1.0). Raises ScoreOutsideScaleError."""
        return float(self._place(score))

    def is_satisfied(self, score: int) -> bool:
        """Whether the score counts as satisfied. Raises ScoreOutsideScaleError."""
        return self._place(score) >= _SATISFIED_FROM[self.kind]

    def _place(self, score: int) -> Fraction:
        if not self.lowest <= score <= self.highest:
            raise ScoreOutsideScaleError(score)
        above = score - self.lowest if self.is_higher_better else self.highest - score
        return Fraction(above, self.highest - self.lowest)


CSAT: Final = Scale(ScaleKind.CSAT, 1, 5, is_higher_better=True)
CES: Final = Scale(ScaleKind.CES, 1, 7, is_higher_better=True)
CES2010: Final = Scale(ScaleKind.CES2010, 1, 5, is_higher_better=False)
NPS: Final = Scale(ScaleKind.NPS, 0, 10, is_higher_better=True)
STARS: Final = Scale(ScaleKind.STARS, 1, 5, is_higher_better=True)
ISQ: Final = Scale(ScaleKind.ISQ, 1, 7, is_higher_better=True)
