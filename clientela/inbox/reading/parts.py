"""The tree of a mail's parts, walked once: what people wrote, and the files that came with it."""

import hashlib
import html as entities
import mimetypes
import re
from dataclasses import dataclass, field

from clientela.inbox.reading.characters import clean_text, decode_text
from clientela.inbox.reading.contents import (
    MailPart,
    body_source,
    file_name,
    parsed,
    part_bytes,
    plain_file_name,
    raw_header,
    source_of,
    uuencoded_files,
)
from clientela.inbox.reading.headers import header_text, message_ids, parameters
from clientela.inbox.reading.html import text_of_html
from clientela.inbox.reading.smime import signed_content
from clientela.inbox.reading.winmail import BrokenWinmail, Winmail, unpacked_winmail

DEEPEST_PART = 50
MOST_PARTS = 1_000
# Each such part is parsed again from its first loose edge on, and a bomb has thousands of them.
MOST_MENDED = 8
LONGEST_TEXT = 1_000_000
LONGEST_HTML = 2_000_000
# More of a text is not decoded: the longest text that is kept, in letters of four bytes.
LONGEST_TEXT_BYTES = 4_000_000
SHORT_EXCUSE = 300
# The file that a mail becomes whose parts cannot be told apart: nobody forwarded it.
WHOLE_MAIL = "the-mail-as-it-came.eml"

_LOOKS_LIKE_HTML = re.compile(r"\s*<(?:!doctype html|html|head|body|p|div|table|span|br|center)\b[^>]*>", re.IGNORECASE)
_EDGE = re.compile(
    rb"^--(?P<boundary>[^\s\"\\](?:[^\r\n\"\\]{0,68}[^\s\"\\])?)[ \t]*\r?\n(?=[A-Za-z-]+:)", re.MULTILINE
)
_FILE_INSIDE = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} \S", re.MULTILINE)
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_WINMAIL = {"application/ms-tnef", "application/vnd.ms-tnef"}
_READ_AS_TEXT = {"text/plain", "text/enriched", "text/richtext", "text/markdown", "text"}


