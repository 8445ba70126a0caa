"""Cases from elsewhere through the door: brought in, columns confirmed, followed, answered, deleted."""

import csv
import gzip
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.impact.actions.case_files import run_case_estimation
from clientela.impact.models import CaseFile, CaseFilePart
from tests.doors.web.desk.visits import Desk
from tests.elsewhere import COLUMNS, cases_from_elsewhere
from tests.world import World

CASES = reverse("insight:case_files")
LIST_STATEMENTS = 8
ANSWER_STATEMENTS = 8
SHORT = cases_from_elsewhere(cases_each=1)
OPTIONS = {"period_by": "auto", "shares": "own", "lag": "0", "worthwhile": "0.1"}
CONFIRMED: dict[str, Any] = (
    {f"cases-{role}": column for role, column in COLUMNS.items()}
    | OPTIONS
    | {
        "outcomes": ["stars", "came_back", "left_us"],
        "worse": ["left_us"],
    }
)
NAMES = ("case_file", "case_columns", "stop_case_file", "delete_case_file", "case_file_csv")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_FOLDER = tmp_path / "files"


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def bring(desk: Desk, text: str = SHORT, *, key: str = "carmen", name: str = "old.csv", **more: Any) -> HttpResponse:
    return desk.of(key).post(CASES, {"cases": SimpleUploadedFile(name, text.encode()), **more})


def brought(desk: Desk, text: str = SHORT, **more: Any) -> int:
    assert bring(desk, text, **more).status_code == 302
    return CaseFile.objects.get().pk


def page(desk: Desk, name: str = "case_file", *, status: int = 200, **asked: str) -> str:
    response = desk.of("carmen").get(reverse(f"insight:{name}", args=[CaseFile.objects.get().pk]), asked)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def confirm(desk: Desk, number: int, **wrong: Any) -> HttpResponse:
    return desk.of("carmen").post(reverse("insight:case_columns", args=[number]), CONFIRMED | wrong)


def test_for_colleagues_who_may_not_see_impact_there_is_no_such_page(desk: Desk, world: World) -> None:
    number = brought(desk)
    for key in ("radu", "piotr"):
        assert desk.of(key).get(CASES).status_code == 404
        assert bring(desk, key=key).status_code == 404
        for name in NAMES:
            assert desk.of(key).post(reverse(f"insight:{name}", args=[number]), CONFIRMED).status_code == 404
        for name in ("case_part", "remove_case_part"):
            url = reverse(f"insight:{name}", args=[number, "inside"])
            sent = {"file": SimpleUploadedFile("x.csv", SHORT.encode())}
            assert desk.of(key).post(url, sent).status_code == 404
    assert CaseFile.objects.get().state == "draft"
    assert CaseFilePart.objects.count() == 1
    assert desk.of_customer("zofia").get(CASES).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_not_there_is_not_found(desk: Desk, world: World, name: str) -> None:
    number = brought(desk)
    assert desk.of("carmen").post(reverse(f"insight:{name}", args=[number + 1]), CONFIRMED).status_code == 404
    assert CaseFile.objects.get().state == "draft"


def test_an_empty_house_is_told_what_belongs_here(desk: Desk, world: World) -> None:
    told = words_of(desk.of("carmen").get(CASES).content.decode())
    assert "No cases from elsewhere yet" in told
    assert "Up to 500 MB each." in told
    impact = words_of(desk.of("carmen").get(reverse("insight:impact")).content.decode())
    assert "While the house’s own cases are too few, an older system’s can be brought" in impact


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04", "old.csv is no text. Save the table as CSV and bring that;"),
        (b"", "This file is empty. Choose one with a line that names the columns and lines under it."),
        (b"a,b,a\n1,2,3\n", "old.csv, line 1: the column “a” stands there twice."),
        (b"a,b,c\n", "old.csv has a heading and no line under it."),
        (b"2024-01-01,3,5\n2024-01-02,4,4\n", "old.csv, line 1: this is a line of values, or blank."),
        (gzip.compress(SHORT.encode())[:40], "old.csv: the packed file is broken or ends in the middle."),
    ],
    ids=["a spreadsheet", "empty", "a name twice", "a heading alone", "no heading", "half of a packed file"],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(
    desk: Desk, world: World, content: bytes, said: str
) -> None:
    response = desk.of("carmen").post(CASES, {"cases": SimpleUploadedFile("old.csv", content)})
    assert response.status_code == 422
    assert said in words_of(response.content.decode())
    assert not CaseFile.objects.exists()


