"""The order of a whole house and of one change, beside the sparse product that is the yardstick."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median, quantiles

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from clientela.requests.rules.order import (
    PRICED,
    SAFETY,
    WAITED_LONGEST,
    Waiting,
    hanging_together,
    link_plan,
    reranked,
    standing_of,
    urgencies,
    waiting_on,
)
from tests.bench.measuring import Times

Links = tuple[NDArray[np.intp], NDArray[np.intp]]
COUNT, LINKS = 100_000, 300_000
DEPTHS = (4, 8, 20)
CHANGES = 400
FEW_CHANGES = 40  # where everything hangs together each takes long
FEWEST_RUNS = 15
WALKED = 500


def measured_orders(runs: int) -> Iterator[str]:
    """The tables, line by line: the whole house, then one change."""
    houses = [(f"{name}, chains of {depth}", make(depth)) for make, name in SHAPES.items() for depth in DEPTHS]
    runs = max(runs, FEWEST_RUNS)
    yield f"A house of {COUNT:,} open requests. Milliseconds, medians of {runs} runs in turns; half lie in brackets."
    yield ""
    yield "| | links | products to the depth, ms | ranked, ms | ratio | with a kept plan, ms | ratio | at most |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, links in houses:
        yield _house_row(name, links, runs)
    yield ""
    yield (
        f"One request changed, {CHANGES} times somewhere in such a house ({FEW_CHANGES} times among layers). "
        "Milliseconds by the clock, and of the processor in brackets; standings, with all that explains them, only "
        f"where fewer than {WALKED:,} hang together."
    )
    yield ""
    yield (
        "| | touched: median, 99 %, most | to know: median, 99 %, most | urgencies, median | 99 % | "
        "standings, share | median | 99 % |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for name, links in houses:
        yield _change_row(name, links, FEW_CHANGES if name.startswith("layers") else CHANGES)


def layers(depth: int) -> Links:
    """A level waits on the next, anybody on anybody: the worst case, where everything hangs together."""
    draws = np.random.default_rng(depth)
    ends = np.linspace(0, COUNT, depth + 1).astype(np.intp)
    each = LINKS // (depth - 1)
    waiting = [draws.integers(ends[level], ends[level + 1], each) for level in range(depth - 1)]
    needed = [draws.integers(ends[level + 1], ends[level + 2], each) for level in range(depth - 1)]
    return _scattered(np.concatenate(waiting), np.concatenate(needed), draws)


def cases(depth: int) -> Links:
    """Many cases apart from each other, six requests a level, linked as densely as the layers."""
    draws = np.random.default_rng(depth)
    wide = 6
    many = COUNT // (wide * depth)
    each = LINKS // (many * (depth - 1))
    of_case = np.repeat(np.arange(many), each * (depth - 1)) * wide * depth
    level = np.tile(np.repeat(np.arange(depth - 1), each), many) * wide
    waiting, needed = (of_case + level + draws.integers(0, wide, level.size) + step for step in (0, wide))
    return _scattered(waiting, needed, draws)


def trees(depth: int) -> Links:
    """What a house looks like: a third of all requests ask one or two others, and one in fifty is waited for twice."""
    draws = np.random.default_rng(depth)
    share, asked = 0.35, 1.5
    sizes = [(share * asked) ** level for level in range(depth)]
    level = np.arange(int(COUNT * 0.99 / sum(sizes)))
    fresh = level.size
    waiting, needed = [], []
    for _ in range(depth - 1):
        asks = level[draws.random(level.size) < share]
        if not asks.size:
            asks = level[:1]  # the longest chain goes on
        links = np.repeat(asks, draws.integers(1, 3, asks.size))
        below = np.arange(fresh, fresh + links.size)
        fresh += links.size
        again = max(links.size // 50, 1)
        waiting += [links, draws.choice(level, again)]
        needed += [below, draws.choice(below, again)]
        level = below
    if fresh > COUNT:
        raise ValueError(f"{fresh} requests were drawn for a house of {COUNT}.")
    return _scattered(np.concatenate(waiting), np.concatenate(needed), draws)


SHAPES: dict[Callable[[int], Links], str] = {trees: "trees", cases: "cases", layers: "layers"}


def _scattered(waiting: NDArray[np.intp], needed: NDArray[np.intp], draws: np.random.Generator) -> Links:
    """The links with requests numbered and links listed at random, as they come from a database."""
    numbers, turn = draws.permutation(COUNT), draws.permutation(waiting.size)
    return numbers[waiting[turn]], numbers[needed[turn]]


def _figures(seed: int) -> dict[str, NDArray[np.generic]]:
    draws = np.random.default_rng(seed)
    return {
        "cost_per_hour": draws.lognormal(0.0, 0.8, COUNT),
        "tier": draws.choice((PRICED, WAITED_LONGEST, SAFETY), COUNT, p=(0.97, 0.02, 0.01)),
        "hours_left": draws.uniform(-10.0, 60.0, COUNT),
        "work_hours": draws.lognormal(-0.3, 0.9, COUNT),
        "waited_hours": draws.uniform(0.0, 200.0, COUNT),
    }


def _house_row(name: str, links: Links, runs: int) -> str:
    waiting, needed = links
    figures = _figures(1)
    pace = {"mean_work_hours": float(figures["work_hours"].mean()), "look_ahead": 2.0}
    plan = link_plan(COUNT, waiting=waiting, needed=needed)
    places = (needed.astype(np.int32), waiting.astype(np.int32))
    matrix = sparse.csr_array((np.ones(waiting.size), places), shape=(COUNT, COUNT))
    start = np.random.default_rng(2).random(COUNT)

    def products() -> None:
        vector = start
        for _ in range(plan.depth):
            vector = matrix @ vector

    sides = (
        products,
        lambda: urgencies(**figures, **pace, waiting=waiting, needed=needed),
        lambda: urgencies(**figures, **pace, waiting=waiting, needed=needed, plan=plan),
    )
    seconds: list[list[float]] = [[] for _ in sides]
    for run in range(runs + 2):
        for place in (run % 3, (run + 1) % 3, (run + 2) % 3):
            began = time.perf_counter()
            sides[place]()
            if run >= 2:
                seconds[place].append(time.perf_counter() - began)
    product, fresh, planned = (Times(tuple(some)) for some in seconds)
    ratios = [each.median / product.median for each in (fresh, planned)]
    return (
        f"| {name} ({plan.depth} levels) | {waiting.size:,} | {product} | {fresh} | {ratios[0]:.1f} | {planned} | "
        f"{ratios[1]:.1f} | 10 |"
    )


def _change_row(name: str, links: Links, changes: int) -> str:
    figures = _figures(1)
    needs: list[list[int]] = [[] for _ in range(COUNT)]
    for waiting, needed in zip(*(side.tolist() for side in links), strict=True):
        needs[waiting].append(needed)
    columns = (figures[field].tolist() for field in ("cost_per_hour", "tier", "hours_left", "work_hours"))
    everybody = {
        each: Waiting(each, *row, needs=tuple(needs[each]), waited_hours=waited)
        for each, (waited, *row) in enumerate(zip(figures["waited_hours"].tolist(), *columns, strict=True))
    }
    upward = waiting_on(everybody)
    pace = {"mean_work_hours": float(figures["work_hours"].mean()), "look_ahead": 2.0}
    sizes: tuple[list[int], list[int]] = ([], [])
    seconds: dict[str, list[tuple[float, float]]] = {"urgencies": [], "standings": []}
    draws = np.random.default_rng(3)
    for each in draws.choice(COUNT, changes, replace=False).tolist():
        everybody[each] = replace(everybody[each], cost_per_hour=everybody[each].cost_per_hour * 2)
        seconds["urgencies"].append(_took(lambda: reranked([each], everybody, upward, **pace)))  # noqa: B023 - called at once
        around = hanging_together([each], everybody, upward)
        sizes[0].append(len(around.touched))
        sizes[1].append(len(around.known))
        if len(around.known) < WALKED:
            seconds["standings"].append(
                _took(lambda: standing_of(around.touched, everybody, needed_by=upward, **pace))  # noqa: B023 - the same
            )
    shown = [f"{median(some):.0f}, {_late(some):.0f}, {max(some):,}" for some in sizes]
    times = [_shown(some) for some in seconds.values()]
    share = len(seconds["standings"]) / changes
    return f"| {name} | {shown[0]} | {shown[1]} | {times[0]} | {share:.0%} | {times[1]} |"


def _late(some: list[float] | list[int]) -> float:
    return quantiles(some, n=100, method="inclusive")[98]


def _took(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    by_clock, by_processor = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - by_clock, time.process_time() - by_processor


def _shown(took: list[tuple[float, float]]) -> str:
    if len(took) < FEWEST_RUNS:
        return "too few | "
    clock, processor = ([1000 * each for each in some] for some in zip(*took, strict=True))
    return f"{median(clock):.2f} ({median(processor):.2f}) | {_late(clock):.2f} ({_late(processor):.2f})"
