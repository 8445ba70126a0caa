"""The same standard inside and outside, as its readers see it."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.impact.models import ParityDrawing, ParityWeek
from clientela.network.rules.waits import bucket_of
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

URL = "/insight/parity"
THIS_WEEK = date(2026, 11, 23)
STATEMENTS = 11


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def page(desk: Desk, who: str, query: str = "", status: int = 200) -> str:
    response = desk.of(who).get(URL + query)
    assert response.status_code == status
    return words_of(response.content.decode())


def week(shop: Shop, weeks_ago: int, side: str, *, kept: int, of: int = 20, wait_seconds: int = 3600) -> ParityWeek:
    return ParityWeek.objects.create(
        week_on=THIS_WEEK - timedelta(weeks=weeks_ago),
        provider_id=shop.world.care.id,
        side=side,
        asked=of,
        replies_decided=of,
        replies_kept=of,
        promises_decided=of,
        promises_kept=kept,
        wait_buckets=[bucket_of(wait_seconds)],
        wait_counts=[of],
    )


@pytest.fixture
def drawn(shop: Shop) -> Shop:
    """Twelve weeks in which colleagues' promises were kept as often as customers', until six weeks ago."""
    ParityDrawing.objects.create(pk=1, drawn_at=shop.at)
    for weeks_ago in range(1, 13):
        week(shop, weeks_ago, "outside", kept=18)
        week(shop, weeks_ago, "inside", kept=18 if weeks_ago > 6 else 8, wait_seconds=36_000)
    return shop


def test_an_agent_does_not_see_it_and_a_head_does(desk: Desk, drawn: Shop) -> None:
    page(desk, "radu", status=404)
    assert desk.of("radu").get(f"{URL}.csv").status_code == 404
    assert "The same standard inside and outside" not in words_of(desk.of("radu").get("/insight/").content.decode())
    page(desk, "ana")
    page(desk, "carmen")


def test_a_house_whose_weeks_nobody_worked_out_yet_says_what_to_look_at(desk: Desk, shop: Shop) -> None:
    assert "an administrator can see under Settings whether a worker runs" in page(desk, "carmen")


def test_one_side_alone_is_not_compared(desk: Desk, shop: Shop) -> None:
    ParityDrawing.objects.create(pk=1, drawn_at=shop.at)
    week(shop, 1, "outside", kept=18)
    told = page(desk, "carmen")
    assert "Only one side asks for anything so far" in told
    assert "90" not in told


def test_it_says_where_both_sides_part_by_how_much_and_since_when(desk: Desk, drawn: Shop) -> None:
    told = page(desk, "carmen")
    assert "Colleagues are served worse than customers outside, on 2 of 3 measures." in told
    # 156 of 240 against 216 of 240.
    assert "Done on time inside 65% (59–71) outside 90% (86–93) outside better by 25 of 100 (18 to 32)" in told
    assert "since Monday 12 October 2026" in told
    assert "First reply on time inside 100% (98–100) outside 100% (98–100) no difference to be seen" in told
    assert "Satisfied, 4 or 5 of 5 inside no answers outside no answers too few to say" in told
    assert "Colleagues wait longer than customers outside." in told


def test_the_running_week_is_left_out(desk: Desk, drawn: Shop) -> None:
    week(drawn, 0, "inside", kept=0, of=500)
    assert "inside 65% (59–71)" in page(desk, "carmen")


def test_the_latest_requests_stand_there_for_those_who_may_read_them(desk: Desk, drawn: Shop) -> None:
    repair = drawn.ask_repair(at=drawn.after(-200))
    asked = drawn.ask_workshop(repair.id, at=drawn.after(-200))
    behind = ParityWeek.objects.filter(side="inside", week_on=THIS_WEEK - timedelta(weeks=2))
    behind.update(late_requests=[asked.id, 999_999], late_seconds=[3 * 86_400 + 5, 7200])
    ahead = ParityWeek.objects.filter(side="outside", week_on=THIS_WEEK - timedelta(weeks=2))
    ahead.update(late_requests=[repair.id], late_seconds=[9 * 86_400])
    told = page(desk, "stefan")
    assert "1 request that shows it The latest among those of colleagues." in told
    assert f"{asked.reference} · Customer Care · 3 days late" in told
    assert "9 days late" not in told
    assert "shows it" not in page(desk, "tomasz")


def test_the_table_has_every_figure_with_its_interval(desk: Desk, drawn: Shop) -> None:
    response = desk.of("carmen").get(f"{URL}.csv?weeks=12")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == [
        "department", "measure", "side", "n", "value", "low", "high", "difference", "difference_low",
        "difference_high", "since_week",
    ]  # fmt: skip
    assert [
        "",
        "promises",
        "inside",
        "240",
        "0.6500",
        "0.5877",
        "0.7076",
        "0.2500",
        "0.1773",
        "0.3200",
        "2026-10-12",
    ] in rows
    assert [
        "care",
        "promises",
        "outside",
        "240",
        "0.9000",
        "0.8555",
        "0.9319",
        "0.2500",
        "0.1773",
        "0.3200",
        "2026-10-12",
    ] in rows
    assert ["", "satisfied", "inside", "0", "", "", "", "", "", "", ""] in rows


def test_an_unknown_span_is_the_usual_one(desk: Desk, drawn: Shop) -> None:
    assert page(desk, "carmen", "?weeks=1000") == page(desk, "carmen")


def test_the_page_costs_the_same_however_many_weeks_it_adds(desk: Desk, drawn: Shop) -> None:
    browser = desk.of("carmen")
    for query in ("", "?weeks=24"):
        with CaptureQueriesContext(connection) as seen:
            browser.get(URL + query)
        assert len(seen) == STATEMENTS


def test_the_address_stands_in_insight(desk: Desk, drawn: Shop) -> None:
    assert f'href="{reverse("insight:parity")}"' in desk.of("ana").get("/insight/").content.decode()
