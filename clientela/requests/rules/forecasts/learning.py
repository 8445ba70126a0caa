"""What the history of stays says, for every service at every department: expected work, and quantiles of the stay."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.forecasts.quantiles import GRID, grouped_quantiles

HOUR = 3600.0
LEANS = 8.0  # a service at a department is known better than an event of any log
LONGEST_WORK = 0.98  # what took longer in work than this share of all was left lying; it counts as that long


@dataclass(frozen=True)
class PastStay:
    """One stay at a department, in working seconds. `own` is all but waiting for other departments.

    Not over: it is still there, or went to another department; then it would have taken longer.
    """

    provider_id: int
    service_id: int
    own_seconds: float
    work_seconds: float
    is_over: bool


@dataclass(frozen=True)
class LearnedStay:
    """What is known of a service at a department, of a department (no service), or of all (neither)."""

    provider_id: int | None
    service_id: int | None
    cases: int
    work_seconds: float
    stay_seconds: tuple[tuple[float, float], ...]  # (share, seconds), rising


def learned_stays(past: Iterable[PastStay]) -> list[LearnedStay]:
    """Learn from past stays, each group leaning on the wider one where it has few. Nothing without a single end."""
    stays = list(past)
    is_over = np.array([stay.is_over for stay in stays], dtype=np.bool_)
    if not is_over.any():
        return []
    providers = np.array([stay.provider_id for stay in stays], dtype=np.int64)
    services = np.array([stay.service_id for stay in stays], dtype=np.int64)
    pairs, pair = np.unique(np.stack([providers, services]), axis=1, return_inverse=True)
    pair = pair.reshape(-1).astype(np.int64)
    levels = [np.zeros(len(stays), dtype=np.int64), providers, pair]
    own = np.array([stay.own_seconds for stay in stays]) / HOUR
    known = grouped_quantiles(levels, own, is_over)
    work = np.array([stay.work_seconds for stay in stays])
    work = np.minimum(work, np.quantile(work[is_over], LONGEST_WORK))
    overall, count = _mean(work[is_over], 0.0), int(is_over.sum())
    learned = [
        LearnedStay(None, None, count, max(overall, 1.0), _rows(known.quantiles([levels[0][:1]], leans=LEANS)[0]))
    ]
    for provider in np.unique(providers).tolist():
        here = providers == provider
        of_department = _mean(work[here & is_over], overall)
        first = np.array([provider])
        rows = _rows(known.quantiles([levels[0][:1], first], leans=LEANS)[0])
        learned.append(LearnedStay(provider, None, int((here & is_over).sum()), max(of_department, 1.0), rows))
        for place in np.flatnonzero(pairs[0] == provider).tolist():
            chosen = (pair == place) & is_over
            rows = _rows(known.quantiles([levels[0][:1], first, np.array([place])], leans=LEANS)[0])
            expected = max(_mean(work[chosen], of_department), 1.0)
            learned.append(LearnedStay(provider, int(pairs[1][place]), int(chosen.sum()), expected, rows))
    return learned


def _mean(values: NDArray[np.float64], above: float) -> float:
    """Give the mean, leaning on the one above as if it had been seen LEANS times."""
    if above <= 0:
        return float(values.mean()) if len(values) else 0.0
    return float((values.sum() + LEANS * above) / (len(values) + LEANS))


def _rows(logs: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    return tuple((float(share), round(float(np.exp(log)) * HOUR, 1)) for share, log in zip(GRID, logs, strict=True))
