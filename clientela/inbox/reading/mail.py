"""All that can be known of a mail from its bytes and its envelope alone: the steps of reading, one after another.

Each step is a pure function of what the ones before it found. Nothing here asks the database or the clock, so a stored
message can be read again at any time, by any later version, and the two readings compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clientela.inbox.reading.bounces import Bounce, bounces_of
from clientela.inbox.reading.classify import Classification, classify
from clientela.inbox.reading.forwards import Forwarded, forwarded_from
from clientela.inbox.reading.invitations import Invitation, invitation_of
from clientela.inbox.reading.protection import Protection, protection_of
from clientela.inbox.reading.quotes import cut_quotes
from clientela.inbox.reading.read import ReadMessage, read_message
from clientela.inbox.reading.threads import plain_subject, referenced_ids
from clientela.inbox.reading.trust import Trust, trust_of

LONGEST_MAIL_ID_BYTES = 998  # as RFC 5322 lets a line be long
LONGEST_ADDRESS = 320


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was said when the mail was handed over: by whom (None: nobody said, "" the empty sender), and for whom."""

    sender: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """What a reader must know of us: our mail domains, and whose word about a mail's origin we take."""

    own_domains: tuple[str, ...] = ()
    trusted_checkers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail that has been read.

    `said` is what was said this time, `quoted` what it carried along, `signature` what stands below it. `answered` are
    the Message-IDs it answers, in the order to try.
    """

    read: ReadMessage
    envelope: Envelope
    kind: Classification
    said: str
    quoted: str
    signature: str
    answered: tuple[str, ...]
    trust: Trust
    bounces: tuple[Bounce, ...] = ()
    invitation: Invitation | None = None
    forwarded: Forwarded | None = None
    protection: Protection | None = None

    @property
    def mail_id(self) -> str:
        """The Message-ID; "" for one so long that no mail program sent it: the database could not look it up."""
        given = self.read.message_id or ""
        return given if len(given.encode("utf-8", "replace")) <= LONGEST_MAIL_ID_BYTES else ""

    @property
    def address(self) -> str:
        """Who wrote it, by From."""
        return self.read.from_address[:LONGEST_ADDRESS]

    @property
    def title(self) -> str:
        """Its subject without "Re:" and "Fwd:"."""
        return plain_subject(self.read.subject)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address it was sent to: those of the envelope first, then To and Cc."""
        written = (one.address for one in (*self.read.to, *self.read.cc))
        return tuple(dict.fromkeys([*self.envelope.recipients, *written]))

    def details(self) -> Mapping[str, Any]:
        """What is kept of it beside its text, ready for JSON; see `RawMessage.details`."""
        found: dict[str, Any] = {
            "automatic": self.kind.as_json(),
            "bounces": [bounce.as_json() for bounce in self.bounces],
            "invitation": self.invitation.as_json() if self.invitation else {},
            "forwarded_from": self.forwarded.as_json() if self.forwarded else {},
            "protection": self.protection,
            "read_from": "html" if self.read.is_from_html else "",
            "defects": list(self.read.defects),
        }
        return {name: value for name, value in found.items() if value}


def read_mail(raw: bytes, *, envelope: Envelope, house: House) -> ReadMail:
    """Read one mail, step by step. Raises `UnreadableMessage` for bytes that are no mail."""
    message = read_message(raw)
    cut = cut_quotes(message.text)
    kind = classify(message, envelope_sender=envelope.sender, own_domains=house.own_domains)
    bounces = bounces_of(message) if kind.kind == "bounce" else ()
    return ReadMail(
        read=message,
        envelope=envelope,
        kind=kind,
        said=cut.said or message.text,
        quoted=cut.quoted,
        signature=cut.signature or "",
        answered=_answered(message, bounces),
        trust=trust_of(message.headers, house.trusted_checkers),
        bounces=bounces,
        invitation=invitation_of(message),
        forwarded=forwarded_from(message.text, message.html, message.attachments, subject=message.subject)
        if kind.kind == "person"
        else None,
        protection=protection_of(message),
    )


def _answered(message: ReadMessage, bounces: tuple[Bounce, ...]) -> tuple[str, ...]:
    """What the mail answers; a bounce answers the letter that it brings back, whatever its own head says."""
    returned = [bounce.message_id for bounce in bounces if bounce.message_id]
    return tuple(dict.fromkeys([*referenced_ids(message), *returned]))
