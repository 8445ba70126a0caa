"""The first service map: who asked whom in the last 30 days, how many, kept in time, how long."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.kernel.policies import HiddenError
from clientela.network.queries import HOUSEHOLDS, ServiceMap, service_map
from clientela.requests import actions as requests
from tests.shop import Shop


def seen(shop: Shop, days: float = 1) -> ServiceMap:
    return service_map(shop.world.tomasz, at=shop.at + timedelta(days=days))


def test_a_customer_sees_no_map(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        service_map(shop.world.zofia, at=shop.at)


def test_without_requests_there_is_nothing_to_draw(shop: Shop) -> None:
    found = seen(shop)
    assert (found.nodes, found.lines) == ((), ())


def test_a_chain_gives_a_line_a_hop_and_teams_count_with_their_department(shop: Shop) -> None:
    opened = shop.ask_repair()
    requests.ask_department(
        by=shop.world.ana,
        at=shop.after(1),
        request_id=opened.id,
        service_version_id=shop.version("pump"),
        title="Pump",
        text="Pump or seal?",
        language="en",
    )
    lines = {(line.provider, line.customer): line for line in seen(shop).lines}
    assert set(lines) == {("care", HOUSEHOLDS), ("workshop", "care")}
    assert lines["care", HOUSEHOLDS].asked == 1
    hops = {node.key: node.hops for node in seen(shop).nodes}
    assert hops == {"care": 1.0, "workshop": 2.0, HOUSEHOLDS: 0.0}


def test_a_broken_promise_makes_a_request_late_and_a_kept_one_does_not(shop: Shop) -> None:
    kept, late = shop.ask_repair(), shop.ask_repair()
    for number, hours in ((kept.id, 1), (late.id, 5)):
        requests.reply_to_customer(
            by=shop.world.ana, at=shop.after(hours), request_id=number, text="Gotowe", language="pl", then="resolve"
        )
    (line,) = seen(shop).lines
    assert (line.asked, line.decided, line.late, line.late_share) == (2, 2, 1, None)
    assert line.median_wait_seconds == 3 * 3600


def test_what_is_older_than_thirty_days_is_left_out(shop: Shop) -> None:
    shop.ask_repair()
    assert len(seen(shop, days=29).lines) == 1
    assert seen(shop, days=30.1).lines == ()


def test_the_number_of_statements_does_not_grow_with_the_requests(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shop.ask_repair()
    seen(shop)
    with django_assert_num_queries(6):
        seen(shop)
    for _more in range(5):
        shop.ask_repair()
    with django_assert_num_queries(6):
        seen(shop)
