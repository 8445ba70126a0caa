"""Why a letter did not arrive: from words, status codes (RFC 3463 and its registry) and reply codes (RFC 5321)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from clientela.inbox.reading.bounces.bounce import BounceReason
from clientela.inbox.reading.bounces.wording import TELLING, VAGUE

READ_FOR_REASON = 5_000

# The second and third number say what it is about; the first only for how long.
_BY_STATUS = {
    "1.0": BounceReason.NOBODY_THERE,
    "1.1": BounceReason.NOBODY_THERE,
    "1.2": BounceReason.NO_SUCH_PLACE,
    "1.3": BounceReason.NOBODY_THERE,
    "1.4": BounceReason.NOBODY_THERE,
    "1.6": BounceReason.NOBODY_THERE,
    "1.7": BounceReason.SENDER_REFUSED,
    "1.8": BounceReason.SENDER_REFUSED,
    "1.9": BounceReason.SERVER_FAULT,
    "1.20": BounceReason.CONTENT_REFUSED,
    "1.90": BounceReason.SENDER_REFUSED,
    "2.14": BounceReason.SERVER_FAULT,
    "2.121": BounceReason.SENDER_REFUSED,
    "2.122": BounceReason.SENDER_REFUSED,
    "2.123": BounceReason.SENDER_REFUSED,
    "2.2": BounceReason.MAILBOX_FULL,
    "2.3": BounceReason.CONTENT_REFUSED,
    "2.4": BounceReason.REFUSED,
    "3.1": BounceReason.SERVER_FAULT,
    "3.2": BounceReason.NO_SUCH_PLACE,
    "3.3": BounceReason.SERVER_FAULT,
    "3.4": BounceReason.CONTENT_REFUSED,
    "3.5": BounceReason.SERVER_FAULT,
    "4.1": BounceReason.NOT_IN_TIME,
    "4.2": BounceReason.NOT_IN_TIME,
    "4.3": BounceReason.SERVER_FAULT,
    "4.4": BounceReason.NO_SUCH_PLACE,
    "4.5": BounceReason.SENDER_REFUSED,
    "4.6": BounceReason.NOT_IN_TIME,
    "4.7": BounceReason.NOT_IN_TIME,
    "4.14": BounceReason.NOT_IN_TIME,
    "4.300": BounceReason.NOT_IN_TIME,
    "4.310": BounceReason.NO_SUCH_PLACE,
    "4.312": BounceReason.NOT_IN_TIME,
    "4.316": BounceReason.NOT_IN_TIME,
    "4.317": BounceReason.NOT_IN_TIME,
    "4.318": BounceReason.NOT_IN_TIME,
    "4.395": BounceReason.NOT_IN_TIME,
    "5.1": BounceReason.SERVER_FAULT,
    "5.2": BounceReason.SERVER_FAULT,
    "5.3": BounceReason.SENDER_REFUSED,
    "5.4": BounceReason.SERVER_FAULT,
    "5.6": BounceReason.SERVER_FAULT,
    "6.0": BounceReason.CONTENT_REFUSED,
    "6.1": BounceReason.CONTENT_REFUSED,
    "6.3": BounceReason.CONTENT_REFUSED,
    "6.5": BounceReason.CONTENT_REFUSED,
    "6.6": BounceReason.CONTENT_REFUSED,
    "6.7": BounceReason.CONTENT_REFUSED,
    "6.9": BounceReason.CONTENT_REFUSED,
    "6.11": BounceReason.CONTENT_REFUSED,
    "7.2": BounceReason.REFUSED,
    "7.13": BounceReason.ACCOUNT_CLOSED,
    "7.17": BounceReason.NOBODY_THERE,  # the mailbox changed hands
    "7.18": BounceReason.NOBODY_THERE,
    "7.20": BounceReason.SENDER_REFUSED,  # to 7.26: SPF, DKIM, DMARC, names
    "7.21": BounceReason.SENDER_REFUSED,
    "7.22": BounceReason.SENDER_REFUSED,
    "7.23": BounceReason.SENDER_REFUSED,
    "7.24": BounceReason.SENDER_REFUSED,
    "7.25": BounceReason.SENDER_REFUSED,
    "7.26": BounceReason.SENDER_REFUSED,
    "7.28": BounceReason.SENDER_REFUSED,
    "7.29": BounceReason.SENDER_REFUSED,
    "7.30": BounceReason.SENDER_REFUSED,
    "7.124": BounceReason.SENDER_REFUSED,
    "7.129": BounceReason.SENDER_REFUSED,
    "7.133": BounceReason.SENDER_REFUSED,
    "7.134": BounceReason.SENDER_REFUSED,
    "7.135": BounceReason.SENDER_REFUSED,
    "7.136": BounceReason.SENDER_REFUSED,
}
_BY_SUBJECT = {
    "1": BounceReason.NOBODY_THERE,
    "2": BounceReason.REFUSED,
    "3": BounceReason.SERVER_FAULT,
    "4": BounceReason.NOT_IN_TIME,
    "5": BounceReason.SERVER_FAULT,
    "6": BounceReason.CONTENT_REFUSED,
    "7": BounceReason.SENDER_REFUSED,
}
_BY_REPLY_CODE = {
    "421": BounceReason.NOT_IN_TIME,
    "450": BounceReason.NOT_IN_TIME,
    "451": BounceReason.SERVER_FAULT,
    "452": BounceReason.MAILBOX_FULL,
    "521": BounceReason.NO_SUCH_PLACE,
    "525": BounceReason.ACCOUNT_CLOSED,
    "530": BounceReason.SENDER_REFUSED,
    "535": BounceReason.SENDER_REFUSED,
    "550": BounceReason.NOBODY_THERE,
    "551": BounceReason.NOBODY_THERE,
    "552": BounceReason.MAILBOX_FULL,
    "553": BounceReason.NOBODY_THERE,
    "554": BounceReason.SENDER_REFUSED,
    "556": BounceReason.NO_SUCH_PLACE,
}
# Refused before a recipient was named: it cannot be the recipient's fault.
_ABOUT_RECIPIENTS = frozenset({BounceReason.NOBODY_THERE, BounceReason.NO_SUCH_PLACE})
_BEFORE_RECIPIENT = frozenset({"CONN", "HELO", "EHLO", "MAIL", "AUTH", "STARTTLS"})
# The status itself says that the address is wrong.
_ABOUT_THE_ADDRESS = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "7.17"})
# It is about the sender, however the words go on ("5.1.7 No such domain").
_ABOUT_THE_SENDER = frozenset({"1.7", "1.8"})
# All that a server says which hides its reasons.
_BARE = re.compile(r"\b(?:user\s+unknown|unknown\s+user|no\s+such\s+user\s+here)\b", re.IGNORECASE)
# Every second refusal bears one of these, so they say nothing but in answer to the naming of the recipient.
_SAID_OF_MOST = frozenset({"550", "553"})
# The words in an address or behind a link say nothing: "spam@lumen.test", "/blocked.html".
_ADDRESS = re.compile(r"[^\s<>()\[\]\"':;,@]{1,64}@[^\s<>()\[\]\"':;,@]{1,255}")
_LINK = re.compile(r"\b(https?://[^\s/]{1,200})/\S{1,500}")
# RFC 5321: these codes are about the command itself.
_ABOUT_COMMANDS = frozenset({"500", "501", "502", "503", "504"})

# The server says to which command of ours it answered.
_COMMANDS = (
    (re.compile(r"in\s+reply\s+to\s+(?:the\s+)?(?:end\s+of\s+)?([A-Z]{4})", re.IGNORECASE), None),
    (
        re.compile(
            r"after\s+(?:end\s+of\s+data|(?:pipelined\s+)?sending\s+data\s+block|i\s+sent\s+the\s+message)",
            re.IGNORECASE,
        ),
        "DATA",
    ),
    (
        re.compile(
            r"after\s+initial\s+connection|refused\s+to\s+talk|connected\s+to\s+\S+\s+but\s+greeting", re.IGNORECASE
        ),
        "CONN",
    ),
    (re.compile(r"after\s+(?:pipelined\s+)?(RCPT|MAIL|DATA|EHLO|HELO|STARTTLS|AUTH)\b"), None),
    (re.compile(r"did\s+not\s+like\s+our\s+(?:final\s+)?(RCPT|MAIL|DATA|EHLO|HELO)", re.IGNORECASE), None),
    (re.compile(r"does\s+not\s+like\s+recipient|recipient\s+was\s+rejected", re.IGNORECASE), "RCPT"),
    (re.compile(r"\bSMTP\s+transmission\s+failure\s+has\s+occurred", re.IGNORECASE), "DATA"),
    (re.compile(r"but\s+my\s+name\s+was\s+rejected", re.IGNORECASE), "HELO"),
    (re.compile(r"but\s+sender\s+was\s+rejected|does\s+not\s+like\s+sender", re.IGNORECASE), "MAIL"),
    (re.compile(r"SMTP\s+command\s*\n+\s*(RCPT|MAIL|DATA|EHLO|HELO|CONN)", re.IGNORECASE), None),
    (
        re.compile(r"\berror\s+(?:following|after|in\s+response\s+to)\s+(RCPT|MAIL|DATA|EHLO|HELO)\b", re.IGNORECASE),
        None,
    ),
    (
        re.compile(
            r"\bsent\s*<{3}[ \t]*(RCPT|MAIL|DATA|EHLO|HELO)\b[^\n]*\n+[ \t]*received\s*>{3}[ \t]*[45]", re.IGNORECASE
        ),
        None,
    ),
    (re.compile(r">{3}[ \t]*(RCPT|MAIL|DATA|EHLO|HELO)\b[^\n]*\n+[ \t>]*<{3}[ \t]*[45]", re.IGNORECASE), None),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that speaks for a reason. `said` the server's answer, `near` the lines about this recipient, `told` all."""

    said: str
    near: str
    told: str
    subject: str
    status: str
    reply_code: str
    command: str


