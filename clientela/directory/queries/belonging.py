"""Which department stands above which, and where people work."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import connection

from clientela.directory.models import Membership

UPWARD = """
    WITH RECURSIVE line (party_id, parent_id, depth) AS (
        SELECT party_id, parent_id, 0 FROM directory_department WHERE party_id = %s
        UNION ALL
        SELECT above.party_id, above.parent_id, line.depth + 1
        FROM directory_department above JOIN line ON above.party_id = line.parent_id
    )
    SELECT party_id FROM line ORDER BY depth
"""


def departments_upward(department_id: int) -> list[int]:
    """Return the department and those above it, the nearest first. One statement, whatever the depth."""
    with connection.cursor() as cursor:
        cursor.execute(UPWARD, [department_id])
        return [row[0] for row in cursor.fetchall()]


def main_departments_of(person_ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """Return for each employee the department they have worked in longest, as of the day `at` in UTC. One statement."""
    rows = (
        Membership.objects.on(at.astimezone(UTC).date())
        .filter(person_id__in=list(person_ids))
        .order_by("-starts_on", "-id")
        .values_list("person_id", "department_id")
    )
    return dict(rows)  # the last of a person's rows counts: the one that began first
