"""An owner brings an event log of sixty teams, says which is which department, and the map follows each answer.

With CLIENTELA_SCREENSHOTS set to a folder, it leaves its pictures there.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from clientela.network import actions
from clientela.network.models import EventLog, LogTeam
from clientela.network.queries import log_edges
from tests.journeys.conftest import CARMENS
from tests.journeys.test_map_pages import look
from tests.shop import Shop

WIDTHS = (390, 1440)
TEAMS = 60

pytestmark = CARMENS


def log_of(*, until: datetime) -> str:
    """Sixty cases: each goes from Care to the Workshop's second line and on to a team of its own."""
    lines = ["Nr sprawy;Czynność;Dział;Data;Godzina"]
    for number in range(TEAMS - 2):
        at = until - timedelta(days=10) + timedelta(minutes=number)
        for step, team in enumerate(("Customer Care", "Workshop 2nd line", f"G{number:02} 2nd")):
            moment = at + timedelta(hours=step)
            lines.append(f"{number};x;{team};{moment:%d.%m.%Y};{moment:%H:%M:%S}")
    return "\n".join(lines)


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page on a phone and on a desk."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} {width}: {what}" for what in look(page, f"logs-{name}-{width}-{translation.get_language()}")]
    return found


def brought(page: Page, base: str, log: Path) -> list[str]:
    """Bring the log in, confirm what was understood, and have it counted; say what is wrong with the pages."""
    now = datetime.now(tz=UTC)
    log.write_text(log_of(until=now), encoding="cp1250")
    page.goto(base + reverse("map:logs"))
    page.locator('input[type="file"]').set_input_files(str(log))
    page.locator('form[enctype="multipart/form-data"] button[type="submit"]').click()
    expect(page.locator('select[name="moment"]')).to_have_value("Data + Godzina")
    wrong = looked_at(page, "draft")
    number = EventLog.objects.get().pk
    page.locator(f'form[action="{reverse("map:log_columns", args=[number])}"] button[type="submit"]').click()
    expect(page.locator("progress")).to_be_visible()
    actions.run_log(at=now, log_id=number, now=lambda: now)
    # The page looks again by itself.
    link = page.locator(f'a[href="{reverse("map:log_teams", args=[number])}"]').first
    expect(link).to_be_visible(timeout=15_000)
    wrong += looked_at(page, "done")
    link.click()
    expect(page.locator("#teams tbody tr")).to_have_count(25)
    return wrong + looked_at(page, "teams")


def said_one_by_one(page: Page, workshop: int) -> list[str]:
    """Write a department, one that is not there, and say "none of ours"; what is decided leaves the list."""
    first, second = (LogTeam.objects.get(name=name).pk for name in ("G00 2nd", "G01 2nd"))
    field = page.locator(f"#team-{first}-department")
    field.fill("Mars")
    field.press("Enter")
    expect(page.locator(f"#team-{first}-error")).to_be_visible()
    wrong = looked_at(page, "refused")
    field.fill("workshop")
    field.press("Enter")
    expect(page.locator(f"#team-{first}")).to_have_count(0)
    page.locator(f'#team-{second} button[value="outside"]').focus()
    page.keyboard.press("Enter")  # the button is gone with its row: a keyboard goes on in the same part of the page
    expect(page.locator(f"#team-{second}")).to_have_count(0)
    expect(page.locator("#teams :focus")).to_have_count(1)
    said = LogTeam.objects.filter(pk__in=[first, second]).order_by("name")
    assert [(team.department_id, team.is_outside) for team in said] == [(workshop, False), (None, True)]
    return wrong


def said_by_table(page: Page, table: Path, address: str) -> list[str]:
    """A table with a wrong line keeps nothing; mended, it decides every team."""
    wrong: list[str] = []
    names = sorted(LogTeam.objects.values_list("name", flat=True))
    rows = [f"{name};{'Customer Care' if name.startswith('Customer') else 'workshop'}" for name in names]
    for last in ("Nobody;workshop", ""):
        table.write_text("\n".join(["team;department", *rows, last]), encoding="utf-8")
        page.locator('input[name="teams"]').set_input_files(str(table))
        page.locator(f'form[action="{address}"] button[type="submit"]').click()
        if last:
            expect(page.locator('[role="alert"] li')).to_have_count(1)
            wrong += looked_at(page, "table")
    expect(page.locator('[role="alert"] li')).to_have_count(0)
    assert not LogTeam.objects.filter(department__isnull=True).exists()
    return wrong + looked_at(page, "matched")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_sixty_teams_become_departments_by_suggestion_by_search_and_by_a_table(
    page: Page, live_server: LiveServer, shop: Shop, tmp_path: Path
) -> None:
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wrong = brought(page, live_server.url, tmp_path / "desk.csv")
    number = EventLog.objects.get().pk

    # Both suggestions by one press: the page stays, and the line of the map is there; the undo takes it away again.
    page.locator('button[value="accept"]').click()
    expect(page.locator('input[name="pair"]')).to_have_count(0)
    assert [(line.provider_id, line.asked) for line in log_edges()] == [(shop.world.workshop.id, TEAMS - 2)]
    wrong += looked_at(page, "accepted")
    page.locator(f'#teams form[action="{reverse("map:undo_match", args=[number])}"] button').click()
    expect(page.locator('input[name="pair"]')).to_have_count(2)
    assert log_edges() == ()

    page.goto(live_server.url + reverse("map:log_teams", args=[number]) + "?show=open&q=G")
    wrong += said_one_by_one(page, shop.world.workshop.id)
    wrong += said_by_table(page, tmp_path / "teams.csv", reverse("map:match_log_file", args=[number]))
    assert wrong == [], "\n".join(wrong)
    assert [told for told in complaints if "422" not in told] == []
