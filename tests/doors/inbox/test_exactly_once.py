"""The same mail by two ways, to two addresses, or twice, is one message; two mails with one Message-ID are two."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.test import override_settings

from clientela.inbox.actions import Understood, store_raw_message, understand_batch, understand_message
from clientela.inbox.models import RawMessage
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError
from clientela.requests import queries
from clientela.requests.models import Attachment, Message, Request
from tests.shop import Shop


@pytest.fixture(autouse=True)
def _our_house() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def mail(
    text: str = "It leaks.",
    *,
    to: str = "care@casa-lavora.test",
    cc: str = "",
    subject: str = "Leak",
    day: int = 23,
    sender: str = "zofia@example.test",
    file: bytes = b"",
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    if cc:
        message["Cc"] = cc
    message["Subject"] = subject
    message["Date"] = f"Mon, {day} Nov 2026 09:00:00 +0100"
    message["Message-ID"] = "<one@example.test>"
    message.set_content(text)
    if file:
        message.add_attachment(file, maintype="application", subtype="pdf", filename="scan.pdf")
    return message.as_bytes()


def take_in(shop: Shop, content: bytes, *, to: tuple[str, ...] = (), hours: float = 0, by: str = "file") -> Understood:
    at = shop.after(hours)
    raw_id = store_raw_message(
        at=at, came_by=by, content=content, envelope_to=to, envelope_from="zofia@example.test" if by == "smtp" else ""
    )
    understood = understand_message(at=at, raw_id=raw_id)
    assert understood is not None
    return understood


def counted() -> tuple[int, int, int]:
    return Request.objects.count(), Message.objects.count(), Letter.objects.count()


def test_the_same_bytes_again_are_nothing(shop: Shop) -> None:
    first = take_in(shop, mail())
    for by in ("file", "smtp", "imap"):
        again = take_in(shop, mail(), hours=1, by=by)
        assert (again.outcome, again.request) == ("duplicate", first.request)
    assert counted() == (1, 1, 1)


def test_the_same_mail_by_another_way_is_nothing(shop: Shop) -> None:
    first = take_in(shop, mail())
    ways = (
        b"Received: from relay by mx2; Mon, 23 Nov 2026 09:00:05 +0100\r\n" + mail(),
        mail(subject="[team] Leak"),
        mail("It leaks.\n\n-- \nYou get this by our list."),
    )
    for way in ways:
        assert take_in(shop, way, hours=1).request == first.request
    assert counted() == (1, 1, 1)


def test_a_message_id_used_again_for_something_else_loses_nothing(shop: Shop) -> None:
    take_in(shop, mail(file=b"page one"))
    others = (
        mail(file=b"page two"),
        mail("The pump is loud.", file=b"page one"),
        mail(day=24, file=b"page one"),
        mail(sender="lucia@example.test", file=b"page one"),
    )
    for number, other in enumerate(others, start=2):
        assert take_in(shop, other, hours=number / 10).outcome == "opened"
        assert Request.objects.count() == number
        assert Attachment.objects.count() == number
    # Each of them again is known by its bytes, and a copy of the first by what it says.
    for other in others:
        assert take_in(shop, other, hours=2).outcome == "duplicate"
    assert take_in(shop, b"Received: x\r\n" + mail(file=b"page one"), hours=3).outcome == "duplicate"


def test_what_a_stranger_copies_is_not_taken_for_the_customers_mail(shop: Shop) -> None:
    """Who knows a Message-ID cannot make the true mail vanish by sending it first."""
    take_in(shop, mail("Spam", sender="stranger@evil.example"))
    take_in(shop, mail("Spam"), hours=0.1)  # even under the customer's name
    assert take_in(shop, mail(), hours=1).outcome == "opened"
    assert Message.objects.filter(text="It leaks.").count() == 1


def test_a_mail_to_two_departments_is_one_conversation_that_both_see(shop: Shop) -> None:
    understood = take_in(shop, mail(to="care@casa-lavora.test, it@casa-lavora.test"))
    assert understood.outcome == "opened"
    row = Request.objects.get()
    assert (row.provider_id, row.also_department_ids) == (shop.care_id, [shop.world.id_of("it")])
    for viewer in (shop.world.ana, shop.world.ioana):
        assert queries.request_page(viewer, row.reference, at=shop.at).request.reference == row.reference
    with pytest.raises(HiddenError):
        queries.request_page(shop.world.magda, row.reference, at=shop.at)
    assert counted() == (1, 1, 1)


def test_a_mail_handed_over_once_for_each_department_is_one_conversation_too(shop: Shop) -> None:
    """A server that splits by recipient: neither copy names the other department but in its envelope."""
    content = mail(to="undisclosed-recipients:;")
    first = take_in(shop, content, to=("care@casa-lavora.test",), by="smtp")
    second = take_in(shop, b"Received: x\r\n" + content, to=("it@casa-lavora.test",), by="smtp", hours=0.1)
    assert (second.outcome, second.request) == ("duplicate", first.request)
    row = Request.objects.get()
    assert (row.provider_id, row.also_department_ids) == (shop.care_id, [shop.world.id_of("it")])
    # The same once more to the department that serves it changes nothing.
    take_in(shop, b"Received: y\r\n" + content, to=("care@casa-lavora.test",), by="smtp", hours=0.2)
    assert Request.objects.get().also_department_ids == [shop.world.id_of("it")]
    assert counted() == (1, 1, 1)


def test_an_answer_that_copies_another_department_in_shows_it_the_conversation(shop: Shop) -> None:
    opened = shop.ask_repair()
    answer = mail(subject=opened.reference, cc="it@casa-lavora.test")
    assert take_in(shop, answer, hours=1).request == opened.reference
    assert shop.row(opened.id).also_department_ids == [shop.world.id_of("it")]


def test_a_stranger_shows_nobody_anything_by_copying_a_department_in(shop: Shop) -> None:
    opened = shop.ask_repair()
    take_in(shop, mail(subject=opened.reference, cc="it@casa-lavora.test", sender="stranger@evil.example"), hours=1)
    assert shop.row(opened.id).also_department_ids == []


def test_copies_in_one_batch_are_one(shop: Shop) -> None:
    contents = [mail(), b"Received: x\r\n" + mail(), mail(), mail(file=b"another"), mail("Another matter")]
    for content in contents:
        store_raw_message(at=shop.at, came_by="smtp", content=content, envelope_from="zofia@example.test")
    while understand_batch(at=shop.after(1)):
        pass
    outcomes = list(RawMessage.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["opened", "duplicate", "duplicate", "duplicate", "opened"]
    assert Request.objects.count() == 2
