"""What this context hands to analytics: rows of plain values, never model instances."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from clientela.requests.models import Request

ROWS_A_FETCH = 2000


@dataclass(frozen=True)
class AskedRow:
    """One request: who was asked by whom, and when it was resolved. Moments are in UTC."""

    request_id: int
    provider_id: int
    customer_id: int
    customer_kind: str  # person, department, organisation
    side: str  # inside, outside
    opened_at: datetime
    resolved_at: datetime | None


def asked_between(since: datetime, until: datetime) -> Iterator[AskedRow]:
    """Give every request opened in [since, until) and not cancelled, oldest first, without holding them all."""
    rows = (
        Request.objects.filter(opened_at__gte=since, opened_at__lt=until)
        .exclude(state=Request.State.CANCELLED)
        .order_by("opened_at", "id")
        .values_list("id", "provider_id", "customer_id", "customer__kind", "side", "opened_at", "resolved_at")
    )
    for row in rows.iterator(chunk_size=ROWS_A_FETCH):
        yield AskedRow(*row)
