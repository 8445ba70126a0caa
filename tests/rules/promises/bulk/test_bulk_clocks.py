"""Many clocks computed together stand where each of them stands alone."""

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.promises.rules import ClockEvent, ClockEventKind, ClockState, clock_state, next_notice_at
from clientela.promises.rules.bulk import (
    KIND_CODES,
    NOWHERE,
    REASON_CODES,
    REOPEN_CODES,
    BulkClocks,
    BulkStates,
    WorkingTables,
    bulk_clock_states,
)
from clientela.promises.rules.moments import moment_of, ticks_of
from tests.rules.promises.bulk.test_hours import BEGINS, CALENDARS

TABLES = WorkingTables(CALENDARS, first_year=2024, last_year=2028)
KIND = ClockEventKind
STATES = ("waiting_customer", "waiting_department", "waiting_date")


class Story(NamedTuple):
    """One clock with all that happened to it, by what it counts, and which waits stop it."""

    place: int
    target_seconds: int | None
    fixed_due_at: datetime | None
    pauses_while: frozenset[str]
    warn_share: float
    events: tuple[ClockEvent, ...]


def state_alone(story: Story, now: datetime) -> ClockState:
    return clock_state(
        events=story.events,
        now=now,
        calendar=CALENDARS[story.place],
        target_seconds=story.target_seconds,
        fixed_due_at=story.fixed_due_at,
        pauses_while=story.pauses_while,
        warn_share=story.warn_share,
    )


def states_together(stories: list[Story], now: datetime) -> BulkStates:
    def column(values: list[int]) -> np.ndarray:
        return np.asarray(values, dtype=np.int64)

    ordered = [sorted(story.events, key=lambda event: (event.at, event.position)) for story in stories]
    counts = [len(events) for events in ordered]
    events = [event for own in ordered for event in own]
    return bulk_clock_states(
        BulkClocks(
            calendar=column([story.place for story in stories]),
            target_seconds=column([story.target_seconds or 0 for story in stories]),
            fixed_due=column([ticks_of(s.fixed_due_at) if s.fixed_due_at else NOWHERE for s in stories]),
            warn_share=np.asarray([story.warn_share for story in stories], dtype=np.float64),
            pausing=column([sum(1 << REASON_CODES[state] for state in story.pauses_while) for story in stories]),
            first_event=column([sum(counts[:place]) for place in range(len(counts))]),
            event_count=column(counts),
            at=column([ticks_of(event.at) for event in events]),
            kind=column([KIND_CODES[event.kind] for event in events]),
            reason=column([code_of(event) for event in events]),
        ),
        TABLES,
        now=ticks_of(now),
    )


def code_of(event: ClockEvent) -> int:
    return REOPEN_CODES[event.on_reopen] if event.on_reopen else REASON_CODES.get(event.reason, -1)


def moment(ticks: int) -> datetime | None:
    return None if ticks == NOWHERE else moment_of(int(ticks))


DAYS = st.integers(0, 300 * 86_400_000_000).map(lambda ticks: BEGINS + timedelta(microseconds=ticks))
SOON = st.integers(0, 20 * 86_400_000_000).map(lambda ticks: timedelta(microseconds=ticks))
HAPPENINGS = st.sampled_from([KIND.PAUSE, KIND.PAUSE, KIND.RESUME, KIND.KEEP, KIND.KEEP, KIND.REOPEN, KIND.CANCEL])


@st.composite
def stories(draw: st.DrawFn) -> Story:
    began = draw(DAYS)
    kinds = draw(st.lists(HAPPENINGS, max_size=8))
    events = [ClockEvent(at=began, kind=KIND.START)]
    for position, kind in enumerate(kinds, start=1):
        reason = draw(st.sampled_from((*STATES, ""))) if kind == KIND.PAUSE else ""
        on_reopen = draw(st.sampled_from(["resume", "restart", "never"])) if kind == KIND.REOPEN else ""
        step = draw(SOON | st.just(timedelta(0)))
        events.append(ClockEvent(events[-1].at + step, kind, position, reason=reason, on_reopen=on_reopen))
    is_fixed = draw(st.booleans())
    return Story(
        place=draw(st.integers(0, len(CALENDARS) - 1)),
        target_seconds=None if is_fixed else draw(st.integers(1, 400_000)),
        fixed_due_at=began + draw(SOON) - timedelta(hours=1) if is_fixed else None,
        pauses_while=draw(st.frozensets(st.sampled_from(STATES))),
        warn_share=draw(st.sampled_from([0.8, 0.5, 1.0, 0.333])),
        events=tuple(events),
    )


