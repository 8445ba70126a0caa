"""What was kept of what mails said, for comparing it with what they say when they are read again."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from clientela.requests.models import Attachment, Message


@dataclass(frozen=True)
class SaidByMail:
    """The words of a message as they were kept, the hashes of its files in their order, and where it goes on now."""

    text: str
    quoted: str
    signature: str
    sha256s: tuple[str, ...]
    kind: str  # as in Message.Kind


def said_by_mails(message_ids: Collection[int]) -> dict[int, SaidByMail]:
    """What was kept of these messages, by their row ids. Two statements."""
    files: dict[int, list[str]] = defaultdict(list)
    for message_id, sha256 in (
        Attachment.objects.filter(message__in=message_ids).order_by("pk").values_list("message_id", "sha256")
    ):
        files[message_id].append(sha256)
    rows = Message.objects.filter(pk__in=message_ids).values_list("pk", "text", "quoted", "signature", "kind")
    return {
        pk: SaidByMail(text, quoted, signature, tuple(files[pk]), kind) for pk, text, quoted, signature, kind in rows
    }
