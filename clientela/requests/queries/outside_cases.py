"""Cases of customers outside that have ended, with what was asked on their behalf and where all of it stayed."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

# The newest first, as far back as there is room. A case ends with its last stay: one that was reopened since is no
# ended case, and one reopened and resolved again ended the last time. The index `legs_by_end` is read backwards.
_ENDED = """
SELECT leg.request_id, leg.service_id, party.kind, floor(extract(epoch FROM leg.ended_at))::bigint
FROM requests_leg AS leg
JOIN requests_request AS request ON request.id = leg.request_id
JOIN directory_party AS party ON party.id = request.customer_id
WHERE leg.ended_at >= %(since)s AND leg.ended_at < %(until)s AND leg.outcome = 'resolved'
    AND request.side = 'outside' AND (%(service)s::bigint IS NULL OR leg.service_id = %(service)s)
    AND NOT EXISTS (
        SELECT FROM requests_leg AS later WHERE later.request_id = leg.request_id AND later.position > leg.position
    )
ORDER BY leg.ended_at DESC, leg.request_id DESC
LIMIT %(most)s
"""
# UNION, not UNION ALL: it would stop the walk even if a circle were ever stored.
_FAMILIES = """
WITH RECURSIVE family AS (
    SELECT id AS root_id, NULL::bigint AS waiting_id, id FROM unnest(%(roots)s::bigint[]) AS id
    UNION
    SELECT family.root_id, dependency.waiting_id, dependency.needed_id
    FROM requests_dependency AS dependency JOIN family ON dependency.waiting_id = family.id
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
    ended_at: int


@dataclass(frozen=True)
class EndedCases:
    """The cases that ended from `since` on, the newest first.

    `is_shortened`: there were more before `since`, which is later than was asked for; from there on none is missing.
    `needs`: by case the pairs (waiting, needed) of everything asked on its behalf. `stays`: by request, in their order.
    """

    since: datetime
    is_shortened: bool
    cases: tuple[EndedCase, ...]
    needs: Mapping[int, tuple[tuple[int, int], ...]]
    stays: Mapping[int, tuple[CaseStay, ...]]


def ended_outside_cases(*, since: datetime, until: datetime, most: int, service_id: int | None = None) -> EndedCases:
    """Return the outside cases resolved in [since, until), at most so many, of one service or of all. Three statements.

    Figures of departments: whom they may be shown to is the caller's question.
    """
    with connection.cursor() as cursor:
        cases = _ended(cursor, since=since, until=until, most=most, service_id=service_id)
        kept = cases[:most]
        case_ids = [case.request_id for case in kept]
        cursor.execute(_FAMILIES, {"roots": case_ids})
        needs: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for root_id, waiting_id, needed_id in cursor.fetchall():
            needs[root_id].append((waiting_id, needed_id))
        requests = {*case_ids, *(needed for pairs in needs.values() for _, needed in pairs)}
        cursor.execute(_STAYS, {"requests": sorted(requests)})
        stays: dict[int, list[CaseStay]] = defaultdict(list)
        for request_id, *stay in cursor.fetchall():
            stays[request_id].append(CaseStay(*stay))
    is_shortened = len(cases) > most
    return EndedCases(
        since=datetime.fromtimestamp(kept[-1].ended_at, tz=UTC) if is_shortened else since,
        is_shortened=is_shortened,
        cases=tuple(kept),
        needs={root_id: tuple(pairs) for root_id, pairs in needs.items()},
        stays={request_id: tuple(own) for request_id, own in stays.items()},
    )


def services_of_ended_cases(*, since: datetime, until: datetime, most: int) -> Counter[int]:
    """Return how many of the newest outside cases, at most so many, were of each service. One statement."""
    with connection.cursor() as cursor:
        return Counter(
            case.service_id for case in _ended(cursor, since=since, until=until, most=most - 1, service_id=None)
        )


def _ended(
    cursor: CursorWrapper, *, since: datetime, until: datetime, most: int, service_id: int | None
) -> list[EndedCase]:
    """Return the newest, one more than wanted if there are more."""
    cursor.execute(_ENDED, {"since": since, "until": until, "service": service_id, "most": most + 1})
    return [EndedCase(*row) for row in cursor.fetchall()]
