"""What this context hands to analytics: rows of plain values, never model instances.

`TABLES` are written to the analytics store as requests change; `legs_between` reads straight from the database.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from clientela.kernel.analytics.contracts import Column, Export, Table, Told, ids_named

ROWS_A_FETCH = 2000

# A request asked on behalf of several others is counted with the one that came first: each has one line upwards, so
# the walk down from the outermost requests meets every request once, and no circle at all.
_LEGS = """
WITH RECURSIVE asked_for AS (
    SELECT needed_id AS id, min(waiting_id) AS parent_id FROM requests_dependency GROUP BY needed_id
), lineage AS (
    SELECT id, parent_id, parent_id AS root_id FROM asked_for
    WHERE NOT EXISTS (SELECT FROM asked_for AS above WHERE above.id = asked_for.parent_id)
    UNION ALL
    SELECT asked_for.id, asked_for.parent_id, lineage.root_id
    FROM asked_for JOIN lineage ON asked_for.parent_id = lineage.id
)
SELECT leg.request_id, leg.position, leg.provider_id, leg.service_id, request.customer_id, request.side,
    COALESCE(lineage.root_id, leg.request_id), lineage.parent_id, leg.started_at, leg.ended_at, leg.outcome,
    leg.queue_seconds, leg.work_seconds, leg.customer_seconds, leg.department_seconds, leg.date_seconds
FROM requests_leg AS leg
JOIN requests_request AS request ON request.id = leg.request_id
LEFT JOIN lineage ON lineage.id = leg.request_id
WHERE leg.started_at < %(until)s
    AND (leg.ended_at IS NULL OR leg.ended_at > %(since)s OR leg.started_at >= %(since)s)
ORDER BY leg.started_at, leg.request_id, leg.position
"""


@dataclass(frozen=True)
class LegRow:
    """One stay of a request at a department. Seconds are working seconds of that department; moments are in UTC."""

    request_id: int
    position: int  # 0 is the first stay of the request
    provider_id: int
    service_id: int
    customer_id: int
    side: str  # inside, outside
    root_id: int  # the outermost request that waits on it, or itself
    parent_id: int | None  # the request that waits on it directly; of several the first
    started_at: datetime
    ended_at: datetime | None  # None: it is still there
    outcome: str  # open, resolved, cancelled, handed_over
    queue_seconds: int
    work_seconds: int
    customer_seconds: int
    department_seconds: int
    date_seconds: int


def legs_between(since: datetime, until: datetime) -> Iterator[LegRow]:
    """Give every leg that overlaps [since, until) or starts in it, the earliest start first, without holding them all.

    A leg is given whole, also the part of it before `since` or after `until`. The seconds of an open leg are those up
    to its last change: what it has spent since is not in them.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEGS, {"since": since, "until": until})
        while rows := cursor.fetchmany(ROWS_A_FETCH):
            for row in rows:
                yield LegRow(*row)


# --- for the store


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

