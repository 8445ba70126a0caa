"""The page of one line: its sentence, its figures, how both ends see it, and the very requests."""

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.doors.web.desk.visits import Desk
from tests.doors.web.map.test_the_map import words_of
from tests.maps.stored import departments_for, store_lines
from tests.shop import Shop

EDGE_STATEMENTS = 21


def address(provider: str, customer: str, query: str = "") -> str:
    return reverse("map:edge", args=[provider, customer]) + query


def page(desk: Desk, provider: str, customer: str, query: str = "", *, who: str = "ana") -> str:
    response = desk.of(who).get(address(provider, customer, query))
    assert response.status_code == 200
    return response.content.decode()


def test_a_customer_learns_of_no_line_and_a_stranger_logs_in_first(desk: Desk, drawn: dict[str, int]) -> None:
    assert desk.of_customer("zofia").get(address("care", "households")).status_code == 404
    assert Client().get(address("care", "households")).status_code == 302


def test_a_line_that_is_not_on_the_map_is_not_found(desk: Desk, drawn: dict[str, int]) -> None:
    for ends in (("care", "nobody"), ("households", "care"), ("legal", "it")):
        assert desk.of("ana").get(address(*ends)).status_code == 404


def test_it_says_the_sentence_the_figures_and_where_it_is_known_from(desk: Desk, drawn: dict[str, int]) -> None:
    said = words_of(page(desk, "maintenance", "workshop"))
    assert "Maintenance served Workshop: 64 requests, 24 were late." in said
    assert "38% (27–50)" in said
    assert "24 of 64 requests were late." in said
    assert "5 of 64 done" in said
    assert "Maintenance satisfied with Workshop" in said
    assert "too few to say" in said
    assert "It was declared, and it happens. Declared for: What it is there for" in said


def test_a_surprising_line_says_that_nobody_declared_it(desk: Desk, drawn: dict[str, int]) -> None:
    assert "It happens, and nobody declared it." in words_of(page(desk, "finance", "hr"))


def test_a_silent_line_has_no_figures_and_says_so(desk: Desk, drawn: dict[str, int]) -> None:
    said = words_of(page(desk, "legal", "hr"))
    assert "Legal should serve Human Resources, and in these weeks it never happened." in said
    assert "There is none in these weeks." in said
    assert "Done, and then asked for again" not in said


def test_a_step_of_a_plan_is_told_as_what_a_line_is_declared_for(desk: Desk, drawn: dict[str, int], shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    said = words_of(page(desk, "workshop", "care"))
    assert "Repair of an appliance: Order the part" in said.partition("Declared for:")[2]


def test_the_other_way_round_is_a_link_away(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk, "workshop", "care", "?span=13")
    assert f'href="{address("care", "workshop", "?span=13")}"' in html
    assert "The other way round" not in words_of(page(desk, "maintenance", "workshop"))


def test_the_very_requests_stand_there_a_page_at_a_time_the_newest_first(
    desk: Desk, drawn: dict[str, int], shop: Shop
) -> None:
    opened = [shop.ask_repair(at=shop.after(-hours), title=f"Leak {hours}") for hours in range(1, 24)]
    html = page(desk, "care", "households")
    assert re.findall(r">(Leak \d+)<", html) == [f"Leak {hours}" for hours in range(1, 21)]
    assert reverse("desk:request", args=[opened[0].reference]) in html
    older = re.search(r'href="([^"]+before=[^"]+)"', html)
    assert older is not None
    second = desk.of("ana").get(older[1].replace("&amp;", "&").split("#")[0]).content.decode()
    assert re.findall(r">(Leak \d+)<", second) == ["Leak 21", "Leak 22", "Leak 23"]


def test_requests_that_are_not_the_readers_are_counted_and_not_shown(
    desk: Desk, drawn: dict[str, int], shop: Shop
) -> None:
    shop.ask_repair(at=shop.after(-1), title="Leak of Zofia")
    said = words_of(page(desk, "care", "households", who="tomasz"))
    assert "Leak of Zofia" not in said
    assert "1 more request counts here and is not yours to read." in said


def test_the_weeks_of_the_map_go_along(desk: Desk, drawn: dict[str, int], shop: Shop) -> None:
    html = desk.of("ana").get(reverse("map:map") + "?span=1&all=1").content.decode()
    assert f'href="{address("care", "households", "?span=1")}"' in html
    assert "124 requests" not in words_of(page(desk, "care", "households"))
    assert "123 requests" in words_of(page(desk, "care", "households", "?span=1"))


def test_the_number_of_statements_does_not_grow_with_the_requests(
    desk: Desk, shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk.of("ana")
    store_lines([("care", "households", 9, 1)], departments_for([], at=shop.at), at=shop.at)
    shop.ask_repair(at=shop.at - timedelta(hours=1))
    client.get(address("care", "households"))
    with django_assert_num_queries(EDGE_STATEMENTS):
        client.get(address("care", "households"))
    for _more in range(4):
        shop.ask_repair(at=shop.at - timedelta(hours=1))
    with django_assert_num_queries(EDGE_STATEMENTS):
        client.get(address("care", "households"))


def test_nobody_inside_is_asked_how_satisfied_they_are_with_customers_outside(
    desk: Desk, drawn: dict[str, int]
) -> None:
    assert "satisfied with Households" not in words_of(page(desk, "care", "households"))
    assert "Care satisfied with Workshop" in words_of(page(desk, "workshop", "care"))
