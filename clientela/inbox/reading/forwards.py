"""Whose mail it was that somebody forwarded to us."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.inbox.reading import quote_marks as marks
from clientela.inbox.reading.announcements import header_block
from clientela.inbox.reading.headers import addresses
from clientela.inbox.reading.html import text_of_html
from clientela.inbox.reading.moments import written_moment
from clientela.inbox.reading.parts import WHOLE_MAIL, ReadAttachment
from clientela.inbox.reading.quote_labels import labelled
from clientela.inbox.reading.read import UnreadableMessage, read_message
from clientela.inbox.reading.signature_marks import ONLY_SYMBOLS, RULE

MOST_LINES_READ = 5_000
LONGEST_BLOCK_LINES = 20
MOST_BLANK_LINES = 3
LONGEST_VALUE = 500
# Who, when and the first words are wanted of a mail attached, not its files.
LONGEST_MAIL_READ_BYTES = 300_000
LONGEST_HTML_READ = 200_000

_FORWARDED_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|trs|rv|rm|pd|podaj\s+dalej|przekazano|i|enc|doorst|doorgestuurd|vs|vb|vl|videresend|redir|redirec[țţt]ionat|forward\w*"
    r"|továbbítás|továbbítva|ilt|i̇lt|πρθ|пересл|переслано|fw|př|přeposláno|转发|轉寄|転送|전달)\s*(?:[\[(]\d{1,3}[\])])?\s*[:：]",
    re.IGNORECASE,
)
_ANSWERED_SUBJECT = re.compile(
    r"^\s*(?:re|aw|antw|r|odp|sv|r[ăa]sp|res|resp|ré|ynt|atb|vá|σχετ|απ|回复|回覆|返信)\s*(?:[\[(]\d{1,3}[\])])?\s*[:：]",
    re.IGNORECASE,
)
# "VS:" forwards in Norway and Denmark, and answers in Finland.
_FINNISH = re.compile(r"^[\s>*]*(?:Lähettäjä|Lähetetty)\s*:", re.MULTILINE)
_FORWARDING_WORDS = re.compile(
    r"forward|redirec|retransmis|transmis|reexpediat|przekaz|reenvi|remitid|encaminhad|reencaminhad|weitergeleitet|transf[ée]r|réexp[ée]d|inoltrat"
    r"|doorgestuurd|vidarebefordra|videresend|välitet|пересл|пересыл|перенаправ|переадрес|přeposl|předan|tovább|iletilen|προωθ|転送|转发|轉寄|전달",
    re.IGNORECASE,
)
_BRACKETED_ADDRESS = re.compile(
    r"[<(\[]\s*(?:mailto:)?([^\s<>()\[\]@:]{1,100}@[^\s<>()\[\]]{1,255})\s*[>)\]]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that was forwarded, as far as the forwarding tells.

    `address` is empty where only a name is told; `sent_at` is None where no moment can be read; it is without a zone
    where the forwarding names none. `text` is what the first sender wrote.
    """

    name: str
    address: str
    subject: str
    sent_at: datetime | None
    text: str

    def as_json(self) -> dict[str, str]:
        """What is kept of it in `RawMessage.details`; `sent_at` as ISO 8601, without a zone where none was told."""
        told = {"name": self.name, "address": self.address, "subject": self.subject}
        told["sent_at"] = self.sent_at.isoformat() if self.sent_at else ""
        return {name: value for name, value in told.items() if value}


def forwarded_from(
    text: str, html: str | None, attachments: Sequence[ReadAttachment], *, subject: str = ""
) -> Forwarded | None:
    """Find the mail that this one passes on, written into it or attached to it; None when it passes none on.

    `subject` tells a forwarded mail from an answered one where the program marks both alike, as Outlook does.
    """
    is_said = bool(_FORWARDED_SUBJECT.match(subject)) and not _is_finnish_answer(subject, text)
    is_answer = bool(_ANSWERED_SUBJECT.match(subject)) and not is_said
    found = _written_into(text, is_said=is_said, is_answer=is_answer)
    if found is None and html and is_said and len(html) <= LONGEST_HTML_READ:
        found = _written_into(text_of_html(html), is_said=is_said, is_answer=is_answer)
    return found or _attached(attachments)


