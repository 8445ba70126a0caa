"""What My day, the queue and the page of a request show, each with its number of statements."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.kernel.policies import HiddenError
from clientela.promises.models import DepartmentCalendar
from clientela.requests import actions, queries
from clientela.requests.queries import Said
from clientela.requests.rules import Reason, ReasonCode
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def statements(ask: Callable[[], object]) -> int:
    ask()  # calendars and terms of versions never change and are kept after the first time
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    return len(captured)


def busy_day(shop: Shop, times: int) -> None:
    """Ana's day, some of everything, `times` over."""
    for number in range(times):
        at = shop.at - timedelta(minutes=number)
        mine = shop.ask_repair(at=at)
        actions.take_request(by=shop.world.ana, at=at, request_id=mine.id)
        again = shop.ask_repair(at=at - timedelta(hours=0.5))
        actions.reply_to_customer(by=shop.world.ana, at=at, request_id=again.id, text="Ok", language="pl", then="wait")
        actions.write_as_customer(by=shop.world.zofia, at=at, request_id=again.id, text="Kiedy?", language="pl")
        waiting = shop.ask_repair(at=at)
        child = shop.ask_workshop(waiting.id, at=at)
        actions.reply_to_customer(
            by=shop.world.stefan, at=at, request_id=child.id, text="Which?", language="en", then="wait"
        )
        answered = shop.ask_repair(at=at)
        done = shop.ask_workshop(answered.id, at=at)
        actions.resolve_request(by=shop.world.stefan, at=at + timedelta(minutes=30), request_id=done.id)
        actions.promise_to_customer(
            by=shop.world.ana, at=at, request_id=mine.id, words="call about the slot", due_at=shop.after(4 + number)
        )
        shop.ask_repair(at=at)


def test_my_day_says_what_is_next_and_why(shop: Shop) -> None:
    busy_day(shop, 1)
    day = queries.my_day(shop.world.ana, at=shop.after(1.25))
    assert day.department is not None
    assert day.department.name == "Customer Care"
    assert day.hours is not None
    assert (day.hours.is_open, day.hours.closes_at) == (True, shop.after(8))
    assert (day.for_you_count, day.at_risk_count, day.broken_count) == (4, 0, 1)
    assert day.next is not None
    assert day.next.request.customer.name == "Zofia Nowak"
    # She wrote again at ten, after an answer, and was promised the next one within an hour.
    assert day.next.reasons == (
        Reason(ReasonCode.NEXT_REPLY_LATE, at=shop.after(1), seconds=900),
        Reason(ReasonCode.CUSTOMER_WROTE, at=shop.at),
    )
    promised = Reason(ReasonCode.FIRST_REPLY_PROMISED, at=shop.after(2), seconds=2700)
    assert [(item.request.state, item.reasons) for item in day.then] == [
        ("open", (promised,)),
        ("waiting_department", (promised,)),
        (
            "open",
            (promised, Reason(ReasonCode.DEPARTMENT_ANSWERED, at=shop.after(0.5), name="Workshop")),
        ),
    ]
    assert [item.request.title for item in day.unheld] == ["Washing machine leaks since yesterday"]
    assert day.unheld[0].reasons[-1] == Reason(ReasonCode.NOBODY_HAS_IT)
    assert day.unheld_count == 1
    waiting = day.waiting_on[0]
    assert (waiting.request.provider.name, waiting.request.title, waiting.behalf_of.name, waiting.is_our_turn) == (
        "Workshop",
        "A pump for a Lavora 7",
        "Zofia Nowak",
        True,
    )
    assert day.waiting_on_count == 1
    made = day.promises_made[0]
    assert (made.promise.words, made.promise.due_at, made.customer.name) == (
        "call about the slot",
        shop.after(4),
        "Zofia Nowak",
    )


def test_who_has_nothing_is_shown_what_nobody_has(shop: Shop) -> None:
    opened = shop.ask_repair()
    day = queries.my_day(shop.world.radu, at=shop.at)
    assert day.next is not None
    assert (day.next.request.id, day.then, day.for_you_count) == (opened.id, (), 0)
    nobody = queries.my_day(shop.world.magda, at=shop.at)
    assert (nobody.next, nobody.unheld, nobody.waiting_on, nobody.promises_made) == (None, (), (), ())


