"""No department of fewer than five people stands alone, under whatever name."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clientela.network.rules.travelling import FEWEST_PEOPLE, SEVERAL_SMALL, groups_of


def test_a_team_counts_with_the_top_of_its_branch_and_brings_its_people() -> None:
    assert groups_of({1: None, 2: 1, 3: 2}, {1: 1, 2: 2, 3: 2}) == {1: 1, 2: 1, 3: 1}


def test_small_departments_count_together() -> None:
    parents = dict.fromkeys((1, 2, 3, 4))
    assert groups_of(parents, {1: 4, 2: 3, 3: 5, 4: 9}) == {1: SEVERAL_SMALL, 2: SEVERAL_SMALL, 3: 3, 4: 4}


def test_one_small_department_is_joined_by_the_next_smallest_or_it_would_stand_alone_under_another_name() -> None:
    parents = dict.fromkeys((1, 2, 3))
    assert groups_of(parents, {1: 4, 2: 6, 3: 5}) == {1: SEVERAL_SMALL, 2: 2, 3: SEVERAL_SMALL}


def test_where_nobody_works_any_more_nobody_has_to_join() -> None:
    assert groups_of({1: None, 2: None}, {2: 5}) == {1: SEVERAL_SMALL, 2: 2}


def test_of_two_that_are_as_small_the_first_joins() -> None:
    assert groups_of({3: None, 2: None, 1: None}, {3: 1, 2: 6, 1: 6}) == {3: SEVERAL_SMALL, 2: 2, 1: SEVERAL_SMALL}


def test_in_a_house_of_four_all_are_together() -> None:
    assert groups_of({1: None, 2: None}, {1: 2, 2: 2}) == {1: SEVERAL_SMALL, 2: SEVERAL_SMALL}
    assert groups_of({}, {}) == {}


@given(st.dictionaries(st.integers(1, 8), st.integers(0, 9), max_size=8))
def test_whoever_stands_alone_has_five_people_and_so_have_the_small_ones_unless_all_are_in_it(
    people: dict[int, int],
) -> None:
    groups = groups_of(dict.fromkeys(people), people)
    held: Counter[int] = Counter()
    for number, group in groups.items():
        held[group] += people[number]
    for group, count in held.items():
        is_all = set(groups.values()) == {SEVERAL_SMALL}
        assert count >= FEWEST_PEOPLE or (group == SEVERAL_SMALL and (count == 0 or is_all))
