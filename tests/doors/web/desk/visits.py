"""The desk from outside: colleagues who click, on the cast's own Monday morning."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clientela.requests.actions import OpenedRequest
from clientela.web.viewer import SESSION_CUSTOMER, SESSION_LANGUAGE
from tests.world import World


class Desk:
    """Visits to the desk, as the doors see them."""

    def __init__(self, world: World) -> None:
        self.world = world

    def of(self, key: str, *, language: str = "en") -> Client:
        """A colleague's browser, logged in."""
        client = Client()
        client.force_login(self.world.account_of(key), backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[SESSION_LANGUAGE] = language
        session.save()
        return client

    def of_customer(self, key: str) -> Client:
        """The browser of a customer let in by a letter's link."""
        client = Client()
        session = client.session
        session[SESSION_CUSTOMER] = self.world.id_of(key)
        session.save()
        return client

    def page(self, key: str, opened: OpenedRequest) -> str:
        """The page of a request as this colleague reads it."""
        response = self.of(key).get(reverse("desk:request", args=[opened.reference]))
        assert response.status_code == 200
        return response.content.decode()

    def post(self, key: str, act: str, opened: OpenedRequest, *more: Any, **data: Any) -> HttpResponse:
        """Do an act on a request."""
        return self.of(key).post(reverse(f"desk:{act}", args=[opened.reference, *more]), data)


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    """The desk on the morning of `world.at`."""
    with time_machine.travel(world.at, tick=False):
        yield Desk(world)
