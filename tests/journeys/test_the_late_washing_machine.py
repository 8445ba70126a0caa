"""The late washing machine: where its time went, why it lay in a queue, and what one more pair of hands would change.

Told on a small demonstration to somebody who has never seen it: the owner, first in English on a wide screen, then in
Polish on a phone. Nothing is clicked that is not offered on the page before.
"""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clientela.command.demonstration.loading import PASSWORD, load_plan
from clientela.command.demonstration.plan import demonstration_plan
from clientela.kernel.clock import now
from clientela.network import actions as network
from clientela.network.models import WhatIf
from tests.journeys.conftest import CHROMIUM
from tests.journeys.test_the_main_story import PHONE, WIDE, look

OWNER = "irina.dobre@clientela.test"

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def _shop_of_the_demonstration(transactional_db: None) -> None:
    load_plan(demonstration_plan(until=now().replace(microsecond=0), requests=700, days=45), told=lambda _what: None)


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


@pytest.mark.usefixtures("_shop_of_the_demonstration")
def test_somebody_who_has_never_seen_it_finds_out_why_it_is_late_and_what_would_help(
    chromium: Browser, live_server: LiveServer
) -> None:
    context = chromium.new_context(viewport=WIDE, bypass_csp=True)  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server)

    # Open one late washing machine: one picture says that two days went to Maintenance's queue.
    page.goto(f"{live_server.url}/desk/requests/?q=Pralka+nie+wiruje")
    page.get_by_role("link", name="Pralka nie wiruje, łożysko").first.click()
    page.wait_for_load_state()
    own = page.url
    assert re.search(r"2 working days(, \d h)? of it went to Maintenance’s queue\.", words_on(page))
    picture = page.locator("svg.c-time-line")
    assert [name for name in picture.locator("text").all_text_contents() if name][:3] == [
        "Care",
        "Workshop",
        "Maintenance",
    ]
    look(page, "late-request-wide")

    # Why was the queue as it was?
    page.get_by_role("link", name="Why it lay there").click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == "Why it lay in Maintenance’s queue"
    told = words_on(page)
    assert re.search(r"When it came, \d+ other requests? (was|were) there\.", told)
    assert "of their working time" in told
    look(page, "late-queue-wide")

    # Try one more electrician.
    page.get_by_role("link", name="Try one person more").click()
    page.wait_for_load_state()
    assert page.locator("select[name=department] option:checked").inner_text() == "Maintenance"
    look(page, "late-question-wide")
    page.get_by_role("button", name="Simulate this").click()
    page.wait_for_load_state()
    assert "It waits for its turn" in words_on(page)
    question = WhatIf.objects.get()
    # What the worker does, with fewer runs: the story tells that it comes to an answer, not how sure it is.
    network.run_what_if(at=now(), what_if_id=question.pk, now=now, runs=6, variant_runs=2)

    # See what changes for whom.
    page.reload()
    answer = words_on(page)
    assert "With one person more in Maintenance, " in answer
    assert "Customers outside, at the end of the chains" in answer
    assert "What the answer hangs on" in answer
    row = page.locator("table tr", has_text="Maintenance").first
    assert re.search(r"\d+% → \d+%", " ".join(row.inner_text().split()))
    look(page, "late-answer-wide")
    answered_at = page.url
    context.close()

    # The same in Polish, on a phone.
    context = chromium.new_context(viewport=PHONE, bypass_csp=True)  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server)
    with page.expect_navigation():
        page.locator("button[name=language][value=pl]").first.evaluate("button => button.click()")
    page.wait_for_load_state()
    page.goto(own)
    assert page.locator("html").get_attribute("lang") == "pl"
    look(page, "late-request-phone")
    page.goto(answered_at)
    look(page, "late-answer-phone")
    for place in ("load?department=maintenance", "department/maintenance", "time", "turns", "what-if", ""):
        page.goto(f"{live_server.url}/insight/{place}")
        look(page, f"late-{place.partition('?')[0].replace('/', '-') or 'insight'}-phone")
    context.close()
