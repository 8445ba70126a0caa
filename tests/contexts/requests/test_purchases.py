"""What customers outside bought, as it is handed to analytics: what came before and after, and who is never in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.catalogue.actions import change_service
from clientela.catalogue.queries.describing import service_described
from clientela.directory.actions import lift_boundary, set_boundary
from clientela.directory.models import Party
from clientela.directory.policies import HOUSE
from clientela.kernel.analytics import contracts, reading
from clientela.requests import actions, exports
from clientela.requests.models import Request
from tests.contexts.kernel.analytics.stores import catch_up, differences, in_store
from tests.shop import Shop

pytestmark = pytest.mark.django_db

(PURCHASES,) = [one for one in exports.TABLES if one.table.name == "purchases"]
Told = tuple[int, bool, int | None, int | None, int | None]


def sell(shop: Shop, key: str = "repair", *, is_bought: bool = True) -> None:
    """Say of a service that people buy it."""
    now = service_described(HOUSE, key)
    change_service(
        by=HOUSE, at=shop.long_ago, key=key, audience=now.audience, texts=now.texts, fields=now.fields, plan=(),
        terms_key=now.terms_key, takes_mail=now.takes_mail, is_bought=is_bought,
    )  # fmt: skip


def day(shop: Shop, days: float) -> datetime:
    return shop.at + timedelta(days=days)


def buy(shop: Shop, opened: float, done: float | None = None, **more: Any) -> int:
    """A repair asked on one day and done on another; None: not yet."""
    number = shop.ask_repair(at=day(shop, opened), **more).id
    if done is not None:
        actions.resolve_request(by=shop.world.ana, at=day(shop, done), request_id=number)
    return number


def told(numbers: Sequence[int]) -> list[Told]:
    """The rows: which, alone or not, days since the one before and since the one before that, days until the next."""
    rows = reading.read(PURCHASES, numbers, at=None)
    wanted = ("request_id", "is_alone", "last_days", "earlier_days", "next_days")
    return sorted(tuple(row[name] for name in wanted) for row in rows)


def test_nothing_is_a_purchase_before_somebody_says_so(shop: Shop) -> None:
    first, second = buy(shop, 0, 1), buy(shop, 30, 31)
    assert told([first, second]) == []
    sell(shop)  # a later version of the service: what was asked before counts too
    assert told([first, second]) == [(first, True, None, None, 29), (second, True, 30, None, None)]
    sell(shop, is_bought=False)
    assert told([first, second]) == []


def test_each_purchase_knows_two_before_it_and_the_next_after_it_was_done(shop: Shop) -> None:
    sell(shop)
    first, second, third = buy(shop, 0, 1), buy(shop, 10, 12.5), buy(shop, 100, 100.2)
    assert told([first, second, third]) == [
        (first, True, None, None, 9),
        (second, True, 10, None, 87),  # whole days from the end of one to the beginning of the next
        (third, True, 90, 100, None),
    ]
    assert told([second]) == [(second, True, 10, None, 87)]  # the same, whichever are read again


def test_what_is_bought_while_something_is_under_way_is_not_alone_and_no_return(shop: Shop) -> None:
    sell(shop)
    slow, beside, later = buy(shop, 0, 20), buy(shop, 5, 6), buy(shop, 40, 41)
    assert told([slow, beside, later]) == [
        (slow, True, None, None, 20),  # the one beside it was opened before it was done
        (beside, False, 5, None, 34),
        (later, True, 35, 40, None),
    ]
    at_once = [buy(shop, 60, 60.5), buy(shop, 60, 60.4)]
    assert [row[1] for row in told(at_once)] == [True, False]


def test_what_is_not_done_has_no_next_and_keeps_later_ones_from_being_alone(shop: Shop) -> None:
    sell(shop)
    waiting, later = buy(shop, 0), buy(shop, 10, 11)
    assert told([waiting, later]) == [(waiting, True, None, None, None), (later, False, 10, None, None)]


def test_what_was_withdrawn_merged_or_a_complaint_is_no_purchase(shop: Shop) -> None:
    sell(shop)
    first = buy(shop, 0, 1)
    withdrawn = buy(shop, 5)
    actions.cancel_request(by=shop.world.ana, at=day(shop, 6), request_id=withdrawn)
    complaint = buy(shop, 10, 11)
    Request.objects.filter(pk=complaint).update(is_complaint=True)
    whole, twice = buy(shop, 20), buy(shop, 20.1)
    actions.merge_requests(by=shop.world.ana, at=day(shop, 21), request_id=twice, into_id=whole)
    actions.resolve_request(by=shop.world.ana, at=day(shop, 22), request_id=whole)
    assert told([first, withdrawn, complaint, whole, twice]) == [
        (first, True, None, None, 19),
        (whole, True, 20, None, None),
    ]


def test_what_colleagues_ask_is_no_purchase(shop: Shop) -> None:
    sell(shop)
    number = shop.ask_repair(by=shop.world.radu).id
    assert shop.row(number).side == "inside"
    assert told([number]) == []


def test_customers_are_told_apart_and_never_named(shop: Shop) -> None:
    sell(shop)
    hers, of_another = buy(shop, 0, 1), buy(shop, 10, 11)
    Request.objects.filter(pk=of_another).update(customer=shop.world.id_of("mihai"))
    assert told([hers, of_another]) == [(hers, True, None, None, None), (of_another, True, None, None, None)]
    names = {column.name for column in PURCHASES.table.columns}
    assert not {name for name in names if "customer" in name or "person" in name}


def test_two_parties_of_whom_a_person_made_sure_that_they_are_one_buy_as_one(shop: Shop) -> None:
    sell(shop)
    hers, of_another, twice, kept = buy(shop, 0, 1), buy(shop, 10, 11), buy(shop, 20), buy(shop, 20.1)
    Request.objects.filter(pk__in=[of_another, twice]).update(customer=shop.world.id_of("mihai"))
    assert told([hers])[0][4] == 19
    actions.merge_requests(by=shop.world.ana, at=day(shop, 21), request_id=twice, into_id=kept, is_same_customer=True)
    both = [(hers, True, None, None, 9), (of_another, True, 10, None, 9), (kept, True, 10, 20, None)]
    assert told([hers, of_another, kept]) == both
    assert told([of_another]) == [both[1]]
    set_boundary(
        by=shop.world.ana, at=shop.at, party_id=shop.world.id_of("mihai"), kind="do_not_contact", source="request"
    )
    assert told([hers, of_another, kept]) == []


def test_a_row_of_merges_makes_one_customer_of_many_parties_and_a_circle_ends(shop: Shop) -> None:
    sell(shop)
    people = [shop.world.id_of("zofia"), shop.world.id_of("mihai"), shop.world.id_of("ana"), shop.world.id_of("radu")]
    bought = [buy(shop, 10 * place, 10 * place + 1) for place in range(4)]
    merges = [(0, 1), (1, 2), (2, 3), (3, 0)]
    for one, other in merges:
        twice, kept = buy(shop, 100, 101), buy(shop, 100, 101)
        Request.objects.filter(pk=twice).update(customer=people[one], merged_into=kept, state="closed")
        Request.objects.filter(pk=kept).update(customer=people[other], is_complaint=True)
    for number, person in zip(bought, people, strict=True):
        Request.objects.filter(pk=number).update(customer=person)
    assert told(bought) == [
        (bought[0], True, None, None, 9),
        (bought[1], True, 10, None, 9),
        (bought[2], True, 10, 20, 9),
        (bought[3], True, 10, 20, None),
    ]
    about = contracts.Told("request_resolved", frozenset({f"request:{bought[3]}"}))
    assert set(bought) <= set(PURCHASES.touched_by([about]))


def test_who_was_erased_or_wishes_to_be_left_alone_is_left_out(shop: Shop) -> None:
    sell(shop)
    numbers = [buy(shop, 0, 1), buy(shop, 10, 11)]
    zofia = shop.world.id_of("zofia")
    wish = set_boundary(by=shop.world.ana, at=shop.at, party_id=zofia, kind="do_not_contact", source="request")
    assert told(numbers) == []
    lift_boundary(by=shop.world.ana, at=shop.at, boundary_id=wish)
    assert len(told(numbers)) == 2
    Party.objects.filter(pk=zofia).update(erased_at=shop.at)
    assert told(numbers) == []


@pytest.mark.django_db(transaction=True)
def test_the_store_follows_customers_wishes_and_what_becomes_bought(shop: Shop, tmp_path: Path) -> None:
    first = buy(shop, 0, 1)
    catch_up(tmp_path, at=day(shop, 2))
    assert in_store(tmp_path, "purchases") == []
    sell(shop)
    catch_up(tmp_path, at=day(shop, 2))
    assert [row["next_days"] for row in in_store(tmp_path, "purchases")] == [None]
    second = buy(shop, 30, 31)  # nothing happens to the first one, and yet its row changes
    catch_up(tmp_path, at=day(shop, 32))
    assert [(row["request_id"], row["next_days"]) for row in in_store(tmp_path, "purchases")] == [
        (first, 29),
        (second, None),
    ]
    actions.change_customer(
        by=shop.world.ana, at=day(shop, 30.5), request_id=buy(shop, 30.4), customer_id=shop.world.id_of("mihai"),
        asker_id=shop.world.id_of("mihai"),
    )  # fmt: skip
    catch_up(tmp_path, at=day(shop, 32))
    assert differences(tmp_path, at=day(shop, 32)) == {}
    zofia = shop.world.id_of("zofia")
    set_boundary(by=shop.world.ana, at=shop.at, party_id=zofia, kind="do_not_contact", source="request")
    catch_up(tmp_path, at=day(shop, 33))
    assert [row["is_alone"] for row in in_store(tmp_path, "purchases")] == [True]
    assert differences(tmp_path, at=day(shop, 33)) == {}


def test_words_about_a_request_change_nobodys_purchases_and_what_ends_it_does(shop: Shop) -> None:
    first, second = buy(shop, 0, 1), buy(shop, 10)
    about = frozenset({f"request:{second}"})
    assert (
        set(PURCHASES.touched_by([contracts.Told("reply_sent", about), contracts.Told("note_written", about)])) == set()
    )
    assert set(PURCHASES.touched_by([contracts.Told("request_resolved", about)])) == {first, second}
    assert set(PURCHASES.touched_by([contracts.Told("something_new", about)])) == {first, second}


@pytest.mark.parametrize("count", [1, 20])
def test_however_much_somebody_bought_it_is_three_statements(shop: Shop, count: int) -> None:
    sell(shop)
    numbers = [buy(shop, place) for place in range(count)]
    with CaptureQueriesContext(connection) as asked:
        assert len(told(numbers)) == count
    assert len(asked) == 3  # who they are, who is one with them, and the rows
