"""What is said, on the desk, of when a request will likely be done, and to whom it is not said."""

import re
from datetime import datetime

import pytest
from django.urls import reverse

from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import Learned
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

pytestmark = pytest.mark.django_db

HOUR = 3600.0
SAID = (
    r"Likely done between Fri \d+:\d\d and Fri \d+:\d\d, later than promised, because Workshop promises its part by "
    r"tomorrow 17:00\."
)


def taught(shop: Shop, hours: dict[str, float]) -> None:
    """So long such stays take at these departments, as good as always."""
    Learned.objects.bulk_create(
        Learned(
            provider_id=shop.world.id_of(department),
            cases=100,
            work_seconds=HOUR,
            stay_seconds=[[0.1, 0.98 * stay * HOUR], [0.5, stay * HOUR], [0.9, 1.02 * stay * HOUR]],
            made_at=shop.at,
        )
        for department, stay in hours.items()
    )


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)).strip()


def late_repair(shop: Shop, at: datetime) -> tuple[OpenedRequest, OpenedRequest]:
    """A repair for which Workshop needs four working days; it was promised in sixteen hours."""
    taught(shop, {"care": 2.0, "workshop": 36.0})
    opened = shop.ask_repair(at=at)
    actions.take_request(by=shop.world.ana, at=at, request_id=opened.id)
    asked = shop.ask_workshop(opened.id, at=at)
    actions.rebuild_legs(at=at, request_ids=[opened.id, asked.id])
    return opened, asked


def test_the_page_says_between_when_it_will_likely_be_done_and_because_of_whom(desk: Desk, shop: Shop) -> None:
    opened, _ = late_repair(shop, shop.at)
    said = words(desk.page("ana", opened))
    assert re.search(SAID, said), said[said.find("Likely") :][:200]
    assert "Of ten such requests, eight end in this time." in said


def test_a_request_in_good_time_says_only_when(desk: Desk, shop: Shop) -> None:
    taught(shop, {"care": 2.0})
    opened = shop.ask_repair()
    actions.rebuild_legs(at=shop.at, request_ids=[opened.id])
    said = words(desk.page("ana", opened))
    assert re.search(r"Likely done between today 11:5\d and today 12:0\d\. Of ten", said)


def test_where_nothing_is_known_nothing_is_said(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    said = words(desk.page("ana", opened))
    assert "later than promised" not in said


def test_my_day_says_it_beside_the_department_that_is_waited_for(desk: Desk, shop: Shop) -> None:
    late_repair(shop, shop.at)
    assert actions.foresee_lateness(at=shop.at) == 2
    page = words(desk.of("ana").get(reverse("desk:my_day")).content.decode())
    assert re.search(
        r"It will likely be late by \d+ h( \d+ min)? of working time, because Workshop promises its part by ", page
    )


def test_the_customer_reads_nothing_of_it(desk: Desk, shop: Shop) -> None:
    opened, _ = late_repair(shop, shop.at)
    actions.foresee_lateness(at=shop.at)
    page = words(desk.of_customer("zofia").get(reverse("portal:status", args=[opened.reference])).content.decode())
    assert "Workshop" not in page
    assert "likely" not in page.lower()
