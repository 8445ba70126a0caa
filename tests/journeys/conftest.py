"""A real browser, a real receiver of mail, and the worker's jobs run on the spot."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from clientela.inbox import jobs as inbox
from clientela.inbox.models import RawMessage
from clientela.kernel import jobs as kernel
from clientela.kernel.journal import follow_journal
from clientela.project.clockwork import FOLLOWERS
from tests.doors.inbox.receiving import receiver
from tests.shop import shop  # noqa: F401 - the cast at work
from tests.world import world  # noqa: F401 - the cast

# Playwright keeps an event loop in this thread; the tests' own look into the database is not part of any.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield
