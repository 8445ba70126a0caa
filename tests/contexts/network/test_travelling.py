"""Whose lateness travels: a week of late repairs, worked out by hand."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.kernel.policies import HiddenError
from clientela.network.models import EdgeWeek
from clientela.network.queries.travelling import LatenessTravelled, lateness_travelled
from clientela.requests import actions
from tests.contexts.network.late_repairs import WEEK_AGO, counted, late_repair, quick_repair, staffed
from tests.shop import Shop

HOUR = 3600


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Departments with five people and more."""
    return staffed(shop)


def seen(shop: Shop, **more: float) -> LatenessTravelled:
    counted(shop)
    return lateness_travelled(shop.world.tomasz, at=shop.at, **more)  # type: ignore[arg-type]


def parts(shop: Shop) -> dict[str, tuple[int, int]]:
    found = seen(shop)
    return {
        found.departments[one.provider_id].key: (one.seconds, one.past_own_seconds)
        for one in found.travelled.contributions
    }


def test_a_customer_learns_nothing_of_it(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        lateness_travelled(shop.world.zofia, at=shop.at)


def test_a_house_without_a_past_has_no_lateness(shop: Shop) -> None:
    found = seen(shop)
    assert (found.cases, found.decided, found.late, found.late_share) == (0, 0, 0, None)
    assert (found.travelled.contributions, found.passes, found.reaches) == ((), (), ())


def test_twelve_hours_of_lateness_are_shared_to_the_second(shop: Shop) -> None:
    late_repair(shop)
    found = seen(shop)
    # Of 28 hours Care had it 2 within its promise and 3 past it, Workshop 16 and 7: of 43200 seconds that is 3085.7,
    # 4628.6, 24685.7 and 10800; the two seconds that are left go to the largest remainders.
    assert found.travelled.late_seconds == 12 * HOUR == 43_200
    assert parts(shop) == {"workshop": (24_686 + 10_800, 10_800), "care": (3_086 + 4_628, 4_628)}
    assert (found.cases, found.decided, found.late) == (1, 1, 1)


def test_what_was_kept_in_time_is_counted_and_shares_no_lateness(shop: Shop) -> None:
    for day in range(4):
        quick_repair(shop, from_hour=WEEK_AGO + 24 * day)
    late_repair(shop)
    found = seen(shop)
    assert (found.cases, found.decided, found.late) == (5, 5, 1)
    assert found.late_share is not None
    assert found.late_share.share == 0.2
    assert found.travelled.late_cases == 1


def test_what_is_asked_within_the_house_or_not_ended_is_no_outside_case(shop: Shop) -> None:
    shop.ask_repair(at=shop.after(WEEK_AGO))
    inside = shop.ask_repair(by=shop.world.radu, at=shop.after(WEEK_AGO), customer_id=shop.world.it.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 90), request_id=inside.id)
    assert seen(shop).cases == 0


def test_a_case_reopened_ends_the_last_time_and_one_reopened_since_has_not_ended(shop: Shop) -> None:
    again, since = quick_repair(shop), quick_repair(shop)
    actions.reopen_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 5), request_id=again.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 6), request_id=again.id)
    actions.reopen_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 5), request_id=since.id)
    assert seen(shop).cases == 1


def test_a_team_counts_with_its_department(shop: Shop) -> None:
    repair, _pump = late_repair(shop)
    actions.reopen_request(by=shop.world.ana, at=shop.after(-90), request_id=repair.id)
    pump = shop.ask_workshop(repair.id, at=shop.after(-89))
    actions.hand_over_request(
        by=shop.world.stefan,
        at=shop.after(-70),
        request_id=pump.id,
        department_id=shop.world.workshop_warsaw.id,
        reason="Closer",
    )
    actions.resolve_request(by=shop.world.piotr, at=shop.after(-3), request_id=pump.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(-1), request_id=repair.id)
    assert set(parts(shop)) == {"care", "workshop"}


def test_who_stands_behind_whom_and_who_would_be_missed(shop: Shop) -> None:
    for week in range(1, 4):
        late_repair(shop, from_hour=week * WEEK_AGO)
    for day in range(3):
        quick_repair(shop, from_hour=WEEK_AGO + 24 * day)
    passed = {seen(shop).departments[one.provider_id].key: one for one in seen(shop).passes}
    assert (passed["care"].cases, passed["care"].cut_off_cases, passed["care"].behind_cases) == (6, 6, 0)
    assert passed["care"].stranded == (shop.world.workshop.id,)
    # Three pumps are too few to say whether only Workshop can make them.
    assert (passed["workshop"].cases, passed["workshop"].cut_off_cases, passed["workshop"].behind_cases) == (3, 0, 3)


def test_what_is_indirect_comes_over_the_range_that_was_assumed(shop: Shop) -> None:
    late_repair(shop)
    found = seen(shop, low=0.1, high=0.4)
    reach = {found.departments[one.provider_id].key: one for one in found.reaches}
    assert (reach["care"].direct, reach["care"].low, reach["care"].high) == (1, 1, 1)
    assert (reach["workshop"].direct, reach["workshop"].low, reach["workshop"].high) == (0, 0.1, 0.4)
    assert not found.is_from_map


def test_everything_asked_in_the_weeks_says_who_depends_on_whom_where_the_map_is_drawn(shop: Shop) -> None:
    late_repair(shop)
    world = shop.world
    for provider, customer, times in ((world.workshop, world.care, 3), (world.it, world.care, 1)):
        EdgeWeek.objects.create(
            week_on=date(2026, 11, 16), provider_id=provider.id, customer_id=customer.id, asked=times
        )
    found = seen(shop, low=0, high=0.4)
    reach = {found.departments[one.provider_id].key: one.high for one in found.reaches}
    assert found.is_from_map
    assert reach == {"care": 1, "workshop": pytest.approx(0.3), "it": pytest.approx(0.1)}


def test_a_range_without_an_end_is_not_computed_and_the_rest_is(shop: Shop) -> None:
    late_repair(shop)
    found = seen(shop, low=0.9, high=0.2)
    assert found.reach_error is not None
    assert (found.reach_error.code, found.reaches) == ("no_range", ())
    assert found.travelled.late_seconds == 12 * HOUR


def test_the_number_of_statements_does_not_grow_with_the_cases(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    late_repair(shop)
    seen(shop)
    viewer = shop.world.tomasz
    with django_assert_num_queries(8):
        lateness_travelled(viewer, at=shop.at)
    for week in range(2, 6):
        late_repair(shop, from_hour=week * WEEK_AGO)
    seen(shop)
    with django_assert_num_queries(8):
        lateness_travelled(viewer, at=shop.at)
