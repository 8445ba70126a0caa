"""One run: nothing gets lost, nobody works at night, parents wait for the last of their children."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.network.simulation import run_as_json, run_from_json
from clientela.network.simulation.ciw_runs import played
from clientela.network.simulation.drawing import Drawing
from clientela.network.simulation.house import Ask, Delay, Hours, House, Service, Staffing, Stream, Surge
from clientela.network.simulation.opening import OpeningTime, shifts_of
from clientela.network.simulation.running import one_run
from tests.rules.network.simulation.houses import NINE_TO_FIVE, OFFICE, STORE, WORKSHOP, house, only_office

EXACTLY = 1e-9


@given(st.integers(1, 10_000), st.integers(1, 3), st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_what_came_is_done_or_left(seed: int, office: int, workshop: int) -> None:
    run = one_run(house(office=office, workshop=workshop), seed=seed, weeks=4)
    assert run.arrived == run.done + run.left
    assert run.arrived > 0


def test_the_same_seed_gives_the_same_run_and_another_does_not() -> None:
    assert one_run(house(), seed=7, weeks=6) == one_run(house(), seed=7, weeks=6)
    assert one_run(house(), seed=7, weeks=6) != one_run(house(), seed=8, weeks=6)


def test_a_run_survives_being_kept_as_json() -> None:
    run = one_run(house(), seed=7, weeks=6, measured_weeks=(2, 5))
    assert run_from_json(json.loads(json.dumps(run_as_json(run)))) == run
    assert run.measured_weeks == (2, 5)


@given(st.integers(1, 10_000), st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_one_more_person_never_makes_the_mean_wait_longer(seed: int, people: int) -> None:
    fewer = one_run(only_office(people), seed=seed, weeks=6).departments[0].wait_mean
    more = one_run(only_office(people + 1), seed=seed, weeks=6).departments[0].wait_mean
    assert fewer is not None
    assert more is not None
    assert more <= fewer + EXACTLY


def test_a_parent_goes_on_when_the_last_of_its_children_is_done() -> None:
    run = played(house(), seed=3, weeks=8)
    parents = [case for case in run.cases if case.children and case.done_at is not None]
    assert len(parents) > 100
    second_visits = {id(case): joined for _, case, joined, _, _, is_first in run.visits if not is_first}
    for case in parents:
        ends = [child.done_at for child in case.children]
        assert None not in ends
        last = max(end for end in ends if end is not None)
        assert all(child.opened_at > case.opened_at for child in case.children)
        # The workshop's own requests lie a while before they are taken again; the office's are taken up at once.
        if case.department == 0:
            assert second_visits[id(case)] == last
        assert case.done_at is not None
        assert case.done_at > last


def test_chains_go_three_departments_deep() -> None:
    run = played(house(), seed=3, weeks=8)
    children = [child for case in run.cases if case.root_side for child in case.children]
    assert {child.department for child in children} == {1}
    assert {grandchild.department for child in children for grandchild in child.children} == {2}


def test_who_waits_because_of_whom_is_told_by_department() -> None:
    waits = {(row.waiting_id, row.needed_id): row for row in one_run(house(), seed=3, weeks=8).waits}
    assert set(waits) == {(OFFICE, WORKSHOP), (WORKSHOP, STORE)}
    assert all(row.requests > 0 and row.hours_a_week > 0 for row in waits.values())


def test_a_department_that_is_asked_waits_with_two_children_for_the_slower_one() -> None:
    both = replace(
        house(shape="fixed", office=9, workshop=99, store=99),
        services=(
            Service("1:1", OFFICE, Hours(1.0, "fixed"), first_share=0.5, asks=(Ask("2:2", 1.0), Ask("3:3", 1.0))),
            Service("2:2", WORKSHOP, Hours(2.0, "fixed")),
            Service("3:3", STORE, Hours(3.0, "fixed")),
        ),
        streams=(Stream("outside", "1:1", 3.0, "even"),),
    )
    run = one_run(both, seed=1, weeks=20)
    # Half an hour, three hours of the slower one, half an hour; nobody waits for a person.
    assert run.departments[0].stay_mean == pytest.approx(4.0)
    assert [(row.waiting_id, row.needed_id) for row in run.waits] == [(OFFICE, STORE)]


def test_nobody_begins_or_ends_work_while_the_doors_are_closed() -> None:
    run = played(house(), seed=5, weeks=6)
    opening = OpeningTime(NINE_TO_FIVE, 6)
    spans = opening.spans
    begins = [begun for _, _, _, begun, hours, _ in run.visits if hours]
    ends = [case.done_at for case in run.cases if case.done_at is not None]
    assert all(any(start <= moment < end for start, end in spans) for moment in begins)
    assert all(any(start < moment <= end for start, end in spans) for moment in ends)


def test_work_that_is_not_done_at_closing_time_goes_on_in_the_morning() -> None:
    opening = OpeningTime(NINE_TO_FIVE, 2)
    monday_four, tuesday_ten, friday_five, monday_nine = 16.0, 34.0, 113.0, 177.0
    assert opening.after(monday_four, 2.0) == tuesday_ten
    assert opening.after(friday_five - 1, 1.0) == friday_five  # what ends with the day ends then, not on Monday
    assert opening.after(friday_five, 0.5) == monday_nine + 0.5
    assert opening.after(130.0, 0.5) == monday_nine + 0.5
    assert opening.after(130.0, 0.0) == 130.0
    assert opening.after(monday_four, 1000.0) == float("inf")
    assert opening.worked(np.asarray([9.0, 13.0, 17.0, 20.0, 33.0, 168.0])).tolist() == [0, 4, 8, 8, 8, 40]


@given(st.floats(0, 300), st.floats(0.01, 30))
def test_so_many_open_hours_pass_until_the_moment_after(moment: float, hours: float) -> None:
    opening = OpeningTime(NINE_TO_FIVE, 4)
    end = opening.after(moment, hours)
    before, after = opening.worked(np.asarray([moment, end]))
    assert after - before == pytest.approx(hours)


def test_waits_count_working_hours_only() -> None:
    # One request a week at most, one person, so it never waits, whenever it comes: at night and on Sundays too.
    run = one_run(only_office(1, hours=0.01, a_week=1.0), seed=2, weeks=40)
    assert run.departments[0].wait_mean == 0.0
    assert run.departments[0].arrivals > 20


def test_a_shift_ends_with_the_day_and_changes_come_in_their_weeks() -> None:
    department = replace(house().departments[0], changes=(Staffing(-1, 1, 2),))
    shifts = shifts_of(department, 5, first_week=1)
    by_hour = dict(shifts)
    assert (by_hour[9.0], by_hour[17.0]) == (2, 0)
    # The second week after the warm-up is the third of the run.
    assert [by_hour[week * 168 + 9.0] for week in range(5)] == [2, 2, 1, 2, 2]


def test_with_nobody_at_work_nothing_is_done() -> None:
    run = one_run(house(workshop=0), seed=3, weeks=6)
    workshop = run.departments[1]
    assert (workshop.done, workshop.use) == (0, None)
    assert workshop.arrivals > 0
    assert workshop.queue_by_week[-1] > workshop.queue_by_week[0] > 0


def test_use_is_work_over_people() -> None:
    run = one_run(only_office(2, hours=1.0, a_week=40.0), seed=4, weeks=100)
    assert run.departments[0].use == pytest.approx(0.5, abs=0.03)
    assert run.departments[0].people_hours == 80.0


def test_the_promise_stands_still_while_it_waits_for_the_customer() -> None:
    slow = Delay(1.0, Hours(100.0, "fixed"))
    base = only_office(3, hours=0.5, a_week=5.0)
    still = replace(base, services=(replace(base.services[0], first_share=0.5, customer=slow, pauses=("customer",)),))
    running = replace(base, services=(replace(still.services[0], pauses=()),))
    assert one_run(still, seed=1, weeks=10).departments[0].kept_share == 1.0
    assert one_run(running, seed=1, weeks=10).departments[0].kept_share == 0.0


def test_a_hand_over_goes_on_at_the_other_department_and_counts_as_one_request() -> None:
    base = house(shape="fixed", office=9, workshop=9)
    passed_on = replace(
        base,
        services=(
            Service("1:1", OFFICE, Hours(0.5, "fixed"), handed_over=(Ask("2:2", 1.0),), promise_hours=2.4),
            Service("2:2", WORKSHOP, Hours(2.0, "fixed")),
            base.services[2],
        ),
        streams=(Stream("outside", "1:1", 3.0, "even"),),
    )
    run = one_run(passed_on, seed=1, weeks=20)
    assert run.services[0].stay_mean == pytest.approx(2.5)
    assert run.services[0].kept_share == 0.0
    cases = played(passed_on, seed=1, weeks=20).cases
    over = [case.successor for case in cases if case.department == 0 and case.done_at is not None]
    assert over == [case for case in cases if case.department == 1]


def test_the_more_urgent_stream_is_served_first() -> None:
    base = only_office(1, hours=1.0, a_week=18.0)
    both = replace(
        base,
        services=(base.services[0], Service("1:2", OFFICE, Hours(1.0))),
        streams=(replace(base.streams[0], priority=0), Stream("outside", "1:2", 18.0, "even", priority=1)),
    )
    first, second = sorted(one_run(both, seed=1, weeks=60).services, key=lambda row: row.service)
    assert first.stay_mean is not None
    assert second.stay_mean is not None
    assert first.stay_mean < second.stay_mean / 2


def test_more_arrivals_leave_those_of_today_as_they_are() -> None:
    def moments(house: House) -> set[float]:
        return {case.opened_at for case in Drawing(house, seed=1).cases(10)}

    today = house()
    busier = replace(today, streams=(replace(today.streams[0], surges=(Surge(2.0, 4, 8),)), today.streams[1]))
    calmer = replace(today, streams=(replace(today.streams[0], surges=(Surge(0.5, 4, 8),)), today.streams[1]))
    assert moments(today) < moments(busier)
    assert all(4 * 168 <= moment < 8 * 168 for moment in moments(busier) - moments(today))
    assert moments(calmer) < moments(today)
    assert all(4 * 168 <= moment < 8 * 168 for moment in moments(today) - moments(calmer))


def test_antithetic_runs_are_calm_where_the_others_are_busy() -> None:
    plain = [one_run(only_office(1), seed=seed, weeks=12).departments[0].wait_mean for seed in range(1, 61)]
    turned = [
        one_run(only_office(1), seed=seed, weeks=12, antithetic=True).departments[0].wait_mean for seed in range(1, 61)
    ]
    assert np.corrcoef(np.asarray(plain, dtype=float), np.asarray(turned, dtype=float))[0, 1] < -0.1
