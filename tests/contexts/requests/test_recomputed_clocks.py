"""The cached columns of all clocks, computed anew together from their events."""

from datetime import timedelta

import pytest

from clientela.promises import actions as promises
from clientela.promises.models import Clock
from clientela.requests import actions
from clientela.requests.actions.history import write_history
from tests.contexts.requests.test_history import stories
from tests.shop import Shop

pytestmark = pytest.mark.django_db

CACHED = ("due_at", "next_notice_at", "is_open", "kept_at", "broken_at")


def cached() -> dict[int, tuple[object, ...]]:
    return {row[0]: row[1:] for row in Clock.objects.values_list("pk", *CACHED)}


def test_they_are_equal_to_what_the_actions_left_in_every_row(shop: Shop) -> None:
    until = shop.after(400)
    write_history(stories(shop), until=until)
    shop.ask_repair(at=until)
    done: list[tuple[int, int]] = []
    found = promises.recompute_clocks(at=until, is_check=True, on_progress=lambda now, of: done.append((now, of)))
    assert found.looked_at_count == Clock.objects.count() > 25
    assert found.different_ids == ()
    assert 0 < found.rare_count < found.looked_at_count / 2
    assert done[-1][0] == done[-1][1]
    assert {state for _, _, state, _, _ in cached().values()} == {True, False}


def test_what_differs_is_named_and_put_right_but_not_by_a_check(shop: Shop) -> None:
    until = shop.after(400)
    write_history(stories(shop), until=until)
    right = cached()
    ids = sorted(right)
    Clock.objects.filter(pk=ids[0]).update(kept_at=shop.at)
    Clock.objects.filter(pk=ids[1]).update(broken_at=shop.at)
    reopened = Clock.objects.filter(events__kind="reopen").values_list("pk", flat=True)[0]
    Clock.objects.filter(pk=reopened).update(broken_at=shop.at)
    wrong = tuple(sorted({ids[0], ids[1], reopened}))
    assert promises.recompute_clocks(at=until, is_check=True).different_ids == wrong
    assert cached() != right
    assert promises.recompute_clocks(at=until).different_ids == wrong
    assert cached() == right
    assert promises.recompute_clocks(at=until).different_ids == ()


def test_what_waits_for_the_sweep_is_left_to_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    before = cached()
    late = shop.after(30)
    found = promises.recompute_clocks(at=late)
    assert (found.looked_at_count, found.unswept_count, found.different_ids) == (2, 2, ())
    assert cached() == before
    promises.sweep_promises(at=late)
    found = promises.recompute_clocks(at=late)
    assert (found.unswept_count, found.different_ids) == (0, ())
    actions.wait_for_customer(by=shop.world.ana, at=late + timedelta(minutes=1), request_id=opened.id)
    assert promises.recompute_clocks(at=late + timedelta(days=9)).different_ids == ()


def test_in_an_empty_house_there_is_nothing_to_do(shop: Shop) -> None:
    assert promises.recompute_clocks(at=shop.at).looked_at_count == 0
