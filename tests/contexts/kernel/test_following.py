"""Followers neither skip nor repeat, whatever order transactions commit in and whoever dies in the middle."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, connections, transaction

from clientela.kernel.journal import (
    FactSeen,
    Follower,
    FollowerSeen,
    follow_all,
    follow_journal,
    followers_in_trouble,
    record,
    skip_history,
)
from clientela.kernel.models import Fact
from tests.contexts.kernel.conftest import OtherProcess
from tests.following import let_older_transactions_end

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def write_down(facts: Sequence[FactSeen]) -> None:
    """What the followers of these tests do: remember in the database what they were given."""
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO followed (fact_id) VALUES (%s)", [(fact.id,) for fact in facts])


FOLLOWER = Follower(name="tests.writer", verbs=frozenset({"seen"}), follow=write_down)


@pytest.fixture(autouse=True)
def _followed(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE followed (place bigserial, fact_id bigint NOT NULL)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE followed")


def followed() -> list[int]:
    """The facts that were followed, in the order in which they were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fact_id FROM followed ORDER BY place")
        return [fact_id for (fact_id,) in cursor.fetchall()]


def happen(verb: str = "seen", number: int = 1) -> int:
    """One fact, in a transaction of its own, that can be followed."""
    with transaction.atomic():
        fact_id = record(verb=verb, by=None, at=AT, about=[f"request:{number}"])
    let_older_transactions_end()
    return fact_id


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    """Run `work` beside the test, with a database connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_a_fact_that_commits_late_is_not_skipped() -> None:
    early_is_written, early_may_commit = threading.Event(), threading.Event()
    numbers = {}

    def commit_late() -> None:
        with transaction.atomic():
            numbers["early"] = record(verb="seen", by=None, at=AT, about=["request:1"])
            early_is_written.set()
            assert early_may_commit.wait(10)

    slow = in_a_thread(commit_late)
    assert early_is_written.wait(10)
    with transaction.atomic():
        numbers["late"] = record(verb="seen", by=None, at=AT, about=["request:1"])
    assert numbers["early"] < numbers["late"]

    # The later fact is there to be seen, but an older transaction is running: nothing below it is certain yet.
    assert Fact.objects.count() == 1
    assert follow_journal(FOLLOWER) == 0
    assert followed() == []

    early_may_commit.set()
    slow.join(10)
    let_older_transactions_end()
    assert follow_journal(FOLLOWER) == 2
    assert followed() == [numbers["early"], numbers["late"]]
    assert follow_journal(FOLLOWER) == 0
    assert followed() == [numbers["early"], numbers["late"]]


def test_nothing_is_skipped_or_repeated_while_many_write_and_two_follow() -> None:
    written: list[int] = []
    all_is_written = threading.Event()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(25):
            try:
                with transaction.atomic():
                    numbers = [record(verb="seen", by=seed, at=AT, about=["request:1"]) for _ in range(2)]
                    record(verb="not_for_us", by=seed, at=AT, about=["request:1"])
                    time.sleep(chance.random() / 100)
                    _ = 1 / chance.choice([0, 1, 1, 1])  # some actions fail: their facts never were
                    written.extend(numbers)
            except ZeroDivisionError:
                continue
        connections.close_all()

    def follow() -> None:
        while not all_is_written.is_set():
            follow_journal(FOLLOWER, limit=7)

    followers = [in_a_thread(follow) for _ in range(2)]
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    all_is_written.set()
    for thread in followers:
        thread.join(10)
    let_older_transactions_end()
    while follow_journal(FOLLOWER, limit=7):
        pass

    assert sorted(followed()) == sorted(written)
    order = list(Fact.objects.filter(verb="seen").order_by("xid", "pk").values_list("pk", flat=True))
    assert followed() == order


def test_a_follower_that_fails_leaves_nothing_behind_and_does_it_again() -> None:
    number = happen()

    def fail_after_writing(facts: Sequence[FactSeen]) -> None:
        write_down(facts)
        raise ZeroDivisionError("the last step")

    with pytest.raises(ZeroDivisionError):
        follow_journal(Follower(FOLLOWER.name, FOLLOWER.verbs, fail_after_writing))
    assert followed() == []
    assert follow_journal(FOLLOWER) == 1
    assert followed() == [number]


def test_a_follower_killed_between_reading_and_saving_its_place_does_it_again_once(other_process: OtherProcess) -> None:
    numbers = [happen(), happen()]
    process = other_process(
        "-c",
        """
import sys, time, django
django.setup()
from clientela.kernel.journal import Follower, follow_journal
from tests.contexts.kernel.test_following import FOLLOWER, write_down

def follow(facts):
    write_down(facts)
    print("written", [fact.id for fact in facts], flush=True)
    time.sleep(60)