def test_a_file_may_be_larger_than_a_message_but_only_from_who_may_bring_one(
    desk: Desk, world: World, settings: Any
) -> None:
    settings.MESSAGE_LIMIT_BYTES = 1
    long = cases_from_elsewhere(cases_each=30)  # some 300 KB, more than the rest of a form may be
    assert bring(desk, long, key="radu").status_code == 413
    assert bring(desk, long).status_code == 302
    settings.CASE_FILE_LIMIT_BYTES = 100_000
    response = bring(desk, long)
    assert response.status_code == 422
    assert "This file has 314 kB; 100 kB is the most." in words_of(response.content.decode())
    assert bring(desk, long * 3).status_code == 413
    assert CaseFile.objects.count() == 1


def test_a_new_file_shows_its_first_lines_and_what_was_guessed(desk: Desk, world: World) -> None:
    brought(desk, title="The old help desk")
    shown = page(desk)
    assert '<h1 class="text-break">The old help desk</h1>' in shown
    assert "<td>Maintenance</td>" in shown
    for role in ("period", "supplier", "answers"):
        column = COLUMNS[role]
        assert re.search(rf'name="cases-{role}".*?<option value="{column}" selected>', shown), role
    assert 'name="outcomes" value="came_back" checked' in shown
    assert 'name="worse" value="left_us" checked' in shown
    assert 'name="worse" value="came_back" checked' not in shown
    assert "The old help desk" in desk.of("carmen").get(CASES).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outcomes": []}, "Tick at least one column: what came of it for the customer."),
        ({"cases-period": ""}, "Choose the column."),
        ({"cases-supplier": ""}, "Choose the column."),
        ({"cases-load": "inside_score"}, "The column “inside_score” is chosen for"),
        ({"cases-load": "stars"}, "“What came of it for the customer” already. Choose a different one."),
        ({"cases-load": "nobody"}, "This is not one of the answers to choose from."),
        ({"lag": "13"}, "Ensure this value is less than or equal to 12."),
    ],
)
def test_columns_that_cannot_be_are_refused_beside_their_field(
    desk: Desk, world: World, wrong: dict[str, Any], said: str
) -> None:
    number = brought(desk)
    response = confirm(desk, number, **wrong)
    assert response.status_code == 422
    assert said in words_of(response.content.decode())
    assert CaseFile.objects.get().state == "draft"


def test_what_was_confirmed_is_kept_and_worse_counts_only_for_what_is_ticked(desk: Desk, world: World) -> None:
    number = brought(desk)
    sent = {"worse": ["left_us", "open_jobs"], "quality_is_worse": "on", "period_by": "month"}
    assert confirm(desk, number, **sent).status_code == 302
    row = CaseFile.objects.get()
    assert row.outcomes == ["stars", "came_back", "left_us"]
    assert (row.options["worse"], row.options["period_by"]) == (["left_us", "quality"], "month")
    assert CaseFilePart.objects.get().roles == COLUMNS


def test_a_file_is_followed_stopped_and_can_be_begun_again(desk: Desk, world: World) -> None:
    number = brought(desk)
    confirm(desk, number)
    assert "It waits for its turn" in page(desk)
    CaseFile.objects.update(state="running", progress=0.25, rows_read=1234)
    assert "It is being worked out: 1,234 lines read, 25 % done." in page(desk, part="progress")
    assert "1,234" in page(desk)
    assert "These cases are being worked out." in words_of(
        desk.of("carmen").post(reverse("insight:delete_case_file", args=[number]), follow=True).content.decode()
    )
    assert "Stop it" in page(desk)
    assert desk.of("carmen").post(reverse("insight:stop_case_file", args=[number])).status_code == 302
    assert "It is being stopped." in page(desk, part="progress")
    assert CaseFile.objects.get().state == "running"
    stopping = page(desk)
    assert "It is being stopped." in stopping
    assert "being stopped" in stopping.split("</h1>")[1]
    assert "Stop it" not in stopping
    CaseFile.objects.update(state="waiting", is_cancel_wished=False)
    assert desk.of("carmen").post(reverse("insight:stop_case_file", args=[number])).status_code == 302
    assert "It was stopped. Nothing was worked out; the file is still here." in page(desk)
    assert page(desk, status=204, part="progress") == ""
    assert confirm(desk, number).status_code == 302
    assert CaseFile.objects.get().state == "waiting"


