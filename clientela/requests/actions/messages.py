"""Writing down what was said, with what came along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from clientela.kernel.files import store_file
from clientela.kernel.rows import new_keys, write_rows
from clientela.requests.actions.refusals import EmptyMessageError, MessageTooLargeError
from clientela.requests.models import Attachment, Message, Request
from clientela.requests.rules import storable, storable_line, without_keys


@dataclass(frozen=True)
class IncomingFile:
    """A file that comes with a message, as a door hands it in. The name is what the sender called it."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""  # the name by which the mail's HTML shows it in place, without brackets


@dataclass(frozen=True)
class MessageToWrite:
    """A message as it is to be written on a request; see `write_messages`."""

    request_id: int
    kind: str
    author_id: int | None
    channel: str
    language: str
    text: str
    attachments: Sequence[IncomingFile] = ()
    message_id: str = ""
    quoted: str = ""
    signature: str = ""
    html: str = ""
    pk: int | None = None


def new_id(model: type[Request | Message]) -> int:
    """The next key of a table, taken before the row is written: the reference and the Message-ID are made of it."""
    return new_keys(model, 1)[0]


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
    signature: str = "",
    html: str = "",
    pk: int | None = None,
) -> Message:
    """Write one message and its attachments; see `write_messages`."""
    message = MessageToWrite(
        request_id=request.pk,
        kind=kind,
        author_id=author_id,
        channel=channel,
        language=language,
        text=text,
        attachments=attachments,
        message_id=message_id,
        quoted=quoted,
        signature=signature,
        html=html,
        pk=pk,
    )
    return write_messages([message], at=at)[0]


def write_messages(messages: Sequence[MessageToWrite], *, at: datetime) -> list[Message]:
    """Write messages and their attachments; the files are stored before the rows that name them. Two statements.

    The keys in links of our letters, which customers quote, are left out: agents read this, and would hold them too.
    """
    for message in messages:
        require_fitting(message.text, message.attachments)
    rows = [
        Message(
            pk=message.pk,
            request_id=message.request_id,
            kind=message.kind,
            author_id=message.author_id,
            channel=message.channel,
            language=message.language[:8],
            text=without_keys(storable(message.text)),
            quoted=without_keys(storable(message.quoted)),
            signature=without_keys(storable(message.signature)),
            html=without_keys(storable(message.html)),
            message_id=storable_line(message.message_id, 998),
            at=at,
        )
        for message in messages
    ]
    write_rows(rows)
    files = [
        _attachment(row, file) for row, message in zip(rows, messages, strict=True) for file in message.attachments
    ]
    write_rows(files)
    return rows


def _attachment(message: Message, file: IncomingFile) -> Attachment:
    stored = store_file(file.content)
    return Attachment(
        message_id=message.pk,
        name=storable_line(file.name.replace("/", "_").replace("\\", "_"), 255) or "file",
        media_type=storable_line(file.media_type, 120).lower() or "application/octet-stream",
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        content_id=storable_line(file.content_id, 250),
    )
