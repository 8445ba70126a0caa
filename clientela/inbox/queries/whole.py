"""One mail of a conversation as it came, whole: what the cutting of quotes left out is one click away."""

from dataclasses import dataclass
from datetime import datetime

from clientela.directory.policies import Viewer
from clientela.inbox.models import RawMessage
from clientela.inbox.reading.headers import Address
from clientela.inbox.reading.read import UnreadableMessage, read_message
from clientela.kernel.policies import HiddenError
from clientela.requests import queries as asked

LONGEST_WHOLE = 1_000_000  # signs; more than anybody reads on a page


@dataclass(frozen=True)
class WholeMail:
    """A mail with everything it says. `sent_at` is by the sender's clock; addresses as "Name <address>"."""

    message_id: int
    received_at: datetime
    sent_at: datetime | None
    subject: str
    from_whom: str
    reply_to: tuple[str, ...]
    to: tuple[str, ...]
    copied: tuple[str, ...]
    text: str


def whole_mail(viewer: Viewer, message_id: int) -> WholeMail:
    """Read a mail anew from its bytes, for whoever may read its message. Three statements at most.

    Raises HiddenError for everybody else, and for a message that did not come by mail.
    """
    asked.require_message_read(viewer, message_id)
    row = RawMessage.objects.filter(message=message_id).first()
    if row is None:
        raise HiddenError(f"Message {message_id} did not come by mail.")
    content = bytes(row.content)
    try:
        mail = read_message(content)
    except UnreadableMessage:
        # It was read once, or there would be no message: an older version took it. Its bytes are shown as they are.
        return WholeMail(
            message_id=message_id,
            received_at=row.received_at,
            sent_at=None,
            subject=row.subject,
            from_whom=row.from_address,
            reply_to=(),
            to=tuple(row.envelope_to),
            copied=(),
            text=content.decode("utf-8", "replace").replace("\0", "")[:LONGEST_WHOLE],
        )
    return WholeMail(
        message_id=message_id,
        received_at=row.received_at,
        sent_at=mail.date,
        subject=mail.subject,
        from_whom=_named(mail.from_name, mail.from_address),
        reply_to=tuple(map(_told, mail.reply_to)),
        to=tuple(map(_told, mail.to)),
        copied=tuple(map(_told, mail.cc)),
        text=mail.text[:LONGEST_WHOLE],
    )


def _told(address: Address) -> str:
    return _named(address.name, address.address)


def _named(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address else name or address
