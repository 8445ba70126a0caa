"""Do shuffled suppliers rarely look as strong? Whole histories of quality change hands at random. Pure."""

import numpy as np

from clientela.impact.rules.checks.check import ALONE_LEVEL, Check, CheckName
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.quality import shifted

SHUFFLES = 499
BATCH = 50


def shuffled_suppliers(estimate: Estimate, *, seed: int, shuffles: int = SHUFFLES) -> Check:
    """Give every supplier the history of another, many times, and count how often that explains as much.

    The statistic is the partial correlation of outcome and exposure-weighted quality, so no scale matters. What
    persists over periods persists in the shuffles too.
    """
    random = np.random.default_rng(seed)
    design = estimate.design
    moments = design.absorber.moments(design.cells(), design.cases.outcome)
    mean = shifted(design.quality.mean, -design.lag, 0.0)
    movable = np.flatnonzero(design.quality.cells > 0)
    orders = np.tile(np.arange(mean.shape[1]), (shuffles + 1, 1))
    for row in orders[1:]:
        row[movable] = random.permutation(movable)
    strengths = np.zeros(shuffles + 1)
    for start in range(0, shuffles + 1, BATCH):
        part = orders[start : start + BATCH]
        combined = np.stack([mean[:, order].ravel() for order in part], axis=1)
        squares = moments.squares(combined)
        usable = squares > 1e-9 * np.maximum((combined**2).sum(axis=0), 1e-300)
        crossed = np.abs(moments.crosses(combined))
        strengths[start : start + BATCH] = np.where(
            usable, crossed / np.sqrt(np.where(usable, squares, 1.0) * moments.outcome_square), 0.0
        )
    as_strong = int((strengths[1:] >= strengths[0] * (1 - 1e-12)).sum())
    p = (1 + as_strong) / (1 + shuffles)
    detail = {"shuffles": shuffles, "as_strong": as_strong, "strength": float(strengths[0])}
    return Check(CheckName.SHUFFLED, p <= ALONE_LEVEL, p=p, detail=detail)
