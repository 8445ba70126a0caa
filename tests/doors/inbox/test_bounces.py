"""A letter of ours comes back: it says so, its request shows it, and an address that will never work gets nothing."""

from datetime import timedelta

import pytest
from django.test import override_settings

from clientela.inbox.actions import store_raw_message, understand_message
from clientela.inbox.models import RawMessage
from clientela.kernel.models import Fact, Letter, SuppressedAddress
from clientela.requests.models import Message, Request
from tests.doors.inbox.test_understanding import letter, take_in
from tests.shop import Shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _our_domain() -> object:
    """The raw letters were written to casa-lavora.test."""
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def acknowledged(shop: Shop) -> Letter:
    """A letter of ours to Zofia that a mail server took."""
    take_in(shop, letter("zofia-asks-in-polish-latin2"), sender="zofia@example.test")
    found = Letter.objects.get(kind="acknowledgement")
    Letter.objects.filter(pk=found.pk).update(due_at=None, sent_at=shop.after(0.1))
    return found


def report(
    message_id: str,
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 User unknown",
    action: str = "failed",
    recipient: str = "zofia@example.test",
) -> bytes:
    """A report of a mail server about the letter with this Message-ID."""
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.test\nTo: care@casa-lavora.test\nSubject: Undelivered Mail\n"
        f"Message-ID: <report-{action}-{status}@mx.example.test>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\n\nYour letter could not be delivered.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.test\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{message_id}>\nSubject: x\n\n--b--\n"
    ).encode()


def come_back(shop: Shop, content: bytes, *, hours: float = 1) -> RawMessage:
    at = shop.after(hours)
    raw_id = store_raw_message(at=at, came_by="smtp", content=content, envelope_from="", envelope_to=())
    assert understand_message(at=at, raw_id=raw_id) is not None
    return RawMessage.objects.get(pk=raw_id)


def test_a_report_about_somebody_elses_letter_suppresses_nobody(shop: Shop) -> None:
    ours = acknowledged(shop)
    for message_id in (
        "strange@example.test",
        f"x{ours.message_id}",
        "r-7kx2-4.reply-1.aaaaaaaaaaaaaaaa@casa-lavora.test",
    ):
        raw = come_back(shop, report(message_id).replace(b"report-", f"report-{len(message_id)}-".encode()))
        assert raw.outcome == "bounce"
    ours.refresh_from_db()
    assert ours.bounced_at is None
    assert not SuppressedAddress.objects.exists()


def test_a_letter_that_came_back_for_good_is_shown_on_its_request_and_stops_the_post(shop: Shop) -> None:
    ours = acknowledged(shop)
    raw = come_back(shop, report(ours.message_id))
    request = Request.objects.get()
    assert (raw.outcome, raw.request_id) == ("bounce", request.id)
    assert raw.details["automatic"] == {"kind": "bounce", "because": "part: message/delivery-status"}
    assert raw.details["bounces"] == [
        {
            "recipient": "zofia@example.test",
            "status": "5.1.1",
            "reply_code": "550",
            "reason": "nobody_there",
            "hard": True,
        }
    ]
    ours.refresh_from_db()
    assert (ours.bounced_at, ours.bounce_is_hard, ours.bounce_status, ours.bounce_reason) == (
        shop.after(1),
        True,
        "5.1.1",
        "nobody_there",
    )
    assert SuppressedAddress.objects.get().address == "zofia@example.test"
    assert raw.message is not None
    assert raw.message.kind == Message.Kind.AUTOMATIC
    assert Letter.objects.count() == 1


def test_the_address_that_we_wrote_to_is_suppressed_and_not_one_that_the_report_invents(shop: Shop) -> None:
    ours = acknowledged(shop)
    come_back(shop, report(ours.message_id, recipient="director@bank.test"))
    assert [row.address for row in SuppressedAddress.objects.all()] == ["zofia@example.test"]


def test_a_full_mailbox_is_noted_and_suppresses_nobody(shop: Shop) -> None:
    ours = acknowledged(shop)
    raw = come_back(shop, report(ours.message_id, status="5.2.2", said="552 5.2.2 Mailbox full"))
    ours.refresh_from_db()
    assert (ours.bounce_reason, ours.bounce_is_hard) == ("mailbox_full", False)
    assert raw.details["bounces"][0]["hard"] is False
    assert not SuppressedAddress.objects.exists()


