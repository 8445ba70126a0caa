"""Simulated houses in which the truth is known: departments that differ, weeks that differ, an effect of our choice."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clientela.impact.rules.rollouts import (
    Analysis,
    Block,
    Lot,
    NoAnswer,
    Past,
    Power,
    Size,
    analysed,
    blocks_of,
    power_of,
)
from clientela.impact.rules.rollouts import drawn as draw
from clientela.impact.rules.rollouts.panels import Floats, Panel, panel_from_sums

Effect = Callable[[int], float]  # by spans since a department began, 0 first


def steady(size: float) -> Effect:
    """The same effect from the first week on."""
    return lambda _spans: size


@dataclass(frozen=True)
class House:
    """Departments with so many answers a week, and how they differ: shares of satisfied answers around `level`."""

    weekly: tuple[float, ...]
    steps: int
    step_weeks: int = 4
    baseline_weeks: int = 8
    level: float = 0.7
    icc: float = 0.05
    cac: float = 0.8
    trend: float = 0.1  # what the whole house gains from the first span to the last

    @property
    def keys(self) -> tuple[str, ...]:
        """Their keys."""
        return tuple(f"d{number:02}" for number in range(len(self.weekly)))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Who is drawn among whom."""
        return blocks_of([Size(key, n) for key, n in zip(self.keys, self.weekly, strict=True)], self.steps)

    @property
    def past(self) -> Past:
        """What a perfect look at the past would say, in the order of the blocks."""
        weekly = dict(zip(self.keys, self.weekly, strict=True))
        return Past(
            tuple(weekly[key] for block in self.blocks for key in block.keys),
            self.level,
            self.level * (1 - self.level),
            self.icc,
            self.cac,
            is_assumed=False,
            spans=6,
        )

    @cached_property
    def power(self) -> Power:
        """What its plan can see."""
        return power_of(
            self.blocks,
            self.past,
            steps=self.steps,
            step_weeks=self.step_weeks,
            baseline_weeks=self.baseline_weeks,
        )


def lived(house: House, lots: tuple[Lot, ...], effect: Effect, *, chance: np.random.Generator) -> Panel:
    """Let the house live through its roll-out. Answers are 0 or 1."""
    keys = [key for block in house.blocks for key in block.keys]
    step = {lot.key: lot.step for lot in lots}
    weeks = [house.baseline_weeks] + [house.step_weeks] * house.steps
    variance = house.level * (1 - house.level) * house.icc
    lasting = chance.normal(0, np.sqrt(variance * house.cac), len(keys))
    passing = chance.normal(0, np.sqrt(variance * (1 - house.cac)), (len(keys), len(weeks)))
    trend = np.linspace(0, house.trend, len(weeks)) + np.concatenate([[0], chance.normal(0, 0.03, house.steps)])
    n = chance.poisson(np.array(house.past.weekly)[:, None] * np.array(weeks)[None, :]).astype(float)
    share = house.level + lasting[:, None] + passing + trend[None, :]
    for row, key in enumerate(keys):
        for span in range(step[key], len(weeks)):
            share[row, span] += effect(span - step[key])
    hits: Floats = chance.binomial(n.astype(int), np.clip(share, 0, 1)).astype(float)
    return panel_from_sums(keys, n, hits, hits)


def tried(house: House, effect: Effect, *, seed: int, most: int = 2000) -> Analysis | NoAnswer:
    """Draw, live and analyse: one whole roll-out."""
    chance = np.random.default_rng(seed)
    lots = draw(house.blocks, f"{seed:016x}")
    panel = lived(house, lots, effect, chance=chance)
    # Other orders come from another seed than the answers: with the same they would not be independent.
    return analysed(
        panel,
        house.blocks,
        lots,
        spans=house.steps - 1,
        beta=house.power.beta,
        icc=house.icc,
        seed=seed + 1_000_000,
        most=most,
    )


def two_way_fixed_effects(panel: Panel, lots: tuple[Lot, ...], *, spans: int) -> float:
    """What the usual regression says (department and span effects, one coefficient): shown only to be refuted."""
    step = {lot.key: lot.step for lot in lots}
    outcome = panel.mean[:, : spans + 1]
    begun = np.array([[step[key] <= span for span in range(spans + 1)] for key in panel.keys], dtype=float)
    rows, columns = np.indices(outcome.shape)
    known = ~np.isnan(outcome)
    effects = [begun[known]]
    effects += [(rows == row)[known].astype(float) for row in range(outcome.shape[0])]
    effects += [(columns == column)[known].astype(float) for column in range(1, outcome.shape[1])]
    found, *_rest = np.linalg.lstsq(np.stack(effects, axis=1), outcome[known], rcond=None)
    return float(found[0])
