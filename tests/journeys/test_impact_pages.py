"""Impact and the same standard inside and outside, in a real browser: accessible, whole, light and dark."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from clientela.impact.models import Estimation, ParityDrawing, ParityWeek
from clientela.network.rules.waits import bucket_of
from clientela.web.viewer import SESSION_LANGUAGE
from tests.doors.web.insight.test_impact import refused, supported
from tests.doors.web.insight.test_returning import came_back, too_few
from tests.journeys.conftest import CHROMIUM
from tests.shop import Shop

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = os.environ.get("CLIENTELA_PICTURES")  # a folder to keep what was seen

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHROMIUM is None, reason="There is no Chromium on this machine: `make journeys` says how to get it."
    ),
]


def monday() -> date:
    today = datetime.now(tz=UTC).date()
    return today - timedelta(days=today.weekday())


@pytest.fixture
def house(shop: Shop) -> Shop:
    """Twelve weeks of both sides, colleagues behind since six, and one supported and one refused answer."""
    at = datetime.now(tz=UTC)
    ParityDrawing.objects.create(pk=1, drawn_at=at)
    repair = shop.ask_repair(at=at - timedelta(days=9))
    asked = shop.ask_workshop(repair.id, at=at - timedelta(days=9))
    for weeks_ago in range(1, 13):
        for place, provider_id in enumerate((shop.world.care.id, shop.world.workshop.id)):
            for side in ("inside", "outside"):
                is_behind = side == "inside" and weeks_ago <= 6
                ParityWeek.objects.create(
                    week_on=monday() - timedelta(weeks=weeks_ago),
                    provider_id=provider_id,
                    side=side,
                    asked=20 + place,
                    replies_decided=20,
                    replies_kept=18 if side == "outside" else 16,
                    promises_decided=20,
                    promises_kept=10 if is_behind else 18,
                    wait_buckets=[bucket_of(seconds) for seconds in (1800, 7200, 28_800)],
                    wait_counts=[4, 8, 8] if side == "inside" else [8, 10, 2],
                    late_requests=[asked.id] if is_behind and weeks_ago == 2 and place else [],
                    late_seconds=[200_000] if is_behind and weeks_ago == 2 and place else [],
                )
    answers = {"said": supported(shop.world), "clocks": refused(shop.world)}
    outcomes = {"came_back": came_back(shop.world), "left": too_few(shop.world, "left", "no_cases")}
    result = {"since": "2026-05-25", "until": "2026-11-22", "of": answers, "outcomes": outcomes}
    for days in (0, 7):
        done_at = at - timedelta(days=days)
        Estimation.objects.create(asked_at=done_at, state="done", progress=1, finished_at=done_at, result=result)
    return shop


@pytest.fixture
def context(
    request: pytest.FixtureRequest, chromium: Browser, house: Shop, live_server: LiveServer
) -> Iterator[BrowserContext]:
    """Carmen's browser, in the language the test asks for."""
    client = Client()
    client.force_login(house.world.account_of("carmen"))
    session = client.session
    session[SESSION_LANGUAGE] = request.param
    session.save()
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    with override_settings(PUBLIC_URL=live_server.url):
        yield context
    context.close()


@pytest.mark.parametrize(
    ("context", "width", "theme"),
    [("en", 1440, "light"), ("en", 1440, "dark"), ("pl", 390, "light")],
    indirect=["context"],
)
def test_every_page_is_accessible_and_fits(
    context: BrowserContext, live_server: LiveServer, width: int, theme: str
) -> None:
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    wrong: dict[str, list[str]] = {}
    for name in ("impact", "parity"):
        response = page.goto(f"{live_server.url}/insight/{name}")
        assert response is not None
        assert response.status == 200
        page.evaluate(AXE)
        found: list[str] = page.evaluate(
            "axe.run(document).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + n.html.slice(0, 160))))"
        )
        if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
            found.append("wider than the window")
        wrong |= {name: found} if found else {}
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)
    assert wrong == {}
    assert complaints == []
