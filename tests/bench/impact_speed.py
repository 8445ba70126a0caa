"""All of Impact for a million cases of two hundred suppliers: seconds and memory, beside a least squares of numpy.

`python -m tests.bench impactspeed`. Each side runs in a process of its own, on one core; `--cases` for other sizes.
"""

import os
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter, process_time

import numpy as np

from clientela.impact.rules.checks import checks
from clientela.impact.rules.estimating import Estimate, estimate
from clientela.impact.rules.verdicts import verdict
from tests.worlds.drawing import World, drawn
from tests.worlds.recipes import recipe
from tests.worlds.trying import as_cases, as_inside

SUPPLIERS, PERIODS = 200, 52
SOME_MORE = 1.02  # chance decides how many cases there are; so they are no fewer
YARDSTICK_COLUMNS = 20
KILOBYTES_IN_A_GIGABYTE = 1_000_000


@dataclass(frozen=True)
class Took:
    """What one side took, and what it said."""

    seconds: float
    processor_seconds: float
    parts: dict[str, float]
    gigabytes: float
    gigabytes_before: float
    said: str


def measured_speed(cases: int) -> Iterator[str]:
    """Lines of Markdown."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    yardstick = yardstick_of(cases)
    ours = _apart(_impact, cases)
    yield f"{ours.said}\n"
    yield "| | seconds | of the processor | largest memory, GB | of that data and Python itself | at most |"
    yield "|---|---|---|---|---|---|"
    yield f"| all of Impact | {_shown(ours)} | {ours.gigabytes_before:.2f} | 60 s and 4 GB |"
    for name, seconds in ours.parts.items():
        yield f"| of that: {name} | {seconds:.1f} | | | | |"
    yield f"| yardstick: {yardstick.said} | {_shown(yardstick)} | | |"
    yield f"| ratio, of the processor | | {ours.processor_seconds / yardstick.processor_seconds:.1f} | | | |"


def yardstick_of(cases: int) -> Took:
    """Measure what so many cases cannot be done without, in a process of its own."""
    return _apart(_yardstick, cases)


def processor_of() -> tuple[float, float]:
    """Seconds of the processor that this process has had, and the largest memory it had, in GB."""
    return process_time(), _largest_gigabytes()


def _shown(took: Took) -> str:
    return f"{took.seconds:.1f} | {took.processor_seconds:.1f} | {took.gigabytes:.2f}"


def _apart(side: Callable[[World], Took], cases: int) -> Took:
    """Run one side in a process of its own, so that its memory is its own."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answering, args=(side, cases, there))
    process.start()
    there.close()
    try:
        took: Took = here.recv()
    finally:
        process.join()
    return took


def _answering(side: Callable[[World], Took], cases: int, answer: Connection) -> None:
    answer.send(
        side(drawn(recipe((SUPPLIERS, PERIODS, SOME_MORE * cases / SUPPLIERS / PERIODS), "load measured", 0.05), 1))
    )


def _impact(world: World) -> Took:
    before = _largest_gigabytes()
    cases, inside = as_cases(world), as_inside(world)
    moments, processor = [perf_counter()], process_time()
    found = estimate(cases, inside)
    if not isinstance(found, Estimate):
        raise TypeError(f"No estimate: {found}")
    moments.append(perf_counter())
    checked = checks(cases, inside, found, seed=1)
    moments.append(perf_counter())
    decided = verdict(found, checked)
    moments.append(perf_counter())
    said = (
        f"{world.outcome.size:,} cases, {world.rows.size:,} exposures, {SUPPLIERS} suppliers, {PERIODS} periods: "
        f"{found.effect:.4f} ({found.low:.4f} to {found.high:.4f}), true {world.truth:.4f}, {decided.answer}, "
        f"{len(checked)} checks."
    )
    parts = dict(zip(("estimate", "checks", "verdict"), np.diff(moments).tolist(), strict=True))
    return Took(moments[-1] - moments[0], process_time() - processor, parts, _largest_gigabytes(), before, said)


def _yardstick(world: World) -> Took:
    """What cannot be done without: bring the exposures in order once, and solve one small least squares."""
    before = _largest_gigabytes()
    columns = np.random.default_rng(1).standard_normal((world.outcome.size, YARDSTICK_COLUMNS))
    began, processor = perf_counter(), process_time()
    np.lexsort((world.period[world.rows], world.suppliers))
    np.linalg.lstsq(columns, world.outcome, rcond=None)
    took, processor = perf_counter() - began, process_time() - processor
    said = f"one lexsort of the exposures and one lstsq with {YARDSTICK_COLUMNS} columns"
    return Took(took, processor, {}, _largest_gigabytes(), before, said)


def _largest_gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_IN_A_GIGABYTE
