"""Opening requests: who may, with what, and what follows."""

from datetime import timedelta

import pytest
from django.test import override_settings

from clientela.catalogue.queries import AnswersNotAcceptedError, FieldError
from clientela.directory.policies import HOUSE
from clientela.kernel.files import read_file
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import NotAllowedError
from clientela.promises.queries import clocks_of
from clientela.requests import actions
from clientela.requests.actions import IncomingFile
from clientela.requests.models import Attachment, Message, Request, Step
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def test_a_stranger_does_not_ask_in_somebody_elses_name(shop: Shop) -> None:
    with pytest.raises(NotAllowedError) as refused:
        actions.open_request(
            by=shop.world.lucia,
            at=shop.at,
            service_version_id=shop.version("repair"),
            customer_id=shop.world.id_of("zofia"),
            asker_id=shop.world.id_of("zofia"),
            channel="portal",
            title="Mine now",
            text="…",
            language="es",
            answers={"model": "Lavora 7"},
        )
    assert str(refused.value) == (
        "You can ask for yourself, for your department, or for an organisation that you act for."
    )
    assert Request.objects.count() == 0


def test_a_customer_outside_does_not_get_what_is_for_colleagues(shop: Shop) -> None:
    with pytest.raises(NotAllowedError) as refused:
        actions.open_request(
            by=shop.world.zofia,
            at=shop.at,
            service_version_id=shop.version("laptop"),
            customer_id=shop.world.id_of("zofia"),
            asker_id=shop.world.id_of("zofia"),
            channel="portal",
            title="A laptop",
            text="For me",
            language="pl",
        )
    assert str(refused.value) == "This service is for colleagues inside the organisation."
    assert Request.objects.count() == 0


def test_a_form_without_what_is_required_says_so_in_the_askers_language(shop: Shop) -> None:
    with pytest.raises(AnswersNotAcceptedError) as refused:
        shop.ask_repair(answers={"trouble": "It leaks"})
    assert [error.field_key for error in refused.value.errors] == ["model"]
    assert refused.value.errors[0].label == "Jakie to urządzenie?"
    with pytest.raises(AnswersNotAcceptedError) as refused:
        shop.ask_repair(answers={"trouble": "It leaks"}, language="en")
    assert refused.value.errors == (
        FieldError("model", "Which appliance is it?", "We need an answer here.", "Please fill it in."),
    )
    assert Request.objects.count() == 0


def test_a_customer_asks_and_everything_promised_starts(shop: Shop) -> None:
    opened = shop.ask_repair(answers={"model": "Lavora 7", "trouble": "It leaks"})
    request = shop.row(opened.id)
    assert request.reference == opened.reference
    assert (request.provider_id, request.customer_id, request.asker_id) == (
        shop.care_id,
        shop.world.id_of("zofia"),
        shop.world.id_of("zofia"),
    )
    assert (request.side, request.state, request.channel, request.language) == ("outside", "open", "portal", "pl")
    assert request.title == "Washing machine leaks since yesterday"
    assert request.answers == {"model": "Lavora 7", "trouble": "It leaks"}
    assert (request.opened_at, request.last_message_at, request.unanswered_since) == (shop.at, shop.at, shop.at)
    assert request.holder_id is None
    # Monday 10:00 in Bucharest: two working hours, and sixteen (8 today, 8 tomorrow).
    assert request.next_due_at == shop.after(2)
    clocks = clocks_of([f"request:{opened.id}"], at=shop.at)[f"request:{opened.id}"]
    assert [(clock.kind, clock.state, clock.due_at) for clock in clocks] == [
        ("first_reply", "running", shop.after(2)),
        ("resolution", "running", shop.at + timedelta(days=1, hours=7)),
    ]
    message = Message.objects.get(pk=opened.message_id)
    assert (message.kind, message.author_id, message.text) == (
        "from_customer",
        shop.world.id_of("zofia"),
        "Pralka od wczoraj przecieka.",
    )
    steps = Step.objects.filter(request=opened.id).order_by("position").values_list("key", flat=True)
    assert list(steps) == ["collect", "order_part", "mend"]


def test_opening_is_told_in_the_journal_once(shop: Shop) -> None:
    opened = shop.ask_repair()
    facts = facts_about(f"request:{opened.id}")
    assert [fact.verb for fact in facts] == ["request_opened"]
    assert facts[0].by == shop.world.id_of("zofia")
    assert facts[0].about == (
        f"request:{opened.id}",
        f"party:{shop.world.id_of('zofia')}",
        f"party:{shop.care_id}",
    )
    assert facts[0].data == {
        "reference": opened.reference,
        "service": "repair",
        "side": "outside",
        "channel": "portal",
        "language": "pl",
        "customer": shop.world.id_of("zofia"),
        "asker": shop.world.id_of("zofia"),
        "provider": shop.care_id,
        "message": opened.message_id,
    }


