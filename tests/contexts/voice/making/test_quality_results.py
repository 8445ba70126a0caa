"""Internal service quality in the results: counted answer by answer as it is worked out person by person."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from clientela.kernel.analytics.keeping import exports
from clientela.kernel.analytics.reading import all_ids, read
from clientela.voice.models import Survey, SurveyRound, SurveyVersion
from clientela.voice.queries.survey_lists import surveys_seen
from clientela.voice.queries.survey_results import survey_results
from clientela.voice.rules.figures.estimates import Mean
from clientela.voice.rules.figures.servqual import QualityAnswer, service_quality
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition, to_json
from tests.contexts.voice.making.samples import answer_all, keep_all, published
from tests.world import World


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


def test_service_quality_counted_from_the_database_is_the_one_worked_out_person_by_person(world: World) -> None:
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
    found = survey_results(world.ana, key, language="en").quality
    assert len(found) == 6
    items = {question.name: question.item for question in definition.questions}
    expected = service_quality(
        [
            QualityAnswer(
                {items[name]: score for name, score in one.items() if name.startswith("p_")},
                {items[name]: score for name, score in one.items() if name.startswith("e_")},
            )
            for one in people
        ],
        asked=set(items.values()),
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
    keep_all(key)
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    found = survey_results(world.ana, key, language="en", cut="rater", round_number=1)
    # Nobody is missing but in the items of tangibles: there four others, drawn by lot, are counted without them too.
    assert found.n == 12
    assert {one.question.name[2:-1]: one.n for one in found.questions} == {
        "tangibles": 7, "reliability": 12, "responsiveness": 12, "assurance": 12, "empathy": 12,
    }  # fmt: skip
    figures = [getattr(line, part) for line in found.quality for part in ("perception", "expectation", "gap")]
    assert {figure.n for figure in figures} == {12}
    assert [(line.partial, line.few) for line in found.quality] == [(5, 0), *[(0, 0)] * 5]
    # The figure of a dimension is that of its items, or else of five people more.
    reliability = [f"p_reliability{number}" for number in (1, 2)]
    shares = [share for one in found.questions if one.question.name in reliability for share in one.shares]
    items = sum(int(share.key) * share.count for share in shares)
    line = next(line for line in found.quality if line.dimension == "reliability")
    assert isinstance(line.perception, Mean)
    assert items / 2 - line.perception.value * 12 == pytest.approx(0, abs=1e-4)
    assert sorted((cell.name, cell.figure.n) for table in found.tables for cell in table.cells) == sorted(
        [(world.care.name, 7), (world.it.name, 5)]
    )
    everything = survey_results(world.ana, key, language="en")
    assert {one.n for one in everything.questions} == {7, 12}


def test_who_left_items_out_is_told_of_a_survey_with_names(world: World) -> None:
    key, definition = quality(world)
    names = [question.name for question in definition.questions]
    without_one, without_any = names[1:], [name for name in names if "tangibles" not in name]
    one_side = [name for name in names if name not in {"e_tangibles1", "e_tangibles2"}]
    answer_all(key, [dict.fromkeys(names, 4)] * 6, at=world.at, side="inside")
    answer_all(key, [dict.fromkeys(some, 4) for some in (without_one, without_any, one_side)], at=world.at)
    line = survey_results(world.ana, key, language="en").quality[0]
    assert line.dimension == "tangibles"
    assert (line.perception.n, line.expectation.n, line.gap.n, line.partial, line.few) == (8, 7, 7, 2, 0)
    whole = survey_results(world.ana, key, language="en").quality[-1]
    assert (whole.perception.n, whole.expectation.n, whole.gap.n) == (8, 7, 7)


def test_the_list_of_surveys_tells_no_item_of_an_anonymous_round_by_itself(world: World) -> None:
    key, definition = quality(world)
    Survey.objects.update(is_anonymous=True, trigger_data={"open_days": 7})
    names = [question.name for question in definition.questions]
    answer_all(key, [dict.fromkeys(names, 4)] * 6 + [dict.fromkeys(names[:1], 7)], at=None, side="inside")
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    (row,) = surveys_seen(world.ana, language="en").rows
    assert (row.answered, row.last_figure) == (7, None)
    Survey.objects.update(is_anonymous=False)
    (row,) = surveys_seen(world.ana, language="en").rows
    assert row.last_figure is not None


def test_a_round_keeps_its_own_items_when_the_next_version_asks_fewer(world: World) -> None:
    key, definition = quality(world)
    Survey.objects.update(is_anonymous=True, trigger_data={"open_days": 7})
    names = [question.name for question in definition.questions]
    chance = Random(20261122)
    people = [{name: chance.randint(1, 7) for name in names} for _person in range(7)]
    del people[6][names[0]]
    answer_all(key, people, at=None, side="inside")
    keep_all(key)
    SurveyRound.objects.update(released_at=world.at + timedelta(days=7))
    fewer = SurveyDefinition(definition.titles, (Page("page1", definition.questions[1:]),))
    survey = Survey.objects.get(key=key)
    SurveyVersion.objects.create(
        survey=survey, number=2, definition=to_json(fewer), made_at=world.at, published_at=world.at
    )
    everything = survey_results(world.ana, key, language="en")
    assert len(everything.questions) == len(names) - 1
    # With two who answered everything left beside the five that are put together, nothing is told item by item.
    assert {one.question.name[2:-1]: one.n for one in everything.questions} == {
        "tangibles": 0, "reliability": 7, "responsiveness": 7, "assurance": 7, "empathy": 7,
    }  # fmt: skip
    assert {line.perception.n for line in everything.quality} == {7}


def test_the_analytics_store_counts_in_a_dimension_whom_the_page_counts(world: World) -> None:
    key, definition = quality(world)
    Survey.objects.update(is_anonymous=True, trigger_data={"open_days": 7})
    names = [question.name for question in definition.questions]
    chance = Random(20261122)
    people = [{name: chance.randint(1, 7) for name in names} for _person in range(12)]
    del people[3][names[0]]
    answer_all(key, people, at=None, side="inside")
    keep_all(key)
    SurveyRound.objects.update(released_at=world.at)
    (export,) = [one for one in exports() if one.table.name == "voices"]
    rows = read(export, [int(one) for one in all_ids(export)], at=world.at)
    page = {line.dimension: line.perception.n for line in survey_results(world.ana, key, language="en").quality}
    assert Counter(row["measure"] for row in rows) == {f"isq:{name}": n for name, n in page.items() if name}
    assert set(page.values()) == {12}
