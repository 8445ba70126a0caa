"""Each supplier's own effect, drawn to the mean of all as far as its own cases are few: a multi-level model. Pure.

outcome = … + Σ_d β_d · w_id·z_dt, β_d ~ N(μ, τ²). How much suppliers differ, τ, is hardly ever known well: so nothing
is taken from one τ alone, but from all, each as likely as the restricted likelihood and a half-Cauchy prior (as wide as
a supplier's own error) make it. The covariance of the suppliers' own estimates is that of the regression, widened by as
much as the jackknife finds the pooled one too narrow.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from clientela.impact.rules.cases import Floats, Ints
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.jackknife import LEVEL
from clientela.impact.rules.quality import shifted

RIDGE = 1e-10
TINY = 1e-300
STEPS = 60
LEAST_LEFT = 1e-6  # of a supplier's movements: below it nothing is left that is its own
WIDEST = 5.0  # times the suppliers' own errors or their spread: where τ is looked for


@dataclass(frozen=True)
class SupplierEffect:
    """In SD as the estimate. `alone`: from its own movements only; `drawn`: how far drawn to the mean, 0 to 1."""

    supplier: int
    effect: float
    low: float
    high: float
    alone: float
    alone_error: float
    drawn: float
    exposure: float


@dataclass(frozen=True)
class SupplierEffects:
    """The mean of all, how much suppliers differ (a standard deviation), and each that can be told."""

    mean: float
    between: float
    each: tuple[SupplierEffect, ...]


def supplier_effects(estimate: Estimate) -> SupplierEffects:
    """Borrow strength between suppliers. Those whose quality is unknown or never moved are left out."""
    design = estimate.design
    moments = design.absorber.moments(design.cells(), design.cases.outcome)
    mean = shifted(design.quality.mean, -design.lag, 0.0)
    periods, count = mean.shape
    combined = np.zeros((periods * count, count))
    for supplier in range(count):
        combined[supplier::count, supplier] = mean[:, supplier]
    square, crossed = moments.products(combined), moments.crosses(combined)
    raw: Floats = np.asarray((combined**2).T @ moments.squared.diagonal(), dtype=np.float64)
    usable = np.flatnonzero(np.diag(square) > LEAST_LEFT * np.maximum(raw, 1e-300))
    if not len(usable) or estimate.reliability <= 0:
        return SupplierEffects(estimate.effect, 0.0, ())
    square, crossed = square[np.ix_(usable, usable)], crossed[usable]
    square += RIDGE * np.diag(np.diag(square))
    inverse: Floats = np.asarray(np.linalg.inv(square), dtype=np.float64)
    alone = inverse @ crossed
    left = max(0.0, moments.outcome_square - float(alone @ crossed))
    variance = left / max(1, design.cases.count - design.absorber.rank - len(usable))
    pooled = np.ones(len(usable)) @ square @ np.ones(len(usable))
    scale = design.quality.signal_sd / estimate.outcome_sd / estimate.reliability
    own = variance / float(pooled) * scale**2
    widened = max(1.0, estimate.error**2 / own) if own > 0 else 1.0
    covariance: Floats = inverse * variance * widened * scale**2
    exposure = np.bincount(design.cases.suppliers, weights=design.cases.weights, minlength=count).astype(np.float64)
    return pooled_effects(alone * scale, covariance, suppliers=usable, exposure=exposure[usable], df=estimate.df)


def pooled_effects(alone: Floats, covariance: Floats, *, suppliers: Ints, exposure: Floats, df: int) -> SupplierEffects:
    """The multi-level model from each supplier's own estimate and their covariance."""
    values, vectors = np.linalg.eigh(covariance)
    rotated = _Rotated(vectors.T @ alone, vectors.T @ np.ones(len(alone)), np.maximum(values, 0.0), vectors)
    errors = np.sqrt(np.diag(covariance))
    usual = float(np.median(errors))
    grid = np.linspace(0.0, WIDEST * max(usual, float(alone.std())), STEPS)
    logs = np.array([rotated.likelihood(between) for between in grid]) - np.log1p((grid / usual) ** 2)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    at = [rotated.given(float(between)) for between in grid]
    effects = sum(weight * one.effects for weight, one in zip(weights, at, strict=True))
    spread = sum(
        weight * (one.variances + (one.effects - effects) ** 2) for weight, one in zip(weights, at, strict=True)
    )
    drawn = sum(weight * one.drawn for weight, one in zip(weights, at, strict=True))
    half = float(stats.t.ppf((1 + LEVEL) / 2, max(1, df))) * np.sqrt(spread)
    columns = (suppliers, effects, effects - half, effects + half, alone, errors, drawn, exposure)
    return SupplierEffects(
        mean=float(sum(weight * one.mean for weight, one in zip(weights, at, strict=True))),
        between=float(grid[int(np.searchsorted(np.cumsum(weights), 0.5))]),
        each=tuple(
            SupplierEffect(int(one[0]), *one[1:]) for one in zip(*(column.tolist() for column in columns), strict=True)
        ),
    )


@dataclass(frozen=True, eq=False)
class Given:
    """What follows from one τ: the mean of all, and each supplier's effect, its variance, how far it was drawn."""

    mean: float
    effects: Floats
    variances: Floats
    drawn: Floats


@dataclass(frozen=True, eq=False)
class _Rotated:
    """The suppliers' own estimates along the axes of their covariance, where every τ is a diagonal away."""

    alone: Floats
    ones: Floats
    values: Floats
    vectors: Floats

    def _mean(self, between: float) -> tuple[Floats, float, float]:
        inverse = 1.0 / (self.values + between**2 + TINY)
        weight = float((self.ones**2 * inverse).sum())
        return inverse, weight, float((self.ones * self.alone * inverse).sum()) / weight

    def likelihood(self, between: float) -> float:
        """The logarithm of the restricted likelihood of τ."""
        inverse, weight, mean = self._mean(between)
        apart = self.alone - mean * self.ones
        return float(np.log(inverse).sum() - np.log(weight) - (apart**2 * inverse).sum()) / 2

    def given(self, between: float) -> Given:
        """The effects for one τ, with the uncertainty of the mean in their variances."""
        inverse, weight, mean = self._mean(between)
        pull = between**2 * inverse
        effects = mean + self.vectors @ (pull * (self.alone - mean * self.ones))
        kept = (self.vectors**2) @ pull
        rest = 1.0 - self.vectors @ (pull * self.ones)
        return Given(mean, effects, np.maximum(between**2 * (1.0 - kept) + rest**2 / weight, 0.0), 1.0 - kept)
