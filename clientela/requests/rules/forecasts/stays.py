"""How long a stay may still take, by the quantiles of such stays and by how long it has gone on already."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Beyond the longest that is known, what has lasted so long is as likely as not to last half as long again: the tail of
# Pareto with a power of two, by which short and long stays alike are foretold in proportion to what they have taken.
TAIL_POWER = 2.0
SHORTEST_SECONDS = 1.0


@dataclass(frozen=True)
class StayShape:
    """The quantiles of a stay: rising shares between 0 and 1, and at each so many working seconds, not falling."""

    shares: tuple[float, ...]
    seconds: tuple[float, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]]) -> "StayShape":
        """Read [[share, seconds], …]."""
        return cls(tuple(float(share) for share, _ in rows), tuple(float(seconds) for _, seconds in rows))

    def share_ended_by(self, spent_seconds: float) -> float:
        """Tell what share of such stays had ended after so many seconds."""
        if spent_seconds <= 0:
            return 0.0
        if spent_seconds <= self.seconds[0]:
            return self.shares[0] * spent_seconds / self.seconds[0]
        if spent_seconds >= self.seconds[-1]:
            return float(1.0 - (1.0 - self.shares[-1]) * (self.seconds[-1] / spent_seconds) ** TAIL_POWER)
        logs = np.log(np.maximum(self.seconds, SHORTEST_SECONDS))
        return float(np.interp(np.log(max(spent_seconds, SHORTEST_SECONDS)), logs, self.shares))

    def seconds_at(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Tell by when each share of such stays has ended."""
        logs = np.log(np.maximum(self.seconds, SHORTEST_SECONDS))
        inside = np.exp(np.interp(shares, self.shares, logs))
        below = self.seconds[0] * shares / self.shares[0]
        above = self.seconds[-1] * ((1.0 - self.shares[-1]) / np.maximum(1.0 - shares, 1e-12)) ** (1.0 / TAIL_POWER)
        return np.where(shares < self.shares[0], below, np.where(shares > self.shares[-1], above, inside))

    def remaining(self, spent_seconds: float, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        """Tell the seconds that are left after so many, for draws between 0 and 1; never negative.

        Only such stays count as have not ended by then.
        """
        ended = self.share_ended_by(spent_seconds)
        return np.maximum(self.seconds_at(ended + (1.0 - ended) * draws) - max(spent_seconds, 0.0), 0.0)
