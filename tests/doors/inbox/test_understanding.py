"""Mail comes in: stored byte for byte, understood, answered. The letters are raw mails written for these tests."""

from datetime import timedelta
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import override_settings

from clientela.inbox import queries
from clientela.inbox.actions import (
    Understood,
    quarantine_message,
    store_raw_message,
    understand_again,
    understand_message,
)
from clientela.inbox.models import RawMessage
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests.models import Attachment, Message, Request
from tests.shop import Shop

LETTERS = Path(__file__).parents[1] / "letters"


@pytest.fixture(autouse=True)
def _our_domain() -> object:
    """The raw letters were written to casa-lavora.test."""
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def take_in(shop: Shop, content: bytes, *, hours: float = 0, to: tuple[str, ...] = (), sender: str = "") -> Understood:
    at = shop.after(hours)
    came_by = "smtp" if sender else "file"  # by SMTP, no sender means a machine
    raw_id = store_raw_message(at=at, came_by=came_by, content=content, envelope_from=sender, envelope_to=to)
    understood = understand_message(at=at, raw_id=raw_id)
    assert understood is not None
    return understood


def letter(name: str) -> bytes:
    return (LETTERS / f"{name}.eml").read_bytes()


def mail(
    text: str, *, sender: str = "zofia@example.test", answers: str = "", message_id: str = "<new@example.test>"
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "care@casa-lavora.test"
    message["Subject"] = "Re: pralka"
    message["Message-ID"] = message_id
    if answers:
        message["In-Reply-To"] = f"<{answers}>"
    message.set_content(text)
    return message.as_bytes()


def test_a_polish_mail_in_an_old_character_set_becomes_a_request_with_a_promise(shop: Shop) -> None:
    understood = take_in(shop, letter("zofia-asks-in-polish-latin2"), sender="zofia@example.test")
    assert (understood.outcome, understood.language, understood.subject) == (
        "opened",
        "pl",
        "Prośba o naprawę zmywarki",
    )
    request = Request.objects.get(reference=understood.request)
    assert (request.customer_id, request.provider_id) == (shop.world.zofia.person_id, shop.world.care.id)
    assert request.title == "Prośba o naprawę zmywarki"
    assert request.next_due_at == shop.after(2)
    message = Message.objects.get(request=request)
    assert "przestała grzać wodę" in message.text
    acknowledgement = Letter.objects.get()
    assert (acknowledgement.kind, acknowledgement.to_address, acknowledgement.language) == (
        "acknowledgement",
        "zofia@example.test",
        "pl",
    )
    assert acknowledgement.in_reply_to == "20261123091500.4711@poczta.example.test"
    assert understood.request in acknowledgement.text


def test_the_raw_bytes_are_kept_exactly(shop: Shop) -> None:
    content = letter("zofia-asks-in-polish-latin2")
    take_in(shop, content)
    raw = RawMessage.objects.get()
    assert bytes(raw.content) == content
    assert raw.sha256 == sha256(content).hexdigest()


def test_an_answer_to_our_letter_goes_on_with_the_request_and_the_quotes_are_folded(shop: Shop) -> None:
    opened = shop.ask_repair()
    ours = Letter.objects.get(kind="acknowledgement")
    text = "Tak, w czwartek będę w domu.\n\nW dniu 23.11.2026 o 10:00 Care napisał(a):\n> Dziękujemy za wiadomość.\n"
    understood = take_in(shop, mail(text, answers=ours.message_id), hours=1)
    assert (understood.outcome, understood.request) == ("continued", opened.reference)
    newest = Message.objects.order_by("-pk")[0]
    assert newest.text == "Tak, w czwartek będę w domu."
    assert "Dziękujemy za wiadomość." in newest.quoted
    assert Request.objects.count() == 1


def test_our_signed_number_leads_to_the_request_from_another_address_too(shop: Shop) -> None:
    opened = shop.ask_repair()
    ours = Letter.objects.get(kind="acknowledgement")
    understood = take_in(shop, mail("z pracy", sender="zofia.praca@firma.test", answers=ours.message_id), hours=1)
    assert (understood.outcome, understood.request) == ("continued", opened.reference)


def test_a_forged_number_of_ours_opens_a_request_of_its_own(shop: Shop) -> None:
    opened = shop.ask_repair()
    forged = Letter.objects.get(kind="acknowledgement").message_id.replace(".acknowledgement.", ".reply-7.")
    understood = take_in(shop, mail("let me in", sender="stranger@elsewhere.test", answers=forged))
    assert understood.outcome == "opened"
    assert understood.request != opened.reference


def test_a_stranger_who_names_a_customers_mail_does_not_get_into_their_request(shop: Shop) -> None:
    first = take_in(shop, letter("zofia-asks-in-polish-latin2"))
    stolen = "20261123091500.4711@poczta.example.test"
    understood = take_in(shop, mail("me too", sender="stranger@elsewhere.test", answers=stolen))
    assert understood.outcome == "opened"
    assert understood.request != first.request


def test_the_customer_who_answers_their_own_mail_goes_on(shop: Shop) -> None:
    first = take_in(shop, letter("zofia-asks-in-polish-latin2"))
    understood = take_in(shop, mail("i jeszcze jedno", answers="20261123091500.4711@poczta.example.test"), hours=1)
    assert (understood.outcome, understood.request) == ("continued", first.request)


def test_the_same_mail_twice_is_one_message(shop: Shop) -> None:
    first = take_in(shop, letter("zofia-asks-in-polish-latin2"))
    again = take_in(shop, letter("zofia-asks-in-polish-latin2"), hours=1)
    assert (again.outcome, again.request) == ("duplicate", first.request)
    assert (Message.objects.count(), Letter.objects.count()) == (1, 1)


def test_the_same_mail_with_another_received_line_is_one_message(shop: Shop) -> None:
    content = letter("zofia-asks-in-polish-latin2")
    first = take_in(shop, content)
    again = take_in(shop, b"Received: from elsewhere.test by mx2.test; Mon, 23 Nov 2026 09:16:00 +0100\r\n" + content)
    assert (again.outcome, again.request) == ("duplicate", first.request)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("absence-note-by-the-standard", "automatic"),
        ("absence-note-without-any-mark", "automatic"),
        ("newsletter", "automatic"),
        ("read-receipt", "automatic"),
        ("abuse-report", "automatic"),
        ("bounce-nobody-there", "bounce"),
        ("bounce-in-words-mailbox-full", "bounce"),
    ],
)
def test_automatic_mail_gets_no_answer(shop: Shop, name: str, outcome: str) -> None:
    assert take_in(shop, letter(name)).outcome == outcome
    assert (Request.objects.count(), Letter.objects.count()) == (0, 0)