def command_in(text: str) -> str:
    """The SMTP command of four letters (or CONN) whose answer `text` tells; empty when it does not say."""
    for pattern, command in _COMMANDS:
        found = pattern.search(text)
        if found:
            return command or found[1].upper()
    return ""


def reason_of(evidence: Evidence) -> BounceReason:
    """Weigh the evidence: the server's own plain words, a precise status, then words further off, then codes."""
    status = evidence.status[2:]
    if status in _ABOUT_THE_SENDER:
        return BounceReason.SENDER_REFUSED
    found = (
        _by_words(evidence.said or evidence.near, TELLING)
        or _by_precise_status(evidence.status)
        or _plain_no(evidence.said)
        or _by_words(evidence.near, TELLING)
        or (None if evidence.said else _by_words(evidence.told, TELLING))
    )
    vague = found or (
        _by_words(evidence.said, VAGUE)
        or _by_words(evidence.told, TELLING)
        or _by_words(evidence.near, VAGUE)
        or _by_words(evidence.told, VAGUE)
        or _by_words(evidence.subject, TELLING)
        or _by_rough_status(evidence.status)
        or _by_reply_code(evidence)
        or BounceReason.UNCLEAR
    )
    if evidence.command in _BEFORE_RECIPIENT and (found is None or vague in _ABOUT_RECIPIENTS):
        return BounceReason.SENDER_REFUSED
    if vague is BounceReason.NOBODY_THERE and not _is_sure(evidence):
        return BounceReason.REFUSED
    return vague


