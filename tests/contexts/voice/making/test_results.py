"""Results: figures with their intervals, nothing of fewer than five, and nothing by difference."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice.models import Survey, SurveyInvitation, SurveyRound
from clientela.voice.queries.survey_results import single_answers, survey_results, texts_page
from clientela.voice.rules.figures.estimates import Mean, Share, TooFew
from clientela.voice.rules.figures.net_promoter import NetPromoter
from tests.contexts.voice.making.samples import EVERYTHING, TEN, TWO_LANGUAGES, answer_all, published
from tests.world import World


def test_results_are_for_the_surveys_department_and_the_owner(world: World) -> None:
    key = published(world)
    with pytest.raises(HiddenError):
        survey_results(world.tomasz, key, language="en")
    with pytest.raises(NotAllowedError):
        survey_results(world.vera, key, language="en")
    with pytest.raises(HiddenError):
        survey_results(world.ana, "nothing", language="en")
    with pytest.raises(HiddenError):
        survey_results(world.ana, key, language="en", round_number=7)
    for name in ("ana", "radu", "carmen"):
        assert survey_results(getattr(world, name), key, language="en").n == 0


def test_each_kind_of_question_has_its_figures(world: World, django_assert_num_queries: Any) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN, at=world.at)
    with django_assert_num_queries(9):
        found = survey_results(world.ana, key, language="en")
    assert found.n == 10
    by_name = {one.question.name: one for one in found.questions}
    how = by_name["how"].satisfied
    assert isinstance(how, Share)
    assert (how.value, round(how.low, 3), round(how.high, 3), how.n) == (0.9, 0.596, 0.982, 10)
    net = by_name["nps"].net
    assert isinstance(net, NetPromoter)
    assert (net.value, net.promoters, net.detractors, net.n) == (20.0, 5, 3, 10)
    mean = by_name["ces"].mean
    assert isinstance(mean, Mean)
    assert (mean.value, mean.high) == (7.0, 7.0)
    assert [one.count for one in by_name["plain"].shares] == [4, 3, 3]
    assert by_name["plain"].satisfied is None
    assert [(one.label, one.count) for one in by_name["again"].shares] == [("Yes", 7), ("No", 3)]
    assert [(one.label, one.count) for one in by_name["which"].shares] == [("Yes", 2), ("No", 10)]
    line = by_name["rows"].lines[0]
    assert (line.label, line.n, [one.count for one in line.shares]) == ("One", 8, [4, 4])
    ranks = by_name["order"].ranks
    assert [(one.key, one.firsts, round(one.place.value, 1)) for one in ranks if isinstance(one.place, Mean)] == [
        ("yes", 8, 1.2),
        ("no", 2, 1.8),
    ]
    assert (by_name["words"].n, by_name["words"].shares) == (10, ())
    hours = by_name["hours"]
    assert (hours.median, sum(one.count for one in hours.bins), len(hours.bins)) == (5.0, 10, 10)
    assert isinstance(hours.mean, Mean)
    assert round(hours.mean.value, 2) == 5.0
    assert by_name["day"].bins[0].low.isoformat() == "2026-11-10"  # type: ignore[union-attr]


def test_of_four_answers_nothing_is_said(world: World) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN[:4], at=world.at)
    found = survey_results(world.ana, key, language="en")
    assert found.n == 4
    for one in found.questions:
        assert (one.n, one.is_shown) == (4, False)
        assert (one.satisfied, one.net, one.mean, one.median) == (None, None, None, None)
        assert (one.shares, one.lines, one.ranks, one.bins) == ((), (), (), ())


def test_unfinished_answers_do_not_count(world: World) -> None:
    key = published(world)
    rows = answer_all(key, [{"how": 5}] * 6, at=world.at)
    type(rows[0]).objects.filter(pk=rows[0].pk).update(is_complete=False)
    assert survey_results(world.ana, key, language="en").n == 5


def test_an_answer_that_only_an_older_version_offered_stands_under_its_key(world: World) -> None:
    key = published(world)
    answer_all(key, [{"again": "yes"}] * 5 + [{"again": "perhaps"}] * 5, at=world.at)
    again = next(one for one in survey_results(world.ana, key, language="pl").questions if one.question.name == "again")
    assert [(one.key, one.label, one.count) for one in again.shares] == [
        ("yes", "Tak", 5),
        ("no", "Nie", 0),
        ("perhaps", "perhaps", 5),
    ]


def test_inside_and_outside_stand_apart_and_a_cut_hides_its_small_parts(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 5}] * 6, at=world.at, supplier_id=world.care.id)
    answer_all(key, [{"how": 1}] * 4, at=world.at, side="inside", supplier_id=world.workshop.id)
    assert survey_results(world.ana, key, language="en", side="inside").n == 4
    assert survey_results(world.ana, key, language="en", side="outside").n == 6
    found = survey_results(world.ana, key, language="en", cut="supplier")
    (table,) = found.tables
    care, workshop = table.cells
    assert (care.name, isinstance(care.figure, Share)) == (world.care.name, True)
    assert (workshop.name, workshop.figure) == (world.workshop.name, TooFew(4))
    assert survey_results(world.ana, key, language="en", cut="person").tables == ()


def test_words_are_read_a_page_at_a_time_and_only_of_text_questions(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 1, "why": f"Words {place}"} for place in range(60)], at=world.at)
    first = texts_page(world.ana, key, "why", language="en")
    second = texts_page(world.ana, key, "why", language="en", after=first.next_after)
    assert (len(first.texts), len(second.texts), second.next_after) == (50, 10, None)
    assert [one.text for one in (*first.texts, *second.texts)] == [f"Words {place}" for place in range(59, -1, -1)]
    for name in ("how", "nothing"):
        with pytest.raises(HiddenError):
            texts_page(world.ana, key, name, language="en")


def test_weeks_make_a_chart_that_sees_a_change(world: World) -> None:
    key = published(world)
    for week in range(16):
        scores = [{"how": 5}] * (18 if week < 12 else 6) + [{"how": 1}] * (2 if week < 12 else 14)
        answer_all(key, scores, at=world.at + timedelta(weeks=week))
    found = survey_results(world.ana, key, language="en")
    assert found.over_time is not None
    chart = found.over_time.chart
    assert (len(chart.points), len(chart.signals), chart.signals[0].is_up) == (16, 1, False)
    assert chart.signals[0].since_on == (world.at + timedelta(weeks=12)).date()
    assert survey_results(world.ana, key, language="en", round_number=1).over_time is None


def test_the_response_says_who_is_missing(world: World) -> None:
    key = published(world)
    asked = SurveyRound.objects.get()
    people = [
        world.id_of(name) for name in ("ana", "radu", "piotr", "stefan", "ioana", "tomasz", "magda", "vera", "carmen")
    ]
    SurveyInvitation.objects.bulk_create(
        SurveyInvitation(
            round=asked,
            person_id=person,
            about=f"request:{place}",
            side="inside",
            language=language,
            asked_at=world.at,
            expires_at=world.at + timedelta(days=30),
            spent_on=world.at.date() if language == "ro" or place % 9 == 0 else None,
        )
        for place, (language, person) in enumerate((code, person) for code in ("ro", "pl") for person in people * 2)
    )
    found = survey_results(world.ana, key, language="en")
    assert found.response is not None
    assert (found.response_by, found.response.missing) == ("language", ("pl",))
    assert isinstance(found.response.rate, Share)
    assert found.response.rate.n == 36


def test_single_answers_are_for_the_head_and_the_owner_and_name_colleagues_only_beside_their_requests(
    world: World,
) -> None:
    key = published(world)
    answer_all(key, [{"how": 5, "again": "yes"}], at=world.at, person_id=world.id_of("zofia"))
    answer_all(key, [{"how": 1}], at=world.at, side="inside", person_id=world.id_of("radu"))
    answer_all(key, [{"how": 2}], at=world.at, side="inside", person_id=world.id_of("radu"), about="request:12")
    for name in ("radu", "vera"):
        with pytest.raises(NotAllowedError):
            single_answers(getattr(world, name), key, language="en")
    found = single_answers(world.ana, key, language="pl")
    assert found.columns == (
        "round", "answered_at", "side", "language", "supplier", "rater", "service", "about", "person",
        "how", "why", "again",
    )  # fmt: skip
    rows = list(found.rows)
    assert sorted((row[2], row[7], row[8], row[9], row[11]) for row in rows) == [
        ("inside", "", "", 1, ""),
        ("inside", "request:12", "Radu Popa", 2, ""),
        ("outside", "", "Zofia Nowak", 5, "Tak"),
    ]
    Survey.objects.filter(key=key).update(is_anonymous=True)
    for name in ("ana", "carmen"):
        with pytest.raises(NotAllowedError):
            single_answers(getattr(world, name), key, language="en")


def test_a_question_that_is_asked_in_no_way_is_no_question(world: World) -> None:
    nothing = replace(TWO_LANGUAGES, pages=TWO_LANGUAGES.pages[:1])
    key = published(world, nothing)
    answer_all(key, [{"how": 5, "again": "yes"}] * 5, at=world.at)
    assert [one.question.name for one in survey_results(world.ana, key, language="en").questions] == ["how", "why"]
