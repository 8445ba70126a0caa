"""Making surveys at the pages: a clerk's way from nothing to a published survey, without a line of script."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.voice.models import ListeningPolicy, Survey, SurveyRound, SurveyVersion
from clientela.voice.rules.surveys import SurveyDefinition, from_json
from clientela.voice.rules.surveys.ready import READY
from clientela.voice.rules.surveys.ready.parts import ReadySurvey
from tests.contexts.voice.making.samples import EVERYTHING, TWO_LANGUAGES, answer_all, drafted, published
from tests.doors.web.desk.visits import Desk
from tests.world import World

MAKERS_PAGES = (
    "survey_questions",
    "survey_languages",
    "survey_asking",
    "survey_preview",
    "survey_preview_frame",
    "survey_publish",
    "survey_export",
    "survey_link",
)


def url(name: str, *args: Any) -> str:
    return reverse(f"listen:{name}", args=args)


def definition_of(key: str) -> SurveyDefinition:
    return from_json(SurveyVersion.objects.filter(survey__key=key).order_by("-number")[0].definition)


def names_of(key: str) -> list[list[str]]:
    return [[question.name for question in page.questions] for page in definition_of(key).pages]


@pytest.mark.parametrize("name", MAKERS_PAGES)
def test_a_makers_page_is_hidden_from_other_departments_and_refused_to_colleagues(
    world: World, desk: Desk, name: str
) -> None:
    key = drafted(world)
    assert desk.of("tomasz").get(url(name, key)).status_code == 404
    assert desk.of_customer("zofia").get(url(name, key)).status_code == 404
    assert Client().get(url(name, key)).status_code == 302
    assert desk.of("radu").get(url(name, key)).status_code == 403
    assert desk.of("ana").get(url(name, key)).status_code == 200
    assert desk.of("ana").get(url(name, "nothing")).status_code == 404


@pytest.mark.parametrize("name", ["survey_close", "survey_delete"])
def test_who_may_not_change_a_survey_neither_closes_nor_deletes_it(world: World, desk: Desk, name: str) -> None:
    key = published(world)
    assert desk.of("tomasz").post(url(name, key)).status_code == 404
    assert desk.of("radu").post(url(name, key)).status_code == 403
    assert Survey.objects.get(key=key).state == "open"


def test_a_survey_is_not_closed_by_a_look(world: World, desk: Desk) -> None:
    key = published(world)
    assert desk.of("ana").get(url("survey_close", key)).status_code == 405
    assert Survey.objects.get(key=key).state == "open"


def test_who_makes_no_survey_sees_neither_the_form_nor_the_button(world: World, desk: Desk) -> None:
    for name in ("new_survey", "survey_import"):
        assert desk.of("radu").get(url(name)).status_code == 404
        assert desk.of("radu").post(url(name), {"owner_id": world.care.id}).status_code == 404
    page = desk.of("radu").get(url("surveys")).content.decode()
    assert "Surveys of your department will stand here" in page
    assert "Make a survey" not in page
    assert not Survey.objects.exists()


def test_a_head_makes_no_survey_of_another_department(world: World, desk: Desk) -> None:
    response = desk.of("ana").post(
        url("new_survey"), {"source": "", "owner_id": world.maintenance.id, "title": "Theirs"}
    )
    assert response.status_code == 422
    assert not Survey.objects.exists()


def test_a_clerk_makes_a_survey_from_nothing_to_the_first_round(world: World, desk: Desk) -> None:
    browser = desk.of("ana")
    made = browser.post(url("new_survey"), {"source": "", "owner_id": world.care.id, "title": "After a visit"})
    assert made.headers["Location"] == url("survey_questions", "after-a-visit")
    key = "after-a-visit"
    page = url("survey_questions", key)
    assert "It has no question yet. Add the first one." in browser.get(page).content.decode()
    assert browser.post(url("survey_publish", key)).status_code == 422

    added = browser.post(page, {"do": "add", "kind": "scale"})
    assert added.headers["Location"] == f"{page}?open=new_scale#q-new_scale"
    opened = browser.get(f"{page}?open=new_scale").content.decode()
    assert "In English the question is missing." in opened
    saved = browser.post(
        page,
        {"do": "save", "question": "new_scale", "title_en": "How was the visit?", "low_en": "badly", "lowest": "1",
         "highest": "5", "measure": "csat", "is_required": "on"},
    )  # fmt: skip
    assert saved.headers["Location"] == f"{page}?open=how_was_the_visit#q-how_was_the_visit"

    browser.post(page, {"do": "add", "kind": "choices"})
    wrong = browser.post(
        page,
        {"do": "save", "question": "new_choices", "title_en": "What could be better?", "options_en": "Time\nWords\n",
         "if_join": "all", "if_question_0": "how_was_the_visit", "if_operator_0": "≤", "if_value_0": "bad"},
    )  # fmt: skip
    assert wrong.status_code == 422
    assert "Write a number: the question is answered with one." in wrong.content.decode()
    browser.post(
        page,
        {"do": "save", "question": "new_choices", "title_en": "What could be better?", "options_en": "Time\nWords\n",
         "if_join": "all", "if_question_0": "how_was_the_visit", "if_operator_0": "≤", "if_value_0": "3"},
    )  # fmt: skip
    shown = browser.get(page).content.decode()
    assert "Shown only if “How was the visit?” is at most 3." in shown
    assert "Nothing stands in the way of publishing." in shown
    how, better = definition_of(key).questions
    assert (how.measure, how.is_required, dict(how.low_labels)) == ("csat", True, {"en": "badly"})
    assert [(option.key, dict(option.labels)) for option in better.options] == [
        ("time", {"en": "Time"}),
        ("words", {"en": "Words"}),
    ]

    summary = browser.get(url("survey_publish", key)).content.decode()
    assert "It asks nobody by itself: only by hand, by link and by QR code." in summary
    assert "Nobody is asked more than 4 times in three months over all surveys, nor again within 14 days." in summary
    done = browser.post(url("survey_publish", key))
    assert done.headers["Location"] == url("survey", key)
    assert SurveyRound.objects.filter(survey__key=key).count() == 1
    assert "After a visit" in browser.get(url("surveys")).content.decode()


def test_questions_are_moved_split_joined_duplicated_removed_and_put_back(world: World, desk: Desk) -> None:
    key, browser = drafted(world), desk.of("ana")
    page = url("survey_questions", key)
    assert names_of(key) == [["how", "why"], ["again"]]
    browser.post(page, {"do": "down", "question": "why"})
    assert names_of(key) == [["how"], ["why", "again"]]
    browser.post(page, {"do": "up", "question": "why"})
    assert names_of(key) == [["how", "why"], ["again"]]
    browser.post(page, {"do": "split", "question": "why"})
    assert names_of(key) == [["how"], ["why"], ["again"]]
    browser.post(page, {"do": "join", "question": "again"})
    assert names_of(key) == [["how"], ["why", "again"]]
    browser.post(page, {"do": "duplicate", "question": "how"})
    assert names_of(key) == [["how", "how_2"], ["why", "again"]]
    removed = browser.post(page, {"do": "remove", "question": "how"}, follow=True).content.decode()
    assert names_of(key) == [["how_2"], ["why", "again"]]
    assert "It waits for the answer to “how”, which the survey does not ask." in removed
    browser.post(url("survey_undo", key))
    assert names_of(key) == [["how", "how_2"], ["why", "again"]]
    before = names_of(key)
    for step in ("up", "remove", "duplicate", "split", "join", "nonsense"):
        assert browser.post(page, {"do": step, "question": "nowhere"}).status_code == 302
    assert browser.post(page, {"do": "add", "kind": "hologram"}).status_code == 302
    assert names_of(key) == before


def test_a_step_from_an_older_page_is_not_done_over_somebody_elses(world: World, desk: Desk) -> None:
    key = drafted(world)
    page = url("survey_questions", key)
    seen = desk.of("ana").get(page).context["draft"].mark
    desk.of("carmen").post(page, {"do": "remove", "question": "again"})
    told = desk.of("ana").post(page, {"do": "remove", "question": "why", "seen": seen}, follow=True)
    assert "Somebody else changed this survey meanwhile." in told.content.decode()
    assert names_of(key) == [["how", "why"]]


def test_a_partial_brings_the_list_alone(world: World, desk: Desk) -> None:
    key = drafted(world)
    part = desk.of("ana").get(url("survey_questions", key), headers={"HX-Request": "true"}).content.decode()
    assert '<div id="builder"' in part
    assert "<html" not in part


def test_more_lines_for_conditions_keep_what_was_typed_unjudged(world: World, desk: Desk) -> None:
    key = drafted(world)
    response = desk.of("ana").post(
        url("survey_questions", key),
        {
            "do": "condition",
            "question": "again",
            "title_en": "Typed just now",
            "if_question_0": "how",
            "if_operator_0": "≤",
            "if_value_0": "what",
            "if_question_1": "",
        },
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "Typed just now" in page
    assert 'name="if_question_3"' in page
    assert "Write a number" not in page
    assert names_of(key) == [["how", "why"], ["again"]]


def test_languages_stand_side_by_side_are_added_filled_and_taken_out(world: World, desk: Desk) -> None:
    key, browser = drafted(world), desk.of("ana")
    page = url("survey_languages", key)
    assert browser.get(page).context["columns"] == [("en", "English", 0), ("pl", "Polish", 0)]
    browser.post(page, {"add": "es"})
    shown = browser.get(page).content.decode()
    assert set(definition_of(key).languages) == {"en", "pl", "es"}
    assert "5 texts missing" in shown
    browser.post(page, {"copy": "es:pl"})
    assert definition_of(key).questions[0].titles["es"] == "Jak było?"
    browser.post(page, {"q:how:titles|es": "¿Qué tal?\r\n", "thanks|en": "Thank you", "q:again:options:yes|es": "Sí"})
    changed = definition_of(key)
    assert changed.questions[0].titles == {"en": "How was it?", "pl": "Jak było?", "es": "¿Qué tal?"}
    assert changed.thanks == {"en": "Thank you"}
    assert changed.questions[2].options[0].labels["es"] == "Sí"
    browser.post(page, {"drop": "pl"})
    assert set(definition_of(key).languages) == {"en", "es"}
    browser.post(page, {"drop": "es"})
    browser.post(page, {"drop": "en"})
    browser.post(page, {"titles|en": ""})
    assert definition_of(key).titles == {"en": "After a repair"}


def test_when_it_is_asked_is_set_and_a_wrong_pair_is_named(world: World, desk: Desk) -> None:
    key, browser = drafted(world), desk.of("ana")
    page = url("survey_asking", key)
    assert browser.get(page).status_code == 200
    given = {
        "trigger": "request_closed",
        "side": "outside",
        "share_percent": "33",
        "provider_ids": [str(world.care.id)],
    }
    wrong = browser.post(page, {**given, "rates": "Care > Nobody"})
    assert wrong.status_code == 422
    assert "“Care &gt; Nobody” does not name two departments." in wrong.content.decode()
    assert browser.post(page, {**given, "share_percent": "0"}).status_code == 422
    assert browser.post(page, {**given, "provider_ids": []}).status_code == 422
    assert Survey.objects.get(key=key).trigger == "none"
    rates = f"{world.care.name} > {world.workshop.name}"
    assert browser.post(page, {**given, "rates": rates}).headers["Location"] == url("survey", key)
    survey = Survey.objects.get(key=key)
    assert (survey.trigger, survey.share_percent) == ("request_closed", 33)
    assert survey.trigger_data["rates"] == [[world.care.id, world.workshop.id]]
    told = browser.get(url("survey", key)).content.decode()
    assert "It asks customers outside after a request is done." in told
    assert "Of a hundred who could be asked, 33 are, drawn at random." in told


def test_how_often_people_are_asked_is_for_owner_and_administrators(world: World, desk: Desk) -> None:
    page = url("asking_policy")
    values = {"asks_a_quarter": "3", "days_between_asks": "21", "remind_after_days": "4", "follow_up_at_or_below": "2"}
    assert desk.of("ana").get(page).status_code == 404
    assert desk.of("ana").post(page, values).status_code == 404
    assert not ListeningPolicy.objects.exists()
    assert desk.of("carmen").post(page, {**values, "asks_a_quarter": "many"}).status_code == 422
    assert desk.of("vera").post(page, values).headers["Location"] == page
    assert ListeningPolicy.objects.get().asks_a_quarter == 3


def test_a_survey_is_closed_goes_back_and_its_draft_is_thrown_away(world: World, desk: Desk) -> None:
    key, browser = published(world), desk.of("ana")
    browser.post(url("survey_questions", key), {"do": "remove", "question": "why"})
    assert names_of(key) == [["how"], ["again"]]
    browser.post(url("survey_go_back", key, 1))
    assert names_of(key) == [["how", "why"], ["again"]]
    assert browser.post(url("survey_delete", key)).headers["Location"] == url("survey", key)
    browser.post(url("survey_close", key))
    assert Survey.objects.get(key=key).state == "closed"
    assert "Ask it again" in browser.get(url("survey", key)).content.decode()


def test_the_link_is_drawn_as_svg_and_png(world: World, desk: Desk) -> None:
    key, browser = published(world, is_open_to_all=True), desk.of("ana")
    svg = browser.get(url("survey_qr", key, "svg"))
    png = browser.get(url("survey_qr", key, "png") + "?save=1")
    assert (svg["Content-Type"], svg.content[:4]) == ("image/svg+xml", b"<svg")
    assert (png["Content-Type"], png.content[:4]) == ("image/png", b"\x89PNG")
    assert png["Content-Disposition"] == f"attachment; filename*=UTF-8''{key}.png"
    assert browser.get(url("survey_qr", key, "gif")).status_code == 404
    assert desk.of("radu").get(url("survey_qr", key, "svg")).status_code == 403
    link = Survey.objects.get(key=key).link_key
    assert f"/s/open/{link}" in browser.get(url("survey_link", key)).content.decode()


def test_the_preview_walks_through_the_pages_and_keeps_nothing(world: World, desk: Desk) -> None:
    key, browser = drafted(world), desk.of("ana")
    frame = url("survey_preview_frame", key)
    first = browser.get(f"{frame}?language=pl")
    page = first.content.decode()
    assert "Jak było?" in page
    assert "Co poszło nie tak?" not in page
    assert f'action="{frame}"' in page
    assert "frame-ancestors 'self'" in first["Content-Security-Policy"]
    assert "frame-src 'self'" in browser.get(url("survey_preview", key))["Content-Security-Policy"]
    ended = browser.post(
        frame, {"page": "1", "shown": "again", "q-again": "yes", "go": "send", "language": "pl", "kept": '{"how": 5}'}
    )
    assert ended.status_code == 200
    assert not SurveyRound.objects.exists()


def test_the_pages_ask_the_same_number_of_times_however_long_the_survey(world: World, desk: Desk) -> None:
    keys, browser = [published(world, one) for one in (TWO_LANGUAGES, EVERYTHING)], desk.of("ana")
    for key in keys:
        answer_all(key, [{"how": 5}] * 6, at=world.at)
    found = []
    for key in keys:
        counts = {}
        for name in ("surveys", "survey", "survey_questions", "survey_languages", "survey_results"):
            address = url(name) if name == "surveys" else url(name, key)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200
            counts[name] = len(asked)
        found.append(counts)
    same = {"surveys": 12, "survey": 12, "survey_questions": 8, "survey_languages": 8}
    assert found == [{**same, "survey_results": 14}] * 2


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.key)
def test_a_ready_made_survey_is_published_as_it_is(world: World, desk: Desk, ready: ReadySurvey) -> None:
    browser = desk.of("ana")
    assert ready.names["en"] in browser.get(url("new_survey")).content.decode()
    made = browser.post(url("new_survey"), {"source": f"ready:{ready.key}", "owner_id": world.care.id})
    survey = Survey.objects.get()
    assert made.headers["Location"] == url("survey_questions", survey.key)
    assert (survey.kind, survey.is_anonymous) == (ready.kind, ready.is_anonymous)
    assert definition_of(survey.key) == ready.definition
    for name in ("survey_questions", "survey_languages", "survey_preview_frame", "survey_publish"):
        assert browser.get(url(name, survey.key)).status_code == 200
    assert browser.post(url("survey_publish", survey.key)).headers["Location"] == url("survey", survey.key)
    assert SurveyRound.objects.get().survey_id == survey.pk
    for language in ("ro", "pl", "es"):
        assert desk.of("ana", language=language).get(url("survey_results", survey.key)).status_code == 200


def test_the_export_is_surveyjs_and_comes_back_as_it_was(world: World, desk: Desk) -> None:
    key, browser = drafted(world), desk.of("ana")
    exported = browser.get(url("survey_export", key))
    assert exported["Content-Disposition"] == f"attachment; filename*=UTF-8''{key}.json"
    given = json.loads(exported.content)
    assert [one["type"] for page in given["pages"] for one in page["elements"]] == ["rating", "comment", "radiogroup"]
    back = browser.post(url("survey_import"), {"text": exported.content.decode(), "owner_id": world.care.id})
    assert back.headers["Location"] == url("survey_questions", "after-a-repair")
    assert definition_of("after-a-repair") == TWO_LANGUAGES


def test_what_cannot_be_taken_over_is_named_and_left_out_only_if_wished(world: World, desk: Desk) -> None:
    foreign = json.dumps(
        {
            "title": "Theirs",
            "pages": [
                {
                    "name": "p1",
                    "elements": [
                        {"type": "signaturepad", "name": "sign", "title": "Sign here"},
                        {"type": "comment", "name": "words", "title": "Say it"},
                    ],
                }
            ],
        }
    )
    browser = desk.of("ana")
    given = {"text": foreign, "owner_id": world.care.id}
    refused = browser.post(url("survey_import"), given)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "pages[0].elements[0], “sign”: It is of a kind that we do not have: signaturepad." in page
    assert not Survey.objects.exists()
    assert browser.post(url("survey_import"), {**given, "takes_rest": "on"}).status_code == 302
    assert [question.name for question in definition_of("theirs").questions] == ["words"]
    for nonsense in ("<html></html>", "[1, 2]", "{}", "", "{" * 5000):
        assert browser.post(url("survey_import"), {**given, "text": nonsense}).status_code == 422
    assert Survey.objects.count() == 1
