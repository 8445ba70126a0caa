"""Put one drawn world before the product's own estimator, and note what it says."""

from dataclasses import dataclass
from time import perf_counter
from zlib import crc32

from clientela.impact.rules.cases import Cases, Inside
from clientela.impact.rules.checks import checks
from clientela.impact.rules.checks.leaving_out import load_measured
from clientela.impact.rules.estimating import Estimate, estimate
from clientela.impact.rules.verdicts import verdict
from tests.worlds.drawing import World, drawn
from tests.worlds.recipes import recipe
from tests.worlds.yardsticks import said

FULLY_CHECKED = 4


@dataclass(frozen=True)
class Trial:
    """Which world is tried."""

    cell: tuple[int, int, float]
    situation: str
    effect: float
    seed: int

    @property
    def key(self) -> str:
        """The same for the same trial, and another for every other."""
        return f"{self.cell[0]}×{self.cell[1]}×{self.cell[2]:g}|{self.situation}|{self.effect:g}|{self.seed}"

    @property
    def is_fully_checked(self) -> bool:
        """Whether every check is made, whatever the estimate."""
        return self.seed % FULLY_CHECKED == 0

    @property
    def world(self) -> World:
        """The world, with a seed of its own, so that no two trials share their luck."""
        return drawn(recipe(self.cell, self.situation, self.effect), crc32(self.key.encode()))


@dataclass(frozen=True)
class Told:
    """What was said about a world. Without an estimate the interval is None and the answer is a refusal's code.

    Checks take most of the time and decide only where the interval is apart from zero. Elsewhere they are made in one
    world of FULLY_CHECKED, by its number and not by what came out, so that they can be counted without selection.
    """

    truth: float
    interval: tuple[float, float] | None
    effect: float | None
    smallest_visible: float | None
    answer: str
    checks: dict[str, bool | None]
    correlation: float  # p-values of the yardsticks
    panel: float
    seconds: float

    @property
    def holds_truth(self) -> bool:
        """Whether the interval does."""
        return self.interval is not None and self.interval[0] <= self.truth <= self.interval[1]


def tried(trial: Trial) -> Told:
    """Draw the world and ask everybody about it."""
    world = trial.world
    cases, inside = as_cases(world), as_inside(world)
    yardsticks = said(world)
    began = perf_counter()
    found = estimate(cases, inside)
    if not isinstance(found, Estimate):
        took = perf_counter() - began
        return Told(world.truth, None, None, None, str(found.code), {}, yardsticks.correlation, yardsticks.panel, took)
    is_checked = trial.is_fully_checked or not found.low <= 0 <= found.high
    checked = checks(cases, inside, found, seed=trial.seed) if is_checked else (load_measured(found),)
    decided = verdict(found, checked)
    return Told(
        truth=world.truth,
        interval=(found.low, found.high),
        effect=found.effect,
        smallest_visible=found.smallest_visible,
        answer=str(decided.answer),
        checks={str(check.name): check.held for check in checked},
        correlation=yardsticks.correlation,
        panel=yardsticks.panel,
        seconds=perf_counter() - began,
    )


def as_cases(world: World) -> Cases:
    """The world's cases as the product takes them."""
    return Cases(
        outcome=world.outcome,
        period=world.period,
        unit=world.unit,
        case_type=world.case_type,
        rows=world.rows,
        suppliers=world.suppliers,
        weights=world.weights,
        unaffected=world.unaffected,
    )


def as_inside(world: World) -> Inside:
    """The world's pulses, clocks or both as the product takes them."""
    return Inside(quality=world.halves, load=world.load, answers=world.answers)
