"""Persons are answered; machines are not, and what they report is read."""

import json

import pytest

from clientela.inbox.reading.bounces import Bounce, Failure, read_bounce
from clientela.inbox.reading.classify import classify
from clientela.inbox.reading.read import read_message
from tests.rules.inbox.letters import letter, written
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


def test_a_bounce_by_the_standard_names_recipient_status_and_letter() -> None:
    assert read_bounce(letter("bounce-nobody-there")) == Bounce(
        failures=(
            Failure(
                recipient="dorel@example.test",
                status="5.1.1",
                reply_code="550",
                severity="hard",
                action="failed",
                reason="550 5.1.1 <dorel@example.test>: Recipient address rejected: User unknown",
            ),
        ),
        original_message_id="r-7kx2-4.reply-813.bbbbbbbbbbbbbbbbbbbbbbbb@casa-lavora.test",
    )


def test_a_bounce_in_words_names_recipient_status_and_letter() -> None:
    bounce = read_bounce(letter("bounce-in-words-mailbox-full"))
    (failure,) = bounce.failures
    assert (failure.recipient, failure.status, failure.reply_code) == ("lucia@example.test", "5.2.2", "552")
    assert (failure.severity, failure.action) == ("soft", None)
    assert bounce.original_message_id == "r-7kx2-4.reply-814.cccccccccccccccccccccccc@casa-lavora.test"


def test_a_delay_is_soft_whatever_its_words() -> None:
    message = read_message(
        b"From: MAILER-DAEMON@mx.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        b"--x\n\nwaiting\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n"
        b"Final-Recipient: rfc822; ana@lumen.test\nAction: delayed\nStatus: 4.4.1\n"
        b"Diagnostic-Code: smtp; 451 user unknown for now\n\n--x--\n"
    )
    (failure,) = read_bounce(message).failures
    assert (failure.action, failure.severity, failure.status) == ("delayed", "soft", "4.4.1")


def test_a_bounce_that_says_nothing_still_gives_one_failure() -> None:
    bounce = read_bounce(written("From: MAILER-DAEMON@mx.test", "Subject: Undelivered", body="Sorry."))
    assert bounce == Bounce((Failure("", None, None, None, None, "Sorry."),), None)


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


@needs_shared_data
def test_real_bounces_are_read_as_the_collection_reads_them_nearly_always() -> None:
    expected = json.loads((BOUNCES / "expected.json").read_text(encoding="utf-8"))
    agreed = {"status": 0, "reply code": 0, "hard": 0}
    compared = {"status": 0, "reply code": 0, "hard": 0}
    for name, (first, *_others) in expected.items():
        if first["reason"] in {"feedback", "vacation"}:
            continue
        failure = read_bounce(read_message((BOUNCES / name).read_bytes())).failures[0]
        pairs = {
            # The collection invents a status (x.0.9xx) where the bounce has none.
            "status": (first["dsn"] if first["dsn"][1:5] != ".0.9" else "", failure.status),
            "reply code": (first["replycode"], failure.reply_code),
            "hard": (first["hardbounce"], failure.severity == "hard"),
        }
        for what, (theirs, ours) in pairs.items():
            compared[what] += theirs != ""
            agreed[what] += theirs not in {"", None} and theirs == ours
    assert compared == {"status": 201, "reply code": 197, "hard": 278}
    assert agreed == {"status": 194, "reply code": 189, "hard": 237}
