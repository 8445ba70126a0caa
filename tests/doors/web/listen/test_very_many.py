"""Pages where there is very much: results that a job counts, surveys page by page, finding reviews and talks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.voice.actions.surveys.counting import COUNT_JOB, count_answers
from clientela.voice.models import Survey, SurveyAnswer, SurveyVersion, Talk
from clientela.voice.queries.survey_results import kept
from clientela.voice.rules.surveys import to_json
from tests.contexts.voice.making.samples import EVERYTHING, TEN, TWO_LANGUAGES, answer_all, published
from tests.doors.web.desk.visits import Desk
from tests.world import World


def url(name: str, *args: object) -> str:
    return reverse(f"listen:{name}", args=args)


def count(world: World) -> None:
    for job in ProcrastinateJob.objects.filter(task_name=COUNT_JOB):
        count_answers(at=world.at + timedelta(days=30), **job.args)


def test_the_page_of_very_many_answers_says_how_far_counting_is_and_then_shows_them(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 10)
    key = published(world, EVERYTHING)
    answer_all(key, TEN * 3, at=world.at)
    browser = desk.of("ana")
    page = browser.get(url("survey_results", key)).content.decode()
    assert "0 of 30 answers are counted." in page
    assert '<progress class="c-progress" max="100" value="0"' in page
    assert "people answered" not in page
    part = browser.get(url("survey_results", key) + "?part=progress")
    assert "0 of 30 answers are counted." in part.content.decode()
    assert "<h1>" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    count(world)
    part = browser.get(url("survey_results", key) + "?part=progress")
    assert (part.headers["HX-Refresh"], part.content.strip()) == ("true", b"")
    page = browser.get(url("survey_results", key)).content.decode()
    assert "30 people answered." in page
    assert "are counted" not in page


def test_figures_of_the_last_time_stand_with_their_moment_while_newer_answers_are_counted(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 10)
    key = published(world)
    answer_all(key, [{"how": 5}] * 20, at=world.at)
    browser = desk.of("ana")
    browser.get(url("survey_results", key))
    count(world)
    answer_all(key, [{"how": 1}] * 11, at=world.at + timedelta(hours=1))
    SurveyAnswer.objects.filter(is_complete=False).delete()
    page = browser.get(url("survey_results", key) + "?side=outside").content.decode()
    assert "20 of 31 answers are counted." in page
    assert "The figures below are of " in page
    assert "20 people answered." in page
    assert "?side=outside&amp;part=progress" in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_file_of_results_is_given_once_all_is_counted(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 10)
    key = published(world)
    answer_all(key, [{"how": 5}] * 20, at=world.at)
    browser = desk.of("ana")
    answer = browser.get(url("survey_results_file", key, form) + "?side=outside")
    assert (answer.status_code, answer["Location"]) == (302, url("survey_results", key) + "?side=outside")
    count(world)
    assert browser.get(url("survey_results_file", key, form) + "?side=outside").status_code == 200


def test_a_stranger_starts_no_counting(world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 10)
    key = published(world)
    answer_all(key, [{"how": 5}] * 20, at=world.at)
    assert desk.of("tomasz").get(url("survey_results", key)).status_code == 404
    assert desk.of("vera").get(url("survey_results", key) + "?part=progress").status_code == 403
    assert not ProcrastinateJob.objects.filter(task_name=COUNT_JOB).exists()


def test_surveys_go_on_page_by_page(world: World, desk: Desk) -> None:
    for number in range(27):
        survey = Survey.objects.create(
            key=f"s{number:02}",
            kind=Survey.Kind.FREE,
            owner_id=world.care.id,
            is_anonymous=False,
            link_key=f"s{number:02}",
            made_at=world.at - timedelta(days=number),
        )
        SurveyVersion.objects.create(survey=survey, number=1, definition=to_json(TWO_LANGUAGES), made_at=world.at)
    browser = desk.of("ana")
    first = browser.get(url("surveys"))
    assert first.content.decode().count("data-list-item") == 25
    older = first.context["older_url"]
    second = browser.get(url("surveys") + older).content.decode()
    assert second.count("data-list-item") == 2
    assert f'href="{url("surveys")}"' in second
    for broken in ("?state=open&after=x", "?state=nowhere&after=2026-11-20T10:00:00+00:00~1", "?after=~"):
        assert browser.get(url("surveys") + broken).content.decode().count("data-list-item") == 25
    end = browser.get(url("surveys") + "?state=closed&after=2020-01-01T00:00:00%2B00:00~1").content.decode()
    assert "No more surveys" in end


@pytest.mark.parametrize(
    ("name", "nothing"), [("talks", "Nothing of this was noted down"), ("reviews", "No review has these words")]
)
def test_who_finds_nothing_is_told_so_and_finds_back(world: World, desk: Desk, name: str, nothing: str) -> None:
    page = desk.of("radu").get(url(name) + "?words=%3Celephant%3E").content.decode()
    assert nothing in page
    assert 'value="&lt;elephant&gt;"' in page
    assert "Show all of them" in page
    assert nothing not in desk.of("radu").get(url(name)).content.decode()
    assert desk.of("radu").get(url(name) + "?words=" + "x" * 5000).status_code == 200
    assert desk.of("radu").get(url(name) + "?words=%00a&after=x").status_code == 200


def test_a_talk_is_found_at_the_page_and_its_words_stay_in_the_field(world: World, desk: Desk) -> None:
    for words in ("They want one person to speak to.", "The invoice was late."):
        Talk.objects.create(
            customer_id=world.delta.id,
            provider_id=world.care.id,
            talker_id=world.id_of("radu"),
            notes=words,
            language="en",
            held_at=world.at,
        )
    page = desk.of("radu").get(url("talks") + "?words=invoices").content.decode()
    assert "The invoice was late." in page
    assert "one person" not in page
    assert "No talks are planned" not in page
