"""Departments compared, before and after, inside and outside, and who is missing."""

import numpy as np
import pytest

from clientela.voice.rules.figures import (
    CSAT,
    NPS,
    BeforeAfter,
    Comparison,
    Differing,
    ParityCode,
    Share,
    TooFew,
    Verdict,
    before_and_after,
    compared_means,
    compared_shares,
    parity,
    response_rate,
    shrinkage,
)

# -- departments -------------------------------------------------------------------------------------------------------


def test_one_department_with_enough_answers_is_compared_with_nobody() -> None:
    found = compared_shares({"sales": (40, 50), "it": (4, 4)})
    assert (found.verdict, found.level, found.chance, found.too_few) == (Differing.TOO_FEW, None, None, ("it",))
    assert [(each.name, each.counted == each.fair) for each in found.departments] == [("sales", True)]
    assert compared_shares({}).verdict is Differing.TOO_FEW
    assert compared_means({"it": [5, 5, 5, 5]}, lowest=1, highest=5).too_few == ("it",)


def test_a_small_department_is_drawn_towards_all_and_a_large_one_hardly() -> None:
    found = compared_shares({"large": (450, 500), "middle": (70, 100), "small": (1, 5), "other": (140, 200)})
    fair = {each.name: round(each.fair.value, 2) for each in found.departments}
    counted = {each.name: each.counted.value for each in found.departments}
    assert found.verdict is Differing.DIFFER
    assert counted == {"large": 0.9, "middle": 0.7, "other": 0.7, "small": 0.2}
    assert fair == {"large": 0.9, "middle": 0.7, "other": 0.7, "small": 0.52}
    assert [each.name for each in found.departments if each.is_clearly_better] == ["large"]
    assert [each.name for each in found.departments if each.is_clearly_worse] == ["middle", "other", "small"]


def test_departments_that_may_all_be_alike_are_not_ranked() -> None:
    found = compared_shares({"a": (8, 10), "b": (7, 10), "c": (10, 12), "d": (17, 20), "e": (3, 6)})
    assert found.verdict is Differing.NO_DIFFERENCE_SEEN
    assert found.chance is not None
    assert found.chance > 0.05
    assert [each.name for each in found.departments if each.is_clearly_better or each.is_clearly_worse] == []
    everybody = compared_shares({"a": (10, 10), "b": (20, 20)})
    assert (everybody.verdict, everybody.chance) == (Differing.NO_DIFFERENCE_SEEN, 1.0)


def test_the_same_figures_always_give_the_same_verdict() -> None:
    counts = {"a": (3, 6), "b": (6, 6), "c": (2, 7)}
    assert compared_shares(counts) == compared_shares(counts)
    values = {"a": [5.0, 5, 4, 5, 5], "b": [1.0, 2, 1, 1, 2]}
    assert compared_means(values, lowest=1, highest=5) == compared_means(values, lowest=1, highest=5)


@pytest.mark.parametrize(("sizes", "share", "said"), [((6, 8, 10, 12, 7), 0.8, 101), ((40, 60, 100, 30), 0.9, 98)])
def test_departments_that_are_alike_are_said_to_differ_at_most_one_time_in_twenty(
    sizes: tuple[int, ...], share: float, said: int
) -> None:
    rng = np.random.default_rng(list(sizes))
    known = np.array(sizes, dtype=float)
    chances = [shrinkage._chance(rng.binomial(sizes, share).astype(float), known) for _survey in range(2000)]
    seen = sum(1 for chance in chances if chance <= 0.05)
    assert seen == said
    assert seen <= 120


def test_fair_intervals_hold_the_truth_of_departments_of_every_size() -> None:
    rng = np.random.default_rng(17)
    sizes = (6, 10, 20, 50, 100, 30)
    held = 0
    for _survey in range(100):
        truths = rng.beta(16, 4, len(sizes))
        found = _compared(rng.binomial(sizes, truths).tolist(), sizes)
        held += sum(
            each.fair.low <= truth <= each.fair.high for each, truth in zip(found.departments, truths, strict=True)
        )
    assert held == 564
    assert held >= 0.93 * 600


def _compared(counts: list[int], sizes: tuple[int, ...]) -> Comparison:
    return compared_shares(
        {f"d{place}": (count, n) for place, (count, n) in enumerate(zip(counts, sizes, strict=True))}
    )


def test_means_of_departments_are_compared_by_dealing_the_answers_out_anew() -> None:
    found = compared_means(
        {"a": [5.0] * 8 + [4] * 4, "b": [2.0] * 6 + [3] * 6, "c": [4.0, 5, 3, 4, 4, 5]}, lowest=1, highest=5
    )
    assert (found.verdict, found.chance) == (Differing.DIFFER, 0.001)
    assert [each.name for each in found.departments if each.is_clearly_worse] == ["b"]
    alike = compared_means({"a": [3.0, 4, 5, 4, 3], "b": [4.0, 3, 4, 5, 4]}, lowest=1, highest=5)
    assert alike.verdict is Differing.NO_DIFFERENCE_SEEN


def test_large_departments_are_compared_by_the_formula() -> None:
    rng = np.random.default_rng(2)
    values = {name: rng.integers(1, 6, 3000).astype(float).tolist() for name in "abc"}
    assert compared_means(values, lowest=1, highest=5).verdict is Differing.NO_DIFFERENCE_SEEN
    values["c"] = [min(value + 1, 5.0) for value in values["c"]]
    assert compared_means(values, lowest=1, highest=5).verdict is Differing.DIFFER


