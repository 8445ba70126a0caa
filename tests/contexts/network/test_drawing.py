"""The weeks of the map follow the analytics store, and only those that changed are replaced."""

from datetime import timedelta
from pathlib import Path

import pytest

from clientela.kernel.journal import thing
from clientela.network.actions import draw_map
from clientela.network.models import EdgeWeek, MapDrawing
from clientela.network.queries.service_map import HOUSEHOLDS, service_map
from clientela.network.rules import bucket_of
from clientela.requests import actions as requests
from clientela.voice.models import Voice
from tests.contexts.kernel.analytics.stores import catch_up
from tests.contexts.network.weeks import THIS_WEEK, edge_week
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)


def keys() -> dict[int, tuple[str, str, int]]:
    rows = EdgeWeek.objects.order_by("pk").values_list("pk", "provider__key", "customer__key", "segment", "asked")
    return {pk: (provider, customer or segment, asked) for pk, provider, customer, segment, asked in rows}


def test_without_a_store_there_is_nothing_to_draw(shop: Shop, tmp_path: Path) -> None:
    assert draw_map(at=shop.at, folder=tmp_path) == 0
    assert not MapDrawing.objects.exists()


def test_what_people_did_is_on_the_map(shop: Shop, tmp_path: Path) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id, at=shop.after(1))
    kept = shop.ask_repair()
    requests.reply_to_customer(
        by=shop.world.ana, at=shop.after(1), request_id=kept.id, text="Gotowe", language="pl", then="resolve"
    )
    Voice.objects.create(
        kind="rating",
        source="rating:1",
        side="outside",
        provider_id=shop.care_id,
        about=thing("request", kept.id),
        measure="csat",
        score=5,
        language="pl",
        said_at=shop.after(2),
        heard_at=shop.after(2),
    )
    catch_up(tmp_path, at=shop.after(3))
    assert draw_map(at=shop.after(3), folder=tmp_path) == 1
    care = EdgeWeek.objects.get(provider=shop.care_id)
    assert (care.week_on, care.segment, care.customer_id) == (THIS_WEEK, HOUSEHOLDS, None)
    assert (care.asked, care.decided, care.late, care.done, care.reworked) == (2, 1, 0, 1, 0)
    assert (care.wait_buckets, care.wait_counts) == ([bucket_of(3600)], [1])
    assert (care.scored, care.satisfied) == (1, 1)
    found = service_map(shop.world.ana, at=shop.after(3))
    assert {(edge.provider, edge.customer, edge.asked) for edge in found.edges} == {
        ("care", HOUSEHOLDS, 2),
        ("workshop", "care", 1),
    }
    assert found.drawn_at == shop.after(3)


def test_drawn_again_nothing_is_replaced_and_then_only_the_week_that_changed(shop: Shop, tmp_path: Path) -> None:
    shop.ask_repair(at=shop.at - timedelta(weeks=1))
    later = shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    assert draw_map(at=shop.after(1), folder=tmp_path) == 2
    first = keys()
    assert draw_map(at=shop.after(2), folder=tmp_path) == 0
    assert keys() == first
    assert MapDrawing.objects.get().drawn_at == shop.after(2)
    requests.cancel_request(by=shop.world.ana, at=shop.after(3), request_id=later.id, reason="Not needed any more")
    shop.ask_workshop(shop.ask_repair(at=shop.after(3)).id, at=shop.after(3))
    catch_up(tmp_path, at=shop.after(4))
    assert draw_map(at=shop.after(4), folder=tmp_path) == 1
    after = keys()
    kept = {pk for pk in first if pk in after}
    assert [first[pk] for pk in kept] == [("care", HOUSEHOLDS, 1)]
    assert sorted(told for pk, told in after.items() if pk not in kept) == [
        ("care", HOUSEHOLDS, 1),
        ("workshop", "care", 1),
    ]


def test_a_week_in_which_nothing_is_left_goes(shop: Shop, tmp_path: Path) -> None:
    opened = shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    draw_map(at=shop.after(1), folder=tmp_path)
    requests.cancel_request(by=shop.world.ana, at=shop.after(2), request_id=opened.id, reason="A mistake")
    catch_up(tmp_path, at=shop.after(3))
    assert draw_map(at=shop.after(3), folder=tmp_path) == 1
    assert not EdgeWeek.objects.exists()
    assert MapDrawing.objects.get().seen["weeks"] == {}


def test_a_week_that_only_the_database_has_is_left_alone_until_it_is_computed(shop: Shop, tmp_path: Path) -> None:
    """The cache says what it holds; who empties the drawing has all weeks written anew."""
    shop.ask_repair()
    catch_up(tmp_path, at=shop.after(1))
    draw_map(at=shop.after(1), folder=tmp_path)
    EdgeWeek.objects.update(asked=99)
    edge_week(shop.world, "it", "care", asked=1, weeks_ago=0)
    MapDrawing.objects.all().delete()
    assert draw_map(at=shop.after(2), folder=tmp_path) == 1
    assert list(keys().values()) == [("care", HOUSEHOLDS, 1)]
