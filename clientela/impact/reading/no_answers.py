"""Figures that stand for no answer, or are a slip of the pen: 99 or -1 among scores of 1 to 5. Pure.

One of them moves a mean by as much as hundreds of customers do, and what is estimated with it only looks like a number.
It is told by two things together: it is one of those that surveys use for it, and it stands far from all the others.
What an honest scale may hold (0 to 10, 0 to 100, days, money) is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clientela.impact.rules.cases import Floats, Ints

FEWEST_ROWS = 20
FEWEST_VALUES = 3
TOP_OF_SCALE = 10.0  # people are seldom asked for more than 0 to 10
ON_TOP, TOP_SHARE = 3, 0.02  # what is counted, such as days, thins out towards its largest; a scale does not
ON_TOP_NEAR, TOP_SHARE_NEAR = 8, 0.05  # where an 8 or a 9 is to be told from a scale that goes so far
REPEATED = 3  # rows: among amounts of money a 999 stands now and then, three times seldom
FAR, VERY_FAR, ABSURD = 9.0, 90.0, 1000.0  # times the largest of the others
LEAST_ABSURD = 1000.0
SHOWN = 4
CODES = frozenset(float(digit * length) for digit in "789" for length in range(2, 7)) | {96.0, 97.0, 98.0}
CODES_NEAR = frozenset({8.0, 9.0})
CODES_BELOW = frozenset({-1.0, -2.0, -3.0, -7.0, -8.0, -9.0, *(-code for code in CODES)})


@dataclass(frozen=True)
class Strange:
    """Figures that cannot be of the same scale as the others, which go from `low` to `high`, and in how many rows."""

    values: tuple[float, ...]
    rows: int
    low: float
    high: float


def strange_figures(figures: Floats, *, is_mean: bool = False) -> Strange | None:
    """What of a column stands for no answer; None where all may be honest. `is_mean`: of scores, never money or days.

    Two ways. On a scale of whole numbers up to 10 the others form one run without a gap, whose top many said: then
    what lies off it, and is a usual code or ten times as large, is strange. Elsewhere only 99, 999, … are, far beyond
    all others, and with money in mind only if they stand in several rows or are absurdly far.
    """
    known = figures[np.isfinite(figures)]
    if len(known) < FEWEST_ROWS:
        return None
    values, rows = np.unique(known, return_counts=True)
    if len(values) < FEWEST_VALUES:
        return None
    return _off_scale(values, rows) or _far_off(values, rows, is_mean=is_mean)


def shown_figures(values: Sequence[float]) -> str:
    """Put figures into a sentence as they stand in a file."""
    return "”, “".join(f"{value:.15g}" for value in values[:SHOWN]) + ("”, “…" if len(values) > SHOWN else "")


def _off_scale(values: Floats, rows: Ints) -> Strange | None:
    first = int(np.searchsorted(values, 0.0))
    end = first + 1
    while end < len(values) and values[end] == values[end - 1] + 1:
        end += 1
    many = int(rows[first:end].sum())
    if end - first < 2 or values[first] % 1 or values[end - 1] > TOP_OF_SCALE:  # noqa: PLR2004 yes and no are a scale
        return None
    low, high, on_top = abs(float(values[first])), float(values[end - 1]), int(rows[end - 1])
    if many < FEWEST_ROWS or 2 * many < rows.sum() or on_top < max(ON_TOP, TOP_SHARE * many):
        return None
    is_sure = on_top >= max(ON_TOP_NEAR, TOP_SHARE_NEAR * many)
    off = np.ones(len(values), dtype=np.bool_)
    off[first:end] = False
    others = [(float(value), int(count)) for value, count in zip(values[off], rows[off], strict=True)]
    if not others or not all(_is_off(*one, low=low, high=high, is_sure=is_sure) for one in others):
        return None
    return Strange(tuple(value for value, _ in others), sum(count for _, count in others), low, high)


def _is_off(value: float, count: int, *, low: float, high: float, is_sure: bool) -> bool:
    if value < 0:
        # -1, 0, 1 is against, neither, for; and a day too early stands beside days from 0 on.
        return value in CODES_BELOW and (low >= 1 or value < -high or high == TOP_OF_SCALE)
    if value <= TOP_OF_SCALE:
        return is_sure and value in CODES_NEAR and count >= REPEATED
    return value in CODES or value >= TOP_OF_SCALE * max(high, 2.0)


def _far_off(values: Floats, rows: Ints, *, is_mean: bool) -> Strange | None:
    """The figures that lie farthest out, one after the other as long as each is far from the rest."""
    found: list[tuple[float, int]] = []
    while len(values) >= FEWEST_VALUES:
        ends = (0, len(values) - 1)
        others = [values[1:], values[:-1]]
        for at, rest in zip(ends, others, strict=True):
            value, count = float(values[at]), int(rows[at])
            if _is_far(value, count, rest, is_mean=is_mean):
                found.append((value, count))
                values, rows = rest, np.delete(rows, at)
                break
        else:
            break
    if not found:
        return None
    return Strange(
        tuple(sorted(value for value, _ in found)),
        sum(count for _, count in found),
        float(values[0]),
        float(values[-1]),
    )


def _is_far(value: float, count: int, others: Floats, *, is_mean: bool) -> bool:
    lowest, largest = float(others[0]), float(max(abs(others[0]), abs(others[-1])))
    times = abs(value) / max(largest, 1e-12)
    is_repeated = is_mean or count >= REPEATED
    if times > ABSURD and abs(value) >= LEAST_ABSURD:
        return True
    if value < 0 <= lowest and value in CODES_BELOW and is_repeated and (value <= -FAR * TOP_OF_SCALE or lowest >= 1):
        return True
    if abs(value) not in CODES or times <= FAR:
        return False
    return is_repeated or largest <= TOP_OF_SCALE or times > VERY_FAR
