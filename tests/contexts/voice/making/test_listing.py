"""The list of surveys, page by page."""

from datetime import timedelta
from typing import Any

from clientela.voice.models import Survey, SurveyVersion
from clientela.voice.queries.survey_lists import surveys_seen, surveys_to_copy
from clientela.voice.rules.surveys import to_json
from tests.contexts.voice.making.samples import TWO_LANGUAGES
from tests.world import World

STATES = (Survey.State.CLOSED, Survey.State.DRAFT, Survey.State.OPEN)


def many(world: World, count: int) -> None:
    """So many surveys of Care, a third in each state; three at a time of the same moment."""
    for number in range(count):
        survey = Survey.objects.create(
            key=f"s{number:02}",
            kind=Survey.Kind.FREE,
            state=STATES[number % 3],
            owner_id=world.care.id,
            is_anonymous=False,
            link_key=f"s{number:02}",
            made_at=world.at - timedelta(days=number // 9),
        )
        SurveyVersion.objects.create(survey=survey, number=1, definition=to_json(TWO_LANGUAGES), made_at=world.at)


def test_every_survey_stands_on_one_page_open_ones_first_and_the_newest_of_each(world: World) -> None:
    many(world, 32)
    seen: list[str] = []
    sizes = []
    place = None
    while True:
        page = surveys_seen(world.ana, language="en", after=place, limit=5)
        seen += [row.key for row in page.rows]
        sizes.append(len(page.rows))
        place = page.next_after
        if place is None:
            break
    assert sizes == [5, 5, 5, 5, 5, 5, 2]
    order = {Survey.State.OPEN: 0, Survey.State.DRAFT: 1, Survey.State.CLOSED: 2}
    rows = Survey.objects.all()
    assert seen == [
        one.key
        for one in sorted(rows, key=lambda one: (order[Survey.State(one.state)], -one.made_at.timestamp(), -one.pk))
    ]


def test_a_page_costs_the_same_however_many_surveys_there_are(world: World, django_assert_num_queries: Any) -> None:
    many(world, 30)
    viewer = world.ana
    surveys_seen(viewer, language="en", limit=1)  # who they are is looked up once
    with django_assert_num_queries(4):
        page = surveys_seen(viewer, language="en")
    assert (len(page.rows), page.next_after is None) == (25, False)
    assert surveys_seen(world.tomasz, language="en").rows == ()


def test_a_survey_that_begins_as_a_copy_may_begin_with_any_that_one_sees(
    world: World, django_assert_num_queries: Any
) -> None:
    many(world, 30)
    viewer = world.ana
    surveys_to_copy(viewer, language="en")
    with django_assert_num_queries(2):
        found = surveys_to_copy(viewer, language="pl")
    assert len(found) == 30
    assert found[0] == ("s08", "Po naprawie")
    assert surveys_to_copy(world.tomasz, language="pl") == []
