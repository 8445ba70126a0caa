"""`clientela recompute`, through the front door of the terminal."""

import json

import pytest
import time_machine
from typer.testing import CliRunner, Result

from clientela.command.recompute import app
from clientela.promises.models import Clock
from clientela.requests import actions
from clientela.requests.models import Leg
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def run(shop: Shop, *words: str, hours: float = 1) -> Result:
    with time_machine.travel(shop.after(hours), tick=False):
        return CliRunner().invoke(app, list(words))


@pytest.fixture
def shop(world: object) -> Shop:
    return Shop(world)  # type: ignore[arg-type]  # the fixture's cast


def test_a_check_names_what_differs_changes_nothing_and_ends_with_one(shop: Shop) -> None:
    opened = shop.ask_repair()
    clock = Clock.objects.get(subject=f"request:{opened.id}", kind="resolution")
    Clock.objects.filter(pk=clock.pk).update(due_at=shop.at)
    result = run(shop, "--check")
    assert result.exit_code == 1
    assert result.stdout == (
        f"Clocks: 2 computed, 0 of them one by one; 1 differ: {clock.pk}.\n"
        f"Legs: 1 of 1 requests computed; those of 1 requests differ: {opened.id}.\n"
    )
    assert Clock.objects.get(pk=clock.pk).due_at == shop.at
    assert not Leg.objects.exists()


def test_it_puts_right_what_differs_and_then_nothing_differs(shop: Shop) -> None:
    opened = shop.ask_repair()
    before = Clock.objects.get(kind="resolution").due_at
    Clock.objects.filter(kind="resolution").update(due_at=shop.at)
    result = run(shop)
    assert result.exit_code == 0
    assert "1 differed and were put right" in result.stdout
    assert Clock.objects.get(kind="resolution").due_at == before
    assert Leg.objects.get(request=opened.id).started_at == shop.at
    again = run(shop, "--check")
    assert again.exit_code == 0
    assert again.stdout == (
        "Clocks: 2 computed, 0 of them one by one; 0 differ.\n"
        "Legs: 1 of 1 requests computed; those of 0 requests differ.\n"
    )


def test_as_json_for_machines(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.rebuild_legs(at=shop.at)
    result = run(shop, "--check", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "at": "2026-11-23T09:00:00+00:00",
        "is_check": True,
        "clocks": 2,
        "clocks_one_by_one": 0,
        "clocks_before_a_notice": 0,
        "different_clock_ids": [],
        "requests": 1,
        "legs": 1,
        "different_leg_request_ids": [],
    }
    Leg.objects.all().delete()
    told = json.loads(run(shop, "--check", "--json").stdout)
    assert told["different_leg_request_ids"] == [opened.id]


def test_a_check_leaves_due_notices_to_the_sweep_and_says_so_without_it_gives_them(shop: Shop) -> None:
    shop.ask_repair()
    actions.rebuild_legs(at=shop.at)
    result = run(shop, "--check", hours=30)
    assert result.exit_code == 0
    assert "2 wait for a notice that the next sweep gives; they are left to it.\n" in result.stdout
    assert "wait for a notice" not in run(shop, hours=30).stdout
    assert Clock.objects.filter(broken_at__isnull=False).count() == 1
