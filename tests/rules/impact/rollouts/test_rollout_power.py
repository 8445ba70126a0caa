"""What a plan can see: its formula against simulation and against closed forms; and what the past teaches."""

from datetime import date, timedelta

import numpy as np
import pytest

from clientela.impact.rules.rollouts import Cell, Past, chance_to_see, enough_weeks, learned_past, panel_of, span_bounds
from clientela.impact.rules.rollouts.panels import panel_from_sums
from clientela.impact.rules.rollouts.past import ASSUMED_CAC, ASSUMED_ICC
from clientela.impact.rules.rollouts.power import covariance
from tests.rules.impact.rollouts.houses import House, steady, tried

MONDAY = date(2026, 11, 23)


def test_with_four_departments_no_effect_could_ever_be_seen() -> None:
    power = House((50.0,) * 4, steps=2).power
    assert (power.smallest, power.orders) == (None, 6)
    assert power.least_chance == pytest.approx(2 / 6)
    assert chance_to_see(power, 1.0) == 0.0


def test_one_department_a_step_gives_one_order_of_k_factorial() -> None:
    assert House((50.0,) * 4, steps=4).power.least_chance == pytest.approx(1 / 24)
    assert House((50.0,) * 5, steps=5).power.least_chance == pytest.approx(1 / 120)


def test_one_span_has_the_variance_of_a_difference_of_two_means() -> None:
    # Two steps compare one span: with no past to lean on, the variance is V/m + V/m of m departments a side.
    house = House((10.0,) * 8, steps=2, step_weeks=5, icc=0.1, cac=0.3)
    past = Past(house.past.weekly, 0.7, 0.21, 0.1, 0.0, is_assumed=False, spans=6)
    n = 50
    one = 0.21 * (0.1 + 0.9 / n)
    assert covariance(past, np.array([1.0, n]))[1, 1] == pytest.approx(one)
    # CAC .3 takes off what the baseline explains: V₁₁ − V₀₁²/V₀₀.
    whole = covariance(house.past, np.array([80.0, n]))
    assert house.power.beta == pytest.approx(whole[0, 1] / whole[0, 0])
    rest = whole[1, 1] - whole[0, 1] ** 2 / whole[0, 0]
    assert house.power.error == pytest.approx(np.sqrt(2 * rest / 4))


def test_the_formula_is_what_simulated_roll_outs_scatter_by() -> None:
    house = House((5.0, 10.0, 15.0, 20.0, 10.0, 12.0, 8.0, 9.0, 30.0), steps=3)
    found = [tried(house, steady(0.0), seed=seed, most=50) for seed in range(600)]
    scatter = np.std([one.figure.effect for one in found if hasattr(one, "figure")])
    assert len(found) == 600
    assert scatter == pytest.approx(house.power.error, rel=0.1)


def test_more_departments_more_answers_and_more_steps_see_smaller_effects() -> None:
    few, many = House((10.0,) * 9, steps=3).power.smallest, House((10.0,) * 18, steps=3).power.smallest
    long = House((10.0,) * 9, steps=3, step_weeks=12).power.smallest
    assert few is not None
    assert many is not None
    assert long is not None
    assert many < few
    assert long < few


def test_the_weeks_that_would_be_enough_are_the_first_that_are() -> None:
    house = House((4.0,) * 12, steps=3, step_weeks=2, icc=0.01)
    wanted = 0.15
    weeks = enough_weeks(house.blocks, house.past, steps=3, step_weeks=2, baseline_weeks=8, effect=wanted)
    assert weeks is not None
    assert weeks > 2
    smallest = [House((4.0,) * 12, 3, step, 8, icc=0.01).power.smallest for step in (weeks - 1, weeks)]
    assert smallest[0] is not None
    assert smallest[1] is not None
    assert smallest[1] <= wanted < smallest[0]
    assert enough_weeks(house.blocks, house.past, steps=3, step_weeks=2, baseline_weeks=8, effect=0.001) is None


# --- weeks into spans


def test_spans_begin_on_the_monday_of_the_first_step_and_the_baseline_ends_there() -> None:
    assert span_bounds(MONDAY, baseline_weeks=2, step_weeks=3, steps=2) == (
        (date(2026, 11, 9), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 12, 14)),
        (date(2026, 12, 14), date(2027, 1, 4)),
    )