def test_in_the_workshop_the_day_says_who_waits(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id)
    day = queries.my_day(shop.world.stefan, at=shop.at)
    assert day.unheld[0].reasons == (
        Reason(ReasonCode.FIRST_REPLY_PROMISED, at=shop.after(2), seconds=7200),
        Reason(ReasonCode.OTHERS_WAIT, name="Customer Care", words="Zofia Nowak", count=1),
        Reason(ReasonCode.NOBODY_HAS_IT),
    )


def test_my_day_asks_the_same_number_of_questions_however_much_there_is(shop: Shop) -> None:
    # One of them for what was addressed to her department as well.
    busy_day(shop, 1)
    assert statements(lambda: queries.my_day(shop.world.ana, at=shop.after(1))) == 19
    busy_day(shop, 4)
    assert statements(lambda: queries.my_day(shop.world.ana, at=shop.after(1))) == 19


# --- the queue


def test_a_queue_is_for_those_who_work_there(shop: Shop) -> None:
    for stranger in (shop.world.magda, shop.world.zofia, shop.world.vera):
        with pytest.raises(HiddenError):
            queries.department_queue(stranger, shop.care_id, at=shop.at)


def test_a_queue_is_read_page_by_page_what_was_not_ranked_yet_by_due_moments(shop: Shop) -> None:
    opened = [shop.ask_repair(at=shop.at - timedelta(minutes=minutes)) for minutes in (0, 10, 20, 20)]
    paused = [shop.ask_repair(), shop.ask_repair()]
    for request in paused:
        actions.wait_for_customer(by=shop.world.ana, at=shop.at, request_id=request.id)
    expected = [opened[2].id, opened[3].id, opened[1].id, opened[0].id, paused[0].id, paused[1].id]
    seen: list[int] = []
    place = None
    while True:
        queue = queries.department_queue(shop.world.radu, shop.care_id, at=shop.at, after=place, limit=2)
        seen += [item.request.id for item in queue.items]
        place = queue.after
        if place is None:
            break
    assert seen == expected
    assert queue.counts_by_state == {
        "open": 4,
        "waiting_customer": 2,
        "waiting_department": 0,
        "waiting_date": 0,
    }
    assert (queue.unheld_count, queue.unanswered_count) == (4, 6)


def test_a_queue_asks_the_same_number_of_questions_however_long_it_is(shop: Shop) -> None:
    busy_day(shop, 1)
    assert statements(lambda: queries.department_queue(shop.world.ana, shop.care_id, at=shop.at)) == 12
    busy_day(shop, 4)
    assert statements(lambda: queries.department_queue(shop.world.ana, shop.care_id, at=shop.at)) == 12


def test_a_list_is_read_page_by_page_the_newest_first(shop: Shop) -> None:
    opened = [shop.ask_repair(at=shop.at + timedelta(minutes=minutes)) for minutes in (0, 0, 1)]
    first = queries.requests_page(shop.world.ana, scope="served", limit=2)
    assert [row.id for row in first.requests] == [opened[2].id, opened[1].id]
    second = queries.requests_page(shop.world.ana, scope="served", limit=2, before=first.before)
    assert ([row.id for row in second.requests], second.before) == ([opened[0].id], None)
    assert queries.requests_page(shop.world.ana, scope="asked").requests == ()
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened[0].id)
    assert [row.id for row in queries.requests_page(shop.world.ana, scope="held").requests] == [opened[0].id]
    assert queries.requests_page(shop.world.ana, states=["resolved"]).requests == ()
    assert statements(lambda: queries.requests_page(shop.world.ana)) == 2


# --- the page of a request


