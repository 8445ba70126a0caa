"""Forecasts along a log, each from what had happened before it, held against what came: the calibration of a log.

The log is gone through in time. At each of BLOCKS moments everything is learned anew from the events before it: what
of their cases was over by then, and of the others that it was not. Between two such moments each event gets a forecast
of the time its case has left. Forecasts of the first part only warm up; those of the last part are judged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.forecasts.holding import SHARE_OUTSIDE, HoldingRange
from clientela.requests.rules.forecasts.quantiles import MINUTE, at_share, grouped_quantiles

BLOCKS = 100
MOST_LEARNED_FROM = 60_000  # the last so many events; more say nothing new and older ones say it of another time
FEWEST_LEARNED_FROM = 50
FEWEST_ENDS = 20
FIRST_ENDS = 0.02  # so many of the known ends may be strays from before the log really begins


@dataclass(frozen=True)
class Asked:
    """The moments at which a forecast is made, in the order of time. Hours are working hours on one line."""

    at_hours: NDArray[np.float64]
    case: NDArray[np.int64]
    end_hours: NDArray[np.float64]  # when the case ended; NaN: it had not when the log ended
    log_end_hours: float
    levels: tuple[NDArray[np.int64], ...]  # by what it is learned, the widest first, which is the same for all


@dataclass(frozen=True)
class Foretold:
    """For each asked moment the hours left: low edge, median, high edge, and the naive guesses. NaN: none was made."""

    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]
    naive_low: NDArray[np.float64]
    naive_median: NDArray[np.float64]
    naive_high: NDArray[np.float64]


def foretold(asked: Asked, *, on_block: Callable[[], None] | None = None) -> Foretold:
    """Make every forecast from what had happened before it."""
    count = len(asked.at_hours)
    edges = np.unique(np.linspace(0, count, BLOCKS + 1).astype(np.int64))
    raw = np.full((count, 7), np.nan)
    for since, until in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        _block(asked, since, until, raw)
        if on_block:
            on_block()
    low, high = _held(asked, raw)
    return Foretold(
        np.exp(low), np.exp(raw[:, 1]), np.exp(high), np.exp(raw[:, 3]), np.exp(raw[:, 4]), np.exp(raw[:, 5])
    )


def _block(asked: Asked, since: int, until: int, raw: NDArray[np.float64]) -> None:
    """Learn from what happened before the first of the block, and foretell the block."""
    if since < FEWEST_LEARNED_FROM:
        return
    now = float(asked.at_hours[since])
    chosen = np.arange(max(0, since - MOST_LEARNED_FROM), since)
    ends = asked.end_hours[chosen]
    is_over = ends <= now  # not a number is not
    if int(is_over.sum()) < FEWEST_ENDS:
        return
    at = asked.at_hours[chosen]
    # Ends are in the log only from some moment on: what had ended before is not in an extract of it.
    watched_from = float(np.quantile(ends[is_over], FIRST_ENDS))
    is_watched = ~is_over | (ends >= watched_from)
    chosen, at, ends, is_over = chosen[is_watched], at[is_watched], ends[is_watched], is_over[is_watched]
    hours = np.where(is_over, ends, now) - at
    learned = grouped_quantiles(
        [level[chosen] for level in asked.levels], hours, is_over, np.maximum(watched_from - at, 0.0)
    )
    block = np.arange(since, until)
    rows = learned.quantiles([level[block] for level in asked.levels])
    plain = learned.quantiles([asked.levels[0][block]])
    for place, (table, share) in enumerate((table, share) for table in (rows, plain) for share in (0.1, 0.5, 0.9)):
        raw[block, place] = at_share(table, share)
    raw[block, 6] = learned.rows[0][0, -1]


def _held(asked: Asked, raw: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Move the edges of each range by how those did whose end was known by then."""
    holding = HoldingRange()
    low, high = raw[:, 0].copy(), raw[:, 2].copy()
    waiting: list[tuple[float, int]] = []
    at, ends = asked.at_hours.tolist(), asked.end_hours.tolist()
    for place in np.flatnonzero(~np.isnan(raw[:, 1])).tolist():
        now = at[place]
        while waiting and waiting[0][0] <= now:
            known_at, done = heappop(waiting)
            left = np.log(max(known_at - at[done], MINUTE))
            # It may have come to be known by its end, or by not having ended when the range did.
            is_above = left >= high[done] - 1e-9
            holding.learn(is_below=not is_above and left < low[done], is_above=is_above)
        low[place], moved = holding.moved(raw[place, 0], raw[place, 1], raw[place, 2])
        high[place] = min(moved, max(raw[place, 6], raw[place, 2]))  # nothing has ever taken longer than that
        passed = now + float(np.exp(high[place]))
        end = ends[place]
        heappush(waiting, (min(end, passed) if end == end else passed, place))  # noqa: PLR0124 -- not a number
    return low, high


@dataclass(frozen=True)
class Calibration:
    """How the forecasts of some moments did. Hours are working hours; pinball losses are means of the three levels."""

    forecasts: int
    undecided: int  # their case was still open within the range when the log ended
    held_percent: float | None  # of the 80 % ranges
    below_percent: float | None
    above_percent: float | None
    median_error_hours: float | None
    pinball_loss: float | None
    naive_pinball_loss: float | None


def calibration_of(asked: Asked, told: Foretold, chosen: NDArray[np.bool_]) -> Calibration:
    """Hold the chosen forecasts against what came."""
    made = chosen & ~np.isnan(told.median)
    left = asked.end_hours - asked.at_hours
    still = np.isnan(left)
    at_least = asked.log_end_hours - asked.at_hours
    is_above = np.where(still, at_least > told.high, np.maximum(left, MINUTE) > told.high * (1 + 1e-9))
    is_decided = made & (~still | is_above)
    is_below = ~still & (np.maximum(left, MINUTE) < told.low * (1 - 1e-9))
    count = int(is_decided.sum())
    ended = is_decided & ~still
    if not count or not ended.any():
        return Calibration(count, int(made.sum()) - count, None, None, None, None, None, None)
    above = 100.0 * float(is_above[is_decided].mean())
    below = 100.0 * float(is_below[is_decided].mean())
    return Calibration(
        forecasts=count,
        undecided=int(made.sum()) - count,
        held_percent=100.0 - above - below,
        below_percent=below,
        above_percent=above,
        median_error_hours=float(np.median(np.abs(left[ended] - told.median[ended]))),
        pinball_loss=_pinball(left[ended], told.low[ended], told.median[ended], told.high[ended]),
        naive_pinball_loss=_pinball(
            left[ended], told.naive_low[ended], told.naive_median[ended], told.naive_high[ended]
        ),
    )


def _pinball(
    left: NDArray[np.float64], low: NDArray[np.float64], median: NDArray[np.float64], high: NDArray[np.float64]
) -> float:
    losses = []
    for share, told in ((SHARE_OUTSIDE, low), (0.5, median), (1.0 - SHARE_OUTSIDE, high)):
        over = left - told
        losses.append(float(np.mean(np.maximum(share * over, (share - 1.0) * over))))
    return sum(losses) / len(losses)
