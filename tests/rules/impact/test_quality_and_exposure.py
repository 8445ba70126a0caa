"""Quality relative to the supplier itself, and exposure known before the case: small tables worked by hand."""

import numpy as np
import pytest

from clientela.impact.rules.cases import Cases, Inside
from clientela.impact.rules.exposure import from_crosswalk, lagged_shares, main_suppliers, weighted
from clientela.impact.rules.pooling import panel, pooled, small_suppliers
from clientela.impact.rules.quality import shifted, standardised, together
from clientela.impact.rules.refusing import NoAnswerError, Refusal


def inside_of(first: list[list[float]], second: list[list[float]] | None = None, answers: int = 9) -> Inside:
    halves = np.array([first, second or first], dtype=np.float64)
    return Inside(halves, None, np.full(halves.shape[1:], answers))


def cases_of(period: list[int], *exposure: dict[int, float], unit: list[int] | None = None) -> Cases:
    count = len(period)
    listed = [(row, supplier, weight) for row, one in enumerate(exposure) for supplier, weight in one.items()]
    rows, suppliers, weights = zip(*listed, strict=True) if listed else ((), (), ())
    return Cases(
        np.zeros(count), np.array(period), np.array(unit or [0] * count), np.zeros(count, dtype=np.int64),
        np.array(rows, dtype=np.int64), np.array(suppliers, dtype=np.int64), np.array(weights, dtype=np.float64),
    )  # fmt: skip


def test_quality_is_brought_to_its_own_mean_and_a_common_spread() -> None:
    # Supplier 0: 1, 3, 5; supplier 1: 14, 12, 10: both have variance 4, at very different levels.
    found = standardised(inside_of([[1, 14], [3, 12], [5, 10]]))
    assert found.scale == pytest.approx([2.0, 2.0])
    assert found.mean == pytest.approx(np.array([[-1, 1], [0, 0], [1, -1]]))
    assert found.signal == pytest.approx([1.0, 1.0])
    assert (found.signal_sd, found.signal_sd_without(1), found.own_sd) == pytest.approx((1.0, 1.0, 2.0))


def test_suppliers_whose_spreads_differ_a_hundredfold_are_each_brought_to_their_own() -> None:
    draws = np.random.default_rng(4)
    values = draws.standard_normal((40, 6))
    values[:, 3:] *= 100.0
    scale = standardised(inside_of(values.tolist())).scale
    own = values.std(axis=0)
    assert scale / own == pytest.approx(np.full(6, (scale / own).mean()), rel=0.2)


def test_the_signal_is_what_both_halves_have_in_common() -> None:
    found = standardised(inside_of([[0, 1], [1, 0], [2, 2]], [[0, 0], [2, 1], [4, 2]]))
    # Deviations −1 0 1 and −2 0 2: products 2 + 0 + 2 over 2; 0 −1 1 and −1 0 1: 0 + 0 + 1 over 2.
    assert found.signal * found.scale**2 == pytest.approx([2.0, 0.5])


def test_a_supplier_known_in_two_periods_is_not_known_and_the_rest_is() -> None:
    nan = float("nan")
    found = standardised(inside_of([[1, 5, 1], [2, nan, 3], [4, nan, 2], [3, 6, 2]]))
    assert found.known.sum(axis=0).tolist() == [4, 0, 4]
    assert found.halves[:, :, 1].tolist() == [[0.0] * 4] * 2
    with pytest.raises(NoAnswerError) as refused:
        standardised(inside_of([[1, 2], [2, 3]]))
    assert refused.value.answer.code is Refusal.QUALITY_UNKNOWN


def test_two_measures_are_brought_to_one_spread() -> None:
    pulses = inside_of([[1, 3], [2, 3], [3, 3]], answers=7)
    clocks = inside_of([[10, 50], [20, 40], [60, 60]], answers=30)
    both = together(pulses, clocks)
    assert both.quality.shape == (2, 3, 2)
    assert both.answers.tolist() == [[7, 7]] * 3
    apart = both.quality - both.quality.mean(axis=1, keepdims=True)
    assert (apart**2).mean(axis=(1, 2)) == pytest.approx([1.0, 1.0])
    with pytest.raises(NoAnswerError):
        together(pulses, inside_of([[5, 5], [5, 5], [5, 5]]))


