"""Shares: the reference digits, the refusals, and how often the interval holds the truth."""

import numpy as np
import pytest
from scipy.stats import binom

from clientela.voice.rules.figures import (
    CES,
    CES2010,
    CSAT,
    LEAST_SHOWN,
    NPS,
    STARS,
    Difference,
    Scale,
    ScaleKind,
    ScoreOutsideScaleError,
    Share,
    TooFew,
    counts_of,
    difference_of_shares,
    satisfied_share,
    score_interval,
    wilson,
)

SURVEYS = 10_000


def percent(figure: Share | TooFew) -> tuple[float, float, float, int]:
    assert isinstance(figure, Share)
    return round(100 * figure.value, 1), round(100 * figure.low, 1), round(100 * figure.high, 1), figure.n


def points(difference: Difference | TooFew) -> tuple[float, float, float]:
    assert isinstance(difference, Difference)
    return round(100 * difference.value, 1), round(100 * difference.low, 1), round(100 * difference.high, 1)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_fewer_than_five_answers_are_no_figure(n: int) -> None:
    assert LEAST_SHOWN == 5
    assert wilson(0, n) == TooFew(n)
    assert satisfied_share({5: n}, CSAT) == TooFew(n)
    assert difference_of_shares((n, n), (80, 100)) == TooFew(n)


@pytest.mark.parametrize(("count", "n"), [(-1, 10), (11, 10), (0, -1)])
def test_counts_that_cannot_be_are_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {n}"):
        wilson(count, n)


@pytest.mark.parametrize(
    ("count", "n", "expected"),
    [
        (80, 100, (80.0, 71.1, 86.7, 100)),
        (9, 10, (90.0, 59.6, 98.2, 10)),
        (0, 10, (0.0, 0.0, 27.8, 10)),
        (10, 10, (100.0, 72.2, 100.0, 10)),
        (0, 5, (0.0, 0.0, 43.4, 5)),
    ],
)
def test_the_share_of_satisfied_has_the_interval_of_wilson(
    count: int, n: int, expected: tuple[float, float, float, int]
) -> None:
    assert percent(wilson(count, n)) == expected
    assert percent(satisfied_share({5: count, 2: n - count}, CSAT)) == expected


def test_no_interval_reaches_beyond_what_a_share_can_be() -> None:
    for n in (5, 7, 10, 33, 1000):
        assert (score_interval(0, n).low, score_interval(n, n).high) == (0.0, 1.0)
        for count in range(n + 1):
            share = score_interval(count, n)
            assert 0 <= share.low <= share.value <= share.high <= 1


@pytest.mark.parametrize(
    ("scale", "satisfied"),
    [
        (CSAT, [4, 5]),
        (STARS, [4, 5]),
        (CES, [5, 6, 7]),
        (CES2010, [1, 2]),
        (NPS, [9, 10]),
        (Scale(ScaleKind.CES2010, 1, 7, is_higher_better=False), [1, 2, 3]),
    ],
)
def test_each_scale_knows_which_scores_satisfy(scale: Scale, satisfied: list[int]) -> None:
    scores = range(scale.lowest, scale.highest + 1)
    assert [score for score in scores if scale.is_satisfied(score)] == satisfied
    best, worst = (scale.highest, scale.lowest) if scale.is_higher_better else (scale.lowest, scale.highest)
    assert (scale.position(best), scale.position(worst)) == (1.0, 0.0)


def test_a_score_the_scale_does_not_have_is_refused() -> None:
    with pytest.raises(ScoreOutsideScaleError):
        CSAT.position(6)
    with pytest.raises(ScoreOutsideScaleError):
        satisfied_share({0: 9}, CSAT)
    with pytest.raises(ValueError, match="no two scores"):
        Scale(ScaleKind.CSAT, 3, 3, is_higher_better=True)


def test_scores_are_counted_from_the_lowest() -> None:
    assert counts_of([5, 1, 5, 4]) == {1: 1, 4: 1, 5: 2}


