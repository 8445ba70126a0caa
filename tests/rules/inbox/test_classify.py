"""Persons are answered; machines are not, and what they report is read."""

import pytest

from clientela.inbox.reading.classify import classify
from clientela.inbox.reading.read import read_message
from tests.rules.inbox.letters import letter, raw_letter, written
from tests.shared_data import SHARED, needs_shared_data

BOUNCES = SHARED / "data" / "mail" / "bounces"

KINDS = {
    "zofia-asks-in-polish-latin2": "person",
    "mihai-writes-cedillas-in-windows-1250": "person",
    "lucia-answers-in-quoted-printable": "person",
    "forged-identifier-of-ours": "person",
    "without-a-sender": "person",
    "broken-in-many-ways": "person",
    "absence-note-by-the-standard": "automatic",
    "absence-note-without-any-mark": "automatic",
    "read-receipt": "automatic",
    "newsletter": "list",
    "abuse-report": "abuse_report",
    "invitation-from-outlook": "person",
    "calendar-accepts": "automatic",
    "bounce-of-postfix-for-two": "bounce",
    "bounce-of-exim-in-words": "bounce",
    "bounce-that-waits": "bounce",
    "bounce-of-a-phone-company": "bounce",
    "bounce-as-a-notice-in-json": "bounce",
    "bounce-nobody-there": "bounce",
    "bounce-in-words-mailbox-full": "bounce",
}

PERSONS = [
    ["From: ana@lumen.test", "Subject: Out of office chairs"],
    ["From: ana@lumen.test", "Subject: Auto: problema la motor"],
    ["From: ana@lumen.test", "Subject: On vacation my washing machine flooded the flat"],
    ["From: ana@lumen.test", "Subject: In concediu s-a stricat frigiderul"],
    ["From: ana@lumen.test", "Subject: Re: Your delivery", "Auto-Submitted: no"],
    ["From: postmaster@lumen.test", "Subject: May we talk about your mail server?"],
    ["From: ana@lumen.test", "Subject: My order was not delivered"],
    ["From: ana@lumen.test", "Subject: Fwd: Undelivered Mail Returned to Sender"],
    ["From: noreply@forms.lumen.test", "Reply-To: ana@lumen.test", "Subject: Contact form"],
    ["From: Ana <ana@lumen.test>", "Return-Path: <ana@lumen.test>", "Subject: Precedence", "Importance: high"],
]

AUTOMATIC = [
    ["From: a@b.test", "Subject: x", "Auto-Submitted: auto-generated"],
    ["From: a@b.test", "Subject: x", "Auto-Submitted: auto-replied (vacation)"],
    ["From: a@b.test", "Subject: x", "Precedence: auto_reply"],
    ["From: a@b.test", "Subject: x", "X-Autoreply: yes"],
    ["From: a@b.test", "Subject: x", "X-Auto-Response-Suppress: DR, OOF, AutoReply"],
    ["From: a@b.test", "Subject: x", "Return-Path: <>"],
    ["From: noreply@b.test", "Subject: Your code"],
    ["From: a@b.test", "Subject: Automatic reply: Washer"],
    ["From: a@b.test", "Subject: Out of Office: Washer"],
    ["From: a@b.test", "Subject: Out of office until Monday"],
    ["From: a@b.test", "Subject: Răspuns automat: Mașina"],
    ["From: a@b.test", "Subject: Raspuns automat"],
    ["From: a@b.test", "Subject: În concediu până pe 30 noiembrie"],
    ["From: a@b.test", "Subject: Odpowiedź automatyczna: Pralka"],
    ["From: a@b.test", "Subject: Autoodpowiedź"],
    ["From: a@b.test", "Subject: Respuesta automática: Lavadora"],
    ["From: a@b.test", "Subject: Fuera de la oficina"],
    ["From: a@b.test", "Subject: Automatische Antwort: Gerät"],
    ["From: a@b.test", "Subject: Abwesenheitsnotiz"],
    ["From: a@b.test", "Subject: Réponse automatique : Lave-linge"],
    ["From: a@b.test", "Subject: Risposta automatica: Lavatrice"],
    ["From: a@b.test", "Subject: Resposta automática: Máquina"],
    ["From: a@b.test", "Subject: Automatisch antwoord: Wasmachine"],
    ["From: a@b.test", "Subject: Automatická odpověď: Pračka"],
]


@pytest.mark.parametrize("name", KINDS)
def test_each_letter_of_the_cast_has_its_kind(name: str) -> None:
    assert classify(letter(name)).kind == KINDS[name]


SORTS = {
    "zofia-asks-in-polish-latin2": "",
    "absence-note-by-the-standard": "out_of_office",
    "absence-note-without-any-mark": "out_of_office",
    "read-receipt": "receipt",
    "newsletter": "list",
    "abuse-report": "abuse_report",
    "calendar-accepts": "invitation",
    "bounce-nobody-there": "bounce",
}


@pytest.mark.parametrize("name", SORTS)
def test_people_are_told_what_a_machines_mail_is(name: str) -> None:
    found = classify(letter(name))
    assert found.sort == SORTS[name]
    assert found.as_json().get("kind", "") == SORTS[name]
    assert bool(found.as_json().get("because")) == bool(SORTS[name])


