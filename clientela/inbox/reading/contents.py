"""What one part of a mail holds: its bytes without transfer encoding, its text, its file name, its source."""

import binascii
import mimetypes
import quopri
import re
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import cast

from clientela.inbox.reading.headers import header_text, parameters

LONGEST_NAME = 150
MOST_FILES_IN_TEXT = 200
LONGEST_CONTENT_TYPE = 10_000
# Above this the reader has already stopped; a source nested deeper is cut with a reason.
DEEPEST_SOURCE = 200

_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_BASE64_LINE = re.compile(rb"^[ \t]*[A-Za-z0-9+/]+={0,2}[ \t]*$", re.MULTILINE)
_BEGIN = re.compile(r"^begin(?P<base64>-base64)? [0-7]{3,4} (?P<name>[^\n]+)\n", re.MULTILINE)
_END = re.compile(r"^(?:end|====)[ \t]*$\n?", re.MULTILINE)
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/rfc822-headers": ".txt",
    "application/ms-tnef": ".dat",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
}
# What programs that give no name would have called the file.
_USUAL_NAMES = {
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "version.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "text/calendar": "invitation.ics",
}


class MailPart(EmailMessage):
    """A mail or one part of it, headers and bytes as they came: the public ways decode what they should not."""

    _payload: object

    def raw_payload(self) -> bytes:
        """The bytes of a leaf part, transfer encoding and character set untouched; nothing for a part of parts."""
        return self._payload.encode("utf-8", "surrogateescape") if isinstance(self._payload, str) else b""

    def get_boundary(self, failobj: object = None) -> object:  # type: ignore[override] # as the class above says it
        """The declared boundary. Of an endless header none: the library needs the square of its length for it."""
        return (
            failobj if len(raw_header(self, "content-type")) > LONGEST_CONTENT_TYPE else super().get_boundary(failobj)
        )

    def children(self) -> "list[MailPart] | None":
        """The parts inside, or None for a leaf."""
        if not isinstance(self._payload, list):
            return None
        return [child for child in self._payload if isinstance(child, MailPart)]


# `policy.default` without its header parser, which raises on some malformed headers and loses raw UTF-8.
AS_IT_CAME = default.clone(header_factory=lambda _name, value: value, message_factory=MailPart)


def parsed(raw: bytes, *, head_only: bool = False) -> MailPart:
    """The tree of parts that `raw` is. Deep nesting may raise `RecursionError`."""
    return cast("MailPart", BytesParser(_class=MailPart, policy=AS_IT_CAME).parsebytes(raw, headersonly=head_only))


def raw_header(part: MailPart, name: str) -> str:
    """The first header line of that name as it came, or an empty string."""
    wanted = name.lower()
    return next((str(value) for key, value in part.raw_items() if key.lower() == wanted), "")


def part_bytes(part: MailPart) -> bytes:
    """What a leaf part holds, transfer encoding undone. Never raises: what cannot be undone comes as it is."""
    raw = part.raw_payload()
    encoding = re.sub(r"[^a-z0-9]", "", raw_header(part, "content-transfer-encoding").lower())
    if encoding.startswith("base64"):
        return _from_base64(raw)
    if encoding.startswith("quotedprintable"):
        return quopri.decodestring(raw)
    if encoding in {"uuencode", "xuuencode", "uue", "xuue"}:
        _rest, files = uuencoded_files(raw.decode("latin-1").replace("\r\n", "\n"))
        return files[0][1] if files else raw
    return raw


