"""What this context hands to analytics: departments, and how many work there. Counts of people, never who."""

from collections.abc import Collection, Sequence

from django.db import connection

from clientela.kernel.analytics.contracts import Column, Export, Table, Told, ids_named

DEPARTMENTS = Table(
    name="departments",
    columns=(
        Column("department_id", "int64"),
        Column("parent_id", "int64", is_nullable=True),
        Column("key", "string"),
        Column("serves_outside", "bool"),
    ),
    key=("department_id",),
)
_DEPARTMENT_ROWS = """
SELECT party_id AS department_id, parent_id, key, serves_outside
FROM directory_department WHERE party_id = ANY(%(ids)s::bigint[])
"""

STAFFING = Table(
    name="staffing",
    columns=(
        Column("department_id", "int64"),
        Column("week_on", "date"),  # its Monday
        Column("members", "int64"),  # how many people worked there on any day of the week
    ),
    key=("department_id", "week_on"),
)
# The weeks of the last five years, up to the one of this moment; a week in which nobody worked there has no row.
_STAFFING_ROWS = """
SELECT membership.department_id, week.day::date AS week_on, count(DISTINCT membership.person_id) AS members
FROM directory_membership AS membership CROSS JOIN LATERAL generate_series(
    date_trunc('week', GREATEST(membership.starts_on, (%(at)s AT TIME ZONE 'UTC')::date - 1826)::timestamp),
    date_trunc('week', LEAST(membership.ends_on, (%(at)s AT TIME ZONE 'UTC')::date)::timestamp),
    '7 days'
) AS week (day)
WHERE membership.department_id = ANY(%(ids)s::bigint[])
GROUP BY 1, 2
"""
_OF_DEPARTMENTS = "SELECT party_id FROM directory_department WHERE party_id = ANY(%s)"


def _touched_departments(facts: Sequence[Told]) -> Collection[int]:
    return ids_named([told for told in facts if told.verb.startswith("department_")], "party")


def _touched_staffing(facts: Sequence[Told]) -> Collection[int]:
    parties = ids_named([told for told in facts if told.verb.startswith("membership_")], "party")
    if not parties:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_OF_DEPARTMENTS, [sorted(parties)])
        return [number for (number,) in cursor.fetchall()]


TABLES = (
    Export(
        table=DEPARTMENTS,
        rows=_DEPARTMENT_ROWS,
        all_ids="SELECT party_id FROM directory_department",
        touched_by=_touched_departments,
    ),
    Export(
        table=STAFFING,
        rows=_STAFFING_ROWS,
        all_ids="SELECT party_id FROM directory_department",
        touched_by=_touched_staffing,
        grows_weekly=True,
    ),
)
