"""What if through the door: asked in a form, followed while it is simulated, read as an answer."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clientela.network import actions
from clientela.network.models import WhatIf
from clientela.network.simulation import house_as_json
from clientela.network.workbench import Here
from tests.doors.web.desk.visits import Desk
from tests.rules.network.simulation.houses import house
from tests.shop import Shop

NEW = reverse("insight:new_what_if")


def filled(shop: Shop, **more: Any) -> dict[str, Any]:
    care = {"kind": "people", "department": str(shop.world.care.id), "direction": "more", "people": "1", "then": "ask"}
    return care | more


def asked(shop: Shop, desk: Desk) -> int:
    response = desk.of("ana").post(NEW, filled(shop))
    assert response.status_code == 302
    return WhatIf.objects.get().pk


def _renumbered(part: Any, numbers: dict[int, int]) -> Any:
    if isinstance(part, list):
        return [_renumbered(one, numbers) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: numbers.get(value, value) if key == "department_id" else _renumbered(value, numbers)
        for key, value in part.items()
    }


def answered(shop: Shop, desk: Desk) -> int:
    """A question that was answered, from a small house whose departments have the numbers of Care and Workshop."""
    number = asked(shop, desk)
    numbers = {1: shop.world.care.id, 2: shop.world.workshop.id}
    # Number by number: as text, a new one that begins with 1 or 2 would be taken for an old one.
    whole = _renumbered(json.loads(json.dumps(house_as_json(house(office=1)))), numbers)
    for row, number_now in zip(whole["departments"], (*numbers.values(), 3), strict=True):
        row["id"] = number_now
    history = {"since": "2026-08-01T00:00:00+00:00", "until": shop.at.isoformat(), "stays": 9, "departments": 3}
    WhatIf.objects.filter(pk=number).update(partial=[{"house": whole, "history": history}])
    question = WhatIf.objects.get(pk=number).question
    question["changes"][0]["until_week"] = 1
    WhatIf.objects.filter(pk=number).update(question=question)
    actions.run_what_if(at=shop.at, what_if_id=number, now=lambda: shop.at, runs=4, variant_runs=0, bench=Here)
    assert WhatIf.objects.get(pk=number).state == "done"
    return number


def test_who_heads_no_department_has_no_form(shop: Shop, desk: Desk) -> None:
    for stranger in ("radu", "vera"):
        assert desk.of(stranger).get(NEW).status_code == 404
        assert desk.of(stranger).post(NEW, filled(shop)).status_code == 404
    assert desk.of_customer("zofia").get(NEW).status_code == 404
    assert Client().get(NEW).status_code == 302
    assert not WhatIf.objects.exists()


def test_a_department_of_another_head_is_not_among_the_answers(shop: Shop, desk: Desk) -> None:
    response = desk.of("tomasz").post(NEW, filled(shop))
    assert response.status_code == 422
    assert "This is not one of the answers to choose from" in response.content.decode()
    assert not WhatIf.objects.exists()


def test_for_others_a_question_does_not_exist(shop: Shop, desk: Desk) -> None:
    number = asked(shop, desk)
    for name, method in (("what_if", "get"), ("cancel_what_if", "post")):
        address = reverse(f"insight:{name}", args=[number])
        for browser in (desk.of("tomasz"), desk.of_customer("zofia")):
            assert getattr(browser, method)(address).status_code == 404
    assert desk.of("tomasz").get(reverse("insight:what_if_file", args=[number, "json"])).status_code == 404
    assert WhatIf.objects.get().state == "waiting"


def test_a_member_sees_the_question_and_may_not_stop_it(shop: Shop, desk: Desk) -> None:
    number = asked(shop, desk)
    page = desk.of("radu").get(reverse("insight:what_if", args=[number])).content.decode()
    assert "One person more in Customer Care" in page
    assert "Stop it" not in page
    assert desk.of("radu").post(reverse("insight:cancel_what_if", args=[number])).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"people": "0"}, "greater than or equal to 1"),
        ({"people": "many"}, "whole number"),
        ({"starts_on": "2027-03-01", "ends_on": "2027-02-01"}, "It would end before it begins"),
        ({"starts_on": "soon"}, "This is not a day"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    shop: Shop, desk: Desk, wrong: dict[str, str], says: str
) -> None:
    response = desk.of("ana").post(NEW, filled(shop, **wrong))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not WhatIf.objects.exists()


def test_days_become_the_weeks_after_the_next_monday(shop: Shop, desk: Desk) -> None:
    # Today is Monday the 23rd: week 0 begins on the 30th.
    desk.of("ana").post(NEW, filled(shop, direction="fewer", starts_on="2026-12-07", ends_on="2026-12-21"))
    (change,) = WhatIf.objects.get().question["changes"]
    assert (change["more"], change["from_week"], change["until_week"]) == (-1, 1, 3)


def test_changes_are_collected_one_after_another_and_asked_together(shop: Shop, desk: Desk) -> None:
    ana = desk.of("ana")
    first = ana.post(NEW, filled(shop, then="add"))
    page = ana.get(first.headers["Location"])
    assert "one person more in Customer Care" in page.content.decode()
    assert not WhatIf.objects.exists()
    holiday = {"kind": "holiday", "department": str(shop.world.care.id), "people": "2", "weeks": "2", "then": "ask"}
    ana.post(NEW, holiday | {"changes": page.context["changes"]})
    asked_now = WhatIf.objects.get()
    assert [change["kind"] for change in asked_now.question["changes"]] == ["people", "holiday"]
    assert (
        asked_now.title
        == "One person more in Customer Care and 2 people of Customer Care on holiday from 30 Nov to 14 Dec"
    )


def test_only_the_owner_may_ask_for_every_department(shop: Shop, desk: Desk) -> None:
    more = {"kind": "arrivals", "department": "", "side": "outside", "percent": "100", "then": "ask"}
    assert desk.of("ana").post(NEW, more).status_code in {403, 422}
    assert not WhatIf.objects.exists()
    assert desk.of("carmen").post(NEW, more).status_code == 302
    (change,) = WhatIf.objects.get().question["changes"]
    assert (change["factor"], change["department_id"]) == (2.0, None)


@pytest.mark.parametrize("kind", ["people", "holiday", "new_service", "arrivals"])
def test_every_kind_of_change_has_a_form(shop: Shop, desk: Desk, kind: str) -> None:
    assert desk.of("carmen").get(NEW, {"kind": kind}).status_code == 200


@pytest.mark.parametrize("nonsense", ["{", "[1]", '[{"kind":"x"}]', "[" * 9000, '{"a":1}'])
def test_changes_that_nobody_of_us_wrote_are_as_if_they_were_not_there(shop: Shop, desk: Desk, nonsense: str) -> None:
    response = desk.of("ana").get(NEW, {"changes": nonsense})
    assert (response.status_code, response.context["said"]) == (200, [])


def test_a_new_service_with_what_it_needs_is_understood(shop: Shop, desk: Desk) -> None:
    pump = f"{shop.world.workshop.id}:"
    given = {
        "kind": "new_service",
        "department": str(shop.world.care.id),
        "name": "A spare machine",
        "a_week": "12",
        "work_minutes": "40",
        "side": "outside",
        "promise_hours": "16",
        "asks": "",
        "asks_percent": "50",
        "then": "ask",
    }
    page = desk.of("ana").get(NEW, {"kind": "new_service"}).context["form"]
    given["asks"] = next(key for key, _words in page.fields["asks"].choices if key.startswith(pump))
    assert desk.of("ana").post(NEW, given).status_code == 302
    (change,) = WhatIf.objects.get().question["changes"]
    assert (change["name"], change["a_week"], change["asks"][0]["share"]) == ("A spare machine", 12.0, 0.5)


def test_while_it_waits_the_page_asks_again_by_itself_and_can_stop_it(shop: Shop, desk: Desk) -> None:
    number = asked(shop, desk)
    ana, address = desk.of("ana"), reverse("insight:what_if", args=[number])
    page = ana.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "It waits for its turn" in page
    assert "Look again" in page  # without the script
    part = ana.get(address, {"part": "progress"})
    assert "<html" not in part.content.decode()
    assert ana.get(reverse("insight:cancel_what_if", args=[number])).status_code == 405
    assert ana.post(reverse("insight:cancel_what_if", args=[number])).status_code == 302
    assert WhatIf.objects.get().state == "cancelled"
    ended = ana.get(address, {"part": "progress"})
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (204, "true")
    assert "It was stopped" in ana.get(address).content.decode()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("nothing_to_fit", "too little history"),
        ("question:changes.0.department_id:unknown_department", "This department has no history to learn from"),
        ("crashed:KeyError", "KeyError"),
        ("lost", "stopped again and again"),
    ],
)
def test_a_failure_says_why_and_what_to_do(shop: Shop, desk: Desk, error: str, says: str) -> None:
    number = asked(shop, desk)
    WhatIf.objects.update(state="failed", error=error)
    page = desk.of("ana").get(reverse("insight:what_if", args=[number])).content.decode()
    assert says in page
    assert "Ask again" in page


def test_an_answer_is_a_sentence_first_then_tables_then_what_it_assumes(shop: Shop, desk: Desk) -> None:
    number = answered(shop, desk)
    page = desk.of("radu").get(reverse("insight:what_if", args=[number])).content.decode()
    assert "With one person more in Customer Care from 30 Nov to 7 Dec, " in page
    assert "Each department, beside today" in page
    assert "Customers outside, at the end of the chains" in page
    assert "a person more is as quick as the others" in page
    again = desk.of("ana").get(reverse("insight:what_if", args=[number])).context["again_url"]
    assert "one person more in Customer Care" in desk.of("ana").get(again).content.decode()


def test_an_answer_can_be_kept_as_a_file(shop: Shop, desk: Desk) -> None:
    number = answered(shop, desk)
    whole = desk.of("radu").get(reverse("insight:what_if_file", args=[number, "json"])).json()
    assert whole["question"]["changes"][0]["more"] == 1
    assert {row["department_id"] for row in whole["answer"]["departments"]} >= {shop.world.care.id}
    table = desk.of("radu").get(reverse("insight:what_if_file", args=[number, "csv"])).content.decode("utf-8-sig")
    assert table.splitlines()[0].startswith("of,name,figure,today,whatif,difference")
    assert any(line.startswith("department,Customer Care,wait_mean,") for line in table.splitlines())
    assert desk.of("radu").get(reverse("insight:what_if_file", args=[number, "exe"])).status_code == 404


def test_an_unanswered_question_has_no_file(shop: Shop, desk: Desk) -> None:
    number = asked(shop, desk)
    assert desk.of("ana").get(reverse("insight:what_if_file", args=[number, "json"])).status_code == 404


def test_the_list_invites_to_ask_and_holds_what_was_asked(shop: Shop, desk: Desk) -> None:
    address = reverse("insight:what_ifs")
    assert "Nobody has asked yet" in desk.of("ana").get(address).content.decode()
    assert NEW not in desk.of("radu").get(address).content.decode()
    asked(shop, desk)
    assert "One person more in Customer Care" in desk.of("radu").get(address).content.decode()
    assert "One person more" not in desk.of("tomasz").get(address).content.decode()


def test_a_new_service_is_called_by_its_own_name_in_the_answer(shop: Shop, desk: Desk) -> None:
    number = answered(shop, desk)
    row = WhatIf.objects.get(pk=number)
    assert row.result is not None
    new = {"kind": "new_service", "department_id": shop.world.care.id, "name": "A spare machine", "a_week": 3}
    row.question["changes"].append(new)
    row.result["answer"]["services"][0]["service"] = "new:2"
    row.save()
    assert "A spare machine" in desk.of("radu").get(reverse("insight:what_if", args=[number])).content.decode()
