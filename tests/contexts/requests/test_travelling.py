"""What happens to one request of a chain reaches the others by rule: ends, cancellations, beginnings anew, clocks."""

from datetime import timedelta
from itertools import pairwise

import pytest

from clientela.kernel.journal import facts_about, follow_journal
from clientela.kernel.models import Letter
from clientela.promises.queries import clocks_of
from clientela.requests import actions
from clientela.requests.actions import PartToAsk
from clientela.requests.models import Dependency, Request
from clientela.voice.jobs import FOLLOWERS
from tests.following import let_older_transactions_end
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def ask(shop: Shop, request_id: int, service: str, who: str, hours: float = 1, **more: object) -> int:
    return actions.ask_department(
        by=getattr(shop.world, who),
        at=shop.after(hours),
        request_id=request_id,
        service_version_id=shop.version(service),
        title=f"Secret title of {service}",
        text=f"Secret words for {service}",
        language="en",
        **more,  # type: ignore[arg-type]  # a shorthand
    ).id


def four(shop: Shop) -> tuple[int, int, int, int]:
    """Zofia's repair at Care waits on Workshop, that on Maintenance, that on IT."""
    care = shop.ask_repair().id
    workshop = ask(shop, care, "pump", "ana")
    maintenance = ask(shop, workshop, "bench", "stefan")
    return care, workshop, maintenance, ask(shop, maintenance, "laptop", "tomasz")


def finish(shop: Shop, request_id: int, who: str, hours: float) -> None:
    actions.resolve_request(by=getattr(shop.world, who), at=shop.after(hours), request_id=request_id)


def reopen(shop: Shop, request_id: int, who: str, hours: float) -> None:
    actions.reopen_request(by=getattr(shop.world, who), at=shop.after(hours), request_id=request_id)


def states(shop: Shop, *ids: int) -> list[str]:
    return [shop.row(number).state for number in ids]


def told(request_id: int, verb: str) -> list[dict[str, object]]:
    """What the facts of a verb about a request say, the newest first."""
    facts = facts_about(f"request:{request_id}")
    return [dict(fact.data) for fact in facts if fact.verb == verb and fact.about[0] == f"request:{request_id}"]


# --- finishing by itself


def test_without_the_policy_of_its_service_a_request_comes_back_to_its_agent(shop: Shop) -> None:
    care, workshop, maintenance, it = four(shop)
    finish(shop, it, "ioana", 2)
    assert states(shop, care, workshop, maintenance) == ["waiting_department", "waiting_department", "open"]


def test_with_it_everything_up_to_the_customer_finishes_by_itself(shop: Shop) -> None:
    for service in ("repair", "pump", "bench"):
        shop.let_finish_by_itself(service)
    care, workshop, maintenance, it = four(shop)
    finish(shop, it, "ioana", 2)
    assert states(shop, care, workshop, maintenance, it) == ["resolved"] * 4
    assert {shop.row(number).resolved_at for number in (care, workshop, maintenance, it)} == {shop.after(2)}
    for number in (care, workshop, maintenance):
        resolved = facts_about(f"request:{number}")[0 if number == care else 1]
        assert told(number, "request_resolved")[0]["because"] == "parts_done"
        assert resolved.by is None
    assert "because" not in told(it, "request_resolved")[0]


def test_the_policy_counts_as_it_was_when_the_request_was_asked(shop: Shop) -> None:
    care = shop.ask_repair().id
    shop.let_finish_by_itself("repair")
    workshop = ask(shop, care, "pump", "ana")
    finish(shop, workshop, "stefan", 2)
    assert states(shop, care) == ["open"]