@dataclass(frozen=True, slots=True)
class ReadAttachment:
    """One file of a mail. `content` is decoded; `sha256` its hexadecimal digest; `content_id` without brackets."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str
    is_inline: bool
    content_id: str | None


@dataclass(slots=True)
class Contents:
    """What the walk has found so far."""

    segments: list[tuple[str, str | None]] = field(default_factory=list)
    attachments: list[ReadAttachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    parts: int = 0
    mended: int = 0

    def note(self, defect: str) -> None:
        """Keep a sentence about what was wrong, once."""
        if defect not in self.defects:
            self.defects.append(defect)

    def text(self) -> str:
        """The readable text of all segments: the plain one where there is one, or else the HTML made readable."""
        text = "\n\n".join(filter(None, (_readable(plain, html) for plain, html in self.segments)))
        if len(text) > LONGEST_TEXT:
            self.note(f"the text is cut at {LONGEST_TEXT} characters; the whole is in the mail as it came")
        return text[:LONGEST_TEXT]

    def is_from_html(self) -> bool:
        """Does the text stand in HTML only?"""
        return any(html for _plain, html in self.segments) and not any(plain.strip() for plain, _html in self.segments)

    def html(self) -> str | None:
        """The HTML of all segments, plain ones between them included; None when no segment has any."""
        if all(html is None for _plain, html in self.segments):
            return None
        joined = "\n".join(html or f"<pre>{entities.escape(plain)}</pre>" for plain, html in self.segments)
        if len(joined) > LONGEST_HTML:
            self.note(f"the HTML is cut at {LONGEST_HTML} characters; the whole is in the mail as it came")
        return joined[:LONGEST_HTML]


def contents_of(root: MailPart) -> Contents:
    """Everything in the parts of `root`. Every leaf becomes text or an attachment; nothing is dropped in silence."""
    contents = Contents()
    _walk(root, contents, depth=0, inline=False)
    return contents


def whole_as_file(raw: bytes) -> Contents:
    """The contents of a mail whose parts cannot be told apart: no text, and the mail itself as a file to open."""
    contents = Contents()
    _attach(contents, WHOLE_MAIL, "message/rfc822", raw)
    return contents


def _walk(part: MailPart, contents: Contents, *, depth: int, inline: bool) -> None:
    contents.parts += 1
    if contents.parts > MOST_PARTS:
        contents.note(f"more than {MOST_PARTS} parts: the others are only in the mail as it came")
        return
    media_type = media_type_of(part)
    disposition = parameters(raw_header(part, "content-disposition"))[0]
    children = part.children()
    if children is not None and media_type.startswith("multipart/"):
        if depth >= DEEPEST_PART:
            contents.note(f"nested deeper than {DEEPEST_PART} levels: what is below is kept as a file")
            _attach(contents, "nested.eml", "message/rfc822", source_of(part))
        else:
            _walk_children(part, children, contents, depth)
    elif media_type.startswith("multipart/"):
        _without_edges(part, contents, depth)
    elif children is not None:
        _attach_message(part, media_type, contents)
    elif disposition != "attachment" and _is_read(part, media_type, is_first=depth == 0 or not contents.segments):
        _read_text(part, media_type, contents)
    else:
        if media_type in _SMIME:
            _read_signed(part, contents, depth)
        _attach_file(part, media_type, contents, inline=disposition == "inline" or (inline and not disposition))


def _walk_children(part: MailPart, children: list[MailPart], contents: Contents, depth: int) -> None:
    kind = media_type_of(part)
    if kind == "multipart/alternative":
        _alternatives(children, contents, depth)
        return
    if kind == "multipart/encrypted":
        contents.note("encrypted: only the holder of the key can read it")
    for index, child in enumerate(children):
        if index and kind in {"multipart/report", "multipart/signed", "multipart/encrypted"}:
            _attach_any(child, contents)
        else:
            _walk(child, contents, depth=depth + 1, inline=kind == "multipart/related" and index > 0)
    below = (part.epilogue or "").encode("utf-8", "surrogateescape")
    # A boundary used twice closes the outer part too early, and the rest of its files would be lost below it.
    if below and _walk_loose_parts(below, "multipart/mixed", contents, depth):
        contents.note("one boundary is used for two levels")


def _alternatives(children: list[MailPart], contents: Contents, depth: int) -> None:
    """The same words several times: the first plain reading and the last HTML one make one segment."""
    plain, html = "", None
    for child in children:
        found = Contents(parts=contents.parts, mended=contents.mended)
        _walk(child, found, depth=depth + 1, inline=False)
        contents.parts, contents.mended = found.parts, found.mended
        contents.attachments.extend(found.attachments)
        for defect in found.defects:
            contents.note(defect)
        html = found.html() or html
        if not plain.strip() and any(alone is None for _text, alone in found.segments):
            plain = found.text()
    if plain.strip() or html:
        contents.segments.append((plain, html))


def _read_signed(part: MailPart, contents: Contents, depth: int) -> None:
    """What an S/MIME part signs without hiding it is read like any other part; the part itself is kept as a file."""
    inside = signed_content(part_bytes(part)) if depth < DEEPEST_PART and contents.mended < MOST_MENDED else None
    if inside:
        contents.mended += 1
        _walk(parsed(inside), contents, depth=depth + 1, inline=False)


def _without_edges(part: MailPart, contents: Contents, depth: int) -> None:
    """A multipart whose boundary is missing or wrong: the first line that looks like an edge is tried as one."""
    contents.note("the boundary between its parts is missing or wrong")
    if not _walk_loose_parts(part.raw_payload(), media_type_of(part), contents, depth):
        _read_text(part, "text/plain", contents)


def _walk_loose_parts(loose: bytes, media_type: str, contents: Contents, depth: int) -> bool:
    """Walk the parts in text that no boundary was declared for; False when there are none."""
    edge = _EDGE.search(loose)
    if not edge or depth >= DEEPEST_PART or contents.mended >= MOST_MENDED:
        return False
    contents.mended += 1
    head = b'Content-Type: %s; boundary="%s"\n\n' % (media_type.encode("ascii", "replace"), edge["boundary"])
    mended = parsed(head + loose)
    if mended.children() is None:
        return False
    _walk(mended, contents, depth=depth + 1, inline=False)
    return True


def _is_read(part: MailPart, media_type: str, *, is_first: bool) -> bool:
    """Is this leaf something people wrote to be read, or a file? Only the first words may have a file name."""
    if media_type not in _READ_AS_TEXT and media_type != "text/html":
        return False
    named = parameters(raw_header(part, "content-disposition"))[1].get("filename")
    named = named or parameters(raw_header(part, "content-type"))[1].get("name")
    return is_first or not named


def _read_text(part: MailPart, media_type: str, contents: Contents) -> None:
    of_type = parameters(raw_header(part, "content-type"))[1]
    written = part_bytes(part)
    if len(written) > LONGEST_TEXT_BYTES and not _FILE_INSIDE.search(written, 0, LONGEST_TEXT_BYTES):
        contents.note(f"a text longer than {LONGEST_TEXT_BYTES} bytes is cut; the whole is in the mail as it came")
        written = written[:LONGEST_TEXT_BYTES]
    decoded, defect = decode_text(written, of_type.get("charset"))
    if defect:
        contents.note(defect)
    text = clean_text(decoded)
    if media_type == "text/html" or (_LOOKS_LIKE_HTML.match(text) and text.rstrip().endswith(">")):
        contents.segments.append(("", text))
        return
    if media_type in {"text/enriched", "text/richtext"}:
        text = re.sub(r"<[^<>]{0,60}>", "", text.replace("<<", "<"))
    if of_type.get("format", "").lower() == "flowed":
        text = _unflowed(text, delete_spaces=of_type.get("delsp", "").lower() == "yes")
    text, files = uuencoded_files(text)
    for name, content in files:
        named = plain_file_name(name) or f"attachment-{len(contents.attachments) + 1}.bin"
        _attach(contents, named, mimetypes.guess_type(named)[0] or "application/octet-stream", content)
    if text.strip():
        contents.segments.append((text, None))


def _readable(plain: str, html: str | None) -> str:
    plain = plain.strip("\n")
    if html is None:
        return plain
    # "Your program cannot show HTML" is no text; nor is nothing.
    if plain.strip() and not (len(plain) < SHORT_EXCUSE and re.search(r"\bhtml\b", plain, re.IGNORECASE)):
        return plain
    return clean_text(text_of_html(html)).strip("\n") or plain


def _unflowed(text: str, *, delete_spaces: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next line of the same quote depth."""
    lines: list[str] = []
    pieces: list[str] = []
    flowing: tuple[str, bool] = ("", False)
    for line in text.split("\n"):
        quote = re.match(r">*", line)
        marks = quote[0] if quote else ""
        content = line[len(marks) :]
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if flowing != (marks, True) or content == "-- ":
            lines.append("".join(pieces))
            pieces = [f"{marks} " if marks else ""]
        pieces.append(content[:-1] if flows and delete_spaces else content)
        flowing = (marks, flows)
    lines.append("".join(pieces))
    return "\n".join(lines[1:])


