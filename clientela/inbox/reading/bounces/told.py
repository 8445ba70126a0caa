"""What a bounce tells in words: who was not reached, what the server said about each, and in answer to what."""

import re
from dataclasses import dataclass
from functools import lru_cache

from clientela.inbox.reading.characters import clean_text, decode_text
from clientela.inbox.reading.headers import addresses
from clientela.inbox.reading.read import ReadMessage

READ_FOR_WORDS = 50_000
READ_BYTES = 50_000
MOST_RECIPIENTS = 100
LONGEST_LINE = 1_000
LONGEST_NEAR = 2_000
LINES_NEAR = 12

# Below it stands the letter itself, whose words say nothing about the failure.
_LETTER = re.compile(
    r"(?:the )?(?:original|unsent|returned|rejected|undelivered) (?:message|mail)(?: (?:headers?|follows?|text))*"
    r"|(?:below (?:this line )?is|this is|included is|enclosed is|here is) (?:a|the) copy\b.*"
    r"|message headers?(?: follows?)?|(?:the )?headers? of the original message.*|message text follows.*"
    r"|urspr(?:ü|ue)ngliche nachricht|message d['’]origine|mensaje original|mesajul original"
    r"|oryginalna wiadomo[śs][ćc]|元のメッセージ.*",
    re.IGNORECASE,
)
LONGEST_MARK = 200
_LETTER_HEAD = re.compile(
    r"^(?:Return-Path|Received|DKIM-Signature|ARC-Seal|X-Received):[ \t]*\S", re.IGNORECASE | re.MULTILINE
)

