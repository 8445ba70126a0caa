"""What travels along a chain, by tables: the same as stand in the manual."""

from collections.abc import Sequence
from itertools import product

import pytest

from clientela.requests.rules import (
    Course,
    Fate,
    Finish,
    Owed,
    PartState,
    State,
    Wake,
    course_of,
    fate_when_cancelled,
    fate_when_enough,
    finish_of,
    part_state,
    wake_of,
)

PLANNED, LIVE, RESOLVED, CANCELLED, DROPPED = PartState


@pytest.mark.parametrize(
    ("state", "is_dropped", "expected"),
    [
        (None, False, PLANNED),
        (None, True, DROPPED),
        ("open", False, LIVE),
        ("waiting_customer", False, LIVE),
        ("waiting_department", False, LIVE),
        ("waiting_date", False, LIVE),
        ("resolved", False, RESOLVED),
        ("closed", False, RESOLVED),
        ("cancelled", False, CANCELLED),
    ],
)
def test_how_a_part_stands(state: str | None, *, is_dropped: bool, expected: PartState) -> None:
    assert part_state(state, is_dropped=is_dropped) is expected


@pytest.mark.parametrize(
    ("manner", "enough", "parts", "expected"),
    [
        # side by side, all of them
        ("side_by_side", 3, [LIVE, LIVE, LIVE], Course.GOES_ON),
        ("side_by_side", 3, [RESOLVED, RESOLVED, LIVE], Course.GOES_ON),
        ("side_by_side", 3, [RESOLVED, RESOLVED, RESOLVED], Course.IS_ENOUGH),
        ("side_by_side", 3, [RESOLVED, CANCELLED, LIVE], Course.OUT_OF_REACH),
        # two of three
        ("side_by_side", 2, [RESOLVED, LIVE, LIVE], Course.GOES_ON),
        ("side_by_side", 2, [RESOLVED, LIVE, RESOLVED], Course.IS_ENOUGH),
        ("side_by_side", 2, [CANCELLED, LIVE, LIVE], Course.GOES_ON),
        ("side_by_side", 2, [CANCELLED, LIVE, CANCELLED], Course.OUT_OF_REACH),
        ("side_by_side", 1, [CANCELLED, CANCELLED, RESOLVED], Course.IS_ENOUGH),
        # in order
        ("in_order", 3, [LIVE, PLANNED, PLANNED], Course.GOES_ON),
        ("in_order", 3, [RESOLVED, PLANNED, PLANNED], Course.ASKS_NEXT),
        ("in_order", 3, [RESOLVED, RESOLVED, PLANNED], Course.ASKS_NEXT),
        ("in_order", 3, [RESOLVED, RESOLVED, RESOLVED], Course.IS_ENOUGH),
        ("in_order", 3, [CANCELLED, PLANNED, PLANNED], Course.OUT_OF_REACH),
        ("in_order", 2, [CANCELLED, PLANNED, PLANNED], Course.STOPPED),
        ("in_order", 2, [CANCELLED, RESOLVED, PLANNED], Course.ASKS_NEXT),
        ("in_order", 2, [CANCELLED, LIVE, PLANNED], Course.GOES_ON),
        ("in_order", 2, [RESOLVED, RESOLVED, PLANNED], Course.IS_ENOUGH),
        ("in_order", 1, [CANCELLED, CANCELLED, PLANNED], Course.STOPPED),
        ("in_order", 2, [RESOLVED, DROPPED, DROPPED], Course.OUT_OF_REACH),
    ],
)
def test_how_what_was_asked_together_goes_on(
    manner: str, enough: int, parts: Sequence[PartState], expected: Course
) -> None:
    assert course_of(manner, enough, parts) is expected


def test_enough_is_never_said_before_it_is_and_reach_never_given_up_while_it_could_be() -> None:
    for manner, enough, parts in product(("side_by_side", "in_order"), (1, 2, 3), product(PartState, repeat=3)):
        course = course_of(manner, enough, parts)
        done = parts.count(RESOLVED)
        assert (course is Course.IS_ENOUGH) is (done >= enough)
        hoped = done + parts.count(LIVE) + parts.count(PLANNED)
        assert (course is Course.OUT_OF_REACH) is (hoped < enough)
        if course in {Course.ASKS_NEXT, Course.STOPPED}:
            assert (manner, PLANNED in parts, LIVE in parts) == ("in_order", True, False)


