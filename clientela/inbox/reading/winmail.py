"""What Outlook packs into `winmail.dat` (TNEF, as MS-OXTNEF describes it): files, and the words of the mail.

Read with our own eyes: the data comes from strangers, so every length and count is checked against what is there, and
nothing is unpacked but the one compressed text, up to a limit.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from clientela.inbox.reading.characters import clean_text, decode_text

MOST_FILES = 200
MOST_PARTS = 20_000
DEEPEST_MAIL = 3
LONGEST_RTF_BYTES = 2_000_000

_SIGNATURE = 0x223E9F78
_HEAD = struct.Struct("<BHHI")
_BODY, _TITLE, _DATA, _RENDERING, _PROPERTIES, _FILE, _CODEPAGE = 0x800C, 0x8010, 0x800F, 0x9002, 0x9003, 0x9005, 0x9007
# MAPI property numbers.
_TEXT, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_CONTENT, _SHORT_NAME, _LONG_NAME, _MEDIA_TYPE, _CONTENT_ID, _TEXT_CODEPAGE = (
    0x3701,
    0x3704,
    0x3707,
    0x370E,
    0x3712,
    0x3FDE,
)
# MAPI types: how many bytes a value of fixed length takes, and those of any length.
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16, 1: 0}
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x0102
_MULTIPLE = 0x1000
_NAMED = 0x8000
# An attached mail stands behind this identifier, packed the same way again.
_IS_MAIL = bytes.fromhex("0703020000000000c000000000000046")

_RTF_HEAD = struct.Struct("<IIII")
_RTF_COMPRESSED, _RTF_PLAIN = 0x75465A4C, 0x414C454D
_RTF_WINDOW = 4096
# What every compressed text may refer back to before its own first letter.
_RTF_BEGUN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    b"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


class BrokenWinmail(Exception):  # noqa: N818 - the name says what it is
    """The data is no TNEF, or ends in the middle."""


@dataclass(slots=True)
class PackedFile:
    """One file inside. `media_type` and `content_id` are empty where they are not told."""

    name: str = ""
    media_type: str = ""
    content_id: str = ""
    content: bytes = field(default=b"", repr=False)
    mail: "Winmail | None" = None


@dataclass(slots=True)
class Winmail:
    """What was inside: the words (plain, HTML or RTF, as far as there are any) and the files."""

    text: str = ""
    html: str = ""
    rtf: bytes = field(default=b"", repr=False)
    files: list[PackedFile] = field(default_factory=list)


def unpacked_winmail(data: bytes, *, depth: int = 0) -> Winmail:
    """Unpack a `winmail.dat`. Raises `BrokenWinmail`; what was read before the break is lost then, the data is not."""
    try:
        return _unpacked(memoryview(data), depth)
    except (struct.error, IndexError, ValueError, UnicodeError) as error:
        raise BrokenWinmail(str(error)) from error


def _unpacked(data: memoryview, depth: int) -> Winmail:
    if len(data) < len("\0\0\0\0\0\0") or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        message = "no TNEF"
        raise BrokenWinmail(message)
    found = Winmail()
    codepage = "cp1252"
    current: PackedFile | None = None
    for number, value in _attributes(data):
        if number == _RENDERING:
            if len(found.files) >= MOST_FILES:
                break
            current = PackedFile()
            found.files.append(current)
        elif number == _CODEPAGE and len(value) >= len("\0\0\0\0"):
            codepage = _codec(struct.unpack_from("<I", value)[0])
        elif number == _PROPERTIES:
            _read_mail(found, value, codepage)
        elif number == _BODY and not found.text:
            found.text = _words(bytes(value), codepage)
        elif current is not None:
            _read_file(current, number, value, codepage, depth)
    return found


def _attributes(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and value of each attribute, in their order."""
    position = len("\0\0\0\0\0\0")
    for _count in range(MOST_PARTS):
        if position + _HEAD.size > len(data):
            return
        _level, number, _kind, length = _HEAD.unpack_from(data, position)
        begin = position + _HEAD.size
        if begin + length > len(data):
            message = "it ends in the middle"
            raise BrokenWinmail(message)
        yield number, data[begin : begin + length]
        # Two bytes of checksum follow; nothing depends on them, as the mail has been stored as it came.
        position = begin + length + 2


def _read_mail(found: Winmail, value: memoryview, codepage: str) -> None:
    told = dict(_properties(value))
    codec = codepage
    if (page := told.get(_TEXT_CODEPAGE)) and len(page[1]) >= len("\0\0\0\0"):
        codec = _codec(struct.unpack_from("<I", page[1])[0])
    if _TEXT in told:
        found.text = _string(told[_TEXT], codec)
    if _HTML in told:
        found.html = _string(told[_HTML], codec)
    if _RTF in told:
        found.rtf = rtf_of(told[_RTF][1])


