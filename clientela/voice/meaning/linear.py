"""A straight cut through vectors with a chance on each side: logistic regression, kept small so that it stays general.

Newton's method: 384 numbers and some thousand examples take a tenth of a second, and the result is always the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_STEPS = 40
_ENOUGH = 1e-6
_LARGEST = 30.0


@dataclass(frozen=True)
class Linear:
    """Scores are `weights` times the features plus `bias`: log-odds of yes."""

    weights: Floats
    bias: float

    def scores(self, features: NDArray[np.floating]) -> Floats:
        """Return the log-odds of each row."""
        return np.asarray(features @ self.weights + self.bias, dtype=np.float64)


def fitted(
    features: NDArray[np.floating],
    is_yes: NDArray[np.bool_],
    *,
    softness: float,
    counts: Floats | None = None,
    prior: Linear | None = None,
) -> Linear:
    """Fit a cut. `counts` says how much each row counts. Larger `softness` follows the examples more closely.

    The weights are drawn to those of `prior`, which are nothing when left out; the bias is free.
    """
    rows = np.column_stack([np.asarray(features, np.float64), np.ones(len(features))])
    start = np.zeros(rows.shape[1]) if prior is None else np.append(prior.weights, prior.bias)
    drawn = np.full(rows.shape[1], 1.0 / softness)
    drawn[-1] = 1e-6
    count = np.ones(len(rows)) if counts is None else counts
    yes = is_yes.astype(np.float64)
    now = start.copy()

    def loss_at(place: Floats) -> float:
        scores = rows @ place
        return float(
            (count * (np.logaddexp(0, scores) - yes * scores)).sum() + (drawn * (place - start) ** 2).sum() / 2
        )

    loss = loss_at(now)
    for _ in range(_MOST_STEPS):
        chance = chances(rows @ now)
        slope = rows.T @ (count * (chance - yes)) + drawn * (now - start)
        curve = (rows * (count * chance * (1 - chance))[:, None]).T @ rows + np.diag(drawn)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while size > _ENOUGH and (tried := loss_at(now - size * step)) > loss:
            size /= 2
        if size <= _ENOUGH:
            break
        now = now - size * step
        if loss - tried < _ENOUGH:
            break
        loss = tried
    return Linear(now[:-1], float(now[-1]))


def chances(scores: Floats) -> Floats:
    """Log-odds as chances between 0 and 1."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -_LARGEST, _LARGEST))), dtype=np.float64)
