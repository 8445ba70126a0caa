"""The bytes of a letter: readable by every mail program, and nothing a stranger wrote becomes a header."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.kernel.files import store_file
from clientela.kernel.models import Letter
from clientela.kernel.post.drafts import one_line
from clientela.kernel.post.mime import UnusableLetterError, letter_bytes, wire_address
from tests.contexts.kernel.drafts import AT, HOUR


def letter(**changes: object) -> Letter:
    """A letter that is not in the database."""
    usual: dict[str, object] = {
        "kind": "reply",
        "to_address": "stefan@example.test",
        "to_name": "Ștefan Țuțea, Łódź",
        "from_address": "care@clientela.test",
        "from_name": "Relații cu clienții",
        "subject": "Mașina de spălat – mañana [R-7KX2-4]",
        "text": "Bună ziua,\n\nVenim marți.\n",
        "html": "<p>Bună ziua,</p>",
        "language": "ro",
        "message_id": "r-7kx2-4.reply-1.abc@clientela.test",
        "written_at": AT,
    }
    return Letter(**{**usual, **changes})


def bytes_of(one: Letter) -> bytes:
    """The letter as it is handed over at its own moment."""
    return letter_bytes(one, at=AT)


def read(raw: bytes) -> EmailMessage:
    """The mail as its reader's program understands it."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_is_text_and_html_of_the_same_in_seven_bits(settings: object) -> None:
    settings.MAIL_DOMAIN = "clientela.test"
    raw = bytes_of(letter())
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = read(raw)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content() for part in message.iter_parts()] == [
        "Bună ziua,\r\n\r\nVenim marți.\r\n",
        "<p>Bună ziua,</p>\r\n",
    ]
    assert message["To"].addresses[0].display_name == "Ștefan Țuțea, Łódź"
    assert message["To"].addresses[0].addr_spec == "stefan@example.test"
    assert str(message["From"]) == "Relații cu clienții <care@clientela.test>"
    assert message["Subject"] == "Mașina de spălat – mañana [R-7KX2-4]"
    assert message["Date"] == "Mon, 02 Mar 2026 09:30:00 +0000"
    assert message["Message-ID"] == "<r-7kx2-4.reply-1.abc@clientela.test>"
    assert message["Content-Language"] == "ro"
    assert message["X-Clientela-Loop"] == "clientela.test"
    assert "In-Reply-To" not in message
    assert "References" not in message
    assert "Auto-Submitted" not in message


def test_a_letter_that_waited_for_the_readers_hours_bears_the_hour_it_was_let_go() -> None:
    assert read(bytes_of(letter(not_before=AT + HOUR)))["Date"] == "Mon, 02 Mar 2026 10:30:00 +0000"


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("acknowledgement", "auto-replied"),
        ("closing", "auto-generated"),
        ("notice", "auto-replied"),
        ("access", "auto-generated"),
    ],
)
def test_a_letter_nobody_wrote_by_hand_is_marked_so_that_no_machine_answers(kind: str, mark: str) -> None:
    message = read(bytes_of(letter(kind=kind)))
    assert message["Auto-Submitted"] == mark
    assert message["X-Auto-Response-Suppress"] == "All"


def test_a_letter_hangs_in_its_thread_by_whole_message_ids() -> None:
    long = "x" * 200 + "@example.test"
    raw = bytes_of(letter(in_reply_to=long, references=f"first@example.test {long}"))
    assert f"In-Reply-To: <{long}>\r\n".encode() in raw
    assert f"References: <first@example.test>\r\n <{long}>\r\n".encode() in raw


def test_a_long_thread_keeps_its_first_and_its_latest_references() -> None:
    message = read(bytes_of(letter(references=" ".join(f"{n}@example.test" for n in range(50)))))
    assert message["References"].split() == [f"<{n}@example.test>" for n in (0, *range(31, 50))]


