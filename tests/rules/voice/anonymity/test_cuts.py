"""What is shown of anonymous answers, and what an attacker makes of it."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.voice.rules.anonymity import (
    LEAST_SHOWN,
    LEAST_TEXTS,
    Cell,
    CellName,
    Cut,
    HiddenCut,
    HiddenReason,
    Partition,
    Publication,
    are_safe_together,
    cuts,
    published_cuts,
    shown_texts,
)
from tests.rules.voice.anonymity.auditing import intersections, published_sets, revealed, sizes

Answers = list[dict[str, CellName | None]]
RATER, LANGUAGE = Cut("rater"), Cut("language")


def answers(**counts: int) -> Answers:
    """Three of the sales department in Polish: sales_pl=3."""
    found: Answers = []
    for cell, count in counts.items():
        rater, _gap, language = cell.partition("_")
        found += [{"rater": rater, "language": language or None} for _each in range(count)]
    return found


@pytest.mark.parametrize("n", range(5))
def test_fewer_than_five_answers_are_shown_not_even_counted(n: int) -> None:
    found = published_cuts(answers(sales=n), [RATER])
    assert found == Publication(None, (), (HiddenCut("rater", HiddenReason.TOO_FEW),))


def test_a_department_of_four_is_put_together_with_the_next_smallest() -> None:
    found = published_cuts(answers(sales=9, it=4, stores=6), [RATER])
    assert sizes(found) == {"rater": [9, 10]}
    assert found.partitions[0].cells[1] == Cell(("it", "stores"), tuple(range(9, 19)), is_others=True)
    assert published_cuts(answers(sales=9, it=3, board=2), [RATER]).partitions[0].cells[1].names == ("board", "it")


def test_the_four_that_the_whole_less_the_rest_would_show_are_not_shown() -> None:
    found = published_cuts(answers(sales=9, it=4), [RATER])
    assert (found.total, found.partitions) == (13, ())
    assert found.hidden == (HiddenCut("rater", HiddenReason.ONE_CELL),)


def test_a_cell_nobody_answered_from_is_not_told_from_one_of_few() -> None:
    declared = Cut("rater", ("sales", "it", "stores", "board"))
    none = published_cuts(answers(sales=9, it=7, stores=6), [declared])
    few = published_cuts(answers(sales=9, it=7, stores=6, board=3), [declared])
    told = [[(cell.names, cell.is_others) for cell in found.partitions[0].cells] for found in (none, few)]
    assert told[0] == [(("sales",), False), (("it",), False), (("stores", "board"), True)]
    assert told[1] == [(("sales",), False), (("it",), False), (("stores", "board"), True)]


def test_two_cuts_cannot_be_laid_over_each_other_to_find_a_few() -> None:
    people = answers(sales_pl=10, sales_ro=2, it_pl=2, it_ro=10)
    found = published_cuts(people, [RATER, LANGUAGE])
    assert sizes(found) == {"rater": [12, 12]}
    assert found.hidden == (HiddenCut("language", HiddenReason.TOO_FINE),)
    assert sizes(published_cuts(people, [LANGUAGE, RATER])) == {"language": [12, 12]}


def test_a_second_cut_is_shown_as_far_as_it_keeps_five_in_each_cell_of_the_first() -> None:
    people = answers(sales_pl=10, sales_ro=6, sales_es=5, it_pl=8, it_ro=5, it_es=2)
    found = published_cuts(people, [RATER, LANGUAGE])
    assert sizes(found) == {"rater": [15, 21], "language": [18, 18]}
    assert found.partitions[1].cells[1].names == ("es", "ro")


def test_who_has_no_cell_counts_among_the_others() -> None:
    found = published_cuts(answers(sales_pl=6, sales=5), [LANGUAGE])
    assert sizes(found) == {"language": [6, 5]}
    assert found.partitions[0].cells[1] == Cell((), (6, 7, 8, 9, 10), is_others=True)
    assert published_cuts(answers(sales_pl=6, sales=4), [LANGUAGE]).partitions == ()


def test_a_cut_with_one_cell_shows_nothing_that_the_whole_does_not() -> None:
    found = published_cuts(answers(sales_pl=9), [RATER, LANGUAGE])
    assert found.hidden == (HiddenCut("rater", HiddenReason.ONE_CELL), HiddenCut("language", HiddenReason.ONE_CELL))


def test_the_bar_can_be_raised_and_not_lowered() -> None:
    people = answers(sales=9, it=8)
    assert sizes(published_cuts(people, [RATER], least=1)) == {"rater": [8, 9]}
    assert published_cuts(answers(sales=9, it=4), [RATER], least=1).partitions == ()
    assert published_cuts(people, [RATER], least=LEAST_TEXTS).partitions == ()


# -- the attacker ------------------------------------------------------------------------------------------------------


def test_the_attacker_of_these_tests_finds_what_a_careless_page_shows() -> None:
    whole, all_but_one = tuple(range(9)), Cell(("pl",), tuple(range(8)))
    by_hand = Publication(9, (Partition("language", (all_but_one, Cell(("ro",), (8,)))),), ())
    assert revealed(by_hand, 9) == [(8,)]
    # Each cell has five, but two of them differ by two people.
    subtracted = Publication(
        9, (Partition("a", (Cell(("x",), whole[:5]),)), Partition("b", (Cell(("y",), whole[:7]),))), ()
    )
    assert revealed(subtracted, 9) == [(5, 6), (7, 8), (5, 6, 7, 8)]


CUTS = ("rater", "supplier", "language")


def population(most: int, cells: int) -> st.SearchStrategy[Answers]:
    one = st.fixed_dictionaries(
        {cut: st.none() | st.sampled_from([f"c{cell}" for cell in range(cells)]) for cut in CUTS}
    )
    # Many alike, so that cuts are shown at all.
    alike = st.tuples(one, st.integers(1, 9)).map(lambda pair: [dict(pair[0])] * pair[1])
    return st.lists(alike, max_size=most).map(lambda groups: [answer for group in groups for answer in group])


ORDERS = st.permutations([Cut(name) for name in CUTS]) | st.just(
    [Cut("rater", ("c0", "c1", "c2", "c3")), Cut("language", ("c0", "c1")), Cut("supplier")]
)


@given(population(3, 2).filter(lambda found: len(found) <= 14), ORDERS)
@settings(max_examples=150, deadline=None)
def test_of_a_small_population_no_group_of_one_to_four_can_be_worked_out(people: Answers, order: Sequence[Cut]) -> None:
    assert revealed(published_cuts(people, order), len(people)) == []


@given(population(16, 4), ORDERS)
@settings(max_examples=300, deadline=None)
def test_of_a_large_population_no_group_of_one_to_four_can_be_worked_out(people: Answers, order: Sequence[Cut]) -> None:
    found = published_cuts(people, order)
    assert revealed(found, len(people)) == []
    assert all(len(part) >= LEAST_SHOWN for part in intersections(found))


@given(population(16, 4), ORDERS)
@settings(max_examples=100, deadline=None)
def test_what_is_shown_is_whole_partitions_and_every_cut_is_shown_or_hidden(
    people: Answers, order: Sequence[Cut]
) -> None:
    found = published_cuts(people, order)
    for partition in found.partitions:
        places = sorted(place for cell in partition.cells for place in cell.members)
        assert places == list(range(len(people)))
        assert len(partition.cells) > 1
        for cell in partition.cells:
            if not cell.is_others:
                assert {people[place][partition.cut] for place in cell.members} == set(cell.names)
    assert sorted([part.cut for part in found.partitions] + [each.cut for each in found.hidden]) == sorted(
        cut.name for cut in order
    )


CAREFUL = answers(sales_pl=8, sales_ro=3, it_pl=3, it_ro=8, board_pl=4, board_ro=5)


def _only_by_itself(
    people: Sequence[Mapping[str, CellName | None]], times: Sequence[int], cut: Cut, _atoms: object, least: int
) -> Partition | HiddenCut:
    """A weaker rule: each cut is safe by itself, and nobody looks at two of them together."""
    return cuts_cut(people, times, cut, [()] * len(people), least)


cuts_cut = cuts._cut


def test_the_attacker_wins_against_a_rule_that_looks_at_each_cut_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    people: Answers = [
        {"a": a, "b": b} for a, b, count in (("x", "x", 9), ("x", "y", 1), ("y", "y", 9)) for _ in range(count)
    ]
    order = [Cut("a"), Cut("b")]
    assert revealed(published_cuts(people, order), len(people)) == []
    monkeypatch.setattr(cuts, "_cut", _only_by_itself)
    assert revealed(published_cuts(people, order), len(people)) == [(9,)]


def test_the_attacker_wins_against_a_rule_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    people = answers(sales=9, it=4)
    assert revealed(published_cuts(people, [RATER]), 13) == []
    monkeypatch.setattr(cuts, "LEAST_SHOWN", 4)
    assert revealed(published_cuts(people, [RATER], least=4), 13) == [(9, 10, 11, 12)]


def test_the_attacker_wins_where_the_others_are_left_small(monkeypatch: pytest.MonkeyPatch) -> None:
    people = answers(sales=9, it=3, stores=7)
    assert revealed(published_cuts(people, [RATER]), 19) == []
    monkeypatch.setattr(cuts, "_are_others_enough", lambda *_given, **_named: True)
    assert revealed(published_cuts(people, [RATER]), 19) == [(9, 10, 11)]


def test_what_is_published_names_no_answer_that_is_not_in_a_cell_of_five() -> None:
    found = published_cuts(CAREFUL, [RATER, LANGUAGE])
    assert all(len(each) >= LEAST_SHOWN for each in published_sets(found))


@pytest.mark.parametrize(
    ("sets", "safe"),
    [
        # One person left out the second item: both items less their sum are what that person said of the first.
        ([range(9), range(8), range(8)], False),
        ([range(9), range(5), range(5)], False),
        ([range(9), range(9), range(9)], True),
        ([range(10), range(5), range(5)], True),
        ([range(4)], False),
        ([range(10), range(5, 15), range(5, 10)], True),
        ([range(10), range(5, 14)], False),
        ([], True),
    ],
)
def test_figures_that_add_up_stand_side_by_side_only_if_they_are_of_the_same_people(
    sets: list[range],
    safe: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert are_safe_together(sets) is safe


# -- words -------------------------------------------------------------------------------------------------------------


def test_words_of_fewer_than_ten_are_held_back() -> None:
    assert shown_texts([f"text {number}" for number in range(9)], key=b"secret") == ()
    assert len(shown_texts([f"text {number}" for number in range(10)], key=b"secret")) == 10


@given(st.lists(st.text(max_size=8), min_size=10, max_size=20), st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_of_words_does_not_follow_the_order_in_which_they_came(texts: list[str], chance: object) -> None:
    again = list(texts)
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert shown_texts(texts, key=b"secret") == shown_texts(again, key=b"secret")


def test_another_key_gives_another_order() -> None:
    texts = [f"text {number}" for number in range(12)]
    first, second = shown_texts(texts, key=b"one"), shown_texts(texts, key=b"two")
    assert sorted(first) == sorted(second) == sorted(texts)
    assert first != second
    assert first != tuple(texts)


def test_no_cut_sets_apart_fewer_than_ten_who_all_said_the_same() -> None:
    people = answers(sales=9, it=12)
    order = [RATER]
    alike = [{1}] * 9 + [{1}, {2}] * 6
    hidden = published_cuts(people, order, said=alike)
    assert (hidden.partitions, [one.reason for one in hidden.hidden]) == ((), [HiddenReason.ALIKE])
    one_other = [{1}] * 8 + [{2}] + [{1}, {2}] * 6
    assert sizes(published_cuts(people, order, said=one_other)) == {"rater": [12, 9]}
    # Ten who said the same are enough.
    assert sizes(published_cuts(answers(sales=10, it=10), order, said=[{1}] * 20)) == {"rater": [10, 10]}


def test_a_cut_that_is_not_shown_leaves_the_next_one_as_it_was() -> None:
    people: Answers = [{"a": "x" if place < 6 else "y", "b": "x" if place % 2 else "y"} for place in range(24)]
    said = [{1} if place < 6 else {place % 3} for place in range(24)]
    found = published_cuts(people, [Cut("a"), Cut("b")], said=said)
    assert sizes(found) == {"b": [12, 12]}


def test_why_a_cut_is_not_shown_is_told_from_how_many_answered_also_where_they_are_given_together() -> None:
    together = [{"a": one, "b": other} for one in ("x", "y") for other in ("x", "y")]
    found = published_cuts(together, [Cut("a"), Cut("b")], times=[3] * 4)
    assert sizes(found) == {"a": [2, 2]}
    assert [(one.cut, one.reason) for one in found.hidden] == [("b", HiddenReason.TOO_FINE)]
