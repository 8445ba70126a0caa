"""A letter as its author hands it to the post."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

LONGEST_MESSAGE_ID = 900
_MESSAGE_ID = re.compile(r"[!-;=?-~]+")  # printable ASCII without spaces and angle brackets
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class LetterAttachment:
    """A file of `clientela.kernel.files` that goes with a letter."""

    name: str
    media_type: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class QuietHours:
    """A daily window on the reader's clock in `zone`, "18:00" to "08:00" perhaps, in which they want no letters."""

    starts: str
    ends: str
    zone: str


@dataclass(frozen=True)
class LastWord:
    """What a reader's wishes make of a letter that is about to go: held for this reason, or not before that moment."""

    hold_reason: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True)
class LetterDraft:
    """A letter, complete, in the reader's language.

    `kind` says what it is ("reply", "acknowledgement", "closing", "notice"…); those in `mime.AUTOMATIC_KINDS` are
    marked as automatic, so no machine answers them. `message_id`, `in_reply_to` and `references` are without angle
    brackets. `about` names the things it concerns, as in the journal. `by_party_id` is who wrote it, None for the house
    itself: they hear of it when it cannot be delivered. `reply_to` is where answers go; left empty, a letter about a
    request gets the request's own signed address. `priority` is one of Letter.Priority, None: as usual for its kind.
    `quiet_hours` are the windows of its reader in which no try is made, also no later one. `topic` is what it is about
    ("service", "offers", "surveys", "news"; "access", which nobody can refuse): a wish about that reaches it as long as
    it waits.
    """

    kind: str
    to_party_id: int | None
    to_address: str
    to_name: str
    from_address: str
    from_name: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    in_reply_to: str = ""
    references: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[LetterAttachment] = ()
    about: Sequence[str] = ()
    by_party_id: int | None = None
    reply_to: str = ""
    priority: int | None = None
    quiet_hours: Sequence[QuietHours] = ()
    topic: str = "service"


def one_line(text: str) -> str:
    """`text` on one line: line breaks and control characters become a space, so nobody can write a header with them."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def is_usable_message_id(message_id: str) -> bool:
    """Whether this, from a stranger's mail perhaps, can stand between angle brackets in a header."""
    return len(message_id) <= LONGEST_MESSAGE_ID and _MESSAGE_ID.fullmatch(message_id) is not None
