"""Rolling out in random order: is a true zero left alone, does the interval hold the truth, is what was promised seen?

Houses are simulated (`tests.rules.impact.rollouts.houses`): departments differ, every week has its own mood, the whole
house gets better by itself. Each row is one plan; each figure a share of so many simulated roll-outs.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from clientela.impact.rules.rollouts import Analysis, chance_to_see, drawn
from tests.rules.impact.rollouts.houses import Effect, House, lived, steady, tried, two_way_fixed_effects

ORDERS = 1_000
UNEVEN = (3.0, 5.0, 8.0, 12.0, 20.0, 40.0)


def some_departments(count: int) -> tuple[float, ...]:
    """Answers a week, as uneven as departments are."""
    return tuple(UNEVEN[number % len(UNEVEN)] for number in range(count))


def _house(weekly: tuple[float, ...], steps: int, **other: float) -> House:
    """Far from 0 and from 100 %, where no effect could be constant."""
    return House(weekly, steps, **{"level": 0.45, "trend": 0.05, **other})  # type: ignore[arg-type]


HOUSES: dict[str, House] = {
    "7 in 3 steps of 4 weeks": _house(some_departments(7), steps=3),
    "9 in 3 steps of 4 weeks": _house(some_departments(9), steps=3),
    "12 in 4 steps of 4 weeks": _house(some_departments(12), steps=4),
    "12 in 12 steps of 2 weeks": _house(some_departments(12), steps=12, step_weeks=2),
    "12 in 4, unlike each other (ICC .3)": _house(some_departments(12), steps=4, icc=0.3, cac=0.95),
    "12 in 4, moody (CAC .3)": _house(some_departments(12), steps=4, icc=0.1, cac=0.3),
    "20 in 5 steps of 4 weeks": _house(some_departments(20), steps=5),
    "40 in 4 steps of 6 weeks": _house(some_departments(40), steps=4, step_weeks=6),
}


@dataclass(frozen=True)
class Seen:
    """What one simulated roll-out said. `naive` is the p < .05 of before against after, which takes all for granted."""

    effect: float
    is_refuted: bool
    holds: bool
    exposures_hold: tuple[bool, ...]
    two_way: float
    is_naive_refuted: bool


def growing(size: float) -> Effect:
    """An effect that begins with nothing and grows by `size` a span."""
    return lambda spans: size * spans


def rollout_lines(worlds: int, processes: int) -> Iterator[str]:
    """Give the tables, line by line."""
    yield f"{worlds:,} roll-outs a figure, up to {ORDERS:,} orders each. All in %, the smallest effect in points.\n"
    yield (
        "| plan | orders | smallest effect | zero refuted | before-and-after refutes it | interval holds zero /"
        " the smallest | smallest seen (promised 80) | half of it seen (promised) |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    with ProcessPoolExecutor(processes) as pool:
        for name, house in HOUSES.items():
            yield _row(pool, name, house, worlds)
        yield "\nAn effect that grows by 4 points a span: what each says of its average.\n"
        yield (
            "| plan | true average | ours | two-way fixed effects | ours below zero | two-way below zero"
            " | first / last exposure held |"
        )
        yield "|---|---|---|---|---|---|---|"
        for name, house in HOUSES.items():
            if house.steps > 3:
                yield _growing_row(pool, name, house, worlds)


def _row(pool: ProcessPoolExecutor, name: str, house: House, worlds: int) -> str:
    power = house.power
    if power.smallest is None:
        return f"| {name} | {power.orders:,} | none | | | | | |"
    zero = list(pool.map(partial(_tried, house, 0.0, 0.0), range(worlds), chunksize=20))
    full = list(pool.map(partial(_tried, house, power.smallest, 0.0), range(worlds), chunksize=20))
    half = list(pool.map(partial(_tried, house, power.smallest / 2, 0.0), range(worlds), chunksize=20))
    promised = 100 * chance_to_see(power, power.smallest / 2)
    return (
        f"| {name} | {power.orders:,} | {100 * power.smallest:.1f} | {_share(one.is_refuted for one in zero)}"
        f" | {_share(one.is_naive_refuted for one in zero)}"
        f" | {_share(one.holds for one in zero)} / {_share(one.holds for one in full)}"
        f" | {_share(one.is_refuted for one in full)} | {_share(one.is_refuted for one in half)} ({promised:.0f}) |"
    )


def _growing_row(pool: ProcessPoolExecutor, name: str, house: House, worlds: int) -> str:
    found = list(pool.map(partial(_tried, house, 0.0, 0.04), range(worlds), chunksize=20))
    truth = np.mean([_truth(house, seed) for seed in range(min(worlds, 100))])
    return (
        f"| {name} | {100 * truth:.1f} | {100 * np.mean([one.effect for one in found]):.1f}"
        f" | {100 * np.mean([one.two_way for one in found]):.1f}"
        f" | {_share(one.effect < 0 for one in found)} | {_share(one.two_way < 0 for one in found)}"
        f" | {_share(one.exposures_hold[0] for one in found)} / {_share(one.exposures_hold[-1] for one in found)} |"
    )


def _tried(house: House, size: float, growth: float, seed: int) -> Seen:
    effect = growing(growth) if growth else steady(size)
    found = tried(house, effect, seed=seed, most=ORDERS)
    if not isinstance(found, Analysis):
        raise TypeError(f"No answer: {found}")
    lots = drawn(house.blocks, f"{seed:016x}")
    panel = lived(house, lots, effect, chance=np.random.default_rng(seed))
    truth = size
    return Seen(
        effect=found.figure.effect,
        is_refuted=found.figure.p <= 0.05,
        holds=found.figure.low <= truth <= found.figure.high,
        exposures_hold=tuple(one.figure.low <= effect(one.spans) <= one.figure.high for one in found.exposures),
        two_way=two_way_fixed_effects(panel, lots, spans=house.steps - 1),
        is_naive_refuted=_before_and_after(house, seed),
    )


def _before_and_after(house: House, seed: int) -> bool:
    """Whether the usual test of all answers before against all after, of those that had begun, refutes a true zero."""
    lots = drawn(house.blocks, f"{seed:016x}")
    panel = lived(house, lots, steady(0.0), chance=np.random.default_rng(seed))
    step = {lot.key: lot.step for lot in lots}
    begun = np.array([[step[key] <= span for span in range(house.steps)] for key in panel.keys])
    n, hits = panel.n[:, : house.steps], np.nan_to_num(panel.mean[:, : house.steps]) * panel.n[:, : house.steps]
    one, other = n[begun].sum(), n[~begun].sum()
    shares = hits[begun].sum() / one, hits[~begun].sum() / other
    both = hits.sum() / n.sum()
    error = np.sqrt(both * (1 - both) * (1 / one + 1 / other))
    return bool(abs(shares[0] - shares[1]) > 1.96 * error)


def _truth(house: House, seed: int) -> float:
    """The average of the true effect with the weights of the figure, worked out on a house without chance."""
    quiet = House(house.weekly, house.steps, house.step_weeks, house.baseline_weeks, icc=house.icc, cac=house.cac)
    lots = drawn(house.blocks, f"{seed:016x}")
    there = lived(quiet, lots, growing(0.04), chance=np.random.default_rng(seed))
    step = {lot.key: lot.step for lot in lots}
    # The same weights as the figure's, on the pattern of the effect instead of the answers.
    weights = np.where(there.n > 0, there.n / (1 + np.maximum(there.n - 1, 0) * house.icc), 0.0)
    total, whole = 0.0, 0.0
    for span in range(1, house.steps):
        begun = np.array([step[key] <= span for key in there.keys])
        one, other = weights[begun, span].sum(), weights[~begun, span].sum()
        effects = np.array([0.04 * (span - step[key]) for key in there.keys])
        share = one * other / (one + other)
        total += share * float((weights[begun, span] * effects[begun]).sum() / one)
        whole += share
    return total / whole


def _share(found: Iterable[bool]) -> str:
    known = list(found)
    return f"{100 * sum(known) / len(known):.1f}"
