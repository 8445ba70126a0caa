"""What came in, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from clientela.directory.policies import Viewer
from clientela.inbox.models import RawMessage
from clientela.inbox.policies import may_handle_mail
from clientela.inbox.queries.reasons import reason_in_their_language
from clientela.inbox.queries.shown import (
    BounceSeen,
    TrustSeen,
    automatic_seen,
    bounces_seen,
    defects_seen,
    trust_seen,
)
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.policies import HiddenError, require_seen
from clientela.requests import queries as asked
from clientela.requests.queries import RequestNamed

LEFT_BEHIND = timedelta(minutes=1)
PAGE = 50
WAITING = "waiting"  # asked for like an outcome: what nobody has understood yet
MOST_COUNTED = 100  # more than that is "many" on a page


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
    tried_count: int


@dataclass(frozen=True)
class ReceivedMailPage:
    """A page of what came in, newest first; `older` is the place to go on from."""

    mails: tuple[ReceivedMail, ...]
    older: tuple[datetime, int] | None
    quarantined_count: int


@dataclass(frozen=True)
class ReceivedMailSeen:
    """One message with everything but its text. `request` only where the viewer may read it; `mail_id` no brackets.

    `sender_was_told`: it was put aside, and a letter told its sender that a person will look at it.
    """

    mail: ReceivedMail
    envelope_from: str
    envelope_to: tuple[str, ...]
    peer: str
    sha256: str
    mail_id: str
    understood_at: datetime | None
    request: RequestNamed | None
    perhaps_of: RequestNamed | None
    trust: TrustSeen | None
    automatic: str
    because: str
    bounces: tuple[BounceSeen, ...]
    defects: tuple[str, ...]
    sender_was_told: bool


def messages_to_understand(*, before: datetime, limit: int = 200) -> list[int]:
    """Return stored messages that nobody has understood for a minute, oldest first."""
    rows = RawMessage.objects.filter(understood_at__isnull=True, received_at__lte=before - LEFT_BEHIND)
    return list(rows.order_by("received_at", "pk").values_list("pk", flat=True)[:limit])


def has_waited(raw_id: int, *, since: datetime) -> bool:
    """Whether a stored message has waited to be understood since that moment or longer. One statement."""
    return RawMessage.objects.filter(pk=raw_id, understood_at__isnull=True, received_at__lte=since).exists()


def put_aside_count(viewer: Viewer) -> int:
    """How many messages are put aside, at most 100; 0 for who does not look after the mail. At most one statement."""
    return _count_put_aside() if may_handle_mail(viewer) else 0


def received_mail(
    viewer: Viewer,
    *,
    outcome: str = "",
    search: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> ReceivedMailPage:
    """Return a page of what came in. Two statements. Raises HiddenError for who does not look after the mail.

    `search`: a part of the sender's address or of the subject, or a request's reference.
    """
    require_seen(may_handle_mail(viewer))
    rows = _found(RawMessage.objects.select_related("request").defer("content"), search.strip())
    if outcome == WAITING:
        rows = rows.filter(understood_at__isnull=True)
    elif outcome:
        rows = rows.filter(outcome=outcome)
    if before is not None:
        at, last = before
        rows = rows.filter(received_at__lte=at).exclude(received_at=at, pk__gte=last)
    found = list(rows.order_by("-received_at", "-pk")[: limit + 1])
    shown = found[:limit]
    return ReceivedMailPage(
        mails=tuple(_received(row) for row in shown),
        older=(shown[-1].received_at, shown[-1].pk) if len(found) > limit else None,
        quarantined_count=_count_put_aside(),
    )


def received_mail_seen(viewer: Viewer, raw_id: int) -> ReceivedMailSeen:
    """Return one message as it stands. Two statements at most. Raises HiddenError for who does not look after mail."""
    require_seen(may_handle_mail(viewer))
    row = RawMessage.objects.select_related("request").defer("content").filter(pk=raw_id).first()
    if row is None:
        raise HiddenError(f"There is no message {raw_id}.")
    wanted = {number for number in (row.request_id, row.perhaps_of_id) if number is not None}
    named = asked.requests_named(viewer, wanted)
    automatic, because = automatic_seen(row.details)
    return ReceivedMailSeen(
        mail=_received(row),
        envelope_from=row.envelope_from,
        envelope_to=tuple(row.envelope_to),
        peer=row.peer,
        sha256=row.sha256,
        mail_id=row.mail_id,
        understood_at=row.understood_at,
        request=named.get(row.request_id or 0),
        perhaps_of=named.get(row.perhaps_of_id or 0),
        trust=trust_seen(row.trust),
        automatic=automatic,
        because=because,
        bounces=bounces_seen(row.details),
        defects=defects_seen(row.details),
        sender_was_told=row.details.get("sender_was_told") is True,
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


def _found(rows: QuerySet[RawMessage], search: str) -> QuerySet[RawMessage]:
    if not search:
        return rows
    reference = normal_reference(search)
    if reference:
        return rows.filter(request__reference=reference)
    said = search.replace("\0", "")
    return rows.filter(Q(from_address__icontains=said) | Q(subject__icontains=said) | Q(mail_id=said.strip("<>")))


def _count_put_aside() -> int:
    return RawMessage.objects.filter(outcome=RawMessage.Outcome.QUARANTINED)[:MOST_COUNTED].count()


def _received(row: RawMessage) -> ReceivedMail:
    return ReceivedMail(
        id=row.pk,
        received_at=row.received_at,
        came_by=row.came_by,
        from_address=row.from_address or row.envelope_from,
        subject=row.subject,
        size_bytes=row.size_bytes,
        outcome=row.outcome,
        reason=reason_in_their_language(row.reason),
        reference=row.request.reference if row.request is not None else "",
        tried_count=row.tried_count,
    )
