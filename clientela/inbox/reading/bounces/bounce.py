"""The shape of what a bounce says of one recipient."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class BounceReason(StrEnum):
    """Why a letter did not arrive, by what can be done about it."""

    NOBODY_THERE = "nobody_there"  # no such person or mailbox, or they moved: ask for another address
    NO_SUCH_PLACE = "no_such_place"  # no such domain, or one that takes no mail: the address is misspelt
    MAILBOX_FULL = "mailbox_full"  # later, or by another way
    ACCOUNT_CLOSED = "account_closed"  # switched off, suspended, inactive: perhaps for a while
    NOT_IN_TIME = "not_in_time"  # their server was not reached, or not in time: later
    SENDER_REFUSED = "sender_refused"  # they do not take mail from our server or our domain: our administrator
    REFUSED = "refused"  # the recipient or their filter takes no mail from us: by another way
    CONTENT_REFUSED = "content_refused"  # too large, spam, a virus, a file they do not take: write it otherwise
    SERVER_FAULT = "server_fault"  # something is broken there, or in between
    UNCLEAR = "unclear"  # it does not say


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient that was not reached (or not yet).

    `recipient` is empty when the bounce does not name them. `status` as in RFC 3463 ("5.1.1"); where the bounce gives
    none, "4.0.0" or "5.0.0" for passing or permanent. `reply_code` of three digits or empty. `hard`: writing to this
    address again will never work; a soft bounce never stops us from trying again. `is_passing`: it may get through by
    itself. `said` what the server said, one line. `message_id` of the letter that bounced, without angle brackets, or
    empty. `action` as reported ("failed", "delayed") or empty.
    """

    recipient: str
    status: str
    reply_code: str
    reason: BounceReason
    hard: bool
    said: str = ""
    action: str = ""
    message_id: str = ""

    @property
    def is_passing(self) -> bool:
        """May it still arrive, or arrive when tried again?"""
        return self.status.startswith("4")

    def as_json(self) -> dict[str, Any]:
        """As kept in `RawMessage.details` and told by `clientela receive --json`."""
        return {
            "recipient": self.recipient,
            "status": self.status,
            "reply_code": self.reply_code,
            "reason": self.reason.value,
            "hard": self.hard,
        }
