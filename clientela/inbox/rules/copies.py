"""Whether two mails are one that came twice, or two that carry the same Message-ID."""

from collections.abc import Sequence
from hashlib import sha256

from clientela.inbox.reading.parts import ReadAttachment
from clientela.inbox.reading.read import ReadMessage


def is_same_message(one: ReadMessage, other: ReadMessage) -> bool:
    """Whether two mails with the same Message-ID are the same mail, by two ways perhaps.

    A mail that went through a list may have lost its files, or have got a line below it and a word in its subject;
    but its sender, the moment on it and its words are the same. Programs that use one Message-ID again and again (a
    scanner, a web form) change the moment, the words or the files: those are different mails, and none may be lost.
    """
    if one.from_address.lower() != other.from_address.lower():
        return False
    if one.date is not None and other.date is not None and one.date != other.date:
        return False
    first, second = _folded(one.text), _folded(other.text)
    if not first and not second:
        same_words = _folded(one.subject) == _folded(other.subject)
    else:
        has_moment = one.date is not None and other.date is not None
        same_words = first == second or (has_moment and _goes_on(first, second))
    return same_words and _same_files(one.attachments, other.attachments)


def _goes_on(first: str, second: str) -> bool:
    """Whether one begins with the whole of the other."""
    return bool(first) and bool(second) and (first.startswith(second) or second.startswith(first))


def _same_files(one: Sequence[ReadAttachment], other: Sequence[ReadAttachment]) -> bool:
    first = {sha256(file.content).digest() for file in one}
    second = {sha256(file.content).digest() for file in other}
    return first <= second or second <= first


def _folded(text: str) -> str:
    return " ".join(text.split())
