"""Very many answers: counted by a job, kept, and never other than if they were counted again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.voice.actions.masking import forget_speaker
from clientela.voice.actions.surveys import counting
from clientela.voice.actions.surveys.counting import COUNT_JOB, ask_for_counts, count_answers
from clientela.voice.models import SurveyAnswer, SurveyRound, SurveyTally, SurveyVersion, Voice
from clientela.voice.queries.survey_lists import surveys_seen
from clientela.voice.queries.survey_results import SurveyResults, kept, survey_results
from clientela.voice.queries.survey_results.counting import counted_parts
from tests.contexts.voice.making.samples import EVERYTHING, TEN, TWO_LANGUAGES, anonymous, answer_all, published
from tests.world import World


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page counts twelve answers itself, and the job takes four at a time."""
    monkeypatch.setattr(kept, "AT_ONCE", 12)
    monkeypatch.setattr(counting, "STEP", 4)


def count(world: World, found: SurveyResults, *, after: timedelta = timedelta(days=1)) -> int:
    """Do what the job does that the page asks for."""
    wanted = found.to_count
    assert wanted is not None
    return sum(
        count_answers(at=world.at + after, round_ids=wanted.round_ids, version_id=wanted.version_id, cut=cut)
        for cut in wanted.cuts
    )


def figures(found: SurveyResults) -> tuple[Any, ...]:
    """What a page shows but how far counting is."""
    return (found.n, found.questions, found.quality, found.tables, found.over_time)


@pytest.mark.parametrize("cut", ["", "supplier", "side", "language"])
@pytest.mark.parametrize("side", ["", "inside"])
def test_what_was_counted_by_steps_is_what_is_counted_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, cut: str, side: str
) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN, at=world.at, supplier_id=world.care.id)
    answer_all(key, TEN, at=world.at + timedelta(days=9), side="inside", language="pl", supplier_id=world.it.id)
    waiting = survey_results(world.ana, key, language="en", cut=cut, side=side)
    assert (waiting.is_counted, waiting.n, waiting.tables, waiting.over_time) == (False, 0, (), None)
    assert waiting.progress is not None
    assert (waiting.progress.counted, waiting.progress.total, waiting.progress.percent) == (0, 20, 0)
    assert count(world, waiting, after=timedelta(days=20)) == 20 * (2 if cut not in {"", "side"} else 1)
    found = survey_results(world.ana, key, language="en", cut=cut, side=side)
    assert (found.is_counted, found.progress, found.to_count) == (True, None, None)
    monkeypatch.setattr(kept, "AT_ONCE", 100)
    SurveyTally.objects.all().delete()
    assert figures(found) == figures(survey_results(world.ana, key, language="en", cut=cut, side=side))
    assert found.n == (10 if side else 20)


def test_the_page_costs_no_more_statements_when_all_was_counted_before(
    world: World, django_assert_num_queries: Any
) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN * 3, at=world.at)
    count(world, survey_results(world.ana, key, language="en"))
    with django_assert_num_queries(10):
        assert survey_results(world.ana, key, language="en").n == 30


def test_new_answers_show_at_once_if_they_are_few_and_by_the_job_if_they_are_many(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 5}] * 20, at=world.at)
    count(world, survey_results(world.ana, key, language="en"))
    answer_all(key, [{"how": 1}] * 5, at=world.at + timedelta(hours=2))
    found = survey_results(world.ana, key, language="en")
    assert (found.n, found.progress) == (25, None)
    answer_all(key, [{"how": 1}] * 15, at=world.at + timedelta(hours=3))
    behind = survey_results(world.ana, key, language="en")
    # The figures of the last time, and since when.
    assert (behind.is_counted, behind.n) == (True, 20)
    assert behind.progress is not None
    assert (behind.progress.counted, behind.progress.total) == (20, 40)
    assert behind.progress.as_of == world.at + timedelta(days=1)
    assert count(world, behind, after=timedelta(days=2)) == 20
    assert survey_results(world.ana, key, language="en").n == 40


