"""Which team of a log is which department, through the door: row by row, by suggestion, by a table, and undone."""

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clientela.network.discovery.teams_file import TeamsProblem
from clientela.network.models import EventLog, LogEdge, LogTeam
from clientela.network.queries import log_edges
from clientela.web.map.log_words import teams_problem_words
from tests.doors.web.desk.visits import Desk
from tests.doors.web.map.test_the_map import words_of
from tests.shop import Shop


@pytest.fixture
def number(shop: Shop) -> int:
    row = EventLog.objects.create(
        file_name="desk.csv", sha256="x", size_bytes=1, brought_at=shop.at, state="done",
        found={"first_at": "2024-03-04T08:00:00Z", "last_at": "2024-03-09T08:00:00Z", "events": 1, "teams": 60},
    )  # fmt: skip
    names = ["Customer Care", "Workshop Bucharest", *(f"T{n:02}" for n in range(58))]
    made = LogTeam.objects.bulk_create(
        LogTeam(log=row, name=name, events=100 - place, cases=1) for place, name in enumerate(names)
    )
    LogEdge.objects.create(log=row, giver=made[0], taker=made[1], handovers=3, cases=3, median_wait_seconds=0, back=0)
    return row.pk


@pytest.fixture
def carmen(desk: Desk) -> Client:
    return desk.of("carmen")


def url(name: str, number: int, query: str = "") -> str:
    return reverse(f"map:{name}", args=[number]) + query


def shown(carmen: Client, number: int, query: str = "") -> str:
    response = carmen.get(url("log_teams", number, query))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(carmen: Client, number: int, query: str = "", **sent: Any) -> Any:
    return carmen.post(url("match_log", number, query), sent)


def team(name: str) -> int:
    return LogTeam.objects.get(name=name).pk


def said() -> dict[str, tuple[int | None, bool]]:
    rows = LogTeam.objects.values_list("name", "department_id", "is_outside")
    return {name: (department, outside) for name, department, outside in rows if department or outside}


def test_for_colleagues_who_may_not_bring_logs_there_is_no_such_page(desk: Desk, carmen: Client, number: int) -> None:
    for key in ("ana", "radu"):
        for name in ("log_teams", "log_teams_csv"):
            assert desk.of(key).get(url(name, number)).status_code == 404
        for name in ("match_log", "match_log_file", "undo_match"):
            file = SimpleUploadedFile("t.csv", b"team,department\nT00,workshop\n")
            assert desk.of(key).post(url(name, number), {"team": team("T00"), "teams": file}).status_code == 404
    assert carmen.get(url("log_teams", number + 1)).status_code == 404
    assert said() == {}


def test_all_teams_are_reached_and_only_those_shown_are_sent(carmen: Client, number: int) -> None:
    seen: list[str] = []
    query = ""
    for _page in range(3):
        page = shown(carmen, number, query)
        seen += re.findall(r'<tr id="team-\d+"><th scope="row">([^<]+)</th>', page)
        older = re.search(r'<a href="[^"?]+([^"]+)">Less busy teams</a>', page)
        query = older[1] if older else ""
    assert seen == ["Customer Care", "Workshop Bucharest", *(f"T{n:02}" for n in range(58))]
    assert query == ""
    assert "Busier teams" in page
    assert page.count("<datalist") == 1


def test_a_suggestion_is_a_question_and_counts_once_it_is_answered(shop: Shop, carmen: Client, number: int) -> None:
    page = words_of(shown(carmen, number))
    assert "Is it the department Customer Care?" in page
    assert "Is it the department Workshop?" in page
    assert "0 of 60 teams are decided. Both sides are known of 0% of the hand-overs." in page
    assert said() == {}
    send(carmen, number, team=team("Workshop Bucharest"), decision=f"yes-{shop.world.workshop.id}")
    assert said() == {"Workshop Bucharest": (shop.world.workshop.id, False)}


def test_all_suggestions_shown_are_accepted_by_one_press_and_undone_by_another(
    shop: Shop, carmen: Client, number: int
) -> None:
    page = shown(carmen, number)
    assert "Accept all 2 suggestions shown" in page
    pairs = re.findall(r'name="pair" value="([^"]+)"', page)
    assert send(carmen, number, decision="accept", pair=pairs).status_code == 302
    assert [(line.provider_id, line.customer_id, line.asked) for line in log_edges()] == [
        (shop.world.workshop.id, shop.world.care.id, 3)
    ]
    page = shown(carmen, number)
    assert "Kept: 2 teams. The map follows." in page
    assert "2 of 60 teams are decided. Both sides are known of 100% of the hand-overs." in words_of(page)
    assert page.count(f'action="{url("undo_match", number)}"') == 2  # beside the words, and on the page for later
    assert carmen.post(url("undo_match", number)).status_code == 302
    assert said() == {}
    assert "2 teams are as they were before." in shown(carmen, number)
    carmen.post(url("undo_match", number))
    assert "There is nothing to undo any more." in shown(carmen, number)


