"""Service quality of an anonymous round where items were left out: nothing subtracts to fewer than five people."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest

from clientela.voice.rules.anonymity import quality as quality_module
from clientela.voice.rules.anonymity.quality import APART, MEANS, Item, means_of, quality_kept
from clientela.voice.rules.figures.servqual import Dimension

ITEMS = {str(dimension): [Item(f"{dimension}{number}") for number in (1, 2, 3)] for dimension in Dimension}
NAMES = [item.perception for items in ITEMS.values() for item in items]
BOTH = {
    str(dimension): [Item(f"{dimension}{number}", f"{dimension}{number}_e") for number in (1, 2)]
    for dimension in Dimension
}


def kept_of(
    answers: Sequence[Mapping[str, Any]], items: Mapping[str, Sequence[Item]] = ITEMS, *, seed: int = 0
) -> list[dict[str, Any]]:
    return quality_kept(answers, items, asked=5, chance=Random(seed))


def people(count: int, *, seed: int = 0, left_out: float = 0.0) -> list[dict[str, Any]]:
    """People who answer by chance, and leave items out as often as is said."""
    chance = Random(seed)
    return [
        {name: chance.randint(1, 7) for name in NAMES if chance.random() >= left_out} | {"score": chance.randint(1, 5)}
        for _person in range(count)
    ]


def figures(answers: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Each figure that is shown as the weight of every answer in it: a column for each person and item.

    The items over who kept them one by one, the dimensions, and the whole. What chance or rounding makes of them is
    left away: the attacker sees the sums themselves.
    """
    columns = {
        (place, name): number for number, (place, name) in enumerate((p, n) for p in _places(answers) for n in NAMES)
    }
    rows: list[np.ndarray] = []

    def row() -> np.ndarray:
        rows.append(np.zeros(len(columns)))
        return rows[-1]

    for name in NAMES:
        item = row()
        for place, one in enumerate(answers):
            if name in one:
                item[columns[place, name]] = 1
    whole = row()
    for dimension, items in ITEMS.items():
        names = [item.perception for item in items]
        seen = row()
        for place, one in enumerate(answers):
            given = names if all(name in one for name in names) else one["given"].get(dimension, [])
            for name in given:
                seen[columns[place, name]] += 1 / len(given)
                if APART not in one:
                    whole[columns[place, name]] += 1 / len(given) / 5
    return np.array(rows)


def _places(answers: Sequence[Mapping[str, Any]]) -> range:
    return range(len(answers))


