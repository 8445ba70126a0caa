"""Ranking: a cache of whose need goes first, by which queues are ordered and paged.

The urgency of a request is written under its row, held for that moment only. Rows are held by rising id, and a row that
an action holds is passed by: ranking never waits, so it can neither stop an action nor run into a deadlock with one.
What was passed by is ranked when the action's fact is followed, or with the whole house. No other column is written,
and no action writes this one, so neither overwrites the other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np
from django.db import connection, transaction

from clientela.kernel.journal import thing
from clientela.promises import queries as promises
from clientela.requests.models import LIVE_STATES, QueueMeasure
from clientela.requests.queries.standing.reading import basis_of_order, open_around, open_in_house
from clientela.requests.queries.standing.weighing import (
    Weighed,
    answered_urgencies,
    groups_for,
    hours_for,
    weighed,
)
from clientela.requests.rules.order import standing_of, urgencies
from clientela.requests.rules.turns import SECONDS_AN_HOUR

ROWS_AT_ONCE = 2000

_WRITE = """
WITH fresh AS (
    SELECT id, urgency FROM unnest(%(ids)s::bigint[], %(urgencies)s::float8[]) AS fresh (id, urgency)
), held AS (
    SELECT request.id, fresh.urgency FROM requests_request AS request JOIN fresh USING (id)
    WHERE request.urgency IS DISTINCT FROM fresh.urgency AND request.state = ANY(%(live)s)
    ORDER BY request.id FOR NO KEY UPDATE OF request SKIP LOCKED
)
UPDATE requests_request AS request SET urgency = held.urgency FROM held WHERE request.id = held.id
"""


def rank_everything(*, at: datetime) -> int:
    """Rank every open request anew and measure the queues. Return how many urgencies changed.

    Safe to run twice and beside everything else; each two thousand rows are a transaction of their own.
    """
    requests = open_in_house()
    basis = basis_of_order()
    rows = list(
        weighed(
            requests,
            at=at,
            policy=basis.policy,
            times=promises.time_left(at=at),
            hours=promises.working_hours(),
            groups=groups_for(basis.policy, requests.values()),
        ).values()
    )
    _measure(rows, at=at)
    basis = basis_of_order()  # with the means of today
    place = {one.waiting.id: number for number, one in enumerate(rows)}
    links = [(place[one.waiting.id], place[needed]) for one in rows for needed in one.waiting.needs if needed in place]
    found = urgencies(
        cost_per_hour=[one.waiting.cost_per_hour for one in rows],
        tier=[one.waiting.tier for one in rows],
        hours_left=[one.waiting.hours_left for one in rows],
        work_hours=[one.waiting.work_hours for one in rows],
        waited_hours=[one.waiting.waited_hours for one in rows],
        is_past_floor=[one.waiting.is_past_floor for one in rows],
        waiting=np.array([waiting for waiting, _ in links], dtype=np.int64),
        needed=np.array([needed for _, needed in links], dtype=np.int64),
        mean_work_hours=basis.mean_work_hours,
        look_ahead=basis.policy.look_ahead,
    )
    return _write(rows, answered_urgencies(rows, found.tolist(), basis))


def rank_around(*, at: datetime, request_ids: Collection[int]) -> int:
    """Rank anew what a change to these requests touches: themselves and all that they wait on, however far.

    By what the last full ranking measured, so it comes out as a full ranking would. Return how many changed.
    """
    requests, touched = open_around(request_ids)
    if not touched:
        return 0
    basis = basis_of_order()
    times = promises.time_left(at=at, subjects=[thing("request", number) for number in requests])
    found = weighed(
        requests,
        at=at,
        policy=basis.policy,
        times=times,
        hours=hours_for(requests, at=at, policy=basis.policy, times=times),
        groups=groups_for(basis.policy, requests.values()),
    )
    rows = [found[number] for number in sorted(touched)]
    standings = standing_of(
        sorted(touched),
        {number: one.waiting for number, one in found.items()},
        mean_work_hours=basis.mean_work_hours,
        look_ahead=basis.policy.look_ahead,
    )
    return _write(rows, answered_urgencies(rows, [standings[one.waiting.id].urgency for one in rows], basis))


def _measure(rows: Sequence[Weighed], *, at: datetime) -> None:
    """Keep how many stand in each queue and how much work a piece is; a queue that is empty now has no measure."""
    work: dict[int, list[float]] = {}
    for one in rows:
        work.setdefault(one.request.provider_id, []).append(one.work.hours)
    measures = [
        QueueMeasure(
            provider_id=provider_id,
            waiting_count=len(hours),
            mean_work_seconds=sum(hours) / len(hours) * SECONDS_AN_HOUR,
            ranked_at=at,
        )
        for provider_id, hours in sorted(work.items())
    ]
    with transaction.atomic():
        QueueMeasure.objects.exclude(provider__in=work).delete()
        QueueMeasure.objects.bulk_create(
            measures,
            update_conflicts=True,
            unique_fields=["provider"],
            update_fields=["waiting_count", "mean_work_seconds", "ranked_at"],
        )


def _write(rows: Sequence[Weighed], figures: Sequence[float]) -> int:
    changed = 0
    for start in range(0, len(rows), ROWS_AT_ONCE):
        end = start + ROWS_AT_ONCE
        values: dict[str, list[int] | list[float] | list[str]] = {
            "ids": [one.waiting.id for one in rows[start:end]],
            "urgencies": list(figures[start:end]),
            "live": list(LIVE_STATES),
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_WRITE, values)
            changed += cursor.rowcount
    return changed
