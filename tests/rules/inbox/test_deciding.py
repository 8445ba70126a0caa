"""What becomes of a mail, rule by rule (decision 9): first who is kept out, then who goes on."""

from dataclasses import replace
from typing import Any

import pytest

from clientela.inbox.reading.mail import Envelope, House, ReadMail, read_mail
from clientela.inbox.rules.deciding import Copied, Decision, Known, Place, Reason, Verb, decide
from clientela.inbox.rules.threads import Candidates, Found, Sender, Thread, belongs, find_thread

ZOFIA, LUCIA, MIHAI, ANA, PIOTR, DELTA, CARE, WORKSHOP = range(1, 9)
STRANGER = Sender("stranger@evil.example")
AT_HOME = Sender("zofia@example.test", ZOFIA)
AGENT = Sender("ana@casa.test", ANA, department_ids=frozenset({CARE}))
COLLEAGUE = Sender("mihai@delta.test", MIHAI, organisation_ids=frozenset({DELTA}))
PLACE = Place(CARE, "Care", "en", "Europe/Bucharest", 11)


def thread(number: int = 70, **changes: Any) -> Thread:
    """A request of Zofia, served by Care."""
    wanted: dict[str, Any] = {
        "id": number,
        "reference": f"R-{number}",
        "provider_id": CARE,
        "customer_id": ZOFIA,
        "asker_id": ZOFIA,
        "language": "pl",
        "takes_messages": True,
        "was_named": ZOFIA,
    } | changes
    return Thread(**wanted)


def mail(*headers: str, sender: str = "zofia@example.test", to: tuple[str, ...] = ("care@casa.test",)) -> ReadMail:
    """A mail from a person."""
    lines = [f"From: {sender}", f"To: {', '.join(to)}", "Subject: It leaks", *headers, "", "It leaks again.", ""]
    envelope = Envelope(sender=sender, recipients=("care@casa.test",))
    return read_mail("\r\n".join(lines).encode(), envelope=envelope, house=House(own_domains=("casa.test",)))


def known(sender: Sender = AT_HOME, **changes: Any) -> Known:
    ours = frozenset({"care@casa.test"})
    wanted: dict[str, Any] = {"sender": sender, "place": PLACE, "own_addresses": ours} | changes
    return Known(**wanted)


def found(
    candidates: Candidates,
    sender: Sender,
    *,
    has_failed: bool = False,
    is_verified: bool = False,
    has_checker: bool = False,
) -> Found:
    return find_thread(
        candidates, sender, has_failed=has_failed, is_verified=is_verified, has_checker=has_checker or is_verified
    )


# --- who belongs


@pytest.mark.parametrize(
    ("sender", "request_of", "does"),
    [
        (STRANGER, thread(), False),
        (AT_HOME, thread(), True),
        (AT_HOME, thread(customer_id=LUCIA, asker_id=LUCIA), False),
        (AT_HOME, thread(customer_id=DELTA), True),  # who asked it, for whomever
        (COLLEAGUE, thread(), False),
        (COLLEAGUE, thread(customer_id=DELTA), True),  # of the same organisation
        (AGENT, thread(), False),  # who serves it is not its customer
        (AGENT, thread(customer_id=CARE, asker_id=PIOTR, provider_id=WORKSHOP), True),  # of the asking department
        (AGENT, thread(customer_id=PIOTR, asker_id=PIOTR), False),  # a colleague's private matter
        (Sender("LUCIA@example.test"), thread(addresses=frozenset({"lucia@example.test"})), True),
        (Sender("lucia@example.test"), thread(addresses=frozenset({"lucia@example.test.evil.example"})), False),
        (Sender("office@delta.test", organisation_ids=frozenset({DELTA})), thread(customer_id=DELTA), True),
        (Sender("office@delta.test", organisation_ids=frozenset({DELTA})), thread(), False),
        (Sender("x@y.test", LUCIA), thread(people=frozenset({LUCIA})), True),
        (Sender(""), thread(addresses=frozenset({"lucia@example.test"})), False),
    ],
)
def test_who_belongs_to_a_request(sender: Sender, request_of: Thread, *, does: bool) -> None:
    assert belongs(sender, request_of) is does


