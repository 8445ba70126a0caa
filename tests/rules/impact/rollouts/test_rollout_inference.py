"""What came of it: tables worked by hand, an independent tool's numbers, and the laws that intervals must keep."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clientela.impact.rules.rollouts import Analysis, Block, Lot, NoAnswer, analysed
from clientela.impact.rules.rollouts.contrasts import begun_by, coefficients, figures
from clientela.impact.rules.rollouts.group_time import averaged, by_exposure, group_time_effects
from clientela.impact.rules.rollouts.inference import inverted
from clientela.impact.rules.rollouts.panels import Floats, Panel, panel_from_sums
from clientela.impact.rules.rollouts.plans import orders_of
from tests.rules.impact.rollouts.houses import House, lived, steady, tried, two_way_fixed_effects

# Ten departments, seven times, beginning at columns 2, 3, 5 and 6.
STARTS = np.array([2, 2, 2, 3, 3, 5, 5, 6, 6, 6], dtype=float)
OUTCOME = np.array(
    [
        [-1.873, 0.603, 0.928, 1.236, 0.866, 1.388, 1.458],
        [0.228, 1.65, 2.05, 2.807, 1.602, 3.22, 3.668],
        [0.374, 1.682, 2.034, 2.087, 1.96, 2.499, 2.913],
        [-1.177, 0.078, 0.044, 0.861, 1.272, 0.948, 1.865],
        [-2.662, -1.135, -0.838, 0.526, -0.74, 0.052, -0.062],
        [-3.211, -1.105, -2.046, -1.836, -2.233, -0.844, -1.859],
        [-0.415, 0.96, 1.458, 1.366, 1.093, 1.993, 1.473],
        [0.201, 1.563, 0.963, 0.878, 0.48, 1.713, 0.63],
        [-3.643, -1.842, -1.643, -1.058, -2.033, -1.585, -1.513],
        [-0.945, 1.241, 0.947, 1.02, 1.013, 0.802, 0.933],
    ]
)
# Python package csdid 0.4.3: ATTgt(control_group=["notyettreated"]).fit(est_method="reg", base_period="universal").
CSDID = {
    (2, 2): 0.484,
    (2, 3): 0.821067,
    (2, 4): 0.663733,
    (2, 5): 1.068,
    (3, 3): 0.9523,
    (3, 4): 0.9348,
    (3, 5): 0.676,
    (5, 5): 0.6545,
}
CSDID_SIMPLE = 0.77728
CSDID_DYNAMIC = {0: 0.6665142857142858, 1: 0.86656, 2: 0.66864, 3: 1.068}


def test_effects_by_group_and_time_are_those_of_the_independent_tool() -> None:
    found = group_time_effects(OUTCOME, STARTS)
    assert {(one.group, one.time): round(one.effect, 6) for one in found} == CSDID
    assert averaged(found) == pytest.approx(CSDID_SIMPLE, abs=1e-12)
    assert by_exposure(found) == pytest.approx(CSDID_DYNAMIC, abs=1e-12)


def test_departments_that_never_begin_are_yardsticks_and_those_that_always_had_it_are_none() -> None:
    outcome = np.array([[1.0, 4.0], [2.0, 3.0], [9.0, 0.0]])
    (only,) = group_time_effects(outcome, np.array([1.0, np.inf, 0.0]))
    assert (only.effect, only.size, only.waiting) == (2.0, 1, 1)


# Four departments, two of them first; one span in which they differ. Worked by hand: with equal weights the figure is
# the mean of those who begun less the mean of those who wait.
LOTS = tuple(Lot(key, "", step, 0) for key, step in zip("abcd", (1, 1, 2, 2), strict=True))
BLOCK = (Block(("a", "b", "c", "d"), (1, 1, 2, 2)),)


def panel(before: list[float], after: list[float], n: float = 10) -> Panel:
    mean = np.array([before, after], dtype=float).T
    counts = np.where(np.isnan(mean), 0, n)
    return panel_from_sums(list("abcd"), counts, np.nan_to_num(mean) * counts, np.nan_to_num(mean) * counts)


def test_four_departments_can_never_show_anything_and_it_is_said() -> None:
    found = analysed(panel([0, 0, 0, 0], [9, 9, 0, 0]), BLOCK, LOTS, spans=1, beta=0, icc=1)
    # Six orders; the real one and its mirror image are as far out as can be.
    assert found == NoAnswer("too_few_orders", {"orders": 6, "least_chance": 2 / 6})


def test_the_figure_under_each_order_is_the_difference_of_means() -> None:
    orders, _is_all = orders_of(BLOCK, {"a": 1, "b": 1, "c": 2, "d": 2}, seed=1)
    begun = begun_by(orders, 1)
    values = np.array([[7.0], [5.0], [1.0], [2.0]])
    found = figures(coefficients(begun, ~begun, np.ones((4, 1))), values)
    wanted = sorted(
        sum(values[i, 0] for i in first) / 2 - (15 - sum(values[i, 0] for i in first)) / 2
        for first in combinations(range(4), 2)
    )
    assert found[0] == pytest.approx(6 - 1.5)
    assert sorted(found.tolist()) == pytest.approx(wanted)


def test_weights_of_cells_and_spans_are_those_of_the_formula() -> None:
    # Span 1: a (weight 1) against b, c (2, 3); span 2: a, b (1, 2) against c (5).
    weights = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 5.0]])
    begun = begun_by(np.array([[1, 2, 3]]), 2)
    of = coefficients(begun, ~begun, weights)[0]
    first, second = 1 * 5 / 6, 3 * 5 / 8
    share = first / (first + second), second / (first + second)
    assert of[:, 0] == pytest.approx([share[0], -share[0] * 2 / 5, -share[0] * 3 / 5])
    assert of[:, 1] == pytest.approx([share[1] / 3, share[1] * 2 / 3, -share[1]])


def brute_interval(values: Floats, orders: np.ndarray, weights: Floats, grid: Floats) -> list[float]:
    """Every θ of a grid that is not refuted at 5 %, by taking θ out of the answers and counting again."""
    begun = begun_by(orders, weights.shape[1])
    of = coefficients(begun, ~begun, weights)
    kept = []
    for theta in grid:
        under = figures(of, values - theta * begun[0])
        if np.mean(np.abs(under) >= abs(under[0]) - 1e-9) > 0.05:
            kept.append(float(theta))
    return kept


@settings(max_examples=25, deadline=None)
@given(seed=some.integers(0, 10_000), missing=some.integers(0, 4))
def test_the_interval_holds_just_what_is_not_refuted(seed: int, missing: int) -> None:
    chance = np.random.default_rng(seed)
    block = (Block(tuple("abcdefg"), (1, 1, 2, 2, 3, 3, 3)),)
    real = dict(zip("abcdefg", (1, 2, 3, 1, 3, 2, 3), strict=True))
    orders, _is_all = orders_of(block, real, seed=1)
    weights, values = chance.uniform(0.5, 2, (7, 2)), chance.normal(0, 1, (7, 2))
    for _one in range(missing):
        weights[chance.integers(7), chance.integers(2)] = 0
    begun = begun_by(orders, 2)
    of = coefficients(begun, ~begun, weights)
    found = inverted(figures(of, values), figures(of, begun[0].astype(float)))
    kept = brute_interval(values, orders, weights, np.linspace(-6, 6, 241))
    assert all(found.low - 1e-6 <= theta <= found.high + 1e-6 for theta in kept)
    inside = [theta for theta in np.linspace(-6, 6, 241) if found.low + 1e-6 < theta < found.high - 1e-6]
    assert set(inside) <= set(kept)
    assert found.low <= found.effect <= found.high
    assert (found.p > 0.05) == (found.low <= 0 <= found.high)


def test_what_lasts_as_long_as_a_department_is_taken_off_by_its_past() -> None:
    house = House((20.0,) * 8, steps=4, icc=0.3, cac=0.95)
    assert 0.8 < house.power.beta < 1.0
    assert 0 < House((20.0,) * 8, steps=4, icc=0.05, cac=0.3).power.beta < 0.4


# --- bad input, each with its own answer


def test_no_answers_at_all_is_said() -> None:
    empty = panel([np.nan] * 4, [np.nan] * 4)
    assert analysed(empty, BLOCK, LOTS, spans=1, beta=0, icc=1) == NoAnswer("no_answers")


def test_answers_of_one_side_only_are_nothing_to_compare() -> None:
    one_side = panel([1, 1, 1, 1], [1, 2, np.nan, np.nan])
    assert analysed(one_side, BLOCK, LOTS, spans=1, beta=0, icc=1) == NoAnswer("nothing_to_compare")


def test_when_all_answers_are_alike_no_figure_is_made_of_it() -> None:
    alike = panel([1, 1, 1, 1], [1, 1, 1, 1])
    assert analysed(alike, BLOCK, LOTS, spans=1, beta=0, icc=1) == NoAnswer("all_alike", {"level": 1.0})


def test_when_nobody_began_it_is_said_instead_of_a_zero() -> None:
    found = analysed(
        panel([0, 1, 0, 1], [9, 8, 1, 0]),
        BLOCK,
        LOTS,
        spans=1,
        beta=0,
        icc=1,
        begun=np.zeros((4, 1)),
    )
    assert found == NoAnswer("nobody_began")


def test_a_department_that_left_is_missing_and_the_others_go_on() -> None:
    house = House((15.0,) * 9, steps=3)
    found = tried(house, steady(0.2), seed=4)
    assert isinstance(found, Analysis)
    chance = np.random.default_rng(4)
    lots = tuple(
        Lot(key, "", step, 0) for block in house.blocks for key, step in zip(block.keys, block.steps, strict=True)
    )
    whole = lived(house, lots, steady(0.2), chance=chance)
    n = whole.n.copy()
    n[0, 2:] = 0
    hits = n * np.nan_to_num(whole.mean)
    less = analysed(
        panel_from_sums(whole.keys, n, hits, hits), house.blocks, lots, spans=2, beta=house.power.beta, icc=0.05
    )
    assert isinstance(less, Analysis)
    assert less.departments == 9  # its first spans still count
    assert less.answers == int(n[:, :3].sum())


def test_who_began_late_dilutes_what_was_planned_and_the_share_says_so() -> None:
    house = House((40.0,) * 9, steps=3, icc=0.01)
    lots = tuple(
        Lot(key, "", step, 0) for block in house.blocks for key, step in zip(block.keys, block.steps, strict=True)
    )
    whole = lived(house, lots, steady(0.2), chance=np.random.default_rng(1))
    planned = np.array([[lot.step <= span for span in (1, 2)] for lot in lots], dtype=float)
    found = analysed(
        whole, house.blocks, lots, spans=2, beta=house.power.beta, icc=0.01, begun=planned * 0.75, most=4000
    )
    assert isinstance(found, Analysis)
    assert found.taken_up == pytest.approx(0.75)
    assert found.where_begun is not None
    assert found.where_begun.effect == pytest.approx(found.figure.effect / 0.75)


# --- why never two-way fixed effects alone


def test_an_effect_that_grows_has_the_wrong_sign_in_two_way_fixed_effects_and_the_right_one_here() -> None:
    # Nine departments, one a step: those that began early become yardsticks for the later ones while they still gain.
    starts = np.arange(1, 10)
    block = (Block(tuple("abcdefghi"), tuple(range(1, 10))),)
    lots = tuple(Lot(key, "", int(step), 0) for key, step in zip("abcdefghi", starts, strict=True))
    mean = np.zeros((9, 10))
    for row, start in enumerate(starts):
        since = np.arange(10) - start
        mean[row] = np.where(since >= 0, 0.02 * since**2 + 0.01, 0.0)
    n = np.full((9, 10), 50.0)
    grown = panel_from_sums(tuple("abcdefghi"), n, n * mean, n * mean)
    assert two_way_fixed_effects(grown, lots, spans=9) < 0
    found = analysed(grown, block, lots, spans=8, beta=0, icc=0.05, most=5000)
    assert isinstance(found, Analysis)
    assert found.figure.effect > 0
    assert [round(one.figure.effect, 2) for one in found.exposures] == [round(0.02 * e**2 + 0.01, 2) for e in range(8)]
    assert found.second_opinion is not None
    assert found.second_opinion > 0


# --- small simulations; the large ones are in the bench


def share_of(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_intervals_hold_the_truth_and_a_true_zero_is_refuted_no_more_often_than_said() -> None:
    house = House((6.0, 9.0, 12.0, 15.0, 8.0, 20.0, 5.0, 10.0, 30.0), steps=3)
    for truth in (0.0, 0.12):
        runs = [tried(house, steady(truth), seed=seed, most=400) for seed in range(200)]
        known = [one for one in runs if isinstance(one, Analysis)]
        assert len(known) == 200
        # 95 % of 200, with its own chance: 3 standard errors are 4.6 points.
        assert share_of([one.figure.low <= truth <= one.figure.high for one in known]) >= 0.904
        if truth == 0.0:
            assert share_of([one.figure.p <= 0.05 for one in known]) <= 0.096


def test_what_was_said_to_be_seen_in_80_of_100_is_seen_about_as_often() -> None:
    house = House((10.0,) * 12, steps=4)
    smallest = house.power.smallest
    assert smallest is not None
    runs = [tried(house, steady(smallest), seed=seed, most=400) for seed in range(200)]
    seen = share_of([isinstance(one, Analysis) and one.figure.p <= 0.05 for one in runs])
    assert 0.70 <= seen <= 0.90
