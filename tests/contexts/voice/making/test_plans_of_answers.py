"""Counting answers, and reading what was written, cost what they read: no other round is touched, no earlier page."""

from datetime import timedelta

import pytest
from django.db import connection

from clientela.voice.models import SurveyRound
from clientela.voice.queries.survey_results import texts_page
from clientela.voice.queries.survey_results.counting import next_answers
from tests.contexts.voice.making.samples import anonymous, answer_all, published
from tests.plans import count_rows, plan_of
from tests.world import World

pytestmark = pytest.mark.django_db

MANY = 3_000
_COPIES = """
INSERT INTO voice_surveyanswer (id, round_id, version_id, about, supplier_id, side, language, "values", is_complete,
    saved_at, answered_at)
SELECT gen_random_uuid(), round_id, version_id, '', supplier_id, side, language, "values", is_complete,
    saved_at, answered_at
FROM voice_surveyanswer, generate_series(1, %s) AS copy WHERE saved_at IS NULL
"""


def _copied() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [MANY])
    count_rows()


def test_a_step_of_counting_an_anonymous_round_reads_its_own_answers_in_their_order(world: World) -> None:
    key = anonymous(world, rounds=2)
    for number in (1, 2):
        answer_all(key, [{"how": 1}], at=None, number=number)
    _copied()
    second = SurveyRound.objects.get(survey__key=key, number=2).pk

    def step() -> None:
        assert len(next_answers(second, None, is_anonymous=True, until=world.at, limit=50)) == 50

    plan = plan_of(step)
    assert (plan.indexes, plan.read_whole) == (frozenset({"survey_answers_released"}), frozenset())


def test_a_page_of_words_is_read_from_where_the_last_one_ended(world: World) -> None:
    key = published(world)
    answer_all(key, [{"how": 1, "why": "Late again."}] * 120, at=world.at - timedelta(days=9))
    answer_all(anonymous(world), [{"how": 1}], at=None)
    _copied()
    first = texts_page(world.ana, key, "why", language="en")
    plan = plan_of(lambda: texts_page(world.ana, key, "why", language="en", after=first.next_after))
    assert "survey_answers_counted" in plan.indexes
    assert "voice_surveyanswer" not in plan.read_whole


def test_words_of_an_anonymous_survey_are_read_a_page_at_a_time(world: World) -> None:
    key = anonymous(world)
    answer_all(key, [{"why": f"Words {place}"} for place in range(120)], at=None, is_complete=False)
    pages = [texts_page(world.ana, key, "why", language="en")]
    while pages[-1].next_after is not None:
        pages.append(texts_page(world.ana, key, "why", language="en", after=pages[-1].next_after))
    assert [len(page.texts) for page in pages] == [50, 50, 20]
    ids = [one.id for page in pages for one in page.texts]
    assert (len(set(ids)), ids) == (120, sorted(ids))
