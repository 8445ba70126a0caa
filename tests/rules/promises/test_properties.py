"""What must hold for any calendar, any pauses and any life of a clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clientela.promises.rules import (
    ClockEvent,
    ClockEventKind,
    ClockPhase,
    ClockState,
    WorkingCalendar,
    add_working_seconds,
    calendar_from_json,
    clock_state,
    is_open,
    next_notice_at,
    open_periods_after,
    open_periods_before,
    working_seconds_between,
)
from tests.rules.promises.walk import WEEKDAYS, Span, Walker

some = settings(deadline=None, max_examples=50, database=None)
HOUR = 3600
ZONES = (
    "Etc/UTC",
    "Europe/Bucharest",
    "Europe/Madrid",
    "Europe/Warsaw",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
# Around the nights on which clocks change, the turn of the year and 29 February, where counting goes wrong.
DAYS = [
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        *("2027-03-26", "2026-10-23", "2026-03-06", "2026-10-30", "2026-04-03", "2026-10-02"),
        *("2026-12-30", "2028-02-27", "2026-06-10"),
    )
]


def text_of(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def windows(draw: st.DrawFn) -> list[str]:
    start = draw(st.integers(0, 1439))
    end = draw(st.integers(0, 1440).filter(lambda minute: minute != start))
    return [text_of(start), text_of(end)]


day_windows = st.lists(windows(), max_size=3)


@st.composite
def schedules(draw: st.DrawFn) -> dict[str, Any]:
    """A schedule as in a vector file, with at least one window in the week."""
    hours = {day: draw(day_windows) for day in WEEKDAYS}
    assume(any(hours.values()))
    dates = [f"{day.date() + timedelta(shift)}" for day in DAYS for shift in range(5)]
    return {
        "zone": draw(st.sampled_from(ZONES)),
        "hours": hours,
        "shifts": draw(st.dictionaries(st.sampled_from(dates), day_windows, max_size=4)),
        "breaks": draw(st.dictionaries(st.sampled_from(dates), day_windows, max_size=4)),
        "holidays": draw(st.lists(st.sampled_from(dates), max_size=4)),
    }


def calendar_of(schedule: dict[str, Any]) -> WorkingCalendar:
    return calendar_from_json(
        {
            "name": "any",
            "zone": schedule["zone"],
            "hours": schedule["hours"],
            "exceptions": schedule["shifts"],
            "breaks": schedule["breaks"],
            "holidays": {"extra": schedule["holidays"]},
        }
    )


calendars = schedules().map(calendar_of)
moments = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(DAYS), st.integers(0, 4320))
second_moments = st.builds(lambda at, seconds: at + timedelta(seconds=seconds), moments, st.integers(0, 59))
pause_lists = st.lists(
    st.builds(lambda at, minutes: (at, at + timedelta(minutes=minutes)), moments, st.integers(-60, 900)), max_size=5
)


@some
@given(schedules(), moments, st.integers(0, 4320), pause_lists)
def test_counting_agrees_with_a_walk(
    schedule: dict[str, Any], start: datetime, minutes: int, pauses: list[Span]
) -> None:
    end = start + timedelta(minutes=minutes)
    calendar, walker = calendar_of(schedule), Walker(schedule, pauses)
    walked = walker.within(start, end)
    assert working_seconds_between(calendar, start, end, pauses) == walked
    assert is_open(calendar, start) is walker.is_open(start)
    periods = walker.periods(start, end)
    assert open_periods_after(calendar, start, until=end) == periods
    assert open_periods_before(calendar, end, until=start) == periods[::-1]
    if walked:
        assert add_working_seconds(calendar, start, walked, pauses) == walker.add(start, walked)
        assert add_working_seconds(calendar, start, 60, pauses) == walker.add(start, 60)
        assert add_working_seconds(calendar, start, 0, pauses) == walker.add(start, 0)


@some
@given(calendars, second_moments, st.integers(1, 60 * HOUR), pause_lists)
def test_what_is_added_is_what_lies_between_and_not_a_second_sooner(
    calendar: WorkingCalendar, at: datetime, seconds: int, pauses: list[Span]
) -> None:
    due = add_working_seconds(calendar, at, seconds, pauses)
    assert working_seconds_between(calendar, at, due, pauses) == seconds
    assert working_seconds_between(calendar, at, due - timedelta(seconds=1), pauses) == seconds - 1


@some
@given(calendars, second_moments, pause_lists)
def test_adding_nothing_gives_the_first_open_unpaused_moment(
    calendar: WorkingCalendar, at: datetime, pauses: list[Span]
) -> None:
    opening = add_working_seconds(calendar, at, 0, pauses)
    assert opening >= at
    assert is_open(calendar, opening)
    assert not any(start <= opening < end for start, end in pauses)
    assert working_seconds_between(calendar, at, opening, pauses) == 0


@some
@given(calendars, st.lists(second_moments, min_size=2, max_size=5), st.lists(st.integers(0, 60 * HOUR), min_size=2))
def test_later_or_more_is_never_due_sooner(
    calendar: WorkingCalendar, starts: list[datetime], amounts: list[int]
) -> None:
    for earlier, later in pairwise(sorted(starts)):
        for fewer, more in pairwise(sorted(amounts)):
            assert add_working_seconds(calendar, earlier, fewer) <= add_working_seconds(calendar, later, fewer)
            assert add_working_seconds(calendar, earlier, fewer) <= add_working_seconds(calendar, earlier, more)


@some
@given(calendars, st.lists(second_moments, min_size=3, max_size=3).map(sorted), pause_lists)
def test_two_spans_that_meet_hold_what_the_whole_holds(
    calendar: WorkingCalendar, cuts: list[datetime], pauses: list[Span]
) -> None:
    first, middle, last = cuts
    assert working_seconds_between(calendar, first, last, pauses) == working_seconds_between(
        calendar, first, middle, pauses
    ) + working_seconds_between(calendar, middle, last, pauses)


@some
@given(calendars, second_moments, st.integers(0, 20 * HOUR), pause_lists, st.randoms(use_true_random=False))
def test_pauses_count_as_a_union(
    calendar: WorkingCalendar, at: datetime, seconds: int, pauses: list[Span], chance: Random
) -> None:
    in_pieces = list(pauses)
    for start, end in pauses:
        if start < end:
            cut = start + timedelta(seconds=chance.randint(0, (end - start) // timedelta(seconds=1)))
            in_pieces += [(start, cut), (cut, end), (start, end), (cut, cut)]
    chance.shuffle(in_pieces)
    due = add_working_seconds(calendar, at, seconds, pauses)
    assert add_working_seconds(calendar, at, seconds, in_pieces) == due
    assert working_seconds_between(calendar, at, due, in_pieces) == seconds


KINDS = [kind for kind in ClockEventKind if kind not in (ClockEventKind.START, ClockEventKind.MOVE)]


@st.composite
def clock_events(draw: st.DrawFn) -> ClockEvent:
    """Anything that may happen to a promise within four days, at few enough moments that some coincide."""
    kind = draw(st.sampled_from(KINDS))
    at = DAYS[-1] + timedelta(hours=draw(st.integers(0, 96)))
    return ClockEvent(
        at=at,
        kind=kind,
        position=draw(st.integers(0, 1)),
        reason=draw(st.sampled_from(("", "waiting_customer", "waiting_date"))),
        on_reopen=draw(st.sampled_from(("resume", "restart", "never"))),
        target_seconds=draw(st.integers(1, 40 * HOUR)),
    )


START = ClockEvent(at=DAYS[-1], kind=ClockEventKind.START)
targets = st.integers(1, 40 * HOUR)
nows = st.integers(0, 120).map(lambda hours: DAYS[-1] + timedelta(hours=hours))


@some
@given(calendars, targets, st.lists(clock_events(), max_size=8), nows, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_read_does_not_matter(
    calendar: WorkingCalendar, target: int, events: list[ClockEvent], now: datetime, chance: Random
) -> None:
    given_order = [START, *events]
    another_order = list(given_order)
    chance.shuffle(another_order)
    found = clock_state(events=given_order, now=now, calendar=calendar, target_seconds=target)
    assert clock_state(events=another_order, now=now, calendar=calendar, target_seconds=target) == found


@some
@given(calendars, targets, st.lists(clock_events(), max_size=8), nows)
def test_every_state_adds_up(calendar: WorkingCalendar, target: int, events: list[ClockEvent], now: datetime) -> None:
    found = clock_state(events=[START, *events], now=now, calendar=calendar, target_seconds=target)
    is_late = found.phase in (ClockPhase.BROKEN_OPEN, ClockPhase.KEPT_LATE)
    if found.phase != ClockPhase.CANCELLED:
        assert found.late_working_seconds == (-found.working_seconds_left if is_late else 0)
        assert is_late or found.working_seconds_left >= 0
    if is_late:
        assert found.first_broken_at is not None
        assert found.due_at < (found.kept_at or now)
    if found.phase == ClockPhase.RUNNING:
        assert found.due_at >= now
        assert add_working_seconds(calendar, now, found.working_seconds_left) >= found.due_at
        assert next_notice_at(found) in (found.warn_at, found.due_at)
    else:
        assert next_notice_at(found) is None
    if found.phase == ClockPhase.PAUSED:
        resumed = [START, *events, ClockEvent(at=now, kind=ClockEventKind.RESUME, position=9)]
        again = clock_state(events=resumed, now=now, calendar=calendar, target_seconds=target)
        assert (again.phase, again.due_at) == (ClockPhase.RUNNING, found.due_if_resumed_at(now))


@some
@given(calendars, targets, st.lists(clock_events(), max_size=8), nows)
def test_what_comes_later_does_not_change_what_was(
    calendar: WorkingCalendar, target: int, events: list[ClockEvent], now: datetime
) -> None:
    past = [event for event in events if event.at <= now]
    found = clock_state(events=[START, *events], now=now, calendar=calendar, target_seconds=target)
    assert clock_state(events=[START, *past], now=now, calendar=calendar, target_seconds=target) == found


hour_spans = st.tuples(st.integers(0, 90), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def paused_clock(calendar: WorkingCalendar, target: int, spans: list[tuple[int, int]]) -> ClockState:
    """A clock with pauses that do not overlap, long after."""
    events = [START]
    for number, (begin, end) in enumerate(spans):
        for hour, kind in ((begin, ClockEventKind.PAUSE), (end, ClockEventKind.RESUME)):
            at = DAYS[-1] + timedelta(hours=hour)
            events.append(ClockEvent(at=at, kind=kind, position=number, reason=f"reason {number}"))
    now = DAYS[-1] + timedelta(hours=200)
    return clock_state(events=events, now=now, calendar=calendar, target_seconds=target)


@some
@given(calendars, targets, st.lists(hour_spans, max_size=4), hour_spans)
def test_a_clock_that_is_paused_more_is_never_due_sooner(
    calendar: WorkingCalendar, target: int, spans: list[tuple[int, int]], one_more: tuple[int, int]
) -> None:
    less, more = paused_clock(calendar, target, spans), paused_clock(calendar, target, [*spans, one_more])
    assert less.due_at <= more.due_at
    assert less.working_seconds_used >= more.working_seconds_used


@some
@given(calendars, targets, st.lists(hour_spans, max_size=4))
def test_a_clock_is_due_when_a_plain_sum_with_its_pauses_says(
    calendar: WorkingCalendar, target: int, spans: list[tuple[int, int]]
) -> None:
    pauses = [(DAYS[-1] + timedelta(hours=begin), DAYS[-1] + timedelta(hours=end)) for begin, end in spans]
    assert paused_clock(calendar, target, spans).due_at == add_working_seconds(calendar, DAYS[-1], target, pauses)
