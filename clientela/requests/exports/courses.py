"""Requests and their legs, as the analytics store has them."""

from collections.abc import Collection, Sequence

from django.db import connection

from clientela.kernel.analytics.contracts import Column, Export, Table, Told, ids_named

_LEGS_FOLLOWER = "requests.legs"

# The requests themselves, and everything that is needed for them, however deep: a new link above moves their roots.
_DOWNWARD = """
WITH RECURSIVE touched AS (
    SELECT unnest(%(ids)s::bigint[]) AS id
    UNION
    SELECT link.needed_id FROM requests_dependency AS link JOIN touched ON link.waiting_id = touched.id
)
SELECT id FROM touched
"""

# As in `stays`: of several that wait on it the first one counts. Walked upwards, from the wanted requests only. Without
# the 0 a database that knows little of this table walks the whole index of those that wait, once for each request.
_UPWARD = """
WITH RECURSIVE upward AS (
    SELECT wanted.id, wanted.id AS above_id, NULL::bigint AS parent_id, 0 AS steps
    FROM unnest(%(ids)s::bigint[]) AS wanted (id)
    UNION ALL
    SELECT upward.id, link.waiting_id, COALESCE(upward.parent_id, link.waiting_id), upward.steps + 1
    FROM upward CROSS JOIN LATERAL (
        SELECT min(waiting_id + 0) AS waiting_id FROM requests_dependency WHERE needed_id = upward.above_id
    ) AS link
    WHERE link.waiting_id IS NOT NULL
), lineage AS (
    SELECT DISTINCT ON (id) id, above_id AS root_id, parent_id FROM upward ORDER BY id, steps DESC
)
"""

REQUESTS = Table(
    name="requests",
    columns=(
        Column("request_id", "int64"),
        Column("root_id", "int64"),  # the outermost request that waits on it, or itself
        Column("parent_id", "int64", is_nullable=True),  # the request that waits on it directly; of several the first
        Column("provider_id", "int64"),
        Column("service_id", "int64"),
        Column("customer_kind", "string"),  # person, department, organisation
        # Inside: the department that asked, or where the person who asked worked on that day, the longest of several.
        Column("customer_department_id", "int64", is_nullable=True),
        Column("segment", "string", is_nullable=True),  # outside: households, businesses
        Column("side", "string"),  # inside, outside
        Column("channel", "string"),
        Column("language", "string"),
        Column("is_complaint", "bool"),
        Column("state", "string"),
        Column("opened_at", "timestamp"),
        Column("resolved_at", "timestamp", is_nullable=True),
        Column("closed_at", "timestamp", is_nullable=True),
        Column("reopened_count", "int64"),
    ),
    key=("request_id",),
    month_of="opened_at",
)

_REQUEST_COLUMNS = """
SELECT request.id AS request_id, lineage.root_id, lineage.parent_id, request.provider_id, version.service_id,
    customer.kind AS customer_kind,
    CASE WHEN request.side <> 'inside' THEN NULL WHEN customer.kind = 'department' THEN customer.id
        ELSE employer.department_id END AS customer_department_id,
    CASE WHEN request.side = 'inside' THEN NULL WHEN customer.kind = 'organisation' THEN 'businesses'
        ELSE 'households' END AS segment,
    request.side, request.channel, request.language, request.is_complaint, request.state, request.opened_at,
    request.resolved_at, request.closed_at,
    (
        SELECT count(*) FROM requests_leg AS leg JOIN requests_leg AS later
            ON later.request_id = leg.request_id AND later.position = leg.position + 1
        WHERE leg.request_id = request.id AND leg.outcome IN ('resolved', 'cancelled')
    ) AS reopened_count
FROM lineage
JOIN requests_request AS request ON request.id = lineage.id
JOIN catalogue_serviceversion AS version ON version.id = request.service_version_id
JOIN directory_party AS customer ON customer.id = request.customer_id
LEFT JOIN LATERAL (
    SELECT department_id FROM directory_membership AS membership
    WHERE request.side = 'inside' AND membership.person_id = request.customer_id
        AND membership.starts_on <= (request.opened_at AT TIME ZONE 'UTC')::date
        AND (membership.ends_on IS NULL OR membership.ends_on >= (request.opened_at AT TIME ZONE 'UTC')::date)
    ORDER BY membership.starts_on, membership.id LIMIT 1
) AS employer ON true
"""

LEGS = Table(
    name="legs",
    columns=(
        Column("request_id", "int64"),
        Column("position", "int64"),  # 0 is the first stay of the request
        Column("provider_id", "int64"),
        Column("service_id", "int64"),
        Column("root_id", "int64"),
        Column("parent_id", "int64", is_nullable=True),
        Column("side", "string"),
        Column("started_at", "timestamp"),
        Column("ended_at", "timestamp", is_nullable=True),  # null: it is still there
        Column("outcome", "string"),  # open, resolved, cancelled, handed_over
        Column("queue_seconds", "int64"),  # working seconds of that department, as all the others
        Column("work_seconds", "int64"),
        Column("customer_seconds", "int64"),
        Column("department_seconds", "int64"),
        Column("date_seconds", "int64"),
    ),
    key=("request_id", "position"),
    month_of="started_at",
)

_LEG_COLUMNS = """
SELECT leg.request_id, leg.position, leg.provider_id, leg.service_id, lineage.root_id, lineage.parent_id, request.side,
    leg.started_at, leg.ended_at, leg.outcome, leg.queue_seconds, leg.work_seconds, leg.customer_seconds,
    leg.department_seconds, leg.date_seconds
FROM lineage
JOIN requests_leg AS leg ON leg.request_id = lineage.id
JOIN requests_request AS request ON request.id = lineage.id
"""


def _touched(facts: Sequence[Told]) -> Collection[int]:
    named = ids_named(facts, "request")
    if not named:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_DOWNWARD, {"ids": sorted(named)})
        return [number for (number,) in cursor.fetchall()]


OF_REQUESTS = Export(
    table=REQUESTS,
    rows=_UPWARD + _REQUEST_COLUMNS,
    all_ids="SELECT id FROM requests_request",
    touched_by=_touched,
    after=(_LEGS_FOLLOWER,),
)
OF_LEGS = Export(
    table=LEGS,
    rows=_UPWARD + _LEG_COLUMNS,
    all_ids="SELECT id FROM requests_request",
    touched_by=_touched,
    after=(_LEGS_FOLLOWER,),
)