def test_a_letter_that_is_still_tried_has_not_come_back(shop: Shop) -> None:
    ours = acknowledged(shop)
    raw = come_back(shop, report(ours.message_id, status="4.4.1", said="Connection timed out", action="delayed"))
    ours.refresh_from_db()
    assert (raw.outcome, ours.bounced_at) == ("bounce", None)
    assert not SuppressedAddress.objects.exists()


def test_the_same_report_twice_changes_nothing_the_second_time(shop: Shop) -> None:
    ours = acknowledged(shop)
    come_back(shop, report(ours.message_id))
    again = come_back(shop, report(ours.message_id), hours=30)
    ours.refresh_from_db()
    assert again.outcome == "duplicate"
    assert ours.bounced_at == shop.after(1)
    assert SuppressedAddress.objects.get().since == shop.after(1)


def test_as_long_as_one_behind_an_address_may_take_letters_so_may_the_address(shop: Shop) -> None:
    ours = acknowledged(shop)
    one = report(ours.message_id)
    two = one.replace(
        b"\n\n--b\nContent-Type: text/rfc822-headers",
        b"\n\nFinal-Recipient: rfc822; dan@example.test\nAction: failed\nStatus: 5.2.2\n"
        b"Diagnostic-Code: smtp; 552 full\n\n--b\nContent-Type: text/rfc822-headers",
    )
    raw = come_back(shop, two)
    assert [found["hard"] for found in raw.details["bounces"]] == [True, False]
    ours.refresh_from_db()
    assert (ours.bounce_reason, ours.bounce_is_hard) == ("mailbox_full", False)
    assert not SuppressedAddress.objects.exists()


def test_out_of_office_neither_answers_nor_reopens_and_is_shown(shop: Shop) -> None:
    ours = acknowledged(shop)
    away = (
        "From: Zofia <zofia@example.test>\nTo: care@casa-lavora.test\nSubject: Nieobecność w biurze: zmywarka\n"
        f"Auto-Submitted: auto-replied\nMessage-ID: <away@example.test>\nIn-Reply-To: <{ours.message_id}>\n"
        "Content-Type: text/plain; charset=utf-8\n\nJestem na urlopie do 20 listopada.\n"
    ).encode()
    request_before = Request.objects.get()
    raw = come_back(shop, away)
    assert (raw.outcome, raw.request_id) == ("automatic", request_before.id)
    assert raw.details["automatic"]["kind"] == "out_of_office"
    assert Request.objects.get().state == request_before.state
    assert Request.objects.get().next_due_at == request_before.next_due_at
    assert raw.message is not None
    assert raw.message.kind == Message.Kind.AUTOMATIC
    assert Letter.objects.count() == 1


def test_an_invitation_is_kept_with_its_file_and_told(shop: Shop) -> None:
    understood = take_in(shop, letter("invitation-from-outlook"), sender="andreea@lumen.test")
    raw = RawMessage.objects.get()
    assert understood.outcome == "opened"
    assert raw.details["invitation"]["summary"] == "Vizita tehnicianului, mașina de spălat"
    assert raw.details["invitation"]["zone"] == "Europe/Chisinau"
    assert [file.media_type for file in understood.attachments] == ["text/calendar"]


def test_a_calendar_that_accepts_is_no_request(shop: Shop) -> None:
    understood = take_in(shop, letter("calendar-accepts"), sender="zofia@wisla.test")
    assert understood.outcome == "automatic"
    assert RawMessage.objects.get().details["automatic"]["kind"] == "invitation"
    assert not Request.objects.exists()


@pytest.mark.parametrize("days", [1, 3])
def test_the_third_soft_bounce_in_a_row_over_days_is_told(shop: Shop, days: int) -> None:
    ours = acknowledged(shop)
    for number in range(3):
        at = shop.after(1) + timedelta(days=days * number / 2)
        copy = Letter.objects.get(pk=ours.pk)
        copy.pk, copy.message_id, copy.sent_at, copy.written_at = None, f"copy-{number}@clientela.test", at, at
        copy.save(force_insert=True)
        content = report(copy.message_id, status="4.2.2", said="452 4.2.2 Over quota")
        come_back(shop, content.replace(b"<report-", f"<report-{number}-".encode()), hours=2 + days * 12 * number)
    assert not SuppressedAddress.objects.exists()
    assert Letter.objects.exclude(bounced_at=None).count() == 3
    told = Fact.objects.filter(verb="address_keeps_bouncing").count()
    assert told == (1 if days > 1 else 0)