def media_type_of(part: MailPart) -> str:
    """`text/plain` and the like, in small letters; the standard's default where the header is missing or broken."""
    words = parameters(raw_header(part, "content-type"))[0].split()
    declared = words[0] if words else part.get_default_type()
    if not re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}", declared):
        # Without a boundary to go by, the parser has already taken it for text.
        return declared if declared in _READ_AS_TEXT else "text/plain"
    return declared


def _attach_any(part: MailPart, contents: Contents) -> None:
    """A part that is a file by its place: the report of a bounce, the signature of a signed mail."""
    media_type = media_type_of(part)
    if part.children() is None:
        _attach_file(part, media_type, contents, inline=False)
    elif media_type.startswith("multipart/"):
        _attach(contents, "part.eml", "message/rfc822", source_of(part))
    else:
        _attach_message(part, media_type, contents)


def _attach_message(part: MailPart, media_type: str, contents: Contents) -> None:
    """A mail inside the mail (`message/…`) as a file that mail programs open."""
    content = body_source(part)
    inner = part.children()
    if raw_header(part, "content-transfer-encoding").strip().lower() in {"base64", "quoted-printable"}:
        # Not allowed, and done all the same.
        decoded = part_bytes(_leaf(raw_header(part, "content-transfer-encoding"), content))
        content = decoded or content
    name = plain_file_name(parameters(raw_header(part, "content-disposition"))[1].get("filename", ""))
    if not name and media_type in {"message/rfc822", "message/global"} and inner:
        subject = header_text(raw_header(inner[0], "subject"))
        name = plain_file_name(f"{subject[:80].replace('/', '-')}.eml") if subject.strip(". ") else ""
    _attach(
        contents,
        name or file_name(part, media_type, len(contents.attachments) + 1),
        media_type,
        content.lstrip(b"\r\n"),
    )


