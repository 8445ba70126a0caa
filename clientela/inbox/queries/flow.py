"""Whether mail that came in is understood soon."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from clientela.inbox.models import RawMessage

LATE = timedelta(minutes=3)


@dataclass(frozen=True)
class MailFlow:
    """How much waits to be understood, how much of it for too long and since when, and what was put aside."""

    waiting_count: int
    late_count: int
    oldest_late_at: datetime | None
    put_aside_count: int
    newest_reason: str  # why the newest of those was put aside


def mail_flow(at: datetime) -> MailFlow:
    """How mail moves at `at`. Three statements."""
    is_late = Q(received_at__lt=at - LATE)
    waiting = RawMessage.objects.filter(understood_at__isnull=True).aggregate(
        count=Count("pk"), late=Count("pk", filter=is_late), oldest=Min("received_at", filter=is_late)
    )
    aside = RawMessage.objects.filter(outcome=RawMessage.Outcome.QUARANTINED)
    newest = aside.order_by("-received_at", "-pk").values_list("reason", flat=True).first()
    return MailFlow(
        waiting_count=waiting["count"],
        late_count=waiting["late"],
        oldest_late_at=waiting["oldest"],
        put_aside_count=aside.count(),
        newest_reason=newest or "",
    )
