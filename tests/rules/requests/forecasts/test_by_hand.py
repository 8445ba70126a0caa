"""Forecasts against tables worked by hand."""

import numpy as np
import pytest

from clientela.requests.rules.forecasts import (
    Awaited,
    HoldingRange,
    Node,
    PastStay,
    RunningExpectation,
    StayShape,
    WorkingLine,
    endings_of,
    learned_stays,
    stay_quantiles,
)

HOUR = 3600.0
ALWAYS = WorkingLine(0.0, 1e6, (), ())
SURE = StayShape((0.1, 0.5, 0.9), (100.0, 100.0, 100.0))  # always a hundred seconds
DAYS = WorkingLine.of([(9 * HOUR, 17 * HOUR), (33 * HOUR, 41 * HOUR)], since=0.0, until=48 * HOUR)


def told(hours: list[float], over: list[bool], grid: list[float], seen_from: list[float] | None = None) -> list[float]:
    entered = None if seen_from is None else np.array(seen_from)
    return stay_quantiles(np.array(hours), np.array(over), entered, np.array(grid)).tolist()


def test_where_all_have_ended_quantiles_are_those_of_the_list() -> None:
    assert told([4.0, 1.0, 3.0, 2.0], [True] * 4, [0.25, 0.5, 0.75, 1.0]) == [1.0, 2.0, 3.0, 4.0]


def test_what_still_goes_on_counts_as_longer_by_kaplan_and_meier() -> None:
    # After 1 h a quarter has ended. One is lost from sight at 2 h: of the two left one ends at 3 h, so that
    # 1 - 3/4 * 1/2 = 5/8 have ended by then, and the last at 4 h.
    assert told([1.0, 2.0, 3.0, 4.0], [True, False, True, True], [0.25, 0.5, 0.625, 0.7, 1.0]) == [1, 3, 3, 4, 4]


def test_what_has_not_ended_leaves_the_upper_quantiles_untold() -> None:
    low, high = told([1.0, 2.0, 5.0], [True, True, False], [0.3, 0.9])
    assert (low, np.isnan(high)) == (1.0, True)


def test_what_came_into_view_late_does_not_count_before() -> None:
    # Nine were there from the start and end at 1…9; a tenth was first seen after 5 h and ends at 10.
    hours = [*map(float, range(1, 11))]
    seen_from = [0.0] * 9 + [5.0]
    early = told(hours, [True] * 10, [1 / 9], seen_from)
    assert early == [1.0]


def test_after_some_time_only_the_longer_stays_count() -> None:
    shape = StayShape((0.25, 0.5, 0.75), (100.0, 200.0, 400.0))
    assert shape.share_ended_by(200.0) == pytest.approx(0.5)
    # Of those that lasted 200, half last to the share 3/4: 400.
    assert shape.remaining(200.0, np.array([0.5])).tolist() == pytest.approx([200.0])
    assert shape.remaining(0.0, np.array([0.5])).tolist() == pytest.approx([200.0])


def test_beyond_all_that_is_known_it_goes_on_in_proportion() -> None:
    shape = StayShape((0.5, 0.75), (100.0, 200.0))
    # The tail of Pareto with power 2: of those that lasted 1000, half last 1000 * sqrt(2).
    assert shape.remaining(1000.0, np.array([0.5])).tolist() == pytest.approx([1000.0 * (2**0.5 - 1)])


def test_working_seconds_pass_only_while_the_department_works() -> None:
    moments = DAYS.after(np.array([10 * HOUR, 16 * HOUR, 20 * HOUR]), np.array([HOUR, 2 * HOUR, 8 * HOUR]))
    assert moments.tolist() == [11 * HOUR, 34 * HOUR, 41 * HOUR]
    assert DAYS.between(16 * HOUR, 34 * HOUR) == 2 * HOUR


def test_what_ends_with_the_day_ends_there_and_not_the_next_morning() -> None:
    assert DAYS.after(np.array([9 * HOUR]), np.array([8 * HOUR])).tolist() == [17 * HOUR]


def test_after_the_known_hours_work_goes_on_as_usual() -> None:
    # 16 working hours in 48: a third of the time.
    assert DAYS.after(np.array([40 * HOUR]), np.array([2 * HOUR])).tolist() == [51 * HOUR]


