"""How far lateness travels: what a day's delay at one department comes to outside, directly and through the others.

The lateness of a department is its own plus a part ρ of that of the departments it depends on: y = e + ρ·W·y, so
y = (I − ρW)⁻¹·e = e + ρWe + ρ²W²e + … (a spatial lag; the Leontief inverse, Katz 1953). W is row-stochastic: of what a
department asks of others, which part it asks of whom. Outside feels v·y, v being the part of the outside cases that
each department serves itself. ρ cannot be read from the data; it is an assumption, so every answer is a range.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

LEAST_PASSED_ON, MOST_PASSED_ON = 0.2, 0.6  # the range that is assumed when nobody says another


class ReachError(ValueError):
    """The range cannot be used. `code`: "no_range", or "does_not_settle", for which `most` says what ρ stays below."""

    def __init__(self, code: str, *, passed_on: float, radius: float = 0.0) -> None:
        """Tell with the figures."""
        self.code = code
        self.passed_on = passed_on
        self.most = 1 / radius if radius else float("inf")
        super().__init__(
            f"Lateness passed on at {passed_on} would grow without end: with these departments it must be below "
            f"{self.most:.3f}."
            if code == "does_not_settle"
            else f"What is passed on must go from a share of 0 or more up to a larger one, not to {passed_on}."
        )


@dataclass(frozen=True)
class Reach:
    """What customers outside feel, on average, when a department is late by one in everything it does.

    `direct`: with those it serves itself. `low` and `high`: with those and through the departments that depend on it,
    at the two ends of the assumed range.
    """

    provider_id: int
    direct: float
    low: float
    high: float

    @property
    def indirect_low(self) -> float:
        """What comes through others, at the lower end."""
        return self.low - self.direct

    @property
    def indirect_high(self) -> float:
        """What comes through others, at the upper end."""
        return self.high - self.direct


def dependence(asked: Mapping[tuple[int, int], float], provider_ids: list[int]) -> NDArray[np.float64]:
    """Return W: row i, column j: of what i asked of other departments, the part it asked of j. Rows make 1 or 0.

    `asked`: (who asks, who is asked) → how much. What a department asks of itself does not count.
    """
    place = {provider_id: row for row, provider_id in enumerate(provider_ids)}
    matrix: NDArray[np.float64] = np.zeros((len(provider_ids), len(provider_ids)))
    for (customer, provider), amount in asked.items():
        if customer != provider and customer in place and provider in place and amount > 0:
            matrix[place[customer], place[provider]] += amount
    sums = matrix.sum(axis=1, keepdims=True)
    rows: NDArray[np.float64] = np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0)
    return rows


def reaches(
    asked: Mapping[tuple[int, int], float],
    fronts: Mapping[int, float],
    *,
    low: float = LEAST_PASSED_ON,
    high: float = MOST_PASSED_ON,
) -> tuple[Reach, ...]:
    """Return how far each department's lateness travels, the farthest (at the upper end) first.

    `fronts`: how many outside cases each department serves itself. Every entry rises with ρ, as nothing in it is
    negative, so the two ends of the range bound all between. Raises ReachError for a range that is none, and where the
    spectral radius of ρW reaches 1: there the sum of all rounds has no end, and the inverse would mean nothing.
    """
    provider_ids = sorted({one for pair in asked for one in pair} | set(fronts))
    if not isfinite(low) or not isfinite(high) or not 0 <= low <= high:
        raise ReachError("no_range", passed_on=high)
    matrix = dependence(asked, provider_ids)
    radius = float(max(abs(np.linalg.eigvals(matrix)), default=0.0)) if provider_ids else 0.0
    if high * radius >= 1 - 1e-9:
        raise ReachError("does_not_settle", passed_on=high, radius=radius)
    served = np.asarray([fronts.get(provider_id, 0.0) for provider_id in provider_ids], dtype=float)
    whole = served.sum()
    if not whole:
        return ()
    direct = served / whole
    ends = [np.linalg.solve(np.eye(len(provider_ids)) - rho * matrix.T, direct) for rho in (low, high)]
    found = [
        Reach(provider_id, float(direct[row]), float(ends[0][row]), float(ends[1][row]))
        for row, provider_id in enumerate(provider_ids)
    ]
    return tuple(sorted(found, key=lambda one: (-one.high, one.provider_id)))
