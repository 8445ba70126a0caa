"""The side of `map_frames` that draws the pages and looks at them in a browser. No database, no server."""

import json
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from unittest.mock import patch
from urllib.parse import urlsplit

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Route, sync_playwright

from clientela.network.queries.mail_traces import MailCounting
from clientela.web import map as web_map
from clientela.web.map.choosing import chosen_in
from clientela.web.map.showing import map_shown
from clientela.web.map.views import map_context
from tests.doors.web.rendering import Reader, request_of
from tests.maps.frames import quickest_frames_of
from tests.maps.made import large_map

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUSE = "http://clientela.test"
STATIC = Path(web_map.__file__).resolve().parents[1] / "static"
PAGES = {
    "300 teams, the busiest lines": "open=*",
    "300 teams, all 1,334 lines": "open=*&all=1",
}


@dataclass(frozen=True)
class Looker(Reader):
    """A colleague who looks at the map."""

    is_house: bool = False


def page_of(query: str, *, is_part: bool) -> str:
    """The page of the map, or as much of it as its script asks for."""
    chosen = chosen_in(QueryDict(query))
    shown = map_shown(large_map(opened=bool(chosen.opened)), chosen)
    reader = Looker()
    context = map_context(shown, AT) | {"viewer": reader, "csrf_token": "token"}
    return render_to_string(
        "map/map_body.html" if is_part else "map/map.html", context | {"request": request_of(reader)}
    )


def answer(route: Route) -> None:
    """Answer the browser: static files from their folder, everything else with the map."""
    asked = urlsplit(route.request.url)
    if asked.path.startswith("/static/"):
        route.fulfill(path=STATIC / asked.path.removeprefix("/static/"))
    else:
        part = "hx-request" in route.request.headers
        route.fulfill(body=page_of(asked.query, is_part=part), content_type="text/html; charset=utf-8")


def tell() -> None:
    """Write what was measured, as JSON."""
    told = []
    nothing = MailCounting(is_on=False, since=None, first_on=None, last_on=None)  # else the page asks the database
    page_asks = patch("clientela.web.templatetags.clientela.mail_counting", return_value=nothing)
    with translation.override("en"), page_asks, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.route("**/*", answer)
        for title, query in PAGES.items():
            page_of(query, is_part=False)  # fonts and templates are read once
            begun = perf_counter()
            html = page_of(query, is_part=False)
            made_ms = 1000 * (perf_counter() - begun)
            page.goto(f"{HOUSE}/map/?{query}")
            frames = quickest_frames_of(page)
            told.append({"title": title, "made_ms": made_ms, "kilobytes": len(html) / 1000, "frames": frames})
        browser.close()
    json.dump(told, sys.stdout)
