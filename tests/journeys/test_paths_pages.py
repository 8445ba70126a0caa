"""What stands behind a service and whose lateness travels, in a real browser: accessible, whole on a phone and a desk.

`CLIENTELA_SCREENSHOTS=folder` keeps a picture of each page.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.web.viewer import SESSION_LANGUAGE
from tests.contexts.network.late_repairs import (
    counted,
    deep_repair,
    late_repair,
    quick_repair,
    repair_with_laptop,
    staffed,
)
from tests.journeys.conftest import CHROMIUM
from tests.shop import Shop

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SCREENSHOTS = os.environ.get("CLIENTELA_SCREENSHOTS", "")
WEEKS = 8

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def house(shop: Shop) -> dict[str, str]:
    """Eight weeks of repairs, some late because of Workshop, more because of Maintenance; the pages by name."""
    now = datetime.now(tz=UTC)
    monday = (now - timedelta(days=now.weekday())).replace(hour=8, minute=0, second=0, microsecond=0)
    staffed(shop)
    for week in range(1, WEEKS + 1):
        from_hour = (monday - timedelta(weeks=week) - shop.at).total_seconds() / 3600
        for more in range(2):
            deep_repair(shop, from_hour=from_hour + more / 4)
            quick_repair(shop, from_hour=from_hour + 24 + more)
        late_repair(shop, from_hour=from_hour)
        repair_with_laptop(shop, from_hour=from_hour + 24)
    counted(shop, at=now)
    return {
        "behind": reverse("map:paths"),
        "behind-nothing": reverse("map:paths") + "?service=purchase",
        "travelling": reverse("map:travelling"),
        "travelling-refused": reverse("map:travelling") + "?low=60&high=20",
    }


@pytest.fixture
def context(chromium: Browser, shop: Shop, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Ana's browser: she heads Care, which serves the customers."""
    client = Client()
    client.force_login(shop.world.account_of("ana"))
    session = client.session
    session[SESSION_LANGUAGE] = "en"  # the words below are looked for in English
    session.save()
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    with override_settings(PUBLIC_URL=live_server.url):
        yield context
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(
        "axe.run(document).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160))))"
    )
    return found


def test_every_page_is_accessible_and_fits_in_both_themes(
    context: BrowserContext, live_server: LiveServer, house: dict[str, str]
) -> None:
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    for width, theme in ((390, "light"), (1440, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for name, address in house.items():
            response = page.goto(live_server.url + address)
            assert response is not None
            assert (name, response.status) == (name, 422 if name.endswith("refused") else 200)
            found = violations(page)
            if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
                found.append("wider than the window")
            wrong |= {f"{name} {width} {theme}": found} if found else {}
            if SCREENSHOTS:
                page.screenshot(path=f"{SCREENSHOTS}/{name}-{width}-{theme}.png", full_page=True)
    assert wrong == {}


def test_the_path_is_walked_by_keyboard_to_the_line_and_from_there_to_the_requests(
    context: BrowserContext, live_server: LiveServer, house: dict[str, str]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + house["behind"])
    line = page.locator("svg.c-map a").filter(has_text="Maintenance served Workshop").first
    line.focus()
    expect(line).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('map:edge', args=['maintenance', 'workshop'])}*")
    page.go_back()
    page.get_by_role("link", name="How far lateness travels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Whose lateness travels furthest")
    page.get_by_label("Passed on at most, in percent").fill("40")
    page.get_by_role("button", name="Assume this").click()
    expect(page.get_by_text("between 20% and 40%")).to_be_visible()
