"""The formula of the reference numbers, worked by hand; k = 2, a mean work of 1 hour: slack is counted in 2 hours."""

import math

import pytest

from clientela.requests.rules.order import (
    PRICED,
    SAFETY,
    TIER_STEP,
    WAITED_LONGEST,
    CircleInLinksError,
    CircleInOrderError,
    PlaceChange,
    PlaceReason,
    Stake,
    Waiting,
    compared_orders,
    explained,
    in_order,
    link_plan,
    reranked,
    standing_of,
    urgencies,
    waiting_on,
)
from tests.rules.requests.order.houses import House, in_arrays

PACE: dict[str, float] = {"mean_work_hours": 1.0, "look_ahead": 2.0}
FAMILY, REPAIR, WASHER, PART, LIFT = 1, 2, 3, 4, 5


def house(*some: Waiting) -> House:
    return {one.id: one for one in some}


def a(id: int, cost: float, left: float, work: float, needs: tuple[int, ...] = (), *, tier: int = PRICED) -> Waiting:  # noqa: A002 - as the field is called
    return Waiting(id, cost, tier, left, work, needs)


ALONE = [
    # cost, hours left, work: index
    (2.0, 5.0, 1.0, 2 * math.exp(-2)),  # 4 hours to spare: two times two hours
    (2.0, 1.0, 1.0, 2.0),  # nothing to spare
    (3.0, -1.0, 0.5, 6.0),  # late is late
    (1.0, 41.0, 1.0, math.exp(-20)),
]


@pytest.mark.parametrize(("cost", "left", "work", "index"), ALONE)
def test_a_request_alone_is_plain_apparent_tardiness_cost(cost: float, left: float, work: float, index: float) -> None:
    alone = house(a(7, cost, left, work))
    standing = standing_of([7], alone, **PACE)[7]
    assert standing.urgency == pytest.approx(math.log(index), abs=1e-8)
    assert urgencies(**in_arrays(alone), **PACE).tolist() == [standing.urgency]
    assert (standing.lead_id, standing.path_ids, standing.carriers) == (7, (7,), ())
    assert (standing.lead_slack_hours, standing.path_work_hours) == (left - work, work)
    assert (standing.carried_cost_per_hour, standing.tier, standing.tier_id) == (cost, PRICED, 7)


TWO_WAIT = house(a(1, 1, 1, 1, (3,)), a(2, 10, 8, 1, (3,)), a(3, 1, 99, 1, (4,)), a(4, 1, 99, 5))
CHAINS = [
    # A chain of two. The family's 3 hours less 1 of their repair less 2 of the part leave nothing: 1 / 2.
    ("chain", house(a(1, 1, 3, 1, (2,)), a(2, 1, 10, 2)), 0.5, (2, 1), 0.0),
    # A diamond counts its longer side: 8 - 1 - 3 - ½ leaves 3½ hours, so 4 / ½ · e^-1.75.
    (
        "diamond",
        house(a(1, 4, 8, 1, (2, 3)), a(2, 1, 90, 1, (4,)), a(3, 1, 90, 3, (4,)), a(4, 1, 20, 0.5)),
        8 * math.exp(-1.75),
        (4, 3, 1),
        3.5,
    ),
    # Two wait on 3. There the cheap one leads: 1 / 1, nothing to spare, against 10 / 1 · e^-3 with 6 hours to spare …
    ("before", TWO_WAIT, 1.0, (3, 1), -1.0),
    # … but the work of 4 uses up 5 of these 6 hours, and the dear one leads: 10 / 5 · e^-½ against 1 / 5.
    ("behind", TWO_WAIT, 2 * math.exp(-0.5), (4, 3, 2), 1.0),
    # What it waits on itself does not press on a request: only what waits on it does.
    ("above", house(a(1, 1, 9, 1, (2,)), a(2, 50, -9, 1)), math.exp(-4), (1,), 8.0),
]


@pytest.mark.parametrize(("name", "some", "index", "path", "slack"), CHAINS)
def test_a_request_is_as_urgent_as_the_most_urgent_that_waits_on_it(
    name: str, some: House, index: float, path: tuple[int, ...], slack: float
) -> None:
    each = path[0]
    standing = standing_of([each], some, **PACE)[each]
    assert standing.urgency == pytest.approx(math.log(index), abs=1e-8)
    assert (standing.lead_id, standing.path_ids, standing.lead_slack_hours) == (path[-1], path, slack)
    assert dict(zip(some, urgencies(**in_arrays(some), **PACE).tolist(), strict=True))[each] == standing.urgency


