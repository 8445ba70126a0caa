"""What better service inside would have been worth outside: the estimate, its error and its interval. Pure."""

from dataclasses import dataclass, field, replace
from math import inf, isfinite, sqrt

import numpy as np

from clientela.impact.rules.cases import LEAST_ANSWERS, Cases, Floats, Inside
from clientela.impact.rules.design import Design, designed
from clientela.impact.rules.guarding import FEWEST_SUPPLIERS, guarded
from clientela.impact.rules.jackknife import Jackknifed, ratio_interval, smallest_visible, tested
from clientela.impact.rules.missing import refuse_if_missing_tells
from clientela.impact.rules.quality import LEAST_PERIODS, standardised
from clientela.impact.rules.refusing import NoAnswer, NoAnswerError, Refusal


@dataclass(frozen=True)
class Settings:
    """What may be chosen. Effects are in standard deviations of the outcome.

    `lag`: the quality of so many periods before the case. `is_incomplete`: weights may sum to less than one, the rest
    depended on nobody inside. `worthwhile`: an effect that would matter; `minimum_effect`, `margin`: see verdicts.
    `is_linked`: cases know whom they depended on; a panel of departments does not, and is weaker.
    """

    lag: int = 0
    is_incomplete: bool = False
    worthwhile: float = 0.10
    minimum_effect: float = 0.0
    margin: float | None = None
    is_linked: bool = True
    least_load_share: float = 0.9
    is_weighted: bool = True


@dataclass(frozen=True)
class Own:
    """The same effect in the outcome's own unit: for one standard deviation of quality, and for one unit of it."""

    effect: float
    low: float
    high: float
    per_unit: float
    per_unit_low: float
    per_unit_high: float


@dataclass(frozen=True)
class Estimate:
    """The effect in SD of the outcome per SD of true quality within a supplier, with its 95 % interval.

    `at_most` is the upper end with an error no smaller than that of independent cases: before something is ruled out,
    luck with few suppliers is.

    `plain` is what it would be without the correction for the noise of the halves, `reliability` the share of signal in
    the exposure-weighted quality, as the model meets it. `left_out`: the effect without each main supplier's cases.
    """

    effect: float
    error: float
    low: float
    high: float
    df: int
    p: float
    smallest_visible: float
    at_most: float
    n_cases: int
    n_suppliers: int
    n_periods: int
    plain: float
    reliability: float
    is_exact: bool
    is_weak: bool
    load_share: float
    outcome_sd: float
    quality_sd: float
    own: Own
    left_out: tuple[tuple[int, float], ...]
    settings: Settings
    design: Design = field(repr=False, compare=False)


def estimate(cases: Cases, inside: Inside, *, settings: Settings | None = None) -> Estimate | NoAnswer:
    """Estimate the effect of inside quality on the outcome of cases, or say plainly why there is no number.

    Deterministic; the order of the cases does not matter.
    """
    try:
        return _estimated(cases, inside, settings or Settings())
    except NoAnswerError as error:
        return error.answer


def _estimated(cases: Cases, inside: Inside, settings: Settings) -> Estimate:
    used = guarded(cases, inside, is_incomplete=settings.is_incomplete)
    inside = without_few_answers(inside)
    quality = standardised(inside)
    moving = np.intersect1d(np.flatnonzero(quality.cells > 0), used.suppliers)
    if not quality.known[:, used.suppliers].any():
        raise NoAnswerError(Refusal.QUALITY_UNKNOWN, least_periods=LEAST_PERIODS)
    if len(moving) == 1:
        raise NoAnswerError(Refusal.RESTS_ON_ONE_SUPPLIER, supplier=int(moving[0]))
    if len(moving) < FEWEST_SUPPLIERS:
        raise NoAnswerError(Refusal.TOO_FEW_SUPPLIERS, suppliers=len(moving), fewest=FEWEST_SUPPLIERS)
    refuse_if_missing_tells(cases, inside, quality, lag=settings.lag)
    design = designed(used, inside, quality, lag=settings.lag, is_weighted=settings.is_weighted)
    products = design.products(used.outcome, design.quality_columns())
    square, rest = products.whole, products.without
    _refuse_if_nothing_varies(square, float(used.outcome.var()) * used.count, design)
    outcome_sd = float(used.outcome.std())
    plain, plain_without = _plain(square), _plain(rest)
    if not np.isfinite(plain_without).all():
        lost = design.cluster_suppliers[~np.isfinite(plain_without)]
        raise NoAnswerError(Refusal.RESTS_ON_ONE_SUPPLIER, supplier=int(lost[0]))
    signal_sd = quality.signal_sd
    if signal_sd <= 0:
        raise NoAnswerError(Refusal.QUALITY_IS_ALL_NOISE, suppliers=inside.suppliers, periods=inside.periods)
    signal_without = np.array([quality.signal_sd_without(int(one)) or signal_sd for one in design.cluster_suppliers])
    bottom = _reliability(square) * outcome_sd / signal_sd
    bottom_without = _reliability(rest) * outcome_sd / signal_without
    reliability, reliability_without = _reliability(square), _reliability(rest)
    jackknifed = design.jackknifed(
        np.array([plain, bottom, reliability]),
        np.stack([plain_without, bottom_without, reliability_without], axis=1),
        columns=1,
    )
    return _told(jackknifed, design, settings, outcome_sd=outcome_sd, classical=_classical(square, design))


