"""winmail.dat: its files and words come out, and what is broken or made to harm stays a file."""

import base64
import struct

import pytest

from clientela.inbox.reading.read import ReadMessage, read_message
from clientela.inbox.reading.winmail import BrokenWinmail, rtf_of, unpacked_winmail

BEGIN = struct.pack("<IH", 0x223E9F78, 1)
RENDERING, TITLE, DATA, PROPERTIES, FILE, BODY, CODEPAGE = 0x9002, 0x8010, 0x800F, 0x9003, 0x9005, 0x800C, 0x9007
MAIL = bytes.fromhex("0703020000000000c000000000000046")
# The two examples of MS-OXRTFCP, 4.1 and 4.2.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def attribute(number: int, value: bytes) -> bytes:
    """One attribute; its checksum is not looked at."""
    return struct.pack("<BHHI", 1, number, 0, len(value)) + value + b"\0\0"


def told(kind: int, number: int, value: bytes) -> bytes:
    """One property of any length."""
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def properties(*each: bytes) -> bytes:
    """The value of an attribute that holds properties."""
    return struct.pack("<I", len(each)) + b"".join(each)


def unicode_words(number: int, words: str) -> bytes:
    """A property of text."""
    return told(0x1F, number, words.encode("utf-16-le") + b"\0\0")


def mail_with(packed: bytes, text: str = "Vedeți oferta.") -> ReadMessage:
    """A mail with these words and a winmail.dat."""
    return read_message(
        b"From: mihai@example.test\nSubject: Oferta\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode() + b"\n--b\n"
        b'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
        + base64.encodebytes(packed)
        + b"--b--\n"
    )


OFFER = (
    attribute(CODEPAGE, struct.pack("<II", 1250, 0))
    + attribute(RENDERING, b"\0" * 14)
    + attribute(TITLE, "Ofert\xe3.pdf\0".encode("latin-1"))
    + attribute(DATA, b"%PDF-1.4 offer")
    + attribute(RENDERING, b"\0" * 14)
    + attribute(DATA, b"\x89PNG")
    + attribute(
        FILE,
        properties(
            struct.pack("<HHI", 3, 0x0E20, 4),
            unicode_words(0x3707, "../Sigla noastră.png"),
            unicode_words(0x370E, "image/png"),
            unicode_words(0x3712, "<sigla@example.test>"),
        ),
    )
)


def test_the_files_inside_are_the_mails_files() -> None:
    message = mail_with(BEGIN + OFFER)
    assert message.text == "Vedeți oferta."
    assert [(one.name, one.media_type, one.content, one.content_id, one.is_inline) for one in message.attachments] == [
        ("Ofertă.pdf", "application/pdf", b"%PDF-1.4 offer", None, False),
        ("Sigla noastră.png", "image/png", b"\x89PNG", "sigla@example.test", True),
    ]
    assert message.defects == ()


def test_a_mail_packed_into_it_gives_its_words_and_its_files() -> None:
    inner = BEGIN + attribute(BODY, b"It leaks.\0") + attribute(RENDERING, b"") + attribute(TITLE, b"a.txt\0")
    inner += attribute(DATA, b"A")
    packed = BEGIN + attribute(RENDERING, b"")
    packed += attribute(FILE, properties(unicode_words(0x3707, "Luc"), told(0x0D, 0x3701, MAIL + inner)))
    message = mail_with(packed)
    assert [(one.name, one.content) for one in message.attachments] == [("Luc.txt", b"It leaks."), ("a.txt", b"A")]


@pytest.mark.parametrize(
    ("packed", "text"),
    [
        (attribute(BODY, b"Only here.\0"), "Only here."),
        (attribute(PROPERTIES, properties(unicode_words(0x1000, "Doar aici, șef."))), "Doar aici, șef."),
        (
            attribute(
                PROPERTIES,
                properties(
                    struct.pack("<HHI", 3, 0x3FDE, 65001), told(0x0102, 0x1013, "<p>Doar aici, șef.</p>".encode())
                ),
            ),
            "Doar aici, șef.",
        ),
    ],
)
def test_the_words_inside_are_read_where_there_are_no_others(packed: bytes, text: str) -> None:
    message = mail_with(BEGIN + packed, text="")
    assert (message.text, message.attachments) == (text, ())


def test_words_in_rtf_alone_become_a_file() -> None:
    message = mail_with(BEGIN + attribute(PROPERTIES, properties(told(0x0102, 0x1009, HELLO))), text="")
    assert [(one.name, one.content) for one in message.attachments] == [
        ("message.rtf", b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")
    ]


def test_compressed_rtf_is_unpacked_as_the_standard_shows() -> None:
    assert rtf_of(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf_of(CROSSING) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert rtf_of(struct.pack("<IIII", 14, 3, 0x414C454D, 0) + b"{}x rest") == b"{}x"
    assert rtf_of(b"") == b""
    assert rtf_of(b"\0" * 40) == b""


def test_compressed_rtf_that_would_grow_without_end_is_cut() -> None:
    packed = struct.pack("<IIII", 0, 0x7FFFFFFF, 0x75465A4C, 0) + (b"\xfe" + b"a" + b"\x0c\xff" * 7) * 300_000
    assert len(rtf_of(packed)) <= 2_000_000


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"not TNEF at all",
        BEGIN + struct.pack("<BHHI", 1, DATA, 0, 0xFFFFFFFF),
        BEGIN + attribute(PROPERTIES, struct.pack("<IHHII", 1, 0x1F, 0x1000, 1, 0xFFFFFFF0)),
        BEGIN + attribute(PROPERTIES, struct.pack("<IHH", 1, 0x0055, 0x1000) + b"\0" * 40),
        BEGIN + attribute(PROPERTIES, b"\1"),
    ],
)
def test_what_is_broken_stays_a_file_and_is_told(packed: bytes) -> None:
    with pytest.raises(BrokenWinmail):
        unpacked_winmail(packed)
    message = mail_with(packed)
    assert [(one.name, one.content) for one in message.attachments] == [("winmail.dat", packed)]
    assert message.defects == ("winmail.dat could not be unpacked: kept as a file",)


def test_nothing_inside_stays_the_file_it_is() -> None:
    message = mail_with(BEGIN)
    assert [(one.name, one.content) for one in message.attachments] == [("winmail.dat", BEGIN)]


def test_a_count_of_four_thousand_million_ends_at_once() -> None:
    assert unpacked_winmail(BEGIN + attribute(PROPERTIES, struct.pack("<I", 0xFFFFFFFF))).text == ""


def test_mails_inside_mails_are_unpacked_to_a_certain_depth() -> None:
    inner = BEGIN + attribute(BODY, b"deep\0")
    for _level in range(50):
        inner = BEGIN + attribute(RENDERING, b"") + attribute(FILE, properties(told(0x0D, 0x3701, MAIL + inner)))
    found = unpacked_winmail(inner)
    depth = 0
    while found.files and found.files[0].mail:
        found, depth = found.files[0].mail, depth + 1
    assert depth == 3
    assert found.files[0].content.startswith(BEGIN)
