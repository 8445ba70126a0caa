"""Answering a survey in a real browser: accessible, whole on a phone, conditions, rankings and drafts at work."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.voice.actions import ToAsk
from clientela.voice.models import SealedBox, SurveyAnswer, Voice
from clientela.voice.rules.surveys import Page as SurveyPage
from clientela.voice.rules.surveys import Question, QuestionKind, SurveyDefinition
from tests.contexts.voice.surveys.building import EVERY_KIND, PULSE, SHORT, asked, opened
from tests.journeys.conftest import CHROMIUM
from tests.world import World

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = os.environ.get("CLIENTELA_PICTURES", "")  # a folder to keep pictures of the pages in
NPS = Question(
    "nps",
    QuestionKind.SCALE,
    {"en": "How likely are you to recommend us to a friend?"},
    lowest=0,
    highest=10,
    low_labels={"en": "not at all likely"},
    high_labels={"en": "very likely"},
    measure="nps",
)
RELATIONAL = SurveyDefinition({"en": "How are we doing?"}, (SurveyPage("one", (NPS,)), *SHORT.pages))

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def phone(chromium: Browser) -> BrowserContext:
    return chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en")


def token_of(world: World, who: str = "zofia", **more: Any) -> str:
    one = opened(world.care.id, at=now(), **more)
    side = "outside" if who == "zofia" else "inside"
    return asked(one, ToAsk(world.id_of(who), side, supplier_id=world.care.id, language="en"), at=now())[0]


def looked_at(page: Page, name: str) -> None:
    """Nothing wrong for those who don't see it, nothing beyond the edge, every target large enough for a finger."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    page.evaluate(AXE)
    broken = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes[0].html)")
    assert broken == [], name
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, name
    if page.viewport_size is not None and page.viewport_size["width"] > 900:
        return
    small = page.evaluate(
        """() => [...document.querySelectorAll("main .c-scale-one > span, main button:not(.visually-hidden)")]
        .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 43.5)
        .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert small == [], name


def test_the_way_through_on_a_phone(world: World, phone: BrowserContext, live_server: LiveServer) -> None:
    token = token_of(world, definition=RELATIONAL)
    page = phone.new_page()
    page.goto(f"{live_server.url}{reverse('portal:survey', args=[token])}?language=en")
    looked_at(page, "first")
    page.locator("#q-nps-9").check()
    page.get_by_role("button", name="Next").click()
    # A low score brings up the question why, without a journey to another page.
    page.locator("#q-score-1").check()
    page.get_by_label("What should we do better?").fill("Come sooner")
    looked_at(page, "condition")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("What should we do better?").blur()
    assert SurveyAnswer.objects.get().values == {"nps": 9, "score": 2, "why": "Come sooner"}
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    looked_at(page, "review")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    looked_at(page, "thanks")
    assert {(voice.measure, voice.score, voice.text) for voice in Voice.objects.all()} == {
        ("nps", 9, "Come sooner"),
        ("csat", 2, ""),
    }


def test_every_kind_of_question_by_touch_and_keyboard(
    world: World, chromium: Browser, phone: BrowserContext, live_server: LiveServer
) -> None:
    token = token_of(world, definition=EVERY_KIND)
    address = f"{live_server.url}{reverse('portal:survey', args=[token])}?language=en"
    desk = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    desk.goto(address)
    looked_at(desk, "kinds-1440")
    page = phone.new_page()
    page.goto(address)
    page.get_by_role("button", name="C one place up").click()
    page.locator("[name='q.order']").first.wait_for(state="attached")
    assert page.locator(".c-ranking-words").all_inner_texts() == ["A", "C", "B"]
    looked_at(page, "kinds-390")
    # By keyboard: the numbers are one group, arrows choose among them.
    page.locator("#q-score-0").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert SurveyAnswer.objects.get().values == {"score": 2, "order": ["a", "c", "b"]}


def test_an_anonymous_answer_stays_in_the_browser_until_it_is_sent(
    world: World, phone: BrowserContext, live_server: LiveServer
) -> None:
    token = token_of(world, "ana", definition=PULSE, is_anonymous=True)
    address = f"{live_server.url}{reverse('portal:survey', args=[token])}?language=en"
    page = phone.new_page()
    page.goto(address)
    looked_at(page, "anonymous")
    page.locator("#q-score-3").check()
    page.get_by_label("Anything else?").fill("More light")
    page.goto(address)
    assert page.get_by_label("Anything else?").input_value() == "More light"
    assert page.locator("#q-score-3").is_checked()
    assert SealedBox.objects.count() == 0
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_text("They are in the sealed box now.").wait_for()
    looked_at(page, "anonymous-thanks")
    page.wait_for_function("Object.keys(localStorage).filter(key => key.includes('survey-')).length === 0")
    assert SealedBox.objects.count() == 1


def test_the_click_in_the_letter_saves_the_score_once_a_person_is_there(
    world: World, phone: BrowserContext, live_server: LiveServer
) -> None:
    with override_settings(PUBLIC_URL=live_server.url):
        token_of(world, definition=RELATIONAL)
    letter = Letter.objects.get(kind="survey")
    page = phone.new_page()
    page.set_content(letter.html)
    looked_at_letter(page, "letter")
    page.goto(page.get_by_role("link", name="9", exact=True).get_attribute("href") or "")
    assert page.locator("#q-nps-9").is_checked()
    assert SurveyAnswer.objects.count() == 0


def looked_at_letter(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
