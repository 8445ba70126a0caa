"""Talks through the door: planned, come to the day, noted down on a phone in a minute, kept to."""

from typing import Any

from clientela.directory.models import Department
from clientela.promises.models import Clock
from clientela.voice.models import Talk, TalkPlan, Voice
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

TALKS = "/listen/talks"


def page_of(desk: Desk, address: str, who: str = "ana") -> str:
    response = desk.of(who).get(address)
    assert response.status_code == 200
    return response.content.decode()


def plan(desk: Desk, shop: Shop, who: str = "ana", **more: Any) -> int:
    given = {
        "provider": str(shop.world.care.id),
        "talker": str(shop.world.id_of("radu")),
        "every_weeks": "13",
        "next_on": "2026-11-25",
        "guide": "What matters most to you?",
    } | more
    return desk.of(who).post(f"{TALKS}/new?customer={shop.world.delta.id}", given).status_code


def test_an_empty_page_says_what_talks_are_for(desk: Desk, shop: Shop) -> None:
    html = page_of(desk, TALKS)
    assert "No talks are planned" in html
    assert "Plan talks with somebody" in html


def test_a_customer_outside_is_hidden_from_who_serves_nobody_outside(desk: Desk, shop: Shop) -> None:
    assert desk.of("tomasz").get(f"{TALKS}/new?customer={shop.world.delta.id}").status_code == 404
    assert plan(desk, shop, "tomasz") == 404
    assert TalkPlan.objects.count() == 0


def test_whom_to_talk_with_is_found_by_a_part_of_the_name(desk: Desk, shop: Shop) -> None:
    assert f"?customer={shop.world.delta.id}" in page_of(desk, f"{TALKS}/new?q=delta")
    assert "Nobody of that name" in page_of(desk, f"{TALKS}/new?q=nobody-at-all")
    assert shop.world.workshop.name in page_of(desk, f"{TALKS}/note")


def test_a_plan_comes_to_the_day_of_who_talks_and_is_noted_down(desk: Desk, shop: Shop) -> None:
    assert plan(desk, shop) == 302
    made = TalkPlan.objects.get()
    assert "Talks this week" in page_of(desk, "/desk/", "radu")
    assert "Talks this week" not in page_of(desk, "/desk/", "piotr")
    address = f"{TALKS}/note?plan={made.pk}"
    assert "What matters most to you?" in page_of(desk, address, "radu")
    sent = desk.of("radu").post(
        address,
        {
            "notes": "They want one person to speak to.",
            "matter_1": "Invoices by the 5th",
            "matter_kind_1": "expectation",
            "promise_1": "I send you the price list",
            "promise_by_1": "2026-11-24T15:00",
        },
    )
    assert sent.status_code == 302
    talk = Talk.objects.get()
    html = page_of(desk, f"{TALKS}/{talk.pk}", "radu")
    for words in ("They want one person to speak to.", "Invoices by the 5th", "I send you the price list"):
        assert words in html
    assert Voice.objects.get().kind == "talk"
    kept = desk.of("radu").post(f"{TALKS}/{talk.pk}/promises/{talk.clock_ids[0]}/kept", {})
    assert kept.status_code == 302
    assert Clock.objects.get().kept_at is not None
    assert "last talk" in page_of(desk, TALKS)
    assert desk.of("tomasz").get(f"{TALKS}/{talk.pk}").status_code == 404


def test_a_promise_without_its_moment_is_said_beside_it_and_the_words_stay(desk: Desk, shop: Shop) -> None:
    address = f"{TALKS}/note?customer={shop.world.workshop.id}"
    response = desk.of("radu").post(
        address, {"notes": "They wait for us.", "promise_1": "I call back", "provider": str(shop.world.care.id)}
    )
    assert response.status_code == 422
    html = response.content.decode()
    assert "Say when. Choose a day and an hour." in html
    assert "They wait for us." in html
    assert Talk.objects.count() == 0
    empty = desk.of("radu").post(address, {"provider": str(shop.world.care.id)})
    assert "Write what they said, or what matters most to them." in empty.content.decode()


def test_a_department_is_called_in_the_language_of_the_page(desk: Desk, shop: Shop) -> None:
    Department.objects.filter(party_id=shop.world.workshop.id).update(names={"pl": "Warsztat"})
    plan(desk, shop)
    TalkPlan.objects.update(customer_id=shop.world.workshop.id)
    number = TalkPlan.objects.get().pk
    for address in (TALKS, f"{TALKS}/plan/{number}", f"{TALKS}/note?plan={number}"):
        for language, name in (("pl", "Warsztat"), ("en", "Workshop")):
            html = desk.of("ana", language=language).get(address).content.decode()
            main = html[html.index("<main") :]
            assert [one for one in ("Warsztat", "Workshop") if one in main] == [name], (address, language)


def test_a_plan_is_changed_and_ended(desk: Desk, shop: Shop) -> None:
    plan(desk, shop)
    number = TalkPlan.objects.get().pk
    changed = {
        "talker": str(shop.world.id_of("ana")),
        "every_weeks": "4",
        "next_on": "2026-12-01",
        "guide": "How are you?",
    }
    assert desk.of("ana").post(f"{TALKS}/plan/{number}", changed).status_code == 302
    assert TalkPlan.objects.get().every_weeks == 4
    past = desk.of("ana").post(f"{TALKS}/plan/{number}", changed | {"next_on": "2020-01-01"})
    assert "Choose a day that is still to come." in past.content.decode()
    assert desk.of("ana").post(f"{TALKS}/plan/{number}/end", {}).status_code == 302
    assert desk.of("ana").get(f"{TALKS}/plan/{number}").status_code == 404


def test_a_promise_of_another_talk_is_not_kept_through_this_one(desk: Desk, shop: Shop) -> None:
    given = {
        "notes": "They wait for us.",
        "promise_1": "I call back",
        "promise_by_1": "2026-11-24T15:00",
        "provider": str(shop.world.care.id),
    }
    for customer in (shop.world.workshop.id, shop.world.delta.id):
        assert desk.of("radu").post(f"{TALKS}/note?customer={customer}", given).status_code == 302
    mine, other = Talk.objects.order_by("pk")
    refused = desk.of("radu").post(f"{TALKS}/{mine.pk}/promises/{other.clock_ids[0]}/kept", {})
    assert refused.status_code == 404
    assert Clock.objects.filter(kept_at__isnull=False).count() == 0
    assert desk.of("radu").get(f"{TALKS}/{mine.pk}/promises/{mine.clock_ids[0]}/kept").status_code == 405
