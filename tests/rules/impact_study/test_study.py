"""Truth known, at a small size with fixed seeds; `python -m tests.bench impact` does the whole.

Seeds are fixed, so these tests say the same every time. Their bounds are binomial: an estimator as good as it is
asked to be would pass in 999 of 1000 choices of seeds, and one that is clearly worse fails, which is tested as well.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from clientela.impact.rules.cases import Inside
from clientela.impact.rules.checks.check import Check
from clientela.impact.rules.congestion import congestion_check
from clientela.impact.rules.estimating import Estimate, estimate
from tests.worlds.drawing import World
from tests.worlds.trying import Told, Trial, as_cases, as_inside, tried

LUCK = 0.001
CONGESTED = ("load measured", "triage")
SMALL, MIDDLE, POWERFUL = (6, 12, 10), (12, 24, 10), (12, 24, 30)


def at_least(share: float, of: int) -> int:
    """The fewest hits that one with this share would have but for one choice of seeds in a thousand."""
    return int(stats.binom.ppf(LUCK, of, share))


def at_most(share: float, of: int) -> int:
    """The most of them."""
    return int(stats.binom.isf(LUCK, of, share))


def worlds(cell: tuple[int, int, float], situation: str, effect: float, count: int) -> list[World]:
    return [Trial(cell, situation, effect, seed).world for seed in range(count)]


def told(cell: tuple[int, int, float], situation: str, effect: float, count: int) -> list[Told]:
    return [tried(Trial(cell, situation, effect, seed)) for seed in range(count)]


def held(among: list[World], inside_of: Callable[[World], Inside] = as_inside) -> tuple[int, list[float]]:
    """In how many worlds the interval holds the truth, and by how much each estimate is off."""
    hits, errors = 0, []
    for world in among:
        found = estimate(as_cases(world), inside_of(world))
        assert isinstance(found, Estimate)
        hits += found.low <= world.truth <= found.high
        errors.append(found.effect - world.truth)
    return hits, errors


@pytest.mark.parametrize("situation", ["unconfounded", "load measured", "persistent errors", "moving mix"])
@pytest.mark.parametrize("effect", [0.0, 0.2])
def test_intervals_hold_the_truth_and_estimates_are_not_off(situation: str, effect: float) -> None:
    hits, errors = held(worlds(MIDDLE, situation, effect, 50))
    assert hits >= at_least(0.93, 50)
    assert abs(np.mean(errors)) < 0.005 + 3.3 * np.std(errors) / np.sqrt(50)


def test_intervals_together_hold_the_truth_in_ninety_five_of_a_hundred_and_are_no_wider_than_they_must_be() -> None:
    among = [
        world for situation in ("load measured", "persistent errors") for world in worlds(POWERFUL, situation, 0.09, 60)
    ]
    found = [estimate(as_cases(world), as_inside(world)) for world in among]
    pairs = [(one, world.truth) for one, world in zip(found, among, strict=True) if isinstance(one, Estimate)]
    assert len(pairs) == 120
    assert sum(one.low <= truth <= one.high for one, truth in pairs) >= at_least(0.95, 120)
    spread = float(np.std([one.effect - truth for one, truth in pairs]))
    # The spread of 120 estimates is known to about 7 %, the median of their errors to about 4.
    assert 0.8 * spread < np.median([one.error for one, _ in pairs]) < 1.25 * spread


def test_who_leaves_load_out_or_takes_a_noisy_pulse_for_the_truth_is_caught_by_these_bounds() -> None:
    among = worlds((20, 24, 30), "load measured", 0.2, 30)
    assert held(among)[0] >= at_least(0.93, 30)
    assert held(among, lambda world: replace(as_inside(world), load=None))[0] < at_least(0.93, 30)

    def naive(world: World) -> Inside:
        mean = world.pulses.mean(axis=0)
        return replace(as_inside(world), quality=np.stack([mean, mean]))

    hits, errors = held(among, naive)
    assert hits < at_least(0.93, 30)
    assert np.mean(errors) < -0.02


def test_a_true_zero_is_hardly_ever_called_supported() -> None:
    answers = [
        one.answer
        for situation in ("unconfounded", "load measured", "persistent errors", "moving mix", "triage")
        for one in told(MIDDLE, situation, 0.0, 30)
    ]
    assert answers.count("supported") <= at_most(0.05, 150)
    assert set(answers) <= {"supported", "not_supported", "not_enough_data"}


def test_a_true_effect_is_mostly_supported_where_there_is_data_enough() -> None:
    answers = [one.answer for one in told(POWERFUL, "load measured", 0.09, 60)]
    assert answers.count("supported") >= at_least(0.8, 60)


def test_a_small_house_without_an_effect_is_told_that_there_is_not_enough_data() -> None:
    answers = [one.answer for one in told(SMALL, "load measured", 0.0, 100)]
    assert answers.count("not_enough_data") >= 90


def test_satisfaction_that_makes_quality_is_not_taken_for_quality_that_makes_satisfaction() -> None:
    """The estimate alone is off by far more than chance; what it is asked besides sees it."""
    found = told((20, 24, 30), "reverse, strong", 0.0, 40)
    errors = [one.effect - one.truth for one in found if one.effect is not None]
    assert np.mean(errors) > 3.3 * np.std(errors) / np.sqrt(40)
    assert [one.answer for one in found].count("supported") <= at_most(0.02, 40)
    checked = [one for one in found if one.checks.get("leads") is not None]
    assert len(checked) >= 10
    assert sum(one.checks["leads"] is False for one in checked) >= 0.95 * len(checked)


def test_without_load_the_interval_misleads_no_check_sees_it_and_so_nothing_is_concluded() -> None:
    found = told((20, 24, 30), "load not measured", 0.0, 36)
    misled = [one for one in found if one.interval is not None and one.interval[0] > 0]
    assert len(misled) > at_most(0.05, 36)
    seen = [one for one in misled if any(one.checks[name] is False for name in ("leads", "untouched", "unaffected"))]
    assert len(seen) < len(misled) / 2
    assert {one.answer for one in found} == {"not_enough_data"}


def test_queues_on_arrival_agree_with_the_estimate_unless_the_urgent_are_let_past_them() -> None:
    """Blind for triage the queue is a strong instrument for a wrong number, so triage is looked for first."""
    calm, hurried = ([congested(world) for world in worlds(POWERFUL, name, 0.09, 12)] for name in CONGESTED)
    assert all(check.held for check, _ in calm)
    assert sum(check.low <= world.truth <= check.high for check, world in calm) >= at_least(0.93, 12)
    assert [check.detail["why"] for check, _ in hurried] == ["triage"] * 12
    blind = [congested(world, is_blind=True) for world in worlds(POWERFUL, "triage", 0.09, 12)]
    assert np.mean([check.effect - world.truth for check, world in blind]) < -0.08
    assert min(float(check.detail["f"]) for check, _ in blind) > 500


def congested(world: World, *, is_blind: bool = False) -> tuple[Check, World]:
    found = estimate(as_cases(world), as_inside(world))
    assert isinstance(found, Estimate)
    urgency = np.random.default_rng(1).standard_normal(world.urgency.size) if is_blind else world.urgency
    return congestion_check(found, world.congestion, world.served, urgency), world


def test_department_means_find_effects_where_there_are_none() -> None:
    found = told(MIDDLE, "moving mix", 0.0, 48)
    for misled in ([one.correlation < 0.05 for one in found], [one.panel < 0.05 for one in found]):
        assert sum(misled) > at_most(0.05, 48)
    assert [one.answer for one in found].count("supported") <= at_most(0.05, 48)
