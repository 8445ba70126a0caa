"""The lot: fair, repeatable by anybody, and balanced by size."""

from collections import Counter
from hashlib import sha256
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clientela.impact.rules.rollouts.plans import (
    Block,
    Size,
    blocks_of,
    drawn,
    lot_of,
    orders_of,
    possible_orders,
    step_sizes,
)

FOUR = (Block(("a", "b", "c", "d"), (1, 1, 2, 2)),)


def sizes(count: int) -> list[Size]:
    return [Size(f"d{number:02}", 100 - number) for number in range(count)]


@pytest.mark.parametrize(("departments", "steps"), [(2, 3), (3, 1), (0, 2)])
def test_fewer_departments_than_steps_cannot_begin(departments: int, steps: int) -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        blocks_of(sizes(departments), steps)


def test_a_department_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        blocks_of([Size("a", 1), Size("a", 2), Size("b", 1)], 2)


@pytest.mark.parametrize(
    ("departments", "steps", "wanted"),
    [(9, 3, (3, 3, 3)), (10, 3, (4, 3, 3)), (11, 3, (4, 3, 4)), (4, 4, (1, 1, 1, 1)), (7, 4, (2, 2, 1, 2))],
)
def test_what_is_left_over_begins_first_and_last(departments: int, steps: int, wanted: tuple[int, ...]) -> None:
    assert step_sizes(departments, steps) == wanted


def test_departments_of_like_size_are_drawn_among_themselves_where_orders_are_many() -> None:
    assert [block.keys for block in blocks_of(sizes(9), 3)] == [
        ("d00", "d01", "d02"),
        ("d03", "d04", "d05"),
        ("d06", "d07", "d08"),
    ]
    assert possible_orders(blocks_of(sizes(9), 3)) == 6**3


def test_a_short_last_block_fills_the_steps_that_get_one_more() -> None:
    blocks = blocks_of(sizes(11), 3)
    assert (blocks[-1].keys, blocks[-1].steps) == (("d09", "d10"), (1, 3))


def test_with_few_departments_all_are_drawn_together() -> None:
    assert blocks_of(sizes(4), 2) == (Block(("d00", "d01", "d02", "d03"), (1, 1, 2, 2)),)
    assert possible_orders(blocks_of(sizes(4), 2)) == 6
    assert possible_orders(blocks_of(sizes(4), 4)) == 24


def test_the_draw_is_what_anybody_gets_from_the_seed_and_the_keys() -> None:
    hashes = {key: sha256(f"17:{key}".encode()).hexdigest() for key in "abcd"}
    wanted = dict(zip(sorted("abcd", key=lambda key: hashes[key]), (1, 1, 2, 2), strict=True))
    found = drawn(FOUR, "17")
    assert {lot.key: lot.step for lot in found} == wanted
    assert {lot.key: lot.lot for lot in found} == hashes

    assert lot_of("17", "a") == "e46d33bae4d8ce55ea2b379514febc020053289131bcd98b95e4aae494b370a0"


def test_every_order_comes_equally_often() -> None:
    counts = Counter(tuple(sorted((lot.key, lot.step) for lot in drawn(FOUR, str(seed)))) for seed in range(6000))
    assert len(counts) == 6
    # Chi-square with 5 degrees of freedom; 20.5 is its 99.9 % point.
    assert sum((n - 1000) ** 2 / 1000 for n in counts.values()) < 20.5


def test_all_orders_are_gone_through_when_they_are_few_and_the_real_one_is_first() -> None:
    orders, is_all = orders_of(FOUR, {"a": 2, "b": 1, "c": 1, "d": 2}, seed=1)
    assert is_all
    assert orders[0].tolist() == [2, 1, 1, 2]
    assert sorted(map(tuple, orders.tolist())) == sorted(set(permutations((1, 1, 2, 2))))


def test_an_order_that_the_lot_could_not_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="could not have drawn"):
        orders_of(FOUR, {"a": 2, "b": 2, "c": 1, "d": 2}, seed=1)


@settings(deadline=None)
@given(count=some.integers(3, 30), steps=some.integers(2, 6), seed=some.text(max_size=20))
def test_a_draw_always_fills_the_steps_as_planned(count: int, steps: int, seed: str) -> None:
    if count < steps:
        return
    blocks = blocks_of(sizes(count), steps)
    found = drawn(blocks, seed)
    taken = Counter(lot.step for lot in found)
    assert tuple(taken[step] for step in range(1, steps + 1)) == step_sizes(count, steps)
    assert found == drawn(blocks, seed)
    orders, _is_all = orders_of(blocks, {lot.key: lot.step for lot in found}, seed=3, most=50)
    assert (np.sort(orders, axis=1) == np.sort(orders[0])).all()
