"""What really happened, in the figures that the simulation gives too."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from clientela.network.simulation.fitting.past import HOUR, Past, key_of
from clientela.network.simulation.fitting.rows import HistoryRows, LegLike, ServiceRow
from clientela.network.simulation.fitting.works import name_of
from clientela.network.simulation.house import Seen, SeenOutside


def seen_in(past: Past, rows: HistoryRows) -> tuple[tuple[Seen, ...], tuple[SeenOutside, ...]]:
    """Departments and what outside customers asked of them. `use` is None: it is fitted, not seen."""
    terms = {row.id: row for row in rows.services}
    stays: dict[int, list[LegLike]] = defaultdict(list)
    for legs in past.stays.values():
        for leg in legs:
            stays[leg.provider_id].append(leg)
    asked: dict[int, list[Sequence[LegLike]]] = defaultdict(list)
    outside: dict[str, list[Sequence[LegLike]]] = defaultdict(list)
    for legs in past.requests.values():
        first = legs[0]
        asked[first.provider_id].append(legs)
        if first.side == "outside" and first.parent_id not in past.requests:
            outside[name_of(key_of(first))].append(legs)
    departments = []
    for row in rows.departments:
        waits = np.asarray([leg.queue_seconds / HOUR for leg in stays[row.id] if leg.ended_at is not None])
        whole = _stays(asked[row.id])
        departments.append(
            Seen(
                department_id=row.id,
                arrivals_a_week=len(stays[row.id]) / past.weeks,
                wait_mean=_mean(waits),
                wait_p50=_quantile(waits, 0.5),
                wait_p90=_quantile(waits, 0.9),
                use=None,
                kept_share=_kept(asked[row.id], terms),
                stay_mean=_mean(whole),
            )
        )
    services = []
    for key, requests in sorted(outside.items()):
        whole = _stays(requests)
        services.append(
            SeenOutside(
                service=key,
                arrivals_a_week=len(requests) / past.weeks,
                stay_mean=_mean(whole),
                stay_p50=_quantile(whole, 0.5),
                stay_p90=_quantile(whole, 0.9),
                kept_share=_kept(requests, terms),
            )
        )
    return tuple(departments), tuple(services)


def _until_resolved(legs: Sequence[LegLike]) -> Sequence[LegLike]:
    """Its stays until it was resolved for the first time."""
    for place, leg in enumerate(legs):
        if leg.outcome == "resolved":
            return legs[: place + 1]
    return legs


def _stays(requests: Sequence[Sequence[LegLike]]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Working hours until it was resolved for the first time, of those that were."""
    first = [_until_resolved(legs) for legs in requests]
    return np.asarray([sum(map(_whole, legs)) / HOUR for legs in first if legs[-1].ended_at is not None])


def _whole(leg: LegLike) -> int:
    return leg.queue_seconds + leg.work_seconds + leg.customer_seconds + leg.department_seconds + leg.date_seconds


def _kept(requests: Sequence[Sequence[LegLike]], terms: dict[int, ServiceRow]) -> float | None:
    """Resolution promises kept, among those decided: done, or not done and past their time."""
    decided = []
    for legs in map(_until_resolved, requests):
        row = terms.get(legs[0].service_id)
        if row is None or row.resolution_seconds is None:
            continue
        spent = sum(map(_whole, legs))
        for state, name in (
            ("waiting_customer", "customer_seconds"),
            ("waiting_date", "date_seconds"),
            ("waiting_department", "department_seconds"),
        ):
            if state in row.pauses_while:
                spent -= sum(getattr(leg, name) for leg in legs)
        is_kept = spent <= row.resolution_seconds
        if legs[-1].ended_at is not None or not is_kept:
            decided.append(is_kept)
    return float(np.mean(decided)) if decided else None


def _mean(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float | None:
    return float(values.mean()) if len(values) else None


def _quantile(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", share: float) -> float | None:
    return float(np.quantile(values, share)) if len(values) else None
