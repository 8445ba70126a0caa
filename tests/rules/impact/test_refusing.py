"""Each kind of bad data has its own plain answer, never a number."""

from dataclasses import replace

import numpy as np
import pytest

from clientela.impact.rules.cases import Cases, Inside, chosen
from clientela.impact.rules.estimating import Estimate, Settings, estimate
from clientela.impact.rules.exposure import from_crosswalk
from clientela.impact.rules.refusing import NoAnswer, NoAnswerError, Refusal
from tests.rules.impact.organisation import PERIODS, SUPPLIERS, organisation


def refused(cases: Cases, inside: Inside, settings: Settings | None = None) -> NoAnswer:
    answer = estimate(cases, inside, settings=settings)
    assert isinstance(answer, NoAnswer), answer
    return answer


def test_one_team_is_not_compared_with_itself() -> None:
    cases, inside = organisation()
    alone = replace(cases, suppliers=np.zeros_like(cases.suppliers))
    assert refused(alone, inside).code is Refusal.ONE_SUPPLIER
    two = replace(cases, suppliers=cases.suppliers % 2)
    assert refused(two, inside) == NoAnswer(Refusal.TOO_FEW_SUPPLIERS, {"suppliers": 2, "fewest": 3})


def test_one_period_shows_no_movement() -> None:
    cases, inside = organisation()
    assert refused(chosen(cases, cases.period == 2), inside).code is Refusal.ONE_PERIOD
    assert refused(chosen(cases, cases.period < 3), inside).figures == {"periods": 3, "fewest": 4}


def test_scores_that_are_all_equal_explain_nothing() -> None:
    cases, inside = organisation()
    alike = refused(replace(cases, outcome=np.full(cases.count, 4.0)), inside)
    assert (alike.code, alike.figures["score"]) == (Refusal.SCORES_ALL_EQUAL, 4.0)
    by_unit = refused(replace(cases, outcome=cases.unit.astype(np.float64)), inside)
    assert by_unit.code is Refusal.NOTHING_LEFT_TO_COMPARE


def test_quality_that_never_moves_or_is_unknown_or_only_noise() -> None:
    cases, inside = organisation()
    flat = replace(inside, quality=np.broadcast_to(np.arange(SUPPLIERS) * 1.0, inside.quality.shape).copy())
    assert refused(cases, flat).code is Refusal.QUALITY_ALL_EQUAL
    assert refused(cases, replace(inside, quality=inside.quality * np.nan)).code is Refusal.QUALITY_UNKNOWN
    draws = np.random.default_rng(0)
    noise = replace(inside, quality=draws.standard_normal(inside.quality.shape))
    noise.quality[1] = -noise.quality[0] + 0.1 * noise.quality[1]
    assert refused(cases, noise).code is Refusal.QUALITY_IS_ALL_NOISE


def test_quality_of_others_than_those_who_helped_is_no_quality() -> None:
    cases, inside = organisation()
    double = replace(
        inside,
        quality=np.concatenate([inside.quality, np.full_like(inside.quality, np.nan)], axis=2),
        load=None,
        answers=np.tile(inside.answers, 2),
    )
    others = replace(cases, suppliers=cases.suppliers + SUPPLIERS)
    assert refused(others, double).code is Refusal.QUALITY_UNKNOWN


def test_suppliers_that_move_exactly_together_cannot_be_told_apart() -> None:
    cases, inside = organisation()
    together = np.random.default_rng(0).standard_normal((PERIODS, 1)) * np.ones(SUPPLIERS)
    answer = refused(cases, replace(inside, quality=np.stack([together, together])))
    assert answer.code is Refusal.COLLINEAR_SUPPLIERS


def test_weights_have_to_be_shares() -> None:
    cases, inside = organisation()
    percent = refused(replace(cases, weights=cases.weights * 100), inside)
    assert (percent.code, percent.figures["cases"]) == (Refusal.WEIGHTS_ABOVE_ONE, cases.count)
    short = cases.weights.copy()
    short[:2] *= 0.5
    answer = refused(replace(cases, weights=short), inside)
    assert (answer.code, answer.figures["cases"], answer.figures["lowest"]) == (
        Refusal.WEIGHTS_DO_NOT_SUM_TO_ONE, 1, 0.5,
    )  # fmt: skip
    assert isinstance(estimate(replace(cases, weights=short), inside, settings=Settings(is_incomplete=True)), Estimate)
    below = cases.weights.copy()
    below[3] = -0.2
    assert refused(replace(cases, weights=below), inside).code is Refusal.NEGATIVE_WEIGHTS


def test_shares_that_were_rounded_are_whole() -> None:
    cases, inside = organisation()
    thirds = np.repeat(np.arange(cases.count), 3)
    suppliers = (cases.suppliers.reshape(-1, 2)[:, :1] + np.array([0, 1, 3])) % inside.suppliers
    exact = replace(cases, rows=thirds, suppliers=suppliers.ravel(), weights=np.full(len(thirds), 1 / 3))
    rounded = replace(exact, weights=np.full(len(thirds), 0.33))
    whole, found = estimate(exact, inside), estimate(rounded, inside)
    assert isinstance(whole, Estimate)
    assert isinstance(found, Estimate)
    assert (found.effect, found.low) == pytest.approx((whole.effect, whole.low), rel=1e-9)
    short = refused(replace(exact, weights=np.full(len(thirds), 0.32)), inside)
    assert short.code is Refusal.WEIGHTS_DO_NOT_SUM_TO_ONE


