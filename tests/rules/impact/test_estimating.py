"""The estimate against independent tools, against brute force, and against what must not matter."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.impact.rules.cases import Cases, Inside
from clientela.impact.rules.design import case_weights
from clientela.impact.rules.estimating import Estimate, Settings, estimate
from clientela.impact.rules.exposure import main_suppliers, weighted
from clientela.impact.rules.jackknife import ratio_interval
from clientela.impact.rules.quality import standardised
from tests.rules.impact.organisation import PERIODS, SUPPLIERS, TYPES, UNITS, organisation

# pyfixest 0.60.0: feols("y ~ x + load + w0 + … + w5 | unit + period + kind", vcov={"CRV3": "main"},
# ssc=ssc(k_adj=True, k_fixef="full", G_adj=True)), x the exposure-weighted mean of both standardised halves of
# organisation(); the second with weights=case_weights(…). Estimate, standard error, p, low, high.
PYFIXEST = (0.4696314080857253, 0.09436671721046798, 0.0025100797973165445, 0.2387243693897843, 0.7005384467816662)
PYFIXEST_WEIGHTED = (
    0.4760369300079053, 0.09123518033005094, 0.001980611433570978, 0.25279248601695437, 0.6992813739988563,
)  # fmt: skip


def estimated(cases: Cases, inside: Inside, **chosen: object) -> Estimate:
    found = estimate(cases, inside, settings=Settings(**chosen))  # type: ignore[arg-type]
    assert isinstance(found, Estimate), found
    return found


@pytest.mark.parametrize(("is_weighted", "oracle"), [(False, PYFIXEST), (True, PYFIXEST_WEIGHTED)])
def test_the_regression_and_its_jackknife_equal_pyfixest(*, is_weighted: bool, oracle: tuple[float, ...]) -> None:
    cases, inside = organisation()
    design = estimated(cases, inside, is_weighted=is_weighted).design
    products = design.products(design.cases.outcome, design.quality_columns().mean(axis=1))
    whole = products.whole[0, 1] / products.whole[1, 1]
    found = design.jackknifed(whole, products.without[:, 0, 1] / products.without[:, 1, 1], columns=1).inference()
    assert found.df == 6
    assert (found.effect, found.error, found.p, found.low, found.high) == pytest.approx(oracle, rel=1e-10)


def dense(cases: Cases, inside: Inside) -> tuple[np.ndarray, np.ndarray]:
    """All controls as columns, and both halves of the exposure-weighted quality."""
    shares = np.zeros((cases.count, SUPPLIERS))
    np.add.at(shares, (cases.rows, cases.suppliers), cases.weights)
    dummies = [np.eye(size)[part] for size, part in
               ((UNITS, cases.unit), (PERIODS, cases.period), (TYPES, cases.case_type))]  # fmt: skip
    assert inside.load is not None
    halves = standardised(inside).halves
    columns = np.stack([weighted(cases, halves[0]), weighted(cases, halves[1])], axis=1)
    return np.column_stack([*dummies, shares, weighted(cases, inside.load)]), columns


def split_half_by_hand(outcome: np.ndarray, controls: np.ndarray, halves: np.ndarray) -> float:
    """Both directions of the two-stage estimate, averaged, by plain least squares on the columns themselves."""
    left = [one - controls @ np.linalg.lstsq(controls, one, rcond=None)[0] for one in (outcome, *halves.T)]
    y, a, b = left
    return float((b @ y) / (b @ a) + (a @ y) / (a @ b)) / 2


def test_the_effect_and_each_leave_one_out_equal_plain_least_squares() -> None:
    cases, inside = organisation()
    found = estimated(cases, inside, is_weighted=False)
    controls, halves = dense(cases, inside)
    quality, mains = standardised(inside), main_suppliers(cases)
    sd = cases.outcome.std()
    by_hand = split_half_by_hand(cases.outcome, controls, halves) * quality.signal_sd / sd
    assert found.effect == pytest.approx(by_hand, rel=1e-9)
    for supplier, effect in found.left_out:
        rest = mains != supplier
        alone = split_half_by_hand(cases.outcome[rest], controls[rest], halves[rest])
        assert effect == pytest.approx(alone * quality.signal_sd_without(supplier) / sd, rel=1e-8)


def test_the_interval_is_fiellers_over_the_jackknife_and_leaves_out_nothing_exactly_when_the_regression_does() -> None:
    cases, inside = organisation()
    found = estimated(cases, inside)
    assert found.low < found.effect < found.high
    assert (found.low > 0) == (found.p < 0.05)
    quiet, inside = organisation(effect=0.0, seed=8)
    nothing = estimated(quiet, inside)
    assert (nothing.low <= 0 <= nothing.high) == (nothing.p >= 0.05)


def test_without_noise_the_effect_is_exact_in_every_unit() -> None:
    cases, inside = organisation()
    inside = replace(inside, quality=np.stack([inside.quality[0]] * 2))
    outcome = 2.0 * weighted(cases, inside.quality[0]) + cases.unit - 3.0 * cases.period + 0.5 * cases.case_type
    found = estimated(replace(cases, outcome=outcome), inside)
    assert found.own.per_unit == pytest.approx(2.0, rel=1e-9)
    assert (found.own.per_unit_low, found.own.per_unit_high) == pytest.approx((2.0, 2.0), rel=1e-6)
    assert found.error > 0  # of the spread of quality itself, by which the effect is told
    assert found.reliability == 1.0
    assert found.is_exact
    assert found.own.effect == pytest.approx(2.0 * found.quality_sd, rel=1e-9)
    assert found.effect == pytest.approx(found.own.effect / outcome.std(), rel=1e-9)


def test_noise_of_the_answers_shrinks_the_plain_figure_and_not_the_estimate() -> None:
    plain, corrected = [], []
    for seed in range(30):
        cases, inside = organisation(noise=1.0, seed=seed, cases_each=20)
        found = estimated(cases, inside)
        plain.append(found.plain * found.outcome_sd)
        corrected.append(found.own.effect)
    assert np.median(plain) == pytest.approx(0.33, abs=0.05)  # 0.5, less a third that was noise
    assert np.median(corrected) == pytest.approx(0.5, abs=0.06)


def test_the_level_of_a_supplier_does_not_matter() -> None:
    cases, inside = organisation()
    raised = replace(inside, quality=inside.quality + np.arange(SUPPLIERS) * 10.0)
    assert estimated(cases, raised).effect == pytest.approx(estimated(cases, inside).effect, rel=1e-9)


def test_weights_that_leave_a_rest_are_refused_unless_the_rest_is_said_to_be_nobodys() -> None:
    cases, inside = organisation()
    rest = replace(cases, weights=cases.weights * np.random.default_rng(1).uniform(0.5, 1.0, cases.count)[cases.rows])
    assert not isinstance(estimate(rest, inside), Estimate)
    # Everything inside moves by the same amount in a period: without sums by period it would look like an effect.
    common = 5.0 * np.random.default_rng(2).standard_normal(PERIODS)
    outcome = cases.outcome + 3.0 * common[cases.period] * np.bincount(rest.rows, rest.weights)
    moved = replace(inside, quality=inside.quality + common[:, None])
    own = estimated(replace(rest, outcome=outcome), moved, is_incomplete=True).own
    assert own.per_unit == pytest.approx(estimated(rest, inside, is_incomplete=True).own.per_unit, abs=0.05)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_cases_does_not_matter(seed: int) -> None:
    cases, inside = organisation()
    order = np.random.default_rng(seed).permutation(cases.count)
    place = np.argsort(order)
    entry = np.argsort(place[cases.rows], kind="stable")
    turned = replace(
        cases,
        outcome=cases.outcome[order], period=cases.period[order], unit=cases.unit[order],
        case_type=cases.case_type[order], rows=place[cases.rows][entry], suppliers=cases.suppliers[entry],
        weights=cases.weights[entry],
    )  # fmt: skip
    one, other = estimated(cases, inside), estimated(turned, inside)
    assert (one.effect, one.low, one.high) == pytest.approx((other.effect, other.low, other.high), rel=1e-8)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 100.0), st.floats(-1000.0, 1000.0), st.floats(0.01, 100.0))
def test_scales_and_constants_do_not_matter(scale: float, constant: float, of_quality: float) -> None:
    cases, inside = organisation()
    one = estimated(cases, inside)
    other = estimated(
        replace(cases, outcome=scale * cases.outcome + constant),
        replace(inside, quality=of_quality * inside.quality + constant),
    )
    assert (other.effect, other.low, other.high) == pytest.approx((one.effect, one.low, one.high), rel=1e-6)
    assert other.own.effect == pytest.approx(scale * one.own.effect, rel=1e-6)
    assert other.own.per_unit == pytest.approx(scale / of_quality * one.own.per_unit, rel=1e-6)


def test_every_case_twice_tells_no_more() -> None:
    cases, inside = organisation()
    twice = Cases(
        *(np.concatenate([part, part]) for part in (cases.outcome, cases.period, cases.unit, cases.case_type)),
        rows=np.concatenate([cases.rows, cases.rows + cases.count]),
        suppliers=np.concatenate([cases.suppliers, cases.suppliers]),
        weights=np.concatenate([cases.weights, cases.weights]),
    )
    one, two = (estimated(part, inside, is_weighted=False) for part in (cases, twice))
    assert two.effect == pytest.approx(one.effect, rel=1e-9)
    assert two.error == pytest.approx(one.error, rel=0.04)  # only (N − 1)/(N − k) differs


def test_cases_of_a_crowded_supplier_and_period_count_less_each() -> None:
    draws = np.random.default_rng(3)
    sizes = draws.integers(2, 60, (6, 8))
    cell = np.repeat(np.arange(48), sizes.ravel())
    shock = draws.standard_normal(48)
    nothing = np.zeros(len(cell), dtype=np.int64)
    cases = Cases(
        0.5 * shock[cell] + draws.standard_normal(len(cell)), cell % 8, nothing, nothing, np.arange(len(cell)),
        cell // 8, np.ones(len(cell)),
    )  # fmt: skip
    weights = case_weights(cases, cell // 8)
    alike = (1 / weights - 1) / (sizes.ravel()[cell] - 1)
    assert alike == pytest.approx(np.full(len(cell), alike[0]))
    assert alike[0] == pytest.approx(0.2, abs=0.08)  # 0.25 of 1.25


def test_fiellers_interval_by_hand() -> None:
    # (2 − 1·r)² = t²(0.04 + 0.01 r²), t(4) = 2.776445: (1 − 0.0770865) r² − 4 r + 4 − 0.308346 = 0.
    low, high = ratio_interval(2.0, 1.0, np.diag([0.04, 0.01]), 4)
    assert (low, high) == pytest.approx((1.3327201, 3.0013804), rel=1e-7)
    assert ratio_interval(2.0, 0.2, np.diag([0.04, 0.01]), 4) == (-np.inf, np.inf)
