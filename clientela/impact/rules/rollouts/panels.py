"""What was measured: for each department and each span of weeks, how many answers, their sum, and their squares.

Span 0 is the weeks before anybody begins; span s (1, 2, …) is the weeks of step s. A cell without answers is missing,
never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Cell:
    """Answers of one department in one week: how many, their sum, the sum of their squares. Shares: 0 and 1."""

    n: int
    total: float
    squares: float


@dataclass(frozen=True)
class Panel:
    """Departments by spans: number of answers, and their mean (NaN where there is none)."""

    keys: tuple[str, ...]
    n: Floats
    mean: Floats
    inner_variance: float  # of answers within a department and span


Weeks = Mapping[tuple[str, date], Cell]  # (department's key, Monday)


def span_bounds(first_on: date, *, baseline_weeks: int, step_weeks: int, steps: int) -> tuple[tuple[date, date], ...]:
    """Return the spans as [since, until), the baseline first. `first_on` is the Monday on which step 1 begins."""
    bounds = [(first_on - timedelta(weeks=baseline_weeks), first_on)]
    for step in range(steps):
        since = first_on + timedelta(weeks=step * step_weeks)
        bounds.append((since, since + timedelta(weeks=step_weeks)))
    return tuple(bounds)


def panel_of(
    weeks: Weeks,
    keys: Sequence[str],
    spans: Sequence[tuple[date, date]],
    *,
    left_on: Mapping[str, date] | None = None,
    until: date | None = None,
) -> Panel:
    """Put weeks into spans. A department gives nothing from the span on in which it left; nobody from `until` on."""
    n, total = np.zeros((len(keys), len(spans))), np.zeros((len(keys), len(spans)))
    squares = np.zeros_like(n)
    place = {key: number for number, key in enumerate(keys)}
    left = left_on or {}
    for (key, monday), cell in weeks.items():
        if key not in place or (until is not None and monday >= until):
            continue
        for column, (since, end) in enumerate(spans):
            if since <= monday < end and not (key in left and left[key] < end):
                row = place[key]
                n[row, column] += cell.n
                total[row, column] += cell.total
                squares[row, column] += cell.squares
    return panel_from_sums(keys, n, total, squares)


def panel_from_sums(keys: Sequence[str], n: Floats, total: Floats, squares: Floats) -> Panel:
    """Return the panel of these sums."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, total / n, np.nan)
    known = n > 0
    spread = float(np.sum((squares - np.where(known, total * np.nan_to_num(mean), 0.0))[known]))
    freedom = float(np.sum(n[known] - 1))
    return Panel(tuple(keys), n, mean, max(spread / freedom, 0.0) if freedom > 0 else 0.0)
