"""How busy a department is by the hour of the week: counts into means, and where people are short."""

from datetime import UTC, datetime

import pytest

from clientela.network.rules import (
    HalfDay,
    expected_a_week,
    half_days,
    hours_of_week,
    members_on_average,
    open_seconds_by_hour,
    short_half_days,
    use_of,
)

MONDAY, TUESDAY = 0, 1


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_open_time_is_cut_by_the_hour_of_the_place() -> None:
    # Monday 23 November, 7:30 to 9:15 in UTC is 9:30 to 11:15 in Bucharest.
    found = open_seconds_by_hour([(at(23, 7, 30), at(23, 9, 15))], "Europe/Bucharest")
    assert found == {(0, 9): 1800.0, (0, 10): 3600.0, (0, 11): 900.0}


def test_a_zone_of_half_an_hour_is_cut_where_its_own_hours_begin() -> None:
    assert open_seconds_by_hour([(at(23, 4), at(23, 5))], "Asia/Kolkata") == {(0, 9): 1800.0, (0, 10): 1800.0}


def test_an_hour_of_the_week_holds_means_over_the_weeks() -> None:
    hours = hours_of_week(
        weeks=4, came={(0, 9): (8, 600.0, 900.0)}, people={(0, 9): 6}, open_seconds={(0, 9): 4 * 3600.0}
    )
    assert len(hours) == 168
    nine = hours[9]
    assert (nine.weekday, nine.hour, nine.open_share, nine.came, nine.people) == (0, 9, 1.0, 2.0, 1.5)
    assert (nine.queue_seconds, nine.mean_queue_seconds) == (600.0, 900.0)
    assert hours[10].is_quiet
    assert hours[10].queue_seconds is None


def test_use_is_the_share_of_people_who_do_something_while_it_is_open() -> None:
    hours = hours_of_week(
        weeks=1, came={}, people={(0, 9): 1, (0, 10): 3, (0, 20): 2}, open_seconds={(0, 9): 3600.0, (0, 10): 3600.0}
    )
    # Of 4 people in 2 open hours: 1 and 3. The two who work at night are no use of opening time.
    assert use_of(hours, members=4) == 0.5
    assert use_of(hours, members=0) is None


def test_who_came_in_the_middle_counts_half() -> None:
    spans = [(at(1, 0), at(29, 0)), (at(15, 0), datetime.max.replace(tzinfo=UTC))]
    assert members_on_average(spans, since=at(1, 0), until=at(29, 0)) == 1.5


def half(weekday: int, *, came: float, people: float, wait_hours: float, is_morning: bool = True) -> HalfDay:
    return HalfDay(weekday, is_morning, 4.0, came, people, wait_hours * 3600)


def test_mornings_end_at_one_and_closed_hours_are_left_out() -> None:
    hours = hours_of_week(
        weeks=2,
        came={(0, 9): (4, 100.0, 100.0), (0, 12): (2, 400.0, 400.0), (0, 14): (2, 50.0, 50.0), (0, 22): (6, 9.0, 9.0)},
        people={(0, 9): 4, (0, 12): 2, (0, 14): 8},
        open_seconds=dict.fromkeys([(0, 9), (0, 12), (0, 14)], 7200.0),
    )
    morning, afternoon = half_days(hours)
    assert (morning.weekday, morning.is_morning, morning.open_hours, morning.came) == (0, True, 2.0, 3.0)
    assert (morning.people, morning.wait_seconds) == (1.5, 200.0)
    assert (afternoon.is_morning, afternoon.came, afternoon.people) == (False, 1.0, 4.0)


def test_people_are_short_where_few_of_them_meet_much_that_waits_long() -> None:
    parts = [
        half(0, came=8, people=1, wait_hours=4),
        half(1, came=4, people=2, wait_hours=1),
        half(2, came=4, people=3, wait_hours=1),
    ]
    assert [part.weekday for part in short_half_days(parts)] == [MONDAY]


def test_a_long_wait_with_many_people_is_no_shortage_of_people() -> None:
    parts = [
        half(0, came=4, people=6, wait_hours=4),
        half(1, came=4, people=2, wait_hours=1),
        half(2, came=4, people=1, wait_hours=1),
    ]
    assert short_half_days(parts) == []


def test_one_late_request_in_a_month_makes_no_rule() -> None:
    parts = [half(0, came=0.25, people=0.01, wait_hours=40), half(1, came=4, people=2, wait_hours=1)]
    assert short_half_days(parts) == []


@pytest.mark.parametrize(
    ("came", "expected"),
    [([], (0, 0, 0)), ([7], (7, 7, 7)), ([30, 20, 25, 24, 26, 100, 0, 25, 25, 25, 24], (25, 20, 30))],
)
def test_a_week_is_expected_to_be_like_the_median_of_those_before(
    came: list[int], expected: tuple[int, int, int]
) -> None:
    assert expected_a_week(came) == expected
