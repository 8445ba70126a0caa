"""The net promoter score: the share of 9 and 10 less the share of 0 to 6, in points from -100 to 100.

The interval is the adjusted Wald interval for a difference of two shares of one sample (three quarters added to
promoters and to detractors each, three to n), whose middle lies a little nearer to 0 than the score.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clientela.voice.rules.figures.estimates import LEAST_SHOWN, TooFew, Z
from clientela.voice.rules.figures.scales import NPS, ScoreOutsideScaleError

PROMOTERS_FROM: Final = 9
DETRACTORS_UP_TO: Final = 6
_ADDED: Final = 0.75  # to promoters and to detractors
_ADDED_TO_ALL: Final = 3


@dataclass(frozen=True)
class NetPromoter:
    """A net promoter score: `value` is what was counted, the interval is `middle` plus and minus `margin`."""

    value: float
    middle: float
    margin: float
    promoters: int
    detractors: int
    n: int

    @property
    def low(self) -> float:
        """The lower end, never below -100."""
        return max(self.middle - self.margin, -100.0)

    @property
    def high(self) -> float:
        """The upper end, never above 100."""
        return min(self.middle + self.margin, 100.0)


def net_promoter(promoters: int, detractors: int, n: int) -> NetPromoter | TooFew:
    """The score of `n` answers. Raises ValueError for counts that cannot be."""
    if min(promoters, detractors) < 0 or promoters + detractors > n:
        raise ValueError(f"{promoters} and {detractors} of {n}")
    if n < LEAST_SHOWN:
        return TooFew(n)
    whole = n + _ADDED_TO_ALL
    for_us, against = (promoters + _ADDED) / whole, (detractors + _ADDED) / whole
    middle = for_us - against
    margin = Z * math.sqrt((for_us + against - middle * middle) / whole)
    return NetPromoter(100 * (promoters - detractors) / n, 100 * middle, 100 * margin, promoters, detractors, n)


def net_promoter_of(counts: Mapping[int, int]) -> NetPromoter | TooFew:
    """The score from how often each of 0 to 10 was given. Raises ScoreOutsideScaleError."""
    for score in counts:
        if not NPS.lowest <= score <= NPS.highest:
            raise ScoreOutsideScaleError(score)
    promoters = sum(count for score, count in counts.items() if score >= PROMOTERS_FROM)
    detractors = sum(count for score, count in counts.items() if score <= DETRACTORS_UP_TO)
    return net_promoter(promoters, detractors, sum(counts.values()))
