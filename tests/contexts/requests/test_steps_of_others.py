"""A step of the plan that takes another department's service: asked for, done with it, and open again with it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.catalogue.actions import retire_service
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.requests import actions, queries
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import Step
from clientela.requests.queries import RequestPage, StepSeen
from tests.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(shop: Shop) -> OpenedRequest:
    shop.let_step_need("repair", "order_part", "pump")
    return shop.ask_repair()


def page(shop: Shop, opened: OpenedRequest, who: str = "ana", *, hours: float = 5) -> RequestPage:
    return queries.request_page(getattr(shop.world, who), opened.reference, at=shop.after(hours))


def seen(shop: Shop, opened: OpenedRequest, who: str = "ana") -> StepSeen:
    return next(step for step in page(shop, opened, who).steps if step.key == "order_part")


def step(opened: OpenedRequest, key: str = "order_part") -> Step:
    return Step.objects.get(request=opened.id, key=key)


def about_steps(opened: OpenedRequest) -> list[tuple[str, int | None, str]]:
    facts = facts_about(f"request:{opened.id}")[::-1]
    return [(fact.verb, fact.by, fact.data["step"]) for fact in facts if fact.verb in {"step_finished", "step_undone"}]


def resolve(shop: Shop, child: OpenedRequest, hours: float, who: str = "stefan") -> None:
    actions.resolve_request(by=getattr(shop.world, who), at=shop.after(hours), request_id=child.id)


def test_who_only_asked_learns_neither_what_a_step_takes_nor_what_was_asked(shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    parts = page(shop, child, "radu").steps
    assert [(one.ask, one.asked) for one in parts] == []
    shop.let_step_need("repair", "mend", "laptop")
    own = actions.open_request(
        by=shop.world.magda,
        at=shop.at,
        service_version_id=shop.version("repair"),
        customer_id=shop.world.id_of("magda"),
        asker_id=shop.world.id_of("magda"),
        channel="portal",
        title="My own machine",
        text="It leaks.",
        language="en",
        answers={"model": "Lavora 7"},
    )
    shop.ask_workshop(own.id)
    assert [(one.key, one.ask, one.asked) for one in page(shop, own, "magda").steps] == [
        ("collect", None, None),
        ("mend", None, None),
    ]


def test_a_step_says_what_can_be_asked_for_it_and_then_what_was(shop: Shop, opened: OpenedRequest) -> None:
    before = seen(shop, opened)
    assert before.ask is not None
    assert (before.ask.key, before.ask.version_id, before.ask.title) == ("pump", shop.version("pump"), "A pump")
    assert (before.asked, before.done_at) == (None, None)
    assert [one.ask for one in page(shop, opened).steps if one.key != "order_part"] == [None, None]
    child = shop.ask_workshop(opened.id)
    after = seen(shop, opened)
    assert after.asked is not None
    assert (after.asked.reference, after.asked.state) == (child.reference, "open")


def test_another_department_of_the_chain_is_not_taken_for_it(shop: Shop, opened: OpenedRequest) -> None:
    actions.ask_department(
        by=shop.world.ana,
        at=shop.at,
        request_id=opened.id,
        service_version_id=shop.version("bench"),
        title="Bench",
        text="Is it free?",
        language="en",
    )
    assert seen(shop, opened).asked is None
    child = shop.ask_workshop(opened.id)
    actions.cancel_request(by=shop.world.ana, at=shop.after(1), request_id=child.id)
    assert seen(shop, opened).asked is None  # it can be asked anew


def test_what_is_no_longer_offered_cannot_be_asked_for(shop: Shop, opened: OpenedRequest) -> None:
    retire_service(by=HOUSE, at=shop.at, key="pump")
    assert seen(shop, opened).ask is None


def test_the_page_costs_one_statement_more_however_many_were_asked(shop: Shop) -> None:
    plain = shop.ask_repair()
    shop.let_step_need("repair", "order_part", "pump")
    one, many = shop.ask_repair(), shop.ask_repair()
    for opened in (plain, one, *[many] * 5):
        shop.ask_workshop(opened.id)
    page(shop, plain)

    def statements(opened: OpenedRequest) -> int:
        with CaptureQueriesContext(connection) as said:
            page(shop, opened)
        return len(said)

    assert [statements(opened) - statements(plain) for opened in (one, many)] == [1, 1]


def test_a_step_is_done_when_what_was_asked_for_it_is_done_and_open_again_with_it(
    shop: Shop, opened: OpenedRequest
) -> None:
    child = shop.ask_workshop(opened.id)
    assert step(opened).done_at is None
    resolve(shop, child, 2)
    assert (step(opened).done_at, step(opened).done_by_id) == (shop.after(2), None)
    assert step(opened, "collect").done_at is None
    actions.reopen_request(by=shop.world.stefan, at=shop.after(3), request_id=child.id)
    assert step(opened).done_at is None
    resolve(shop, child, 4)
    assert step(opened).done_at == shop.after(4)
    assert about_steps(opened) == [
        ("step_finished", None, "order_part"),
        ("step_undone", None, "order_part"),
        ("step_finished", None, "order_part"),
    ]


def test_a_cancelled_part_does_no_step(shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    actions.cancel_request(by=shop.world.ana, at=shop.after(1), request_id=child.id)
    assert step(opened).done_at is None
    assert about_steps(opened) == []


def test_what_a_hand_finished_stays_as_the_hand_left_it(shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    actions.finish_step(by=shop.world.ana, at=shop.after(1), request_id=opened.id, step_key="order_part")
    resolve(shop, child, 2)
    assert (step(opened).done_at, step(opened).done_by_id) == (shop.after(1), shop.world.id_of("ana"))
    actions.reopen_request(by=shop.world.stefan, at=shop.after(3), request_id=child.id)
    assert step(opened).done_at == shop.after(1)
    assert about_steps(opened) == [("step_finished", shop.world.id_of("ana"), "order_part")]


def test_two_steps_of_the_same_service_are_done_one_after_the_other(shop: Shop) -> None:
    shop.let_step_need("repair", "collect", "pump")
    shop.let_step_need("repair", "order_part", "pump")
    opened = shop.ask_repair()
    first, second = shop.ask_workshop(opened.id), shop.ask_workshop(opened.id)
    resolve(shop, second, 1)
    assert (step(opened, "collect").done_at, step(opened).done_at) == (None, shop.after(1))
    resolve(shop, first, 2)
    assert step(opened, "collect").done_at == shop.after(2)


def test_a_request_finishes_by_itself_when_its_last_step_is_done_by_another_department(shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    shop.let_finish_by_itself("repair", with_plan=True)
    opened = shop.ask_repair()
    child = shop.ask_workshop(opened.id)
    for key in ("collect", "mend"):
        actions.finish_step(by=shop.world.ana, at=shop.after(1), request_id=opened.id, step_key=key)
    resolve(shop, child, 2)
    assert shop.row(opened.id).state == "resolved"


def test_a_request_asked_before_its_plan_named_anybody_goes_on_as_it_was(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.let_step_need("repair", "order_part", "pump")
    child = shop.ask_workshop(opened.id)
    resolve(shop, child, 1)
    assert step(opened).done_at is None
    assert (seen(shop, opened).ask, seen(shop, opened).asked) == (None, None)