def test_a_department_is_written_by_name_in_any_language_or_by_key(shop: Shop, carmen: Client, number: int) -> None:
    for name, written in (("T00", "workshop"), ("T01", " Customer  care ")):
        assert send(carmen, number, team=team(name), decision="keep", department=written).status_code == 302
    assert said()["T00"] == (shop.world.workshop.id, False)
    assert said()["T01"] == (shop.world.care.id, False)


def test_a_department_that_is_not_there_is_refused_beside_its_field(carmen: Client, number: int) -> None:
    response = send(carmen, number, team=team("T01"), decision="keep", department="Mars <base>")
    assert response.status_code == 422
    page = response.content.decode()
    assert "There is no department “Mars &lt;base&gt;”. Choose one from the list." in page
    assert 'value="Mars &lt;base&gt;"' in page
    assert page.count('aria-invalid="true"') == 1
    assert said() == {}


def test_none_of_ours_is_an_answer_and_an_emptied_field_takes_an_answer_back(carmen: Client, number: int) -> None:
    send(carmen, number, team=team("T01"), decision="outside")
    assert said() == {"T01": (None, True)}
    assert "1 team is none of ours." in shown(carmen, number)
    send(carmen, number, team=team("T01"), decision="keep", department=" ")
    assert said() == {}


def test_what_is_open_is_a_list_to_be_worked_off(carmen: Client, number: int) -> None:
    query = "?show=open&q=T0"
    assert shown(carmen, number, query).count('<tr id="team-') == 10
    answer = carmen.post(
        url("match_log", number, query), {"team": team("T00"), "decision": "outside"}, headers={"HX-Request": "true"}
    )
    part = answer.content.decode()
    assert (answer.status_code, "<html" in part, part.count('<tr id="team-')) == (200, False, 9)
    assert "Kept: 1 team. The map follows." in part
    assert send(carmen, number, query, team=team("T01"), decision="outside")["Location"] == url(
        "log_teams", number, "?q=T0&show=open"
    )
    LogTeam.objects.update(is_outside=True)
    assert "Every team is decided" in shown(carmen, number, "?show=open")
    assert "No team is called so" in shown(carmen, number, "?q=zzz")


@pytest.mark.parametrize("wrong", [{"team": "x", "decision": "outside"}, {"team": "9" * 40, "decision": "yes-1"},
                                   {"decision": "accept", "pair": ["1:2", "x"]}, {"decision": "yes-"}])  # fmt: skip
def test_what_no_page_sends_changes_nothing(carmen: Client, number: int, wrong: dict[str, Any]) -> None:
    assert send(carmen, number, **wrong).status_code == 302
    assert "is not there any more" in shown(carmen, number, "?after=" + "9" * 30)
    assert said() == {}


def test_the_table_is_handed_out_filled_in_and_brought_back(shop: Shop, carmen: Client, number: int) -> None:
    send(carmen, number, team=team("T01"), decision="outside")
    table = carmen.get(url("log_teams_csv", number)).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert rows[0] == ["team", "department", "events", "cases"]
    assert (len(rows), rows[4]) == (61, ["T01", "outside", "97", "1"])
    for row in rows[1:]:
        row[1] = row[1] or "Workshop"
    written = "\n".join(";".join(row) for row in rows)
    file = SimpleUploadedFile("filled.csv", written.encode())
    assert carmen.post(url("match_log_file", number), {"teams": file}).status_code == 302
    assert said()["T57"] == (shop.world.workshop.id, False)
    assert "Kept: 59 teams. The map follows." in shown(carmen, number)


def test_a_table_with_wrong_lines_is_refused_line_by_line(carmen: Client, number: int) -> None:
    file = SimpleUploadedFile("filled.csv", b"team,department\nT99,Workshop\nT01,Workshp\n")
    response = carmen.post(url("match_log_file", number), {"teams": file})
    page = words_of(response.content.decode())
    assert response.status_code == 422
    assert "Nothing was kept." in page
    assert "filled.csv, line 2, team: this log has no team “T99”. Take the line out." in page
    assert (
        "filled.csv, line 3, department: there is no department “Workshp”. Write its name or its key. "
        "Did you mean “Workshop”?" in page
    )
    assert said() == {}
    response = carmen.post(url("match_log_file", number), {})
    assert (response.status_code, "Choose a file first." in response.content.decode()) == (422, True)


def test_every_problem_of_a_table_has_its_words() -> None:
    codes = ["empty", "large", "no_team", "no_department", "uneven", "twice", "unknown_team", "unknown_department"]
    said_of = teams_problem_words("t.csv", [TeamsProblem(code, 3, "x", "y") for code in codes], 10, {"y": "Y"})
    assert len(said_of) == 9
    assert all(words.startswith("t.csv") and "%(" not in words for words in said_of[:8])
    assert said_of[-1] == "And 2 more."
