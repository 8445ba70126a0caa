"""Working time of one department as a line: what moment it is so many working seconds after another, for many at once.

Moments are seconds since 1970.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class WorkingLine:
    """The open periods of a department from now on, the earliest first. Without any it works day and night.

    After the last period it is taken to work as much as it did in all of them.
    """

    since: float
    until: float
    opens: tuple[float, ...]
    closes: tuple[float, ...]

    @classmethod
    def of(cls, periods: Sequence[tuple[float, float]], *, since: float, until: float) -> "WorkingLine":
        """Make the line of (opens, closes) within a span."""
        cut = [(max(opens, since), min(closes, until)) for opens, closes in periods]
        kept = [(opens, closes) for opens, closes in cut if closes > opens]
        return cls(since, until, tuple(opens for opens, _ in kept), tuple(closes for _, closes in kept))

    @cached_property
    def worked(self) -> NDArray[np.float64]:
        """The working seconds before each period, and in all of them."""
        return np.concatenate([[0.0], np.cumsum(np.array(self.closes) - np.array(self.opens))])

    def after(self, moments: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Tell the moments that lie so many working seconds after the others."""
        if not self.opens:
            return moments + seconds
        return self._moment(self._place(moments) + seconds)

    def between(self, start: float, end: float) -> float:
        """Tell the working seconds of a span; negative if it is turned round."""
        if not self.opens:
            return end - start
        places = self._place(np.array([start, end]))
        return float(places[1] - places[0])

    def _place(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        opens, closes = np.array(self.opens), np.array(self.closes)
        period = np.searchsorted(opens, moments, side="right") - 1
        inside = np.clip(moments - opens[period], 0.0, closes[period] - opens[period])
        place = np.where(period < 0, 0.0, self.worked[np.maximum(period, 0)] + inside)
        later = self.worked[-1] + (moments - self.until) * self._usual
        return np.asarray(np.where(moments > self.until, later, place), dtype=np.float64)

    def _moment(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        opens, closes = np.array(self.opens), np.array(self.closes)
        # What falls on the end of a period stays there.
        period = np.clip(np.searchsorted(self.worked, places, side="left") - 1, 0, len(opens) - 1)
        moment = np.minimum(opens[period] + places - self.worked[period], closes[period])
        later = self.until + (places - self.worked[-1]) / self._usual
        return np.asarray(np.where(places > self.worked[-1], later, moment), dtype=np.float64)

    @cached_property
    def _usual(self) -> float:
        return max(float(self.worked[-1]) / (self.until - self.since), 1e-3)
