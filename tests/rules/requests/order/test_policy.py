"""The written policy, and what it makes of one request."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.requests.rules.order import (
    BOUNDS,
    GROUP_BOUNDS,
    PRICED,
    SAFETY,
    WAITED_LONGEST,
    PolicyProblemError,
    PolicyStatement,
    StakeFacts,
    StakePolicy,
    has_waited_longest,
    policy_as_json,
    policy_from_json,
    policy_statements,
    stake_of,
    tier_of,
)


def figures(name: str) -> st.SearchStrategy[float]:
    return st.floats(*BOUNDS[name])


POLICIES = st.builds(
    StakePolicy,
    is_parity=st.just(False),
    group_factors=st.dictionaries(st.integers(1, 5), st.floats(*GROUP_BOUNDS)),
    **{name: figures(name) for name in BOUNDS},
)
FACTS = st.builds(
    StakeFacts,
    side=st.sampled_from(("inside", "outside")),
    is_complaint=st.booleans(),
    people_affected=st.integers(1, 10_000),
    touches_safety=st.booleans(),
    stops_work=st.booleans(),
    group_ids=st.frozensets(st.integers(1, 6)),
)

WRONG = [
    ([], "", "not_an_object"),
    (None, "", "not_an_object"),
    ({"customer_value": 3}, "customer_value", "unknown"),
    ({7: 3}, "7", "unknown"),
    ({"is_parity": 1}, "is_parity", "not_a_yes_or_no"),
    ({"safety_first": "yes"}, "safety_first", "not_a_yes_or_no"),
    ({"base_cost": "1"}, "base_cost", "not_a_number"),
    ({"base_cost": True}, "base_cost", "not_a_number"),
    ({"base_cost": None}, "base_cost", "not_a_number"),
    ({"base_cost": math.nan}, "base_cost", "not_a_number"),
    ({"look_ahead": math.inf}, "look_ahead", "not_a_number"),
    ({"group_factors": [2.0]}, "group_factors", "not_an_object"),
    ({"group_factors": {"gold": 2.0}}, "group_factors.gold", "not_a_group"),
    ({"group_factors": {"-4": 2.0}}, "group_factors.-4", "not_a_group"),
    ({"group_factors": {"4": "2"}}, "group_factors.4", "not_a_number"),
    ({"group_factors": {"4": 0}}, "group_factors.4", "too_small"),
    ({"group_factors": {"4": 11}}, "group_factors.4", "too_large"),
    ({"outside_factor": 2.0}, "outside_factor", "parity_counts_equal"),
    ({"inside_factor": 0.5}, "inside_factor", "parity_counts_equal"),
    # The floors: they may be moved within bounds, and never be switched off.
    ({"safety_first": False}, "safety_first", "safety_has_no_price"),
    ({"longest_wait_hours": 0}, "longest_wait_hours", "too_small"),
    ({"longest_wait_hours": 1e9}, "longest_wait_hours", "too_large"),
    ({"longest_wait_hours": math.inf}, "longest_wait_hours", "not_a_number"),
    ({"longest_wait_hours": None}, "longest_wait_hours", "not_a_number"),
]


@pytest.mark.parametrize(("given_json", "field", "code"), WRONG)
def test_a_wrong_policy_is_refused_and_the_field_is_named(given_json: Any, field: str, code: str) -> None:
    with pytest.raises(PolicyProblemError) as refusal:
        policy_from_json(given_json)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert field in str(refusal.value)


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_every_figure_keeps_its_bounds_and_no_factor_may_be_nothing(name: str) -> None:
    least, most = BOUNDS[name]
    assert least > 0
    for figure, code in ((least * 0.99, "too_small"), (most * 1.01, "too_large"), (0, "too_small"), (-1, "too_small")):
        with pytest.raises(PolicyProblemError) as refusal:
            StakePolicy(is_parity=False, **{name: figure})
        assert (refusal.value.field, refusal.value.code) == (name, code)
        assert (refusal.value.least, refusal.value.most) == (least, most)
    for figure in (least, most):
        assert getattr(StakePolicy(is_parity=False, **{name: figure}), name) == figure


def test_what_is_not_said_is_as_by_default_and_that_is_parity() -> None:
    policy = policy_from_json({})
    assert policy == StakePolicy()
    assert (policy.is_parity, policy.inside_factor, policy.outside_factor) == (True, 1.0, 1.0)
    inside, outside = (stake_of(policy, StakeFacts(side=side)) for side in ("inside", "outside"))
    assert inside == outside
    assert (inside.cost_per_hour, inside.factors, inside.tier) == (1.0, (), PRICED)


@given(POLICIES)
def test_a_policy_comes_back_from_json_as_it_went(policy: StakePolicy) -> None:
    assert policy_from_json(json.loads(json.dumps(policy_as_json(policy)))) == policy
    assert hash(policy_from_json(policy_as_json(policy))) == hash(policy)


def test_a_later_default_does_not_change_what_was_decided() -> None:
    assert policy_as_json(StakePolicy(group_factors={12: 3, 4: 2})) == {
        "base_cost": 1.0,
        "is_parity": True,
        "inside_factor": 1.0,
        "outside_factor": 1.0,
        "complaint_factor": 1.5,
        "people_factor_at_ten": 2.0,
        "stops_work_factor": 2.0,
        "group_factors": {"4": 2.0, "12": 3.0},
        "most_factor": 10.0,
        "safety_first": True,
        "longest_wait_hours": 80.0,
        "look_ahead": 2.0,
        "unpromised_hours": 40.0,
    }


def test_a_policy_says_what_it_does_and_a_policy_without_parity_says_so() -> None:
    policy = StakePolicy(complaint_factor=1, group_factors={7: 3.0, 8: 1.0})
    assert policy_statements(policy) == (
        PolicyStatement("safety_first"),
        PolicyStatement("longest_wait", 80.0),
        PolicyStatement("parity"),
        PolicyStatement("stops_work", 2.0),
        PolicyStatement("people", 2.0),
        PolicyStatement("group", 3.0, 7),
        PolicyStatement("most", 10.0),
        PolicyStatement("unpromised", 40.0),
        PolicyStatement("look_ahead", 2.0),
    )
    unequal = policy_statements(StakePolicy(is_parity=False, outside_factor=2.0))
    assert PolicyStatement("parity") not in unequal
    assert unequal[2:4] == (PolicyStatement("inside_counts", 1.0), PolicyStatement("outside_counts", 2.0))


STAKES = [
    (StakeFacts(), 1.0, ()),
    (StakeFacts(is_complaint=True), 1.5, (("complaint", 1.5),)),
    (StakeFacts(people_affected=10), 2.0, (("people", 2.0),)),
    (StakeFacts(people_affected=100), 4.0, (("people", 4.0),)),
    (StakeFacts(stops_work=True, is_complaint=True), 3.0, (("complaint", 1.5), ("stops_work", 2.0))),
    (StakeFacts(group_ids=(7,)), 3.0, (("group:7", 3.0),)),
    (StakeFacts(group_ids=(8, 7, 99)), 3.0, (("group:7", 3.0),)),
    (StakeFacts(group_ids=(9, 10)), 0.5, (("group:9", 0.5),)),
    (StakeFacts(group_ids=(99,)), 1.0, ()),
    # 4 · 2 · 3 = 24, and nothing may make more than 10.
    (
        StakeFacts(people_affected=100, stops_work=True, group_ids=(7,)),
        10.0,
        (("people", 4.0), ("stops_work", 2.0), ("group:7", 3.0), ("most", 10 / 24)),
    ),
]


@pytest.mark.parametrize(("facts", "cost", "factors"), STAKES)
def test_a_late_hour_costs_what_the_policy_says(
    facts: StakeFacts, cost: float, factors: tuple[tuple[str, float], ...]
) -> None:
    stake = stake_of(StakePolicy(group_factors={7: 3.0, 8: 2.0, 9: 0.5, 10: 0.5}), facts)
    assert (stake.cost_per_hour, stake.factors) == (pytest.approx(cost), factors)


def test_all_together_never_make_less_than_the_bound_either() -> None:
    policy = StakePolicy(is_parity=False, inside_factor=0.1, group_factors={7: 0.1}, most_factor=20)
    stake = stake_of(policy, StakeFacts(group_ids=(7,)))
    assert stake.cost_per_hour == 0.05
    assert stake.factors == (("inside", 0.1), ("group:7", 0.1), ("least", pytest.approx(5.0)))


@given(POLICIES, FACTS)
def test_the_factors_told_make_up_the_cost(policy: StakePolicy, facts: StakeFacts) -> None:
    stake = stake_of(policy, facts)
    told = math.prod((factor for _, factor in stake.factors), start=policy.base_cost)
    assert told == pytest.approx(stake.cost_per_hour)
    assert policy.base_cost / policy.most_factor <= stake.cost_per_hour * (1 + 1e-12)
    assert stake.cost_per_hour <= policy.base_cost * policy.most_factor * (1 + 1e-12)
    assert stake.tier == (SAFETY if facts.touches_safety else PRICED)


@given(POLICIES, FACTS, st.integers(0, 500))
def test_more_need_never_costs_less(policy: StakePolicy, facts: StakeFacts, more: int) -> None:
    less = StakeFacts(facts.side, False, facts.people_affected, facts.touches_safety, False, facts.group_ids)
    needier = StakeFacts(facts.side, True, facts.people_affected + more, facts.touches_safety, True, facts.group_ids)
    floor, middle, top = (stake_of(policy, each).cost_per_hour for each in (less, facts, needier))
    assert floor <= middle * (1 + 1e-12)
    assert middle <= top * (1 + 1e-12)


@pytest.mark.parametrize(
    ("facts", "said"), [({"side": "above"}, "inside or outside"), ({"people_affected": 0}, "at least 1")]
)
def test_facts_that_cannot_be_are_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        stake_of(StakePolicy(), StakeFacts(**facts))


def test_waiting_lifts_a_priced_request_and_leaves_safety_where_it_is() -> None:
    policy = StakePolicy(longest_wait_hours=40)
    priced, safety = stake_of(policy, StakeFacts()), stake_of(policy, StakeFacts(touches_safety=True))
    assert [tier_of(policy, priced, waited_hours=hours) for hours in (0, 39.99, 40, 900)] == [0, 0, WAITED_LONGEST, 1]
    assert [tier_of(policy, safety, waited_hours=hours) for hours in (0, 40)] == [SAFETY, SAFETY]
    assert [has_waited_longest(policy, waited_hours=hours) for hours in (39.99, 40)] == [False, True]
