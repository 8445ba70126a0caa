"""A replay, worked out by hand: who is taken when, and what cannot be replayed."""

import pytest

from clientela.requests.rules.dispatch import (
    NeverReadyError,
    Operation,
    Outcome,
    Rule,
    RuleName,
    Team,
    UnknownNeedError,
    replayed,
)

FIRST_COME = Rule(RuleName.FCFS)
DESK = Team("desk", 1)


def spans(outcome: Outcome) -> dict[int, tuple[float, float]]:
    return {
        operation.id: (float(start), float(end))
        for operation, start, end in zip(outcome.operations, outcome.start_hours, outcome.end_hours, strict=True)
    }


def test_what_is_needed_must_be_there() -> None:
    with pytest.raises(UnknownNeedError, match="Operation 7 is needed"):
        replayed([Operation(1, "desk", 0.0, needs=(7,))], [1.0], [DESK], FIRST_COME)
    with pytest.raises(UnknownNeedError, match="team cellar"):
        replayed([Operation(1, "cellar", 0.0)], [1.0], [DESK], FIRST_COME)
    with pytest.raises(UnknownNeedError, match="same id"):
        replayed([Operation(1, "desk", 0.0), Operation(1, "desk", 0.0)], [1.0, 1.0], [DESK], FIRST_COME)


def test_every_operation_has_its_work() -> None:
    with pytest.raises(ValueError, match="2 operations and 1"):
        replayed([Operation(1, "desk", 0.0), Operation(2, "desk", 0.0)], [1.0], [DESK], FIRST_COME)


@pytest.mark.parametrize(
    ("field", "value"),
    [("expected_hours", 0.0), ("cost_per_hour", -1.0), ("due_hours", float("nan")), ("arrives_hours", float("inf"))],
)
def test_figures_that_cannot_be_are_refused(field: str, value: float) -> None:
    given = {"id": 1, "team": "desk", "arrives_hours": 0.0, field: value}
    with pytest.raises(ValueError, match="Operation 1"):
        Operation(**given)


def test_a_circle_is_named() -> None:
    operations = [
        Operation(1, "desk", 0.0, needs=(2,)),
        Operation(2, "desk", 0.0, needs=(1,)),
        Operation(3, "desk", 0.0),
    ]
    with pytest.raises(NeverReadyError) as error:
        replayed(operations, [1.0, 1.0, 1.0], [DESK], FIRST_COME)
    assert error.value.ids == [1, 2]


def test_a_team_without_hands_never_works() -> None:
    with pytest.raises(NeverReadyError) as error:
        replayed([Operation(5, "desk", 0.0)], [1.0], [Team("desk", 0)], FIRST_COME)
    assert error.value.ids == [5]


def test_nothing_to_do_is_an_outcome() -> None:
    outcome = replayed([], [], [DESK], FIRST_COME)
    assert outcome.overall().operations == 0
    assert outcome.overall().kept_percent is None
    assert outcome.by_team() == {}


def test_one_pair_of_hands_does_one_after_the_other() -> None:
    operations = [Operation(1, "desk", 0.0), Operation(2, "desk", 1.0), Operation(3, "desk", 9.0)]
    outcome = replayed(operations, [2.0, 3.0, 1.0], [DESK], FIRST_COME)
    assert spans(outcome) == {1: (0.0, 2.0), 2: (2.0, 5.0), 3: (9.0, 10.0)}
    assert outcome.wait_hours.tolist() == [0.0, 1.0, 0.0]
    assert outcome.order.tolist() == [0, 1, 2]


def test_two_pairs_of_hands_do_two_at_a_time() -> None:
    operations = [Operation(one, "desk", 0.0) for one in (1, 2, 3)]
    outcome = replayed(operations, [2.0, 3.0, 1.0], [Team("desk", 2)], FIRST_COME)
    assert spans(outcome) == {1: (0.0, 2.0), 2: (0.0, 3.0), 3: (2.0, 3.0)}


def test_a_request_waits_for_what_it_needs_at_any_depth() -> None:
    operations = [
        Operation(1, "desk", 0.0, needs=(2, 3)),
        Operation(2, "technicians", 0.0, needs=(3,)),
        Operation(3, "stores", 0.5),
    ]
    teams = [DESK, Team("technicians", 1), Team("stores", 1)]
    outcome = replayed(operations, [1.0, 2.0, 4.0], teams, FIRST_COME)
    assert spans(outcome) == {3: (0.5, 4.5), 2: (4.5, 6.5), 1: (6.5, 7.5)}
    assert outcome.ready_hours.tolist() == [6.5, 4.5, 0.5]


