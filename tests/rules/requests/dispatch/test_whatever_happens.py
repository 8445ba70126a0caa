"""What holds in every replay, by every rule: all is done once, by hands that are there, and nobody sees ahead."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.requests.rules.dispatch import Foresight, Operation, Rule, RuleName, Team, replayed
from tests.rules.requests.dispatch.worlds import any_world

RULES = [
    *(Rule(name) for name in RuleName),
    Rule(RuleName.CHAIN, usual_queue=16, longest_wait_hours=8.0, oldest_every=5),
    Rule(RuleName.CHAIN, foresight=Foresight(most_plans=6)),
]
SEEDS = st.integers(0, 10_000)


class MeanSoFar:
    """Learns the mean work of each team, from what is done."""

    def __init__(self) -> None:
        self.sums: dict[str, list[float]] = {}

    def expected_hours(self, operation: Operation) -> float:
        count, total = self.sums.get(operation.team, [0.0, 0.0])
        return (total + 1.0) / (count + 1.0)

    def learn(self, operation: Operation, work_hours: float) -> None:
        so_far = self.sums.setdefault(operation.team, [0.0, 0.0])
        so_far[0] += 1.0
        so_far[1] += work_hours


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.sampled_from(RULES))
def test_everything_is_done_once_when_it_is_ready_and_by_hands_that_are_there(seed: int, rule: Rule) -> None:
    operations, work_hours, teams = any_world(seed)
    outcome = replayed(operations, work_hours, teams, rule)
    assert sorted(outcome.order) == list(range(len(operations)))
    assert np.allclose(outcome.end_hours - outcome.start_hours, work_hours)
    ends = {operation.id: end for operation, end in zip(operations, outcome.end_hours, strict=True)}
    for operation, ready, start in zip(operations, outcome.ready_hours, outcome.start_hours, strict=True):
        before = [ends[one] for one in (*operation.needs, *operation.after)]
        assert ready == max([operation.arrives_hours, *before])
        assert start >= ready
    for team in teams:
        at_work = [place for place, operation in enumerate(operations) if operation.team == team.name]
        for place in at_work:
            moment = outcome.start_hours[place]
            busy = sum(outcome.start_hours[other] <= moment < outcome.end_hours[other] for other in at_work)
            assert busy <= team.servers


@settings(max_examples=80, deadline=None)
@given(SEEDS, st.sampled_from([rule for rule in RULES if rule.foresight is None]))
def test_nobody_waits_while_hands_are_free(seed: int, rule: Rule) -> None:
    operations, work_hours, teams = any_world(seed)
    outcome = replayed(operations, work_hours, teams, rule)
    servers = {team.name: team.servers for team in teams}
    moments = sorted({0.0, *outcome.ready_hours, *outcome.end_hours})
    for moment, following in pairwise(moments):
        middle = (moment + following) / 2
        for team, hands in servers.items():
            mine = np.array([operation.team == team for operation in operations])
            waiting = mine & (outcome.ready_hours <= middle) & (middle < outcome.start_hours)
            busy = mine & (outcome.start_hours <= middle) & (middle < outcome.end_hours)
            assert not waiting.any() or busy.sum() == hands


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from(RULES))
def test_the_same_world_gives_the_same_replay(seed: int, rule: Rule) -> None:
    operations, work_hours, teams = any_world(seed)
    once = replayed(operations, work_hours, teams, rule)
    again = replayed(operations, work_hours, list(reversed(teams)), rule)
    assert once.order.tolist() == again.order.tolist()
    assert once.end_hours.tolist() == again.end_hours.tolist()


@settings(max_examples=120, deadline=None)
@given(SEEDS, st.sampled_from(RULES), st.booleans(), st.floats(0.1, 0.9))
def test_no_choice_depends_on_what_is_not_finished(seed: int, rule: Rule, is_learning: bool, share: float) -> None:  # noqa: FBT001 -- hypothesis hands it over by place
    operations, work_hours, teams = any_world(seed)
    whole = replayed(operations, work_hours, teams, rule, learner=MeanSoFar() if is_learning else None)
    until = float(whole.end_hours.max()) * share
    changed = [
        work if end <= until else work * 3.0 + 1.0 for work, end in zip(work_hours, whole.end_hours, strict=True)
    ]
    other = replayed(operations, changed, teams, rule, learner=MeanSoFar() if is_learning else None)
    earlier = [int(place) for place in whole.order if whole.start_hours[place] <= until]
    assert changed != work_hours
    assert [int(place) for place in other.order[: len(earlier)]] == earlier
    assert [other.start_hours[place] for place in earlier] == [whole.start_hours[place] for place in earlier]


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(RULES), st.floats(0.1, 0.9))
def test_no_choice_depends_on_who_has_not_come(seed: int, rule: Rule, share: float) -> None:
    operations, work_hours, teams = any_world(seed)
    operations = [
        Operation(
            one.id, one.team, one.arrives_hours, one.expected_hours, one.due_hours, one.cost_per_hour, one.priority
        )
        for one in operations
    ]
    whole = replayed(operations, work_hours, teams, rule)
    until = float(whole.end_hours.max()) * share
    fewer = [(one, work) for one, work in zip(operations, work_hours, strict=True) if one.arrives_hours <= until]
    part = replayed([one for one, _ in fewer], [work for _, work in fewer], teams, rule)
    taken = [operations[place].id for place in whole.order if whole.start_hours[place] <= until]
    assert [fewer[place][0].id for place in part.order[: len(taken)]] == taken


def test_the_learner_is_asked_once_each_and_told_in_the_order_of_finishing() -> None:
    asked: list[int] = []
    told: list[tuple[int, float]] = []

    class Listening:
        def expected_hours(self, operation: Operation) -> float:
            asked.append(operation.id)
            return 1.0

        def learn(self, operation: Operation, work_hours: float) -> None:
            told.append((operation.id, work_hours))

    operations = [
        Operation(1, "desk", 0.0),
        Operation(2, "desk", 0.0, after=(1,)),
        Operation(3, "stores", 1.0, needs=(2,)),
        Operation(4, "stores", 2.0),
    ]
    replayed(operations, [2.0, 2.0, 1.0, 1.0], [Team("desk", 1), Team("stores", 1)], RULES[0], learner=Listening())
    # Operation 1 ends in the moment in which 4 comes: first what is finished is told, and what follows becomes known.
    assert asked == [1, 3, 2, 4]
    assert told == [(1, 2.0), (4, 1.0), (2, 2.0), (3, 1.0)]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name in {RuleName.ATC, RuleName.CHAIN}])
def test_what_is_learned_changes_who_is_next(rule: Rule) -> None:
    operations, work_hours, teams = any_world(3, count=120)
    without = replayed(operations, work_hours, teams, rule)
    learned = replayed(operations, work_hours, teams, rule, learner=MeanSoFar())
    assert without.order.tolist() != learned.order.tolist()
