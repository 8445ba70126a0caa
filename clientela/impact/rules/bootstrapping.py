"""A bootstrap by supplier: what chance alone would make of the estimate, drawn many times instead of worked out. Pure.

The restricted wild cluster bootstrap with Webb's six weights (Cameron, Gelbach & Miller 2008; Webb 2023). All cases
of a main supplier are turned by one weight, so that whatever they share is turned with them; an effect of nothing (or,
for the interval, of each size that is tried) is imposed first. Where the jackknife and the bootstrap part, few
suppliers carry the answer. Nothing is drawn by case: all follows from sums by supplier, at any number of cases.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from clientela.impact.rules.absorbing import ByCluster
from clientela.impact.rules.cases import Floats
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.jackknife import LEVEL

DRAWS = 9999
# Each end of the interval is looked for with some twenty p's, which cost the square of the suppliers: with hundreds of
# them fewer draws do.
DRAWS_FOR_ENDS = 1999
COST_OF_ENDS = 8_000_000  # draws times suppliers squared
DRAWS_AT_ONCE = 1000
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
FURTHEST = 60.0  # of the plain standard error: an end that lies beyond it is no end
SHARPNESS = 1e-3  # of the way to an end


@dataclass(frozen=True)
class Bootstrapped:
    """The effect's p (two-sided, symmetric) and 95 % interval in the unit of the estimate; an end may be infinite.

    The estimate's reliability is taken as known here, so the interval is of the plain coefficient, scaled.
    """

    p: float
    low: float
    high: float
    draws: int


class _Sums:
    """The plain regression by cluster: of the outcome (0) on the mean of both halves (1)."""

    def __init__(self, by_cluster: ByCluster, weights: Floats) -> None:
        self._crossed, self._square = by_cluster.own[:, 0, 1], by_cluster.own[:, 1, 1]
        self._leaked = by_cluster.leaked[:, :, 1, :]  # of the second column, by what each of both brings
        self._weights = weights
        self.below = float(self._square.sum())
        self.slope = float(self._crossed.sum()) / self.below
        self.error = float(np.sqrt(((self._crossed - self.slope * self._square) ** 2).sum())) / self.below

    def p(self, supposed: float, *, draws: int) -> float:
        """How often weights make as much of a true effect of `supposed` as the cases do."""
        scores = self._crossed - supposed * self._square
        leaks = self._leaked[:, :, 0] - supposed * self._leaked[:, :, 1]
        seen = abs(self.slope - supposed) / self.error
        as_large = 0
        for start in range(0, draws, DRAWS_AT_ONCE):
            weights = self._weights[start : min(start + DRAWS_AT_ONCE, draws)]
            off = weights @ scores / self.below
            each = weights * scores - weights @ leaks.T - off[:, None] * self._square
            errors = np.sqrt((each**2).sum(axis=1)) / self.below
            as_large += int((np.abs(off) >= seen * errors * (1 - 1e-12)).sum())
        return (1 + as_large) / (1 + draws)


def bootstrapped(estimate: Estimate, *, seed: int, draws: int = DRAWS) -> Bootstrapped:
    """Draw anew by supplier. The same seed gives the same answer."""
    design = estimate.design
    both = design.quality_columns().mean(axis=1)
    by_cluster = design.absorber.by_cluster(np.column_stack([design.cases.outcome, both]))
    weights = np.random.default_rng(seed).choice(WEBB, size=(draws, len(design.cluster_suppliers)))
    sums = _Sums(by_cluster, weights)
    for_ends = min(draws, max(DRAWS_FOR_ENDS, COST_OF_ENDS // len(design.cluster_suppliers) ** 2))
    ends = [_end(sums, side, draws=for_ends) for side in (-1.0, 1.0)]
    scale = estimate.effect / sums.slope if sums.slope else 0.0
    low, high = sorted(end * scale for end in ends)
    return Bootstrapped(sums.p(0.0, draws=draws), low, high, draws)


def _end(sums: _Sums, side: float, *, draws: int) -> float:
    """Where p falls below 5 %, looked for outwards from the slope and then between; infinite if it never does."""
    inner, outer = 0.0, 2.0
    while sums.p(sums.slope + side * outer * sums.error, draws=draws) >= 1 - LEVEL:
        inner, outer = outer, 2 * outer
        if outer > FURTHEST:
            return side * inf
    while outer - inner > SHARPNESS * outer:
        middle = (inner + outer) / 2
        if sums.p(sums.slope + side * middle * sums.error, draws=draws) >= 1 - LEVEL:
            inner = middle
        else:
            outer = middle
    return sums.slope + side * outer * sums.error
