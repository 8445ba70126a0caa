"""The pages of surveys in a real browser: accessible, whole on a phone and on a desk, and made without a mouse."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clientela.voice.actions.surveys.drafting import change_draft
from clientela.voice.rules import editing
from clientela.voice.rules.surveys import to_json
from tests.contexts.voice.making.samples import EVERYTHING, TEN, TWO_LANGUAGES, answer_all, drafted, published
from tests.journeys.conftest import CHROMIUM
from tests.world import World

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SIZES = ((1440, 900), (390, 844))

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def pages(world: World) -> dict[str, str]:
    """Surveys in every state, and the addresses of their pages by name."""
    draft = drafted(world)
    broken = editing.with_language_from(
        editing.moved(
            editing.with_texts(TWO_LANGUAGES, {"titles": {"en": "After a repair", "es": "Después"}}), "why", by=-1
        ),
        language="ro",
        source="pl",
    )
    change_draft(by=world.ana, at=world.at, key=draft, definition=to_json(broken))
    key = published(world, EVERYTHING, is_open_to_all=True, trigger="request_closed", share_percent=33)
    for week in range(14):
        bad = 1 if week < 11 else 5
        scores = [{**one, "how": 1 if place < bad else one["how"]} for place, one in enumerate(TEN)]
        supplier = world.care.id if week % 2 else world.workshop.id
        answer_all(key, scores, at=world.at - timedelta(weeks=14 - week), supplier_id=supplier)
    answer_all(key, TEN[:3], at=world.at, supplier_id=world.it.id, side="inside")
    found = {
        name: reverse(f"listen:{name}", args=[key])
        for name in ("survey", "survey_results", "survey_link", "survey_publish", "survey_preview")
    }
    return found | {
        "surveys": reverse("listen:surveys"),
        "new_survey": reverse("listen:new_survey"),
        "survey_import": reverse("listen:survey_import"),
        "asking_policy": reverse("listen:asking_policy"),
        "survey_asking": reverse("listen:survey_asking", args=[draft]),
        "questions": reverse("listen:survey_questions", args=[draft]),
        "question": reverse("listen:survey_questions", args=[draft]) + "?open=again",
        "languages": reverse("listen:survey_languages", args=[draft]),
        "broken": reverse("listen:survey_publish", args=[draft]),
        "cut": reverse("listen:survey_results", args=[key]) + "?cut=supplier",
        "texts": reverse("listen:survey_texts", args=[key, "words"]),
    }


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[BrowserContext]:
    """A browser in which the owner is logged in."""
    client = Client()
    client.force_login(world.account_of("carmen"), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["language"] = "en"
    session.save()
    opened = chromium.new_context(base_url=live_server.url)
    opened.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    yield opened
    opened.close()


def wide_parts(page: Page) -> float:
    """How many pixels the page is wider than the window."""
    return float(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def faults(page: Page) -> list[str]:
    """What axe finds wrong."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations'], iframes: false})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


@override_settings(STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}})
def test_every_page_of_surveys_is_accessible_and_fits(context: BrowserContext, pages: dict[str, str]) -> None:
    page = context.new_page()
    wrong = {}
    for name, address in pages.items():
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            response = page.goto(address)
            assert response is not None
            found = [f"status {response.status}"] if response.status != 200 else []
            found += faults(page)
            if wide_parts(page) > 0:
                found.append(f"{wide_parts(page)} pixels too wide")
            if shots := os.environ.get("CLIENTELA_SHOTS"):
                page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)
            if found:
                wrong[f"{name} at {width}"] = found
    assert wrong == {}
