"""Rolling out in random order: who may, what is refused, what the draw fixes, and what is noted of what happened."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from clientela.directory import queries as directory
from clientela.impact.actions import rollouts as actions
from clientela.impact.actions.rollouts import RolloutError
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.queries.prospects import prospect
from clientela.impact.queries.rollouts import rollout_page, rollouts_page
from clientela.impact.rules.rollouts import drawn, plan_from_json
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice.actions.proposing import propose_improvement
from tests.rolling import KEYS, MONDAY, hear_weeks, planned, started, step_of, wish
from tests.world import World

HALF_A_YEAR = timedelta(weeks=26)


def with_past(world: World) -> None:
    hear_weeks(world, since=MONDAY - HALF_A_YEAR, weeks=26)


# --- planning


def test_only_the_owner_and_administrators_plan(world: World) -> None:
    with_past(world)
    for stranger in (world.ana, world.radu, world.tomasz, world.zofia):
        with pytest.raises(NotAllowedError):
            planned(world, stranger)
    assert not Rollout.objects.exists()
    planned(world, world.vera)
    planned(world, world.carmen)
    assert Rollout.objects.count() == 2


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"measure": "happiness"}, "measure"),
        ({"steps": 1}, "steps"),
        ({"steps": 13}, "steps"),
        ({"step_weeks": 0}, "step_weeks"),
        ({"baseline_weeks": 27}, "baseline_weeks"),
        ({"worth": 0.0}, "worth"),
        ({"worth": float("nan")}, "worth"),
        ({"worth": float("inf")}, "worth"),
        ({"steps": 8}, "departments"),
        ({"department_ids": ()}, "departments"),
        ({"measure": "waiting"}, "measure"),  # nothing of it was measured
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_field(world: World, other: dict[str, Any], field: str) -> None:
    with_past(world)
    with pytest.raises(RolloutError) as caught:
        planned(world, **other)
    assert caught.value.field == field
    assert not Rollout.objects.exists()


@pytest.mark.parametrize(
    ("title", "what", "field"), [(" ", "x", "title"), ("x" * 161, "x", "title"), ("x", "", "what")]
)
def test_a_plan_says_what_it_is(world: World, title: str, what: str, field: str) -> None:
    with_past(world)
    with pytest.raises(RolloutError) as caught:
        actions.plan_rollout(by=world.carmen, at=world.at, title=title, what=what, wish=wish(world))
    assert caught.value.field == field


def test_an_improvement_that_is_not_there_cannot_be_tried(world: World) -> None:
    with_past(world)
    with pytest.raises(HiddenError):
        actions.plan_rollout(by=world.carmen, at=world.at, title="x", what="x", wish=wish(world), improvement_id=12_345)
    number = propose_improvement(
        by=world.ana, at=world.at, department_id=world.care.id, title="Told before it gets late", voice_ids=[]
    )
    rollout = actions.plan_rollout(
        by=world.carmen, at=world.at, title="x", what="x", wish=wish(world), improvement_id=number
    )
    page = rollout_page(world.carmen, rollout, at=world.at, language="en")
    assert page.improvement == (number, "Told before it gets late")


def test_what_a_plan_could_see_comes_from_the_houses_own_past(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with_past(world)
    with django_assert_num_queries(2):
        found = prospect(wish(world), at=world.at)
    assert (found.trouble, found.departments, found.silent) == ("", 7, 0)
    assert found.past is not None
    assert found.power is not None
    assert found.past.weekly == (12.0,) * 7
    assert found.power.orders == 210  # 7! / (3! 2! 2!)
    assert found.power.smallest is not None
    assert 0.05 < found.power.smallest < 0.2
    assert prospect(wish(world, steps=8), at=world.at).trouble == "too_few_for_the_steps"
    assert prospect(wish(world, measure="promises_kept"), at=world.at).trouble == "no_past"


def test_with_too_few_departments_no_effect_could_be_seen_and_the_plan_knows(world: World) -> None:
    with_past(world)
    found = prospect(wish(world, department_ids=tuple(map(world.id_of, KEYS[:4])), steps=2), at=world.at)
    assert found.power is not None
    assert (found.power.smallest, found.enough_weeks, found.chance) == (None, None, 0.0)


# --- beginning


def test_who_may_not_plan_does_not_even_learn_of_a_plan(world: World) -> None:
    with_past(world)
    number = planned(world)
    for stranger in (world.ana, world.radu, world.zofia):
        with pytest.raises(HiddenError):
            actions.start_rollout(by=stranger, at=world.at, rollout_id=number)
        with pytest.raises(HiddenError):
            rollout_page(stranger, number, at=world.at, language="en")
    assert rollouts_page(world.ana).lines == ()
    assert Rollout.objects.get().state == "planned"


@pytest.mark.parametrize("first_on", [date(2026, 11, 24), date(2026, 11, 16), date(2027, 5, 31)])
def test_it_begins_on_a_monday_that_is_still_to_come(world: World, first_on: date) -> None:
    with_past(world)
    number = planned(world)
    with pytest.raises(RolloutError) as caught:
        actions.start_rollout(by=world.carmen, at=world.at, rollout_id=number, first_on=first_on)
    assert caught.value.field == "first_on"
    assert Rollout.objects.get().seed == ""


def test_the_button_draws_once_and_fixes_every_date(world: World) -> None:
    with_past(world)
    number = planned(world)
    actions.start_rollout(by=world.carmen, at=world.at, rollout_id=number)
    row = Rollout.objects.get()
    assert (row.state, row.first_on, len(row.seed)) == ("running", date(2026, 11, 30), 16)
    blocks, _past, _power = plan_from_json(row.plan)
    assert step_of(row, world) == {lot.key: lot.step for lot in drawn(blocks, row.seed)}
    starts = dict(RolloutPlace.objects.values_list("step", "starts_on"))
    assert starts == {1: date(2026, 11, 30), 2: date(2026, 12, 28), 3: date(2027, 1, 25)}
    (fact, _plan) = facts_about(thing("rollout", number))
    assert (fact.verb, fact.data["seed"], fact.by) == ("rollout_started", row.seed, world.carmen.person_id)
    with pytest.raises(RolloutError):
        actions.start_rollout(by=world.carmen, at=world.at, rollout_id=number)
    assert Rollout.objects.get().seed == row.seed


def test_two_draws_are_not_the_same(world: World) -> None:
    with_past(world)
    seeds = set()
    for _one in range(3):
        number = planned(world)
        actions.start_rollout(by=world.carmen, at=world.at, rollout_id=number)
        actions.stop_rollout(by=world.carmen, at=world.at, rollout_id=number, because="Only a try.")
        seeds.add(Rollout.objects.get(pk=number).seed)
    assert len(seeds) == 3


def test_two_roll_outs_never_run_in_one_department(world: World) -> None:
    started(world)
    other = planned(world, department_ids=tuple(map(world.id_of, KEYS[:4])), steps=2)
    names = sorted(card.name_in("en") for card in directory.departments() if card.key in KEYS[:4])
    with pytest.raises(RolloutError, match=f"^In {', '.join(names)} another roll-out is running."):
        actions.start_rollout(by=world.carmen, at=world.at, rollout_id=other)
    assert Rollout.objects.get(pk=other).state == "planned"
    assert not RolloutPlace.objects.filter(rollout=other, step__isnull=False).exists()


def test_the_database_keeps_a_seed_from_being_drawn_beforehand(world: World) -> None:
    with_past(world)
    number = planned(world)
    several: tuple[dict[str, Any], ...] = (
        {"seed": "1"},
        {"state": "running"},
        {"worth": 0},
        {"steps": 1},
        {"result": {}},
    )
    for wrong in several:
        with pytest.raises(IntegrityError), transaction.atomic():
            Rollout.objects.filter(pk=number).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        RolloutPlace.objects.filter(rollout=number).update(is_running=True)


# --- what really happened


def test_a_head_notes_only_for_departments_below_and_others_for_none(world: World) -> None:
    row = started(world)
    for stranger, department in ((world.radu, "care"), (world.ana, "it"), (world.piotr, "workshop")):
        with pytest.raises(NotAllowedError):
            actions.note_that_a_department_began(
                by=stranger,
                at=world.at,
                rollout_id=row.pk,
                department_id=world.id_of(department),
                began_on=MONDAY,
            )
    assert not RolloutPlace.objects.filter(began_on__isnull=False).exists()
    for friend, department in ((world.ana, "care"), (world.stefan, "workshop-warsaw"), (world.vera, "hr")):
        actions.note_that_a_department_began(
            by=friend, at=world.at, rollout_id=row.pk, department_id=world.id_of(department), began_on=MONDAY
        )
    noted = RolloutPlace.objects.filter(began_on=MONDAY).values_list("department", flat=True)
    assert set(noted) == {world.id_of(key) for key in ("care", "workshop-warsaw", "hr")}


@pytest.mark.parametrize("day", [MONDAY + timedelta(days=1), MONDAY - timedelta(weeks=8, days=1)])
def test_only_what_has_happened_since_it_is_measured_is_noted(world: World, day: date) -> None:
    row = started(world)
    with pytest.raises(RolloutError) as caught:
        actions.note_that_a_department_began(
            by=world.ana, at=world.at, rollout_id=row.pk, department_id=world.care.id, began_on=day
        )
    assert caught.value.field == "began_on"


def test_only_who_plans_takes_a_department_out_and_says_why(world: World) -> None:
    row = started(world)
    given: dict[str, Any] = {
        "at": world.at,
        "rollout_id": row.pk,
        "department_id": world.care.id,
        "left_on": MONDAY,
    }
    with pytest.raises(NotAllowedError):
        actions.note_that_a_department_left(by=world.ana, because="We do not like it.", **given)
    with pytest.raises(RolloutError) as caught:
        actions.note_that_a_department_left(by=world.carmen, because=" ", **given)
    assert caught.value.field == "because"
    actions.note_that_a_department_left(by=world.carmen, because="Merged into Workshop.", **given)
    place = RolloutPlace.objects.get(department=world.care.id)
    assert (place.left_on, place.left_because, place.is_running) == (MONDAY, "Merged into Workshop.", False)


def test_stopping_says_why_and_queues_what_came_of_it(world: World) -> None:
    row = started(world)
    with pytest.raises(NotAllowedError):
        actions.stop_rollout(by=world.ana, at=world.at, rollout_id=row.pk, because="No.")
    with pytest.raises(RolloutError) as caught:
        actions.stop_rollout(by=world.carmen, at=world.at, rollout_id=row.pk, because="")
    assert caught.value.field == "because"
    assert not ProcrastinateJob.objects.exists()
    actions.stop_rollout(by=world.carmen, at=world.at, rollout_id=row.pk, because="The house moves.")
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == (actions.ANALYSE_JOB, {"rollout_id": row.pk})
    assert not RolloutPlace.objects.filter(is_running=True).exists()
    with pytest.raises(RolloutError):
        actions.stop_rollout(by=world.carmen, at=world.at, rollout_id=row.pk, because="Again.")


def test_a_plan_is_dropped_and_a_running_one_is_not(world: World) -> None:
    with_past(world)
    number = planned(world)
    actions.drop_rollout(by=world.carmen, at=world.at, rollout_id=number)
    assert Rollout.objects.get().state == "dropped"
    with pytest.raises(RolloutError):
        actions.start_rollout(by=world.carmen, at=world.at, rollout_id=number)
    row = started(world)
    with pytest.raises(RolloutError):
        actions.drop_rollout(by=world.carmen, at=world.at, rollout_id=row.pk)


# --- who sees what


def test_a_head_sees_the_own_date_an_employee_none_and_a_customer_nothing(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = started(world)

    def shown(viewer: Any) -> list[str]:
        return [place.key for place in rollout_page(viewer, row.pk, at=world.at, language="en").places]

    assert shown(world.radu) == []
    assert shown(world.ana) == ["care"]
    assert sorted(shown(world.stefan)) == ["workshop", "workshop-warsaw"]
    assert sorted(shown(world.carmen)) == sorted(KEYS)
    with pytest.raises(HiddenError):
        rollout_page(world.zofia, row.pk, at=world.at, language="en")
    with pytest.raises(HiddenError):
        rollouts_page(world.zofia)
    # Who knew the seed could work out everybody's date.
    assert rollout_page(world.ana, row.pk, at=world.at, language="en").seed == ""
    assert rollout_page(world.ana, row.pk, at=world.at, language="en").places[0].lot == ""
    assert rollout_page(world.carmen, row.pk, at=world.at, language="en").seed == "5eed"
    own = {place.department_id: place.starts_on for place in RolloutPlace.objects.all()}
    assert [line.own_on for line in rollouts_page(world.ana).lines] == [own[world.care.id]]
    with django_assert_num_queries(4):
        rollout_page(world.carmen, row.pk, at=world.at, language="en")
    with django_assert_num_queries(3):
        rollouts_page(world.ana)


def test_the_list_goes_on_where_a_page_ended(world: World) -> None:
    with_past(world)
    numbers = [planned(world, at=world.at + timedelta(minutes=one)) for one in range(5)]
    first = rollouts_page(world.carmen, limit=3)
    assert [line.id for line in first.lines] == numbers[:1:-1]
    second = rollouts_page(world.carmen, before=first.before, limit=3)
    assert ([line.id for line in second.lines], second.before) == (numbers[1::-1], None)
