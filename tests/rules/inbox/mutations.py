"""Mails spoilt at random, always alike for the same seed; and what must hold for whatever is read out of them."""

import json
import re
from collections.abc import Sequence
from random import Random

from clientela.inbox.reading.html import sanitise
from clientela.inbox.reading.mail import Envelope, House, ReadMail, read_mail
from clientela.inbox.reading.read import UnreadableMessage

HOUSE = House(own_domains=("clientela.test",), trusted_checkers=("mx.clientela.test",))
# Inside a tag only: in the words it is harmless.
HARMFUL = re.compile(
    r"<(?:script|style|iframe|form|object|svg|math|base|meta|link)\b|<[a-z][^<>]*\s(?:on[a-z]+|style|srcset)\s*=(?=[^<>]*>)|href=\"\s*(?:javascript|data|vbscript):"
)
LONGEST_MAIL = 3_000_000
MOST_REPEATS = 20_000

# What mail is made of, to be put where it does not belong.
TOKENS = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\0",
        b"\x0c",
        b"\x85",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\x1b$B",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"--x\r\n",
        b"--x--\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
    ),
    *(
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Transfer-Encoding: x-uue\r\n",
    ),
    *(
        b"charset=utf-7",
        b"charset=idna",
        b"charset=hz-gb-2312",
        b'charset="',
        b"charset=\xff",
        b"; format=flowed; delsp=yes",
    ),
    *(
        b"=?utf-8?b?",
        b"=?gb2312?q?=E4=",
        b"?=",
        b"filename*0*=utf-8''%",
        b"filename*99999=",
        b'filename="../../etc/passwd"',
    ),
    *(
        b"<",
        b">",
        b"@",
        b"(",
        b")",
        b'"',
        b"\\",
        b",",
        b";",
        b":",
        b"<a@b>",
        b"mailto:",
        b"[1.2.3.4]",
        b"xn--",
        b"\xe2\x80\xae",
    ),
    *(
        b"From: a@b.test\r\n",
        b"To: \r\n",
        b"Subject: Fwd: x\r\n",
        b"Date: Fri, 99 Foo 99999 99:99\r\n",
        b"Message-ID: <>\r\n",
    ),
    *(
        b"References: <a@b> <c@d>\r\n",
        b"Auto-Submitted: auto-replied\r\n",
        b"Authentication-Results: mx.clientela.test; dkim=pass\r\n",
    ),
    *(
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=y\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n",
    ),
    *(
        b"Final-Recipient: rfc822; a@b.test\n",
        b"Status: 5.1.1\n",
        b"Diagnostic-Code: smtp; 550 5.1.1 no\n",
        b"Action: failed\n",
    ),
    *(
        b"<html><body>",
        b"<table><tr><td>",
        b"<p style='",
        b"<!--",
        b"]]>",
        b"&#x110000;",
        b"&nbsp;",
        b"<script>",
        b"<svg><style>",
    ),
    *(
        b"<blockquote class=gmail_quote>",
        b"<div id=Signature>",
        b"<img src=cid:a>",
        b"<a href='javascript:x'>",
        b"</p>",
        b"<pre>\n",
    ),
    *(
        b"On Tue, 24 Nov 2026 10:05, A <a@b> wrote:\n",
        b"> ",
        b">>",
        b"-- \n",
        b"-----Original Message-----\n",
        b"```\n",
        b"| ",
    ),
    *(
        b"From: x\nSent: y\nTo: z\nSubject: w\n",
        b"---------- Forwarded message ---------\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
    ),
    *(
        b"begin 644 a\n",
        b"end\n",
        b"\x78\x9f\x3e\x22\x00\x00\x02\x02\x90\x06\x00\xff\xff\xff\xff",
        b"Content-Type: application/ms-tnef\r\n",
    ),
    *(
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
        b"DTSTART;TZID=x:2026",
        b"RRULE:FREQ=SECONDLY;COUNT=999999999\n",
        b"END:VEVENT\n",
    ),
)


def spoilt(raw: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """`raw` with one to eight things wrong that were right, perhaps with pieces of other mails."""
    for _turn in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        raw = _spoilt_once(raw, others, chance)[:LONGEST_MAIL]
    return raw


def _spoilt_once(raw: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    begin = chance.randrange(len(raw) + 1)
    end = min(len(raw), begin + chance.choice((1, 2, 8, 40, 200, 2_000)))
    piece = raw[begin:end]
    before, after = raw[:begin], raw[end:]
    match chance.randrange(10):
        case 0:
            piece = chance.randbytes(len(piece))
        case 1:
            piece = b""
        case 2:
            piece *= chance.choice((2, 3, 50, chance.randrange(1, MOST_REPEATS)))
        case 3 | 4 | 5:
            piece = chance.choice(TOKENS) + piece
        case 6:
            piece = chance.choice(TOKENS) * chance.randrange(1, MOST_REPEATS) + piece
        case 7:
            other = chance.choice(others)
            at = chance.randrange(len(other) + 1)
            piece = other[at : at + chance.choice((50, 500, 5_000))]
        case 8:
            piece = after = b""
        case _:
            before = b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n" + raw + b"\r\n--q--\r\n"
    return before + piece + after


def examined(raw: bytes) -> ReadMail | None:
    """Read a mail and check what came out; None when it is refused as no mail. AssertionError for what is wrong."""
    try:
        mail = read_mail(raw, envelope=Envelope("ana@lumen.test", ("care@clientela.test",)), house=HOUSE)
    except UnreadableMessage:
        return None
    read = mail.read
    told = [
        mail.said,
        mail.quoted,
        mail.signature,
        mail.mail_id,
        mail.address,
        mail.title,
        read.subject,
        read.from_name,
    ]
    told += [read.text, read.html or "", *(value for header in read.headers for value in header)]
    told += [one.name for one in read.attachments] + [one.content_id or "" for one in read.attachments]
    told += [*mail.answered, *mail.recipients, *read.defects]
    if mail.forwarded:
        told += [mail.forwarded.name, mail.forwarded.address, mail.forwarded.subject, mail.forwarded.text]
    for text in told:
        assert "\0" not in text
        text.encode()
    for value in (read.subject, read.from_name, mail.address, *(one.name for one in read.attachments)):
        assert "\n" not in value
        assert "\r" not in value
    assert not any("/" in one.name or one.name in {"", ".", ".."} for one in read.attachments)
    assert mail.said.strip() or not read.text.strip()
    json.dumps(dict(mail.details())).encode()
    json.dumps(mail.trust.as_json()).encode()
    if read.html:
        safe = sanitise(read.html).lower()
        # What stands in quotes are words, a picture's description for one; only an address could do harm there.
        assert not HARMFUL.search(re.sub(r"(?<!href)=\"[^\"]*\"", "", safe))
    return mail
