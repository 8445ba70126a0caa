"""Clocks: what a promise's events mean. A week of office hours, Monday 5 January 2026 and after, in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clientela.promises.rules import (
    CalendarWithoutWorkingTime,
    ClockEvent,
    ClockEventKind,
    ClockPhase,
    ClockProblemError,
    ClockState,
    NaiveMomentError,
    TermsProblemError,
    calendar_from_json,
    clock_event_from_json,
    clock_event_to_json,
    clock_state,
    next_notice_at,
)

HOUR = 3600
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = calendar_from_json(
    {"name": "Office", "zone": "Etc/UTC", "hours": {key: [["09:00", "17:00"]] for key in WORKDAYS}}
)
LATE_SHIFT = calendar_from_json(
    {"name": "Late shift", "zone": "Etc/UTC", "hours": {key: [["14:00", "22:00"]] for key in WORKDAYS}}
)


def m(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def e(kind: str, text: str, **more: Any) -> ClockEvent:
    return ClockEvent(at=m(text), kind=ClockEventKind(kind), **more)


def state(now: str, *events: ClockEvent, **more: Any) -> ClockState:
    promise = {"calendar": OFFICE} | ({} if "fixed_due_at" in more else {"target_seconds": 4 * HOUR}) | more
    return clock_state(events=events, now=m(now), **promise)


START = e("start", "01-05T10:00")


def test_a_running_clock_tells_what_is_used_left_and_due() -> None:
    found = state("01-05T11:30", START)
    assert found.phase == ClockPhase.RUNNING
    assert (found.at, found.started_at) == (m("01-05T11:30"), m("01-05T10:00"))
    assert (found.working_seconds_used, found.working_seconds_left) == (5400, 9000)
    assert (found.warn_at, found.due_at) == (m("01-05T13:12"), m("01-05T14:00"))
    assert (found.late_working_seconds, found.early_working_seconds) == (0, 0)
    assert (found.kept_at, found.first_broken_at) == (None, None)
    assert not found.is_at_risk
    assert not found.is_paused
    assert not found.is_ended


def test_the_next_notice_is_the_warning_then_the_due_moment_then_none() -> None:
    assert next_notice_at(state("01-05T13:11:59", START)) == m("01-05T13:12")
    at_warning = state("01-05T13:12", START)
    assert at_warning.is_at_risk
    assert next_notice_at(at_warning) == m("01-05T14:00")
    at_due = state("01-05T14:00", START)
    assert (at_due.phase, at_due.working_seconds_left) == (ClockPhase.RUNNING, 0)
    assert next_notice_at(at_due) == m("01-05T14:00")
    after = state("01-05T14:00:01", START)
    assert (after.phase, after.is_at_risk) == (ClockPhase.BROKEN_OPEN, False)
    assert next_notice_at(after) is None


def test_a_broken_promise_grows_late_only_in_working_time() -> None:
    found = state("01-06T10:00", START)
    assert found.phase == ClockPhase.BROKEN_OPEN
    assert (found.late_working_seconds, found.working_seconds_left) == (4 * HOUR, -4 * HOUR)
    assert found.due_at == found.first_broken_at == m("01-05T14:00")


def test_kept_in_time_tells_how_early() -> None:
    found = state("03-01T00:00", START, e("keep", "01-05T12:00"))
    assert (found.phase, found.is_ended) == (ClockPhase.KEPT, True)
    assert (found.kept_at, found.due_at) == (m("01-05T12:00"), m("01-05T14:00"))
    assert (found.early_working_seconds, found.late_working_seconds) == (2 * HOUR, 0)
    assert found.working_seconds_used == 2 * HOUR
    assert found.first_broken_at is None
    assert next_notice_at(found) is None


def test_kept_at_the_very_due_moment_is_kept_and_a_second_later_is_late() -> None:
    kept = state("01-07T00:00", START, e("keep", "01-05T14:00"))
    assert (kept.phase, kept.early_working_seconds, kept.first_broken_at) == (ClockPhase.KEPT, 0, None)
    late = state("01-07T00:00", START, e("keep", "01-05T14:00:01"))
    assert (late.phase, late.late_working_seconds) == (ClockPhase.KEPT_LATE, 1)
    assert late.first_broken_at == m("01-05T14:00")
    assert next_notice_at(late) is None


def test_a_due_moment_at_the_end_of_the_day_stays_there_and_the_weekend_after_it_is_late_by_no_working_time() -> None:
    start = e("start", "01-09T13:00")
    assert state("01-09T13:00", start).due_at == m("01-09T17:00")
    found = state("01-10T12:00", start, e("keep", "01-10T11:00"))
    assert (found.phase, found.late_working_seconds) == (ClockPhase.KEPT_LATE, 0)


def test_a_pause_holds_the_due_moment_back_until_it_ends() -> None:
    waiting = [START, e("pause", "01-05T11:00", reason="waiting_customer")]
    paused = state("01-07T12:00", *waiting)
    assert (paused.phase, paused.is_paused) == (ClockPhase.PAUSED, True)
    assert (paused.due_at, paused.warn_at, next_notice_at(paused)) == (None, None, None)
    assert (paused.working_seconds_used, paused.working_seconds_left) == (HOUR, 3 * HOUR)
    assert paused.due_if_resumed_at(m("01-07T12:00")) == m("01-07T15:00")
    resumed = state("01-07T12:00", *waiting, e("resume", "01-07T12:00", reason="waiting_customer"))
    assert (resumed.phase, resumed.due_at) == (ClockPhase.RUNNING, m("01-07T15:00"))
    assert resumed.due_if_resumed_at(m("01-08T12:00")) == m("01-07T15:00")


def test_a_warning_that_was_reached_before_the_pause_stays() -> None:
    found = state("01-07T12:00", START, e("pause", "01-05T13:30"))
    assert (found.warn_at, found.due_at) == (m("01-05T13:12"), None)


def test_two_reasons_to_wait_hold_until_both_are_gone() -> None:
    events = [
        START,
        e("pause", "01-05T11:00", reason="waiting_customer"),
        e("pause", "01-05T11:30", reason="waiting_department"),
        e("resume", "01-05T12:00", reason="waiting_customer"),
    ]
    assert state("01-05T13:00", *events).phase == ClockPhase.PAUSED
    found = state("01-05T13:00", *events, e("resume", "01-05T12:30", reason="waiting_department"))
    assert (found.phase, found.working_seconds_used) == (ClockPhase.RUNNING, HOUR + HOUR // 2)
    everything = state("01-05T13:00", *events, e("resume", "01-05T12:30"))
    assert (everything.phase, everything.working_seconds_used) == (ClockPhase.RUNNING, HOUR + HOUR // 2)


def test_waiting_for_one_thing_and_then_another_at_the_same_moment_stays_paused() -> None:
    events = [
        START,
        e("pause", "01-05T11:00", reason="waiting_customer"),
        e("resume", "01-05T12:00", reason="waiting_customer"),
        e("pause", "01-05T12:00", reason="waiting_date"),
    ]
    assert state("01-05T13:00", *events).working_seconds_used == HOUR
    assert state("01-05T13:00", *reversed(events)).phase == ClockPhase.PAUSED


def test_only_the_reasons_in_the_terms_pause() -> None:
    waiting = [START, e("pause", "01-05T11:00", reason="waiting_department")]
    ignored = state("01-05T12:00", *waiting, pauses_while=frozenset({"waiting_customer"}))
    assert (ignored.phase, ignored.working_seconds_used) == (ClockPhase.RUNNING, 2 * HOUR)
    counted = state("01-05T12:00", *waiting, pauses_while=frozenset({"waiting_department"}))
    assert (counted.phase, counted.working_seconds_used) == (ClockPhase.PAUSED, HOUR)


def test_new_terms_may_pause_for_what_the_old_ones_did_not() -> None:
    waiting = [START, e("pause", "01-05T11:00", reason="waiting_department")]
    change = e("change_terms", "01-05T12:00", pauses_while=frozenset({"waiting_department"}))
    found = state("01-05T16:00", *waiting, change, pauses_while=frozenset())
    assert (found.phase, found.working_seconds_used) == (ClockPhase.PAUSED, 2 * HOUR)
    back = e("change_terms", "01-05T15:00", pauses_while=frozenset())
    found = state("01-05T16:00", *waiting, change, back, pauses_while=frozenset())
    assert (found.phase, found.working_seconds_used) == (ClockPhase.RUNNING, 3 * HOUR)


def test_positions_order_what_happened_at_one_moment() -> None:
    pause, resume = e("pause", "01-05T11:00", position=2), e("resume", "01-05T11:00", position=1)
    assert state("01-05T12:00", START, pause, resume).phase == ClockPhase.PAUSED


def test_without_positions_what_begins_comes_before_what_ends_it() -> None:
    together = [e("resume", "01-05T11:00"), e("pause", "01-05T11:00")]
    assert state("01-05T12:00", START, *together).phase == ClockPhase.RUNNING
    assert state("01-05T12:00", START, *reversed(together)).phase == ClockPhase.RUNNING
    at_once = [e("pause", "01-05T10:00"), e("keep", "01-05T10:00"), START]
    assert state("01-05T12:00", *at_once).phase == ClockPhase.KEPT


def test_what_was_broken_before_the_pause_stays_broken_and_grows_no_later() -> None:
    broken = [START, e("pause", "01-05T15:00")]
    found = state("01-20T12:00", *broken)
    assert (found.phase, found.is_paused) == (ClockPhase.BROKEN_OPEN, True)
    assert (found.due_at, found.late_working_seconds) == (m("01-05T14:00"), HOUR)
    assert found.due_if_resumed_at(m("01-20T12:00")) == m("01-05T14:00")


def test_a_pause_that_begins_at_the_due_moment_comes_too_late() -> None:
    events = [START, e("pause", "01-05T14:00")]
    assert state("01-05T14:00", *events).due_at == m("01-05T14:00")
    assert state("01-05T14:00:01", *events).phase == ClockPhase.BROKEN_OPEN


def test_a_cancelled_promise_owes_nothing_but_remembers_that_it_was_broken() -> None:
    cancelled = state("02-01T12:00", START, e("cancel", "01-05T12:00"), e("keep", "01-06T12:00"))
    assert (cancelled.phase, cancelled.is_ended) == (ClockPhase.CANCELLED, True)
    assert (cancelled.due_at, cancelled.warn_at, next_notice_at(cancelled)) == (None, None, None)
    assert (cancelled.working_seconds_used, cancelled.first_broken_at, cancelled.kept_at) == (2 * HOUR, None, None)
    broken = state("02-01T12:00", START, e("cancel", "01-06T12:00"))
    assert (broken.phase, broken.first_broken_at) == (ClockPhase.CANCELLED, m("01-05T14:00"))


def test_a_promise_cancelled_in_time_is_never_broken_afterwards() -> None:
    for promise in ({}, {"fixed_due_at": m("01-05T14:00")}):
        for moment in ("01-05T13:00", "01-05T14:00"):
            found = state("02-01T12:00", START, e("cancel", moment), **promise)
            assert (found.phase, found.first_broken_at, found.late_working_seconds) == (ClockPhase.CANCELLED, None, 0)
            assert found.at == m("02-01T12:00")


def test_a_kept_promise_can_neither_be_cancelled_nor_kept_again_nor_paused() -> None:
    kept = [START, e("keep", "01-05T12:00")]
    later = [e("pause", "01-05T13:00"), e("keep", "01-07T12:00"), e("cancel", "01-08T12:00")]
    assert state("02-01T12:00", *kept, *later) == state("02-01T12:00", *kept)


def test_shorter_terms_may_be_broken_already_by_the_time_used() -> None:
    change = e("change_terms", "01-05T13:00", target_seconds=2 * HOUR)
    assert state("01-05T12:59", START, change).due_at == m("01-05T14:00")
    found = state("01-05T13:00", START, change)
    assert (found.phase, found.due_at, found.late_working_seconds) == (ClockPhase.BROKEN_OPEN, m("01-05T12:00"), HOUR)


def test_longer_terms_save_the_future_but_not_the_past() -> None:
    change = e("change_terms", "01-05T15:00", target_seconds=6 * HOUR)
    found = state("01-05T15:00", START, change)
    assert (found.phase, found.due_at) == (ClockPhase.RUNNING, m("01-05T16:00"))
    assert found.first_broken_at == m("01-05T14:00")


def test_another_calendar_counts_from_its_change_on() -> None:
    change = e("change_terms", "01-05T12:00", calendar="late")
    found = state("01-05T23:00", START, change, calendars={"late": LATE_SHIFT})
    assert (found.working_seconds_used, found.due_at) == (10 * HOUR, m("01-05T16:00"))
    assert found.calendar is LATE_SHIFT
    paused = state("01-05T23:00", START, e("pause", "01-05T11:00"), change, calendars={"late": LATE_SHIFT})
    assert paused.due_if_resumed_at(m("01-06T10:00")) == m("01-06T17:00")


def test_a_change_of_terms_after_keeping_counts_only_from_a_reopening_on() -> None:
    events = [START, e("keep", "01-05T13:00"), e("change_terms", "01-05T14:00", target_seconds=2 * HOUR)]
    assert state("01-06T12:00", *events).phase == ClockPhase.KEPT
    assert state("01-06T12:00", *events).early_working_seconds == HOUR
    reopened = state("01-06T12:00", *events, e("reopen", "01-06T11:00", on_reopen="resume"))
    assert (reopened.phase, reopened.late_working_seconds) == (ClockPhase.BROKEN_OPEN, 2 * HOUR)


PERSONAL = {"fixed_due_at": m("01-06T15:00")}  # on Tuesday at three


def test_a_personal_promise_is_due_at_its_own_moment_whatever_the_hours() -> None:
    found = state("01-05T12:00", START, **PERSONAL)
    assert (found.phase, found.due_at) == (ClockPhase.RUNNING, m("01-06T15:00"))
    assert (found.working_seconds_used, found.working_seconds_left) == (2 * HOUR, 11 * HOUR)
    assert found.warn_at == m("01-06T12:24")  # 80 % of 13 working hours
    on_sunday = state("01-05T12:00", START, fixed_due_at=m("01-11T12:00"))
    assert on_sunday.due_at == m("01-11T12:00")


def test_no_pause_shifts_a_personal_promise() -> None:
    paused = state("01-06T15:01", START, e("pause", "01-05T11:00"), **PERSONAL)
    assert (paused.phase, paused.is_paused, paused.late_working_seconds) == (ClockPhase.BROKEN_OPEN, False, 60)


def test_a_personal_promise_kept_early_and_late() -> None:
    early = state("01-09T12:00", START, e("keep", "01-06T14:00"), **PERSONAL)
    assert (early.phase, early.early_working_seconds, early.working_seconds_used) == (ClockPhase.KEPT, HOUR, 12 * HOUR)
    late = state("01-09T12:00", START, e("keep", "01-07T10:00"), **PERSONAL)
    assert (late.phase, late.late_working_seconds) == (ClockPhase.KEPT_LATE, 3 * HOUR)


def test_a_personal_promise_can_be_moved_but_not_past_its_breaking() -> None:
    in_time = state("01-06T16:00", START, e("move", "01-06T14:00", due_at=m("01-08T10:00")), **PERSONAL)
    assert (in_time.phase, in_time.due_at, in_time.first_broken_at) == (ClockPhase.RUNNING, m("01-08T10:00"), None)
    too_late = state("01-06T17:00", START, e("move", "01-06T16:00", due_at=m("01-08T10:00")), **PERSONAL)
    assert (too_late.phase, too_late.due_at) == (ClockPhase.RUNNING, m("01-08T10:00"))
    assert too_late.first_broken_at == m("01-06T15:00")


def test_a_personal_promise_for_the_weekend_warns_by_real_time() -> None:
    start = e("start", "01-10T10:00")
    found = state("01-10T11:00", start, fixed_due_at=m("01-10T20:00"))
    assert (found.warn_at, found.working_seconds_left) == (m("01-10T18:00"), 0)


def test_a_personal_promise_given_after_its_moment_is_broken_at_once() -> None:
    found = state("01-06T16:30", e("start", "01-06T16:00"), **PERSONAL)
    assert (found.phase, found.warn_at, found.late_working_seconds) == (
        ClockPhase.BROKEN_OPEN,
        m("01-06T15:00"),
        HOUR + HOUR // 2,
    )


def test_what_has_not_happened_yet_does_not_count() -> None:
    events = [START, e("pause", "01-05T11:00"), e("resume", "01-05T12:00"), e("keep", "01-05T13:00")]
    assert state("01-05T10:30", *events).phase == ClockPhase.RUNNING
    assert state("01-05T11:30", *events).phase == ClockPhase.PAUSED
    assert state("01-05T12:30", *events).working_seconds_used == HOUR + HOUR // 2
    assert state("01-05T13:00", *events).phase == ClockPhase.KEPT


def test_two_machines_whose_clocks_differ_by_a_moment_do_not_upset_a_promise() -> None:
    found = state("01-05T09:59:59", START)
    assert (found.at, found.working_seconds_used, found.phase) == (m("01-05T10:00"), 0, ClockPhase.RUNNING)
    early_pause = state("01-05T12:00", START, e("pause", "01-05T09:59:59"))
    assert (early_pause.phase, early_pause.working_seconds_used) == (ClockPhase.PAUSED, 0)
    over_already = [e("pause", "01-05T09:59:58"), e("resume", "01-05T09:59:59")]
    assert state("01-05T12:00", START, *over_already).working_seconds_used == 2 * HOUR


def test_a_clock_counts_whole_seconds() -> None:
    events = [
        e("start", "01-05T10:00:00.900000"),
        e("pause", "01-05T10:00:01.100000"),
        e("resume", "01-05T10:00:02.900000"),
    ]
    found = state("01-05T10:00:03.100000", *events)
    assert (found.working_seconds_used, found.working_seconds_left) == (2, 4 * HOUR - 2)
    assert (found.started_at, found.due_at) == (m("01-05T10:00:00.900000"), m("01-05T14:00:01"))


def test_a_clock_starts_once() -> None:
    assert state("01-05T13:00", START, e("start", "01-05T12:00")).working_seconds_used == 3 * HOUR


@pytest.mark.parametrize(
    ("events", "more", "problem"),
    [
        ([], {}, "it is missing, so the clock never began."),
        ([e("keep", "01-05T11:00")], {}, "it is missing, so the clock never began."),
        ([START], {"target_seconds": None}, "give either target_seconds or fixed_due_at."),
        ([START], {"target_seconds": 60, **PERSONAL}, "give either target_seconds or fixed_due_at."),
        ([START], {"target_seconds": 0}, "target_seconds is 0, no time at all."),
        (
            [START, e("move", "01-05T11:00", due_at=m("01-06T11:00"))],
            {},
            "only a promise with a due moment of its own can be moved.",
        ),
        (
            [START, e("change_terms", "01-05T11:00", target_seconds=60)],
            PERSONAL,
            "a promise with a due moment of its own has no terms; move it.",
        ),
        ([START, e("change_terms", "01-05T11:00", calendar="late")], {}, "the calendar “late” was not given."),
    ],
)
def test_events_that_no_clock_can_have_are_refused(
    events: list[ClockEvent], more: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ClockProblemError) as caught:
        state("01-05T12:00", *events, **more)
    assert caught.value.problem == problem


def test_a_calendar_without_working_time_gives_no_due_moment_but_an_error_with_its_name() -> None:
    closed = calendar_from_json({"name": "Closed", "zone": "Etc/UTC"})
    with pytest.raises(CalendarWithoutWorkingTime, match="“Closed”"):
        state("01-05T12:00", START, calendar=closed)


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(TermsProblemError):
        state("01-05T12:00", START, warn_share=share)


def test_the_whole_time_as_warning_share_warns_when_due() -> None:
    found = state("01-05T12:00", START, warn_share=1.0)
    assert found.warn_at == found.due_at == next_notice_at(found) == m("01-05T14:00")


NAIVE = datetime(2026, 1, 5, 10)  # noqa: DTZ001 - the refusal of such a moment is what is tested


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ClockEvent(at=NAIVE, kind=ClockEventKind.START),
        lambda: ClockEvent(at=m("01-05T10:00"), kind=ClockEventKind.MOVE, due_at=NAIVE),
        lambda: clock_state(events=[START], now=NAIVE, calendar=OFFICE, target_seconds=60),
        lambda: clock_state(events=[START], now=m("01-05T10:00"), calendar=OFFICE, fixed_due_at=NAIVE),
        lambda: state("01-05T12:00", START, e("pause", "01-05T11:00")).due_if_resumed_at(NAIVE),
    ],
)
def test_a_naive_moment_is_refused(ask: Callable[..., object]) -> None:
    with pytest.raises(NaiveMomentError):
        ask()


@pytest.mark.parametrize(
    ("kind", "more", "problem"),
    [
        ("reopen", {}, "on_reopen is “”, not one of resume, restart, never."),
        ("reopen", {"on_reopen": "again"}, "on_reopen is “again”, not one of resume, restart, never."),
        ("change_terms", {}, "nothing changes: give target_seconds, calendar or pauses_while."),
        ("change_terms", {"target_seconds": 0}, "target_seconds is 0, no time at all."),
        ("move", {}, "due_at is missing."),
    ],
)
def test_an_event_that_lacks_what_it_needs_is_refused(kind: str, more: dict[str, Any], problem: str) -> None:
    with pytest.raises(ClockProblemError) as caught:
        e(kind, "01-05T10:00", **more)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (START, {}),
        (e("pause", "01-05T10:00", reason="waiting_date", position=7), {"reason": "waiting_date"}),
        (e("reopen", "01-05T10:00", on_reopen="never"), {"on_reopen": "never"}),
        (
            e("change_terms", "01-05T10:00", target_seconds=60, calendar="12", pauses_while=frozenset({"b", "a"})),
            {"target_seconds": 60, "calendar": "12", "pauses_while": ["a", "b"]},
        ),
        (e("change_terms", "01-05T10:00", pauses_while=frozenset()), {"pauses_while": []}),
        (e("move", "01-05T10:00", due_at=m("01-06T11:00")), {"due_at": "2026-01-06T11:00:00+00:00"}),
    ],
)
def test_an_event_is_written_as_json_and_read_back(event: ClockEvent, data: dict[str, object]) -> None:
    assert clock_event_to_json(event) == data
    assert clock_event_from_json(at=event.at, kind=str(event.kind), data=data, position=event.position) == event


def test_an_event_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ClockProblemError, match="“stop”: no such kind"):
        clock_event_from_json(at=m("01-05T10:00"), kind="stop", data={})


def test_the_same_moment_in_another_zone_gives_the_same_state() -> None:
    in_honolulu = clock_state(
        events=[ClockEvent(at=START.at.astimezone(ZoneInfo("Pacific/Honolulu")), kind=ClockEventKind.START)],
        now=m("01-05T11:30").astimezone(ZoneInfo("Asia/Kolkata")),
        calendar=OFFICE,
        target_seconds=4 * HOUR,
    )
    assert in_honolulu == state("01-05T11:30", START)
