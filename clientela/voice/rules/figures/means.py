"""Means of scores, with an interval that stands on bounded scales.

The usual t interval fails where most answers are at the end of the scale, which is where satisfied customers are: five
sevens give it no width at all. So two answers are added that are spread evenly over the scale, and the interval is the
normal one around the mean of all; the mean shown stays that of the answers. In simulation (10,000 surveys a row,
truths drawn at random) it holds the truth in 94 to 98 % for n from 5 to 100; the t interval in 62 % at worst.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Mean, TooFew, Z
from clientela.voice.rules.figures.scales import Scale, ScoreOutsideScaleError

_ADDED: Final = 2.0  # answers


def mean_score(counts: Mapping[int, int], scale: Scale) -> Mean | TooFew:
    """The mean score from how often each was given. Raises ScoreOutsideScaleError.

    On a scale where higher is worse (effort as it was asked in 2010) it is turned round, so that higher is better: a 2
    on a scale from 1 to 5 counts as a 4.
    """
    values: dict[float, int] = {}
    for score, count in counts.items():
        if not scale.lowest <= score <= scale.highest:
            raise ScoreOutsideScaleError(score)
        values[score if scale.is_higher_better else scale.lowest + scale.highest - score] = count
    return mean_of_counts(values, lowest=scale.lowest, highest=scale.highest)


def mean_of(values: Sequence[float], *, lowest: float, highest: float) -> Mean | TooFew:
    """The mean of values between `lowest` and `highest`, with its 95 % interval."""
    return mean_of_counts(Counter(values), lowest=lowest, highest=highest)


def mean_of_counts(counts: Mapping[float, int], *, lowest: float, highest: float) -> Mean | TooFew:
    """The same from how often each value was given: it costs as much as there are values that differ."""
    n = sum(counts.values())
    if n < LEAST_SHOWN:
        return TooFew(n)
    value = math.fsum(each * times for each, times in counts.items()) / n
    width = highest - lowest
    middle, spread = (lowest + highest) / 2, ((width + 1) ** 2 - 1) / 12
    whole = n + _ADDED
    centre = (n * value + _ADDED * middle) / whole
    squares = math.fsum((each - centre) ** 2 * times for each, times in counts.items())
    squares += _ADDED * (spread + (middle - centre) ** 2)
    half = Z * math.sqrt(squares) / whole
    low, high = max(centre - half, lowest), min(centre + half, highest)
    return Mean(value, min(low, value), max(high, value), n)
