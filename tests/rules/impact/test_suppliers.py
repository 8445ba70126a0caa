"""Suppliers that borrow strength from each other."""

import numpy as np
import pytest
from scipy import stats

from clientela.impact.rules.case_by_case import case_by_case
from clientela.impact.rules.estimating import Estimate, estimate
from clientela.impact.rules.suppliers import _Rotated, pooled_effects, supplier_effects
from tests.rules.impact.organisation import SUPPLIERS, organisation


def test_the_model_by_hand() -> None:
    # Three estimates 0, 1, 2, each with variance ¼: their spread is 1, so τ² = ¾ is the likeliest, and there each keeps
    # three quarters of its distance from the mean. Var = τ²(1 − ¾) + ¼² · Var(mean) with Var(mean) = ⅓.
    rotated = _Rotated(np.array([0.0, 1.0, 2.0]), np.ones(3), np.full(3, 0.25), np.eye(3))
    likeliest = max(np.linspace(0, 2, 2001), key=rotated.likelihood)
    assert likeliest == pytest.approx(0.75**0.5, abs=1e-3)
    told = rotated.given(0.75**0.5)
    assert told.mean == pytest.approx(1.0)
    assert told.effects == pytest.approx([0.25, 1.0, 1.75])
    assert told.drawn == pytest.approx([0.25] * 3)
    assert told.variances == pytest.approx([0.75 * 0.25 + 0.0625 / 3] * 3)


def test_no_single_spread_is_trusted() -> None:
    found = pooled_effects(
        np.array([0.0, 1.0, 2.0]), 0.25 * np.eye(3), suppliers=np.arange(3), exposure=np.ones(3), df=10
    )
    assert found.mean == pytest.approx(1.0)
    low, middle, high = (one.effect for one in found.each)
    assert (middle, low + high) == pytest.approx((1.0, 2.0))
    assert 0.0 < low < 0.5
    at_the_likeliest = (0.75 * 0.25 + 0.0625 / 3) ** 0.5 * stats.t.ppf(0.975, 10)
    assert found.each[0].high - found.each[0].effect > at_the_likeliest


def test_suppliers_that_differ_no_more_than_chance_are_drawn_far_and_still_not_sure() -> None:
    found = pooled_effects(
        np.array([0.9, 1.0, 1.1, 1.0, 1.05, 0.95]), 0.25 * np.eye(6), suppliers=np.arange(6), exposure=np.ones(6), df=10
    )
    assert found.between < 0.35
    assert [one.effect for one in found.each] == pytest.approx([1.0] * 6, abs=0.05)
    assert all(one.drawn > 0.7 for one in found.each)
    of_the_mean_alone = stats.t.ppf(0.975, 10) * 0.5 / 6**0.5
    assert all(one.high - one.effect > of_the_mean_alone for one in found.each)


def test_every_supplier_of_an_organisation_is_told_around_the_estimate() -> None:
    cases, inside = organisation(cases_each=30, noise=0.1)
    found = estimate(cases, inside)
    assert isinstance(found, Estimate)
    effects = supplier_effects(found)
    assert [one.supplier for one in effects.each] == list(range(SUPPLIERS))
    assert effects.mean == pytest.approx(found.effect, abs=0.05)
    assert all(one.low < one.effect < one.high for one in effects.each)
    assert sum(one.exposure for one in effects.each) == pytest.approx(cases.count)
    spread = np.std([one.effect for one in effects.each])
    assert spread <= np.std([one.alone for one in effects.each])


def test_case_by_case_is_the_difference_of_means_where_nothing_else_differs() -> None:
    cases, inside = organisation(cases_each=30)
    found = estimate(cases, inside)
    assert isinstance(found, Estimate)
    own = (np.random.default_rng(1).random(cases.count) < 0.5).astype(np.float64)
    told = case_by_case(found, own)
    assert told is not None
    first, second = told.groups
    assert (first.quality, second.quality, first.cases + second.cases) == (0.0, 1.0, cases.count)
    assert second.mean == pytest.approx(cases.outcome[own == 1].mean())
    assert told.within.low < 0 < told.within.high
    assert case_by_case(found, np.ones(cases.count)) is None
