"""A few operations of which everything is known: how far the rules are from the exact optimum, and foresight's part.

Queues: 5 to 9 requests, all there, one pair of hands. Trees: 5 to 9 operations in trees over three pairs of hands; a
third of the requests ask one or two others. Promises are drawn by the work along the chain, from zero on: the first
world is a day on which everything is late already.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from statistics import mean, quantiles
from time import perf_counter

from clientela.requests.rules.dispatch import Foresight, Operation, Rule, RuleName, Team, replayed, replaying
from clientela.requests.rules.dispatch.looking_ahead import Situation
from tests.bench.exact import least_cost

WORK, COSTS = (0.5, 2.0), (1.0, 2.0, 3.0)
ALLOWANCES = ((0.0, 1.0), (0.0, 2.0), (0.0, 3.0))
MACHINES, DEEPEST, ASKING = 3, 4, 0.35
SIZES, SEEDS = range(5, 10), range(40)
CHAIN = Rule(RuleName.CHAIN)
ON_QUEUES = {
    "first come": Rule(RuleName.FCFS),
    "earliest due": Rule(RuleName.EDD),
    "weighted shortest job": Rule(RuleName.WSJF),
    "apparent tardiness, k = 1": Rule(RuleName.ATC, look_ahead=1.0),
    "the same, k = 2": Rule(RuleName.ATC),
}
ON_TREES = {
    "first come": Rule(RuleName.FCFS),
    "earliest due": Rule(RuleName.EDD),
    "weighted shortest job": Rule(RuleName.WSJF),
    "weighted shortest job with carried cost": Rule(RuleName.WSJF_CARRIED),
    "apparent tardiness without the chain": Rule(RuleName.ATC),
    "chain, k = 2": CHAIN,
    "chain, sum of terms": Rule(RuleName.CHAIN_SUM),
    "looking ahead, only the first choice, nobody held back": replace(
        CHAIN, foresight=Foresight(look_aheads=(2.0,), most_plans=3, may_hold_back=False)
    ),
    "looking ahead, nobody held back": replace(CHAIN, foresight=Foresight(may_hold_back=False)),
    "looking ahead": replace(CHAIN, foresight=Foresight()),
}

Instance = tuple[list[Operation], list[float], list[Team]]


def tree(seed: int, count: int, allowance: tuple[float, float], *, machines: int = MACHINES) -> Instance:
    """Draw so many operations; with one machine nobody asks anybody, and it is a queue."""
    chance = Random(f"tree {seed} {count} {machines}")
    operations: list[Operation] = []
    work_hours: list[float] = []

    def ask(machine: int, depth: int, left: int) -> tuple[int, float]:
        work = chance.uniform(*WORK)
        left -= 1
        asks: list[tuple[int, float]] = []
        if machines > 1 and depth < DEEPEST and chance.random() < ASKING:
            for _ in range(chance.choice((1, 2))):
                if left > 0:
                    before = len(operations)
                    other = chance.choice([one for one in range(machines) if one != machine])
                    asks.append(ask(other, depth + 1, left))
                    left -= len(operations) - before
        path = work + max((below for _, below in asks), default=0.0)
        number = len(operations)
        operations.append(
            Operation(
                number,
                f"machine {machine}",
                0.0,
                expected_hours=work,
                due_hours=path * chance.uniform(*allowance),
                cost_per_hour=chance.choice(COSTS),
                needs=tuple(one for one, _ in asks),
            )
        )
        work_hours.append(work)
        return number, path

    while len(operations) < count:
        ask(chance.randrange(machines), 1, count - len(operations))
    return operations, work_hours, [Team(f"machine {one}", 1) for one in range(machines)]


def measured_trees() -> Iterator[str]:
    """Lines of Markdown, as they are measured."""
    yield "Queues of 5 to 9, one pair of hands; % above the least possible weighted tardiness\n"
    yield from _distances(ON_QUEUES, 1)
    yield f"\nTrees of 5 to 9 operations, {MACHINES} pairs of hands\n"
    yield from _distances(ON_TREES, MACHINES)
    yield ""
    yield from _decision_times()


def _distances(rules: Mapping[str, Rule], machines: int) -> Iterator[str]:
    names = [f"{low:g} to {high:g}" for low, high in ALLOWANCES]
    yield f"| promised for so many times the work | {' | '.join(names)} |"
    yield f"|---|{'---|' * len(names)}"
    worlds = []
    for allowance in ALLOWANCES:
        instances = [tree(seed, count, allowance, machines=machines) for seed in SEEDS for count in SIZES]
        worlds.append((instances, [least_cost(operations, work) for operations, work, _ in instances]))
    for name, rule in rules.items():
        cells = []
        for instances, least in worlds:
            costs = [_cost(instance, rule) for instance in instances]
            exact = mean(cost <= one + 1e-9 for cost, one in zip(costs, least, strict=True))
            cells.append(f"{100.0 * (sum(costs) / sum(least) - 1.0):.1f} (exact in {100.0 * exact:.0f} %)")
        yield f"| {name} | {' | '.join(cells)} |"
    yield f"\n{len(SEEDS) * len(SIZES)} drawn for each column."


def _cost(instance: Instance, rule: Rule) -> float:
    operations, work_hours, teams = instance
    return replayed(operations, work_hours, teams, rule).overall().weighted_tardiness


def _decision_times() -> Iterator[str]:
    """Trees of nine: how long one choice takes."""
    rule = ON_TREES["looking ahead"]
    with timed_choices() as seconds:
        for allowance in ALLOWANCES:
            for seed in SEEDS:
                _cost(tree(seed, max(SIZES), allowance), rule)
    yield f"Looking ahead on trees of {max(SIZES)}: {told(seconds)}."


@contextmanager
def timed_choices() -> Iterator[list[float]]:
    """The seconds that each choice by looking ahead takes, as long as this is open."""
    seconds: list[float] = []
    untimed = replaying.best_choice

    def timed(situation: Situation, team: int, foresight: Foresight) -> int:
        begin = perf_counter()
        choice = untimed(situation, team, foresight)
        seconds.append(perf_counter() - begin)
        return choice

    replaying.best_choice = timed
    try:
        yield seconds
    finally:
        replaying.best_choice = untimed


def told(seconds: Sequence[float]) -> str:
    """How long the choices took, in words."""
    slowest = 1000.0 * max(seconds)
    parts = [1000.0 * part for part in quantiles(seconds, n=100, method="inclusive")]
    return (
        f"{len(seconds):,} choices, half within {parts[49]:.1f} ms, 99 of 100 within {parts[98]:.1f} ms,"
        f" the slowest {slowest:.1f} ms"
    )
