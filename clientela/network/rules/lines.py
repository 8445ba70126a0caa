"""Shares with their intervals."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964


@dataclass(frozen=True)
class Interval:
    """A share with its 95 % Wilson interval; all from 0 to 1."""

    share: float
    low: float
    high: float


def wilson(count: int, total: int) -> Interval:
    """Return a share with its 95 % Wilson score interval (Wilson 1927). `total` must be above zero."""
    share = count / total
    spread = Z_95 * sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2))
    centre = share + Z_95**2 / (2 * total)
    scale = 1 + Z_95**2 / total
    return Interval(share=share, low=max(0.0, (centre - spread) / scale), high=min(1.0, (centre + spread) / scale))
