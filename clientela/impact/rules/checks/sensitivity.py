"""How strong something unseen would have to be to explain the estimate away (Cinelli and Hazlett 2020). Pure."""

from math import sqrt

import numpy as np

from clientela.impact.rules.cases import Floats
from clientela.impact.rules.checks.check import Check, CheckName
from clientela.impact.rules.design import Design, designed
from clientela.impact.rules.estimating import Estimate


def robustness_value(partial_r2: float, *, share: float = 1.0) -> float:
    """The share of what is left, of quality and of outcome alike, that an unseen cause must explain to take away
    `share` of the estimate: ½(√(f⁴+4f²) − f²) with f = share·√(R²/(1−R²)).
    """
    squared = share**2 * partial_r2 / (1.0 - partial_r2)
    return (sqrt(squared**2 + 4 * squared) - squared) / 2


def moved_by(*, with_quality: float, with_outcome: float, outcome_left: float, quality_left: float) -> float:
    """By how much such a cause moves the coefficient: the partial R² of it with quality and, given that, with outcome;
    the sums of squares of the outcome (given quality) and of quality that the controls leave.
    """
    return sqrt(with_outcome * with_quality / (1.0 - with_quality)) * sqrt(outcome_left / quality_left)


def unseen_confounder(estimate: Estimate) -> Check:
    """Return the robustness value and, where load is measured, what a cause as strong as load would leave.

    Not a gate: it tells how much would be needed, not that it is there. It holds when a cause as strong as load could
    not take the estimate away.
    """
    design = estimate.design
    square = _square(design, design.quality_columns().mean(axis=1))
    partial = square[0, 1] ** 2 / (square[0, 0] * square[1, 1])
    value = robustness_value(float(partial))
    detail: dict[str, float | int | str] = {"robustness_value": value, "partial_r2": float(partial)}
    if design.load is None:
        return Check(CheckName.CONFOUNDER, None, is_gate=False, detail={**detail, "why": "load_not_measured"})
    free = designed(
        design.cases,
        design.inside,
        design.quality,
        lag=design.lag,
        controls_load=False,
        is_weighted=estimate.settings.is_weighted,
    )
    both = _square(free, design.quality_columns().mean(axis=1), design.load)
    with_quality, with_outcome = _benchmark(both)
    moved = moved_by(
        with_quality=with_quality,
        with_outcome=with_outcome,
        outcome_left=float(square[0, 0]) * (1 - float(partial)),
        quality_left=float(square[1, 1]),
    )
    coefficient = float(square[0, 1] / square[1, 1])
    left = 1.0 - moved / abs(coefficient) if coefficient else 0.0
    detail |= {"load_with_quality": with_quality, "load_with_outcome": with_outcome, "left": left}
    return Check(CheckName.CONFOUNDER, left > 0, estimate.effect * left, is_gate=False, detail=detail)


def _square(design: Design, *columns: Floats) -> Floats:
    stacked = np.column_stack([design.cases.outcome, *columns])
    return design.absorber.products(stacked, has_jackknife=False).whole


def _benchmark(both: Floats) -> tuple[float, float]:
    """Bounds for a cause as strong as load (k = 1): its partial R² with quality, and with the outcome given quality."""
    with_quality = _partial(both[1, 1], both[2, 2], both[1, 2])
    outcome = both[0, 0] - both[0, 1] ** 2 / both[1, 1]
    load = both[2, 2] - both[1, 2] ** 2 / both[1, 1]
    crossed = both[0, 2] - both[0, 1] * both[1, 2] / both[1, 1]
    with_outcome = _partial(outcome, load, crossed)
    bound_quality = min(0.99, with_quality / (1 - with_quality))
    shared = min(0.99, with_quality**2 / ((1 - with_quality) * (1 - bound_quality)))
    eta = (1.0 + sqrt(shared)) / sqrt(1.0 - shared)
    return bound_quality, min(1.0, eta**2 * with_outcome / (1.0 - with_outcome))


def _partial(first: float, second: float, crossed: float) -> float:
    return min(0.99, float(crossed**2 / (first * second))) if first > 0 and second > 0 else 0.0