def test_the_page_tells_where_the_time_went(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.take_request(by=shop.world.ana, at=shop.after(1), request_id=opened.id)
    child = shop.ask_workshop(opened.id, at=shop.after(2))
    actions.take_request(by=shop.world.stefan, at=shop.after(2.5), request_id=child.id)
    at = shop.after(24 + 1)
    page = queries.request_page(shop.world.ana, opened.reference, at=at)
    time = page.chain_time
    assert time is not None
    assert (time.reference, time.since, time.until, time.is_over) == (opened.reference, shop.at, at, False)
    assert [(one.department.name, one.kind, one.since, one.until, one.reference) for one in time.slices] == [
        ("Customer Care", "queue", shop.at, shop.after(1), opened.reference),
        ("Customer Care", "work", shop.after(1), shop.after(2), opened.reference),
        ("Workshop", "queue", shop.after(2), shop.after(2.5), child.reference),
        ("Workshop", "work", shop.after(2.5), at, child.reference),
    ]
    # Nine hours of work a day, 16 promised: both departments work by one calendar here.
    assert time.target_seconds == 16 * 3600
    assert [(one.department.name, one.kind, one.seconds) for one in time.portions] == [
        ("Workshop", "work", 7.5 * 3600),
        ("Customer Care", "queue", 3600),
        ("Customer Care", "work", 3600),
        ("Workshop", "queue", 1800),
    ]
    assert sum(one.share for one in time.portions) == pytest.approx(1)
    assert [one.promise_share for one in time.portions] == [7.5 / 16, 1 / 16, 1 / 16, 0.5 / 16]


def test_who_is_asked_sees_the_time_of_the_whole_chain_too(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id, at=shop.after(1))
    page = queries.request_page(shop.world.stefan, child.reference, at=shop.after(2))
    assert page.chain_time is not None
    assert page.chain_time.reference == opened.reference
    assert [(one.department.name, one.kind) for one in page.chain_time.slices] == [
        ("Customer Care", "queue"),
        ("Workshop", "queue"),
    ]


def test_a_second_department_begins_with_a_promise_of_its_own(shop: Shop) -> None:
    opened = shop.ask_repair()
    actions.hand_over_request(
        by=shop.world.ana, at=shop.after(4), request_id=opened.id, department_id=shop.world.id_of("it"), reason="A PC"
    )
    page = queries.request_page(shop.world.ioana, opened.reference, at=shop.after(6))
    assert page.chain_time is not None
    assert [(one.department.name, one.seconds, one.promise_share) for one in page.chain_time.portions] == [
        ("Customer Care", 4 * 3600, 0),
        ("IT", 2 * 3600, 2 / 16),
    ]


def test_the_page_shows_promises_customer_and_what_can_be_done(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_repair()
    actions.reply_to_customer(by=shop.world.ana, at=shop.after(1), request_id=opened.id, text="Ok", language="pl")
    actions.promise_to_customer(
        by=shop.world.ana, at=shop.after(1), request_id=opened.id, words="call", due_at=shop.after(4)
    )
    actions.look_at_request(by=shop.world.radu, at=shop.after(2), request_id=opened.id)
    actions.look_at_request(by=shop.world.ana, at=shop.after(2), request_id=opened.id)
    actions.finish_step(by=shop.world.radu, at=shop.after(2), request_id=opened.id, step_key="collect")
    page = queries.request_page(shop.world.ana, opened.reference, at=shop.after(2))
    assert [(clock.kind, clock.state) for clock in page.clocks] == [
        ("first_reply", "kept"),
        ("resolution", "running"),
        ("personal", "running"),
    ]
    assert page.promisers[shop.world.id_of("ana")].name == "Ana Ionescu"
    replies = [item for item in page.conversation if isinstance(item, Said) and item.kind == "to_customer"]
    assert replies[0].kept is not None
    assert replies[0].kept.early_working_seconds == 3600
    assert page.customer is not None
    assert (page.customer.customer.name, page.customer.asker_email, page.customer.requests_count) == (
        "Zofia Nowak",
        "zofia@example.test",
        2,
    )
    assert page.customer.profile is not None
    assert [looker.name for looker in page.lookers] == ["Radu Popa"]
    assert [(step.key, step.title, step.done_at) for step in page.steps] == [
        ("collect", "The appliance is collected", shop.after(2)),
        ("order_part", "Order the part", None),
        ("mend", "The appliance is mended", None),
    ]
    refused = {verb.value: verdict.reason for verb, verdict in page.verdicts.items() if not verdict}
    assert refused == {
        "resume": "This request is not waiting for anything.",
        "close": "Only a resolved request can be closed. Resolve it first.",
        "reopen": "This request is still open.",
        "write": "Only the customer of this request can write here.",
    }
    assert [person.name for person in page.colleagues] == ["Ana Ionescu", "Radu Popa"]
    assert shop.care_id not in {department.id for department in page.departments}
    assert [department.name for department in sorted(page.askable, key=lambda department: department.name)] == [
        "Atelier",
        "IT",
        "Întreținere",
    ]
    assert page.answers == {"model": "Lavora 7"}
    later = queries.request_page(shop.world.ana, opened.reference, at=shop.after(2) + timedelta(seconds=60))
    assert later.lookers == ()


def test_a_page_that_cannot_be_resolved_says_why(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id)
    page = queries.request_page(shop.world.ana, opened.reference, at=shop.at)
    verdicts = {verb.value: verdict.reason for verb, verdict in page.verdicts.items()}
    assert verdicts["resolve"] == (
        "Another department is still working on a part of this. Wait for its answer, or cancel what was asked."
    )


def test_a_long_conversation_is_read_backwards(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clientela.requests.queries.one_request.page.MESSAGES_A_PAGE", 2)
    opened = shop.ask_repair(text="one")
    for number, text in enumerate(("two", "three"), start=1):
        actions.write_note(by=shop.world.ana, at=shop.after(number), request_id=opened.id, text=text, language="en")
    page = queries.request_page(shop.world.ana, opened.reference, at=shop.after(3))
    assert [item.text for item in page.conversation if isinstance(item, Said)] == ["two", "three"]
    older = queries.request_page(shop.world.ana, opened.reference, at=shop.after(3), before=page.older)
    assert [item.text for item in older.conversation if isinstance(item, Said)] == ["one"]
    assert older.older is None


def test_the_page_asks_the_same_number_of_questions_however_long_the_story(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)

    def page() -> object:
        return queries.request_page(shop.world.ana, opened.reference, at=shop.after(3))

    assert statements(page) == PAGE_STATEMENTS
    for number in range(1, 4):
        shop.ask_workshop(opened.id)
        actions.write_note(by=shop.world.ana, at=shop.after(number), request_id=opened.id, text="…", language="en")
    actions.ask_department(
        by=shop.world.stefan,
        at=shop.after(1),
        request_id=child.id,
        service_version_id=shop.version("bench"),
        title="Bench",
        text="…",
        language="en",
    )
    assert statements(page) == PAGE_STATEMENTS


PAGE_STATEMENTS = 31


# --- the portal


def test_the_portal_lists_ones_requests_and_asks_a_fixed_number_of_questions(shop: Shop) -> None:
    opened = shop.ask_repair()
    done = shop.ask_repair(at=shop.after(1))
    actions.resolve_request(by=shop.world.ana, at=shop.after(1), request_id=done.id)
    mine = queries.my_requests(shop.world.zofia, at=shop.after(1), language="pl")
    assert [(row.reference, row.state, row.department) for row in mine.open] == [
        (opened.reference, "open", "Obsługa Klienta")
    ]
    assert mine.open[0].promise is not None
    assert mine.open[0].promise.due_at == shop.after(2)
    assert [(row.reference, row.state) for row in mine.ended] == [(done.reference, "resolved")]
    assert statements(lambda: queries.my_requests(shop.world.zofia, at=shop.after(1), language="pl")) == 5
    assert (
        statements(lambda: queries.request_status(shop.world.zofia, opened.reference, at=shop.at, language="pl")) == 12
    )


def test_a_department_without_working_hours_has_its_pages_all_the_same(shop: Shop) -> None:
    DepartmentCalendar.objects.filter(department=shop.world.id_of("hr")).delete()
    assert queries.my_day(shop.world.magda, at=shop.at).hours is None
    assert queries.department_queue(shop.world.magda, shop.world.id_of("hr"), at=shop.at).hours is None
