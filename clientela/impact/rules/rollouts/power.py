"""How small an effect a plan would see, worked out before anybody begins.

A department's figures vary as V = σ²·[ICC·(CAC·11ᵀ + (1 − CAC)·I) + diag((1 − ICC)/n)] over the baseline and the spans
(block-exchangeable, Hooper et al. 2016). The figure of `contrasts` is linear in them, so its variance under one order
is Σ cᵀVc, averaged over orders that the lot may draw. An effect is seen in 80 of 100 such roll-outs if it is as large
as (t₀.₉₇₅ + t₀.₈)·SE, with k − 2 degrees of freedom. Below 20 possible results of the lot no effect can ever be seen.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clientela.impact.rules.rollouts.contrasts import answer_weights, begun_by, coefficients
from clientela.impact.rules.rollouts.panels import Floats
from clientela.impact.rules.rollouts.past import Past
from clientela.impact.rules.rollouts.plans import Block, Integers, drawn, orders_of, possible_orders
from clientela.kernel.late import Late

special = Late("scipy.special")  # a fifth of a second at the start of every process

LEVEL, SEEN = 0.05, 0.8
ORDERS_TRIED = 200  # for the variance; their spread is small
ORDERS_LOOKED_AT = 2_000  # for the smallest p-value: of more orders, their mirror images are no matter
MOST_WEEKS = 26  # a step; longer, and too much else has changed


@dataclass(frozen=True)
class Power:
    """What a plan can see. `smallest` effect seen with 80 %, in the outcome's units; None: none at all.

    `least_chance` is the smallest p-value that the lot can give. `beta`: how much of a department's past is taken off.
    """

    smallest: float | None
    error: float
    beta: float
    orders: int
    least_chance: float
    freedom: int


def power_of(blocks: Sequence[Block], past: Past, *, steps: int, step_weeks: int, baseline_weeks: int) -> Power:
    """Return what this plan can see. `past.weekly` stands in the order of the blocks' keys."""
    weekly = np.maximum(np.array(past.weekly), 1e-3)  # who never answers weighs next to nothing
    n = np.concatenate(
        [weekly[:, None] * baseline_weeks, np.repeat(weekly[:, None] * step_weeks, steps - 1, axis=1)], axis=1
    )
    start = {lot.key: lot.step for lot in drawn(blocks, "any order")}
    every, _is_all = orders_of(blocks, start, seed=1, most=ORDERS_LOOKED_AT)
    chance = least_chance(every, answer_weights(n[:, 1:], past.icc))
    few = every[:: max(len(every) // ORDERS_TRIED, 1)]
    beta, variance = _best_beta(few, n, past)
    error = float(np.sqrt(variance))
    freedom = max(len(weekly) - 2, 1)
    smallest = (
        None
        if chance > LEVEL
        else float(special.stdtrit(freedom, 1 - LEVEL / 2) + special.stdtrit(freedom, SEEN)) * error
    )
    return Power(smallest, error, beta, possible_orders(blocks), chance, freedom)


def chance_to_see(power: Power, effect: float) -> float:
    """Return with what chance an effect of this size would be seen."""
    if power.smallest is None or power.error <= 0:
        return 0.0
    return float(
        special.stdtr(power.freedom, abs(effect) / power.error - special.stdtrit(power.freedom, 1 - LEVEL / 2))
    )


def enough_weeks(
    blocks: Sequence[Block], past: Past, *, steps: int, step_weeks: int, baseline_weeks: int, effect: float
) -> int | None:
    """Return how long a step must last to see an effect of this size with 80 %; None: half a year is not enough."""

    def is_enough(weeks: int) -> bool:
        power = power_of(blocks, past, steps=steps, step_weeks=weeks, baseline_weeks=max(baseline_weeks, weeks))
        return power.smallest is not None and power.smallest <= abs(effect)

    if not is_enough(MOST_WEEKS):
        return None
    # Longer is never worse, so the first that is enough is found by halves.
    return bisect_left(range(MOST_WEEKS + 1), x=True, lo=step_weeks, key=is_enough)


def least_chance(orders: Integers, weights: Floats) -> float:
    """Return the smallest p-value possible: the share of orders that compare just as the first, or just the reverse."""
    spans = weights.shape[1]
    begun = begun_by(orders, spans)
    of = coefficients(begun, ~begun, weights)
    alike = np.abs(np.einsum("okt,kt->o", of, begun[0].astype(float)))
    return float(np.mean(alike >= 1 - 1e-9))


def covariance(past: Past, n: Floats) -> Floats:
    """Return V of one department with so many answers in the baseline and in each span."""
    spans = len(n)
    lasting = past.cac * np.ones((spans, spans)) + (1 - past.cac) * np.eye(spans)
    return past.variance * (past.icc * lasting + np.diag((1 - past.icc) / n))


def _best_beta(orders: Integers, n: Floats, past: Past) -> tuple[float, float]:
    begun = begun_by(orders, n.shape[1] - 1)
    of = coefficients(begun, ~begun, answer_weights(n[:, 1:], past.icc))
    plain, shared, before = 0.0, 0.0, 0.0
    for department in range(n.shape[0]):
        whole = covariance(past, n[department])
        mine = of[:, department, :]
        together = mine.sum(axis=1)
        plain += float(np.einsum("ot,ts,os->", mine, whole[1:, 1:], mine))
        shared += float(np.sum(together * (mine @ whole[1:, 0])))
        before += float(np.sum(together**2) * whole[0, 0])
    beta = shared / before if before > 0 else 0.0
    return beta, max(plain - beta * shared, 0.0) / len(orders)
