"""The list of requests: filtered, searched, a page at a time."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.requests import actions
from clientela.web.desk.lists import A_PAGE
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

LIST = "/desk/requests/"


def titles(desk: Desk, query: str = "", who: str = "ana") -> list[str]:
    response = desk.of(who).get(LIST + query)
    assert response.status_code == 200
    return re.findall(r'<h3><a href="[^"]+" lang="\w+">([^<]+)</a>', response.content.decode())


def test_a_department_that_does_not_serve_it_does_not_find_it(desk: Desk, shop: Shop) -> None:
    shop.ask_repair(title="Leak")
    assert titles(desk, who="magda") == []
    assert titles(desk, "?q=leak", who="magda") == []
    assert titles(desk, who="vera") == []


def test_the_newest_stand_first_and_those_that_are_done_are_left_out(desk: Desk, shop: Shop) -> None:
    shop.ask_repair(title="First", at=shop.after(-2))
    done = shop.ask_repair(title="Done", at=shop.after(-1.5))
    actions.resolve_request(by=shop.world.ana, at=shop.at, request_id=done.id)
    shop.ask_repair(title="Second", at=shop.after(-1))
    assert titles(desk) == ["Second", "First"]
    assert titles(desk, "?state=resolved") == ["Done"]
    assert titles(desk, "?state=any") == ["Second", "Done", "First"]


def test_the_filters_leave_mine_those_waiting_and_those_of_one_department(desk: Desk, shop: Shop) -> None:
    mine = shop.ask_repair(title="Mine")
    shop.ask_repair(title="Free")
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=mine.id)
    child = shop.ask_workshop(mine.id)
    assert titles(desk, "?scope=held") == ["Mine"]
    assert titles(desk, "?state=waiting") == ["Mine"]
    assert titles(desk, "?scope=asked") == ["A pump for a Lavora 7"]
    assert titles(desk, f"?department={shop.world.id_of('workshop')}") == ["A pump for a Lavora 7"]
    assert sorted(titles(desk, "?scope=served")) == ["Free", "Mine"]
    assert child.id > mine.id


@pytest.mark.parametrize(
    "query", ["?scope=x&state=y&department=z", "?before=x", "?before=2026-11-23~5", "?before=x~1", "?department=9" * 30]
)
def test_what_nobody_of_us_wrote_in_an_address_is_passed_over(desk: Desk, shop: Shop, query: str) -> None:
    shop.ask_repair(title="There")
    assert titles(desk, query) == ["There"]


def test_a_long_list_is_read_page_by_page_and_nothing_is_lost_or_doubled(desk: Desk, shop: Shop) -> None:
    for number in range(A_PAGE + 5):
        shop.ask_repair(title=f"No. {number:02d}", at=shop.at - timedelta(minutes=number // 2))
    client = desk.of("ana")
    first = client.get(LIST).content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = client.get(older.group(1).replace("&amp;", "&")).content.decode()
    found = [re.findall(r"No\. \d\d", page) for page in (first, second)]
    assert [len(set(numbers)) for numbers in found] == [A_PAGE, 5]
    assert len({*found[0], *found[1]}) == A_PAGE + 5
    assert 'rel="prev" href="/desk/requests/"' in second
    assert 'rel="next"' not in second


def test_words_said_find_the_request_and_show_the_passage(desk: Desk, shop: Shop) -> None:
    shop.ask_repair(title="Leak", text="Pralka od wczoraj przecieka.")
    shop.ask_repair(title="Other", text="Coś innego.")
    html = desk.of("ana").get(LIST, {"q": "pralka"}).content.decode()
    assert "Pralka od wczoraj przecieka." in html
    assert "Other" not in html
    assert "Found for “pralka”" in html


def test_a_reference_however_typed_leads_straight_to_its_request(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    typed = opened.reference.lower().replace("-", " ")
    response = desk.of("ana").get(LIST, {"q": typed})
    assert response["Location"] == reverse("desk:request", args=[opened.reference])


def test_nothing_found_says_how_to_search(desk: Desk, shop: Shop) -> None:
    html = desk.of("ana").get(LIST, {"q": "zeppelin"}).content.decode()
    assert "Nothing was found" in html
    assert "Try fewer words." in html


def test_a_late_request_is_marked_with_a_word_not_only_a_colour(desk: Desk, shop: Shop) -> None:
    shop.ask_repair(at=shop.at - timedelta(days=3))
    html = desk.of("ana").get(LIST).content.decode()
    assert re.search(r'c-p--broken">.*?</svg>late</span>', html)


def statements(desk: Desk, query: str) -> int:
    client = desk.of("ana")
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(LIST + query).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("query", "expected"), [("", 8), ("?q=pralka", 8)])
def test_a_page_of_the_list_costs_the_same_statements_however_long_it_is(
    desk: Desk, shop: Shop, query: str, expected: int
) -> None:
    shop.ask_repair()
    few = statements(desk, query)
    for number in range(15):
        opened = shop.ask_repair(title=f"No. {number}", by=shop.world.lucia)
        actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    assert (few, statements(desk, query)) == (expected, expected)
