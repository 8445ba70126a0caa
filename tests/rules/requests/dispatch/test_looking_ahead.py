"""Looking ahead: who is held back for whom, how near it comes to the best there is, and what it may cost."""

from dataclasses import replace

import pytest

from clientela.requests.rules.dispatch import Foresight, Operation, Rule, RuleName, Team, replayed
from tests.bench.exact import least_cost
from tests.bench.trees import Instance, tree
from tests.rules.requests.dispatch.worlds import any_world

CHAIN = Rule(RuleName.CHAIN)
AHEAD = replace(CHAIN, foresight=Foresight())
# A long thing is ready at the desk; a short and very urgent one comes when the stores are done, in an hour.
LONG = Operation(1, "desk", 0.0, expected_hours=10.0, due_hours=0.0, cost_per_hour=1.0)
STORES = Operation(2, "stores", 0.0, expected_hours=1.0, cost_per_hour=0.0)
URGENT = Operation(3, "desk", 0.0, expected_hours=1.0, due_hours=2.0, cost_per_hour=50.0, needs=(2,))
TEAMS = [Team("desk", 1), Team("stores", 1)]


def tardiness(instance: Instance, rule: Rule) -> float:
    operations, work_hours, teams = instance
    return replayed(operations, work_hours, teams, rule).overall().weighted_tardiness


@pytest.mark.parametrize(
    "given", [{"candidates": 0}, {"most_plans": 0}, {"look_aheads": ()}, {"look_aheads": (2.0, 0.0)}]
)
def test_a_foresight_that_sees_nothing_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Looking ahead"):
        Foresight(**given)


def test_only_the_rule_by_the_chain_looks_ahead() -> None:
    with pytest.raises(ValueError, match="Only the rule by the chain"):
        Rule(RuleName.WSJF, foresight=Foresight())


def test_hands_are_kept_free_for_somebody_urgent_who_is_about_to_come() -> None:
    instance = ([LONG, STORES, URGENT], [10.0, 1.0, 1.0], TEAMS)
    assert replayed(*instance, CHAIN).start_hours.tolist() == [0.0, 0.0, 10.0]
    assert replayed(*instance, AHEAD).start_hours.tolist() == [2.0, 0.0, 1.0]


def test_nobody_is_held_back_where_that_is_not_wanted_or_gains_nothing() -> None:
    unheld = replace(CHAIN, foresight=Foresight(may_hold_back=False))
    instance = ([LONG, STORES, URGENT], [10.0, 1.0, 1.0], TEAMS)
    assert replayed(*instance, unheld).start_hours.tolist() == [0.0, 0.0, 10.0]
    patient = replace(URGENT, due_hours=20.0)
    assert replayed([LONG, STORES, patient], [10.0, 1.0, 1.0], TEAMS, AHEAD).start_hours.tolist() == [0.0, 0.0, 10.0]


def test_who_takes_longer_than_expected_is_expected_any_moment() -> None:
    # The stores take three hours instead of one. At hour 1.5 the choice is made anew, and is to wait on.
    late = [10.0, 3.0, 1.0]
    news = Operation(4, "stores", 1.5, expected_hours=1.0, cost_per_hour=0.0)
    outcome = replayed([LONG, STORES, URGENT, news], [*late, 1.0], TEAMS, AHEAD)
    assert outcome.start_hours.tolist() == [4.0, 0.0, 3.0, 3.0]


def test_one_plan_is_the_rule_itself() -> None:
    one_plan = replace(CHAIN, foresight=Foresight(look_aheads=(2.0,), most_plans=1, may_hold_back=False))
    for seed in range(10):
        operations, work_hours, teams = any_world(seed, count=14, hours=4.0)
        plain = replayed(operations, work_hours, teams, CHAIN)
        assert replayed(operations, work_hours, teams, one_plan).order.tolist() == plain.order.tolist()


def test_the_floor_goes_before_looking_ahead() -> None:
    dear = [
        Operation(number, "desk", float(number), expected_hours=1.0, due_hours=0.0, cost_per_hour=9.0)
        for number in range(1, 20)
    ]
    cheap = Operation(30, "desk", 0.5, expected_hours=1.0, due_hours=0.0, cost_per_hour=1.0)
    busy = Operation(0, "desk", 0.0, expected_hours=1.0)
    operations = [busy, *dear, cheap]
    work_hours = [1.0] * len(operations)
    assert replayed(operations, work_hours, [TEAMS[0]], AHEAD).start_hours[-1] == 20.0
    floored = replace(AHEAD, longest_wait_hours=6.0)
    assert replayed(operations, work_hours, [TEAMS[0]], floored).start_hours[-1] == 7.0


def test_it_halves_the_distance_to_the_exact_optimum_at_least() -> None:
    instances = [tree(seed, 8, (0.0, 3.0)) for seed in range(1000, 1030)]
    least = sum(least_cost(operations, work_hours) for operations, work_hours, _ in instances)
    by_rule = sum(tardiness(instance, CHAIN) for instance in instances)
    ahead = sum(tardiness(instance, AHEAD) for instance in instances)
    assert least > 0.0
    assert least - 1e-9 <= ahead <= least + (by_rule - least) / 2
