"""Whose turn is it: the policy on a page, tried before it is saved."""

import re
from typing import Any

import pytest
from django.urls import reverse

from clientela.requests import actions
from clientela.requests.models import StakePolicyVersion
from clientela.requests.queries.standing.reading import basis_of_order
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

TURNS = "/insight/turns"


def filled(html: str) -> dict[str, Any]:
    """The form as a browser would send it untouched."""
    part = next(piece for piece in html.split("<form") if 'name="is_parity"' in piece).split("</form>")[0]
    sent = {}
    for field in re.findall(r"<input[^>]*>", part):
        name, value = re.search(r'name="([^"]+)"', field), re.search(r'value="([^"]*)"', field)
        if name and name[1] != "csrfmiddlewaretoken" and ('type="checkbox"' not in field or "checked" in field):
            sent[name[1]] = value[1] if value else ""
    return sent


def page_of(desk: Desk, who: str = "carmen") -> str:
    response = desk.of(who).get(TURNS)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("who", ["radu", "piotr"])
def test_for_who_neither_heads_nor_owns_nor_administers_the_page_is_not_there(desk: Desk, shop: Shop, who: str) -> None:
    assert desk.of(who).get(TURNS).status_code == 404
    assert TURNS not in desk.of(who).get(reverse("insight:home")).content.decode()


def test_a_head_sees_and_tries_and_may_not_save(desk: Desk, shop: Shop) -> None:
    html = page_of(desk, "ana")
    assert "Inside and outside count the same here." in html
    assert "Only the owner decides whose need goes first." in html
    assert 'value="save"' not in html
    response = desk.of("ana").post(TURNS, {**filled(html), "do": "save", "note": "mine", "complaint_factor": "9"})
    assert response.status_code == 403
    assert StakePolicyVersion.objects.count() == 0


def test_the_policy_is_said_in_plain_sentences(desk: Desk, shop: Shop) -> None:
    html = page_of(desk)
    for sentence in (
        "What touches somebody’s safety or dignity goes first. It has no price.",
        "What has waited 80 working hours goes before everything that has a price.",
        "A complaint counts 1.5 times.",
        "All this together never counts more than 10 times.",
    ):
        assert sentence in html
    assert "Nobody has changed it: it is the one that Clientela comes with." in html
    assert html.count("btn-primary") == 1


def two_repairs(shop: Shop) -> None:
    shop.ask_repair(at=shop.after(-0.4), title="Plain one")
    shop.ask_repair(at=shop.at, title="A complaint", is_complaint=True)
    actions.rank_everything(at=shop.at)


def test_trying_shows_who_wins_and_loses_and_saves_nothing(desk: Desk, shop: Shop) -> None:
    two_repairs(shop)
    sent = {**filled(page_of(desk)), "department": str(shop.care_id), "do": "try", "complaint_factor": "1"}
    response = desk.of("carmen").post(TURNS, sent)
    html = response.content.decode()
    assert response.status_code == 200
    assert "1 moves up, 1 moves down, 0 stay." in html
    assert "Outside: number 1.5 on average, then 1.5." in html
    assert html.count("1 place earlier") == 1
    assert html.count("1 place later") == 1
    assert "What this would say" in html
    assert 'role="img"' in html.split('class="c-slope"')[1].split(">")[0]
    assert StakePolicyVersion.objects.count() == 0


def test_a_slider_alone_counts_where_no_script_moves_its_number(desk: Desk, shop: Shop) -> None:
    sent = {**filled(page_of(desk)), "do": "save", "note": "", "complaint_factor_slider": "3"}
    assert desk.of("carmen").post(TURNS, sent).status_code == 302
    assert basis_of_order().policy.complaint_factor == 3.0
    untouched = filled(page_of(desk))
    assert desk.of("carmen").post(TURNS, {**untouched, "do": "save", "note": ""}).status_code == 302
    assert basis_of_order().number == 1


def test_only_a_part_comes_when_the_page_asks_for_it(desk: Desk, shop: Shop) -> None:
    two_repairs(shop)
    sent = {**filled(page_of(desk)), "department": str(shop.care_id), "complaint_factor": "1"}
    html = desk.of("carmen").post(TURNS, sent, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert html.count('id="turns-outcome"') == 1
    assert "1 moves up, 1 moves down, 0 stay." in html


def test_the_owner_saves_with_a_note_and_it_stands_in_the_history(desk: Desk, shop: Shop) -> None:
    sent = {**filled(page_of(desk)), "do": "save", "note": "Complaints first", "complaint_factor": "2,5"}
    response = desk.of("carmen").post(TURNS, sent)
    assert response["Location"] == TURNS
    html = page_of(desk)
    assert "A complaint: 1.5 → 2.5" in html
    assert "Complaints first" in html
    assert "A complaint counts 2.5 times." in html


def test_a_stale_page_overwrites_nothing(desk: Desk, shop: Shop) -> None:
    first, second = filled(page_of(desk)), filled(page_of(desk))
    desk.of("carmen").post(TURNS, {**first, "do": "save", "note": "", "complaint_factor": "2"})
    response = desk.of("carmen").post(TURNS, {**second, "do": "save", "note": "kept", "complaint_factor": "3"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else changed the policy meanwhile." in html
    assert "kept" in html
    assert basis_of_order().policy.complaint_factor == 2.0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "Choose a figure from 1 to 10."),
        ("many", "Write a figure in digits."),
        ("nan", "Write a figure in digits."),
    ],
)
def test_a_figure_that_cannot_be_is_said_beside_its_field(desk: Desk, shop: Shop, typed: str, words: str) -> None:
    response = desk.of("carmen").post(TURNS, {**filled(page_of(desk)), "do": "save", "complaint_factor": typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html.split('id="id_complaint_factor_error"')[1].split("</p>")[0]
    assert f'value="{typed}"' in html
    assert StakePolicyVersion.objects.count() == 0


def test_while_inside_and_outside_are_equal_their_factors_do_not_count(desk: Desk, shop: Shop) -> None:
    sent = {**filled(page_of(desk)), "do": "save", "note": "", "outside_factor": "3"}
    desk.of("carmen").post(TURNS, sent)
    assert basis_of_order().policy.is_parity
    sent.pop("is_parity")
    sent["number"] = str(basis_of_order().number)
    desk.of("carmen").post(TURNS, sent)
    assert (basis_of_order().policy.is_parity, basis_of_order().policy.outside_factor) == (False, 3.0)


def test_own_choices_are_asked_as_questions(desk: Desk, shop: Shop) -> None:
    for number in range(3):
        opened = shop.ask_repair()
        actions.choose_otherwise(
            by=shop.world.ana,
            at=shop.at,
            request_id=opened.id,
            instead_of_id=None,
            why="quick" if number else "other",
            words="A neighbour",
        )
    html = page_of(desk)
    assert (
        "In 2 of 3 cases people in Customer Care took something quick first. Is the expected work of “Repair of an "
        "appliance” right?"
    ) in html
    assert "Ana" not in html.split('id="asked-t"')[1].split('id="versions-t"')[0]