def test_who_waits_in_a_diamond_is_carried_once_and_the_dearest_is_named_first() -> None:
    some = house(a(1, 4, 8, 1, (2, 3)), a(2, 1, 90, 1, (4,)), a(3, 2, 90, 3, (4,)), a(4, 0.5, 20, 0.5))
    standing = standing_of([4], some, **PACE)[4]
    assert (standing.carriers, standing.carried_cost_per_hour) == ((1, 3, 2), 7.5)


def test_of_equals_it_stands_for_itself_and_then_for_the_dearer_and_the_older() -> None:
    some = house(a(3, 2, -9, 1, (9,)), a(4, 2, -9, 1, (9,)), a(9, 2, -9, 1))
    assert standing_of([9], some, **PACE)[9].lead_id == 9
    some[9] = a(9, 1, -9, 1)
    assert standing_of([9], some, **PACE)[9].lead_id == 3
    assert in_order({8: 1.0, 5: 1.0, 7: 2.0}) == [7, 5, 8]


def test_safety_travels_down_the_chain_and_goes_before_every_price() -> None:
    some = house(a(1, 0.1, 300, 1, (2,), tier=SAFETY), a(2, 0.1, 300, 1, (3,)), a(3, 0.1, 300, 8), a(4, 900, -50, 0.1))
    found = standing_of(some, some, **PACE)
    assert [found[each].tier for each in (1, 2, 3, 4)] == [SAFETY, SAFETY, SAFETY, PRICED]
    assert [found[each].tier_id for each in (1, 2, 3, 4)] == [1, 1, 1, 4]
    assert min(found[each].urgency for each in (1, 2, 3)) > found[4].urgency
    # Among themselves they lie by their index.
    assert found[3].urgency == pytest.approx(2 * TIER_STEP + math.log(0.1 / 8) - (300 - 10) / 2, abs=1e-8)


def test_what_has_waited_longest_goes_by_how_long_and_takes_along_what_it_waits_on() -> None:
    some = house(
        Waiting(1, 1, WAITED_LONGEST, 300, 1, (2,), waited_hours=120),
        Waiting(2, 1, PRICED, 300, 1, waited_hours=2),
        Waiting(3, 9, WAITED_LONGEST, -40, 1, waited_hours=100),
        Waiting(4, 999, PRICED, -40, 1, waited_hours=79),
        Waiting(5, 0.1, SAFETY, 900, 9, waited_hours=1),
        Waiting(6, 0.1, SAFETY, 900, 9, waited_hours=90, is_past_floor=True),
        Waiting(7, 9, SAFETY, -9, 1, waited_hours=1),
    )
    found = standing_of(some, some, **PACE)
    assert in_order({each: found[each].urgency for each in some}) == [6, 7, 5, 1, 2, 3, 4]
    assert (found[2].tier, found[2].tier_id) == (WAITED_LONGEST, 1)
    assert found[2].urgency == found[1].urgency
    assert urgencies(**in_arrays(some), **PACE).tolist() == [found[each].urgency for each in some]


def test_needs_that_are_not_open_any_more_are_passed_over() -> None:
    some = house(a(1, 1, 3, 1, (2, 77)), a(2, 1, 10, 2))
    assert waiting_on(some) == {2: [1]}
    assert standing_of([2], some, **PACE)[2].carriers == (1,)
    assert reranked([77, 1], some, waiting_on(some), **PACE).keys() == {1, 2}
    assert reranked([77], some, waiting_on(some), **PACE) == {}


def test_an_empty_house_has_an_empty_order() -> None:
    assert urgencies(**in_arrays({}), **PACE).tolist() == []
    assert standing_of([], {}, **PACE) == {}


def test_a_circle_is_refused_and_named() -> None:
    some = house(a(1, 1, 3, 1, (2,)), a(2, 1, 3, 1, (3,)), a(3, 1, 3, 1, (2,)), a(4, 1, 3, 1))
    for each in (2, 3):
        with pytest.raises(CircleInOrderError) as refusal:
            standing_of([each], some, **PACE)
        assert set(refusal.value.ids) >= {2, 3}
    with pytest.raises(CircleInLinksError) as refused:
        link_plan(4, waiting=[0, 1, 2], needed=[1, 2, 1])
    assert refused.value.places == (1, 2)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"cost_per_hour": [0.0]}, "more than nothing"),
        ({"work_hours": [-1.0]}, "more than nothing"),
        ({"hours_left": [math.inf]}, "finite"),
        ({"cost_per_hour": [math.nan]}, "finite"),
        ({"tier": [3]}, "A tier lies"),
        ({"tier": [-1]}, "A tier lies"),
        ({"tier": [1], "waited_hours": [-1.0]}, "less than no time"),
        ({"look_ahead": 0.0}, "look-ahead"),
        ({"mean_work_hours": -1.0}, "Mean work"),
        ({"waiting": [0], "needed": [1]}, "not there"),
        ({"waiting": [0], "needed": []}, "as many"),
        ({"plan": link_plan(2, waiting=[], needed=[])}, "of 2 requests, not of 1"),
    ],
)
def test_figures_that_cannot_be_are_refused(figures: dict[str, object], said: str) -> None:
    sound = in_arrays(house(a(1, 1, 1, 1))) | PACE
    with pytest.raises(ValueError, match=said):
        urgencies(**(sound | figures))


