"""Nobody is thanked for ever: how many letters the house writes by itself to one correspondent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.inbox.rules.answering import AnswersLately, is_loop, may_be_answered

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def answered(asked_every: timedelta, *, count: int, since: datetime = AT) -> list[datetime]:
    """When a correspondent who writes so often is answered."""
    lately = AnswersLately()
    given_at = []
    for number in range(count):
        at = since + number * asked_every
        if may_be_answered(lately, at=at):
            lately = lately.and_one_at(at)
            given_at.append(at)
    return given_at


def test_a_loop_that_is_quick_ends_after_ten_letters() -> None:
    assert answered(SECOND, count=300) == [AT + number * SECOND for number in range(10)]


def test_who_was_answered_ten_times_is_answered_again_when_six_minutes_have_passed() -> None:
    lately = AnswersLately(to_sender=(AT,) * 10)
    assert not may_be_answered(lately, at=AT)
    assert not may_be_answered(lately, at=AT + 6 * MINUTE - SECOND)
    assert may_be_answered(lately, at=AT + 6 * MINUTE)
    assert not may_be_answered(lately.and_one_at(AT + 6 * MINUTE), at=AT + 6 * MINUTE)


@pytest.mark.parametrize(
    ("every", "count", "most"),
    [
        # A machine that writes by itself, day and night.
        (MINUTE, 24 * 60, 60),
        (10 * MINUTE, 24 * 6, 60),
        # A loop with hours between two letters.
        (HOUR, 7 * 24, 125),
        (3 * HOUR, 7 * 8, 56),
    ],
)
def test_who_never_stops_is_answered_less_and_less(every: timedelta, count: int, most: int) -> None:
    given_at = answered(every, count=count)
    assert 0 < len(given_at) <= most


def test_a_customer_with_a_few_requests_a_day_is_always_answered() -> None:
    assert len(answered(4 * HOUR, count=30)) == 30


def test_what_was_sent_later_does_not_count() -> None:
    assert may_be_answered(AnswersLately(to_sender=(AT + SECOND,) * 50), at=AT)


def test_a_request_has_a_bucket_of_its_own() -> None:
    lately = AnswersLately(about_request=(AT - MINUTE,) * 5)
    assert not may_be_answered(lately, at=AT)
    assert may_be_answered(lately, at=AT + HOUR)


@given(st.lists(st.integers(min_value=0, max_value=7 * 24 * 3600), max_size=200))
def test_in_no_hour_more_go_out_than_the_bucket_holds_and_what_runs_in(seconds: list[int]) -> None:
    lately, given_at = AnswersLately(), []
    for moment in sorted(AT + timedelta(seconds=one) for one in seconds):
        if may_be_answered(lately, at=moment):
            lately = lately.and_one_at(moment)
            given_at.append(moment)
    for moment in given_at:
        assert sum(moment <= one < moment + HOUR for one in given_at) <= 20
        assert sum(moment <= one < moment + DAY for one in given_at) <= 60


@given(st.lists(st.integers(min_value=-3600, max_value=0), max_size=30), st.randoms())
def test_the_order_of_what_was_sent_does_not_matter(seconds: list[int], shuffled: object) -> None:
    moments = [AT + timedelta(seconds=one) for one in seconds]
    other = list(moments)
    shuffled.shuffle(other)  # type: ignore[attr-defined]  # hypothesis gives a Random
    lately, mixed = AnswersLately(to_sender=tuple(sorted(moments))), AnswersLately(to_sender=tuple(other))
    assert may_be_answered(lately, at=AT) == may_be_answered(mixed, at=AT)


def test_our_own_mark_is_known_in_any_spelling_and_no_other() -> None:
    assert is_loop([" Casa-Lavora.test "], own_domains=("casa-lavora.test",))
    assert is_loop(["other.test", "casa-lavora.test."], own_domains=("casa-lavora.test",))
    assert not is_loop(["other.test"], own_domains=("casa-lavora.test",))
    assert not is_loop([], own_domains=("casa-lavora.test",))
