"""Figures that say how sure they are, and the difference of two of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clientela.voice.rules.figures.chances import normal_point

LEAST_SHOWN: Final = 5  # answers; of fewer no figure is shown
Z: Final = normal_point(0.975)  # 95 %
_Z_POWER: Final = normal_point(0.8)  # 80 % of the differences of this size are seen


@dataclass(frozen=True)
class TooFew:
    """Too few answers to say anything: never shown as a number."""

    n: int


@dataclass(frozen=True)
class Estimate:
    """A figure of `n` answers with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Share(Estimate):
    """A share, from 0 to 1."""


@dataclass(frozen=True)
class Mean(Estimate):
    """A mean, in the points of its scale."""


@dataclass(frozen=True)
class Difference:
    """The second figure less the first, with its 95 % interval. `smallest` could be seen four times of five."""

    value: float
    low: float
    high: float
    smallest: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out that there is no difference."""
        return self.low > 0 or self.high < 0


def difference_of(first: Estimate, second: Estimate) -> Difference:
    """The difference of two independent figures, second less first, from their own intervals.

    For shares it is Newcombe's hybrid score interval (1998, method 10); for others the same recovery of variances
    (Zou & Donner 2008). It keeps inside what is possible and stands where a share is 0 or 1.
    """
    value = second.value - first.value
    low = value - math.hypot(second.value - second.low, first.high - first.value)
    high = value + math.hypot(second.high - second.value, first.value - first.low)
    return Difference(value, low, high, smallest_seen([first, second]))


def difference_of_differences(here: Difference, elsewhere: Difference) -> Difference:
    """How much more changed here than elsewhere, where the two are independent."""
    value = here.value - elsewhere.value
    low = value - math.hypot(here.value - here.low, elsewhere.high - elsewhere.value)
    high = value + math.hypot(here.high - here.value, elsewhere.value - elsewhere.low)
    return Difference(value, low, high, math.hypot(here.smallest, elsewhere.smallest))


def smallest_seen(figures: Sequence[Estimate]) -> float:
    """The smallest difference between figures as sure as these that would be clear four times of five."""
    errors = [(figure.high - figure.low) / (2 * Z) for figure in figures]
    return (Z + _Z_POWER) * math.hypot(*errors)
