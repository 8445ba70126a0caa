"""What is looked at before anything is estimated: each kind of bad data has its own plain refusal. Pure."""

from dataclasses import replace

import numpy as np

from clientela.impact.rules.cases import LEAST_ANSWERS, Bools, Cases, Inside, Ints, chosen
from clientela.impact.rules.exposure import main_suppliers
from clientela.impact.rules.refusing import NoAnswerError, Refusal

FEWEST_CASES = 30
FEWEST_PERIODS = 4
FEWEST_SUPPLIERS = 3
TOLERANCE = 0.005  # of each weight: shares written with two decimals
ROUNDING = 1e-9
FEW_SHARE = 0.5  # of the cells that have too few people behind them


def guarded(cases: Cases, inside: Inside, *, is_incomplete: bool) -> Cases:
    """Return the answered cases that have an exposure. Raises NoAnswerError where no number could be honest."""
    if not cases.count:
        raise NoAnswerError(Refusal.NO_CASES)
    _check_suppliers(cases, inside)
    cases = _with_whole_weights(cases, is_incomplete=is_incomplete)
    _check_people(inside)
    periods = len(np.unique(cases.period))
    if periods == 1:
        raise NoAnswerError(Refusal.ONE_PERIOD)
    if periods < FEWEST_PERIODS:
        raise NoAnswerError(Refusal.TOO_FEW_PERIODS, periods=periods, fewest=FEWEST_PERIODS)
    mains = main_suppliers(cases)
    answered = answered_cases(cases, mains)
    if answered.sum() < FEWEST_CASES:
        raise NoAnswerError(Refusal.TOO_FEW_CASES, cases=int(answered.sum()), fewest=FEWEST_CASES)
    used = chosen(cases, answered)
    if np.ptp(used.outcome) <= 1e-12 * max(1.0, float(np.abs(used.outcome).max())):
        raise NoAnswerError(Refusal.SCORES_ALL_EQUAL, cases=used.count, score=float(used.outcome[0]))
    suppliers = len(np.unique(mains[answered]))
    if suppliers == 1:
        raise NoAnswerError(Refusal.ONE_SUPPLIER, suppliers=1)
    if suppliers < FEWEST_SUPPLIERS:
        raise NoAnswerError(Refusal.TOO_FEW_SUPPLIERS, suppliers=suppliers, fewest=FEWEST_SUPPLIERS)
    return used


def answered_cases(cases: Cases, mains: Ints | None = None) -> Bools:
    """Which cases an estimate is made from: those with an outcome that depended on somebody inside."""
    found: Bools = np.isfinite(cases.outcome) & ((main_suppliers(cases) if mains is None else mains) >= 0)
    return found


def _check_suppliers(cases: Cases, inside: Inside) -> None:
    unknown = (cases.suppliers < 0) | (cases.suppliers >= inside.suppliers)
    if unknown.any():
        raise NoAnswerError(Refusal.UNKNOWN_SUPPLIERS, rows=int(unknown.sum()), known=inside.suppliers)
    if int(cases.period.max()) >= inside.periods or int(cases.period.min()) < 0:
        raise NoAnswerError(Refusal.QUALITY_UNKNOWN, periods=inside.periods)


def _with_whole_weights(cases: Cases, *, is_incomplete: bool) -> Cases:
    """Return the cases with weights that sum to one exactly where only rounding keeps them from it."""
    usable = np.isfinite(cases.weights) & (cases.weights >= 0)
    if not usable.all():
        raise NoAnswerError(Refusal.NEGATIVE_WEIGHTS, rows=int((~usable).sum()))
    sums = np.bincount(cases.rows, weights=cases.weights, minlength=cases.count)
    exposed = sums > 0
    rounding = TOLERANCE * np.maximum(np.bincount(cases.rows, minlength=cases.count), 1) + ROUNDING
    above, off = sums > 1 + rounding, exposed & (sums < 1 - rounding)
    if above.any():
        raise NoAnswerError(
            Refusal.WEIGHTS_ABOVE_ONE, cases=int(above.sum()), of=cases.count, highest=float(sums.max())
        )
    if off.any() and not is_incomplete:
        raise NoAnswerError(
            Refusal.WEIGHTS_DO_NOT_SUM_TO_ONE, cases=int(off.sum()), of=cases.count, lowest=float(sums[off].min())
        )
    rounded = exposed & ~off & (np.abs(sums - 1) > ROUNDING)
    if not rounded.any():
        return cases
    whole = np.where(rounded, sums, 1.0)
    return replace(cases, weights=cases.weights / whole[cases.rows])


def _check_people(inside: Inside) -> None:
    """Refuse where most of what is known stands on fewer than five answers: it would tell on people."""
    known = np.isfinite(inside.quality).all(axis=0)
    if not known.any():
        raise NoAnswerError(Refusal.QUALITY_UNKNOWN, least_periods=FEWEST_PERIODS)
    few = known & (inside.answers < LEAST_ANSWERS)
    if few.sum() > FEW_SHARE * known.sum():
        raise NoAnswerError(
            Refusal.TOO_FEW_PEOPLE, cells=int(few.sum()), of=int(known.sum()), least_answers=LEAST_ANSWERS
        )
