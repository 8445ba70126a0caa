"""The stays of a request at departments, and what they were spent with."""

from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from hypothesis import given

from clientela.promises.rules import working_seconds_between
from clientela.requests.rules import Outcome, Parts, PastChange, Span, SpanKind, Stay, parts_of, spans_until, stays_of
from tests.rules.requests.legs.tellings import CALENDARS, CARE, NIGHT, OFFICE, WORKSHOP, at, opened, tellings

OVER = {"resolved", "closed", "cancelled"}
QUEUE, WORK = SpanKind.QUEUE, SpanKind.WORK


def kinds(stay: Stay) -> list[tuple[SpanKind, datetime, datetime | None]]:
    return [(span.kind, span.since, span.until) for span in stay.spans]


def test_until_somebody_takes_it_a_request_lies_in_the_queue() -> None:
    (stay,) = stays_of([opened(), PastChange(at(1), is_held=True)])
    assert (stay.position, stay.provider_id, stay.started_at, stay.ended_at) == (0, CARE, at(0), None)
    assert (stay.outcome, stay.last_change_at) == (Outcome.OPEN, at(1))
    assert kinds(stay) == [(QUEUE, at(0), at(1)), (WORK, at(1), None)]
    assert spans_until(stay, at(3)) == (Span(at(0), at(1), QUEUE), Span(at(1), at(3), WORK))
    assert spans_until(stay, at(0.5)) == (Span(at(0), at(0.5), QUEUE),)


def test_each_way_of_waiting_has_its_name_and_giving_it_back_is_the_queue_again() -> None:
    (stay,) = stays_of(
        [
            opened(),
            PastChange(at(1), is_held=True),
            PastChange(at(2), state="waiting_department"),
            PastChange(at(3), state="waiting_customer"),
            PastChange(at(4), state="waiting_date"),
            PastChange(at(5), state="open"),
            PastChange(at(6), is_held=False),
            PastChange(at(7), state="resolved"),
        ]
    )
    assert [kind for kind, _, _ in kinds(stay)] == [
        QUEUE,
        WORK,
        SpanKind.DEPARTMENT,
        SpanKind.CUSTOMER,
        SpanKind.DATE,
        WORK,
        QUEUE,
    ]
    assert (stay.ended_at, stay.outcome) == (at(7), Outcome.RESOLVED)
    counted = parts_of(stay, partial(working_seconds_between, OFFICE))
    hour = 3600
    assert counted == Parts(queue=2 * hour, work=2 * hour, customer=hour, department=hour, date=hour)
    assert counted.total == 7 * hour


def test_another_department_begins_a_stay_of_its_own_and_inherits_nothing_but_the_wait() -> None:
    first, second = stays_of(
        [
            opened(),
            PastChange(at(1), is_held=True),
            PastChange(at(2), state="waiting_department"),
            PastChange(at(3), provider_id=WORKSHOP, is_held=False),
            PastChange(at(4), state="open"),
            PastChange(at(5), state="cancelled"),
        ]
    )
    assert (first.provider_id, first.ended_at, first.outcome) == (CARE, at(3), Outcome.HANDED_OVER)
    assert (second.position, second.provider_id, second.started_at) == (1, WORKSHOP, at(3))
    assert (second.ended_at, second.outcome) == (at(5), Outcome.CANCELLED)
    assert kinds(second) == [(SpanKind.DEPARTMENT, at(3), at(4)), (QUEUE, at(4), at(5))]


def test_a_reopened_request_begins_a_new_stay_in_the_hands_it_was_in() -> None:
    first, second = stays_of(
        [
            opened(),
            PastChange(at(1), is_held=True),
            PastChange(at(2), state="resolved"),
            PastChange(at(3), state="closed"),
            PastChange(at(5), state="open"),
        ]
    )
    assert (first.ended_at, first.outcome) == (at(2), Outcome.RESOLVED)
    assert (second.started_at, second.outcome) == (at(5), Outcome.OPEN)
    assert kinds(second) == [(WORK, at(5), None)]


def test_what_is_given_away_the_moment_it_comes_was_there_all_the_same() -> None:
    first, second = stays_of([opened(), PastChange(at(0), provider_id=WORKSHOP, is_held=False)])
    assert (first.started_at, first.ended_at, first.spans) == (at(0), at(0), ())
    assert (second.started_at, second.ended_at) == (at(0), None)


def test_a_change_from_before_the_opening_counts_as_of_the_opening() -> None:
    (stay,) = stays_of([opened(1), PastChange(at(0), is_held=True), PastChange(at(2), state="resolved")])
    assert kinds(stay) == [(WORK, at(1), at(2))]


def test_no_change_is_no_stay() -> None:
    assert stays_of([]) == ()


def test_an_open_stay_is_counted_up_to_its_last_change_or_to_a_moment_that_is_given() -> None:
    (stay,) = stays_of([opened(), PastChange(at(1), is_held=True), PastChange(at(3), state="waiting_customer")])
    counting = partial(working_seconds_between, OFFICE)
    assert parts_of(stay, counting) == Parts(queue=3600, work=7200)
    assert parts_of(stay, counting, until=at(4)) == Parts(queue=3600, work=7200, customer=3600)
    assert parts_of(stay, counting, until=at(2)) == Parts(queue=3600, work=3600)


def test_the_same_hours_are_counted_by_the_calendar_of_the_department() -> None:
    (stay,) = stays_of([opened(), PastChange(at(24), state="resolved")])
    assert parts_of(stay, partial(working_seconds_between, OFFICE)).total == 8 * 3600
    assert parts_of(stay, partial(working_seconds_between, NIGHT)).total == int(8.5 * 3600)


@given(tellings())
def test_stays_never_overlap_and_cover_exactly_the_open_time(changes: list[PastChange]) -> None:
    stays = stays_of(changes)
    assert [stay.position for stay in stays] == list(range(len(stays)))
    for earlier, later in pairwise(stays):
        assert earlier.ended_at is not None
        assert earlier.ended_at <= later.started_at
    open_time = timedelta(0)
    began, state = changes[0].at, "open"
    end = max(change.at for change in changes) + timedelta(days=1)
    for change, following in pairwise([*changes, PastChange(end)]):
        state = change.state or state
        if state not in OVER:
            open_time += max(following.at, began) - max(change.at, began)
    assert sum(((stay.ended_at or end) - stay.started_at for stay in stays), timedelta(0)) == open_time


@given(tellings())
def test_spans_follow_each_other_through_the_stay_and_their_parts_make_its_working_time(
    changes: list[PastChange],
) -> None:
    for stay in stays_of(changes):
        marks = [stay.started_at, *(span.until for span in stay.spans)] if stay.spans else [stay.started_at]
        assert [span.since for span in stay.spans] == marks[: len(stay.spans)]
        assert all(before.kind != after.kind for before, after in pairwise(stay.spans))
        assert (marks[-1] if stay.spans else stay.started_at) == stay.ended_at or not stay.spans
        counting = partial(working_seconds_between, CALENDARS[stay.provider_id])
        whole = counting(stay.started_at, stay.ended_at or stay.last_change_at)
        assert parts_of(stay, counting).total == whole
