"""The raw thing first: a message is kept byte for byte before anybody tries to understand it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection

# Whoever understands mail listens here, and is called when something was stored for them.
MAIL_CHANNEL = "clientela_mail"
LONGEST_ADDRESS = 320
LONGEST_PEER = 45
# Safely stored means on the disk, also on a server that somebody has told not to wait for it; what a statement sets so
# holds until its transaction has committed. One call is heard for any number of them in a transaction.
_STORE = """
INSERT INTO inbox_rawmessage (
    received_at, came_by, peer, envelope_from, envelope_to, content, sha256, size_bytes, is_taken_over,
    outcome, reason, mail_id, from_address, subject
)
VALUES {rows}
RETURNING id,
    CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
        THEN set_config('synchronous_commit', 'on', true) END,
    CASE WHEN came_by <> 'file' THEN pg_notify('{channel}', '')::text END
""".replace("{channel}", MAIL_CHANNEL)
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', '', '', '')"


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


def store_raw_messages(items: Sequence[IncomingMail]) -> list[int]:
    """Keep messages exactly as they came, all of them or none; return their ids in the same order. One statement.

    Once this has committed, nothing can lose them any more: whoever handed them over may be told so, not before. By
    itself it commits when it returns; inside the caller's transaction, with that. Who understands mail is called at the
    commit (`MAIL_CHANNEL`), except for mail from files, whose reader understands it.
    """
    if not items:
        return []
    values = [value for item in items for value in _values_of(item)]
    with connection.cursor() as cursor:
        cursor.execute(_STORE.format(rows=", ".join([_ROW] * len(items))), values)
        return [raw_id for raw_id, *_ in cursor.fetchall()]


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


def _values_of(item: IncomingMail) -> tuple[Any, ...]:
    return (
        item.received_at,
        item.came_by,
        item.peer[:LONGEST_PEER],
        _storable(item.envelope_from),
        [_storable(address) for address in item.envelope_to],
        item.content,
        sha256(item.content).hexdigest(),
        len(item.content),
        item.is_taken_over,
    )


def _storable(address: str) -> str:
    return address.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:LONGEST_ADDRESS]
