"""Mail that comes too often, too large, or twice at the same moment: bounded, answered, and never doubled."""

import threading
from email.message import EmailMessage

import pytest
from django.db import OperationalError, connection, transaction
from django.test import override_settings
from django.utils.translation import override

from clientela.catalogue.models import Service
from clientela.inbox import jobs
from clientela.inbox.actions import Understood, store_raw_message, understand_again, understand_message
from clientela.inbox.models import RawMessage
from clientela.inbox.queries import received_mail
from clientela.inbox.rules.answering import OF_A_CORRESPONDENT, OF_A_REQUEST
from clientela.kernel.journal import thing
from clientela.kernel.models import Letter
from clientela.kernel.signing import reply_address
from clientela.promises.models import DepartmentCalendar
from clientela.requests import actions
from clientela.requests.models import Message, Request
from tests.shop import Shop

MOST_ANSWERS_AN_HOUR = OF_A_CORRESPONDENT[0].size


@pytest.fixture(autouse=True)
def _our_domain() -> object:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def mail(
    number: int,
    *,
    sender: str = "zofia@example.test",
    text: str = "Pralka przecieka.",
    to: str = "care@casa-lavora.test",
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"Pralka {number}"
    message["Message-ID"] = f"<number-{number}@example.test>"
    message.set_content(text)
    return message.as_bytes()


def take_in(shop: Shop, content: bytes, *, hours: float = 0) -> Understood:
    raw_id = store_raw_message(at=shop.after(hours), came_by="file", content=content)
    understood = understand_message(at=shop.after(hours), raw_id=raw_id)
    assert understood is not None
    return understood


def test_a_sender_who_never_stops_is_answered_a_few_times_an_hour_and_every_mail_is_kept(shop: Shop) -> None:
    for number in range(MOST_ANSWERS_AN_HOUR + 3):
        assert take_in(shop, mail(number)).outcome == "opened"
    assert Request.objects.count() == MOST_ANSWERS_AN_HOUR + 3
    assert Letter.objects.filter(kind="acknowledgement").count() == MOST_ANSWERS_AN_HOUR
    reasons = list(RawMessage.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons[MOST_ANSWERS_AN_HOUR - 1] == "It is new."
    assert reasons[MOST_ANSWERS_AN_HOUR] == "It is new. No letter thanks for it: this sender had many in the last hour."


def test_who_had_many_answers_gets_the_next_one_after_six_minutes_and_others_are_answered_all_the_time(
    shop: Shop,
) -> None:
    for number in range(MOST_ANSWERS_AN_HOUR + 1):
        take_in(shop, mail(number, sender="Zofia <ZOFIA@example.test>"))
    take_in(shop, mail(100, sender="lucia@example.test"), hours=0.05)
    assert Letter.objects.filter(to_address="lucia@example.test").count() == 1
    take_in(shop, mail(101), hours=0.099)
    assert Letter.objects.filter(to_address="zofia@example.test").count() == MOST_ANSWERS_AN_HOUR
    take_in(shop, mail(102), hours=0.101)
    assert Letter.objects.filter(to_address="zofia@example.test").count() == MOST_ANSWERS_AN_HOUR + 1


def test_too_large_messages_are_answered_a_few_times_an_hour_too(shop: Shop) -> None:
    with override_settings(MESSAGE_LIMIT_BYTES=2000):
        for number in range(MOST_ANSWERS_AN_HOUR + 2):
            assert take_in(shop, mail(number, text="x " * 2000)).outcome == "quarantined"
    assert Letter.objects.count() == MOST_ANSWERS_AN_HOUR
    newest = RawMessage.objects.latest("pk")
    assert newest.reason.endswith("Its sender was not told.")


def test_who_writes_under_a_new_name_each_time_is_told_a_few_times_about_one_request(shop: Shop) -> None:
    opened = take_in(shop, mail(0))
    assert opened.request
    to = reply_address("care@casa-lavora.test", reference=opened.request, at=shop.at)
    Service.objects.update(takes_mail=False)  # what was cancelled goes on nowhere: it is put aside
    with override_settings(MESSAGE_LIMIT_BYTES=2000):
        for number in range(1, 4):
            take_in(shop, mail(number, sender=f"machine-{number}@example.test", to=to, text="x " * 2000))
    assert Letter.objects.filter(about__contains=[thing("request", Request.objects.get().pk)]).count() == 4
    actions.cancel_request(by=shop.world.ana, at=shop.at, request_id=Request.objects.get().pk, reason="Twice")
    for number in range(4, 8):
        assert take_in(shop, mail(number, sender=f"machine-{number}@example.test", to=to)).outcome == "quarantined"
    assert [letter.to_address for letter in Letter.objects.order_by("pk")] == [
        "zofia@example.test",
        *(f"machine-{number}@example.test" for number in range(1, OF_A_REQUEST[0].size)),
    ]
    with override_settings(MESSAGE_LIMIT_BYTES=2000):
        take_in(shop, mail(8, sender="machine-8@example.test", to=to, text="x " * 2000))
    assert RawMessage.objects.latest("pk").reason.endswith("Its sender was not told.")
    assert Letter.objects.count() == OF_A_REQUEST[0].size
    # Another request has a bucket of its own, and this one fills again.
    assert take_in(shop, mail(9, sender="lucia@example.test")).outcome == "quarantined"
    assert take_in(shop, mail(10, sender="machine-10@example.test", to=to), hours=0.3).outcome == "quarantined"
    assert Letter.objects.count() == OF_A_REQUEST[0].size + 2


def test_a_file_of_thirty_megabytes_is_kept_aside_whole_and_its_sender_is_told(shop: Shop) -> None:
    message = EmailMessage()
    message["From"] = "zofia@example.test"
    message["To"] = "care@casa-lavora.test"
    message["Subject"] = "Film"
    message["Message-ID"] = "<film@example.test>"
    message.set_content("Oto film.")
    message.add_attachment(bytes(30 * 1024 * 1024), maintype="video", subtype="mp4", filename="film.mp4")
    content = message.as_bytes()
    assert take_in(shop, content).outcome == "quarantined"
    assert bytes(RawMessage.objects.get().content) == content
    told = Letter.objects.get()
    assert (told.kind, told.to_address, told.in_reply_to) == ("notice", "zofia@example.test", "film@example.test")
    assert "25 MB" in told.text
    assert Request.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_one_mail_that_came_twice_and_is_understood_twice_at_once_is_one_request(shop: Shop) -> None:
    first = store_raw_message(at=shop.at, came_by="file", content=mail(1))
    second = store_raw_message(at=shop.at, came_by="file", content=b"Received: by another way\r\n" + mail(1))
    outcomes: list[str] = []

    def understand_too() -> None:
        try:
            understood = understand_message(at=shop.at, raw_id=second)
            outcomes.append(understood.outcome if understood else "")
        finally:
            connection.close()

    other = threading.Thread(target=understand_too, daemon=True)
    with transaction.atomic():
        understood = understand_message(at=shop.at, raw_id=first)
        assert understood is not None
        assert understood.outcome == "opened"
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=20)
    assert outcomes == ["duplicate"]
    assert (Request.objects.count(), Message.objects.count(), Letter.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_in_the_middle_puts_no_mail_aside(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw_id = store_raw_message(at=shop.at, came_by="file", content=mail(1))

    def gone(**_: object) -> None:
        raise OperationalError("the connection was closed")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "understand_message", gone)
        patch.setattr(jobs, "now", lambda: shop.after(0.1))
        jobs.understand_one_message(raw_id)
    assert RawMessage.objects.get().outcome == ""
    monkeypatch.setattr(jobs, "now", lambda: shop.after(0.1))
    assert jobs.understand_what_waits() == 1
    assert RawMessage.objects.get().outcome == "opened"


def test_what_the_database_refuses_for_an_hour_is_put_aside_in_the_end(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw_id = store_raw_message(at=shop.at, came_by="file", content=mail(1))

    def refuse(**_: object) -> None:
        raise OperationalError("index row size exceeds the maximum")

    monkeypatch.setattr(jobs, "understand_message", refuse)
    for hours, outcome in ((0.5, ""), (1.01, "quarantined")):
        monkeypatch.setattr(jobs, "now", lambda hours=hours: shop.after(hours))
        jobs.understand_one_message(raw_id)
        assert RawMessage.objects.get().outcome == outcome
    assert "index row size" in RawMessage.objects.get().reason


def test_a_message_id_of_the_longest_kind_is_taken_in(shop: Shop) -> None:
    strange = "".join(chr(0x4E00 + number * 7) for number in range(900))
    content = mail(1).replace(b"<number-1@example.test>", f"<{strange}@example.test>".encode())
    assert take_in(shop, content).outcome == "opened"


def test_a_mail_to_a_department_without_working_hours_is_kept_aside_with_the_remedy_and_taken_in_later(
    shop: Shop,
) -> None:
    (hours,) = DepartmentCalendar.objects.filter(department=shop.care_id).values_list("calendar_id", flat=True)
    DepartmentCalendar.objects.filter(department=shop.care_id).delete()
    understood = take_in(shop, mail(1))
    assert (understood.outcome, understood.reason) == (
        "quarantined",
        "The department Customer Care has no calendar. Give it working hours in Settings, Calendars.",
    )
    with override("pl"):
        (shown,) = received_mail(shop.world.vera).mails
    assert shown.reason == (
        "Dział Customer Care nie ma kalendarza. Proszę podać jego godziny pracy w Ustawieniach, w części Kalendarze."
    )
    assert Request.objects.count() == 0
    assert [letter.kind for letter in Letter.objects.all()] == ["notice"]  # a person will look at it
    DepartmentCalendar.objects.create(department_id=shop.care_id, calendar_id=hours)
    raw_id = RawMessage.objects.get().pk
    assert understand_again(by=shop.world.vera, at=shop.after(1), raw_id=raw_id).outcome == "opened"
