"""Talks with customers of both kinds: planned, noted down in a minute, and kept to."""

from datetime import date, timedelta
from typing import Any

import pytest

from clientela.directory.models import CustomerNote
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises.models import Clock
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
