"""The exact optimum for a few operations on teams of one, of which everything is known: what rules are held against.

A plan is built by putting one operation after the other behind what its team already has. Every plan in which nothing
could start earlier is reached so, and one of these is best, also when hands are kept free for a while. Of the partial
plans with the same operations only those are kept that no other beats in everything that matters later.
"""

from collections.abc import Sequence
from itertools import permutations

from clientela.requests.rules.dispatch import Operation

# cost so far; when each team is free; when each operation is done on which another still waits
_Partial = tuple[float, ...]


def least_cost(operations: Sequence[Operation], work_hours: Sequence[float]) -> float:
    """The least weighted tardiness of the last operations that any plan can have."""
    problem = _Problem(operations, work_hours)
    count = len(operations)
    fronts: list[list[_Partial]] = [[] for _ in range(1 << count)]
    fronts[0] = [(0.0, *[0.0] * problem.teams, *[0.0] * count)]
    for done in range((1 << count) - 1):
        for place in range(count):
            bit = 1 << place
            if not done & bit and problem.needs[place] & done == problem.needs[place]:
                for partial in fronts[done]:
                    _keep(fronts[done | bit], problem.put(partial, place, done | bit))
        fronts[done] = []
    return min(partial[0] for partial in fronts[-1])


def least_cost_by_trying_all(operations: Sequence[Operation], work_hours: Sequence[float]) -> float:
    """The same without any cleverness."""
    problem = _Problem(operations, work_hours)
    count = len(operations)
    best = float("inf")
    for order in permutations(range(count)):
        partial: _Partial = (0.0, *[0.0] * problem.teams, *[0.0] * count)
        done = 0
        for place in order:
            if problem.needs[place] & done != problem.needs[place]:
                break
            done |= 1 << place
            partial = problem.put(partial, place, 0)
        else:
            best = min(best, partial[0])
    return best


class _Problem:
    def __init__(self, operations: Sequence[Operation], work_hours: Sequence[float]) -> None:
        self.operations = operations
        self.work = work_hours
        places = {operation.id: place for place, operation in enumerate(operations)}
        names = sorted({operation.team for operation in operations})
        self.teams = len(names)
        self.team = [names.index(operation.team) for operation in operations]
        self.needs = [sum(1 << places[one] for one in operation.needs) for operation in operations]
        self.below = [[places[one] for one in operation.needs] for operation in operations]
        self.above = [
            sum(1 << place for place, other in enumerate(operations) if operation.id in other.needs)
            for operation in operations
        ]

    def put(self, partial: _Partial, place: int, done: int) -> _Partial:
        """The plan with one more at the end of its team. Ends on which nobody waits any more are forgotten, as 0."""
        first = 1 + self.teams
        operation = self.operations[place]
        start = (
            max(
                operation.arrives_hours,
                partial[1 + self.team[place]],
                *(partial[first + one] for one in self.below[place]),
            )
            if self.below[place]
            else max(operation.arrives_hours, partial[1 + self.team[place]])
        )
        end = start + self.work[place]
        now = list(partial)
        now[1 + self.team[place]] = end
        if self.above[place]:
            now[first + place] = end
        elif operation.due_hours is not None:
            now[0] += operation.cost_per_hour * max(end - operation.due_hours, 0.0)
        if done:
            for one in self.below[place]:
                if self.above[one] & done == self.above[one]:
                    now[first + one] = 0.0
        return tuple(now)


def _keep(front: list[_Partial], new: _Partial) -> None:
    for kept in front:
        if all(one <= other for one, other in zip(kept, new, strict=True)):
            return
    front[:] = [kept for kept in front if not all(one <= other for one, other in zip(new, kept, strict=True))]
    front.append(new)
