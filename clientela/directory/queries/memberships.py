"""Who works where, for the administrator who keeps it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from clientela.directory import rules
from clientela.directory.models import Membership
from clientela.directory.policies import Viewer, may_manage_directory
from clientela.kernel.policies import require


@dataclass(frozen=True)
class Member:
    """Somebody who works in a department today, or will; both days included."""

    membership_id: int
    person_id: int
    name: str
    role: str
    starts_on: date
    ends_on: date | None


def members_of(viewer: Viewer, *, at: datetime) -> dict[int, tuple[Member, ...]]:
    """The members of each department that has any, heads first, then by name. One statement.

    Those who have left are not among them. Raises NotAllowedError for everybody but administrators.
    """
    require(may_manage_directory(viewer))
    today = rules.day_in_zone(at, viewer.zone)
    rows = (
        Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        .order_by("role", "person__party__name_key", "id")  # "head" sorts before "member"
        .values_list("department_id", "id", "person_id", "person__party__name", "role", "starts_on", "ends_on")
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Member(*row[1:]))
    return {department_id: tuple(members) for department_id, members in found.items()}
