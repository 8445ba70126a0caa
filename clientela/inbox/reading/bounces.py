"""What a bounce says: who was not reached, for how long, and which letter it was.

The report of RFC 3464 first, then what the servers said in words. Hard means that writing to this address again is
useless (nobody there, no such place, moved); all the rest is soft, or unknown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clientela.inbox.reading.characters import clean_text, decode_text
from clientela.inbox.reading.headers import addresses, message_ids
from clientela.inbox.reading.read import ReadMessage

READ_FOR_WORDS = 50_000
LONGEST_REASON = 500
MOST_FAILURES = 500

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ :-](?!\d+\.\d+\.\d+\.\d)|$)")
_CODE_AND_STATUS = re.compile(r"(?<!\d)([45]\d\d)[ -]#?([45]\.\d{1,2}\.\d{1,3})(?!\d)")
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]*):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_NAMED_RECIPIENT = re.compile(
    r"^[ \t>]*(?:(?:final|original)-recipient\s*:\s*rfc822\s*;|<?(?:to|recipient|rcpt to|address)\s*:)?[ \t<]*"
    r"([^\s<>:;,()\[\]\"']+@[^\s<>:;,()\[\]\"']+\.[a-z]{2,})",
    re.IGNORECASE | re.MULTILINE,
)
_RETURNED_ID = re.compile(r"^[ \t>]*Message-ID:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)

_NOBODY_THERE = re.compile(
    r"user\s+(?:is\s+)?unknown|unknown\s+(?:user|recipient|local|address|or\s+illegal)|no\s+such\s+(?:user|person|recipient|mailbox|address|account)"
    r"|(?:does\s*n[o']t|did\s+not|do(?:es)?\s+not)\s+(?:exist|match)|not\s+exist|(?:user|recipient|mailbox|address|account)\s+(?:\S+\s+)?not\s+found"
    r"|not\s+a\s+(?:valid|known)\s+(?:user|recipient|mailbox|address)|invalid\s+(?:recipient|user|mailbox|address|username)"
    r"|(?:recipient|address|user|mailbox)\s+(?:is\s+)?(?:invalid|not\s+(?:listed|known|valid|recognized|here))|no\s+mailbox|not\s+our\s+customer"
    r"|doesn't\s+have\s+a\s+\S+\s+account|addresses?\s+(?:failed|unknown)|mailbox\s+unavailable\s+or\s+access\s+denied|is\s+not\s+a\s+known\s+user"
    r"|not\s+have\s+an?\s+account|user\s+doesn't|recipnotfound|no\s+longer\s+(?:on|with|works)|unrouteable\s+address|bad\s+destination\s+mailbox"
    r"|not\s+listed\s+in|mailbox\s+not\s+found|resolver\.adr\.|not\s+in\s+(?:the\s+)?(?:directory|address\s+book)",
    re.IGNORECASE,
)
_NO_SUCH_PLACE = re.compile(
    r"host\s+(?:or\s+domain\s+name\s+)?(?:is\s+)?(?:unknown|not\s+found)|unknown\s+(?:host|domain)|no\s+such\s+(?:host|domain)|nxdomain"
    r"|domain\s+(?:is\s+)?(?:not\s+found|does\s*n[o']t\s+exist|must\s+exist|not\s+exist)|name\s+or\s+service\s+not\s+known|couldn't\s+find\s+any\s+host"
    r"|no\s+mail\s+server|unrouteable\s+(?:mail\s+)?domain|illegal\s+host|host\s+\S+\s+not\s+found|no\s+route\s+for\s+domain|null\s?mx"
    r"|does\s+not\s+accept\s+(?:e-?)?mail|indicated\s+no\s+smtp\s+service|domain\s+name\s+not\s+found|bad\s+destination\s+system",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"(?:has|have)\s+(?:been\s+)?(?:moved|replaced)|no\s+longer\s+(?:in\s+use|valid|accepts?\s+mail)|address\s+changed",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"(?:mail)?box\s+(?:is\s+)?(?:\S+\s+)?full|quota|over\s+(?:its\s+)?(?:limit|storage)|insufficient\s+(?:system\s+)?(?:storage|space)|not\s+enough\s+space"
    r"|tim(?:ed?\s*-?\s*out|eout)|expired|retry|too\s+(?:long|many|large|big|old)|delay|deferred|try\s+again|temporar|greylist|connection\s+(?:refused|timed)"
    r"|could\s+not\s+be\s+sent\s+for|blacklist|blocklist|blocked|block\s+list|spam|policy|spf|dkim|dmarc|unauthenticated|authenticat|reverse\s+dns"
    r"|ptr\b|relay|virus|disabled|suspend|inactive|locked|message\s+size|exceed|rejected\s+due\s+to|access\s+denied|not\s+permitted|restricted",
    re.IGNORECASE,
)
# RFC 3463 and its registry: no mailbox, no domain, moved, disabled for good, null MX.
_HARD_STATUSES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.310"})
# Full, expired, or about the sender and not the recipient.
_SOFT_STATUSES = frozenset({"5.2.2", "5.4.7", "5.1.7", "5.1.8", "5.7.26"})

Severity = Literal["hard", "soft"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that was not reached (or not yet). Empty and None mean that the bounce does not say.

    `status` as in RFC 3463 ("5.1.1"), `reply_code` of three digits, `action` as reported ("failed", "delayed"),
    `reason` what the server said.
    """

    recipient: str
    status: str | None
    reply_code: str | None
    severity: Severity | None
    action: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce reports. `original_message_id` is that of the letter it is about, without angle brackets."""

    failures: tuple[Failure, ...]
    original_message_id: str | None


def read_bounce(message: ReadMessage) -> Bounce:
    """Read a mail that `classify` calls a bounce. At least one failure comes back, perhaps with nothing known."""
    reported = tuple(_reported(message))[:MOST_FAILURES]
    return Bounce(reported or (_told(message),), _original_message_id(message))


def _reported(message: ReadMessage) -> Iterable[Failure]:
    for attachment in message.attachments:
        if attachment.media_type != "message/delivery-status":
            continue
        text = clean_text(decode_text(attachment.content, None)[0])
        for block in re.split(r"\n[ \t]*\n", text):
            fields = {name.lower(): " ".join(value.split()) for name, value in _FIELD.findall(block)}
            recipient = fields.get("final-recipient") or fields.get("original-recipient")
            if recipient is None and "status" not in fields:
                continue
            yield _failure(
                recipient=_recipient(fields.get("original-recipient", "")) or _recipient(recipient or ""),
                status=fields.get("status", ""),
                said=fields.get("diagnostic-code", ""),
                action=fields.get("action", "").split(" ")[0].lower() or None,
                around=message.text[:READ_FOR_WORDS],
            )


def _told(message: ReadMessage) -> Failure:
    """A failure told in words only."""
    own = (message.header("x-failed-recipients") or "").split(",")[0]
    text = message.text[:READ_FOR_WORDS]
    # Below "the original message" stands the letter itself, whose words say nothing about the failure.
    told = re.split(
        r"^[-\s]*(?:original message|below (?:this line )?is a copy|this is a copy of|returned message"
        r"|included is a copy|----- unsent message|message header|the header of the original).*$",
        text,
        maxsplit=1,
        flags=re.IGNORECASE | re.MULTILINE,
    )[0]
    named = _NAMED_RECIPIENT.search(told)
    recipient = _recipient(own) or (_recipient(named[1]) if named else "")
    return _failure(recipient=recipient, status="", said=told.strip() or text, action=None, around=message.subject)


def _failure(*, recipient: str, status: str, said: str, action: str | None, around: str) -> Failure:
    said = re.sub(r"^[A-Za-z0-9-]+\s*;\s*", "", said)
    found = _status(status, said, around)
    code = _reply_code(said, around)
    severity = _severity(found, code, action, said or around)
    reason = " ".join(said.split())[:LONGEST_REASON]
    return Failure(recipient, found, code, severity, action, reason)


def _recipient(text: str) -> str:
    text = re.sub(r"^\s*[A-Za-z0-9-]+\s*;", "", text).strip()
    found = addresses(text)
    return found[0].address if found else ""


def _status(status: str, said: str, around: str) -> str | None:
    """The most telling status: the server's own words know more than a summary of x.0.0."""
    given = _STATUS.search(status)
    spoken = _CODE_AND_STATUS.search(said)
    in_words = spoken[2] if spoken else next(iter(_STATUS.findall(said)), None)
    if given and not given[1].endswith(".0.0"):
        return given[1]
    if in_words and not in_words.endswith(".0.0"):
        return in_words
    nearby = _CODE_AND_STATUS.search(around)
    if nearby and not nearby[2].endswith(".0.0"):
        return nearby[2]
    return given[1] if given else in_words


