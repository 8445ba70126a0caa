"""Effects by group and time, as Callaway & Sant'Anna (2021) define them, without covariates, balanced or not.

ATT(g, t) is what changed in group g between its base and time t, less what changed meanwhile in those who had not
begun at t. `base`: the last time before g began (theirs), or the mean of all times before. The average at exposure 0
from the last base is DID_M of de Chaisemartin & D'Haultfœuille (2020). Used as the second opinion beside `inference`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from clientela.impact.rules.rollouts.panels import Floats

Base = Literal["last", "all_before"]


@dataclass(frozen=True)
class GroupTime:
    """One ATT(g, t). `size` counts the departments of the group, `waiting` those it is compared with."""

    group: int
    time: int
    effect: float
    size: int
    waiting: int

    @property
    def exposure(self) -> int:
        """How many times since the group began; 0 is the first."""
        return self.time - self.group


def group_time_effects(outcome: Floats, starts: Floats, *, base: Base = "last") -> tuple[GroupTime, ...]:
    """Return ATT(g, t) for all t ≥ g that somebody still waits at. `starts` are columns; infinity: never.

    A department counts in a cell if it is known at its base and at t.
    """
    found = []
    for group in sorted({int(start) for start in starts if np.isfinite(start)}):
        if group < 1:
            continue  # began before anything was measured: there is nothing to hold it against
        before = outcome[:, group - 1] if base == "last" else _mean_before(outcome, group)
        for time in range(group, outcome.shape[1]):
            change = outcome[:, time] - before
            mine = (starts == group) & ~np.isnan(change)
            waiting = (starts > time) & ~np.isnan(change)
            if mine.any() and waiting.any():
                effect = float(change[mine].mean() - change[waiting].mean())
                found.append(GroupTime(group, time, effect, int(mine.sum()), int(waiting.sum())))
    return tuple(found)


def averaged(effects: Sequence[GroupTime]) -> float | None:
    """Return the average over all (g, t), a group weighing by its departments ("simple" in their words)."""
    size = sum(one.size for one in effects)
    return sum(one.effect * one.size for one in effects) / size if size else None


def by_exposure(effects: Sequence[GroupTime]) -> dict[int, float]:
    """Return the average at each exposure (their event study)."""
    exposures = sorted({one.exposure for one in effects})
    return {e: averaged([one for one in effects if one.exposure == e]) or 0.0 for e in exposures}


def _mean_before(outcome: Floats, group: int) -> Floats:
    part = outcome[:, :group]
    known = ~np.isnan(part)
    count = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, np.nansum(part, axis=1) / count, np.nan)
