"""The one suggestion of a department: which rule holds first, and what it would do."""

from dataclasses import replace

import pytest

from clientela.network.rules.loads import HalfDay
from clientela.network.rules.suggesting import Standing, effect_of_one_more, suggestion
from clientela.network.simulation.analytic import waiting_line

CALM = Standing(weeks=12, members=4, open_count=10, late_count=0, done_a_week=20, most_waited_for=0)


def half(weekday: int, *, came: float = 6, people: float, wait_hours: float) -> HalfDay:
    return HalfDay(weekday, is_morning=True, open_hours=4.0, came=came, people=people, wait_seconds=wait_hours * 3600)


SHORT = [half(0, people=1, wait_hours=4), half(1, people=1.5, wait_hours=1), half(2, people=1.8, wait_hours=1)]
PLENTY = [*SHORT[:2], half(2, people=4, wait_hours=1)]


def test_where_hands_and_work_fit_together_nothing_is_suggested() -> None:
    even = [half(day, people=2, wait_hours=1) for day in range(5)]
    assert suggestion(even, CALM).kind == "none"
    assert suggestion([], CALM).kind == "none"


def test_a_short_morning_wants_a_pair_of_hands_more() -> None:
    made = suggestion(SHORT, CALM)
    assert (made.kind, made.part, made.from_part) == ("more_hands", SHORT[0], None)
    assert made.effect is not None
    assert made.effect.today == 4.0
    assert made.effect.low <= made.effect.then <= made.effect.high < 4.0


def test_a_morning_with_plenty_of_people_can_give_one() -> None:
    made = suggestion(PLENTY, CALM)
    assert (made.kind, made.from_part) == ("move_half_day", PLENTY[2])


def test_what_holds_up_two_others_comes_first_and_what_holds_up_one_does_not() -> None:
    assert suggestion([], replace(CALM, most_waited_for=2)).kind == "start_with"
    assert suggestion([], replace(CALM, most_waited_for=1)).kind == "none"


def test_much_that_is_late_wants_a_person_and_says_what_one_gets_done() -> None:
    made = suggestion([], replace(CALM, open_count=20, late_count=6))
    assert made.kind == "one_more"
    assert made.effect is not None
    assert made.effect.then == 5.0  # 20 a week by 4 people
    # 240 done in 12 weeks: ± 1.2816/√240 of it
    assert (made.effect.low, made.effect.high) == pytest.approx((4.586, 5.414), abs=0.001)


@pytest.mark.parametrize(("open_count", "late_count"), [(20, 5), (8, 4)])
def test_a_quarter_late_or_fewer_than_five_is_no_reason_for_a_person(open_count: int, late_count: int) -> None:
    assert suggestion([], replace(CALM, open_count=open_count, late_count=late_count)).kind == "none"


def test_the_effect_of_a_person_is_that_of_erlangs_formula() -> None:
    today = waiting_line(servers=2, arrival_rate=1.5, service_rate=1.0)
    then = waiting_line(servers=3, arrival_rate=1.5, service_rate=1.0)
    found = effect_of_one_more(arrivals=1.5, people=2, wait_hours=today.wait, seen=400)
    assert found is not None
    assert found.then == pytest.approx(then.wait, rel=1e-6)
    assert found.low < found.then < found.high < today.wait


@pytest.mark.parametrize(("arrivals", "wait_hours", "seen"), [(0.0, 1.0, 50), (1.0, 0.0, 50), (1.0, 1.0, 4)])
def test_where_there_is_nothing_to_reckon_with_no_effect_is_claimed(
    arrivals: float, wait_hours: float, seen: float
) -> None:
    assert effect_of_one_more(arrivals=arrivals, people=1, wait_hours=wait_hours, seen=seen) is None
