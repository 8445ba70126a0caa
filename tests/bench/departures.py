"""Do the intervals of coming back and of leaving hold the truth? And how long do they take for a million cases?

`python -m tests.bench departures --worlds 30 --cases 1000000`. Worlds are those of `tests/selling_house.py`.
"""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from clientela.impact.measures.figures import impact_figures
from tests.bench.impact_speed import Took, processor_of, yardstick_of
from tests.selling_house import UNTIL, Recipe, SellingHouse, store_of

OUTCOMES: Final = {"left": "regular customers stay", "came_back": "customers come back"}
TRUTHS: Final = ((0.12, 0.0), (0.0, 0.12), (0.0, 0.0))  # how much stays and back follow quality
WEEKS_OF_A_MILLION: Final = 78
FRONTS, SERVICES, SUPPLIERS = 40, 12, 200


@dataclass(frozen=True)
class Found:
    """What was said of one outcome in one world."""

    effect: float
    low: float
    high: float
    truth: float
    answer: str
    failed: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        """Whether the truth lies within the interval."""
        return self.low <= self.truth <= self.high


def departure_lines(worlds: int, processes: int, cases: int) -> Iterator[str]:
    """Lines of Markdown."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    yield "| truth: stay / come back | outcome | worlds | mean | interval holds | supported | checks that failed |"
    yield "|---|---|---|---|---|---|---|"
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for stays, back in TRUTHS:
            asked = [Recipe(seed=seed, stays=stays, back=back, is_scored=False) for seed in range(1, worlds + 1)]
            told = list(pool.map(found_in, asked))
            for outcome in OUTCOMES:
                yield _line(f"{stays:g} / {back:g}", outcome, [one[outcome] for one in told])
    if cases:
        yield ""
        yield from _speed(cases)


def found_in(recipe: Recipe) -> dict[str, Found]:
    """Draw one world, write its store, and estimate from it as the job does."""
    with tempfile.TemporaryDirectory() as folder:
        house = SellingHouse(recipe)
        store_of(house, Path(folder))
        told = impact_figures(folder=folder, until=UNTIL)["outcomes"]
    truths = {"left": recipe.stays * house.step, "came_back": recipe.back * house.step}
    return {outcome: _found(told[outcome], truth) for outcome, truth in truths.items()}


def _found(told: dict[str, Any], truth: float) -> Found:
    own = told["estimate"]["own"]
    failed = tuple(str(one["name"]) for one in told["checks"] if one["held"] is False)
    return Found(own["effect"], own["low"], own["high"], truth, str(told["verdict"]["answer"]), failed)


def _line(name: str, outcome: str, found: list[Found]) -> str:
    count = len(found)
    held, supported = sum(one.is_held for one in found), sum(one.answer == "supported" for one in found)
    mean = sum(one.effect for one in found) / count
    failed = sum(bool(one.failed) for one in found)
    return f"| {name} | {OUTCOMES[outcome]} | {count} | {mean:.3f} | {held} | {supported} | in {failed} |"


def _speed(cases: int) -> Iterator[str]:
    """Everything that Impact says of a house with so many cases in a year."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = Recipe(
            seed=1,
            stays=0.12,
            weeks=WEEKS_OF_A_MILLION,
            cases_a_week=1 + cases // 52,
            fronts=FRONTS,
            services=SERVICES,
            suppliers=SUPPLIERS,
        )
        context = get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            made = pool.submit(_made, recipe, folder).result()
        yardstick = yardstick_of(cases)
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            took = pool.submit(_worked_out, folder).result()
    yield f"{made:,} cases in {recipe.weeks} weeks, {recipe.suppliers} suppliers. {took.said}\n"
    yield "| | seconds | of the processor | largest memory, GB | at most |"
    yield "|---|---|---|---|---|"
    for name, one, most in (("everything", took, "60 s and 4 GB"), (f"yardstick: {yardstick.said}", yardstick, "")):
        yield f"| {name} | {one.seconds:.1f} | {one.processor_seconds:.1f} | {one.gigabytes:.2f} | {most} |"
    yield f"| ratio, of the processor | | {took.processor_seconds / yardstick.processor_seconds:.0f} | | |"


def _made(recipe: Recipe, folder: str) -> int:
    house = SellingHouse(recipe)
    store_of(house, Path(folder))
    return house.cases


def _worked_out(folder: str) -> Took:
    began, (before, _) = perf_counter(), processor_of()
    told = impact_figures(folder=folder, until=UNTIL)
    seconds, (after, gigabytes) = perf_counter() - began, processor_of()
    counts = [f"{one['cases']:,} cases of {outcome}" for outcome, one in told["outcomes"].items()]
    said = f"{told['of']['both']['cases']:,} cases of the score, {', '.join(counts)}."
    said += f" Until {UNTIL - timedelta(days=1)}."
    return Took(seconds, after - before, {}, gigabytes, 0.0, said)
