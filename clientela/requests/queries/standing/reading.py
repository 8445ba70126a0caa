"""What is read for the order: the policy in force, and the open requests with what they wait on."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from clientela.requests.models import LIVE_STATES
from clientela.requests.rules.order import StakePolicy, policy_from_json
from clientela.requests.rules.turns import UNKNOWN_WORK_HOURS

# A link counts while its request cannot go on without the other: it was asked so, or it stands waiting.
_COUNTS = "(link.is_blocking OR waiting.state = 'waiting_department')"

_BASIS = """
SELECT (SELECT sum(waiting_count * mean_work_seconds ORDER BY provider_id) / sum(waiting_count)
    FROM requests_queuemeasure WHERE waiting_count > 0), policy.number, policy.definition
FROM (SELECT 1) AS one
LEFT JOIN LATERAL (SELECT number, definition FROM requests_stakepolicyversion ORDER BY number DESC LIMIT 1) AS policy
    ON true
"""

_ROWS = """
SELECT request.id, request.reference, request.title, request.language, request.provider_id, version.service_id,
    request.customer_id, request.holder_id, request.side, request.state, request.opened_at, request.is_complaint,
    request.people_affected, request.touches_safety, request.stops_work, request.urgency IS NOT NULL,
    COALESCE(leg.started_at, request.opened_at), COALESCE(leg.customer_seconds + leg.date_seconds, 0),
    COALESCE(leg.work_seconds, 0), of_service.work_seconds, of_service.cases, of_department.work_seconds,
    of_department.cases, of_house.work_seconds, of_house.cases, {needs}
FROM requests_request AS request
JOIN catalogue_serviceversion AS version ON version.id = request.service_version_id
LEFT JOIN requests_leg AS leg ON leg.request_id = request.id AND leg.ended_at IS NULL
LEFT JOIN requests_learned AS of_service
    ON of_service.provider_id = request.provider_id AND of_service.service_id = version.service_id
LEFT JOIN requests_learned AS of_department
    ON of_department.provider_id = request.provider_id AND of_department.service_id IS NULL
LEFT JOIN requests_learned AS of_house ON of_house.provider_id IS NULL AND of_house.service_id IS NULL
"""

_NEEDS = f"""ARRAY(
        SELECT link.needed_id FROM requests_dependency AS link, (SELECT request.state) AS waiting
        WHERE link.waiting_id = request.id AND {_COUNTS}
    )"""  # noqa: S608 - a constant

# OFFSET 0 keeps each step a look into the indexes: a guess of how long chains are must never read the archive whole.
_UPWARD = f"""
    SELECT above.id FROM hanging, LATERAL (
        SELECT waiting.id FROM requests_dependency AS link
        JOIN requests_request AS waiting ON waiting.id = link.waiting_id
        WHERE link.needed_id = hanging.id AND waiting.state = ANY(%(live)s) AND {_COUNTS} OFFSET 0
    ) AS above
"""  # noqa: S608 - a constant

_HANGING = f"""
WITH RECURSIVE hanging AS (
    SELECT unnest(%(ids)s::bigint[]) AS id UNION {_UPWARD}
){_ROWS.format(needs=_NEEDS)}
WHERE request.id IN (SELECT id FROM hanging) AND request.state = ANY(%(live)s)
"""  # noqa: S608 - constants

# Downward every link is followed, also one that does not count: it may have counted until the change.
_AROUND = f"""
WITH RECURSIVE touched AS (
    SELECT unnest(%(ids)s::bigint[]) AS id UNION
    SELECT below.id FROM touched, LATERAL (
        SELECT needed.id FROM requests_dependency AS link
        JOIN requests_request AS needed ON needed.id = link.needed_id
        WHERE link.waiting_id = touched.id AND needed.state = ANY(%(live)s) OFFSET 0
    ) AS below
), hanging AS (
    SELECT id FROM touched UNION {_UPWARD}
){_ROWS.format(needs=f"{_NEEDS}, request.id IN (SELECT id FROM touched)")}
WHERE request.id IN (SELECT id FROM hanging) AND request.state = ANY(%(live)s)
"""  # noqa: S608 - constants

_HOUSE = f"{_ROWS.format(needs='NULL')} WHERE request.state = ANY(%(live)s) ORDER BY request.id"

_LINKS = f"""
SELECT link.waiting_id, link.needed_id FROM requests_dependency AS link
JOIN requests_request AS waiting ON waiting.id = link.waiting_id
WHERE waiting.state = ANY(%(live)s) AND {_COUNTS}
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Basis:
    """What every ranking goes by: the policy in force (number 0: nobody wrote one yet), and the mean piece of work."""

    policy: StakePolicy
    number: int
    mean_work_hours: float

    @property
    def pace_hours(self) -> float:
        """Slack is measured by this many working hours."""
        return self.mean_work_hours * self.policy.look_ahead


@dataclass(frozen=True)
class OpenRequest:
    """An open request as the order reads it. `learned`: (working seconds, cases) of service, department, house."""

    learned: tuple[tuple[float, int] | None, ...]
    needs: tuple[int, ...]
    id: int
    reference: str
    title: str
    language: str
    provider_id: int
    service_id: int
    customer_id: int
    holder_id: int | None
    side: str
    state: str
    opened_at: datetime
    is_complaint: bool
    people_affected: int
    touches_safety: bool
    stops_work: bool
    was_ranked: bool
    since_at: datetime  # since when it stands at its department
    stood_seconds: int  # of that, waiting for the customer or for a date
    worked_seconds: int


def basis_of_order() -> Basis:
    """The policy in force, and what the last full ranking measured. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BASIS)
        ((mean_seconds, number, definition),) = cursor.fetchall()
    stored = json.loads(definition) if isinstance(definition, str) else definition
    return Basis(
        policy=StakePolicy() if number is None else policy_from_json(stored),
        number=number or 0,
        mean_work_hours=UNKNOWN_WORK_HOURS if mean_seconds is None else mean_seconds / 3600,
    )


def open_with_waiting(request_ids: Collection[int]) -> dict[int, OpenRequest]:
    """These requests and all that wait on them, up to the outermost; what has ended is left out. One statement."""
    if not request_ids:
        return {}
    return {row[0]: _open_request(row, row[25]) for row in _fetched(_HANGING, request_ids)}


def open_around(request_ids: Collection[int]) -> tuple[dict[int, OpenRequest], frozenset[int]]:
    """Everybody whom one must know to rank what a change to these touches, and whom it touches. One statement."""
    if not request_ids:
        return {}, frozenset()
    rows = _fetched(_AROUND, request_ids)
    return {row[0]: _open_request(row, row[25]) for row in rows}, frozenset(row[0] for row in rows if row[26])


def open_in_house() -> dict[int, OpenRequest]:
    """Every open request, by rising id. Two statements."""
    needs: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, {"live": list(LIVE_STATES)})
        for waiting, needed in cursor.fetchall():
            needs[waiting].append(needed)
    return {row[0]: _open_request(row, needs.get(row[0], ())) for row in _fetched(_HOUSE, ())}


def _fetched(sql: str, request_ids: Collection[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": sorted(request_ids), "live": list(LIVE_STATES)})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _open_request(row: tuple[Any, ...], needs: Iterable[int]) -> OpenRequest:
    learned = [None if row[place] is None else (row[place], row[place + 1]) for place in (19, 21, 23)]
    return OpenRequest(tuple(learned), tuple(needs), *row[:19])
