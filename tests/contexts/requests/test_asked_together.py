"""Several departments asked in one go: side by side, in order, and when enough of them are done."""

from collections.abc import Sequence

import pytest

from clientela.catalogue.actions import retire_service
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests import actions
from clientela.requests.actions import OpenedTogether, PartToAsk
from clientela.requests.models import AskedTogether, Dependency, PlannedAsk, Request
from tests.shop import Shop

pytestmark = pytest.mark.django_db

THREE = ("pump", "bench", "laptop")


def part(shop: Shop, service: str, **more: object) -> PartToAsk:
    return PartToAsk(shop.version(service), f"For {service}", "Please.", "en", **more)  # type: ignore[arg-type]  # a shorthand


def ask(
    shop: Shop,
    request_id: int,
    services: Sequence[str] = THREE,
    *,
    who: str = "ana",
    manner: str = "side_by_side",
    enough: int | None = None,
) -> OpenedTogether:
    return actions.ask_departments_together(
        by=getattr(shop.world, who),
        at=shop.after(1),
        request_id=request_id,
        parts=[part(shop, service) for service in services],
        manner=manner,
        enough=enough,
    )


def finish(shop: Shop, request_id: int, who: str, hours: float = 2) -> None:
    actions.resolve_request(by=getattr(shop.world, who), at=shop.after(hours), request_id=request_id)


def call_off(shop: Shop, request_id: int, who: str, hours: float = 2) -> None:
    actions.cancel_request(by=getattr(shop.world, who), at=shop.after(hours), request_id=request_id, reason="Cannot")


def states(shop: Shop, *ids: int) -> list[str]:
    return [shop.row(number).state for number in ids]


def told(request_id: int, verb: str) -> list[dict[str, object]]:
    """What the facts of a verb about a request say, the newest first."""
    facts = facts_about(f"request:{request_id}")
    return [dict(fact.data) for fact in facts if fact.verb == verb and fact.about[0] == f"request:{request_id}"]


# --- refusals


