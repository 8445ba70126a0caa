"""Which request a mail goes on with, told as stories: the stranger's refusal first (decision 9)."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_network

import pytest
from django.db import connection, transaction
from django.test import override_settings

from clientela.directory.actions import add_contact_point
from clientela.directory.models import ContactPoint
from clientela.directory.policies import HOUSE
from clientela.inbox.actions import (
    IncomingMail,
    NothingForwardedError,
    Understood,
    join_what_perhaps_belongs,
    keep_apart,
    make_forwarded_sender_customer,
    store_raw_message,
    store_raw_messages,
    understand_message,
)
from clientela.inbox.models import RawMessage
from clientela.kernel.models import Fact, Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.kernel.signing import reply_address, signed_message_id
from clientela.requests import actions, queries
from clientela.requests.actions import DifferentCustomersError
from clientela.requests.models import Message, Participant, Request
from tests.shop import Shop

CHECKER = "mx.casa-lavora.test"


@pytest.fixture(autouse=True)
def _our_house() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test", TRUSTED_CHECKERS=(CHECKER,)):
        yield


def mail(
    text: str = "It leaks again.",
    *,
    sender: str = "zofia@example.test",
    to: str = "care@casa-lavora.test",
    cc: str = "",
    subject: str = "A question",
    answers: str = "",
    message_id: str = "new@example.test",
    checked: str = "",
) -> bytes:
    """A mail; `checked`: what the checker that we trust wrote above it (pass, fail)."""
    message = EmailMessage()
    if checked:
        domain = sender.rpartition("@")[2].strip(">")
        message["Authentication-Results"] = f"{CHECKER}; dmarc={checked} header.from={domain}"
    message["From"] = sender
    message["To"] = to
    if cc:
        message["Cc"] = cc
    message["Subject"] = subject
    message["Message-ID"] = f"<{message_id}>"
    if answers:
        message["References"] = f"<{answers}>"
        message["In-Reply-To"] = f"<{answers}>"
    message.set_content(text)
    return message.as_bytes()


def take_in(shop: Shop, content: bytes, *, hours: float = 1, to: tuple[str, ...] = ()) -> Understood:
    return take_in_at(shop.after(hours), content, to=to)


def take_in_at(at: datetime, content: bytes, *, to: tuple[str, ...] = ()) -> Understood:
    raw_id = store_raw_message(at=at, came_by="file", content=content, envelope_to=to)
    understood = understand_message(at=at, raw_id=raw_id)
    assert understood is not None
    return understood


def newest_raw() -> RawMessage:
    return RawMessage.objects.latest("pk")


def asked_by_mail(shop: Shop, **more: str) -> str:
    """Zofia asks by mail; the reference of what she opened. Her mail is first@example.test."""
    first = mail("The machine leaks.", subject="It leaks", message_id="first@example.test", **more)
    return take_in(shop, first, hours=0).request


def assert_new(shop: Shop, understood: Understood, *, perhaps: str = "") -> None:
    """It opened a request of its own, and at most a hint for agents leads elsewhere."""
    assert understood.outcome == "opened"
    raw = newest_raw()
    assert (raw.perhaps_of.reference if raw.perhaps_of else "") == perhaps
    if perhaps:
        assert understood.request != perhaps
        assert Message.objects.filter(request__reference=perhaps).count() == 1


# --- by a number, or a mail it names


def test_a_stranger_who_writes_a_number_into_the_subject_does_not_get_in(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(sender="stranger@evil.example", subject=f"Re: leak [{reference}]"))
    assert_new(shop, understood, perhaps=reference)
    thanks = Letter.objects.latest("pk")
    assert understood.request in thanks.text
    assert "leaks" not in thanks.text  # the stranger learns nothing of the other one


def test_another_customer_who_writes_a_number_does_not_get_in_either(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    assert_new(shop, take_in(shop, mail(sender="lucia@example.test", subject=reference)), perhaps=reference)


def test_a_stranger_who_names_the_customers_mail_does_not_get_in(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(sender="stranger@evil.example", answers="first@example.test"))
    assert_new(shop, understood, perhaps=reference)


def test_a_number_that_there_is_not_is_a_subject_like_any(shop: Shop) -> None:
    assert_new(shop, take_in(shop, mail(subject="About R-0000-0")))


def test_the_customer_goes_on_by_the_number_in_the_subject(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(subject=f"still waiting, {reference.lower()}"))
    assert (understood.outcome, understood.request) == ("continued", reference)
    assert understood.reason == "It goes on with a request of its sender."


def test_the_customer_goes_on_by_answering_their_own_mail(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(answers="first@example.test"))
    assert (understood.outcome, understood.request) == ("continued", reference)


def test_who_writes_from_the_organisations_own_address_goes_on_by_number(shop: Shop) -> None:
    opened = shop.ask_repair(by=shop.world.mihai, customer_id=shop.world.id_of("delta"))
    private = shop.ask_repair(by=shop.world.mihai)
    office = "Lidia Pop <office@delta.test>"
    understood = take_in(shop, mail(sender=office, subject=opened.reference))
    assert (understood.outcome, understood.request) == ("continued", opened.reference)
    # What a colleague asked for themselves is no business of the organisation.
    assert_new(
        shop, take_in(shop, mail(sender=office, subject=private.reference, message_id="p@x")), perhaps=private.reference
    )


# --- by our mark


def test_an_answer_to_our_marked_address_goes_on_whatever_its_headers_say(shop: Shop) -> None:
    opened = shop.ask_repair()
    address = reply_address("care@casa-lavora.test", reference=opened.reference, at=shop.at)
    understood = take_in(shop, mail(to=address, sender="zofia.work@firm.test"))
    assert (understood.outcome, understood.request) == ("continued", opened.reference)
    by_envelope = take_in(shop, mail(message_id="b@x", sender="zofia.work@firm.test"), to=(address.upper(),))
    assert (by_envelope.outcome, by_envelope.request) == ("continued", opened.reference)


def test_a_changed_mark_is_none(shop: Shop) -> None:
    opened, other = shop.ask_repair(), shop.ask_repair(by=shop.world.lucia)
    address = reply_address("care@casa-lavora.test", reference=opened.reference, at=shop.at)
    forged = address.replace(opened.reference.lower(), other.reference.lower())
    assert forged != address
    assert_new(shop, take_in(shop, mail(to=forged)))


def test_a_mark_of_long_ago_is_none_and_the_customer_is_found_all_the_same(shop: Shop) -> None:
    opened = shop.ask_repair()
    old = signed_message_id(request_reference=opened.reference, letter_key="reply-1", at=shop.at - timedelta(days=900))
    assert_new(shop, take_in(shop, mail(answers=old, sender="stranger@evil.example")))
    understood = take_in(shop, mail(answers=old, subject=f"Re: {opened.reference}", message_id="c@x"))
    assert (understood.outcome, understood.request) == ("continued", opened.reference)


def test_who_had_our_letter_once_goes_on_later_without_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    ours = Letter.objects.get(kind="acknowledgement").message_id
    first = mail(sender="zofia.work@firm.test", answers=ours, message_id="work@firm.test")
    assert take_in(shop, first).request == opened.reference
    later = take_in(shop, mail(sender="zofia.work@firm.test", subject=opened.reference, message_id="d@x"), hours=2)
    assert (later.outcome, later.request) == ("continued", opened.reference)
    # The address does not become one of the customer: letters still go where they went.
    assert not ContactPoint.objects.filter(party=shop.world.zofia.person_id, value="zofia.work@firm.test").exists()


def test_a_copied_message_id_does_not_steal_the_customers_next_mail(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    stolen = mail("Something else", sender="stranger@evil.example", message_id="first@example.test")
    assert_new(shop, take_in(shop, stolen))
    understood = take_in(shop, mail(answers="first@example.test", message_id="e@x"), hours=2)
    assert (understood.outcome, understood.request) == ("continued", reference)


# --- who was copied in


def test_a_colleague_in_cc_who_answers_goes_on(shop: Shop) -> None:
    reference = asked_by_mail(shop, cc="Jan <JAN@example.test>, care@casa-lavora.test")
    assert list(Participant.objects.values_list("address", "because")) == [("jan@example.test", "copied")]
    understood = take_in(shop, mail(sender="jan@example.test", answers="first@example.test"))
    assert (understood.outcome, understood.request) == ("continued", reference)


def test_who_copies_themselves_in_gets_nowhere(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    thief = "stranger@evil.example"
    first = mail(sender=thief, cc=thief, subject=reference, message_id="t1@x")
    assert_new(shop, take_in(shop, first), perhaps=reference)
    second = mail(sender=thief, subject=reference, answers="first@example.test", message_id="t2@x")
    assert take_in(shop, second, hours=2).request != reference
    assert not Participant.objects.filter(request__reference=reference).exists()


def test_a_forged_customer_copies_nobody_in(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    forged = mail(subject=reference, cc="thief@evil.example", message_id="f1@x", checked="fail")
    assert_new(shop, take_in(shop, forged), perhaps=reference)
    thief = take_in(shop, mail(sender="thief@evil.example", subject=reference, message_id="f2@x"), hours=2)
    assert thief.outcome == "opened"
    assert thief.request != reference


# --- what a checker found


def test_a_mail_that_failed_the_check_does_not_join_by_its_from(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    for number, more in enumerate(({"subject": reference}, {"answers": "first@example.test"})):
        forged = mail(checked="fail", message_id=f"forged-{number}@x", **more)
        understood = take_in(shop, forged)
        assert_new(shop, understood, perhaps=reference)
        assert newest_raw().trust["verdict"] == "failed"
        assert understood.reason == f"It is new, and perhaps belongs to {reference}: its origin failed the check."


def test_a_mail_that_failed_the_check_goes_on_by_our_mark_and_shows_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    ours = Letter.objects.get(kind="acknowledgement").message_id
    understood = take_in(shop, mail(answers=ours, checked="fail"))
    assert (understood.outcome, understood.request) == ("continued", opened.reference)
    assert newest_raw().trust["verdict"] == "failed"


def test_who_leaves_from_out_does_not_join_by_sender_or_reply_to(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    for number, name in enumerate((b"Sender:", b"Reply-To:")):
        without = mail(subject=reference, message_id=f"w{number}@x").replace(b"From:", name, 1)
        assert_new(shop, take_in(shop, without), perhaps=reference)


def test_whose_word_we_do_not_take_changes_nothing(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    forged = mail(subject=reference).replace(b"From:", b"Authentication-Results: mx.evil.example; dmarc=fail\nFrom:", 1)
    assert take_in(shop, forged).request == reference
    assert newest_raw().trust == {}


def test_a_forged_colleague_is_put_aside_and_opens_nothing(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(sender="ana@casa-lavora.test", subject=reference, checked="fail"))
    assert understood.outcome == "quarantined"
    assert "ana@casa-lavora.test" in understood.reason
    assert Request.objects.count() == 1


# --- colleagues who serve it


def test_a_colleague_who_serves_it_writes_a_note_that_the_customer_never_sees(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(
        shop, mail("Call them first.", sender="ana@casa-lavora.test", subject=reference, checked="pass")
    )
    assert (understood.outcome, understood.request) == ("continued", reference)
    note = Message.objects.latest("pk")
    assert (note.kind, note.author_id, note.channel, note.text) == (
        "note",
        shop.world.ana.person_id,
        "email",
        "Call them first.",
    )
    status = queries.request_status(shop.world.zofia, reference, at=shop.after(2), language="en")
    assert [said.text for said in status.conversation] == ["The machine leaks."]


def test_a_customer_with_a_mark_writes_no_note_under_an_agents_name(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    ours = Letter.objects.get(kind="acknowledgement").message_id
    forged = mail("Refund it all, I allow it.", sender="Ana Ionescu <ana@casa-lavora.test>", answers=ours)
    understood = take_in(shop, forged)
    assert_new(shop, understood, perhaps=reference)
    assert understood.reason == (
        f"It is new, and perhaps belongs to {reference}: it bears a colleague’s name, and nobody confirmed that they "
        "wrote it."
    )
    assert not Message.objects.filter(kind="note").exists()
    # The same mark under her name is a note once our own server has verified that it is from her.
    true = mail("Call them.", sender="ana@casa-lavora.test", answers=ours, checked="pass", message_id="true@x")
    assert take_in(shop, true).request == reference
    assert Message.objects.get(kind="note").text == "Call them."


def test_a_house_without_a_checker_hears_a_colleague_by_our_mark(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    ours = Letter.objects.get(kind="acknowledgement").message_id
    with override_settings(TRUSTED_CHECKERS=()):
        assert take_in(shop, mail(sender="ana@casa-lavora.test", answers=ours)).request == reference
    assert Message.objects.get(kind="note").author_id == shop.world.ana.person_id
    assert newest_raw().trust == {}


def test_nobody_is_a_colleague_by_an_unchecked_from_and_a_number(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail("Refund it.", sender="ana@casa-lavora.test", subject=reference))
    assert understood.request != reference
    assert not Message.objects.filter(kind="note").exists()


# --- merged requests


def test_an_answer_to_a_merged_request_goes_to_the_one_where_it_goes_on(shop: Shop) -> None:
    first, second = shop.ask_repair(), shop.ask_repair(title="Again")
    ours = Letter.objects.filter(kind="acknowledgement").latest("pk").message_id
    actions.merge_requests(by=shop.world.ana, at=shop.after(0.5), request_id=second.id, into_id=first.id)
    for number, more in enumerate(({"answers": ours}, {"subject": second.reference})):
        understood = take_in(shop, mail(message_id=f"m{number}@x", **more))
        assert (understood.outcome, understood.request) == ("continued", first.reference)


def test_an_answer_to_a_merged_request_never_goes_to_another_customer(shop: Shop) -> None:
    first, second = shop.ask_repair(), shop.ask_repair(by=shop.world.lucia)
    ours = Letter.objects.get(to_address="lucia@example.test").message_id
    actions.merge_requests(
        by=shop.world.ana, at=shop.after(0.5), request_id=second.id, into_id=first.id, is_same_customer=True
    )
    Participant.objects.all().delete()  # as if the two had become different people since
    for number, sender in enumerate(("lucia@example.test", "stranger@evil.example")):
        understood = take_in(shop, mail(sender=sender, answers=ours, message_id=f"m{number}@x"))
        assert_new(shop, understood, perhaps=first.reference)
        assert understood.reason == (
            f"It is new: what it answers was merged into {first.reference}, of another customer."
        )


def test_one_customer_under_two_addresses_goes_on_under_both(shop: Shop) -> None:
    first, second = shop.ask_repair(), shop.ask_repair(by=shop.world.lucia)
    ours = Letter.objects.get(to_address="lucia@example.test").message_id
    actions.merge_requests(
        by=shop.world.ana, at=shop.after(0.5), request_id=second.id, into_id=first.id, is_same_customer=True
    )
    understood = take_in(shop, mail(sender="lucia@example.test", answers=ours))
    assert (understood.outcome, understood.request) == ("continued", first.reference)


# --- long after


def test_an_answer_months_after_closing_takes_up_the_old_request_in_a_new_one(shop: Shop) -> None:
    opened = shop.ask_repair()
    ours = Letter.objects.get(kind="acknowledgement").message_id
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    actions.close_request(by=shop.world.zofia, at=shop.after(2), request_id=opened.id)
    understood = take_in_at(shop.at + timedelta(days=100), mail(answers=ours))
    assert understood.outcome == "opened"
    assert understood.request != opened.reference
    assert understood.reason == "The request it answers was closed long ago."
    raw = newest_raw()
    assert (raw.perhaps_of_id, raw.details["takes_up"]) == (
        None,
        {"request": opened.id, "reference": opened.reference},
    )
    page = queries.request_page(shop.world.ana, understood.request, at=shop.at + timedelta(days=100))
    told = [item for item in page.conversation if isinstance(item, queries.EventSeen)]
    assert [(item.verb, item.reference) for item in told] == [("request_takes_up", opened.reference)]


def test_a_stranger_with_a_mark_of_long_ago_takes_nothing_up(shop: Shop) -> None:
    opened = shop.ask_repair()
    ours = Letter.objects.get(kind="acknowledgement").message_id
    actions.cancel_request(by=shop.world.zofia, at=shop.after(1), request_id=opened.id)
    understood = take_in(shop, mail(answers=ours, sender="stranger@evil.example"))
    assert_new(shop, understood, perhaps=opened.reference)


# --- another address of the same person


def test_every_address_of_a_person_is_that_person(shop: Shop) -> None:
    add_contact_point(by=HOUSE, at=shop.at, party_id=shop.world.id_of("zofia"), kind="email", value="zofia@home.test")
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(sender="ZOFIA@home.test", subject=reference))
    assert (understood.outcome, understood.request) == ("continued", reference)
    assert Message.objects.latest("pk").author_id == shop.world.zofia.person_id


def test_an_unknown_address_under_the_same_name_is_another_person_until_somebody_says_so(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(sender="Zofia Nowak <zofia@firm.test>", subject=reference))
    assert_new(shop, understood, perhaps=reference)


# --- what an agent decides


def perhaps_belonging(shop: Shop) -> tuple[str, str, int]:
    """Two references, and the mail that opened the second and named the first."""
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(sender="zofia@firm.test", subject=reference))
    return reference, understood.request, newest_raw().pk


def test_who_does_not_serve_the_request_decides_nothing(shop: Shop) -> None:
    _first, second, raw_id = perhaps_belonging(shop)
    for decide in (join_what_perhaps_belongs, keep_apart, make_forwarded_sender_customer):
        for viewer in (shop.world.magda, shop.world.vera, shop.world.zofia):
            with pytest.raises(HiddenError):
                decide(by=viewer, at=shop.after(2), raw_id=raw_id)
        with pytest.raises(HiddenError):
            decide(by=shop.world.ana, at=shop.after(2), raw_id=0)
        with pytest.raises(NotAllowedError):
            decide(by=shop.world.carmen, at=shop.after(2), raw_id=raw_id)
    assert newest_raw().perhaps_of_id is not None
    assert Request.objects.get(reference=second).merged_into_id is None


def test_a_strangers_mail_is_not_joined_to_a_customers_request_by_one_word(shop: Shop) -> None:
    first, second, raw_id = perhaps_belonging(shop)
    facts = Fact.objects.count()
    with pytest.raises(DifferentCustomersError, match="have different customers, who would read each other’s words"):
        join_what_perhaps_belongs(by=shop.world.ana, at=shop.after(2), raw_id=raw_id)
    assert Fact.objects.count() == facts
    stays, joined = Request.objects.get(reference=first), Request.objects.get(reference=second)
    assert newest_raw().perhaps_of_id == stays.pk
    assert (joined.merged_into_id, joined.state) == (None, "open")
    assert not Participant.objects.filter(request=stays).exists()
    # And its sender goes on there no more than before.
    assert_new(
        shop, take_in(shop, mail(sender="zofia@firm.test", subject=first, message_id="f@x"), hours=4), perhaps=first
    )


def test_what_the_same_customer_wrote_is_joined_without_a_word(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    understood = take_in(shop, mail(subject=reference, checked="fail"))
    assert_new(shop, understood, perhaps=reference)
    join_what_perhaps_belongs(by=shop.world.ana, at=shop.after(2), raw_id=newest_raw().pk)
    joined = Request.objects.select_related("merged_into").get(reference=understood.request)
    assert joined.merged_into is not None
    assert joined.merged_into.reference == reference


def test_an_agent_joins_what_perhaps_belongs(shop: Shop) -> None:
    first, second, raw_id = perhaps_belonging(shop)
    join_what_perhaps_belongs(by=shop.world.ana, at=shop.after(2), raw_id=raw_id, is_same_customer=True)
    merged = Request.objects.select_related("merged_into").get(reference=second)
    assert merged.merged_into is not None
    assert merged.merged_into.reference == first
    assert newest_raw().perhaps_of_id is None
    with pytest.raises(HiddenError):
        join_what_perhaps_belongs(by=shop.world.ana, at=shop.after(3), raw_id=raw_id)
    # From now on that address may go on there.
    understood = take_in(shop, mail(sender="zofia@firm.test", subject=first, message_id="g@x"), hours=4)
    assert (understood.outcome, understood.request) == ("continued", first)


def test_an_agent_keeps_apart_what_does_not_belong(shop: Shop) -> None:
    _first, second, raw_id = perhaps_belonging(shop)
    keep_apart(by=shop.world.ana, at=shop.after(2), raw_id=raw_id)
    assert newest_raw().perhaps_of_id is None
    assert Request.objects.get(reference=second).merged_into_id is None
    with pytest.raises(HiddenError):
        keep_apart(by=shop.world.ana, at=shop.after(3), raw_id=raw_id)


def forwarded(shop: Shop, sender: str = "Jan Kowalski <client@firm.test>") -> tuple[Request, int]:
    """Radu passes a customer's mail on to Care."""
    passed_on = (
        f"See below.\n\n---------- Forwarded message ---------\nFrom: {sender}\n"
        "Date: Mon, 23 Nov 2026 at 08:12\nSubject: leak\nTo: Radu <radu@casa-lavora.test>\n\n"
        "My machine leaks.\n"
    )
    number = RawMessage.objects.count()
    content = mail(passed_on, sender="radu@casa-lavora.test", subject="Fwd: leak", message_id=f"fwd-{number}@x")
    understood = take_in(shop, content)
    return Request.objects.get(reference=understood.request), newest_raw().pk