def test_as_many_as_a_page_counts_itself_are_there_at_once_and_one_more_are_not(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 5}] * 12, at=world.at)
    found = survey_results(world.ana, key, language="en")
    assert (found.n, found.progress) == (12, None)
    answer_all(key, [{"how": 5}], at=world.at)
    assert survey_results(world.ana, key, language="en").is_counted is False


def test_an_answer_of_a_moment_ago_waits_so_that_none_that_comes_behind_it_is_lost(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 5}] * 20, at=world.at)
    wanted = survey_results(world.ana, key, language="en")
    assert count(world, wanted, after=timedelta(minutes=14, seconds=29)) == 14  # all but those of half a minute ago
    assert survey_results(world.ana, key, language="en").n == 20


def test_a_killed_job_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = published(world)
    answer_all(key, [{"how": place % 5 + 1} for place in range(30)], at=world.at)
    waiting = survey_results(world.ana, key, language="en")
    steps: list[int] = []

    def dies(*given: Any, **named: Any) -> Any:
        steps.append(1)
        if len(steps) == 4:
            raise InterruptedError
        return counted_parts(*given, **named)

    monkeypatch.setattr(counting, "counted_parts", dies)
    with pytest.raises(InterruptedError):
        count(world, waiting)
    half = survey_results(world.ana, key, language="en")
    assert half.progress is not None
    assert (half.is_counted, half.progress.counted, half.n) == (False, 12, 0)
    assert count(world, half) == 18
    found = survey_results(world.ana, key, language="en").questions[0]
    assert [one.count for one in found.shares] == [6, 6, 6, 6, 6]


@pytest.mark.parametrize("change", ["deleted", "late", "left and counted in"])
def test_what_was_counted_does_not_outlive_a_change_of_the_answers(world: World, change: str) -> None:
    key = published(world)
    rows = answer_all(key, [{"how": 5}] * 20, at=world.at)
    count(world, survey_results(world.ana, key, language="en"))
    if change == "deleted":
        SurveyAnswer.objects.filter(pk__in=[one.pk for one in rows[:3]]).delete()
        answer_all(key, [{"how": 1}] * 3, at=world.at + timedelta(hours=5))  # as many as went
    else:
        moment = world.at if change == "late" else world.at - timedelta(hours=5)
        answer_all(key, [{"how": 1}] * 3, at=moment)
    stale = survey_results(world.ana, key, language="en")
    assert (stale.is_counted, stale.n) == (False, 0)
    count(world, stale)
    found = survey_results(world.ana, key, language="en")
    assert [one.count for one in found.questions[0].shares] == [3, 0, 0, 0, 17 if change == "deleted" else 20]


def test_forgetting_who_said_it_throws_away_what_was_counted_of_the_round(world: World) -> None:
    key = published(world)
    (first, *_others) = answer_all(key, [{"how": 1, "why": "Call Jan"}] * 20, at=world.at)
    Voice.objects.create(
        kind=Voice.Kind.SURVEY,
        source=f"answer:{first.pk}",
        side="outside",
        speaker_id=world.id_of("zofia"),
        text="Call Jan",
        language="en",
        said_at=world.at,
        heard_at=world.at,
    )
    count(world, survey_results(world.ana, key, language="en"))
    assert SurveyTally.objects.count() == 1
    assert forget_speaker(at=world.at, person_id=world.id_of("zofia")) == 1
    assert SurveyAnswer.objects.get(pk=first.pk).values["why"] == ""
    assert SurveyTally.objects.count() == 0
    assert survey_results(world.ana, key, language="en").is_counted is False


def test_an_open_anonymous_round_is_never_counted(world: World) -> None:
    key = published(world, is_anonymous=True, trigger_data={"open_days": 7})
    answer_all(key, [{"how": 5}] * 20, at=None)
    (asked,) = SurveyRound.objects.all()
    assert count_answers(at=world.at, round_ids=[asked.pk], version_id=asked.version_id, cut="") == 0
    assert SurveyTally.objects.count() == 0
    found = survey_results(world.ana, key, language="en", round_number=1)
    assert (found.is_sealed, found.n, found.to_count) == (True, 0, None)


