"""The raw mails written for the tests: byte for byte as they would come over the wire."""

from pathlib import Path

from clientela.inbox.reading.read import ReadMessage, read_message

LETTERS = Path(__file__).resolve().parents[2] / "doors" / "letters"


def raw_letter(name: str) -> bytes:
    """The bytes of `name`.eml."""
    return (LETTERS / f"{name}.eml").read_bytes()


def letter(name: str) -> ReadMessage:
    """`name`.eml, read."""
    return read_message(raw_letter(name))


def written(*lines: str, body: str = "Hello.") -> ReadMessage:
    """A small mail made of header lines and a body."""
    return read_message("\r\n".join([*lines, "", body]).encode())
