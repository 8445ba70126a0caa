"""The same mail twice, or two mails with one Message-ID: none is doubled, and none is lost."""

import pytest

from clientela.inbox.reading.read import ReadMessage, read_message
from clientela.inbox.rules.copies import is_same_message

DATE = "Date: Mon, 23 Nov 2026 09:00:00 +0100"


def mail(*headers: str, body: str = "It leaks.", sender: str = "zofia@example.test") -> ReadMessage:
    lines = [f"From: {sender}", "Message-ID: <one@example.test>", *headers, "", body, ""]
    return read_message("\r\n".join(lines).encode())


def with_file(content: str, *headers: str, body: str = "Scan") -> ReadMessage:
    parts = (
        f'--b\r\nContent-Type: text/plain\r\n\r\n{body}\r\n--b\r\nContent-Disposition: attachment; filename="s.pdf"\r\n'
        f"Content-Type: application/pdf\r\n\r\n{content}\r\n--b--"
    )
    return mail('Content-Type: multipart/mixed; boundary="b"', *headers, body=parts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (mail(DATE), mail(DATE)),
        (mail(), mail()),
        (mail(DATE), mail()),  # a server on the way took the date off, or put it on
        (mail(DATE, "Received: by a"), mail(DATE, "Received: by b", "X-Spam: no")),
        (mail(DATE, "Subject: Leak"), mail(DATE, "Subject: [list] Leak")),
        (mail(DATE), mail(DATE, body="It  leaks.\r\n\r\n-- \r\nYou get this by our list.")),
        (with_file("page one", DATE), mail(DATE, body="Scan")),  # a list that takes files off
        (mail(DATE, sender="zofia@example.test"), mail(DATE, sender="ZOFIA@example.test")),
        (mail(DATE, "Subject: Leak", body=""), mail(DATE, "Subject: Leak", body="")),
    ],
)
def test_one_mail_by_two_ways_is_one(one: ReadMessage, other: ReadMessage) -> None:
    assert is_same_message(one, other)
    assert is_same_message(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (mail(DATE), mail(DATE, body="The pump is loud.")),
        (mail(DATE), mail(DATE, sender="lucia@example.test")),
        (mail(DATE), mail("Date: Mon, 23 Nov 2026 09:00:01 +0100")),  # a machine that says the same every day
        (mail(), mail(body="It leaks. And it smells.")),  # nothing says that both were written at once
        (with_file("page one", DATE), with_file("page two", DATE)),  # a scanner
        (mail(DATE, "Subject: Leak", body=""), mail(DATE, "Subject: Smell", body="")),
        (mail(DATE, body=""), mail(DATE)),
    ],
)
def test_another_mail_with_the_same_message_id_is_not_lost(one: ReadMessage, other: ReadMessage) -> None:
    assert not is_same_message(one, other)
    assert not is_same_message(other, one)