@pytest.mark.parametrize("what", ["words", "promise", "cancelled"])
def test_what_is_still_owed_brings_it_back_to_its_agent(shop: Shop, what: str) -> None:
    shop.let_finish_by_itself("repair")
    care = shop.ask_repair().id
    first, second = ask(shop, care, "pump", "ana"), ask(shop, care, "bench", "ana")
    if what == "words":
        actions.write_as_customer(by=shop.world.zofia, at=shop.after(1.5), request_id=care, text="When?", language="en")
    elif what == "promise":
        actions.promise_to_customer(
            by=shop.world.ana, at=shop.after(1.5), request_id=care, words="call you", due_at=shop.after(5)
        )
    else:
        actions.cancel_request(by=shop.world.stefan, at=shop.after(1.5), request_id=first, reason="No pumps")
    if what != "cancelled":
        finish(shop, first, "stefan", 2)
    finish(shop, second, "tomasz", 3)
    assert states(shop, care) == ["open"]
    assert told(care, "request_resolved") == []


def test_an_open_task_of_its_plan_brings_it_back(shop: Shop) -> None:
    shop.let_finish_by_itself("repair", with_plan=True)
    care, other = shop.ask_repair().id, shop.ask_repair().id
    for number in (care, other):
        workshop = ask(shop, number, "pump", "ana")
        for key in ("collect", "order_part", "mend")[: 3 if number == care else 2]:
            actions.finish_step(by=shop.world.ana, at=shop.after(1), request_id=number, step_key=key)
        finish(shop, workshop, "stefan", 2)
    assert states(shop, care, other) == ["resolved", "open"]


def test_when_two_of_three_are_enough_a_cancelled_third_does_not_keep_it_from_finishing(shop: Shop) -> None:
    shop.let_finish_by_itself("repair")
    care = shop.ask_repair().id
    asked = actions.ask_departments_together(
        by=shop.world.ana,
        at=shop.after(1),
        request_id=care,
        parts=[PartToAsk(shop.version(key), key, "…", "en") for key in ("pump", "bench", "laptop")],
        manner="side_by_side",
        enough=2,
    )
    first, second, third = (one.id for one in asked.opened)
    actions.cancel_request(by=shop.world.stefan, at=shop.after(2), request_id=first)
    finish(shop, second, "tomasz", 3)
    assert states(shop, care) == ["waiting_department"]
    finish(shop, third, "ioana", 4)
    assert states(shop, care) == ["resolved"]


def test_a_chain_of_a_hundred_finishes_from_the_bottom_to_the_top(shop: Shop) -> None:
    shop.let_finish_by_itself("repair")
    ids = [shop.ask_repair().id for _ in range(100)]
    Dependency.objects.bulk_create(
        [Dependency(waiting_id=waiting, needed_id=needed, made_at=shop.at) for waiting, needed in pairwise(ids)]
    )
    Request.objects.filter(pk__in=ids[:-1]).update(state="waiting_department")
    finish(shop, ids[-1], "ana", 2)
    assert set(states(shop, *ids)) == {"resolved"}
    reopen(shop, ids[-1], "ana", 3)
    assert set(states(shop, *ids[:-1])) == {"waiting_department"}


# --- cancelling


def test_cancelling_goes_down_through_the_whole_chain_and_whoever_had_it_reads_why(shop: Shop) -> None:
    care, workshop, maintenance, it = four(shop)
    actions.take_request(by=shop.world.ioana, at=shop.after(1.5), request_id=it)
    actions.cancel_request(by=shop.world.zofia, at=shop.after(2), request_id=care, reason="Bought a new one")
    assert states(shop, care, workshop, maintenance, it) == ["cancelled"] * 4
    assert told(it, "request_cancelled") == [
        {"reason": "", "because": "not_needed_any_more", "reference": shop.row(maintenance).reference}
    ]
    assert told(care, "request_cancelled") == [{"reason": "Bought a new one"}]
    subjects = [f"request:{number}" for number in (care, workshop, maintenance, it)]
    assert not any(clock.is_open for clocks in clocks_of(subjects, at=shop.after(3)).values() for clock in clocks)


def test_what_another_live_request_waits_on_too_is_not_cancelled(shop: Shop) -> None:
    care, workshop, maintenance, it = four(shop)
    other = shop.ask_repair(title="Another one").id
    actions.link_requests(by=shop.world.ana, at=shop.after(1), request_id=other, needed_id=workshop)
    actions.cancel_request(by=shop.world.zofia, at=shop.after(2), request_id=care)
    assert states(shop, workshop, maintenance, it) == ["waiting_department", "waiting_department", "open"]
    # When the last that waited on it is cancelled, nobody needs it any more.
    actions.cancel_request(by=shop.world.zofia, at=shop.after(3), request_id=other)
    assert states(shop, workshop, maintenance, it) == ["cancelled"] * 3


def test_what_was_there_already_and_only_linked_is_not_cancelled(shop: Shop) -> None:
    care, other = shop.ask_repair().id, shop.ask_repair(title="Another one").id
    actions.link_requests(by=shop.world.ana, at=shop.after(1), request_id=care, needed_id=other)
    actions.cancel_request(by=shop.world.zofia, at=shop.after(2), request_id=care)
    assert states(shop, care, other) == ["cancelled", "open"]


# --- opening again


def test_opening_again_makes_a_live_request_wait_again(shop: Shop) -> None:
    care = shop.ask_repair().id
    workshop = ask(shop, care, "pump", "ana")
    finish(shop, workshop, "stefan", 2)
    reopen(shop, workshop, "stefan", 3)
    assert states(shop, care) == ["waiting_department"]
    assert told(care, "waiting_started")[0] == {
        "state": "waiting_department",
        "until": None,
        "because": "part_reopened",
    }


def test_opening_again_leaves_alone_what_it_does_not_block(shop: Shop) -> None:
    care = shop.ask_repair().id
    workshop = ask(shop, care, "pump", "ana", is_blocking=False)
    finish(shop, workshop, "stefan", 2)
    reopen(shop, workshop, "stefan", 3)
    assert states(shop, care) == ["open"]


def test_what_finished_by_itself_opens_again_with_its_part_all_the_way_up(shop: Shop) -> None:
    for service in ("repair", "pump", "bench"):
        shop.let_finish_by_itself(service)
    care, workshop, maintenance, it = four(shop)
    finish(shop, it, "ioana", 2)
    actions.close_resolved_requests(at=shop.after(2) + timedelta(days=7))
    assert states(shop, care, it) == ["closed", "closed"]
    reopen(shop, it, "ioana", 24 * 8)
    assert states(shop, care, workshop, maintenance, it) == ["waiting_department"] * 3 + ["open"]
    assert told(care, "request_reopened") == [{"because": "part_reopened", "reference": shop.row(workshop).reference}]
    finish(shop, it, "ioana", 24 * 8 + 1)
    assert states(shop, care, workshop, maintenance, it) == ["resolved"] * 4


def test_what_a_hand_resolved_stays_resolved_and_its_department_is_told(shop: Shop) -> None:
    shop.let_finish_by_itself("pump")
    care, workshop, maintenance, it = four(shop)
    finish(shop, it, "ioana", 2)
    finish(shop, maintenance, "tomasz", 3)
    assert states(shop, care, workshop) == ["open", "resolved"]
    finish(shop, care, "ana", 4)
    reopen(shop, maintenance, "tomasz", 5)
    assert states(shop, care, workshop, maintenance) == ["resolved", "waiting_department", "open"]
    assert told(care, "part_reopened") == [
        {
            "request": workshop,
            "reference": shop.row(workshop).reference,
            "department": shop.world.id_of("workshop"),
        }
    ]


def test_what_its_customer_closed_stays_closed(shop: Shop) -> None:
    shop.let_finish_by_itself("repair")
    care = shop.ask_repair().id
    workshop = ask(shop, care, "pump", "ana")
    finish(shop, workshop, "stefan", 2)
    actions.close_request(by=shop.world.zofia, at=shop.after(3), request_id=care)
    reopen(shop, workshop, "stefan", 4)
    assert (states(shop, care), len(told(care, "part_reopened"))) == (["closed"], 1)


