"""An owner lets mail be counted, brings a server's log, sees the lines, and forbids it again: nothing is left.

With CLIENTELA_SCREENSHOTS set to a folder, it leaves its pictures there.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.network import actions
from clientela.network.models import MailTrace, MailWeek
from tests.contexts.network.mails import House, hire_house, postfix_of
from tests.journeys.conftest import CARMENS
from tests.journeys.test_map_pages import look
from tests.maps.stored import store_small_map
from tests.shop import Shop

WIDTHS = (390, 1440)

pytestmark = CARMENS


def log_of(house: House, *, until: datetime) -> str:
    """Four weeks of a Postfix: six of Care ask six of IT, and seven strangers ask Care, both in the third."""
    first = until - timedelta(weeks=4)
    mails = [(first, "a@else.test", "b@else.test")]
    monday = (until - timedelta(days=14 + until.weekday())).replace(hour=9, minute=0)
    for number in range(6):
        at, one, other = monday + timedelta(minutes=number), house["care"][number], house["it"][number]
        mails += [(at, one, other), (at + timedelta(hours=1), other, one)]
    mails += [
        (monday + timedelta(hours=2, minutes=number), f"s{number}@far.test", house["care"][number % 6])
        for number in range(7)
    ]
    mails.append((until - timedelta(hours=1), "a@else.test", "b@else.test"))
    return postfix_of("heading\n" + "\n".join(f"{at.isoformat()},{one},{other},x" for at, one, other in mails))


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page on a phone and on a desk."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} {width}: {what}" for what in look(page, f"mail-{name}-{width}-{translation.get_language()}")]
    return found


@pytest.mark.parametrize("language", ["pl", "es"])
def test_mail_is_allowed_counted_from_a_log_drawn_and_forgotten(
    page: Page, live_server: LiveServer, shop: Shop, files: Path, tmp_path: Path
) -> None:
    now = datetime.now(tz=UTC)
    store_small_map(at=now, weeks=9)
    house = hire_house(shop.world)
    log = tmp_path / "mail.log"
    log.write_text(log_of(house, until=now), encoding="utf-8")
    wrong: list[str] = []
    home, picture = live_server.url + reverse("map:mail"), live_server.url + reverse("map:map")
    page.goto(home)
    wrong += looked_at(page, "off")
    page.locator(f'form[action="{reverse("map:allow_mail")}"] button').click()
    expect(page.locator('input[type="file"]')).to_be_attached()
    wrong += looked_at(page, "on")
    page.locator('input[type="file"]').set_input_files(str(log))
    page.locator('form[enctype="multipart/form-data"] button[type="submit"]').click()
    expect(page.locator("main")).to_contain_text("Postfix")
    expect(page.locator('input[type="date"]')).to_have_value(now.date().isoformat())
    expect(page.locator("main select")).to_have_count(0)
    assert "@" not in page.locator("main").inner_text()
    wrong += looked_at(page, "draft")
    number = MailTrace.objects.get().pk
    page.locator(f'form[action="{reverse("map:count_mail_trace", args=[number])}"] button[type="submit"]').click()
    expect(page.locator("progress")).to_be_visible()
    wrong += looked_at(page, "waiting")
    actions.run_mail_trace(at=now, trace_id=number, now=lambda: now)
    page.goto(live_server.url + reverse("map:mail_trace", args=[number]))
    expect(page.locator("#found-t")).to_contain_text("13")
    wrong += looked_at(page, "done")
    page.goto(home)
    expect(page.locator("main tbody tr")).to_have_count(2)
    wrong += looked_at(page, "counted")

    # Everybody sees it on the map: the line inside and the customers outside, drawn like other customers.
    page.goto(picture + "?all=1")
    others = gettext("Others outside")
    expect(page.locator("#map-frame svg")).to_contain_text(others)
    expect(page.locator(f'main a[href="{reverse("map:mail")}"]').first).to_be_visible()
    wrong += looked_at(page, "map")
    page.goto(live_server.url + reverse("map:edge", args=["care", "outside"]))
    expect(page.locator("h1")).to_contain_text(others)
    wrong += looked_at(page, "edge")

    wrong += looked_at_the_end(page, live_server.url)
    assert (MailTrace.objects.count(), MailWeek.objects.count()) == (0, 0)
    assert [path for path in files.rglob("*") if path.is_file()] == []
    page.goto(picture + "?all=1")
    expect(page.locator("#map-frame svg")).not_to_contain_text(others)
    expect(page.locator(f'main a[href="{reverse("map:mail")}"]')).to_have_count(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(fact::text, ' ') FROM kernel_fact AS fact WHERE verb LIKE 'mail%'")
        assert "@" not in str(cursor.fetchone())
    assert wrong == []


def looked_at_the_end(page: Page, url: str) -> list[str]:
    """Forbid it again; return what is wrong with the page that asks whether to."""
    page.goto(url + reverse("map:end_mail"))
    wrong = looked_at(page, "end")
    page.locator("main form button").click()
    expect(page).to_have_url(url + reverse("map:mail"))
    return wrong
