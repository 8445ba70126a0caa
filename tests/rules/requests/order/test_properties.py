"""What must hold of every order, whatever the house."""

import math
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.requests.rules.order import (
    PRICED,
    TIER_STEP,
    Waiting,
    hanging_together,
    link_plan,
    reranked,
    standing_of,
    waiting_on,
)
from tests.rules.requests.order.houses import (
    COSTS,
    LEFT,
    MEAN_WORK,
    PACE,
    WORK,
    House,
    all_below,
    changed,
    houses,
    in_arrays,
    paths_up,
    random_house,
    ranked,
    term,
)

PRICED_ONLY = st.just(PRICED)


@given(houses())
def test_the_whole_house_at_once_gives_each_the_figure_of_walking_up_from_it(house: House) -> None:
    standings = standing_of(house, house, **PACE)
    assert ranked(house) == {each: standings[each].urgency for each in house}


@pytest.mark.parametrize("kinds", [None, 3])
@pytest.mark.parametrize(("levels", "links"), [(2, 900), (5, 1200), (9, 500), (25, 900), (60, 2500)])
def test_so_it_is_in_large_houses_of_any_depth(levels: int, links: int, kinds: int | None) -> None:
    house = random_house(levels + links, count=300, levels=levels, links=links, kinds=kinds)
    standings = standing_of(house, house, **PACE)
    assert ranked(house) == {each: standings[each].urgency for each in house}


@given(houses(most=7))
def test_the_lead_is_the_largest_term_over_every_path_one_by_one(house: House) -> None:
    for each, standing in standing_of(house, house, **PACE).items():
        paths = list(paths_up(house, each))
        largest = max(term(house, path) for path in paths)
        assert term(house, standing.path_ids) == pytest.approx(largest, abs=1e-8)
        assert standing.path_ids in paths
        assert standing.lead_id == standing.path_ids[-1]
        assert standing.path_work_hours == pytest.approx(sum(house[one].work_hours for one in standing.path_ids))
        slack = house[standing.lead_id].hours_left - standing.path_work_hours
        assert standing.lead_slack_hours == pytest.approx(slack)
        if standing.tier == PRICED:
            assert standing.urgency == pytest.approx(largest, abs=1e-8)


@given(houses())
def test_each_that_waits_is_counted_once_however_many_ways_lead_to_it(house: House) -> None:
    for each, standing in standing_of(house, house, **PACE).items():
        waiting = {path[-1] for path in paths_up(house, each)}
        assert set(standing.carriers) == waiting - {each}
        assert len(standing.carriers) == len(waiting) - 1
        assert standing.carried_cost_per_hour == math.fsum(house[one].cost_per_hour for one in waiting)
        assert standing.tier == max(house[one].tier for one in waiting) or house[standing.tier_id].is_past_floor


@given(houses(), st.data())
def test_raising_a_stake_lowers_its_rank_below_nothing_but_what_it_waits_on(house: House, data: st.DataObject) -> None:
    raised = data.draw(st.sampled_from(sorted(house)))
    after = changed(house, raised, cost_per_hour=house[raised].cost_per_hour * data.draw(st.floats(1.0, 50.0)))
    was, now = ranked(house), ranked(after)
    assert now[raised] >= was[raised]
    # What it waits on carries its stake too and may pass it: that is for its good. Nobody else may.
    for other in set(house) - all_below(house, raised):
        assert now[other] == was[other]
        if was[raised] >= was[other]:
            assert now[raised] >= now[other]
    assert all(now[each] >= was[each] for each in house)


@given(houses(most=6), COSTS, LEFT, WORK, st.data())
def test_adding_a_waiting_request_never_lowers_what_it_waits_on(
    house: House, cost: float, left: float, work: float, data: st.DataObject
) -> None:
    needs = data.draw(st.sets(st.sampled_from(sorted(house)), min_size=1))
    after = house | {99: Waiting(99, cost, PRICED, left, work, tuple(needs))}
    was, now = standing_of(house, house, **PACE), standing_of(house, after, **PACE)
    moved = set().union(*(all_below(house, each) for each in needs))
    for each in house:
        if each in moved:
            assert now[each].urgency >= was[each].urgency
            assert now[each].tier >= was[each].tier
            assert now[each].carried_cost_per_hour > was[each].carried_cost_per_hour
            assert 99 in now[each].carriers
        else:
            assert now[each] == was[each]


@given(houses(), st.data())
def test_neither_the_order_of_rows_nor_of_links_matters(house: House, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(list(house)))
    turned = {each: replace(house[each], needs=tuple(reversed(house[each].needs))) for each in rows}
    assert ranked(turned) == ranked(house)
    assert standing_of(house, turned, **PACE) == standing_of(house, house, **PACE)


@given(houses(tiers=PRICED_ONLY))
def test_when_every_cost_doubles_nothing_moves(house: House) -> None:
    house = {each: replace(one, is_past_floor=False) for each, one in house.items()}
    doubled = {each: replace(one, cost_per_hour=2 * one.cost_per_hour) for each, one in house.items()}
    was, now = ranked(house), ranked(doubled)
    assert now == pytest.approx({each: figure + math.log(2) for each, figure in was.items()}, abs=1e-8)
    for one, other in combinations(house, 2):
        if abs(was[one] - was[other]) > 1e-6:
            assert (now[one] > now[other]) == (was[one] > was[other])


@given(houses(), st.data())
def test_what_hangs_together_is_ranked_as_in_the_whole_house(house: House, data: st.DataObject) -> None:
    touched = data.draw(st.sampled_from(sorted(house)))
    after = changed(
        house, touched, cost_per_hour=data.draw(COSTS), hours_left=data.draw(LEFT), work_hours=data.draw(WORK)
    )
    was, now = ranked(house), ranked(after)
    upward = waiting_on(after)
    found = reranked([touched], after, upward, **PACE)
    assert set(found) == all_below(after, touched) == hanging_together([touched], after, upward).touched
    assert now == was | found
    known = {each: after[each] for each in hanging_together([touched], after, upward).known}
    standings = standing_of(found, known, **PACE)
    assert {each: standings[each].urgency for each in found} == found


@given(houses())
def test_a_plan_of_the_links_changes_no_figure(house: House) -> None:
    arrays = in_arrays(house)
    plan = link_plan(len(house), waiting=arrays["waiting"], needed=arrays["needed"])
    assert ranked(house, plan=plan) == ranked(house)
    assert plan.depth == max(len(path) for each in house for path in paths_up(house, each))


@given(st.lists(st.tuples(COSTS, LEFT, WORK), min_size=1, max_size=20))
def test_without_links_it_is_plain_apparent_tardiness_cost(rows: list[tuple[float, float, float]]) -> None:
    house = {each: Waiting(each, cost, PRICED, left, work) for each, (cost, left, work) in enumerate(rows)}
    for each, found in ranked(house).items():
        cost, left, work = rows[each]
        plain = math.log(cost / work) - max(left - work, 0.0) / (2.0 * MEAN_WORK)
        assert found == pytest.approx(plain, abs=1e-8)


@given(houses())
@settings(max_examples=50)
def test_no_price_reaches_a_higher_tier(house: House) -> None:
    for standing in standing_of(house, house, **PACE).values():
        assert standing.tier * TIER_STEP - TIER_STEP / 2 < standing.urgency < standing.tier * TIER_STEP + TIER_STEP / 2