def _is_sure(evidence: Evidence) -> bool:
    """Is "nobody there" said so that the address may be given up?

    A precise status says so, or an answer to the naming of the recipient, or more than two words. Servers that take
    the recipient and then the letter, and say only then "user unknown", make an excuse for a filter (phone companies
    do); and a bare 550 that another server passes on may be just that.
    """
    status = evidence.status[2:]
    if status in _ABOUT_THE_ADDRESS or status.startswith("1.") or evidence.command == "RCPT":
        return True
    further = f"{evidence.near}\n{evidence.told}" if evidence.command == "DATA" else evidence.near or evidence.told
    said = evidence.said or further
    return not _BARE.search(said) or (not evidence.reply_code and not evidence.command)


def _plain_no(said: str) -> BounceReason | None:
    """A vague answer that still says more than the words around it; "service unavailable" does not."""
    found = _by_words(said, VAGUE)
    return None if found is BounceReason.SERVER_FAULT else found


@lru_cache(maxsize=64)  # the words of a report are the same for each of its recipients
def _by_words(text: str, rows: tuple[tuple[BounceReason, re.Pattern[str]], ...]) -> BounceReason | None:
    text = _LINK.sub(r"\1", _ADDRESS.sub("x@y.z", " ".join(text[:READ_FOR_REASON].split())))
    return next((reason for reason, pattern in rows if pattern.search(text)), None)


def _by_precise_status(status: str) -> BounceReason | None:
    return _BY_STATUS.get(status[2:]) if not status.startswith("2") else None


def _by_rough_status(status: str) -> BounceReason | None:
    # "Mailbox disabled" by the standard; servers say it of almost anything, so their words come first.
    return BounceReason.ACCOUNT_CLOSED if status[2:] == "2.1" else _BY_SUBJECT.get(status[2:3])


def _by_reply_code(evidence: Evidence) -> BounceReason | None:
    if evidence.reply_code in _ABOUT_COMMANDS:
        return BounceReason.SERVER_FAULT
    if evidence.reply_code in _SAID_OF_MOST and evidence.command != "RCPT":
        return BounceReason.SENDER_REFUSED if evidence.command else BounceReason.REFUSED
    if evidence.command == "DATA" and evidence.reply_code.startswith("5"):
        return BounceReason.CONTENT_REFUSED
    return _BY_REPLY_CODE.get(evidence.reply_code)
