"""Whose mail somebody forwarded: by the marks of many programs, in many languages, in the text and as an attachment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from clientela.inbox.reading.forwards import Forwarded, forwarded_from
from clientela.inbox.reading.moments import written_moment
from tests.rules.inbox.letters import letter, written

TEN_FIVE = datetime(2026, 11, 24, 10, 5)  # noqa: DTZ001 - the forwarding does not say whose ten o'clock it was
ABOVE = "Vă rog să vă ocupați.\n\nAna\n\n"
BELOW = "It leaks since Monday.\n\nLuc"

# Program and language: the subject it gives, and what it writes above the forwarded words.
PROGRAMS = {
    "Gmail en": (
        "Fwd: Machine",
        (
            "---------- Forwarded message ---------\nFrom: Luc Bernard <luc@sol.test>\n"
            "Date: Tue, Nov 24, 2026 at 10:05 AM\nSubject: Machine\nTo: <ana@lumen.test>\n\n\n"
        ),
    ),
    "Gmail ro": (
        "Fwd: Machine",
        (
            "---------- Forwarded message ---------\nDe la: Luc Bernard <luc@sol.test>\n"
            "Date: mar., 24 nov. 2026 la 10:05\nSubject: Machine\nTo: Ana <ana@lumen.test>\n\n\n"
        ),
    ),
    "Gmail pl": (
        "Fwd: Machine",
        (
            "---------- Forwarded message ---------\nOd: Luc Bernard <luc@sol.test>\n"
            "Date: wt., 24 lis 2026 o 10:05\nSubject: Machine\nTo: <ana@lumen.test>\n\n"
        ),
    ),
    "Outlook en": (
        "FW: Machine",
        (
            "From: Luc Bernard <luc@sol.test>\nSent: Tuesday, November 24, 2026 10:05 AM\n"
            "To: Ana Pop <ana@lumen.test>\nSubject: Machine\n\n"
        ),
    ),
    "Outlook en, a rule and mailto": (
        "FW: Machine",
        (
            "________________________________\nFrom: Luc Bernard [mailto:luc@sol.test]\n"
            "Sent: Tuesday, November 24, 2026 10:05 AM\nTo: Ana Pop\nSubject: Machine\n\n"
        ),
    ),
    "Outlook de": (
        "WG: Machine",
        "Von: Luc Bernard <luc@sol.test>\nGesendet: Dienstag, 24. November 2026 10:05\nAn: Ana\nBetreff: Machine\n\n",
    ),
    "Outlook fr": (
        "TR: Machine",
        "De : Luc Bernard <luc@sol.test>\nEnvoyé : mardi 24 novembre 2026 10:05\nÀ : Ana\nObjet : Machine\n\n",
    ),
    "Outlook es": (
        "RV: Machine",
        (
            "De: Luc Bernard <luc@sol.test>\nEnviado el: martes, 24 de noviembre de 2026 10:05\nPara: Ana\n"
            "Asunto: Machine\n\n"
        ),
    ),
    "Outlook pl": (
        "PD: Machine",
        "Od: Luc Bernard <luc@sol.test>\nWysłano: wtorek, 24 listopada 2026 10:05\nDo: Ana\nTemat: Machine\n\n",
    ),
    "Outlook it": (
        "I: Machine",
        "Da: Luc Bernard <luc@sol.test>\nInviato: martedì 24 novembre 2026 10:05\nA: Ana\nOggetto: Machine\n\n",
    ),
    "Outlook pt": (
        "ENC: Machine",
        (
            "De: Luc Bernard <luc@sol.test>\nEnviada em: terça-feira, 24 de novembro de 2026 10:05\nPara: Ana\n"
            "Assunto: Machine\n\n"
        ),
    ),
    "Outlook nl": (
        "Doorst: Machine",
        "Van: Luc Bernard <luc@sol.test>\nVerzonden: dinsdag 24 november 2026 10:05\nAan: Ana\nOnderwerp: Machine\n\n",
    ),
    "Outlook no": (
        "VS: Machine",
        "Fra: Luc Bernard <luc@sol.test>\nSendt: tirsdag 24. november 2026 10:05\nTil: Ana\nEmne: Machine\n\n",
    ),
    "Outlook ro": (
        "FW: Machine",
        "De la: Luc Bernard <luc@sol.test>\nTrimis: marți, 24 noiembrie 2026 10:05\nCătre: Ana\nSubiect: Machine\n\n",
    ),
    "Thunderbird ro": (
        "Fwd: Machine",
        (
            "-------- Mesaj redirecționat --------\nSubiect: \tMachine\nDată: \t24.11.2026 10:05\n"
            "De la: \tLuc Bernard <luc@sol.test>\nCătre: \tana@lumen.test\n\n\n"
        ),
    ),
    "Thunderbird fr": (
        "Fwd: Machine",
        (
            "-------- Message transféré --------\nSujet : \tMachine\nObjet : Machine\nDate : \t24/11/2026 10:05\n"
            "De : \tLuc Bernard <luc@sol.test>\nPour : \tana@lumen.test\n\n"
        ),
    ),
    "Yahoo en": (
        "Fw: Machine",
        (
            "----- Forwarded Message -----\nFrom: Luc Bernard <luc@sol.test>\nTo: Ana <ana@lumen.test>\n"
            "Sent: Tuesday, November 24, 2026 at 10:05\nSubject: Machine\n\n"
        ),
    ),
    "WP in Polish": (
        "Fwd: Machine",
        (
            "---------- Treść przekazanej wiadomości ----------\nOd: Luc Bernard <luc@sol.test>\n"
            "Do: ana@lumen.test\nData: 24 listopada 2026 10:05\nTemat: Machine\n\n"
        ),
    ),
    "GMX de": (
        "Fw: Machine",
        (
            'Gesendet: Dienstag, 24. November 2026 um 10:05 Uhr\nVon: "Luc Bernard" <luc@sol.test>\n'
            "An: ana@lumen.test\nBetreff: Machine\n\n"
        ),
    ),
    "Samsung es": (
        "Fwd: Machine",
        (
            "-------- Mensaje reenviado --------\nDe: Luc Bernard <luc@sol.test>\nFecha: 24/11/2026 10:05\n"
            "Para: ana@lumen.test\nAsunto: Machine\n\n"
        ),
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_first_sender_of_a_forwarded_mail_is_found(program: str) -> None:
    subject, head = PROGRAMS[program]
    found = forwarded_from(f"{ABOVE}{head}{BELOW}\n", None, (), subject=subject)
    assert found == Forwarded("Luc Bernard", "luc@sol.test", "Machine", TEN_FIVE, BELOW)


@pytest.mark.parametrize("program", PROGRAMS)
def test_without_a_word_above_it_is_forwarded_whatever_the_subject(program: str) -> None:
    found = forwarded_from(f"{PROGRAMS[program][1]}{BELOW}\n", None, ())
    assert found is not None
    assert (found.address, found.text) == ("luc@sol.test", BELOW)


def test_what_apple_forwards_behind_arrows_is_read_without_them() -> None:
    text = (
        "Can you help him?\n\n> Begin forwarded message:\n> \n> From: Luc Bernard <luc@sol.test>\n> Subject: Machine\n"
        "> Date: 24 November 2026 at 10:05:00 EET\n> To: ana@lumen.test\n> \n> It leaks since Monday.\n> \n> Luc\n"
    )
    assert forwarded_from(text, None, ()) == Forwarded("Luc Bernard", "luc@sol.test", "Machine", TEN_FIVE, BELOW)


@pytest.mark.parametrize("program", ["Outlook en", "Outlook ro", "Outlook de", "GMX de", "Outlook no"])
@pytest.mark.parametrize("above", [ABOVE, ""])
def test_an_answer_is_not_forwarded_though_its_program_marks_both_alike(program: str, above: str) -> None:
    assert forwarded_from(f"{above}{PROGRAMS[program][1]}{BELOW}", None, (), subject="RE: Machine") is None


def test_vs_is_an_answer_in_finland() -> None:
    text = (
        "Torstai.\n\nLähettäjä: Luc <luc@sol.test>\nLähetetty: 24. marraskuuta 2026 10:05\nAihe: Machine\n\nIt leaks."
    )
    assert forwarded_from(text, None, (), subject="VS: Machine") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please call me.",
        "Thursday.\n\nOn Tue, 24 Nov 2026, Care <care@clientela.test> wrote:\n> When?",
        "---------- Forwarded message ---------\n\nnothing is told",
        '> From: "Albert" <a@b.test>\n>\n> It leaks.\n\nMe too.',
    ],
)
def test_a_mail_that_passes_nothing_on_names_nobody(text: str) -> None:
    assert forwarded_from(text, None, ()) is None


def test_a_mail_forwarded_as_an_attachment_is_found() -> None:
    mail = letter("forwarded-as-an-attachment")
    assert forwarded_from(mail.text, mail.html, mail.attachments, subject=mail.subject) == Forwarded(
        "", "sklep@sklep.test", "Twoje zamówienie", None, "Zamówienie 9 czeka."
    )


def test_the_letter_inside_a_bounce_is_not_forwarded_by_anybody() -> None:
    mail = letter("bounce-nobody-there")
    assert forwarded_from(mail.text, mail.html, mail.attachments, subject=mail.subject) is None


def test_an_html_mail_alone_names_the_first_sender() -> None:
    mail = written(
        "From: ana@lumen.test",
        "Subject: FW: Machine",
        "Content-Type: text/html; charset=utf-8",
        body='<p>Uitați.</p><div id="divRplyFwdMsg"><hr><b>From:</b> Luc Bernard &lt;luc@sol.test&gt;<br>'
        "<b>Sent:</b> Tuesday, November 24, 2026 10:05 AM<br><b>To:</b> Ana<br><b>Subject:</b> Machine</div>"
        "<p>It leaks since Monday.</p><p>Luc</p>",
    )
    found = forwarded_from(mail.text, mail.html, mail.attachments, subject=mail.subject)
    assert found == Forwarded("Luc Bernard", "luc@sol.test", "Machine", TEN_FIVE, BELOW)


def test_who_is_named_without_an_address_is_still_named() -> None:
    text = "From: Luc Bernard\nSent: Tuesday, November 24, 2026 10:05 AM\nTo: Ana\nSubject: Machine\n\nIt leaks."
    found = forwarded_from(text, None, (), subject="FW: Machine")
    assert found == Forwarded("Luc Bernard", "", "Machine", TEN_FIVE, "It leaks.")


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("Tuesday, November 24, 2026 10:05 AM", TEN_FIVE),
        ("Tuesday, November 24, 2026 10:05 PM", TEN_FIVE.replace(hour=22)),
        ("Tue, Nov 24, 2026 at 12:05 AM", TEN_FIVE.replace(hour=0)),
        ("marți, 24 noiembrie 2026 10:05:07", TEN_FIVE.replace(second=7)),
        ("11/24/2026 10:05 AM", TEN_FIVE),
        ("24/11/2026 10:05", TEN_FIVE),
        ("24.11.26 10:05", TEN_FIVE),
        ("2026-11-24 10:05", TEN_FIVE),
        ("2026年11月24日 10:05", TEN_FIVE),
        ("вторник, 24 ноября 2026 г. 10:05", TEN_FIVE),
        ("mercredi 5 août 2026 08:00", datetime(2026, 8, 5, 8)),  # noqa: DTZ001 - no zone is told
        ("poniedziałek, 5 października 2026 08:00", datetime(2026, 10, 5, 8)),  # noqa: DTZ001 - no zone is told
        ("24 Nov 2026 10:05:00 +0200", TEN_FIVE.replace(tzinfo=timezone(timedelta(hours=2)))),
        ("24.11.2026 10:05 (GMT+02:00)", TEN_FIVE.replace(tzinfo=timezone(timedelta(hours=2)))),
        ("24 Nov 2026 10:05 UTC", TEN_FIVE.replace(tzinfo=UTC)),
        ("24 Nov 2026", datetime(2026, 11, 24)),  # noqa: DTZ001 - no zone is told
        ("31 Feb 2026 10:05", None),
        ("24 Foo 2026", None),
        ("tomorrow at 10:05", None),
        ("24 Nov 2026 99:99", None),
        ("", None),
    ],
)
def test_moments_are_read_as_people_write_them(words: str, moment: datetime | None) -> None:
    assert written_moment(words) == moment
