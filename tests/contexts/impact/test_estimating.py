"""Having Impact worked out: who may, one at a time, cancelled, lost, and what is kept."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.directory.policies import HOUSE
from clientela.impact.actions.estimating import (
    ESTIMATE_JOB,
    DaysError,
    EstimationEndedError,
    ask_for_estimation,
    ask_for_first_estimation,
    cancel_estimation,
    give_up_estimations,
    run_estimation,
)
from clientela.impact.models import Estimation, ParityDrawing
from clientela.impact.queries.estimates import impact_page
from clientela.kernel.models import Fact
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.analytics_house import House, store_of
from tests.buying_house import BuyingHouse
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def verbs() -> list[str]:
    return list(Fact.objects.filter(verb__startswith="impact.").order_by("id").values_list("verb", flat=True))


def run(world: World, estimation_id: int, folder: Path) -> Estimation:
    def later() -> datetime:
        return world.at + timedelta(minutes=2)

    run_estimation(at=world.at, estimation_id=estimation_id, now=later, folder=folder)
    return Estimation.objects.get(pk=estimation_id)


def test_an_agent_neither_sees_nor_asks(world: World) -> None:
    with pytest.raises(HiddenError):
        impact_page(world.radu)
    with pytest.raises(NotAllowedError):
        ask_for_estimation(by=world.radu, at=world.at)
    assert not Estimation.objects.exists()
    assert verbs() == []


def test_one_is_worked_out_at_a_time_and_who_asks_meanwhile_gets_that_one(world: World) -> None:
    first = ask_for_estimation(by=world.ana, at=world.at)
    assert ask_for_estimation(by=HOUSE, at=world.at) == first
    assert Estimation.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name=ESTIMATE_JOB).count() == 1
    assert verbs() == ["impact.asked"]
    with pytest.raises(IntegrityError, match="one_estimation_at_a_time"), transaction.atomic():
        Estimation.objects.create(asked_at=world.at, state="running")


def test_a_house_is_worked_out_for_the_first_time_once_its_weeks_are_there(world: World) -> None:
    assert ask_for_first_estimation(by=HOUSE, at=world.at) is None
    ParityDrawing.objects.create(pk=1, drawn_at=world.at)
    asked = ask_for_first_estimation(by=HOUSE, at=world.at)
    assert asked == Estimation.objects.get().pk
    Estimation.objects.update(state="cancelled", finished_at=world.at)
    assert ask_for_first_estimation(by=HOUSE, at=world.at) is None


def test_without_a_store_it_says_so(world: World, tmp_path: Path) -> None:
    row = run(world, ask_for_estimation(by=world.carmen, at=world.at), tmp_path)
    assert (row.state, row.error, row.result) == ("failed", "no_store", None)
    found = impact_page(world.carmen)
    assert found.failed is not None
    assert (found.failed.error, found.under_way, found.measures) == ("no_store", None, ())
    assert verbs() == ["impact.asked", "impact.failed"]


def test_what_was_taken_back_is_not_worked_out(world: World, tmp_path: Path) -> None:
    asked = ask_for_estimation(by=world.carmen, at=world.at)
    with pytest.raises(HiddenError):
        cancel_estimation(by=world.radu, at=world.at, estimation_id=asked)
    with pytest.raises(HiddenError):
        cancel_estimation(by=world.carmen, at=world.at, estimation_id=asked + 1)
    cancel_estimation(by=world.ana, at=world.at, estimation_id=asked)
    assert run(world, asked, tmp_path).state == "cancelled"
    with pytest.raises(EstimationEndedError):
        cancel_estimation(by=world.ana, at=world.at, estimation_id=asked)
    assert verbs() == ["impact.asked", "impact.cancelled"]


def test_what_runs_is_stopped_when_somebody_wishes(world: World, tmp_path: Path) -> None:
    asked = ask_for_estimation(by=world.carmen, at=world.at)
    Estimation.objects.filter(pk=asked).update(state="running")
    cancel_estimation(by=world.carmen, at=world.at, estimation_id=asked)
    assert Estimation.objects.get(pk=asked).state == "running"
    assert run(world, asked, tmp_path).state == "cancelled"


def test_a_lost_one_is_given_up_after_a_minute_and_one_with_a_job_is_not(world: World) -> None:
    asked = ask_for_estimation(by=world.carmen, at=world.at)
    assert give_up_estimations(at=world.at + timedelta(minutes=5)) == 0
    with transaction.atomic():
        Estimation.objects.filter(pk=asked).update(state="cancelled", finished_at=world.at)
    lost = Estimation.objects.create(asked_at=world.at, state="running")
    assert give_up_estimations(at=world.at + timedelta(seconds=59)) == 0
    assert give_up_estimations(at=world.at + timedelta(minutes=2)) == 1
    lost.refresh_from_db()
    assert (lost.state, lost.error) == ("failed", "lost")


def test_the_answer_of_a_house_stands_on_the_page_with_its_departments(world: World, tmp_path: Path) -> None:
    ids = [world.care, world.it, world.hr]
    house = House(seed=7, effect=0.4)
    for row in house.departments:  # three of the store's departments are ours
        row["key"] = f"d{row['department_id']}"
    names = dict(zip((4, 5, 6), (card.id for card in ids), strict=True))
    for rows in (*house.rows.values(), house.departments, house.staffing):
        for row in rows:
            for name in ("provider_id", "department_id", "customer_department_id", "rater_department_id"):
                if row.get(name) is not None:
                    row[name] = names.get(row[name], 1000 + row[name])
    asked = ask_for_estimation(by=world.carmen, at=world.at)
    done = run(world, asked, store_of(house, tmp_path))
    assert (done.state, done.error, done.progress) == ("done", "", 1.0)
    assert done.finished_at == world.at + timedelta(minutes=2)
    found = impact_page(world.ana)
    assert found.worked_out_at == done.finished_at
    both, said, clocks = found.measures
    assert [one.code for one in (both, said, clocks)] == ["both", "said", "clocks"]
    assert {one.answer for one in (both, said, clocks)} == {"supported"}
    assert said.effect is not None
    assert said.effect.low > 0
    assert {one.name for one in said.suppliers} == {card.name_in("ro") for card in ids}
    assert verbs() == ["impact.asked", "impact.estimated"]
    run(world, asked, tmp_path / "elsewhere")  # a second worker, too late: nothing changes
    assert Estimation.objects.get(pk=asked).finished_at == done.finished_at


def test_days_that_are_no_span_are_refused_and_nothing_is_asked(world: World) -> None:
    for days in ({"back_days": 6}, {"left_days": 731}):
        with pytest.raises(DaysError) as refused:
            ask_for_estimation(by=world.carmen, at=world.at, **days)
        assert [refused.value.field] == list(days)
    assert not Estimation.objects.exists()
    with pytest.raises(IntegrityError, match="estimation_days_are_a_span"), transaction.atomic():
        Estimation.objects.create(asked_at=world.at, back_days=6)


def test_the_days_that_somebody_chose_stay_until_others_are_chosen(world: World) -> None:
    first = ask_for_estimation(by=HOUSE, at=world.at)
    Estimation.objects.update(state="cancelled")
    second = ask_for_estimation(by=world.carmen, at=world.at + timedelta(hours=1), back_days=60)
    Estimation.objects.update(state="cancelled")
    third = ask_for_estimation(by=HOUSE, at=world.at + timedelta(hours=2))
    rows = Estimation.objects.in_bulk([first, second, third])
    assert [(rows[one].back_days, rows[one].left_days) for one in (first, second, third)] == [
        (90, 180), (60, 180), (60, 180),
    ]  # fmt: skip


def test_whether_customers_come_back_stands_on_the_page(world: World, tmp_path: Path) -> None:
    house = BuyingHouse(seed=1, worth=0.15, weeks=40, cases_a_week=40)
    asked = ask_for_estimation(by=world.carmen, at=world.at, back_days=60, left_days=90)
    done = run(world, asked, store_of(house, tmp_path))
    assert (done.state, done.error) == ("done", "")
    found = impact_page(world.ana)
    assert found.outcomes is not None
    back, left = found.outcomes
    assert [one.code for one in (back, left)] == ["came_back", "left"]
    assert back.awaited is not None
    assert left.awaited is not None
    assert (back.awaited.days, left.awaited.days, left.is_turned) == (60, 90, True)
    assert back.awaited.share == pytest.approx(0.34, abs=0.04)  # half come back, two thirds of these in 60 days
    assert back.awaited.until > left.awaited.until
    assert set(found.before) == set()
