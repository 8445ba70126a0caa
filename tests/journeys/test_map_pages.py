"""The service map in a real browser: accessible, whole on a phone and on a desk, and quick at three hundred teams.

With CLIENTELA_SCREENSHOTS set to a folder, it leaves its pictures there.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.web.viewer import SESSION_LANGUAGE
from tests.journeys.conftest import CHROMIUM
from tests.maps.frames import FRAME_LIMIT_MS, quickest_frames_of
from tests.maps.stored import store_large_map, store_lines, store_small_map
from tests.shop import Shop

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SCREENSHOTS = os.environ.get("CLIENTELA_SCREENSHOTS", "")

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def context(chromium: Browser, shop: Shop, live_server: LiveServer, language: str) -> Iterator[BrowserContext]:
    """Carmen's browser."""
    client = Client()
    client.force_login(shop.world.account_of("carmen"))
    session = client.session
    session[SESSION_LANGUAGE] = language
    session.save()
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    with override_settings(PUBLIC_URL=live_server.url):
        yield context
    context.close()


@pytest.fixture
def language() -> str:
    """The language of the pages, unless a test says otherwise."""
    return "en"


def look(page: Page, name: str) -> list[str]:
    """Leave a picture where one is wanted; return what is wrong with the page."""
    if SCREENSHOTS:
        page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}.png"), full_page=True)
    page.evaluate(AXE)
    found: list[str] = page.evaluate(
        "axe.run(document).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160))))"
    )
    if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


def stored(shop: Shop) -> None:
    """Nine weeks of the map up to today, and a real request behind its busiest line."""
    at = datetime.now(tz=UTC)
    ids = store_small_map(at=at, weeks=9)
    store_lines([("workshop-warsaw", "care", 22, 2)], ids, at=at, weeks=9)
    for hours in range(1, 4):
        shop.ask_repair(at=at - timedelta(hours=hours), title=f"Washing machine leaks, {hours} h ago")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_page_of_the_map_is_accessible_and_fits(
    context: BrowserContext, live_server: LiveServer, shop: Shop, language: str
) -> None:
    stored(shop)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    addresses = {
        "map": reverse("map:map"),
        "opened": reverse("map:map") + "?open=workshop&all=1&colour=origin",
        "wide": reverse("map:map") + "?wide=1&only=care",
        "nobody": reverse("map:map") + "?find=astronauts",
        "table": reverse("map:table"),
        "matrix": reverse("map:matrix"),
        "edge": reverse("map:edge", args=["care", "households"]),
        "silent": reverse("map:edge", args=["legal", "hr"]),
    }
    wrong: dict[str, list[str]] = {}
    for width, theme in ((390, "light"), (1440, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for name, address in addresses.items():
            response = page.goto(live_server.url + address)
            assert response is not None
            assert (name, response.status) == (name, 200)
            found = look(page, f"map-{name}-{width}-{theme}-{language}")
            wrong |= {f"{name} {width} {theme}": found} if found else {}
    assert wrong == {}
    assert complaints == []


def test_an_empty_map_is_accessible_too(context: BrowserContext, live_server: LiveServer) -> None:
    page = context.new_page()
    page.goto(live_server.url + reverse("map:map"))
    expect(page.get_by_role("heading", name="The map has not been drawn yet")).to_be_visible()
    assert look(page, "map-empty") == []


def test_the_map_is_gone_through_by_keyboard_from_line_to_request(
    context: BrowserContext, live_server: LiveServer, shop: Shop
) -> None:
    stored(shop)
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("map:map"))
    page.locator("#map-frame").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('m-edge')")  # one stop for all lines
    page.keyboard.press("Home")
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != first
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == first
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('m-place')")  # and one for all departments
    page.locator('.m-edge[data-p="care"][data-c="households"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/map/lines/care/households"))
    page.get_by_role("link", name="Washing machine leaks, 1 h ago").click()
    page.wait_for_url(re.compile(r"/desk/requests/"))


def test_weeks_colours_and_departments_change_without_leaving_the_page_or_moving_anybody(
    context: BrowserContext, live_server: LiveServer, shop: Shop
) -> None:
    stored(shop)
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("map:map"))
    page.evaluate("window.stayed = true")
    where = (
        "[...document.querySelectorAll('.m-place')].map(a => [a.dataset.k, a.querySelector('rect').getAttribute('x'),"
    )
    where += " a.querySelector('rect').getAttribute('y')].join())"
    usual = page.evaluate(where)
    words = page.locator("#map-week-words").inner_text()
    slider = page.locator("#map-week")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#map-week-words")).not_to_have_text(words)
    page.wait_for_url(re.compile(r"week=\d+"))
    expect(slider).to_be_focused()
    assert page.evaluate(where) == usual
    page.get_by_label("Colour").select_option("origin")
    expect(page.get_by_text("declared, and it happens", exact=True).first).to_be_visible()
    assert page.evaluate(where) == usual
    page.locator('.m-place[data-k="workshop"] .m-name').click()
    expect(page.locator('.m-place[data-k="workshop-warsaw"]')).to_be_visible()
    expect(page.locator('.m-close[data-g="workshop"]')).to_be_visible()
    page.locator('.m-close[data-g="workshop"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('.m-place[data-k="workshop-warsaw"]')).to_have_count(0)
    expect(page.locator('.m-place[data-k="workshop"]')).to_be_focused()
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(page.locator('.m-place[data-k="workshop-warsaw"]')).to_be_visible()


def test_who_draws_more_lines_by_keyboard_stays_on_the_way_back(
    context: BrowserContext, live_server: LiveServer, shop: Shop
) -> None:
    stored(shop)
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("map:map"))
    page.get_by_role("link", name=re.compile("^Draw . quieter ones")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Draw only the busiest")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("^Draw . quieter ones"))).to_be_focused()
    page.get_by_role("link", name="Open all teams").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Close all teams")).to_be_focused()


def test_a_search_pales_what_does_not_fit_as_one_types(
    context: BrowserContext, live_server: LiveServer, shop: Shop
) -> None:
    stored(shop)
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("map:map"))
    page.get_by_label("Find a department").fill("maint")
    found = "[...document.querySelectorAll('.m-place.is-found')].map(a => a.dataset.k).sort()"
    assert page.evaluate(found) == ["maintenance", "warehouse", "workshop"]
    page.get_by_label("Find a department").fill("")
    assert page.locator(".is-sought").count() == 0


def test_without_any_script_the_map_is_links_and_one_form(
    chromium: Browser, context: BrowserContext, live_server: LiveServer, shop: Shop
) -> None:
    stored(shop)
    plain = chromium.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())  # type: ignore[arg-type]  # what one context gives another takes
    page = plain.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("map:map"))
    page.get_by_label("Colour").select_option("origin")
    page.get_by_label("Find a department").fill("maint")
    page.get_by_role("button", name="Show this").click()
    page.wait_for_url(re.compile(r"colour=origin"))
    assert page.locator(".m-edge[data-p]").count() == 2
    page.get_by_role("link", name="A week earlier").click()
    page.wait_for_url(re.compile(r"week=\d+"))
    page.get_by_role("link", name="Draw everybody’s lines").click()
    page.locator('a[data-k="workshop"] .m-name').click()
    page.wait_for_url(re.compile(r"open=workshop"))
    assert page.locator('a[data-k="workshop-warsaw"]').count() == 1
    plain.close()


