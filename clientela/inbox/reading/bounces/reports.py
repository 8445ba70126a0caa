"""The report of RFC 3464: one block of fields for each recipient, wherever in the mail it stands.

It should be a part of type message/delivery-status. Some servers send it as a plain file, and people who forward a
bounce have it in their text, behind quote marks.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clientela.inbox.reading.characters import clean_text, decode_text
from clientela.inbox.reading.headers import Address, addresses
from clientela.inbox.reading.read import ReadMessage

MOST_BLOCKS = 100
READ_BYTES = 500_000
READ_FOR_BLOCKS = 100_000

_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{1,60}):[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t>]*", re.MULTILINE)
_TYPED = re.compile(r"^\s*[A-Za-z0-9-]+\s*;\s*")
_STARTS_A_BLOCK = re.compile(r"(?m)^(?=(?:Original|Final)-Recipient:)", re.IGNORECASE)
_ABOUT_A_RECIPIENT = frozenset({"final-recipient", "original-recipient", "action", "status", "diagnostic-code"})
_IS_REPORT = re.compile(r"^(?:Final|Original)-Recipient:|^Diagnostic-Code:", re.IGNORECASE | re.MULTILINE)
_REPORT_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_JAPANESE = b"\x1b$"  # how ISO-2022-JP begins, which nobody declares here
_TEXTS = frozenset({"text/plain", "application/octet-stream", "text/rfc822-headers"})


@dataclass(frozen=True, slots=True)
class Block:
    """What a report says of one recipient. Fields that it has not are empty.

    `recipient` is the address we wrote to, where both are told: the final one may be behind a forwarding that is none
    of our business. `status` is the field's whole value: words in parentheses may follow the code.
    """

    recipient: str
    final_recipient: str
    action: str
    status: str
    diagnostic: str
    remote: str


@dataclass(slots=True)
class _Fields:
    values: dict[str, str] = field(default_factory=dict)

    def typed(self, name: str) -> str:
        """A value without the type before the semicolon ("rfc822;", "smtp;")."""
        return _TYPED.sub("", self.values.get(name, ""), count=1).strip()

    def address(self, name: str) -> str:
        found = addresses(self.typed(name))
        return found[0].address if found else ""


def reported_blocks(message: ReadMessage) -> tuple[Block, ...]:
    """Find what the mail reports of each recipient, in the order of the report; a recipient told twice comes once."""
    found: dict[tuple[str, str], Block] = {}
    for text in _reports(message):
        for block in _blocks(text):
            found.setdefault((block.recipient or block.final_recipient, block.status), block)
            if len(found) >= MOST_BLOCKS:
                break
    return tuple(found.values())


def noticed_blocks(message: ReadMessage) -> tuple[Block, ...]:
    """Find what a sending service (Amazon SES) reports in JSON instead of a report of RFC 3464."""
    start = message.text.find("{")
    if start < 0 or "ounce" not in message.text:
        return ()
    notice = _json_object(message.text[start:READ_FOR_BLOCKS])
    if isinstance(notice.get("Message"), str):
        notice = _json_object(notice["Message"])
    bounce = notice.get("bounce")
    recipients = bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None
    if not isinstance(bounce, dict) or not isinstance(recipients, list):
        return ()
    passing = "4.0.0" if str(bounce.get("bounceType", "")).lower() == "transient" else ""
    return tuple(
        Block(
            recipient=(addresses(str(one.get("emailAddress", ""))) or (Address("", ""),))[0].address,
            final_recipient="",
            action=str(one.get("action", "failed")).lower()[:20],
            status=str(one.get("status", passing))[:80],
            diagnostic=_TYPED.sub("", str(one.get("diagnosticCode", "")), count=1)[:2_000],
            remote="",
        )
        for one in recipients[:MOST_BLOCKS]
        if isinstance(one, dict)
    )


def _json_object(text: str) -> dict[str, Any]:
    try:
        found, _end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _reports(message: ReadMessage) -> Iterator[str]:
    for attachment in message.attachments:
        if attachment.media_type in _REPORT_TYPES:
            yield _text(attachment.content)
    for attachment in message.attachments:
        if attachment.media_type in _TEXTS:
            text = _text(attachment.content)
            if _IS_REPORT.search(text):
                yield text
    text = _QUOTE_MARK.sub("", message.text[:READ_FOR_BLOCKS])
    if _IS_REPORT.search(text) and re.search(r"^(?:Action|Status):", text, re.IGNORECASE | re.MULTILINE):
        yield text


def _text(content: bytes) -> str:
    content = content[:READ_BYTES]
    return clean_text(decode_text(content, "iso-2022-jp" if _JAPANESE in content else None)[0])


def _blocks(text: str) -> Iterator[Block]:
    for paragraph in re.split(r"\n[ \t]*\n", text):
        pieces = [paragraph]
        if len(_STARTS_A_BLOCK.findall(paragraph)) > 1:
            pieces = _one_recipient_each(paragraph)
        for piece in pieces:
            fields = _Fields()
            for name, value in _FIELD.findall(piece):
                fields.values.setdefault(name.lower(), " ".join(value.split()))
            if not _ABOUT_A_RECIPIENT & fields.values.keys():
                continue
            yield Block(
                recipient=fields.address("original-recipient") or fields.address("final-recipient"),
                final_recipient=fields.address("final-recipient"),
                action=(fields.values.get("action", "").split() or [""])[0].lower().strip(";,."),
                status=fields.values.get("status", ""),
                diagnostic=fields.typed("diagnostic-code"),
                remote=fields.typed("remote-mta"),
            )


def _one_recipient_each(paragraph: str) -> list[str]:
    """A report without empty lines between its recipients: a new one starts where a field comes a second time."""
    pieces: list[list[str]] = [[]]
    seen: set[str] = set()
    for line in paragraph.split("\n"):
        name = line.partition(":")[0].lower() if re.match(r"[A-Za-z-]+:", line) else ""
        if name in seen and name in {"final-recipient", "original-recipient"}:
            pieces.append([])
            seen.clear()
        if name:
            seen.add(name)
        pieces[-1].append(line)
    return ["\n".join(piece) for piece in pieces]