def _is_finnish_answer(subject: str, text: str) -> bool:
    return subject.lstrip()[:2].lower() == "vs" and bool(_FINNISH.search(text))


def _attached(attachments: Sequence[ReadAttachment]) -> Forwarded | None:
    """The first mail attached that says who sent it. A report of a mail server is not forwarded by anyone."""
    if any(one.media_type in {"message/delivery-status", "message/feedback-report"} for one in attachments):
        return None
    for one in attachments:
        is_mail = one.media_type == "message/rfc822" or one.name.lower().endswith(".eml")
        if not is_mail or one.name == WHOLE_MAIL:
            continue
        try:
            inner = read_message(one.content[:LONGEST_MAIL_READ_BYTES])
        except UnreadableMessage:
            continue
        if inner.from_address:
            return Forwarded(inner.from_name, inner.from_address, inner.subject, inner.date, inner.text)
    return None


def _written_into(text: str, *, is_said: bool, is_answer: bool) -> Forwarded | None:
    lines = text.split("\n")[:MOST_LINES_READ]
    seen = [marks.plain_line(line) for line in lines]
    bare = [line.lstrip("> ") if line.lstrip().startswith(">") else line for line in seen]
    has_words = False
    for index, line in enumerate(bare):
        if not line.strip():
            continue
        if _is_forwarding(line):
            return _read_block(lines, bare, index + 1)
        is_quoted = line is not seen[index]
        if not is_quoted and (is_said or not (is_answer or has_words)):
            if marks.ORIGINAL_MESSAGE.match(line):
                return _read_block(lines, bare, index + 1)
            if header_block(bare, index):
                return _read_block(lines, bare, index + 1 if RULE.match(line) else index)
        has_words = has_words or not ONLY_SYMBOLS.match(line)
    return None


def _is_forwarding(line: str) -> bool:
    if marks.FORWARDED.match(line):
        return True
    is_delimiter = marks.ORIGINAL_MESSAGE.match(line) or marks.WORDS_BETWEEN_DASHES.match(line)
    return bool(is_delimiter and _FORWARDING_WORDS.search(line))


def _read_block(lines: Sequence[str], bare: Sequence[str], start: int) -> Forwarded | None:
    """The headers from `start` on, and the text below them."""
    told: dict[str, str] = {}
    last = ""
    blank = 0
    index = start
    for index in range(start, min(start + LONGEST_BLOCK_LINES, len(bare))):
        line = bare[index]
        found = labelled(line)
        if not line.strip() or RULE.match(line):
            blank += 1
            # Apple leaves blank lines between the headers of an HTML mail.
            if blank > MOST_BLANK_LINES or (told and not _label_follows(bare, index)):
                break
        elif found:
            last, blank = found[0], 0
            told.setdefault(last, found[1][:LONGEST_VALUE])
        elif last and not blank:
            told[last] = f"{told[last]} {line.strip()}"[:LONGEST_VALUE]
        else:
            break
    name, address = _who(told.get("from", ""))
    if not (name or address):
        return None
    below = lines[index:]
    if all(not line.strip() or line.lstrip().startswith(">") for line in below):
        below = [re.sub(r"^\s{0,3}> ?", "", line) for line in below]
    return Forwarded(
        name, address, told.get("subject", ""), written_moment(told.get("date", "")), "\n".join(below).strip()
    )


def _label_follows(bare: Sequence[str], index: int) -> bool:
    following = next((line for line in bare[index + 1 : index + 1 + MOST_BLANK_LINES] if line.strip()), "")
    return labelled(following) is not None


def _who(value: str) -> tuple[str, str]:
    """The name and the address in a From line as it was repeated: brackets of any kind, `mailto:` or none."""
    bracketed = _BRACKETED_ADDRESS.search(value)
    if bracketed:
        name = value[: bracketed.start()].strip(" \"'*,;<([")
        found = addresses(bracketed[1])
        return name if "@" not in name else "", found[0].address if found else ""
    found = addresses(value.replace("*", ""))
    if found:
        return found[0].name, found[0].address
    return value.strip(" \"'*,;"), ""
