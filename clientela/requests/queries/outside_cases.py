"""Cases of customers outside that have ended, with what was asked on their behalf and where all of it stayed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# A case ends with its last stay: one that was reopened since is no ended case, and one reopened and resolved again
# ended the last time.
_ENDED = """
SELECT leg.request_id, leg.service_id, party.kind, leg.ended_at
FROM requests_leg AS leg
JOIN requests_request AS request ON request.id = leg.request_id
JOIN directory_party AS party ON party.id = request.customer_id
WHERE leg.outcome = 'resolved' AND request.side = 'outside'
    AND NOT EXISTS (
        SELECT FROM requests_leg AS later WHERE later.request_id = leg.request_id AND later.position > leg.position
    )
"""
# The newest first. The index `legs_by_end` is read backwards from where the last ones ended.
_ENDED_BEFORE = f"""
{_ENDED} AND leg.ended_at <= %(ended_at)s AND (leg.ended_at, leg.request_id) < (%(ended_at)s, %(request)s)
ORDER BY leg.ended_at DESC, leg.request_id DESC LIMIT %(most)s
"""
_ENDED_AMONG = f"{_ENDED} AND leg.request_id = ANY(%(requests)s::bigint[]) ORDER BY leg.request_id"
_HOW_MANY = "SELECT count(*) FROM requests_request WHERE side = 'outside' AND resolved_at IS NOT NULL"
# The database cannot know how far a walk goes, takes it to go everywhere, and would read every link and every request
# there is. OFFSET 0 lets it look up those of each request by itself.
_ABOVE = """
WITH RECURSIVE above AS (
    SELECT unnest(%(requests)s::bigint[]) AS id
    UNION
    SELECT dependency.waiting_id FROM above CROSS JOIN LATERAL (
        SELECT waiting_id FROM requests_dependency WHERE needed_id = above.id OFFSET 0
    ) AS dependency
)
SELECT request.id FROM above CROSS JOIN LATERAL (
    SELECT id FROM requests_request WHERE id = above.id AND side = 'outside' OFFSET 0
) AS request
"""
# UNION, not UNION ALL: it would stop the walk even if a circle were ever stored.
_FAMILIES = """
WITH RECURSIVE family AS (
    SELECT id AS root_id, NULL::bigint AS waiting_id, id FROM unnest(%(roots)s::bigint[]) AS id
    UNION
    SELECT family.root_id, family.id, dependency.needed_id
    FROM family CROSS JOIN LATERAL (
        SELECT needed_id FROM requests_dependency WHERE waiting_id = family.id OFFSET 0
    ) AS dependency
)
SELECT root_id, waiting_id, id FROM family WHERE waiting_id IS NOT NULL ORDER BY root_id, waiting_id, id
"""
_STAYS = """
SELECT request_id, provider_id, service_id, floor(extract(epoch FROM started_at))::bigint,
    floor(extract(epoch FROM ended_at))::bigint, outcome, queue_seconds, work_seconds, customer_seconds,
    department_seconds, date_seconds
FROM requests_leg WHERE request_id = ANY(%(requests)s::bigint[]) ORDER BY request_id, position
"""


@dataclass(frozen=True, slots=True)
class CaseStay:
    """One stay, as LegRow, but in whole seconds since 1970."""

    provider_id: int
    service_id: int
    started_at: int
    ended_at: int | None  # None: it is still there
    outcome: str
    queue_seconds: int
    work_seconds: int
    customer_seconds: int
    department_seconds: int
    date_seconds: int


@dataclass(frozen=True)
class EndedCase:
    """A case, by the service of its last stay. `customer_kind`: person, organisation, department."""

    request_id: int
    service_id: int
    customer_kind: str
    ended_at: datetime


@dataclass(frozen=True)
class CaseFamilies:
    """What was asked on behalf of some cases, and where all of it stayed.

    `needs`: by case the pairs (waiting, needed). `stays`: by request, in their order.
    """

    needs: Mapping[int, tuple[tuple[int, int], ...]]
    stays: Mapping[int, tuple[CaseStay, ...]]


# Figures of departments, all of them: whom they may be shown to is the caller's question.


def cases_ended_before(*, ended_at: datetime, request_id: int, most: int) -> list[EndedCase]:
    """Return the outside cases that ended before that, the newest first; of one moment the larger number comes first.

    One statement. For the next ones give the last one's end and number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENDED_BEFORE, {"ended_at": ended_at, "request": request_id, "most": most})
        return [EndedCase(*row) for row in cursor.fetchall()]


def cases_ended_among(request_ids: Collection[int]) -> list[EndedCase]:
    """Return which of these requests are outside cases that have ended. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDED_AMONG, {"requests": sorted(request_ids)})
        return [EndedCase(*row) for row in cursor.fetchall()]


def outside_cases_above(request_ids: Collection[int]) -> list[int]:
    """Return the outside requests among these and among everything that waits on them, ended or not. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"requests": sorted(request_ids)})
        return [number for (number,) in cursor.fetchall()]


def about_how_many_ended() -> int:
    """Return how many outside requests were ever resolved: about as many as have ended. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY)
        (count,) = cursor.fetchone()
        return int(count)


def families_of(case_ids: Collection[int]) -> CaseFamilies:
    """Return what was asked on behalf of these cases, to any depth. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_FAMILIES, {"roots": sorted(case_ids)})
        needs: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for root_id, waiting_id, needed_id in cursor.fetchall():
            needs[root_id].append((waiting_id, needed_id))
        requests = {*case_ids, *(needed for pairs in needs.values() for _, needed in pairs)}
        cursor.execute(_STAYS, {"requests": sorted(requests)})
        stays: dict[int, list[CaseStay]] = defaultdict(list)
        for request_id, *stay in cursor.fetchall():
            stays[request_id].append(CaseStay(*stay))
    return CaseFamilies(
        needs={root_id: tuple(pairs) for root_id, pairs in needs.items()},
        stays={request_id: tuple(own) for request_id, own in stays.items()},
    )