def without_few_answers(inside: Inside) -> Inside:
    """Return the same with quality unknown wherever fewer than five answers stand behind it."""
    few = inside.answers < LEAST_ANSWERS
    return replace(inside, quality=np.where(few, np.nan, inside.quality)) if few.any() else inside


def _told(found: Jackknifed, design: Design, settings: Settings, *, outcome_sd: float, classical: float) -> Estimate:
    """Tell the ratios of `found`: the plain coefficient, by what it is divided for the effect, the reliability."""
    (top, bottom, reliability), covariance, df = found.whole.tolist(), found.covariance, found.df
    signal_sd, own_sd = design.quality.signal_sd, design.quality.own_sd
    effect = top / bottom if bottom > 0 else 0.0
    low, high = ratio_interval(top, bottom, covariance, df) if bottom > 0 else (-inf, inf)
    is_weak = not (isfinite(low) and isfinite(high))
    spread = covariance[0, 0] - 2 * effect * covariance[0, 1] + effect**2 * covariance[1, 1]
    error = sqrt(max(0.0, float(spread))) / bottom if bottom > 0 else inf
    at_zero = tested(top, sqrt(max(0.0, float(covariance[0, 0]))), df)
    # Few clusters are alike by luck now and then; no error is smaller than that of cases that have nothing in common.
    honest = max(at_zero.error, classical) / bottom if bottom > 0 else inf
    visible = smallest_visible(honest, df)
    rests = found.without[:, 0] / found.without[:, 1]
    # For one unit of quality as it was given, how much quality usually moves has no part, nor has its uncertainty.
    unit = signal_sd / own_sd if own_sd > 0 else 0.0
    of_unit = covariance[np.ix_([0, 2], [0, 2])]
    unit_low, unit_high = ratio_interval(top, reliability, of_unit, df) if reliability > 0 else (-inf, inf)
    return Estimate(
        effect=effect,
        error=error,
        low=low,
        high=high,
        df=df,
        p=at_zero.p,
        smallest_visible=visible,
        at_most=max(high, tested(effect, honest, df).high),
        n_cases=design.cases.count,
        n_suppliers=len(np.unique(design.cases.suppliers)),
        n_periods=len(np.unique(design.cases.period)),
        plain=top * signal_sd / outcome_sd,
        reliability=reliability,
        is_exact=design.inside.is_exact,
        is_weak=is_weak,
        load_share=design.load_share,
        outcome_sd=outcome_sd,
        quality_sd=own_sd,
        own=Own(
            effect=effect * outcome_sd,
            low=low * outcome_sd,
            high=high * outcome_sd,
            per_unit=top / reliability * unit if reliability > 0 else 0.0,
            per_unit_low=unit_low * unit,
            per_unit_high=unit_high * unit,
        ),
        left_out=tuple(zip(design.cluster_suppliers.tolist(), rests.tolist(), strict=True)),
        settings=settings,
        design=design,
    )


def _plain(square: Floats) -> Floats:
    """The coefficient of the mean of both halves."""
    top = (square[..., 0, 1] + square[..., 0, 2]) / 2
    bottom = (square[..., 1, 1] + 2 * square[..., 1, 2] + square[..., 2, 2]) / 4
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def _reliability(square: Floats) -> Floats:
    """The share of what varies in the mean of both halves that both have in common."""
    bottom = (square[..., 1, 1] + 2 * square[..., 1, 2] + square[..., 2, 2]) / 4
    return np.where(bottom > 0, square[..., 1, 2] / np.where(bottom > 0, bottom, 1.0), 0.0)


def _classical(square: Floats, design: Design) -> float:
    """The error of the plain coefficient if cases had nothing in common beyond the controls."""
    crossed = float(square[0, 1] + square[0, 2]) / 2
    below = float(square[1, 1] + 2 * square[1, 2] + square[2, 2]) / 4
    left = max(0.0, float(square[0, 0]) - crossed**2 / below)
    return sqrt(left / max(1, design.cases.count - design.absorber.rank - 1) / below)


def _refuse_if_nothing_varies(square: Floats, total: float, design: Design) -> None:
    if square[0, 0] <= 1e-9 * total:
        raise NoAnswerError(Refusal.NOTHING_LEFT_TO_COMPARE, cases=design.cases.count)
    if square[1, 1] <= 0 or square[2, 2] <= 0:
        raise NoAnswerError(Refusal.COLLINEAR_SUPPLIERS, suppliers=len(design.cluster_suppliers))
