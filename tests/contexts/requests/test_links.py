"""Letting a request wait on one that exists already; and that no circle of links is ever stored, whoever writes."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests import actions
from clientela.requests.actions import LinkError
from clientela.requests.models import Dependency, Request
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def link(shop: Shop, waiting: int, needed: int, *, who: str = "ana", **more: object) -> None:
    actions.link_requests(by=getattr(shop.world, who), at=shop.after(1), request_id=waiting, needed_id=needed, **more)  # type: ignore[arg-type]  # a test's shorthand


def reference(shop: Shop, request_id: int) -> str:
    return shop.row(request_id).reference


def two_customers_and_a_lift(shop: Shop) -> tuple[int, int, int]:
    """Two repairs, and what Ana asked of Workshop for the first of them."""
    first, second = shop.ask_repair(), shop.ask_repair(title="It is loud")
    return first.id, second.id, shop.ask_workshop(first.id).id


def stored_links() -> list[tuple[int, int]]:
    return list(Dependency.objects.order_by("pk").values_list("waiting_id", "needed_id"))


def has_circle(links: Sequence[tuple[int, int]]) -> bool:
    """Whether taking away what waits on nothing leaves something over."""
    left = list(links)
    while True:
        waiting = {one for one, _other in left}
        kept = [(one, other) for one, other in left if other in waiting]
        if len(kept) == len(left):
            return bool(left)
        left = kept


# --- who may


def test_only_who_serves_a_request_links_it(shop: Shop) -> None:
    first, second, lift = two_customers_and_a_lift(shop)
    with pytest.raises(NotAllowedError):
        link(shop, second, first, who="zofia")
    with pytest.raises(HiddenError):
        link(shop, second, lift, who="magda")
    assert len(stored_links()) == 1


def test_what_one_may_not_see_cannot_be_waited_on_and_looks_like_what_there_is_not(shop: Shop) -> None:
    first, second, lift = two_customers_and_a_lift(shop)
    private = actions.open_request(
        by=shop.world.magda,
        at=shop.at,
        service_version_id=shop.version("laptop"),
        customer_id=shop.world.id_of("hr"),
        asker_id=shop.world.id_of("magda"),
        channel="portal",
        title="A laptop for a colleague who is ill",
        text="…",
        language="en",
    )
    with pytest.raises(HiddenError):
        link(shop, second, private.id)
    with pytest.raises(HiddenError):
        actions.link_requests(
            by=shop.world.ana, at=shop.after(1), request_id=second, needed_reference=private.reference
        )
    with pytest.raises(HiddenError):
        actions.link_requests(by=shop.world.ana, at=shop.after(1), request_id=second, needed_reference="R-9999-9")
    # Maintenance works for Workshop, further down: Ana sees it in the chain, but reads nothing there, so she cannot
    # make her department one of those who read it.
    bench = actions.ask_department(
        by=shop.world.stefan,
        at=shop.at,
        request_id=lift,
        service_version_id=shop.version("bench"),
        title="Test bench 2",
        text="No pressure.",
        language="en",
    )
    with pytest.raises(HiddenError):
        link(shop, second, bench.id)
    assert stored_links() == [(first, lift), (lift, bench.id)]


# --- what it does


def test_two_customers_wait_for_the_same_mended_lift(shop: Shop) -> None:
    first, second, lift = two_customers_and_a_lift(shop)
    actions.link_requests(
        by=shop.world.ana, at=shop.after(1), request_id=second, needed_reference=reference(shop, lift).lower()
    )
    waiting = shop.row(second)
    assert (waiting.state, waiting.holder_id) == ("waiting_department", shop.world.id_of("ana"))
    linked = facts_about(f"request:{second}")[1]
    assert (linked.verb, linked.data) == (
        "requests_linked",
        {
            "request": lift,
            "reference": reference(shop, lift),
            "department": shop.world.id_of("workshop"),
            "is_blocking": True,
        },
    )
    assert f"request:{lift}" in linked.about
    with pytest.raises(actions.StateError):
        actions.resolve_request(by=shop.world.ana, at=shop.after(2), request_id=second)
    actions.resolve_request(by=shop.world.stefan, at=shop.after(3), request_id=lift)
    assert [shop.row(number).state for number in (first, second)] == ["open", "open"]


def test_a_link_that_does_not_block_lets_it_go_on(shop: Shop) -> None:
    _first, second, lift = two_customers_and_a_lift(shop)
    link(shop, second, lift, is_blocking=False)
    assert shop.row(second).state == "open"
    actions.resolve_request(by=shop.world.ana, at=shop.after(2), request_id=second)
    assert shop.row(lift).state == "open"


def test_what_has_ended_twice_the_same_and_itself_are_refused_in_words(shop: Shop) -> None:
    first, second, lift = two_customers_and_a_lift(shop)
    with pytest.raises(LinkError) as refused:
        link(shop, second, second)
    assert str(refused.value) == "A request cannot wait on itself. Write the reference of the other one."
    with pytest.raises(LinkError) as refused:
        link(shop, first, lift)
    assert str(refused.value) == f"{reference(shop, first)} waits on {reference(shop, lift)} already."
    actions.resolve_request(by=shop.world.stefan, at=shop.after(1), request_id=lift)
    with pytest.raises(LinkError) as refused:
        link(shop, second, lift)
    assert str(refused.value) == f"{reference(shop, lift)} has ended already; there is nothing to wait for."
    assert (stored_links(), shop.row(second).state) == ([(first, lift)], "open")


def test_unlinked_it_goes_on_if_nothing_else_holds_it(shop: Shop) -> None:
    first, second, lift = two_customers_and_a_lift(shop)
    link(shop, second, lift)
    own = shop.ask_workshop(second, at=shop.after(1))
    with pytest.raises(NotAllowedError):
        actions.unlink_requests(by=shop.world.zofia, at=shop.after(2), request_id=second, needed_id=lift)
    with pytest.raises(HiddenError):
        actions.unlink_requests(by=shop.world.ana, at=shop.after(2), request_id=first, needed_id=own.id)
    actions.unlink_requests(by=shop.world.ana, at=shop.after(2), request_id=second, needed_id=lift)
    assert (shop.row(second).state, shop.row(lift).state) == ("waiting_department", "open")
    actions.unlink_requests(by=shop.world.ana, at=shop.after(3), request_id=second, needed_id=own.id)
    assert (shop.row(second).state, shop.row(own.id).state) == ("open", "open")
    assert stored_links() == [(first, lift)]
    assert [fact.verb for fact in facts_about(f"request:{second}")[:3]] == [
        "waiting_ended",
        "requests_unlinked",
        "requests_unlinked",
    ]


# --- circles


def test_a_circle_is_refused_by_name(shop: Shop) -> None:
    one, two, three = (shop.ask_repair().id for _ in range(3))
    a, b, c = (reference(shop, number) for number in (one, two, three))
    link(shop, one, two)
    with pytest.raises(LinkError) as refused:
        link(shop, two, one)
    assert str(refused.value) == f"{b} waits on {a}, which waits on {b} already. So neither could ever be done."
    link(shop, two, three)
    with pytest.raises(LinkError) as refused:
        link(shop, three, one)
    assert str(refused.value) == (
        f"{c} waits on {a}, which waits on {b}, which waits on {c} already. So neither could ever be done."
    )
    assert (stored_links(), shop.row(three).state) == ([(one, two), (two, three)], "open")


def test_of_a_long_circle_the_middle_is_left_out(shop: Shop) -> None:
    ids = [shop.ask_repair().id for _ in range(12)]
    names = [reference(shop, number) for number in ids]
    for waiting, needed in itertools.pairwise(ids):
        link(shop, waiting, needed)
    with pytest.raises(LinkError) as refused:
        link(shop, ids[-1], ids[0])
    said = str(refused.value)
    assert said.startswith(f"{names[-1]} waits on {names[0]}, which waits on {names[1]}, ")
    assert said.endswith(
        f"which waits on …, which waits on {names[-2]}, which waits on {names[-1]} already. "
        "So neither could ever be done."
    )


def test_turning_a_link_round_is_looked_at_too(shop: Shop) -> None:
    one, two, three = (shop.ask_repair().id for _ in range(3))
    link(shop, one, two)
    link(shop, two, three)
    last = Dependency.objects.get(waiting=two)
    with pytest.raises(IntegrityError, match="would wait on itself"), transaction.atomic():
        Dependency.objects.filter(pk=last.pk).update(needed_id=one)
    Dependency.objects.filter(pk=last.pk).update(is_blocking=False)
    assert stored_links() == [(one, two), (two, three)]


def rows(shop: Shop, count: int) -> list[int]:
    """So many bare requests, by rising id."""
    shop.ask_repair()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO requests_request (reference, service_version_id, provider_id, customer_id, asker_id, side,
                channel, title, language, answers, state, is_complaint, opened_at, last_message_at)
            SELECT 'B' || number, service_version_id, provider_id, customer_id, asker_id, side, channel, title,
                language, answers, state, false, opened_at, last_message_at
            FROM generate_series(1, %s) AS number, (SELECT * FROM requests_request LIMIT 1) AS model
            RETURNING id
            """,
            [count],
        )
        return sorted(number for (number,) in cursor.fetchall())