def test_a_mail_need_not_answer_the_form_nor_hold_a_word(shop: Shop) -> None:
    opened = actions.open_request(
        by=HOUSE,
        at=shop.at,
        service_version_id=shop.version("repair"),
        customer_id=shop.world.id_of("zofia"),
        asker_id=shop.world.id_of("zofia"),
        channel="email",
        title="",
        text="",
        language="pl",
        message_id="abc@example.test",
    )
    assert shop.row(opened.id).title == "(no subject)"
    assert Message.objects.get(pk=opened.message_id).message_id == "abc@example.test"
    assert facts_about(f"request:{opened.id}")[0].by is None


def test_a_form_without_a_word_is_refused(shop: Shop) -> None:
    with pytest.raises(actions.EmptyMessageError) as refused:
        shop.ask_repair(title=" ", text=" \n")
    assert str(refused.value) == "There is nothing to send yet. Write a few words first."


def test_an_employee_is_inside_as_a_colleague_and_outside_as_a_buyer(shop: Shop) -> None:
    asked = shop.ask_repair(by=shop.world.magda)
    assert shop.row(asked.id).side == "inside"
    bought = actions.open_request(
        by=shop.world.radu_at_home,
        at=shop.at,
        service_version_id=shop.version("purchase"),
        customer_id=shop.world.id_of("radu"),
        asker_id=shop.world.id_of("radu"),
        channel="portal",
        title="An oven",
        text="56 cm",
        language="ro",
    )
    assert shop.row(bought.id).side == "outside"
    as_buyer = shop.ask_repair(by=shop.world.magda, side="outside")
    assert shop.row(as_buyer.id).side == "outside"


def test_one_asks_for_ones_department_and_for_the_organisation_one_acts_for(shop: Shop) -> None:
    for_hr = shop.ask_repair(by=shop.world.magda, customer_id=shop.world.id_of("hr"))
    assert (shop.row(for_hr.id).side, shop.row(for_hr.id).customer_id) == ("inside", shop.world.id_of("hr"))
    for_delta = shop.ask_repair(by=shop.world.mihai, customer_id=shop.world.id_of("delta"))
    assert (shop.row(for_delta.id).side, shop.row(for_delta.id).customer_id) == ("outside", shop.world.id_of("delta"))


def test_an_agent_writes_down_what_a_customer_says_on_the_phone(shop: Shop) -> None:
    opened = actions.open_request(
        by=shop.world.radu,
        at=shop.at,
        service_version_id=shop.version("repair"),
        customer_id=shop.world.id_of("lucia"),
        asker_id=shop.world.id_of("lucia"),
        channel="phone",
        title="",
        text="The fridge does not cool. She calls again at three.",
        language="es",
    )
    assert shop.row(opened.id).title == "The fridge does not cool. She calls again at three."
    assert Message.objects.get(pk=opened.message_id).author_id == shop.world.id_of("lucia")
    assert facts_about(f"request:{opened.id}")[0].by == shop.world.id_of("radu")


def test_files_are_kept_beside_the_message(shop: Shop) -> None:
    opened = shop.ask_repair(attachments=[IncomingFile("../pralka.jpg", "IMAGE/JPEG", b"wet")])
    attachment = Attachment.objects.get(message=opened.message_id)
    assert (attachment.name, attachment.media_type, attachment.size_bytes) == (".._pralka.jpg", "image/jpeg", 3)
    assert read_file(attachment.sha256) == b"wet"


@override_settings(MESSAGE_LIMIT_BYTES=1024)
def test_what_is_too_large_is_refused_with_both_sizes_and_nothing_is_kept(shop: Shop) -> None:
    with pytest.raises(actions.MessageTooLargeError) as refused:
        shop.ask_repair(text="x" * 24, attachments=[IncomingFile("a.bin", "", b"x" * 1001)])
    assert str(refused.value) == (
        "The message and its files are 1.0\xa0KB together; 1.0\xa0KB is the most. Send fewer or smaller files."
    )
    assert (Request.objects.count(), Message.objects.count(), facts_about(f"party:{shop.care_id}")[0].verb) == (
        0,
        0,
        "service_offered",
    )
    fits = shop.ask_repair(text="x" * 24, attachments=[IncomingFile("a.bin", "", b"x" * 1000)])
    assert Attachment.objects.get(message=fits.message_id).media_type == "application/octet-stream"


def test_a_complaint_is_marked_and_told(shop: Shop) -> None:
    opened = shop.ask_repair(is_complaint=True)
    assert shop.row(opened.id).is_complaint is True
    assert [fact.verb for fact in facts_about(f"request:{opened.id}")] == ["complaint_made", "request_opened"]


def test_what_a_database_cannot_hold_does_not_stop_a_message(shop: Shop) -> None:
    opened = shop.ask_repair(title="a\x00b", text="c\x00\ud800d\r\ne")
    assert shop.row(opened.id).title == "ab"
    assert Message.objects.get(pk=opened.message_id).text == "cd\ne"
