"""Which case comes to which unit in which period, and which suppliers it was going to depend on.

A front unit has a plan for each type of case: one supplier does most, sometimes a second one a part, and suppliers hand
a part of theirs on to others, who hand on again. The plan tilts from period to period. A case gets its weights from its
unit's plan of the period before anything happens to it; what then happens differs from the weights by chance, and
nobody sees it. (So weights err like Berkson's: the truth scatters around what is known.)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.worlds.recipes import Recipe

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

WIDEST = 4  # suppliers that a plan names, the largest
SECOND_SUPPLIER, HANDS_ON = 0.5, 0.6  # how often
SMALLEST_SHARE = 0.05
TILT, TILT_PERSISTENCE = 0.2, 0.7
CASES_LIKE_THE_PLAN, EVENTS_LIKE_THE_CASE = 12.0, 12.0  # the larger the closer


@dataclass(frozen=True)
class Routing:
    """Cases sorted by period: where they came in, and at most four suppliers with planned and actual weights."""

    period: Whole  # [N]
    unit: Whole
    case_type: Whole
    support: Whole  # [N, 4]
    weights: Floats  # [N, 4], zero beyond what is used
    actual: Floats  # [N, 4], the weights with which it really happened
    span: int
    many: int

    def carried(self, values: Floats, *, is_actual: bool = False) -> Floats:
        """What the suppliers' values [T, D] or [D] come to for each case [N]."""
        of = values[self.period[:, None], self.support] if values.ndim == 2 else values[self.support]
        carried: Floats = np.einsum("ij,ij->i", self.actual if is_actual else self.weights, of)
        return carried

    def met_by_suppliers(self, values: Floats) -> Floats:
        """What the cases' values [N] come to for each supplier and period [T, D]."""
        place = (self.period[:, None] * self.many + self.support).ravel()
        work = np.bincount(place, self.weights.ravel(), self.span * self.many)
        met = np.bincount(place, (self.weights * values[:, None]).ravel(), self.span * self.many)
        return np.divide(met, work, out=np.zeros_like(met), where=work > 0).reshape(self.span, self.many)

    def exposure(self) -> tuple[Whole, Whole, Floats]:
        """Rows, suppliers and weights, sorted by row."""
        rows, places = np.nonzero(self.weights)
        return rows, self.support[rows, places], self.weights[rows, places]


def drawn_routing(recipe: Recipe, draws: np.random.Generator) -> Routing:
    """Plans, their tilts, and the cases that follow them."""
    span, many, kinds = recipe.periods, recipe.suppliers, recipe.case_types
    support, shares = _plans(many, many * kinds, draws)
    tilts = _remembering(draws, (span, *shares.shape), TILT_PERSISTENCE) * TILT
    size = np.exp(0.3 * draws.standard_normal(many) - 0.045)
    counts = draws.poisson(recipe.cases_per_cell * size, (span, many))
    unit = np.repeat(np.tile(np.arange(many), span), counts.ravel())
    period = np.repeat(np.repeat(np.arange(span), many), counts.ravel())
    case_type = _types(recipe, draws, period, unit)
    pair = unit * kinds + case_type
    planned = shares[pair] * np.exp(tilts[period, pair])
    weights = _scattered(draws, planned, CASES_LIKE_THE_PLAN)
    actual = _scattered(draws, weights, EVENTS_LIKE_THE_CASE)
    return Routing(period, unit, case_type, support[pair], weights, actual, span, many)


def _plans(many: int, plans: int, draws: np.random.Generator) -> tuple[Whole, Floats]:
    """Suppliers and shares [plans, 4]: direct ones, and those to whom they hand on, at most two steps deep."""
    direct = np.zeros((plans, many))
    first = draws.permutation(np.resize(np.arange(many), plans))
    second = (first + draws.integers(1, many, plans)) % many
    part = draws.uniform(0.2, 0.4, plans) * (draws.random(plans) < SECOND_SUPPLIER)
    direct[np.arange(plans), first] = 1.0 - part
    direct[np.arange(plans), second] += part
    onward = np.zeros((many, many))
    given = draws.uniform(0.2, 0.5, many) * (draws.random(many) < HANDS_ON)
    onward[np.arange(many), (np.arange(many) + draws.integers(1, many, many)) % many] = given
    shares = direct + direct @ onward + direct @ onward @ onward
    shares /= shares.sum(axis=1, keepdims=True)
    shares[shares < SMALLEST_SHARE] = 0.0
    support = np.argsort(-shares, axis=1, kind="stable")[:, :WIDEST]
    kept = np.take_along_axis(shares, support, axis=1)
    return support, kept / kept.sum(axis=1, keepdims=True)


def _types(recipe: Recipe, draws: np.random.Generator, period: Whole, unit: Whole) -> Whole:
    """Each unit has its mix; where mixes move they wander from period to period, each unit's to hard or to easy."""
    usual = 0.5 * draws.standard_normal((recipe.suppliers, recipe.case_types))
    slope = np.linspace(-1.0, 1.0, recipe.case_types)
    moving = recipe.mix * _remembering(draws, (recipe.periods, recipe.suppliers), 0.8)
    chance = np.exp(usual + moving[:, :, None] * slope)
    below = np.cumsum(chance / chance.sum(axis=2, keepdims=True), axis=2)[..., :-1]
    types: Whole = (draws.random(period.size)[:, None] > below[period, unit]).sum(axis=1)
    return types


def _remembering(draws: np.random.Generator, shape: tuple[int, ...], persistence: float) -> Floats:
    steps = draws.standard_normal(shape)
    fresh = np.sqrt(1.0 - persistence**2)
    for turn in range(1, shape[0]):
        steps[turn] = persistence * steps[turn - 1] + fresh * steps[turn]
    return steps


def _scattered(draws: np.random.Generator, around: Floats, closeness: float) -> Floats:
    """Weights that sum to one, scattered around others; what was nothing stays nothing, and slivers become nothing."""
    drawn = draws.standard_gamma(closeness * around / around.sum(axis=1, keepdims=True))
    drawn /= drawn.sum(axis=1, keepdims=True)
    drawn[drawn < SMALLEST_SHARE] = 0.0
    scattered: Floats = drawn / drawn.sum(axis=1, keepdims=True)
    return scattered
