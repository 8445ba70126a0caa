"""The journal: facts are written with their action, stay as they are, and are read back."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import connector_params
from pytest_django import DjangoAssertNumQueries

from clientela.kernel.journal import (
    FactSeen,
    FactToRecord,
    NoTransactionError,
    facts_about,
    record,
    record_many,
    thing,
)
from clientela.kernel.models import Fact

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_fact_is_refused_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(NoTransactionError) as refusal:
        record(verb="request_opened", by=7, at=AT, about=["request:1"])
    assert str(refusal.value) == "A fact is recorded in the transaction of its action. Open one with atomic()."
    assert not Fact.objects.exists()


def test_a_fact_goes_with_the_transaction_that_failed(transactional_db: None) -> None:
    @transaction.atomic
    def fail_after_recording() -> None:
        record(verb="request_opened", by=7, at=AT, about=["request:1"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_recording()
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("at", "about", "sentence"),
    [
        (AT.replace(tzinfo=None), ["request:1"], "The moment of request_opened has no zone."),
        (AT, [], "request_opened must be about things such as request:12, not []."),
        (AT, ["request"], "request_opened must be about things such as request:12, not ['request']."),
    ],
)
def test_a_fact_has_a_zone_and_is_about_something(db: None, at: datetime, about: list[str], sentence: str) -> None:
    with pytest.raises(ValueError, match="request_opened") as refusal:
        record(verb="request_opened", by=7, at=at, about=about)
    assert str(refusal.value) == sentence
    assert not Fact.objects.exists()


def test_a_fact_carries_plain_json_only(db: None) -> None:
    with pytest.raises(TypeError):
        record(verb="request_opened", by=7, at=AT, about=["request:1"], when=AT)


@pytest.mark.parametrize("change", ["UPDATE kernel_fact SET verb = 'never_was'", "DELETE FROM kernel_fact"])
def test_a_fact_is_never_changed_nor_taken_away(db: None, change: str) -> None:
    number = record(verb="request_opened", by=7, at=AT, about=["request:1"])
    with (
        pytest.raises(IntegrityError, match=r"A fact of the journal is written once and never changed\."),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert Fact.objects.get().pk == number
    assert Fact.objects.get().verb == "request_opened"


def test_what_happened_to_a_thing_is_told_newest_first_and_page_by_page(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, _other, third, fourth = record_many(
        [
            FactToRecord(verb="request_opened", by=7, at=AT, about=[thing("request", 12), thing("party", 7)]),
            FactToRecord(verb="request_opened", by=7, at=AT, about=["request:13"]),
            FactToRecord(verb="note_written", by=8, at=AT, about=["request:12", "request:12"], data={"words": "ăß"}),
            FactToRecord(verb="promise_broken", by=None, at=AT, about=["request:12"]),
        ]
    )
    assert first < third < fourth
    with django_assert_num_queries(1):
        newest = facts_about("request:12", limit=2)
    assert newest == [
        FactSeen(id=fourth, at=AT, verb="promise_broken", by=None, about=("request:12",), data={}),
        FactSeen(id=third, at=AT, verb="note_written", by=8, about=("request:12",), data={"words": "ăß"}),
    ]
    assert facts_about("request:12", before_id=third) == [
        FactSeen(id=first, at=AT, verb="request_opened", by=7, about=("request:12", "party:7"), data={})
    ]


def test_the_number_of_the_transaction_is_filled_in_by_the_database(transactional_db: None) -> None:
    with transaction.atomic():
        record(verb="request_opened", by=7, at=AT, about=["request:1"])
        with transaction.atomic():  # a savepoint is not a transaction of its own
            record(verb="note_written", by=7, at=AT, about=["request:1"])
    with transaction.atomic():
        record(verb="request_closed", by=7, at=AT, about=["request:1"])
    opened, noted, closed = Fact.objects.order_by("pk").values_list("xid", flat=True)
    assert opened == noted
    assert closed > noted


def test_a_fact_calls_the_followers_when_it_is_committed_and_not_before(transactional_db: None) -> None:
    with psycopg.connect(**connector_params(), autocommit=True) as ear:
        ear.execute("LISTEN clientela_journal")
        with transaction.atomic():
            record(verb="request_opened", by=7, at=AT, about=["request:1"])
            record(verb="note_written", by=7, at=AT, about=["request:1"])
            assert list(ear.notifies(timeout=0.1)) == []
        assert [call.channel for call in ear.notifies(timeout=5, stop_after=1)] == ["clientela_journal"]
        assert list(ear.notifies(timeout=0.1)) == []