_ONE = r"[^\s<>:;,()\[\]\"'|/@]{1,64}@(?:[^\s<>:;,()\[\]\"'|/@.]{1,63}\.){1,10}[A-Za-z0-9-]{2,63}"
_STARTS_A_LINE = re.compile(
    r"^[ \t>*•-]*(?:[45]\d\d[ -](?:[45]\.\d+\.\d+[ ]+)?)?[<\"'(]{0,2}(?:mailto:|smtp:)?"
    rf"({_ONE})(?=[>\"')]{{0,2}}(?:[\s:;,(<.]|$))",
    re.IGNORECASE,
)
_ANY = re.compile(rf"(?<![^\s<:;\"'(\[]){_ONE}")
_NAMED = re.compile(
    r"(?:recipients?|addressee|addressed\s+to|\bto|rcpt|user(?:id)?|e-?mail|address(?:es)?|mailbox|account|undeliverable|for|destinatar\w*|odbiorc\w*|empf[äa]nger|destinataire|destinatario|an|à|a|la|do|宛先)"
    rf"\b[^@\n]{{0,30}}?[\s<:;\"'(]({_ONE})",
    re.IGNORECASE,
)
_SENDS = re.compile(
    r"(?:\bfrom|sender|sent\s+by|envelope-from|return-path|reply-to|mail\s+from|help|contact|postmaster)\b[^@]*$",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b[45]\d\d\b")
_TALK = re.compile(r"^[ \t]*(?:<{3}|>{3}|[45]\d\d[ -])")
_NEW_TALK = re.compile(r"(?:<{3}|>{3}|[45]\d\d[ ])")
_ABOUT_A_SENDER = re.compile(r"\bsender\s+(?:address|domain|verif|reject)", re.IGNORECASE)
_BEFORE_A_SENDER = re.compile(r"(?:\bby|\bfrom|\bsender)\s*:?\s*$", re.IGNORECASE)
# How mail servers introduce what the other one said.
_ANSWERS = (
    re.compile(r"error\s+that\s+the\s+other\s+server\s+returned\s+was:\s*(.+?)(?:\n[ \t]*\n|\Z)", re.DOTALL),
    re.compile(
        r"^[ \t>]*(?:the\s+)?response\s+(?:from\s+the\s+remote\s+server\s+)?was:\s*(.+?)(?:\n[ \t]*\n|\Z)",
        re.DOTALL | re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        r"remote\s+(?:host|server)\s+(?:said|returned):?\s*['\"]?(.+?)(?:['\"]?\n[ \t]*\n|\Z)",
        re.DOTALL | re.IGNORECASE,
    ),
    re.compile(
        r"SMTP\s+error\s+from\s+remote\s+(?:mail(?:er)?\s+)?server\s+after\s+.{1,120}?:\s*(?:\n[ \t]*)?"
        r"(?:host:?\s+\S+(?:\s+\[[^\]]*\])?:?\s*)?(.+?)(?:\n[ \t]*\n|\Z)",
        re.DOTALL | re.IGNORECASE,
    ),
    re.compile(r"server\s+message\s*\n(.+?)(?:\n-|\n[ \t]*\n|\Z)", re.DOTALL | re.IGNORECASE),
    re.compile(
        r"^[ \t>]*diagnostic[ \t]+code:[ \t]*(?:smtp;)?[ \t]*(.+?)(?:\n[ \t]*\n|\n[ \t]*[A-Z][a-z]+[ \t][a-z]+:|\Z)",
        re.DOTALL | re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(r"\(reason:\s+(.{1,1000}?)\)[ \t]*(?:\n|\Z)", re.DOTALL),
    re.compile(r"^[ \t>]*<{3}[ \t]*([45]\d\d[ -].+(?:\n[ \t>]*<{3}[ \t]*[45]\d\d[ -].+)*)", re.MULTILINE),
    re.compile(r"^[ \t]*Out:[ \t]*([45]\d\d[ -].+)", re.MULTILINE),
    re.compile(r"as\s+(their\s+mailbox\s+is\s+full)", re.IGNORECASE),
)
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
_RETURNED_ID = re.compile(r"^[ \t>]*Message-ID:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_HEAD_LINE = re.compile(
    r"^[ \t>]*(From|Return-Path|Sender|To|Reply-To):[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a bounce without the letter that came back.

    `recipients` in the order they are named; `senders` are addresses that cannot be recipients: who wrote the letter.
    """

    text: str
    recipients: tuple[str, ...]
    senders: frozenset[str]
    returned_to: tuple[str, ...]
    message_id: str

    def near(self, recipient: str) -> str:
        """The lines that speak of `recipient`, each with what follows until a gap or another address."""
        wanted = recipient.lower()
        kept: list[str] = []
        talk: list[str] = []
        left = 0
        for line in _lines(self.text):
            if wanted and wanted in line.small:
                kept.extend(talk)
                left = LINES_NEAR
            elif not line.small.strip() or (line.starts_with and line.starts_with != wanted) or line.is_answer:
                left = 0
            if left:
                kept.append(line.text)
                left -= 1
            # The talk of the servers stands above the recipient whom it ended.
            talk = [*talk[-LINES_NEAR:], line.text] if not left and not line.starts_with and line.is_talk else []
        return "\n".join(kept)[:LONGEST_NEAR]

    def answer(self, recipient: str) -> str:
        """What the other server answered, where the words introduce it; of all answers the one about `recipient`."""
        near = self.near(recipient)
        is_alone = len(self.recipients) <= 1 or not _CODE.search(near)
        return _answer_in(near) or (_answer_in(self.text) if is_alone else "")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    small: str
    starts_with: str  # the address it begins with, in small letters
    is_answer: bool
    is_talk: bool


# A report of many recipients asks the same text for each of them.
@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[_Line, ...]:
    lines = []
    for line in text.split("\n"):
        start = _STARTS_A_LINE.match(line[:LONGEST_LINE])
        lines.append(
            _Line(
                line,
                line.lower(),
                start[1].lower() if start else "",
                _NEW_TALK.match(line) is not None,
                _TALK.match(line) is not None,
            )
        )
    return tuple(lines)


@lru_cache(maxsize=8)
def _answer_in(text: str) -> str:
    for pattern in _ANSWERS:
        found = pattern.search(text)
        if found:
            return found[1].strip()
    return ""


def told_in(message: ReadMessage) -> Told:
    """Read the words of a bounce."""
    whole = message.text[:READ_FOR_WORDS]
    text, below = _without_letter(whole)
    returned = _returned_heads(message)
    heads = "\n".join([*returned, below, whole if not below else ""])
    senders, returned_to = _letters_people(message, "\n".join([*returned, below]))
    return Told(
        text=text,
        recipients=_recipients(message, text, senders),
        senders=senders,
        returned_to=returned_to,
        message_id=_message_id(message, heads),
    )


def _without_letter(text: str) -> tuple[str, str]:
    """What is told, and the letter below it."""
    edge = 0
    for line in text.split("\n"):
        # A letter that stands above all words is no letter below them.
        if _begins_letter(line) and text[:edge].strip():
            return text[:edge], text[edge:]
        edge += len(line) + 1
    return text, ""


def _begins_letter(line: str) -> bool:
    if _LETTER_HEAD.match(line):
        return True
    if len(line) > LONGEST_MARK:
        return False
    return _LETTER.fullmatch(" ".join(line.strip(" \t>*-=_.:").split())) is not None


def _returned_heads(message: ReadMessage) -> list[str]:
    return [
        clean_text(decode_text(attachment.content[:READ_BYTES], None)[0]).split("\n\n", 1)[0]
        for attachment in message.attachments
        if attachment.media_type in _RETURNED
    ]


def _letters_people(message: ReadMessage, heads: str) -> tuple[frozenset[str], tuple[str, ...]]:
    senders = {one.address.lower() for one in message.to}
    to: list[str] = []
    for name, value in _HEAD_LINE.findall(heads):
        for one in addresses(value):
            if name.lower() == "to":
                to.append(one.address)
            else:
                senders.add(one.address.lower())
    return frozenset(senders), tuple(dict.fromkeys(to))


def _recipients(message: ReadMessage, text: str, senders: frozenset[str]) -> tuple[str, ...]:
    own = [one.address for line in message.all_headers("x-failed-recipients") for one in addresses(line)]
    starting: list[str] = []
    named: list[str] = []
    before = ""
    for whole in text.split("\n"):
        line = whole[:LONGEST_LINE]
        start = _STARTS_A_LINE.match(line)
        if start and not _BEFORE_A_SENDER.search(before) and not _ABOUT_A_SENDER.search(line):
            starting.append(start[1])
        else:
            named.extend(found[1] for found in _NAMED.finditer(line) if not _SENDS.search(line[: found.start(1)]))
        before = line if line.strip() else before
    if starting and not any(address.lower() in text.lower() for address in own):
        own = []
    found = [address.strip(".'`") for address in [*own, *starting]] or [address.strip(".'`") for address in named]
    if not found:
        found = [one.strip(".'`") for one in _ANY.findall(text) if not _is_ours(one, senders)]
    kept = [address for address in found if not _is_ours(address, senders)]
    return tuple(dict.fromkeys(kept or found))[:MOST_RECIPIENTS]


def _is_ours(address: str, senders: frozenset[str]) -> bool:
    return address.lower() in senders or address.lower().startswith(("postmaster@", "mailer-daemon@"))


def _message_id(message: ReadMessage, heads: str) -> str:
    """The letter's identifier: from its head that came back, else from what the report says it answers."""
    found = _RETURNED_ID.search(heads)
    if found:
        return found[1]
    answered = [*message.in_reply_to, *reversed(message.references)]
    return answered[0] if answered else ""
