"""The one figure that everything rests on: in every span, those who have begun less those who still wait.

Only departments of the same span are compared, so that what happens to the whole house (Christmas, a new price) touches
both alike, and a department that has begun is never the yardstick for another: no negative weights, whatever grows or
fades (Thompson et al. 2018; Callaway & Sant'Anna 2021). Each department's figure is first lowered by `beta` times its
distance from the others before anybody began. Within a span a department weighs n/(1 + (n − 1)·ICC), and a span weighs
as its two sides allow: W₁W₀/(W₁ + W₀). All of it is fixed before the draw, so the lot alone decides what chance can do.
"""

import numpy as np

from clientela.impact.rules.rollouts.panels import Flags, Floats
from clientela.impact.rules.rollouts.plans import Integers


def answer_weights(n: Floats, icc: float) -> Floats:
    """Return what each cell weighs: answers of one department say partly the same."""
    return np.where(n > 0, n / (1 + np.maximum(n - 1, 0) * icc), 0.0)


def adjusted(mean: Floats, beta: float) -> Floats:
    """Return the outcome of spans 1, 2, … without what a department was like before. Missing cells become 0."""
    before = mean[:, 0]
    known = ~np.isnan(before)
    away = np.where(known, before - (before[known].mean() if known.any() else 0.0), 0.0)
    return np.nan_to_num(mean[:, 1:] - beta * away[:, None])


def begun_by(orders: Integers, spans: int) -> Flags:
    """Return who has begun [order, department, span 1 …]."""
    return orders[:, :, None] <= np.arange(1, spans + 1)[None, None, :]


def begun_since(orders: Integers, spans: int, exposure: int) -> Flags:
    """Return who is in their first (0), second (1), … span since they began [order, department, span 1 …]."""
    same: Flags = orders[:, :, None] == (np.arange(1, spans + 1) - exposure)[None, None, :]
    return same


def coefficients(treated: Flags, waiting: Flags, weights: Floats) -> Floats:
    """Return what each cell counts for in the figure [order, department, span]; all zero where nobody is comparable.

    `weights` [department, span] of spans 1, 2, …; 0 where a cell is missing.
    """
    there, still = treated * weights, waiting * weights
    one, other = there.sum(axis=1), still.sum(axis=1)
    both = one + other
    with np.errstate(invalid="ignore", divide="ignore"):
        span = np.where((one > 0) & (other > 0), one * other / both, 0.0)
        whole = span.sum(axis=1, keepdims=True)
        share = np.where(whole > 0, span / whole, 0.0)
        one_each = np.where(one[:, None, :] > 0, there / one[:, None, :], 0.0)
        other_each = np.where(other[:, None, :] > 0, still / other[:, None, :], 0.0)
    of: Floats = share[:, None, :] * (one_each - other_each)
    return of


def figures(of: Floats, values: Floats) -> Floats:
    """Return the figure under every order [order]: coefficients times values [department, span]."""
    found: Floats = np.einsum("okt,kt->o", of, values)
    return found
