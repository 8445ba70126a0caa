"""Insight through the door: who comes in where, what the load says, how a department stands."""

import pytest
from django.test import Client
from django.urls import reverse

from clientela.requests import actions as requests
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

ADDRESSES = (
    reverse("insight:load") + "?department=care",
    reverse("insight:load_csv") + "?department=care",
    reverse("insight:department", args=["care"]),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_for_a_colleague_of_another_department_the_page_does_not_exist(shop: Shop, desk: Desk, address: str) -> None:
    assert desk.of("tomasz").get(address).status_code == 404
    assert desk.of_customer("zofia").get(address).status_code == 404
    assert Client().get(address).status_code == 302
    for insider in ("radu", "ana", "vera", "carmen"):
        assert desk.of(insider).get(address).status_code == 200


def test_the_first_page_names_what_may_be_opened(shop: Shop, desk: Desk) -> None:
    page = desk.of("radu").get(reverse("insight:home")).content.decode()
    assert "Load" in page
    assert reverse("insight:what_ifs") in page
    assert desk.of_customer("zofia").get(reverse("insight:home")).status_code == 404


def test_the_navigation_leads_colleagues_to_insight(shop: Shop, desk: Desk) -> None:
    assert f'href="{reverse("insight:home")}"' in desk.of("radu").get(reverse("desk:my_day")).content.decode()


def test_the_load_says_in_a_sentence_what_the_table_shows(shop: Shop, desk: Desk) -> None:
    shop.ask_repair(at=shop.after(-1))
    requests.rebuild_legs(at=shop.at)
    page = desk.of("radu").get(ADDRESSES[0]).content.decode()
    assert "the most in one hour on Monday 9:00–10:00" in page
    assert "Households" in page
    assert '<option value="care" selected>' in page


def test_a_load_without_history_says_what_will_stand_there(shop: Shop, desk: Desk) -> None:
    page = desk.of("carmen").get(reverse("insight:load") + "?department=hr").content.decode()
    assert "Nothing has come in yet" in page


def test_without_a_department_ones_own_is_shown_and_nonsense_is_the_usual_span(shop: Shop, desk: Desk) -> None:
    page = desk.of("tomasz").get(reverse("insight:load") + "?weeks=9999&show=<b>").content.decode()
    assert "Load of Maintenance" in page
    assert '<option value="12" selected>' in page


def test_the_file_holds_the_whole_week(shop: Shop, desk: Desk) -> None:
    lines = desk.of("radu").get(ADDRESSES[1]).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "weekday,hour,open_share,came_a_week,people_a_week,median_queue_seconds"
    assert len(lines) == 1 + 168


def test_a_department_page_shows_what_is_late_and_who_waits(shop: Shop, desk: Desk) -> None:
    opened = shop.ask_repair(at=shop.after(-72))
    shop.ask_workshop(opened.id, at=shop.after(-72))
    requests.rebuild_legs(at=shop.at)
    ours = desk.of("radu").get(ADDRESSES[2]).content.decode()
    assert opened.reference in ours
    assert "Whom we wait on" in ours
    assert "Workshop" in ours
    # The administrator sees figures of departments, and no request of theirs.
    theirs = desk.of("vera").get(ADDRESSES[2]).content.decode()
    assert opened.reference not in theirs
    assert "1 request is open" in theirs


def test_heads_are_led_to_their_department(shop: Shop, desk: Desk) -> None:
    own = desk.of("stefan").get(reverse("insight:own_department"))
    assert own.headers["Location"] == reverse("insight:department", args=["workshop"])
    assert reverse("insight:own_department") in desk.of("ana").get(reverse("desk:my_day")).content.decode()
    assert reverse("insight:own_department") not in desk.of("radu").get(reverse("desk:my_day")).content.decode()
    people = reverse("directory:department", args=[shop.world.care.id])
    assert ADDRESSES[2] in desk.of("ana").get(people).content.decode()
    assert ADDRESSES[2] not in desk.of("tomasz").get(people).content.decode()
