"""The parts of all pages in a real browser: every state, both themes, four widths, by keyboard, touch, without script.

Pages are rendered here and handed to the browser with the headers of the product, so no server and no database is
needed. What the browser refuses under the content policy shows up as an error and fails the test.
"""

from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from clientela.web.components import samples
from clientela.web.components.toasts import say
from clientela.web.security import HEADERS
from tests.doors.web.rendering import SATURDAY_NOON, Reader, request_of
from tests.journeys.conftest import CHROMIUM

STATIC = Path(__file__).resolve().parents[2] / "clientela" / "web" / "static"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
HOUSE = "http://localhost"  # a name that browsers trust without https
ADMINISTRATOR = Reader(is_administrator=True)
SIDE = """
{% extends "base.html" %}{% load clientela %}
{% block title %}Washing machine{% endblock %}{% block side_label %}Promises and customer{% endblock %}
{% block head %}<h1>Washing machine leaks</h1>{% endblock %}
{% block main %}<h2>Then</h2>
<ol class="c-plain" data-list>{% for name in "abc" %}<li class="c-item" data-list-item><div><h3>
<a href="/requests?{{ name }}">Request {{ name }}</a></h3></div><p class="c-why">Because.</p>
<div class="c-due">{% moment at %}</div></li>{% endfor %}</ol>
{% composer "What to write" %}{% panel "reply" "Reply" key="r" %}<form method="post" action="/reply">{% csrf_token %}
<label for="reply" class="visually-hidden">Reply</label>
<textarea class="form-control" id="reply" name="reply" data-draft="r1"></textarea>
<footer>{% button "Send it" busy="Sending…" %}{% draft_status "r1" %}</footer></form>{% endpanel %}
{% panel "note" "Note" key="n" %}<form method="post">{% csrf_token %}
<label for="note" class="visually-hidden">Note</label>
<textarea class="form-control" id="note" name="note"></textarea></form>{% endpanel %}{% endcomposer %}
<p id="here"></p>{% button "Bring a part" type="button" hx_post="/part" hx_target="#here" %}
{% button "Break" type="button" hx_get="/broken" hx_target="#here" %}
{% button "Whole page" type="button" hx_get="/requests" hx_target="#here" %}{% endblock %}
{% block side %}<section><h2>Promises</h2>{% promise "Repaired by" "running" due_at=at %}{% endpromise %}</section>
{% endblock %}
"""