# As in _LEGS: of several that wait on it the first one counts. Walked upwards, from the wanted requests only.
_UPWARD = """
WITH RECURSIVE upward AS (
    SELECT wanted.id, wanted.id AS above_id, NULL::bigint AS parent_id, 0 AS steps
    FROM unnest(%(ids)s::bigint[]) AS wanted (id)
    UNION ALL
    SELECT upward.id, link.waiting_id, COALESCE(upward.parent_id, link.waiting_id), upward.steps + 1
    FROM upward CROSS JOIN LATERAL (
        SELECT min(waiting_id) AS waiting_id FROM requests_dependency WHERE needed_id = upward.above_id
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


# What customers outside asked for and pay for, and how it follows upon each other. Nobody's number is in it: what a
# customer bought before and after is told as days, so that it can be asked whether people come back without saying who.
PURCHASES = Table(
    name="purchases",
    columns=(
        Column("request_id", "int64"),
        Column("opened_at", "timestamp"),
        Column("resolved_at", "timestamp", is_nullable=True),
        Column("is_alone", "bool"),  # nothing else that this customer bought was under way when it was opened
        # Whole days from opening to opening: since the customer's purchase before, and since the one before that.
        Column("last_days", "int64", is_nullable=True),
        Column("earlier_days", "int64", is_nullable=True),
        # Whole days from when it was done until the customer's next purchase was opened; null: none yet, or not done.
        Column("next_days", "int64", is_nullable=True),
    ),
    key=("request_id",),
    month_of="opened_at",
)

# Two parties are one customer where a person made sure of it, and merged a request of one into one of the other. A
# customer goes by the lowest number of its parties. Each step passes on to the next, so it ends when nobody is new.
_AS_ONE = """
WITH RECURSIVE alike AS (
    SELECT merged.customer_id AS id, kept.customer_id AS other_id
    FROM requests_request AS merged JOIN requests_request AS kept ON kept.id = merged.merged_into_id
    WHERE merged.customer_id <> kept.customer_id
), both_ways AS (
    SELECT id, other_id FROM alike UNION SELECT other_id, id FROM alike
), reached AS (
    SELECT id, other_id FROM both_ways
    UNION
    SELECT reached.id, further.other_id FROM reached JOIN both_ways AS further ON further.id = reached.other_id
), as_one AS (
    SELECT id, LEAST(id, min(other_id)) AS customer_id FROM reached GROUP BY id
)
"""

# No purchases: what was withdrawn, what was merged into another (it was one), complaints, and everything of those who
# were erased or who wish to be left alone. Whether a service is bought is asked as it is now, also of old requests.
#
# All that the customers of the wanted ones bought. Openings and endings of a customer stand in one line, an ending
# before an opening of the same moment; from each ending the next opening is the nearest one below it. So a customer
# with thousands of purchases costs a sort, not every pair of them.
_PURCHASE_COLUMNS = """
, wanted AS (
    SELECT DISTINCT COALESCE(as_one.customer_id, request.customer_id) AS customer_id
    FROM requests_request AS request LEFT JOIN as_one ON as_one.id = request.customer_id
    WHERE request.id = ANY(%(ids)s::bigint[]) AND request.side = 'outside'
), parties AS (
    SELECT customer_id, customer_id AS id FROM wanted
    UNION
    SELECT wanted.customer_id, as_one.id FROM wanted JOIN as_one ON as_one.customer_id = wanted.customer_id
), left_out AS (
    SELECT parties.customer_id
    FROM parties JOIN directory_party AS party ON party.id = parties.id
    WHERE party.kind = 'department' OR party.erased_at IS NOT NULL OR EXISTS (
        SELECT FROM directory_boundary AS boundary
        WHERE boundary.party_id = party.id AND boundary.kind = 'do_not_contact' AND boundary.lifted_at IS NULL
    )
), bought AS (
    SELECT request.id, parties.customer_id, request.opened_at, request.resolved_at
    FROM parties
    JOIN requests_request AS request ON request.customer_id = parties.id
    JOIN catalogue_serviceversion AS version ON version.id = request.service_version_id
    JOIN catalogue_service AS service ON service.id = version.service_id
    WHERE request.side = 'outside' AND request.state <> 'cancelled' AND request.merged_into_id IS NULL
        AND NOT request.is_complaint AND service.is_bought
        AND parties.customer_id NOT IN (SELECT customer_id FROM left_out)
), followed AS (
    SELECT *, lag(opened_at) OVER turn AS last_at, lag(opened_at, 2) OVER turn AS earlier_at,
        COALESCE(
            max(COALESCE(resolved_at, 'infinity')) OVER (turn ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            '-infinity'
        ) <= opened_at AS is_alone
    FROM bought WINDOW turn AS (PARTITION BY customer_id ORDER BY opened_at, id)
), moments AS (
    SELECT id, customer_id, resolved_at AS moment, 0 AS turn, NULL::timestamptz AS opened_at
    FROM bought WHERE resolved_at IS NOT NULL
    UNION ALL
    SELECT id, customer_id, opened_at, 1, opened_at FROM bought
), ended AS (
    SELECT id, turn, min(opened_at) OVER (
        PARTITION BY customer_id ORDER BY moment DESC, turn DESC, id DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING  -- backwards: a frame that only grows is quick
    ) AS next_at
    FROM moments
)
SELECT followed.id AS request_id, followed.opened_at, followed.resolved_at, followed.is_alone,
    floor(extract(epoch FROM followed.opened_at - followed.last_at) / 86400)::bigint AS last_days,
    floor(extract(epoch FROM followed.opened_at - followed.earlier_at) / 86400)::bigint AS earlier_days,
    floor(extract(epoch FROM ended.next_at - followed.resolved_at) / 86400)::bigint AS next_days
FROM followed LEFT JOIN ended ON ended.id = followed.id AND ended.turn = 0
WHERE followed.id = ANY(%(ids)s::bigint[])
"""

# Every purchase of a customer is told anew when one of theirs changes, when they do, or when a service becomes (or no
# longer is) one that is bought.
_OF_THE_SAME_CUSTOMERS = """
, touched AS (
    SELECT customer_id AS id FROM requests_request WHERE id = ANY(%(request_ids)s::bigint[]) AND side = 'outside'
    UNION
    SELECT id FROM directory_party WHERE id = ANY(%(party_ids)s::bigint[]) AND kind <> 'department'
    UNION
    SELECT request.customer_id
    FROM catalogue_serviceversion AS version
    JOIN requests_request AS request ON request.service_version_id = version.id
    WHERE version.service_id = ANY(%(service_ids)s::bigint[]) AND request.side = 'outside'
), customers AS (
    SELECT id FROM touched
    UNION
    SELECT reached.other_id FROM touched JOIN reached ON reached.id = touched.id
)
SELECT request.id FROM customers JOIN requests_request AS request ON request.customer_id = customers.id
WHERE request.side = 'outside'
UNION
SELECT unnest(%(request_ids)s::bigint[])
"""


def _touched_purchases(facts: Sequence[Told]) -> Collection[int]:
    told = {f"{kind}_ids": sorted(ids_named(facts, kind)) for kind in ("request", "party", "service")}
    if not any(told.values()):
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_AS_ONE + _OF_THE_SAME_CUSTOMERS, told)
        return [number for (number,) in cursor.fetchall()]


def _touched(facts: Sequence[Told]) -> Collection[int]:
    named = ids_named(facts, "request")
    if not named:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_DOWNWARD, {"ids": sorted(named)})
        return [number for (number,) in cursor.fetchall()]


TABLES = (
    Export(
        table=REQUESTS,
        rows=_UPWARD + _REQUEST_COLUMNS,
        all_ids="SELECT id FROM requests_request",
        touched_by=_touched,
        after=(_LEGS_FOLLOWER,),
    ),
    Export(
        table=LEGS,
        rows=_UPWARD + _LEG_COLUMNS,
        all_ids="SELECT id FROM requests_request",
        touched_by=_touched,
        after=(_LEGS_FOLLOWER,),
    ),
    Export(
        table=PURCHASES,
        rows=_AS_ONE + _PURCHASE_COLUMNS,
        all_ids="SELECT id FROM requests_request WHERE side = 'outside'",
        touched_by=_touched_purchases,
    ),
)
