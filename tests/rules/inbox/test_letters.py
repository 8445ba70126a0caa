"""Each raw mail of the cast, and what must come of it."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

from clientela.inbox.reading.headers import Address
from clientela.inbox.reading.quotes import cut_quotes
from tests.rules.inbox.letters import letter

WARSAW = timezone(timedelta(hours=1))


def test_a_polish_mail_in_latin_2_is_read_letter_by_letter() -> None:
    message = letter("zofia-asks-in-polish-latin2")
    assert (message.from_name, message.from_address) == ("Zofia Wójcik", "zofia@example.test")
    assert message.subject == "Prośba o naprawę zmywarki"
    assert message.to == (Address("", "care@casa-lavora.test"),)
    assert message.date == datetime(2026, 11, 23, 9, 15, tzinfo=WARSAW)
    assert message.message_id == "20261123091500.4711@poczta.example.test"
    assert message.text == (
        "Dzień dobry,\n\nzmywarka kupiona w październiku przestała grzać wodę. Proszę o pilną\n"
        "naprawę, najlepiej we czwartek po piętnastej.\n\nPozdrawiam,\nZofia Wójcik"
    )
    assert message.html is None
    assert message.attachments == ()
    assert message.defects == ()
    assert message.header("return-path") == "<zofia@example.test>"


def test_a_romanian_mail_in_windows_1250_keeps_its_letters_as_written() -> None:
    message = letter("mihai-writes-cedillas-in-windows-1250")
    assert message.from_name == "Mihai Şerban"
    assert message.subject == "Maşina de spălat nu mai porneşte"
    assert message.text.startswith("Bună ziua,\n\nmaşina de spălat de la sediul nostru nu mai porneşte de ieri.")
    assert message.cc == (
        Address("Radu, Care", "radu@casa-lavora.test"),
        Address("", "ana@casa-lavora.test"),
    )
    assert message.language_hints == ("ro-RO",)
    assert message.defects == ()


def test_a_spanish_answer_names_the_letter_it_answers() -> None:
    message = letter("lucia-answers-in-quoted-printable")
    ours = "r-7kx2-4.reply-812.aaaaaaaaaaaaaaaaaaaaaaaa@casa-lavora.test"
    assert message.from_name == "Lucía Ibañez"
    assert message.subject == "Re: ¿Cuándo llega el técnico?"
    assert message.in_reply_to == (ours,)
    assert message.references == ("first.1@correo.example.test", ours)
    cut = cut_quotes(message.text)
    assert cut.said == (
        "¡Gracias! El jueves por la mañana me viene bien, a partir de las diez y media si puede ser.\n\nLucía"
    )
    assert cut.quoted.startswith("El lun, 23 nov 2026 a las 9:02, Care de Casa Lavora")


def test_html_alone_becomes_readable_text_without_what_was_hidden() -> None:
    message = letter("html-only-from-a-web-mail")
    assert message.text == (
        "Buenos días,\nnecesito un presupuesto para:\n\n- una lavadora\n- dos secadoras\n\n"
        "Modelo | Unidades\nWM-700 | 1\n\nLa ficha está aquí (https://fichas.test/wm-700)."
    )
    assert message.html is not None
    assert message.html.startswith("<!DOCTYPE html>")
    assert message.language_hints == ("es",)


def test_files_keep_their_polish_names_and_lose_any_folder() -> None:
    message = letter("zofia-sends-files-with-polish-names")
    assert message.text == "W załączeniu faktura i zdjęcie."
    assert [(file.name, file.media_type, file.is_inline) for file in message.attachments] == [
        ("faktura zażółć.pdf", "application/pdf", False),
        ("zdjęcie pękniętej rury.jpg", "image/jpeg", False),
        ("passwd", "text/plain", False),
    ]
    pdf = message.attachments[0]
    assert pdf.content == b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nfaktura\n%%EOF\n"
    assert pdf.sha256 == hashlib.sha256(pdf.content).hexdigest()


def test_a_mail_broken_in_many_ways_still_says_what_it_says() -> None:
    message = letter("broken-in-many-ways")
    assert message.subject == "Nimic nu merge"
    assert [one.address for one in message.to] == ["care@casa-lavora.test", "ana@casa-lavora.test"]
    assert message.date is None
    assert message.text == "Nu merge nimic, nici măcar telefonul. Vă rog."
    assert [(file.name, file.content) for file in message.attachments] == [("jurnal.txt", b"jornal de erori\n")]
    assert message.defects == (
        "a header line was broken in two",
        "the boundary between its parts is missing or wrong",
    )


def test_utf_8_declared_as_latin_1_does_not_become_mojibake() -> None:
    message = letter("utf8-declared-as-latin1")
    assert message.text == "Viele Grüße, die Spülmaschine läuft wieder."
    assert message.subject == "Grüße aus Köln"
    assert message.from_name == "Jürgen Groß"
    assert message.defects == ("declared as ISO-8859-1, written in utf-8",)


def test_the_rich_text_of_outlook_is_kept_as_a_file() -> None:
    message = letter("outlook-rich-text")
    assert message.text == "Vedeți oferta."
    assert [(file.name, file.media_type, file.content) for file in message.attachments] == [
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22\x01\x00")
    ]


def test_a_mail_inside_a_mail_is_a_file_named_by_its_subject() -> None:
    message = letter("forwarded-as-an-attachment")
    assert message.text == "O co tu chodzi?"
    (inner,) = message.attachments
    assert (inner.name, inner.media_type) == ("Twoje zamówienie.eml", "message/rfc822")
    assert inner.content.startswith(b"From: sklep@sklep.test\n")
    assert inner.content.rstrip().endswith("Zamówienie 9 czeka.".encode())


def test_a_file_written_into_the_text_is_taken_out_of_it() -> None:
    message = letter("uuencoded-file-in-the-text")
    assert message.text == "Lista este mai jos.\n\n\nMihai"
    assert [(file.name, file.media_type, file.content) for file in message.attachments] == [
        ("lista.txt", "text/plain", "Lista de piese: garnitură\n".encode())
    ]


def test_a_picture_without_a_word_has_no_text_and_one_inline_file() -> None:
    message = letter("picture-without-a-word")
    assert (message.subject, message.text) == ("", "")
    assert message.html == '<html><body><img src="cid:foto1@example.test"></body></html>'
    (picture,) = message.attachments
    assert (picture.name, picture.is_inline, picture.content_id) == ("foto.png", True, "foto1@example.test")


def test_an_answer_from_outlook_is_cut_at_its_romanian_headers() -> None:
    message = letter("outlook-reply-in-romanian")
    cut = cut_quotes(message.text)
    assert cut.said == "Bună ziua,\n\njoi la ora trei este bine, vă aștept.\n\nMihai"
    assert cut.signature == "--\nSC Delta Instal SRL\n0721 000 000"
    assert cut.quoted.startswith("________________________________\nDe la: Care <care@casa-lavora.test>\nTrimis:")
    assert message.language_hints == ("ro-RO", "ro", "en-US")


def test_flowed_lines_are_joined_and_the_signature_is_not() -> None:
    message = letter("flowed-text")
    assert message.text == (
        "This sentence goes on and on to its end.\nA second line.\n\n> quoted words that go on too\n-- \nLucia"
    )


def test_a_mail_without_a_sender_is_read_and_names_nobody() -> None:
    message = letter("without-a-sender")
    assert (message.from_name, message.from_address, message.text) == ("", "", "Nobody knows.")
    assert message.date == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