def test_three_hundred_teams_are_panned_opened_and_searched_without_a_halt(
    context: BrowserContext, live_server: LiveServer
) -> None:
    store_large_map(at=datetime.now(tz=UTC))
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("map:map") + "?open=*")
    assert page.locator(".m-place").count() == 302
    assert look(page, "map-300") == []
    measured = quickest_frames_of(page)
    assert {name: took for name, took in measured.items() if took > FRAME_LIMIT_MS} == {}
    page.goto(live_server.url + reverse("map:map"))
    assert look(page, "map-300-closed") == []


def test_a_map_that_was_zoomed_is_only_stretched_at_first_and_then_drawn_anew_in_its_place(
    context: BrowserContext, live_server: LiveServer
) -> None:
    store_large_map(at=datetime.now(tz=UTC))
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("map:map") + "?open=*")
    seen = """() => {
      const frame = document.getElementById('map-frame');
      const svg = frame.querySelector('svg');
      return {
        stretched: svg.style.transform !== '',
        large: svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
        left: frame.scrollLeft,
        top: frame.scrollTop,
      };
    }"""
    page.evaluate("document.getElementById('map-frame').scrollTo(300, 400)")
    before = page.evaluate(seen)
    during = page.evaluate(f"() => {{ document.querySelector('[data-zoom=\"1.25\"]').click(); return ({seen})(); }}")
    page.wait_for_selector("#map-frame svg:not([style*=transform])")
    after = page.evaluate(seen)
    assert (before["stretched"], during["stretched"], after["stretched"]) == (False, True, False)
    assert during["large"] == pytest.approx(1.25 * before["large"], rel=0.001)
    for name in ("large", "left", "top"):
        assert after[name] == pytest.approx(during[name], rel=0.005)
    assert during["top"] > before["top"]
