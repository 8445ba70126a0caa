"""Numbers of an anonymous round: what somebody learns who knows all answers but one."""

from collections import Counter
from collections.abc import Collection, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.voice.rules.anonymity import LEAST_SHOWN
from clientela.voice.rules.anonymity.classes import (
    NumberClass,
    _Part,
    class_of,
    common_classes,
    days_since_epoch,
    edges_in,
    edges_of_days,
    edges_of_numbers,
    read,
    written,
)


class Lots(Random):
    """Chance that never leaves an edge out."""

    def random(self) -> float:
        return 0.99


def shown(numbers: Sequence[float], edges: Sequence[float]) -> dict[NumberClass, int]:
    """The picture: each class and how many lie in it."""
    return dict(Counter(class_of(number, edges) for number in numbers))


Picture = dict[NumberClass, int]


class Leading(Random):
    """The one course of chance that may lead to these edges: it uses them, and leaves out all others."""

    def __init__(self, edges: Collection[float], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(0)
        self.edges = frozenset(edges)
        self.tried = 0.0
        ordinary = _Part.takes

        def noted(part: _Part, edge: float) -> bool:
            self.tried = edge
            return ordinary(part, edge)

        monkeypatch.setattr(_Part, "takes", noted)

    def random(self) -> float:
        return 0.99 if self.tried in self.edges else 0.0


def may_lead_to(numbers: Sequence[float], picture: Picture) -> bool:
    """Whether some course of chance makes this picture of these numbers."""
    with pytest.MonkeyPatch.context() as patched:
        edges = edges_of_numbers(numbers, is_whole=True, chance=Leading(edges_in(picture), patched))
        return shown(numbers, edges) == picture


@pytest.mark.parametrize("n", [0, 1, 5, 9])
def test_of_fewer_than_ten_no_class_is_shown(n: int) -> None:
    assert edges_of_numbers([7.0, 70.0] * (n // 2) + [7.0] * (n % 2), is_whole=True, chance=Lots()) == ()


def test_numbers_that_are_all_the_same_have_no_edge() -> None:
    assert edges_of_numbers([7] * 100, is_whole=True, chance=Lots()) == ()
    assert edges_of_numbers([7.25] * 100, is_whole=False, chance=Lots()) == ()


def test_edges_are_round_and_the_ends_are_open() -> None:
    ages = [*range(22, 60)] * 2
    edges = edges_of_numbers(ages, is_whole=True, chance=Lots())
    assert edges == (30, 40, 50)
    assert {class_of(22, edges).low, class_of(59, edges).under} == {None}
    assert (class_of(30, edges), class_of(29.5, edges)) == (NumberClass(30, 40), NumberClass(None, 30))


def test_one_very_large_number_moves_no_edge() -> None:
    ages = [*range(22, 60)] * 2
    for far in (10**15, -(10**15)):
        assert edges_of_numbers([*ages[:-1], far], is_whole=True, chance=Lots()) == (30, 40, 50)


def test_no_edge_of_decimals_is_finer_than_a_hundredth() -> None:
    close = [0.0011 * place for place in range(60)]
    edges = edges_of_numbers(close, is_whole=False, chance=Lots())
    assert edges == tuple(round(edge, 2) for edge in edges)
    assert edges != ()
    closer = [0.001 * place for place in range(20)]
    assert {edges_of_numbers(closer, is_whole=False, chance=Random(seed)) for seed in range(9)} == {(), (0.01,)}


def test_an_edge_with_five_on_either_side_is_used_but_for_one_of_five_that_chance_leaves_out() -> None:
    """The edge 10 is a multiple of ten, of five and of one: left out once, it is not tried again."""
    numbers = [9] * 5 + [10] * 5
    found = [edges_of_numbers(numbers, is_whole=True, chance=Random(seed)) for seed in range(1000)]
    assert set(found) == {(), (10,)}
    assert 150 < found.count(()) < 250


def test_there_are_about_ten_classes_however_many_answered() -> None:
    edges = edges_of_numbers(range(4000), is_whole=True, chance=Lots())
    assert len(edges) > 5
    assert {edge % 100 for edge in edges} == {0}


def test_the_edge_nearest_to_the_middle_answer_is_tried_first() -> None:
    numbers = [5] * 5 + [17] * 4 + [25] * 5  # at 10 or at 20, not at both
    assert edges_of_numbers(numbers, is_whole=True, chance=Lots()) == (20,)


def test_a_class_that_leaves_out_an_edge_of_an_earlier_round_is_not_divided_anew() -> None:
    edges = edges_of_numbers(range(100), is_whole=True, earlier={30, 60}, chance=Random(1))  # 30 is left out
    assert edges[0] == 60
    assert len(edges) > 1


def test_days_are_put_into_calendar_classes() -> None:
    days = [days_since_epoch(f"2026-{month:02}-10") for month in range(1, 13) for _twice in range(4)]
    edges = edges_of_days(days, chance=Lots())
    assert [written(NumberClass(edge), is_day=True)["from"] for edge in edges] == [
        "2026-04-01", "2026-07-01", "2026-10-01",
    ]  # fmt: skip


def test_days_of_one_month_are_divided_at_its_middle_and_those_of_the_first_century_where_it_can_be() -> None:
    of_a_month = [days_since_epoch(f"2026-01-{day}") for day in (10, 20) for _ten in range(10)]
    assert edges_of_days(of_a_month, chance=Lots()) == (days_since_epoch("2026-01-16"),)
    long_ago = [days_since_epoch(day) for day in ("0001-05-05", "0015-05-05") for _ten in range(10)]
    assert edges_of_days(long_ago, chance=Lots()) == (days_since_epoch("0010-01-01"),)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.integers(-50, 50), st.floats(-1e15, 1e15)), max_size=80), st.integers(0, 10**6), st.data())
