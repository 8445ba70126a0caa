"""How busy a department is, and how it stands: a small table worked by hand, and who may see it."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.kernel.policies import HiddenError
from clientela.network.queries import (
    HOUSEHOLDS,
    department_load,
    department_now,
    department_to_see,
    departments_to_see,
)
from clientela.network.rules import Flow
from clientela.requests import actions as requests
from tests.shop import Shop


def a_morning(shop: Shop) -> None:
    """Zofia asks Care at 10:00 in Bucharest; Ana takes it at 11, asks Workshop at 12, who answer at 14; done at 15."""
    world = shop.world
    opened = shop.ask_repair()
    requests.take_request(by=world.ana, at=shop.after(1), request_id=opened.id)
    child = shop.ask_workshop(opened.id, at=shop.after(2))
    requests.take_request(by=world.stefan, at=shop.after(3), request_id=child.id)
    requests.reply_to_customer(
        by=world.stefan, at=shop.after(4), request_id=child.id, text="Seal", language="en", then="resolve"
    )
    requests.reply_to_customer(
        by=world.ana, at=shop.after(5), request_id=opened.id, text="Gotowe", language="pl", then="resolve"
    )
    requests.rebuild_legs(at=shop.after(6))


def test_a_department_is_seen_by_its_people_those_above_the_owner_and_administrators(shop: Shop) -> None:
    world = shop.world
    for stranger in (world.radu, world.tomasz, world.zofia, world.radu_at_home):
        with pytest.raises(HiddenError):
            department_load(stranger, "workshop", at=shop.at)
        with pytest.raises(HiddenError):
            department_now(stranger, "workshop", at=shop.at)
    with pytest.raises(HiddenError):
        department_to_see(world.piotr, "workshop")  # he works below it
    for insider in (world.stefan, world.vera, world.carmen):
        assert department_to_see(insider, "workshop").id == world.workshop.id
    with pytest.raises(HiddenError):
        department_load(world.carmen, "no-such-department", at=shop.at)


def test_the_choice_holds_ones_own_departments_and_those_below(shop: Shop) -> None:
    world = shop.world
    assert [card.key for card in departments_to_see(world.stefan)] == ["workshop", "workshop-warsaw"]
    assert departments_to_see(world.zofia) == []
    assert len(departments_to_see(world.vera)) == 7


def test_a_department_without_history_has_nothing_to_show(shop: Shop) -> None:
    load = department_load(shop.world.carmen, "hr", at=shop.at)
    assert (load.came, load.durations, load.received, load.sent, load.in_the_end) == (0, None, (), (), {})
    now = department_now(shop.world.carmen, "hr", at=shop.at)
    assert (now.work.count, now.expected, now.waits_on_us, now.suggestion.kind) == (0, 0, (), "none")


def test_a_morning_is_counted_by_hour_by_hands_and_by_whom_it_was_for(shop: Shop) -> None:
    a_morning(shop)
    # One day of history: every mean is of a seventh of a week.
    care = department_load(shop.world.radu, "care", at=shop.at + timedelta(days=1))
    assert care.weeks == pytest.approx(1 / 7)
    came = {(hour.weekday, hour.hour): hour for hour in care.hours if hour.came}
    assert set(came) == {(0, 10)}  # Monday at ten, where Care is
    assert came[0, 10].came == pytest.approx(7)
    assert came[0, 10].queue_seconds == 3600
    hands = {(hour.weekday, hour.hour) for hour in care.hours if hour.people}
    assert hands == {(0, 11), (0, 12), (0, 15)}
    assert care.durations is not None
    assert (care.durations.cases, care.durations.queue.median) == (1, 3600)
    # taken at 11, asked at 12, answered at 14, done at 15: two hours in hand, two for Workshop
    assert (care.durations.parts["work"], care.durations.parts["department"]) == (2 * 3600, 2 * 3600)
    assert care.received == (Flow(HOUSEHOLDS, 1),)
    assert care.sent == (Flow("workshop", 1),)
    assert care.in_the_end == {"outside": 1}


def test_what_a_department_is_asked_by_another_is_followed_to_the_customer_at_the_end(shop: Shop) -> None:
    a_morning(shop)
    workshop = department_load(shop.world.stefan, "workshop", at=shop.at + timedelta(days=1))
    assert workshop.team_count == 1
    assert workshop.received == (Flow("care", 1),)
    assert workshop.in_the_end == {"outside": 1}


def test_hands_of_another_department_are_not_counted_here(shop: Shop) -> None:
    a_morning(shop)
    workshop = department_load(shop.world.stefan, "workshop", at=shop.at + timedelta(days=1))
    assert {(hour.weekday, hour.hour) for hour in workshop.hours if hour.people} == {(0, 13), (0, 14)}


def test_who_waits_on_whom_is_told_from_both_ends(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id, at=shop.after(1))
    requests.rebuild_legs(at=shop.after(2))
    workshop = department_now(shop.world.stefan, "workshop", at=shop.after(3))
    assert [(row.other.key, row.count, row.longest_seconds) for row in workshop.waits_on_us] == [("care", 1, 7200)]
    assert workshop.we_wait_on == ()
    care = department_now(shop.world.ana, "care", at=shop.after(3))
    assert [(row.other.key, row.count) for row in care.we_wait_on] == [("workshop", 1)]
    assert care.work.count_by_state == {"waiting_department": 1}


def test_requests_are_shown_only_to_those_who_may_read_them(shop: Shop) -> None:
    opened = shop.ask_repair()
    requests.rebuild_legs(at=shop.after(1))
    at = shop.after(4)  # the first reply was promised within two hours
    ours = department_now(shop.world.radu, "care", at=at)
    assert [(one.request.reference, one.promise.state) for one in ours.in_danger] == [(opened.reference, "broken")]
    # The administrator works in IT: how much is late, and not what.
    theirs = department_now(shop.world.vera, "care", at=at)
    assert (theirs.in_danger, theirs.work.late_count) == ((), 1)


def test_what_can_still_be_kept_stands_before_what_is_broken(shop: Shop) -> None:
    broken = shop.ask_repair()
    at_risk = shop.ask_repair(at=shop.after(2))
    fresh = shop.ask_repair(at=shop.after(3.5))
    found = department_now(shop.world.ana, "care", at=shop.after(3.8)).in_danger
    assert [one.request.reference for one in found] == [at_risk.reference, broken.reference]
    assert fresh.reference not in {one.request.reference for one in found}


def test_a_request_that_holds_up_two_others_is_the_one_to_start_with(shop: Shop) -> None:
    first = shop.ask_repair()
    child = shop.ask_workshop(first.id)
    second = shop.ask_repair(at=shop.after(1))
    requests.link_requests(by=shop.world.ana, at=shop.after(1), request_id=second.id, needed_id=child.id)
    found = department_now(shop.world.stefan, "workshop", at=shop.after(2))
    assert (found.suggestion.kind, found.start_with_waiting) == ("start_with", 2)
    assert found.start_with is not None
    assert found.start_with.reference == child.reference


def test_the_head_and_the_owner_may_try_it_as_a_what_if(shop: Shop) -> None:
    world = shop.world
    may = {
        key: department_now(viewer, "care", at=shop.at).may_ask_what_if
        for key, viewer in (("ana", world.ana), ("radu", world.radu), ("vera", world.vera), ("carmen", world.carmen))
    }
    assert may == {"ana": True, "radu": False, "vera": False, "carmen": True}


def test_the_number_of_statements_does_not_grow(shop: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    a_morning(shop)
    shop.ask_workshop(shop.ask_repair().id)
    shop.ask_repair(at=shop.after(23.5))  # one that can still be kept
    at = shop.at + timedelta(days=1)
    department_now(shop.world.ana, "care", at=at)
    for _time in range(2):
        with django_assert_num_queries(12):
            department_load(shop.world.ana, "care", at=at)
        with django_assert_num_queries(46):
            department_now(shop.world.ana, "care", at=at)
        for _more in range(4):
            shop.ask_workshop(shop.ask_repair().id)
        requests.rebuild_legs(at=shop.after(6))
