"""Departments compared fairly: small ones are not praised or blamed for luck.

A department's figure is drawn towards what all share, the more the fewer its answers and the less the departments
differ. How much they differ is itself unknown, so every strength of drawing is tried and weighed by how well it
explains the figures (uniform shrinkage prior; Christiansen & Morris 1997, Daniels 1999): with few departments the
intervals then do not pretend to know it. Whether they differ at all is asked first, by a test that keeps its 5 %.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clientela.kernel.late import Late
from clientela.voice.rules.figures.chances import chi_square_above
from clientela.voice.rules.figures.estimates import Estimate, Mean, Share
from clientela.voice.rules.figures.means import mean_of
from clientela.voice.rules.figures.shares import wilson

special = Late("scipy.special")

_FEWEST: Final = 2  # departments
_STRENGTHS: Final = 16
_LEVELS: Final = 24
_HALVINGS: Final = 24
_ENDS: Final = (0.025, 0.975)
_DRAWS: Final = 1999
_SEED: Final = 20260501  # the same figures always give the same verdict
_LARGE: Final = 5  # answers expected in each cell, from which on the chi-square formula is good
_SIGNIFICANT: Final = 0.05

_Numbers = NDArray[np.float64]


class Differing(StrEnum):
    """Whether the departments differ at all."""

    DIFFER = "differ"
    NO_DIFFERENCE_SEEN = "no_difference_seen"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Compared:
    """One department: what was counted, and what is fair to say of it."""

    name: str
    counted: Estimate
    fair: Estimate
    is_clearly_better: bool  # its fair interval lies above the level of all
    is_clearly_worse: bool


@dataclass(frozen=True)
class Comparison:
    """The departments with at least five answers, by name; the level of all of them; whether they differ at all.

    `chance`: how often departments that are all alike would differ as much as these; None when too few.
    `too_few`: the names of the others.
    """

    departments: tuple[Compared, ...]
    level: float | None
    verdict: Differing
    chance: float | None
    too_few: tuple[str, ...]


def compared_shares(counts: Mapping[str, tuple[int, int]]) -> Comparison:
    """Compare shares of satisfied answers, by department as (count, n)."""
    counted = {name: share for name in sorted(counts) if isinstance(share := wilson(*counts[name]), Share)}
    chosen = {name: counts[name] for name in counted}
    too_few = tuple(sorted(counts.keys() - counted.keys()))
    if len(counted) < _FEWEST:
        return _alone(counted, too_few)
    hits = np.array([count for count, _n in chosen.values()], dtype=float)
    sizes = np.array([n for _count, n in chosen.values()], dtype=float)
    return _comparison(
        counted, _fair_shares(hits, sizes), float(hits.sum() / sizes.sum()), _chance(hits, sizes), too_few
    )


def compared_means(values: Mapping[str, Sequence[float]], *, lowest: float, highest: float) -> Comparison:
    """Compare means of values between `lowest` and `highest`, by department."""
    counted = {
        name: mean
        for name in sorted(values)
        if isinstance(mean := mean_of(values[name], lowest=lowest, highest=highest), Mean)
    }
    too_few = tuple(sorted(values.keys() - counted.keys()))
    if len(counted) < _FEWEST:
        return _alone(counted, too_few)
    chosen = [np.array(values[name], dtype=float) for name in counted]
    whole = np.concatenate(chosen)
    fair = _fair_means(list(counted.values()), lowest, highest)
    return _comparison(counted, fair, float(whole.mean()), _chance_of_means(chosen), too_few)


def _alone(counted: Mapping[str, Estimate], too_few: tuple[str, ...]) -> Comparison:
    departments = tuple(
        Compared(name, each, each, is_clearly_better=False, is_clearly_worse=False) for name, each in counted.items()
    )
    return Comparison(departments, None, Differing.TOO_FEW, None, too_few)


def _comparison(
    counted: Mapping[str, Estimate], fair: Sequence[Estimate], level: float, chance: float, too_few: tuple[str, ...]
) -> Comparison:
    do_differ = chance <= _SIGNIFICANT
    # Nobody stands out from departments that are not seen to differ.
    departments = tuple(
        Compared(
            name,
            one,
            each,
            is_clearly_better=do_differ and each.low > level,
            is_clearly_worse=do_differ and each.high < level,
        )
        for (name, one), each in zip(counted.items(), fair, strict=True)
    )
    verdict = Differing.DIFFER if do_differ else Differing.NO_DIFFERENCE_SEEN
    return Comparison(departments, level, verdict, chance, too_few)


# -- shares ------------------------------------------------------------------------------------------------------------


def _fair_shares(hits: _Numbers, sizes: _Numbers) -> list[Share]:
    """The beta-binomial model over a grid of levels and strengths of drawing, each weighed by its likelihood."""
    grid = (np.arange(_STRENGTHS) + 0.5) / _STRENGTHS
    prior_answers = np.median(sizes) * grid / (1 - grid)  # the level counts as so many answers more
    pooled = (hits.sum() + 1) / (sizes.sum() + 2)
    wide = 6 * math.sqrt(pooled * (1 - pooled) / min(float(sizes.min()) * len(sizes), 200.0))
    levels = np.clip(np.linspace(pooled - wide, pooled + wide, _LEVELS), 1e-4, 1 - 1e-4)
    level, strength = (each.ravel() for each in np.meshgrid(np.unique(levels), prior_answers))
    ups, downs = level * strength, (1 - level) * strength
    likelihood = sum(
        special.betaln(ups + hit, downs + size - hit) - special.betaln(ups, downs)
        for hit, size in zip(hits, sizes, strict=True)
    )
    weights = np.exp(likelihood - np.max(likelihood))
    weights /= weights.sum()
    keep = weights > 1e-6  # noqa: PLR2004 - what weighs less moves no digit
    ups, downs, weights = ups[keep], downs[keep], weights[keep] / weights[keep].sum()
    one, other = ups[None] + hits[:, None], downs[None] + (sizes - hits)[:, None]
    values = (one / (one + other)) @ weights

    def below(shares: _Numbers) -> _Numbers:
        found: _Numbers = special.betainc(one, other, shares[:, None]) @ weights
        return found

    lows, highs = (_quantiles(below, share, np.zeros(len(hits)), np.ones(len(hits))) for share in _ENDS)
    return [
        Share(float(value), float(low), float(high), int(size))
        for value, low, high, size in zip(values, lows, highs, sizes, strict=True)
    ]


def _chance(hits: _Numbers, sizes: _Numbers) -> float:
    """How often alike departments differ as much (chi-square); by drawing where the formula is not good."""
    whole = hits.sum() / sizes.sum()
    if whole in {0.0, 1.0}:
        return 1.0

    def far(drawn: _Numbers) -> Any:
        return ((drawn - sizes * whole) ** 2 / (sizes * whole * (1 - whole))).sum(axis=-1)

    if (sizes * min(whole, 1 - whole)).min() >= _LARGE:
        return chi_square_above(float(far(hits)), len(hits) - 1)
    rng = np.random.default_rng(_SEED)
    draws = rng.multivariate_hypergeometric(sizes.astype(int), int(hits.sum()), size=_DRAWS, method="marginals")
    return float((1 + (far(draws.astype(float)) >= far(hits) - 1e-9).sum()) / (_DRAWS + 1))


# -- means -------------------------------------------------------------------------------------------------------------


def _fair_means(counted: Sequence[Estimate], lowest: float, highest: float) -> list[Mean]:
    """The normal model over a grid of strengths; for each the level is drawn from what it may be."""
    values = np.array([each.value for each in counted])
    variances = np.array([((each.high - each.low) / 3.92) ** 2 for each in counted])
    grid = (np.arange(4 * _STRENGTHS) + 0.5) / (4 * _STRENGTHS)
    between = np.median(variances) * (1 - grid) / grid
    total = variances[None] + between[:, None]
    precision = (1 / total).sum(axis=1)
    level = (values[None] / total).sum(axis=1) / precision
    likelihood = -0.5 * (
        np.log(total).sum(axis=1) + np.log(precision) + ((values - level[:, None]) ** 2 / total).sum(1)
    )
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    drawn = variances[:, None] / (variances[:, None] + between[None])
    middles = values[:, None] + drawn * (level[None] - values[:, None])
    spreads = np.sqrt(variances[:, None] * (1 - drawn) + drawn**2 / precision[None])

    def below(means: _Numbers) -> _Numbers:
        found: _Numbers = special.ndtr((means[:, None] - middles) / spreads) @ weights
        return found

    ends = np.full(len(values), lowest), np.full(len(values), highest)
    lows, highs = (_quantiles(below, share, *ends) for share in _ENDS)
    return [
        Mean(float(value), float(low), float(high), each.n)
        for value, low, high, each in zip(middles @ weights, lows, highs, counted, strict=True)
    ]


def _chance_of_means(groups: Sequence[_Numbers]) -> float:
    """How often alike departments differ as much (analysis of variance), by dealing the answers out anew."""
    sizes = [len(group) for group in groups]
    whole = np.concatenate(groups)
    starts = np.cumsum([0, *sizes[:-1]])

    def far(dealt: _Numbers) -> Any:
        return (np.add.reduceat(dealt, starts, axis=-1) ** 2 / sizes).sum(axis=-1)

    seen = far(whole)
    rng = np.random.default_rng(_SEED)
    if len(whole) > 20 * _DRAWS // len(groups) or len(whole) > 4000:  # noqa: PLR2004 - too many to deal often
        return _chance_by_formula(groups)
    as_far = sum(int(far(rng.permutation(whole)) >= seen - 1e-9) for _draw in range(999))
    return (1 + as_far) / 1000


def _chance_by_formula(groups: Sequence[_Numbers]) -> float:
    """Cochran's Q of the means with their own variances: good for large groups."""
    weights = np.array([len(group) / max(float(group.var(ddof=1)), 1e-12) for group in groups])
    means = np.array([float(group.mean()) for group in groups])
    level = (weights @ means) / weights.sum()
    return chi_square_above(float((weights * (means - level) ** 2).sum()), len(groups) - 1)


def _quantiles(below: Callable[[_Numbers], _Numbers], share: float, lowest: _Numbers, highest: _Numbers) -> _Numbers:
    """Where each department has `share` of its chances below, by halving."""
    low, high = lowest, highest
    for _step in range(_HALVINGS):
        middle = (low + high) / 2
        is_low = below(middle) < share
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    return (low + high) / 2
