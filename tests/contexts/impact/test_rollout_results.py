"""What came of a roll-out: ended by the clock, worked out once, and each mishap with its own answer."""

from datetime import timedelta

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from clientela.directory.models import Membership
from clientela.impact import jobs
from clientela.impact.actions import rollouts as actions
from clientela.impact.actions.analysing import analyse_rollout, end_rollouts, remind_heads
from clientela.impact.models import Rollout, RolloutPlace
from clientela.impact.queries.rollouts import RolloutPage, rollout_cells, rollout_page
from clientela.impact.rules.rollouts import Analysis, NoAnswer
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError
from tests.rolling import MONDAY, live_on, started, step_of
from tests.world import World


def ended(world: World, row: Rollout, *, gain: float = 0.25) -> RolloutPage:
    """Its weeks have passed, it has ended, and what came of it is worked out."""
    at = live_on(world, row, gain=gain)
    assert end_rollouts(at=at) == 1
    analyse_rollout(at=at, rollout_id=row.pk)
    return rollout_page(world.carmen, row.pk, at=at, language="en")


def note_all(world: World, row: Rollout, *, late_days: int = 0) -> None:
    for place in RolloutPlace.objects.filter(rollout=row):
        if place.starts_on is not None:
            place.began_on = place.starts_on + timedelta(days=late_days)
            place.save()


def analysis_of(page: RolloutPage) -> Analysis:
    assert isinstance(page.result, Analysis)
    return page.result


# --- ending


def test_it_ends_when_the_last_group_begins_and_not_before(world: World) -> None:
    row = started(world)
    last = world.at + timedelta(weeks=8)
    assert end_rollouts(at=last - timedelta(days=1)) == 0
    assert end_rollouts(at=last) == 1
    assert end_rollouts(at=last) == 0
    row.refresh_from_db()
    assert (row.state, row.ended_at, row.result) == ("done", last, None)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == (actions.ANALYSE_JOB, {"rollout_id": row.pk})
    assert not RolloutPlace.objects.filter(is_running=True).exists()


def test_nothing_is_worked_out_while_it_runs_whoever_asks(world: World) -> None:
    row = started(world)
    live_on(world, row)
    analyse_rollout(at=world.at, rollout_id=row.pk)
    analyse_rollout(at=world.at, rollout_id=row.pk + 1)
    row.refresh_from_db()
    assert (row.state, row.result) == ("running", None)
    with pytest.raises(HiddenError):
        rollout_cells(world.carmen, row.pk, language="en")


def test_what_was_worked_out_stays(world: World) -> None:
    row = started(world)
    page = ended(world, row)
    analyse_rollout(at=world.at + timedelta(weeks=20), rollout_id=row.pk)
    again = rollout_page(world.carmen, row.pk, at=world.at, language="en")
    assert again.result == page.result
    verbs = [fact.verb for fact in facts_about(thing("rollout", row.pk))]
    assert verbs == ["rollout_worked_out", "rollout_ended", "rollout_started", "rollout_planned"]


# --- what came of it


def test_an_effect_that_is_there_is_found(world: World) -> None:
    row = started(world)
    note_all(world, row)
    page = ended(world, row)
    found = analysis_of(page)
    assert found.figure.low <= 0.25 <= found.figure.high
    assert found.figure.p <= 0.05
    assert (found.orders, found.is_every_order, found.departments, found.spans) == (210, True, 7, 2)
    assert found.taken_up == pytest.approx(1.0)
    assert found.where_begun is None
    assert [one.spans for one in found.exposures] == [0, 1]
    assert found.answers == 7 * 12 * 16  # eight weeks before, eight compared
    assert found.second_opinion == pytest.approx(0.25, abs=0.08)
    assert page.verdict is not None
    assert (page.verdict.answer, page.verdict.doubts) == ("supported", ())
    assert page.line.answer == "supported"


def test_an_effect_that_is_not_there_is_not(world: World) -> None:
    row = started(world)
    page = ended(world, row, gain=0.0)
    assert analysis_of(page).figure.p > 0.05
    assert page.verdict is not None
    assert page.verdict.answer != "supported"
    assert page.verdict.doubts == ("not_noted",)


def test_departments_that_began_late_are_counted_where_they_were_drawn(world: World) -> None:
    row = started(world)
    note_all(world, row, late_days=14)
    page = ended(world, row)
    found = analysis_of(page)
    # Two of the four weeks of the first span, and all of the second for those who began in the first.
    assert 0.5 < found.taken_up < 0.8
    assert found.where_begun is not None
    assert found.where_begun.effect == pytest.approx(found.figure.effect / found.taken_up)
    assert page.verdict is not None
    assert "not_taken_up" in page.verdict.doubts
    assert [place.is_late for place in page.places] == [True] * 7


def test_a_department_that_began_before_its_day_is_named_as_no_true_yardstick(world: World) -> None:
    row = started(world)
    note_all(world, row)
    last = RolloutPlace.objects.filter(rollout=row, step=3).first()
    assert last is not None
    last.began_on = MONDAY
    last.save()
    page = ended(world, row)
    assert sum(place.is_early for place in page.places) == 1
    assert page.verdict is not None
    assert "began_early" in page.verdict.doubts
    assert analysis_of(page).taken_up < 1


