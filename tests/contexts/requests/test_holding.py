"""Who has a request, how it waits, and how it ends."""

from datetime import timedelta

import pytest

from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises.actions import PromiseError
from clientela.promises.queries import clocks_of
from clientela.requests import actions
from clientela.requests.models import Looking, Message, Step
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def verbs(request_id: int) -> list[str]:
    return [fact.verb for fact in facts_about(f"request:{request_id}")][::-1]


def clock_states(shop: Shop, request_id: int, hours: float) -> list[tuple[str, str, int]]:
    seen = clocks_of([f"request:{request_id}"], at=shop.after(hours))[f"request:{request_id}"]
    return [(clock.kind, clock.state, clock.provider_id) for clock in seen]


# --- taking and giving


def test_a_stranger_takes_nothing(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(HiddenError):
        actions.take_request(by=shop.world.magda, at=shop.at, request_id=opened.id)
    with pytest.raises(NotAllowedError):
        actions.take_request(by=shop.world.zofia, at=shop.at, request_id=opened.id)
    assert (shop.row(opened.id).holder_id, verbs(opened.id)) == (None, ["request_opened"])


def test_what_a_colleague_has_is_not_taken_and_one_has_it_once(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.radu, at=shop.at, request_id=opened.id)
    actions.take_request(by=shop.world.radu, at=shop.at, request_id=opened.id)
    with pytest.raises(actions.HeldError) as refused:
        actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    assert str(refused.value) == "Radu Popa has taken this request already."
    assert (shop.row(opened.id).holder_id, verbs(opened.id)) == (
        shop.world.id_of("radu"),
        ["request_opened", "request_taken"],
    )


@pytest.mark.parametrize("who", ["magda", "zofia", "carmen"])
def test_it_is_given_only_to_somebody_who_works_there(shop: Shop, who: str) -> None:
    opened = shop.ask_repair()
    with pytest.raises(actions.AssigneeError) as refused:
        actions.assign_request(by=shop.world.ana, at=shop.at, request_id=opened.id, person_id=shop.world.id_of(who))
    assert str(refused.value) == (
        "This person does not work in the department that answers the request. Choose another."
    )
    assert shop.row(opened.id).holder_id is None


def test_it_is_given_to_a_colleague_and_back_to_the_department(shop: Shop) -> None:
    opened = shop.ask_repair()
    radu = shop.world.id_of("radu")
    actions.assign_request(by=shop.world.ana, at=shop.at, request_id=opened.id, person_id=radu)
    assert shop.row(opened.id).holder_id == radu
    actions.assign_request(by=shop.world.radu, at=shop.at, request_id=opened.id, person_id=None)
    assert shop.row(opened.id).holder_id is None
    facts = facts_about(f"request:{opened.id}")[:2]
    assert [(fact.verb, fact.data) for fact in facts] == [
        ("request_assigned", {"to": None, "was": radu}),
        ("request_assigned", {"to": radu, "was": None}),
    ]


# --- handing over


@pytest.mark.parametrize(
    ("department", "reason", "message"),
    [
        ("it", "  ", "Say why, so that the other department knows what to do."),
        ("care", "Yours", "The request is in this department already. Give it to a colleague instead."),
        ("zofia", "Yours", "There is no such department. Choose one from the list."),
    ],
)
def test_a_hand_over_needs_another_department_and_a_reason(
    shop: Shop, department: str, reason: str, message: str
) -> None:
    opened = shop.ask_repair()
    with pytest.raises(actions.HandOverError) as refused:
        actions.hand_over_request(
            by=shop.world.ana,
            at=shop.at,
            request_id=opened.id,
            department_id=shop.world.id_of(department),
            reason=reason,
        )
    assert str(refused.value) == message
    assert (shop.row(opened.id).provider_id, verbs(opened.id)) == (shop.care_id, ["request_opened"])


def test_the_second_department_never_inherits_a_spent_clock(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    it = shop.world.id_of("it")
    actions.hand_over_request(
        by=shop.world.ana, at=shop.after(5), request_id=opened.id, department_id=it, reason="It is a computer."
    )
    request = shop.row(opened.id)
    assert (request.provider_id, request.holder_id, request.next_due_at) == (it, None, shop.after(7))
    assert clock_states(shop, opened.id, 5) == [
        ("first_reply", "cancelled", shop.care_id),
        ("resolution", "cancelled", shop.care_id),
        ("first_reply", "running", it),
        ("resolution", "running", it),
    ]
    fact = facts_about(f"request:{opened.id}")[0]
    assert (fact.verb, fact.data) == (
        "request_handed_over",
        {"was": shop.care_id, "to": it, "reason": "It is a computer."},
    )
    assert fact.about[-2:] == (f"party:{it}", f"party:{shop.care_id}")
    with pytest.raises(HiddenError):  # it is no longer Care's
        actions.write_note(by=shop.world.ana, at=shop.after(6), request_id=opened.id, text="…", language="en")


def test_what_waited_for_the_customer_goes_on_in_the_new_department(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.wait_for_customer(by=shop.world.ana, at=shop.at, request_id=opened.id)
    actions.hand_over_request(
        by=shop.world.ana,
        at=shop.after(1),
        request_id=opened.id,
        department_id=shop.world.id_of("it"),
        reason="Yours",
    )
    assert shop.row(opened.id).state == "open"
    assert verbs(opened.id)[-2:] == ["waiting_ended", "request_handed_over"]


# --- waiting


def test_waiting_stops_the_clocks_whose_terms_say_so(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.wait_until(by=shop.world.ana, at=shop.at, request_id=opened.id, until=shop.after(26))
    request = shop.row(opened.id)
    assert (request.state, request.waiting_until, request.next_due_at) == ("waiting_date", shop.after(26), None)
    actions.wait_for_customer(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    request = shop.row(opened.id)
    assert (request.state, request.waiting_until) == ("waiting_customer", None)
    actions.resume_request(by=shop.world.ana, at=shop.after(3), request_id=opened.id)
    assert shop.row(opened.id).next_due_at == shop.after(5)
    with pytest.raises(actions.StateError) as refused:
        actions.resume_request(by=shop.world.ana, at=shop.after(3), request_id=opened.id)
    assert str(refused.value) == "This request is not waiting for anything."


def test_one_waits_for_a_moment_to_come(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(actions.MomentError) as refused:
        actions.wait_until(by=shop.world.ana, at=shop.at, request_id=opened.id, until=shop.at)
    assert str(refused.value) == "That moment has already passed. Choose a later one."
    assert shop.row(opened.id).state == "open"


def test_what_waited_for_a_date_comes_back_by_itself_once(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.wait_until(by=shop.world.ana, at=shop.at, request_id=opened.id, until=shop.after(26))
    assert actions.resume_due_requests(at=shop.after(26) - timedelta(microseconds=1)) == 0
    assert actions.resume_due_requests(at=shop.after(26)) == 1
    assert actions.resume_due_requests(at=shop.after(26)) == 0
    request = shop.row(opened.id)
    assert (request.state, request.waiting_until) == ("open", None)
    fact = facts_about(f"request:{opened.id}")[0]
    assert (fact.verb, fact.by, fact.data) == (
        "waiting_ended",
        None,
        {"state": "waiting_date", "because": "date_came"},
    )


# --- ending


def test_resolving_with_words_answers_first(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id, text="Gotowe.", language="pl")
    assert verbs(opened.id) == ["request_opened", "request_taken", "reply_sent", "request_resolved"]
    assert Message.objects.filter(request=opened.id, kind="to_customer").values_list("text", flat=True)[0] == "Gotowe."
    assert Letter.objects.filter(kind="reply").count() == 1


def test_resolving_without_words_writes_no_letter(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    assert verbs(opened.id) == ["request_opened", "request_taken", "request_resolved"]
    assert Letter.objects.filter(kind="reply").count() == 0
    with pytest.raises(actions.StateError) as refused:
        actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    assert str(refused.value) == "This request is already resolved. Reopen it first."


def test_what_is_resolved_closes_after_seven_quiet_days(shop: Shop) -> None:
    opened = shop.ask_repair()
    reopened = shop.ask_repair()
    for request in (opened, reopened):
        actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=request.id)
    actions.reopen_request(by=shop.world.ana, at=shop.after(2), request_id=reopened.id)
    week = timedelta(days=7)
    assert actions.close_resolved_requests(at=shop.after(1) + week - timedelta(microseconds=1)) == 0
    assert actions.close_resolved_requests(at=shop.after(1) + week) == 1
    assert actions.close_resolved_requests(at=shop.after(1) + week) == 0
    request = shop.row(opened.id)
    assert (request.state, request.closed_at) == ("closed", shop.after(1) + week)
    assert shop.row(reopened.id).state == "open"


def test_the_customer_closes_what_is_resolved_and_cancels_what_is_not(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(actions.StateError) as refused:
        actions.close_request(by=shop.world.zofia, at=shop.at, request_id=opened.id)
    assert str(refused.value) == "Only a resolved request can be closed. Resolve it first."
    with pytest.raises(HiddenError):
        actions.cancel_request(by=shop.world.lucia, at=shop.at, request_id=opened.id)
    actions.cancel_request(by=shop.world.zofia, at=shop.after(1), request_id=opened.id, reason="It works again")
    request = shop.row(opened.id)
    assert (request.state, request.next_due_at, request.unanswered_since) == ("cancelled", None, None)
    assert [state for _, state, _ in clock_states(shop, opened.id, 1)] == ["cancelled", "cancelled"]
    assert facts_about(f"request:{opened.id}")[0].data == {"reason": "It works again"}


def test_reopening_goes_on_with_the_promise_by_its_terms(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    with pytest.raises(NotAllowedError):
        actions.reopen_request(by=shop.world.zofia, at=shop.after(2), request_id=opened.id)
    actions.reopen_request(by=shop.world.ana, at=shop.after(2), request_id=opened.id)
    request = shop.row(opened.id)
    assert (request.state, request.resolved_at) == ("open", None)
    # An hour was used before; the clock stood still for an hour: sixteen hours end an hour later than first promised.
    assert request.next_due_at == shop.at + timedelta(days=1, hours=8)


def test_a_complaint_opens_a_resolved_request_again(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    with pytest.raises(HiddenError):
        actions.complain(by=shop.world.lucia, at=shop.after(2), request_id=opened.id, text="Bad", language="es")
    message = actions.complain(
        by=shop.world.zofia, at=shop.after(2), request_id=opened.id, text="Znowu cieknie.", language="pl"
    )
    request = shop.row(opened.id)
    assert (request.state, request.is_complaint, request.unanswered_since) == ("open", True, shop.after(2))
    assert verbs(opened.id)[-2:] == ["complaint_made", "request_reopened"]
    assert Message.objects.get(pk=message).author_id == shop.world.id_of("zofia")
    by_phone = actions.complain(
        by=shop.world.ana,
        at=shop.after(3),
        request_id=opened.id,
        text="She called: it leaks.",
        language="en",
        channel="phone",
    )
    assert Message.objects.get(pk=by_phone).author_id == shop.world.id_of("zofia")


# --- steps, looks, promises


def test_a_step_is_done_once_and_can_be_taken_back(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(NotAllowedError):
        actions.finish_step(by=shop.world.zofia, at=shop.at, request_id=opened.id, step_key="mend")
    with pytest.raises(HiddenError):
        actions.finish_step(by=shop.world.ana, at=shop.at, request_id=opened.id, step_key="paint")
    for hours in (1, 2):
        actions.finish_step(by=shop.world.ana, at=shop.after(hours), request_id=opened.id, step_key="mend")
    step = Step.objects.get(request=opened.id, key="mend")
    assert (step.done_at, step.done_by_id) == (shop.after(1), shop.world.id_of("ana"))
    actions.undo_step(by=shop.world.radu, at=shop.after(3), request_id=opened.id, step_key="mend")
    assert Step.objects.filter(request=opened.id, done_at__isnull=False).count() == 0
    assert verbs(opened.id) == ["request_opened", "step_finished", "step_undone"]


def test_only_those_who_serve_are_seen_looking(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(HiddenError):
        actions.look_at_request(by=shop.world.magda, at=shop.at, request_id=opened.id)
    with pytest.raises(NotAllowedError):
        actions.look_at_request(by=shop.world.zofia, at=shop.at, request_id=opened.id)
    for minutes in (0, 1):
        actions.look_at_request(by=shop.world.ana, at=shop.at + timedelta(minutes=minutes), request_id=opened.id)
    assert Looking.objects.get().seen_at == shop.at + timedelta(minutes=1)
    assert actions.forget_lookers(at=shop.at + timedelta(minutes=2)) == 0
    assert actions.forget_lookers(at=shop.at + timedelta(minutes=2, microseconds=1)) == 1


def test_a_personal_promise_moves_up_the_queue_and_is_kept_or_moved(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(HiddenError):
        actions.promise_to_customer(
            by=shop.world.magda, at=shop.at, request_id=opened.id, words="call", due_at=shop.after(1)
        )
    with pytest.raises(PromiseError):
        actions.promise_to_customer(by=shop.world.ana, at=shop.at, request_id=opened.id, words="call", due_at=shop.at)
    promise = actions.promise_to_customer(
        by=shop.world.ana, at=shop.at, request_id=opened.id, words="call about the slot", due_at=shop.after(1)
    )
    assert shop.row(opened.id).next_due_at == shop.after(1)
    other = shop.ask_repair()
    with pytest.raises(HiddenError):  # the promise belongs to the other request
        actions.keep_promise_to_customer(by=shop.world.ana, at=shop.at, request_id=other.id, promise_id=promise)
    actions.move_promise_to_customer(
        by=shop.world.ana, at=shop.at, request_id=opened.id, promise_id=promise, due_at=shop.after(1.5)
    )
    assert shop.row(opened.id).next_due_at == shop.after(1.5)
    actions.keep_promise_to_customer(by=shop.world.ana, at=shop.after(1), request_id=opened.id, promise_id=promise)
    assert shop.row(opened.id).next_due_at == shop.after(2)
    assert verbs(opened.id) == ["request_opened", "promise_made", "promise_moved", "promise_kept"]


def test_a_promise_outlives_the_request(shop: Shop) -> None:
    opened = shop.ask_repair()
    promise = actions.promise_to_customer(
        by=shop.world.ana, at=shop.at, request_id=opened.id, words="call", due_at=shop.after(30)
    )
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    assert shop.row(opened.id).next_due_at == shop.after(30)
    actions.close_request(by=HOUSE, at=shop.after(2), request_id=opened.id)
    assert shop.row(opened.id).next_due_at is None
    actions.keep_promise_to_customer(by=shop.world.ana, at=shop.after(3), request_id=opened.id, promise_id=promise)
    assert shop.row(opened.id).next_due_at is None
