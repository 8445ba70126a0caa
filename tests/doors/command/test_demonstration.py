"""The demonstration is loaded through the house's own doors into an empty database, all or nothing."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from clientela.command import demo
from clientela.command.demonstration.loading import PASSWORD, load_plan, logins_of_the_cast
from clientela.command.demonstration.plan import demonstration_plan
from clientela.directory import queries as directory
from clientela.kernel.models import Fact, Letter
from clientela.requests.models import Dependency, Request
from clientela.voice.jobs import FOLLOWERS
from clientela.voice.models import Rating, RatingInvitation
from tests.world import World

UNTIL = datetime(2026, 11, 21, 10, 50, tzinfo=UTC)
REQUESTS = 400


@pytest.fixture
def _loaded(db: None) -> None:
    load_plan(demonstration_plan(until=UNTIL, requests=REQUESTS), told=lambda _what: None)


@pytest.mark.usefixtures("_loaded")
def test_what_the_plan_tells_stands_in_the_database() -> None:
    assert Request.objects.count() == REQUESTS
    assert len(directory.departments()) == 10
    assert set(Request.objects.values_list("language", flat=True)) == {"en", "ro", "pl", "es"}
    assert Dependency.objects.count() == Request.objects.filter(needed_by__isnull=False).count()
    assert Fact.objects.filter(verb="request_opened").count() == REQUESTS
    rated = Rating.objects.values_list("subject", flat=True)
    assert set(rated) <= set(RatingInvitation.objects.values_list("subject", flat=True))
    assert Fact.objects.filter(verb="rating_given").count() == len(rated)


@pytest.mark.usefixtures("_loaded")
def test_the_past_is_not_answered_again() -> None:
    assert Letter.objects.count() == 0
    assert [follower.name for follower in FOLLOWERS] == ["voice.closing_letters"]


@pytest.mark.usefixtures("_loaded")
def test_the_logins_that_are_printed_let_their_people_in(client: Client) -> None:
    logins = dict(logins_of_the_cast())
    assert logins["ana.ionescu@clientela.test"] == "Ana, Care"
    given = {"username": "ana.ionescu@clientela.test", "password": "wrong"}
    assert client.post("/login", given).status_code == 422
    assert client.post("/login", {**given, "password": PASSWORD}).status_code == 302
    shown = list(demo.first_steps())
    assert any("ana.ionescu@clientela.test" in line for line in shown)


def test_a_database_with_people_in_it_is_left_as_it_is(world: World) -> None:
    assert world.care.id > 0
    assert demo.load_if_empty() is False
    assert Request.objects.count() == 0
    assert list(demo.first_steps()) == []
