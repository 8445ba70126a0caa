"""What holds of every forecast, whatever the history."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.requests.rules.forecasts import (
    Asked,
    Awaited,
    Node,
    StayShape,
    WorkingLine,
    calibration_of,
    draws_of,
    endings_of,
    foretold,
    stay_quantiles,
)

HOURS = st.floats(0.02, 1000.0)
SHAPES = st.lists(st.floats(1.0, 1e6), min_size=3, max_size=3).map(
    lambda seconds: StayShape((0.1, 0.5, 0.9), tuple(sorted(seconds)))
)
LINE = WorkingLine(0.0, 1e6, (), ())


@given(st.lists(st.tuples(HOURS, st.booleans()), min_size=1, max_size=60))
def test_quantiles_rise(stays: list[tuple[float, bool]]) -> None:
    grid = np.linspace(0.05, 0.95, 19)
    told = stay_quantiles(np.array([hours for hours, _ in stays]), np.array([over for _, over in stays]), grid=grid)
    known = told[~np.isnan(told)]
    assert (np.diff(known) >= 0).all()
    assert not np.isnan(told[: len(known)]).any()


@given(st.lists(HOURS, min_size=2, max_size=40), st.data())
def test_an_end_that_is_not_known_yet_never_makes_things_look_quicker(hours: list[float], data: st.DataObject) -> None:
    over = data.draw(st.lists(st.booleans(), min_size=len(hours), max_size=len(hours)))
    grid = np.array([0.2, 0.5, 0.8])
    all_over = stay_quantiles(np.array(hours), np.ones(len(hours), dtype=bool), grid=grid)
    some_over = stay_quantiles(np.array(hours), np.array(over), grid=grid)
    known = ~np.isnan(some_over)
    assert (some_over[known] >= all_over[known]).all()


@given(SHAPES, st.floats(0.0, 1e7))
def test_what_is_left_is_never_negative_and_rises_with_the_share(shape: StayShape, spent: float) -> None:
    left = shape.remaining(spent, np.linspace(0.01, 0.99, 33))
    assert (left >= 0).all()
    assert (np.diff(left) >= -1e-6 * np.maximum(left[1:], 1)).all()


@given(st.lists(SHAPES, min_size=2, max_size=5), SHAPES)
def test_who_waits_is_never_done_before_what_it_waits_for(children: list[StayShape], own: StayShape) -> None:
    ids = tuple(range(2, 2 + len(children)))
    nodes = {number: Node(number, shape, 0.0, LINE) for number, shape in zip(ids, children, strict=True)}
    nodes[1] = Node(1, own, 0.0, LINE, (Awaited(ids, len(ids)),))
    found = endings_of([1, *ids], nodes, now=0.0)
    for number in ids:
        assert found[1].low >= found[number].low
        assert found[1].median >= found[number].median
    assert found[1].because_id in ids


@given(SHAPES, SHAPES)
def test_one_more_to_wait_for_never_makes_it_sooner(first: StayShape, second: StayShape) -> None:
    nodes = {2: Node(2, first, 0.0, LINE), 3: Node(3, second, 0.0, LINE)}
    one = endings_of([1], {**nodes, 1: Node(1, first, 0.0, LINE, (Awaited((2,), 1),))}, now=0.0)[1]
    two = endings_of([1], {**nodes, 1: Node(1, first, 0.0, LINE, (Awaited((2, 3), 2),))}, now=0.0)[1]
    assert (two.low, two.median, two.high) >= (one.low, one.median, one.high)


def test_the_draws_of_a_request_are_always_the_same() -> None:
    assert draws_of(7).tolist() == draws_of(7).tolist()
    assert sorted(draws_of(7)) == sorted(draws_of(8))
    assert draws_of(7).tolist() != draws_of(8).tolist()


def log_of(seed: int, count: int, drift: float) -> Asked:
    """Cases of one event each, whose ends drift as time goes."""
    generator = np.random.default_rng(seed)
    at = np.sort(generator.uniform(0.0, 2000.0, count))
    kind = generator.integers(0, 3, count)
    left = generator.lognormal(1.0 + kind + drift * at / 2000.0, 0.8)
    return Asked(at, np.arange(count), at + left, float((at + left).max()), (np.zeros(count, np.int64), kind))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([-1.5, 0.0, 1.5]))
def test_eighty_of_a_hundred_ranges_hold_also_when_the_world_changes(seed: int, drift: float) -> None:
    asked = log_of(seed, 3000, drift)
    told = foretold(asked)
    calibration = calibration_of(asked, told, np.arange(3000) >= 1500)
    assert calibration.held_percent is not None
    assert 75.0 <= calibration.held_percent <= 85.0


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_that_happens_later_changes_a_forecast(seed: int) -> None:
    asked = log_of(seed, 1200, 0.0)
    moment = float(asked.at_hours[800])
    ends = asked.end_hours.copy()
    later = ends > moment
    ends[later] = moment + 1.0 + np.random.default_rng(seed + 1).exponential(50.0, int(later.sum()))
    changed = Asked(asked.at_hours, asked.case, ends, asked.log_end_hours, asked.levels)
    before, after = foretold(asked), foretold(changed)
    known = asked.at_hours <= moment
    for name in ("low", "median", "high"):
        np.testing.assert_array_equal(getattr(before, name)[known], getattr(after, name)[known])
