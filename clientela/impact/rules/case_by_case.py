"""Case by case: what customers said whose own case was served well, beside those whose was not. Pure.

This is what everybody looks at first, and it is no proof: what happened in a case has other causes too (a hard case is
late and disappoints). So it is told beside the estimate and never decides a verdict.
"""

from dataclasses import dataclass

import numpy as np

from clientela.impact.rules.cases import Floats
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.jackknife import Inference

MOST_GROUPS = 11  # as many as a scale from 0 to 10 has


@dataclass(frozen=True)
class Group:
    """The mean outcome of the cases whose own service was of this `quality`."""

    quality: float
    cases: int
    mean: float


@dataclass(frozen=True)
class CaseByCase:
    """`within`: the difference in the outcome for one unit of the case's own quality, among cases of the same unit,
    period, type and suppliers; `groups`: the plain means, where quality takes few values.
    """

    within: Inference
    groups: tuple[Group, ...]


def case_by_case(estimate: Estimate, own: Floats) -> CaseByCase | None:
    """Compare cases by the quality of their own service, `own[N]` of the estimate's cases; None where it is alike."""
    design = estimate.design
    known = np.isfinite(own)
    if not known.all() or np.ptp(own) == 0:
        return None
    products = design.products(design.cases.outcome, own)
    below = products.without[:, 1, 1]
    if products.whole[1, 1] <= 0 or (below <= 0).any():
        return None
    whole = np.array([products.whole[0, 1] / products.whole[1, 1]])
    within = design.jackknifed(whole, products.without[:, 0, 1] / below, columns=1).inference()
    values, group = np.unique(own, return_inverse=True)
    if len(values) > MOST_GROUPS:
        return CaseByCase(within, ())
    counts = np.bincount(group)
    means = np.bincount(group, weights=design.cases.outcome) / counts
    return CaseByCase(
        within,
        tuple(Group(*one) for one in zip(values.tolist(), counts.tolist(), means.tolist(), strict=True)),
    )