def uuencoded_files(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """`text` without the files that are written into it between `begin` and `end`, and those files."""
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    position = 0
    while len(files) < MOST_FILES_IN_TEXT and (begin := _BEGIN.search(text, position)):
        end = _END.search(text, begin.end())
        if end is None:
            break
        lines = text[begin.end() : end.start()]
        content = _from_base64(lines.encode("ascii", "replace")) if begin["base64"] else _from_uuencode(lines)
        if content or not lines.strip("`\n "):
            kept.append(text[position : begin.start()])
            files.append((begin["name"].strip(), content))
        else:
            kept.append(text[position : end.end()])
        position = end.end()
    return "".join([*kept, text[position:]]), files


def file_name(part: MailPart, media_type: str, number: int) -> str:
    """The name the sender gave the file, without any path; or one made of its type and number."""
    _disposition, of_disposition = parameters(raw_header(part, "content-disposition"))
    _type, of_type = parameters(raw_header(part, "content-type"))
    given = of_disposition.get("filename") or of_type.get("name") or of_type.get("filename") or ""
    location = header_text(raw_header(part, "content-location"))
    if not given and re.fullmatch(r"[^:?*<>|]{1,100}\.[A-Za-z0-9]{1,5}", location):
        given = location
    usual = _USUAL_NAMES.get(media_type) or f"attachment-{number}{_extension(media_type)}"
    return plain_file_name(given) or plain_file_name(usual)


def plain_file_name(given: str) -> str:
    """A file name that is only a name: no folders, no control or shell letters, no leading dots, not too long."""
    name = given.replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*]", "", name)
    name = " ".join(name.split()).lstrip(".").strip()
    if len(name) > LONGEST_NAME:
        stem, dot, extension = name.rpartition(".")
        kept = f"{dot}{extension}" if dot and len(extension) <= len("extension") else ""
        name = (stem if kept else name)[: LONGEST_NAME - len(kept)] + kept
    return name


def source_of(part: MailPart, depth: int = 0) -> bytes:
    """A part written out again as the mail it is: headers as they came, then what is inside."""
    head = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    head = (part.get_unixfrom() or "") + ("\n" if part.get_unixfrom() else "") + head
    return head.encode("utf-8", "surrogateescape") + b"\n" + _body_source(part, depth)


def body_source(part: MailPart) -> bytes:
    """What is inside a `message/…` part, written out."""
    return _body_source(part, 0)


def _body_source(part: MailPart, depth: int) -> bytes:
    children = part.children()
    if children is None:
        return part.raw_payload()
    if depth >= DEEPEST_SOURCE:
        return b""
    inner = [source_of(child, depth + 1) for child in children]
    if part.get_content_maintype() != "multipart":
        return b"".join(inner)
    edge = b"--" + str(part.get_boundary() or "").encode("utf-8", "surrogateescape")
    return b"".join(edge + b"\n" + child + b"\n" for child in inner) + edge + b"--\n"


def _extension(media_type: str) -> str:
    fallback = ".txt" if media_type.startswith("message/") else ".bin"
    return _EXTENSIONS.get(media_type) or mimetypes.guess_extension(media_type) or fallback


def _from_base64(raw: bytes) -> bytes:
    compact = raw.translate(None, b" \t\r\n")
    if not _BASE64.fullmatch(compact):
        # Lists add their footer below the encoded lines, and some programs pad in the middle.
        lines = b"".join(line.group().strip() for line in _BASE64_LINE.finditer(raw.replace(b"\r\n", b"\n")))
        compact = lines or re.sub(rb"[^A-Za-z0-9+/=]", b"", raw)
    decoded = []
    for group in re.split(rb"=+", compact):
        letters = group[:-1] if len(group) % 4 == 1 else group
        decoded.append(binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)))
    return b"".join(decoded)


def _from_uuencode(lines: str) -> bytes:
    decoded = []
    for line in lines.splitlines():
        if not line.strip() or line.startswith("`"):
            continue
        try:
            decoded.append(binascii.a2b_uu(line.encode("latin-1")))
        except (binascii.Error, UnicodeEncodeError):
            # Some encoders write one letter too many: as many as the first letter counts are taken.
            wanted = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3
            try:
                decoded.append(binascii.a2b_uu(line[:wanted].encode("latin-1", "replace")))
            except binascii.Error:
                return b""
    return b"".join(decoded)
