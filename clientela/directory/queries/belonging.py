"""Which department stands above which, and where people work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery

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


def main_department_on(day: OuterRef, *, person: OuterRef) -> Subquery:
    """Give, within a statement, the department where a person worked on a day; of several the one joined first."""
    worked = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), person=person, starts_on__lte=day)
    return Subquery(worked.order_by("starts_on", "pk").values("department_id")[:1])


def main_departments_of(person_ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """Return for each employee the department they have worked in longest, as of the day `at` in UTC. One statement."""
    rows = (
        Membership.objects.on(at.astimezone(UTC).date())
        .filter(person_id__in=list(person_ids))
        .order_by("-starts_on", "-id")
        .values_list("person_id", "department_id")
    )
    return dict(rows)  # the last of a person's rows counts: the one that began first


@dataclass(frozen=True)
class WorkSpan:
    """A person works in a department from a day to a day, both included; in the zone where the person is."""

    department_id: int
    person_id: int
    zone: str
    starts_on: date
    ends_on: date | None


def work_spans(department_ids: Collection[int], *, since: datetime, until: datetime) -> list[WorkSpan]:
    """Return who worked in the departments on any day between two moments (days in UTC). One statement."""
    rows = (
        Membership.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=since.astimezone(UTC).date()),
            starts_on__lte=until.astimezone(UTC).date(),
            department_id__in=list(department_ids),
        )
        .order_by("department_id", "person_id", "starts_on")
        .values_list("department_id", "person_id", "person__party__zone", "starts_on", "ends_on")
    )
    return [WorkSpan(*row) for row in rows]


def people_by_department(*, at: datetime) -> dict[int, int]:
    """Return how many people work in each department that has any, on the day of `at` in UTC. One statement.

    Who works in two departments counts in both.
    """
    rows = Membership.objects.on(at.astimezone(UTC).date()).order_by().values_list("department_id")
    return dict(rows.annotate(people=Count("person_id", distinct=True)))
