"""A subject grows when chance would hardly do it; few voices never prove it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.voice.rules.growing import Spoken, chance_of_growth, growing


def test_the_chance_is_that_of_the_conditional_test_of_two_rates() -> None:
    # Six of six voices fell into the later third: (1/3)^6.
    assert chance_of_growth(Spoken(before=0, before_of=200, now=6, now_of=100)) == pytest.approx((1 / 3) ** 6)
    # At least 5 of 6 with one half each: (6 + 1) / 64.
    assert chance_of_growth(Spoken(before=1, before_of=100, now=5, now_of=100)) == pytest.approx(7 / 64)


@pytest.mark.parametrize("now", range(5))
def test_fewer_than_five_voices_are_people_with_names_and_prove_nothing(now: int) -> None:
    assert chance_of_growth(Spoken(before=0, before_of=10_000, now=now, now_of=10)) == 1.0


def test_a_house_that_was_not_there_before_proves_nothing() -> None:
    assert chance_of_growth(Spoken(before=0, before_of=0, now=9, now_of=9)) == 1.0


@given(before=st.integers(0, 50), now=st.integers(5, 50), more=st.integers(1, 20))
def test_more_voices_now_make_chance_less_likely(before: int, now: int, more: int) -> None:
    fewer = chance_of_growth(Spoken(before, 300, now, 100))
    assert chance_of_growth(Spoken(before, 300, now + more, 100)) < fewer


def test_the_surest_comes_first_and_what_stays_as_it_was_is_not_proposed() -> None:
    found = {
        "steady": Spoken(before=30, before_of=300, now=10, now_of=100),
        "grows": Spoken(before=6, before_of=300, now=12, now_of=100),
        "grows most": Spoken(before=1, before_of=300, now=15, now_of=100),
    }
    assert growing(found) == ["grows most", "grows"]


def test_steady_houses_are_left_alone() -> None:
    """Forty subjects that do not change, on a hundred nights: on three of them chance proposes something."""
    rng = Random(5)
    alarms = 0
    for _night in range(100):
        found = {
            number: Spoken(
                before=sum(rng.random() < 0.05 for _ in range(300)),
                before_of=300,
                now=sum(rng.random() < 0.05 for _ in range(100)),
                now_of=100,
            )
            for number in range(40)
        }
        alarms += bool(growing(found))
    assert alarms == 3
