"""A log played through the dispatcher: what is decided goes by what had happened before, and by nothing else."""

import numpy as np
import pytest

from clientela.requests.rules.dispatch import Rule, RuleName
from clientela.requests.rules.replays import (
    ALL,
    UNPROMISED_HOURS,
    Note,
    Staffing,
    Work,
    World,
    compared,
    from_core_on,
    staffed,
    stakes_of,
)
from clientela.requests.rules.replays.promising import RunningShare, promised_stays

NOTHING_DUE = np.array([np.nan])


def a_work(seed: int, cases: int = 300, *, with_parents: bool = False) -> Work:
    """Cases that walk over three teams, of which one is slow, with waits for somebody outside between."""
    generator = np.random.default_rng(seed)
    arrives = np.cumsum(generator.exponential(1.0, cases))
    counts = generator.integers(1, 4, cases)
    total = int(counts.sum())
    first = np.concatenate([[0], np.cumsum(counts)])
    case_of = np.repeat(np.arange(cases), counts)
    visit = np.arange(total) - first[case_of]
    parent = np.full(cases, -1)
    if with_parents:
        children = np.flatnonzero(np.arange(cases) % 3 == 2)
        parent[children] = children - 1
    team = generator.integers(0, 3, total).astype(np.int32)
    return Work(
        team=team,
        kind=generator.integers(0, 2, total).astype(np.int32),
        hours=generator.lognormal(-1.0 + 0.5 * team, 0.6),
        delay_hours=np.where((visit > 0) & (generator.random(total) < 0.3), generator.exponential(5.0, total), 0.0),
        at_hours=arrives[case_of] + visit,
        first=first.astype(np.int64),
        case=np.arange(cases, dtype=np.int32),
        arrives_hours=arrives,
        last_hours=arrives + 20.0,
        priority=(np.arange(cases) % 3).astype(np.int32),
        due_hours=np.full(cases, np.nan),
        parent=parent.astype(np.int64),
        teams=["A", "B", "C"],
        manner="spans",
    )


def a_world(work: Work, staffing: Staffing | None = None) -> World:
    notes: list[Note] = []
    names = [f"case {number}" for number in range(len(work.case))]
    cost, rank = stakes_of(work.priority, ["Low", "High", "Urgent"], names, equal=False, notes=notes)
    return World(work, staffing or staffed(work, wait_ratio=4.0, notes=notes), cost, rank)


def first_come(world: World) -> np.ndarray:
    return np.full(len(world.cost), np.nan)


def test_teams_are_as_busy_as_was_asked_for() -> None:
    work = a_work(1, 2000)
    world = a_world(work)
    played = world.played(first_come(world), Rule(RuleName.FCFS, unpromised_hours=UNPROMISED_HOURS))
    waits, hours = played.start_hours - played.ready_hours, world.staffing.hours
    for number in range(3):
        chosen = world.staffing.team == number
        assert 1.0 < waits[chosen].mean() / hours[chosen].mean() < 8.0


@pytest.mark.parametrize("rule", ALL)
@pytest.mark.parametrize("with_parents", [False, True])
def test_no_decision_before_a_moment_depends_on_anything_after_it(rule: RuleName, *, with_parents: bool) -> None:
    """Everything that begins after T is changed: its work, its waits, its team, its stake; and who comes after T."""
    work = a_work(2, 400, with_parents=with_parents)
    world = a_world(work)
    base = world.played(first_come(world), Rule(RuleName.FCFS, unpromised_hours=UNPROMISED_HOURS))
    due = world.promises(base, share=0.9)
    played = world.played(due, Rule(rule, unpromised_hours=UNPROMISED_HOURS))
    moment = float(np.quantile(played.start_hours, 0.5))

    generator = np.random.default_rng(3)
    is_later = played.start_hours > moment
    is_new = work.arrives_hours > moment
    hours = np.where(is_later, world.staffing.hours * generator.uniform(0.1, 10.0, len(is_later)), world.staffing.hours)
    is_of_new = is_new[world.case_of]
    team = np.where(is_of_new, (world.staffing.team + 1) % 3, world.staffing.team).astype(np.int32)
    changed = World(
        work, Staffing(team, hours, world.staffing.names, world.staffing.hands),
        np.where(is_new, 9.0, world.cost), np.where(is_new, 1, world.rank).astype(np.int32),
    )  # fmt: skip
    changed.rest_hours = np.where(is_of_new, 0.0, world.rest_hours)  # what was expected when a case came, before T
    other_due = np.where(is_new, work.arrives_hours, due)
    again = changed.played(other_due, Rule(rule, unpromised_hours=UNPROMISED_HOURS))

    before = played.order[played.start_hours[played.order] <= moment]
    assert again.order[: len(before)].tolist() == before.tolist()
    np.testing.assert_array_equal(again.start_hours[before], played.start_hours[before])
    assert again.order.tolist() != played.order.tolist()


def test_what_is_expected_to_follow_is_learned_from_cases_that_had_ended_before() -> None:
    work = a_work(4)
    world = a_world(work)
    moment = float(work.arrives_hours[150])
    hours = np.where(work.last_hours[world.case_of] >= moment, world.staffing.hours * 7.0, world.staffing.hours)
    changed = World(work, Staffing(world.staffing.team, hours, world.staffing.names, world.staffing.hands),
                    world.cost, world.rank)  # fmt: skip
    known = world.case_of <= 150
    np.testing.assert_array_equal(changed.rest_hours[known], world.rest_hours[known])
    assert (changed.rest_hours[~known] != world.rest_hours[~known]).any()


