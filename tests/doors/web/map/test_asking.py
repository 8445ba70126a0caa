"""Asking who depends on whom, through the door: the questions one a screen, the rounds, the views, declared lines."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clientela.catalogue.models import Service
from clientela.network import actions
from clientela.network.models import DeclaredLine, DependenceInvitation, DependenceRound, DependenceSheet
from clientela.network.policies import dependence_token
from clientela.network.rules.sheets import Said, Sheet
from tests.contexts.network.people import hire
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

ASKING = reverse("map:asking")


def text_of(answer: Any) -> str:
    return unescape(re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def token_of(shop: Shop, who: str = "ana") -> str:
    """A round is begun; this is the key in the letter of one of those asked."""
    actions.start_asking(
        by=shop.world.carmen, at=shop.at, closes_at=shop.at + timedelta(days=14), words="Two days late?"
    )
    return dependence_token(DependenceInvitation.objects.get(person=shop.world.id_of(who)).pk)


def step(token: str, name: str) -> str:
    return reverse("map:answer_step", args=[token, name])


def stored() -> dict[str, Any]:
    row = DependenceSheet.objects.get()
    return {"job": row.job, "needs": row.needs, "serves": row.serves}


# --- the questions


def test_a_key_that_is_not_ours_is_not_there(shop: Shop, desk: Desk) -> None:
    token_of(shop)
    for key in ("WzFd:x", "nothing", dependence_token(0)):
        assert Client().get(reverse("map:answer", args=[key])).status_code == 404
        assert Client().post(step(key, "job"), {"job": "x"}).status_code == 404
        assert Client().post(reverse("map:answer_decline", args=[key])).status_code == 404


def test_opening_every_link_changes_nothing_and_needs_no_login(shop: Shop, desk: Desk) -> None:
    token = token_of(shop)
    for name in ("job", "needs", "serves", "done", "need-it", "nowhere"):
        assert Client().get(step(token, name)).status_code in {200, 302}
    assert Client().get(reverse("map:answer", args=[token])).status_code == 200
    assert Client().get(reverse("map:answer_decline", args=[token])).status_code == 405
    assert not DependenceSheet.objects.exists()
    assert (Session.objects.count(), DependenceInvitation.objects.filter(declined_on__isnull=False).count()) == (0, 0)


def test_the_way_through_asks_about_each_department_that_was_named(shop: Shop, desk: Desk) -> None:
    token, browser = token_of(shop), desk.of("ana")
    it, workshop = shop.world.id_of("it"), shop.world.id_of("workshop")
    page = text_of(browser.get(reverse("map:answer", args=[token])))
    assert "Two days late?" in page
    assert "What fewer than five people of a department say about another is not counted at all" in page
    first = browser.post(step(token, "job"), {"job": "I answer customers"})
    assert first["Location"] == step(token, "needs")
    named = browser.post(step(token, "needs"), {"departments": [str(it), str(workshop)]})
    assert named["Location"] == step(token, "need-it")
    question = text_of(browser.get(named["Location"]))
    assert "Question 3 of 5" in question
    assert "What you need from IT" in question
    assert "A laptop" in question
    service = Service.objects.get(key="laptop").pk
    needed = browser.post(
        step(token, "need-it"), {"services": [str(service)], "what": "passwords", "matters": "4", "quality": "2"}
    )
    assert needed["Location"] == step(token, "need-workshop")
    after = browser.post(step(token, "need-workshop"), {"matters": "3", "quality": ""})
    assert after["Location"] == step(token, "serves")
    served = browser.post(step(token, "serves"), {"departments": [str(workshop)]})
    assert served["Location"] == step(token, "serve-workshop")
    done = browser.post(step(token, "serve-workshop"), {"matters": "1", "quality": "5"})
    assert done["Location"] == step(token, "done")
    assert stored() == {
        "job": "I answer customers",
        "needs": [
            {"department": it, "matters": 4, "quality": 2, "services": [service], "what": "passwords"},
            {"department": workshop, "matters": 3, "quality": None, "services": [], "what": ""},
        ],
        "serves": [{"department": workshop, "matters": 1, "quality": 5, "services": [], "what": ""}],
    }
    summary = text_of(browser.get(done["Location"]))
    assert "You need IT matters: nothing goes without it; done: not well" in summary
    assert "Workshop needs you matters: a little; done: very well" in summary


def test_one_answer_is_changed_from_the_end_and_leads_back_there(shop: Shop, desk: Desk) -> None:
    token, browser = token_of(shop), desk.of("ana")
    save(shop, "ana", Sheet(needs=(Said(shop.world.id_of("it"), 4, 2),)))
    page = browser.get(step(token, "need-it") + "?change=1").content.decode()
    assert re.search(r'name="matters"[^>]*value="4"[^>]*checked', page)
    answer = browser.post(step(token, "need-it"), {"matters": "1", "quality": "5", "go": "back_to_all"})
    assert answer["Location"] == step(token, "done")
    assert stored()["needs"][0]["matters"] == 1


def test_who_left_half_way_goes_on_where_they_stopped(shop: Shop, desk: Desk) -> None:
    token, browser = token_of(shop), desk.of("ana")
    it, workshop = shop.world.id_of("it"), shop.world.id_of("workshop")
    letter = reverse("map:answer", args=[token])
    answered, open_still = Said(it, 4, 2), Said(workshop)
    halves = [
        (Sheet(job="I answer customers"), "needs"),
        (Sheet(needs=(answered, open_still)), "need-workshop"),
        (Sheet(needs=(answered,)), "serves"),
        (Sheet(needs=(answered,), serves=(open_still,)), "serve-workshop"),
    ]
    for sheet, following in halves:
        save(shop, "ana", sheet)
        page = browser.get(letter).content.decode()
        (way,) = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(?:(?!</a>).)*Go on where I stopped', page, re.DOTALL)
        assert way == step(token, following)
    half = text_of(browser.get(step(token, "done")))
    assert "Saved so far 1 question is still open." in half
    assert "Thank you" not in half
    save(shop, "ana", Sheet(needs=(answered,), serves=(Said(workshop, 1, 5),)))
    assert "Go on where I stopped" not in text_of(browser.get(letter))
    assert "Thank you, it is all saved" in text_of(browser.get(step(token, "done")))


def test_a_missing_answer_names_the_question_and_keeps_what_was_typed(shop: Shop, desk: Desk) -> None:
    token, browser = token_of(shop), desk.of("ana")
    save(shop, "ana", Sheet(needs=(Said(shop.world.id_of("it")),)))
    answer = browser.post(step(token, "need-it"), {"what": "passwords", "matters": "9"})
    assert answer.status_code == 422
    assert 'value="passwords"' in answer.content.decode()
    missing = browser.post(step(token, "need-it"), {"what": "passwords"})
    assert "Choose the answer that comes nearest." in text_of(missing)
    assert stored()["needs"][0]["what"] == ""


def test_a_department_that_may_not_be_named_is_refused(shop: Shop, desk: Desk) -> None:
    token, browser = token_of(shop), desk.of("ana")
    for key in ("care", "workshop-warsaw"):
        answer = browser.post(step(token, "needs"), {"departments": [str(shop.world.id_of(key))]})
        assert answer.status_code == 422
    assert not DependenceSheet.objects.exists()


def test_the_questions_speak_as_the_person_reads(shop: Shop, desk: Desk) -> None:
    token = token_of(shop, "magda")
    assert 'lang="pl"' in Client().get(reverse("map:answer", args=[token])).content.decode()


def test_who_would_rather_not_is_let_go_and_may_think_better_of_it(shop: Shop, desk: Desk) -> None:
    token, browser = token_of(shop), desk.of("ana")
    assert "That is all right" in text_of(browser.post(reverse("map:answer_decline", args=[token])))
    assert DependenceInvitation.objects.filter(declined_on__isnull=False).count() == 1
    browser.post(step(token, "needs"), {"departments": [str(shop.world.id_of("it"))]})
    assert DependenceInvitation.objects.filter(declined_on__isnull=False).count() == 0


def test_after_the_end_the_link_says_so_and_takes_nothing(shop: Shop, desk: Desk) -> None:
    token, browser = token_of(shop), desk.of("ana")
    actions.close_asking(by=shop.world.carmen, at=shop.at, round_id=DependenceRound.objects.get().pk)
    assert browser.post(step(token, "job"), {"job": "x"})["Location"] == reverse("map:answer", args=[token])
    assert "These questions have ended" in text_of(browser.get(reverse("map:answer", args=[token])))
    assert not DependenceSheet.objects.exists()


def test_a_question_takes_as_many_statements_whatever_was_answered(
    shop: Shop, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = token_of(shop)
    with django_assert_num_queries(6):
        Client().get(step(token, "needs"))
    save(shop, "ana", Sheet(needs=(Said(shop.world.id_of("it"), 4, 2), Said(shop.world.id_of("hr"), 1, 1))))
    with django_assert_num_queries(6):
        Client().get(step(token, "need-it"))


# --- the rounds


def save(shop: Shop, who: str, sheet: Sheet) -> None:
    number = DependenceInvitation.objects.get(person=shop.world.id_of(who)).pk
    actions.save_sheet(at=shop.at, invitation_id=number, sheet=sheet)


def test_a_colleague_begins_and_ends_nothing(shop: Shop, desk: Desk) -> None:
    assert "Nobody is asked at the moment" in text_of(desk.of("ana").get(ASKING))
    assert desk.of("ana").post(reverse("map:start_asking"), {"last_day": "2026-12-07"}).status_code == 403
    assert not DependenceRound.objects.exists()
    token_of(shop)
    number = DependenceRound.objects.get().pk
    assert desk.of("ana").post(reverse("map:end_asking", args=[number])).status_code == 403
    assert DependenceRound.objects.get().is_open


def test_the_owner_begins_a_round_sees_how_it_goes_and_ends_it(shop: Shop, desk: Desk) -> None:
    hire(shop.world, "care", 4)
    owner = desk.of("carmen")
    answer = owner.post(reverse("map:start_asking"), {"last_day": "2026-12-07", "words": "Why"})
    assert answer["Location"] == ASKING
    begun = DependenceRound.objects.get()
    assert begun.closes_at.isoformat() == "2026-12-07T22:59:00+00:00"  # the end of that day in Madrid
    page = text_of(owner.get(ASKING))
    assert re.search(r"Customer Care 6 0 0\s?%", page)
    assert re.search(r"Smaller ones together 7 0 0\s?%", page)
    assert "Who has answered so far" not in text_of(desk.of("ana").get(ASKING))
    ending = reverse("map:end_asking", args=[begun.pk])
    assert "End the round now? The answers are counted and destroyed at once" in text_of(owner.get(ending))
    assert DependenceRound.objects.get().is_open  # it is asked first
    assert desk.of("ana").get(ending).status_code == 404
    assert owner.get(reverse("map:end_asking", args=[begun.pk + 1])).status_code == 404
    owner.post(ending)
    assert not DependenceRound.objects.get().is_open
    assert owner.get(ending).status_code == 404


def test_a_day_that_is_too_near_is_said_beside_the_field(shop: Shop, desk: Desk) -> None:
    answer = desk.of("carmen").post(reverse("map:start_asking"), {"last_day": "2026-11-22"})
    assert answer.status_code == 422
    assert "Give people at least a day. Choose a later one." in text_of(answer)
    assert not DependenceRound.objects.exists()


# --- both views


def test_both_views_stand_side_by_side_and_in_a_file(
    shop: Shop, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = desk.of("tomasz")
    assert "Nothing to compare yet" in text_of(browser.get(reverse("map:gaps")))
    people = {key: hire(shop.world, key, 5) for key in ("care", "it")}
    token_of(shop)
    it, care = shop.world.id_of("it"), shop.care_id
    for key, sheet in (
        ("care", Sheet(needs=(Said(it, 4, 2, what="Laptops"),))),
        ("it", Sheet(serves=(Said(care, 1, 5),))),
    ):
        for person in people[key]:
            number = DependenceInvitation.objects.get(person=person).pk
            actions.save_sheet(at=shop.at, invitation_id=number, sheet=sheet)
    actions.close_asking(by=shop.world.carmen, at=shop.at, round_id=DependenceRound.objects.get().pk)
    with django_assert_num_queries(10):
        page = text_of(browser.get(reverse("map:gaps")))
    assert "IT matters more to Customer Care than IT thinks." in page
    assert "nothing goes without it, 4.0, 5\u00a0answers" in page
    assert "a little, 1.0, 5\u00a0answers" in page
    assert "How much it matters, 0 to 4" in page  # a number without its scale says nothing
    assert "How good it is, 1 to 5" in page
    assert "Needed for: laptops (5 people)" in page
    file = browser.get(reverse("map:gaps_csv")).content.decode("utf-8-sig").splitlines()
    assert file[1].startswith("IT,Customer Care,4.00,")


# --- declared by hand


def test_a_colleague_reads_what_is_declared_and_declares_nothing(shop: Shop, desk: Desk) -> None:
    told = {
        "provider": str(shop.world.id_of("it")),
        "customer": str(shop.care_id),
        "what": "Laptops",
        "starts_on": "2026-11-23",
    }
    assert desk.of("ana").post(reverse("map:declared"), told).status_code == 403
    assert "Declare another one" not in text_of(desk.of("ana").get(reverse("map:declared")))
    assert not DeclaredLine.objects.exists()
    assert desk.of("carmen").post(reverse("map:declared"), told)["Location"] == reverse("map:declared")
    assert "IT → Customer Care Laptops" in text_of(desk.of("ana").get(reverse("map:declared")))
    number = DeclaredLine.objects.get().pk
    assert desk.of("ana").post(reverse("map:end_declared", args=[number])).status_code == 403
    desk.of("vera").post(reverse("map:end_declared", args=[number]))
    assert not DeclaredLine.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"customer": ""}, "Choose a department, or customers outside."),
        ({"what": " "}, "Write what for, in a few words"),
        ({"ends_on": "2026-11-01"}, "The last day is before the first. Choose a later one."),
    ],
)
def test_what_cannot_be_declared_is_said_beside_the_field(
    shop: Shop, desk: Desk, more: dict[str, str], words: str
) -> None:
    told = {
        "provider": str(shop.world.id_of("it")),
        "customer": "households",
        "what": "Help by telephone",
        "starts_on": "2026-11-23",
    }
    answer = desk.of("carmen").post(reverse("map:declared"), {**told, **more})
    assert answer.status_code == 422
    assert words in text_of(answer)
