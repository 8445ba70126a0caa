"""`clientela analytics`, through the front door of the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from typer.testing import CliRunner, Result

from clientela.command.analytics import app
from clientela.kernel.analytics.manifest import only_writer
from clientela.kernel.journal import follow_journal
from clientela.requests.jobs import FOLLOWERS
from tests.following import let_older_transactions_end
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

(LEGS,) = (follower for follower in FOLLOWERS if follower.name == "requests.legs")


@pytest.fixture
def shop(world: object, settings: Any, tmp_path: Path) -> Shop:
    settings.ANALYTICS_FOLDER = tmp_path / "analytics"
    return Shop(world)  # type: ignore[arg-type]  # the fixture's cast


def run(shop: Shop, *words: str) -> Result:
    let_older_transactions_end()
    while follow_journal(LEGS):
        pass
    with time_machine.travel(shop.after(1), tick=False):
        return CliRunner().invoke(app, list(words))


def test_without_a_store_it_says_so_and_ends_with_one(shop: Shop, tmp_path: Path) -> None:
    result = run(shop, "status")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"There is no analytics store in {tmp_path / 'analytics'} yet; the worker makes it." in result.stderr


def test_it_is_written_shown_and_written_anew(shop: Shop) -> None:
    shop.ask_repair()
    result = run(shop, "update")
    assert result.exit_code == 0
    assert result.stdout.startswith("written from nothing: departments, staffing, clocks, services, declared, requests")
    told = json.loads(run(shop, "status", "--json").stdout)
    assert told["unread"] == 0
    rows = {one["name"]: (one["rows"], one["is_current"]) for one in told["tables"]}
    assert rows["requests"] == rows["legs"] == (1, True)
    assert rows["clocks"] == (2, True)
    shop.ask_repair()
    lines = run(shop, "status").stdout.splitlines()
    assert lines[1] == "Facts that it does not know yet: 1."
    assert run(shop, "update").stdout == "facts read: 1; ids read again: 6.\n"
    assert run(shop, "rebuild").exit_code == 0
    told = json.loads(run(shop, "status", "--json").stdout)
    assert {one["name"]: one["rows"] for one in told["tables"]}["requests"] == 2


def test_while_another_writes_it_says_so_and_ends_with_one(shop: Shop, tmp_path: Path) -> None:
    with only_writer(tmp_path / "analytics"):
        result = run(shop, "rebuild")
    assert result.exit_code == 1
    assert "the worker is writing the store at this moment; try again." in result.stderr
