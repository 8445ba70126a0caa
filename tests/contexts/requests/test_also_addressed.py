"""A customer writes to two departments: one conversation that both see, and one of them serves."""

import pytest

from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests import actions, queries
from clientela.requests.models import Request
from clientela.requests.policies import readable_by
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def to_it_as_well(shop: Shop) -> tuple[int, str]:
    """Zofia asks Care, and writes to IT as well."""
    opened = shop.ask_repair()
    actions.address_departments(at=shop.at, addressed={opened.id: [shop.world.id_of("it"), shop.care_id]})
    return opened.id, opened.reference


def test_other_departments_see_nothing_of_it(shop: Shop) -> None:
    _number, reference = to_it_as_well(shop)
    for stranger in (shop.world.magda, shop.world.lucia, shop.world.tomasz):
        with pytest.raises(HiddenError):
            queries.request_page(stranger, reference, at=shop.at)
        assert queries.requests_page(stranger).requests == ()
        assert not Request.objects.filter(readable_by(stranger)).exists()
        day = queries.my_day(stranger, at=shop.at)
        assert (day.also_ours, day.also_ours_count) == ((), 0)


def test_who_is_in_no_department_sees_nothing_by_it(shop: Shop) -> None:
    number, reference = to_it_as_well(shop)
    opened = shop.ask_repair(by=shop.world.lucia)
    assert [row.reference for row in queries.requests_page(shop.world.lucia).requests] == [opened.reference]
    assert Request.objects.get(pk=number).reference == reference


def test_the_department_that_was_addressed_as_well_serves_nothing(shop: Shop) -> None:
    number, _reference = to_it_as_well(shop)
    with pytest.raises(NotAllowedError):
        actions.reply_to_customer(by=shop.world.ioana, at=shop.after(1), request_id=number, text="Hi", language="en")
    with pytest.raises(NotAllowedError):
        actions.take_request(by=shop.world.ioana, at=shop.after(1), request_id=number)
    assert shop.row(number).holder_id is None


def test_it_sees_all_of_it_and_writes_notes(shop: Shop) -> None:
    number, reference = to_it_as_well(shop)
    actions.write_note(
        by=shop.world.ioana, at=shop.after(1), request_id=number, text="It is the router.", language="en"
    )
    actions.write_note(by=shop.world.ana, at=shop.after(2), request_id=number, text="Thank you!", language="en")
    page = queries.request_page(shop.world.ioana, reference, at=shop.after(3))
    said = [item.text for item in page.conversation if isinstance(item, queries.Said)]
    assert said[1:] == ["It is the router.", "Thank you!"]
    for scope in ("served", "all"):
        assert [row.reference for row in queries.requests_page(shop.world.ioana, scope=scope).requests] == [reference]
    of_it = queries.requests_page(shop.world.ioana, department_id=shop.world.id_of("it"))
    assert [row.reference for row in of_it.requests] == [reference]
    found = queries.requests_found(shop.world.ioana, "router").requests
    assert [one.request.reference for one in found] == [reference]
    assert "router" in found[0].excerpt


def test_my_day_names_it_until_it_is_done_and_never_twice(shop: Shop) -> None:
    number, reference = to_it_as_well(shop)
    older = shop.ask_repair(at=shop.after(-1))
    actions.address_departments(at=shop.at, addressed={older.id: [shop.world.id_of("it")]})
    day = queries.my_day(shop.world.ioana, at=shop.after(1))
    assert ([row.reference for row in day.also_ours], day.also_ours_count) == ([older.reference, reference], 2)
    assert (day.next, day.unheld, day.for_you_count) == (None, (), 0)
    actions.resolve_request(by=shop.world.ana, at=shop.after(2), request_id=number)
    assert [row.reference for row in queries.my_day(shop.world.ioana, at=shop.after(3)).also_ours] == [older.reference]
    # Who serves it has it among their own work only.
    Request.objects.filter(pk=older.id).update(provider=shop.world.id_of("it"))
    day = queries.my_day(shop.world.ioana, at=shop.after(3))
    assert (day.also_ours, [item.request.reference for item in day.unheld]) == ((), [older.reference])


def test_my_day_shows_the_first_ten_and_counts_them_all(shop: Shop) -> None:
    for _number in range(11):
        to_it_as_well(shop)
    day = queries.my_day(shop.world.ioana, at=shop.at)
    assert (len(day.also_ours), day.also_ours_count) == (10, 11)


def test_the_owner_still_sees_everything(shop: Shop) -> None:
    to_it_as_well(shop)
    shop.ask_repair(by=shop.world.lucia)
    assert len(queries.requests_page(shop.world.carmen, scope="served").requests) == 2
    assert len(queries.requests_found(shop.world.carmen, "washing").requests) == 2


def test_it_is_told_once_and_never_of_the_department_that_serves_it(shop: Shop) -> None:
    number, _reference = to_it_as_well(shop)
    actions.address_departments(at=shop.after(1), addressed={number: [shop.world.id_of("it"), shop.care_id]})
    actions.address_departments(at=shop.after(1), addressed={})
    told = [fact for fact in facts_about(thing("request", number)) if fact.verb == "department_addressed"]
    assert [fact.data["department"] for fact in told] == [shop.world.id_of("it")]
    assert shop.row(number).also_department_ids == [shop.world.id_of("it")]
