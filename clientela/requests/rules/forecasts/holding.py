"""Ranges that hold as often as they say, also when the world changes: the edges are moved by how the last ones did.

After each forecast whose end is known, an edge that was passed too often moves out a little, and one that was passed
too seldom moves in: the quantile tracking of conformal prediction (Gibbs and Candès 2021; Angelopoulos and others
2023). In the long run each edge is passed as often as it should be, whatever the model behind it.
"""

from dataclasses import dataclass

SHARE_OUTSIDE = 0.1  # on each side of an 80 % range
STEP = 0.015  # for ever: the world may change at any time
MOST_IN, MOST_OUT = -0.9, 2.0


@dataclass
class HoldingRange:
    """How far the edges are moved out, as a share of their distance from the median (on the scale of logarithms)."""

    low: float = 0.0
    high: float = 0.0

    def moved(self, low: float, median: float, high: float) -> tuple[float, float]:
        """Give the edges, moved; never past the median."""
        return (
            median - (median - low) * (1.0 + self.low),
            median + (high - median) * (1.0 + self.high),
        )

    def learn(self, *, is_below: bool, is_above: bool) -> None:
        """One forecast has come to its end: below the range it gave, above it, or within."""
        self.low = _within(self.low + STEP * (float(is_below) - SHARE_OUTSIDE))
        self.high = _within(self.high + STEP * (float(is_above) - SHARE_OUTSIDE))


def _within(moved: float) -> float:
    return min(max(moved, MOST_IN), MOST_OUT)