def test_the_difference_of_two_shares_is_newcombes() -> None:
    # Newcombe 1998, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10, 10/10 - 0/10 (ours is second less first).
    assert points(difference_of_shares((48, 80), (56, 70))) == (20.0, 5.2, 33.4)
    assert points(difference_of_shares((3, 10), (9, 10))) == (60.0, 17.1, 80.9)
    assert points(difference_of_shares((0, 10), (10, 10))) == (100.0, 60.8, 100.0)
    clear, unclear = difference_of_shares((48, 80), (56, 70)), difference_of_shares((5, 10), (6, 10))
    assert isinstance(clear, Difference)
    assert isinstance(unclear, Difference)
    assert (clear.is_clear, unclear.is_clear) == (True, False)


def holding(n: int) -> tuple[np.ndarray, np.ndarray]:
    shares = [score_interval(count, n) for count in range(n + 1)]
    return np.array([share.low for share in shares]), np.array([share.high for share in shares])


@pytest.mark.parametrize(
    ("n", "lowest", "highest", "held"),
    [
        (10, 0.0, 0.05, 9420),
        (10, 0.0, 0.1, 9466),
        (10, 0.4, 0.6, 9503),
        (10, 0.9, 1.0, 9496),
        (30, 0.0, 0.1, 9576),
        (30, 0.4, 0.6, 9499),
        (30, 0.9, 1.0, 9585),
        (100, 0.0, 0.1, 9521),
        (100, 0.4, 0.6, 9492),
        (100, 0.9, 1.0, 9510),
        (1000, 0.0, 0.1, 9486),
        (1000, 0.4, 0.6, 9491),
        (1000, 0.9, 1.0, 9533),
    ],
)
def test_of_10000_surveys_94_to_96_percent_hold_the_truth(n: int, lowest: float, highest: float, held: int) -> None:
    rng = np.random.default_rng([n, int(1000 * lowest)])
    truths = rng.uniform(lowest, highest, SURVEYS)
    counts = rng.binomial(n, truths)
    low, high = holding(n)
    seen = int(((low[counts] <= truths) & (truths <= high[counts])).sum())
    assert seen == held
    assert 9400 <= seen <= 9600


@pytest.mark.parametrize("n", [10, 20, 30, 50, 100, 300, 1000])
@pytest.mark.parametrize(("lowest", "highest"), [(0.0, 0.05), (0.0, 0.1), (0.0, 1.0), (0.4, 0.6), (0.95, 1.0)])
def test_worked_out_without_chance_the_mean_coverage_is_94_to_96_percent(n: int, lowest: float, highest: float) -> None:
    assert 0.94 <= coverage(n, lowest, highest).mean() <= 0.96


def test_for_one_fixed_share_the_coverage_jumps_as_the_docstring_says() -> None:
    by_share = coverage(10, 0.0, 1.0, steps=20_000)
    assert round(float(by_share.min()), 3) == 0.835
    assert float(by_share.max()) > 0.99


def coverage(n: int, lowest: float, highest: float, *, steps: int = 4000) -> np.ndarray:
    """The chance that the interval holds the truth, for truths evenly between two shares, by the binomial formula."""
    truths = lowest + (np.arange(steps) + 0.5) / steps * (highest - lowest)
    low, high = holding(n)
    holds = (low[None] <= truths[:, None]) & (truths[:, None] <= high[None])
    return (binom.pmf(np.arange(n + 1)[None], n, truths[:, None]) * holds).sum(axis=1)


@pytest.mark.parametrize(
    ("sizes", "lowest", "highest", "held"),
    [((10, 10), 0.8, 1.0, 9885), ((10, 50), 0.5, 0.9, 9519), ((100, 100), 0.9, 1.0, 9687)],
)
def test_of_10000_pairs_of_surveys_about_95_percent_hold_the_true_difference(
    sizes: tuple[int, int], lowest: float, highest: float, held: int
) -> None:
    rng = np.random.default_rng(list(sizes))
    truths = rng.uniform(lowest, highest, (SURVEYS, 2))
    counts = np.stack([rng.binomial(sizes[side], truths[:, side]) for side in (0, 1)], axis=1)
    seen = 0
    for (one, other), (first, second) in zip(truths, counts.tolist(), strict=True):
        difference = difference_of_shares((first, sizes[0]), (second, sizes[1]))
        assert isinstance(difference, Difference)
        seen += difference.low <= other - one <= difference.high
    assert seen == held
    assert seen >= 9400
