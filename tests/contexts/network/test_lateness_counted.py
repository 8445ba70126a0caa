"""Every ended case is counted as it is now, whatever happened to it in between, and whoever died on the way."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import Error, connection
from django.forms.models import model_to_dict
from pytest_django import DjangoAssertNumQueries

from clientela.directory.models import Membership
from clientela.kernel.journal import follow_journal
from clientela.network import actions as network
from clientela.network.actions import lateness
from clientela.network.models import CaseWeek, EndedCase, HopWeek, LatenessCount, LatenessWeek, PassageWeek
from clientela.network.queries.cases import cases_told, groups_now
from clientela.network.queries.lateness import cases_counted, parts_counted, span_counted
from clientela.network.queries.travelling import lateness_travelled
from clientela.network.rules.travelling import SEVERAL_SMALL
from clientela.promises.models import Clock
from clientela.promises.queries.resolutions import late_seconds_of
from clientela.requests import actions
from clientela.requests.jobs import FOLLOWERS
from clientela.requests.models import Leg, Request
from clientela.requests.queries.outside_cases import cases_ended_among
from tests.contexts.network.late_repairs import (
    WEEK_AGO,
    counted,
    deep_repair,
    late_repair,
    quick_repair,
    repair_with_laptop,
    staffed,
)
from tests.following import let_older_transactions_end
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)

(LEGS,) = (follower for follower in FOLLOWERS if follower.name == "requests.legs")
WEEKS = (CaseWeek, LatenessWeek, PassageWeek, HopWeek)
HOUR = 3600


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Departments with five people and more; nothing has ended, and all of that is counted."""
    staffed(shop)
    count(shop)
    return shop


def count(shop: Shop, *, at: datetime | None = None, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Let the legs follow the journal, and then the minute's job do its part."""
    let_older_transactions_end()
    while follow_journal(LEGS):
        pass
    return network.count_lateness(at=at or shop.at, goes_on=goes_on)


def kept() -> list[list[str]]:
    """Everything that is kept of cases and weeks, without the numbers of rows."""
    return [
        sorted(
            repr({name: value for name, value in model_to_dict(row).items() if name != "id"})
            for row in model.objects.all()
        )
        for model in (EndedCase, *WEEKS)
    ]


def anew(shop: Shop, *, at: datetime | None = None) -> list[list[str]]:
    """The same, after everything was thrown away and counted from nothing."""
    for model in (EndedCase, *WEEKS, LatenessCount):
        model.objects.all().delete()
    count(shop, at=at)
    return kept()


def by_hand(shop: Shop) -> tuple[int, int, int, int]:
    """Cases, decided, broken and late seconds, out of the legs and the clocks, one case at a time."""
    cases = decided = broken = seconds = 0
    for request in Request.objects.filter(side="outside"):
        leg = Leg.objects.filter(request=request).order_by("position").last()
        if leg is None or leg.outcome != "resolved":
            continue
        cases += 1
        clock = Clock.objects.filter(subject=f"request:{request.pk}", kind="resolution").order_by("started_at").last()
        if clock is None or (clock.kept_at is None and clock.broken_at is None):
            continue
        decided += 1
        broken += clock.broken_at is not None
        if clock.broken_at is not None:
            seconds += late_seconds_of([clock.pk], at=shop.at)[clock.pk]
    return cases, decided, broken, seconds


def as_counted(shop: Shop) -> tuple[int, int, int, int]:
    found = cases_counted(span_counted(at=shop.at, weeks=26))
    return found.cases, found.decided, found.late, found.lateness.seconds


def months(shop: Shop) -> None:
    for week in range(1, 6):
        late_repair(shop, from_hour=week * WEEK_AGO)
        quick_repair(shop, from_hour=week * WEEK_AGO + 24)
        repair_with_laptop(shop, from_hour=week * WEEK_AGO + 48)
    deep_repair(shop, from_hour=2 * WEEK_AGO)


def test_nothing_is_shown_before_anything_was_counted(shop: Shop) -> None:
    months(shop)
    LatenessCount.objects.all().delete()
    span = span_counted(at=shop.at, weeks=26)
    assert (span.is_shortened, span.counted_share, span.since > span.until) == (True, 0.0, True)
    found = lateness_travelled(shop.world.tomasz, at=shop.at)
    assert (found.cases, found.travelled.contributions, found.passes, found.reaches) == (0, (), (), ())


def test_what_ended_is_counted_by_case_and_added_up_by_week(shop: Shop) -> None:
    months(shop)
    assert count(shop) == 16
    assert as_counted(shop) == by_hand(shop) == (16, 16, 6, 5 * 12 * HOUR + 14 * HOUR)
    sums, _largest = parts_counted(span_counted(at=shop.at, weeks=26))
    assert sum(own.seconds for own in sums.values()) == 5 * 12 * HOUR + 14 * HOUR
    groups = groups_now(at=shop.at)
    brute: Counter[int] = Counter()
    for request_id in EndedCase.objects.values_list("pk", flat=True):
        (told,) = cases_told(cases_ended_among([request_id]), groups, at=shop.at)
        brute.update({department: part.seconds for department, part in told.parts.items()})
    assert {department: own.seconds for department, own in sums.items()} == dict(brute)


def test_counted_again_from_nothing_it_is_the_same(shop: Shop) -> None:
    months(shop)
    count(shop)
    before = kept()
    assert anew(shop) == before
    assert LatenessCount.objects.get().is_filled


def test_nothing_new_costs_a_few_statements_and_writes_nothing(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    months(shop)
    count(shop)
    before = kept()
    with django_assert_num_queries(8):
        assert network.count_lateness(at=shop.at) == 0
    assert kept() == before


def test_a_case_that_is_reopened_leaves_its_week_and_comes_back_where_it_ends(shop: Shop) -> None:
    repair, _pump = late_repair(shop, from_hour=3 * WEEK_AGO)
    count(shop)
    (week,) = set(EndedCase.objects.values_list("week_on", flat=True))
    assert CaseWeek.objects.get().cases == 1
    actions.reopen_request(by=shop.world.ana, at=shop.after(WEEK_AGO), request_id=repair.id)
    count(shop)
    assert not EndedCase.objects.exists()
    assert [model.objects.count() for model in WEEKS] == [0, 0, 0, 0]
    actions.resolve_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 2), request_id=repair.id)
    count(shop)
    assert EndedCase.objects.get().week_on == week + timedelta(weeks=2) == date(2026, 11, 16)
    assert as_counted(shop) == by_hand(shop)
    assert kept() == anew(shop)


