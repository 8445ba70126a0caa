"""Where did the time go, as its readers see it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.requests import actions
from clientela.web.downloads import as_table
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

URL = "/insight/time"


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def told(shop: Shop) -> Shop:
    """A repair of the Monday before: an hour of queue, an hour of work, two hours at the workshop, an hour of work."""
    week_ago = -7 * 24
    opened = shop.ask_repair(at=shop.after(week_ago))
    actions.take_request(by=shop.world.ana, at=shop.after(week_ago + 1), request_id=opened.id)
    child = shop.ask_workshop(opened.id, at=shop.after(week_ago + 2))
    actions.resolve_request(by=shop.world.stefan, at=shop.after(week_ago + 4), request_id=child.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(week_ago + 5), request_id=opened.id)
    actions.rebuild_legs(at=shop.at)
    return shop


def page(desk: Desk, who: str, query: str = "", status: int = 200) -> str:
    response = desk.of(who).get(URL + query)
    assert response.status_code == status
    return response.content.decode()


# --- who sees what


def test_a_department_of_others_and_a_service_that_is_none_are_not_found(desk: Desk, told: Shop) -> None:
    page(desk, "ana", "?department=workshop", status=404)
    page(desk, "ana", "?department=nothing", status=404)
    page(desk, "carmen", "?service=nothing", status=404)
    assert desk.of("ana").get(f"{URL}.csv?department=workshop").status_code == 404


def test_a_head_sees_their_own_department_and_the_owner_the_whole_house(desk: Desk, told: Shop) -> None:
    of_ana = words_of(page(desk, "ana"))
    assert "Customer Care" in of_ana
    assert "Workshop" not in of_ana
    of_carmen = words_of(page(desk, "carmen"))
    assert "2 stays at departments ended in this time, after 7 h of work and waiting in all." in of_carmen
    assert "Workshop" in of_carmen


# --- what it tells


def test_it_names_the_largest_part_and_gives_every_part_in_words(desk: Desk, told: Shop) -> None:
    html = page(desk, "ana")
    words = words_of(html)
    assert (
        "1 stay at a department ended in this time, after 5 h of work and waiting. "
        "The largest part, 2 h (40%), was work."
    ) in words
    assert "In the queue In work Waiting for the customer Waiting for other departments Waiting for a date" in words
    assert "Customer Care 1 0.1 0.2 – 0.2 – 0.6 In working days of 8 hours." in words
    assert html.count("<pattern") == 4
    assert 'width="40.00%"' in html


def test_it_is_summed_by_service_and_by_week_too(desk: Desk, told: Shop) -> None:
    assert "Repair of an appliance 1 0.1 0.2" in words_of(page(desk, "ana", "?by=service"))
    by_week = page(desk, "ana", "?by=week&weeks=12")
    assert "The week from Monday 16 November 2026 1 0.1 0.2" in words_of(by_week)
    assert "since=2026-11-16&amp;until=2026-11-22#longest" in by_week


def test_each_row_leads_to_the_requests_that_took_longest(desk: Desk, told: Shop) -> None:
    html = page(desk, "carmen")
    address = re.search(r'href="(\?[^"]*department=workshop[^"]*#longest)"', html)
    assert address is not None
    workshop = words_of(page(desk, "carmen", address.group(1).replace("&amp;", "&").partition("#")[0]))
    longest = workshop.partition("The requests that took longest")[2]
    assert "Workshop 2 h 2 h – –" in longest
    assert "Workshop show everything" in workshop


def test_days_of_ones_own_count_by_the_readers_clock(desk: Desk, told: Shop) -> None:
    assert "1 stay at a department" in words_of(page(desk, "ana", "?since=2026-11-16&until=2026-11-16"))
    assert "Nothing has ended in this time" in words_of(page(desk, "ana", "?since=2026-11-17&until=2026-11-18"))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?since=2026-11-16", "Give both days, the first and the last."),
        ("?until=2026-11-16", "Give both days, the first and the last."),
        ("?since=2026-11-16&until=2026-11-15", "It would end before it begins. Choose a later last day."),
        ("?since=2020-01-01&until=2026-11-15", "This is longer than three years. Choose a shorter time."),
        ("?since=yesterday&until=2026-11-15", "This is not a day. Write it as year-month-day, for example 2026-12-24."),
    ],
)
def test_a_span_that_is_none_is_said_beside_its_field(desk: Desk, told: Shop, query: str, sentence: str) -> None:
    words = words_of(page(desk, "ana", query, status=422))
    assert sentence in words
    assert "1 stay at a department" in words  # the last four weeks, meanwhile


def test_a_house_without_a_past_says_what_belongs_here(desk: Desk, shop: Shop) -> None:
    assert "As soon as requests are resolved or handed on" in words_of(page(desk, "ana"))
    shop.ask_repair()
    actions.rebuild_legs(at=shop.at)
    assert "One request is still there; its time counts here when its stay ends." in words_of(page(desk, "ana"))


def test_the_sums_are_handed_out_in_seconds(desk: Desk, told: Shop) -> None:
    response = desk.of("carmen").get(f"{URL}.csv?by=department")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        [
            "department",
            "stays",
            "queue_seconds",
            "work_seconds",
            "customer_seconds",
            "department_seconds",
            "date_seconds",
            "seconds",
        ],
        ["Customer Care", "1", "3600", "7200", "0", "7200", "0", "18000"],
        ["Workshop", "1", "7200", "0", "0", "0", "0", "7200"],
    ]
    assert "time-by-department.csv" in response["Content-Disposition"]


def test_a_name_that_a_spreadsheet_would_calculate_stays_text() -> None:
    body = as_table("x.csv", ["name"], [["=1+1"], ["@home"], [-5]]).content.decode("utf-8-sig")
    assert body.splitlines() == ["name", "'=1+1", "'@home", "-5"]


def test_it_asks_the_same_number_of_questions_however_much_there_is(desk: Desk, told: Shop) -> None:
    client = desk.of("carmen")
    client.get(URL)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    before = statements()
    for hours in range(3):
        opened = told.ask_repair(at=told.at - timedelta(hours=30 + hours))
        actions.cancel_request(by=told.world.ana, at=told.at - timedelta(hours=29), request_id=opened.id)
    actions.rebuild_legs(at=told.at)
    assert statements() == before == 11


def test_insight_leads_to_it(desk: Desk, told: Shop) -> None:
    assert reverse("insight:time") in desk.of("ana").get(reverse("insight:home")).content.decode()