# --- which request it is


def test_a_stranger_who_names_a_request_in_any_way_but_by_our_mark_gets_only_a_hint() -> None:
    for candidates in (
        Candidates(answered=(thread(),)),
        Candidates(numbered=(thread(),)),
        Candidates(answered=(thread(),), numbered=(thread(71),)),
    ):
        assert found(candidates, STRANGER) == Found(perhaps=thread())


def test_a_customer_does_not_get_into_another_customers_request_by_naming_it() -> None:
    of_lucia = thread(71, customer_id=LUCIA, asker_id=LUCIA, was_named=LUCIA)
    assert found(Candidates(numbered=(of_lucia,)), AT_HOME) == Found(perhaps=of_lucia)
    # A mail that names both goes to the one that is theirs, whatever stands first.
    assert found(Candidates(answered=(of_lucia,), numbered=(thread(),)), AT_HOME) == Found(thread())


def test_a_mail_that_failed_the_check_joins_nothing_by_its_from() -> None:
    for candidates in (Candidates(answered=(thread(),)), Candidates(numbered=(thread(),))):
        assert found(candidates, AT_HOME, has_failed=True) == Found(perhaps=thread())
    copied = thread(addresses=frozenset({"zofia@example.test"}))
    assert found(Candidates(answered=(copied,)), AT_HOME, has_failed=True) == Found(perhaps=copied)


def test_a_copied_message_id_does_not_push_out_the_true_owner() -> None:
    of_the_thief = thread(71, customer_id=LUCIA, asker_id=LUCIA)
    assert found(Candidates(answered=(of_the_thief, thread())), AT_HOME).thread == thread()


def test_our_mark_opens_its_own_request_for_whoever_carries_it() -> None:
    for sender in (STRANGER, AT_HOME, COLLEAGUE):
        assert found(Candidates(signed=thread()), sender) == Found(thread(), is_by_mark=True)
    assert found(Candidates(signed=thread()), STRANGER, has_failed=True) == Found(thread(), is_by_mark=True)


def test_our_mark_goes_before_what_anybody_can_write() -> None:
    own = thread(71)
    candidates = Candidates(signed=thread(customer_id=LUCIA, asker_id=LUCIA, was_named=LUCIA), numbered=(own,))
    assert found(candidates, AT_HOME).thread == candidates.signed


def test_a_mark_does_not_lead_into_another_customers_request_by_way_of_a_merged_one() -> None:
    merged = thread(customer_id=LUCIA, asker_id=LUCIA, was_named=ZOFIA)
    for sender in (AT_HOME, STRANGER):
        assert found(Candidates(signed=merged), sender) == Found(perhaps=merged)
    assert found(Candidates(signed=merged), Sender("l@example.test", LUCIA)).thread == merged
    # Somebody who may go on there, because an agent said that both are one customer, does.
    joined = replace(merged, people=frozenset({ZOFIA}))
    assert found(Candidates(signed=joined), AT_HOME) == Found(joined, is_by_mark=True)
    assert found(Candidates(signed=joined), AT_HOME, has_failed=True) == Found(perhaps=joined)


def test_a_mark_under_a_colleagues_name_is_no_note_where_a_checker_did_not_verify_it() -> None:
    # A customer has such a mark, and can write any name into From.
    assert found(Candidates(signed=thread()), AGENT, has_checker=True) == Found(perhaps=thread())
    both = thread(also_department_ids=frozenset({WORKSHOP}))
    other = Sender("piotr@casa.test", PIOTR, department_ids=frozenset({WORKSHOP}))
    assert found(Candidates(signed=both), other, has_checker=True) == Found(perhaps=both)
    # It stands there for the customer, the asking department, and strangers as before.
    for sender in (AT_HOME, STRANGER):
        assert found(Candidates(signed=thread()), sender, has_checker=True) == Found(thread(), is_by_mark=True)
    asked_by_care = thread(customer_id=CARE, asker_id=PIOTR, provider_id=WORKSHOP, was_named=CARE)
    assert found(Candidates(signed=asked_by_care), AGENT, has_checker=True).thread == asked_by_care
    verified = found(Candidates(signed=thread()), AGENT, is_verified=True)
    assert verified == Found(thread(), is_by_mark=True, is_colleague=True)