def test_a_crosswalk_that_does_not_know_a_unit_names_it() -> None:
    cases, _ = organisation()
    known = np.array([0, 0, 1, 2])
    with pytest.raises(NoAnswerError) as refusal:
        from_crosswalk(
            cases,
            units=known,
            suppliers=np.arange(4),
            weights=np.ones(4),
            unit_labels=("North", "South", "East", "West"),
        )
    assert refusal.value.answer.code is Refusal.UNKNOWN_UNITS
    assert refusal.value.answer.figures["example"] == "West"
    assert refusal.value.answer.figures["cases"] == int((cases.unit == 3).sum())


def test_fewer_than_five_answers_tell_of_people_and_not_of_departments() -> None:
    cases, inside = organisation()
    few = refused(cases, replace(inside, answers=np.full((PERIODS, SUPPLIERS), 4)))
    assert few.figures == {"cells": 63, "of": 63, "least_answers": 5}
    some = inside.answers.copy()
    some[:, 0] = 4  # one small department: its quality is unknown, the others' is told
    found = estimate(cases, replace(inside, answers=some), settings=Settings(is_incomplete=True))
    assert isinstance(found, Estimate)
    assert not found.design.quality.known[:, 0].any()


def test_everything_that_rests_on_one_supplier_is_no_comparison() -> None:
    cases, inside = organisation()
    only = inside.quality.copy()
    only[:, :, 1:] = 3.0
    answer = refused(cases, replace(inside, quality=only))
    assert answer == NoAnswer(Refusal.RESTS_ON_ONE_SUPPLIER, {"supplier": 0})


def test_nothing_at_all() -> None:
    cases, inside = organisation()
    assert refused(chosen(cases, np.zeros(cases.count, dtype=np.bool_)), inside).code is Refusal.NO_CASES
    unknown = replace(cases, suppliers=cases.suppliers + 1)
    assert refused(unknown, inside).code is Refusal.UNKNOWN_SUPPLIERS


def test_answers_that_are_missing_for_what_they_would_have_said() -> None:
    cases, inside = organisation(cases_each=60)
    draws = np.random.default_rng(1)
    by_chance = np.where(draws.random(cases.count) < 0.5, np.nan, cases.outcome)
    assert isinstance(estimate(replace(cases, outcome=by_chance), inside), Estimate)
    served = (cases.weights.reshape(-1, 2) * inside.quality.mean(axis=0)[
        cases.period[cases.rows], cases.suppliers].reshape(-1, 2)).sum(axis=1)  # fmt: skip
    of_badly_served = np.where(draws.random(cases.count) < 1 / (1 + np.exp(3 * (served - 3.0))), np.nan, cases.outcome)
    answer = refused(replace(cases, outcome=of_badly_served), inside)
    assert (answer.code, answer.figures["side"], answer.figures["trace"]) == (
        Refusal.MISSING_NOT_AT_RANDOM, "outside", "quality",
    )  # fmt: skip


def test_the_unhappy_who_do_not_answer_are_seen_by_where_they_are() -> None:
    cases, inside = organisation(cases_each=30, effect=0.2)
    cases = replace(cases, unit=np.zeros_like(cases.unit))
    draws = np.random.default_rng(4)
    cut = np.median(cases.outcome)
    silent = draws.random(cases.count) < np.where(cases.outcome < cut, 0.8, 0.2)
    unhappy_silent = replace(cases, outcome=np.where(silent, np.nan, cases.outcome), unaffected=None)
    answer = refused(unhappy_silent, inside)
    assert (answer.code, answer.figures["side"], answer.figures["trace"]) == (
        Refusal.MISSING_NOT_AT_RANDOM, "outside", "levels",
    )  # fmt: skip
    # Units and weeks that ask less for reasons of their own are no reason to stay silent.
    rate = 0.5 + 0.2 * np.array([1, -1, 0])[cases.case_type] - 0.03 * (cases.period - 4)
    by_place = np.where(draws.random(cases.count) < rate, np.nan, cases.outcome)
    assert isinstance(estimate(replace(cases, outcome=by_place), inside), Estimate)


def test_a_pulse_that_falls_silent_after_bad_periods_is_refused() -> None:
    cases, inside = organisation(noise=0.1)
    quality = inside.quality.copy()
    bad = quality.mean(axis=0) < 2.8
    quality[:, 1:][:, bad[:-1]] = np.nan
    answer = refused(cases, replace(inside, quality=quality), Settings(is_incomplete=True))
    assert (answer.code, answer.figures["side"], answer.figures["trace"]) == (
        Refusal.MISSING_NOT_AT_RANDOM, "inside", "before",
    )  # fmt: skip
