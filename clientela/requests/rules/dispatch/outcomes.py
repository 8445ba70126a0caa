"""What became of the operations of a replay, and the figures made of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.dispatch.operations import Operation

STARVED_AFTER_HOURS = 80.0  # two working weeks in one queue
ROUNDING_HOURS = 1e-9  # sums of hours round; nobody is late by a few billionths


@dataclass(frozen=True, slots=True)
class Figures:
    """What a rule did, in figures. Promises are those of operations with a due moment; waits are stays in a queue."""

    operations: int
    promised: int
    kept_percent: float | None  # None: nothing was promised
    weighted_tardiness: float  # the sum of cost of a late hour times hours late
    mean_wait_hours: float
    p95_wait_hours: float
    longest_wait_hours: float
    starved: int  # operations that waited longer than the caller calls starving


@dataclass(frozen=True, slots=True)
class Outcome:
    """A replay. The arrays go with the operations as they were given, in hours on the same line."""

    operations: Sequence[Operation]
    ready_hours: NDArray[np.float64]  # when it could be worked: there, and all it needs done
    start_hours: NDArray[np.float64]
    end_hours: NDArray[np.float64]
    order: NDArray[np.int64]  # the places of the operations in the order in which they were taken

    @property
    def wait_hours(self) -> NDArray[np.float64]:
        """From ready to start."""
        return self.start_hours - self.ready_hours

    @property
    def lateness_hours(self) -> NDArray[np.float64]:
        """From due to end, negative when early, not a number where nothing was promised."""
        due = [np.nan if operation.due_hours is None else operation.due_hours for operation in self.operations]
        return self.end_hours - np.array(due, dtype=np.float64)

    @property
    def is_last(self) -> NDArray[np.bool_]:
        """For each operation: nothing waits on it and nothing follows, so it is the one that its customer awaits."""
        places = {operation.id: place for place, operation in enumerate(self.operations)}
        last = np.ones(len(self.operations), dtype=np.bool_)
        for operation in self.operations:
            for before in (*operation.needs, *operation.after):
                last[places[before]] = False
        return last

    def overall(self, *, starved_after_hours: float = STARVED_AFTER_HOURS) -> Figures:
        """Promises of the last operations only, which are those to the one who asked first; waits of all."""
        everything = np.ones(len(self.operations), dtype=np.bool_)
        return self._figures(everything, self.is_last, starved_after_hours)

    def by_team(self, *, starved_after_hours: float = STARVED_AFTER_HOURS) -> dict[str, Figures]:
        """For each team all its operations, with the promises of all of them, also those between departments."""
        teams: dict[str, list[int]] = {}
        for place, operation in enumerate(self.operations):
            teams.setdefault(operation.team, []).append(place)
        figures = {}
        for team, places in sorted(teams.items()):
            chosen = np.zeros(len(self.operations), dtype=np.bool_)
            chosen[places] = True
            figures[team] = self._figures(chosen, chosen, starved_after_hours)
        return figures

    def _figures(self, chosen: NDArray[np.bool_], measured: NDArray[np.bool_], starved_after_hours: float) -> Figures:
        waits = self.wait_hours[chosen]
        late = self.lateness_hours
        promised = measured & ~np.isnan(late)
        count = int(promised.sum())
        costs = np.array([operation.cost_per_hour for operation in self.operations], dtype=np.float64)
        late = late[promised]
        return Figures(
            operations=len(waits),
            promised=count,
            kept_percent=100.0 * float((late <= ROUNDING_HOURS).sum()) / count if count else None,
            weighted_tardiness=float((np.maximum(late, 0.0) * costs[promised]).sum()),
            mean_wait_hours=float(waits.mean()) if len(waits) else 0.0,
            p95_wait_hours=float(np.quantile(waits, 0.95)) if len(waits) else 0.0,
            longest_wait_hours=float(waits.max()) if len(waits) else 0.0,
            starved=int((waits > starved_after_hours).sum()),
        )
