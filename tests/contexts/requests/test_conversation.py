"""What is said on a request, and what follows from it."""

from datetime import timedelta

import pytest

from clientela.directory.actions import set_boundary
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.kernel.signing import request_of_message_id
from clientela.promises.queries import clocks_of
from clientela.requests import actions
from clientela.requests.actions import IncomingFile
from clientela.requests.models import Message, Request
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def verbs(request_id: int) -> list[str]:
    return [fact.verb for fact in facts_about(f"request:{request_id}")][::-1]


def clocks(shop: Shop, request_id: int, hours: float = 0) -> list[tuple[str, str]]:
    seen = clocks_of([f"request:{request_id}"], at=shop.after(hours))[f"request:{request_id}"]
    return [(clock.kind, clock.state) for clock in seen]


def unchanged(shop: Shop, request_id: int, before: Request) -> bool:
    after = shop.row(request_id)
    return all(getattr(before, field.attname) == getattr(after, field.attname) for field in Request._meta.fields)


def reply(shop: Shop, request_id: int, hours: float = 1, **changes: object) -> actions.SentReply:
    given: dict[str, object] = {"by": shop.world.ana, "text": "Dzień dobry, Pani Zofio.", "language": "pl", **changes}
    return actions.reply_to_customer(at=shop.after(hours), request_id=request_id, **given)  # type: ignore[arg-type]


# --- answering


@pytest.mark.parametrize("who", ["lucia", "magda", "piotr", "vera"])
def test_for_a_stranger_the_request_does_not_exist_and_nothing_changes(shop: Shop, who: str) -> None:
    opened = shop.ask_repair()
    before = shop.row(opened.id)
    with pytest.raises(HiddenError):
        reply(shop, opened.id, by=getattr(shop.world, who))
    assert unchanged(shop, opened.id, before)
    assert (verbs(opened.id), Message.objects.count()) == (["request_opened"], 1)


@pytest.mark.parametrize("who", ["zofia", "carmen"])
def test_who_sees_the_request_but_does_not_serve_it_is_told_why_not(shop: Shop, who: str) -> None:
    opened = shop.ask_repair()
    before = shop.row(opened.id)
    with pytest.raises(NotAllowedError) as refused:
        reply(shop, opened.id, by=getattr(shop.world, who))
    assert str(refused.value) == "Only the people of the department that answers this request can do this."
    assert unchanged(shop, opened.id, before)


