"""The world of the study: eight departments that ask each other, drawn by chance, the same for the same seed.

A request comes to a department, for one of its three services. What a service takes on average lies between .4 and 3
hours; what a request really takes spreads around that (log-normal), and nobody knows it before it is done. The rules
know the service's average, with an error. A third of the requests ask one or two other departments, these may ask
again, to a depth of four. Who asked waits until all is done.
"""

from dataclasses import dataclass, field, replace
from math import exp, log
from random import Random

from clientela.requests.rules.dispatch import Operation, Team

DEPARTMENTS = 8
SERVICES = 3
DEEPEST = 4
COSTS, COST_SHARES = (1.0, 2.0, 4.0, 8.0), (0.5, 0.3, 0.15, 0.05)
PRIORITIES = {8.0: 1, 4.0: 2, 2.0: 3, 1.0: 4}
PROMISED_BY_COST = {8.0: 4.0, 4.0: 8.0, 2.0: 16.0, 1.0: 40.0}  # hours, where promises go by how dear a request is
FIRST_PART = 0.3  # of the work, where others are asked only after a first look


@dataclass(frozen=True)
class World:
    """What is the same in every seed of a cell."""

    use: float = 0.9  # work that comes by work that can be done
    allowance: tuple[float, float] = (1.0, 3.0)  # promised for so many times the expected work along the chain
    hours: float = 400.0  # ten weeks
    asking: float = 0.35
    is_unequal: bool = False  # some departments have far more to do than others
    costs_of_asks: str = "own"  # own: drawn like any; ordinary: 1; copied: as who asked first
    asks_first: bool = True  # others are asked at once; otherwise after a first part of the work
    promise: str = "work"  # work: by the work along the chain; cost: by how dear it is
    spread: float = 0.6  # of real work around the service's average: sigma of the logarithm
    error: float = 0.15  # of what is known of that average: sigma of the logarithm


TIGHT, LOOSE = (1.0, 3.0), (2.0, 6.0)

Drawn = tuple[list[Operation], list[float], list[Team]]


def drawn(world: World, seed: int) -> Drawn:
    """The operations, the work they really take, and the teams."""
    return _Draw(world, Random(f"departments {seed}")).all()


@dataclass
class _Draw:
    world: World
    chance: Random
    operations: list[Operation] = field(default_factory=list)
    work_hours: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance, places = self.chance, range(DEPARTMENTS)
        self.agents = [chance.randint(2, 6) for _ in places]
        self.means = [[exp(chance.uniform(log(0.4), log(3.0))) for _ in range(SERVICES)] for _ in places]
        self.expected = [[mean * exp(chance.gauss(0.0, self.world.error)) for mean in some] for some in self.means]
        tilts = [exp(chance.gauss(0.0, 0.35)) if self.world.is_unequal else 1.0 for _ in places]
        # Requests go where there are hands for them, so that all departments are as busy, but for the tilt.
        self.shares = [
            agents * tilt / sum(means) for agents, tilt, means in zip(self.agents, tilts, self.means, strict=True)
        ]

    def all(self) -> Drawn:
        capacity = sum(self.agents) * self.world.hours * self.world.use
        roots = []
        coming = 0.0
        while coming < capacity:
            first = len(self.operations)
            self._ask(self.chance.choices(range(DEPARTMENTS), self.shares)[0], 1, None)
            roots.append((first, len(self.operations)))
            coming += sum(self.work_hours[first:])
        moments = sorted(self.chance.uniform(0.0, self.world.hours) for _ in roots)
        for (first, end), moment in zip(roots, moments, strict=True):
            for place in range(first, end):
                one = self.operations[place]
                self.operations[place] = replace(one, arrives_hours=moment, due_hours=(one.due_hours or 0.0) + moment)
        return self.operations, self.work_hours, [Team(_name(one), agents) for one, agents in enumerate(self.agents)]

    def _ask(self, department: int, depth: int, first_cost: float | None) -> tuple[int, float]:
        """Draw a request and all it asks for. Returns its id and the expected work along its chain."""
        chance, world = self.chance, self.world
        service = chance.randrange(SERVICES)
        expected = self.expected[department][service]
        work = self.means[department][service] * exp(chance.gauss(0.0, world.spread) - world.spread**2 / 2)
        cost = self._cost(first_cost)
        asks: list[tuple[int, float]] = []
        begin = len(self.operations)
        if depth < DEEPEST and chance.random() < world.asking:
            others = [one for one in range(DEPARTMENTS) if one != department]
            for _ in range(chance.choice((1, 2))):
                asked = chance.choices(others, [self.shares[one] for one in others])[0]
                asks.append(self._ask(asked, depth + 1, cost if first_cost is None else first_cost))
        path = expected + max((below for _, below in asks), default=0.0)
        promised = self._promised_hours(path, cost)
        needs = tuple(one for one, _ in asks)
        if asks and not world.asks_first:
            first = self._add(
                department,
                cost,
                expected=expected * FIRST_PART,
                work=work * FIRST_PART,
                promised=promised - path + expected * FIRST_PART,
                needs=(),
            )
            for place in range(begin, first):
                if not self.operations[place].needs:
                    self.operations[place] = replace(self.operations[place], needs=(first,))
            expected, work = expected * (1.0 - FIRST_PART), work * (1.0 - FIRST_PART)
        return self._add(department, cost, expected=expected, work=work, promised=promised, needs=needs), path

    def _add(
        self, department: int, cost: float, *, expected: float, work: float, promised: float, needs: tuple[int, ...]
    ) -> int:
        number = len(self.operations)
        self.operations.append(
            Operation(
                number,
                _name(department),
                0.0,
                expected_hours=expected,
                due_hours=promised,
                cost_per_hour=cost,
                priority=PRIORITIES[cost],
                needs=needs,
            )
        )
        self.work_hours.append(work)
        return number

    def _cost(self, first_cost: float | None) -> float:
        cost = self.chance.choices(COSTS, COST_SHARES)[0]
        if first_cost is None or self.world.costs_of_asks == "own":
            return cost
        return first_cost if self.world.costs_of_asks == "copied" else 1.0

    def _promised_hours(self, path: float, cost: float) -> float:
        if self.world.promise == "cost":
            return PROMISED_BY_COST[cost] * self.world.allowance[0] / 2.0
        return path * self.chance.uniform(*self.world.allowance)


def _name(department: int) -> str:
    return f"department {department + 1}"
