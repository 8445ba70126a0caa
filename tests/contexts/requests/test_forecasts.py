"""What was learned from legs, when open requests will likely be done, and who is told that one will be late."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.kernel.journal import facts_about
from clientela.requests import actions
from clientela.requests.models import ForeseenLateness, Learned, Leg, Request
from clientela.requests.queries import forecasts_of, my_day
from clientela.requests.rules import ReasonCode
from tests.shop import Shop

pytestmark = pytest.mark.django_db

HOUR = 3600


def past_legs(shop: Shop, service: str, hours: list[float], *, before: datetime) -> None:
    """So many requests of a service that took so many working hours each, the first half of it in the queue."""
    for number, length in enumerate(hours):
        ended_at = before - timedelta(days=1 + number)
        opened = shop.ask_repair(at=ended_at - timedelta(days=30), title=f"Past {service} {number}")
        request = Request.objects.get(pk=opened.id)
        version = shop.version(service)
        request.service_version_id = version
        request.provider_id = {"repair": shop.care_id, "pump": shop.world.id_of("workshop")}[service]
        request.state, request.resolved_at, request.closed_at = "closed", ended_at, ended_at
        request.next_due_at = None
        request.save()
        Leg.objects.create(
            request=request,
            position=0,
            provider_id=request.provider_id,
            service_id=Request.objects.select_related("service_version").get(pk=opened.id).service_version.service_id,
            started_at=ended_at - timedelta(days=30),
            ended_at=ended_at,
            outcome=Leg.Outcome.RESOLVED,
            queue_seconds=int(length * HOUR / 2),
            work_seconds=int(length * HOUR / 2),
        )


def open_leg(shop: Shop, request_id: int) -> None:
    actions.rebuild_legs(at=shop.at, request_ids=[request_id])


def test_nothing_is_learned_while_nothing_has_ended(shop: Shop) -> None:
    opened = shop.ask_repair()
    open_leg(shop, opened.id)
    assert (actions.learn_from_legs(at=shop.after(1)), Learned.objects.count()) == (0, 0)
    assert forecasts_of([opened.id], at=shop.after(1))[opened.id].late_seconds == 0


def test_what_is_learned_leans_on_the_department_and_the_house(shop: Shop) -> None:
    past_legs(shop, "repair", [4.0] * 20, before=shop.at)
    past_legs(shop, "pump", [40.0] * 5, before=shop.at)
    assert actions.learn_from_legs(at=shop.at) == 5
    rows = {(row.provider_id, row.service_id): row for row in Learned.objects.all()}
    of_all = rows[None, None]
    assert (of_all.cases, of_all.work_seconds, of_all.made_at) == (25, (20 * 2 + 5 * 20) / 25 * HOUR, shop.at)
    mean = (20 * 2 + 5 * 20) / 25
    care = rows[shop.care_id, None]
    assert care.work_seconds == pytest.approx((20 * 2 + 8 * mean) / 28 * HOUR)
    workshop = rows[shop.world.id_of("workshop"), None]
    assert workshop.work_seconds == pytest.approx((5 * 20 + 8 * mean) / 13 * HOUR)
    shares = [share for share, _ in workshop.stay_seconds]
    stays = [stay for _, stay in workshop.stay_seconds]
    assert (shares, stays) == (sorted(shares), sorted(stays))


def test_learning_again_replaces_what_was_learned(shop: Shop) -> None:
    past_legs(shop, "repair", [4.0] * 6, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    actions.learn_from_legs(at=shop.after(24))
    assert set(Learned.objects.values_list("made_at", flat=True)) == {shop.after(24)}
    assert Learned.objects.count() == 3


def test_what_ended_later_than_the_moment_is_not_learned(shop: Shop) -> None:
    past_legs(shop, "repair", [4.0] * 6, before=shop.at)
    assert actions.learn_from_legs(at=shop.at - timedelta(days=20)) == 0


def test_a_forecast_is_a_median_within_a_range_in_the_departments_hours(shop: Shop) -> None:
    past_legs(shop, "repair", [2.0, 3.0, 4.0, 5.0, 6.0] * 4, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    opened = shop.ask_repair()
    open_leg(shop, opened.id)
    forecast = forecasts_of([opened.id], at=shop.at)[opened.id]
    # Opened at 10:00 in Bucharest; half of such repairs took up to four working hours.
    assert forecast.likely_at == pytest.approx(shop.after(4), abs=timedelta(minutes=30))
    assert shop.after(1.5) < forecast.from_at < forecast.likely_at < forecast.by_at < shop.after(7.5)
    assert (forecast.is_likely_late, forecast.because) == (False, None)


def test_a_request_waits_for_the_forecast_of_what_it_asked(shop: Shop) -> None:
    past_legs(shop, "repair", [2.0] * 20, before=shop.at)
    past_legs(shop, "pump", [45.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    opened = shop.ask_repair()
    asked = shop.ask_workshop(opened.id)
    open_leg(shop, opened.id)
    open_leg(shop, asked.id)
    found = forecasts_of([opened.id], at=shop.at)
    forecast = found[opened.id]
    assert list(found) == [opened.id]
    # The pump: 45 hours are five days of nine hours. The repair was promised in 16.
    assert forecast.because is not None
    assert forecast.because.request_id == asked.id
    assert forecast.likely_at > shop.at + timedelta(days=3)
    assert forecast.is_likely_late
    assert forecast.late_seconds > 9 * HOUR


def test_who_holds_it_is_told_once_that_it_will_likely_be_late_and_why(shop: Shop) -> None:
    past_legs(shop, "repair", [2.0] * 20, before=shop.at)
    past_legs(shop, "pump", [45.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    asked = shop.ask_workshop(opened.id)
    for number in (opened.id, asked.id):
        open_leg(shop, number)
    assert actions.foresee_lateness(at=shop.after(1)) == 2  # the pump itself will not be there in 16 hours either
    assert actions.foresee_lateness(at=shop.after(2)) == 0
    told = [fact for fact in facts_about(f"request:{opened.id}") if fact.verb == "lateness_likely"]
    assert [(fact.at, fact.by, fact.data["kind"]) for fact in told] == [(shop.after(1), None, "resolution")]
    row = ForeseenLateness.objects.get(request=opened.id)
    assert (row.is_likely, row.because_id, row.noticed_at) == (True, asked.id, shop.after(1))
    day = my_day(shop.world.again("ana", at=shop.after(2)), at=shop.after(2))
    (waiting,) = day.waiting_on
    assert waiting.likely_late is not None
    told_reason = waiting.likely_late
    assert (waiting.request.id, told_reason.code, told_reason.name) == (
        asked.id,
        ReasonCode.LATENESS_LIKELY,
        "Workshop",
    )
    assert (told_reason.at, told_reason.seconds) == (row.because_due_at, row.late_seconds)


def test_a_reason_that_is_foreseen_goes_when_the_promise_is_moved_or_broken(shop: Shop) -> None:
    past_legs(shop, "repair", [40.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    open_leg(shop, opened.id)
    assert actions.foresee_lateness(at=shop.after(1)) == 1

    def codes(hours: float) -> set[ReasonCode]:
        day = my_day(shop.world.again("ana", at=shop.after(hours)), at=shop.after(hours))
        assert day.next is not None
        return {reason.code for reason in day.next.reasons}

    assert ReasonCode.LATENESS_LIKELY in codes(2)
    assert ReasonCode.LATENESS_LIKELY not in codes(24 * 3)


def test_what_looks_better_again_is_no_longer_said(shop: Shop) -> None:
    past_legs(shop, "repair", [2.0] * 20, before=shop.at)
    past_legs(shop, "pump", [45.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    opened = shop.ask_repair()
    asked = shop.ask_workshop(opened.id)
    for number in (opened.id, asked.id):
        open_leg(shop, number)
    actions.foresee_lateness(at=shop.after(1))
    actions.resolve_request(by=shop.world.stefan, at=shop.after(2), request_id=asked.id)
    actions.rebuild_legs(at=shop.after(2), request_ids=[opened.id, asked.id])
    assert actions.foresee_lateness(at=shop.after(2)) == 0
    assert list(ForeseenLateness.objects.filter(request=opened.id).values_list("is_likely", flat=True)) == [False]
    facts = [fact for fact in facts_about(f"request:{opened.id}") if fact.verb == "lateness_likely"]
    assert len(facts) == 1


def test_foreseeing_many_takes_as_many_statements_as_foreseeing_one(shop: Shop) -> None:
    past_legs(shop, "repair", [40.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    counts = []
    for more in (1, 5):
        for number in range(more):
            open_leg(shop, shop.ask_repair(title=f"Repair {number}").id)
        with CaptureQueriesContext(connection) as captured:
            assert actions.foresee_lateness(at=shop.after(1)) == more
        counts.append(len(captured))
    assert counts == [21, 21]


def test_what_is_late_already_is_not_looked_at_to_foresee_it(shop: Shop) -> None:
    past_legs(shop, "repair", [40.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    for number in range(3):
        open_leg(shop, shop.ask_repair(title=f"Repair {number}").id)
    much_later = shop.after(24 * 30)
    with CaptureQueriesContext(connection) as captured:
        assert actions.foresee_lateness(at=much_later) == 0
    assert len(captured) == 2  # which can still be kept, and of which it was told


def test_what_was_foreseen_and_is_late_by_now_is_no_longer_told(shop: Shop) -> None:
    past_legs(shop, "repair", [40.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    opened = shop.ask_repair()
    open_leg(shop, opened.id)
    assert actions.foresee_lateness(at=shop.after(1)) == 1
    assert actions.foresee_lateness(at=shop.after(24 * 30)) == 0
    assert list(ForeseenLateness.objects.filter(request=opened.id).values_list("is_likely", flat=True)) == [False]


def test_forecasting_many_takes_as_many_statements_as_forecasting_one(shop: Shop) -> None:
    past_legs(shop, "repair", [2.0] * 20, before=shop.at)
    actions.learn_from_legs(at=shop.at)
    ids = [shop.ask_repair(title=f"Repair {number}").id for number in range(4)]
    for number in ids:
        shop.ask_workshop(number)
        open_leg(shop, number)
    forecasts_of(ids, at=shop.at)
    counts = []
    for some in (ids[:1], ids):
        with CaptureQueriesContext(connection) as captured:
            forecasts_of(some, at=shop.at)
        counts.append(len(captured))
    assert counts == [12, 12]
