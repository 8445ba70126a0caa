"""Files that came with messages, and the HTML of a mail: served apart, never as a page of ours."""

import re
from dataclasses import dataclass

from django.db.models import Q

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.requests.models import Attachment, Dependency, Message, Request
from clientela.requests.policies import Access, access_to, readable_by, sees_everything

# The HTML was cleaned when it came in, so every attribute stands in double quotes.
_PICTURE_ELSEWHERE = re.compile(r'<img\b[^<>]*\bsrc="https?:', re.IGNORECASE)


@dataclass(frozen=True)
class AttachmentToDownload:
    """A file to hand out as a download, never shown in place. Its bytes are in the file store, by sha256."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str


def attachment_to_download(viewer: Viewer, attachment_id: int) -> AttachmentToDownload:
    """The file, for whoever may read its message. Two statements at most. Raises HiddenError for everybody else."""
    attachment = Attachment.objects.filter(pk=attachment_id).select_related("message", "message__request").first()
    if attachment is None:
        raise HiddenError(f"There is no attachment {attachment_id}.")
    _require_readable(viewer, attachment.message)
    return AttachmentToDownload(attachment.name, attachment.media_type, attachment.size_bytes, attachment.sha256)


@dataclass(frozen=True)
class InlineFile:
    """A file that a mail's HTML shows in place as `cid:<content_id>`. Its bytes are in the file store, by sha256."""

    content_id: str
    size_bytes: int
    sha256: str


def inline_files(message_id: int) -> list[InlineFile]:
    """The files a mail's HTML may show in place. One statement; for who has been found to read the message."""
    rows = Attachment.objects.filter(~Q(content_id=""), message=message_id).order_by("pk")
    return [InlineFile(row.content_id, row.size_bytes, row.sha256) for row in rows]


def require_message_read(viewer: Viewer, message_id: int) -> None:
    """Raise HiddenError unless the viewer may read the message. Two statements at most."""
    _readable_message(viewer, message_id)


@dataclass(frozen=True)
class MessageShown:
    """What a page of one message needs beside its words."""

    id: int
    reference: str  # of its request
    language: str
    has_html: bool
    has_pictures_elsewhere: bool


def message_shown(viewer: Viewer, message_id: int) -> MessageShown:
    """One message, for whoever may read it. Two statements at most. Raises HiddenError for everybody else."""
    message = _readable_message(viewer, message_id)
    return MessageShown(
        id=message.pk,
        reference=message.request.reference,
        language=message.language,
        has_html=bool(message.html),
        has_pictures_elsewhere=names_pictures_elsewhere(message.html),
    )


def message_html(viewer: Viewer, message_id: int) -> str:
    """The sanitised HTML of a mail, for a sandboxed frame only. Raises HiddenError, also when it came without HTML."""
    message = Message.objects.filter(~Q(html=""), pk=message_id).select_related("request").first()
    if message is None:
        raise HiddenError(f"There is no HTML of message {message_id}.")
    _require_readable(viewer, message)
    return message.html


def _readable_message(viewer: Viewer, message_id: int) -> Message:
    message = Message.objects.filter(pk=message_id).select_related("request").first()
    if message is None:
        raise HiddenError(f"There is no message {message_id}.")
    _require_readable(viewer, message)
    return message


def names_pictures_elsewhere(html: str) -> bool:
    """Whether the HTML of a mail names pictures that lie with others, who would learn that it is read."""
    return _PICTURE_ELSEWHERE.search(html) is not None


def _require_readable(viewer: Viewer, message: Message) -> None:
    """Notes are read by those who see the request whole; the rest by its customer too."""
    parents = (
        ()
        if sees_everything(viewer)
        else Dependency.objects.filter(needed=message.request_id).values_list("waiting__provider_id", flat=True)
    )
    access = access_to(viewer, message.request, parent_provider_ids=parents)
    public = message.kind in {Message.Kind.FROM_CUSTOMER, Message.Kind.TO_CUSTOMER}
    if access is Access.FULL or (access is Access.CUSTOMER and public):
        return
    if message.request.merged_into_id is not None and public:
        # What was said on a merged request is read by whoever reads the one it went into.
        into = Request.objects.filter(readable_by(viewer), pk=message.request.merged_into_id)
        if into.exists():
            return
    raise HiddenError(f"There is no message {message.pk} for this viewer.")
