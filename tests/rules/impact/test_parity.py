"""Both sides on the same scale: how far they part, and since when."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.impact.rules.parity import Compared, Counted, Week, compared, waited
from clientela.voice.rules.figures.estimates import Difference, Estimate, Share, TooFew

MONDAY = date(2026, 8, 31)
EVEN, APART = (9, 10), (3, 10)


def weeks(*inside: Counted, outside: Counted = (9, 10)) -> list[Week]:
    return [Week(MONDAY + timedelta(weeks=number), one, outside) for number, one in enumerate(inside)]


def parted(found: Compared) -> Difference:
    assert isinstance(found.difference, Difference)
    return found.difference


def test_both_sides_have_their_share_with_its_interval_and_the_difference_has_one_too() -> None:
    found = compared(weeks((8, 10), (72, 90), outside=(45, 50)))
    assert isinstance(found.inside, Share)
    assert (found.inside.value, found.inside.n) == (0.8, 100)
    assert (round(found.inside.low, 3), round(found.inside.high, 3)) == (0.711, 0.867)  # Wilson, 80 of 100
    assert isinstance(found.outside, Share)
    assert (found.outside.value, found.outside.n) == (0.9, 100)
    # Newcombe's hybrid: 0.1 ± from Wilson's 0.711–0.867 and 0.826–0.945
    assert (round(parted(found).low, 4), round(parted(found).high, 4)) == (0.0001, 0.1995)


def test_fewer_than_five_on_a_side_say_nothing_and_no_week() -> None:
    found = compared(weeks((0, 1), (0, 1), (0, 1), (0, 1)))
    assert found.inside == TooFew(4)
    assert found.difference == TooFew(4)
    assert found.since is None


def test_it_tells_the_week_from_which_on_both_sides_part() -> None:
    found = compared(weeks(*[EVEN] * 4, *[APART] * 6))
    assert parted(found).is_clear
    assert found.since == MONDAY + timedelta(weeks=4)


def test_it_tells_the_week_from_which_on_they_part_wider() -> None:
    found = compared(weeks(*[(7, 10)] * 8, *[(1, 10)] * 4))
    assert found.since == MONDAY + timedelta(weeks=8)


def test_sides_that_part_all_along_have_no_week() -> None:
    found = compared(weeks(*[APART] * 10))
    assert parted(found).is_clear
    assert found.since is None


def test_a_difference_that_has_become_smaller_has_no_week() -> None:
    found = compared(weeks(*[(1, 10)] * 8, *[(6, 10)] * 4))
    assert parted(found).is_clear
    assert found.since is None


def test_newest_weeks_that_part_the_other_way_are_no_beginning_of_what_the_whole_shows() -> None:
    found = compared(weeks(*[APART] * 20, *[(10, 10)] * 4, outside=(6, 10)))
    assert parted(found).value > 0
    assert found.since is None


def test_a_change_of_the_last_three_weeks_is_too_young() -> None:
    found = compared(weeks(*[(80, 100)] * 9, *[(10, 100)] * 3, outside=(90, 100)))
    assert found.since != MONDAY + timedelta(weeks=9)


def test_chance_alone_rarely_makes_a_week() -> None:
    random, told = Random(20261122), 0
    for _ in range(300):
        counted = [
            tuple((sum(random.random() < share for _ in range(20)), 20) for share in (0.7, 0.9)) for _ in range(12)
        ]
        found = compared([Week(MONDAY + timedelta(weeks=number), *one) for number, one in enumerate(counted)])
        told += found.since is not None
    assert told == 8


def test_sides_that_do_not_differ_have_no_week() -> None:
    found = compared(weeks(*[EVEN] * 8))
    assert not parted(found).is_clear
    assert found.since is None


def test_fewer_weeks_than_a_window_have_no_week() -> None:
    assert compared(weeks((0, 50), (0, 50), (0, 50))).since is None


def test_a_median_has_the_ranks_of_the_coin_around_it() -> None:
    # 100 values: the ranks are 40 and 61 (David & Nagaraja, table of the binomial: 40 and 61 cover 95.4 %).
    found = waited({float(value): 1 for value in range(1, 101)}, {1000.0: 10})
    assert found.inside == Estimate(50.0, 40.0, 61.0, 100)
    assert found.outside == Estimate(1000.0, 1000.0, 1000.0, 10)
    assert found.parts


def test_medians_whose_intervals_meet_do_not_part() -> None:
    assert not waited({1.0: 5, 2.0: 5}, {2.0: 5, 3.0: 5}).parts


@pytest.mark.parametrize("few", [{}, {60.0: 4}])
def test_a_median_of_fewer_than_five_is_not_told(few: dict[float, int]) -> None:
    found = waited(few, {60.0: 50})
    assert found.inside == TooFew(sum(few.values()))
    assert not found.parts


@given(
    st.dictionaries(st.integers(0, 10_000).map(float), st.integers(1, 50), min_size=1).filter(
        lambda one: sum(one.values()) >= 5
    )
)
def test_a_median_lies_in_its_interval_and_both_are_values_that_were_seen(counts: dict[float, int]) -> None:
    found = waited(counts, counts).inside
    assert isinstance(found, Estimate)
    assert found.low <= found.value <= found.high
    assert {found.low, found.value, found.high} <= set(counts)
