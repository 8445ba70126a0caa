"""Whatever is sent to harm or is spoilt on its way: read in bounded time and memory, and never a crash."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.inbox.reading.headers import header_text
from tests.bench.fuzz import MOST_MEGABYTES, Figures, Reader
from tests.rules.inbox.bombs import BOMBS, HEAD, TEXT, many_headers, nested_parts
from tests.rules.inbox.letters import LETTERS
from tests.rules.inbox.mutations import examined, spoilt

# `make fuzz` asks for two seconds of this machine; a slower one is not told that its mail is wrong.
LONGEST_SECONDS = 8.0
SPOILT_MAILS = 250


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A process of its own, so that its memory can be measured."""
    child = Reader(longest_seconds=LONGEST_SECONDS)
    yield child
    child.stop()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_neither_the_time_nor_the_memory(name: str, reader: Reader) -> None:
    figures = Figures()
    assert reader.problem(name, BOMBS[name](), figures) is None
    assert 0 < figures.most_megabytes <= MOST_MEGABYTES


def test_the_reader_of_bombs_sees_what_is_too_slow(reader: Reader) -> None:
    hurried = Reader(longest_seconds=0.0)
    assert "s" in (hurried.problem("letter", HEAD + TEXT + b"words", Figures()) or "")
    hurried.stop()


def test_ten_thousand_nested_parts_are_kept_as_a_file_and_the_headers_are_read() -> None:
    mail = examined(nested_parts())
    assert mail is not None
    assert (mail.address, mail.read.subject) == ("ana@lumen.test", "bomb")
    assert [one.name for one in mail.read.attachments] == ["the-mail-as-it-came.eml"]
    assert mail.forwarded is None
    assert mail.read.defects == ("more than 500 boundaries: kept as a file",)


def test_of_endless_headers_the_first_megabyte_is_read_and_the_text_is_found() -> None:
    mail = examined(HEAD + many_headers(200_000))
    assert mail is not None
    assert (mail.address, mail.said) == ("ana@lumen.test", "words")
    assert mail.read.defects == (
        "its headers are longer than 1000000 bytes: the others are only in the mail as it came",
    )


@pytest.mark.parametrize(
    "subject",
    [
        "harmless\r\n Bcc: victim@lumen.test",
        "harmless\rBcc: victim@lumen.test",
        "=?utf-8?q?harmless=0D=0ABcc:_victim=40lumen.test?=",
        "=?utf-8?b?aGFybWxlc3MNCkJjYzogdmljdGltQGx1bWVuLnRlc3Q=?=",
        "harmless\0\u2028Bcc: victim@lumen.test",
    ],
)
def test_a_line_end_in_a_subject_forges_no_header(subject: str) -> None:
    mail = examined(b"From: ana@lumen.test\r\nSubject: " + subject.encode() + b"\r\n\r\nwords")
    assert mail is not None
    assert "Bcc: victim@lumen.test" in mail.read.subject
    assert len(header_text(subject).splitlines()) == 1
    assert mail.read.header("bcc") is None


def test_spoilt_letters_are_read_or_refused_and_nothing_else() -> None:
    letters = [path.read_bytes() for path in sorted(LETTERS.glob("*.eml"))]
    begun = time.monotonic()
    chance = Random(2026)
    read = [examined(spoilt(chance.choice(letters), letters, chance)) for _mail in range(SPOILT_MAILS)]
    assert sum(mail is not None for mail in read) > SPOILT_MAILS // 2
    assert time.monotonic() - begun < SPOILT_MAILS


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(LETTERS.glob("*.eml"))), st.integers(0, 5_000))
def test_any_bytes_anywhere_in_a_letter_are_survived(piece: bytes, path: Path, at: int) -> None:
    letter = path.read_bytes()
    examined(piece)
    examined(letter[:at] + piece + letter[at:])
