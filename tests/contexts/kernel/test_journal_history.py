"""A history of facts, written by COPY, is read as if each had been recorded alone."""

from datetime import UTC, datetime, timedelta

import pytest

from clientela.kernel.journal import FactToRecord, facts_about, facts_about_any, record, record_many
from clientela.kernel.models import Fact

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_many_facts_are_kept_whole_and_in_order() -> None:
    many = 1001
    facts = [
        FactToRecord(
            verb="request_opened",
            by=None if number % 2 else number,
            at=AT + timedelta(days=number),
            about=[f"request:{number}", "party:7"],
            data={"words": "ș\t\\N\n“”", "number": number, "none": None},
        )
        for number in range(many)
    ]
    ids = record_many(facts)
    assert ids == sorted(set(ids))
    rows = list(Fact.objects.order_by("pk"))
    assert [row.pk for row in rows] == ids
    assert [(row.verb, row.by_party_id, row.at, row.about, row.data) for row in rows] == [
        (fact.verb, fact.by, fact.at, fact.about, fact.data) for fact in facts
    ]
    alone = record(verb="request_opened", by=None, at=AT, about=["request:1"])
    last = Fact.objects.get(pk=alone)
    assert alone > ids[-1]
    assert {row.xid for row in rows} == {last.xid}  # all of one transaction, as the database numbers it


def test_facts_about_several_things_come_once_each_newest_first() -> None:
    both = record(verb="asked", by=None, at=AT, about=["request:1", "request:2"])
    second = record(verb="answered", by=None, at=AT, about=["request:2"])
    record(verb="asked", by=None, at=AT, about=["request:3"])
    assert [fact.id for fact in facts_about_any(["request:1", "request:2"])] == [second, both]
    assert [fact.id for fact in facts_about_any(["request:1", "request:2"], verbs={"asked"})] == [both]
    assert [fact.id for fact in facts_about_any(["request:1", "request:2"], limit=1)] == [second]
    many = [f"request:{number}" for number in range(1, 1000) if number != 3]
    assert facts_about_any(many) == facts_about_any(["request:1", "request:2"])
    assert [fact.id for fact in facts_about_any(many, verbs={"asked"})] == [both]
    assert [fact.id for fact in facts_about_any(many, limit=1)] == [second]
    assert facts_about_any(many[2:]) == []
    assert [fact.id for fact in facts_about("request:1")] == [both]
