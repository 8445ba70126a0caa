"""Codes for no answer are told from the scores that they stand among, and honest scales are left alone."""

import numpy as np
import pytest

from clientela.impact.reading.no_answers import Strange, shown_figures, strange_figures
from clientela.impact.rules.cases import Floats

ROWS = 300
TO_FIVE = np.resize(np.arange(1.0, 6.0), ROWS)
TO_SEVEN = np.resize(np.arange(1.0, 8.0), ROWS)
TO_TEN = np.resize(np.arange(0.0, 11.0), ROWS)
YES_AND_NO = np.resize(np.array([0.0, 1.0]), ROWS)
MEANS = np.linspace(2.6, 4.9, ROWS).round(3)
PERCENT = np.linspace(32, 100, ROWS).round()


def with_code(scale: Floats, code: float, rows: int) -> Floats:
    told = scale.copy()
    told[100 : 100 + rows] = code
    return told


@pytest.mark.parametrize(
    ("scale", "code", "rows", "low", "high"),
    [
        (TO_FIVE, 99999, 1, 1, 5),
        (TO_FIVE, 9, 4, 1, 5),
        (TO_FIVE, 8, 4, 1, 5),
        (TO_FIVE, 55, 1, 1, 5),
        (TO_FIVE, 98, 2, 1, 5),
        (TO_FIVE, -1, 1, 1, 5),
        (TO_FIVE, -9, 2, 1, 5),
        (TO_SEVEN, 9, 4, 1, 7),
        (TO_SEVEN, 77, 1, 1, 7),
        (TO_TEN, 99, 1, 0, 10),
        (TO_TEN, -1, 2, 0, 10),
        (YES_AND_NO, 9, 4, 0, 1),
        (PERCENT, 999, 3, 32, 100),
        (PERCENT, 9999, 1, 32, 100),
        (PERCENT, -99, 3, 32, 100),
        (MEANS, 99, 1, 2.6, 4.9),
    ],
)
def test_a_code_among_scores_is_told(scale: Floats, code: float, rows: int, low: float, high: float) -> None:
    assert strange_figures(with_code(scale, code, rows)) == Strange((code,), rows, low, high)


def test_two_codes_are_told_together_and_blanks_are_none() -> None:
    told = with_code(TO_FIVE, 99, 9)
    told[100:103] = 98
    told[50:60] = np.nan
    found = strange_figures(told)
    assert found == Strange((98, 99), 9, 1, 5)
    assert shown_figures(found.values) == "98”, “99"
    means = with_code(MEANS, -9, 3)
    assert strange_figures(means, is_mean=True) == Strange((-9,), 3, 2.6, 4.9)


def test_honest_scales_days_and_money_are_left_alone() -> None:
    draws = np.random.default_rng(11)
    days, money = draws.geometric(0.3, ROWS), np.exp(4 + 1.3 * draws.standard_normal(ROWS)).round(2)
    honest = {
        "0 to 10": TO_TEN,
        "0 to 10 without an 8": TO_TEN[TO_TEN != 8],
        "1 to 7": TO_SEVEN,
        "0 to 100": np.resize(np.arange(0.0, 101.0), ROWS),
        "0 to 100 by tens": 10 * TO_TEN,
        "the middle of 0 to 10 and one 9": with_code(np.resize(np.arange(3.0, 8.0), ROWS), 9, 1),
        "against, neither, for": np.resize(np.arange(-1.0, 2.0), ROWS),
        "-5 to 5": TO_TEN - 5,
        "days": days.astype(float),
        "days, a few early": days - 2.0,
        "days, one very late": with_code(np.arange(1.0, 61.0), 999, 1),
        "money": money,
        "prices with a nine": draws.choice([9.0, 19, 49, 99, 199, 999], ROWS, p=[0.4, 0.3, 0.15, 0.1, 0.04, 0.01]),
        "one large order": with_code(money, 25_000, 1),
        "one price of 999": with_code(np.linspace(12, 140, ROWS).round(2), 999, 1),
        "a figure about nothing": draws.standard_normal(ROWS),
        "yes and no": YES_AND_NO,
        "few": np.array([1.0, 2, 3, 99]),
    }
    assert {name: strange_figures(figures) for name, figures in honest.items()} == dict.fromkeys(honest)