# -- before and after --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((3, 4), (90, 100), Verdict.TOO_FEW),
        ((50, 100), (4, 4), Verdict.TOO_FEW),
        ((3, 5), (4, 5), Verdict.TOO_FEW),
        ((50, 100), (80, 100), Verdict.HELPED),
        ((80, 100), (50, 100), Verdict.GOT_WORSE),
        ((50, 100), (55, 100), Verdict.NO_DIFFERENCE_SEEN),
        ((0, 30), (30, 30), Verdict.HELPED),
    ],
)
def test_before_and_after_an_improvement(before: tuple[int, int], after: tuple[int, int], verdict: Verdict) -> None:
    assert before_and_after(before, after).verdict is verdict


def test_the_smallest_effect_that_could_have_been_seen_is_told() -> None:
    found = before_and_after((50, 100), (55, 100))
    assert found.effect is not None
    # About 2.8 times the root of .25/100 + .2475/100.
    assert round(found.effect.smallest, 2) == 0.19
    assert (round(found.effect.value, 2), round(found.effect.low, 2), round(found.effect.high, 2)) == (
        0.05,
        -0.09,
        0.18,
    )


def test_what_changed_elsewhere_too_is_no_merit_of_the_improvement() -> None:
    alone = before_and_after((50, 100), (70, 100))
    beside = before_and_after((50, 100), (70, 100), elsewhere_before=(500, 1000), elsewhere_after=(700, 1000))
    assert (alone.verdict, beside.verdict) == (Verdict.HELPED, Verdict.NO_DIFFERENCE_SEEN)
    assert beside.effect is not None
    assert round(beside.effect.value, 6) == 0.0
    fell = before_and_after((50, 100), (50, 100), elsewhere_before=(700, 1000), elsewhere_after=(400, 1000))
    assert fell.verdict is Verdict.HELPED
    few = before_and_after((50, 100), (70, 100), elsewhere_before=(1, 2), elsewhere_after=(700, 1000))
    assert (few.verdict, few.effect) == (Verdict.TOO_FEW, None)
    with pytest.raises(ValueError, match="both its sides"):
        before_and_after((50, 100), (70, 100), elsewhere_before=(1, 2))


def test_an_improvement_without_effect_is_praised_at_most_one_time_in_forty() -> None:
    rng = np.random.default_rng(23)
    verdicts = [_verdict(rng.binomial(60, 0.7), rng.binomial(40, 0.7)) for _improvement in range(4000)]
    counts = (verdicts.count(Verdict.HELPED), verdicts.count(Verdict.GOT_WORSE))
    assert counts == (86, 96)


def _verdict(before: int, after: int) -> Verdict:
    found: BeforeAfter = before_and_after((int(before), 60), (int(after), 40))
    return found.verdict


# -- inside and outside ------------------------------------------------------------------------------------------------


def test_inside_and_outside_are_compared_on_one_scale() -> None:
    found = parity({5: 60, 2: 40}, {10: 90, 0: 10}, inside_scale=CSAT, outside_scale=NPS)
    assert found.verdict is ParityCode.OUTSIDE_BETTER
    assert isinstance(found.inside.satisfied, Share)
    assert (found.inside.satisfied.value, found.inside.satisfied.n) == (0.6, 100)
    assert found.satisfied_difference is not None
    assert found.position_difference is not None
    assert round(found.satisfied_difference.value, 2) == 0.3
    assert round(found.position_difference.value, 2) == 0.2


@pytest.mark.parametrize(
    ("inside", "outside", "verdict"),
    [
        ({5: 4}, {5: 100}, ParityCode.TOO_FEW),
        ({}, {5: 100}, ParityCode.TOO_FEW),
        ({5: 80, 1: 20}, {5: 78, 1: 22}, ParityCode.NO_DIFFERENCE_SEEN),
        ({5: 80, 1: 20}, {5: 40, 1: 60}, ParityCode.INSIDE_BETTER),
    ],
)
def test_whether_the_two_sides_really_differ(
    inside: dict[int, int], outside: dict[int, int], verdict: ParityCode
) -> None:
    found = parity(inside, outside, inside_scale=CSAT, outside_scale=CSAT)
    assert found.verdict is verdict
    assert (found.satisfied_difference is None) == (verdict is ParityCode.TOO_FEW)


# -- response ----------------------------------------------------------------------------------------------------------


def test_the_response_and_who_is_missing() -> None:
    found = response_rate({"sales": (50, 40), "it": (40, 30), "stores": (60, 10), "board": (4, 4)}, is_anonymous=False)
    assert isinstance(found.rate, Share)
    assert (found.rate.n, round(found.rate.value, 3)) == (154, 0.545)
    assert [(each.group, round(each.rate.value, 2)) for each in found.groups] == [
        ("stores", 0.17),
        ("it", 0.75),
        ("sales", 0.8),
    ]
    assert found.missing == ("stores",)
    assert response_rate({}, is_anonymous=False).rate == TooFew(0)


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ({"a": (20, 10), "b": (20, 10)}, ["a", "b"]),
        ({"a": (20, 10), "b": (20, 4)}, []),
        ({"a": (20, 10), "b": (20, 0)}, []),
        ({"a": (20, 10), "b": (20, 17)}, []),
        ({"a": (20, 10), "b": (20, 20)}, ["a", "b"]),
        ({"a": (30, 15), "b": (20, 10), "c": (8, 2)}, ["a"]),
        ({"a": (30, 15), "b": (20, 10), "c": (8, 2), "d": (9, 3)}, ["b", "a"]),
    ],
)
def test_of_an_anonymous_round_no_group_is_told_that_gives_a_few_away(
    groups: dict[str, tuple[int, int]], shown: list[str]
) -> None:
    assert sorted(each.group for each in response_rate(groups, is_anonymous=True).groups) == sorted(shown)
