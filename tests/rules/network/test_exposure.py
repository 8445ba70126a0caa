"""How much a case depends on whom, fixed before it begins: by hand, and whatever happens in it."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.network.rules.exposure import (
    Arrival,
    Exposure,
    ExposureError,
    ExposureSettings,
    PastCase,
    Route,
    exposures,
)

CARE, WORKSHOP, WAREHOUSE, IT = 1, 2, 3, 4
REPAIR, PURCHASE = 100, 101
FLAT = ExposureSettings(lags=4, cell_strength=2, service_strength=2)


def past(part: float, *, period: int = 0, service: int = REPAIR, front: int = CARE, of: int = WORKSHOP) -> PastCase:
    return PastCase(service, front, period, {of: part})


def weights(found: Exposure) -> dict[int, float]:
    return dict(found.weights)


# --- what cannot be weights


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({WORKSHOP: -0.1}, "not_a_share"),
        ({WORKSHOP: float("nan")}, "not_a_share"),
        ({WORKSHOP: 1.2}, "not_a_share"),
        ({WORKSHOP: 0.7, WAREHOUSE: 0.4}, "above_one"),
    ],
)
def test_parts_that_are_none_are_refused_and_the_service_is_named(parts: dict[int, float], code: str) -> None:
    with pytest.raises(ExposureError) as refused:
        exposures([Arrival(REPAIR, CARE, 1)], [PastCase(REPAIR, CARE, 0, parts)])
    assert (refused.value.code, refused.value.service_id) == (code, REPAIR)


def test_a_plan_that_gives_away_more_than_all_is_refused() -> None:
    routes = [Route(REPAIR, WORKSHOP, 0.6, 0), Route(REPAIR, WAREHOUSE, 0.6, 3)]
    with pytest.raises(ExposureError) as refused:
        exposures([Arrival(REPAIR, CARE, 1)], [], routes=routes)
    assert refused.value.code == "above_one"


@pytest.mark.parametrize(
    "wrong",
    [ExposureSettings(lags=0), ExposureSettings(cell_strength=0), ExposureSettings(service_strength=float("nan"))],
)
def test_settings_that_are_none_are_refused(wrong: ExposureSettings) -> None:
    with pytest.raises(ExposureError) as refused:
        exposures([], [], settings=wrong)
    assert refused.value.code == "no_settings"


# --- by hand


def test_where_nothing_is_known_all_of_it_is_own_work() -> None:
    (found,) = exposures([Arrival(REPAIR, CARE, 1)], []).values()
    assert (found.weights, found.own, found.cases, found.source) == ((), 1.0, 0, "nothing")


def test_shares_lean_on_the_service_and_these_on_the_house() -> None:
    history = [past(0.5), past(0.5), past(0.2, front=IT), past(0.4, service=PURCHASE, of=WAREHOUSE)]
    (found,) = exposures([Arrival(REPAIR, CARE, 1)], history, settings=FLAT).values()
    # House, 4 cases: workshop 1.2/4 = .3, warehouse .4/4 = .1. Service, 3 cases: workshop (1.2 + 2·.3)/5 = .36,
    # warehouse 2·.1/5 = .04. Cell, 2 cases: workshop (1 + 2·.36)/4 = .43, warehouse 2·.04/4 = .02.
    assert weights(found) == pytest.approx({WORKSHOP: 0.43, WAREHOUSE: 0.02})
    assert found.own == pytest.approx(0.55)
    assert (found.cases, found.source) == (2, "cell")


def test_the_plan_stands_in_for_the_house_from_the_period_on_in_which_it_was_made() -> None:
    routes = [Route(REPAIR, WORKSHOP, 0.6, 0), Route(REPAIR, WORKSHOP, 0.4, 5)]
    arrivals = [Arrival(REPAIR, CARE, 1), Arrival(REPAIR, CARE, 5)]
    first, later = exposures(arrivals, [past(0.1, service=PURCHASE, of=IT)], routes=routes).values()
    assert weights(first) == pytest.approx({WORKSHOP: 0.6})
    assert weights(later) == pytest.approx({WORKSHOP: 0.4})
    assert first.source == "plan"


def test_a_new_front_leans_on_the_service_and_a_new_service_on_the_house() -> None:
    history = [past(0.5)] * 2
    found = exposures([Arrival(REPAIR, IT, 1), Arrival(PURCHASE, IT, 1)], history, settings=FLAT)
    assert [one.source for one in found.values()] == ["service", "house"]
    for one in found.values():
        assert weights(one) == pytest.approx({WORKSHOP: 0.5})


def test_what_a_front_does_itself_is_own_work_wherever_it_was_learned() -> None:
    (found,) = exposures([Arrival(REPAIR, WORKSHOP, 1)], [past(0.5), past(0.3, of=IT)], settings=FLAT).values()
    assert WORKSHOP not in weights(found)
    assert found.own + sum(weights(found).values()) == pytest.approx(1)


def test_only_the_periods_looked_back_on_count() -> None:
    history = [past(0.5, period=0), past(0.1, period=2)]
    at_three, at_five = exposures([Arrival(REPAIR, CARE, 3), Arrival(REPAIR, CARE, 5)], history, settings=FLAT).values()
    assert (at_three.cases, at_five.cases) == (2, 1)


# --- whatever happens

parts = st.dictionaries(st.integers(2, 5), st.floats(0, 0.25), max_size=4)
cases = st.lists(st.builds(PastCase, st.integers(1, 3), st.integers(1, 2), st.integers(0, 9), parts), max_size=30)
routes_of_any_plan = st.lists(
    st.builds(Route, st.integers(1, 3), st.integers(2, 5), st.floats(0, 0.25), st.integers(0, 9)), max_size=8
)
arriving = st.builds(Arrival, st.integers(1, 4), st.integers(1, 3), st.integers(0, 9))


@given(arriving, cases, routes_of_any_plan)
def test_weights_are_never_negative_and_with_own_work_make_one(
    arrival: Arrival, history: list[PastCase], routes: list[Route]
) -> None:
    found = exposures([arrival], history, routes=routes)[arrival]
    assert all(weight > 0 for _, weight in found.weights)
    assert found.own >= 0
    assert found.own + sum(weight for _, weight in found.weights) == pytest.approx(1)
    assert arrival.front_id not in dict(found.weights)


@given(arriving, cases, cases, routes_of_any_plan, st.data())
def test_nothing_that_happens_in_a_case_or_after_it_began_changes_its_weights(
    arrival: Arrival, before: list[PastCase], other: list[PastCase], routes: list[Route], data: st.DataObject
) -> None:
    known = exposures([arrival], before, routes=routes)
    # Whatever else ends in its own period or later, its own outcome among it, and whatever plan is made later.
    later = [replace(case, ended_period=arrival.period + data.draw(st.integers(0, 5))) for case in other]
    plans = [replace(route, since_period=arrival.period + 1 + route.since_period) for route in routes]
    assert exposures([arrival], [*before, *later], routes=[*routes, *plans]) == known


@given(cases, st.randoms(use_true_random=False))
def test_the_order_in_which_cases_are_read_does_not_matter(history: list[PastCase], order: Random) -> None:
    mixed = list(history)
    order.shuffle(mixed)
    arrival = Arrival(1, 1, 8)
    one, other = exposures([arrival], history)[arrival], exposures([arrival], mixed)[arrival]
    assert dict(one.weights) == pytest.approx(dict(other.weights))