def test_the_answer_is_told_in_the_words_of_each_outcome(desk: Desk, world: World) -> None:
    number = brought(desk, cases_from_elsewhere())
    confirm(desk, number)
    run_case_estimation(at=world.at, number=number, now=lambda: world.at)
    assert CaseFile.objects.get().error is None
    told = words_of(page(desk))
    assert "When those in “team” serve one step better, “stars” is about 0.4 higher." in told
    assert re.search(r"serve one step better, “came_back” is yes for about \d+(\.\d)? more of 100 customers\.", told)
    assert re.search(r"serve one step better, “left_us” is yes for about \d+(\.\d)? fewer of 100 customers\.", told)
    assert re.search(r"Maintenance : “left_us” is yes for about \d+(\.\d)? fewer of 100 customers", told)
    assert "1,890 cases" in told
    assert "9 months" in told
    assert "How well those in “team” serve in the next span does not explain “came_back” in this one." in told
    assert "department" not in told.split("How this was worked out")[0].split("Would it hold")[1].split("Try it")[0]
    browser = desk.of("carmen")
    table = browser.get(f"{CASES}/{number}/answer.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert rows[0] == ["source", "what", "name", "held", "value", "low", "high", "unit"]
    assert ["came_back", "verdict", "supported", "", "", "", "", ""] in rows
    assert {row[0] for row in rows[1:]} == {"stars", "came_back", "left_us"}
    with CaptureQueriesContext(connection) as seen:
        browser.get(f"{CASES}/{number}")
    assert len(seen) == ANSWER_STATEMENTS


def test_a_line_that_cannot_be_read_is_named_with_file_line_column_and_remedy(desk: Desk, world: World) -> None:
    lines = SHORT.splitlines()
    lines[6] = lines[6].replace(lines[6].split(",")[5], "lots", 1)
    number = brought(desk, "\n".join(lines), name="desk.csv")
    confirm(desk, number)
    run_case_estimation(at=world.at, number=number, now=lambda: world.at)
    told = words_of(page(desk))
    assert "It could not be worked out" in told
    assert "desk.csv, line 7, column “share” (How much of it depended on that one): “lots” is no number." in told
    assert 'name="cases-period"' in page(desk)  # the columns may be chosen anew at once


def test_an_outcome_that_says_nothing_gets_its_own_plain_answer(desk: Desk, world: World) -> None:
    number = brought(desk, SHORT)
    confirm(desk, number, **{"outcomes": ["answers"], "cases-answers": ""})
    run_case_estimation(at=world.at, number=number, now=lambda: world.at)
    told = words_of(page(desk))
    assert "There is no figure for what better service inside was worth for “answers”." in told
    assert "“answers” is the same in every case, so nothing can explain a difference." in told
    assert "Would it hold if we are wrong?" not in told


def test_a_panel_is_said_to_be_weaker_and_options_come_back_as_they_were_chosen(desk: Desk, world: World) -> None:
    number = brought(desk, cases_from_elsewhere(cases_each=6))
    confirm(desk, number, outcomes=["stars"], is_panel="on", takes_codes="on", lag="1", quality_is_worse="on")
    run_case_estimation(at=world.at, number=number, now=lambda: world.at)
    told = words_of(page(desk))
    assert "so all of this is weaker than an answer from linked cases." in told
    assert "The lines are not single cases linked to whom they depended on: a weaker estimate." in told
    again = page(desk, "case_columns")
    assert re.search(r'name="is_panel"[^>]* checked', again)
    assert re.search(r'name="takes_codes"[^>]* checked', again)
    assert re.search(r'name="lag" value="1"', again)
    assert re.search(r'name="quality_is_worse"[^>]* checked', again)
    assert re.search(r'value="stars" checked', again)
    assert not re.search(r'value="came_back" checked', again)


def side_file() -> str:
    """How well each team served in each month, from the same cases."""
    rows = list(csv.DictReader(io.StringIO(SHORT)))
    names = ("team", "month", "inside_score", "inside_score_2", "open_jobs", "answers")
    lines = sorted({",".join(row[name] for name in names) for row in rows})
    return "\n".join([",".join(names), *lines, ""])


INSIDE = {
    "inside-supplier": "team", "inside-period": "month", "inside-quality": "inside_score",
    "inside-quality2": "inside_score_2", "inside-load": "open_jobs", "inside-answers": "answers",
}  # fmt: skip


def test_how_well_each_served_may_come_in_a_file_of_its_own_and_be_taken_away_again(desk: Desk, world: World) -> None:
    more = SimpleUploadedFile("teams.csv", side_file().encode())
    number = brought(desk, inside=more)
    shown = page(desk)
    assert "teams.csv" in shown
    assert 'name="cases-quality"' not in shown
    own = {name: value for name, value in CONFIRMED.items() if name not in {"cases-quality", "cases-load"}}
    response = desk.of("carmen").post(reverse("insight:case_columns", args=[number]), own)
    assert response.status_code == 422
    assert response.content.decode().count("Choose the column.") >= 3
    assert desk.of("carmen").post(reverse("insight:case_columns", args=[number]), own | INSIDE).status_code == 302
    parts = {part.part: part.roles for part in CaseFilePart.objects.all()}
    assert parts["inside"] == {name.removeprefix("inside-"): column for name, column in INSIDE.items()}
    assert "quality" not in parts["cases"]
    CaseFile.objects.update(state="draft")
    away = reverse("insight:remove_case_part", args=[number, "inside"])
    assert desk.of("carmen").post(away).status_code == 302
    assert [part.part for part in CaseFilePart.objects.all()] == ["cases"]
    assert 'name="cases-quality"' in page(desk)
    assert desk.of("carmen").post(reverse("insight:remove_case_part", args=[number, "cases"])).status_code == 404
    assert desk.of("carmen").get(reverse("insight:case_part", args=[number, "other"])).status_code == 404


def test_a_second_file_that_cannot_be_used_is_asked_for_again_and_the_cases_stay(desk: Desk, world: World) -> None:
    response = bring(desk, inside=SimpleUploadedFile("teams.csv", b"a,b,a\n1,2,3\n"))
    assert response.status_code == 422
    told = words_of(response.content.decode())
    assert "teams.csv, line 1: the column “a” stands there twice." in told
    number = CaseFile.objects.get().pk
    url = reverse("insight:case_part", args=[number, "inside"])
    assert f'action="{url}"' in response.content.decode()
    assert desk.of("carmen").post(url, {}).status_code == 422
    sent = {"file": SimpleUploadedFile("teams.csv", side_file().encode())}
    assert desk.of("carmen").post(url, sent).url == reverse("insight:case_columns", args=[number])
    assert CaseFilePart.objects.get(part="inside").file_name == "teams.csv"
    assert "Go on without it" in words_of(response.content.decode())
    assert "Keep the one that is there" in words_of(desk.of("carmen").get(url).content.decode())


def test_shares_of_branches_need_the_other_file_too(desk: Desk, world: World) -> None:
    shares = SimpleUploadedFile("shares.csv", b"shop,team,share\nCluj,Maintenance,0.6\nCluj,Billing,0.4\n")
    number = brought(desk, crosswalk=shares)
    assert 'name="cases-supplier"' not in page(desk)
    sent = {"crosswalk-unit": "shop", "crosswalk-supplier": "team", "crosswalk-weight": "share"}
    response = confirm(desk, number, **sent)
    assert response.status_code == 422
    assert "so how well these served has to stand in a file of its own." in words_of(response.content.decode())


def test_a_file_is_deleted_only_after_a_question(desk: Desk, world: World) -> None:
    number = brought(desk, title="The old help desk")
    assert "Delete The old help desk?" in page(desk, "delete_case_file")
    assert CaseFile.objects.exists()
    browser = desk.of("carmen")
    assert browser.post(reverse("insight:delete_case_file", args=[number])).url == CASES
    assert not CaseFile.objects.exists()
    assert "The file is deleted." in browser.get(CASES).content.decode()


def test_the_list_costs_the_same_with_many_files_and_shows_their_answers(desk: Desk, world: World) -> None:
    for place in range(4):
        assert bring(desk, name=f"old-{place}.csv").status_code == 302
    answers = {"stars": "supported", "left_us": "not_enough_data"}
    CaseFile.objects.update(state="done", result={"of": {}, "notes": []}, answers=answers)
    browser = desk.of("carmen")
    with CaptureQueriesContext(connection) as seen:
        told = words_of(browser.get(CASES).content.decode())
    assert len(seen) == LIST_STATEMENTS
    assert "old-3.csv stars Supported left_us Not enough data yet worked out" in told
    assert "old-0.csv stars Supported" in words_of(browser.get(reverse("insight:impact")).content.decode())
