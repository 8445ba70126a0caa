"""Sums of working time: what the vectors do not say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clientela.promises.rules import (
    CalendarWithoutWorkingTime,
    MomentOutOfReachError,
    NaiveMomentError,
    OpenPeriod,
    WorkingCalendar,
    add_working_days,
    add_working_seconds,
    calendar_from_json,
    is_open,
    next_opening,
    open_periods_after,
    open_periods_before,
    working_seconds_between,
)
from clientela.promises.rules.openings import open_year

HOUR = 3600
DAY = 24 * HOUR
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS = (*WORKDAYS, "sat", "sun")


def a_calendar(zone: str = "Etc/UTC", hours: dict[str, object] | None = None, **more: Any) -> WorkingCalendar:
    weekly = {key: [["09:00", "17:00"]] for key in WORKDAYS} if hours is None else hours
    return calendar_from_json({"name": "Repair workshop", "zone": zone, "hours": weekly, **more})


def m(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OFFICE = a_calendar()
ALWAYS = a_calendar(hours={key: [["00:00", "24:00"]] for key in ALL_DAYS})
CLOSED = a_calendar(hours={})
NAIVE = datetime(2026, 1, 5, 10)  # noqa: DTZ001 - the refusal of such a moment is what is tested
AWARE = m("2026-01-05T10:00")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: add_working_seconds(OFFICE, NAIVE, 60),
        lambda: add_working_seconds(OFFICE, AWARE, 60, [(NAIVE, AWARE)]),
        lambda: add_working_seconds(OFFICE, AWARE, 60, [(AWARE, NAIVE)]),
        lambda: add_working_days(OFFICE, NAIVE, 1),
        lambda: working_seconds_between(OFFICE, NAIVE, AWARE),
        lambda: working_seconds_between(OFFICE, AWARE, NAIVE),
        lambda: working_seconds_between(OFFICE, AWARE, AWARE + timedelta(1), [(NAIVE, AWARE)]),
        lambda: is_open(OFFICE, NAIVE),
        lambda: next_opening(OFFICE, NAIVE),
        lambda: open_periods_after(OFFICE, NAIVE, count=1),
        lambda: open_periods_after(OFFICE, AWARE, until=NAIVE),
        lambda: open_periods_before(OFFICE, NAIVE, count=1),
        lambda: open_periods_before(OFFICE, AWARE, until=NAIVE),
    ],
)
def test_a_naive_moment_is_refused_everywhere(ask: Callable[..., object]) -> None:
    with pytest.raises(NaiveMomentError, match="2026-01-05T10:00:00 has no zone"):
        ask()


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar: add_working_seconds(calendar, AWARE, 1),
        lambda calendar: add_working_seconds(calendar, AWARE, 0),
        lambda calendar: add_working_seconds(calendar, AWARE, 1, [(AWARE, AWARE + timedelta(400))]),
        lambda calendar: add_working_days(calendar, AWARE, 0),
        lambda calendar: add_working_days(calendar, AWARE, 3),
        lambda calendar: next_opening(calendar, AWARE),
        lambda calendar: open_periods_after(calendar, AWARE, count=1),
        lambda calendar: open_periods_before(calendar, AWARE, count=1),
    ],
)
def test_a_week_without_work_is_an_error_that_names_the_calendar_and_not_an_endless_loop(
    ask: Callable[..., object],
) -> None:
    with pytest.raises(CalendarWithoutWorkingTime, match="“Repair workshop” has no working time within two years"):
        ask(CLOSED)


def test_a_week_without_work_is_simply_never_open() -> None:
    assert not is_open(CLOSED, AWARE)
    assert working_seconds_between(CLOSED, AWARE, AWARE + timedelta(3650)) == 0
    assert open_periods_after(CLOSED, AWARE, until=AWARE + timedelta(3650)) == []
    assert open_periods_before(CLOSED, AWARE, until=AWARE - timedelta(3650)) == []


def test_two_years_without_work_are_borne_and_a_day_more_is_not() -> None:
    once = a_calendar(hours={}, exceptions={"2028-01-05": [["10:00", "11:00"]]})
    assert next_opening(once, AWARE) == m("2028-01-05T10:00")
    assert next_opening(once, m("2026-01-04T10:00")) == m("2028-01-05T10:00")
    with pytest.raises(CalendarWithoutWorkingTime) as caught:
        next_opening(once, m("2026-01-04T09:59"))
    assert caught.value.at == m("2026-01-04T09:59")
    # The hour is spent, and after it nobody works any more.
    assert add_working_seconds(once, AWARE, HOUR) == m("2028-01-05T11:00")
    with pytest.raises(CalendarWithoutWorkingTime) as caught:
        add_working_seconds(once, AWARE, HOUR + 1)
    assert caught.value.at == m("2028-01-05T11:00")


def test_a_pause_may_be_longer_than_two_years() -> None:
    pause = (m("2026-01-05T12:00"), m("2029-01-05T12:00"))
    assert add_working_seconds(OFFICE, AWARE, 3 * HOUR, [pause]) == m("2029-01-05T13:00")


@pytest.mark.parametrize("ask", [add_working_seconds, add_working_days])
def test_time_is_not_taken_away(ask: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="added, not taken away"):
        ask(OFFICE, AWARE, -1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: is_open(OFFICE, datetime(1899, 12, 31, tzinfo=UTC)),
        lambda: is_open(OFFICE, datetime(2200, 1, 1, tzinfo=UTC)),
        lambda: is_open(OFFICE, datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("America/New_York"))),
        lambda: is_open(OFFICE, datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Kolkata"))),
        lambda: add_working_seconds(OFFICE, AWARE, 10**10),
        lambda: working_seconds_between(OFFICE, AWARE, datetime(2300, 1, 1, tzinfo=UTC)),
        lambda: open_periods_after(OFFICE, AWARE, until=datetime(2300, 1, 1, tzinfo=UTC)),
        lambda: open_periods_before(OFFICE, AWARE, until=datetime(1800, 1, 1, tzinfo=UTC)),
        lambda: open_periods_after(OFFICE, datetime(2300, 1, 1, tzinfo=UTC), count=1),
        lambda: open_periods_before(OFFICE, datetime(1800, 1, 1, tzinfo=UTC), count=1),
    ],
)
def test_a_moment_beyond_the_years_we_count_is_refused(ask: Callable[..., object]) -> None:
    with pytest.raises(MomentOutOfReachError, match="is counted from 1900 to 2199"):
        ask()


def test_fractions_of_a_second_are_kept_when_adding_and_dropped_when_counting() -> None:
    at = m("2026-01-05T16:59:58.250000")
    assert add_working_seconds(OFFICE, at, 1) == m("2026-01-05T16:59:59.250000")
    assert add_working_seconds(OFFICE, at, 2) == m("2026-01-06T09:00:00.250000")
    assert working_seconds_between(OFFICE, at, m("2026-01-05T18:00")) == 1


def test_the_answer_does_not_depend_on_the_zone_in_which_one_asks() -> None:
    in_kolkata = AWARE.astimezone(ZoneInfo("Asia/Kolkata"))
    due = add_working_seconds(OFFICE, in_kolkata, 10 * HOUR)
    assert due == m("2026-01-06T12:00")
    assert due.tzinfo is UTC


def test_around_the_clock_no_minute_is_lost_at_midnight() -> None:
    for zone in ("Etc/UTC", "Europe/Bucharest", "Australia/Lord_Howe"):
        calendar = a_calendar(zone, {key: [["00:00", "24:00"]] for key in ALL_DAYS})
        assert add_working_seconds(calendar, AWARE, 365 * DAY) == AWARE + timedelta(365)
        assert working_seconds_between(calendar, AWARE, AWARE + timedelta(365)) == 365 * DAY


def test_a_day_that_a_zone_skipped_has_no_working_time() -> None:
    apia = a_calendar("Pacific/Apia", {key: [["10:00", "12:00"]] for key in ALL_DAYS})
    # Samoa went from Thursday 29 December 2011 to Saturday the 31st.
    periods = open_periods_after(apia, m("2011-12-29T12:00"), count=3)
    assert [period.opens_at.isoformat() for period in periods] == [
        "2011-12-29T20:00:00+00:00",
        "2011-12-30T20:00:00+00:00",
        "2011-12-31T20:00:00+00:00",
    ]


def test_the_twenty_ninth_of_february_is_worked_when_there_is_one() -> None:
    assert working_seconds_between(OFFICE, m("2028-02-28T00:00"), m("2028-03-02T00:00")) == 24 * HOUR
    assert working_seconds_between(OFFICE, m("2027-02-28T00:00"), m("2027-03-02T00:00")) == 8 * HOUR


def test_public_holidays_close_a_calendar_from_year_to_year() -> None:
    calendar = a_calendar("Europe/Bucharest", holidays={"country": "RO", "worked": ["2027-01-06"]})
    # From Wednesday 30 December 16:00; closed 1, 6 (worked here) and 7 January; 2 January is a Saturday.
    assert add_working_seconds(calendar, m("2026-12-30T14:00"), 1 * HOUR + 8 * HOUR + 3 * 8 * HOUR + 1) == m(
        "2027-01-08T07:00:01"
    )


def test_a_promise_of_a_year_is_counted_in_a_few_steps() -> None:
    calendar = a_calendar("Europe/Madrid", hours={key: [["08:15", "16:30"]] for key in WORKDAYS})
    before = open_year.cache_info()
    add_working_seconds(calendar, m("2026-03-03T10:00"), 365 * DAY)
    spread_out = open_year.cache_info().misses - before.misses
    assert spread_out == 5  # 8,760 hours of 8.25 a day last from 2026 into 2030: one look at each year
    for seconds in range(1000):
        add_working_seconds(calendar, m("2026-03-03T10:00"), seconds * 3600)
    assert open_year.cache_info().misses == before.misses + spread_out
    assert open_year.cache_info().maxsize == 512


def test_a_working_day_later_is_the_same_wall_time_or_the_next_opening() -> None:
    warsaw = a_calendar("Europe/Warsaw", holidays={"country": "PL"})
    assert add_working_days(warsaw, m("2026-03-27T13:00"), 1) == m("2026-03-30T12:00")  # summer time began on Sunday
    assert add_working_days(warsaw, m("2026-03-27T17:00"), 1) == m("2026-03-31T07:00")  # 18:00: closed, so Tuesday
    assert add_working_days(warsaw, m("2026-04-30T10:00"), 1) == m("2026-05-04T10:00")  # Friday 1 May is a holiday
    assert add_working_days(warsaw, m("2026-05-02T10:00"), 0) == m("2026-05-04T07:00")


def test_open_periods_want_either_a_count_or_an_end() -> None:
    for ask in (open_periods_after, open_periods_before):
        with pytest.raises(ValueError, match="either how many"):
            ask(OFFICE, AWARE)
        with pytest.raises(ValueError, match="either how many"):
            ask(OFFICE, AWARE, count=1, until=AWARE)
        with pytest.raises(ValueError, match="less than none"):
            ask(OFFICE, AWARE, count=-1)
        assert ask(OFFICE, AWARE, count=0) == []


def test_an_unbroken_period_is_one_even_over_midnight_and_the_turn_of_the_year() -> None:
    new_year = a_calendar(hours={}, exceptions={"2026-12-31": [["20:00", "24:00"]], "2027-01-01": [["00:00", "03:00"]]})
    whole = OpenPeriod(m("2026-12-31T20:00"), m("2027-01-01T03:00"))
    assert open_periods_after(new_year, m("2026-12-31T12:00"), count=2) == [whole]
    assert open_periods_before(new_year, m("2027-01-02T12:00"), count=2) == [whole]
    assert open_periods_after(new_year, m("2026-12-31T21:00"), until=m("2027-01-01T01:00")) == [
        OpenPeriod(m("2026-12-31T21:00"), m("2027-01-01T01:00"))
    ]


def test_who_is_always_open_has_one_period_which_we_follow_for_two_years() -> None:
    assert open_periods_after(ALWAYS, AWARE, count=5) == [OpenPeriod(AWARE, AWARE + timedelta(731))]
    assert open_periods_before(ALWAYS, AWARE, count=5) == [OpenPeriod(AWARE - timedelta(731), AWARE)]


def test_the_next_opening_is_now_while_open() -> None:
    assert next_opening(OFFICE, AWARE) == AWARE
    assert next_opening(OFFICE, m("2026-01-05T17:00")) == m("2026-01-06T09:00")
    assert next_opening(OFFICE, m("2026-01-09T17:00")) == m("2026-01-12T09:00")
