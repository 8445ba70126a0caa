"""Shares and their intervals.

The interval is Wilson's (1927). What holds, and what no interval can give: answers are counted, so for one fixed true
share the chance that the interval holds it jumps up and down with the share. For 10 answers it lies between 83.5 %
(at a true share of 1.8 %) and 99 %; it is never 95 % everywhere, whatever interval is taken, unless dice decide its
ends. What is 94 to 96 % is the average over the shares that a survey may meet, also if they all lie near 0 or near 1:
for 10 answers 94.7 % over shares from 0 to 10 % and 95.1 % from 40 to 60 %. Intervals that are never below 95 %
(Clopper & Pearson 1934), and the correction of Wilson's near 0 and 1 by Brown, Cai & DasGupta (2001), are held true in
97 % and more there; the correction also contradicts the digits that Wilson's gives for 9 of 10.
"""

import math
from collections.abc import Mapping, Sequence

from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Difference, Share, TooFew, Z, difference_of
from clientela.voice.rules.figures.scales import Scale


def wilson(count: int, n: int) -> Share | TooFew:
    """The share of `count` in `n` with its 95 % interval. Raises ValueError for counts that cannot be."""
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n}")
    return TooFew(n) if n < LEAST_SHOWN else score_interval(count, n)


def score_interval(count: float, n: int) -> Share:
    """Wilson's interval for any n above 0, for other rules to build on: shown figures go through `wilson`."""
    value = count / n
    middle = (value + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(value * (1 - value) / n + Z * Z / (4 * n * n))
    # At no and at all the formula gives 0 and 1 but for the last bit.
    low = 0.0 if count == 0 else max(middle - half, 0.0)
    high = 1.0 if count == n else min(middle + half, 1.0)
    return Share(value, low, high, n)


def satisfied_share(counts: Mapping[int, int], scale: Scale) -> Share | TooFew:
    """The share of satisfied answers ("top box": 4 and 5 of 5), from how often each score was given."""
    satisfied = sum(count for score, count in counts.items() if scale.is_satisfied(score))
    return wilson(satisfied, sum(counts.values()))


def counts_of(scores: Sequence[int]) -> dict[int, int]:
    """How often each score was given, the lowest first."""
    return {score: scores.count(score) for score in sorted(set(scores))}


def difference_of_shares(first: tuple[int, int], second: tuple[int, int]) -> Difference | TooFew:
    """The second share less the first, each as (count, n). Newcombe's hybrid score interval."""
    one, other = wilson(*first), wilson(*second)
    if isinstance(one, TooFew) or isinstance(other, TooFew):
        return TooFew(min(first[1], second[1]))
    return difference_of(one, other)
