"""Where the time went, summed over many requests."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.catalogue import queries as catalogue
from clientela.requests import actions, queries
from clientela.requests.queries import GoneTo, TimeGone
from tests.shop import Shop

pytestmark = pytest.mark.django_db

HOUR = 3600


def told(shop: Shop) -> None:
    """A repair of five hours that waits two for the workshop; one handed on to IT; one that nobody has ended."""
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    child = shop.ask_workshop(opened.id, at=shop.after(2))
    actions.resolve_request(by=shop.world.stefan, at=shop.after(4), request_id=child.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(5), request_id=opened.id)
    other = shop.ask_repair(at=shop.after(168))
    actions.hand_over_request(
        by=shop.world.ana, at=shop.after(169), request_id=other.id, department_id=shop.world.id_of("it"), reason="A PC"
    )
    actions.rebuild_legs(at=shop.after(170))


def gone(shop: Shop, *, who: str = "carmen", service: str = "", departments: tuple[str, ...] = ()) -> TimeGone:
    services = {one.key: one.service_id for one in catalogue.services_in_brief(language="en")}
    return queries.time_gone(
        getattr(shop.world, who),
        department_ids=[shop.world.id_of(key) for key in departments or ("care", "workshop", "it", "maintenance")],
        since=shop.at,
        until=shop.after(200),
        zone="Europe/Bucharest",
        service_id=services[service] if service else None,
    )


def test_every_sum_is_that_of_the_stays_that_ended(shop: Shop) -> None:
    told(shop)
    found = gone(shop)
    care = GoneTo(stays=2, queue_seconds=2 * HOUR, work_seconds=2 * HOUR, department_seconds=2 * HOUR)
    workshop = GoneTo(stays=1, queue_seconds=2 * HOUR)
    assert found.by_department == {shop.care_id: care, shop.world.id_of("workshop"): workshop}
    assert list(found.by_department) == [shop.care_id, shop.world.id_of("workshop")]
    assert found.whole == GoneTo(stays=3, queue_seconds=4 * HOUR, work_seconds=2 * HOUR, department_seconds=2 * HOUR)
    assert found.whole.seconds == 8 * HOUR
    assert sorted(found.by_service.values(), key=lambda one: one.stays) == [workshop, care]
    monday = date(2026, 11, 23)
    assert {week: one.seconds for week, one in found.by_week.items()} == {
        monday: 7 * HOUR,
        monday + timedelta(weeks=1): HOUR,
    }
    assert found.open_stays == 1
    assert [stay.seconds for stay in found.longest] == [5 * HOUR, 2 * HOUR, HOUR]


def test_one_service_or_one_department_is_a_part_of_it(shop: Shop) -> None:
    told(shop)
    assert gone(shop, service="pump").whole == GoneTo(stays=1, queue_seconds=2 * HOUR)
    assert gone(shop, departments=("care",)).whole.stays == 2
    assert gone(shop, departments=("maintenance",)).whole == GoneTo()
    assert gone(shop, departments=("it",)).open_stays == 1


def test_only_requests_that_one_may_read_are_named(shop: Shop) -> None:
    told(shop)
    found = gone(shop, who="stefan")
    assert found.whole.stays == 3
    assert [stay.request.provider.name for stay in found.longest] == ["Workshop"]


def test_the_number_of_questions_depends_on_nothing(shop: Shop) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            gone(shop)
        return len(captured) - 1  # the services, which the caller asks for

    told(shop)
    gone(shop)  # who is looking is read once
    assert statements() == 4
    told(shop)
    assert statements() == 4