def test_two_that_turn_out_to_be_one_are_counted_once(shop: Shop) -> None:
    one, other = quick_repair(shop), shop.ask_repair(at=shop.after(WEEK_AGO))
    count(shop)
    actions.reopen_request(by=shop.world.ana, at=shop.after(-60), request_id=one.id)
    actions.merge_requests(by=shop.world.ana, at=shop.after(-59), request_id=one.id, into_id=other.id)
    count(shop)
    assert as_counted(shop) == by_hand(shop) == (0, 0, 0, 0)
    actions.resolve_request(by=shop.world.ana, at=shop.after(-50), request_id=other.id)
    count(shop)
    assert list(EndedCase.objects.values_list("pk", flat=True)) == [other.id]
    assert kept() == anew(shop)


def test_a_promise_behind_a_case_that_is_decided_later_is_counted_with_it(shop: Shop) -> None:
    repair = shop.ask_repair(at=shop.after(WEEK_AGO))
    actions.take_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 1), request_id=repair.id)
    pump = shop.ask_workshop(repair.id, at=shop.after(WEEK_AGO + 2), is_blocking=False)
    actions.resolve_request(by=shop.world.ana, at=shop.after(WEEK_AGO + 4), request_id=repair.id)
    count(shop, at=shop.after(WEEK_AGO + 5))
    hop = HopWeek.objects.get(customer=shop.world.care.id)
    assert (hop.decided, hop.late) == (0, 0)
    actions.resolve_request(by=shop.world.stefan, at=shop.after(WEEK_AGO + 100), request_id=pump.id)
    count(shop)
    hop = HopWeek.objects.get(customer=shop.world.care.id)
    assert (hop.decided, hop.late) == (1, 1)
    assert kept() == anew(shop)


def test_a_case_that_ends_while_the_job_is_at_work_is_counted_as_late_as_it_was(shop: Shop) -> None:
    late_repair(shop)
    assert count(shop, at=shop.after(WEEK_AGO + 72)) == 1  # the job looked at the clock an hour before the end
    assert as_counted(shop) == by_hand(shop) == (1, 1, 1, 12 * HOUR)
    assert kept() == anew(shop)


def test_who_dies_while_counting_has_changed_nothing_and_the_next_one_counts_it_once(shop: Shop) -> None:
    months(shop)
    before, place = kept(), LatenessCount.objects.values_list("xid", "fact_id").get()
    _let_writing_fail("network_endedcase")
    with pytest.raises(Error, match="the disk is full"):
        count(shop)
    assert (kept(), LatenessCount.objects.values_list("xid", "fact_id").get()) == (before, place)
    _let_writing_go_on("network_endedcase")
    assert count(shop) == 16
    assert as_counted(shop) == by_hand(shop)


