"""How well each supplier served, as z within itself: halves of the answers, their common signal, its scale. Pure.

A supplier is compared with itself over time, never with others: its level belongs to it (and to whom its customers
are). All are brought to one scale. Where the suppliers' spreads differ by more than so few periods would make them
differ anyhow, each is (partly) brought to its own: an empirical Bayes estimate of the logarithms of their variances.
"""

from dataclasses import dataclass, replace

import numpy as np

from clientela.impact.rules.cases import Bools, Floats, Inside
from clientela.impact.rules.refusing import NoAnswerError, Refusal

LEAST_SIGNAL = 0.2  # of what varies: below it a supplier's own signal is not told from noise
LEAST_PERIODS = 3


@dataclass(frozen=True, eq=False)
class Standardised:
    """`halves[2, T, D]`: deviations from the supplier's own mean, divided by `scale[D]`; 0 where not `known[T, D]`.

    `signal[D]`: each supplier's covariance of its halves (the variance of what both have in common); `cells[D]`: in
    how many periods it is known.
    """

    halves: Floats
    known: Bools
    scale: Floats
    signal: Floats
    cells: Floats

    @property
    def mean(self) -> Floats:
        """Both halves together, [T, D]."""
        together: Floats = self.halves.mean(axis=0)
        return together

    @property
    def signal_sd(self) -> float:
        """The standard deviation of true quality within a supplier, on the scale of `halves`; 0 if there is none."""
        return _root(float((self.signal * self.cells).sum()), float(self.cells.sum()))

    def signal_sd_without(self, supplier: int) -> float:
        """The same without one supplier, for the jackknife."""
        own = float(self.signal[supplier] * self.cells[supplier])
        return _root(float((self.signal * self.cells).sum()) - own, float(self.cells.sum() - self.cells[supplier]))

    @property
    def own_sd(self) -> float:
        """The standard deviation of true quality within a supplier, in the unit in which quality was given."""
        squares = self.signal * self.scale**2
        return _root(float((squares * self.cells).sum()), float(self.cells.sum()))


def standardised(inside: Inside) -> Standardised:
    """Return the quality of each supplier relative to itself. Raises NoAnswerError where nothing is known or varies."""
    known = np.isfinite(inside.quality).all(axis=0)
    cells = known.sum(axis=0).astype(np.float64)
    known &= cells >= LEAST_PERIODS
    cells = known.sum(axis=0).astype(np.float64)
    if not known.any():
        raise NoAnswerError(Refusal.QUALITY_UNKNOWN, least_periods=LEAST_PERIODS)
    values = np.where(known, inside.quality, 0.0)
    counts = np.maximum(cells, 1.0)
    halves = np.where(known, values - (values.sum(axis=1) / counts)[:, None, :], 0.0)
    variance = (halves.mean(axis=0) ** 2).sum(axis=0) / counts
    largest = np.abs(values).max(axis=(0, 1))
    varies = variance > (1e-9 * largest) ** 2
    if not varies.any():
        raise NoAnswerError(Refusal.QUALITY_ALL_EQUAL, suppliers=int((cells > 0).sum()))
    signal = (halves[0] * halves[1]).sum(axis=0) / np.maximum(cells - 1.0, 1.0)
    scale = np.where(varies, _scales(halves, signal, variance, counts, varies), 1.0)
    halves = np.where(varies, halves / scale, 0.0)
    return Standardised(halves, known, scale, np.where(varies, signal / scale**2, 0.0), np.where(varies, cells, 0.0))


def together(first: Inside, second: Inside) -> Inside:
    """Take two different measures of the same service, such as what colleagues said and what clocks measured, as the
    two halves: each is brought to its own spread within suppliers, and what both have in common counts as quality.

    This also takes out a mood that all who answered shared, which no split of their answers can see. Raises
    NoAnswerError where one of them is unknown or never moves.
    """
    halves = []
    for one in (first, second):
        quality = one.quality.mean(axis=0)
        known = np.isfinite(quality)
        if not known.any():
            raise NoAnswerError(Refusal.QUALITY_UNKNOWN, least_periods=LEAST_PERIODS)
        counts = np.maximum(known.sum(axis=0), 1)
        apart = np.where(known, quality - np.where(known, quality, 0.0).sum(axis=0) / counts, 0.0)
        spread = float(np.sqrt((apart**2).sum() / known.sum()))
        if spread <= 0:
            raise NoAnswerError(Refusal.QUALITY_ALL_EQUAL, suppliers=int(known.any(axis=0).sum()))
        halves.append(quality / spread)
    return replace(first, quality=np.stack(halves), answers=np.minimum(first.answers, second.answers))


def shifted(values: Floats, periods: int, fill: float) -> Floats:
    """Return the values of `periods` later (negative: earlier) along time, the last axis but one; `fill` beyond it."""
    moved = np.full_like(values, fill)
    if periods > 0:
        moved[..., :-periods, :] = values[..., periods:, :]
    elif periods < 0:
        moved[..., -periods:, :] = values[..., :periods, :]
    else:
        moved[...] = values
    return moved


def _scales(halves: Floats, signal: Floats, variance: Floats, counts: Floats, varies: Bools) -> Floats:
    """Return each supplier's standard deviation, drawn to the common one as far as chance could explain it."""
    logs = np.log(np.maximum(signal, LEAST_SIGNAL * variance)[varies])
    squares = (halves**2).sum(axis=1) / counts
    both = float(np.sqrt(squares[0] * squares[1])[varies].sum())
    share = min(1.0, max(LEAST_SIGNAL, float(signal[varies].sum()) / both))
    weight = 1.0 / variance[varies]
    lagged = (halves[0, :-1] * halves[1, 1:] + halves[1, :-1] * halves[0, 1:])[:, varies].sum(axis=0) / 2
    carried = float((lagged * weight).sum()) / max(float((signal * counts)[varies] @ weight), 1e-12)
    carried = min(0.9, max(0.0, carried))
    effective = np.maximum(2.0, counts[varies] * (1 - carried**2) / (1 + carried**2))
    sampling = (1.0 / share**2 + 1.0) / effective
    between = max(0.0, float(logs.var(ddof=1)) - float(sampling.mean())) if len(logs) > 1 else 0.0
    drawn = logs.mean() + between / (between + sampling) * (logs - logs.mean())
    scales = np.ones(len(variance))
    scales[varies] = np.exp(drawn / 2)
    return scales


def _root(numerator: float, denominator: float) -> float:
    return float(np.sqrt(numerator / denominator)) if numerator > 0 and denominator > 0 else 0.0
