"""Why a request lay in a queue, as those see it who wait for it."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.kernel.policies import HiddenError
from clientela.requests import actions, queries
from clientela.requests.actions import OpenedRequest
from tests.doors.web.desk.test_request_page import words_of
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop


def lain(shop: Shop) -> OpenedRequest:
    """A pump that Workshop left lying from Friday ten o'clock on, while it did other things first."""
    before = shop.ask_repair(at=shop.after(-75))
    early = shop.ask_workshop(before.id, at=shop.after(-74))
    opened = shop.ask_repair(at=shop.after(-72))
    child = shop.ask_workshop(opened.id, at=shop.after(-72))
    later = shop.ask_workshop(shop.ask_repair(at=shop.after(-71)).id, at=shop.after(-71))
    urgent = shop.ask_workshop(shop.ask_repair(at=shop.after(-70)).id, at=shop.after(-70))
    waits = shop.ask_workshop(shop.ask_repair(at=shop.after(-69)).id, at=shop.after(-69))
    actions.weigh_request(
        by=shop.world.stefan,
        at=shop.after(-69),
        request_id=urgent.id,
        people_affected=1,
        touches_safety=False,
        stops_work=True,
    )
    for done in (early, later, urgent):
        actions.resolve_request(by=shop.world.stefan, at=shop.after(-68), request_id=done.id)
    actions.take_request(by=shop.world.stefan, at=shop.after(-1), request_id=child.id)
    actions.rebuild_legs(at=shop.at)
    assert waits.id > child.id
    return child


def test_who_has_no_part_in_the_chain_does_not_learn_of_it(desk: Desk, shop: Shop) -> None:
    child = lain(shop)
    answer = desk.of("magda").get(reverse("desk:queue", args=[child.reference]))
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_what_never_lay_has_no_story(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(HiddenError):
        queries.queue_story(shop.world.ana, opened.reference, at=shop.at)


def test_it_tells_what_was_there_and_what_was_done_first(shop: Shop) -> None:
    child = lain(shop)
    with CaptureQueriesContext(connection) as statements:
        story = queries.queue_story(shop.world.ana, child.reference, at=shop.at)
    assert len(statements) == STATEMENTS
    assert (story.department, story.since, story.until) == ("Workshop", shop.after(-72), shop.after(-1))
    assert story.is_over
    assert story.working_seconds == 8 * 3600
    assert (story.there_before, story.came) == (1, 3)
    assert (story.done_before, story.done_weighty, story.done_shorter, story.done_other) == (1, 1, 0, 1)
    assert story.done == 3


def test_the_page_says_it_in_sentences_and_offers_what_the_reader_may_try(desk: Desk, shop: Shop) -> None:
    child = lain(shop)
    html = desk.of("stefan").get(reverse("desk:queue", args=[child.reference])).content.decode()
    words = words_of(html)
    assert "When it came, 1 other request was there. 3 more came meanwhile." in words
    assert "In that time 3 others were done first:" in words
    assert "had come before it" in words
    assert "Try one person more" in words
    asked = words_of(desk.of("ana").get(reverse("desk:queue", args=[child.reference])).content.decode())
    assert "In that time 3 others were done first:" in asked
    assert "Try one person more" not in asked


def test_the_picture_of_the_chain_leads_there(desk: Desk, shop: Shop) -> None:
    child = lain(shop)
    assert f'href="{reverse("desk:queue", args=[child.reference])}"' in desk.page("stefan", child)


STATEMENTS = 12
