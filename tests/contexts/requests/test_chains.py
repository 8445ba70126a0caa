"""Asking another department on behalf of a customer, and what waits on what."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from clientela.catalogue.actions import retire_service
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.promises.queries import clocks_of
from clientela.requests import actions
from clientela.requests.models import Dependency, Request
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def verbs(request_id: int) -> list[str]:
    return [fact.verb for fact in facts_about(f"request:{request_id}")][::-1]


def resolve(shop: Shop, request_id: int, who: str, hours: float) -> None:
    actions.resolve_request(by=getattr(shop.world, who), at=shop.after(hours), request_id=request_id)


def test_only_who_serves_a_request_asks_on_its_behalf(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(NotAllowedError):
        shop.ask_workshop(opened.id, by=shop.world.zofia)
    with pytest.raises(HiddenError):
        shop.ask_workshop(opened.id, by=shop.world.magda)
    assert (Request.objects.count(), verbs(opened.id)) == (1, ["request_opened"])


def test_a_service_for_customers_outside_is_not_asked_by_a_department(shop: Shop) -> None:
    opened = actions.open_request(
        by=shop.world.magda,
        at=shop.at,
        service_version_id=shop.version("laptop"),
        customer_id=shop.world.id_of("hr"),
        asker_id=shop.world.id_of("magda"),
        channel="portal",
        title="A laptop for the new colleague",
        text="She starts on Monday.",
        language="en",
    )
    with pytest.raises(NotAllowedError) as refused:
        actions.ask_department(
            by=shop.world.ioana,
            at=shop.at,
            request_id=opened.id,
            service_version_id=shop.version("purchase"),
            title="Buy one",
            text="…",
            language="en",
        )
    assert str(refused.value) == "This service is for customers outside the organisation."
    assert Request.objects.count() == 1


def test_a_service_that_is_no_longer_offered_is_not_asked(shop: Shop) -> None:
    opened = shop.ask_repair()
    retire_service(by=HOUSE, at=shop.at, key="pump")
    with pytest.raises(NotAllowedError) as refused:
        shop.ask_workshop(opened.id)
    assert str(refused.value) == "This service is no longer offered."


def test_ones_own_department_is_not_asked(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(actions.AskError) as refused:
        actions.ask_department(
            by=shop.world.ana,
            at=shop.at,
            request_id=opened.id,
            service_version_id=shop.version("repair"),
            title="…",
            text="…",
            language="en",
        )
    assert str(refused.value) == ("This is your own department's service. Give the request to a colleague instead.")


def test_the_child_is_a_full_request_of_the_asking_department(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    row = shop.row(child.id)
    assert (row.provider_id, row.customer_id, row.asker_id) == (
        shop.world.id_of("workshop"),
        shop.care_id,
        shop.world.id_of("ana"),
    )
    assert (row.side, row.channel, row.state, row.next_due_at) == ("inside", "desk", "open", shop.after(2))
    clocks = clocks_of([f"request:{child.id}"], at=shop.at)[f"request:{child.id}"]
    assert [(clock.kind, clock.provider_id, clock.customer_id) for clock in clocks] == [
        ("first_reply", shop.world.id_of("workshop"), shop.care_id),
        ("resolution", shop.world.id_of("workshop"), shop.care_id),
    ]
    assert verbs(child.id) == ["request_opened", "department_asked"]


def test_a_blocking_question_makes_the_parent_wait_and_is_told_on_both(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    parent = shop.row(opened.id)
    assert (parent.state, parent.holder_id) == ("waiting_department", shop.world.id_of("ana"))
    # These terms go on while a department is waited for: the customer's promise does not stand still.
    assert parent.next_due_at == shop.after(2)
    assert verbs(opened.id) == ["request_opened", "request_taken", "department_asked", "waiting_started"]
    asked = facts_about(f"request:{child.id}")[0]
    assert asked.about == (
        f"request:{opened.id}",
        f"party:{shop.world.id_of('zofia')}",
        f"party:{shop.care_id}",
        f"request:{child.id}",
        f"party:{shop.world.id_of('workshop')}",
    )
    assert asked.data == {
        "request": child.id,
        "reference": child.reference,
        "department": shop.world.id_of("workshop"),
        "is_blocking": True,
    }


def test_a_question_that_does_not_block_lets_the_parent_go_on_unless_the_agent_wants_to_wait(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id, is_blocking=False)
    assert shop.row(opened.id).state == "open"
    second = shop.ask_workshop(opened.id, is_blocking=False, then="wait")
    assert shop.row(opened.id).state == "waiting_department"
    resolve(shop, second.id, "stefan", 1)
    assert shop.row(opened.id).state == "waiting_department"  # the first is not done, and it was decided to wait


def test_the_parent_cannot_be_resolved_while_a_blocking_child_is_open(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id)
    with pytest.raises(actions.StateError) as refused:
        resolve(shop, opened.id, "ana", 1)
    assert str(refused.value) == (
        "Another department is still working on a part of this. Wait for its answer, or cancel what was asked."
    )
    with pytest.raises(actions.StateError):
        actions.reply_to_customer(
            by=shop.world.ana, at=shop.after(1), request_id=opened.id, text="Done", language="en", then="resolve"
        )
    assert shop.row(opened.id).state == "waiting_department"
    assert verbs(opened.id)[-1] == "waiting_started"


def test_the_database_itself_refuses_to_resolve_what_waits(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id)
    with pytest.raises(IntegrityError, match="waits on another department"), transaction.atomic():
        Request.objects.filter(pk=opened.id).update(state="resolved", resolved_at=shop.at)
    assert shop.row(opened.id).state == "waiting_department"


def test_a_circle_cannot_be_stored(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    for waiting, needed, why in (
        (child.id, opened.id, "would wait on itself"),
        (opened.id, opened.id, "nothing_waits_on_itself"),
    ):
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            Dependency.objects.create(waiting_id=waiting, needed_id=needed, made_at=shop.at)
    assert list(Dependency.objects.values_list("waiting_id", "needed_id")) == [(opened.id, child.id)]


def test_what_has_ended_cannot_be_made_to_wait(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    resolve(shop, child.id, "stefan", 1)
    resolve(shop, opened.id, "ana", 2)
    other = shop.ask_repair()
    with pytest.raises(IntegrityError, match="can wait on nothing"), transaction.atomic():
        Dependency.objects.create(waiting_id=opened.id, needed_id=other.id, made_at=shop.at)


def test_when_the_last_blocking_child_is_done_the_parent_goes_on(shop: Shop) -> None:
    opened = shop.ask_repair()
    first = shop.ask_workshop(opened.id)
    second = shop.ask_workshop(opened.id)
    shop.ask_workshop(opened.id, is_blocking=False)
    resolve(shop, first.id, "stefan", 1)
    assert shop.row(opened.id).state == "waiting_department"
    resolve(shop, second.id, "stefan", 2)
    assert shop.row(opened.id).state == "open"
    assert verbs(opened.id)[-3:] == ["department_answered", "department_answered", "waiting_ended"]
    ended = facts_about(f"request:{opened.id}")[0]
    assert ended.data == {"state": "waiting_department", "because": "department_answered"}
    resolve(shop, opened.id, "ana", 3)
    assert shop.row(opened.id).state == "resolved"


def test_a_cancelled_child_holds_nobody_up(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    actions.cancel_request(by=shop.world.radu, at=shop.after(1), request_id=child.id, reason="not needed")
    assert (shop.row(child.id).state, shop.row(opened.id).state) == ("cancelled", "open")


def test_three_hops_unwind_one_by_one(shop: Shop) -> None:
    care = shop.ask_repair()
    workshop = shop.ask_workshop(care.id)
    maintenance = actions.ask_department(
        by=shop.world.stefan,
        at=shop.after(1),
        request_id=workshop.id,
        service_version_id=shop.version("bench"),
        title="Test bench 2 has no pressure",
        text="We cannot test pumps.",
        language="en",
    )
    states = [shop.row(opened.id).state for opened in (care, workshop, maintenance)]
    assert states == ["waiting_department", "waiting_department", "open"]
    with pytest.raises(actions.StateError):
        resolve(shop, workshop.id, "stefan", 2)
    resolve(shop, maintenance.id, "tomasz", 3)
    assert [shop.row(opened.id).state for opened in (care, workshop)] == ["waiting_department", "open"]
    resolve(shop, workshop.id, "stefan", 4)
    assert shop.row(care.id).state == "open"


def test_the_asking_department_answers_its_provider(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    actions.reply_to_customer(
        by=shop.world.stefan, at=shop.after(1), request_id=child.id, text="Which seal?", language="en", then="wait"
    )
    assert shop.row(child.id).state == "waiting_customer"
    actions.write_as_customer(
        by=shop.world.radu, at=shop.after(2), request_id=child.id, text="The door seal.", language="en", channel="desk"
    )
    assert shop.row(child.id).state == "open"


def test_a_request_handed_over_takes_its_questions_along(shop: Shop) -> None:
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    actions.hand_over_request(
        by=shop.world.ana,
        at=shop.after(1),
        request_id=opened.id,
        department_id=shop.world.id_of("hr"),
        reason="It is about her job here.",
    )
    assert shop.row(opened.id).state == "waiting_department"
    # Those who answer for it now are the ones for whom Workshop works.
    actions.write_as_customer(
        by=shop.world.magda, at=shop.after(2), request_id=child.id, text="Go on.", language="en", channel="desk"
    )
    resolve(shop, child.id, "stefan", 3)
    assert shop.row(opened.id).state == "open"


# --- two at once


def at_once(*doings: Callable[[], None]) -> list[str]:
    """Do everything at the same moment, each on a connection of its own; the names of the errors, sorted."""
    ready = threading.Barrier(len(doings))
    outcomes: list[str] = []

    def run(do: Callable[[], None]) -> None:
        try:
            ready.wait(timeout=20)
            do()
            outcomes.append("")
        except Exception as error:  # noqa: BLE001 - which error came is what the test is about
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(do,)) for do in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_resolve_at_once_one_wins_and_the_other_is_told(shop: Shop) -> None:
    opened = shop.ask_repair()
    ana, radu = shop.world.ana, shop.world.radu
    outcomes = at_once(
        lambda: actions.resolve_request(by=ana, at=shop.after(1), request_id=opened.id),
        lambda: actions.resolve_request(by=radu, at=shop.after(1), request_id=opened.id),
    )
    assert outcomes == ["", "StateError"]
    assert verbs(opened.id).count("request_resolved") == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_at_once_one_has_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    ana, radu = shop.world.ana, shop.world.radu
    outcomes = at_once(
        lambda: actions.take_request(by=ana, at=shop.after(1), request_id=opened.id),
        lambda: actions.take_request(by=radu, at=shop.after(1), request_id=opened.id),
    )
    assert outcomes == ["", "HeldError"]
    assert verbs(opened.id) == ["request_opened", "request_taken"]


@pytest.mark.django_db(transaction=True)
def test_resolving_and_asking_at_once_never_leaves_a_resolved_request_that_waits(shop: Shop) -> None:
    ana, radu = shop.world.ana, shop.world.radu
    for _ in range(4):
        opened = shop.ask_repair()
        request_id = opened.id

        def resolve_it(request_id: int = request_id) -> None:
            actions.resolve_request(by=ana, at=shop.after(1), request_id=request_id)

        def ask(request_id: int = request_id) -> None:
            shop.ask_workshop(request_id, by=radu, at=shop.after(1))

        assert at_once(resolve_it, ask) == ["", "StateError"]
        is_asked = Dependency.objects.filter(waiting=request_id).exists()
        assert shop.row(request_id).state == ("waiting_department" if is_asked else "resolved")


@pytest.mark.django_db(transaction=True)
def test_two_children_done_at_once_let_the_parent_go_on_once(shop: Shop) -> None:
    opened = shop.ask_repair()
    first, second = shop.ask_workshop(opened.id), shop.ask_workshop(opened.id)
    stefan = shop.world.stefan
    outcomes = at_once(
        lambda: actions.resolve_request(by=stefan, at=shop.after(1), request_id=first.id),
        lambda: actions.resolve_request(by=stefan, at=shop.after(1), request_id=second.id),
    )
    assert outcomes == ["", ""]
    assert shop.row(opened.id).state == "open"
    assert verbs(opened.id).count("waiting_ended") == 1


@pytest.mark.django_db(transaction=True)
def test_reopening_a_child_and_resolving_its_parent_at_once_take_turns(shop: Shop) -> None:
    ana, stefan = shop.world.ana, shop.world.stefan
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    actions.resolve_request(by=stefan, at=shop.after(1), request_id=child.id)
    outcomes = at_once(
        lambda: actions.reopen_request(by=stefan, at=shop.after(2), request_id=child.id),
        lambda: actions.resolve_request(by=ana, at=shop.after(2), request_id=opened.id),
    )
    parent, below = shop.row(opened.id), shop.row(child.id)
    assert below.state == "open"
    # Either the parent was resolved first, or the child was open again in time to stop it: then it waits again.
    assert (outcomes, parent.state) in ((["", ""], "resolved"), (["", "StateError"], "waiting_department"))
