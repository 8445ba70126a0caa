"""Shares with their interval, and the distance to outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.network.rules import hops_to_outside, wilson


@pytest.mark.parametrize(("count", "total", "low", "high"), [(80, 100, 71.1, 86.7), (9, 10, 59.6, 98.2)])
def test_wilson_gives_the_published_intervals(count: int, total: int, low: float, high: float) -> None:
    interval = wilson(count, total)
    assert (round(interval.low * 100, 1), round(interval.high * 100, 1)) == (low, high)


@given(st.integers(1, 500), st.data())
def test_the_share_lies_within_its_interval(total: int, data: st.DataObject) -> None:
    interval = wilson(data.draw(st.integers(0, total)), total)
    assert 0 <= interval.low <= interval.share + 1e-12
    assert interval.share - 1e-12 <= interval.high <= 1


def test_work_travels_one_hop_from_who_meets_the_customer_and_more_from_behind() -> None:
    hops = hops_to_outside(
        {("care", "outside"): 10, ("workshop", "care"): 4, ("maintenance", "workshop"): 2},
        outside=frozenset({"outside"}),
    )
    assert hops == {"care": 1.0, "workshop": 2.0, "maintenance": 3.0}


def test_departments_that_serve_each_other_still_have_a_distance() -> None:
    hops = hops_to_outside(
        {("care", "outside"): 1, ("care", "it"): 1, ("it", "care"): 1}, outside=frozenset({"outside"})
    )
    # h(care) = ½·1 + ½·(1 + h(it)), h(it) = 1 + h(care)  ⇒  h(care) = 3, h(it) = 4
    assert {name: round(value, 6) for name, value in hops.items()} == {"care": 3.0, "it": 4.0}


def test_what_never_reaches_outside_stands_behind_all_that_do() -> None:
    hops = hops_to_outside({("care", "outside"): 3, ("hr", "it"): 1, ("it", "hr"): 1}, outside=frozenset({"outside"}))
    assert hops == {"care": 1.0, "hr": 2.0, "it": 2.0}