@pytest.mark.parametrize(
    ("lines", "body", "sort"),
    [
        (["Auto-Submitted: auto-replied", "Subject: Re: Pralka"], "Jestem na urlopie do 20.11.", "out_of_office"),
        (["Auto-Submitted: auto-replied", "Subject: Re: x"], "Ich bin bis Montag nicht im Büro.", "out_of_office"),
        (["Auto-Submitted: auto-replied", "Subject: Re: x"], "Sunt în concediu până luni.", "out_of_office"),
        (["Auto-Submitted: auto-replied", "Subject: Ticket 12"], "We have your question.", "other"),
        (["X-Vacation: yes", "Subject: Re: x"], "Back soon.", "out_of_office"),
        (["Return-Path: <>", "Subject: Your code"], "123456", "other"),
    ],
)
def test_an_absence_is_told_from_other_automatic_mail(lines: list[str], body: str, sort: str) -> None:
    found = classify(written("From: a@b.test", *lines, body=body))
    assert (found.kind, found.sort) == ("automatic", sort)


@pytest.mark.parametrize(
    "body",
    [
        "Hello, your driver could not deliver my parcel, it was returned to sender. My number is 0721 554 512 345.",
        "The delivery to the following address failed again: Str. Florilor 5. Please send it once more.",
        "Nothing was delivered. The package has not been sent at all, says the courier.",
    ],
)
@pytest.mark.parametrize(
    "subject", ["Delivery failed", "Unable to deliver", "Delivery problem", "Package not delivered"]
)
def test_a_parcel_that_was_not_delivered_is_a_persons_trouble(subject: str, body: str) -> None:
    assert classify(written("From: ana@lumen.test", f"Subject: {subject}", body=body)).kind == "person"


def test_calling_oneself_a_mail_system_is_not_enough() -> None:
    name = "From: Mail Delivery Subsystem <ana@lumen.test>"
    assert classify(written(name, "Subject: My washing machine", body="It leaks.")).kind == "person"
    assert classify(written(name, "Subject: Returned mail", body="It leaks.")).kind == "bounce"
    assert classify(written(name, "Subject: x", body="550 5.1.1 User unknown")).kind == "bounce"


def test_a_report_that_came_as_a_plain_file_is_a_bounce() -> None:
    report = "Final-Recipient: rfc822; ana@lumen.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: text/plain\r\n"
        f'Content-Disposition: attachment; filename="details.txt"\r\n\r\n{report}\r\n--b--\r\n'
    )
    head = ["From: gateway@lumen.test", "Subject: Status", 'Content-Type: multipart/mixed; boundary="b"']
    assert classify(written(*head, body=body)).kind == "bounce"
    assert classify(written(*head, body=body.replace("Final-Recipient: rfc822;", "Recipient:"))).kind == "person"


def test_a_word_beside_a_calendars_answer_is_a_persons() -> None:
    raw = raw_letter("calendar-accepts").replace(
        b"charset=utf-8\n\n\n", b"charset=utf-8\n\nIch komme, aber spaeter.\n\n", 1
    )
    assert classify(read_message(raw)).kind == "person"


@pytest.mark.parametrize("lines", PERSONS, ids=" | ".join)
def test_a_person_is_not_taken_for_a_machine(lines: list[str]) -> None:
    assert classify(written(*lines)).kind == "person"


@pytest.mark.parametrize("lines", AUTOMATIC, ids=lambda lines: lines[-1])
def test_a_machine_is_known_by_its_headers_or_its_subject(lines: list[str]) -> None:
    assert classify(written(*lines)).kind == "automatic"


def test_the_reason_names_what_decided() -> None:
    found = classify(letter("absence-note-by-the-standard"))
    assert (found.reason, dict(found.details)) == (
        "Its header says that a machine wrote it.",
        {"header": "auto-submitted"},
    )


def test_an_empty_envelope_sender_says_that_nobody_takes_an_answer() -> None:
    message = written("From: a@b.test", "Subject: x")
    assert classify(message, envelope_sender="a@b.test").kind == "person"
    assert classify(message, envelope_sender="<>").kind == "automatic"
    assert classify(message, envelope_sender="").kind == "automatic"


def test_a_list_of_our_own_only_hands_a_persons_mail_on() -> None:
    message = written("From: ana@lumen.test", "Subject: x", "List-Id: <care.casa-lavora.test>", "Precedence: list")
    assert classify(message).kind == "list"
    assert classify(message, own_domains=["casa-lavora.test"]).kind == "person"


def test_whoever_asks_something_above_a_forwarded_bounce_is_a_person() -> None:
    report = "Begin forwarded message:\n\n> Status: 5.1.1\n> Diagnostic-Code: smtp; 550 5.1.1 User unknown"
    lines = ["From: ana@lumen.test", "Subject: Fwd: Returned mail: User unknown"]
    asked = written(*lines, body=f"I wrote to the address on your site and this came back. Which is right?\n\n{report}")
    passed_on = written(*lines, body=f"See below.\n\n{report}")
    assert classify(asked).kind == "person"
    assert classify(passed_on).kind == "bounce"


@needs_shared_data
def test_no_real_bounce_or_report_or_absence_note_is_taken_for_a_person() -> None:
    kinds = {path.name: classify(read_message(path.read_bytes())).kind for path in sorted(BOUNCES.glob("*.eml"))}
    assert len(kinds) == 318
    assert [name for name, kind in kinds.items() if kind in {"person", "list"}] == []
    # A request to unsubscribe that a program sent, which the collection files under complaints.
    reports = {name: kind for name, kind in kinds.items() if name.startswith("arf-")}
    assert [name for name, kind in reports.items() if kind != "abuse_report"] == ["arf-26.eml"]
    notes = {name: kind for name, kind in kinds.items() if name.startswith("rfc3834-")}
    assert set(notes.values()) == {"automatic"}
    others = [name for name, kind in kinds.items() if name not in reports and name not in notes and kind != "bounce"]
    assert others == ["lhost-amazonses-11.eml"]
    assert kinds["lhost-amazonses-11.eml"] == "abuse_report"
