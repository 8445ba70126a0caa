"""Whether people of one unit agree enough for their mean to stand for the unit.

ICC(1) and ICC(2) from the one-way analysis of variance (Bartko 1976; Bliese 2000), with the mean size of the groups;
rwg and rwg(J) of James, Demaree & Wolf (1984) against answers spread evenly over the scale.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clientela.voice.rules.figures.estimates import LEAST_SHOWN, TooFew

_FEWEST_GROUPS: Final = 2


@dataclass(frozen=True)
class IntraclassCorrelation:
    """`icc1`: how much of the difference between people their group explains. `icc2`: how reliable a group's mean is.

    Both may be negative: then the groups differ less than chance alone would make them.
    """

    icc1: float
    icc2: float
    groups: int
    n: int


def intraclass_correlation(groups: Sequence[Sequence[float]]) -> IntraclassCorrelation | TooFew:
    """The agreement within groups against the difference between them. Groups without answers do not count."""
    counted = [group for group in groups if group]
    n = sum(len(group) for group in counted)
    if len(counted) < _FEWEST_GROUPS or n <= len(counted) or n < LEAST_SHOWN:
        return TooFew(n)
    means = [math.fsum(group) / len(group) for group in counted]
    whole = math.fsum(math.fsum(group) for group in counted) / n
    between = math.fsum(len(group) * (mean - whole) ** 2 for group, mean in zip(counted, means, strict=True))
    within = math.fsum((each - mean) ** 2 for group, mean in zip(counted, means, strict=True) for each in group)
    between /= len(counted) - 1
    within /= n - len(counted)
    size = n / len(counted)
    if between == 0:
        return IntraclassCorrelation(
            0.0 if within == 0 else -1 / (size - 1), 0.0 if within == 0 else -math.inf, len(counted), n
        )
    icc1 = (between - within) / (between + (size - 1) * within)
    return IntraclassCorrelation(icc1, (between - within) / between, len(counted), n)


def rwg(scores: Sequence[float], *, options: int) -> float | TooFew:
    """How far the answers of one group to one item agree: 1 all the same, 0 no more than by chance (or less)."""
    return rwg_of_items([scores], options=options)


def rwg_of_items(items: Sequence[Sequence[float]], *, options: int) -> float | TooFew:
    """The same over several items: `items` holds one sequence of the group's answers for each. `options`: scores."""
    fewest = min((len(scores) for scores in items), default=0)
    if fewest < LEAST_SHOWN:
        return TooFew(fewest)
    by_chance = (options * options - 1) / 12
    share = math.fsum(_variance(scores) for scores in items) / len(items) / by_chance
    if share >= 1:
        return 0.0
    count = len(items)
    return count * (1 - share) / (count * (1 - share) + share)


def _variance(scores: Sequence[float]) -> float:
    mean = math.fsum(scores) / len(scores)
    return math.fsum((score - mean) ** 2 for score in scores) / (len(scores) - 1)