@pytest.mark.parametrize(
    ("sender", "words"),
    [("Jan Kowalski", "does not say from which address"), ("Care <care@casa-lavora.test>", "sent by ourselves")],
)
def test_a_mail_that_passes_nothing_on_has_no_other_customer(shop: Shop, sender: str, words: str) -> None:
    request, raw_id = forwarded(shop, sender)
    with pytest.raises(NothingForwardedError, match=words):
        make_forwarded_sender_customer(by=shop.world.ana, at=shop.after(2), raw_id=raw_id)
    now = Request.objects.get(pk=request.pk)
    assert (now.customer_id, now.asker_id) == (request.customer_id, request.asker_id)
    assert not Participant.objects.filter(request=request).exists()


def test_who_wrote_a_forwarded_mail_becomes_the_customer_when_an_agent_says_so(shop: Shop) -> None:
    request, raw_id = forwarded(shop)
    letters = Letter.objects.count()
    person_id = make_forwarded_sender_customer(by=shop.world.ana, at=shop.after(2), raw_id=raw_id)
    now = Request.objects.get(pk=request.pk)
    assert (now.customer_id, now.asker_id, now.side) == (person_id, person_id, "outside")
    assert ContactPoint.objects.get(party=person_id).value == "client@firm.test"
    assert Letter.objects.count() == letters
    understood = take_in(shop, mail(sender="client@firm.test", subject=now.reference, message_id="h@x"), hours=3)
    assert (understood.outcome, understood.request) == ("continued", now.reference)
    # Once more changes nothing.
    assert make_forwarded_sender_customer(by=shop.world.ana, at=shop.after(4), raw_id=raw_id) == person_id


