"""Both sides follow the analytics store, and only the weeks that changed are replaced."""

from datetime import timedelta
from pathlib import Path

import pytest

from clientela.impact.actions.parity import draw_first_parity, draw_parity
from clientela.impact.models import ParityDrawing, ParityWeek
from clientela.requests import actions as requests
from tests.contexts.kernel.analytics.stores import catch_up
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)


def told() -> list[tuple[str, str, int, int, int, list[int]]]:
    rows = ParityWeek.objects.order_by("side", "provider__key")
    return [
        (row.side, row.provider.key, row.asked, row.replies_decided, row.replies_kept, row.late_requests)
        for row in rows.select_related("provider")
    ]


def test_without_a_store_there_is_nothing_to_work_out(shop: Shop, tmp_path: Path) -> None:
    assert draw_first_parity(at=shop.at, folder=tmp_path) == 0
    assert not ParityDrawing.objects.exists()


def test_what_both_sides_asked_stands_in_its_week_and_only_what_changed_is_replaced(shop: Shop, tmp_path: Path) -> None:
    repair = shop.ask_repair()
    shop.ask_workshop(repair.id, at=shop.after(1))
    catch_up(tmp_path, at=shop.after(2))
    assert draw_first_parity(at=shop.after(2), folder=tmp_path) == 1
    assert told() == [("inside", "workshop", 1, 0, 0, []), ("outside", "care", 1, 0, 0, [])]
    before = set(ParityWeek.objects.values_list("pk", flat=True))

    assert draw_parity(at=shop.after(3), folder=tmp_path) == 0  # the store holds what it held
    assert draw_first_parity(at=shop.after(3), folder=tmp_path) == 0
    assert set(ParityWeek.objects.values_list("pk", flat=True)) == before
    assert ParityDrawing.objects.get().drawn_at == shop.after(3)

    requests.reply_to_customer(by=shop.world.ana, at=shop.after(1), request_id=repair.id, text="Gotowe", language="pl")
    catch_up(tmp_path, at=shop.after(4))
    assert draw_parity(at=shop.after(4), folder=tmp_path) == 1
    assert told() == [("inside", "workshop", 1, 0, 0, []), ("outside", "care", 1, 1, 1, [])]
    assert draw_parity(at=shop.after(4) + timedelta(days=1), folder=tmp_path) == 0  # nothing is late, nothing changes
