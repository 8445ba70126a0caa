"""Asking who depends on whom in a real browser: answered on a phone from the letter's link, counted, looked at."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.network import actions
from clientela.network.models import DependenceInvitation, DependenceRound
from clientela.network.policies import dependence_token
from clientela.network.rules.sheets import Said, Sheet
from clientela.web.viewer import SESSION_LANGUAGE
from tests.contexts.network.people import hire
from tests.journeys.conftest import CHROMIUM
from tests.shop import Shop

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]
Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, shop: Shop, live_server: LiveServer) -> Iterator[Visit]:
    """Open a page of somebody's browser, in a window of this width; nobody: a stranger's."""
    opened = []

    def browse(who: str = "", *, width: int = 390) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 844}, locale="en-GB")
        opened.append(context)
        if who:
            client = Client()
            client.force_login(shop.world.account_of(who))
            session = client.session
            session[SESSION_LANGUAGE] = "en"
            session.save()
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        return context.new_page()

    with override_settings(PUBLIC_URL=live_server.url):
        yield browse
    for context in opened:
        context.close()


def is_whole(page: Page) -> None:
    """Nothing in the way of anybody who reads with their ears, and nothing wider than the window."""
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run(document).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160))))"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def answered_on(phone: Page) -> None:
    """Somebody of Care answers: they need IT, and Workshop needs them; and they change their mind about one thing."""
    phone.get_by_role("link", name="Begin").click()
    phone.get_by_label("What is your job").fill("I answer customers")
    is_whole(phone)
    phone.get_by_role("button", name="Next").click()
    is_whole(phone)
    phone.get_by_label("IT", exact=True).check()
    phone.get_by_role("button", name="Next").click()
    expect(phone.get_by_role("heading", name="What you need from IT")).to_be_visible()
    is_whole(phone)
    phone.get_by_role("button", name="Next").click()  # with nothing chosen: the question is named, nothing is lost
    expect(phone.get_by_role("link", name="Choose the answer that comes nearest.")).to_be_visible()
    is_whole(phone)
    phone.get_by_label("A laptop").check()
    phone.get_by_label("nothing goes without it").check()
    phone.get_by_label("not well").check()
    phone.get_by_role("button", name="Next").click()
    phone.get_by_label("Workshop").check()
    phone.get_by_role("button", name="Next").click()
    phone.get_by_label("a little").check()
    phone.get_by_role("button", name="Next").click()
    expect(phone.get_by_role("heading", name="Thank you, it is all saved")).to_be_visible()
    is_whole(phone)
    phone.get_by_role("link", name="Change: You need IT").click()
    phone.get_by_label("a lot").check()
    phone.get_by_role("button", name="Keep this answer").click()
    expect(phone.get_by_text("matters: a lot; done: not well")).to_be_visible()


def test_a_round_from_the_first_question_to_both_views(shop: Shop, live_server: LiveServer, visit: Visit) -> None:
    at = datetime.now(tz=UTC)
    people = {key: hire(shop.world, key, 5) for key in ("care", "it")}
    owner = visit("carmen", width=1440)
    owner.goto(live_server.url + reverse("map:asking"))
    is_whole(owner)
    owner.get_by_label("Why do you ask?").fill("So that the map shows what you need.")
    owner.get_by_role("button", name="Ask them").click()
    expect(owner.get_by_role("heading", name="Who has answered so far")).to_be_visible()
    is_whole(owner)

    asked = DependenceInvitation.objects.get(person=people["care"][0])
    phone = visit()
    phone.goto(live_server.url + reverse("map:answer", args=[dependence_token(asked.pk)]))
    expect(phone.get_by_text("So that the map shows what you need.")).to_be_visible()
    is_whole(phone)
    answered_on(phone)

    for person in people["care"][1:]:
        number = DependenceInvitation.objects.get(person=person).pk
        it = Said(shop.world.id_of("it"), 4, 2)
        actions.save_sheet(at=at, invitation_id=number, sheet=Sheet(needs=(it,)))
    for person in people["it"]:
        number = DependenceInvitation.objects.get(person=person).pk
        actions.save_sheet(at=at, invitation_id=number, sheet=Sheet(serves=(Said(shop.care_id, 1, 5),)))
    owner.get_by_role("link", name="End the round now").click()
    owner.get_by_role("button", name="End the round now").click()
    expect(owner.get_by_role("heading", name="What came of it")).to_be_visible()
    assert DependenceRound.objects.get().is_open is False
    owner.get_by_role("link", name="Their view and ours, side by side").click()
    expect(owner.get_by_text("IT matters more to Customer Care than IT thinks.").first).to_be_visible()
    is_whole(owner)
    narrow = visit("ana")
    narrow.goto(live_server.url + reverse("map:gaps"))
    is_whole(narrow)
    phone.reload()
    expect(phone.get_by_role("heading", name="These questions have ended")).to_be_visible()
    is_whole(phone)


def test_declared_lines_are_whole_on_a_phone_and_a_desk(shop: Shop, live_server: LiveServer, visit: Visit) -> None:
    actions.declare_line(
        by=shop.world.carmen,
        at=shop.at,
        provider_id=shop.world.id_of("it"),
        customer_id=shop.care_id,
        what="Laptops for new colleagues",
        starts_on=(shop.at - timedelta(days=900)).date(),
    )
    for width in (390, 1440):
        page = visit("carmen", width=width)
        page.goto(live_server.url + reverse("map:declared"))
        expect(page.get_by_text("Laptops for new colleagues").first).to_be_visible()
        is_whole(page)
