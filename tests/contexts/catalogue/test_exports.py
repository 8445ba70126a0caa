"""Who should serve whom, as it is handed to analytics: by what is offered, and by what plans take."""

import pytest
from django.db import connection

from clientela.catalogue import exports
from clientela.catalogue.actions import retire_service
from clientela.catalogue.models import Service
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def declared(shop: Shop, key: str) -> list[tuple[int, str, str | None, str]]:
    """The rows of a service: position, provider, customer, how."""
    keys = {shop.world.id_of(one): one for one in ("care", "workshop", "maintenance", "it", "hr")}
    number = Service.objects.get(key=key).pk
    (export,) = [one for one in exports.TABLES if one.table.name == "declared"]
    with connection.cursor() as cursor:
        cursor.execute(export.rows, {"ids": [number], "at": shop.at})
        rows = cursor.fetchall()
    found = [(place, keys[provider], keys.get(customer), how) for _id, _side, place, provider, customer, how in rows]
    return sorted(found)


def touched(*keys: str) -> set[str]:
    """The services whose rows are worked out again after the newest fact about each of these."""
    (export,) = [one for one in exports.TABLES if one.table.name == "declared"]
    ids = [Service.objects.get(key=key).pk for key in keys]
    facts = [facts_about(f"service:{number}", limit=1)[0] for number in ids]
    found = export.touched_by(facts)  # type: ignore[arg-type]  # a fact as it is read has what is asked of it
    return set(Service.objects.filter(pk__in=found).values_list("key", flat=True))


def test_what_a_plan_takes_is_declared_beside_what_is_offered(shop: Shop) -> None:
    assert declared(shop, "pump") == [(0, "workshop", None, "catalogue")]
    shop.let_step_need("repair", "order_part", "pump")
    shop.let_step_need("repair", "mend", "pump")
    assert declared(shop, "pump") == [(0, "workshop", None, "catalogue"), (1, "workshop", "care", "plan")]
    assert touched("repair") == {"repair", "pump"}


def test_a_plan_that_takes_it_no_longer_or_is_no_longer_offered_declares_nothing(shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    shop.let_step_need("repair", "order_part", "")
    assert declared(shop, "pump") == [(0, "workshop", None, "catalogue")]
    assert touched("repair") == {"repair", "pump"}  # so that the row that was there goes
    shop.let_step_need("repair", "order_part", "pump")
    retire_service(by=HOUSE, at=shop.at, key="repair")
    assert declared(shop, "pump") == [(0, "workshop", None, "catalogue")]
