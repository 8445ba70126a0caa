"""The service map and what inside does to outside: from a line that nobody declared to an improvement that is tried.

Told on the demonstration, to its owner: on a desk in English, and on a phone in Polish. With CLIENTELA_SCREENSHOTS set
to a folder, it leaves the pictures there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.command.demonstration.loading import PASSWORD, load_plan
from clientela.command.demonstration.plan import demonstration_plan
from clientela.directory import queries as people
from clientela.directory.policies import HOUSE
from clientela.impact.actions.case_files import run_case_estimation
from clientela.impact.actions.estimating import ask_for_estimation, run_estimation
from clientela.impact.jobs import draw_both_sides
from clientela.impact.models import CaseFile, Rollout
from clientela.impact.queries.estimates import impact_page
from clientela.impact.rules.checks import CheckName
from clientela.kernel import jobs as kernel
from clientela.kernel.clock import now
from clientela.network import jobs as network
from tests.journeys.conftest import CHROMIUM
from tests.journeys.test_the_main_story import PHONE, WIDE, look

OWNER = "irina.dobre@clientela.test"
CHECKS = "Would it hold if we are wrong?"
VERDICTS = {
    "supported": "Supported",
    "not_supported": "Not supported",
    "not_enough_data": "Not enough data yet",
}

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def _house(transactional_db: None, live_server: LiveServer, tmp_path: Path) -> Iterator[None]:
    """The demonstration, and what the worker makes of it in its first hour."""
    with override_settings(PUBLIC_URL=live_server.url, ANALYTICS_FOLDER=tmp_path / "analytics"):
        load_plan(demonstration_plan(until=now().replace(microsecond=0), requests=3000), told=lambda _what: None)
        kernel.keep_analytics_up()
        network.draw_map()
        network.count_lateness()
        draw_both_sides()
        run_estimation(at=now(), estimation_id=ask_for_estimation(by=HOUSE, at=now()), now=now)
        run_case_estimation(at=now(), number=CaseFile.objects.get().pk, now=now)
        yield


def come_in(context: BrowserContext, live_server: LiveServer) -> Page:
    page = context.new_page()
    page.goto(f"{live_server.url}/login")
    page.fill("input[name=username]", OWNER)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/desk/")
    return page


def words_on(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


@pytest.mark.usefixtures("_house")
def test_the_owner_finds_what_nobody_declared_and_what_is_known_of_what_it_is_worth(
    chromium: Browser, live_server: LiveServer
) -> None:
    context = chromium.new_context(viewport=WIDE, bypass_csp=True, locale="en")  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server)
    _the_line_nobody_declared(page, live_server)
    _how_two_departments_see_each_other(page)
    _what_stands_behind_the_late_repair(page)
    _what_it_is_worth(page, live_server)
    _what_it_was_worth_before(page)
    _what_is_tried(page)
    context.close()
    _the_same_in_polish_on_a_phone(chromium, live_server)


def _the_line_nobody_declared(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/map/")
    surprises = page.get_by_role("region", name="Happens, and nobody declared it")
    # A customer's mail that was handed over there by mistake may be another one.
    expect(surprises.get_by_role("link", name="Maintenance → Human resources")).to_be_visible()
    never = page.get_by_role("region", name="Declared or needed, and never happens")
    expect(never.get_by_role("link", name="Sales → Purchasing")).to_be_visible()
    look(page, "map-and-impact-map-wide")

    surprises.get_by_role("link", name="Maintenance → Human resources").click()
    page.wait_for_url(re.compile(r"/map/lines/maintenance/hr"))
    told = words_on(page)
    assert "It happens and people say they need it, and nobody declared it." in told
    look(page, "map-and-impact-line-wide")

    first = page.locator("li[data-list-item] h3 a").first
    title = first.inner_text()
    first.click()
    page.wait_for_url(re.compile(r"/desk/requests/"))
    assert title in page.locator("h1").inner_text()
    look(page, "map-and-impact-request-wide")
    page.go_back()


def _how_two_departments_see_each_other(page: Page) -> None:
    """What people were asked: the bench stands still without parts, and the Warehouse hardly notices."""
    page.get_by_role("link", name="What people say they need").click()
    page.get_by_role("link", name="Their view and ours, side by side").click()
    page.wait_for_url(re.compile(r"/map/asking/views"))
    clearest = page.locator("main section").first
    assert clearest.get_by_role("heading").inner_text() == "Warehouse → Workshop"
    assert "Warehouse matters more to Workshop than Warehouse thinks." in clearest.inner_text()
    look(page, "map-and-impact-views-wide")


def _what_stands_behind_the_late_repair(page: Page) -> None:
    page.get_by_role("link", name="What stands behind it").click()
    page.wait_for_url(re.compile(r"/map/behind"))
    page.get_by_label("Service", exact=True).select_option("care-repair")
    page.wait_for_url(re.compile(r"service=care-repair"))
    steps = page.locator("main tbody th").all_inner_texts()
    assert {"Care → Customers outside", "Workshop → Care", "Warehouse → Workshop"} <= set(steps)
    look(page, "map-and-impact-behind-wide")


def _what_it_is_worth(page: Page, live_server: LiveServer) -> None:
    """Three months of one shop are few, and the day decides which source has a figure: the page shows what was found.

    One verdict for each source, and for whether customers come back; every check where there is a figure; where there
    is none, what would help to know, and on whom cases depend beside it.
    """
    page.goto(f"{live_server.url}/insight/impact")
    shown = impact_page(HOUSE)
    assert shown.outcomes is not None
    found = (*shown.measures, *shown.outcomes)
    assert [one.code for one in found] == ["both", "said", "clocks", "came_back", "left"]
    cards = page.locator("section.c-sheet").filter(has=page.locator(".c-sentence--xl"))
    expect(cards).to_have_count(len(found))
    for place, one in enumerate(found):
        expect(cards.nth(place).get_by_text(VERDICTS[one.answer], exact=True)).to_have_count(1)
    assert "not_enough_data" in {one.answer for one in found}
    figures = [one for one in found if one.effect is not None]
    expect(page.get_by_role("heading", name=CHECKS)).to_have_count(len(figures))
    expect(page.locator(".c-checks > li")).to_have_count(sum(len(one.checks) for one in figures))
    advised = [one for one in found if one.effect is None and one.collect]
    expect(page.get_by_role("heading", name="On whom cases depend")).to_have_count(len(advised))
    look(page, "map-and-impact-impact-wide")


def _what_it_was_worth_before(page: Page) -> None:
    """The shops' old cases: a figure that every check could not prove wrong, and a department too little is known of.

    They are made from a fixed seed, so everything about them is certain.
    """
    shops = "The shops before Clientela (made up for the demonstration)"
    answers = page.get_by_role("navigation", name="Answers").get_by_role("link", name=f"{shops}:")
    expect(answers).to_have_count(2)  # one for each of the two that follow
    page.get_by_role("link", name=shops, exact=True).click()
    page.wait_for_url(re.compile(r"/insight/impact/cases/\d+"))
    cards = page.locator("section.c-sheet").filter(has=page.locator(".c-sentence--xl"))
    expect(cards).to_have_count(2)
    satisfied, came_back = cards.nth(0), cards.nth(1)
    expect(satisfied.get_by_text("Supported", exact=True)).to_have_count(1)
    expect(came_back.get_by_text("Not enough data yet")).to_have_count(1)

    checks = page.get_by_role("region", name=CHECKS)
    expect(checks).to_have_count(2)
    told = checks.nth(0).locator(".c-checks > li")
    expect(told).to_have_count(len(CheckName))
    expect(checks.nth(0).locator(".c-checks > li.is-held")).to_have_count(len(CheckName))

    page.get_by_text("On whom cases depend").first.click()
    depend = page.get_by_role("table", name="On whom cases depend").first
    expect(depend.get_by_role("row")).to_have_count(1 + 8)
    for name, verdict in (
        ("Workshop", "Supported"),
        ("Warehouse", "Supported"),
        ("Human resources", "Not enough data yet"),
    ):
        row = depend.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))
        expect(row.get_by_text(verdict, exact=True)).to_be_visible()
    look(page, "map-and-impact-before-wide")
    page.go_back()


def _what_is_tried(page: Page) -> None:
    page.get_by_role("link", name="Try an improvement").first.click()
    page.get_by_role("link", name="Told before it gets late, in every department").click()
    page.wait_for_url(re.compile(r"/insight/roll-outs/\d+"))
    assert "Step 3 of 4 is running." in words_on(page)
    assert page.locator("main table tbody tr").count() == len(people.departments()) - 1  # Care does so already
    look(page, "map-and-impact-tried-wide")


def _the_same_in_polish_on_a_phone(chromium: Browser, live_server: LiveServer) -> None:
    context = chromium.new_context(viewport=PHONE, bypass_csp=True)  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server)
    with page.expect_navigation():
        page.locator("button[name=language][value=pl]").first.evaluate("button => button.click()")
    page.wait_for_load_state()
    tried, before = Rollout.objects.get().pk, CaseFile.objects.get().pk
    for name, place in (
        ("map", "map/"),
        ("line", "map/lines/maintenance/hr"),
        ("views", "map/asking/views"),
        ("behind", "map/behind?service=care-repair"),
        ("impact", "insight/impact"),
        ("before", f"insight/impact/cases/{before}"),
        ("tried", f"insight/roll-outs/{tried}"),
    ):
        page.goto(f"{live_server.url}/{place}")
        assert page.locator("html").get_attribute("lang") == "pl"
        if name == "before":
            verdicts = page.locator("section.c-sheet > .c-row:first-child")
            expect(verdicts.nth(0)).to_contain_text("Potwierdzone")
            expect(verdicts.nth(1)).to_contain_text("Jeszcze za mało danych")
        look(page, f"map-and-impact-{name}-phone")
    context.close()
