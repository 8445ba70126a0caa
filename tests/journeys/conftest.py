"""A real browser, a real receiver of mail, and the worker's jobs run on the spot."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from clientela.inbox import jobs as inbox
from clientela.inbox.models import RawMessage
from clientela.kernel import jobs as kernel
from clientela.kernel.journal import follow_journal
from clientela.project.clockwork import FOLLOWERS
from clientela.web.viewer import SESSION_LANGUAGE
from tests.doors.inbox.receiving import receiver
from tests.shop import Shop, shop  # noqa: F401 - the cast at work
from tests.world import world  # noqa: F401 - the cast

# Playwright keeps an event loop in this thread; the tests' own look into the database is not part of any.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Of a story of Carmen's, with files of the house: what its module is marked with.
CARMENS = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("files"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, for all stories."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def mail_address() -> Iterator[tuple[str, int]]:
    """The receiver of mail, on a free port of this machine."""
    with receiver(message_bytes=1_000_000) as opened:
        yield opened.smtp


@pytest.fixture
def work() -> Callable[[], None]:
    """Do what the worker does, once: understand mail, follow the journal, hand letters over."""

    def once() -> None:
        for raw_id in RawMessage.objects.filter(understood_at=None).values_list("pk", flat=True):
            inbox.understand_one_message(raw_id)
        for follower in FOLLOWERS:
            while follow_journal(follower):
                pass
        kernel.hand_over_due_letters()

    return once


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """Where files of the house lie: in a folder of the test."""
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def language() -> str:
    """The language of the pages, unless a test says otherwise."""
    return "en"


@pytest.fixture
def context(chromium: Browser, shop: Shop, live_server: LiveServer, language: str) -> Iterator[BrowserContext]:  # noqa: F811 - pytest fills it in
    """Carmen's browser."""
    client = Client()
    client.force_login(shop.world.account_of("carmen"))
    session = client.session
    session[SESSION_LANGUAGE] = language
    session.save()
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    with override_settings(PUBLIC_URL=live_server.url), translation.override(language):
        yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in Carmen's browser."""
    return context.new_page()


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield
