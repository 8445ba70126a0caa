"""Which mails may be understood together."""

from hypothesis import given
from hypothesis import strategies as st

from clientela.inbox.rules.waves import waves_of


def test_things_that_touch_nothing_in_common_come_together() -> None:
    assert waves_of(["a", "b", "c"], lambda word: {word}) == [["a", "b", "c"]]


def test_two_that_touch_the_same_come_one_after_the_other() -> None:
    assert waves_of(["a1", "b1", "a2", "a3"], lambda word: {word[0]}) == [["a1", "b1"], ["a2"], ["a3"]]


def test_one_that_touches_two_comes_after_both() -> None:
    assert waves_of(["a", "ab", "b", "c"], set) == [["a", "c"], ["ab"], ["b"]]


def test_nothing_makes_no_wave() -> None:
    assert waves_of([], set) == []


@given(st.lists(st.frozensets(st.integers(0, 6), max_size=3), max_size=30))
def test_whatever_touches_what_no_wave_holds_two_of_a_kind_and_none_overtakes_another(touched: list[frozenset]) -> None:
    things = list(enumerate(touched))
    waves = waves_of(things, lambda thing: thing[1])
    assert sorted(thing for wave in waves for thing in wave) == things
    place = {number: wave_number for wave_number, wave in enumerate(waves) for number, _ in wave}
    for number, names in things:
        for earlier, others in things[:number]:
            if names & others:
                assert place[earlier] < place[number]