def _read_file(current: PackedFile, number: int, value: memoryview, codepage: str, depth: int) -> None:
    if number == _TITLE:
        current.name = current.name or _words(bytes(value), codepage)
    elif number == _DATA:
        current.content = bytes(value)
    elif number == _FILE:
        told = dict(_properties(value))
        current.name = _told(told, _LONG_NAME, codepage) or current.name or _told(told, _SHORT_NAME, codepage)
        current.media_type = _told(told, _MEDIA_TYPE, codepage)
        current.content_id = _told(told, _CONTENT_ID, codepage).strip("<> ")
        if _CONTENT in told:
            content = told[_CONTENT][1]
            if content.startswith(_IS_MAIL) and depth < DEEPEST_MAIL:
                current.mail = _unpacked(memoryview(content)[len(_IS_MAIL) :], depth + 1)
            current.content = content.removeprefix(_IS_MAIL)


def _properties(value: memoryview) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Number, type and value of each property; of several values the first."""
    (count,) = struct.unpack_from("<I", value)
    position = 4
    for _index in range(min(count, MOST_PARTS)):
        if position + 4 > len(value):
            return
        kind, number = struct.unpack_from("<HH", value, position)
        position += 4
        if number >= _NAMED:
            position += 16
            (is_string,) = struct.unpack_from("<I", value, position)
            position += 4
            (length,) = struct.unpack_from("<I", value, position)
            position += 4 + (_padded(length) if is_string else 0)
        first, position = _value(value, position, kind)
        yield number, (kind & ~_MULTIPLE, first)


def _value(value: memoryview, position: int, kind: int) -> tuple[bytes, int]:
    """The first value at `position`, and where the next property begins."""
    plain = kind & ~_MULTIPLE
    size = _FIXED.get(plain)
    if size is not None and not kind & _MULTIPLE:
        return bytes(value[position : position + size]), position + size
    (count,) = struct.unpack_from("<I", value, position)
    position += 4
    if size is not None:
        return bytes(value[position : position + size]), position + size * min(count, len(value))
    if plain not in {_STRING, _UNICODE, _OBJECT, _BINARY}:
        message = f"property type {kind:#06x}"
        raise BrokenWinmail(message)
    first = b""
    for index in range(min(count, MOST_PARTS)):
        (length,) = struct.unpack_from("<I", value, position)
        position += 4
        if position + length > len(value):
            message = "a property ends in the middle"
            raise BrokenWinmail(message)
        if index == 0:
            first = bytes(value[position : position + length])
        position += _padded(length)
    return first, position


def _padded(length: int) -> int:
    return length + -length % 4


def _told(told: dict[int, tuple[int, bytes]], number: int, codepage: str) -> str:
    return _string(told[number], codepage).strip() if number in told else ""


def _string(value: tuple[int, bytes], codepage: str) -> str:
    kind, content = value
    if kind == _UNICODE:
        return clean_text(content.decode("utf-16-le", "replace").rstrip("\0"))
    return _words(content, codepage)


def _words(content: bytes, codepage: str) -> str:
    return clean_text(decode_text(content.rstrip(b"\0"), codepage)[0])


def _codec(page: int) -> str:
    return {65001: "utf-8", 20127: "ascii", 28591: "iso-8859-1", 28592: "iso-8859-2"}.get(page, f"cp{page}")


def rtf_of(packed: bytes) -> bytes:
    """The RTF that Outlook packs its words into (MS-OXRTFCP); at most `LONGEST_RTF_BYTES` of it, nothing if broken."""
    if len(packed) < _RTF_HEAD.size:
        return b""
    _size, size, kind, _checksum = _RTF_HEAD.unpack_from(packed)
    content = packed[_RTF_HEAD.size :]
    if kind == _RTF_PLAIN:
        return content[: min(size, LONGEST_RTF_BYTES)]
    return _rtf_unpacked(content, min(size, LONGEST_RTF_BYTES)) if kind == _RTF_COMPRESSED else b""


def _rtf_unpacked(content: bytes, size: int) -> bytes:
    out = bytearray(_RTF_BEGUN)
    wanted = size + len(_RTF_BEGUN)
    position = 0
    while position < len(content) and len(out) < wanted:
        flags = content[position]
        position += 1
        for bit in range(8):
            if position >= len(content) or len(out) >= wanted:
                break
            if not flags >> bit & 1:
                out.append(content[position])
                position += 1
                continue
            reference = int.from_bytes(content[position : position + 2], "big")
            position += 2
            # The place in the window that is to be written next, counted from the beginning of the window.
            back = (len(out) - (reference >> 4)) % _RTF_WINDOW
            if not back or back > len(out):
                return bytes(out[len(_RTF_BEGUN) : wanted])
            for _letter in range((reference & 15) + 2):
                out.append(out[-back])
    return bytes(out[len(_RTF_BEGUN) : wanted])
