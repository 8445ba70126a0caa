"""Mails that lie in files: single, mbox, Maildir, folders."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.inbox.reading.files import RawSource, UnreadableSource, messages_in

ONE = b"From: ana@lumen.test\nSubject: one\n\nFirst.\n"
TWO = b"From: radu@lumen.test\nSubject: two\n\nSecond.\n>From the start.\n"
MBOX = (
    b"From ana@lumen.test Mon Nov 23 10:00:00 2026\n" + ONE + b"\nFrom radu@lumen.test Mon Nov 23 10:05:00 2026\n"
    b"From: radu@lumen.test\nSubject: two\n\nSecond.\n>>From the start.\n\n"
)


def test_a_path_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(UnreadableSource) as refusal:
        list(messages_in(missing))
    assert str(refusal.value) == f"There is no file or folder {missing}."


def test_a_single_file_is_one_mail(tmp_path: Path) -> None:
    path = tmp_path / "anything.txt"
    path.write_bytes(ONE)
    assert list(messages_in(path)) == [RawSource(str(path), ONE)]


def test_an_empty_file_is_still_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.eml"
    path.touch()
    assert list(messages_in(path)) == [RawSource(str(path), b"")]


def test_an_mbox_gives_its_mails_with_numbers_and_without_its_own_marks(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(MBOX)
    assert list(messages_in(path)) == [RawSource(f"{path}:1", ONE), RawSource(f"{path}:2", TWO)]


def test_a_file_called_eml_is_one_mail_even_if_it_begins_like_an_mbox(tmp_path: Path) -> None:
    path = tmp_path / "saved.EML"
    path.write_bytes(MBOX)
    assert list(messages_in(path)) == [RawSource(str(path), MBOX)]


def test_a_sentence_that_begins_with_from_does_not_cut_a_mail_in_two(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(b"From a@b.test Mon Nov 23 10:00:00 2026\n" + ONE + b"\nFrom here on it got worse.\nFrom now.\n")
    (source,) = messages_in(path)
    assert source.raw == ONE + b"\nFrom here on it got worse.\nFrom now.\n"


def test_an_mbox_is_read_one_mail_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(MBOX)
    sources: Iterator[RawSource] = messages_in(path)
    assert next(sources).raw == ONE
    with path.open("ab") as file:
        file.write(b"From c@b.test Mon Nov 23 10:10:00 2026\nSubject: three\n\n")
    assert [source.raw for source in sources] == [TWO, b"Subject: three\n"]


def test_a_maildir_gives_what_was_delivered(tmp_path: Path) -> None:
    for room in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / room).mkdir(parents=True)
    (tmp_path / "dovecot.index.log").write_bytes(b"\0")
    (tmp_path / "cur" / "1.a:2,S").write_bytes(ONE)
    (tmp_path / "new" / "2.b").write_bytes(TWO)
    (tmp_path / "tmp" / "3.c").write_bytes(b"half a ma")
    (tmp_path / ".Sent" / "new" / "4.d").write_bytes(ONE)
    found = [Path(source.name).relative_to(tmp_path).as_posix() for source in messages_in(tmp_path)]
    assert found == [".Sent/new/4.d", "cur/1.a:2,S", "new/2.b"]


def test_a_folder_is_walked_in_the_order_of_names_with_what_lies_below(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "deep.eml").write_bytes(ONE)
    (tmp_path / "z.eml").write_bytes(TWO)
    (tmp_path / "a.mbox").write_bytes(MBOX)
    os.mkfifo(tmp_path / "pipe")
    found = [Path(source.name).relative_to(tmp_path).as_posix() for source in messages_in(tmp_path)]
    assert found == ["a.mbox:1", "a.mbox:2", "z.eml", "b/deep.eml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told_and_the_others_follow(tmp_path: Path) -> None:
    closed = tmp_path / "a.eml"
    closed.write_bytes(ONE)
    closed.chmod(stat.S_IWUSR)
    (tmp_path / "b.eml").write_bytes(TWO)
    first, second = messages_in(tmp_path)
    assert (first.raw, first.problem) == (b"", "The file cannot be read: Permission denied.")
    assert (second.raw, second.problem) == (TWO, None)
