"""Whatever bytes arrive: they are read as far as they can be, and nothing crashes."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.inbox.reading.classify import classify
from clientela.inbox.reading.files import messages_in
from clientela.inbox.reading.quotes import cut_quotes
from clientela.inbox.reading.read import ReadMessage, UnreadableMessage, read_message
from tests.rules.inbox.letters import LETTERS, written
from tests.shared_data import SHARED, needs_shared_data

MAIL = SHARED / "data" / "mail"


def nested(levels: int) -> bytes:
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(levels))
    return b"From: ana@lumen.test\nSubject: deep\n" + opening + b"Content-Type: text/plain\n\nat the bottom\n"


@pytest.mark.parametrize("nothing", [b"", b"\r\n\r\n", b" \t\n", b"\0\0\0", b"\xef\xbb\xbf"])
def test_an_empty_message_is_refused_with_a_reason(nothing: bytes) -> None:
    with pytest.raises(UnreadableMessage) as refusal:
        read_message(nothing)
    assert refusal.value.reason == "The message is empty."


def test_data_that_is_no_mail_is_refused_with_a_reason() -> None:
    with pytest.raises(UnreadableMessage) as refusal:
        read_message(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    assert refusal.value.reason == "The message has no header line and is not text."


def test_words_without_any_header_are_kept_as_text_from_nobody() -> None:
    message = read_message("Bună ziua,\nnu știu să scriu un mail.\n".encode())
    assert (message.text, message.from_address) == ("Bună ziua,\nnu știu să scriu un mail.", "")
    assert message.defects == ("no header line: the whole is taken as text",)


def test_a_text_that_begins_like_a_header_loses_no_word() -> None:
    assert read_message(b"Note: call me\n\ntomorrow").text == "Note: call me\n\ntomorrow"


def test_a_mail_with_headers_alone_has_an_empty_text() -> None:
    message = read_message(b"From: ana@lumen.test\nSubject: call me back")
    assert (message.subject, message.text, message.attachments) == ("call me back", "", ())


def test_nul_and_lone_surrogates_never_reach_the_database() -> None:
    message = read_message(
        b'From: "A\0na" <ana@lumen.test>\nSubject: a\0b =?utf-8?Q?=ED=A0=80?=\nX-Odd\0: \0\n'
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nsaid\0 \xed\xa0\x80\n"
        b'--x\nContent-Type: image/png; name="a\0b.png"\n\n\0\0\n--x--\n'
    )
    assert "\0" not in repr_of_texts(message)
    repr_of_texts(message).encode("utf-8")
    assert message.subject.startswith("ab ")
    assert message.attachments[0].name == "ab.png"
    assert message.attachments[0].content == b"\0\0"


def repr_of_texts(message: ReadMessage) -> str:
    """All text of a message in one string."""
    names = [f"{file.name}{file.media_type}{file.content_id}" for file in message.attachments]
    lines = [f"{name}{value}" for name, value in message.headers]
    people = [f"{one.name}{one.address}" for one in (*message.to, *message.cc, *message.reply_to)]
    ids = [*message.in_reply_to, *message.references, message.message_id or ""]
    texts = [message.subject, message.from_name, message.from_address, message.text, message.html or "", *names, *lines]
    return "".join([*texts, *people, *ids, *message.defects, *message.language_hints, message.media_type])


@pytest.mark.parametrize("levels", [51, 200, 400])
def test_a_nest_of_parts_ends_at_a_limit_and_keeps_the_rest_as_a_file(levels: int) -> None:
    message = read_message(nested(levels))
    assert message.subject == "deep"
    assert [file.name for file in message.attachments] == ["nested.eml"]
    assert "nested deeper than 50 levels: what is below is kept as a file" in message.defects


def test_fifty_levels_are_still_read() -> None:
    assert read_message(nested(50)).text == "at the bottom"


@pytest.mark.parametrize("bomb", [nested(1_000), nested(20_000)], ids=["1000", "20000"])
def test_a_bomb_of_boundaries_is_kept_as_a_file_at_once(bomb: bytes) -> None:
    started = time.monotonic()
    message = read_message(bomb)
    assert time.monotonic() - started < 5
    assert message.defects == ("more than 500 boundaries: kept as a file",)
    assert [file.content for file in message.attachments] == [bomb]


def test_mails_inside_mails_without_end_are_kept_as_a_file() -> None:
    message = read_message(b"From: ana@lumen.test\n" + b"Content-Type: message/rfc822\n\n" * 5_000)
    assert message.from_address == "ana@lumen.test"
    assert message.defects == ("its parts could not be told apart: kept as a file",)
    assert len(message.attachments) == 1


def test_more_parts_than_anyone_sends_are_cut_with_a_reason() -> None:
    message = read_message(b"From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 3_000)
    assert "more than 1000 parts: the others are only in the mail as it came" in message.defects
    assert message.text.count("hi") == 999


def test_a_text_longer_than_anyone_writes_is_cut_with_a_reason() -> None:
    message = written("From: ana@lumen.test", body="word " * 300_000)
    assert len(message.text) == 1_000_000
    assert message.defects == ("the text is cut at 1000000 characters; the whole is in the mail as it came",)


@pytest.mark.parametrize(
    ("lines", "name", "address"),
    [
        (['From: "Pop, Ana" <ana@Lumen.TEST>'], "Pop, Ana", "ana@lumen.test"),
        (["From: =?utf-8?Q?Pop=2C_Ana?= <ana@lumen.test>"], "Pop, Ana", "ana@lumen.test"),
        (["From: ana@lumen.test (Ana (from Lumen) Pop)"], "Ana from Lumen Pop", "ana@lumen.test"),
        (['From: "care@casa-lavora.test" <evil@elsewhere.test>'], "care@casa-lavora.test", "evil@elsewhere.test"),
        (["From: MAILER-DAEMON <>"], "MAILER-DAEMON", ""),
        (["From: nobody at all"], "nobody at all", ""),
        (["From: rubbish", "Reply-To: Ana <ana@lumen.test>"], "Ana", "ana@lumen.test"),
        (["Sender: Radu <radu@lumen.test>"], "Radu", "radu@lumen.test"),
        (["From: ana@lumen.test, radu@lumen.test"], "", "ana@lumen.test"),
    ],
)
def test_the_one_to_answer_is_found(lines: list[str], name: str, address: str) -> None:
    message = written(*lines, "Subject: x")
    assert (message.from_name, message.from_address) == (name, address)


def test_a_mail_of_an_mbox_may_begin_with_its_from_line() -> None:
    message = read_message(b"From ana@lumen.test Mon Nov 23 10:00:00 2026\nFrom: ana@lumen.test\nSubject: x\n\nhi\n")
    assert (message.from_address, message.subject, message.text) == ("ana@lumen.test", "x", "hi")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_any_line_ending_will_do(ending: bytes) -> None:
    message = read_message(ending.join([b"From: ana@lumen.test", b"Subject: x", b"", b"one", b"two", b""]))
    assert (message.subject, message.text) == ("x", "one\ntwo")


def test_two_mixed_texts_and_a_footer_make_one_text_in_their_order() -> None:
    message = read_message(
        b"From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nabove\n"
        b"--x\nContent-Type: image/png\nContent-Disposition: inline; filename=p.png\n\nPNG\n"
        b"--x\nContent-Type: text/html\n\n<p>below</p>\n--x--\n"
    )
    assert message.text == "above\n\nbelow"
    assert message.html == "<pre>above</pre>\n<p>below</p>"
    assert [file.name for file in message.attachments] == ["p.png"]


def test_an_excuse_for_missing_html_is_not_the_text() -> None:
    message = read_message(
        b"From: a@b.test\nContent-Type: multipart/alternative; boundary=x\n\n"
        b"--x\n\nYour program does not show HTML.\n--x\nContent-Type: text/html\n\n<p>The words.</p>\n--x--\n"
    )
    assert message.text == "The words."


def test_a_file_without_a_name_is_called_by_where_it_came_from_or_by_its_type() -> None:
    message = read_message(
        b"From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\nContent-Type: image/jpeg\nContent-Location: https://shop.test/pump.jpg\n\nJ\n"
        b"--x\nContent-Type: image/jpeg\nContent-Location: pictures/pump \xd2.jpg\n\nJ\n"
        b"--x\nContent-Type: application/x-no-such-thing\n\nX\n--x--\n"
    )
    assert [file.name for file in message.attachments] == ["attachment-1.jpg", "pump Ò.jpg", "attachment-3.bin"]


def test_a_boundary_used_on_two_levels_loses_no_file() -> None:
    file = b"Content-Type: application/pdf\nContent-Disposition: attachment; filename=%d.pdf\n\nPDF\n"
    inner = b"--x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + file + b"--x--\n"
    message = read_message(
        b"From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n" + inner % 1 + b"\n" + inner % 2 + b"--x--\n"
    )
    assert [one.name for one in message.attachments] == ["1.pdf", "2.pdf"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_no_bytes_make_it_raise_anything_but_its_own_refusal(raw: bytes) -> None:
    assert_all_is_understood(raw)


HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "References",
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "multipart/mixed; boundary=x",
            "multipart/alternative; boundary=x",
            "multipart/report; report-type=delivery-status; boundary=x",
            "message/rfc822",
            "text/html; charset=utf-7",
            "text/plain; charset=hz; format=flowed; delsp=yes",
            "base64",
            "quoted-printable",
            "x-uuencode",
            "attachment; filename*0*=x''%ff; filename*9999=a",
            "=?utf-8?B?////?= <@>",
            '"((" <a@b.test',
        ]
    ),
    st.text(max_size=60),
)
BODIES = st.lists(
    st.one_of(
        st.sampled_from(
            ["--x", "--x--", "", "begin 644 a", "end", "=FF=", "+AGE-", "~{", "<p>", "Content-Type: text/html"]
        ),
        st.text(max_size=40),
    ),
    max_size=15,
)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(HEADERS), VALUES), max_size=8),
    BODIES,
    st.sampled_from(["utf-8", "utf-16", "cp1250"]),
)
def test_no_mail_like_bytes_make_it_raise_either(lines: list[tuple[str, str]], body: list[str], encoding: str) -> None:
    head = [f"{name}: {value}" for name, value in lines]
    assert_all_is_understood(
        "\r\n".join([*head, "", *body]).encode(encoding, "surrogatepass" if encoding != "cp1250" else "replace")
    )


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(LETTERS.glob("*.eml"))), st.data())
def test_no_damage_on_the_way_makes_it_raise(path: Path, data: st.DataObject) -> None:
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert_all_is_understood(bytes(raw[: data.draw(st.integers(1, len(raw)))]))


def refusal_or_message(raw: bytes) -> tuple[str, ReadMessage | None]:
    """What came of the bytes: the reason for refusing them, or the message."""
    try:
        return "", read_message(raw)
    except UnreadableMessage as refusal:
        return refusal.reason, None


def assert_all_is_understood(raw: bytes) -> None:
    reason, message = refusal_or_message(raw)
    assert (message is None) == (reason in {"The message is empty.", "The message has no header line and is not text."})
    if message is None:
        return
    assert "\0" not in repr_of_texts(message)
    repr_of_texts(message).encode("utf-8")
    assert message.date is None or message.date.tzinfo is not None
    classify(message)
    cut_quotes(message.text)


@needs_shared_data
def test_none_of_the_real_mails_is_lost_or_crashes() -> None:
    sources = list(messages_in(MAIL))
    files = [path for path in MAIL.rglob("*") if path.is_file()]
    refused = {}
    for source in sources:
        assert source.problem is None
        reason, message = refusal_or_message(source.raw)
        if message is None:
            refused[source.name] = reason
            continue
        classify(message)
        cut_quotes(message.text)
        repr_of_texts(message).encode("utf-8")
    assert {source.name.rpartition(":")[0] or source.name for source in sources} == {str(path) for path in files}
    # Six files of the quote corpus are empty: nothing was cut there, or nothing left.
    assert set(refused) == {str(path) for path in files if not path.read_bytes().strip()}
    assert set(refused.values()) == {"The message is empty."}


@pytest.mark.parametrize(
    ("parameter", "body", "text"),
    [
        ("", "one \ntwo\n", "one two"),
        ("; delsp=yes", "one \ntwo\n", "onetwo"),
        ("; delsp=yes", "in \nter \nnational\n", "international"),
        ("", ">> a \n>> b\n> c \nd\n", ">> a b\n> c \nd"),
        ("", " > no quote\n From here \non\n", "> no quote\nFrom here on"),
        ("", "last \n-- \nAna \nPop\n", "last \n-- \nAna Pop"),
        ("", "> one \n> \n> two\n", "> one \n> two"),
        ("", "", ""),
    ],
)
def test_flowed_lines_are_joined_as_the_standard_says(parameter: str, body: str, text: str) -> None:
    head = f"From: ana@lumen.test\nContent-Type: text/plain; charset=utf-8; format=flowed{parameter}\n\n"
    assert read_message((head + body).encode()).text == text


def test_a_text_that_is_read_from_html_says_so() -> None:
    head = "From: ana@lumen.test\nContent-Type: text/{}\n\n"
    assert read_message((head.format("html") + "<p>Hello</p>").encode()).is_from_html
    assert not read_message((head.format("plain") + "Hello").encode()).is_from_html
    assert not read_message(head.format("plain").encode()).is_from_html


def test_a_lone_carriage_return_among_proper_line_ends_begins_no_header() -> None:
    message = read_message(b"From: ana@lumen.test\r\nSubject: a\rBcc: victim@lumen.test\r\n\r\nwords")
    assert (message.subject, message.header("bcc")) == ("a Bcc: victim@lumen.test", None)
    old = read_message(b"From: ana@lumen.test\rSubject: of old\r\rwords\rmore")
    assert (old.subject, old.text) == ("of old", "words\nmore")
