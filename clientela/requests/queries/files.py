"""Files that came with messages, and the HTML of a mail: served apart, never as a page of ours."""

from dataclasses import dataclass

from django.db.models import Q

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.requests.models import Attachment, Dependency, Message
from clientela.requests.policies import Access, access_to, sees_everything


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


def message_html(viewer: Viewer, message_id: int) -> str:
    """The sanitised HTML of a mail, for a sandboxed frame only. Raises HiddenError, also when it came without HTML."""
    message = Message.objects.filter(~Q(html=""), pk=message_id).select_related("request").first()
    if message is None:
        raise HiddenError(f"There is no HTML of message {message_id}.")
    _require_readable(viewer, message)
    return message.html


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
    raise HiddenError(f"There is no message {message.pk} for this viewer.")
