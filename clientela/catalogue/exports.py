"""What this context hands to analytics: the services, and who should serve whom because it stands in the catalogue."""

from collections.abc import Collection, Sequence

from django.db import connection

from clientela.kernel.analytics.contracts import Column, Export, Table, Told, ids_named

SERVICES = Table(
    name="services",
    columns=(
        Column("service_id", "int64"),
        Column("key", "string"),
        Column("owner_id", "int64"),
        Column("audience", "string"),  # inside, outside, both, groups
        Column("retired_at", "timestamp", is_nullable=True),
    ),
    key=("service_id",),
)
_SERVICE_ROWS = """
SELECT id AS service_id, key, owner_id, audience, retired_at
FROM catalogue_service WHERE id = ANY(%(ids)s::bigint[])
"""

DECLARED = Table(
    name="declared",
    columns=(
        Column("service_id", "int64"),
        Column("side", "string"),  # inside, outside
        Column("position", "int64"),
        Column("provider_id", "int64"),
        Column("customer_id", "int64", is_nullable=True),  # a department; null: every one of that side
        Column("how", "string"),  # catalogue: it is offered to them; plan: a plan of theirs takes it
    ),
    key=("service_id", "side", "position"),
)
# A service for a group is declared to the departments in it, and to those where its people work on this day. Retired
# ones are declared to nobody. Of those in a group who are neither, nobody is told apart. What the plan of a live
# service takes is a row of the service that it takes, where that is offered to the department that has the plan.
_DECLARED_ROWS = """
WITH wanted AS (
    SELECT id, owner_id, audience FROM catalogue_service WHERE id = ANY(%(ids)s::bigint[]) AND retired_at IS NULL
), grouped AS (
    SELECT wanted.id, wanted.owner_id, member.party_id
    FROM wanted
    JOIN catalogue_service_groups AS named ON named.service_id = wanted.id
    JOIN directory_group_parties AS member ON member.group_id = named.group_id
    WHERE wanted.audience = 'groups'
), customers AS (
    SELECT grouped.id, grouped.owner_id, department.party_id AS customer_id
    FROM grouped JOIN directory_department AS department ON department.party_id = grouped.party_id
    UNION
    SELECT grouped.id, grouped.owner_id, membership.department_id
    FROM grouped JOIN directory_membership AS membership ON membership.person_id = grouped.party_id
    WHERE membership.starts_on <= (%(at)s AT TIME ZONE 'UTC')::date
        AND (membership.ends_on IS NULL OR membership.ends_on >= (%(at)s AT TIME ZONE 'UTC')::date)
), declared AS (
    SELECT id, 'inside' AS side, owner_id, NULL::bigint AS customer_id, 'catalogue' AS how
    FROM wanted WHERE audience IN ('inside', 'both')
    UNION ALL
    SELECT id, 'outside', owner_id, NULL, 'catalogue' FROM wanted WHERE audience IN ('outside', 'both')
    UNION ALL
    SELECT id, 'inside', owner_id, customer_id, 'catalogue' FROM customers WHERE customer_id <> owner_id
    UNION ALL
    SELECT DISTINCT wanted.id, 'inside', wanted.owner_id, taking.owner_id, 'plan'
    FROM wanted
    JOIN catalogue_service AS needed ON needed.id = wanted.id
    JOIN catalogue_service AS taking ON taking.retired_at IS NULL AND taking.owner_id <> wanted.owner_id
    JOIN LATERAL (
        SELECT plan FROM catalogue_serviceversion WHERE service_id = taking.id ORDER BY number DESC LIMIT 1
    ) AS newest ON newest.plan @> jsonb_build_array(jsonb_build_object('needs', needed.key))
    WHERE wanted.audience IN ('inside', 'both')
        OR EXISTS (SELECT FROM grouped WHERE grouped.id = wanted.id AND grouped.party_id = taking.owner_id)
)
SELECT id AS service_id, side, row_number() OVER (PARTITION BY id, side ORDER BY how, customer_id) - 1 AS position,
    owner_id AS provider_id, customer_id, how
FROM declared
"""
_TAKEN_BY_PLANS = """
SELECT DISTINCT needed.id
FROM catalogue_serviceversion AS version
CROSS JOIN LATERAL jsonb_array_elements(version.plan) AS step
JOIN catalogue_service AS needed ON needed.key = step ->> 'needs'
WHERE version.service_id = ANY(%s)
"""
_OF_GROUPS = "SELECT service_id FROM catalogue_service_groups WHERE group_id = ANY(%s)"


def _touched_services(facts: Sequence[Told]) -> Collection[int]:
    return ids_named(facts, "service")


def _touched_declared(facts: Sequence[Told]) -> Collection[int]:
    named, groups = ids_named(facts, "service"), ids_named(facts, "group")
    found = set(named)
    with connection.cursor() as cursor:
        for sql, ids in ((_TAKEN_BY_PLANS, named), (_OF_GROUPS, groups)):
            if ids:
                cursor.execute(sql, [sorted(ids)])
                found.update(number for (number,) in cursor.fetchall())
    return found


TABLES = (
    Export(
        table=SERVICES,
        rows=_SERVICE_ROWS,
        all_ids="SELECT id FROM catalogue_service",
        touched_by=_touched_services,
    ),
    Export(
        table=DECLARED,
        rows=_DECLARED_ROWS,
        all_ids="SELECT id FROM catalogue_service",
        touched_by=_touched_declared,
        grows_weekly=True,  # where the people of a group work moves on without a fact about the service
    ),
)
