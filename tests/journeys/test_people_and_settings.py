"""The pages of People, Settings and Letters in a real browser: accessible, and whole on a phone and on a desk."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from clientela.directory import actions as directory
from clientela.directory.actions import give_people_file, note_about_customer, set_boundary
from clientela.inbox.actions import quarantine_message, store_raw_message
from clientela.inbox.actions.mailbox_reading import note_trouble
from clientela.inbox.actions.mailboxes import MailboxSettings, define_mailbox
from clientela.kernel.models import Letter
from clientela.kernel.post import hand_over_due_letters
from tests.journeys.conftest import CHROMIUM
from tests.shop import Shop

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PEOPLE_FILE = (
    "department key;department name;person name;email;role\n"
    "finance;Finance;Elena Pop;elena@casa-lavora.test;head\n"
    "finance;;Dan Ene;no address;member\n"
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
    """A house with something on every page; returns the addresses of the pages by name."""
    world = shop.world
    opened = shop.ask_repair(at=shop.at - timedelta(days=3))
    assert world.zofia.person_id is not None
    note_about_customer(
        by=world.ana,
        at=shop.at - timedelta(days=3),
        party_id=world.zofia.person_id,
        kind="need",
        text="Ma małe dziecko, bez pralki jest jej trudno",
        source="her mail of Friday",
        language="pl",
    )
    set_boundary(
        by=world.ana,
        at=shop.at - timedelta(days=3),
        party_id=world.zofia.person_id,
        kind="quiet_hours",
        rule={"from": "18:00", "to": "08:00"},
        source="phone call",
    )
    hand_over_due_letters(at=shop.after(1))
    raw = store_raw_message(at=shop.at, content=b"", envelope_from="a@example.test", envelope_to=[], came_by="smtp")
    quarantine_message(at=shop.at, raw_id=raw, reason="The message is empty.")
    file_id = give_people_file(
        by=world.vera,
        at=shop.at,
        file_name="colleagues.csv",
        content=PEOPLE_FILE.encode(),
        default_zone="Europe/Warsaw",
    )
    directory.close_account(by=world.vera, at=shop.at, person_id=world.id_of("piotr"))
    letter = Letter.objects.get(about__contains=[f"request:{opened.id}"])
    mailbox_id = define_mailbox(
        by=world.vera,
        at=shop.at,
        settings=MailboxSettings(
            address="care@casa-lavora.test", server="imap.casa-lavora.test", port=993, user_name="care", password="x"
        ),
    )
    note_trouble(at=shop.at, mailbox_id=mailbox_id, settings_version=1, trouble="wrong_login", detail="AUTH failed")
    pages = {name: reverse(f"settings:{name}") for name in ("home", "services", "new_service", "calendars")}
    pages |= {name: reverse(f"settings:{name}") for name in ("new_calendar", "terms", "departments", "accounts")}
    pages |= {name: reverse(f"settings:{name}") for name in ("new_department", "mail", "letters", "new_terms")}
    return pages | {
        "people": reverse("directory:people"),
        "customers": reverse("directory:people") + "?among=customers",
        "tree": reverse("directory:people") + "?among=departments",
        "nobody": reverse("directory:people") + "?q=Xyzzy",
        "zofia": reverse("directory:person", args=[world.zofia.person_id]),
        "ana": reverse("directory:person", args=[world.id_of("ana")]),
        "delta": reverse("directory:organisation", args=[world.delta.id]),
        "care": reverse("directory:department", args=[world.care.id]),
        "change": reverse("directory:change", args=[world.zofia.person_id]),
        "import": reverse("directory:import"),
        "preview": reverse("directory:preview", args=[file_id]),
        "service": reverse("settings:service", args=["repair"]),
        "calendar": reverse("settings:calendar", args=["bucharest"]),
        "department": reverse("settings:department", args=[world.workshop.id]),
        "account": reverse("settings:account", args=[world.id_of("ana")]),
        "letter": reverse("settings:letter", args=[letter.pk]),
        "mailboxes": reverse("settings:mailboxes"),
        "new_mailbox": reverse("settings:new_mailbox"),
        "mailbox": reverse("settings:mailbox", args=[mailbox_id]),
    }


@pytest.fixture
def context(chromium: Browser, shop: Shop, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Vera's browser: she is the administrator, and in this story she answers customers too."""
    directory.start_membership(
        by=shop.world.vera,
        at=shop.at,
        person_id=shop.world.id_of("vera"),
        department_id=shop.world.care.id,
        starts_on=date(2024, 1, 1),
    )
    client = Client()
    client.force_login(shop.world.account_of("vera"))
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    with override_settings(PUBLIC_URL=live_server.url):
        yield context
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    # The frame of a letter is a world of its own, which axe could not look into.
    found: list[str] = page.evaluate(
        "axe.run(document, {iframes: false})"
        ".then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.html.slice(0, 160))))"
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
