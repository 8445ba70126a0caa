"""Mails that are made to take a reader's time or memory, each built of bytes. The tests and the fuzzer read them all.

`size` is how many times the harmful piece is repeated; the issue's own sizes are the default.
"""

import base64
import struct
from collections.abc import Callable

HEAD = b"From: ana@lumen.test\r\nTo: care@clientela.test\r\nSubject: bomb\r\nMessage-ID: <b@lumen.test>\r\n"
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def nested_parts(size: int = 10_000) -> bytes:
    """Multiparts inside each other, each with a boundary of its own."""
    begun = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (at, at) for at in range(size))
    return HEAD + begun + TEXT + b"words\r\n"


def nested_with_one_boundary(size: int = 10_000) -> bytes:
    """Multiparts inside each other that all use the same boundary."""
    return HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n' * size + TEXT + b"words\r\n"


def nested_mails(size: int = 10_000) -> bytes:
    """Mails inside mails."""
    return HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * size + TEXT + b"words\r\n"


def flat_parts(size: int = 100_000) -> bytes:
    """Many small parts side by side."""
    part = b"--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
    return HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + part * size + b"--x--\r\n"


def one_long_header(size: int = 1_000_000) -> bytes:
    """A subject of a megabyte on one line."""
    return HEAD.replace(b"bomb", b"x" * size) + TEXT + b"words\r\n"


def many_headers(size: int = 50_000) -> bytes:
    """A megabyte of headers."""
    return b"".join(b"X-Header-%d: y\r\n" % at for at in range(size)) + HEAD + TEXT + b"words\r\n"


def folded_header(size: int = 100_000) -> bytes:
    """A header folded over many lines."""
    return HEAD + b"References: <a@b>\r\n" + b" <c@d>\r\n" * size + TEXT + b"words\r\n"


def open_message_id(size: int = 200_000) -> bytes:
    """An identifier that begins and never ends, with blanks inside."""
    return HEAD + b"References: <" + b" " * size + b"\r\nIn-Reply-To: " + b"< " * size + b"\r\n" + TEXT + b"words\r\n"


def many_receivers(size: int = 100_000) -> bytes:
    """A long list of receivers."""
    listed = b",\r\n ".join(b'"Person %d" <p%d@lumen.test>' % (at, at) for at in range(size))
    return HEAD + b"Cc: " + listed + b"\r\n" + TEXT + b"words\r\n"


def open_comments(size: int = 100_000) -> bytes:
    """Brackets and quotes that are opened and never closed, where addresses stand."""
    return (
        b"From: " + b"(" * size + b"\r\nTo: " + b'"' * size + b"\r\nCc: " + b"<" * size + b"\r\n" + TEXT + b"words\r\n"
    )


def endless_address(size: int = 300_000) -> bytes:
    """At signs and letters that are nearly an address."""
    return b"From: " + b"a@" * size + b"\r\nTo: " + b"a." * size + b"\r\n" + TEXT + b"words\r\n"


def encoded_words(size: int = 20_000) -> bytes:
    """Encoded words one after the other, in sets that change."""
    words = b"".join(b"=?iso-8859-%d?q?=E4=?= =?utf-8?b?w6Q=?=\r\n " % (1 + at % 9) for at in range(size))
    return HEAD.replace(b"bomb", words + b"end") + TEXT + b"words\r\n"


def open_encoded_words(size: int = 100_000) -> bytes:
    """Encoded words that begin and never end."""
    return HEAD.replace(b"bomb", b"=?utf-8?q?" * size) + TEXT + b"words\r\n"


def name_in_pieces(size: int = 50_000) -> bytes:
    """A file name in very many pieces."""
    pieces = b"".join(b";\r\n filename*%d*=%%41" % at for at in range(size))
    return HEAD + b"Content-Disposition: attachment" + pieces + b"\r\n" + TEXT + b"words\r\n"


def many_boundaries(size: int = 20_000) -> bytes:
    """One part with very many parameters called boundary."""
    return HEAD + b"Content-Type: multipart/mixed" + b"; boundary=x" * size + b"\r\n\r\n--x\r\n" + TEXT + b"words\r\n"


def quoted_parameters(size: int = 100_000) -> bytes:
    """A type with very many quotes and semicolons among its parameters."""
    return HEAD + b"Content-Type: multipart/mixed" + b'; a="; ' * size + b"\r\n\r\n" + b"words\r\n"