def test_weeks_fall_into_their_span_and_nowhere_else() -> None:
    spans = span_bounds(MONDAY, baseline_weeks=1, step_weeks=2, steps=2)
    weeks = {
        ("a", MONDAY - timedelta(weeks=2)): Cell(9, 9, 9),  # before the baseline
        ("a", MONDAY - timedelta(weeks=1)): Cell(4, 1, 1),
        ("a", MONDAY): Cell(2, 2, 2),
        ("a", MONDAY + timedelta(weeks=1)): Cell(2, 0, 0),
        ("a", MONDAY + timedelta(weeks=4)): Cell(9, 9, 9),  # after the last step
        ("b", MONDAY): Cell(3, 3, 3),
        ("stranger", MONDAY): Cell(3, 3, 3),
    }
    found = panel_of(weeks, ["a", "b"], spans)
    assert found.n.tolist() == [[4, 4, 0], [0, 3, 0]]
    assert found.mean[0, :2].tolist() == [0.25, 0.5]
    assert np.isnan(found.mean[1, 0])
    # a: 4 answers with a mean of 1/4 (squares .75), 4 with 1/2 (1.0); b: 3 alike. Freedom 3 + 3 + 2.
    assert found.inner_variance == pytest.approx(1.75 / 8)
    stopped = panel_of(weeks, ["a", "b"], spans, until=MONDAY + timedelta(weeks=1), left_on={"b": MONDAY})
    assert stopped.n.tolist() == [[4, 2, 0], [0, 0, 0]]


# --- the past


def weeks_of(house: House, count: int, seed: int) -> dict[tuple[str, date], Cell]:
    """So many weeks before MONDAY in spans of four that share a passing mood."""
    chance = np.random.default_rng(seed)
    variance = house.level * (1 - house.level) * house.icc
    lasting = chance.normal(0, np.sqrt(variance * house.cac), len(house.keys))
    found = {}
    for span in range(count // 4):
        passing = chance.normal(0, np.sqrt(variance * (1 - house.cac)), len(house.keys))
        for row, key in enumerate(house.keys):
            share = float(np.clip(house.level + lasting[row] + passing[row], 0, 1))
            for week in range(4):
                n = int(chance.poisson(house.weekly[row]))
                if n:
                    hits = int(chance.binomial(n, share))
                    found[key, MONDAY - timedelta(weeks=4 * span + week + 1)] = Cell(n, hits, hits)
    return found


def test_a_silent_past_teaches_nothing() -> None:
    assert learned_past({}, ["a", "b", "c"], until=MONDAY, past_weeks=24, step_weeks=4) is None


def test_a_short_past_is_filled_up_with_assumptions_and_says_so() -> None:
    weeks = {(key, MONDAY - timedelta(weeks=1)): Cell(10, 7, 7) for key in "abc"}
    found = learned_past(weeks, "abc", until=MONDAY, past_weeks=24, step_weeks=4)
    assert found is not None
    assert (found.is_assumed, found.icc, found.cac, found.level, found.spans) == (
        True,
        ASSUMED_ICC,
        ASSUMED_CAC,
        0.7,
        1,
    )
    assert found.weekly == (2.5, 2.5, 2.5)  # ten answers in the one span of four weeks in which anybody was asked


def test_the_past_teaches_how_departments_differ_and_how_long_it_lasts() -> None:
    house = House((30.0,) * 60, steps=3, icc=0.15, cac=0.7, level=0.5)
    found = [
        learned_past(weeks_of(house, 48, seed), house.keys, until=MONDAY, past_weeks=48, step_weeks=4)
        for seed in range(12)
    ]
    known = [one for one in found if one is not None and not one.is_assumed]
    assert len(known) == 12
    # One house of 60 departments is off by .027; the mean of twelve by .008.
    assert np.mean([one.icc for one in known]) == pytest.approx(0.15, abs=0.024)
    assert np.mean([one.cac for one in known]) == pytest.approx(0.7, abs=0.05)
    assert np.mean([one.level for one in known]) == pytest.approx(0.5, abs=0.02)
    assert np.mean([one.variance for one in known]) == pytest.approx(0.25, abs=0.005)
    assert np.mean([one.weekly for one in known]) == pytest.approx(30, abs=0.2)


def test_sums_without_answers_have_no_mean() -> None:
    none = panel_from_sums(["a"], np.zeros((1, 2)), np.zeros((1, 2)), np.zeros((1, 2)))
    assert np.isnan(none.mean).all()
    assert none.inner_variance == 0.0
