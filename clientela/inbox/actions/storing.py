"""The raw thing first: a message is kept byte for byte before anybody tries to understand it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from clientela.inbox.models import RawMessage
from clientela.kernel.rows import write_rows

# Whoever understands mail listens here, and is called when something was stored for them.
MAIL_CHANNEL = "clientela_mail"
LONGEST_ADDRESS = 320
LONGEST_PEER = 45


@dataclass(frozen=True)
class IncomingMail:
    """A message that is to be stored. `came_by`: one of RawMessage.CameBy; `peer`: the IP address that handed it over.

    `envelope_from` is "" for a notice that nobody may answer (MAIL FROM:<>), and when there was no envelope.
    """

    received_at: datetime
    came_by: str
    content: bytes
    envelope_from: str = ""
    envelope_to: tuple[str, ...] = ()
    peer: str = ""
    is_taken_over: bool = False  # from an old mailbox: no letter thanks for it


@transaction.atomic
def store_raw_messages(items: Sequence[IncomingMail]) -> list[int]:
    """Keep messages exactly as they came, all in one transaction; return their ids in the same order.

    Once this has committed, nothing can lose them any more: whoever handed them over may be told so, not before. Who
    understands mail is called at the commit (`MAIL_CHANNEL`), except for mail from files, whose reader understands it.
    """
    rows = [_row_of(item) for item in items]
    write_rows(rows)
    with connection.cursor() as cursor:
        # Safely stored means on the disk, also on a server that somebody has told not to wait for it.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', true) "
            "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        )
        if any(item.came_by != RawMessage.CameBy.FILE for item in items):
            cursor.execute("SELECT pg_notify(%s, '')", [MAIL_CHANNEL])
    return [row.pk for row in rows]


def store_raw_message(
    *,
    at: datetime,
    came_by: str,
    content: bytes,
    envelope_from: str = "",
    envelope_to: Sequence[str] = (),
    peer: str = "",
) -> int:
    """Keep one message exactly as it came, and return its id. See `store_raw_messages`."""
    item = IncomingMail(at, came_by, content, envelope_from, tuple(envelope_to), peer)
    return store_raw_messages([item])[0]


def _row_of(item: IncomingMail) -> RawMessage:
    return RawMessage(
        received_at=item.received_at,
        came_by=item.came_by,
        peer=item.peer[:LONGEST_PEER],
        envelope_from=_storable(item.envelope_from),
        envelope_to=[_storable(address) for address in item.envelope_to],
        content=item.content,
        sha256=sha256(item.content).hexdigest(),
        size_bytes=len(item.content),
        is_taken_over=item.is_taken_over,
    )


def _storable(address: str) -> str:
    return address.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:LONGEST_ADDRESS]