def test_who_serves_a_request_is_heard_as_a_colleague_and_never_as_the_customer() -> None:
    assert found(Candidates(signed=thread()), AGENT) == Found(thread(), is_by_mark=True, is_colleague=True)
    assert found(Candidates(numbered=(thread(),)), AGENT, is_verified=True) == Found(thread(), is_colleague=True)


def test_a_department_that_was_addressed_as_well_is_heard_as_colleagues_too() -> None:
    other = Sender("piotr@casa.test", PIOTR, department_ids=frozenset({WORKSHOP}))
    assert found(Candidates(signed=thread()), other) == Found(thread(), is_by_mark=True)
    both = thread(also_department_ids=frozenset({WORKSHOP}))
    assert found(Candidates(signed=both), other) == Found(both, is_by_mark=True, is_colleague=True)


def test_a_colleague_whose_mail_nobody_checked_writes_no_note_by_a_number_alone() -> None:
    assert found(Candidates(numbered=(thread(),)), AGENT) == Found(perhaps=thread())
    assert found(Candidates(answered=(thread(),)), AGENT) == Found(perhaps=thread())


def test_a_colleague_who_is_also_its_customer_is_its_customer() -> None:
    own = thread(customer_id=ANA, asker_id=ANA, was_named=ANA)
    assert found(Candidates(numbered=(own,)), AGENT) == Found(own)


# --- what becomes of it


def decided(sender: Sender = AT_HOME, read: ReadMail | None = None, **changes: Any) -> Decision:
    return decide(read or mail(sender=sender.address or "zofia@example.test"), known(sender, **changes))


def test_the_same_mail_again_is_nothing_but_shows_it_to_the_departments_it_names() -> None:
    decision = decided(earlier_request_id=7, department_ids=(CARE, WORKSHOP))
    assert decision == Decision(Verb.NOTHING, Reason.SEEN_BEFORE, department_ids=(CARE, WORKSHOP))


def test_what_is_too_large_is_not_looked_into() -> None:
    assert decided(is_too_large=True, candidates=Candidates(signed=thread())).verb is Verb.TELL_TOO_LARGE


def test_a_forged_colleague_is_put_aside_whatever_the_mail_carries() -> None:
    for candidates in (Candidates(), Candidates(signed=thread()), Candidates(numbered=(thread(),))):
        decision = decided(AGENT, has_failed=True, candidates=candidates)
        assert (decision.verb, decision.reason, decision.thread) == (Verb.PUT_ASIDE, Reason.NOT_OUR_COLLEAGUE, None)
    nobody = decided(Sender("boss@casa.test"), has_failed=True, is_from_our_domain=True)
    assert nobody.reason is Reason.NOT_OUR_COLLEAGUE


def test_a_customer_whose_mail_failed_the_check_is_still_heard_on_a_new_request() -> None:
    decision = decided(has_failed=True, candidates=Candidates(numbered=(thread(),)), department_ids=(CARE,))
    assert decision == Decision(Verb.OPEN, Reason.FAILED_CHECK, perhaps=thread(), department_ids=(CARE,))


def test_a_machine_is_shown_where_it_belongs_and_answered_by_nothing() -> None:
    away = mail("Auto-Submitted: auto-replied")
    assert decided(read=away, candidates=Candidates(signed=thread())) == Decision(Verb.SHOW, Reason.MACHINE, thread())
    assert decided(STRANGER, away, candidates=Candidates(numbered=(thread(),))) == Decision(Verb.SHOW, Reason.MACHINE)
    assert decided(is_from_department=True) == Decision(Verb.SHOW, Reason.MACHINE)


