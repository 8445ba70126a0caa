"""What cannot be understood is put aside with a reason; its sender hears of it, and it is tried again."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import override_settings

from clientela.catalogue.models import Service
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
from clientela.requests.models import Request
from tests.shop import Shop


@pytest.fixture(autouse=True)
def _our_house() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test", TRUSTED_CHECKERS=("mx.test",)):
        yield


def mail(*, sender: str = "zofia@example.test", subject: str = "Leak", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message["From"] = sender
    message["To"] = "care@casa-lavora.test"
    message["Subject"] = subject
    message["Message-ID"] = "<one@example.test>"
    message.set_content("It leaks.")
    return message.as_bytes()


def stored(shop: Shop, content: bytes, *, sender: str = "", hours: float = 0) -> int:
    return store_raw_message(
        at=shop.after(hours), came_by="smtp" if sender else "file", content=content, envelope_from=sender
    )


def take_in(shop: Shop, content: bytes, *, sender: str = "", hours: float = 0) -> Understood:
    understood = understand_message(at=shop.after(hours), raw_id=stored(shop, content, sender=sender, hours=hours))
    assert understood is not None
    return understood


def no_service_takes_mail() -> Any:
    return Service.objects.update(takes_mail=False)


def test_only_who_looks_after_the_mail_tries_again(shop: Shop) -> None:
    raw_id = stored(shop, mail())
    quarantine_message(at=shop.at, raw_id=raw_id, reason="A fault")
    for stranger in (shop.world.ana, shop.world.zofia):
        with pytest.raises(NotAllowedError):
            understand_again(by=stranger, at=shop.after(1), raw_id=raw_id)
    assert RawMessage.objects.get().outcome == "quarantined"


def test_what_was_understood_is_not_tried_again(shop: Shop) -> None:
    take_in(shop, mail())
    with pytest.raises(HiddenError):
        understand_again(by=shop.world.vera, at=shop.after(1), raw_id=RawMessage.objects.get().pk)
    assert Request.objects.count() == 1


def test_after_a_fault_of_ours_the_sender_hears_once_and_the_mail_goes_its_way_later(shop: Shop) -> None:
    raw_id = stored(shop, mail())
    for hours in (0, 1):
        quarantine_message(at=shop.after(hours), raw_id=raw_id, reason="A fault")
    letter = Letter.objects.get()
    assert (letter.kind, letter.to_address, letter.in_reply_to) == ("notice", "zofia@example.test", "one@example.test")
    assert letter.language == "pl"
    assert RawMessage.objects.get().details["sender_was_told"] is True
    understood = understand_again(by=shop.world.vera, at=shop.after(2), raw_id=raw_id)
    assert understood.outcome == "opened"
    assert Request.objects.get().reference == understood.request
    assert [one.kind for one in Letter.objects.order_by("pk")] == ["notice", "acknowledgement"]


def test_the_whole_letter(shop: Shop) -> None:
    quarantine_message(at=shop.at, raw_id=stored(shop, mail(sender="Ada <ada@example.test>")), reason="A fault")
    letter = Letter.objects.get()
    assert letter.subject == "Re: Leak"
    assert letter.text == (
        "Your message “Leak” has reached us. Our system could not read all of it, so a person will look at it.\n\n"
        "You need not do anything. If it is urgent, please write to us again in a few plain words.\n\n"
        "Customer Care\n"
    )
    assert "<p>You need not do anything." in letter.html


def test_bytes_that_are_no_mail_are_answered_to_who_handed_them_over(shop: Shop) -> None:
    understood = take_in(shop, b"\x00\x01\x02" * 100, sender="zofia@example.test")
    assert understood.outcome == "quarantined"
    letter = Letter.objects.get()
    assert (letter.to_address, letter.language, letter.in_reply_to) == ("zofia@example.test", "pl", "")


def test_bytes_from_nobody_are_answered_to_nobody(shop: Shop) -> None:
    assert take_in(shop, b"\x00\x01\x02" * 100).outcome == "quarantined"
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("zofia@example.test", {"Auto_Submitted": "auto-replied"}),
        ("mailer-daemon@example.test", {}),
        ("care@casa-lavora.test", {}),
        ("nobody@casa-lavora.test", {}),
    ],
)
def test_no_machine_and_no_address_of_ours_gets_a_letter(shop: Shop, sender: str, headers: dict[str, str]) -> None:
    raw_id = stored(shop, mail(sender=sender, **headers))
    quarantine_message(at=shop.at, raw_id=raw_id, reason="A fault")
    assert RawMessage.objects.get().outcome == "quarantined"
    assert not Letter.objects.exists()


def test_who_forges_a_colleague_is_not_thanked_and_the_colleague_hears_of_it(shop: Shop) -> None:
    forged = mail(
        sender="ana@casa-lavora.test",
        Authentication_Results="mx.test; dmarc=fail header.from=casa-lavora.test",
    )
    understood = take_in(shop, forged)
    assert understood.outcome == "quarantined"
    assert [letter.to_address for letter in Letter.objects.all()] == ["ana@casa-lavora.test"]
    assert not Request.objects.exists()


def test_a_sender_whose_mails_all_fail_is_told_a_few_times_only(shop: Shop) -> None:
    for number in range(14):
        raw_id = stored(shop, mail(subject=f"Leak {number}"))
        quarantine_message(at=shop.at, raw_id=raw_id, reason="A fault")
    assert RawMessage.objects.filter(outcome="quarantined").count() == 14
    assert Letter.objects.count() == 10


def test_without_a_service_that_takes_mail_the_sender_hears_and_it_is_understood_once_there_is_one(shop: Shop) -> None:
    before = list(Service.objects.filter(takes_mail=True).values_list("pk", flat=True))
    no_service_takes_mail()
    understood = take_in(shop, mail())
    assert understood.outcome == "quarantined"
    assert Letter.objects.count() == 1
    Service.objects.filter(pk__in=before).update(takes_mail=True)
    assert (
        understand_again(by=shop.world.vera, at=shop.after(1), raw_id=RawMessage.objects.get().pk).outcome == "opened"
    )
