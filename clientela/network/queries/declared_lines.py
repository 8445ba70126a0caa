"""What owners and administrators declared by hand: who should serve whom."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.policies import require_seen
from clientela.network.models import DeclaredLine
from clientela.network.policies import may_declare_lines, may_see_service_map


@dataclass(frozen=True)
class LineSeen:
    """One line. Days are included; `ends_on` None: no end. `customer` None: customers outside of the `segment`."""

    id: int
    provider: directory.DepartmentCard
    customer: directory.DepartmentCard | None
    segment: str
    what: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class DeclaredLines:
    """Those that hold or will hold, by provider; and the departments to choose from for who may declare."""

    lines: tuple[LineSeen, ...]
    may_declare: bool
    departments: tuple[directory.DepartmentCard, ...]


def declared_lines(viewer: Viewer, *, at: datetime) -> DeclaredLines:
    """Return what is declared from the day of `at` (UTC) on. Two statements. Raises HiddenError."""
    require_seen(may_see_service_map(viewer))
    cards = directory.departments()
    by_id = {card.id: card for card in cards}
    today = at.astimezone(UTC).date()
    rows = DeclaredLine.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today)).order_by(
        "provider__key", "starts_on", "pk"
    )
    return DeclaredLines(
        lines=tuple(
            LineSeen(
                id=row.pk,
                provider=by_id[row.provider_id],
                customer=by_id[row.customer_id] if row.customer_id else None,
                segment=row.segment,
                what=row.what,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
            )
            for row in rows
        ),
        may_declare=bool(may_declare_lines(viewer)),
        departments=tuple(cards),
    )