def test_an_absence_note_to_our_letter_is_shown_and_counts_for_nothing(shop: Shop) -> None:
    shop.ask_repair()
    before = Request.objects.values().get()
    ours = Letter.objects.get(kind="acknowledgement")
    note = mail("Jestem na urlopie.", answers=ours.message_id).replace(
        b"Subject:", b"Auto-Submitted: auto-replied\nSubject:"
    )
    assert take_in(shop, note, hours=1).outcome == "automatic"
    assert Message.objects.order_by("-pk")[0].kind == "automatic"
    assert Request.objects.values().get() == before


def test_a_mail_of_one_of_our_own_departments_is_not_answered(shop: Shop) -> None:
    understood = take_in(shop, mail("hello", sender="it@casa-lavora.test"))
    assert (understood.outcome, Request.objects.count()) == ("automatic", 0)


def test_files_are_kept_whole_under_their_own_names(shop: Shop) -> None:
    understood = take_in(shop, letter("zofia-sends-files-with-polish-names"))
    kept = list(Attachment.objects.order_by("pk").values_list("name", "size_bytes", "sha256"))
    assert kept == [(file.name, len(file.content), file.sha256) for file in understood.attachments]
    assert len(kept) > 0


def test_who_acts_for_a_company_writes_for_it(shop: Shop) -> None:
    understood = take_in(shop, mail("Factura este greșită, vă rog să o verificați.", sender="mihai@example.test"))
    request = Request.objects.get(reference=understood.request)
    assert (request.customer_id, request.asker_id) == (shop.world.delta.id, shop.world.mihai.person_id)


def test_a_mail_without_a_sender_is_read_by_a_person_all_the_same(shop: Shop) -> None:
    understood = take_in(shop, letter("without-a-sender"))
    assert understood.outcome == "opened"
    held = Letter.objects.get()
    assert held.hold_reason.startswith("We know no e-mail address of ")
    assert held.due_at is None


def test_bytes_that_are_no_mail_are_put_aside_with_the_reason_and_the_next_one_goes_on(shop: Shop) -> None:
    understood = take_in(shop, b"")
    assert understood.outcome == "quarantined"
    assert understood.reason != ""
    assert take_in(shop, letter("zofia-asks-in-polish-latin2")).outcome == "opened"


def test_a_message_over_the_limit_is_put_aside_and_its_sender_is_told(shop: Shop) -> None:
    with override_settings(MESSAGE_LIMIT_BYTES=2000):
        understood = take_in(shop, mail("x" * 3000))
    assert understood.outcome == "quarantined"
    told = Letter.objects.get()
    assert (told.kind, told.to_address, told.hold_reason) == ("notice", "zofia@example.test", "")
    assert Request.objects.count() == 0


def test_a_message_is_understood_once(shop: Shop) -> None:
    raw_id = store_raw_message(at=shop.at, came_by="file", content=letter("zofia-asks-in-polish-latin2"))
    assert understand_message(at=shop.at, raw_id=raw_id) is not None
    assert understand_message(at=shop.at, raw_id=raw_id) is None
    assert Request.objects.count() == 1


def test_only_administrators_see_what_came_in_and_try_again(shop: Shop) -> None:
    raw_id = store_raw_message(at=shop.at, came_by="file", content=letter("zofia-asks-in-polish-latin2"))
    quarantine_message(at=shop.at, raw_id=raw_id, reason="RuntimeError: a fault of ours")
    with pytest.raises(HiddenError):
        queries.received_mail(shop.world.ana)
    with pytest.raises(NotAllowedError):
        understand_again(by=shop.world.ana, at=shop.at, raw_id=raw_id)
    assert RawMessage.objects.get().outcome == "quarantined"
    (row,) = queries.received_mail(shop.world.vera, outcome="quarantined").mails
    assert (row.reason, row.size_bytes) == ("RuntimeError: a fault of ours", 686)
    assert understand_again(by=shop.world.vera, at=shop.at, raw_id=raw_id).outcome == "opened"
    assert queries.received_mail(shop.world.vera, outcome="quarantined").mails == ()


def test_what_a_lost_job_left_behind_is_found(shop: Shop) -> None:
    raw_id = store_raw_message(at=shop.at, came_by="smtp", content=letter("zofia-asks-in-polish-latin2"))
    assert queries.messages_to_understand(before=shop.at + timedelta(seconds=59)) == []
    assert queries.messages_to_understand(before=shop.at + timedelta(seconds=60)) == [raw_id]
