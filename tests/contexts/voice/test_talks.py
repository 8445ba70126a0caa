"""Talks with customers of both kinds: planned, noted down in a minute, and kept to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clientela.directory.models import CustomerNote, Party
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises.models import Clock
from clientela.voice.actions.readers import house_reader
from clientela.voice.actions.reading import read_voices
from clientela.voice.actions.talks import (
    Matter,
    PromiseInTalk,
    TalkError,
    change_talk_plan,
    end_talk_plan,
    note_talk,
    plan_talks,
)
from clientela.voice.models import Talk, TalkPlan, Voice
from clientela.voice.queries.talks import talk_plan, talk_seen, talks_due, talks_page
from tests.shop import Shop

NEXT_WEEK = date(2026, 11, 30)


def planned(shop: Shop, **more: Any) -> int:
    values: dict[str, Any] = {
        "by": shop.world.ana,
        "customer_id": shop.world.delta.id,
        "provider_id": shop.world.care.id,
        "talker_id": shop.world.id_of("radu"),
        "every_weeks": 13,
        "guide": "What matters most to you?\n\n  What should we do better?  ",
        "first_on": NEXT_WEEK,
    } | more
    return plan_talks(at=shop.at, **values)


def noted(shop: Shop, **more: Any) -> int:
    values: dict[str, Any] = {
        "by": shop.world.radu,
        "customer_id": shop.world.delta.id,
        "provider_id": shop.world.care.id,
        "notes": "They want one person to speak to.",
        "language": "en",
    } | more
    return note_talk(at=shop.at, **values)


def test_a_stranger_plans_and_notes_nothing(shop: Shop) -> None:
    for who in ("tomasz", "zofia"):
        with pytest.raises(NotAllowedError):
            planned(shop, by=getattr(shop.world, who))
        with pytest.raises(NotAllowedError):
            noted(shop, by=getattr(shop.world, who))
    assert TalkPlan.objects.count() + Talk.objects.count() == 0


def test_a_department_plans_talks_with_a_customer_outside_and_with_one_inside(shop: Shop) -> None:
    planned(shop)
    planned(shop, customer_id=shop.world.workshop.id)
    plan = TalkPlan.objects.get(customer=shop.world.delta.id)
    assert (plan.guide, plan.next_on) == ("What matters most to you?\nWhat should we do better?", NEXT_WEEK)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"every_weeks": 0}, "every_weeks"),
        ({"every_weeks": 105}, "every_weeks"),
        ({"guide": " \n "}, "guide"),
        ({"first_on": date(2026, 11, 22)}, "next_on"),
        ({"talker_id": "zofia"}, "talker"),
        ({"customer_id": "care"}, "customer"),
    ],
)
def test_a_plan_has_a_colleague_a_day_to_come_and_questions(shop: Shop, wrong: dict[str, Any], field: str) -> None:
    given = {
        key: shop.world.id_of(value) if isinstance(value, str) and key.endswith("_id") else value
        for key, value in wrong.items()
    }
    with pytest.raises(TalkError) as refusal:
        planned(shop, **given)
    assert refusal.value.field == field
    assert TalkPlan.objects.count() == 0


def test_a_customer_has_one_plan_a_department_until_it_ends(shop: Shop) -> None:
    first = planned(shop)
    with pytest.raises(TalkError, match="Change that one"):
        planned(shop)
    with pytest.raises(HiddenError):
        end_talk_plan(by=shop.world.zofia, at=shop.at, plan_id=first)
    end_talk_plan(by=shop.world.ana, at=shop.at, plan_id=first)
    planned(shop)
    with pytest.raises(HiddenError):
        end_talk_plan(by=shop.world.ana, at=shop.at, plan_id=first)


def test_a_plan_is_changed(shop: Shop) -> None:
    number = planned(shop)
    change_talk_plan(
        by=shop.world.ana,
        at=shop.at,
        plan_id=number,
        talker_id=shop.world.id_of("ana"),
        every_weeks=4,
        guide="How are you?",
        next_on=NEXT_WEEK,
    )
    plan = TalkPlan.objects.get()
    assert (plan.talker_id, plan.every_weeks, plan.guide) == (shop.world.id_of("ana"), 4, "How are you?")


def test_a_talk_is_a_voice_a_record_and_promises_and_sets_the_next_one(shop: Shop) -> None:
    plan = planned(shop)
    due_at = shop.at + timedelta(days=2)
    number = noted(
        shop,
        plan_id=plan,
        with_person_id=shop.world.id_of("mihai"),
        matters=[Matter("expectation", "Invoices by the 5th."), Matter("need", "  ")],
        promised=[PromiseInTalk("I send you the new price list", due_at)],
    )
    talk = Talk.objects.get()
    clock = Clock.objects.get(pk=talk.clock_ids[0])
    assert (clock.kind, clock.words, clock.fixed_due_at, clock.customer_id, clock.promised_by_id) == (
        "personal",
        "I send you the new price list",
        due_at,
        shop.world.delta.id,
        shop.world.radu.person_id,
    )
    note = CustomerNote.objects.get()
    assert (note.party_id, note.kind, note.text) == (shop.world.delta.id, "expectation", "Invoices by the 5th.")
    voice = Voice.objects.get()
    assert (voice.kind, voice.source, voice.side, voice.text, voice.speaker_id) == (
        "talk",
        f"talk:{number}",
        "outside",
        "They want one person to speak to.\nInvoices by the 5th.",
        shop.world.id_of("mihai"),
    )
    assert TalkPlan.objects.get().next_on == shop.at.date() + timedelta(weeks=13)
    assert "talk_held" in [fact.verb for fact in facts_about(f"talk:{number}")]


def test_a_talk_with_a_department_is_a_voice_from_inside(shop: Shop) -> None:
    noted(shop, customer_id=shop.world.workshop.id)
    voice = Voice.objects.get()
    assert (voice.side, voice.rater_id) == ("inside", shop.world.workshop.id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"notes": " "}, "notes"),
        ({"notes": "x" * 8001}, "notes"),
        ({"held_at": timedelta(minutes=1)}, "held_at"),
        ({"matters": [Matter("wish", "A pony")]}, "matter_1"),
        ({"matters": [Matter("need", "x" * 501)]}, "matter_1"),
        ({"promised": [PromiseInTalk("Yesterday", timedelta(days=-1))]}, "promise_1"),  # type: ignore[arg-type]
        ({"promised": [PromiseInTalk(" ", timedelta(days=1))]}, "promise_1"),  # type: ignore[arg-type]
    ],
)
def test_of_a_talk_that_cannot_be_kept_nothing_is_kept(shop: Shop, wrong: dict[str, Any], field: str) -> None:
    given = dict(wrong)
    if "held_at" in given:
        given["held_at"] = shop.at + given["held_at"]
    if "promised" in given:
        given["promised"] = [PromiseInTalk(one.words, shop.at + one.due_at) for one in given["promised"]]
    with pytest.raises(TalkError) as refusal:
        noted(shop, **given)
    assert refusal.value.field == field
    assert (Talk.objects.count(), Voice.objects.count(), Clock.objects.count(), CustomerNote.objects.count()) == (
        0,
        0,
        0,
        0,
    )


def test_a_plan_of_another_customer_is_not_this_one(shop: Shop) -> None:
    plan = planned(shop)
    with pytest.raises(HiddenError):
        noted(shop, plan_id=plan, customer_id=shop.world.workshop.id)


@pytest.mark.parametrize(("customer", "other"), [("delta", "zofia"), ("workshop", "ana"), ("zofia", "lucia")])
def test_nobody_is_made_to_have_said_what_another_customer_said(shop: Shop, customer: str, other: str) -> None:
    with pytest.raises(HiddenError):
        noted(shop, customer_id=shop.world.id_of(customer), with_person_id=shop.world.id_of(other))
    assert Talk.objects.count() + Voice.objects.count() == 0


def test_whom_one_talked_with_works_there_or_is_the_customer(shop: Shop) -> None:
    noted(shop, customer_id=shop.world.workshop_warsaw.id, with_person_id=shop.world.id_of("piotr"))
    noted(shop, customer_id=shop.world.id_of("zofia"), with_person_id=shop.world.id_of("zofia"))
    assert [voice.speaker_id for voice in Voice.objects.order_by("pk")] == [
        shop.world.id_of("piotr"),
        shop.world.id_of("zofia"),
    ]


def test_a_talk_by_night_is_of_the_day_it_is_where_one_talks(shop: Shop) -> None:
    night = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # the 24th in Bucharest
    tomorrow = date(2026, 11, 24)
    with pytest.raises(TalkError, match="still to come"):
        plan_talks(
            by=shop.world.ana,
            at=night,
            customer_id=shop.world.delta.id,
            provider_id=shop.world.care.id,
            talker_id=shop.world.id_of("radu"),
            every_weeks=1,
            guide="How?",
            first_on=date(2026, 11, 23),
        )
    number = planned(shop, first_on=tomorrow, every_weeks=1)
    assert talks_page(shop.world.radu, at=night).plans[0].is_due
    assert not talks_page(shop.world.carmen, at=night).plans[0].is_due  # Madrid
    assert [plan.id for plan in talks_due(shop.world.radu, at=night - timedelta(days=7))] == [number]
    note_talk(
        by=shop.world.radu,
        at=night,
        customer_id=shop.world.delta.id,
        provider_id=shop.world.care.id,
        plan_id=number,
        notes="They are glad.",
        language="en",
    )
    assert TalkPlan.objects.get().next_on == tomorrow + timedelta(weeks=1)
    assert talks_page(shop.world.radu, at=night).plans[0].last_on == tomorrow


def test_a_customer_who_was_erased_breaks_no_page(shop: Shop) -> None:
    plan = planned(shop, customer_id=shop.world.id_of("zofia"))
    talk = noted(shop, customer_id=shop.world.id_of("zofia"), plan_id=plan)
    Party.objects.filter(pk=shop.world.id_of("zofia")).update(erased_at=shop.at)
    page = talks_page(shop.world.radu, at=shop.at)
    assert (page.plans, page.talks) == ((), ())
    with pytest.raises(HiddenError):
        talk_seen(shop.world.radu, talk, at=shop.at)
    with pytest.raises(HiddenError):
        talk_plan(shop.world.radu, plan, at=shop.at)


@pytest.mark.parametrize("notes", ["🙂🙂", "idiots\0, all of them", "târziu, spóźnione, tarde, late"])
def test_whatever_was_said_in_a_talk_is_kept_and_read(shop: Shop, notes: str) -> None:
    noted(shop, notes=notes, matters=[Matter("need", "\0 soon")])
    reader = house_reader(at=shop.at, encodes=None)
    assert read_voices(moment=lambda: shop.at, reader=reader) == 1
    assert Talk.objects.get().matters_most == [{"kind": "need", "text": "soon"}]
