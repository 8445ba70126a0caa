"""Legs: the cached stays of requests at departments, made from the journal and nothing else."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clientela.kernel.journal import follow_journal, record_many
from clientela.requests import actions
from clientela.requests.actions.facts import fact_of
from clientela.requests.actions.history import write_history
from clientela.requests.exports import LegRow, legs_between
from clientela.requests.jobs import FOLLOWERS
from clientela.requests.models import Dependency, Leg, Request
from tests.contexts.requests.test_history import stories
from tests.following import let_older_transactions_end
from tests.shop import Shop

pytestmark = pytest.mark.django_db

HOUR = 3600
(LEGS,) = (follower for follower in FOLLOWERS if follower.name == "requests.legs")


def seconds(leg: Leg) -> tuple[int, ...]:
    return (leg.queue_seconds, leg.work_seconds, leg.customer_seconds, leg.department_seconds, leg.date_seconds)


def legs_of(request_id: int) -> list[tuple[object, ...]]:
    return [
        (leg.position, leg.provider.key, leg.started_at, leg.ended_at, leg.outcome, seconds(leg))
        for leg in Leg.objects.filter(request=request_id).select_related("provider").order_by("position")
    ]


# --- what the database refuses


def test_a_request_is_never_in_two_departments_at_a_time(shop: Shop) -> None:
    opened = shop.ask_repair()
    request = Request.objects.select_related("service_version").get(pk=opened.id)

    def leg(position: int, since: datetime, until: datetime) -> Leg:
        return Leg(
            request=request,
            position=position,
            provider_id=request.provider_id,
            service_id=request.service_version.service_id,
            started_at=since,
            ended_at=until,
            outcome=Leg.Outcome.HANDED_OVER,
        )

    leg(0, shop.at, shop.after(2)).save()
    with pytest.raises(IntegrityError, match="legs_never_overlap"), transaction.atomic():
        leg(1, shop.after(1), shop.after(3)).save()
    leg(1, shop.after(2), shop.after(3)).save()
    assert Leg.objects.filter(request=request).count() == 2


# --- from the journal


def test_each_stay_has_its_own_clock_and_says_what_it_was_spent_with(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    actions.wait_for_customer(by=shop.world.ana, at=shop.after(2), request_id=opened.id)
    actions.hand_over_request(
        by=shop.world.ana, at=shop.after(4), request_id=opened.id, department_id=shop.world.id_of("it"), reason="A PC"
    )
    actions.take_request(by=shop.world.ioana, at=shop.after(4.5), request_id=opened.id)
    actions.wait_until(by=shop.world.ioana, at=shop.after(5), request_id=opened.id, until=shop.after(6))
    assert actions.rebuild_legs(at=shop.after(7), request_ids=[opened.id]) == 2
    assert legs_of(opened.id) == [
        (0, "care", shop.at, shop.after(4), "handed_over", (HOUR, HOUR, 2 * HOUR, 0, 0)),
        (1, "it", shop.after(4), None, "open", (HOUR // 2, HOUR // 2, 0, 0, 0)),
    ]
    actions.resume_due_requests(at=shop.after(6))
    actions.resolve_request(by=shop.world.ioana, at=shop.after(6), request_id=opened.id)
    assert actions.rebuild_legs(at=shop.after(7), request_ids=[opened.id]) == 2
    assert legs_of(opened.id)[1] == (
        1,
        "it",
        shop.after(4),
        shop.after(6),
        "resolved",
        (HOUR // 2, HOUR // 2, 0, 0, HOUR),
    )


def test_what_is_right_already_is_not_written_again(shop: Shop) -> None:
    opened = shop.ask_repair()
    assert actions.rebuild_legs(at=shop.at) == 1
    before = Leg.objects.get(request=opened.id).pk
    assert actions.rebuild_legs(at=shop.after(3)) == 0
    assert Leg.objects.get(request=opened.id).pk == before


def test_what_comes_later_than_the_moment_is_left_out(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    actions.resolve_request(by=shop.world.ana, at=shop.after(2), request_id=opened.id)
    done: list[int] = []
    actions.rebuild_legs(at=shop.after(1.5), on_progress=done.append)
    assert legs_of(opened.id) == [(0, "care", shop.at, None, "open", (HOUR, 0, 0, 0, 0))]
    assert done == [1]


def test_rebuilding_asks_the_same_number_of_questions_however_many_there_are(shop: Shop) -> None:
    def statements(count: int) -> int:
        ids = [shop.ask_repair().id for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            actions.rebuild_legs(at=shop.at, request_ids=ids)
        return sum("SAVEPOINT" not in query["sql"] for query in captured)

    statements(1)
    assert statements(1) == statements(9) == 9


@pytest.mark.django_db(transaction=True)
def test_the_follower_writes_them_and_twice_is_once(shop: Shop) -> None:
    opened = shop.ask_repair()
    let_older_transactions_end()
    while follow_journal(LEGS):
        pass
    assert legs_of(opened.id) == [(0, "care", shop.at, None, "open", (0, 0, 0, 0, 0))]
    actions.take_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    let_older_transactions_end()
    while follow_journal(LEGS):
        pass
    told = legs_of(opened.id)
    assert told == [(0, "care", shop.at, None, "open", (HOUR, 0, 0, 0, 0))]
    assert actions.rebuild_legs(at=shop.after(1)) == 0
    assert actions.recompute_legs(at=shop.after(1), is_check=True).different_request_ids == ()


# --- all of them at once


def test_all_at_once_they_are_those_of_each_alone_in_every_row(shop: Shop) -> None:
    until = shop.after(400)
    write_history(stories(shop), until=until)
    shop.ask_repair(at=until)
    assert actions.rebuild_legs(at=until) > 15
    done: list[tuple[int, int]] = []
    found = actions.recompute_legs(at=until, is_check=True, on_progress=lambda now, of: done.append((now, of)))
    assert (found.request_count, found.leg_count) == (Request.objects.count(), Leg.objects.count())
    assert found.different_request_ids == ()
    assert done[-1][0] == done[-1][1]
    outcomes = set(Leg.objects.values_list("outcome", flat=True))
    assert outcomes == {"open", "resolved", "cancelled", "handed_over"}
    assert all(sum(values) > 0 for values in zip(*map(seconds, Leg.objects.all()), strict=True))


def test_as_of_an_earlier_moment_too(shop: Shop) -> None:
    write_history(stories(shop), until=shop.after(400))
    for hours in (4.1, 7.5, 31.5):
        actions.rebuild_legs(at=shop.after(hours))
        assert actions.recompute_legs(at=shop.after(hours), is_check=True).different_request_ids == ()


def test_what_differs_is_named_and_put_right_but_not_by_a_check(shop: Shop) -> None:
    until = shop.after(400)
    write_history(stories(shop), until=until)
    ids = sorted(Request.objects.values_list("pk", flat=True))
    actions.rebuild_legs(at=until)
    Leg.objects.filter(request=ids[0]).update(queue_seconds=1)
    Leg.objects.filter(request=ids[1]).delete()
    Leg.objects.filter(request=ids[2], position=0).update(position=77)
    Leg.objects.filter(request=ids[3], position=0).update(provider=shop.world.id_of("hr"))
    checked = actions.recompute_legs(at=until, is_check=True)
    assert checked.different_request_ids == tuple(ids[:4])
    assert actions.recompute_legs(at=until).different_request_ids == tuple(ids[:4])
    assert actions.recompute_legs(at=until, is_check=True).different_request_ids == ()
    assert actions.rebuild_legs(at=until) == 0


def test_facts_that_were_recorded_out_of_order_are_taken_in_the_order_of_time(shop: Shop) -> None:
    opened = shop.ask_repair()
    request = Request.objects.get(pk=opened.id)
    with transaction.atomic():
        record_many(
            [
                fact_of("request_resolved", request, by=None, at=shop.after(3)),
                fact_of("request_taken", request, by=None, at=shop.after(1)),
            ]
        )
    actions.rebuild_legs(at=shop.after(4))
    assert legs_of(opened.id) == [(0, "care", shop.at, shop.after(3), "resolved", (HOUR, 2 * HOUR, 0, 0, 0))]
    assert actions.recompute_legs(at=shop.after(4), is_check=True).different_request_ids == ()


def test_in_an_empty_house_there_is_nothing_to_do(shop: Shop) -> None:
    assert shop.at
    assert actions.rebuild_legs(at=shop.at) == 0
    assert actions.recompute_legs(at=shop.at).request_count == 0


# --- for those who build on them


def test_legs_of_a_span_are_those_that_overlap_it_or_start_in_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id, at=shop.after(2))
    actions.resolve_request(by=shop.world.stefan, at=shop.after(4), request_id=child.id)
    grandparent = shop.ask_repair(at=shop.after(1))
    # Asked twice over: the first that asked is its line upwards.
    Dependency.objects.create(waiting_id=grandparent.id, needed_id=child.id, is_blocking=False, made_at=shop.after(3))
    actions.rebuild_legs(at=shop.after(5))
    row = LegRow(
        request_id=child.id,
        position=0,
        provider_id=shop.world.id_of("workshop"),
        service_id=Leg.objects.get(request=child.id).service_id,
        customer_id=shop.care_id,
        side="inside",
        root_id=opened.id,
        parent_id=opened.id,
        started_at=shop.after(2),
        ended_at=shop.after(4),
        outcome="resolved",
        queue_seconds=2 * HOUR,
        work_seconds=0,
        customer_seconds=0,
        department_seconds=0,
        date_seconds=0,
    )
    everything = list(legs_between(shop.at, shop.after(5)))
    assert [leg.request_id for leg in everything] == [opened.id, grandparent.id, child.id]
    assert everything[2] == row
    assert (everything[0].root_id, everything[0].parent_id, everything[0].ended_at) == (opened.id, None, None)
    ids = [leg.request_id for leg in legs_between(shop.after(4), shop.after(5))]
    assert ids == [opened.id, grandparent.id]  # the child's had ended
    assert [leg.request_id for leg in legs_between(shop.at, shop.after(0.5))] == [opened.id]
    assert list(legs_between(shop.at - timedelta(days=9), shop.at)) == []
