"""Departments of fewer than five count with the one above them."""

from hypothesis import given
from hypothesis import strategies as some

from clientela.network.discovery.mail.places import pooled


def test_a_department_of_five_stands_alone_and_one_of_four_goes_up() -> None:
    assert pooled({1: 5, 2: 4, 3: 5}, {1: None, 2: 1, 3: 1}) == {1: 1, 2: 1, 3: 3}


def test_several_small_ones_make_a_large_one_above_them() -> None:
    assert pooled({2: 3, 3: 2}, {1: None, 2: 1, 3: 1}) == {1: 1, 2: 1, 3: 1}


def test_a_small_one_below_small_ones_goes_up_as_far_as_it_must() -> None:
    assert pooled({1: 4, 2: 0, 3: 1}, {1: None, 2: 1, 3: 2}) == {1: 1, 2: 1, 3: 1}


def test_where_there_are_never_five_people_nothing_is_counted() -> None:
    assert pooled({1: 2, 2: 2}, {1: None, 2: 1}) == {1: None, 2: None}


@given(some.lists(some.tuples(some.integers(0, 8), some.integers(0, 20)), min_size=1, max_size=12))
def test_whatever_the_tree_every_department_that_counts_has_five_people(rows: list[tuple[int, int]]) -> None:
    people = {number: count for number, (count, _above) in enumerate(rows)}
    above = {number: parent if parent < number else None for number, (_count, parent) in enumerate(rows)}
    found = pooled(people, above)
    for number, place in found.items():
        lines = [number]
        while (parent := above[lines[-1]]) is not None:
            lines.append(parent)
        assert place is None or place in lines
    for place in set(found.values()) - {None}:
        assert sum(people[number] for number, where in found.items() if where == place) >= 5
