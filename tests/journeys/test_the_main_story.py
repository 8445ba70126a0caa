"""The main story: a customer's mail, an answer, another department asked on her behalf, both done, both rated.

An outside customer who writes Polish and an agent who reads English; then the other way round, Romanian and Spanish
pages, on a phone. With CLIENTELA_SCREENSHOTS set to a folder, it leaves the pictures there that the README shows.
"""

import os
import re
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clientela.directory.models import Account
from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.network.actions import draw_map
from clientela.requests.models import Request
from clientela.voice.models import Rating
from tests.contexts.kernel.analytics.stores import catch_up
from tests.journeys.conftest import CHROMIUM
from tests.shop import Shop

PASSWORD = "correct horse battery staple"
SCREENSHOTS = os.environ.get("CLIENTELA_SCREENSHOTS", "")
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
# A number in a drawing is written with a point in every language.
MISDRAWN = """[...document.querySelectorAll('svg *')].filter(drawn =>
    ['x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height'].some(
        name => (drawn.getAttribute(name) || '').includes(','))).map(drawn => drawn.outerHTML.slice(0, 200))"""
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


def send_mail(address: tuple[str, int], *, sender: str, subject: str, text: str) -> None:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "care@casa-lavora.test"
    mail["Subject"] = subject
    mail["Message-ID"] = "<story@example.test>"
    mail.set_content(text)
    with smtplib.SMTP(*address, timeout=10) as client:
        client.send_message(mail)


def link_in(kind: str, to: str, pattern: str) -> str:
    letter = Letter.objects.filter(kind=kind, to_address=to).order_by("-pk")[0]
    found = re.search(pattern, letter.text)
    assert found is not None
    return found.group()


def log_in(context: BrowserContext, live_server: LiveServer, shop: Shop, name: str) -> Page:
    account = Account.objects.get(person_id=shop.world.id_of(name))
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    page = context.new_page()
    page.goto(f"{live_server.url}/login")
    page.fill("input[name=username]", shop.world.address_of(name))
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/desk/")
    return page


def look(page: Page, name: str) -> None:
    """No accessibility violation, no sideways scroll, nothing misdrawn; and a picture where one is wanted."""
    if SCREENSHOTS:
        page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate(MISDRAWN) == [], name
    page.evaluate(AXE)
    run = "axe.run(document, {iframes: false}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    assert page.evaluate(run) == [], name


def rate(context: BrowserContext, address: str, score: int) -> None:
    """Open a rating link as a person does: the page sends the score when a hand moves."""
    page = context.new_page()
    page.goto(f"{address}/{score}")
    page.locator("form[method=post] button.btn-primary").click()
    page.wait_for_url(address)
    page.close()


class Story:
    """One telling of the story: who writes, on what screen, through which doors."""

    def __init__(self, shop: Shop, chromium: Browser, live_server: LiveServer, viewport: dict[str, int]) -> None:
        self.shop = shop
        self.live_server = live_server
        self.agent, self.visitor, self.workshop = (
            chromium.new_context(viewport=viewport, bypass_csp=True)  # type: ignore[arg-type]  # a plain dict will do
            for _person in range(3)
        )

    def page_of(self, reference: str) -> str:
        return f"{self.live_server.url}/desk/requests/{reference}"

    def ask_workshop(self, desk: Page, request: Request) -> Request:
        """Ana asks Workshop on the customer's behalf."""
        desk.goto(f"{self.page_of(request.reference)}/ask?department={self.shop.world.workshop.id}")
        ask = desk.locator("form[action$='/ask'][method=post]")
        ask.locator("[name=text]").fill("Is it the pump or the seal?")
        ask.locator("button[type=submit]").last.click()
        desk.wait_for_load_state()
        child = Request.objects.exclude(pk=request.pk).get()
        assert (child.provider_id, child.customer_id) == (self.shop.world.workshop.id, self.shop.world.care.id)
        return child

    def reply(self, page: Page, reference: str, text: str, *, then: str) -> None:
        """An agent answers; `then` is stay or resolve."""
        page.goto(self.page_of(reference))
        reply = page.locator("form[action$='/reply']")
        reply.locator("[name=text]").fill(text)
        reply.locator(f"button[value={then}]").click()
        page.wait_for_load_state()

    def close(self) -> None:
        for context in (self.agent, self.visitor, self.workshop):
            context.close()