def test_the_next_step_of_a_log_is_not_known_before_the_one_before_it_is_done() -> None:
    # The second step costs much and is late; if it were known, the first step would be taken before operation 3.
    first = Operation(1, "desk", 0.0, expected_hours=1.0, due_hours=50.0)
    second = Operation(2, "stores", 0.0, expected_hours=1.0, due_hours=1.0, cost_per_hour=90.0, after=(1,))
    other = Operation(3, "desk", 0.0, expected_hours=1.0, due_hours=3.0, cost_per_hour=2.0)
    teams = [DESK, Team("stores", 1)]
    outcome = replayed([first, second, other], [1.0, 1.0, 1.0], teams, Rule(RuleName.CHAIN))
    assert spans(outcome) == {3: (0.0, 1.0), 1: (1.0, 2.0), 2: (2.0, 3.0)}
    known = Operation(2, "stores", 0.0, expected_hours=1.0, due_hours=1.0, cost_per_hour=90.0, needs=(1,))
    outcome = replayed([first, known, other], [1.0, 1.0, 1.0], teams, Rule(RuleName.CHAIN))
    assert spans(outcome) == {1: (0.0, 1.0), 2: (1.0, 2.0), 3: (1.0, 2.0)}


def test_people_come_and_go_by_the_timetable_and_finish_what_is_in_hand() -> None:
    operations = [Operation(one, "desk", 0.0) for one in (1, 2, 3, 4)]
    team = Team("desk", 0, timetable=((1.0, 2), (2.0, 0), (10.0, 1)))
    outcome = replayed(operations, [3.0, 0.5, 1.0, 1.0], [team], FIRST_COME)
    assert spans(outcome) == {1: (1.0, 4.0), 2: (1.0, 1.5), 3: (1.5, 2.5), 4: (10.0, 11.0)}


def test_who_becomes_ready_in_the_same_moment_is_weighed_together() -> None:
    # Both are ready at hour 2, one by arriving, one because what it needs is done; the dearer one is taken.
    operations = [
        Operation(1, "stores", 0.0),
        Operation(2, "desk", 0.0, needs=(1,), due_hours=9.0, cost_per_hour=1.0),
        Operation(3, "desk", 2.0, due_hours=9.0, cost_per_hour=5.0),
    ]
    outcome = replayed(operations, [2.0, 1.0, 1.0], [DESK, Team("stores", 1)], Rule(RuleName.WSJF))
    assert spans(outcome) == {1: (0.0, 2.0), 3: (2.0, 3.0), 2: (3.0, 4.0)}


def test_the_figures_count_promises_of_last_operations_and_waits_of_all() -> None:
    operations = [
        Operation(1, "stores", 0.0, due_hours=1.0, cost_per_hour=7.0),
        Operation(2, "desk", 0.0, due_hours=4.0, cost_per_hour=2.0, needs=(1,)),
        Operation(3, "desk", 0.0, due_hours=1.0, cost_per_hour=3.0),
        Operation(4, "desk", 0.0),
    ]
    outcome = replayed(operations, [3.0, 2.0, 1.0, 1.5], [DESK, Team("stores", 1)], FIRST_COME)
    assert spans(outcome) == {1: (0.0, 3.0), 3: (0.0, 1.0), 4: (1.0, 2.5), 2: (3.0, 5.0)}
    assert outcome.is_last.tolist() == [False, True, True, True]
    figures = outcome.overall(starved_after_hours=0.5)
    assert figures.operations == 4
    assert figures.promised == 2
    assert figures.kept_percent == 50.0
    assert figures.weighted_tardiness == 2.0
    assert figures.mean_wait_hours == 0.25
    assert figures.longest_wait_hours == 1.0
    assert figures.p95_wait_hours == pytest.approx(0.85)
    assert figures.starved == 1
    stores = outcome.by_team()["stores"]
    assert (stores.operations, stores.promised, stores.kept_percent, stores.weighted_tardiness) == (1, 1, 0.0, 14.0)
    assert list(outcome.by_team()) == ["desk", "stores"]