def test_only_who_serves_a_request_asks_several_and_nothing_is_written(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(NotAllowedError):
        ask(shop, opened.id, who="zofia")
    with pytest.raises(HiddenError):
        ask(shop, opened.id, who="magda")
    laptop = actions.open_request(
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
    with pytest.raises(NotAllowedError):  # the second of them is for customers outside
        ask(shop, laptop.id, ("pump", "purchase"), who="ioana")
    assert (AskedTogether.objects.count(), PlannedAsk.objects.count(), Dependency.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("services", "enough", "words"),
    [
        (("pump",), None, "Between 2 and 20 departments are asked in one go."),
        (THREE, 0, "Of 3 parts, between 1 and 3 can be enough."),
        (THREE, 4, "Of 3 parts, between 1 and 3 can be enough."),
        (
            ("pump", "repair"),
            None,
            "This is your own department's service. Give the request to a colleague instead.",
        ),
    ],
)
def test_what_cannot_be_asked_together_is_refused_in_words(
    shop: Shop, services: Sequence[str], enough: int | None, words: str
) -> None:
    opened = shop.ask_repair()
    with pytest.raises(actions.AskError) as refused:
        ask(shop, opened.id, services, enough=enough)
    assert (str(refused.value), Request.objects.count()) == (words, 1)


# --- side by side


def test_side_by_side_all_are_asked_in_one_step_and_all_block(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id)
    assert [shop.row(one.id).provider_id for one in asked.opened] == [
        shop.world.id_of(key) for key in ("workshop", "maintenance", "it")
    ]
    assert (
        list(Dependency.objects.order_by("needed").values_list("waiting", "is_blocking", "together"))
        == [(opened.id, True, asked.id)] * 3
    )
    assert states(shop, opened.id) == ["waiting_department"]
    assert told(opened.id, "departments_asked_together") == [
        {"together": asked.id, "manner": "side_by_side", "all": 3, "enough": 3}
    ]
    assert [fact["reference"] for fact in told(opened.id, "department_asked")] == [
        one.reference for one in reversed(asked.opened)
    ]
    finish(shop, asked.opened[0].id, "stefan")
    finish(shop, asked.opened[2].id, "ioana")
    assert states(shop, opened.id) == ["waiting_department"]
    finish(shop, asked.opened[1].id, "tomasz")
    assert states(shop, opened.id) == ["open"]


def test_when_two_of_three_are_done_the_third_that_nobody_took_is_cancelled_and_says_why(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id, enough=2)
    first, second, third = (one.id for one in asked.opened)
    below = actions.ask_department(
        by=shop.world.ioana,
        at=shop.after(1),
        request_id=third,
        service_version_id=shop.version("bench"),
        title="A socket",
        text="…",
        language="en",
    )
    actions.assign_request(by=shop.world.ioana, at=shop.after(1.5), request_id=third, person_id=None)
    finish(shop, first, "stefan")
    assert states(shop, opened.id, third) == ["waiting_department", "waiting_department"]
    finish(shop, second, "tomasz")
    assert states(shop, opened.id, third, below.id) == ["open", "cancelled", "cancelled"]
    parent = shop.row(opened.id)
    assert told(third, "request_cancelled") == [{"reason": "", "because": "enough_done", "reference": parent.reference}]
    assert told(below.id, "request_cancelled") == [
        {"reason": "", "because": "not_needed_any_more", "reference": shop.row(third).reference}
    ]
    assert told(opened.id, "enough_parts_done") == [{"together": asked.id, "done": 2, "all": 3}]


def test_when_two_of_three_are_done_the_third_in_work_goes_on_but_nobody_waits_for_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id, enough=2)
    first, second, third = (one.id for one in asked.opened)
    actions.take_request(by=shop.world.ioana, at=shop.after(1.5), request_id=third)
    finish(shop, first, "stefan")
    finish(shop, second, "tomasz")
    assert states(shop, opened.id, third) == ["open", "open"]
    assert not Dependency.objects.get(needed=third).is_blocking
    assert [fact["reference"] for fact in told(third, "part_released")] == [shop.row(opened.id).reference]
    finish(shop, opened.id, "ana", 3)
    finish(shop, third, "ioana", 4)
    assert states(shop, opened.id, third) == ["resolved", "resolved"]


def test_a_part_on_which_another_request_waits_too_is_not_cancelled_when_enough_are_done(shop: Shop) -> None:
    opened, other = shop.ask_repair(), shop.ask_repair(title="Another one")
    asked = ask(shop, opened.id, enough=2)
    first, second, third = (one.id for one in asked.opened)
    actions.link_requests(by=shop.world.ana, at=shop.after(1), request_id=other.id, needed_id=third)
    finish(shop, first, "stefan")
    finish(shop, second, "tomasz")
    assert states(shop, opened.id, third, other.id) == ["open", "open", "waiting_department"]


def test_when_enough_can_no_longer_be_reached_it_comes_back_and_says_so(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id, enough=2)
    call_off(shop, asked.opened[0].id, "stefan")
    assert states(shop, opened.id) == ["waiting_department"]
    call_off(shop, asked.opened[1].id, "tomasz")
    assert states(shop, opened.id, asked.opened[2].id) == ["open", "open"]
    assert told(opened.id, "parts_stopped") == [
        {"together": asked.id, "because": "out_of_reach", "done": 0, "enough": 2, "left": 0}
    ]
    assert told(opened.id, "waiting_ended") == [{"state": "waiting_department", "because": "parts_stopped"}]
    # What is in nobody's hands can be dropped at once.
    actions.drop_parts(by=shop.world.ana, at=shop.after(3), request_id=opened.id, together_id=asked.id)
    assert states(shop, asked.opened[2].id) == ["cancelled"]
    finish(shop, opened.id, "ana", 4)


# --- in order


def test_in_order_the_next_is_asked_when_the_one_before_is_done(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id, manner="in_order")
    assert (len(asked.opened), Request.objects.count()) == (1, 2)
    finish(shop, asked.opened[0].id, "stefan", 2)
    second = PlannedAsk.objects.get(together=asked.id, position=1).asked
    assert second is not None
    assert (second.provider_id, second.asker_id, second.customer_id, second.opened_at, second.title) == (
        shop.world.id_of("maintenance"),
        shop.world.id_of("ana"),
        shop.care_id,
        shop.after(2),
        "For bench",
    )
    assert states(shop, opened.id) == ["waiting_department"]
    finish(shop, second.pk, "tomasz", 3)
    third = PlannedAsk.objects.get(together=asked.id, position=2).asked
    assert third is not None
    finish(shop, third.pk, "ioana", 4)
    assert states(shop, opened.id) == ["open"]
    assert [fact["position"] for fact in told(opened.id, "department_asked")] == [2, 1, 0]


def test_in_order_nobody_is_asked_by_itself_after_a_part_was_cancelled(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id, manner="in_order")
    call_off(shop, asked.opened[0].id, "stefan")
    assert (states(shop, opened.id), Request.objects.count()) == (["open"], 2)
    assert told(opened.id, "parts_stopped") == [
        {"together": asked.id, "because": "out_of_reach", "done": 0, "enough": 3, "left": 2}
    ]
    with pytest.raises(NotAllowedError):
        actions.ask_next_part(by=shop.world.zofia, at=shop.after(3), request_id=opened.id, together_id=asked.id)
    going_on = actions.ask_next_part(by=shop.world.ana, at=shop.after(3), request_id=opened.id, together_id=asked.id)
    assert states(shop, opened.id, going_on.id) == ["waiting_department", "open"]
    with pytest.raises(actions.AskError) as refused:
        actions.ask_next_part(by=shop.world.ana, at=shop.after(3), request_id=opened.id, together_id=asked.id)
    assert str(refused.value) == "The one before is still in work. The next is asked when it is done."
    # Going on without the cancelled one, the others are enough, and come one after the other again.
    finish(shop, going_on.id, "tomasz", 4)
    last = PlannedAsk.objects.get(together=asked.id, position=2).asked
    assert last is not None
    finish(shop, last.pk, "ioana", 5)
    assert states(shop, opened.id) == ["open"]
    with pytest.raises(actions.AskError) as refused:
        actions.ask_next_part(by=shop.world.ana, at=shop.after(6), request_id=opened.id, together_id=asked.id)
    assert str(refused.value) == "All of them were asked already."


def test_in_order_the_rest_can_be_dropped(shop: Shop) -> None:
    opened, other = shop.ask_repair(), shop.ask_repair()
    asked = ask(shop, opened.id, manner="in_order")
    call_off(shop, asked.opened[0].id, "stefan")
    with pytest.raises(HiddenError):
        actions.drop_parts(by=shop.world.ana, at=shop.after(3), request_id=other.id, together_id=asked.id)
    actions.drop_parts(by=shop.world.ana, at=shop.after(3), request_id=opened.id, together_id=asked.id)
    assert told(opened.id, "parts_dropped") == [{"together": asked.id, "because": "agent", "count": 2}]
    with pytest.raises(actions.AskError) as refused:
        actions.drop_parts(by=shop.world.ana, at=shop.after(3), request_id=opened.id, together_id=asked.id)
    assert str(refused.value) == "There is nothing left to drop."
    finish(shop, opened.id, "ana", 4)
    assert Request.objects.count() == 3


def test_a_service_that_is_offered_no_longer_when_its_turn_comes_brings_the_request_back(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id, manner="in_order")
    retire_service(by=HOUSE, at=shop.at, key="bench")
    finish(shop, asked.opened[0].id, "stefan", 2)
    assert states(shop, opened.id, asked.opened[0].id) == ["open", "resolved"]
    assert told(opened.id, "parts_stopped") == [
        {"together": asked.id, "because": "could_not_ask", "done": 1, "enough": 3, "left": 2}
    ]
    with pytest.raises(actions.AskError) as refused:
        actions.ask_next_part(by=shop.world.ana, at=shop.after(3), request_id=opened.id, together_id=asked.id)
    assert str(refused.value) == "This can no longer be asked as it was planned. Drop the rest, and ask anew."


def test_when_the_request_ends_nobody_is_asked_any_more(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id, manner="in_order")
    actions.cancel_request(by=shop.world.zofia, at=shop.after(2), request_id=opened.id)
    assert states(shop, asked.opened[0].id) == ["cancelled"]
    assert told(opened.id, "parts_dropped") == [{"because": "request_ended", "count": 2}]
    assert PlannedAsk.objects.filter(dropped_at=shop.after(2)).count() == 2


def test_a_part_asked_together_is_not_unlinked(shop: Shop) -> None:
    opened = shop.ask_repair()
    asked = ask(shop, opened.id)
    with pytest.raises(actions.LinkError) as refused:
        actions.unlink_requests(by=shop.world.ana, at=shop.after(2), request_id=opened.id, needed_id=asked.opened[0].id)
    assert str(refused.value) == (
        f"{asked.opened[0].reference} was asked together with others. Cancel it, or drop what is left of them."
    )
