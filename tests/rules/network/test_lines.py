"""Who serves whom: lines, shares with their interval, and the distance to outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.network.rules import Asked, hops_to_outside, lines, wilson


@pytest.mark.parametrize(("count", "total", "low", "high"), [(80, 100, 71.1, 86.7), (9, 10, 59.6, 98.2)])
def test_wilson_gives_the_published_intervals(count: int, total: int, low: float, high: float) -> None:
    interval = wilson(count, total)
    assert (round(interval.low * 100, 1), round(interval.high * 100, 1)) == (low, high)


@given(st.integers(1, 500), st.data())
def test_the_share_lies_within_its_interval(total: int, data: st.DataObject) -> None:
    interval = wilson(data.draw(st.integers(0, total)), total)
    assert 0 <= interval.low <= interval.share + 1e-12
    assert interval.share - 1e-12 <= interval.high <= 1


def test_a_line_counts_what_one_customer_asked_one_provider() -> None:
    asked = [
        Asked("it", "care", is_kept=True, wait_seconds=100),
        Asked("it", "care", is_kept=False, wait_seconds=300),
        Asked("it", "care", is_kept=None, wait_seconds=None),
        Asked("care", "outside", is_kept=True, wait_seconds=60),
    ]
    first, second = lines(asked, fewest=2)
    assert (first.provider, first.customer, first.asked, first.decided, first.late) == ("it", "care", 3, 2, 1)
    assert first.median_wait_seconds == 200
    assert first.late_share is not None
    assert first.late_share.share == 0.5
    assert (second.provider, second.asked, second.late_share) == ("care", 1, None)


def test_four_decided_requests_are_too_few_to_say() -> None:
    assert lines([Asked("it", "care", is_kept=False, wait_seconds=1)] * 4)[0].late_share is None
    assert lines([Asked("it", "care", is_kept=False, wait_seconds=1)] * 5)[0].late_share is not None


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
