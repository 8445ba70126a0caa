"""What came of a roll-out: the figure, and what the lot alone could have made of it.

Randomisation inference (Fisher; for stepped wedges Wang & De Gruttola 2017, Thompson et al. 2018): under every order
that could have been drawn the same answers are put through the same figure. The p-value is the share of orders with a
figure at least as far from zero; the interval holds every constant effect that is not refuted at 5 % in this way, found
exactly, since the figure is linear in the effect. No distribution is assumed and no number of departments is too small
to be right, only too small to say anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from clientela.impact.rules.rollouts.contrasts import (
    adjusted,
    answer_weights,
    begun_by,
    begun_since,
    coefficients,
    figures,
)
from clientela.impact.rules.rollouts.group_time import averaged, by_exposure, group_time_effects
from clientela.impact.rules.rollouts.panels import Flags, Floats, Panel
from clientela.impact.rules.rollouts.plans import ALL_ORDERS, Block, Integers, Lot, orders_of

LEVEL = 0.05
NOTHING = 1e-9  # what rounding leaves of a zero
LEAST_TAKEN_UP = 0.5  # below it, the effect where it really began is not worked out

Refusal = Literal["no_answers", "nothing_to_compare", "all_alike", "too_few_orders", "nobody_began"]


@dataclass(frozen=True)
class NoAnswer:
    """Nothing can be said, and why: a code and its figures."""

    code: Refusal
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval; an end is infinite where the lot refutes nothing on that side."""

    effect: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Exposure:
    """The effect in the first (0), second (1), … span since a department began. `departments` that show it."""

    spans: int
    figure: Interval
    departments: int


@dataclass(frozen=True)
class Analysis:
    """What came of it, in the outcome's own units. `taken_up`: of what was due to have begun, the share that had."""

    figure: Interval
    exposures: tuple[Exposure, ...]
    second_opinion: float | None  # Callaway & Sant'Anna, simple average
    second_by_exposure: Mapping[int, float]
    taken_up: float
    where_begun: Interval | None
    orders: int
    is_every_order: bool
    least_chance: float
    answers: int
    spans: int  # compared
    departments: int  # compared


def analysed(
    panel: Panel,
    blocks: Sequence[Block],
    lots: Sequence[Lot],
    *,
    spans: int,
    beta: float,
    icc: float,
    begun: Floats | None = None,
    seed: int = 1,
    most: int = ALL_ORDERS,
) -> Analysis | NoAnswer:
    """Analyse as it was planned (intention to treat): by the drawn steps, whatever was really done.

    `panel` stands in the order of the blocks' keys; its first `spans` spans after the baseline are compared. `begun`
    [department, span 1 …]: the share of each span in which a department really worked the new way; None: as planned.
    """
    steps = {lot.key: lot.step for lot in lots}
    n, mean = panel.n[:, 1 : spans + 1], panel.mean[:, : spans + 1]
    weights = answer_weights(n, icc)
    if n.sum() == 0:
        return NoAnswer("no_answers")
    orders, is_all = orders_of(blocks, steps, seed=seed, most=most)
    treated = begun_by(orders, spans)
    of = coefficients(treated, ~treated, weights)
    if not of[0].any():
        return NoAnswer("nothing_to_compare")
    if np.ptp(mean[~np.isnan(mean)]) == 0:
        return NoAnswer("all_alike", {"level": float(mean[~np.isnan(mean)][0])})
    values = adjusted(mean, beta)
    actual = treated[0] if begun is None else begun
    taken_up = float(np.sum(of[0] * actual))
    if begun is not None and not np.any(begun[:, :spans][weights > 0]):
        return NoAnswer("nobody_began")
    likeness = figures(of, treated[0].astype(float))
    chance = float(np.mean(np.abs(likeness) >= 1 - NOTHING))
    if chance > LEVEL:
        return NoAnswer("too_few_orders", {"orders": len(orders), "least_chance": chance})
    figure = inverted(figures(of, values), likeness)
    compared = (of[0] != 0).any(axis=1)
    effects = group_time_effects(mean, orders[0].astype(float), base="all_before")
    return Analysis(
        figure=figure,
        exposures=_exposures(orders, values, weights),
        second_opinion=averaged(effects),
        second_by_exposure=by_exposure(effects),
        taken_up=taken_up,
        where_begun=_scaled(figure, taken_up) if begun is not None and LEAST_TAKEN_UP <= taken_up < 1 else None,
        orders=len(orders),
        is_every_order=is_all,
        least_chance=chance,
        answers=int(panel.n[:, : spans + 1].sum()),
        spans=spans,
        departments=int(compared.sum()),
    )


def inverted(of_values: Floats, of_effect: Floats, *, level: float = LEVEL) -> Interval:
    """Return the figure of the first order, its interval and its p-value.

    With a constant effect θ taken out of the answers, an order gives a − θb (a: its figure now; b: its figure of the
    effect's own pattern), the real order A − θ. It is at least as far out where |a − θb| ≥ |A − θ|: as |b| ≤ 1, from
    one crossing to the other, around A. So the p-value falls on both sides of A, and the ends can be counted off.
    """
    real = float(of_values[0])
    lows, highs = _reaches(of_values, of_effect, real)
    # The real order is among them and reaches everywhere, so at least 1 of all orders does.
    allowed = int(np.floor(level * len(of_values) + NOTHING))
    low = float(np.sort(lows)[allowed])
    high = float(np.sort(highs)[::-1][allowed])
    scale = NOTHING * max(1.0, float(np.abs(of_values).max()))
    p = float(np.mean(np.abs(of_values) >= abs(real) - scale))
    return Interval(real, low, high, p)


def _reaches(a: Floats, b: Floats, real: float) -> tuple[Floats, Floats]:
    """Return the lowest and the highest θ at which each order is at least as far out as the real one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        same, mirrored = (real - a) / (1 - b), (real + a) / (1 + b)
    lows, highs = np.minimum(same, mirrored), np.maximum(same, mirrored)
    # The same comparison as the real one (b = 1) or its mirror image (b = -1): both figures move alike with θ, so from
    # the middle between them on, on the real one's side, it is as far out. If they are equal, it always is.
    parallel = np.abs(b) >= 1 - NOTHING
    like = a * np.sign(b)
    middle, equal = (like + real) / 2, np.abs(like - real) < NOTHING
    lows = np.where(parallel, np.where(equal | (like > real), -np.inf, middle), lows)
    highs = np.where(parallel, np.where(equal | (like < real), np.inf, middle), highs)
    return lows, highs


def _exposures(orders: Integers, values: Floats, weights: Floats) -> tuple[Exposure, ...]:
    """Return the effect by time since a department began; each with all other times' effects taken out first."""
    spans = weights.shape[1]
    waiting = ~begun_by(orders, spans)
    parts: list[tuple[int, Floats, Flags]] = []
    for exposure in range(spans):
        treated = begun_since(orders, spans, exposure)
        of = coefficients(treated, waiting, weights)
        if of[0].any():
            parts.append((exposure, of, treated[0]))
    points = {exposure: float(figures(of[:1], values)[0]) for exposure, of, _now in parts}
    found = []
    for exposure, of, now in parts:
        others = sum(
            (points[other] * pattern for other, _of, pattern in parts if other != exposure), np.zeros_like(values)
        )
        interval = inverted(figures(of, values - others), figures(of, now.astype(float)))
        found.append(Exposure(exposure, interval, int(((of[0] != 0) & now).any(axis=1).sum())))
    return tuple(found)


def _scaled(figure: Interval, share: float) -> Interval:
    return Interval(figure.effect / share, figure.low / share, figure.high / share, figure.p)