def _reply_code(said: str, around: str) -> str | None:
    for text in (said, around):
        spoken = _CODE_AND_STATUS.search(text)
        if spoken:
            return spoken[1]
        code = _REPLY_CODE.search(text)
        if code:
            return code[1]
    return None


def _severity(status: str | None, code: str | None, action: str | None, said: str) -> Severity | None:
    if action in {"delayed", "relayed", "delivered", "expanded"}:
        return "soft" if action == "delayed" else None
    if status in _HARD_STATUSES:
        return "hard"
    if status in _SOFT_STATUSES:
        return "soft"
    is_gone = _NOBODY_THERE.search(said) or _NO_SUCH_PLACE.search(said)
    if _PASSING.search(said) and not is_gone:
        return "soft"
    if (is_gone or _MOVED.search(said)) and not (status or code or "5").startswith("4"):
        return "hard"
    return "soft" if status or code or _PASSING.search(said) else None


def _original_message_id(message: ReadMessage) -> str | None:
    """From the letter that came back, whole or its head alone, attached or written below the report."""
    for attachment in message.attachments:
        if attachment.media_type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            found = _RETURNED_ID.search(clean_text(decode_text(attachment.content[:READ_FOR_WORDS], None)[0]))
            if found:
                return found[1]
    found = _RETURNED_ID.search(message.text[:READ_FOR_WORDS])
    if found:
        return found[1]
    answered = [
        *message.in_reply_to,
        *reversed(message.references),
        *message_ids(message.header("original-message-id") or ""),
    ]
    return answered[0] if answered else None
