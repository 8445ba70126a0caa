"""The pages of Listen in a real browser: accessible, whole on a phone and on a desk, and corrected without a reload."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.voice.actions import say_feeling, say_subject
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.improving import agree_improvement, finish_improvement, show_in_public
from clientela.voice.actions.proposing import propose_improvement
from clientela.voice.models import ListeningPolicy, Subject
from clientela.web.viewer import SESSION_LANGUAGE
from tests.journeys.conftest import CHROMIUM
from tests.shop import Shop

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
WORDS = (
    ("pl", "Nikt nie uprzedził o opóźnieniu. Zadzwońcie: 601 234 567.", "negative"),
    ("es", "Me avisaron del retraso antes de que yo llamara. Eso no lo hace nadie.", "positive"),
    ("ro", "Montajul a fost impecabil, dar am așteptat de două ori omul potrivit.", "mixed"),
    ("en", "The engineer came at four.", "neutral"),
)

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


@pytest.fixture
def house(shop: Shop) -> dict[str, str]:
    """Half a year of voices, inside and outside; returns the addresses of the pages by name."""
    world = shop.world
    at = datetime.now(tz=UTC)
    ListeningPolicy.objects.update_or_create(pk=1, defaults={"publishes_what_we_heard": True, "changed_at": at})
    voices = [*_scores(shop, at), *_said(shop, at)]
    ids = hear(at=at, voices=voices, is_told=False)[-2 * len(WORDS) :]
    subjects = [
        Subject.objects.create(key=key, names={"en": name}, made_at=at, changed_at=at)
        for key, name in (("late-told", "told too late"), ("repeating", "repeating oneself"))
    ]
    for place, voice_id in enumerate(ids[:-1]):
        say_feeling(by=world.ana, at=at, voice_id=voice_id, feeling=WORDS[place % len(WORDS)][2])
        say_subject(by=world.ana, at=at, voice_id=voice_id, subject_id=subjects[place % 2].pk)
    number = propose_improvement(
        by=world.ana,
        at=at - timedelta(days=80),
        department_id=world.care.id,
        title="Told before it gets late",
        voice_ids=ids,
    )
    agree_improvement(
        by=world.ana,
        at=at - timedelta(days=70),
        improvement_id=number,
        owner_id=world.id_of("radu"),
        due_on=at.date(),
        what="Care writes before the promise breaks, with the reason and a new time.",
        expected="",
        expected_points=None,
    )
    done_on = (at - timedelta(days=42)).date()
    finish_improvement(
        by=world.ana,
        at=at,
        improvement_id=number,
        done_on=done_on,
        what="Care writes before the promise breaks, with the reason and a new time.",
    )
    show_in_public(by=world.ana, at=at, improvement_id=number, is_public=True)
    return {
        "home": reverse("listen:home"),
        "chosen": reverse("listen:home") + "?side=outside&scores=yes",
        "nothing": reverse("listen:home") + "?words=unicorn",
        "voice": reverse("listen:voice", args=[ids[0]]),
        "unread": reverse("listen:voice", args=[ids[-1]]),
        "mirrors": reverse("listen:mirrors"),
        "mirror": reverse("listen:mirror", args=[world.care.key]),
        "empty_mirror": reverse("listen:mirror", args=[world.hr.key]),
        "parity": reverse("listen:parity"),
        "heard": reverse("listen:public"),
        "improvements": reverse("listen:improvements"),
        "improvement": reverse("listen:improvement", args=[number]),
        "meeting": reverse("listen:meeting", args=[world.care.key]),
        "talks": reverse("listen:talks"),
        "reviews": reverse("listen:reviews"),
        "surveys": reverse("listen:surveys"),
        "subjects": reverse("listen:subjects"),
        "learning": reverse("listen:learning"),
    }


def _scores(shop: Shop, at: datetime) -> Iterator[VoiceToHear]:
    """Care has become better at customers outside, and stayed as it was for colleagues; Workshop is rated by Care."""
    world = shop.world
    number = 0
    for week in range(26):
        good = 8 if week > 6 else 15
        parts: tuple[tuple[int, str, int, int, dict[str, Any]], ...] = (
            (16, "outside", world.care.id, good, {"speaker_id": world.zofia.person_id}),
            (9 if week % 5 else 2, "inside", world.care.id, 6, {"rater_id": world.maintenance.id}),
            (6, "inside", world.workshop.id, 5, {"rater_id": world.care.id}),
            (1, "inside", world.it.id, 1, {"rater_id": world.care.id}),
        )
        for count, side, provider, satisfied, more in parts if week != 12 else ():
            for place in range(count if provider != world.it.id or week < 3 else 0):
                number += 1
                yield VoiceToHear(
                    kind="rating",
                    source=f"rating:{number}",
                    side=side,
                    provider_id=provider,
                    said_at=at - timedelta(weeks=week, hours=place + 8),
                    language="en",
                    measure="csat",
                    score=5 if place < satisfied else 2,
                    text="",
                    **more,
                )


def _said(shop: Shop, at: datetime) -> Iterator[VoiceToHear]:
    world = shop.world
    for place, (language, text, _feeling) in enumerate(WORDS * 2):
        is_inside = place % 4 == 3
        yield VoiceToHear(
            kind="rating",
            source=f"rating:{90_000 + place}",
            side="inside" if is_inside else "outside",
            provider_id=world.care.id,
            speaker_id=None if is_inside else world.zofia.person_id,
            rater_id=world.maintenance.id if is_inside else None,
            said_at=at - timedelta(minutes=10 + place) - timedelta(weeks=8 * (place < len(WORDS))),
            language=language,
            measure="csat",
            score=4,
            text=text,
        )


@pytest.fixture
def context(chromium: Browser, shop: Shop, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Carmen's browser: the owner reads every department."""
    client = Client()
    client.force_login(shop.world.account_of("carmen"))
    session = client.session
    session[SESSION_LANGUAGE] = "en"  # the words below are looked for in English
    session.save()
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    with override_settings(PUBLIC_URL=live_server.url):
        yield context
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(
        "axe.run(document).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160))))"
    )
    return found


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1440, "dark")])
def test_every_page_is_accessible_and_fits(
    context: BrowserContext, live_server: LiveServer, house: dict[str, str], width: int, theme: str
) -> None:
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    wrong: dict[str, list[str]] = {}
    for name, address in house.items():
        response = page.goto(live_server.url + address)
        assert response is not None
        assert (name, response.status) == (name, 200)
        found = violations(page)
        if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
            found.append("wider than the window")
        wrong |= {name: found} if found else {}
    assert wrong == {}
    assert complaints == []


def test_a_voice_is_corrected_and_chosen_without_leaving_the_page(
    context: BrowserContext, live_server: LiveServer, house: dict[str, str]
) -> None:
    page = context.new_page()
    page.goto(live_server.url + house["voice"])
    mixed = page.locator("#feel-mixed")
    mixed.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#feel-mixed")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#feel-mixed")).to_be_focused()
    page.get_by_role("button", name="It is not about told too late").click()
    expect(page.get_by_text("No subject yet.")).to_be_visible()
    expect(page.locator("#subject")).to_be_focused()

    page.goto(live_server.url + house["home"])
    page.get_by_label("Inside or outside").select_option("inside")
    expect(page.locator("#voices-found")).to_have_text("2 voices shown")
    assert page.url.endswith("side=inside") or "side=inside" in page.url
    assert page.locator("#voices-list blockquote[lang=pl]").count() == 0
