"""Carmen brings an old system's cases in a real browser, says which column is what, and reads what came of them.

With CLIENTELA_SCREENSHOTS set to a folder, it leaves its pictures there.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.impact.actions.case_files import run_case_estimation
from clientela.impact.models import CaseFile
from tests.elsewhere import COLUMNS, cases_from_elsewhere
from tests.journeys.conftest import CARMENS

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SCREENSHOTS = os.environ.get("CLIENTELA_SCREENSHOTS", "")

pytestmark = CARMENS


def look(page: Page, name: str, *, themes: tuple[str, ...] = ("light", "dark")) -> list[str]:
    """Leave a picture where one is wanted; return what is wrong with the page on a desk and on a phone."""
    page.evaluate(AXE)
    wrong: list[str] = []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in themes:
            # Without motion a change of colours is there at once, so that contrast is measured as it stays.
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
            found: list[str] = page.evaluate(
                "axe.run(document).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + n.html.slice(0, 160))))"
            )
            if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
                found.append("wider than the window")
            wrong += [f"{name} {width} {theme}: {one}" for one in found]
            if SCREENSHOTS:
                page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}-{width}-{theme}.png"), full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    return wrong


def work() -> None:
    """Do what the worker does with a file that waits."""
    at = datetime.now(tz=UTC)
    run_case_estimation(at=at, number=CaseFile.objects.get().pk, now=lambda: at)


def choose_columns(page: Page) -> None:
    for role, column in COLUMNS.items():
        page.locator(f'select[name="cases-{role}"]').select_option(column)


def test_cases_are_brought_confirmed_worked_out_read_and_deleted(
    context: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    old = tmp_path / "helpdesk.csv"
    old.write_text(cases_from_elsewhere(), encoding="utf-8")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + reverse("insight:impact"))
    page.get_by_role("link", name="Bring cases from elsewhere").click()
    expect(page.get_by_role("heading", name="No cases from elsewhere yet")).to_be_visible()
    wrong = look(page, "cases-empty")

    page.get_by_label("The cases").set_input_files(old)
    page.get_by_label("What shall it be called?").fill("The old help desk")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", name="The old help desk")).to_be_visible()
    expect(page.get_by_role("cell", name="Maintenance").first).to_be_visible()
    # By keyboard alone: from a choice to the outcomes and on to the button.
    choose_columns(page)
    for name in ("stars", "came_back", "left_us"):
        tick = page.locator(f'input[name="outcomes"][value="{name}"]')
        if not tick.is_checked():
            tick.focus()
            page.keyboard.press("Space")
        expect(tick).to_be_checked()
    page.locator('input[name="worse"][value="left_us"]').check()
    wrong += look(page, "cases-columns")
    page.get_by_role("button", name="Work it out").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("It waits for its turn")).to_be_visible()
    wrong += look(page, "cases-waiting")
    work()
    # The page itself asks every two seconds, and shows the answer when it is there.
    headline = page.get_by_role("heading", name=re.compile("When those in “team” serve one step better, “stars” is"))
    expect(headline).to_be_visible(timeout=15_000)
    expect(
        page.get_by_role("heading", name=re.compile(r"“left_us” is yes for about [\d.]+ fewer of 100 customers"))
    ).to_be_visible()
    expect(page.get_by_text("How busy those in “team” were is measured.").first).to_be_visible()
    wrong += look(page, "cases-answer")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert "came_back,verdict,supported" in Path(download.value.path()).read_text(encoding="utf-8-sig")

    page.goto(live_server.url + reverse("insight:impact"))
    expect(page.get_by_role("link", name="The old help desk")).to_be_visible()
    expect(page.get_by_text("Supported").first).to_be_visible()
    wrong += look(page, "cases-impact")
    page.get_by_role("link", name="The old help desk").click()
    page.get_by_role("link", name="Delete this file").click()
    wrong += look(page, "cases-delete")
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("The file is deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="No cases from elsewhere yet")).to_be_visible()
    assert not CaseFile.objects.exists()
    assert wrong == []
    assert complaints == []


def test_a_broken_line_is_named_and_another_file_helps(
    context: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    lines = cases_from_elsewhere(cases_each=2).splitlines()
    broken = [*lines[:4], lines[4].replace(",12,", ",many,"), *lines[5:]]
    old, mended = tmp_path / "broken.csv", tmp_path / "mended.csv"
    old.write_text("\n".join(broken), encoding="utf-8")
    mended.write_text("\n".join(lines), encoding="utf-8")
    page = context.new_page()
    page.goto(live_server.url + reverse("insight:case_files"))
    page.get_by_label("The cases").set_input_files(old)
    page.get_by_role("button", name="Bring it in").click()
    choose_columns(page)
    page.locator('input[name="outcomes"][value="stars"]').check()
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("It waits for its turn")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="It could not be worked out")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("broken.csv, line 5, column “answers”")).to_be_visible()
    wrong = look(page, "cases-failed")
    page.get_by_role("link", name="Bring another file instead").click()
    wrong += look(page, "cases-part")
    page.get_by_label("The file").set_input_files(mended)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", name="Which column holds what")).to_be_visible()
    expect(page.get_by_text("mended.csv").first).to_be_visible()
    assert wrong == []


@pytest.mark.parametrize("language", ["pl"])
def test_in_another_language_on_a_phone_the_pages_fit_too(
    context: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    old = tmp_path / "zgłoszenia z dawnego systemu obsługi klientów 2023-2024.csv"
    old.write_text(cases_from_elsewhere(cases_each=2), encoding="utf-8")
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(live_server.url + reverse("insight:case_files"))
    page.locator('input[name="cases"]').set_input_files(old)
    wrong = look(page, "cases-empty-pl", themes=("light",))
    page.locator('form:has(input[name="cases"]) button[type=submit]').click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    wrong += look(page, "cases-columns-pl", themes=("light",))
    choose_columns(page)
    page.locator('input[name="outcomes"][value="stars"]').check()
    page.locator('form:has(select[name="cases-period"]) button[type=submit]').click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    work()
    page.reload()
    expect(page.get_by_text("„stars”").first).to_be_visible()
    wrong += look(page, "cases-answer-pl", themes=("light",))
    assert wrong == []
