"""The queue that a case happened to meet as an instrument: a check beside the estimate, where triage allows. Pure.

A case that met a long queue was served worse for no fault of its own. That holds only while nobody is let past the
queue because the case is urgent: then the queue goes with what the case was, and the figure is badly wrong although the
instrument looks strong. So triage is looked for first.
"""

from dataclasses import replace
from math import nan

import numpy as np

from clientela.impact.rules.cases import Bools, Floats, chosen
from clientela.impact.rules.checks.check import Check, CheckName
from clientela.impact.rules.design import designed
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.jackknife import Inference

TRIAGE_LEVEL = 0.05
LEAST_STRENGTH = 10.0  # F of the first stage
LEAST_KNOWN = 30  # cases of which all three are known


def congestion_check(estimate: Estimate, congestion: Floats, served: Floats, urgency: Floats | None) -> Check:
    """Compare the estimate with that by congestion, [N] arrays over the estimate's own (answered) cases.

    `served`: how well the case itself was served, in the unit of the quality; `urgency`: what was known of it on
    arrival and could have let it pass. Cases of which any of them is unknown (NaN) are left out of the check. It holds
    when both intervals touch; None where triage shows or cannot be looked for, or the queue explains too little. Never
    a gate. The figure is in SD as the estimate.
    """
    name = CheckName.CONGESTION
    if urgency is None:
        return Check(name, None, is_gate=False, detail={"why": "urgency_not_given"})
    known = np.isfinite(congestion) & np.isfinite(served) & np.isfinite(urgency)
    if known.sum() < LEAST_KNOWN:
        return Check(name, None, is_gate=False, detail={"why": "too_few", "cases": int(known.sum())})
    if not known.all():
        estimate, congestion, served, urgency = _only(estimate, known), congestion[known], served[known], urgency[known]
    design = estimate.design
    if min(np.ptp(congestion), np.ptp(served)) == 0:
        return Check(name, None, is_gate=False, detail={"why": "not_identified"})
    products = design.products(design.cases.outcome, served, congestion, urgency)
    square, rest = products.whole, products.without
    triage = _slope(estimate, square, rest, of=2, on=3)
    if triage.p < TRIAGE_LEVEL:
        return Check(name, None, is_gate=False, detail={"why": "triage", "p": triage.p})
    first = _slope(estimate, square, rest, of=1, on=2)
    strength = (first.effect / first.error) ** 2 if first.error > 0 else nan
    if not strength >= LEAST_STRENGTH:
        return Check(name, None, is_gate=False, detail={"why": "queue_explains_too_little", "f": strength})
    whole = np.array([square[0, 2] / square[1, 2]])
    without = (rest[:, 0, 2] / rest[:, 1, 2])[:, None]
    factor = estimate.quality_sd / estimate.outcome_sd
    found = design.jackknifed(whole * factor, without * factor, columns=1).inference()
    held = found.low <= estimate.high and estimate.low <= found.high
    return Check(name, held, found.effect, found.low, found.high, found.p, is_gate=False, detail={"f": strength})


def _only(estimate: Estimate, known: Bools) -> Estimate:
    """The same estimate, to be compared with over fewer cases."""
    design = estimate.design
    fewer = designed(
        chosen(design.cases, known),
        design.inside,
        design.quality,
        lag=design.lag,
        is_weighted=estimate.settings.is_weighted,
    )
    return replace(estimate, design=fewer)


def _slope(estimate: Estimate, square: Floats, rest: Floats, *, of: int, on: int) -> Inference:
    """The slope of one column on another, jackknifed; NaN where it does not vary."""
    if square[on, on] <= 0 or (rest[:, on, on] <= 0).any():
        return Inference(nan, nan, nan, nan, 1.0, estimate.df)
    whole = np.array([square[of, on] / square[on, on]])
    return estimate.design.jackknifed(whole, rest[:, of, on] / rest[:, on, on], columns=1).inference()