@pytest.mark.parametrize(
    ("is_live", "is_taken", "was_opened_for_it", "others_wait", "expected"),
    [
        (True, False, True, False, Fate.CANCELLED),
        (True, True, True, False, Fate.RELEASED),
        (True, False, True, True, Fate.RELEASED),
        (True, False, False, False, Fate.RELEASED),
        (False, True, True, False, Fate.STAYS),
        (False, False, True, False, Fate.STAYS),
    ],
)
def test_what_is_no_longer_needed_is_cancelled_only_before_somebody_took_it(
    *, is_live: bool, is_taken: bool, was_opened_for_it: bool, others_wait: bool, expected: Fate
) -> None:
    fate = fate_when_enough(
        is_live=is_live, is_taken=is_taken, was_opened_for_it=was_opened_for_it, others_wait=others_wait
    )
    assert fate is expected


@pytest.mark.parametrize(
    ("is_live", "was_opened_for_it", "others_wait", "expected"),
    [
        (True, True, False, Fate.CANCELLED),
        (True, True, True, Fate.STAYS),
        (True, False, False, Fate.STAYS),
        (False, True, False, Fate.STAYS),
    ],
)
def test_what_was_asked_only_for_a_cancelled_request_is_cancelled_with_it(
    *, is_live: bool, was_opened_for_it: bool, others_wait: bool, expected: Fate
) -> None:
    assert (
        fate_when_cancelled(is_live=is_live, was_opened_for_it=was_opened_for_it, others_wait=others_wait) is expected
    )


@pytest.mark.parametrize(
    ("by_itself", "needs", "owed", "expected"),
    [
        (True, [RESOLVED, RESOLVED], {}, Finish.BY_ITSELF),
        (False, [RESOLVED], {}, Finish.GOES_ON),
        (True, [], {}, Finish.GOES_ON),
        (True, [RESOLVED, CANCELLED], {}, Finish.GOES_ON),
        (True, [RESOLVED, LIVE], {}, Finish.GOES_ON),
        (True, [RESOLVED, PLANNED], {}, Finish.GOES_ON),
        (True, [RESOLVED, DROPPED], {}, Finish.GOES_ON),
        (True, [RESOLVED], {"has_unanswered_words": True}, Finish.GOES_ON),
        (True, [RESOLVED], {"has_own_promises": True}, Finish.GOES_ON),
        (True, [RESOLVED], {"has_open_steps": True}, Finish.GOES_ON),
    ],
)
def test_a_request_finishes_by_itself_only_when_everything_is_done_and_nothing_else_is_owed(
    *, by_itself: bool, needs: Sequence[PartState], owed: dict[str, bool], expected: Finish
) -> None:
    facts = {"has_unanswered_words": False, "has_own_promises": False, "has_open_steps": False, **owed}
    assert finish_of(by_itself=by_itself, needs=needs, owed=Owed(**facts)) is expected


@pytest.mark.parametrize(
    ("state", "is_blocking", "finished_by_itself", "may_reopen", "expected"),
    [
        (State.OPEN, True, False, True, Wake.WAITS_AGAIN),
        (State.WAITING_DEPARTMENT, True, False, True, Wake.NOTHING),
        (State.WAITING_CUSTOMER, True, False, True, Wake.NOTHING),
        (State.WAITING_DATE, True, False, True, Wake.NOTHING),
        (State.OPEN, False, False, True, Wake.NOTHING),
        (State.RESOLVED, True, True, True, Wake.REOPENS),
        (State.RESOLVED, True, False, True, Wake.IS_TOLD),
        (State.CLOSED, True, True, True, Wake.REOPENS),
        (State.CLOSED, True, True, False, Wake.IS_TOLD),
        (State.CLOSED, True, False, True, Wake.IS_TOLD),
        (State.CANCELLED, True, False, True, Wake.NOTHING),
        (State.RESOLVED, False, True, True, Wake.NOTHING),
    ],
)
def test_what_a_reopened_request_does_to_what_waits_on_it(
    *, state: State, is_blocking: bool, finished_by_itself: bool, may_reopen: bool, expected: Wake
) -> None:
    wake = wake_of(state, is_blocking=is_blocking, finished_by_itself=finished_by_itself, may_reopen=may_reopen)
    assert wake is expected