def with_what_was_given(
    answers: Sequence[Mapping[str, Any]], kept: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What was kept, and for the attacker's book which items stand behind each mean."""
    return [
        {
            **mine,
            "given": {
                dimension: [item.perception for item in ITEMS[dimension] if item.perception in one]
                for dimension in mine.get(MEANS, {})
            },
        }
        for one, mine in zip(answers, kept, strict=True)
    ]


def told_of_few(answers: Sequence[Mapping[str, Any]]) -> list[tuple[int, ...]]:
    """Groups of one to four people of whom some weighing of the figures tells something, and of nobody else."""
    shown = figures(answers)
    shown = shown[np.abs(shown).sum(axis=1) > 0]
    if not len(shown):
        return []
    # A weighing that tells of nobody but the group is nothing over all the others: their columns have a lower rank.
    by_person = [shown[:, place * len(NAMES) : (place + 1) * len(NAMES)] for place in _places(answers)]
    squares = [columns @ columns.T for columns in by_person]
    rank = np.linalg.matrix_rank(sum(squares), hermitian=True)
    return [
        group
        for group in combinations(_places(answers), min(4, len(answers) - 1))
        if np.linalg.matrix_rank(sum(squares) - sum(squares[place] for place in group), hermitian=True) < rank
    ]


def test_who_answered_everything_is_kept_item_by_item() -> None:
    answers = people(8)
    assert kept_of(answers) == answers


def test_four_people_keep_nothing_of_service_quality() -> None:
    assert [one.keys() for one in kept_of(people(4))] == [{"score", APART}] * 4


def test_who_left_one_item_out_counts_with_four_others_drawn_by_lot() -> None:
    answers = people(14)
    del answers[3]["empathy2"]
    kept = kept_of(answers)
    together = [one for one in kept if MEANS in one]
    assert len(together) == 5
    assert kept[3] in together
    assert {tuple(one[MEANS]) for one in together} == {("empathy",)}
    assert kept[3][MEANS] == {"empathy": {"perception": (answers[3]["empathy1"] + answers[3]["empathy3"]) / 2}}
    # Of the dimension and of the whole nobody is missing.
    assert [one for one in kept if APART in one] == []
    assert sum("empathy1" in one for one in kept) == 9
    assert sum("tangibles1" in one for one in kept) == 14


def test_where_too_few_would_be_left_all_are_put_together() -> None:
    answers = people(8)
    del answers[3]["empathy2"]
    kept = kept_of(answers)
    assert [list(one[MEANS]) for one in kept] == [["empathy"]] * 8
    assert [one for one in kept if APART in one] == []


def test_who_left_a_dimension_out_counts_in_the_others_and_five_more_are_not_in_the_whole() -> None:
    answers = people(20)
    for name in ("empathy1", "empathy2"):
        del answers[3][name]
    kept = kept_of(answers)
    apart = [place for place, one in enumerate(kept) if APART in one]
    assert len(apart) == 6
    assert 3 in apart
    assert [name for name in kept[3] if name.startswith("empathy")] == []
    assert sum("tangibles1" in one or "tangibles" in one.get(MEANS, {}) for one in kept) == 20


def test_which_of_them_is_drawn_by_chance() -> None:
    answers = people(14)
    del answers[3]["empathy2"]
    drawn = {tuple(place for place, one in enumerate(kept_of(answers, seed=seed)) if MEANS in one) for seed in range(9)}
    assert len(drawn) > 5


def test_who_is_not_in_the_whole_beside_them_is_drawn_by_chance_too() -> None:
    answers = people(20)
    for name in ("empathy1", "empathy2"):
        del answers[3][name]
    drawn = {tuple(place for place, one in enumerate(kept_of(answers, seed=seed)) if APART in one) for seed in range(9)}
    assert len(drawn) > 5


def test_both_sides_count_of_the_same_items() -> None:
    answers = [
        {name: 1 + (person + number) % 7 for number, item in enumerate(_both_items()) for name in item.names}
        for person in range(12)
    ]
    del answers[0]["tangibles1_e"]
    kept = kept_of(answers, BOTH)
    means = kept[0][MEANS]["tangibles"]
    assert means == {
        "perception": answers[0]["tangibles2"],
        "expectation": answers[0]["tangibles2_e"],
        "gap": answers[0]["tangibles2"] - answers[0]["tangibles2_e"],
    }
    assert "tangibles1" not in kept[0]


def _both_items() -> list[Item]:
    return [item for items in BOTH.values() for item in items]


def test_below_half_of_the_items_there_is_no_mean() -> None:
    assert means_of({"empathy1": 7}, ITEMS["empathy"]) == {}
    assert means_of({"empathy1": 7, "empathy2": 4}, ITEMS["empathy"]) == {"perception": 5.5}
    assert means_of({"tangibles1": 7, "tangibles1_e": 5, "tangibles2": 1}, BOTH["tangibles"])["gap"] == 2


def test_who_answered_no_item_of_a_side_that_is_asked_counts_nowhere_in_the_dimension() -> None:
    uneven = {"tangibles": [Item("seen1", "wished1"), Item("seen2")]}
    answers: list[dict[str, Any]] = [
        {"seen1": 1 + person % 5, "wished1": 5 - person % 3, "seen2": 1 + person % 4} for person in range(8)
    ]
    answers += [{"seen2": 3}, {"seen2": 2}]
    assert means_of(answers[8], uneven["tangibles"]) == {}
    assert kept_of(answers, uneven) == [*(one | {APART: True} for one in answers[:8]), {APART: True}, {APART: True}]


def test_a_dimension_of_one_side_stands_beside_one_of_both() -> None:
    uneven = {name: [Item(f"{name}1", f"{name}1_e")] for name in BOTH} | {"empathy": [Item("empathy1")]}
    names = [name for items in uneven.values() for item in items for name in item.names]
    answers = [{name: 1 + (person + number) % 7 for number, name in enumerate(names)} for person in range(9)]
    assert kept_of(answers, uneven) == answers


def test_an_item_that_fewer_than_ten_all_answered_alike_is_put_together() -> None:
    answers = [one | {"empathy2": 1} for one in people(9)]
    assert [list(one[MEANS]) for one in kept_of(answers)] == [["empathy"]] * 9
    assert kept_of([one | {"empathy2": 1} for one in people(10)])[0]["empathy2"] == 1


def test_a_dimension_that_fewer_than_ten_all_saw_alike_is_not_kept_and_neither_is_the_whole() -> None:
    answers = [one | dict.fromkeys(("empathy1", "empathy2", "empathy3"), 1) for one in people(9)]
    kept = kept_of(answers)
    assert all("empathy1" not in one and "empathy" not in one.get(MEANS, {}) for one in kept)
    assert {one.get(APART) for one in kept} == {True}
    assert {"tangibles1" in one for one in kept} == {True}


def test_of_a_whole_that_fewer_than_ten_all_saw_alike_nobody_counts_in_it() -> None:
    one_each = {str(dimension): [Item(f"{dimension}1")] for dimension in Dimension}
    answers = [
        {item.perception: 1 + (person + place) % 5 for place, (item,) in enumerate(one_each.values())}
        for person in range(9)
    ]
    assert {sum(one.values()) for one in answers} == {15}  # each sees every dimension otherwise, and all the same mean
    assert kept_of(answers, one_each) == [one | {APART: True} for one in answers]


def test_of_nine_people_none_are_set_apart_from_the_whole_so_that_fewer_than_five_stay_in_it() -> None:
    answers = people(9)
    for name in ("empathy1", "empathy2"):
        del answers[3][name]
    assert {one.get(APART) for one in kept_of(answers)} == {True}


@pytest.mark.parametrize("seed", range(24))
def test_no_weighing_of_items_dimensions_and_the_whole_tells_of_fewer_than_five(seed: int) -> None:
    answers = people(8 + seed % 7, seed=seed, left_out=(0.02, 0.08, 0.25)[seed % 3])
    kept = kept_of(answers, seed=seed)
    assert told_of_few(with_what_was_given(answers, kept)) == []


def test_the_attack_sees_who_left_one_item_out_if_nobody_is_put_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality_module._Round, "_put_together", lambda *_given: None)
    answers = people(12)
    del answers[3]["empathy2"]
    found = told_of_few(with_what_was_given(answers, kept_of(answers)))
    assert found != []
    assert all(3 in group for group in found)


def test_the_attack_sees_who_is_not_in_the_whole_if_nobody_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = people(13)
    del answers[3]["empathy2"], answers[3]["empathy3"]

    def alone(one: quality_module._Round) -> set[int]:
        one.whole = set(range(13)) - {3}
        return {3}

    monkeypatch.setattr(quality_module._Round, "_choose_whole", alone)
    monkeypatch.setattr(quality_module._Round, "_put_together", lambda *_given: None)
    assert told_of_few(with_what_was_given(answers, kept_of(answers))) != []
