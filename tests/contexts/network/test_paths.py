"""Everything that stands behind a service: which departments its cases pass, and who may open which request."""

from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.network.models import HopWeek
from clientela.network.queries.lateness import span_counted
from clientela.network.queries.paths import ServicePaths, service_paths, services_asked
from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from tests.contexts.network.late_repairs import WEEK_AGO, counted, late_repair, quick_repair, staffed
from tests.shop import Shop

HOUR = 3600


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Departments with five people and more."""
    return staffed(shop)


def seen(shop: Shop, by: Viewer | None = None, key: str = "repair") -> ServicePaths:
    counted(shop)
    return service_paths(by or shop.world.tomasz, key, span_counted(at=shop.at, weeks=26), language="en")


def steps(found: ServicePaths) -> dict[tuple[str, str], object]:
    keys = {number: card.key for number, card in found.departments.items()}
    return {
        (keys[step.provider_id], keys.get(step.customer_id or 0, "outside")): (step.depth, step.cases, step.requests)
        for step in found.steps
    }


def ask_maintenance(shop: Shop, pump: OpenedRequest, *, hour: float) -> OpenedRequest:
    return actions.ask_department(
        by=shop.world.stefan,
        at=shop.after(hour),
        request_id=pump.id,
        service_version_id=shop.version("bench"),
        title="The bench",
        text="It does not start.",
        language="en",
    )


def test_a_customer_and_a_service_that_is_none_get_nothing(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        service_paths(shop.world.zofia, "repair", span_counted(at=shop.at, weeks=26), language="en")
    with pytest.raises(HiddenError):
        services_asked(shop.world.zofia, span_counted(at=shop.at, weeks=26), language="en")
    with pytest.raises(HiddenError):
        service_paths(shop.world.tomasz, "nothing", span_counted(at=shop.at, weeks=26), language="en")


def test_a_service_that_nobody_asked_for_has_nothing_behind_it(shop: Shop) -> None:
    found = seen(shop, key="purchase")
    assert (found.cases, found.steps, found.segment, found.behind) == (0, (), "", 0)


def test_every_department_is_found_to_any_depth(shop: Shop) -> None:
    repair = shop.ask_repair(at=shop.after(WEEK_AGO))
    actions.take_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 1), request_id=repair.id)
    pump = shop.ask_workshop(repair.id, at=shop.after(WEEK_AGO + 2))
    bench = ask_maintenance(shop, pump, hour=WEEK_AGO + 3)
    actions.resolve_request(by=shop.world.tomasz, at=shop.after(WEEK_AGO + 4), request_id=bench.id)
    actions.resolve_request(by=shop.world.stefan, at=shop.after(WEEK_AGO + 5), request_id=pump.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 6), request_id=repair.id)
    quick_repair(shop)
    found = seen(shop)
    assert steps(found) == {
        ("care", "outside"): (1, 2, 2),
        ("workshop", "care"): (2, 1, 1),
        ("maintenance", "workshop"): (3, 1, 1),
    }
    assert (found.cases, found.behind, found.segment) == (2, 2, "households")


def test_each_step_says_how_many_pass_how_long_half_take_and_how_many_are_late(shop: Shop) -> None:
    for week in range(1, 6):
        late_repair(shop, from_hour=week * WEEK_AGO)
    for day in range(3):
        quick_repair(shop, from_hour=WEEK_AGO + 24 * day)
    care, workshop = seen(shop).steps
    assert (care.cases, care.requests, care.decided, care.late) == (8, 8, 8, 5)
    assert (workshop.cases, workshop.requests, workshop.decided, workshop.late) == (5, 5, 5, 5)
    assert (care.wait_seconds, workshop.wait_seconds) == (101_760, 82_560)  # the middle of a bucket: 28 and 23 hours
    assert workshop.share is not None
    assert workshop.share.share == 5 / 8
    assert workshop.late_share is not None
    assert workshop.late_share.share == 1


def test_four_are_too_few_to_say(shop: Shop) -> None:
    for week in range(1, 5):
        late_repair(shop, from_hour=week * WEEK_AGO)
    care, workshop = seen(shop).steps
    for step in (care, workshop):
        assert (step.cases, step.share, step.wait_seconds, step.late_share) == (4, None, None, None)


def test_late_requests_are_named_to_those_who_may_read_them_and_to_nobody_else(shop: Shop) -> None:
    repair, _pump = late_repair(shop)
    named = seen(shop, by=shop.world.ana).late_requests
    assert [one.reference for one in named] == [repair.reference]
    for stranger in (shop.world.tomasz, shop.world.vera):
        assert seen(shop, by=stranger).late_requests == ()
        assert seen(shop, by=stranger).late == 1


def test_the_services_asked_for_come_with_the_most_asked_first(shop: Shop) -> None:
    late_repair(shop)
    counted(shop)
    assert [one.key for one in services_asked(shop.world.ana, span_counted(at=shop.at, weeks=26), language="en")] == [
        "repair"
    ]


def test_the_number_of_statements_does_not_grow_with_the_cases(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    late_repair(shop)
    seen(shop)
    viewer = shop.world.ana
    with django_assert_num_queries(10):
        service_paths(viewer, "repair", span_counted(at=shop.at, weeks=26), language="en")
    for week in range(2, 6):
        late_repair(shop, from_hour=week * WEEK_AGO)
    seen(shop)
    with django_assert_num_queries(10):
        service_paths(viewer, "repair", span_counted(at=shop.at, weeks=26), language="en")


def test_what_should_stand_behind_it_is_told_beside_what_did(shop: Shop) -> None:
    late_repair(shop)
    assert seen(shop).planned == ()
    shop.let_step_need("repair", "order_part", "pump")
    shop.let_step_need("repair", "mend", "laptop")
    found = seen(shop)
    keys = {number: card.key for number, card in found.departments.items()}
    assert [(keys[one.provider_id], keys[one.customer_id], one.words, one.cases) for one in found.planned] == [
        ("workshop", "care", "Repair of an appliance: Order the part", 1),
        ("it", "care", "Repair of an appliance: The appliance is mended", 0),
    ]
    assert seen(shop, key="purchase").planned == ()


def test_of_a_department_that_is_newer_than_the_counting_nothing_is_said_beside_a_plan(shop: Shop) -> None:
    late_repair(shop)
    shop.let_step_need("repair", "order_part", "pump")
    span = seen(shop).span
    known = {number: group for number, group in span.groups.items() if number != shop.world.care.id}
    (planned,) = service_paths(shop.world.ana, "repair", replace(span, groups=known), language="en").planned
    assert planned.cases is None


def test_of_two_depths_that_are_equally_usual_the_one_nearer_to_the_customer_is_told(shop: Shop) -> None:
    late_repair(shop)
    span = seen(shop).span
    HopWeek.objects.filter(customer=shop.world.care.id).update(depths=[2, 3], depth_counts=[1, 1])
    found = service_paths(shop.world.ana, "repair", span, language="en")
    assert [step.depth for step in found.steps] == [1, 2]
