"""What the results of an anonymous survey show, and what they never let anybody work out."""

import pytest

from clientela.kernel.policies import NotAllowedError
from clientela.voice.models import SurveyRound
from clientela.voice.queries.survey_results import single_answers, survey_results, texts_page
from clientela.voice.rules.figures.estimates import Share
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition
from tests.contexts.voice.making.samples import EVERYTHING, anonymous, answer_all, published
from tests.world import World


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