def test_who_dies_between_cases_and_weeks_leaves_weeks_that_are_known_to_be_stale(shop: Shop) -> None:
    months(shop)
    _let_writing_fail("network_hopweek")
    with pytest.raises(Error, match="the disk is full"):
        count(shop)
    assert EndedCase.objects.count() == 16
    assert len(LatenessCount.objects.get().stale_weeks) == 5
    assert not CaseWeek.objects.exists()
    _let_writing_go_on("network_hopweek")
    assert count(shop) == 0
    assert LatenessCount.objects.get().stale_weeks == []
    assert as_counted(shop) == by_hand(shop)
    assert kept() == anew(shop)


def test_the_past_is_filled_the_newest_first_and_goes_on_where_it_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(shop)
    count(shop)
    whole = kept()
    for model in (EndedCase, *WEEKS, LatenessCount):
        model.objects.all().delete()
    monkeypatch.setattr(lateness, "CASES_AT_ONCE", 4)
    turns = iter([True, False])
    let_older_transactions_end()
    assert network.count_lateness(at=shop.at, goes_on=lambda: next(turns, False)) == 4
    span = span_counted(at=shop.at, weeks=26)
    # The fourth newest ended in the second week from the end: the last one is whole.
    assert (span.first_week, span.is_shortened, span.counted_share) == (date(2026, 11, 16), True, 0.25)
    assert cases_counted(span).cases == 3
    assert network.count_lateness(at=shop.at) == 12
    span = span_counted(at=shop.at, weeks=26)
    assert (span.is_shortened, span.counted_share, span.first_week) == (False, 1.0, date(2026, 5, 25))
    assert kept() == whole


def test_what_changes_while_the_past_is_filled_is_right_in_the_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    months(shop)
    repair = quick_repair(shop, from_hour=5 * WEEK_AGO)
    count(shop)
    for model in (EndedCase, *WEEKS, LatenessCount):
        model.objects.all().delete()
    monkeypatch.setattr(lateness, "CASES_AT_ONCE", 4)
    turns = iter([True, False])
    count(shop, goes_on=lambda: next(turns, False))
    actions.reopen_request(by=shop.world.ana, at=shop.after(-100), request_id=repair.id)
    late_repair(shop, from_hour=4 * WEEK_AGO)
    count(shop)
    assert as_counted(shop) == by_hand(shop)
    assert kept() == anew(shop)


def test_a_department_that_becomes_small_counts_with_the_others_and_everything_is_counted_anew(shop: Shop) -> None:
    months(shop)
    count(shop)
    world = shop.world
    assert {world.workshop.id, world.maintenance.id} <= set(LatenessWeek.objects.values_list("department", flat=True))
    Membership.objects.filter(department=world.maintenance.id).delete()
    Membership.objects.filter(department__in=[world.workshop.id, world.workshop_warsaw.id]).delete()
    count(shop)
    departments = set(LatenessWeek.objects.values_list("department", flat=True))
    assert departments == {SEVERAL_SMALL, world.care.id}
    assert as_counted(shop) == by_hand(shop)
    found = lateness_travelled(world.tomasz, at=shop.at)
    assert found.has_pooled
    assert {one.provider_id for one in found.passes} == {SEVERAL_SMALL, world.care.id, world.it.id}
    assert SEVERAL_SMALL in {one.provider_id for one in found.reaches}
    assert kept() == anew(shop)


def test_the_requests_with_the_largest_parts_are_named_to_who_may_read_them(shop: Shop) -> None:
    repairs = [late_repair(shop, from_hour=week * WEEK_AGO)[0].reference for week in range(1, 6)]
    deep, _, _ = deep_repair(shop, from_hour=6 * WEEK_AGO)
    count(shop)
    found = lateness_travelled(shop.world.ana, at=shop.at)
    named = {
        department: [one.reference for one in found.largest[department]]
        for department in (shop.world.workshop.id, shop.world.maintenance.id)
    }
    # Of five that are equal the three that came last.
    assert named == {shop.world.workshop.id: repairs[:1:-1], shop.world.maintenance.id: [deep.reference]}
    assert lateness_travelled(shop.world.tomasz, at=shop.at).largest[shop.world.workshop.id] == ()


def test_what_was_put_right_without_a_fact_can_be_counted_anew(shop: Shop) -> None:
    months(shop)
    count(shop)
    before = kept()
    EndedCase.objects.update(late_seconds=0)
    counted(shop)
    assert kept() == before


def _let_writing_fail(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$"
        )
        cursor.execute(f"CREATE TRIGGER refuse AFTER INSERT ON {table} EXECUTE FUNCTION pg_temp.refuse()")


def _let_writing_go_on(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER refuse ON {table}")
        cursor.execute("DROP FUNCTION pg_temp.refuse()")
