"""Results at the page and as files: nothing of fewer than five anywhere, and no text becomes a formula."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from reportlab.pdfbase.ttfonts import TTFont

from clientela.voice.models import SurveyRound
from clientela.voice.rules.surveys import Option, Page, Question, QuestionKind, SurveyDefinition
from clientela.web.components.paper_print import FONT, FONTS
from tests.contexts.voice.making.samples import (
    EVERYTHING,
    TEN,
    TWO_LANGUAGES,
    anonymous,
    answer_all,
    keep_all,
    published,
)
from tests.doors.web.desk.visits import Desk
from tests.world import World

HOSTILE = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\x00\x01 words", "ș ț ł ó")


def url(name: str, *args: Any) -> str:
    return reverse(f"listen:{name}", args=args)


def whole(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def table(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(whole(response).decode("utf-8-sig"))))


def sheet(desk: Desk, name: str, key: str) -> list[Any]:
    book: Any = load_workbook(io.BytesIO(whole(desk.of("ana").get(url(name, key, "xlsx")))))
    return list(book.active.iter_rows())


@pytest.mark.parametrize(
    "name", ["survey_results", "results.csv", "results.xlsx", "results.pdf", "answers.csv", "texts"]
)
def test_results_and_files_are_hidden_from_others_and_refused_to_administrators(
    world: World, desk: Desk, name: str
) -> None:
    key = published(world)
    answer_all(key, [{"how": 5, "why": "Words"}] * 9, at=world.at)
    address = url("survey_texts", key, "why") if name == "texts" else url("survey_results", key)
    if "." in name:
        address = f"/listen/surveys/{key}/{name}"
    assert desk.of("tomasz").get(address).status_code == 404
    assert desk.of_customer("zofia").get(address).status_code == 404
    assert desk.of("vera").get(address).status_code == 403
    assert desk.of("carmen").get(address).status_code == 200
    assert desk.of("radu").get(address).status_code == (403 if name == "answers.csv" else 200)
    assert desk.of("carmen").get(address + "?round=9").status_code == 404
    assert desk.of("carmen").get(address + "?round=x").status_code == 404


def test_the_page_shows_figures_with_intervals_and_what_is_too_few(world: World, desk: Desk) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN, at=world.at)
    answer_all(key, [{"how": 4}], at=world.at, side="inside")
    page = desk.of("radu").get(url("survey_results", key) + "?cut=side").content.decode()
    assert "11 people answered." in page
    assert "91% (62–98)" in page
    assert "20 (-30 to 61)" in page
    assert "&lt; 5" in page
    assert "too few to say" in page
    assert "Read what 10 people wrote" in page
    assert "answer by answer" not in page
    assert "answer by answer, CSV" in desk.of("ana").get(url("survey_results", key)).content.decode()
    words = desk.of("radu").get(url("survey_texts", key, "words")).content.decode()
    assert "Words 9" in words
    assert desk.of("radu").get(url("survey_texts", key, "how")).status_code == 404


def test_an_anonymous_survey_shows_nothing_before_its_end_and_hands_out_no_single_answers(
    world: World, desk: Desk
) -> None:
    key = published(world, is_anonymous=True, trigger_data={"open_days": 7})
    answer_all(key, [{"how": 5, "why": "Secret"}] * 9, at=None)
    for asked in ("?round=1", ""):
        sealed = desk.of("ana").get(url("survey_results", key) + asked).content.decode()
        assert "its answers lie sealed until the round ends" in sealed
        assert "0 people answered" not in sealed
    assert "Secret" not in desk.of("ana").get(url("survey_texts", key, "why")).content.decode()
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    for name in ("ana", "carmen"):
        assert desk.of(name).get(url("survey_answers_file", key, "csv")).status_code == 403
        assert desk.of(name).get(url("survey_answers_file", key, "xlsx")).status_code == 403
        page = desk.of(name).get(url("survey_results", key)).content.decode()
        assert "answer by answer" not in page
        assert "9 people answered." in page


def test_a_cut_that_is_held_back_says_so(world: World, desk: Desk) -> None:
    key = published(world, is_anonymous=True, cuts=["rater"], trigger_data={"open_days": 7})
    answer_all(key, [{"how": 5}] * 9, at=None)
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    page = desk.of("ana").get(url("survey_results", key) + "?round=1&cut=rater").content.decode()
    assert "nothing can be shown: some part would stand for too few people." in page
    assert "nothing can be shown" not in desk.of("ana").get(url("survey_results", key) + "?round=1").content.decode()


def test_the_results_are_a_table_with_n_and_intervals(world: World, desk: Desk) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN, at=world.at)
    rows = table(desk.of("ana").get(url("survey_results_file", key, "csv")))
    assert rows[0] == ["question", "words", "line", "answer", "figure", "n", "count", "value", "low", "high"]
    assert ["how", "How was it?", "", "", "satisfied", "10", "", "0.9", "0.5958", "0.9821"] in rows
    assert ["again", "Again?", "", "Yes", "share", "10", "7", "0.7", "0.3968", "0.8922"] in rows
    assert ["rows", "Each", "One", "No", "share", "8", "4", "0.5", "0.2152", "0.7848"] in rows
    assert ["words", "Words", "", "", "answered", "10", "10", "", "", ""] in rows
    same = [
        ["" if cell.value is None else str(cell.value) for cell in row]
        for row in sheet(desk, "survey_results_file", key)
    ]
    assert same == [[cell.removesuffix(".0") for cell in row] for row in rows]
    assert desk.of("ana").get(url("survey_results_file", key, "doc")).status_code == 404


def test_few_answers_of_an_anonymous_question_have_neither_figure_nor_number_in_the_file(
    world: World, desk: Desk
) -> None:
    key = anonymous(world)
    answer_all(key, [{"how": 5, "again": "yes"}] * 4 + [{"how": 5}] * 2, at=None)
    rows = table(desk.of("ana").get(url("survey_results_file", key, "csv") + "?round=1"))
    assert ["again", "Again?", "", "", "too few", "< 5", "", "", "", ""] in rows
    assert [row[0] for row in rows].count("again") == 1


def test_no_text_of_an_answer_becomes_a_formula(world: World, desk: Desk) -> None:
    words = Question("words", QuestionKind.TEXT, {"en": "=1+1"})
    pick = Question(
        "pick", QuestionKind.CHOICE, {"en": "Pick"}, options=(Option("a", {"en": "=cmd()"}), Option("b", {"en": "B"}))
    )
    key = published(world, SurveyDefinition(titles={"en": "=Title"}, pages=(Page("page1", (words, pick)),)))
    answer_all(key, [{"words": text.replace("\x00", ""), "pick": "a"} for text in HOSTILE], at=world.at)
    browser = desk.of("ana")
    for address in (url("survey_answers_file", key, "csv"), url("survey_results_file", key, "csv")):
        cells = [cell for row in table(browser.get(address)) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
        assert "'=cmd()" in cells
    written = [cell for row in sheet(desk, "survey_answers_file", key) for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in written} == {"s"}
    assert {"=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "ș ț ł ó", "=cmd()"} <= {cell.value for cell in written}


def test_the_print_has_a_font_with_all_our_letters(world: World, desk: Desk) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN, at=world.at)
    for language in ("en", "ro", "pl", "es"):
        response = desk.of("ana", language=language).get(url("survey_results_file", key, "pdf") + "?cut=side")
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF-")
        assert b"DejaVu" in response.content
    faces = TTFont(FONT, FONTS / "DejaVuSans.ttf").face.charToGlyph
    assert [letter for letter in "șțăâîłąęćńśźżóñ¿¡–“”" if ord(letter) not in faces] == []


def test_a_survey_nobody_was_asked_says_what_will_stand_there(world: World, desk: Desk) -> None:
    key = published(world, TWO_LANGUAGES)
    SurveyRound.objects.all().delete()
    assert "Nobody was asked yet" in desk.of("ana").get(url("survey_results", key)).content.decode()
    assert desk.of("ana").get(url("survey_results_file", key, "pdf")).status_code == 200


def test_numbers_of_an_anonymous_survey_stand_in_open_classes_on_the_page_and_in_the_files(
    world: World, desk: Desk
) -> None:
    key = anonymous(world, EVERYTHING)
    answer_all(key, [{"hours": hours, "day": f"2026-11-{hours:02}"} for hours in range(1, 15)], at=None)
    keep_all(key)
    page = desk.of("ana").get(url("survey_results", key) + "?round=1").content.decode()
    assert "the middle answer: " in page
    assert " and more</th>" in page
    assert "half of them below" not in page
    rows = table(desk.of("ana").get(url("survey_results_file", key, "csv") + "?round=1"))
    hours = [row for row in rows if row[0] == "hours"]
    assert {row[4] for row in hours} == {"count"}
    assert (hours[0][3][:6], hours[-1][3][-9:]) == ("under ", " and more")
    assert sum(int(row[6]) for row in hours) == 14
    assert desk.of("ana").get(url("survey_results_file", key, "pdf") + "?round=1").content[:5] == b"%PDF-"
