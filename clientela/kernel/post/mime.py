"""A letter as the bytes that go over the wire."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from django.conf import settings

from clientela.kernel.files import FileMissingError, read_file
from clientela.kernel.models import Letter
from clientela.kernel.post.dkim import signature_header, signing_key
from clientela.kernel.post.drafts import one_line

# Nobody wrote these letters by hand, and no machine shall answer them (RFC 3834).
AUTOMATIC_KINDS = {
    "acknowledgement": "auto-replied",
    "closing": "auto-generated",
    "notice": "auto-replied",
    "access": "auto-generated",
    "survey": "auto-generated",
    "survey_reminder": "auto-generated",
    "dependence": "auto-generated",
    "dependence_reminder": "auto-generated",
    "rollout_turn": "auto-generated",
}
LOOP_HEADER = "X-Clientela-Loop"
MOST_REFERENCES = 20
LINE_LENGTH = 60  # of encoded words; the header's name takes its part of the first line

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_MEDIA_TYPE = re.compile(r"(application|audio|font|image|model|text|video)/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*")
_OURS = {"from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted"}
_OURS |= {"sender", "return-path", "reply-to", "dkim-signature", "mime-version", "content-language"}
_OURS |= {LOOP_HEADER.lower()}


class UnusableLetterError(Exception):
    """The letter cannot be put into a form that a mail server takes. The message says why."""


def letter_bytes(letter: Letter, *, at: datetime) -> bytes:
    """The letter with its headers and attachments, CRLF line ends, no dots doubled; signed at `at` if a key is set.

    Seven bits, unless an address needs more. Text and HTML are alternatives of each other. Raises UnusableLetterError
    when an address, a header or an attachment cannot be used, UnusableKeyError when the key of the settings cannot.
    """
    content = _unsigned(letter)
    if settings.DKIM_KEY is None:
        return content
    key = signing_key(settings.DKIM_KEY, selector=settings.DKIM_SELECTOR)
    domain = wire_address(letter.from_address).rpartition("@")[2].lower()
    return signature_header(content, key=key, domain=domain, at=at) + content


def _unsigned(letter: Letter) -> bytes:
    body = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    try:
        head = "".join(f"{name}: {value}\r\n" for name, value in _headers(letter))
        body.set_content(letter.text, charset="utf-8")
        if letter.html:
            body.add_alternative(letter.html, subtype="html", charset="utf-8")
        for file in letter.attachments:
            _attach(body, file)
        return head.encode() + body.as_bytes()
    except UnicodeEncodeError as error:
        raise UnusableLetterError("The letter holds signs that no mail can hold.") from error


def wire_address(address: str) -> str:
    """The address as SMTP writes it: the domain in ASCII. Raises UnusableLetterError for what is not an address."""
    local, at_sign, domain = address.rpartition("@")
    try:
        wire_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        wire_domain = ""
    if not (local and at_sign and wire_domain) or re.search(r"[\s<>\"(),:;\[\]\\@\x00-\x1f\x7f]", local + wire_domain):
        raise UnusableLetterError(f"«{address}» is not an address that mail can be sent to.")
    return f"{local}@{wire_domain}"


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    # Written by hand: Python's own folding loses spaces from long names and subjects (3.11.7), and it encodes
    # References longer than a line, which nobody's program finds again.
    yield "From", _mailbox(letter.from_name, letter.from_address)
    if letter.reply_to:
        yield "Reply-To", _mailbox(letter.from_name, letter.reply_to)
    yield "To", _mailbox(letter.to_name, letter.to_address)
    yield "Subject", _encoded(letter.subject)
    yield "Date", format_datetime(max(letter.written_at, letter.not_before or letter.written_at).astimezone(UTC))
    yield "Message-ID", f"<{letter.message_id}>"
    if letter.in_reply_to:
        yield "In-Reply-To", f"<{letter.in_reply_to}>"
    references = _short(letter.references.split())
    if references:
        yield "References", "\r\n ".join(f"<{one}>" for one in references)
    yield "Content-Language", letter.language
    yield LOOP_HEADER, settings.MAIL_DOMAIN
    if letter.kind in AUTOMATIC_KINDS:
        yield "Auto-Submitted", AUTOMATIC_KINDS[letter.kind]
        yield "X-Auto-Response-Suppress", "All"
    for name, value in letter.headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            raise UnusableLetterError(f"«{name}» is not a header that a letter may add.")
        yield name, _encoded(value)


def _mailbox(name: str, address: str) -> str:
    plain, shown = one_line(name), _encoded(name)
    # Plain words may need quotes; encoded ones must not have any.
    return f"{shown} <{wire_address(address)}>" if shown != plain else formataddr((plain, wire_address(address)))


def _encoded(text: str) -> str:
    """One line of header text as ASCII (RFC 2047), whatever is in it."""
    line = one_line(text)
    # What looks like an encoded word, and is not, must not be decoded by the reader's program.
    if line.isascii() and "=?" not in line:
        return line
    return Header(line, "utf-8", maxlinelen=LINE_LENGTH).encode(linesep="\r\n")


def _attach(message: EmailMessage, file: Mapping[str, str]) -> None:
    # Whole messages and multiparts as attachments have rules of their own; as plain bytes they arrive untouched.
    known = _MEDIA_TYPE.fullmatch(file["media_type"])
    maintype, _slash, subtype = (file["media_type"] if known else "application/octet-stream").partition("/")
    try:
        content = read_file(file["sha256"])
    except FileMissingError as error:
        raise UnusableLetterError(f"The attachment «{file['name']}» is missing.") from error
    message.add_attachment(content, maintype=maintype, subtype=subtype, filename=one_line(file["name"]) or "file")


def _short(references: Sequence[str]) -> Sequence[str]:
    # The first one names the thread; of the others the latest matter (RFC 5322 lets the middle go).
    return references if len(references) <= MOST_REFERENCES else [references[0], *references[1 - MOST_REFERENCES :]]
