"""A survey made without a mouse, and with one: the focus goes on where the work is, and nothing is done twice."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clientela.voice.rules.surveys import SurveyDefinition
from tests.contexts.voice.making.samples import EVERYTHING, TEN, answer_all, drafted, published
from tests.journeys.conftest import CHROMIUM
from tests.world import World

IS_FOCUSED = """then => {
    const at = document.activeElement;
    return `${at.closest('.c-question')?.id} ${at.innerText.trim().replace(/\\s+/g, ' ')}` === then;
}"""

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture(autouse=True)
def _plain_static_files() -> Iterator[None]:
    with override_settings(
        STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    ):
        yield


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[Page]:
    """A page of the owner's browser."""
    client = Client()
    client.force_login(world.account_of("carmen"), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["language"] = "en"
    session.save()
    opened: BrowserContext = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    opened.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    opened.set_default_timeout(10_000)
    page = opened.new_page()
    yield page
    page.wait_for_load_state("networkidle")  # no answer is under way when the database is emptied
    opened.close()


@pytest.mark.parametrize("is_by_mouse", [True, False])
def test_after_a_question_is_kept_one_is_still_at_it_and_hears_that_it_is_kept(
    world: World, page: Page, *, is_by_mouse: bool
) -> None:
    page.goto(reverse("listen:survey_questions", args=[drafted(world)]))
    page.locator("#add-text").focus()
    page.keyboard.press("Enter")
    words = page.locator(".c-question-form [name=title_en]")
    words.fill("Anything else?")
    keep = page.get_by_role("button", name="Keep this question")
    if is_by_mouse:
        keep.click()
    else:
        keep.focus()
        page.keyboard.press("Enter")
    page.get_by_role("heading", name="Anything else?").wait_for()
    page.get_by_role("status").get_by_text("Kept.").wait_for()
    assert page.locator(".c-toast").count() == 1
    # Its name in files comes from its first words, so nothing of the old part is left to go on in.
    page.wait_for_function(IS_FOCUSED, arg="q-anything_else Keep this question")


def test_what_is_wrong_in_a_question_is_read_first(world: World, page: Page) -> None:
    page.goto(reverse("listen:survey_questions", args=[drafted(world)]) + "?open=why")
    page.locator("[name=if_question_0]").select_option(index=1)
    page.locator("[name=if_value_0]").fill("x")
    page.get_by_role("button", name="Keep this question").click()
    page.locator("[data-error-summary]").wait_for()
    page.wait_for_function("() => document.activeElement.matches('[data-error-summary]')")
    assert page.get_by_text("Kept.").count() == 0


@pytest.mark.parametrize("act", ["up", "down", "duplicate", "split", "remove"])
def test_a_mouse_leaves_the_focus_in_the_list_too(world: World, page: Page, act: str) -> None:
    page.goto(reverse("listen:survey_questions", args=[drafted(world)]))
    before = page.locator(".c-questions").inner_html()
    page.locator(".c-question").nth(1).locator(f"button[value={act}]").click()
    page.wait_for_function("before => document.querySelector('.c-questions').innerHTML !== before", arg=before)
    page.wait_for_function("() => document.activeElement.closest('#builder') !== null")


def test_by_keyboard_the_neighbour_of_what_was_taken_out_is_next_but_not_its_removal(world: World, page: Page) -> None:
    page.goto(reverse("listen:survey_questions", args=[drafted(world)]))
    for place, then in ((1, "q-again Change 2"), (1, "q-how Change 1")):
        page.locator(".c-question").nth(place).locator("button[value=remove]").focus()
        page.keyboard.press("Enter")
        page.wait_for_function(IS_FOCUSED, arg=then)


def test_what_is_said_again_stands_there_once(world: World, page: Page) -> None:
    page.goto(reverse("listen:survey_questions", args=[drafted(world)]) + "?open=why")
    for _time in range(3):
        with page.expect_response(lambda answer: answer.request.method == "GET" and "open=why" in answer.url):
            page.get_by_role("button", name="Keep this question").click()
        page.wait_for_timeout(200)  # the part is settled
    assert page.locator(".c-toast").all_inner_texts() == ["Kept."]


@pytest.mark.parametrize("name", ["survey_questions", "survey_preview", "survey_results"])
def test_a_survey_without_questions_leaves_out_no_level_of_headings(world: World, page: Page, name: str) -> None:
    page.goto(reverse(f"listen:{name}", args=[drafted(world, SurveyDefinition({"en": "Empty"}, ()))]))
    levels = page.locator("main :is(h1, h2, h3, h4)").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_on_paper_each_question_stands_whole_and_what_was_chosen_is_said(world: World, page: Page) -> None:
    key = published(world, EVERYTHING)
    answer_all(key, TEN, at=world.at - timedelta(days=1), supplier_id=world.care.id)
    page.goto(reverse("listen:survey_results", args=[key]) + "?round=1")
    said = page.locator(".c-only-printed")
    assert not said.is_visible()
    page.emulate_media(media="print")
    assert said.inner_text().startswith("Round 1")
    assert not page.get_by_text("Take it out:").is_visible()
    questions = page.locator(".c-results section:has(> .h3)")
    assert questions.count() == len(EVERYTHING.questions)
    kept = "all => [...new Set(all.map(one => getComputedStyle(one).breakInside))]"
    assert questions.evaluate_all(kept) == ["avoid"]
    # Bars of one table are measured by one rule: each is as long as the others, whatever is written beside it.
    widths = "all => new Set(all.map(one => Math.round(one.getBoundingClientRect().width))).size"
    assert questions.first.locator("td svg.c-bars").evaluate_all(widths) == 1
