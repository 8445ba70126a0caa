"""Figures that have to be nothing: leads, the way back, suppliers never touched, outcomes that cannot move. Pure.

Each takes quality from one half of the answers and its instrument from the other, as the estimate does: a noisy pulse
would otherwise leave enough of this period's quality in next period's to raise false alarms.
"""

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from clientela.impact.rules.cases import Bools, Floats, Ints, chosen
from clientela.impact.rules.checks.check import Check, CheckName, should_be_nothing
from clientela.impact.rules.design import Design, designed
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.exposure import weighted
from clientela.impact.rules.jackknife import Inference, split_half

LEAST_UNTOUCHED = 0.5  # of the exposure: below it cases touch nearly every supplier
LEAST_UNAFFECTED = 30


def leads(estimate: Estimate) -> Check:
    """Whether next period's quality explains this period's outcome, given this period's quality."""
    design = estimate.design
    products = design.products(design.cases.outcome, design.quality_columns(), design.quality_columns(later=1))
    whole, without = split_half(products, outcome=0, first=[1, 3], second=[2, 4])
    return should_be_nothing(
        CheckName.LEADS, _scaled(estimate, design, whole[1:], without[:, 1:]), {"periods_later": 1}
    )


def reverse_path(estimate: Estimate) -> Check:
    """Whether inside quality gets worse or better after outside customers were unhappy, given how it was.

    The figure is in SD of quality per SD of outcome of one case.
    """
    design = estimate.design
    after = design.quality_columns(later=1).mean(axis=1)
    products = design.products(after, design.cases.outcome, design.quality_columns())
    whole, without = split_half(products, outcome=0, first=[1, 2], second=[1, 3])
    factor = estimate.outcome_sd / design.quality.signal_sd
    found = design.jackknifed(whole[:1] * factor, without[:, :1] * factor, columns=2).inference()
    return should_be_nothing(CheckName.REVERSE, found, {"periods_later": 1})


def untouched_suppliers(estimate: Estimate, *, seed: int) -> Check:
    """Whether suppliers that a case never touched explain its outcome, given those that it did."""
    design = estimate.design
    stand_ins = _stand_ins(design, seed)
    placed = stand_ins[design.cases.suppliers]
    apart = _is_apart(design, placed)
    share = float(design.cases.weights[apart].sum() / design.cases.weights.sum())
    if share < LEAST_UNTOUCHED:
        return Check(CheckName.UNTOUCHED, None, detail={"why": "cases_touch_nearly_all", "share": share})
    exchanged = replace(design.cases, suppliers=placed, weights=np.where(apart, design.cases.weights, 0.0))
    halves = design.quality.halves - design.quality.halves.mean(axis=2, keepdims=True)
    placebo = np.stack([weighted(exchanged, halves[0]), weighted(exchanged, halves[1])], axis=1)
    products = design.products(design.cases.outcome, design.quality_columns(), placebo)
    whole, without = split_half(products, outcome=0, first=[1, 3], second=[2, 4])
    found = _scaled(estimate, design, whole[1:], without[:, 1:])
    return should_be_nothing(CheckName.UNTOUCHED, found, {"share": share})


def unaffected_outcome(estimate: Estimate) -> Check:
    """Whether inside quality explains an outcome that nothing inside can have changed."""
    design = estimate.design
    values = design.cases.unaffected
    if values is None:
        return Check(CheckName.UNAFFECTED, None, detail={"why": "not_given"})
    known = np.isfinite(values)
    if known.sum() < LEAST_UNAFFECTED or np.ptp(values[known]) == 0:
        return Check(CheckName.UNAFFECTED, None, detail={"why": "too_few", "cases": int(known.sum())})
    if not known.all():
        design = designed(
            chosen(design.cases, known),
            design.inside,
            design.quality,
            lag=design.lag,
            is_weighted=estimate.settings.is_weighted,
        )
        values = values[known]
    products = design.products(values, design.quality_columns())
    whole, without = split_half(products, outcome=0, first=[1], second=[2])
    factor = design.quality.signal_sd / float(values.std())
    found = design.jackknifed(whole * factor, without * factor, columns=1).inference()
    return should_be_nothing(CheckName.UNAFFECTED, found, {"cases": len(values)})


def _scaled(estimate: Estimate, design: Design, whole: Floats, without: Floats) -> Inference:
    factor = design.quality.signal_sd / estimate.outcome_sd
    return design.jackknifed(whole[:1] * factor, without[:, :1] * factor, columns=2).inference()


def _stand_ins(design: Design, seed: int) -> Ints:
    """For each supplier another one, such that cases as seldom as possible touch both; ties fall by the seed."""
    random = np.random.default_rng(seed)
    count = design.inside.suppliers
    exposure = design.cells()
    by_supplier = np.tile(np.arange(count), design.inside.periods)
    touched = exposure.copy()
    touched.indices = by_supplier[touched.indices].astype(touched.indices.dtype)
    touched.resize((design.cases.count, count))
    together = (touched.T @ (touched > 0)).toarray().astype(np.float64)
    known = design.quality.cells > 0
    barred = float(together.sum()) + 1.0
    together[:, ~known] += barred
    np.fill_diagonal(together, 2 * barred)
    tie = 1e-9 * barred * random.random(together.shape)
    return np.asarray(linear_sum_assignment(together + tie)[1], dtype=np.int64)


def _is_apart(design: Design, placed: Ints) -> Bools:
    """Whether the case of each exposure never touched the supplier that stands in."""
    count = design.inside.suppliers
    cases = design.cases
    touched = np.sort(cases.rows[cases.weights > 0] * count + cases.suppliers[cases.weights > 0])
    asked = cases.rows * count + placed
    at = np.minimum(np.searchsorted(touched, asked), len(touched) - 1)
    return np.asarray(touched[at] != asked)
