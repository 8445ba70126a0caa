"""What a mail answers, and its subject without the marks of answering."""

import pytest

from clientela.inbox.reading.threads import plain_subject, referenced_ids
from tests.rules.inbox.letters import letter, written


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: Lavadora", "Lavadora"),
        ("RE: FW: Fwd: Washer", "Washer"),
        ("Odp: PD: Pralka", "Pralka"),
        ("Răsp: Mașina", "Mașina"),
        ("Rasp.: Mașina", "Mașina"),
        ("Re[2]: Fwd (3): x", "x"),
        ("AW: WG: Gerät", "Gerät"),
        ("RV: Res: SV: VS: TR: Antw: x", "x"),
        ("回复：你好", "你好"),
        ("Re :Re:x", "x"),
        ("  Re: \n  two   words ", "two words"),
        ("Fw: [External] Re: x", "[External] Re: x"),
        ("Re:", "Re:"),
        ("Re: Re:", "Re: Re:"),
        ("", ""),
        ("Recall: x", "Recall: x"),
        ("Ref: 123", "Ref: 123"),
        ("Factura: x", "Factura: x"),
        ("Repair", "Repair"),
    ],
)
def test_a_subject_loses_its_marks_of_answering_and_nothing_else(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


def test_what_is_answered_comes_before_what_was_answered_earlier() -> None:
    ours = "r-7kx2-4.reply-812.zzzzzzzzzzzzzzzzzzzzzzzz@casa-lavora.test"
    earlier = "r-7kx2-4.reply-811.yyyyyyyyyyyyyyyyyyyyyyyy@casa-lavora.test"
    assert referenced_ids(letter("forged-identifier-of-ours")) == (ours, earlier)


def test_references_are_tried_from_the_last_to_the_first() -> None:
    message = written("From: a@b.test", "References: <1@b.test> <2@b.test>\r\n\t<3@b.test>")
    assert referenced_ids(message) == ("3@b.test", "2@b.test", "1@b.test")


def test_identifiers_without_brackets_or_broken_by_folding_are_understood() -> None:
    message = written("From: a@b.test", "In-Reply-To: 1@b.test", "References: <2@\r\n b.test> junk <>")
    assert referenced_ids(message) == ("1@b.test", "2@b.test")


def test_a_mail_that_answers_nothing_refers_to_nothing() -> None:
    assert referenced_ids(written("From: a@b.test", "In-Reply-To: your mail of Monday")) == ()
