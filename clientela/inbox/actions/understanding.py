"""Understanding a stored message: read it, ask what is known of it, decide, act.

All in one transaction that holds the stored message's row, so a message is understood once however many workers try.
What cannot be understood is put aside with the reason, and can be tried again.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import override

from clientela.directory.policies import Viewer
from clientela.inbox.actions.acting import act
from clientela.inbox.actions.putting_aside import tell_sender
from clientela.inbox.actions.todos import Todo, Understood
from clientela.inbox.models import RawMessage
from clientela.inbox.policies import may_handle_mail
from clientela.inbox.queries.known import StoredMail, known_about
from clientela.inbox.queries.reasons import WRITTEN_IN
from clientela.inbox.reading.mail import Envelope, House, ReadMail, read_mail
from clientela.inbox.reading.read import UnreadableMessage
from clientela.inbox.rules.deciding import decide
from clientela.inbox.rules.peers import LOOPBACK, is_within
from clientela.kernel.journal import FactToRecord, record, record_many, thing
from clientela.kernel.policies import HiddenError, require
from clientela.requests.actions import StateError

Outcome = RawMessage.Outcome
LONGEST_SUBJECT = 400
LONGEST_REASON = 500
# The columns that understanding fills.
_PLAIN = (
    "pk",
    "understood_at",
    "outcome",
    "reason",
    "mail_id",
    "from_address",
    "subject",
    "tried_count",
    "perhaps_of_id",
    "request_id",
    "message_id",
)
_JSON = ("trust", "details")
_WRITE_DOWN = """
UPDATE inbox_rawmessage AS raw
SET understood_at = done.understood_at, outcome = done.outcome, reason = done.reason, mail_id = done.mail_id,
    from_address = done.from_address, subject = done.subject, tried_count = done.tried_count,
    perhaps_of_id = done.perhaps_of_id, request_id = done.request_id, message_id = done.message_id,
    trust = done.trust::jsonb, details = done.details::jsonb
FROM unnest(
    %(pk)s::bigint[], %(understood_at)s::timestamptz[], %(outcome)s::text[], %(reason)s::text[], %(mail_id)s::text[],
    %(from_address)s::text[], %(subject)s::text[], %(tried_count)s::smallint[], %(perhaps_of_id)s::bigint[],
    %(request_id)s::bigint[], %(message_id)s::bigint[], %(trust)s::text[], %(details)s::text[]
) AS done (
    id, understood_at, outcome, reason, mail_id, from_address, subject, tried_count, perhaps_of_id, request_id,
    message_id, trust, details
)
WHERE raw.id = done.id
"""
# Only these ways tell who handed a mail over; a file has no envelope.
WITH_ENVELOPE = frozenset({RawMessage.CameBy.SMTP, RawMessage.CameBy.LMTP, RawMessage.CameBy.PIPE})


@transaction.atomic
def understand_message(*, at: datetime, raw_id: int) -> Understood | None:
    """Understand a stored message and act on it. None if it has been understood already, or another worker is at it.

    Whatever the message is, it ends with an outcome and a reason: nothing raises but a fault of our own, and then the
    message stays as it is, to be tried again.
    """
    # A second worker skips the row that this one holds, and finds it understood when it looks again.
    raw = RawMessage.objects.select_for_update(skip_locked=True).filter(pk=raw_id, understood_at=None).first()
    return None if raw is None else _understand(raw, at=at)


def quarantine_message(*, at: datetime, raw_id: int, reason: str) -> Understood:
    """Put a message aside that a fault of ours could not understand, so that it does not block the others."""
    with transaction.atomic():
        raw = RawMessage.objects.select_for_update().get(pk=raw_id)
        tell_sender(raw, _read_if_possible(raw), at=at)
        return _ended(raw, Understood(Outcome.QUARANTINED, reason), at=at)


@transaction.atomic
def understand_again(*, by: Viewer, at: datetime, raw_id: int) -> Understood:
    """Try a message again that was put aside. Raises HiddenError if it was not."""
    require(may_handle_mail(by))
    raw = RawMessage.objects.select_for_update().filter(pk=raw_id, outcome=Outcome.QUARANTINED).first()
    if raw is None:
        raise HiddenError
    RawMessage.objects.filter(pk=raw_id).update(understood_at=None, outcome="", reason="")
    record(verb="mail_tried_again", by=by.person_id, at=at, about=[thing("mail", raw_id)])
    # Why is written down in one language, whoever tries it; each reads it in their own.
    with override(WRITTEN_IN):
        understood = understand_message(at=at, raw_id=raw_id)
    if understood is None:
        raise HiddenError
    return understood


def note_failed_try(*, raw_ids: Sequence[int]) -> dict[int, int]:
    """Note that messages were tried in vain: they are tried alone from now on. Return how often, by message."""
    waiting = RawMessage.objects.filter(pk__in=raw_ids, understood_at__isnull=True)
    waiting.update(tried_count=F("tried_count") + 1)
    return dict(waiting.order_by("pk").values_list("pk", "tried_count"))


def house(*, was_checked: bool = True) -> House:
    """What a reader must know of this installation; `was_checked`: no stranger handed the mail straight to us."""
    checkers = tuple(settings.TRUSTED_CHECKERS) if was_checked else ()
    return House(own_domains=(settings.MAIL_DOMAIN,), trusted_checkers=checkers)


def read_stored(raw: RawMessage) -> ReadMail:
    """Read a stored message. Raises `UnreadableMessage`."""
    sender = raw.envelope_from if raw.came_by in WITH_ENVELOPE else None
    envelope = Envelope(sender=sender, recipients=tuple(raw.envelope_to))
    return read_mail(bytes(raw.content), envelope=envelope, house=house(was_checked=_was_checked(raw)))


def _was_checked(raw: RawMessage) -> bool:
    """Whether the mail came by way of ourselves or a mail server of ours.

    Whoever speaks SMTP with us directly may write a trusted checker's name above their mail, and no checker of ours has
    taken it away: there nobody's word is taken.
    """
    return raw.came_by != RawMessage.CameBy.SMTP or is_within(raw.peer, (*LOOPBACK, *settings.MAIL_RELAYS))


def _read_if_possible(raw: RawMessage) -> ReadMail | None:
    try:
        return read_stored(raw)
    except Exception:  # noqa: BLE001 - reading may be the very fault for which the mail is put aside
        return None


def note_reading(raw: RawMessage, mail: ReadMail) -> None:
    """Note on a stored message what was read of it; writing the row down is the caller's."""
    raw.mail_id = mail.mail_id
    raw.from_address = mail.address
    raw.subject = mail.read.subject[:LONGEST_SUBJECT]
    raw.details = dict(mail.details())
    raw.trust = mail.trust.as_json()