@pytest.mark.parametrize(
    ("customer", "subject", "text", "viewport"),
    [
        pytest.param(
            "zofia", "Pralka przecieka", "Dzień dobry, od wczoraj z pralki leci woda.", WIDE, id="polish-wide"
        ),
        pytest.param(
            "lucia", "La nevera no enfría", "Buenos días, desde ayer la nevera no enfría.", PHONE, id="spanish-phone"
        ),
    ],
)
def test_a_mail_becomes_a_request_that_two_departments_answer_and_both_customers_rate(  # noqa: PLR0917 - fixtures
    customer: str,
    subject: str,
    text: str,
    viewport: dict[str, int],
    tmp_path: Path,
    shop: Shop,
    chromium: Browser,
    live_server: LiveServer,
    mail_address: tuple[str, int],
    work: Callable[[], None],
) -> None:
    name = "wide" if viewport == WIDE else "phone"
    story = Story(shop, chromium, live_server, viewport)
    with override_settings(PUBLIC_URL=live_server.url):
        address = shop.world.address_of(customer)
        send_mail(mail_address, sender=address, subject=subject, text=text)
        work()
        request = Request.objects.get()
        assert request.title == subject
        assert Letter.objects.get(kind="acknowledgement").to_address == address

        # Ana finds it on her day, asks Workshop on the customer's behalf, and answers the customer.
        desk = log_in(story.agent, live_server, shop, "ana")
        look(desk, f"my-day-{name}")
        child = story.ask_workshop(desk, request)
        desk.goto(story.page_of(request.reference))
        look(desk, f"request-{name}")
        story.reply(desk, request.reference, "We have asked our workshop and come back to you today.", then="stay")
        assert Letter.objects.filter(kind="reply", to_address=address).count() == 1

        # The customer opens the link of the letter: how it stands, in her language, and never the talk inside.
        status = story.visitor.new_page()
        status.goto(link_in("reply", address, r"http\S+/p/\S+"))
        look(status, f"status-{name}")
        assert status.locator("h1").inner_text() == subject
        assert "pump" not in status.content()

        # While Workshop works, the request cannot be resolved; Stefan answers, then Ana can.
        desk.goto(story.page_of(request.reference))
        assert desk.locator("form[action$='/reply'] button[value=resolve]").count() == 0
        bench = log_in(story.workshop, live_server, shop, "stefan")
        bench.goto(story.page_of(child.reference))
        look(bench, f"child-{name}")
        story.reply(bench, child.reference, "It was the pump. A new one is in.", then="resolve")
        story.reply(desk, request.reference, "It is repaired.", then="resolve")
        assert set(Request.objects.values_list("state", flat=True)) == {"resolved"}

        # Both customers, the one outside and the colleague, say how it went.
        work()
        rate(story.visitor, link_in("closing", address, r"http\S+/r/[^/\s]+"), 5)
        rate(story.agent, link_in("closing", shop.world.address_of("ana"), r"http\S+/r/[^/\s]+"), 4)
        assert dict(Rating.objects.values_list("side", "score")) == {"outside": 5, "inside": 4}

        # The worker writes what happened into the analytics store, and draws the map from it.
        catch_up(tmp_path, at=now())
        assert draw_map(at=now(), folder=tmp_path) == 1
        desk.goto(f"{live_server.url}/map/")
        look(desk, f"map-{name}")
        assert desk.locator("table tbody tr").count() == 2
        story.close()
