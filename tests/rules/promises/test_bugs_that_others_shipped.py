"""Mistakes that other products made with promised times, each once, so that we do not make them again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clientela.promises.rules import (
    CalendarWithoutWorkingTime,
    ClockEvent,
    ClockEventKind,
    ClockPhase,
    ClockState,
    NaiveMomentError,
    WorkingCalendar,
    add_working_seconds,
    calendar_from_json,
    clock_state,
    events_of_hand_over,
    holiday_name,
    next_notice_at,
    working_seconds_between,
)

HOUR = 3600
DAY = 24 * HOUR
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def a_calendar(zone: str = "Etc/UTC", hours: dict[str, object] | None = None, **more: Any) -> WorkingCalendar:
    weekly = {key: [["09:00", "17:00"]] for key in WORKDAYS} if hours is None else hours
    return calendar_from_json({"name": "Care", "zone": zone, "hours": weekly, **more})


OFFICE = a_calendar()


def m(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def e(kind: str, text: str, **more: Any) -> ClockEvent:
    return ClockEvent(at=m(text), kind=ClockEventKind(kind), **more)


def state(
    now: str, *events: ClockEvent, calendar: WorkingCalendar = OFFICE, target_seconds: int = 4 * HOUR
) -> ClockState:
    return clock_state(events=events, now=m(now), calendar=calendar, target_seconds=target_seconds)


def test_a_pause_is_not_lost_when_the_terms_change() -> None:
    events = [
        e("start", "01-05T09:00"),
        e("pause", "01-05T10:00", reason="waiting_customer"),
        e("resume", "01-05T12:00", reason="waiting_customer"),
        e("pause", "01-05T13:00", reason="waiting_customer"),
        e("change_terms", "01-05T14:00", target_seconds=6 * HOUR),
    ]
    still_paused = state("01-05T15:00", *events)
    assert (still_paused.phase, still_paused.working_seconds_used) == (ClockPhase.PAUSED, 2 * HOUR)
    resumed = state("01-06T09:00", *events, e("resume", "01-06T09:00", reason="waiting_customer"))
    assert (resumed.phase, resumed.due_at) == (ClockPhase.RUNNING, m("01-06T13:00"))


def test_nothing_is_broken_while_it_waits() -> None:
    events = [e("start", "01-05T09:00"), e("pause", "01-05T12:59:59", reason="waiting_customer")]
    for now in ("01-05T13:00:01", "01-07T12:00", "12-31T12:00"):
        found = state(now, *events)
        assert (found.phase, found.working_seconds_left) == (ClockPhase.PAUSED, 1)
        assert (found.due_at, next_notice_at(found), found.first_broken_at) == (None, None, None)
    assert state("12-31T12:00", *events).due_if_resumed_at(m("12-31T12:00")) == m("12-31T12:00:01")


def test_from_paused_straight_to_kept_a_hold_from_february_to_august_does_not_count() -> None:
    events = [e("start", "02-02T09:00"), e("pause", "02-02T11:00", reason="waiting_date"), e("keep", "08-03T10:00")]
    found = state("08-04T10:00", *events)
    assert (found.phase, found.working_seconds_used, found.early_working_seconds) == (
        ClockPhase.KEPT,
        2 * HOUR,
        2 * HOUR,
    )
    assert (found.late_working_seconds, found.first_broken_at) == (0, None)


def test_a_warning_comes_when_people_work_and_not_at_midnight() -> None:
    bucharest = a_calendar("Europe/Bucharest", holidays={"country": "RO"})
    # A minute before closing on the eve of the long Easter weekend (Friday 10 to Monday 13 April).
    found = state("04-09T13:59", e("start", "04-09T13:59"), calendar=bucharest, target_seconds=600)
    assert (found.warn_at, found.due_at) == (m("04-14T06:07"), m("04-14T06:09"))
    assert next_notice_at(found) == m("04-14T06:07")
    # Asked at midnight on a Saturday.
    found = state("01-09T22:00", e("start", "01-09T22:00"), calendar=bucharest, target_seconds=1)
    assert found.due_at == m("01-12T07:00:01")
    assert add_working_seconds(bucharest, m("01-09T22:00"), 0) == m("01-12T07:00")


def test_the_second_department_does_not_inherit_a_spent_clock() -> None:
    first = [
        e("start", "01-05T09:00"),
        e("pause", "01-05T12:00", reason="waiting_customer"),
        e("resume", "01-05T12:30", reason="waiting_customer"),
    ]
    ended, begun = events_of_hand_over(first, at=m("01-05T13:15"), position=9)
    before = state("01-05T14:00", *first, *ended)
    assert (before.phase, before.first_broken_at) == (ClockPhase.CANCELLED, None)
    after = state("01-05T14:00", *begun)
    assert (after.phase, after.started_at) == (ClockPhase.RUNNING, m("01-05T13:15"))
    assert (after.working_seconds_used, after.due_at) == (2700, m("01-06T09:15"))


def test_the_second_department_goes_on_waiting_for_what_the_first_waited_for() -> None:
    first = [e("start", "01-05T09:00"), e("pause", "01-05T12:00", reason="waiting_customer")]
    _, begun = events_of_hand_over(first, at=m("01-05T13:00"))
    waiting = state("01-07T14:00", *begun)
    assert (waiting.phase, waiting.working_seconds_used) == (ClockPhase.PAUSED, 0)
    assert waiting.due_if_resumed_at(m("01-08T09:00")) == m("01-08T13:00")
    _, begun_before_the_pause = events_of_hand_over(first, at=m("01-05T11:00"))
    assert state("01-05T14:00", *begun_before_the_pause).phase == ClockPhase.RUNNING
    kept = [*first, e("keep", "01-05T12:30")]
    _, begun_after_keeping = events_of_hand_over(kept, at=m("01-05T13:00"))
    assert state("01-05T14:00", *begun_after_keeping).phase == ClockPhase.RUNNING


def test_a_department_that_had_broken_its_promise_is_not_washed_clean_by_handing_over() -> None:
    first = [e("start", "01-05T09:00")]
    ended, _ = events_of_hand_over(first, at=m("01-05T15:00"))
    assert state("01-05T16:00", *first, *ended).first_broken_at == m("01-05T13:00")


def test_around_the_clock_loses_no_minute_at_midnight() -> None:
    always = a_calendar("Europe/Warsaw", {key: [["00:00", "24:00"]] for key in (*WORKDAYS, "sat", "sun")})
    for days in (1, 2, 30, 365):
        assert add_working_seconds(always, m("03-01T12:00"), days * DAY) == m("03-01T12:00") + timedelta(days)
    found = state("03-31T12:00", e("start", "03-01T12:00"), calendar=always, target_seconds=60 * DAY)
    assert found.working_seconds_used == 30 * DAY


def test_an_unofficial_holiday_does_not_lengthen_a_promise() -> None:
    us = a_calendar("America/New_York", holidays={"country": "US"})
    # Groundhog Day, Saint Patrick's Day and Tax Day.
    for day in ("02-02", "03-17", "04-15"):
        assert holiday_name(us, m(f"{day}T00:00").date()) is None
        assert working_seconds_between(us, m(f"{day}T05:00"), m(f"{day}T23:59")) == 8 * HOUR
    assert working_seconds_between(us, m("02-16T05:00"), m("02-16T23:59")) == 0  # Washington's Birthday is official


def test_a_naive_local_moment_cannot_show_failed_to_someone_in_another_zone() -> None:
    with pytest.raises(NaiveMomentError):
        clock_state(
            events=[e("start", "01-05T09:00")],
            now=datetime(2026, 1, 5, 12),  # noqa: DTZ001 - the refusal of such a moment is what is tested
            calendar=OFFICE,
            target_seconds=HOUR,
        )
    events = [e("start", "01-05T09:00")]
    seen = {
        clock_state(events=events, now=m("01-05T12:59").astimezone(zone), calendar=OFFICE, target_seconds=4 * HOUR)
        for zone in (UTC, ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Los_Angeles"))
    }
    (found,) = seen
    assert found.phase == ClockPhase.RUNNING


def test_a_week_without_work_is_an_error_and_not_an_endless_loop() -> None:
    with pytest.raises(CalendarWithoutWorkingTime) as caught:
        state("01-05T12:00", e("start", "01-05T09:00"), calendar=a_calendar(hours={}))
    assert caught.value.calendar == "Care"


REOPENED = [e("start", "01-05T09:00"), e("keep", "01-05T12:00")]


def test_time_solved_is_not_counted_when_a_reopened_promise_goes_on() -> None:
    found = state("02-02T09:30", *REOPENED, e("reopen", "02-02T09:00", on_reopen="resume"))
    assert (found.phase, found.kept_at) == (ClockPhase.RUNNING, None)
    assert (found.working_seconds_used, found.due_at) == (3 * HOUR + HOUR // 2, m("02-02T10:00"))
    assert found.started_at == m("01-05T09:00")


def test_a_reopened_promise_that_starts_anew_has_all_of_its_time() -> None:
    found = state("02-02T09:30", *REOPENED, e("reopen", "02-02T09:00", on_reopen="restart"))
    assert (found.phase, found.kept_at) == (ClockPhase.RUNNING, None)
    assert (found.working_seconds_used, found.due_at) == (HOUR // 2, m("02-02T13:00"))
    assert found.started_at == m("02-02T09:00")


def test_a_reopened_promise_that_never_starts_again_stays_as_kept_as_it_was() -> None:
    reopen = e("reopen", "02-02T09:00", on_reopen="never")
    found = state("02-02T09:30", *REOPENED, reopen)
    assert (found.phase, found.kept_at, found.early_working_seconds) == (ClockPhase.KEPT, m("01-05T12:00"), HOUR)


def test_reopened_and_kept_again_counts_both_stretches_and_nothing_between() -> None:
    again = [e("reopen", "02-02T09:00", on_reopen="resume"), e("keep", "02-02T10:30")]
    found = state("03-01T09:00", *REOPENED, *again)
    assert (found.phase, found.working_seconds_used) == (ClockPhase.KEPT_LATE, 4 * HOUR + HOUR // 2)
    assert (found.late_working_seconds, found.first_broken_at) == (HOUR // 2, m("02-02T10:00"))


def test_a_promise_reopened_out_of_a_pause_does_not_wait_any_more() -> None:
    events = [
        e("start", "01-05T09:00"),
        e("pause", "01-05T10:00", reason="waiting_customer"),
        e("keep", "01-06T12:00"),
        e("reopen", "01-07T09:00", on_reopen="resume"),
    ]
    found = state("01-07T10:00", *events)
    assert (found.phase, found.working_seconds_used) == (ClockPhase.RUNNING, 2 * HOUR)
    # Nor does the old reason come back when a new wait ends.
    again = [e("pause", "01-07T10:00", reason="waiting_date"), e("resume", "01-07T11:00", reason="waiting_date")]
    assert state("01-07T11:30", *events, *again).working_seconds_used == 2 * HOUR + HOUR // 2