def turn_of(mail: ReadMail, raw: RawMessage) -> str:
    """Name the turn in which copies of one mail, which came by two ways, are understood one after the other."""
    return f"mail:{mail.mail_id or raw.sha256}"


def put_aside_unread(raw: RawMessage, error: UnreadableMessage, *, at: datetime) -> Understood:
    """What came of bytes that are no mail. Whoever handed them over is told, if that was said."""
    tell_sender(raw, None, at=at)
    return Understood(Outcome.QUARANTINED, str(error))


def write_down(ended: Sequence[tuple[RawMessage, Understood]], *, at: datetime) -> None:
    """Write down what came of messages, and the facts. Two statements."""
    if not ended:
        return
    for raw, understood in ended:
        raw.understood_at = at
        raw.outcome = str(understood.outcome)
        raw.reason = understood.reason[:LONGEST_REASON]
        raw.tried_count += 1
    rows = [raw for raw, _understood in ended]
    values: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in _PLAIN}
    values |= {name: [json.dumps(getattr(row, name)) for row in rows] for name in _JSON}
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_DOWN, values)
    record_many([_fact_of(row, at=at) for row in rows])


def _fact_of(raw: RawMessage, *, at: datetime) -> FactToRecord:
    about = [thing("mail", raw.pk)]
    if raw.request_id is not None:
        about.append(thing("request", raw.request_id))
    return FactToRecord("mail_understood", None, at, about, {"outcome": str(raw.outcome)})


def _understand(raw: RawMessage, *, at: datetime) -> Understood:
    try:
        mail = read_stored(raw)
    except UnreadableMessage as error:
        return _ended(raw, put_aside_unread(raw, error, at=at), at=at)
    note_reading(raw, mail)
    _take_turn(mail, raw)
    stored = StoredMail(raw, mail)
    try:
        understood = act(_decided(stored, at=at), at=at, is_last_try=False)
    except StateError:
        # Between the look and the act somebody merged, closed or cancelled the request: it is held now, so look again.
        understood = act(_decided(stored, at=at), at=at)
    return _ended(raw, understood, at=at)


def _decided(stored: StoredMail, *, at: datetime) -> Todo:
    (known,) = known_about([stored], at=at)
    return Todo(stored, known, decide(stored.mail, known))


def _take_turn(mail: ReadMail, raw: RawMessage) -> None:
    """Wait until nobody else understands a copy of this mail.

    Without it two workers would both find that nobody knows the mail yet, and open two requests. The lock ends with
    the transaction, so the second one sees what the first has committed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn_of(mail, raw)])


def _ended(raw: RawMessage, understood: Understood, *, at: datetime) -> Understood:
    write_down([(raw, understood)], at=at)
    return understood
