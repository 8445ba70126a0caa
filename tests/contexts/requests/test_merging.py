"""Two requests turn out to be one: who may say so, what becomes of promises and chains, and taking it back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.models import Letter
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises import queries as promises
from clientela.requests import actions, queries
from clientela.requests.actions import MergeError, StateError
from clientela.requests.models import Attachment, Dependency, Message, Participant, Request
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def merge(shop: Shop, one: int, into: int, *, who: str = "ana", hours: float = 1, **more: object) -> None:
    actions.merge_requests(
        by=getattr(shop.world, who),
        at=shop.after(hours),
        request_id=one,
        into_id=into,
        **more,  # type: ignore[arg-type]  # a test's shorthand
    )


def unmerge(shop: Shop, one: int, *, who: str = "ana", hours: float = 2) -> None:
    actions.unmerge_request(by=getattr(shop.world, who), at=shop.after(hours), request_id=one)


def two(shop: Shop) -> tuple[int, int]:
    """Zofia asks the same thing twice."""
    return shop.ask_repair().id, shop.ask_repair(title="It leaks again", at=shop.after(0.5)).id


def open_kinds(shop: Shop, request_id: int, *, hours: float = 1) -> set[str]:
    subject = thing("request", request_id)
    return {clock.kind for clock in promises.open_clocks_of([subject], at=shop.after(hours)).get(subject, ())}


def stands(shop: Shop, *ids: int) -> list[tuple[str, int | None]]:
    return [(shop.row(number).state, shop.row(number).merged_into_id) for number in ids]


UNTOUCHED = [("open", None), ("open", None)]


# --- who may


def test_who_does_not_serve_both_cannot_merge_them(shop: Shop) -> None:
    first, second = two(shop)
    with pytest.raises(NotAllowedError):
        merge(shop, second, first, who="zofia")
    with pytest.raises(HiddenError):
        merge(shop, second, first, who="magda")
    with pytest.raises(HiddenError):
        merge(shop, second, first, who="vera")
    assert stands(shop, first, second) == UNTOUCHED


def test_a_request_of_another_department_looks_as_if_there_were_none(shop: Shop) -> None:
    first, _second = two(shop)
    private = actions.open_request(
        by=shop.world.magda,
        at=shop.at,
        service_version_id=shop.version("laptop"),
        customer_id=shop.world.id_of("hr"),
        asker_id=shop.world.id_of("magda"),
        channel="portal",
        title="A laptop",
        text="…",
        language="en",
    )
    for reference in (private.reference, "R-0000-0", "", "nonsense"):
        with pytest.raises(HiddenError):
            actions.merge_requests(by=shop.world.ana, at=shop.after(1), request_id=first, into_reference=reference)
    assert stands(shop, first) == UNTOUCHED[:1]


def test_what_one_reads_as_its_customer_cannot_be_merged_into(shop: Shop) -> None:
    first, _second = two(shop)
    pump = shop.ask_workshop(first).id  # Care is the customer of this one, and Workshop serves it
    with pytest.raises(NotAllowedError):
        merge(shop, first, pump)
    assert stands(shop, pump) == UNTOUCHED[:1]


# --- which cannot become one


def test_a_request_is_not_merged_into_itself(shop: Shop) -> None:
    first, _second = two(shop)
    with pytest.raises(MergeError, match="cannot be merged into itself"):
        merge(shop, first, first)


def test_different_customers_are_not_thrown_together_by_mistake(shop: Shop) -> None:
    first, _second = two(shop)
    other = shop.ask_repair(by=shop.world.lucia).id
    with pytest.raises(MergeError, match="have different customers"):
        merge(shop, other, first)
    assert stands(shop, first, other) == UNTOUCHED
    assert not Participant.objects.exists()


def test_nothing_is_merged_twice_nor_into_what_was_merged(shop: Shop) -> None:
    first, second = two(shop)
    third = shop.ask_repair(at=shop.after(0.6)).id
    merge(shop, second, first)
    with pytest.raises(MergeError, match="was merged into another one already"):
        merge(shop, second, third)
    with pytest.raises(MergeError, match="was merged into another one itself"):
        merge(shop, third, second)
    with pytest.raises(MergeError, match="was merged into another one itself"):
        merge(shop, first, second)
    assert stands(shop, first, second, third) == [("open", None), ("cancelled", first), ("open", None)]


def test_open_words_are_not_buried_in_a_request_that_has_ended(shop: Shop) -> None:
    first, second = two(shop)
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=first)
    with pytest.raises(MergeError, match="has ended"):
        merge(shop, second, first, hours=2)
    actions.cancel_request(by=shop.world.zofia, at=shop.after(3), request_id=second)
    with pytest.raises(MergeError, match="has ended"):
        merge(shop, first, second, hours=4)
    assert stands(shop, first, second) == [("resolved", None), ("cancelled", None)]


def test_one_that_waits_on_the_other_is_not_merged_with_it(shop: Shop) -> None:
    first, second = two(shop)
    actions.link_requests(by=shop.world.ana, at=shop.after(1), request_id=first, needed_id=second)
    for one, into in ((first, second), (second, first)):
        with pytest.raises(MergeError, match="One of them waits on the other"):
            merge(shop, one, into, hours=2)


def test_a_personal_promise_is_not_lost_by_merging(shop: Shop) -> None:
    first, second = two(shop)
    actions.promise_to_customer(
        by=shop.world.ana, at=shop.after(1), request_id=second, words="I call you", due_at=shop.after(26)
    )
    with pytest.raises(MergeError, match="Keep that promise or move it first"):
        merge(shop, second, first, hours=2)
    assert "personal" in open_kinds(shop, second)


def test_a_circle_by_way_of_others_is_refused_and_nothing_changes(shop: Shop) -> None:
    first, second = two(shop)
    pump = shop.ask_workshop(first).id
    bench = actions.ask_department(
        by=shop.world.stefan,
        at=shop.after(1),
        request_id=pump,
        service_version_id=shop.version("bench"),
        title="The bench",
        text="It is broken",
        language="en",
    ).id
    third = shop.ask_repair(at=shop.after(0.7)).id
    actions.link_requests(by=HOUSE, at=shop.after(1), request_id=bench, needed_id=third)
    with pytest.raises(MergeError, match="wait on each other by way of others"), transaction.atomic():
        merge(shop, third, first, hours=2)
    assert stands(shop, first, second, third) == [("waiting_department", None), ("open", None), ("open", None)]
    assert set(Dependency.objects.values_list("waiting_id", "needed_id")) == {
        (first, pump),
        (pump, bench),
        (bench, third),
    }


def test_the_database_lets_no_request_be_merged_that_is_still_open(shop: Shop) -> None:
    first, second = two(shop)
    for row, into in ((second, first), (first, first)):
        with pytest.raises(IntegrityError, match="merged_into_another"), transaction.atomic():
            Request.objects.filter(pk=row).update(merged_into=into)


# --- what comes of it


def test_a_merged_request_ends_and_owes_nothing_by_itself(shop: Shop) -> None:
    first, second = two(shop)
    letters = Letter.objects.count()
    merge(shop, second, first)
    assert stands(shop, first, second) == [("open", None), ("cancelled", first)]
    assert open_kinds(shop, second) == set()
    assert shop.row(second).next_due_at is None
    assert Letter.objects.count() == letters
    told = [fact.verb for fact in facts_about(thing("request", second)) if fact.about[0] == thing("request", second)]
    assert told[:2] == ["request_merged", "request_cancelled"]
    fact = facts_about(thing("request", second))[0]
    assert fact.verb in {"request_took_in", "request_merged"}


def test_words_that_nobody_answered_are_owed_an_answer_from_their_own_moment(shop: Shop) -> None:
    first, second = two(shop)
    actions.reply_to_customer(
        by=shop.world.ana, at=shop.after(0.6), request_id=first, text="We come.", language="en", then="wait"
    )
    merge(shop, second, first)
    row = shop.row(first)
    assert (row.state, row.unanswered_since, row.last_message_at) == ("open", shop.after(0.5), shop.after(0.6))
    subject = thing("request", first)
    clocks = promises.open_clocks_of([subject], at=shop.after(1))[subject]
    next_reply = next(clock for clock in clocks if clock.kind == "next_reply")
    assert next_reply.started_at == shop.after(0.5)
    assert next_reply.due_at == shop.after(1.5)


def test_an_answer_that_is_owed_already_stays_owed_once(shop: Shop) -> None:
    first, second = two(shop)
    merge(shop, second, first)
    assert open_kinds(shop, first) == {"first_reply", "resolution"}
    assert shop.row(first).unanswered_since == shop.at


def test_what_was_resolved_is_closed_and_nobody_is_asked_how_it_went_again(shop: Shop) -> None:
    first, second = two(shop)
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=second)
    merge(shop, second, first, hours=2)
    assert stands(shop, second) == [("closed", first)]


def test_what_it_waited_for_and_was_needed_for_the_other_takes_over(shop: Shop) -> None:
    first, second = two(shop)
    pump = shop.ask_workshop(second).id
    third = shop.ask_repair(at=shop.after(0.7)).id
    actions.link_requests(by=shop.world.ana, at=shop.after(0.8), request_id=third, needed_id=second)
    merge(shop, second, first)
    assert set(Dependency.objects.values_list("waiting_id", "needed_id")) == {(first, pump), (third, first)}
    assert [shop.row(number).state for number in (first, second, third)] == [
        "waiting_department",
        "cancelled",
        "waiting_department",
    ]
    assert shop.row(pump).state == "open"  # what was asked for it is still wanted
    actions.resolve_request(by=shop.world.stefan, at=shop.after(2), request_id=pump)
    assert shop.row(first).state == "open"


def test_a_link_that_both_have_stays_once(shop: Shop) -> None:
    first, second = two(shop)
    pump = shop.ask_workshop(second).id
    actions.link_requests(by=shop.world.ana, at=shop.after(0.8), request_id=first, needed_id=pump)
    merge(shop, second, first)
    assert list(Dependency.objects.values_list("waiting_id", "needed_id")) == [(first, pump)]


def test_what_was_merged_into_it_goes_along_and_comes_back_with_it(shop: Shop) -> None:
    first, second = two(shop)
    third = shop.ask_repair(at=shop.after(0.7)).id
    merge(shop, third, second)
    merge(shop, second, first, hours=1.5)
    assert stands(shop, second, third) == [("cancelled", first), ("cancelled", first)]
    unmerge(shop, second)
    assert stands(shop, first, second, third) == [("open", None), ("open", None), ("cancelled", second)]


def test_a_complaint_and_danger_weigh_in_the_one_that_goes_on(shop: Shop) -> None:
    first, second = two(shop)
    Request.objects.filter(pk=second).update(is_complaint=True, touches_safety=True, also_department_ids=[7, 9])
    merge(shop, second, first)
    row = shop.row(first)
    assert (row.is_complaint, row.touches_safety, row.stops_work, row.also_department_ids) == (
        True,
        True,
        False,
        [7, 9],
    )


def test_one_customer_under_two_addresses_may_go_on_under_both(shop: Shop) -> None:
    first, _second = two(shop)
    other = shop.ask_repair(by=shop.world.lucia).id
    merge(shop, other, first, is_same_customer=True)
    assert stands(shop, other) == [("cancelled", first)]
    participant = Participant.objects.get()
    assert (participant.request_id, participant.person_id, participant.because) == (
        first,
        shop.world.id_of("lucia"),
        "merged",
    )
    unmerge(shop, other)
    assert not Participant.objects.exists()


def test_the_whole_conversation_is_read_in_one_place(shop: Shop) -> None:
    first, second = two(shop)
    merge(shop, second, first)
    page = queries.request_page(shop.world.ana, shop.row(first).reference, at=shop.after(2))
    said = [item.id for item in page.conversation if isinstance(item, queries.Said)]
    assert said == list(Message.objects.order_by("at").values_list("pk", flat=True))
    assert len(said) == 2


def test_the_portal_of_the_merged_one_leads_on(shop: Shop) -> None:
    first, second = two(shop)
    merge(shop, second, first)
    status = queries.request_status(shop.world.zofia, shop.row(second).reference, at=shop.after(2), language="en")
    assert (status.reference, status.can_write, len(status.conversation)) == (shop.row(first).reference, True, 2)


def test_the_portal_does_not_lead_a_stranger_into_anothers_request(shop: Shop) -> None:
    first, _second = two(shop)
    other = shop.ask_repair(by=shop.world.lucia).id
    merge(shop, other, first, is_same_customer=True)
    status = queries.request_status(shop.world.lucia, shop.row(other).reference, at=shop.after(2), language="en")
    assert (status.reference, status.state) == (shop.row(other).reference, "cancelled")
    with pytest.raises(HiddenError):
        queries.request_status(shop.world.lucia, shop.row(first).reference, at=shop.after(2), language="en")


def test_a_merged_request_goes_on_only_in_the_other_one(shop: Shop) -> None:
    first, second = two(shop)
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=second)
    merge(shop, second, first, hours=2)  # closed just now: otherwise it could be opened again
    by, at = shop.world.ana, shop.after(3)
    with pytest.raises(StateError, match="merged into another one"):
        actions.reopen_request(by=by, at=at, request_id=second)
    with pytest.raises(StateError, match="merged into another one"):
        actions.write_as_customer(by=shop.world.zofia, at=at, request_id=second, text="Hello?", language="en")
    with pytest.raises(StateError, match="merged into another one"):
        actions.complain(by=shop.world.zofia, at=at, request_id=second, text="Hello?", language="en")
    with pytest.raises(StateError, match="merged into another one"):
        actions.receive_message(at=at, request_id=second, author_id=None, channel="email", text="Hello?", language="en")
    assert stands(shop, second) == [("closed", first)]
    actions.write_note(by=by, at=at, request_id=second, text="It is the other one.", language="en")


def test_the_files_of_a_merged_request_are_read_by_who_reads_the_other_one(shop: Shop) -> None:
    first, _second = two(shop)
    file = actions.IncomingFile("a.txt", "text/plain", b"a")
    other = shop.ask_repair(by=shop.world.lucia, attachments=[file]).id
    attachment = Attachment.objects.get().pk
    with pytest.raises(HiddenError):
        queries.attachment_to_download(shop.world.zofia, attachment)
    merge(shop, other, first, is_same_customer=True)
    assert queries.attachment_to_download(shop.world.zofia, attachment).name == "a.txt"
    with pytest.raises(HiddenError):
        queries.attachment_to_download(shop.world.magda, attachment)


# --- taking it back


def test_who_does_not_serve_it_cannot_part_it(shop: Shop) -> None:
    first, second = two(shop)
    merge(shop, second, first)
    with pytest.raises(NotAllowedError):
        unmerge(shop, second, who="zofia")
    with pytest.raises(HiddenError):
        unmerge(shop, second, who="magda")
    assert stands(shop, second) == [("cancelled", first)]


def test_what_is_not_merged_cannot_be_parted(shop: Shop) -> None:
    first, _second = two(shop)
    with pytest.raises(MergeError, match="is not merged"):
        unmerge(shop, first)


def test_a_parted_request_goes_on_by_itself_with_what_it_promised(shop: Shop) -> None:
    first, second = two(shop)
    merge(shop, second, first)
    unmerge(shop, second)
    row = shop.row(second)
    assert (row.state, row.merged_into_id, row.unanswered_since) == ("open", None, shop.after(2))
    assert open_kinds(shop, second, hours=2) == {"first_reply", "resolution"}
    assert row.next_due_at == shop.after(2) + timedelta(hours=2)
    assert open_kinds(shop, first, hours=2) == {"first_reply", "resolution"}


def test_one_that_had_ended_before_stays_ended(shop: Shop) -> None:
    first, second = two(shop)
    actions.cancel_request(by=shop.world.zofia, at=shop.after(0.7), request_id=second)
    merge(shop, second, first)
    unmerge(shop, second)
    assert stands(shop, second) == [("cancelled", None)]
    with pytest.raises(StateError):
        actions.take_request(by=shop.world.ana, at=shop.after(3), request_id=second)
