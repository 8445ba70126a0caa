"""A service whole, for those who change it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.catalogue.queries.describing import service_described
from clientela.kernel.policies import HiddenError
from tests.shop import REPAIR_FIELDS, REPAIR_PLAN, Shop, shop  # noqa: F401 - the cast at work


def test_it_is_hidden_from_who_may_not_change_it(shop: Shop) -> None:  # noqa: F811 - the fixture
    for viewer in (shop.world.radu, shop.world.ioana, shop.world.zofia, shop.world.carmen):
        with pytest.raises(HiddenError):
            service_described(viewer, "repair")
    with pytest.raises(HiddenError):
        service_described(shop.world.vera, "nothing")


def test_it_is_whole_in_every_language(
    shop: Shop,  # noqa: F811 - the fixture
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    viewer = shop.world.ana
    with django_assert_num_queries(2):
        found = service_described(viewer, "repair")
    assert (found.owner_id, found.terms_key, found.audience, found.takes_mail) == (
        shop.world.care.id,
        "service",
        "both",
        True,
    )
    assert [dict(row) for row in REPAIR_FIELDS] == list(found.fields)
    assert [dict(row) for row in REPAIR_PLAN] == list(found.plan)
    assert found.texts["pl"]["title"] == "Naprawa urządzenia"
    assert service_described(shop.world.vera, "repair") == found