def links_of(pairs: Sequence[tuple[int, int]], at: datetime) -> list[Dependency]:
    return [
        Dependency(waiting_id=waiting, needed_id=needed, is_blocking=False, made_at=at) for waiting, needed in pairs
    ]


@pytest.mark.parametrize("is_falling", [False, True])
def test_five_thousand_links_of_one_long_chain_are_stored_in_one_statement_within_seconds(
    shop: Shop, *, is_falling: bool
) -> None:
    ids = rows(shop, 5001)[:: -1 if is_falling else 1]
    chain = list(itertools.pairwise(ids))
    started = time.perf_counter()
    Dependency.objects.bulk_create(links_of(chain, shop.at))
    assert time.perf_counter() - started < 15
    started = time.perf_counter()
    with pytest.raises(IntegrityError, match="would wait on itself") as refused, transaction.atomic():
        Dependency.objects.bulk_create(links_of([(ids[-1], ids[0])], shop.at))
    assert time.perf_counter() - started < 20
    assert "DETAIL" in str(refused.value)
    assert len(stored_links()) == 5000


@pytest.mark.parametrize("seed", range(4))
def test_of_random_links_exactly_those_that_close_a_circle_are_refused(shop: Shop, seed: int) -> None:
    """One by one and by several in one statement, against a walk written here."""
    chance = random.Random(seed)
    ids = rows(shop, 12)
    kept: list[tuple[int, int]] = []
    refused = 0
    for _ in range(60):
        pairs = {tuple(chance.sample(ids, 2)) for _ in range(chance.choice((1, 1, 3)))} - set(kept)
        new = [(one, other) for one, other in pairs]
        try:
            with transaction.atomic():
                Dependency.objects.bulk_create(links_of(new, shop.at))
            is_stored = True
        except IntegrityError:
            is_stored = False
        assert is_stored is not has_circle([*kept, *new]), (kept, new)
        kept += new if is_stored else []
        refused += not is_stored
    assert sorted(stored_links()) == sorted(kept)
    assert refused > 5