def loose_edges(size: int = 5_000) -> bytes:
    """A multipart without its boundary, and lines that look like boundaries."""
    edges = b"".join(b"--edge%d\r\nContent-Type: multipart/mixed\r\n\r\n" % at for at in range(size))
    return HEAD + b"Content-Type: multipart/mixed\r\n\r\n" + edges + b"words\r\n"


def wrong_epilogues(size: int = 2_000) -> bytes:
    """Closed parts with further parts below them, again and again."""
    one = b'--x\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x--\r\n--y\r\nX: 1\r\n\r\n--x--\r\n'
    return HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + one * size


def deep_html(size: int = 200_000) -> bytes:
    """Elements inside elements."""
    return HEAD + HTML + b"<div>" * size + b"words" + b"</div>" * size


def deep_html_of_loose_elements(size: int = 100_000) -> bytes:
    """Elements inside elements that browsers need not close, or close in their own way."""
    return HEAD + HTML + b"<table><tr><td><p><font><b>" * size + b"words"


def open_tags(size: int = 500_000) -> bytes:
    """Tags that begin and never end."""
    return HEAD + HTML + b"<p " * size + b"words"


def many_attributes(size: int = 200_000) -> bytes:
    """One element with very many attributes."""
    return HEAD + HTML + b"<p " + b"".join(b"a%d=1 " % at for at in range(size)) + b">words</p>"


def misplaced_formatting(size: int = 20_000) -> bytes:
    """Formatting that is closed in the wrong order: the parser must open all of it again each time."""
    return HEAD + HTML + b"<p><b><i><u><a href=x>" * size + b"</p>words"


def html_quotes(size: int = 20_000) -> bytes:
    """Quotes inside quotes."""
    return HEAD + HTML + b"<blockquote>words" * size


def html_signatures(size: int = 50_000) -> bytes:
    """Very many elements that say they are the signature."""
    return HEAD + HTML + b'<div class="gmail_signature">x</div>words' * size


def many_entities(size: int = 500_000) -> bytes:
    """Ampersands."""
    return HEAD + HTML + b"&nbsp;&#65;&" * size


def quoted_lines(size: int = 300_000) -> bytes:
    """A quote of very many lines."""
    return HEAD + TEXT + b"yes\n" + b"> x\n" * size


def nearly_attributions(size: int = 50_000) -> bytes:
    """Lines that begin like an attribution and never end like one."""
    return HEAD + TEXT + b"yes\n" + b"On Tue, 24 Nov 2026 10:05, Ana Pop <ana@lumen.test>\n" * size


def nearly_attributions_in_one_line(size: int = 100_000) -> bytes:
    """The same without line ends."""
    return HEAD + TEXT + b"On 24 Nov 2026 at 10:05 wrote a@b <c@d> " * size


def nearly_addresses(size: int = 1_000) -> bytes:
    """Long words without an at sign, and with too many."""
    return HEAD + TEXT + (b"a" * 995 + b"\n") * size + (b"a@" * 495 + b":\n") * size


def nearly_headers(size: int = 100_000) -> bytes:
    """From lines without an end."""
    return HEAD + TEXT + b"yes\n" + b"From: x\nSent: y\n\n" * size


def rules_and_symbols(size: int = 200_000) -> bytes:
    """Lines of nothing but symbols."""
    return HEAD + TEXT + b"yes\n" + b"-----\n_____\n--\n" * size


def nearly_rules(size: int = 250) -> bytes:
    """Long lines of blanks, dashes and verbs that are nearly a rule, a label, a delimiter or an attribution."""
    lines = (
        b"_" * 990 + b"x",
        b" " * 990 + b"x",
        b"x" + b" " * 990 + b"y",
        b"- " * 490 + b"x",
        b"wrote " * 66,
        b"* " * 490,
    )
    return HEAD + TEXT + b"yes\n" + b"".join(line + b"\n" for line in lines) * size


def forwards_of_forwards(size: int = 20_000) -> bytes:
    """A forwarded mail inside a forwarded mail inside a forwarded mail."""
    return HEAD + TEXT + b"---------- Forwarded message ---------\nFrom: a@b.test\n\n" * size