def _leaf(encoding: str, content: bytes) -> MailPart:
    return parsed(b"Content-Transfer-Encoding: " + encoding.strip().encode("ascii", "replace") + b"\n\n" + content)


def _attach_file(part: MailPart, media_type: str, contents: Contents, *, inline: bool) -> None:
    name = file_name(part, media_type, len(contents.attachments) + 1)
    content_ids = message_ids(raw_header(part, "content-id"))
    content_id = content_ids[0] if content_ids else clean_text(raw_header(part, "content-id")).strip(" <>\n")
    content = part_bytes(part)
    if (media_type in _WINMAIL or name.lower() == "winmail.dat") and _attach_winmail(contents, content):
        return
    _attach(contents, name, media_type, content, is_inline=inline, content_id=content_id or None)


def _attach_winmail(contents: Contents, content: bytes) -> bool:
    """Unpack what Outlook packed; False when there is nothing in it or it is broken, and the file stays as it is."""
    try:
        found = unpacked_winmail(content)
    except BrokenWinmail:
        contents.note("winmail.dat could not be unpacked: kept as a file")
        return False
    if not contents.segments and (found.text.strip() or found.html):
        contents.segments.append((found.text, found.html or None))
    before = len(contents.attachments)
    _attach_packed(contents, found, is_told=bool(contents.segments))
    return len(contents.attachments) > before or bool(found.text or found.html)


def _attach_packed(contents: Contents, found: Winmail, *, is_told: bool) -> None:
    """The files of a `winmail.dat`; the words of a mail packed into it, too, where they stand nowhere else."""
    if found.rtf and not is_told:
        _attach(contents, "message.rtf", "application/rtf", found.rtf)
    for file in found.files:
        name = plain_file_name(file.name) or f"attachment-{len(contents.attachments) + 1}.bin"
        if file.mail is not None:
            words = file.mail.html or file.mail.text
            kind = "html" if file.mail.html else "plain"
            if words:
                _attach(contents, f"{name}.{'html' if file.mail.html else 'txt'}", f"text/{kind}", words.encode())
            _attach_packed(contents, file.mail, is_told=bool(words))
            continue
        told = file.media_type.lower() if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", file.media_type) else ""
        media_type = told or mimetypes.guess_type(name)[0] or "application/octet-stream"
        is_inline = bool(file.content_id) and media_type.startswith("image/")
        _attach(contents, name, media_type, file.content, is_inline=is_inline, content_id=file.content_id or None)


def _attach(
    contents: Contents,
    name: str,
    media_type: str,
    content: bytes,
    *,
    is_inline: bool = False,
    content_id: str | None = None,
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    contents.attachments.append(ReadAttachment(name, media_type, content, digest, is_inline, content_id))
