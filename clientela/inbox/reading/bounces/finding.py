"""From a mail to what it says of each recipient."""

import re

from clientela.inbox.reading.bounces.bounce import Bounce, BounceReason
from clientela.inbox.reading.bounces.reasons import Evidence, command_in, reason_of
from clientela.inbox.reading.bounces.reports import Block, noticed_blocks, reported_blocks
from clientela.inbox.reading.bounces.told import Told, told_in
from clientela.inbox.reading.read import ReadMessage

LONGEST_SAID = 500
MOST_BOUNCES = 100
# Answers of so many characters are weighed in one mail, so that a hostile report of many recipients takes no time.
WEIGHED_IN_ALL = 60_000

# Writing there again will never work.
_NEVER = frozenset({BounceReason.NOBODY_THERE, BounceReason.NO_SUCH_PLACE})
# It arrived, or goes on to somewhere else: no bounce of that recipient.
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})

_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?<![\d.\-/@])(?<!\w:)(?<!\]:)([45][0-5]\d)(?=[ :,-](?!\d+\.\d+\.\d+\.\d)|$)", re.MULTILINE)
# Nothing has come back yet: the letter is still tried.
_WAITING = re.compile(
    r"warning\s+message\s+only|only\s+a\s+(?:temporary|warning)|will\s+(?:be\s+)?(?:retr(?:y|ied)|keep\s+trying"
    r"|continue\s+(?:to\s+)?(?:be\s+)?(?:try|tried|retried))|(?:has\s+been|is)\s+delayed"
    r"|still\s+(?:being\s+)?(?:retried|trying)|not\s+yet\s+(?:been\s+)?delivered|do\s+not\s+need\s+to\s+re-?send",
    re.IGNORECASE,
)
_CODED = re.compile(r"\b[45]\d\d\b|\b[45]\.\d\.\d")
_CODE_AND_STATUS = re.compile(r"(?<![\d.])([45][0-5]\d)[ -]+#?([45]\.\d{1,2}\.\d{1,3})(?!\d)")
_LINE_CODE = re.compile(r"(?<![\d.\-/:@])[45][0-5]\d[ -]+#?[45]\.\d{1,2}\.\d{1,3}(?!\d)[ ]?")
_QUOTED_ANSWER = re.compile(r"^[45]\.\d\.\d\s+-\s+[^'\"]{0,80}['\"](.+)['\"]", re.DOTALL)
# What qmail adds below the answer.
_QMAIL_END = re.compile(r"\s*\b(?:Giving up on \d[\d.]{6,}|I'm not going to try again;[^\n]*)\s*")
# It may arrive when it is tried again, though nobody tries any more.
_PASSING = re.compile(
    r"temporary\s+(?:failure|error|problem)|(?<!been\s)temporarily|retry\s+(?:time|timeout)\s+(?:exceeded|not\s+reached)"
    r"|transient\s+(?:failure|error)|all\s+hosts\s+(?:for\s+\S+\s+)?have\s+been\s+failing",
    re.IGNORECASE,
)


def bounces_of(message: ReadMessage) -> tuple[Bounce, ...]:
    """Tell each recipient that a mail which `classify` calls a bounce is about; at least one. Never raises."""
    told = told_in(message)
    blocks = [block for block in reported_blocks(message) or noticed_blocks(message) if block.action not in _ARRIVED]
    if any(block.recipient or block.final_recipient for block in blocks):
        room = _room(len(blocks))
        found = [_reported(block, told, message, room) for block in blocks[:MOST_BOUNCES]]
    else:
        block = blocks[0] if blocks else None
        recipients = told.recipients or told.returned_to[:1] or ("",)
        room = _room(len(recipients))
        found = [_worded(recipient, block, told, message, room) for recipient in recipients[:MOST_BOUNCES]]
    return tuple(found[:MOST_BOUNCES])


def _room(count: int) -> int:
    """How many characters of each answer are weighed."""
    return max(300, WEIGHED_IN_ALL // max(count, 1))


def _reported(block: Block, told: Told, message: ReadMessage, room: int) -> Bounce:
    near = "\n".join(
        filter(None, (told.near(one) for one in dict.fromkeys((block.recipient, block.final_recipient)) if one))
    )
    return _bounce(block.recipient or block.final_recipient, block, near[:room], told, message, room=room)


def _worded(recipient: str, block: Block | None, told: Told, message: ReadMessage, room: int) -> Bounce:
    return _bounce(recipient, block, told.near(recipient)[:room], told, message, room=room)


def _bounce(recipient: str, block: Block | None, near: str, told: Told, message: ReadMessage, *, room: int) -> Bounce:
    said = plain_answer(((block.diagnostic if block else "") or told.answer(recipient))[:room])
    action = (block.action if block else "") or ("delayed" if _WAITING.search(told.text) else "")
    around = f"{told.text}\n{message.subject}"
    status = _status(block.status if block else "", said, near if _CODED.search(near) else told.text)
    code = _reply_code(said, near, told.text)
    reason = reason_of(
        Evidence(
            said=said,
            near=f"{near}\n{block.status if block else ''}",
            told=told.text,
            subject=message.subject,
            status=status,
            reply_code=code,
            command=command_in(said) or command_in(near) or command_in(told.text),
        )
    )
    status = status or _made_up(code, action, around)
    shown = " ".join((said or near or told.text).split())[:LONGEST_SAID]
    is_hard = reason in _NEVER and not status.startswith("4")
    return Bounce(recipient, status, code, reason, is_hard, shown, action, told.message_id)


def plain_answer(said: str) -> str:
    """An answer of several lines as one: the codes that begin each line are said once, what a relay put around is left.

    "550-5.7.26 This mail 550 5.7.26 is refused" is "550 5.7.26 This mail is refused".
    """
    quoted = _QUOTED_ANSWER.match(said)
    said = quoted[1] if quoted else said
    said = _QMAIL_END.sub("", said)
    first = _LINE_CODE.search(said)
    if not first:
        return said
    return said[: first.end()] + _LINE_CODE.sub(" ", said[first.end() :])


def _status(field: str, said: str, near: str) -> str:
    """The most telling status: the server's own words know more than a summary, and any more than x.0.0."""
    given = _STATUS.search(field)
    spoken = [found[2] for found in _CODE_AND_STATUS.finditer(said)] or _STATUS.findall(said)
    nearby = [found[2] for found in _CODE_AND_STATUS.finditer(near)] or _STATUS.findall(near)
    in_turn = [*spoken, *([given[1]] if given else []), *nearby]
    precise = next((one for one in in_turn if not one.endswith(".0.0")), "")
    if precise and (not given or precise[0] == given[1][0] or precise in spoken):
        return precise
    return given[1] if given else next(iter(in_turn), "")


def _reply_code(*texts: str) -> str:
    for text in texts:
        found = _CODE_AND_STATUS.search(text) or _REPLY_CODE.search(text)
        if found:
            return found[1]
    return ""


def _made_up(code: str, action: str, around: str) -> str:
    """A status that says only passing or permanent, for a bounce that gives none."""
    if action == "delayed":
        return "4.0.0"
    if code:
        return f"{code[0]}.0.0"
    return "4.0.0" if _PASSING.search(around) or _WAITING.search(around) else "5.0.0"
