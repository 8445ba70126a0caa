"""Why a request stands where it stands in a day."""

from dataclasses import replace
from datetime import UTC, datetime

from clientela.requests.rules import OwedPromise, Reason, ReasonCode, Situation, reasons_of

THREE = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 23, 10, 12, tzinfo=UTC)
QUIET = Situation(promises=(), unanswered_since=None, has_been_answered=False, is_complaint=False, is_held=True)


def test_a_request_without_anything_says_that_nothing_is_promised() -> None:
    assert reasons_of(QUIET) == (Reason(ReasonCode.NO_PROMISE),)


def test_the_promise_that_is_due_first_comes_first_with_the_time_left() -> None:
    promises = (OwedPromise("first_reply", THREE, 7800, False), OwedPromise("resolution", None, 0, False))
    assert reasons_of(replace(QUIET, promises=promises)) == (
        Reason(ReasonCode.FIRST_REPLY_PROMISED, at=THREE, seconds=7800),
    )


def test_a_broken_promise_says_how_late_it_is() -> None:
    promises = (OwedPromise("personal", THREE, 600, True, "call about the slot"),)
    assert reasons_of(replace(QUIET, promises=promises)) == (
        Reason(ReasonCode.PERSONAL_LATE, at=THREE, seconds=600, words="call about the slot"),
    )


def test_a_first_message_is_no_second_one() -> None:
    assert reasons_of(replace(QUIET, unanswered_since=TEN)) == (Reason(ReasonCode.NO_PROMISE),)
    assert reasons_of(replace(QUIET, unanswered_since=TEN, has_been_answered=True)) == (
        Reason(ReasonCode.CUSTOMER_WROTE, at=TEN),
    )


def test_everything_that_weighs_is_told_in_order() -> None:
    situation = Situation(
        promises=(OwedPromise("resolution", THREE, 60, False),),
        unanswered_since=TEN,
        has_been_answered=True,
        is_complaint=True,
        is_held=False,
        waiting_count=2,
        waiting_name="Customer Care",
        waiting_customer="Zofia Nowak",
        answered_by="Maintenance",
        answered_at=TEN,
    )
    assert reasons_of(situation) == (
        Reason(ReasonCode.RESOLUTION_PROMISED, at=THREE, seconds=60),
        Reason(ReasonCode.COMPLAINT),
        Reason(ReasonCode.CUSTOMER_WROTE, at=TEN),
        Reason(ReasonCode.DEPARTMENT_ANSWERED, at=TEN, name="Maintenance"),
        Reason(ReasonCode.OTHERS_WAIT, name="Customer Care", words="Zofia Nowak", count=2),
        Reason(ReasonCode.NOBODY_HAS_IT),
    )