def test_time_is_moved_and_filled() -> None:
    values = np.array([[[1.0], [2.0], [3.0]]])
    assert shifted(values, 1, 0.0).ravel().tolist() == [2, 3, 0]
    assert shifted(values, -2, 9.0).ravel().tolist() == [9, 9, 1]
    assert shifted(values, 0, 9.0).ravel().tolist() == [1, 2, 3]


def test_exposure_weighs_each_suppliers_value_at_the_cases_own_period() -> None:
    cases = cases_of([0, 1, 1], {0: 0.75, 1: 0.25}, {1: 1.0}, {0: 0.5, 1: 0.5})
    values = np.array([[4.0, 8.0], [1.0, np.nan]])
    assert weighted(cases, values).tolist() == [5.0, 0.0, 0.5]
    assert main_suppliers(cases).tolist() == [0, 1, 0]
    assert main_suppliers(cases_of([0, 0], {1: 1.0})).tolist() == [1, -1]


def test_a_crosswalk_gives_every_case_the_suppliers_of_its_unit() -> None:
    cases = cases_of([0, 0, 1], unit=[1, 0, 1])
    linked = from_crosswalk(
        cases, units=np.array([1, 0, 1]), suppliers=np.array([2, 0, 1]), weights=np.array([0.3, 1.0, 0.7])
    )
    assert list(zip(linked.rows.tolist(), linked.suppliers.tolist(), linked.weights.tolist(), strict=True)) == [
        (0, 2, 0.3), (0, 1, 0.7), (1, 0, 1.0), (2, 2, 0.3), (2, 1, 0.7),
    ]  # fmt: skip


def test_lagged_shares_are_those_of_earlier_cases_of_the_same_unit_and_type() -> None:
    cases = cases_of([0, 0, 1, 2, 0], {0: 1.0}, {1: 1.0}, {1: 1.0}, {0: 0.5, 1: 0.5}, {0: 1.0}, unit=[0, 0, 0, 0, 1])
    found = lagged_shares(cases, suppliers=2)
    told = list(zip(found.rows.tolist(), found.suppliers.tolist(), found.weights.tolist(), strict=True))
    # Period 0 has nothing before it; period 1: halves; period 2: one of three to the first, two of three to the second.
    assert told[:2] == [(2, 0, 0.5), (2, 1, 0.5)]
    assert [one[:2] for one in told[2:]] == [(3, 0), (3, 1)]
    assert found.weights[2:] == pytest.approx([1 / 3, 2 / 3])


def test_small_departments_are_pooled_by_their_answers() -> None:
    nan = float("nan")
    inside = Inside(
        np.array([[[2, 4, 1], [1, nan, 1]]] * 2), np.array([[1.0, 3.0, 9.0], [2.0, 4.0, 9.0]]),
        np.array([[1, 3, 20], [4, 0, 20]]),
    )  # fmt: skip
    assert small_suppliers(inside).tolist() == [0, 1]
    cases, whole = pooled(cases_of([0, 1], {0: 0.4, 1: 0.4, 2: 0.2}, {2: 1.0}), inside, into=np.array([0, 0, 1]))
    assert whole.quality[0].tolist() == [[3.5, 1.0], [1.0, 1.0]]  # (1·2 + 3·4)/4
    assert whole.answers.tolist() == [[4, 20], [4, 20]]
    assert whole.load is not None
    assert whole.load.tolist() == [[2.0, 9.0], [3.0, 9.0]]
    assert (cases.rows.tolist(), cases.suppliers.tolist(), cases.weights.tolist()) == (
        [0, 0, 1], [0, 1, 1], [0.8, 0.2, 1.0],
    )  # fmt: skip


def test_a_panel_is_departments_and_periods_as_cases_of_themselves() -> None:
    cases = panel(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert cases.outcome.tolist() == [1, 2, 3, 4]
    assert (cases.period.tolist(), cases.unit.tolist(), cases.suppliers.tolist()) == (
        [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 0, 1],
    )  # fmt: skip
