"""The analysis of a roll-out before worlds that were not made for it: scores instead of shares, moods that last."""

from dataclasses import replace

import numpy as np
from scipy import stats

from clientela.impact.rules.rollouts import Analysis, Size, analysed, blocks_of, drawn
from clientela.impact.rules.rollouts.panels import panel_from_sums
from tests.worlds.rollouts import RollOut, RollOutWorld, drawn_rollout

LUCK = 0.001
# Six steps of four periods after a baseline of four.
PLAN = RollOut(departments=12, periods=28, steps=6, first_step=4, cases_per_cell=20)
KEYS = [f"d{number:02}" for number in range(12)]


def lived(recipe: RollOut, seed: int) -> tuple[RollOutWorld, Analysis]:
    """Draw the order with the product's own lot, let the house live, and analyse what was said."""
    blocks = blocks_of([Size(key, 80.0) for key in KEYS], recipe.steps)
    lots = drawn(blocks, f"{seed:016x}")
    step = {lot.key: lot.step - 1 for lot in lots}
    keys = [key for block in blocks for key in block.keys]
    world = drawn_rollout(recipe, seed, step_of=[step[key] for key in keys])
    place = (world.department, np.where(world.period < 4, 0, world.period // 4))
    sums = np.zeros((3, 12, recipe.steps + 1))
    for row, values in enumerate((np.ones(world.outcome.size), world.outcome, world.outcome**2)):
        np.add.at(sums[row], place, values)
    panel = panel_from_sums(keys, *sums)
    result = analysed(panel, blocks, lots, spans=recipe.steps - 1, beta=0.5, icc=0.05, seed=seed + 10**6, most=400)
    assert isinstance(result, Analysis)
    return world, result


def test_a_roll_out_that_does_nothing_is_refuted_as_seldom_as_promised() -> None:
    refuted = sum(lived(PLAN, seed)[1].figure.p <= 0.05 for seed in range(60))
    assert refuted <= stats.binom.isf(LUCK, 60, 0.05)


def test_the_interval_holds_the_true_effect_and_a_large_one_is_seen() -> None:
    found = [lived(replace(PLAN, effect=0.45), seed) for seed in range(60)]
    held = sum(result.figure.low <= world.mean_effect <= result.figure.high for world, result in found)
    assert stats.binom.ppf(LUCK, 60, 0.95) <= held
    assert abs(np.mean([result.figure.effect - 0.45 for _, result in found])) < 0.03
    assert sum(result.figure.low > 0 for _, result in found) >= 55


def test_an_effect_that_grows_is_told_from_one_that_is_there_at_once() -> None:
    found = [lived(replace(PLAN, effect=0.6, grows_for=11), seed)[1] for seed in range(12)]
    first, third = (np.mean([result.exposures[spans].figure.effect for result in found]) for spans in (0, 2))
    assert first < 0.25
    assert third > first + 0.2
