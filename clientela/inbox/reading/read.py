"""One mail, from its bytes to what it says.

Whatever arrives is read as far as it can be: broken headers are mended, lying character sets seen through, bombs
defused, and each such repair is told in `defects`. Only bytes that are no mail at all are refused.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from clientela.inbox.reading.characters import clean_text, decode_text
from clientela.inbox.reading.contents import MailPart, parsed, raw_header
from clientela.inbox.reading.headers import Address, addresses, header_text, message_ids, moment, parameters
from clientela.inbox.reading.parts import (
    LONGEST_TEXT,
    LONGEST_TEXT_BYTES,
    Contents,
    ReadAttachment,
    contents_of,
    media_type_of,
    whole_as_file,
)

MOST_HEADERS = 1_000
LONGEST_HEAD_BYTES = 1_000_000
# The parser compares every line with the edges of all open parts: this many at once only a bomb has.
MOST_BOUNDARIES = 500
MOST_EDGES = 20_000
# A mail of 25 megabytes has a third of that when it is full of files, and only a bomb has more.
MOST_LINES = 1_000_000
MOST_CONTROL_SHARE = 0.05
SAMPLE_BYTES = 8_192

_HEAD_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?=\r\n|\n|\r)")
_BOUNDARY = re.compile(rb"boundary\s{0,20}=", re.IGNORECASE)
_HEADER_LINE = re.compile(rb"[!-9;-~]+:")
_SPACE_BEFORE_COLON = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*)[ \t]+:")
_KNOWN_NAMES = (
    "from|to|cc|bcc|subject|date|message-id|sender|reply-to|received|return-path|mime-version|content-[a-z-]+|delivered-to"
    "|in-reply-to|references|x-[a-z0-9-]+|list-[a-z-]+|auto-submitted|precedence|dkim-signature|arc-[a-z-]+|user-agent"
    "|authentication-results|importance|resent-[a-z-]+|thread-[a-z]+|errors-to|envelope-to|organization|apparently-to"
)
_KNOWN_HEADER = re.compile(_KNOWN_NAMES, re.IGNORECASE)
_KNOWN_HEADER_LINE = re.compile(rb"(?:%s)[ \t]*:" % _KNOWN_NAMES.encode(), re.IGNORECASE)
_HTML_LANGUAGE = re.compile(
    r"<(?:html|body)\b[^>]{0,500}?\blang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)", re.IGNORECASE
)
_LANGUAGE_TAG = re.compile(r"\b[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\b")
_DEFECTS = {
    "CloseBoundaryNotFoundDefect": "the mail ends before its last part is closed",
    "StartBoundaryNotFoundDefect": "the boundary between its parts is missing or wrong",
    "MissingHeaderBodySeparatorDefect": "no empty line between the headers and the text",
}


class UnreadableMessage(Exception):  # noqa: N818 - the name says what it is, as the pages do
    """The bytes are no mail. `reason` is a sentence for the person who looks after the quarantine."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """What a mail says. All text is clean Unicode without NUL; identifiers have no angle brackets.

    `from_address` is empty when the mail names nobody who can be answered. `date` is what the sender's clock said,
    with its zone, or None. `html` is as it came: sanitise it before anyone sees it.
    `headers` are all header lines in their order, decoded, names in small letters. `is_from_html`: the text was made
    readable from HTML, as the mail has no plain one.
    """

    subject: str
    from_name: str
    from_address: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str | None
    language_hints: tuple[str, ...]
    attachments: tuple[ReadAttachment, ...]
    media_type: str
    report_type: str | None
    headers: tuple[tuple[str, str], ...]
    defects: tuple[str, ...]
    is_from_html: bool = False

    def header(self, name: str) -> str | None:
        """The first header line of that name, decoded, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header line of that name, decoded, in their order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)