def test_a_request_that_does_not_exist_cannot_be_answered(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        reply(shop, 987654321)


def test_nothing_is_no_answer(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(actions.EmptyMessageError):
        reply(shop, opened.id, text="  ")
    assert verbs(opened.id) == ["request_opened"]


def test_an_answer_keeps_the_promise_and_who_answers_has_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    sent = reply(shop, opened.id)
    request = shop.row(opened.id)
    assert (request.state, request.holder_id) == ("open", shop.world.id_of("ana"))
    assert (request.unanswered_since, request.last_message_at) == (None, shop.after(1))
    assert request.next_due_at == shop.at + timedelta(days=1, hours=7)
    assert clocks(shop, opened.id, 1) == [("first_reply", "kept"), ("resolution", "running")]
    assert verbs(opened.id) == ["request_opened", "request_taken", "reply_sent"]
    message = Message.objects.get(pk=sent.message_id)
    assert (message.kind, message.author_id, message.channel) == ("to_customer", shop.world.id_of("ana"), "email")


def test_who_holds_it_keeps_it_when_a_colleague_answers(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.radu, at=shop.at, request_id=opened.id)
    reply(shop, opened.id)
    assert shop.row(opened.id).holder_id == shop.world.id_of("radu")


def test_a_reply_goes_out_as_a_letter_that_its_answer_finds_back(shop: Shop) -> None:
    opened = shop.ask_repair(channel="email", message_id="first@example.test")
    acknowledgement = Letter.objects.get()
    sent = reply(shop, opened.id, attachments=[IncomingFile("plan.pdf", "application/pdf", b"%PDF")])
    letter = Letter.objects.get(pk=sent.letter_id)
    message = Message.objects.get(pk=sent.message_id)
    assert (letter.kind, letter.to_address, letter.to_name) == ("reply", "zofia@example.test", "Zofia Nowak")
    assert (letter.from_address, letter.from_name) == ("care@clientela.test", "Ana Ionescu, Obsługa Klienta")
    assert letter.subject == f"Re: Washing machine leaks since yesterday [{opened.reference}]"
    assert letter.message_id == message.message_id
    assert request_of_message_id(letter.message_id, at=shop.after(1)) == opened.reference
    assert request_of_message_id(acknowledgement.message_id, at=shop.after(1)) == opened.reference
    assert (letter.in_reply_to, letter.references) == ("first@example.test", "first@example.test")
    assert letter.attachments[0]["name"] == "plan.pdf"
    assert letter.about == [f"request:{opened.id}", f"party:{shop.world.id_of('zofia')}"]
    assert (letter.hold_reason, letter.language) == ("", "pl")
    again = Letter.objects.get(pk=reply(shop, opened.id, 2).letter_id)
    assert again.references == f"first@example.test {message.message_id}"
    assert again.in_reply_to == message.message_id


def test_a_wish_not_to_be_written_to_holds_the_letter_and_the_reply_stays(shop: Shop) -> None:
    set_boundary(
        by=shop.world.ana,
        at=shop.at,
        party_id=shop.world.id_of("zofia"),
        kind="do_not_contact",
        rule={},
        source="phone",
    )
    opened = shop.ask_repair()
    letter = Letter.objects.get(pk=reply(shop, opened.id).letter_id)
    assert letter.hold_reason != ""
    assert Message.objects.filter(request=opened.id, kind="to_customer").count() == 1


def test_answering_and_waiting_stops_the_clock_that_says_so(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="wait")
    request = shop.row(opened.id)
    assert (request.state, request.next_due_at) == ("waiting_customer", None)
    assert clocks(shop, opened.id, 1) == [("first_reply", "kept"), ("resolution", "paused")]
    assert verbs(opened.id) == ["request_opened", "request_taken", "reply_sent", "waiting_started"]


def test_answering_and_resolving_keeps_everything(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="resolve")
    request = shop.row(opened.id)
    assert (request.state, request.resolved_at, request.next_due_at) == ("resolved", shop.after(1), None)
    assert clocks(shop, opened.id, 1) == [("first_reply", "kept"), ("resolution", "kept")]
    assert verbs(opened.id) == ["request_opened", "request_taken", "reply_sent", "request_resolved"]


def test_a_closed_request_is_not_answered_and_nothing_changes(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="resolve")
    actions.close_request(by=HOUSE, at=shop.after(2), request_id=opened.id)
    before = shop.row(opened.id)
    with pytest.raises(actions.StateError) as refused:
        reply(shop, opened.id, 3)
    assert str(refused.value) == "This request is closed. Reopen it first, or open a new one."
    assert unchanged(shop, opened.id, before)
    assert Message.objects.filter(request=opened.id).count() == 2


def test_a_word_after_resolving_is_no_reopening(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="resolve")
    reply(shop, opened.id, 2)
    assert shop.row(opened.id).state == "resolved"
    with pytest.raises(actions.StateError):
        reply(shop, opened.id, 3, then="wait")


# --- the customer writes again


def hear(shop: Shop, request_id: int, hours: float, **changes: object) -> actions.ReceivedMessage:
    given: dict[str, object] = {
        "author_id": shop.world.id_of("zofia"),
        "channel": "email",
        "text": "Czy pralka będzie gotowa?",
        "language": "pl",
        **changes,
    }
    return actions.receive_message(at=shop.after(hours), request_id=request_id, **given)  # type: ignore[arg-type]


def test_a_second_message_before_any_answer_starts_no_second_promise(shop: Shop) -> None:
    opened = shop.ask_repair()
    hear(shop, opened.id, 1)
    request = shop.row(opened.id)
    assert (request.unanswered_since, request.last_message_at) == (shop.at, shop.after(1))
    assert clocks(shop, opened.id, 1) == [("first_reply", "running"), ("resolution", "running")]


def test_a_message_after_an_answer_starts_a_promise_and_ends_the_waiting(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="wait")
    received = hear(shop, opened.id, 2)
    request = shop.row(opened.id)
    assert received.has_reopened is False
    assert (request.state, request.unanswered_since, request.next_due_at) == ("open", shop.after(2), shop.after(3))
    assert clocks(shop, opened.id, 2) == [
        ("first_reply", "kept"),
        ("resolution", "running"),
        ("next_reply", "running"),
    ]
    assert verbs(opened.id)[-2:] == ["message_received", "waiting_ended"]
    reply(shop, opened.id, 2.5)
    assert clocks(shop, opened.id, 3)[-1] == ("next_reply", "kept")


def test_a_message_opens_a_resolved_request_again(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="resolve")
    assert hear(shop, opened.id, 2).has_reopened is True
    request = shop.row(opened.id)
    assert (request.state, request.resolved_at, request.unanswered_since) == ("open", None, shop.after(2))
    assert clocks(shop, opened.id, 2) == [
        ("first_reply", "kept"),
        ("resolution", "running"),
        ("next_reply", "running"),
    ]
    assert verbs(opened.id)[-2:] == ["message_received", "request_reopened"]


def test_a_message_opens_a_closed_request_for_thirty_days_and_no_longer(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="resolve")
    actions.close_request(by=HOUSE, at=shop.after(2), request_id=opened.id)
    before = shop.row(opened.id)
    with pytest.raises(actions.StateError) as refused:
        hear(shop, opened.id, 2 + 30 * 24 + 0.001)
    assert str(refused.value) == "This request was closed more than 30 days ago. Please open a new one."
    assert unchanged(shop, opened.id, before)
    assert hear(shop, opened.id, 2 + 30 * 24).has_reopened is True
    assert (shop.row(opened.id).state, shop.row(opened.id).closed_at) == ("open", None)


def test_automatic_mail_is_kept_and_changes_nothing(shop: Shop) -> None:
    opened = shop.ask_repair()
    reply(shop, opened.id, then="resolve")
    before = shop.row(opened.id)
    hear(shop, opened.id, 2, is_automatic=True)
    assert unchanged(shop, opened.id, before)
    assert Message.objects.filter(request=opened.id).order_by("-pk")[0].kind == "automatic"


def test_a_customer_writes_in_the_portal_and_a_stranger_does_not(shop: Shop) -> None:
    opened = shop.ask_repair()
    for stranger in (shop.world.lucia, shop.world.magda):
        with pytest.raises(HiddenError):
            actions.write_as_customer(by=stranger, at=shop.after(1), request_id=opened.id, text="Hola", language="es")
    with pytest.raises(NotAllowedError) as refused:
        actions.write_as_customer(by=shop.world.ana, at=shop.after(1), request_id=opened.id, text="Ok", language="ro")
    assert str(refused.value) == "Only the customer of this request can write here."
    assert Message.objects.filter(request=opened.id).count() == 1
    actions.write_as_customer(by=shop.world.zofia, at=shop.after(1), request_id=opened.id, text="Ok", language="pl")
    assert verbs(opened.id) == ["request_opened", "message_received"]
    assert facts_about(f"request:{opened.id}")[0].by == shop.world.id_of("zofia")


def test_a_cancelled_request_takes_no_more_messages(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.cancel_request(by=shop.world.zofia, at=shop.at, request_id=opened.id)
    with pytest.raises(actions.StateError) as refused:
        hear(shop, opened.id, 1)
    assert str(refused.value) == "This request was cancelled. Open a new one."


# --- notes


def test_a_note_is_for_those_who_serve_and_answers_nobody(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(NotAllowedError):
        actions.write_note(by=shop.world.zofia, at=shop.at, request_id=opened.id, text="x", language="pl")
    note = actions.write_note(by=shop.world.radu, at=shop.after(1), request_id=opened.id, text="Pump?", language="ro")
    request = shop.row(opened.id)
    assert (request.unanswered_since, request.last_message_at) == (shop.at, shop.at)
    assert Message.objects.get(pk=note).kind == "note"
    assert (verbs(opened.id), Letter.objects.filter(kind="reply").count()) == (["request_opened", "note_written"], 0)


def test_the_key_in_a_letter_that_comes_back_quoted_is_not_kept_for_agents_to_use(shop: Shop) -> None:
    opened = shop.ask_repair()
    key = Letter.objects.get().text.split("/p/")[1].split()[0]
    link = f"https://service.example.test/p/{key}"
    actions.receive_message(
        at=shop.after(1),
        request_id=opened.id,
        author_id=shop.world.id_of("zofia"),
        channel="email",
        text=f"It says {link}. Is that right?",
        language="en",
        quoted=f"> How it stands: {link}\n> https://old.example.test:8000/r/{key}/5",
        html=f'<p><a href="{link}">{link}</a></p>',
    )
    kept = Message.objects.filter(request=opened.id).latest("pk")
    assert kept.text == "It says https://service.example.test/p/…. Is that right?"
    assert kept.quoted == "> How it stands: https://service.example.test/p/…\n> https://old.example.test:8000/r/…"
    assert kept.html == ('<p><a href="https://service.example.test/p/…">https://service.example.test/p/…</a></p>')


def test_other_peoples_links_stay_as_they_were_written(shop: Shop) -> None:
    text = "See https://shop.example/p/washing-machine and https://forum.example/r/repairs/12."
    opened = shop.ask_repair(text=text)
    assert Message.objects.get(request=opened.id).text == text