def test_every_class_holds_five_whatever_was_answered(numbers: list[float], seed: int, data: st.DataObject) -> None:
    earlier = data.draw(st.lists(st.integers(-60, 60), max_size=5))
    edges = edges_of_numbers(numbers, is_whole=False, earlier=earlier, chance=Random(seed))
    assert list(edges) == sorted(set(edges))
    counts = shown(numbers, edges)
    assert len(counts) == (len(edges) + 1 if numbers else 0)
    assert len(numbers) < LEAST_SHOWN or min(counts.values()) >= LEAST_SHOWN


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=10, max_size=60), st.integers(0, 10**6), st.data())
def test_who_knows_all_numbers_but_one_cannot_rule_out_any_of_its_class(
    numbers: list[int], seed: int, data: st.DataObject
) -> None:
    """For each number of the class that the one lies in, some course of chance leads to the very same picture."""
    picture = shown(numbers, edges_of_numbers(numbers, is_whole=True, chance=Random(seed)))
    place = data.draw(st.integers(0, len(numbers) - 1))
    edges = sorted(edges_in(picture))
    others = [*numbers[:place], *numbers[place + 1 :]]
    mine = class_of(numbers[place], edges)
    possible = [number for number in range(31) if may_lead_to([*others, number], picture)]
    assert possible == [number for number in range(31) if class_of(number, edges) == mine]


def test_without_chance_an_edge_that_is_not_used_would_tell() -> None:
    """Four are below ten. Were every edge used, the fifth would not be, for ten is no edge; chance leaves it open."""
    others = [1, 2, 3, 4, *range(13, 24)]
    picture = shown([*others, 12], edges_of_numbers([*others, 12], is_whole=True, chance=Lots()))
    assert picture == shown([*others, 5], sorted(edges_in(picture)))
    assert shown([*others, 5], edges_of_numbers([*others, 5], is_whole=True, chance=Lots())) != picture
    assert may_lead_to([*others, 5], picture)


def test_a_later_round_keeps_to_the_edges_of_the_earlier_ones() -> None:
    first = [*range(10, 50)]
    edges = edges_of_numbers(first, is_whole=True, chance=Lots())
    assert edges_of_numbers([*range(13, 53)], is_whole=True, earlier=edges, chance=Lots()) == edges


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=5, max_size=60), min_size=1, max_size=5), st.integers(0, 10**6))
def test_several_rounds_tell_no_more_of_the_same_number_than_a_class_of_one_of_them(
    rounds: list[list[int]], seed: int
) -> None:
    chance = Random(seed)
    earlier: set[float] = set()
    counted: list[dict[NumberClass, int]] = []
    for numbers in rounds:
        edges = edges_of_numbers(numbers, is_whole=True, earlier=earlier, chance=chance)
        counted.append(shown(numbers, edges))
        earlier |= edges_in(counted[-1])
    classes = {one for each in counted for one in each}
    for number in range(-1, 42):
        mine = [one for each in counted for one in each if class_of(number, sorted(edges_in(each))) == one]
        low = max((one.low for one in mine if one.low is not None), default=None)
        under = min((one.under for one in mine if one.under is not None), default=None)
        assert NumberClass(low, under) in classes


def test_rounds_are_put_together_by_the_edges_that_all_have() -> None:
    first = {NumberClass(None, 10): 5, NumberClass(10, 20): 6, NumberClass(20, None): 7}
    second = {NumberClass(None, 20): 8, NumberClass(20, None): 9}
    assert common_classes([first, second]) == {NumberClass(None, 20): 19, NumberClass(20, None): 16}
    assert common_classes([first, {NumberClass(): 12}]) == {NumberClass(): 30}
    assert common_classes([first]) == first


def test_a_class_is_read_as_it_was_written() -> None:
    for one in (NumberClass(), NumberClass(None, 10), NumberClass(2.5, 3)):
        assert read(written(one, is_day=False), is_day=False) == one
    day = NumberClass(days_since_epoch("2026-01-16"), None)
    assert written(day, is_day=True) == {"from": "2026-01-16", "under": None}
    assert read(written(day, is_day=True), is_day=True) == day
    assert [read(kept, is_day=False) for kept in (7, "7", {"from": 1}, None)] == [None] * 4


def test_a_class_of_days_is_none_of_numbers_where_a_question_was_changed_from_one_to_the_other() -> None:
    assert read({"from": None, "under": "2026-01-16"}, is_day=False) is None
    assert read({"from": 10, "under": 20}, is_day=True) is None
    assert read({"from": None, "under": None}, is_day=True) == NumberClass()
