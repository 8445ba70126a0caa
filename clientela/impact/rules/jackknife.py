"""Leave-one-cluster-out standard errors, split-half instruments, and the interval of a ratio. Pure.

The variance is the jackknife CRV3 about the whole estimate, times G/(G−1) and (N−1)/(N−k), with t on G−1 degrees of
freedom: what pyfixest gives for CRV3. See docs/manual/impact-method.md for the sources.
"""

from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt

import numpy as np
from scipy import stats

from clientela.impact.rules.absorbing import Products
from clientela.impact.rules.cases import Floats

LEVEL = 0.95
POWER = 0.80


@dataclass(frozen=True)
class Inference:
    """One figure with its standard error, interval at 95 % and two-sided p, on `df` degrees of freedom."""

    effect: float
    error: float
    low: float
    high: float
    p: float
    df: int


@dataclass(frozen=True, eq=False)
class Jackknifed:
    """A statistic of all cases, `whole[k]`, and without each cluster, `without[G, k]`; `correction` as above."""

    whole: Floats
    without: Floats
    correction: float

    @property
    def df(self) -> int:
        """G − 1."""
        return len(self.without) - 1

    @property
    def covariance(self) -> Floats:
        """The jackknife covariance [k, k]."""
        apart = self.without - self.whole
        covariance: Floats = self.correction * (apart.T @ apart)
        return covariance

    def inference(self, which: int = 0) -> Inference:
        """Test one of the statistics against 0."""
        error = sqrt(max(0.0, float(self.covariance[which, which])))
        return tested(float(self.whole[which]), error, self.df)


def tested(effect: float, error: float, df: int) -> Inference:
    """Return the t interval and the p of an effect with its standard error; p is 1 where there is none."""
    if not (isfinite(effect) and isfinite(error)) or error <= 0 or df < 1:
        return Inference(effect, nan, -inf, inf, 1.0, df)
    half = float(stats.t.ppf((1 + LEVEL) / 2, df)) * error
    p = 2 * float(stats.t.sf(abs(effect) / error, df))
    return Inference(effect, error, effect - half, effect + half, p, df)


def correction(*, cases: int, columns: int, clusters: int) -> float:
    """G/(G−1) · (N−1)/(N−k)."""
    return clusters / (clusters - 1) * (cases - 1) / max(1, cases - columns)


def smallest_visible(error: float, df: int) -> float:
    """The smallest true effect that would be told from 0 in 80 of 100 such samples."""
    return float(stats.t.ppf((1 + LEVEL) / 2, df) + stats.t.ppf(POWER, df)) * error


def split_half(products: Products, *, outcome: int, first: list[int], second: list[int]) -> tuple[Floats, Floats]:
    """Solve the outcome on some columns, each half of which is the instrument of the other, both directions averaged.

    Returns the coefficients of all cases [k] and without each cluster [G, k]; NaN where they are not identified.
    """
    return _averaged(products.whole, outcome, first, second), _averaged(products.without, outcome, first, second)


def _averaged(square: Floats, outcome: int, first: list[int], second: list[int]) -> Floats:
    crossed = square[..., first, :][..., :, second]  # first'M second
    on_first = _solved(np.swapaxes(crossed, -1, -2), square[..., second, outcome])
    on_second = _solved(crossed, square[..., first, outcome])
    averaged: Floats = (on_first + on_second) / 2
    return averaged


def _solved(left: Floats, right: Floats) -> Floats:
    """Solve each system; NaN where it is singular."""
    result = np.full(right.shape, nan)
    flat_left, flat_right = left.reshape(-1, *left.shape[-2:]), right.reshape(-1, right.shape[-1])
    flat = result.reshape(-1, right.shape[-1])
    sizes = np.sqrt(np.abs(np.einsum("gii->gi", flat_left)))
    usable = (sizes > 0).all(axis=1)
    scaled = flat_left[usable] / sizes[usable][:, :, None] / sizes[usable][:, None, :]
    if usable.any():
        whole = np.abs(np.linalg.det(scaled)) > 1e-12  # noqa: PLR2004 - of a matrix with ones on its diagonal
        chosen = np.flatnonzero(usable)[whole]
        flat[chosen] = (
            np.linalg.solve(scaled[whole], (flat_right[chosen] / sizes[chosen])[..., None])[..., 0] / sizes[chosen]
        )
    return result


def ratio_interval(top: float, bottom: float, covariance: Floats, df: int) -> tuple[float, float]:
    """Return Fieller's interval of top/bottom: every ratio that top − ratio · bottom does not contradict.

    It is right however weak the bottom is; where the bottom itself cannot be told from 0 it has no end, (−∞, ∞). It
    leaves out 0 exactly when the top alone is told from 0.
    """
    squared = float(stats.t.ppf((1 + LEVEL) / 2, df)) ** 2
    first = bottom**2 - squared * float(covariance[1, 1])
    middle = top * bottom - squared * float(covariance[0, 1])
    last = top**2 - squared * float(covariance[0, 0])
    inside = max(0.0, middle**2 - first * last)  # never below 0 where the first is above it, but for rounding
    if first <= 0 or not isfinite(inside):
        return -inf, inf
    return (middle - sqrt(inside)) / first, (middle + sqrt(inside)) / first