def test_a_customers_words_on_a_part_open_it_and_what_waited_again(shop: Shop) -> None:
    care = shop.ask_repair().id
    workshop = ask(shop, care, "pump", "ana")
    finish(shop, workshop, "stefan", 2)
    actions.write_as_customer(
        by=shop.world.radu, at=shop.after(3), request_id=workshop, text="It does not fit.", language="en"
    )
    assert states(shop, care, workshop) == ["waiting_department", "open"]


# --- clocks


def test_through_a_chain_of_four_nobody_inherits_a_spent_clock(shop: Shop) -> None:
    """Each department's clock starts when it is asked, by its own calendar; the customer's runs on all the while."""
    care = shop.ask_repair().id
    workshop = ask(shop, care, "pump", "ana", 24)
    maintenance = ask(shop, workshop, "bench", "stefan", 48)
    it = ask(shop, maintenance, "laptop", "tomasz", 72)
    started = {}
    for number in (care, workshop, maintenance, it):
        clocks = clocks_of([f"request:{number}"], at=shop.after(73))[f"request:{number}"]
        (resolution,) = [clock for clock in clocks if clock.kind == "resolution"]
        started[number] = (resolution.started_at, resolution.provider_id, resolution.due_at)
    world = shop.world
    # 16 working hours, 9 to 18: asked at 10:00 in Bucharest eight are left of the day, at 9:00 in Warsaw nine; the rest
    # is over the next day at 17:00 and at 16:00. Both are 31 hours later.
    assert started == {
        care: (shop.at, world.id_of("care"), shop.after(31)),
        workshop: (shop.after(24), world.id_of("workshop"), shop.after(24 + 31)),
        maintenance: (shop.after(48), world.id_of("maintenance"), shop.after(48 + 31)),
        it: (shop.after(72), world.id_of("it"), shop.after(72 + 31)),
    }
    # Handed over, the new department's clock starts fresh as well.
    actions.hand_over_request(
        by=world.tomasz, at=shop.after(73), request_id=maintenance, department_id=world.id_of("hr"), reason="Theirs"
    )
    clocks = clocks_of([f"request:{maintenance}"], at=shop.after(73))[f"request:{maintenance}"]
    fresh = [clock for clock in clocks if clock.is_open and clock.kind == "resolution"]
    assert [(clock.started_at, clock.provider_id) for clock in fresh] == [(shop.after(73), world.id_of("hr"))]


# --- what the customer hears


@pytest.mark.django_db(transaction=True)
def test_a_customer_whose_request_finished_by_itself_gets_one_honest_letter_and_nothing_from_inside(shop: Shop) -> None:
    for service in ("repair", "pump", "bench"):
        shop.let_finish_by_itself(service)
    care, workshop, maintenance, it = four(shop)
    actions.write_note(by=shop.world.ana, at=shop.after(1), request_id=care, text="Secret note", language="en")
    finish(shop, it, "ioana", 2)
    let_older_transactions_end()
    follow_journal(FOLLOWERS[0])
    letters = list(Letter.objects.filter(to_party_id=shop.world.id_of("zofia")).exclude(kind="acknowledgement"))
    assert [letter.kind for letter in letters] == ["closing"]
    everything = " ".join(f"{letter.subject} {letter.text} {letter.html} {letter.from_name}" for letter in letters)
    names = [shop.row(number).reference for number in (workshop, maintenance, it)]
    for inside in ("Secret", "Workshop", "Warsztat", "Maintenance", "Stefan", "Ștefan", "Tomasz", *names):
        assert inside not in everything, inside
    assert shop.row(care).reference in everything
    # Opened again and finished once more, it does not ask a second time.
    reopen(shop, it, "ioana", 3)
    finish(shop, it, "ioana", 4)
    let_older_transactions_end()
    follow_journal(FOLLOWERS[0])
    assert Letter.objects.filter(to_party_id=shop.world.id_of("zofia"), kind="closing").count() == 1