PART = """
{% extends "partial.html" %}{% load clientela %}
{% block main %}<label>Again <textarea data-draft="r2"></textarea></label>{% draft_status "r2" %}{% endblock %}
"""

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The browser of all stories: a process can hold only one."""
    return chromium


def html_of(address: str, *, is_sent: bool) -> str:
    """The pages of this small house."""
    request = request_of(ADMINISTRATOR, address)
    if is_sent:
        say(request, "Sent to Zofia.", undo_url="/undo", draft="r1")
    shown = {"viewer": ADMINISTRATOR, "at": SATURDAY_NOON}
    with override_settings(ROOT_URLCONF="tests.doors.web.whole_house"):
        if address == "/states":
            shown |= samples.states(at=SATURDAY_NOON, form_data=None)
            return render_to_string("states.html", shown, request)
        source = PART if address == "/part" else SIDE
        return engines["django"].from_string(source).render(shown, request)


class Visit:
    """A page open in the browser, and everything it complained about."""

    def __init__(
        self,
        browser: Browser,
        *,
        width: int = 1440,
        theme: str = "light",
        has_touch: bool = False,
        has_script: bool = True,
    ) -> None:
        self.complaints: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            has_touch=has_touch,
            is_mobile=has_touch,
            java_script_enabled=has_script,
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.route("**/*", self._answer)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _answer(self, route: Route) -> None:
        address = urlsplit(route.request.url).path
        if address.startswith("/static/"):
            file = STATIC / address.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=guess_type(file.name)[0] or "text/plain")
            return
        if address == "/broken":
            route.fulfill(status=500, body="")
            return
        body = html_of(address, is_sent=route.request.method == "POST")
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=HEADERS)

    def open(self, address: str) -> Page:
        """Go there."""
        self.page.goto(HOUSE + address)
        self.page.wait_for_load_state()
        return self.page

    def violations(self) -> list[str]:
        """What axe finds, every rule it has."""
        self.page.evaluate(AXE)
        found: list[str] = self.page.evaluate(
            "axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 120))))"
        )
        return found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser)
    yield visit
    visit.context.close()
    assert visit.complaints == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser, width=390, has_touch=True)
    yield visit
    visit.context.close()
    assert visit.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 900, 1440, 2560])
@pytest.mark.parametrize("address", ["/states", "/request"])
def test_every_part_is_accessible_and_fits(browser: Browser, address: str, width: int, theme: str) -> None:
    visit = Visit(browser, width=width, theme=theme)
    page = visit.open(address)
    page.wait_for_timeout(350)  # the shape of what comes appears after 300 ms
    assert visit.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    visit.context.close()
    assert visit.complaints == []


def test_every_stop_of_the_keyboard_can_be_seen(visit: Visit) -> None:
    page = visit.open("/states")
    unseen = []
    for _stop in range(60):
        page.keyboard.press("Tab")
        unseen += page.evaluate(
            """() => {
                const here = document.activeElement;
                if (here === document.body) return [];
                const ring = (element) => element && getComputedStyle(element).outlineStyle !== 'none';
                const seen = ring(here) || ring(here.closest('.c-find')) || ring(here.closest('.c-item'));
                return seen ? [] : [here.outerHTML.slice(0, 100)];
            }"""
        )
    assert unseen == []


def test_a_list_is_walked_by_letters_and_its_moments_by_tab(visit: Visit) -> None:
    page = visit.open("/request")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Request b"
    page.keyboard.press("Tab")
    assert page.inner_text("[role=tooltip]") == "Saturday 21 November 2026, 12:50, Bucharest time"
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "exact-moment"
    assert visit.violations() == []
    page.keyboard.press("Escape")
    assert page.locator("[role=tooltip]").count() == 0


def test_letters_typed_into_a_field_are_letters(visit: Visit) -> None:
    page = visit.open("/request")
    page.keyboard.press("/")
    page.keyboard.type("jkn?")
    assert page.input_value("#find") == "jkn?"
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "find"


def test_letters_can_be_switched_off(visit: Visit) -> None:
    page = visit.open("/request")
    page.keyboard.press("?")
    assert page.inner_text("[data-keys-of-page]").split() == ["R", "Reply", "N", "Note"]
    assert visit.violations() == []
    page.uncheck("[data-keys-switch]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.evaluate("document.activeElement === document.body || document.activeElement.id === ''")
    assert not page.evaluate("document.getElementById('keys').open")


def test_a_draft_is_kept_until_the_words_have_arrived(visit: Visit) -> None:
    page = visit.open("/request")
    page.keyboard.press("r")
    page.keyboard.type("Good morning")
    page.wait_for_selector("text=Draft saved")
    page.reload()
    assert page.input_value("#reply") == "Good morning"
    assert "Your draft is back." in page.inner_text("[data-draft-status]")
    page.click("text=Send it")
    page.wait_for_selector("text=Sent to Zofia.")
    assert page.input_value("#reply") == ""
    page.reload()
    assert page.input_value("#reply") == ""


def test_a_draft_can_be_thrown_away_and_goes_at_log_out(visit: Visit) -> None:
    page = visit.open("/request")
    page.fill("#reply", "Good morning")
    page.wait_for_selector("text=Draft saved")
    page.reload()
    page.click("text=Discard it")
    assert page.input_value("#reply") == ""
    page.fill("#reply", "Good evening")
    page.wait_for_selector("text=Draft saved")
    page.click("summary.c-me")
    page.click("text=Log out")
    page.wait_for_load_state()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('draft'))") == []


def test_the_composer_shows_one_panel_and_remembers_the_others(visit: Visit) -> None:
    page = visit.open("/request")
    assert page.is_visible("#reply")
    assert not page.is_visible("#note")
    page.fill("#reply", "Half a")
    page.click("role=tab[name=Reply]")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-note"
    assert page.is_visible("#note")
    assert not page.is_visible("#reply")
    page.keyboard.press("ArrowRight")
    assert page.input_value("#reply") == "Half a"


def test_the_way_back_waits_ten_seconds_and_longer_under_the_pointer(visit: Visit) -> None:
    visit.page.clock.install()
    page = visit.open("/request")
    page.click("text=Send it")
    page.clock.run_for(200)
    page.hover(".c-toast")
    page.clock.run_for(25_000)
    assert page.locator(".c-toast").count() == 1
    page.mouse.move(5, 5)
    page.clock.run_for(9_000)
    assert page.locator(".c-toast").count() == 1
    page.clock.run_for(12_000)
    assert page.locator(".c-toast").count() == 0


def test_a_part_that_comes_later_is_as_alive_as_the_page(visit: Visit) -> None:
    page = visit.open("/request")
    page.evaluate("localStorage.setItem('clientela.draft.nobody.r2', JSON.stringify({text: 'Kept', at: Date.now()}))")
    page.click("text=Bring a part")
    page.wait_for_selector("text=Sent to Zofia.")
    assert page.input_value("[data-draft=r2]") == "Kept"
    assert page.locator("[data-toast]").count() == 0  # it was noticed, and will go by itself
    assert page.locator("#here h1").count() == 0


def test_a_part_that_does_not_come_is_owned_up_to(visit: Visit) -> None:
    page = visit.open("/request")
    page.click("text=Break")
    page.wait_for_selector("text=That did not arrive. What you wrote is still here; try again in a moment.")
    assert len([said for said in visit.complaints if "500" in said]) == len(visit.complaints) > 0
    visit.complaints.clear()


def test_a_whole_page_where_a_part_was_asked_for_is_gone_to(visit: Visit) -> None:
    page = visit.open("/request")
    page.click("text=Whole page")
    page.wait_for_url("**/requests")


def test_the_theme_changes_at_once_and_stays(visit: Visit) -> None:
    page = visit.open("/request")
    page.click("summary.c-me")
    assert visit.violations() == []
    page.click("button[value=dark]")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 21, 19)"
    assert {cookie["name"]: cookie["value"] for cookie in visit.context.cookies()} == {"theme": "dark"}
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "c-me"


def test_on_a_phone_the_side_is_a_sheet_over_the_page(phone: Visit) -> None:
    page = phone.open("/request")
    assert not page.is_visible("#side")
    page.tap("text=Promises and customer")
    assert page.is_visible("#side")
    assert page.evaluate("document.activeElement.textContent") == "Close"
    assert page.evaluate("document.querySelector('header.c-top').inert")
    assert phone.violations() == []
    page.locator("#side .c-moment").tap()
    assert page.inner_text("[role=tooltip]") == "Saturday 21 November 2026, 12:50, Bucharest time"
    page.tap("text=Close")
    assert not page.is_visible("#side")
    assert not page.evaluate("document.querySelector('header.c-top').inert")


def test_buttons_and_fields_are_large_enough_for_a_finger(phone: Visit) -> None:
    page = phone.open("/states")
    small = page.evaluate(
        """() => [...document.querySelectorAll(
                '.btn, input, select, textarea, summary, .c-bar a, .c-tabs a, .c-hop, .c-file')]
            .filter(element => element.getClientRects().length && !element.matches('.form-check-input, span'))
            .filter(element => element.getBoundingClientRect().height < 44)
            .map(element => element.outerHTML.slice(0, 100))"""
    )
    assert small == []


def test_without_script_everything_is_there(browser: Browser) -> None:
    visit = Visit(browser, width=390, has_script=False)
    page = visit.open("/request")
    for selector in ("#reply", "#note", "#side", "text=Send it"):
        assert page.is_visible(selector)
    page.click("text=Send it")
    assert page.is_visible("text=Sent to Zofia.")
    assert page.is_visible("text=Undo")
    visit.context.close()


def test_paper_is_light_and_leaves_out_what_leads_elsewhere(browser: Browser) -> None:
    visit = Visit(browser, theme="dark")
    page = visit.open("/requests")
    ink = "getComputedStyle(document.body).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    assert page.evaluate(ink) == "rgb(34, 37, 42)" != on_screen
    assert not page.get_by_role("banner").is_visible()
    assert page.get_by_role("heading", name="Washing machine leaks").is_visible()
    visit.context.close()


def test_on_a_phone_the_account_still_says_whose_it_is(browser: Browser) -> None:
    visit = Visit(browser, width=390)
    page = visit.open("/requests")
    heard = page.get_by_role("banner").aria_snapshot().replace(" ,", ",")
    assert f"{ADMINISTRATOR.first_name}, your account" in heard
    visit.context.close()
