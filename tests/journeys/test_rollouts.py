"""Try it in a real browser: planned while the figures answer, drawn by a button, noted by a head, read by everybody."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.impact.actions.analysing import analyse_rollout, end_rollouts
from clientela.impact.actions.rollouts import stop_rollout
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.queries.prospects import monday_of
from clientela.web.viewer import SESSION_LANGUAGE
from tests.journeys.conftest import CHROMIUM
from tests.rolling import hear_weeks, live_on, planned, started
from tests.shop import Shop
from tests.world import World

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SHOTS = os.environ.get("SHOTS", "")

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]

Visits = Callable[[str, str], BrowserContext]


@pytest.fixture
def visits(chromium: Browser, shop: Shop, live_server: LiveServer) -> Iterator[Visits]:
    """The browser of somebody, in a language."""
    opened = []

    def visit(key: str, language: str) -> BrowserContext:
        client = Client()
        client.force_login(shop.world.account_of(key))
        session = client.session
        session[SESSION_LANGUAGE] = language
        session.save()
        context = chromium.new_context()
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        opened.append(context)
        return context

    with override_settings(PUBLIC_URL=live_server.url):
        yield visit
    for context in opened:
        context.close()


def ended(world: World) -> int:
    """One that began ten weeks ago, has ended, and helped; every head noted the day, one of them late."""
    monday = monday_of(datetime.now(tz=UTC)) - timedelta(weeks=10)
    row = started(world, monday=monday)
    for number, place in enumerate(RolloutPlace.objects.filter(rollout=row).order_by("pk")):
        if place.starts_on is not None:
            place.began_on = place.starts_on + timedelta(days=9 if number == 1 else 0)
            place.save()
    at = live_on(world, row)
    end_rollouts(at=at)
    analyse_rollout(at=at, rollout_id=row.pk)
    return row.pk


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(
        "axe.run(document).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160))))"
    )
    return found


def test_a_roll_out_is_planned_drawn_and_noted(shop: Shop, visits: Visits, live_server: LiveServer) -> None:
    monday = monday_of(datetime.now(tz=UTC))
    hear_weeks(shop.world, since=monday - timedelta(weeks=26), weeks=26)
    page = visits("carmen", "en").new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("insight:rollouts"))
    page.get_by_role("link", name="Plan a roll-out").click()
    power = page.locator("#power")
    expect(power).to_contain_text("7 departments, 3 steps, 4 weeks a step: you would see a difference of")
    # The figures answer while the plan is made, and the focus stays where it is.
    steps = page.get_by_label("In how many steps?")
    steps.fill("7")
    steps.press("Tab")
    expect(power).to_contain_text("7 departments, 7 steps, 4 weeks a step")
    expect(page.get_by_label("How many weeks a step?")).to_be_focused()
    page.get_by_label("What do you want to try?").fill("Answer before noon")
    page.get_by_role("button", name="Keep this plan").click()
    expect(page.get_by_role("link", name="Please write something here.")).to_be_visible()
    page.get_by_label("What does a department do differently once it has begun?").fill("It answers before noon.")
    page.get_by_label("In how many steps?").fill("3")
    page.get_by_role("button", name="Keep this plan").press("Enter")
    expect(page.get_by_role("heading", name="Answer before noon")).to_be_visible()
    page.get_by_role("button", name="Draw the order and begin").press("Enter")
    expect(page.get_by_role("heading", name="The draw")).to_be_visible()
    row = Rollout.objects.get()
    assert (row.state, row.first_on) == ("running", monday + timedelta(weeks=1))
    page.get_by_text("Draw it again yourself").click()
    expect(page.get_by_text(row.seed).first).to_be_visible()

    head = visits("ana", "en").new_page()
    head.goto(live_server.url + reverse("insight:rollout", args=[row.pk]))
    expect(head.get_by_text("Your department begins")).to_be_visible()
    expect(head.get_by_text(row.seed)).to_have_count(0)
    head.get_by_label("On which day did it really begin?").fill(datetime.now(tz=UTC).date().isoformat())
    head.get_by_role("button", name="Note that it began").click()
    expect(head.get_by_text("It is noted.")).to_be_visible()
    assert RolloutPlace.objects.get(department=shop.world.care.id).began_on is not None


def test_what_came_of_it_is_read_by_everybody(shop: Shop, visits: Visits, live_server: LiveServer) -> None:
    number = ended(shop.world)
    page = visits("radu", "en").new_page()
    page.goto(live_server.url + reverse("insight:rollouts"))
    page.get_by_role("link", name="Answer before noon").click()
    expect(page.get_by_role("heading", name="It helped.")).to_be_visible()
    expect(page.get_by_role("cell", name="points of 100").or_(page.get_by_text("weeks 1 to 4"))).to_be_visible()
    expect(page.get_by_role("heading", name="What this cannot say")).to_be_visible()
    assert page.request.get(live_server.url + reverse("insight:rollout_file", args=[number])).ok


@pytest.mark.parametrize(
    "seen", [("en", 1440, "dark"), ("pl", 390, "light"), ("es", 390, "dark")], ids=lambda seen: seen[0]
)
def test_every_page_is_accessible_and_fits(
    shop: Shop, visits: Visits, live_server: LiveServer, seen: tuple[str, int, str]
) -> None:
    language, width, theme = seen
    done = ended(shop.world)
    monday = monday_of(datetime.now(tz=UTC))
    hear_weeks(shop.world, since=monday - timedelta(weeks=2), weeks=2)
    plan = planned(shop.world, at=datetime.now(tz=UTC))
    stopped = started(shop.world, "5top", monday=monday)
    stop_rollout(by=shop.world.carmen, at=datetime.now(tz=UTC), rollout_id=stopped.pk, because="The house moves.")
    analyse_rollout(at=datetime.now(tz=UTC), rollout_id=stopped.pk)
    running = started(shop.world, "5even", monday=monday)
    addresses = {
        "list": ("carmen", reverse("insight:rollouts")),
        "new": ("carmen", reverse("insight:new_rollout")),
        "planned": ("carmen", reverse("insight:rollout", args=[plan])),
        "running": ("carmen", reverse("insight:rollout", args=[running.pk])),
        "of a head": ("ana", reverse("insight:rollout", args=[running.pk])),
        "of a member": ("radu", reverse("insight:rollout", args=[running.pk])),
        "stopped": ("carmen", reverse("insight:rollout", args=[stopped.pk])),
        "done": ("carmen", reverse("insight:rollout", args=[done])),
    }
    pages = {key: visits(key, language).new_page() for key in ("carmen", "ana", "radu")}
    wrong: dict[str, list[str]] = {}
    for name, (key, address) in addresses.items():
        page = pages[key]
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        response = page.goto(live_server.url + address)
        assert response is not None
        assert (name, response.status) == (name, 200)
        found = violations(page)
        if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
            found.append("wider than the window")
        wrong |= {name: found} if found else {}
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{language}-{width}-{name.replace(' ', '-')}.png", full_page=True)
    assert wrong == {}
