"""Listening: a bad answer in Polish is understood, followed up, heard with others, and becomes an improvement.

Told on the demonstration: the customer answers on a phone in Polish, a colleague of the warehouse in Madrid reads in
Spanish, the head in Bucharest decides in Romanian, and one in English looks whether what was done before has helped.
With CLIENTELA_SCREENSHOTS set to a folder, it leaves the pictures there.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clientela.catalogue import queries as catalogue
from clientela.command.demonstration.listening.opinions import words
from clientela.command.demonstration.loading import PASSWORD, load_plan
from clientela.command.demonstration.plan import demonstration_plan
from clientela.directory import actions as directory
from clientela.directory import queries as people
from clientela.directory.policies import HOUSE
from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.promises.models import Clock
from clientela.requests import actions as requests
from clientela.voice import jobs
from clientela.voice.models import Evidence, FollowUp, Improvement, Voice
from tests.encoding import needs_encoder
from tests.journeys.conftest import CHROMIUM
from tests.journeys.test_the_main_story import PHONE, WIDE, look

ADDRESS = "halina.zawada@poczta.example"
SAID = "Dostawcy zostawili lodówkę przed blokiem i odjechali, chociaż wniesienie na trzecie piętro było zapłacone."
DONE_BEFORE = "Every box is checked against its list"
TOLD = {
    "pl": "Od dziś kierowca dzwoni z dołu i wnosi sprzęt pod drzwi. Kto za to zapłacił, podpisuje odbiór w mieszkaniu.",
    "ro": "De azi șoferul sună de jos și urcă aparatul până la ușă. Cine a plătit semnează de primire acasă.",
    "es": "Desde hoy el conductor llama desde abajo y sube el aparato hasta la puerta. La firma se hace en casa.",
}

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    needs_encoder,
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def _house(transactional_db: None, live_server: LiveServer) -> Iterator[None]:
    with override_settings(PUBLIC_URL=live_server.url):
        load_plan(demonstration_plan(until=now().replace(microsecond=0), requests=3000), told=lambda _what: None)
        yield


def understand() -> None:
    """What the worker does every minute and every night: read what waits, and put together who said the same."""
    while jobs.read_what_was_said():
        pass
    jobs.group_who_said_the_same()


def come_in(context: BrowserContext, live_server: LiveServer, name: str) -> Page:
    page = context.new_page()
    page.goto(f"{live_server.url}/login")
    page.fill("input[name=username]", f"{name}@clientela.test")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/desk/")
    return page


def press(page: Page, selector: str) -> None:
    """Send a form by its own button, as a person finds it."""
    with page.expect_navigation():
        page.locator(f"{selector} button[type=submit], {selector} button:not([type])").last.click()
    page.wait_for_load_state()


def words_on(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def deliver_to_halina() -> int:
    """A new customer in Warsaw has a refrigerator delivered; return her id."""
    at = now()
    halina = directory.register_person(
        by=HOUSE,
        at=at,
        name="Halina Zawada",
        short_name="Halina",
        language="pl",
        zone="Europe/Warsaw",
        place="Warszawa",
        emails=[ADDRESS],
    )
    service = catalogue.service_seen(key="warehouse-delivery", language="pl")
    opened = requests.open_request(
        by=HOUSE,
        at=at,
        service_version_id=service.version_id,
        customer_id=halina,
        asker_id=halina,
        channel="desk",
        title="Dostawa lodówki na trzecie piętro",
        text="Proszę o dostawę lodówki z wniesieniem na trzecie piętro.",
        language="pl",
    )
    robert = next(one.id for one in people.colleagues_of(_warehouse(), at) if one.name == "Robert Kubiak")
    requests.reply_to_customer(
        by=people.viewer_of(robert, at=at),
        at=at,
        request_id=opened.id,
        text="Lodówka dostarczona. Dziękujemy.",
        language="pl",
        then="resolve",
    )
    return halina


def _warehouse() -> int:
    found = people.department_by_key("warehouse")
    assert found is not None
    return found.id


def answer_badly(chromium: Browser) -> None:
    """The link of the letter, on a phone: one click for the score, a sentence, sent."""
    letter = Letter.objects.get(kind="survey", to_address=ADDRESS)
    context = chromium.new_context(viewport=PHONE, bypass_csp=True, locale="pl")  # type: ignore[arg-type]  # a plain dict will do
    page = context.new_page()
    page.set_content(letter.html)
    page.goto(page.get_by_role("link", name="1", exact=True).get_attribute("href") or "")
    assert page.locator("html").get_attribute("lang") == "pl"
    assert page.locator("#q-score-0").is_checked()
    page.locator("textarea:visible").first.fill(SAID)
    look(page, "listening-answer-phone")
    page.locator("main .c-row button[name=go][value=send]").click()
    page.wait_for_load_state()
    look(page, "listening-thanks-phone")
    context.close()


@pytest.mark.usefixtures("_house")
def test_a_bad_answer_in_polish_becomes_an_improvement_at_the_warehouse(
    chromium: Browser, live_server: LiveServer, work: Callable[[], None]
) -> None:
    halina = deliver_to_halina()
    work()
    answer_badly(chromium)
    work()

    # Nobody had to remember to go back to her: a request with promises stands at the warehouse.
    voice = Voice.objects.get(speaker=halina)
    assert (voice.text, voice.score, voice.provider_id) == (SAID, 1, _warehouse())
    follow_up = FollowUp.objects.get(voice=voice).request
    assert Clock.objects.filter(subject=f"request:{follow_up.pk}").exists()
    understand()

    context = chromium.new_context(viewport=WIDE, bypass_csp=True, locale="es")  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server, "jorge.lozano")
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator(f"a[href*='{follow_up.reference}']").count() > 0
    look(page, "listening-my-day-wide")
    page.goto(f"{live_server.url}/desk/requests/{follow_up.reference}")
    look(page, "listening-follow-up-wide")

    number = _from_the_voice_to_a_proposal(page, live_server, voice)
    context.close()
    _the_head_agrees_and_it_is_done(chromium, live_server, number)

    # Those who said it are told, each in the language in which they read.
    told = Letter.objects.filter(kind="telling")
    assert {letter.language for letter in told} == {"pl", "ro", "es"}
    assert told.get(to_address=ADDRESS).text.count(SAID[:40]) == 1
    assert TOLD["pl"][:40] in told.get(to_address=ADDRESS).text
    _whether_it_helped(chromium, live_server, number)


def _from_the_voice_to_a_proposal(page: Page, live_server: LiveServer, voice: Voice) -> int:
    """Listen shows what she said, how it feels and what it is about; others said the same in other languages."""
    page.goto(f"{live_server.url}/listen/")
    mine = page.locator("li.c-voice", has_text=SAID)
    assert mine.locator(".c-feel").count() == 2, "the feeling and the score"
    assert mine.locator(".c-tag").count() > 0
    look(page, "listening-listen-wide")
    mine.locator("a.c-s").click()
    page.wait_for_load_state()
    assert page.locator("h1").is_visible()
    others = {*words("ro", "curb"), *words("es", "curb")}
    shown = words_on(page)
    assert {line for line in others if line in shown} == others
    look(page, "listening-voice-wide")

    page.locator("a[href*='improvements/new']").first.click()
    page.wait_for_load_state()
    page.fill("[name=title]", "Subir hasta la puerta lo que se pagó")
    page.select_option("[name=department]", str(_warehouse()))
    delivery = page.locator("[name=subject] option").evaluate_all("all => all.map(one => [one.value, one.text])")
    page.select_option("[name=subject]", next(value for value, text in delivery if text == "Entrega"))
    look(page, "listening-new-improvement-wide")
    press(page, "main form")
    number = int(page.url.rstrip("/").rpartition("/")[2])
    assert Evidence.objects.filter(improvement=number).count() == len(others) + 1
    assert Evidence.objects.filter(improvement=number, voice=voice).exists()
    look(page, "listening-proposed-wide")
    return number


def _the_head_agrees_and_it_is_done(chromium: Browser, live_server: LiveServer, number: int) -> None:
    others = Voice.objects.filter(text__in=[*words("ro", "curb"), *words("es", "curb")])
    context = chromium.new_context(viewport=WIDE, bypass_csp=True, locale="ro")  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server, "marian.popa")
    for other in others:
        page.goto(f"{live_server.url}/listen/voices/{other.pk}")
        look(page, f"listening-other-{other.language}-wide")
    page.goto(f"{live_server.url}/listen/improvements/{number}")
    agree = f"form[action$='/improvements/{number}/agree']"
    page.fill(f"{agree} [name=what]", "Șoferul sună de jos, urcă aparatul și cere semnătura la ușă.")
    page.select_option(f"{agree} [name=owner]", label="Robert Kubiak")
    page.fill(f"{agree} [name=due_on]", (now() + timedelta(days=14)).date().isoformat())
    page.fill(f"{agree} [name=expected]", "Nimeni nu mai găsește aparatul în fața blocului.")
    press(page, agree)
    assert Improvement.objects.get(pk=number).state == "agreed"
    look(page, "listening-agreed-wide")
    done = f"form[action$='/improvements/{number}/done']"
    page.fill(f"{done} [name=done_on]", now().date().isoformat())
    press(page, done)
    assert Improvement.objects.get(pk=number).state == "done"
    tell = f"form[action$='/improvements/{number}/tell']"
    for language, said in TOLD.items():
        page.fill(f"{tell} [name={language}]", said)
    press(page, tell)
    look(page, "listening-told-wide")
    context.close()


def _whether_it_helped(chromium: Browser, live_server: LiveServer, number: int) -> None:
    """Of what was done today it is too early to say; of what was done five weeks ago the page says: it helped."""
    context = chromium.new_context(viewport=WIDE, bypass_csp=True, locale="en")  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server, "daniel.okafor")
    page.goto(f"{live_server.url}/listen/improvements/{number}")
    assert "Too early or too few to say." in words_on(page)
    page.goto(f"{live_server.url}/listen/improvements")
    look(page, "listening-improvements-wide")
    page.get_by_role("link", name=DONE_BEFORE).first.click()
    page.wait_for_load_state()
    helped = words_on(page)
    assert "Yes." in helped
    assert re.search(r"\d+ of 100 \(\d+–\d+\), \d+ answers", helped)
    look(page, "listening-helped-wide")
    helped_at = page.url
    context.close()

    context = chromium.new_context(viewport=PHONE, bypass_csp=True, locale="ro")  # type: ignore[arg-type]  # a plain dict will do
    page = come_in(context, live_server, "marian.popa")
    page.goto(helped_at)
    look(page, "listening-helped-phone")
    for place in ("", "mirror/warehouse", "talks", "reviews", "surveys", "parity", "meeting/warehouse"):
        page.goto(f"{live_server.url}/listen/{place}")
        look(page, f"listening-{place.replace('/', '-') or 'home'}-phone")
    context.close()