def test_side_by_side_the_later_counts_and_then_its_own_work() -> None:
    nodes = {
        1: Node(1, SURE, 0.0, ALWAYS, (Awaited((2, 3), 2),)),
        2: Node(2, SURE, 0.0, ALWAYS),
        3: Node(3, StayShape((0.1, 0.9), (300.0, 300.0)), 0.0, ALWAYS),
    }
    ending = endings_of([1], nodes, now=1000.0)[1]
    assert (ending.median, ending.because_id) == (pytest.approx(1400.0), 3)


def test_when_one_of_two_is_enough_the_sooner_counts() -> None:
    nodes = {
        1: Node(1, SURE, 0.0, ALWAYS, (Awaited((2, 3), 1),)),
        2: Node(2, SURE, 0.0, ALWAYS),
        3: Node(3, StayShape((0.1, 0.9), (300.0, 300.0)), 0.0, ALWAYS),
    }
    ending = endings_of([1], nodes, now=1000.0)[1]
    assert (ending.median, ending.because_id) == (pytest.approx(1200.0), 2)


def test_in_order_the_times_add_up() -> None:
    later = Node(-9, SURE, 0.0, ALWAYS)
    nodes = {1: Node(1, SURE, 0.0, ALWAYS, (Awaited((2,), 1, (later,)),)), 2: Node(2, SURE, 0.0, ALWAYS)}
    assert endings_of([1], nodes, now=0.0)[1].median == pytest.approx(300.0)


def test_of_what_nothing_is_known_its_promise_is_taken() -> None:
    nodes = {1: Node(1, SURE, 0.0, ALWAYS, (Awaited((2,), 1),)), 2: Node(2, None, 0.0, ALWAYS, due=5000.0)}
    assert endings_of([1, 2], nodes, now=0.0)[1].median == pytest.approx(5100.0)


def test_of_what_nothing_at_all_is_known_nothing_is_foretold() -> None:
    assert endings_of([2], {2: Node(2, None, 0.0, ALWAYS)}, now=0.0) == {}


def test_an_edge_that_is_passed_moves_out_and_one_that_is_not_moves_in() -> None:
    holding = HoldingRange()
    holding.learn(is_below=False, is_above=True)
    assert (holding.low, holding.high) == (pytest.approx(-0.0015), pytest.approx(0.0135))
    assert holding.moved(-1.0, 0.0, 2.0) == (pytest.approx(-0.9985), pytest.approx(2.027))


def test_before_anything_is_learned_the_same_is_expected_of_everything() -> None:
    running = RunningExpectation([[0, 0], [0, 1]], before_anything=3.0)
    assert (running.expected(0), running.expected(1)) == (3.0, 3.0)


def test_where_groups_differ_each_is_expected_to_take_its_own() -> None:
    things = 400
    running = RunningExpectation([[0] * things, [number % 2 for number in range(things)]])
    for number in range(things):
        running.learn(number, 10.0 if number % 2 else 1.0)
    assert running.expected(0) == pytest.approx(1.0, abs=0.1)
    assert running.expected(1) == pytest.approx(10.0, abs=0.1)


def test_where_groups_do_not_differ_their_noise_is_not_followed() -> None:
    generator = np.random.default_rng(7)
    groups = generator.integers(0, 60, 2000).tolist()
    running = RunningExpectation([[0] * 2000, groups])
    for number in range(2000):
        running.learn(number, float(generator.exponential(1.0)))
    expected = [running.expected(number) for number in range(2000)]
    assert max(expected) - min(expected) < 0.25


def test_what_went_to_another_department_does_not_count_as_an_end() -> None:
    past = [PastStay(1, 1, 100.0, 50.0, is_over=True)] * 5 + [PastStay(1, 1, 10.0, 5.0, is_over=False)] * 5
    of_all, of_department, of_service = learned_stays(past)
    assert (of_all.provider_id, of_all.service_id, of_all.cases, of_all.work_seconds) == (None, None, 5, 50.0)
    assert (of_department.provider_id, of_department.service_id, of_department.cases) == (1, None, 5)
    assert (of_service.provider_id, of_service.service_id) == (1, 1)
    assert dict(of_all.stay_seconds)[0.5] == 100.0


def test_without_an_end_nothing_is_learned() -> None:
    assert learned_stays([PastStay(1, 1, 10.0, 5.0, is_over=False)]) == []