def test_of_an_anonymous_round_nothing_is_shown_before_all_of_it_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = anonymous(world, rounds=2)
    answer_all(key, [{"how": 5}] * 8 + [{"how": 3}] * 8, at=None, number=1, supplier_id=world.care.id)
    answer_all(key, [{"how": 1}] * 4 + [{"how": 2}] * 3, at=None, number=1, supplier_id=world.it.id)
    answer_all(key, [{"how": 2}] * 6 + [{"how": 4}] * 7, at=None, number=2, supplier_id=world.it.id)
    waiting = survey_results(world.ana, key, language="en", round_number=1, cut="supplier")
    assert (waiting.is_counted, waiting.tables) == (False, ())
    assert waiting.to_count is not None
    assert waiting.to_count.cuts == ("", "class")
    count(world, waiting)
    found = survey_results(world.ana, key, language="en", round_number=1, cut="supplier")
    assert [(cell.name, cell.figure.n) for cell in found.tables[0].cells] == [
        (world.care.name, 16),
        (world.it.name, 7),
    ]
    # One round more than is counted: all of them together are not told, nor what was counted before as if it were all.
    both = survey_results(world.ana, key, language="en")
    assert (both.is_counted, both.n, both.questions[0].is_shown) == (False, 0, False)
    monkeypatch.setattr(kept, "AT_ONCE", 100)
    SurveyTally.objects.all().delete()
    assert figures(found) == figures(survey_results(world.ana, key, language="en", round_number=1, cut="supplier"))


def test_what_is_kept_of_an_anonymous_round_says_nothing_of_who_or_when(world: World) -> None:
    key = anonymous(world)
    answer_all(key, [{"how": 5}] * 20, at=None)
    count(world, survey_results(world.ana, key, language="en"))
    (tally,) = SurveyTally.objects.all()
    last = SurveyAnswer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert (tally.last_at, tally.last_id, tally.answer_count) == (None, last, 20)
    assert tally.content == {
        "outside": {
            "": {
                "n": 20,
                "answered": {"how": 20},
                "values": {"how": {"5": 20}},
                "places": {},
                "cells": {},
                "quality": [],
                "weeks": {},
            }
        }
    }


def test_a_job_waits_only_once_however_often_the_page_is_opened(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 5}] * 20, at=world.at)
    wanted = survey_results(world.ana, key, language="en").to_count
    assert wanted is not None
    for _turn in range(3):
        ask_for_counts(round_ids=wanted.round_ids, version_id=wanted.version_id, cuts=wanted.cuts)
    (job,) = ProcrastinateJob.objects.filter(task_name=COUNT_JOB)
    assert job.args == {"round_ids": list(wanted.round_ids), "version_id": wanted.version_id, "cut": ""}


def test_the_list_of_surveys_takes_its_figure_from_what_was_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = published(world, TWO_LANGUAGES)
    answer_all(key, [{"how": 5}] * 15 + [{"how": 1}] * 5, at=world.at, side="inside")
    monkeypatch.setattr("clientela.voice.queries.survey_lists.listing.FEW", 12)
    (row,) = surveys_seen(world.ana, language="en").rows
    assert row.last_figure is None
    count(world, survey_results(world.ana, key, language="en"))
    (row,) = surveys_seen(world.ana, language="en").rows
    assert row.last_figure is not None
    assert (row.last_figure.n, getattr(row.last_figure, "value", None)) == (20, 0.75)


def test_rounds_of_another_survey_are_not_counted_with_its_questions(world: World) -> None:
    key = published(world)
    other = published(world, EVERYTHING)
    answer_all(other, TEN, at=world.at)
    mine = SurveyVersion.objects.get(survey__key=key)
    theirs = SurveyRound.objects.get(survey__key=other)
    assert count_answers(at=world.at, round_ids=[theirs.pk], version_id=mine.pk, cut="") == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM voice_surveytally")
        assert cursor.fetchone() == (0,)
