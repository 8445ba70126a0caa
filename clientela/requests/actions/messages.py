"""Writing down what was said, with what came along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from clientela.kernel.files import store_file
from clientela.requests.actions.refusals import EmptyMessageError, MessageTooLargeError
from clientela.requests.models import Attachment, Message, Request
from clientela.requests.rules import storable, storable_line, without_keys


@dataclass(frozen=True)
class IncomingFile:
    """A file that comes with a message, as a door hands it in. The name is what the sender called it."""

    name: str
    media_type: str
    content: bytes


def new_id(model: type[Request | Message]) -> int:
    """The next key of a table, taken before the row is written: the reference and the Message-ID are made of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])  # noqa: SLF001 - Django's name for the table
        return int(cursor.fetchone()[0])


def require_fitting(text: str, attachments: Sequence[IncomingFile]) -> None:
    """Raise MessageTooLargeError when a message and its files are larger than the setting allows."""
    size = len(text.encode("utf-8", "replace")) + sum(len(file.content) for file in attachments)
    if size > settings.MESSAGE_LIMIT_BYTES:
        raise MessageTooLargeError(
            _("The message and its files are %(size)s together; %(limit)s is the most. Send fewer or smaller files.")
            % {"size": filesizeformat(size), "limit": filesizeformat(settings.MESSAGE_LIMIT_BYTES)}
        )


def require_words(text: str, attachments: Sequence[IncomingFile]) -> None:
    """Raise EmptyMessageError when there is neither a word nor a file."""
    if not text.strip() and not attachments:
        raise EmptyMessageError(_("There is nothing to send yet. Write a few words first."))


def write_message(
    request: Request,
    *,
    kind: str,
    author_id: int | None,
    channel: str,
    language: str,
    text: str,
    at: datetime,
    attachments: Sequence[IncomingFile] = (),
    message_id: str = "",
    quoted: str = "",
    html: str = "",
    pk: int | None = None,
) -> Message:
    """Write the message and its attachments; the files are stored before the rows that name them.

    The keys in links of our letters, which customers quote, are left out: agents read this, and would hold them too.
    """
    require_fitting(text, attachments)
    message = Message(
        pk=pk,
        request_id=request.pk,
        kind=kind,
        author_id=author_id,
        channel=channel,
        language=language[:8],
        text=without_keys(storable(text)),
        quoted=without_keys(storable(quoted)),
        html=without_keys(storable(html)),
        message_id=storable_line(message_id, 998),
        at=at,
    )
    message.save(force_insert=True)
    Attachment.objects.bulk_create([_attachment(message, file) for file in attachments])
    return message


def _attachment(message: Message, file: IncomingFile) -> Attachment:
    stored = store_file(file.content)
    return Attachment(
        message_id=message.pk,
        name=storable_line(file.name.replace("/", "_").replace("\\", "_"), 255) or "file",
        media_type=storable_line(file.media_type, 120).lower() or "application/octet-stream",
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
    )
