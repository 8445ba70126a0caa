"""Results: figures with their intervals, nothing of fewer than five, and nothing by difference."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice.models import Survey, SurveyInvitation, SurveyRound, SurveyVersion
from clientela.voice.queries.survey_lists import surveys_seen
from clientela.voice.queries.survey_results import single_answers, survey_results, texts_page
from clientela.voice.queries.survey_results.counting import Answers, quality_of_answers
from clientela.voice.queries.survey_results.showing import quality_lines
from clientela.voice.rules.figures.estimates import Mean, Share, TooFew
from clientela.voice.rules.figures.net_promoter import NetPromoter
from clientela.voice.rules.figures.scales import ISQ
from clientela.voice.rules.figures.servqual import QualityAnswer, service_quality
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition, to_json
from tests.contexts.voice.making.samples import EVERYTHING, TWO_LANGUAGES, answer_all, published
from tests.world import World

TEN: list[dict[str, Any]] = [
    {
        "how": 5 if place < 9 else 1,
        "nps": (9, 10, 9, 10, 9, 7, 8, 6, 0, 5)[place],
        "ces": 7,
        "plain": 1 + place % 3,
        "again": "yes" if place < 7 else "no",
        "which": ["yes", "no"] if place < 2 else ["no"],
        "rows": {"r1": "yes"} if place < 4 else {"r1": "no"} if place < 8 else {},
        "order": ["yes", "no"] if place < 8 else ["no", "yes"],
        "words": f"Words {place}",
        "hours": place + 0.5,
        "day": f"2026-11-{place + 10}",
    }
    for place in range(10)
]


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
    with django_assert_num_queries(10):
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


def anonymous(world: World, definition: SurveyDefinition = TWO_LANGUAGES, *, rounds: int = 1) -> str:
    """An anonymous survey of which so many rounds have ended."""
    key = published(world, definition, is_anonymous=True, cuts=["supplier"], trigger_data={"open_days": 7})
    first = SurveyRound.objects.get(survey__key=key)
    SurveyRound.objects.filter(pk=first.pk).update(released_at=world.at + timedelta(days=7))
    for number in range(2, rounds + 1):
        opens_at = world.at + timedelta(days=30 * number)
        SurveyRound.objects.create(
            survey=first.survey,
            version=first.version,
            number=number,
            opens_at=opens_at,
            released_at=opens_at + timedelta(days=7),
        )
    return key


def test_an_open_anonymous_round_shows_nothing(world: World) -> None:
    key = published(world, is_anonymous=True, trigger_data={"open_days": 7})
    answer_all(key, [{"how": 5, "why": "Secret words"}] * 9, at=None)
    found = survey_results(world.ana, key, language="en", round_number=1)
    assert (found.is_sealed, found.n, found.response) == (True, 0, None)
    assert all(not one.is_shown for one in found.questions)
    assert survey_results(world.ana, key, language="en").n == 0
    assert texts_page(world.ana, key, "why", language="en").texts == ()
    with pytest.raises(NotAllowedError):
        single_answers(world.carmen, key, language="en")


def test_the_difference_of_all_rounds_and_one_never_shows_fewer_than_five(world: World) -> None:
    key = anonymous(world, rounds=2)
    answer_all(key, [{"how": 5, "again": "yes"}] * 8, at=None, number=1)
    # Five of the second round answered, but only three of them the second question.
    answer_all(key, [{"how": 1, "again": "no"}] * 3 + [{"how": 1}] * 2, at=None, number=2)
    everything = {one.question.name: one for one in survey_results(world.ana, key, language="en").questions}
    first = {one.question.name: one for one in survey_results(world.ana, key, language="en", round_number=1).questions}
    second = {one.question.name: one for one in survey_results(world.ana, key, language="en", round_number=2).questions}
    assert (everything["how"].n, first["how"].n, second["how"].n) == (13, 8, 5)
    assert (everything["again"].n, first["again"].n) == (8, 8)
    assert not second["again"].is_shown
    assert [one.count for one in everything["again"].shares] == [one.count for one in first["again"].shares]


def test_an_anonymous_cut_never_leaves_out_one_part_of_fewer_than_five(world: World) -> None:
    key = anonymous(world)
    answer_all(key, [{"how": 5}] * 7, at=None, supplier_id=world.care.id)
    answer_all(key, [{"how": 4}] * 5, at=None, supplier_id=world.workshop.id)
    # Five stand for this department, and two of them left the question out.
    answer_all(key, [{"how": 1}] * 3 + [{}] * 2, at=None, supplier_id=world.it.id)
    assert survey_results(world.ana, key, language="en", cut="supplier").tables == ()
    (table,) = survey_results(world.ana, key, language="en", cut="supplier", round_number=1).tables
    # Workshop is put together with IT: the whole less Care and Workshop would be IT's three.
    assert [(cell.name, cell.figure.n) for cell in table.cells] == [(world.care.name, 7), ("", 8)]
    assert all(isinstance(cell.figure, Share) for cell in table.cells)
    assert survey_results(world.ana, key, language="en", cut="language", round_number=1).tables == ()


def test_numbers_of_an_anonymous_survey_show_neither_the_lowest_nor_the_highest(world: World) -> None:
    numbers = SurveyDefinition(
        titles={"en": "Pay"}, pages=(Page("page1", (Question("pay", QuestionKind.NUMBER, {"en": "Pay"}),)),)
    )
    key = anonymous(world, numbers)
    amounts = [1234.5, 2001, 2002, 2003, 2004, 3001, 3002, 3003, 3004, 3005, 4001, 9876.5]
    answer_all(key, [{"pay": amount} for amount in amounts], at=None)
    pay = survey_results(world.ana, key, language="en", round_number=1).questions[0]
    assert min(one.count for one in pay.bins) >= 5
    assert sum(one.count for one in pay.bins) == 12
    assert not {1234.5, 9876.5} & {edge for one in pay.bins for edge in (one.low, one.high)}
    assert pay.median is None


def test_words_of_an_anonymous_round_in_which_fewer_than_ten_wrote_are_not_shown(world: World) -> None:
    key = anonymous(world, rounds=2)
    for number, words, wrote in ((1, "first", 10), (2, "second", 9)):
        answer_all(key, [{"how": 1}] * 10, at=None, number=number)
        texts = [{"why": f"{words} {place}"} for place in range(wrote)]
        answer_all(key, texts, at=None, number=number, is_complete=False)
    found = texts_page(world.ana, key, "why", language="en")
    assert sorted(one.text for one in found.texts) == [f"first {place}" for place in range(10)]
    assert {one.said_at for one in found.texts} == {None}
    assert [one.id for one in found.texts] == sorted(one.id for one in found.texts)
    assert texts_page(world.ana, key, "why", language="en", round_number=2).texts == ()
    results = survey_results(world.ana, key, language="en", round_number=1)
    # What was written lies apart from the answers, and is no further answer.
    assert (results.n, [(one.question.name, one.n) for one in results.questions]) == (
        10,
        [("how", 10), ("why", 10), ("again", 0)],
    )


def test_a_line_of_a_table_that_few_answered_in_a_round_is_not_what_all_rounds_have_more_than_the_other(
    world: World,
) -> None:
    key = anonymous(world, EVERYTHING, rounds=2)
    answer_all(key, [{"rows": {"r1": "yes"}}] * 8, at=None, number=1)
    # Five answered the table, four of them not this line: an older version had others.
    answer_all(key, [{"rows": {"r1": "no"}}] + [{"rows": {"r0": "no"}}] * 4, at=None, number=2)
    lines = [
        next(
            one for one in survey_results(world.ana, key, language="en", round_number=number).questions if one.lines
        ).lines[0]
        for number in (None, 1)
    ]
    assert [[(one.key, one.count) for one in line.shares] for line in lines] == [[("yes", 8), ("no", 0)]] * 2


def test_two_anonymous_rounds_that_opened_on_the_same_day_stand_side_by_side(world: World) -> None:
    key = anonymous(world, rounds=2)
    SurveyRound.objects.update(opens_at=world.at)
    answer_all(key, [{"how": 5}] * 6, at=None, number=1)
    answer_all(key, [{"how": 4}] * 6, at=None, number=2)
    found = survey_results(world.ana, key, language="en")
    assert found.over_time is not None
    assert len(found.over_time.chart.points) == 2


def test_words_are_read_a_page_at_a_time_and_only_of_text_questions(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 1, "why": f"Words {place}"} for place in range(60)], at=world.at)
    first = texts_page(world.ana, key, "why", language="en")
    second = texts_page(world.ana, key, "why", language="en", page=1)
    assert (len(first.texts), first.next_page, len(second.texts), second.next_page) == (50, 1, 10, None)
    assert (first.texts[0].text, second.texts[-1].text) == ("Words 59", "Words 0")
    for name in ("how", "nothing"):
        with pytest.raises(HiddenError):
            texts_page(world.ana, key, name, language="en")


def quality(world: World) -> tuple[str, SurveyDefinition]:
    """A gap survey with two items a dimension in two dimensions, and every dimension once."""
    names = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
    items = [f"{name}{number}" for name in names for number in (1, 2)]
    questions = tuple(
        Question(
            f"{side[0]}_{item}",
            QuestionKind.SCALE,
            {"en": item},
            lowest=1,
            highest=7,
            measure=f"isq:{item[:-1]}:{side}",
            item=item,
        )
        for side in ("perception", "expectation")
        for item in items
    )
    definition = SurveyDefinition(titles={"en": "Service"}, pages=(Page("page1", questions),))
    return published(world, definition), definition


def test_service_quality_counted_in_the_database_is_the_one_worked_out_person_by_person(world: World) -> None:
    key, definition = quality(world)
    people = [
        {
            question.name: 1 + (person * 3 + place * 5 + (2 if question.name[0] == "e" else 0)) % 7
            for place, question in enumerate(definition.questions)
            if (person + place) % 6
        }
        for person in range(12)
    ]
    answer_all(key, people, at=world.at, side="inside")
    rounds = list(SurveyRound.objects.values_list("pk", flat=True))
    found = quality_lines(
        quality_of_answers(Answers(rounds), definition),
        ["tangibles", "reliability", "responsiveness", "assurance", "empathy"],
        ISQ,
    )
    items = {question.name: question.item for question in definition.questions}
    expected = service_quality(
        [
            QualityAnswer(
                {items[name]: score for name, score in one.items() if name.startswith("p_")},
                {items[name]: score for name, score in one.items() if name.startswith("e_")},
            )
            for one in people
        ]
    )
    for line in found:
        other = expected.dimensions[line.dimension] if line.dimension else expected.overall  # type: ignore[index]
        for part in ("perception", "expectation", "gap"):
            one, same = getattr(line, part), getattr(other, part)
            assert type(one) is type(same), (line.dimension, part)
            assert one.n == same.n
            if isinstance(one, Mean):
                assert (one.value, one.low, one.high) == pytest.approx((same.value, same.low, same.high), abs=1e-5)


def test_who_left_one_item_out_is_not_what_the_items_have_more_than_the_whole(world: World) -> None:
    """Twelve answered an anonymous round, one of them all items but one."""
    key, definition = quality(world)
    Survey.objects.update(is_anonymous=True, cuts=["rater"], trigger_data={"open_days": 7})
    names = [question.name for question in definition.questions]
    people = [{name: 1 + (person + place) % 7 for place, name in enumerate(names)} for person in range(11)]
    answer_all(key, people[:6], at=None, side="inside", rater_id=world.care.id)
    answer_all(key, people[6:], at=None, side="inside", rater_id=world.it.id)
    answer_all(key, [dict.fromkeys(names[1:], 7)], at=None, side="inside", rater_id=world.care.id)
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    found = survey_results(world.ana, key, language="en", cut="rater", round_number=1)
    assert found.n == 12
    # All figures of service quality are of the same eleven.
    assert {one.n for one in found.questions} == {11}
    figures = [getattr(line, part) for line in found.quality for part in ("perception", "expectation", "gap")]
    assert {figure.n for figure in figures} == {11}
    reliability = [f"p_reliability{number}" for number in (1, 2)]
    shares = [share for one in found.questions if one.question.name in reliability for share in one.shares]
    items = sum(int(share.key) * share.count for share in shares)
    line = next(line for line in found.quality if line.dimension == "reliability")
    assert isinstance(line.perception, Mean)
    assert items / 2 - line.perception.value * 11 == pytest.approx(0, abs=1e-4)
    assert sorted((cell.name, cell.figure.n) for table in found.tables for cell in table.cells) == sorted(
        [(world.care.name, 6), (world.it.name, 5)]
    )
    # All rounds together are counted by the questions of each round, whatever the newest version asks.
    assert {one.n for one in survey_results(world.ana, key, language="en").questions} == {11}


def test_the_list_of_surveys_tells_no_item_of_an_anonymous_round_by_itself(world: World) -> None:
    key, definition = quality(world)
    Survey.objects.update(is_anonymous=True, trigger_data={"open_days": 7})
    names = [question.name for question in definition.questions]
    answer_all(key, [dict.fromkeys(names, 4)] * 6 + [dict.fromkeys(names[:1], 7)], at=None, side="inside")
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    (row,) = surveys_seen(world.ana, language="en")
    assert (row.answered, row.last_figure) == (7, None)
    Survey.objects.update(is_anonymous=False)
    (row,) = surveys_seen(world.ana, language="en")
    assert row.last_figure is not None


def test_a_round_keeps_its_own_items_when_the_next_version_asks_fewer(world: World) -> None:
    key, definition = quality(world)
    Survey.objects.update(is_anonymous=True, trigger_data={"open_days": 7})
    names = [question.name for question in definition.questions]
    answer_all(key, [dict.fromkeys(names, 4)] * 6 + [dict.fromkeys(names[1:], 7)], at=None, side="inside")
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    fewer = SurveyDefinition(definition.titles, (Page("page1", definition.questions[1:]),))
    survey = Survey.objects.get(key=key)
    SurveyVersion.objects.create(
        survey=survey, number=2, definition=to_json(fewer), made_at=world.at, published_at=world.at
    )
    everything = survey_results(world.ana, key, language="en")
    assert len(everything.questions) == len(names) - 1
    assert {one.n for one in everything.questions} == {6}
    assert {line.perception.n for line in everything.quality} == {6}


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
