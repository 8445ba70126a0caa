"""By each rule, by hand: who is next. And the chain rule picks as the order in the product stands."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.requests.rules.dispatch import Operation, Rule, RuleName, Team, replayed
from clientela.requests.rules.dispatch.knowing import Known
from clientela.requests.rules.dispatch.queues import DRIFT, Pressing
from clientela.requests.rules.order import Waiting, standing_of
from tests.rules.requests.dispatch.worlds import any_world

# All are there when the desk is free again at hour 10.
BUSY = Operation(0, "desk", 0.0)
WAITING = (
    Operation(1, "desk", 1.0, expected_hours=2.0, due_hours=30.0, cost_per_hour=3.0, priority=2),
    Operation(2, "desk", 2.0, expected_hours=1.0, due_hours=13.0, cost_per_hour=1.0, priority=3),
    Operation(3, "desk", 3.0, expected_hours=4.0, due_hours=12.0, cost_per_hour=5.0, priority=4),
    Operation(4, "desk", 4.0, expected_hours=1.0, due_hours=40.0, cost_per_hour=2.0, priority=1),
)


def order_by(rule: Rule, waiting: Sequence[Operation] = WAITING) -> list[int]:
    operations = [BUSY, *waiting]
    desk, others = Team("desk", 1), Team("others", 1)
    outcome = replayed(operations, [10.0, *[1.0] * len(waiting)], [desk, others], rule)
    return [operations[place].id for place in outcome.order if operations[place].team == "desk"][1:]


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        (RuleName.FCFS, [1, 2, 3, 4]),
        (RuleName.EDD, [3, 2, 1, 4]),
        (RuleName.PRIORITY, [4, 1, 2, 3]),
        (RuleName.WSJF, [4, 1, 3, 2]),
        # At 10 with h = 2 · 2: 3 is past its last start, 5/4; 2 stands at 1·e^(−2/4), the others far below. Then, at
        # 11 with h = 2 · 4/3, it is 2 with e^(−1/h); at 12, h = 3: 1 with 1.5·e^(−16/3) before 4 with 2·e^(−27/3).
        (RuleName.ATC, [3, 2, 1, 4]),
        (RuleName.CHAIN, [3, 2, 1, 4]),
        (RuleName.WSJF_CARRIED, [4, 1, 3, 2]),
    ],
)
def test_each_rule_takes_its_own_first(rule: RuleName, order: list[int]) -> None:
    assert order_by(Rule(rule)) == order


def test_ties_go_to_who_was_ready_first() -> None:
    same = [Operation(one, "desk", hour, due_hours=50.0) for one, hour in ((1, 3.0), (2, 1.0), (3, 2.0))]
    for name in RuleName:
        if name is not RuleName.FCFS:
            assert order_by(Rule(name), same) == [2, 3, 1]


def test_a_small_thing_goes_first_when_something_urgent_waits_on_it() -> None:
    # 6 is needed by 7 of another team, which is dear and due soon.
    needed = (
        *WAITING,
        Operation(6, "desk", 5.0, expected_hours=1.0, due_hours=90.0, cost_per_hour=0.1, priority=5),
        Operation(7, "others", 5.0, expected_hours=2.0, due_hours=12.0, cost_per_hour=4.0, needs=(6,)),
    )
    assert order_by(Rule(RuleName.CHAIN), needed) == [6, 3, 2, 1, 4]
    assert order_by(Rule(RuleName.CHAIN_SUM), needed)[0] == 6
    assert order_by(Rule(RuleName.WSJF_CARRIED), needed)[0] == 6
    assert order_by(Rule(RuleName.ATC), needed)[-1] == 6


def test_who_begins_to_wait_later_lifts_what_it_waits_on() -> None:
    later = (
        *WAITING,
        Operation(6, "desk", 5.0, expected_hours=1.0, due_hours=90.0, cost_per_hour=0.1),
        Operation(7, "others", 10.5, expected_hours=2.0, due_hours=12.0, cost_per_hour=4.0, needs=(6,)),
    )
    assert order_by(Rule(RuleName.CHAIN), later)[:2] == [3, 6]
    assert order_by(Rule(RuleName.WSJF_CARRIED), later)[:2] == [4, 6]


def test_the_sum_counts_each_that_waits_and_the_largest_only_one() -> None:
    one = Operation(1, "desk", 1.0, expected_hours=1.0, due_hours=9.0, cost_per_hour=3.0)
    two = Operation(2, "desk", 1.0, expected_hours=1.0, due_hours=9.0, cost_per_hour=1.0)
    on_two = [
        Operation(number, "others", 1.0, expected_hours=1.0, due_hours=9.0, cost_per_hour=2.0, needs=(2,))
        for number in (3, 4)
    ]
    assert order_by(Rule(RuleName.CHAIN), (one, two, *on_two)) == [1, 2]
    assert order_by(Rule(RuleName.CHAIN_SUM), (one, two, *on_two)) == [2, 1]


def test_without_a_promise_it_is_ranked_as_if_due_some_time_after_it_was_opened() -> None:
    promised = Operation(1, "desk", 1.0, due_hours=21.5)
    open_ended = Operation(2, "desk", 2.0)
    assert order_by(Rule(RuleName.EDD, unpromised_hours=19.0), (promised, open_ended)) == [2, 1]
    assert order_by(Rule(RuleName.EDD, unpromised_hours=20.0), (promised, open_ended)) == [1, 2]


def test_the_look_ahead_goes_with_the_root_of_the_queue_within_bounds() -> None:
    rule = Rule(RuleName.CHAIN, look_ahead=2.0, usual_queue=16)
    assert rule.pace_hours(16, 24.0) == 3.0
    assert rule.pace_hours(4, 6.0) == 1.5
    assert rule.pace_hours(64, 96.0) == 6.0
    assert rule.pace_hours(1, 1.5) == 0.75
    assert rule.pace_hours(16 * 400, 6400 * 1.5) == 12.0
    assert Rule(RuleName.CHAIN, look_ahead=2.0).pace_hours(64, 96.0) == 3.0


class TestGuards:
    def test_who_has_waited_for_so_long_goes_first_the_oldest_before_others(self) -> None:
        # At 10 the four have waited 9, 8, 7 and 6 hours; each takes an hour.
        assert order_by(Rule(RuleName.WSJF, longest_wait_hours=8.0)) == [1, 2, 3, 4]
        assert order_by(Rule(RuleName.WSJF, longest_wait_hours=9.5)) == [4, 1, 2, 3]
        assert order_by(Rule(RuleName.WSJF, longest_wait_hours=50.0)) == [4, 1, 3, 2]

    def test_at_every_so_manieth_pick_the_oldest_goes_first(self) -> None:
        # The pick of operation 0 was the first.
        assert order_by(Rule(RuleName.WSJF, oldest_every=2)) == [1, 4, 2, 3]
        assert order_by(Rule(RuleName.WSJF, oldest_every=1)) == [1, 2, 3, 4]

    @pytest.mark.parametrize("name", list(RuleName))
    @pytest.mark.parametrize("seed", range(4))
    def test_nobody_past_the_floor_is_passed_over_by_a_younger_one(self, name: RuleName, seed: int) -> None:
        operations, work_hours, teams = any_world(seed, count=150, hours=10.0)
        floor = 2.0
        outcome = replayed(operations, work_hours, teams, Rule(name, longest_wait_hours=floor))
        reached = 0
        for place, operation in enumerate(operations):
            for other, another in enumerate(operations):
                if another.team == operation.team and outcome.ready_hours[other] > outcome.ready_hours[place]:
                    past = outcome.ready_hours[place] + floor
                    assert not past <= outcome.start_hours[other] < outcome.start_hours[place]
                    reached += outcome.start_hours[place] >= past
        assert reached > 0


def _open_chain(chance: Random) -> tuple[list[Operation], list[float]]:
    """Requests of which the even ones are ready at one desk; the odd ones wait on earlier ones."""
    operations: list[Operation] = []
    for number in range(chance.randint(2, 24)):
        is_waiting = number % 2 == 1
        needs = tuple(chance.sample(range(number), min(number, chance.randint(1, 3)))) if is_waiting else ()
        operations.append(
            Operation(
                number,
                "desk",
                0.0,
                expected_hours=chance.uniform(0.2, 4.0),
                due_hours=chance.uniform(-5.0, 30.0),
                cost_per_hour=chance.uniform(0.1, 9.0),
                needs=needs,
            )
        )
    return operations, sorted(chance.uniform(0.0, 25.0) for _ in range(5))


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([0.5, 2.0, 4.0]))
def test_the_chain_rule_takes_whom_the_order_in_the_product_puts_first(chance: Random, look_ahead: float) -> None:
    operations, moments = _open_chain(chance)
    known = Known(operations, unpromised_hours=40.0)
    known.is_there = [True] * len(operations)
    queue = Pressing(known, Rule(RuleName.CHAIN, look_ahead=look_ahead), is_carrying=True)
    ready = [place for place, operation in enumerate(operations) if not operation.needs]
    for place in ready:
        queue.add(place, 0.0)
    for now in moments:
        if len(ready) < 2:
            break
        taken = queue.best(now)
        everybody = {
            place: Waiting(
                id=place,
                cost_per_hour=operation.cost_per_hour,
                tier=0,
                hours_left=(operation.due_hours or 0.0) - now,
                work_hours=operation.expected_hours,
                needs=operation.needs,
            )
            for place, operation in enumerate(operations)
            if operation.needs or place in ready
        }
        standings = standing_of(ready, everybody, mean_work_hours=queue.span / look_ahead, look_ahead=look_ahead)
        first = max(standing.urgency for standing in standings.values())
        assert standings[taken].urgency == pytest.approx(first, abs=1e-6)
        mean = sum(operations[place].expected_hours for place in ready) / len(ready)
        assert queue.span == pytest.approx(look_ahead * mean, rel=DRIFT / (1 - DRIFT))
        queue.remove(taken)
        ready.remove(taken)