@pytest.mark.parametrize(
    "figures",
    [(0.0, 0, 1.0, 1.0), (1.0, 0, math.nan, 1.0), (1.0, 0, 1.0, 0.0), (1.0, 3, 1.0, 1.0), (math.inf, 0, 1.0, 1.0)],
)
def test_a_request_with_such_figures_cannot_be_made(figures: tuple[float, int, float, float]) -> None:
    with pytest.raises(ValueError, match="Request 5"):
        Waiting(5, *figures)


def test_a_place_explains_itself_in_figures() -> None:
    some = house(
        a(FAMILY, 3, 4, 0.5, (WASHER,)), a(WASHER, 1, 30, 1, (PART,)), a(LIFT, 2, 30, 1, (PART,)), a(PART, 1, 40, 0.5)
    )
    standing = standing_of([PART], some, **PACE)[PART]
    stakes = {FAMILY: Stake(3.0, (("complaint", 1.5), ("people", 2.0)), PRICED)}
    told = explained(PART, standing, some, **PACE, stakes=stakes)
    assert (told.reason, told.because_of, told.lead_id, told.path_ids) == (
        PlaceReason.DUE_CARRIED,
        FAMILY,
        FAMILY,
        (PART, WASHER, FAMILY),
    )
    assert (told.lead_hours_left, told.path_work_hours, told.lead_slack_hours) == (4, 2.0, 2.0)
    assert (told.own_work_hours, told.lead_cost_per_hour, told.lead_factors) == (0.5, 3, stakes[FAMILY].factors)
    assert told.pressing == pytest.approx(math.exp(-1))
    assert told.index == pytest.approx(6 * math.exp(-1))
    assert math.log(told.index) == pytest.approx(standing.urgency, abs=1e-8)
    assert (told.own_cost_per_hour, told.carried_cost_per_hour) == (1, 7)
    assert told.carried == ((FAMILY, 3), (LIFT, 2), (WASHER, 1))
    assert (told.request_id, told.tier) == (PART, PRICED)


REASONS = [
    (house(a(1, 1, 9, 1)), PlaceReason.DUE, 1),
    (house(a(1, 1, 0.5, 1)), PlaceReason.LATE, 1),
    (house(a(1, 1, 9, 1), a(2, 1, 2, 1, (1,))), PlaceReason.LATE_CARRIED, 2),
    (house(a(1, 1, 9, 1), a(2, 1, 4, 1, (1,))), PlaceReason.DUE_CARRIED, 2),
    (house(a(1, 1, 9, 1, tier=SAFETY), a(2, 1, 2, 1, (1,))), PlaceReason.SAFETY, 1),
    (house(a(1, 1, 9, 1), a(2, 1, 2, 1, (1,)), a(3, 1, 99, 1, (2,), tier=SAFETY)), PlaceReason.SAFETY_CARRIED, 3),
    (house(a(1, 1, 9, 1, tier=WAITED_LONGEST)), PlaceReason.WAITED_LONGEST, 1),
    (house(a(1, 1, 9, 1), a(2, 1, 2, 1, (1,), tier=WAITED_LONGEST)), PlaceReason.WAITED_LONGEST_CARRIED, 2),
]


@pytest.mark.parametrize(("some", "reason", "because_of"), REASONS)
def test_the_reason_says_what_counts_and_whose_need_it_is(some: House, reason: PlaceReason, because_of: int) -> None:
    told = explained(1, standing_of([1], some, **PACE)[1], some, **PACE)
    assert (told.reason, told.because_of, told.lead_factors) == (reason, because_of, ())


def test_who_wins_and_who_loses_is_told_queue_by_queue() -> None:
    before, after = {1: 3.0, 2: 2.0, 3: 1.0, 8: 5.0, 9: 5.0}, {1: 3.0, 2: 1.0, 3: 4.0, 8: 0.0, 9: 1.0}
    changes = compared_orders(before, after, queues={20: (8, 9), 10: (1, 2, 3)})
    assert changes == (
        PlaceChange(3, 10, before=3, after=1),
        PlaceChange(1, 10, before=1, after=2),
        PlaceChange(2, 10, before=2, after=3),
        PlaceChange(9, 20, before=2, after=1),
        PlaceChange(8, 20, before=1, after=2),
    )
    assert [each.gain for each in changes] == [2, -1, -1, 1, -1]