def test_a_department_that_left_counts_no_more_from_that_step_on(world: World) -> None:
    row = started(world)
    at = world.at + timedelta(weeks=5)
    actions.note_that_a_department_left(
        by=world.carmen,
        at=at,
        rollout_id=row.pk,
        department_id=world.care.id,
        left_on=at.date(),
        because="Merged into Workshop.",
    )
    page = ended(world, row)
    assert analysis_of(page).answers == 7 * 12 * 16 - 4 * 12
    assert page.verdict is not None
    assert "left" in page.verdict.doubts


def test_stopped_before_anybody_could_be_compared_there_is_no_figure(world: World) -> None:
    row = started(world)
    at = world.at + timedelta(days=2)
    actions.stop_rollout(by=world.carmen, at=at, rollout_id=row.pk, because="The house moves.")
    analyse_rollout(at=at, rollout_id=row.pk)
    page = rollout_page(world.carmen, row.pk, at=at, language="en")
    assert page.result == NoAnswer("nothing_to_compare")
    assert page.verdict is not None
    assert (page.verdict.answer, page.verdict.reason) == ("not_enough_data", "no_answer")


def test_stopped_early_it_is_worked_out_from_the_weeks_there_are_and_says_so(world: World) -> None:
    row = started(world)
    at = live_on(world, row, weeks=5)
    actions.stop_rollout(by=world.carmen, at=at, rollout_id=row.pk, because="The house moves.")
    analyse_rollout(at=at, rollout_id=row.pk)
    page = rollout_page(world.carmen, row.pk, at=at, language="en")
    assert analysis_of(page).answers == 7 * 12 * (8 + 5)
    assert page.verdict is not None
    assert "stopped_early" in page.verdict.doubts


def test_weeks_in_which_nobody_was_asked_are_missing_and_not_zero(world: World) -> None:
    row = started(world)
    at = world.at + timedelta(weeks=8)
    assert end_rollouts(at=at) == 1
    analyse_rollout(at=at, rollout_id=row.pk)
    page = rollout_page(world.carmen, row.pk, at=at, language="en")
    assert page.result == NoAnswer("no_answers")


def test_the_table_behind_a_result_hides_cells_of_fewer_than_five(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = started(world)
    ended(world, row)
    reader = world.ana
    with django_assert_num_queries(4):
        cells = rollout_cells(reader, row.pk, language="en")
    assert len(cells) == 7 * 3
    assert {cell.n for cell in cells} == {96, 48}
    steps = step_of(row, world)
    assert all(cell.has_begun == (0 < steps[cell.key] <= cell.span) for cell in cells)
    assert all(cell.mean is not None for cell in cells)
    with pytest.raises(HiddenError):
        rollout_cells(world.zofia, row.pk, language="en")


# --- reminding


def letters() -> list[tuple[str, str]]:
    return sorted(Letter.objects.filter(kind="rollout_turn").values_list("to_name", "subject"))


def test_a_head_is_told_on_the_day_and_only_once(world: World) -> None:
    row = started(world)
    steps = step_of(row, world)
    heads = {"care": "Ana Ionescu", "workshop": "Ștefan Munteanu", "it": "Ioana Stan", "maintenance": "Tomasz Wójcik"}
    heads |= {"hr": "Magda Kowalska", "management": "Carmen Ruiz"}  # Workshop Warsaw has no head
    wanted = sorted(name for key, name in heads.items() if steps[key] == 1)
    assert remind_heads(at=world.at - timedelta(days=1)) == 0
    assert remind_heads(at=world.at) == 3
    assert remind_heads(at=world.at + timedelta(hours=1)) == 0
    assert [name for name, _subject in letters()] == wanted


def test_who_has_begun_already_is_not_told_to_begin(world: World) -> None:
    row = started(world)
    for place in RolloutPlace.objects.filter(rollout=row, step=1):
        place.began_on = MONDAY
        place.save()
    assert remind_heads(at=world.at) == 3
    assert letters() == []


def test_the_letter_says_what_to_do_and_where_to_say_so(world: World) -> None:
    row = started(world)
    Membership.objects.exclude(person=world.id_of("ioana")).update(role="member")
    RolloutPlace.objects.filter(rollout=row, department=world.it.id).update(step=1, starts_on=MONDAY)
    remind_heads(at=world.at)
    letter = Letter.objects.get(kind="rollout_turn")
    assert letter.subject == "It is your turn: Answer before noon"
    assert "The lot has put IT here: from today on, please work in the new way." in letter.text
    assert "Every request is answered before noon of the next day." in letter.text
    assert f"/insight/roll-outs/{row.pk}" in letter.text
    assert "Say when you began" in letter.html
    assert letter.language == "en"


def test_the_hourly_job_reminds_and_ends_and_a_job_for_nothing_does_nothing(world: World) -> None:
    with time_machine.travel(world.at, tick=False):
        started(world)
        assert jobs.mind_rollouts() == 3
        assert jobs.mind_rollouts() == 0
        jobs.work_out_rollout(10**9)
    with time_machine.travel(world.at + timedelta(weeks=8), tick=False):
        assert jobs.mind_rollouts() == 4 + 1  # the others' days have come, and it ends