def spaces(size: int = 1_000_000) -> bytes:
    """A megabyte of blanks, then words."""
    return HEAD + TEXT + b" " * size + b"words\n" + b"\t" * size + b"\nwords" + b"\n" * size


def begun_files(size: int = 100_000) -> bytes:
    """Files that are begun in the text and never ended."""
    return HEAD + TEXT + b"begin 644 x\n" * size


def empty_files(size: int = 100_000) -> bytes:
    """Very many small files in the text."""
    return HEAD + TEXT + b"begin 644 x\n#AAAA\n`\nend\n" * size


def flowing_text(size: int = 200_000) -> bytes:
    """Lines that flow into the next one, all of them."""
    return HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + b"word \r\n" * size


def broken_base64(size: int = 300_000) -> bytes:
    """Base64 with something else between its lines, and padding everywhere."""
    head = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return HEAD + head + b"QQ==*\r\n" * size


def quoted_printable(size: int = 2_000_000) -> bytes:
    """Quoted-printable, all of it escapes."""
    head = b"Content-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return HEAD + head + b"=B3" * size


def unknown_letters(size: int = 5_000_000) -> bytes:
    """Bytes of no character set."""
    return HEAD + b"Content-Type: text/plain; charset=x-unknown\r\n\r\n" + bytes(range(128, 256)) * (size // 128)


def utf7(size: int = 200_000) -> bytes:
    """A character set that shifts all the time."""
    return HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGE-" * size


def packed_properties(size: int = 0xFFFFFFFF) -> bytes:
    """A winmail.dat that counts four thousand million properties."""
    return _winmail(0x9003, struct.pack("<I", size))


def packed_files(size: int = 100_000) -> bytes:
    """A winmail.dat with very many empty files."""
    return _mail_of_winmail(b"".join(_attribute(0x9002, b"") for _ in range(size)))


def packed_text(size: int = 0x7FFFFFFF) -> bytes:
    """A winmail.dat whose text says it unpacks to two gigabytes, and would unpack seventeenfold."""
    packed = struct.pack("<IIII", 0, size, 0x75465A4C, 0) + (b"\xff" + b"\x0c\xdf" * 8) * 100_000
    value = struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, len(packed)) + packed
    return _winmail(0x9003, value)


def packed_mails(size: int = 200) -> bytes:
    """A winmail.dat in a winmail.dat in a winmail.dat."""
    inner = struct.pack("<IH", 0x223E9F78, 0)
    for _level in range(size):
        content = bytes.fromhex("0703020000000000c000000000000046") + inner
        content += b"\0" * (-len(content) % 4)
        told = struct.pack("<IHHII", 1, 0x0D, 0x3701, 1, len(content)) + content
        inner = struct.pack("<IH", 0x223E9F78, 0) + _attribute(0x9002, b"") + _attribute(0x9005, told)
    return _mail_of_winmail(inner[6:])


def _attribute(number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", 1, number, 6, len(value)) + value + b"\0\0"


def _winmail(number: int, value: bytes) -> bytes:
    return _mail_of_winmail(_attribute(number, value))


def _mail_of_winmail(attributes: bytes) -> bytes:
    packed = base64.encodebytes(struct.pack("<IH", 0x223E9F78, 0) + attributes)
    head = b'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return HEAD + head + packed


BOMBS: dict[str, Callable[[], bytes]] = {
    one.__name__: one
    for one in (
        *(nested_parts, nested_with_one_boundary, nested_mails, flat_parts, one_long_header, many_headers),
        *(
            folded_header,
            open_message_id,
            many_receivers,
            open_comments,
            endless_address,
            encoded_words,
            open_encoded_words,
        ),
        *(
            name_in_pieces,
            many_boundaries,
            quoted_parameters,
            loose_edges,
            wrong_epilogues,
            deep_html,
            deep_html_of_loose_elements,
        ),
        *(open_tags, many_attributes, misplaced_formatting, html_quotes, html_signatures, many_entities),
        *(quoted_lines, nearly_attributions, nearly_attributions_in_one_line, nearly_addresses, nearly_headers),
        *(
            rules_and_symbols,
            nearly_rules,
            forwards_of_forwards,
            spaces,
            begun_files,
            empty_files,
            flowing_text,
            broken_base64,
        ),
        *(quoted_printable, unknown_letters, utf7, packed_properties, packed_files, packed_text, packed_mails),
    )
}
