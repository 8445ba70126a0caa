"""What the house's own past says of how departments differ, and how long a difference lasts.

ICC: of all variation between answers of one time, the part that lies between departments. CAC: of that part, how much
is the same department's from one span to the next (Hooper, Teerenstra, de Hoop & Eldridge 2016). Estimated by moments:
squares of a department's distance from the span's mean for the first, products across two spans for the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clientela.impact.rules.rollouts.panels import Floats, Weeks, panel_of

FEWEST_SPANS = 3
FEWEST_KNOWN = 3  # departments
# Assumed where the past says too little: what trials of services usually find, on the cautious side.
ASSUMED_ICC, ASSUMED_CAC = 0.05, 0.8
LEAST_ICC, MOST_ICC = 0.005, 0.8
LEAST_CAC, MOST_CAC = 0.3, 0.98


@dataclass(frozen=True)
class Past:
    """What was learned. `weekly` answers by department; `variance` of one answer; `level` the mean of all answers."""

    weekly: tuple[float, ...]
    level: float
    variance: float
    icc: float
    cac: float
    is_assumed: bool  # ICC and CAC could not be learned
    spans: int


def learned_past(weeks: Weeks, keys: Sequence[str], *, until: date, past_weeks: int, step_weeks: int) -> Past | None:
    """Learn from the weeks before `until` (a Monday), in spans as long as a step; None if nobody answered at all."""
    count = max(past_weeks // step_weeks, 1)
    first = until - timedelta(weeks=count * step_weeks)
    spans = [
        (first + timedelta(weeks=n * step_weeks), first + timedelta(weeks=(n + 1) * step_weeks)) for n in range(count)
    ]
    panel = panel_of(weeks, keys, spans)
    answers = panel.n.sum()
    if answers == 0:
        return None
    # Since the first span in which anybody answered: a house that began to ask lately is not a quiet one.
    begun = int(np.argmax(panel.n.sum(axis=0) > 0))
    n, mean = panel.n[:, begun:], panel.mean[:, begun:]
    level = float(np.nansum(n * np.nan_to_num(mean)) / answers)
    weekly = tuple(float(x) for x in n.sum(axis=1) / (n.shape[1] * step_weeks))
    found = _components(n, mean, panel.inner_variance)
    inner = panel.inner_variance
    if found is None:
        icc, cac = ASSUMED_ICC, ASSUMED_CAC
    else:
        between, lasting = found
        whole = max(between, 0.0) + inner
        icc = float(np.clip(between / whole if whole > 0 else 0.0, LEAST_ICC, MOST_ICC))
        cac = float(np.clip(lasting / between if between > 0 else ASSUMED_CAC, LEAST_CAC, MOST_CAC))
    return Past(weekly, level, inner / (1 - icc), icc, cac, is_assumed=found is None, spans=int(n.shape[1]))


def _components(n: Floats, mean: Floats, inner: float) -> tuple[float, float] | None:
    """Return the variance between departments at one time, and the part of it that lasts; None: too little past."""
    known = n > 0
    columns = known.sum(axis=0) >= FEWEST_KNOWN
    if columns.sum() < FEWEST_SPANS:
        return None
    n, mean, known = n[:, columns], mean[:, columns], known[:, columns]
    there = known.sum(axis=0)
    away = np.where(known, mean - np.nanmean(mean, axis=0), 0.0)
    # The span's mean is taken from the same departments: what is left is smaller by 1/k.
    scale = there / (there - 1)
    at_once = (scale * away**2)[known] - (inner / n[known])
    apart: list[float] = []
    for one in range(n.shape[1]):
        for other in range(one + 1, n.shape[1]):
            both = known[:, one] & known[:, other]
            apart += list(np.sqrt(scale[one] * scale[other]) * away[both, one] * away[both, other])
    return (float(at_once.mean()), float(np.mean(apart))) if apart else None
