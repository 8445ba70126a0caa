"""What came in, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clientela.directory.policies import Viewer
from clientela.inbox.models import RawMessage
from clientela.inbox.policies import may_handle_mail
from clientela.kernel.policies import HiddenError, require_seen

LEFT_BEHIND = timedelta(minutes=1)
PAGE = 50


@dataclass(frozen=True)
class ReceivedMail:
    """One message in the list of what came in. No text: the administrator does not read people's mail here."""

    id: int
    received_at: datetime
    came_by: str
    from_address: str
    subject: str
    size_bytes: int
    outcome: str  # "" while it waits to be understood
    reason: str
    reference: str


@dataclass(frozen=True)
class ReceivedMailPage:
    """A page of what came in, newest first; `older` is the place to go on from."""

    mails: tuple[ReceivedMail, ...]
    older: tuple[datetime, int] | None
    quarantined_count: int


def messages_to_understand(*, before: datetime, limit: int = 200) -> list[int]:
    """Return stored messages that nobody has understood for a minute, oldest first."""
    rows = RawMessage.objects.filter(understood_at__isnull=True, received_at__lte=before - LEFT_BEHIND)
    return list(rows.order_by("received_at", "pk").values_list("pk", flat=True)[:limit])


def has_waited(raw_id: int, *, since: datetime) -> bool:
    """Whether a stored message has waited to be understood since that moment or longer. One statement."""
    return RawMessage.objects.filter(pk=raw_id, understood_at__isnull=True, received_at__lte=since).exists()


def received_mail(
    viewer: Viewer, *, outcome: str = "", before: tuple[datetime, int] | None = None, limit: int = PAGE
) -> ReceivedMailPage:
    """Return a page of what came in. Two statements. Raises HiddenError for who does not look after the mail."""
    require_seen(may_handle_mail(viewer))
    rows = RawMessage.objects.select_related("request").defer("content").order_by("-received_at", "-pk")
    if outcome:
        rows = rows.filter(outcome=outcome)
    if before is not None:
        at, last = before
        rows = rows.filter(received_at__lte=at).exclude(received_at=at, pk__gte=last)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return ReceivedMailPage(
        mails=tuple(_received(row) for row in shown),
        older=(shown[-1].received_at, shown[-1].pk) if len(found) > limit else None,
        quarantined_count=RawMessage.objects.filter(outcome=RawMessage.Outcome.QUARANTINED).count(),
    )


def raw_message_to_download(viewer: Viewer, raw_id: int) -> bytes:
    """Return a message that was put aside, byte for byte, so that it can be looked into. Others stay closed."""
    require_seen(may_handle_mail(viewer))
    content = (
        RawMessage.objects.filter(pk=raw_id, outcome=RawMessage.Outcome.QUARANTINED).values_list("content").first()
    )
    if content is None:
        raise HiddenError
    return bytes(content[0])


def _received(row: RawMessage) -> ReceivedMail:
    return ReceivedMail(
        id=row.pk,
        received_at=row.received_at,
        came_by=row.came_by,
        from_address=row.from_address or row.envelope_from,
        subject=row.subject,
        size_bytes=row.size_bytes,
        outcome=row.outcome,
        reason=row.reason,
        reference=row.request.reference if row.request is not None else "",
    )
