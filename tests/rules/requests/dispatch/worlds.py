"""Small worlds for the dispatcher: random, but the same for the same seed."""

from random import Random

from clientela.requests.rules.dispatch import Operation, Team


def any_world(
    seed: int, *, count: int = 40, teams: int = 3, hours: float = 30.0
) -> tuple[list[Operation], list[float], list[Team]]:
    """Operations of a few teams, some of which need or follow earlier ones, with the work they will really take."""
    chance = Random(seed)
    operations, work_hours = [], []
    for number in range(count):
        arrives_hours = chance.uniform(0.0, hours)
        earlier = list(range(number))
        needs = tuple(chance.sample(earlier, min(number, chance.choice((0, 0, 1, 2)))))
        rest = [one for one in earlier if one not in needs]
        after = tuple(chance.sample(rest, min(len(rest), chance.choice((0, 0, 0, 1)))))
        expected = chance.uniform(0.2, 3.0)
        operations.append(
            Operation(
                id=100 + number,
                team=f"team {chance.randrange(teams)}",
                arrives_hours=arrives_hours,
                expected_hours=expected,
                due_hours=None if chance.random() < 0.1 else arrives_hours + chance.uniform(0.5, 12.0),
                cost_per_hour=chance.choice((0.0, 1.0, 2.0, 5.0)),
                priority=chance.randint(1, 4),
                needs=tuple(100 + one for one in needs),
                after=tuple(100 + one for one in after),
            )
        )
        work_hours.append(expected * chance.uniform(0.3, 2.0))
    return operations, work_hours, [Team(f"team {one}", chance.randint(1, 3)) for one in range(teams)]
