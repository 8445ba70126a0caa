"""Quantiles of how long things take, also while some are still going on, leaning on more where little is known.

What is still going on has taken at least so long: left out, it would make everything look quicker than it is. So the
quantiles are those of Kaplan and Meier (1958). Groups lean on the group above as if it had been seen LEANS times, by
the mean of the logarithms: what takes days and what takes minutes both keep their shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRID = np.array([0.005, 0.02, 0.05, *np.arange(0.1, 0.95, 0.05).round(2).tolist(), 0.95, 0.98, 0.995])
LEANS = 20.0
FEWEST_AT_RISK = 5.0
FEWEST = 4  # fewer ends in a group tell nothing of their own
MINUTE = 1.0 / 60.0  # hours; shorter than that is the same to everybody
BEYOND = 1.5  # what the last end did not reach is taken as so many times the longest that was seen


def stay_quantiles(
    hours: NDArray[np.float64],
    is_over: NDArray[np.bool_],
    seen_from: NDArray[np.float64] | None = None,
    grid: NDArray[np.float64] = GRID,
) -> NDArray[np.float64]:
    """Give the quantiles of stays of which some are not over; NaN where too few have ended to tell.

    `seen_from`: how long each had gone on already when it began to be watched: had it ended before, nobody would know
    of it. Until then it does not count among those that could have ended.
    """
    order = np.lexsort((~is_over, hours))
    sorted_hours, ended = hours[order], is_over[order].astype(np.float64)
    if seen_from is None or not (seen_from > 0).any():
        at_risk = (len(hours) - np.arange(len(hours))).astype(np.float64)
    else:
        entered = np.searchsorted(np.sort(seen_from), sorted_hours, side="left")
        at_risk = np.maximum(entered - np.arange(len(hours)), 1).astype(np.float64)
        # While others have yet to come into view, one end among two or three says too much.
        at_risk[entered < len(hours)] = np.maximum(at_risk[entered < len(hours)], FEWEST_AT_RISK)
    with np.errstate(divide="ignore"):
        gone = 1.0 - np.exp(np.cumsum(np.log1p(-ended / at_risk)))
    told = np.append(sorted_hours, np.nan)
    return np.asarray(told[np.searchsorted(gone, grid - 1e-12)])


@dataclass(frozen=True)
class GroupedQuantiles:
    """The quantiles of every group on every level, the widest first; `rows` holds logarithms of hours."""

    grid: NDArray[np.float64]
    groups: list[NDArray[np.int64]]  # of each level the groups that are known, rising
    rows: list[NDArray[np.float64]]  # of each level one row a group
    counts: list[NDArray[np.float64]]  # how many ends each was learned from

    def quantiles(self, asked: Sequence[NDArray[np.int64]], *, leans: float = LEANS) -> NDArray[np.float64]:
        """Give the log hours at every share of the grid, for things whose group on each level is asked[level]."""
        count = len(asked[0])
        told = np.repeat(self.rows[0][:1], count, axis=0)
        for level in range(1, len(asked)):
            known = self.groups[level]
            if not len(known):
                continue
            places = np.minimum(np.searchsorted(known, asked[level]), len(known) - 1)
            found = known[places] == asked[level]
            own = self.rows[level][places]
            weight = self.counts[level][places][:, None]
            own = np.where(np.isnan(own), told, own)
            told = np.where(found[:, None], (weight * own + leans * told) / (weight + leans), told)
        return np.maximum.accumulate(told, axis=1)


def grouped_quantiles(
    levels: Sequence[NDArray[np.int64]],
    hours: NDArray[np.float64],
    is_over: NDArray[np.bool_],
    seen_from: NDArray[np.float64] | None = None,
) -> GroupedQuantiles:
    """Learn the quantiles of every group. `levels[0]` is the same for all."""
    hours = np.maximum(hours, MINUTE)
    groups: list[NDArray[np.int64]] = []
    rows: list[NDArray[np.float64]] = []
    counts: list[NDArray[np.float64]] = []
    for level, column in enumerate(levels):
        order = np.argsort(column, kind="stable")
        known, starts = np.unique(column[order], return_index=True)
        kept, table, seen = [], [], []
        for group, since, until in zip(known, starts, [*starts[1:], len(order)], strict=True):
            chosen = order[since:until]
            ends = int(is_over[chosen].sum())
            if ends < FEWEST and level:
                continue
            kept.append(int(group))
            entered = None if seen_from is None else seen_from[chosen]
            table.append(np.log(stay_quantiles(hours[chosen], is_over[chosen], entered)))
            seen.append(float(ends))
        if not level and table:
            longest = float(np.log(hours.max() * BEYOND))
            table[0] = np.where(np.isnan(table[0]), longest, table[0])
        groups.append(np.array(kept, dtype=np.int64))
        rows.append(np.array(table, dtype=np.float64).reshape(-1, len(GRID)))
        counts.append(np.array(seen))
    return GroupedQuantiles(GRID, groups, rows, counts)


def at_share(rows: NDArray[np.float64], share: float, grid: NDArray[np.float64] = GRID) -> NDArray[np.float64]:
    """Read each row at a share, straight between the points of the grid."""
    place = float(np.clip(np.interp(share, grid, np.arange(len(grid))), 0, len(grid) - 1))
    low = min(int(place), len(grid) - 2)
    return np.asarray(rows[:, low] + (rows[:, low + 1] - rows[:, low]) * (place - low))
