"""What the results of an anonymous survey show, and what they never let anybody work out."""

from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps

from clientela.kernel.policies import NotAllowedError
from clientela.voice.models import Survey, SurveyAnswer, SurveyRound, SurveyVersion
from clientela.voice.queries.survey_results import single_answers, survey_results, texts_page
from clientela.voice.queries.survey_results.spreading import classes_of
from clientela.voice.rules.anonymity.classes import NumberClass
from clientela.voice.rules.figures.estimates import Share
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition
from clientela.voice.rules.tallying import Counts
from tests.contexts.voice.making.samples import EVERYTHING, anonymous, answer_all, keep_all, published
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


def test_the_classes_of_a_round_in_which_fewer_than_five_answered_are_not_added_to_the_others() -> None:
    definition = SurveyDefinition(
        titles={"en": "Costs"}, pages=(Page("page1", (Question("cost", QuestionKind.NUMBER, {"en": "How much?"}),)),)
    )
    rounds = [Counts(values={"cost": {'{"from": null, "under": null}': n}}) for n in (12, 4, 5)]
    assert classes_of(rounds, definition) == {"cost": {NumberClass(): 17}}
    assert classes_of(rounds[1:2], definition) == {}


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
    answer_all(key, [{"how": 5}] * 6 + [{"how": 3}], at=None, supplier_id=world.care.id)
    answer_all(key, [{"how": 4}] * 5, at=None, supplier_id=world.workshop.id)
    # Five stand for this department, and two of them left the question out.
    answer_all(key, [{"how": 1}] * 3 + [{}] * 2, at=None, supplier_id=world.it.id)
    assert survey_results(world.ana, key, language="en", cut="supplier").tables == ()
    (table,) = survey_results(world.ana, key, language="en", cut="supplier", round_number=1).tables
    # Workshop is put together with IT: the whole less Care and Workshop would be IT's three.
    assert [(cell.name, cell.figure.n) for cell in table.cells] == [(world.care.name, 7), ("", 8)]
    assert all(isinstance(cell.figure, Share) for cell in table.cells)
    assert survey_results(world.ana, key, language="en", cut="language", round_number=1).tables == ()


def numbers(world: World, *, rounds: int = 1) -> str:
    """An anonymous survey that asks what people earn, and since when."""
    questions = (
        Question("pay", QuestionKind.NUMBER, {"en": "Pay"}),
        Question("since", QuestionKind.DATE, {"en": "Since"}),
    )
    return anonymous(world, SurveyDefinition(titles={"en": "Pay"}, pages=(Page("page1", questions),)), rounds=rounds)


AMOUNTS = [1234.5, 2001, 2002, 2003, 2004, 3001, 3002, 3003, 3004, 3005, 4001, 9876.5]


def test_numbers_of_an_anonymous_survey_are_shown_in_open_classes_of_five(world: World) -> None:
    key = numbers(world)
    days = [f"20{place:02}-06-15" for place in range(12)]
    answer_all(key, [{"pay": pay, "since": day} for pay, day in zip(AMOUNTS, days, strict=True)], at=None)
    keep_all(key, seed=1)
    pay, since = survey_results(world.ana, key, language="en", round_number=1).questions
    assert [(one.low, one.high, one.count) for one in pay.bins] == [(None, 2500, 5), (2500, None, 7)]
    assert (pay.n, pay.mean, pay.median, pay.middle) == (12, None, None, pay.bins[1])
    assert [one.count for one in since.bins] in ([5, 7], [6, 6], [7, 5])
    assert (since.bins[0].low, since.bins[-1].high, since.median) == (None, None, None)


def test_of_numbers_that_are_too_alike_only_how_many_is_shown(world: World) -> None:
    key = numbers(world)
    answer_all(key, [{"pay": 4312}] * 12, at=None)
    keep_all(key)
    pay = survey_results(world.ana, key, language="en", round_number=1).questions[0]
    assert (pay.n, pay.bins, pay.middle, pay.mean, pay.median) == (12, (), None, None, None)
    assert {str(values["pay"]) for values in SurveyAnswer.objects.values_list("values", flat=True)} == {
        "{'from': None, 'under': None}"
    }


def test_rounds_of_numbers_are_put_together_where_all_have_an_edge(world: World) -> None:
    key = numbers(world, rounds=2)
    for number, shares in ((1, AMOUNTS), (2, [amount + 3000 for amount in AMOUNTS])):
        answer_all(key, [{"pay": amount} for amount in shares], at=None, number=number)
        keep_all(key, number=number, seed=1)
    first, second, everything = (
        survey_results(world.ana, key, language="en", round_number=number).questions[0] for number in (1, 2, None)
    )
    assert {one.low for one in first.bins} & {one.low for one in second.bins} == {None}
    assert (everything.n, everything.bins) == (24, ())


def test_what_fewer_than_ten_all_said_is_as_little_told_as_what_fewer_than_five_said(world: World) -> None:
    key = anonymous(world, rounds=2)
    answer_all(key, [{"how": 1, "again": "yes"}] * 4 + [{"how": 1}] * 5, at=None, number=1)
    answer_all(key, [{"how": 1}] * 10, at=None, number=2)
    for number in (1, 2):
        keep_all(key, number=number)
    first = survey_results(world.ana, key, language="en", round_number=1)
    assert (first.n, [(one.question.name, one.n, one.is_shown) for one in first.questions]) == (
        9,
        [("how", 0, False), ("why", 0, False), ("again", 0, False)],
    )
    # Ten who all said the same are shown; and with all rounds nothing more is told of the first.
    second = survey_results(world.ana, key, language="en", round_number=2).questions[0]
    everything = survey_results(world.ana, key, language="en").questions[0]
    assert (second.n, everything.n) == (10, 10)


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


def test_rounds_that_ended_before_are_made_as_those_that_end_now(world: World) -> None:
    key = numbers(world, rounds=2)
    for number in (1, 2):
        answer_all(key, [{"pay": amount} for amount in AMOUNTS], at=None, number=number)
    still_open = SurveyRound.objects.create(
        survey=Survey.objects.get(key=key), version=SurveyVersion.objects.get(), number=3, opens_at=world.at
    )
    migration = import_module("clientela.voice.migrations.0007_anonymous_numbers")
    migration.keep_classes(apps, None)
    for number in (1, 2):
        kept = [row.values["pay"] for row in SurveyAnswer.objects.filter(round__number=number)]
        assert {tuple(each) for each in kept} == {("from", "under")}
        assert min(Counter(map(str, kept)).values()) >= 5
    assert SurveyRound.objects.get(pk=still_open.pk).released_at is None