@pytest.mark.parametrize(
    ("name", "media_type", "arrives_as"),
    [
        ("ofertă – țeavă.pdf", "application/pdf", "application/pdf"),
        ("notes.txt", "text/plain", "text/plain"),
        ("mail.eml", "message/rfc822", "application/octet-stream"),
        ("odd", "no such type\r\nX: y", "application/octet-stream"),
    ],
)
def test_an_attachment_arrives_byte_for_byte_under_its_name(name: str, media_type: str, arrives_as: str) -> None:
    content = b"%PDF-1.7\r\n.\r\n\x00\xff\n"
    stored = store_file(content)
    file = {"name": name, "media_type": media_type, "sha256": stored.sha256, "bytes": stored.size_bytes}
    message = read(bytes_of(letter(attachments=[file])))
    assert message.get_content_type() == "multipart/mixed"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == name
    assert attached.get_content_type() == arrives_as
    assert attached.get_payload(decode=True) == content
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Bună ziua,\r\n\r\nVenim marți.\r\n"


def test_a_letter_whose_attachment_is_gone_says_so() -> None:
    file = {"name": "ofertă.pdf", "media_type": "application/pdf", "sha256": "0" * 64, "bytes": 3}
    with pytest.raises(UnusableLetterError) as refusal:
        bytes_of(letter(attachments=[file]))
    assert str(refusal.value) == "The attachment «ofertă.pdf» is missing."


@given(st.text(max_size=120), st.text(max_size=200))
def test_nothing_in_a_name_or_a_subject_becomes_a_header(name: str, subject: str) -> None:
    surrogates = any("\ud800" <= sign <= "\udfff" for sign in name + subject)
    try:
        raw = bytes_of(letter(to_name=name, subject=subject))
    except UnusableLetterError:
        assert surrogates  # the only thing that cannot be written, and the database would not have taken it either
        return
    message = read(raw)
    assert sorted(message.keys()) == [
        "Content-Language",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
        "X-Clientela-Loop",
    ]
    to = message["To"]
    assert isinstance(to, AddressHeader)
    assert [address.addr_spec for address in to.addresses] == ["stefan@example.test"]


@given(st.text(alphabet="ăâîșțłñóżź ćA,.;:\"'()<>@-\\", min_size=1, max_size=80))
def test_a_name_arrives_as_it_is_written(name: str) -> None:
    # Read with the older functions of the library: the parser of 3.11 puts spaces between encoded words of a name.
    message = message_from_bytes(bytes_of(letter(to_name=name, subject=f"a{name}")))
    shown, address = parseaddr(message["To"])
    assert str(make_header(decode_header(shown))) == one_line(name)
    assert address == "stefan@example.test"
    assert str(make_header(decode_header(message["Subject"]))) == one_line(f"a{name}")


@pytest.mark.parametrize(
    ("address", "on_the_wire"),
    [
        ("ana@example.test", "ana@example.test"),
        ("ana.o'neil+tag@example.test", "ana.o'neil+tag@example.test"),
        ("ana@țeavă.example", "ana@xn--eav-cpa01l.example"),
        ("ñandú@example.test", "ñandú@example.test"),
    ],
)
def test_an_address_is_written_as_the_wire_wants_it(address: str, on_the_wire: str) -> None:
    assert wire_address(address) == on_the_wire


@pytest.mark.parametrize(
    "address", ["", "ana", "@example.test", "ana@", "a b@example.test", "a@b@c.test", "<a@b.test>", "a@b.test>", "a@.b"]
)
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(UnusableLetterError) as refusal:
        wire_address(address)
    assert str(refusal.value) == f"«{address}» is not an address that mail can be sent to."


def test_an_answer_goes_to_the_address_that_leads_back_and_a_letter_without_one_to_its_sender() -> None:
    message = read(bytes_of(letter(reply_to="care+r-7kx2-4.k1.abc@clientela.test")))
    assert message["Reply-To"].addresses[0].addr_spec == "care+r-7kx2-4.k1.abc@clientela.test"
    assert message["Reply-To"].addresses[0].display_name == "Relații cu clienții"
    assert read(bytes_of(letter()))["Reply-To"] is None


@pytest.mark.parametrize("name", ["Reply-To", "DKIM-Signature", "Sender", "Return-Path"])
def test_a_letter_does_not_choose_the_headers_that_say_whose_it_is(name: str) -> None:
    with pytest.raises(UnusableLetterError, match="is not a header that a letter may add"):
        bytes_of(letter(headers={name: "evil@example.test"}))
