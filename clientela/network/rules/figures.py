"""Figures on the map that say how sure they are; of fewer than five there are none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clientela.network.rules.lines import Interval, wilson
from clientela.voice.rules import figures

FEWEST: Final = 5


@dataclass(frozen=True)
class Share(Interval):
    """A share of `n` with its 95 % Wilson interval."""

    n: int


@dataclass(frozen=True)
class Mean:
    """A mean of `n` people's answers with its 95 % interval, in the points of its scale."""

    mean: float
    low: float
    high: float
    n: int


def share_of(count: int, total: int) -> Share | None:
    """Return a share of `total`; None if there are too few to say."""
    if total < FEWEST:
        return None
    known = wilson(count, total)
    return Share(share=known.share, low=known.low, high=known.high, n=total)


def mean_of(counts: Mapping[int, int], *, lowest: int, highest: int) -> Mean | None:
    """Return the mean of answers between `lowest` and `highest`, from how often each was given; None if too few."""
    values = [float(value) for value, count in sorted(counts.items()) for _one in range(count)]
    known = figures.mean_of(values, lowest=lowest, highest=highest)
    return None if isinstance(known, figures.TooFew) else Mean(known.value, known.low, known.high, known.n)
