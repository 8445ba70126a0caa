"""Ranking: a cache of whose need goes first, written beside everything else that happens."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.kernel.journal import follow_journal
from clientela.kernel.models import FollowerCursor
from clientela.requests import actions
from clientela.requests.jobs import FOLLOWERS, rank_by_another_policy
from clientela.requests.models import Dependency, QueueMeasure, Request
from tests.following import let_older_transactions_end
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def urgencies() -> dict[int, float | None]:
    return dict(Request.objects.values_list("pk", "urgency"))


def random_house(shop: Shop, seed: int) -> random.Random:
    """Repairs with pumps, some weighed, some waiting, some done."""
    dice = random.Random(seed)
    for number in range(14):
        opened = shop.ask_repair(at=shop.at - timedelta(hours=dice.choice([1, 5, 30, 700])))
        if dice.random() < 0.6:
            pump = shop.ask_workshop(opened.id, at=shop.at - timedelta(minutes=number))
            if dice.random() < 0.3:
                actions.weigh_request(
                    by=shop.world.stefan,
                    at=shop.at,
                    request_id=pump.id,
                    people_affected=dice.randint(1, 200),
                    touches_safety=dice.random() < 0.2,
                    stops_work=dice.random() < 0.5,
                )
            if dice.random() < 0.2:
                actions.resolve_request(by=shop.world.stefan, at=shop.at, request_id=pump.id)
        elif dice.random() < 0.3:
            actions.wait_for_customer(by=shop.world.ana, at=shop.at, request_id=opened.id)
    return dice


def test_nothing_is_ranked_in_an_empty_house(shop: Shop) -> None:
    assert actions.rank_everything(at=shop.at) == 0
    assert actions.rank_around(at=shop.at, request_ids=[1, 2]) == 0


def test_what_hangs_together_is_ranked_as_the_whole_house_would_be(shop: Shop) -> None:
    for seed in range(3):
        dice = random_house(shop, seed)
        at = shop.after(3)
        actions.rank_everything(at=at)
        whole = urgencies()
        assert QueueMeasure.objects.count() == 2
        ended = Request.objects.filter(state="resolved").values_list("pk", flat=True)
        assert {whole[number] for number in ended} <= {None}
        Request.objects.update(urgency=None)
        ids = sorted(whole)
        dice.shuffle(ids)
        for number in ids:
            actions.rank_around(at=at, request_ids=[number])
        assert urgencies() == whole


def test_ranking_twice_at_one_moment_changes_nothing(shop: Shop) -> None:
    random_house(shop, 7)
    assert actions.rank_everything(at=shop.at) > 0
    before = urgencies()
    assert actions.rank_everything(at=shop.at) == 0
    assert actions.rank_around(at=shop.at, request_ids=before) == 0
    assert urgencies() == before


def test_what_waits_on_a_request_makes_it_go_first(shop: Shop) -> None:
    alone = shop.ask_repair(at=shop.after(-3))
    needed = shop.ask_workshop(alone.id)
    other = shop.ask_workshop(shop.ask_repair(at=shop.after(-70)).id)
    for pump in (needed, other):  # so that neither owes an answer
        actions.reply_to_customer(by=shop.world.stefan, at=shop.at, request_id=pump.id, text="Yes", language="en")
    actions.rank_everything(at=shop.at)
    found = urgencies()
    # The older repair presses more, and so does what it waits on; without links the pumps would be equal.
    assert (found[other.id] or 0) > (found[needed.id] or 0)
    Dependency.objects.all().delete()
    actions.rank_everything(at=shop.at)
    equal = urgencies()
    assert equal[other.id] == equal[needed.id]


def test_safety_goes_before_everything_and_down_the_chain(shop: Shop) -> None:
    late = shop.ask_repair(at=shop.at - timedelta(days=4))
    fresh = shop.ask_repair()
    pump = shop.ask_workshop(fresh.id)
    actions.weigh_request(
        by=shop.world.ana, at=shop.at, request_id=fresh.id, people_affected=1, touches_safety=True, stops_work=False
    )
    actions.rank_everything(at=shop.at)
    found = urgencies()
    assert (found[fresh.id] or 0) > 2**20 > (found[late.id] or 0)
    assert (found[pump.id] or 0) > 2**20


def test_an_answer_owed_raises_the_request_and_not_what_it_waits_on(shop: Shop) -> None:
    opened = shop.ask_repair(at=shop.after(-1.9))
    pump = shop.ask_workshop(opened.id, at=shop.after(-1.9))
    actions.rank_everything(at=shop.at)
    owing = urgencies()
    actions.reply_to_customer(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Yes", language="pl")
    actions.rank_everything(at=shop.at)
    answered = urgencies()
    assert (owing[opened.id] or 0) > (answered[opened.id] or 0)
    assert owing[pump.id] == answered[pump.id]


def test_a_ranking_costs_the_same_statements_however_large_the_house(shop: Shop) -> None:
    def statements(rank: Callable[[], object]) -> int:
        rank()
        Request.objects.update(urgency=None)
        with CaptureQueriesContext(connection) as captured:
            rank()
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    for size in range(2):
        random_house(shop, size)
        waiting = Request.objects.filter(state="waiting_customer").count()
        assert waiting > 0
        assert statements(lambda: actions.rank_everything(at=shop.at)) == 13
        fresh = shop.ask_repair()
        shop.ask_workshop(fresh.id)
        assert statements(partial(actions.rank_around, at=shop.at, request_ids=[fresh.id])) == 5


# --- the follower


def follow_order() -> int:
    (follower,) = (one for one in FOLLOWERS if one.name == "requests.order")
    passed = 0
    while step := follow_journal(follower):
        passed += step
    return passed


@pytest.mark.django_db(transaction=True)
def test_a_change_ranks_what_hangs_together_and_following_it_twice_is_the_same(shop: Shop) -> None:
    with time_machine.travel(shop.at, tick=False):
        opened = shop.ask_repair(at=shop.after(-3))
        pump = shop.ask_workshop(opened.id, at=shop.after(-3))
        actions.reply_to_customer(by=shop.world.stefan, at=shop.at, request_id=pump.id, text="Yes", language="en")
        let_older_transactions_end()
        assert follow_order() > 0
        before = urgencies()
        assert None not in before.values()
        actions.complain(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Too late", language="en")
        let_older_transactions_end()
        follow_order()
        after = urgencies()
        assert (after[pump.id] or 0) > (before[pump.id] or 0)
        FollowerCursor.objects.all().delete()
        follow_order()
        assert urgencies() == after


@pytest.mark.django_db(transaction=True)
def test_another_policy_ranks_the_whole_house_by_a_job(shop: Shop) -> None:
    with time_machine.travel(shop.at, tick=False):
        shop.ask_repair()
        change = partial(actions.change_stake_policy, by=shop.world.carmen, at=shop.at, note="", instead_of=0)
        change(definition={"complaint_factor": 2.0})
        let_older_transactions_end()
        follow_order()
        jobs = ProcrastinateJob.objects.filter(task_name="requests.rank_by_another_policy")
        assert jobs.count() == 1
        Request.objects.update(urgency=None)
        rank_by_another_policy()
        assert None not in urgencies().values()


# --- beside actions


@pytest.mark.django_db(transaction=True)
def test_a_row_that_an_action_holds_is_passed_by_and_not_overwritten(shop: Shop) -> None:
    held = shop.ask_repair()
    free = shop.ask_repair()
    is_held, may_end = threading.Event(), threading.Event()

    def take() -> None:
        try:
            with transaction.atomic():
                actions.take_request(by=shop.world.ana, at=shop.at, request_id=held.id)
                is_held.set()
                assert may_end.wait(20)
        finally:
            connections.close_all()

    taking = threading.Thread(target=take)
    taking.start()
    assert is_held.wait(20)
    try:
        actions.rank_everything(at=shop.at)  # would stand still here for ever if it waited for the row
        assert urgencies()[held.id] is None
        assert urgencies()[free.id] is not None
    finally:
        may_end.set()
        taking.join(20)
    row = Request.objects.get(pk=held.id)
    assert (row.holder_id, row.urgency) == (shop.world.ana.person_id, None)
    assert actions.rank_around(at=shop.at, request_ids=[held.id]) == 1
    row.refresh_from_db()
    assert row.holder_id == shop.world.ana.person_id
    assert row.urgency is not None


@pytest.mark.django_db(transaction=True)
def test_ranking_and_acting_at_once_neither_block_nor_lose_anything(shop: Shop) -> None:
    opened = [shop.ask_repair(at=shop.after(-number)).id for number in range(12)]
    errors: list[BaseException] = []

    def run(work: Callable[[int], object]) -> None:
        try:
            for number in range(25):
                work(number)
        except BaseException as error:  # noqa: BLE001 - told below, by the test itself
            errors.append(error)
        finally:
            connections.close_all()

    def act(number: int) -> None:
        request_id = opened[number % len(opened)]
        person = shop.world.ana if number % 2 else shop.world.radu
        actions.assign_request(by=person, at=shop.at, request_id=request_id, person_id=person.person_id)
        actions.weigh_request(
            by=person,
            at=shop.at,
            request_id=request_id,
            people_affected=number + 1,
            touches_safety=False,
            stops_work=True,
        )

    work: list[Callable[[int], object]] = [
        act,
        lambda number: actions.rank_everything(at=shop.after(number / 60)),
        lambda number: actions.rank_around(at=shop.after(number / 60), request_ids=opened),
    ]
    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert {row.people_affected for row in Request.objects.all()} == set(range(14, 26))
    assert not any(row.holder_id is None for row in Request.objects.all())
    actions.rank_everything(at=shop.at)
    alone = urgencies()
    actions.rank_around(at=shop.at, request_ids=opened)
    assert urgencies() == alone