@given(st.lists(stories(), min_size=1, max_size=8), SOON)
def test_together_they_stand_where_each_stands_alone(told: list[Story], more: timedelta) -> None:
    now = max(event.at for story in told for event in story.events) + more
    together = states_together(told, now)
    for place, story in enumerate(told):
        if together.is_rare[place]:
            continue
        alone = state_alone(story, now)
        assert bool(together.is_ended[place]) == alone.is_ended
        assert moment(together.due[place]) == (None if alone.is_ended else alone.due_at)
        assert moment(together.next_notice[place]) == next_notice_at(alone)
        assert moment(together.kept[place]) == alone.kept_at
        assert moment(together.first_broken[place]) == alone.first_broken_at


@given(st.lists(stories(), min_size=1, max_size=8))
def test_common_stories_are_never_left_to_the_single_function(told: list[Story]) -> None:
    now = max(event.at for story in told for event in story.events)
    together = states_together(told, now)
    for place, story in enumerate(told):
        if story.target_seconds is not None:
            assert not together.is_rare[place]


def test_promised_on_a_saturday_for_the_sunday_it_is_at_risk_by_the_clock_on_the_wall() -> None:
    saturday = MONDAY + timedelta(days=5)
    story = a_story(
        ClockEvent(at=saturday, kind=KIND.START), target_seconds=None, fixed_due_at=saturday + timedelta(days=1)
    )
    together = states_together([story], saturday)
    assert together.is_rare.tolist() == [False]
    assert moment(together.next_notice[0]) == saturday + timedelta(days=1) * 0.8
    assert next_notice_at(state_alone(story, saturday)) == saturday + timedelta(days=1) * 0.8


@pytest.mark.parametrize("mode", ["resume", "restart", "never"])
def test_a_promise_broken_before_it_was_reopened_stays_a_broken_one(mode: str) -> None:
    story = a_story(
        STARTED,
        ClockEvent(MONDAY + timedelta(hours=5), KIND.KEEP, 1),
        ClockEvent(MONDAY + timedelta(days=1), KIND.REOPEN, 2, on_reopen=mode),
    )
    together = states_together([story], MONDAY + timedelta(days=1, minutes=10))
    alone = state_alone(story, MONDAY + timedelta(days=1, minutes=10))
    assert alone.first_broken_at == MONDAY + timedelta(hours=1)
    assert moment(together.first_broken[0]) == alone.first_broken_at
    assert moment(together.due[0]) == (None if alone.is_ended else alone.due_at)
    assert together.is_ended.tolist() == [mode == "never"]


def a_story(*events: ClockEvent, **more: object) -> Story:
    given: dict[str, object] = {
        "place": 0,
        "target_seconds": 3600,
        "fixed_due_at": None,
        "pauses_while": frozenset(STATES),
        "warn_share": 0.8,
        **more,
    }
    return Story(events=events, **given)  # type: ignore[arg-type]  # one dictionary for fields of several types


MONDAY = datetime.fromisoformat("2026-03-02T08:00:00+00:00")
STARTED = ClockEvent(at=MONDAY, kind=KIND.START)


@pytest.mark.parametrize(
    "story",
    [
        a_story(STARTED, ClockEvent(MONDAY, KIND.RESUME, 1, reason="waiting_date")),
        a_story(STARTED, ClockEvent(MONDAY, KIND.PAUSE, 1, reason="a_strike")),
        a_story(STARTED, ClockEvent(MONDAY, KIND.CHANGE_TERMS, 1, target_seconds=60)),
        a_story(ClockEvent(MONDAY - timedelta(seconds=1), KIND.KEEP), STARTED),
        a_story(STARTED, ClockEvent(MONDAY + timedelta(days=90), KIND.KEEP, 1)),
        a_story(STARTED, target_seconds=10**9),
        a_story(
            STARTED,
            ClockEvent(MONDAY, KIND.MOVE, 1, due_at=MONDAY + timedelta(days=3)),
            target_seconds=None,
            fixed_due_at=MONDAY + timedelta(days=1),
        ),
        a_story(STARTED, target_seconds=None, fixed_due_at=MONDAY + timedelta(days=9000)),
    ],
)
def test_what_is_not_common_is_named(story: Story) -> None:
    common = a_story(STARTED)
    together = states_together([common, story, common], MONDAY + timedelta(days=30))
    assert together.is_rare.tolist() == [False, True, False]


def test_no_clock_at_all_is_no_answer() -> None:
    assert states_together([], MONDAY).due.tolist() == []
