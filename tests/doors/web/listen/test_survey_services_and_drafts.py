"""After which services a survey asks, found by department; and a draft that goes only when it was asked twice."""

import re
from typing import Any

from django.urls import reverse

from clientela.voice.models import Survey, SurveyVersion
from tests.contexts.voice.making.samples import drafted, published
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop
from tests.world import World


def url(name: str, *args: Any) -> str:
    return reverse(f"listen:{name}", args=args)


def test_services_stand_under_their_departments_and_out_of_the_way_until_some_are_chosen(
    world: World, shop: Shop, desk: Desk
) -> None:
    key, browser = drafted(world), desk.of("carmen")
    page = browser.get(url("survey_asking", key)).content.decode()
    groups = re.findall(r'<fieldset class="c-choice-group"><legend>([^<]+)</legend>', page)
    assert groups == sorted(groups)
    assert world.care.name in groups
    assert re.search(r"<details[^>]*><summary>.*?Only after some services", page, re.DOTALL)
    assert not re.search(r"<details[^>]* open[^>]*><summary>[^\n]*Only after some services", page)
    number = re.search(r'name="service_ids" value="(\d+)"', page)
    assert number is not None
    given = {"trigger": "request_closed", "share_percent": "100", "provider_ids": [str(world.care.id)]}
    browser.post(url("survey_asking", key), {**given, "service_ids": [number[1]]})
    again = browser.get(url("survey_asking", key)).content.decode()
    assert re.search(r"<details[^>]* open[^>]*><summary>[^\n]*Only after some services", again)
    assert re.search(rf'name="service_ids" value="{number[1]}"[^>]* checked', again)


def test_throwing_a_draft_away_is_asked_first(world: World, desk: Desk) -> None:
    key = published(world)
    deleting, browser = url("survey_delete", key), desk.of("ana")
    assert browser.get(deleting).headers["Location"] == url("survey", key)  # there is no draft
    browser.post(url("survey_questions", key), {"do": "remove", "question": "why"})
    assert f'href="{deleting}"' in browser.get(url("survey", key)).content.decode()
    assert desk.of("tomasz").get(deleting).status_code == 404
    assert desk.of("radu").get(deleting).status_code == 403
    page = browser.get(deleting).content.decode()
    assert "Throw the draft away?" in page
    assert "What is published stays, with all its answers. This cannot be undone." in page
    assert SurveyVersion.objects.filter(survey__key=key).count() == 2
    whole = drafted(world)
    page = browser.get(url("survey_delete", whole)).content.decode()
    assert "The whole survey goes with it: nobody was ever asked it." in page
    assert browser.post(url("survey_delete", whole)).headers["Location"] == url("surveys")
    assert not Survey.objects.filter(key=whole).exists()