def test_a_new_mail_opens_a_request() -> None:
    assert decided() == Decision(Verb.OPEN, Reason.NEW)
    assert decided(may_be_answered=False) == Decision(Verb.OPEN, Reason.NEW, is_answered=False)


def test_without_a_department_or_a_service_it_is_put_aside() -> None:
    assert decided(place=None).reason is Reason.NO_DEPARTMENT
    assert decided(place=replace(PLACE, service_version_id=None)).reason is Reason.NO_SERVICE
    # What goes on with a request needs no service that takes mail.
    going_on = decided(place=replace(PLACE, service_version_id=None), candidates=Candidates(numbered=(thread(),)))
    assert going_on.verb is Verb.GO_ON


def test_why_a_mail_is_new_is_told() -> None:
    merged = thread(customer_id=LUCIA, asker_id=LUCIA, was_named=ZOFIA)
    assert decided(candidates=Candidates(signed=merged)).reason is Reason.MERGED_AWAY
    assert decided(STRANGER, candidates=Candidates(numbered=(thread(),))).reason is Reason.PERHAPS


def test_what_has_ended_is_taken_up_by_a_new_request_of_who_belongs_to_it() -> None:
    ended = thread(takes_messages=False)
    assert decided(candidates=Candidates(signed=ended)) == Decision(Verb.OPEN, Reason.CLOSED_LONG_AGO, follows=ended)
    cancelled = thread(takes_messages=False, was_cancelled=True)
    assert decided(candidates=Candidates(numbered=(cancelled,))).reason is Reason.WAS_CANCELLED


def test_a_stranger_with_an_old_mark_takes_nothing_up() -> None:
    ended = thread(takes_messages=False)
    decision = decided(STRANGER, candidates=Candidates(signed=ended))
    assert (decision.verb, decision.follows, decision.perhaps) == (Verb.OPEN, None, ended)


def test_what_may_be_from_a_colleague_is_looked_at_on_a_new_request() -> None:
    decision = decided(AGENT, has_checker=True, candidates=Candidates(signed=thread()))
    assert decision == Decision(Verb.OPEN, Reason.PERHAPS_COLLEAGUE, perhaps=thread())
    by_number = decided(AGENT, has_checker=True, candidates=Candidates(numbered=(thread(),)))
    assert by_number == decision


def test_a_colleagues_words_are_a_note_and_copy_nobody_in() -> None:
    read = mail("Cc: lucia@example.test", sender=AGENT.address)
    decision = decided(AGENT, read, candidates=Candidates(signed=thread()), department_ids=(CARE, WORKSHOP))
    assert decision == Decision(Verb.NOTE, Reason.COLLEAGUE, thread())


# --- who may go on from now on


def test_who_belongs_copies_others_in_and_they_may_go_on() -> None:
    read = mail("Cc: Lucia <LUCIA@example.test>, care@casa.test, zofia@example.test")
    decision = decided(read=read, candidates=Candidates(numbered=(thread(),)))
    assert decision.copied == (Copied("lucia@example.test", "Lucia"),)
    assert decided(read=read).copied == (Copied("lucia@example.test", "Lucia"),)


def test_whose_origin_failed_the_check_copies_nobody_in() -> None:
    read = mail("Cc: thief@evil.example")
    for candidates in (Candidates(), Candidates(signed=thread())):
        assert decided(read=read, has_failed=True, candidates=candidates).copied == ()


def test_who_had_our_letter_in_hand_may_go_on_without_it_later() -> None:
    decision = decided(STRANGER, candidates=Candidates(signed=thread()))
    assert decision.copied == (Copied("stranger@evil.example", "", is_author=True),)
    assert decided(STRANGER, candidates=Candidates(signed=thread()), has_failed=True).copied == ()


def test_a_mail_to_thousands_copies_in_only_the_first_ones() -> None:
    read = mail(to=tuple(f"n{number}@example.test" for number in range(500)))
    assert [one.address for one in decided(read=read).copied] == [f"n{number}@example.test" for number in range(30)]
