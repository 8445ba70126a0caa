"""Try it through the door: planned in a form, begun by a button, noted by heads, read by everybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clientela.impact.actions.analysing import analyse_rollout, end_rollouts
from clientela.impact.actions.rollouts import stop_rollout
from clientela.impact.models import Rollout, RolloutPlace
from clientela.voice.models import Tally
from tests.doors.web.desk.visits import Desk
from tests.rolling import KEYS, MONDAY, hear_weeks, live_on, planned, started
from tests.shop import Shop
from tests.world import World

NEW = reverse("insight:new_rollout")
LIST = reverse("insight:rollouts")


def page_of(number: int, name: str = "rollout") -> str:
    return reverse(f"insight:{name}", args=[number])


def filled(world: World, **other: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "title": "Answer before noon",
        "what": "Every request is answered before noon of the next day.",
        "improvement": "",
        "measure": "satisfied",
        "worth": "8",
        "departments": [str(world.id_of(key)) for key in KEYS],
        "steps": "3",
        "step_weeks": "4",
        "baseline_weeks": "8",
        "then": "keep",
    }
    return given | other


def with_past(shop: Shop) -> None:
    hear_weeks(shop.world, since=MONDAY - timedelta(weeks=26), weeks=26)


# --- planning


def test_who_may_not_plan_has_no_form(shop: Shop, desk: Desk) -> None:
    with_past(shop)
    for stranger in ("ana", "radu"):
        assert desk.of(stranger).get(NEW).status_code == 404
        assert desk.of(stranger).post(NEW, filled(shop.world)).status_code == 404
    assert desk.of_customer("zofia").get(NEW).status_code == 404
    assert Client().get(NEW).status_code == 302
    assert not Rollout.objects.exists()


def test_the_empty_list_says_what_belongs_there(shop: Shop, desk: Desk) -> None:
    assert "Plan a roll-out" in desk.of("carmen").get(LIST).content.decode()
    page = desk.of("radu").get(LIST).content.decode()
    assert "Nothing is being tried yet" in page
    assert "Plan a roll-out" not in page
    assert desk.of_customer("zofia").get(LIST).status_code == 404


def test_the_form_says_at_once_what_it_would_show(shop: Shop, desk: Desk) -> None:
    with_past(shop)
    page = desk.of("carmen").get(NEW).content.decode()
    assert "7 departments, 3 steps, 4 weeks a step: you would see a difference of" in page
    assert "You said that 8 points of 100 would matter." in page
    assert "From the first group to the last: 8 weeks." in page


def test_what_it_would_show_changes_with_the_figures_before_any_word_is_written(shop: Shop, desk: Desk) -> None:
    with_past(shop)
    four = [str(shop.world.id_of(key)) for key in KEYS[:4]]
    given = filled(shop.world, title="", what="", departments=four, steps="2", then="look")
    whole = desk.of("carmen").post(NEW, given)
    part = desk.of("carmen").post(NEW + "?part=power", given)
    for answer in (whole, part):
        assert answer.status_code == 200
        words = answer.content.decode()
        assert "4 departments, 2 steps, 4 weeks a step: nothing can be learned like this." in words
        assert "Only 6 different orders are possible" in words
        assert "in 33 of 100 cases" in words
    assert "<html" not in part.content.decode()
    assert not Rollout.objects.exists()


def test_where_another_one_is_running_is_said_before_the_plan_is_kept(shop: Shop, desk: Desk) -> None:
    with_past(shop)
    waits = "another roll-out is running. This one can begin only when that one has ended."
    assert waits not in desk.of("carmen").get(NEW).content.decode()
    running = started(shop.world)
    assert waits in desk.of("carmen").get(NEW).content.decode()
    RolloutPlace.objects.filter(rollout=running).exclude(department=shop.world.care.id).update(is_running=False)
    four = [str(shop.world.id_of(key)) for key in KEYS[:4]]
    given = filled(shop.world, departments=four, steps="2", then="look")
    part = desk.of("carmen").post(NEW + "?part=power", given).content.decode()
    assert f"In {shop.world.care.name} {waits}" in part
    without = [one for one in four if one != str(shop.world.care.id)] + [str(shop.world.id_of(KEYS[5]))]
    assert waits not in desk.of("carmen").post(NEW + "?part=power", given | {"departments": without}).content.decode()


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"title": ""}, "Please write something here."),
        ({"departments": []}, "Please write something here."),
        ({"steps": "8"}, "There are more steps than departments."),
        ({"measure": "waiting", "worth": "2"}, "nothing of this was measured"),
        ({"worth": "0"}, "greater than or equal to 0.1"),
        ({"departments": ["999999"]}, "This is not one of the answers"),
    ],
)
def test_what_cannot_be_planned_is_said(shop: Shop, desk: Desk, other: dict[str, Any], says: str) -> None:
    with_past(shop)
    response = desk.of("carmen").post(NEW, filled(shop.world, **other))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not Rollout.objects.exists()


def test_an_empty_house_is_told_that_nothing_was_measured(shop: Shop, desk: Desk) -> None:
    page = desk.of("carmen").get(NEW).content.decode()
    assert "In the last half year nothing of this was measured in these departments." in page


def test_a_plan_is_kept_drawn_and_begun(shop: Shop, desk: Desk) -> None:
    with_past(shop)
    carmen = desk.of("carmen")
    kept = carmen.post(NEW, filled(shop.world))
    number = Rollout.objects.get().pk
    assert (kept.status_code, kept.headers["Location"]) == (302, page_of(number))
    page = carmen.get(page_of(number)).content.decode()
    assert "Draw the order and begin" in page
    for stranger in ("ana", "radu"):
        assert desk.of(stranger).get(page_of(number)).status_code == 404
        assert desk.of(stranger).post(page_of(number, "start_rollout"), {"first_on": "2026-11-30"}).status_code == 404
    wrong = carmen.post(page_of(number, "start_rollout"), {"first_on": "2026-12-01"})
    assert wrong.status_code == 422
    assert Rollout.objects.get().seed == ""
    assert carmen.get(page_of(number, "start_rollout")).status_code == 405
    assert carmen.post(page_of(number, "start_rollout"), {"first_on": "2026-11-30"}).status_code == 302
    page = carmen.get(page_of(number)).content.decode()
    assert Rollout.objects.get().state == "running"
    assert Rollout.objects.get().seed in page
    assert "The first group begins" in page
    assert "<svg" in page
    assert "Draw the order and begin" not in page


# --- running


def test_each_sees_of_the_draw_what_is_theirs(shop: Shop, desk: Desk) -> None:
    row = started(shop.world)
    RolloutPlace.objects.filter(department=shop.world.care.id).update(step=2, starts_on=MONDAY + timedelta(weeks=4))
    pages = {name: desk.of(name).get(page_of(row.pk)).content.decode() for name in ("carmen", "ana", "radu")}
    assert desk.of_customer("zofia").get(page_of(row.pk)).status_code == 404
    lists = {name: desk.of(name).get(LIST).content.decode() for name in ("ana", "radu")}
    assert "5eed" in pages["carmen"]
    assert "Your department begins" in pages["ana"]
    assert "Your department begins" in lists["ana"]
    assert "Your department begins" not in lists["radu"]
    assert "Which department begins when is told to its head on the day" in pages["radu"]
    for name in ("ana", "radu"):
        assert "5eed" not in pages[name]
        assert "Draw it again yourself" not in pages[name]
        # Ana's day has not come: what is done differently is not told to her yet.
        assert "answered before noon of the next day" not in pages[name]
        assert "Stop it" not in pages[name]
    assert '<svg class="c-bars c-plot"' not in pages["radu"]


def test_a_head_notes_the_day_and_nobody_else_does(shop: Shop, desk: Desk) -> None:
    row = started(shop.world)
    address = page_of(row.pk, "note_rollout_began")
    care = {"department": str(shop.world.care.id), "began_on": "2026-11-23"}
    assert desk.of("radu").post(address, care).status_code == 422
    assert desk.of("tomasz").post(address, care).status_code == 422
    assert not RolloutPlace.objects.filter(began_on__isnull=False).exists()
    tomorrow = desk.of("ana").post(address, {**care, "began_on": "2026-11-24"})
    assert tomorrow.status_code == 422
    assert "only what has happened is noted" in tomorrow.content.decode()
    assert desk.of("ana").post(address, care).status_code == 302
    assert RolloutPlace.objects.get(department=shop.world.care.id).began_on == MONDAY


def test_a_department_leaves_and_the_whole_is_stopped_only_by_who_plans(shop: Shop, desk: Desk) -> None:
    row = started(shop.world)
    left = {"department": str(shop.world.care.id), "left_on": "2026-11-23", "because": "=merged"}
    assert desk.of("ana").post(page_of(row.pk, "note_rollout_left"), left).status_code == 403
    assert desk.of("ana").post(page_of(row.pk, "stop_rollout"), {"because": "No"}).status_code == 403
    assert Rollout.objects.get().state == "running"
    assert desk.of("carmen").post(page_of(row.pk, "note_rollout_left"), left).status_code == 302
    assert desk.of("carmen").post(page_of(row.pk, "stop_rollout"), {"because": ""}).status_code == 422
    assert desk.of("carmen").post(page_of(row.pk, "stop_rollout"), {"because": "We move."}).status_code == 302
    page = desk.of("carmen").get(page_of(row.pk)).content.decode()
    waiting = desk.of("carmen").get(page_of(row.pk), {"part": "waiting"})
    assert "What came of it is being worked out." in page
    assert (waiting.status_code, waiting.headers.get("HX-Refresh")) == (204, None)


def test_a_plan_is_given_up(shop: Shop, desk: Desk) -> None:
    with_past(shop)
    number = planned(shop.world)
    assert desk.of("ana").post(page_of(number, "drop_rollout")).status_code == 404
    assert desk.of("carmen").post(page_of(number, "drop_rollout")).status_code == 302
    assert "It was given up before it began" in desk.of("carmen").get(page_of(number)).content.decode()


# --- ended


def ended(shop: Shop, *, gain: float = 0.25) -> int:
    row = started(shop.world)
    at = live_on(shop.world, row, gain=gain)
    end_rollouts(at=at)
    analyse_rollout(at=at, rollout_id=row.pk)
    return row.pk


def test_everybody_inside_reads_what_came_of_it(
    shop: Shop, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    number = ended(shop)
    radu = desk.of("radu")
    radu.get(page_of(number))
    # Four of the page; five that say who is looking, which every page has.
    with django_assert_num_queries(9):
        page = radu.get(page_of(number)).content.decode()
    assert "It helped." in page
    assert "departments that had begun differed from those that still waited by +" in page
    assert "With 95 % confidence it lies between +" in page
    assert "by going through all 210 orders" in page
    assert "weeks 1 to 4" in page
    assert "What this cannot say" in page
    assert "5eed" in page
    assert "Nobody noted when departments really began." in page
    assert "Supported" in radu.get(LIST).content.decode()
    refreshed = radu.get(page_of(number), {"part": "waiting"})
    assert refreshed.headers["HX-Refresh"] == "true"


def test_an_effect_that_is_not_there_is_not_called_one(shop: Shop, desk: Desk) -> None:
    number = ended(shop, gain=0.0)
    page = desk.of("carmen").get(page_of(number)).content.decode()
    assert "It helped." not in page
    assert "not known yet" in page or "helps less than you said would matter" in page


def test_stopped_before_anything_there_is_a_reason_and_no_figure(shop: Shop, desk: Desk) -> None:
    row = started(shop.world)
    stop_rollout(by=shop.world.carmen, at=shop.at, rollout_id=row.pk, because="We move.")
    analyse_rollout(at=shop.at, rollout_id=row.pk)
    page = desk.of("radu").get(page_of(row.pk)).content.decode()
    assert "there is nothing to compare" in page
    assert "It was stopped early: We move." in page
    assert "By time since a department began" not in page


def test_the_file_holds_every_cell_and_blanks_the_small_ones(shop: Shop, desk: Desk) -> None:
    row = started(shop.world)
    assert desk.of("carmen").get(page_of(row.pk, "rollout_file")).status_code == 404
    at = live_on(shop.world, row)
    few = Tally.objects.filter(provider=shop.world.care.id, week_on__gte=MONDAY, measure="csat")
    few.exclude(week_on=MONDAY).delete()
    few.update(n=1)
    end_rollouts(at=at)
    analyse_rollout(at=at, rollout_id=row.pk)
    assert desk.of_customer("zofia").get(page_of(row.pk, "rollout_file")).status_code == 404
    lines = desk.of("radu").get(page_of(row.pk, "rollout_file")).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "department,name,span,since,until,begun_by_plan,answers,mean"
    assert len(lines) == 1 + 7 * 3
    care = [line.split(",") for line in lines if line.startswith("care,")]
    assert [line[6] for line in care] == ["96", "", ""]
    assert care[1][7] == ""