follow_journal(Follower(FOLLOWER.name, FOLLOWER.verbs, follow))
""",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == f"written {numbers}\n"
    assert follow_journal(FOLLOWER) == 0  # the other one still holds its place
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL

    assert passed_within(seconds=10) == 2  # once the database has noticed that the other one is gone
    assert followed() == numbers
    assert follow_journal(FOLLOWER) == 0
    assert followed() == numbers


def passed_within(*, seconds: float) -> int:
    """Follow until there was something to follow."""
    until = time.monotonic() + seconds
    while not (passed := follow_journal(FOLLOWER)) and time.monotonic() < until:
        time.sleep(0.02)
    return passed


def test_two_workers_do_not_follow_for_one_follower_at_once() -> None:
    number = happen()
    is_following, may_go_on = threading.Event(), threading.Event()

    def follow_slowly(facts: Sequence[FactSeen]) -> None:
        is_following.set()
        assert may_go_on.wait(10)
        write_down(facts)

    first = in_a_thread(partial(follow_journal, Follower(FOLLOWER.name, FOLLOWER.verbs, follow_slowly)))
    assert is_following.wait(10)
    assert follow_journal(FOLLOWER) == 0
    may_go_on.set()
    first.join(10)
    assert followed() == [number]
    assert follow_journal(FOLLOWER) == 0


def test_two_workers_that_meet_a_new_follower_both_come_through() -> None:
    numbers = [happen() for _ in range(5)]
    with ThreadPoolExecutor(4) as workers:
        passed = list(workers.map(lambda _: (follow_journal(FOLLOWER), connections.close_all())[0], range(4)))
    assert sum(passed) + follow_journal(FOLLOWER) == 5
    assert followed() == numbers


def test_facts_of_other_verbs_are_passed_without_a_word() -> None:
    happen("not_for_us")
    number = happen()
    happen("not_for_us")
    assert follow_journal(FOLLOWER, limit=1) == 1
    assert followed() == []
    assert follow_journal(FOLLOWER) == 2
    assert followed() == [number]


def test_a_failing_follower_rests_is_shown_and_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    good, bad, after = happen(number=1), happen(number=2), happen(number=3)
    is_mended = False

    def stumble(facts: Sequence[FactSeen]) -> None:
        if not is_mended and any(fact.id == bad for fact in facts):
            raise ValueError("request:2 has no customer")
        write_down(facts)

    stumbling = Follower("tests.stumbling", frozenset({"seen"}), stumble)
    other_facts: list[int] = []
    other = Follower("tests.other", frozenset({"seen"}), lambda facts: other_facts.extend(fact.id for fact in facts))

    assert follow_all([stumbling, other], at=AT) == 3
    assert other_facts == [good, bad, after]
    assert followed() == []
    (trouble,) = followers_in_trouble()
    assert trouble == FollowerSeen(
        name="tests.stumbling",
        failure_count=1,
        failed_at=AT,
        retry_at=AT + timedelta(seconds=5),
        error=f"ValueError: request:2 has no customer tests.stumbling was given the facts {good} to {after}.",
    )
    assert "The follower tests.stumbling failed." in caplog.messages

    # It rests; then it takes one fact at a time, so the good one gets through and the error names the bad one.
    assert follow_all([stumbling, other], at=AT + timedelta(seconds=4)) == 0
    later = AT + timedelta(seconds=5)
    assert follow_all([stumbling, other], at=later) == 1
    assert followed() == [good]
    assert follow_all([stumbling, other], at=later) == 0
    (trouble,) = followers_in_trouble()
    assert (
        trouble.error == f"ValueError: request:2 has no customer tests.stumbling was given the facts {bad} to {after}."
    )

    is_mended = True
    assert follow_all([stumbling, other], at=later + timedelta(seconds=5)) == 1
    assert follow_all([stumbling, other], at=later + timedelta(seconds=5)) == 1
    assert followed() == [good, bad, after]
    assert followers_in_trouble() == []


def test_the_rest_after_each_failure_grows_to_half_an_hour() -> None:
    happen()

    def fail(_facts: Sequence[FactSeen]) -> None:
        raise ValueError("never")

    failing = Follower("tests.failing", frozenset({"seen"}), fail)
    at, rests = AT, []
    for _ in range(7):
        assert follow_all([failing], at=at) == 0
        (trouble,) = followers_in_trouble()
        rests.append((trouble.retry_at - at).total_seconds())
        at = trouble.retry_at
    assert rests == [5, 30, 120, 600, 1800, 1800, 1800]
    assert trouble.failure_count == 7


def test_a_follower_that_is_up_to_date_costs_one_statement_that_writes_nothing(
    django_assert_num_queries: object,
) -> None:
    happen()
    followers = [FOLLOWER, Follower("tests.other", frozenset(), write_down)]
    assert follow_all(followers, at=AT) == 2
    with django_assert_num_queries(1):
        assert follow_all(followers, at=AT) == 0


def test_history_is_skipped_in_the_transaction_that_loads_it_and_the_present_is_followed() -> None:
    happen()
    with transaction.atomic():
        skip_history(FOLLOWER)
        record(verb="seen", by=None, at=AT, about=["request:1"])
    number = happen()
    assert follow_journal(FOLLOWER) == 1
    assert followed() == [number]
    happen()
    skip_history(FOLLOWER)
    assert follow_journal(FOLLOWER) == 0
    number_after = happen()
    assert follow_journal(FOLLOWER) == 1
    assert followed() == [number, number_after]