# --- eight at once


def run_together(
    doings: Sequence[Sequence[tuple[int, int]]], shop: Shop, write: Callable[[Shop, int, int], None] = link
) -> list[Exception]:
    """Each list of links is tried on a connection of its own, all at the same moment; what was refused, all of it."""
    ready = threading.Barrier(len(doings))
    refusals: list[Exception] = []

    def work(links: Sequence[tuple[int, int]]) -> None:
        try:
            for waiting, needed in links:
                ready.wait(timeout=30)
                try:
                    write(shop, waiting, needed)
                except Exception as error:  # noqa: BLE001 - which error came is what the test is about
                    refusals.append(error)
        finally:
            connection.close()

    connection.close()  # this thread's own, so that eight others fit into the pool
    threads = [threading.Thread(target=work, args=(links,)) for links in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return refusals


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("length", [2, 3, 8])
def test_eight_who_close_a_circle_together_never_store_one(shop: Shop, length: int) -> None:
    """Every round of a barrier lets eight write at once; each writes a link of a circle that others complete."""
    rounds = 5
    rings = [[shop.ask_repair().id for _ in range(length)] for _ in range(rounds)]
    _ = shop.world.ana
    doings = [[(ring[place % length], ring[(place + 1) % length]) for ring in rings] for place in range(8)]
    refusals = run_together(doings, shop)
    assert {type(error) for error in refusals} == {LinkError}
    assert all(" already" in str(error) for error in refusals)
    closing = [error for error in refusals if "So neither" in str(error)]
    links = stored_links()
    assert not has_circle(links)
    # Of every ring each link is there but the one that would have closed it.
    assert len(links) == rounds * (length - 1)
    assert len(closing) >= rounds


def write_bare(shop: Shop, waiting: int, needed: int) -> None:
    """A link written past every action, as the database meets it: only the row of who waits is held."""
    Dependency.objects.create(waiting_id=waiting, needed_id=needed, made_at=shop.at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("length", [2, 3, 8])
def test_the_database_alone_lets_none_of_eight_close_a_circle(shop: Shop, length: int) -> None:
    rounds = 20
    rings = [[shop.ask_repair().id for _ in range(length)] for _ in range(rounds)]
    doings = [[(ring[place % length], ring[(place + 1) % length]) for ring in rings] for place in range(8)]
    refusals = run_together(doings, shop, write_bare)
    assert {type(error) for error in refusals} == {IntegrityError}
    assert not has_circle(stored_links())
    assert len(stored_links()) == rounds * (length - 1)


@pytest.mark.django_db(transaction=True)
def test_eight_who_write_links_at_random_never_store_a_circle(shop: Shop) -> None:
    chance = random.Random(7)
    ids = [shop.ask_repair().id for _ in range(10)]
    _ = shop.world.ana
    doings = [[tuple(chance.sample(ids, 2)) for _ in range(25)] for _ in range(8)]
    refusals = run_together(doings, shop)  # type: ignore[arg-type]  # a sample of two is a pair
    assert {type(error) for error in refusals} == {LinkError}
    assert not has_circle(stored_links())
    assert len(stored_links()) + len(refusals) == 8 * 25


@pytest.mark.django_db(transaction=True)
def test_links_and_ends_at_once_leave_nothing_blocked_that_is_resolved(shop: Shop) -> None:
    """Four link, four resolve and cancel, on the same few requests: no deadlock, and what waits is never resolved."""
    ids = [shop.ask_repair().id for _ in range(8)]
    ana = shop.world.ana
    ready = threading.Barrier(8)
    errors: list[Exception] = []

    def work(number: int) -> None:
        dice = random.Random(number)
        try:
            ready.wait(timeout=30)
            for _ in range(12):
                one, other = dice.sample(ids, 2)
                try:
                    if number % 2:
                        link(shop, one, other)
                    elif dice.random() < 0.5:
                        actions.resolve_request(by=ana, at=shop.after(2), request_id=one)
                        actions.reopen_request(by=ana, at=shop.after(3), request_id=one)
                    else:
                        actions.write_as_customer(
                            by=shop.world.zofia, at=shop.after(2), request_id=one, text="Hm", language="en"
                        )
                except (LinkError, actions.StateError):
                    pass
                except Exception as error:  # noqa: BLE001 - any other error fails the test
                    errors.append(error)
        finally:
            connection.close()

    _ = shop.world.zofia
    connection.close()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []
    assert not has_circle(stored_links())
    resolved = Request.objects.filter(state="resolved").values_list("pk", flat=True)
    assert not Dependency.objects.filter(waiting__in=resolved, is_blocking=True, needed__state="open").exists()