def test_a_promise_is_made_from_cases_that_had_ended_before() -> None:
    arrives = np.array([0.0, 10.0, 20.0, 30.0])
    ended = np.array([5.0, 25.0, 26.0, 40.0])
    groups = [((),)] * 4
    told = promised_stays(arrives, ended, ended - arrives, groups, share=0.5)
    # Nothing had ended at 0; at 10 and 20 a stay of 5; at 30 stays of 5, 6 and 15.
    assert np.isnan(told[0])
    assert told[1:].tolist() == [5.0, 5.0, 6.0]


def test_a_rare_kind_leans_on_the_wider_one() -> None:
    running = RunningShare(0.5)
    for _ in range(20):
        running.add([(), ("a",)], 10.0)
    running.add([(), ("b",)], 110.0)
    assert running.told([()]) == 10.0
    assert running.told([(), ("b",)]) == pytest.approx((110.0 + 20 * 10.0) / 21)


def test_a_parent_waits_for_what_was_asked_on_its_behalf() -> None:
    work = a_work(5, 60, with_parents=True)
    world = a_world(work)
    played = world.played(first_come(world), Rule(RuleName.FCFS, unpromised_hours=UNPROMISED_HOURS))
    children = np.flatnonzero(work.parent >= 0)
    assert len(children) == 20
    assert (played.case_end_hours[work.parent[children]] >= played.case_end_hours[children]).all()


def test_waiting_for_somebody_outside_takes_no_hands_and_no_promised_time() -> None:
    work = a_work(6, 60)
    world = a_world(work)
    played = world.played(first_come(world), Rule(RuleName.FCFS, unpromised_hours=UNPROMISED_HOURS))
    later = np.flatnonzero((world.visit > 0) & (work.delay_hours > 0))
    assert (played.ready_hours[later] >= played.end_hours[later - 1] + work.delay_hours[later] - 1e-9).all()


def test_with_a_floor_nobody_waits_much_longer_than_it() -> None:
    world = a_world(a_work(7, 1500))
    base = world.played(first_come(world), Rule(RuleName.FCFS, unpromised_hours=UNPROMISED_HOURS))
    due = world.promises(base, share=2 / 3)
    answers = {
        floor: compared(
            world, due, base, promise="tight", rules=[RuleName.CHAIN], look_ahead=1.5, floor_hours=floor,
            on_rule=lambda: None,
        ).rules[0].overall
        for floor in (None, 5.0)
    }  # fmt: skip
    longest = float((base.start_hours - base.ready_hours).max())
    assert answers[5.0].longest_wait_hours <= longest + 5.0
    assert answers[5.0].weighted_tardiness >= answers[None].weighted_tardiness


def test_the_best_simple_rule_is_the_measure_and_every_share_follows_from_it() -> None:
    world = a_world(a_work(8, 800))
    base = world.played(first_come(world), Rule(RuleName.FCFS, unpromised_hours=UNPROMISED_HOURS))
    due = world.promises(base, share=0.9)
    answer = compared(
        world, due, base, promise="loose", rules=ALL, look_ahead=1.5, floor_hours=None, on_rule=lambda: None
    )
    tardiness = {one.rule: one.overall.weighted_tardiness for one in answer.rules}
    simple = {name: tardiness[name] for name in ("fcfs", "edd", "priority", "wsjf")}
    assert answer.best_simple == min(simple, key=simple.__getitem__)
    for one in answer.rules:
        assert one.share_of_best_simple == pytest.approx(tardiness[one.rule] / min(simple.values()))
        assert sum(team.operations for team in one.teams.values()) == one.overall.operations
        assert sum(team.weighted_tardiness for team in one.teams.values()) == pytest.approx(tardiness[one.rule])


def test_the_thin_beginning_of_an_extract_is_left_out() -> None:
    work = a_work(9, 500)
    thin = np.concatenate([np.array([-9000.0, -6000.0, -3000.0]), work.arrives_hours[3:]])
    notes: list[Note] = []
    kept = from_core_on(Work(**{**work.__dict__, "arrives_hours": thin}), notes)
    assert (len(kept.case), [(note.code, note.count) for note in notes]) == (497, [("thin_beginning", 3)])
    assert kept.first[0] == 0
    assert len(kept.team) == int(kept.first[-1])


@pytest.mark.parametrize(
    ("names", "costs"),
    [
        (["Low", "Medium", "High", "Major"], [1.0, 2.0, 4.0, 8.0]),
        (["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"], [8.0, 4.0, 2.0, 1.0]),
        (["P3", "P1", "P2"], [1.0, 4.0, 2.0]),
        (["normal", "urgent"], [1.0, 2.0]),
    ],
)
def test_what_lateness_costs_doubles_with_each_step_of_priority(names: list[str], costs: list[float]) -> None:
    priority = np.arange(len(names), dtype=np.int32)
    cost, rank = stakes_of(priority, names, ["x"] * len(names), equal=False, notes=[])
    assert cost.tolist() == costs
    assert rank[int(np.argmax(cost))] == 1


def test_without_a_priority_stakes_are_dealt_by_name_and_always_the_same() -> None:
    notes: list[Note] = []
    names = [f"case {number}" for number in range(20_000)]
    cost, _ = stakes_of(np.full(20_000, -1, np.int32), [], names, equal=False, notes=notes)
    shares = [float((cost == one).mean()) for one in (1.0, 2.0, 4.0, 8.0)]
    assert shares == [pytest.approx(one, abs=0.02) for one in (0.4, 0.3, 0.2, 0.1)]
    again, _ = stakes_of(np.full(20_000, -1, np.int32), [], names[::-1], equal=False, notes=[])
    assert again[::-1].tolist() == cost.tolist()
    assert [note.code for note in notes] == ["dealt_stakes"]
