"""Shares with their interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.network.rules import wilson


@pytest.mark.parametrize(("count", "total", "low", "high"), [(80, 100, 71.1, 86.7), (9, 10, 59.6, 98.2)])
def test_wilson_gives_the_published_intervals(count: int, total: int, low: float, high: float) -> None:
    interval = wilson(count, total)
    assert (round(interval.low * 100, 1), round(interval.high * 100, 1)) == (low, high)


@given(st.integers(1, 500), st.data())
def test_the_share_lies_within_its_interval(total: int, data: st.DataObject) -> None:
    interval = wilson(data.draw(st.integers(0, total)), total)
    assert 0 <= interval.low <= interval.share + 1e-12
    assert interval.share - 1e-12 <= interval.high <= 1
