"""Event logs through the door: brought in, columns confirmed, followed, matched, deleted."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it carries no types
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from clientela.network import actions
from clientela.network.models import EventLog, LogTeam
from clientela.network.queries import log_edges
from clientela.web.map.log_words import note_words, problem_words, state_words
from tests.doors.web.desk.visits import Desk
from tests.doors.web.map.test_the_map import words_of
from tests.rules.network.discovery.logs import HELP
from tests.shop import Shop

LOGS = reverse("map:logs")
CONFIRMED = {
    "case": "case",
    "moment": "moment",
    "team": "team",
    "activity": "activity",
    "resource": "",
    "transition": "",
    "zone": "Europe/Bucharest",
    "reading": "asks",
}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_FOLDER = tmp_path / "files"


def bring(desk: Desk, text: str = "", *, key: str = "carmen") -> HttpResponse:
    content = (text or HELP.replace("Desk", "Customer Care").replace("Repair", "Workshop")).encode()
    return desk.of(key).post(LOGS, {"file": SimpleUploadedFile("help.csv", content)})


def page(desk: Desk, name: str = "log", *, status: int = 200, **asked: str) -> str:
    response = desk.of("carmen").get(reverse(f"map:{name}", args=[EventLog.objects.get().pk]), asked)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def counted(shop: Shop, desk: Desk) -> int:
    bring(desk)
    number = EventLog.objects.get().pk
    assert desk.of("carmen").post(reverse("map:log_columns", args=[number]), CONFIRMED).status_code == 302
    actions.run_log(at=shop.at, log_id=number, now=lambda: shop.at)
    return number


def matched(shop: Shop, desk: Desk) -> int:
    return matched_too(shop, desk, counted(shop, desk))


def matched_too(shop: Shop, desk: Desk, number: int) -> int:
    ids = dict(LogTeam.objects.values_list("name", "pk"))
    pairs = [f"{ids['Customer Care']}:{shop.world.care.id}", f"{ids['Workshop']}:{shop.world.workshop.id}"]
    sent = {"decision": "accept", "pair": pairs}
    assert desk.of("carmen").post(reverse("map:match_log", args=[number]), sent).status_code == 302
    return number


def map_page(desk: Desk, query: str) -> str:
    return desk.of("ana").get(reverse("map:map") + query).content.decode()


def test_for_colleagues_who_may_not_bring_logs_there_is_no_such_page(shop: Shop, desk: Desk) -> None:
    for key in ("ana", "radu", "tomasz"):
        assert desk.of(key).get(LOGS).status_code == 404
        assert bring(desk, key=key).status_code == 404
    assert not EventLog.objects.exists()
    assert LOGS not in desk.of("ana").get(reverse("map:map")).content.decode()
    assert LOGS in desk.of("vera").get(reverse("map:map")).content.decode()


@pytest.mark.parametrize("name", ["stop_log", "match_log", "delete_log", "log_columns", "log"])
def test_a_log_that_is_not_there_or_not_for_them_is_not_found(shop: Shop, desk: Desk, name: str) -> None:
    bring(desk)
    number = EventLog.objects.get().pk
    for key, asked in (("ana", number), ("carmen", number + 1)):
        assert desk.of(key).post(reverse(f"map:{name}", args=[asked]), CONFIRMED).status_code == 404
    assert EventLog.objects.get().state == "draft"


def test_a_file_that_is_no_log_is_refused_beside_its_field(shop: Shop, desk: Desk) -> None:
    for text, said in (
        ("PK\x03\x04", "This is neither a CSV nor an XES or MXML."),
        ("a,b,a\n1,2,3\n", "The heading has the column “a” twice."),
        ('<!DOCTYPE log [<!ENTITY a "b">]><log></log>', "The file declares a document type"),
    ):
        response = bring(desk, text)
        assert response.status_code == 422
        assert said in response.content.decode()
    assert not EventLog.objects.exists()


def test_a_log_may_be_larger_than_a_message_but_only_from_who_may_bring_one(
    shop: Shop, desk: Desk, settings: Any
) -> None:
    settings.MESSAGE_LIMIT_BYTES = 1
    text = HELP * 30_000  # a megabyte and more
    assert bring(desk, text, key="ana").status_code == 413
    assert bring(desk, text).status_code == 302
    settings.LOG_LIMIT_BYTES = 1000
    assert bring(desk, text).status_code == 413
    assert [path.name for path in (settings.FILES_FOLDER / "own").rglob("*") if path.is_file()] == [
        str(EventLog.objects.get().pk)
    ]


def test_a_new_log_shows_its_first_rows_and_what_was_guessed(shop: Shop, desk: Desk) -> None:
    assert bring(desk).status_code == 302
    shown = page(desk)
    assert "The team: “team”, by its name" in shown
    assert "<td>Customer Care</td>" in shown
    assert re.search(r'<option value="moment" selected[^>]*>moment', shown)
    assert "help.csv" in desk.of("vera").get(LOGS).content.decode()


def test_columns_that_cannot_be_are_refused_beside_their_field(shop: Shop, desk: Desk) -> None:
    bring(desk)
    url = reverse("map:log_columns", args=[EventLog.objects.get().pk])
    for wrong, said in (
        ({"team": ""}, "Choose the column that says who did it"),
        ({"team": "moment"}, "The column “moment” is chosen twice."),
        ({"zone": "Mars/Base"}, "There is no such time zone."),
        ({"case": ""}, "Choose the column."),
    ):
        response = desk.of("carmen").post(url, CONFIRMED | wrong)
        assert response.status_code == 422
        assert said in response.content.decode()
    assert EventLog.objects.get().state == "draft"


def test_a_log_is_followed_stopped_and_begun_again(shop: Shop, desk: Desk) -> None:
    bring(desk)
    number = EventLog.objects.get().pk
    desk.of("carmen").post(reverse("map:log_columns", args=[number]), CONFIRMED)
    assert "It waits for its turn" in page(desk)
    EventLog.objects.update(state="running", progress=0.25, rows_read=1234)
    assert "It is being counted: 1,234 events read, 25 % done." in page(desk, part="progress")
    EventLog.objects.update(state="waiting")
    assert desk.of("carmen").post(reverse("map:stop_log", args=[number])).status_code == 302
    assert "It was stopped." in page(desk)
    assert page(desk, status=204, part="progress") == ""


def test_what_was_found_is_shown_and_its_teams_become_departments(shop: Shop, desk: Desk) -> None:
    number = counted(shop, desk)
    shown = page(desk)
    assert "9 hand-overs between 3 teams, in 5 cases." in shown
    assert "Nobody has said yet which team is which department." in shown
    assert f'href="{reverse("map:log_teams", args=[number])}"' in shown
    matched_too(shop, desk, number)
    assert [(line.provider_id, line.customer_id, line.asked) for line in log_edges()] == [
        (shop.world.workshop.id, shop.world.care.id, 2)
    ]
    shown = page(desk)
    assert "2 of 3 teams are decided; both sides are known of 44% of the hand-overs." in words_of(shown)
    assert '<a href="/map/?week=2826&amp;span=1">Show it on the map</a>' in shown  # the week of the ninth of March 2024


def test_what_a_log_shows_is_a_line_of_the_map_in_its_weeks_and_in_no_others(shop: Shop, desk: Desk) -> None:
    matched(shop, desk)
    here, elsewhere = (map_page(desk, week) for week in ("?week=2826", ""))
    assert 'aria-label="By event logs, Workshop served Customer Care 2 times."' in here
    assert "known from event logs or mail alone" in here
    assert "By event logs" not in elsewhere
    assert "The map has not been drawn yet" in elsewhere  # of requests nobody knows anything
    table = words_of(desk.of("ana").get(reverse("map:table") + "?week=2826").content.decode())
    assert "Workshop → Customer Care from event logs: 2" in table
    cell = desk.of("ana").get(reverse("map:matrix") + "?week=2826").content.decode()
    assert re.search(r'x-traced"><a [^>]+>2<span class="visually-hidden">[^<]+, known from event logs', cell)


def test_the_weeks_of_a_log_older_than_the_slider_reaches_are_shown_without_one(shop: Shop, desk: Desk) -> None:
    matched(shop, desk)
    assert 'id="map-week"' in map_page(desk, "?week=2826")
    old = {"first_at": "2013-04-01T08:00:00+00:00", "last_at": "2013-04-05T08:00:00+00:00"}
    EventLog.objects.update(found={**(EventLog.objects.get().found or {}), **old})
    link = re.search(r'<a href="(/map/[^"]+)">Show it on the map</a>', page(desk))
    assert link is not None
    shown = desk.of("ana").get(link[1].replace("&amp;", "&")).content.decode()
    assert "By event logs, Workshop served Customer Care 2 times." in shown
    assert 'id="map-week"' not in shown
    assert "2013" in words_of(shown)


def test_the_page_of_such_a_line_tells_of_its_log_and_leads_there_only_who_may_see_it(shop: Shop, desk: Desk) -> None:
    number = matched(shop, desk)
    address = reverse("map:edge", args=["workshop", "care"]) + "?week=2826"
    said = words_of(desk.of("ana").get(address).content.decode())
    assert "By event logs, Workshop served Customer Care 2 times. 1 more went back to who had had it before." in said
    assert "Counted over 4–9 Mar 2024, all of it" in said
    assert "It happens, and nobody declared it." not in said  # its service is for everybody
    link = f'<a href="{reverse("map:log", args=[number])}">help.csv</a>'
    assert link not in desk.of("ana").get(address).content.decode()
    assert link in desk.of("carmen").get(address).content.decode()


def test_the_files_of_the_map_carry_what_logs_show_apart_from_what_was_asked(shop: Shop, desk: Desk) -> None:
    matched(shop, desk)
    asked = {
        name: desk.of("ana").get(reverse(f"map:{name}") + "?week=2826").content for name in ("csv", "graphml", "svg")
    }
    (row,) = csv.DictReader(io.StringIO(asked["csv"].decode("utf-8-sig")))
    figures = ("asked", "logged", "logged_back", "logged_median_wait_seconds", "mailed", "sources")
    assert [row[name] for name in figures] == ["0", "2", "1", "0", "", "declared discovered"]
    line = nx.parse_graphml(asked["graphml"].decode()).edges["workshop", "care"]
    assert (line["asked"], line["logged"], line["logged_back"], "mailed" in line) == (0, 2, 1, False)
    assert b"By event logs, Workshop served Customer Care 2 times." in asked["svg"]


def test_a_log_that_failed_says_why_and_can_be_read_differently(shop: Shop, desk: Desk) -> None:
    bring(desk)
    number = EventLog.objects.get().pk
    wrong = CONFIRMED | {"moment": "activity", "activity": ""}
    desk.of("carmen").post(reverse("map:log_columns", args=[number]), wrong)
    actions.run_log(at=shop.at, log_id=number, now=lambda: shop.at)
    assert "Not one moment in “activity” can be read (line 2)." in page(desk)


def test_a_log_is_deleted_only_after_a_question(shop: Shop, desk: Desk) -> None:
    number = counted(shop, desk)
    assert "Delete help.csv?" in page(desk, "delete_log")
    assert EventLog.objects.exists()
    assert desk.of("carmen").post(reverse("map:delete_log", args=[number])).status_code == 302
    assert not EventLog.objects.exists()


def test_every_state_note_and_problem_has_its_words() -> None:
    assert all(state_words(state) for state in EventLog.State.values)
    notes = "encoding no_zone day_or_month short_line no_case no_moment no_team defaults nameless_cases serial"
    for code in [*notes.split(), "one_team", "no_handover"]:
        assert "%(" not in note_words({"code": code, "count": 2, "lines": [3], "what": "x"})
    assert problem_words("rare", {}, "the terminal's sentence") == "the terminal's sentence"
