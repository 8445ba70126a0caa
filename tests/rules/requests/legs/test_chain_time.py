"""Where the time of a whole chain went."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.promises.rules import working_seconds_between
from clientela.requests.rules import ChainRequest, PastChange, Slice, SpanKind, portions_of, stays_of, time_line_of
from tests.rules.requests.legs.tellings import CARE, IT, MAINTENANCE, OFFICE, WORKSHOP, at, opened, tellings

QUEUE, WORK = SpanKind.QUEUE, SpanKind.WORK
COUNTING = partial(working_seconds_between, OFFICE)


def waits(since: float, until: float, *, ends: float | None = None, provider_id: int = CARE) -> ChainRequest:
    """A request that is taken at once, waits for departments from `since` to `until`, and is resolved at `ends`."""
    changes = [
        opened(0, provider_id),
        PastChange(at(0), is_held=True),
        PastChange(at(since), state="waiting_department"),
        PastChange(at(until), state="open"),
    ]
    return ChainRequest(stays_of([*changes, PastChange(at(ends), state="resolved")] if ends else changes))


def part(begins: float, taken: float, ends: float, provider_id: int) -> ChainRequest:
    """A request that lies in the queue until it is taken."""
    changes = [opened(begins, provider_id), PastChange(at(taken), is_held=True), PastChange(at(ends), state="resolved")]
    return ChainRequest(stays_of(changes))


def needing(request: ChainRequest, *needs: tuple[int, float, bool]) -> ChainRequest:
    return ChainRequest(request.stays, tuple((child, at(since), is_blocking) for child, since, is_blocking in needs))


def brief(slices: Sequence[Slice]) -> list[tuple[float, float, int, str, float]]:
    def hours(moment: datetime) -> float:
        return (moment - at(0)) / timedelta(hours=1)

    return [(hours(one.since), hours(one.until), one.provider_id, one.kind.value, one.weight) for one in slices]


def test_while_it_waits_the_ball_is_with_whoever_was_asked() -> None:
    chain = {1: needing(waits(1, 5, ends=6), (2, 1, True)), 2: part(1, 4, 5, MAINTENANCE)}
    assert brief(time_line_of(1, chain, until=at(9))) == [
        (0, 1, CARE, "work", 1),
        (1, 4, MAINTENANCE, "queue", 1),
        (4, 5, MAINTENANCE, "work", 1),
        (5, 6, CARE, "work", 1),
    ]


def test_several_that_were_asked_share_the_time_while_both_are_at_it() -> None:
    chain = {
        1: needing(waits(1, 5), (2, 1, True), (3, 1, True)),
        2: part(1, 1, 3, WORKSHOP),
        3: part(1, 1, 5, IT),
    }
    assert brief(time_line_of(1, chain, until=at(6))) == [
        (0, 1, CARE, "work", 1),
        (1, 3, WORKSHOP, "work", 0.5),
        (1, 3, IT, "work", 0.5),
        (3, 5, IT, "work", 1),
        (5, 6, CARE, "work", 1),
    ]


def test_down_the_chain_the_last_one_has_it() -> None:
    chain = {
        1: needing(waits(0, 6), (2, 0, True)),
        2: needing(waits(2, 5, provider_id=WORKSHOP, ends=6), (3, 2, True)),
        3: part(2, 5, 5, MAINTENANCE),
    }
    assert brief(time_line_of(1, chain, until=at(6))) == [
        (0, 2, WORKSHOP, "work", 1),
        (2, 5, MAINTENANCE, "queue", 1),
        (5, 6, WORKSHOP, "work", 1),
    ]


def test_what_does_not_hold_it_back_has_no_part_while_something_does() -> None:
    chain = {
        1: needing(waits(0, 4), (2, 0, False), (3, 0, True)),
        2: part(0, 0, 4, WORKSHOP),
        3: part(0, 0, 2, IT),
    }
    assert brief(time_line_of(1, chain, until=at(4))) == [(0, 2, IT, "work", 1), (2, 4, WORKSHOP, "work", 1)]


def test_an_answer_that_nobody_looked_at_lies_in_the_queue_of_who_asked() -> None:
    chain = {1: needing(waits(0, 4), (2, 0, True)), 2: part(0, 0, 1, IT)}
    assert brief(time_line_of(1, chain, until=at(4))) == [(0, 1, IT, "work", 1), (1, 4, CARE, "queue", 1)]


def test_a_request_that_was_asked_twice_over_has_both_parts() -> None:
    chain = {
        1: needing(waits(0, 2), (2, 0, True), (3, 0, True)),
        2: needing(waits(0, 2, provider_id=WORKSHOP), (4, 0, True)),
        3: needing(waits(0, 2, provider_id=MAINTENANCE), (4, 0, True)),
        4: part(0, 0, 2, IT),
    }
    assert brief(time_line_of(1, chain, until=at(2))) == [(0, 2, IT, "work", 1)]


def test_a_circle_comes_to_an_end() -> None:
    chain = {1: needing(waits(0, 2), (2, 0, True)), 2: needing(waits(0, 2, provider_id=IT), (1, 0, True))}
    assert brief(time_line_of(1, chain, until=at(2))) == [(0, 2, IT, "queue", 1)]


def test_the_shares_of_the_promise_leave_out_what_paused_it() -> None:
    changes = [
        opened(),
        PastChange(at(1), is_held=True),
        PastChange(at(2), state="waiting_customer"),
        PastChange(at(6), state="open"),
        PastChange(at(8), state="resolved"),
    ]
    slices = time_line_of(1, {1: ChainRequest(stays_of(changes))}, until=at(9))
    portions = portions_of(slices, COUNTING, target_seconds=4 * 3600, pauses_while=[SpanKind.CUSTOMER])
    assert [(one.kind.value, one.working_seconds, one.promise_seconds, one.share) for one in portions] == [
        ("customer", 4 * 3600, 0, 0.5),
        ("work", 3 * 3600, 3 * 3600, 3 / 8),
        ("queue", 3600, 3600, 1 / 8),
    ]
    assert [one.promise_share for one in portions] == [0, 0.75, 0.25]
    assert [one.promise_share for one in portions_of(slices, COUNTING)] == [None, None, None]


def test_a_life_without_working_time_is_shared_by_the_clock_on_the_wall() -> None:
    changes = [opened(-40), PastChange(at(-39), is_held=True), PastChange(at(-36), state="resolved")]
    slices = time_line_of(1, {1: ChainRequest(stays_of(changes))}, until=at(0))
    portions = portions_of(slices, COUNTING)
    assert [(one.kind, one.working_seconds, one.share) for one in portions] == [(WORK, 0, 0.75), (QUEUE, 0, 0.25)]


def test_nothing_lived_is_nothing_to_share() -> None:
    assert time_line_of(1, {}, until=at(1)) == ()
    assert portions_of((), COUNTING) == ()


@st.composite
def trees(draw: st.DrawFn) -> dict[int, ChainRequest]:
    """A request and what it asked, and what that asked; each asked for by some that came before it."""
    size = draw(st.integers(1, 6))
    needs: dict[int, list[tuple[int, datetime, bool]]] = {number: [] for number in range(size)}
    stories = [draw(tellings(most=8)) for _ in range(size)]
    for number in range(1, size):
        for above in draw(st.sets(st.integers(0, number - 1), min_size=1, max_size=2)):
            needs[above].append((number, stories[number][0].at, draw(st.booleans())))
    return {number: ChainRequest(stays_of(stories[number]), tuple(needs[number])) for number in range(size)}


@given(trees())
def test_at_every_moment_of_the_open_life_the_weights_make_one(chain: dict[int, ChainRequest]) -> None:
    until = at(45 * 24)
    slices = time_line_of(0, chain, until=until)
    open_spans = [(stay.started_at, stay.ended_at or until) for stay in chain[0].stays]
    marks = sorted({moment for one in slices for moment in (one.since, one.until)} | {m for s in open_spans for m in s})
    for since, upto in pairwise(marks):
        weight = sum(one.weight for one in slices if one.since <= since and upto <= one.until)
        is_open = any(begin <= since and upto <= end for begin, end in open_spans)
        assert weight == pytest.approx(1.0 if is_open else 0.0)
    assert all(one.kind is not SpanKind.DEPARTMENT for one in slices)


@given(trees(), st.integers(1, 10**6))
def test_the_shares_make_one_and_the_promised_parts_make_what_the_promise_used(
    chain: dict[int, ChainRequest], target_seconds: int
) -> None:
    slices = time_line_of(0, chain, until=at(45 * 24))
    pausing = [SpanKind.CUSTOMER, SpanKind.DATE]
    portions = portions_of(slices, COUNTING, target_seconds=target_seconds, pauses_while=pausing)
    if not portions:
        assert all(stay.started_at == (stay.ended_at or at(45 * 24)) for stay in chain[0].stays)
        return
    assert sum(one.share for one in portions) == pytest.approx(1.0)
    promised = sum(one.promise_seconds for one in portions)
    assert sum(one.promise_share or 0.0 for one in portions) == pytest.approx(promised / target_seconds)
    lived = sum((one.until - one.since).total_seconds() * one.weight for one in slices)
    assert sum(one.real_seconds for one in portions) == pytest.approx(lived)
