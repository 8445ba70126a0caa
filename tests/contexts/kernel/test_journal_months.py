"""The journal's table by month, and the journal after a backup was restored elsewhere."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from clientela.kernel.journal import (
    Follower,
    facts_about,
    follow_journal,
    prepare_months,
    record,
    settle_after_restore,
)
from clientela.kernel.models import Fact, FollowerCursor
from tests.following import let_older_transactions_end

AT = datetime(2031, 11, 30, 23, 30, tzinfo=UTC)


def parts() -> dict[int, str]:
    """Which part of the table each fact lies in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tableoid::regclass::text FROM kernel_fact")
        return dict(cursor.fetchall())


def test_each_month_to_come_gets_a_part_of_its_own_once(db: None) -> None:
    assert prepare_months(at=AT) == ["kernel_fact_2031_11", "kernel_fact_2031_12", "kernel_fact_2032_01"]
    assert prepare_months(at=AT) == []
    assert prepare_months(at=AT, months_ahead=3, since=date(2031, 10, 31)) == [
        "kernel_fact_2031_10",
        "kernel_fact_2032_02",
    ]
    last = record(verb="request_opened", by=1, at=AT, about=["request:1"])
    first = record(verb="request_opened", by=1, at=datetime(2031, 12, 1, tzinfo=UTC), about=["request:2"])
    beyond = record(verb="request_opened", by=1, at=datetime(2032, 3, 1, tzinfo=UTC), about=["request:3"])
    assert parts() == {last: "kernel_fact_2031_11", first: "kernel_fact_2031_12", beyond: "kernel_fact_default"}


def test_facts_that_came_before_their_month_was_prepared_move_along_unchanged(db: None) -> None:
    numbers = [
        record(verb="request_opened", by=1, at=AT, about=["request:1"], words="ă"),
        record(verb="note_written", by=1, at=datetime(2020, 1, 1, tzinfo=UTC), about=["request:1"]),
    ]
    before = facts_about("request:1")
    xids = list(Fact.objects.order_by("pk").values_list("xid", flat=True))
    prepare_months(at=AT, months_ahead=0)
    assert parts() == dict(zip(numbers, ["kernel_fact_2031_11", "kernel_fact_default"], strict=True))
    assert facts_about("request:1") == before
    assert list(Fact.objects.order_by("pk").values_list("xid", flat=True)) == xids


@pytest.mark.parametrize("number", [0, 1])
def test_facts_stay_as_they_are_in_every_part(db: None, number: int) -> None:
    prepare_months(at=AT, months_ahead=0)
    numbers = [
        record(verb="request_opened", by=1, at=AT, about=["request:1"]),
        record(verb="request_opened", by=1, at=datetime(2020, 1, 1, tzinfo=UTC), about=["request:1"]),
    ]
    with (
        pytest.raises(IntegrityError, match="written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM kernel_fact WHERE id = %s", [numbers[number]])
    assert Fact.objects.count() == 2


@pytest.fixture
def _the_shift_is_put_back(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION kernel_journal_shift() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 0::bigint'"
        )


@pytest.mark.usefixtures("_the_shift_is_put_back")
def test_after_a_restore_into_a_younger_server_followers_go_on_where_they_were() -> None:
    seen: list[int] = []
    follower = Follower("tests.restored", frozenset({"seen"}), lambda facts: seen.extend(fact.id for fact in facts))
    assert settle_after_restore() is False

    # As a restored backup leaves it: numbers that this server will only reach in a billion transactions.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_fact (xid, at, verb, about, data) SELECT kernel_journal_xid() + 1000000000 + n, %s,"
            " 'seen', ARRAY['request:1'], '{}' FROM generate_series(1, 2) AS n RETURNING id, xid",
            [AT],
        )
        (followed, its_xid), (waiting, _) = cursor.fetchall()
    FollowerCursor.objects.create(name="tests.restored", xid=its_xid, fact_id=followed)

    assert follow_journal(follower) == 0
    assert settle_after_restore() is True
    assert settle_after_restore() is False
    with transaction.atomic():
        new = record(verb="seen", by=None, at=AT, about=["request:1"])
    let_older_transactions_end()
    assert follow_journal(follower) == 2
    assert seen == [waiting, new]
    assert follow_journal(follower) == 0