def read_message(raw: bytes) -> ReadMessage:
    """Read one mail as it came from the wire or a file.

    Raises `UnreadableMessage` for bytes that are no mail: nothing at all, or data without a header line.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if not raw.strip(b" \t\r\n\0"):
        raise UnreadableMessage("The message is empty.")
    defects: list[str] = []
    raw = _with_mended_head(_with_short_head(raw, defects), defects)
    root, contents = _understood(raw, defects)
    if not any(_KNOWN_HEADER.fullmatch(name) for name in root.keys()):  # noqa: SIM118 - a mail is iterated by its old protocol, not by keys
        return _bare_text(raw)
    return _message(root, contents, defects)


def _message(root: MailPart, contents: Contents, defects: list[str]) -> ReadMessage:
    text, html = contents.text(), contents.html()
    from_header = raw_header(root, "from")
    authors = addresses(from_header)
    senders = addresses(raw_header(root, "sender"))
    reply_to = _all_addresses(root, "reply-to")
    answerable = authors or senders or reply_to
    if not authors and answerable:
        defects.append("no usable address in From: the one in Sender or Reply-To is taken")
    own_ids = message_ids(raw_header(root, "message-id"))
    return ReadMessage(
        subject=header_text(raw_header(root, "subject")),
        from_name=answerable[0].name if answerable else header_text(re.sub(r"<[^<>]*>", "", from_header)),
        from_address=answerable[0].address if answerable else "",
        sender=senders[0] if senders else None,
        reply_to=reply_to,
        to=_all_addresses(root, "to"),
        cc=_all_addresses(root, "cc"),
        date=moment(raw_header(root, "date")),
        message_id=own_ids[0] if own_ids else None,
        in_reply_to=message_ids(raw_header(root, "in-reply-to")),
        references=message_ids(raw_header(root, "references")),
        text=text,
        html=html,
        language_hints=_language_hints(root, html),
        attachments=tuple(contents.attachments),
        media_type=media_type_of(root),
        report_type=parameters(raw_header(root, "content-type"))[1].get("report-type", "").lower() or None,
        headers=tuple(
            (clean_text(name).lower(), header_text(str(value)))
            for name, value in islice(root.raw_items(), MOST_HEADERS)
        ),
        defects=tuple(dict.fromkeys([*defects, *contents.defects])),
        is_from_html=contents.is_from_html(),
    )


def _understood(raw: bytes, defects: list[str]) -> tuple[MailPart, Contents]:
    """The tree of parts and what is in it; where that fails, the headers alone and the mail itself as a file."""
    too_many = _too_many(raw)
    if too_many:
        defects.append(f"more than {too_many}: kept as a file")
        return parsed(_head_of(raw), head_only=True), whole_as_file(raw)
    try:
        root = parsed(raw)
        contents = contents_of(root)
    except Exception:  # noqa: BLE001 - whatever the parser trips over, the headers can be read and the mail kept
        defects.append("its parts could not be told apart: kept as a file")
        return parsed(_head_of(raw), head_only=True), whole_as_file(raw)
    defects.extend(_DEFECTS[type(defect).__name__] for defect in root.defects if type(defect).__name__ in _DEFECTS)
    return root, contents


def _too_many(raw: bytes) -> str | None:
    """What there is too much of for the parser, which keeps every line and compares it with the edges of open parts."""
    boundaries = sum(1 for _found in islice(_BOUNDARY.finditer(raw), MOST_BOUNDARIES + 1))
    if boundaries > MOST_BOUNDARIES:
        return f"{MOST_BOUNDARIES} boundaries"
    if boundaries and raw.count(b"\n--") > MOST_EDGES:
        return f"{MOST_EDGES} edges of parts"
    if max(raw.count(b"\n"), raw.count(b"\r")) > MOST_LINES:
        return f"{MOST_LINES} lines"
    return None


def _head_of(raw: bytes) -> bytes:
    end = _HEAD_END.search(raw, 0, LONGEST_HEAD_BYTES)
    return raw[: end.start() if end else LONGEST_HEAD_BYTES] + b"\n\n"


def _with_short_head(raw: bytes, defects: list[str]) -> bytes:
    """The mail with no more of its headers than anybody needs: the others are in the mail as it came."""
    if _HEAD_END.search(raw, 0, LONGEST_HEAD_BYTES) or len(raw) <= LONGEST_HEAD_BYTES:
        return raw
    defects.append(
        f"its headers are longer than {LONGEST_HEAD_BYTES} bytes: the others are only in the mail as it came"
    )
    end = _HEAD_END.search(raw, LONGEST_HEAD_BYTES)
    kept = raw[:LONGEST_HEAD_BYTES]
    # A line that was cut in two would be another header.
    whole_lines = kept[: kept.rfind(b"\n") + 1] or kept + b"\n"
    return whole_lines + (raw[end.end() :] if end else b"\n")


def _with_mended_head(raw: bytes, defects: list[str]) -> bytes:
    """The head with lines that lost their indentation put back into the header they belong to.

    A line that is no header would otherwise end the head, and From or Subject below it would become text.
    """
    end = _HEAD_END.search(raw, 0, LONGEST_HEAD_BYTES)
    head, rest = (
        (raw[: end.start()], raw[end.start() :]) if end else (raw[:LONGEST_HEAD_BYTES], raw[LONGEST_HEAD_BYTES:])
    )
    if b"\n" in head:
        # A lone carriage return among proper line ends is no line end: it would forge a header.
        head = re.sub(rb"\r(?!\n)", b" ", head)
    lines = head.splitlines(keepends=True)
    last_known = max((index for index, line in enumerate(lines) if _KNOWN_HEADER_LINE.match(line)), default=-1)
    mended: list[bytes] = []
    for index, line in enumerate(lines):
        if index == 0 and line.startswith(b"From "):
            mended.append(line)
        elif line.startswith(b">From "):
            continue
        elif line[:1] in b" \t" or _HEADER_LINE.match(line) or index > last_known:
            mended.append(line)
        elif _SPACE_BEFORE_COLON.match(line):
            mended.append(_SPACE_BEFORE_COLON.sub(rb"\1:", line))
        elif index:
            mended.append(b" " + line)
            defects.append("a header line was broken in two")
    return b"".join(mended) + rest


def _bare_text(raw: bytes) -> ReadMessage:
    """Words without any header: somebody wrote them, though nobody can be answered."""
    sample = raw[:SAMPLE_BYTES]
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample))
    if b"\0" in sample or controls > len(sample) * MOST_CONTROL_SHARE:
        raise UnreadableMessage("The message has no header line and is not text.")
    decoded, defect = decode_text(raw[:LONGEST_TEXT_BYTES], None)
    return ReadMessage(
        subject="",
        from_name="",
        from_address="",
        sender=None,
        reply_to=(),
        to=(),
        cc=(),
        date=None,
        message_id=None,
        in_reply_to=(),
        references=(),
        text=clean_text(decoded)[:LONGEST_TEXT].strip("\n"),
        html=None,
        language_hints=(),
        attachments=(),
        media_type="text/plain",
        report_type=None,
        headers=(),
        defects=tuple(filter(None, ["no header line: the whole is taken as text", defect])),
    )


def _all_addresses(root: MailPart, name: str) -> tuple[Address, ...]:
    """The mailboxes of every header line of that name: more than one is wrong, and happens."""
    lines = [str(value) for key, value in root.raw_items() if key.lower() == name]
    return tuple(dict.fromkeys(address for line in lines[:MOST_HEADERS] for address in addresses(line)))


def _language_hints(root: MailPart, html: str | None) -> tuple[str, ...]:
    """Language tags the mail gives itself: Content-Language, then the HTML's, then what its sender reads."""
    tags = _LANGUAGE_TAG.findall(header_text(raw_header(root, "content-language")))
    in_html = _HTML_LANGUAGE.search(html or "")
    tags.extend([in_html[1]] if in_html else [])
    tags.extend(_LANGUAGE_TAG.findall(re.sub(r";[^,]*", "", header_text(raw_header(root, "accept-language")))))
    return tuple(dict.fromkeys(tag for tag in tags))
