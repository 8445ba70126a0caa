"""The yardsticks of the benches are right themselves: the exact optimum, and the count of who was passed over."""

import pytest

from clientela.requests.rules.dispatch import Operation, Rule, RuleName, Team, replayed
from tests.bench.departments import LOOSE, World, drawn
from tests.bench.exact import least_cost, least_cost_by_trying_all
from tests.bench.study import passed_over
from tests.bench.trees import tree


@pytest.mark.parametrize("machines", [1, 3])
@pytest.mark.parametrize("seed", range(25))
def test_the_exact_optimum_is_what_trying_everything_finds(seed: int, machines: int) -> None:
    operations, work_hours, _ = tree(seed, 4 + seed % 3, (0.0, 2.0), machines=machines)
    best = least_cost(operations, work_hours)
    assert best == pytest.approx(least_cost_by_trying_all(operations, work_hours), abs=1e-9)


def test_the_exact_optimum_keeps_hands_free_when_that_is_best() -> None:
    operations = [
        Operation(1, "desk", 0.0, due_hours=0.0, cost_per_hour=1.0),
        Operation(2, "stores", 0.0, cost_per_hour=0.0),
        Operation(3, "desk", 0.0, due_hours=2.0, cost_per_hour=50.0, needs=(2,)),
    ]
    assert least_cost(operations, [10.0, 1.0, 1.0]) == 12.0


@pytest.mark.parametrize("name", list(RuleName))
def test_no_rule_beats_the_exact_optimum(name: RuleName) -> None:
    for seed in range(15):
        operations, work_hours, teams = tree(seed, 7, (0.0, 2.0))
        cost = replayed(operations, work_hours, teams, Rule(name)).overall().weighted_tardiness
        assert cost >= least_cost(operations, work_hours) - 1e-9


def test_who_is_passed_over_past_the_floor_is_counted() -> None:
    operations = [Operation(number, "desk", float(number), cost_per_hour=1.0 + number) for number in range(5)]
    dearest_first = replayed(operations, [4.0] * 5, [Team("desk", 1)], Rule(RuleName.WSJF))
    # 0 at hour 0, 4 at 4, 3 at 8, 2 at 12, 1 at 16: operation 1, there since 1, is passed over at 4, 8 and 12.
    assert dearest_first.order.tolist() == [0, 4, 3, 2, 1]
    assert passed_over(dearest_first, 2.5) == 3
    assert passed_over(dearest_first, 7.5) == 1
    assert passed_over(dearest_first, 12.0) == 0


def test_the_world_of_the_study_is_the_same_for_the_same_seed_and_as_busy_as_it_says() -> None:
    world = World(use=0.9, allowance=LOOSE, hours=200.0)
    operations, work_hours, teams = drawn(world, 5)
    assert drawn(world, 5) == (operations, work_hours, teams)
    assert drawn(world, 6) != (operations, work_hours, teams)
    use = sum(work_hours) / (200.0 * sum(team.servers for team in teams))
    assert use == pytest.approx(0.9, abs=0.01)
    assert len(teams) == 8
    assert all(2 <= team.servers <= 6 for team in teams)
    asking = [operation for operation in operations if operation.needs]
    last = [operation for operation in operations if not any(operation.id in one.needs for one in asking)]
    asking_last = [operation for operation in last if operation.needs]
    assert 0.3 <= len(asking_last) / len(last) <= 0.4
    assert {len(operation.needs) for operation in asking} == {1, 2}
