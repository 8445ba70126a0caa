"""Departments with too few people are pooled before anything is estimated; panels where cases are not linked. Pure."""

from dataclasses import replace

import numpy as np

from clientela.impact.rules.cases import LEAST_ANSWERS, Cases, Floats, Inside, Ints


def small_suppliers(inside: Inside) -> Ints:
    """The suppliers behind whose known figures mostly fewer than five answers stand."""
    known = np.isfinite(inside.quality).all(axis=0)
    few = (known & (inside.answers < LEAST_ANSWERS)).sum(axis=0)
    return np.flatnonzero((known.any(axis=0)) & (2 * few > known.sum(axis=0)))


def pooled(cases: Cases, inside: Inside, *, into: Ints) -> tuple[Cases, Inside]:
    """Pool suppliers: d becomes `into[d]`, numbered from 0 without gaps (itself, its parent, or all small ones one).

    Qualities are means weighted by answers, answers are summed, loads are plain means of those known; a case that
    depended on two suppliers that are now one depends on it with the sum of both weights.
    """
    count = int(into.max()) + 1
    answers = _summed(inside.answers.astype(np.float64), into, count)
    quality = np.stack([_mean(half, inside.answers, into, count) for half in inside.quality])
    load = None if inside.load is None else _mean(inside.load, np.ones(inside.load.shape), into, count)
    keys, at = np.unique(cases.rows * count + into[cases.suppliers], return_inverse=True)
    weights: Floats = np.bincount(at, weights=cases.weights, minlength=len(keys)).astype(np.float64)
    return (
        replace(cases, rows=keys // count, suppliers=keys % count, weights=weights),
        Inside(quality, load, answers.astype(np.int64)),
    )


def panel(outcomes: Floats) -> Cases:
    """Departments and periods as if they were cases, `outcomes[T, D]`: where nothing links a case to its suppliers.

    Each department depends on itself alone. Estimate with Settings(is_linked=False): a mix of cases that moves with
    the quality looks like an effect here, so that the answer is weaker, and says so.
    """
    periods, count = outcomes.shape
    period, unit = np.divmod(np.arange(periods * count), count)
    nothing = np.zeros(periods * count, dtype=np.int64)
    rows = np.arange(periods * count)
    return Cases(outcomes.ravel(), period, unit, nothing, rows, unit, np.ones(periods * count))


def _summed(values: Floats, into: Ints, count: int) -> Floats:
    sums: Floats = np.zeros((values.shape[0], count))
    for department, place in enumerate(into.tolist()):
        sums[:, place] += values[:, department]
    return sums


def _mean(values: Floats, weights: Floats | Ints, into: Ints, count: int) -> Floats:
    known = np.isfinite(values) & (weights > 0)
    total = _summed(np.where(known, values * weights, 0.0), into, count)
    weight = _summed(np.where(known, weights, 0.0).astype(np.float64), into, count)
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)
