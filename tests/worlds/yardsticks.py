"""What people do without a model of cases: correlate department means, or run a two-way panel on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tests.worlds.drawing import Floats, World

LEVEL = 0.05


@dataclass(frozen=True)
class Said:
    """Two-sided p-values for "what inside does shows outside"."""

    correlation: float  # Pearson's, over the means of units in periods
    panel: float  # of the same means with unit and period effects, errors clustered by unit, t(U − 1)


def said(world: World) -> Said:
    """What each yardstick says about a world, with the mean of all answers to the pulse as quality."""
    span, many = world.answers.shape
    answered = np.isfinite(world.outcome)
    quality = np.nan_to_num(_filled(_all_answers(world.pulses)))
    met = np.bincount(
        world.rows, world.weights * quality[world.period[world.rows], world.suppliers], world.outcome.size
    )
    cell = (world.period * many + world.unit)[answered]
    counts = np.bincount(cell, minlength=span * many)
    used = counts > 0
    score = np.bincount(cell, world.outcome[answered], span * many)[used] / counts[used]
    exposure = np.bincount(cell, met[answered], span * many)[used] / counts[used]
    period, unit = np.divmod(np.nonzero(used)[0], many)
    return Said(float(stats.pearsonr(exposure, score).pvalue), _panel(score, exposure, period, unit))


def _all_answers(pulses: Floats) -> Floats:
    """The mean of the two halves, or of the one that is known; NaN where neither is."""
    known = np.isfinite(pulses).sum(axis=0)
    total = np.nansum(pulses, axis=0)
    mean: Floats = np.divide(total, known, out=np.full(total.shape, np.nan), where=known > 0)
    return mean


def _filled(quality: Floats) -> Floats:
    """Unknown qualities as the supplier's mean over the periods that are known."""
    filled: Floats = np.where(np.isnan(quality), np.nanmean(quality, axis=0), quality)
    return filled


def _panel(score: Floats, exposure: Floats, period: NDArray[np.intp], unit: NDArray[np.intp]) -> float:
    columns = [np.ones(score.size), exposure]
    columns += [(unit == each).astype(float) for each in range(1, int(unit.max()) + 1)]
    columns += [(period == each).astype(float) for each in range(1, int(period.max()) + 1)]
    others = np.delete(np.column_stack(columns), 1, axis=1)
    own, rest = (each - others @ np.linalg.lstsq(others, each, rcond=None)[0] for each in (exposure, score))
    slope = own @ rest / (own @ own)
    pulls = np.bincount(unit, own * (rest - slope * own))
    groups = int(np.unique(unit).size)
    error = np.sqrt(groups / (groups - 1) * (pulls @ pulls)) / (own @ own)
    return float(2.0 * stats.t.sf(abs(slope) / error, groups - 1))
