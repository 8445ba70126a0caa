"""Is the order better? Rules side by side on the same arrivals and the same work, in worlds drawn by chance.

`python -m tests.bench study`. Weighted tardiness is that of the requests that came from outside the chain, over all
seeds, as a share of the best of four simple rules: first come, earliest due, fixed priority and weighted shortest job.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.pool import Pool
from time import perf_counter

import numpy as np

from clientela.requests.rules.dispatch import Foresight, Outcome, Rule, RuleName, replayed
from tests.bench.departments import LOOSE, TIGHT, World, drawn
from tests.bench.trees import measured_trees, timed_choices, told

SEEDS, FEWER_SEEDS, FEWEST_SEEDS = range(15), range(8), range(4)
SIMPLE = {
    "first come": Rule(RuleName.FCFS),
    "earliest due": Rule(RuleName.EDD),
    "fixed priority": Rule(RuleName.PRIORITY),
    "weighted shortest job": Rule(RuleName.WSJF),
}
SHORT_HOURS = 80.0
MANY_HOURS = 8000.0
CHAIN = Rule(RuleName.CHAIN, look_ahead=2.0)
GROWING = replace(CHAIN, usual_queue=16)
LEARNED = {
    "chain, k = 2": CHAIN,
    "chain, k = 2 at 16 waiting, with the root of the queue": GROWING,
    "chain, k = 1": replace(CHAIN, look_ahead=1.0),
    "chain, k = 4": replace(CHAIN, look_ahead=4.0),
    "chain, sum of terms": replace(CHAIN, name=RuleName.CHAIN_SUM),
    "weighted shortest job with carried cost": Rule(RuleName.WSJF_CARRIED),
    "apparent tardiness without the chain": Rule(RuleName.ATC),
}
ALONE = {
    "apparent tardiness, k = 1": Rule(RuleName.ATC, look_ahead=1.0),
    "the same, k = 2": Rule(RuleName.ATC),
    "the same, k = 2 at 16 waiting, with the root of the queue": Rule(RuleName.ATC, usual_queue=16),
}
SHOWN = {"chain, k = 2": CHAIN, "chain, k with the queue": GROWING}
GUARDED = {
    "no guard": GROWING,
    "floor of 160 hours": replace(GROWING, longest_wait_hours=160.0),
    "floor of 80 hours": replace(GROWING, longest_wait_hours=80.0),
    "floor of 40 hours": replace(GROWING, longest_wait_hours=40.0),
    "oldest at every 20th pick": replace(GROWING, oldest_every=20),
    "oldest at every 10th pick": replace(GROWING, oldest_every=10),
    "floor of 80 hours and every 20th": replace(GROWING, longest_wait_hours=80.0, oldest_every=20),
}
_FIVE = Foresight(candidates=5, look_aheads=(2.0,), most_plans=5, may_hold_back=False)
AHEAD = {
    "chain, k = 2": CHAIN,
    "chain, k with the queue": GROWING,
    "looking ahead from the first 3": replace(CHAIN, foresight=replace(_FIVE, candidates=3, most_plans=3)),
    "looking ahead from the first 5": replace(CHAIN, foresight=_FIVE),
    "the same, may hold back": replace(CHAIN, foresight=replace(_FIVE, most_plans=6, may_hold_back=True)),
}
VARIANTS = {
    "as above": {},
    "asks of ordinary cost": {"costs_of_asks": "ordinary"},
    "asks with the cost of who asked first": {"costs_of_asks": "copied"},
    "asks after a first part of the work": {"asks_first": False},
    "promises twice as wide": {"allowance": "twice"},
    "promises by cost, 4 to 40 hours": {"promise": "cost"},
    "promises by cost, copied cost, after a first part": {
        "promise": "cost",
        "costs_of_asks": "copied",
        "asks_first": False,
    },
    "work known exactly": {"spread": 1e-6, "error": 1e-6},
    "work spread widely, averages badly known": {"spread": 1.0, "error": 0.5},
}


@dataclass(frozen=True)
class Result:
    """What one rule did in one drawn world."""

    tardiness: float
    kept_percent: float
    p95_wait_hours: float
    longest_wait_hours: float
    passed_over: int  # picks of a younger one while somebody was past the floor


def measured_study() -> Iterator[str]:
    """Lines of Markdown, as they are measured."""
    with get_context("spawn").Pool(2) as pool:
        uses = (0.8, 0.9, 1.0)
        cells = [World(use=use, allowance=allowance) for use in uses for allowance in (TIGHT, LOOSE)]
        yield "### Rules, with chains; tight / loose promises\n"
        yield from _rule_table(pool, cells, SIMPLE | LEARNED, SEEDS)
        yield "\n### Unequal departments, and no chains\n"
        unequal = [World(allowance=allowance, is_unequal=True) for allowance in (TIGHT, LOOSE)]
        yield from _rule_table(pool, unequal, SIMPLE | SHOWN, SEEDS)
        yield ""
        yield from _rule_table(pool, [replace(cell, asking=0.0) for cell in cells], SIMPLE | ALONE, FEWER_SEEDS)
        yield "\n### The price of each guard, loose promises\n"
        for use in (0.9, 1.0):
            yield from _guard_table(pool, World(use=use, allowance=LOOSE), FEWEST_SEEDS)
            yield ""
        yield "### Other worlds, use .9; chain with k by the queue, tight / loose\n"
        yield from _variant_table(pool)
        yield f"\n### Looking ahead with uncertain work, {SHORT_HOURS:g} hours\n"
        short = [replace(cell, hours=SHORT_HOURS) for cell in cells]
        yield from _rule_table(pool, short, SIMPLE | AHEAD, FEWEST_SEEDS)
    with timed_choices() as seconds:
        _played(
            (World(use=1.0, allowance=TIGHT, hours=SHORT_HOURS), 0, {"ahead": AHEAD["looking ahead from the first 5"]})
        )
    yield f"Looking ahead from the first 5 at use 1: {told(seconds)}."
    yield "\n### Held against the exact optimum\n"
    yield from measured_trees()
    yield "\n### How long a replay takes\n"
    yield from _speeds()


def _speeds() -> Iterator[str]:
    """Replay many operations: with hands enough, and with so few that tens of thousands wait in the end."""
    yield "| | operations | first come, s | chain, s | longest queue |"
    yield "|---|---|---|---|---|"
    for use in (0.95, 1.5):
        operations, work_hours, teams = drawn(World(use=use, hours=MANY_HOURS / use), 0)
        seconds = []
        for rule in (SIMPLE["first come"], GROWING):
            begin = perf_counter()
            outcome = replayed(operations, work_hours, teams, rule)
            seconds.append(perf_counter() - begin)
        moments = np.concatenate([outcome.ready_hours, outcome.start_hours])
        steps = np.repeat([1, -1], len(operations))[np.argsort(moments, kind="stable")]
        waiting = int(np.cumsum(steps).max())
        yield f"| use {use:g} | {len(operations):,} | {seconds[0]:.1f} | {seconds[1]:.1f} | {waiting:,} |"


def _played(task: tuple[World, int, Mapping[str, Rule]]) -> list[Result]:
    world, seed, rules = task
    operations, work_hours, teams = drawn(world, seed)
    results = []
    for rule in rules.values():
        outcome = replayed(operations, work_hours, teams, rule)
        figures = outcome.overall()
        over = 0 if rule.longest_wait_hours is None else passed_over(outcome, rule.longest_wait_hours)
        results.append(
            Result(
                figures.weighted_tardiness,
                figures.kept_percent or 0.0,
                figures.p95_wait_hours,
                figures.longest_wait_hours,
                over,
            )
        )
    return results


def passed_over(outcome: Outcome, floor_hours: float) -> int:
    """How often a team took a younger one while somebody had been ready for longer than the floor."""
    count = 0
    for team in {operation.team for operation in outcome.operations}:
        places = [place for place in outcome.order if outcome.operations[place].team == team]
        ready, start = outcome.ready_hours[places], outcome.start_hours[places]
        oldest_after = np.append(np.minimum.accumulate(ready[::-1])[::-1][1:], np.inf)
        count += int(((oldest_after < ready) & (oldest_after < start - floor_hours)).sum())
    return count


def _cells(
    pool: Pool, worlds: Sequence[World], rules: Mapping[str, Rule], seeds: Iterable[int]
) -> Iterator[list[list[Result]]]:
    """For each world: for each rule the results of all seeds."""
    tasks = [(world, seed, rules) for world in worlds for seed in seeds]
    played = pool.map(_played, tasks, chunksize=1)
    size = len(tasks) // len(worlds)
    for first in range(0, len(played), size):
        yield [list(column) for column in zip(*played[first : first + size], strict=True)]


def _shares(cell: list[list[Result]]) -> list[float]:
    totals = [sum(result.tardiness for result in results) for results in cell]
    best = min(totals[: len(SIMPLE)])
    return [total / best for total in totals]


def _kept(results: list[Result]) -> float:
    return sum(result.kept_percent for result in results) / len(results)


def _rule_table(pool: Pool, worlds: Sequence[World], rules: Mapping[str, Rule], seeds: Sequence[int]) -> Iterator[str]:
    """Worlds come in pairs, tight and loose. In brackets: the share of promises kept."""
    cells = list(_cells(pool, worlds, rules, seeds))
    heads = [f"use {world.use:g}" for world in worlds[::2]]
    yield f"| share of the best simple rule (promises kept, %) | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(heads)}"
    shares = [_shares(cell) for cell in cells]
    for number, name in enumerate(rules):
        texts = []
        for first in range(0, len(cells), 2):
            pair = f"{shares[first][number]:.2f} / {shares[first + 1][number]:.2f}"
            kept = f"{_kept(cells[first][number]):.1f} / {_kept(cells[first + 1][number]):.1f}"
            texts.append(f"{pair} ({kept})")
        yield f"| {name} | {' | '.join(texts)} |"
    worst = [
        max(
            results[len(SIMPLE)][seed].tardiness / min(simple[seed].tardiness for simple in results[: len(SIMPLE)])
            for seed in range(len(seeds))
        )
        for results in cells
    ]
    told_worst = ", ".join(f"{share:.2f}" for share in worst)
    yield f"\n{len(seeds)} seeds. The first rule below the simple ones in the seed where it did worst: {told_worst}."


def _guard_table(pool: Pool, world: World, seeds: Sequence[int]) -> Iterator[str]:
    (cell,) = _cells(pool, [world], SIMPLE | GUARDED, seeds)
    shares = _shares(cell)
    yield f"| use {world.use:g} | share | promises kept, % | 95 % wait less, h | longest wait, h | passed over |"
    yield "|---|---|---|---|---|---|"
    for name, results, share in zip(SIMPLE | GUARDED, cell, shares, strict=True):
        p95 = max(result.p95_wait_hours for result in results)
        longest = max(result.longest_wait_hours for result in results)
        over = sum(result.passed_over for result in results)
        has_floor = "floor" in name
        yield (
            f"| {name} | {share:.2f} | {_kept(results):.1f} | {p95:.0f} | {longest:.0f} | {over if has_floor else ''} |"
        )


def _variant_table(pool: Pool) -> Iterator[str]:
    yield "| world | share | promises kept, % | best simple rule's, % |"
    yield "|---|---|---|---|"
    for name, changes in VARIANTS.items():
        worlds = []
        for allowance in (TIGHT, LOOSE):
            given = dict(changes)
            if given.get("allowance") == "twice":
                given["allowance"] = (2.0 * allowance[0], 2.0 * allowance[1])
            worlds.append(World(**({"allowance": allowance} | given)))
        cells = list(_cells(pool, worlds, SIMPLE | {"chain": GROWING}, FEWEST_SEEDS))
        shares = " / ".join(f"{_shares(cell)[-1]:.2f}" for cell in cells)
        kept = " / ".join(f"{_kept(cell[-1]):.1f}" for cell in cells)
        best = " / ".join(f"{max(_kept(results) for results in cell[: len(SIMPLE)]):.1f}" for cell in cells)
        yield f"| {name} | {shares} | {kept} | {best} |"