# --- at the same moment


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_comes_while_its_request_is_merged_goes_where_it_went(shop: Shop) -> None:
    first, second = shop.ask_repair(), shop.ask_repair(title="Again")
    ours = Letter.objects.filter(kind="acknowledgement").latest("pk").message_id
    raw_id = store_raw_message(at=shop.after(1), came_by="file", content=mail(answers=ours))
    outcomes: list[tuple[str, str]] = []

    def understand_too() -> None:
        try:
            understood = understand_message(at=shop.after(1), raw_id=raw_id)
            outcomes.append((understood.outcome, understood.request) if understood else ("", ""))
        finally:
            connection.close()

    other = threading.Thread(target=understand_too, daemon=True)
    with transaction.atomic():
        actions.merge_requests(by=shop.world.ana, at=shop.after(1), request_id=second.id, into_id=first.id)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()  # it saw the second one live, and waits for its row
    other.join(timeout=20)
    assert outcomes == [("continued", first.reference)]
    assert not Letter.objects.filter(kind="notice").exists()


# --- who looks like somebody else


def test_a_sender_who_looks_like_one_of_us_or_like_the_customer_is_pointed_out(shop: Shop) -> None:
    reference = asked_by_mail(shop)
    take_in(shop, mail(sender="Ana Ionescu <boss@free.example>", message_id="l1@x"))
    assert newest_raw().details["looks_like"] == {
        "of": "Ana Ionescu",
        "why": "name",
        "address": "boss@free.example",
    }
    take_in(shop, mail(sender="Zofia <zofia@exarnple.test>", subject=reference, message_id="l2@x"))
    assert newest_raw().details["looks_like"]["of"] == "example.test"
    take_in(shop, mail(sender="ana@casa-1avora.test", message_id="l3@x"))
    assert newest_raw().details["looks_like"]["of"] == "casa-lavora.test"
    for number, honest in enumerate(("Ana Ionescu <ana@casa-lavora.test>", "Lucia <lucia@example.test>")):
        take_in(shop, mail(sender=honest, message_id=f"h{number}@x"))
        assert "looks_like" not in newest_raw().details


@pytest.mark.parametrize(("peer", "verdict"), [("203.0.113.9", None), ("127.0.0.1", "passed"), ("10.0.0.5", "passed")])
def test_a_checkers_word_is_taken_only_from_a_mail_server_of_ours(shop: Shop, peer: str, verdict: str | None) -> None:
    item = IncomingMail(
        received_at=shop.after(1),
        came_by="smtp",
        content=mail(checked="pass"),
        peer=peer,
        envelope_from="zofia@example.test",
    )
    with override_settings(MAIL_RELAYS=(ip_network("10.0.0.0/24"),)):
        (raw_id,) = store_raw_messages([item])
        understand_message(at=shop.after(1), raw_id=raw_id)
    assert RawMessage.objects.get(pk=raw_id).trust.get("verdict") == verdict
