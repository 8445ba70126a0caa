"""Whose turn it is: the policy, what hangs on requests, own choices, and what a viewer may know of the reasons."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from clientela.catalogue.queries import AnswersNotAcceptedError
from clientela.directory.actions import change_group, gather_group
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests import actions, queries
from clientela.requests.actions import ChoiceError, HeldError, OpenedRequest, PolicyChangedError, WeightError
from clientela.requests.models import Learned, OwnChoice, Request, StakePolicyVersion
from clientela.requests.queries.standing.reading import basis_of_order
from clientela.requests.rules.order import PolicyProblemError, StakePolicy
from clientela.requests.rules.turns import Because, WorkSource
from tests.shop import Shop

pytestmark = pytest.mark.django_db


def taken(shop: Shop, **more: object) -> OpenedRequest:
    opened = shop.ask_repair(**more)  # type: ignore[arg-type]
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    return opened


def weigh(shop: Shop, request_id: int, *, who: str = "ana", people: int = 1, safety: bool = False) -> None:
    actions.weigh_request(
        by=getattr(shop.world, who),
        at=shop.at,
        request_id=request_id,
        people_affected=people,
        touches_safety=safety,
        stops_work=False,
    )


def choose(shop: Shop, request_id: int, *, who: str = "ana", why: str = "quick", words: str = "") -> None:
    actions.choose_otherwise(
        by=getattr(shop.world, who), at=shop.at, request_id=request_id, instead_of_id=None, why=why, words=words
    )


# --- the policy


def change(shop: Shop, who: str, *, instead_of: int = 0, **definition: object) -> int:
    by = getattr(shop.world, who)
    return actions.change_stake_policy(by=by, at=shop.at, definition=definition, note="Why", instead_of=instead_of)


@pytest.mark.parametrize("who", ["ana", "vera", "radu", "zofia"])
def test_only_the_owner_decides_whose_need_goes_first(shop: Shop, who: str) -> None:
    with pytest.raises(NotAllowedError) as refused:
        change(shop, who, complaint_factor=2.0)
    assert str(refused.value) == "Only the owner decides whose need goes first. You can try out other figures here."
    assert StakePolicyVersion.objects.count() == 0


@pytest.mark.parametrize("who", ["radu", "zofia", "piotr"])
def test_for_everybody_but_owner_heads_and_administrators_the_policy_is_not_there(shop: Shop, who: str) -> None:
    viewer = getattr(shop.world, who)
    for ask in (
        lambda: queries.stake_policy(viewer),
        lambda: queries.stake_policy_versions(viewer),
        lambda: queries.policy_compared(viewer, shop.care_id, StakePolicy(), at=shop.at),
        lambda: queries.choices_counted(viewer, since=shop.long_ago, language="en"),
    ):
        with pytest.raises(HiddenError):
            ask()


def test_an_administrator_sees_the_policy_but_not_other_departments_requests(shop: Shop) -> None:
    assert queries.stake_policy(shop.world.vera) == (0, StakePolicy())
    with pytest.raises(HiddenError):
        queries.policy_compared(shop.world.vera, shop.care_id, StakePolicy(), at=shop.at)


def test_a_figure_that_cannot_be_is_refused_with_its_field(shop: Shop) -> None:
    for definition, field in (
        ({"complaint_factor": 0}, "complaint_factor"),
        ({"longest_wait_hours": 100_000}, "longest_wait_hours"),
        ({"safety_first": False}, "safety_first"),
        ({"is_parity": True, "outside_factor": 2.0}, "outside_factor"),
        ({"whatever": 1}, "whatever"),
    ):
        with pytest.raises(PolicyProblemError) as refused:
            change(shop, "carmen", **definition)
        assert refused.value.field == field
    assert StakePolicyVersion.objects.count() == 0


def test_each_change_is_a_version_and_nobody_overwrites_another(shop: Shop) -> None:
    assert change(shop, "carmen", complaint_factor=2.0) == 1
    with pytest.raises(PolicyChangedError) as refused:
        change(shop, "carmen", complaint_factor=3.0)
    assert "Somebody else changed the policy meanwhile." in str(refused.value)
    assert change(shop, "carmen", instead_of=1, complaint_factor=2.0) == 1  # the same again is no new version
    assert change(shop, "carmen", instead_of=1, complaint_factor=3.0, people_factor_at_ten=4.0) == 2
    number, policy = queries.stake_policy(shop.world.carmen)
    assert (number, policy.complaint_factor, policy.people_factor_at_ten) == (2, 3.0, 4.0)
    newest, oldest = queries.stake_policy_versions(shop.world.ana)
    assert newest.changes == (("complaint_factor", 2.0, 3.0), ("people_factor_at_ten", 2.0, 4.0))
    assert oldest.changes == (("complaint_factor", 1.5, 2.0),)
    assert (newest.note, newest.made_by and newest.made_by.name) == ("Why", "Carmen Ruiz")
    assert [fact.data["number"] for fact in facts_about("stake_policy:2")] == [2]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_wins(shop: Shop) -> None:
    outcomes: list[object] = []
    gate = threading.Barrier(2)

    def save(factor: float) -> None:
        try:
            gate.wait(20)
            outcomes.append(change(shop, "carmen", complaint_factor=factor))
        except PolicyChangedError:
            outcomes.append("stale")
        finally:
            connections.close_all()

    assert shop.world.carmen.is_owner
    threads = [threading.Thread(target=save, args=(factor,)) for factor in (2.0, 3.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, outcomes)) == ["1", "stale"]


def test_who_would_win_and_lose_is_seen_before_anything_is_saved(shop: Shop) -> None:
    plain = shop.ask_repair(at=shop.after(-0.4), title="Plain")
    complaint = shop.ask_repair(at=shop.at, title="Complaint", is_complaint=True)
    actions.rank_everything(at=shop.at)
    policy = StakePolicy(complaint_factor=1.0)
    compared = queries.policy_compared(shop.world.ana, shop.care_id, policy, at=shop.at)
    assert [(move.request.id, move.before, move.after) for move in compared.moves] == [
        (plain.id, 2, 1),
        (complaint.id, 1, 2),
    ]
    assert (compared.up_count, compared.down_count, compared.left_out) == (1, 1, 0)
    assert compared.inside is None
    assert compared.outside is not None
    assert (compared.outside.count, compared.outside.before, compared.outside.after) == (2, 1.5, 1.5)
    assert StakePolicyVersion.objects.count() == 0


def test_parity_is_the_default_and_can_be_left_in_so_many_words(shop: Shop) -> None:
    assert basis_of_order().policy.is_parity
    change(shop, "carmen", is_parity=False, outside_factor=1.5)
    assert basis_of_order().policy.outside_factor == 1.5


def test_a_group_that_the_owner_named_counts_as_it_says(shop: Shop) -> None:
    group_id = gather_group(by=shop.world.vera, at=shop.at, name="Hotels", party_ids=[shop.world.id_of("lucia")])
    other = taken(shop, at=shop.after(-0.2))
    hers = taken(shop, by=shop.world.lucia)
    assert [item.request.id for item in items(shop)] == [other.id, hers.id]
    change(shop, "carmen", group_factors={str(group_id): 3.0})
    first, _second = items(shop)
    assert first.request.id == hers.id
    assert first.standing is not None
    assert first.standing.itself.factors == ((f"group:{group_id}", 3.0),)
    change_group(by=shop.world.vera, at=shop.at, group_id=group_id, party_ids=[])
    assert [item.request.id for item in items(shop)] == [other.id, hers.id]


# --- what hangs on a request


def test_what_hangs_on_a_request_is_said_by_who_answers_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    with pytest.raises(NotAllowedError):
        weigh(shop, opened.id, who="zofia", people=50)
    with pytest.raises(HiddenError):
        weigh(shop, opened.id, who="magda", people=50)
    for people in (0, -1, 1_000_001):
        with pytest.raises(WeightError):
            weigh(shop, opened.id, people=people)
    row = shop.row(opened.id)
    assert (row.people_affected, row.touches_safety, row.stops_work) == (1, False, False)


def test_what_hangs_on_a_request_is_kept_with_its_fact_and_saying_it_twice_is_once(shop: Shop) -> None:
    opened = shop.ask_repair()
    weigh(shop, opened.id, people=12, safety=True)
    weigh(shop, opened.id, people=12, safety=True)
    row = shop.row(opened.id)
    assert (row.people_affected, row.touches_safety, row.stops_work) == (12, True, False)
    told = [fact.data for fact in facts_about(f"request:{opened.id}") if fact.verb == "request_weighed"]
    assert told == [{"people_affected": 12, "touches_safety": True, "stops_work": False, "was": [1, False, False]}]


def test_the_form_of_a_customer_does_not_make_a_request_weigh_more(shop: Shop) -> None:
    with pytest.raises(AnswersNotAcceptedError):
        shop.ask_repair(answers={"model": "Lavora 7", "touches_safety": "yes", "people_affected": "99"})
    assert Request.objects.count() == 0


# --- another one first


def items(shop: Shop, hours: float = 0.0, who: str = "ana") -> list[queries.DayItem]:
    day = queries.my_day(getattr(shop.world, who), at=shop.after(hours))
    return [*([day.next] if day.next else []), *day.then]


def test_another_one_first_is_for_who_answers_it_and_has_it(shop: Shop) -> None:
    opened = taken(shop)
    with pytest.raises(NotAllowedError):
        choose(shop, opened.id, who="zofia")
    with pytest.raises(HiddenError):
        choose(shop, opened.id, who="magda")
    with pytest.raises(HeldError):
        choose(shop, opened.id, who="radu")
    with pytest.raises(ChoiceError):
        choose(shop, opened.id, why="because")
    with pytest.raises(ChoiceError) as refused:
        choose(shop, opened.id, why="other", words="  ")
    assert str(refused.value) == "Say in a few words why this one goes first."
    with pytest.raises(HiddenError):
        actions.choose_otherwise(
            by=shop.world.ana, at=shop.at, request_id=opened.id, instead_of_id=999_999, why="quick"
        )
    assert OwnChoice.objects.count() == 0


def test_what_was_chosen_stands_first_until_the_working_day_ends(shop: Shop) -> None:
    late = taken(shop, at=shop.at - timedelta(days=3))
    quick = taken(shop)
    assert [item.request.id for item in items(shop)] == [late.id, quick.id]
    actions.choose_otherwise(
        by=shop.world.ana, at=shop.at, request_id=quick.id, instead_of_id=late.id, why="other", words="He waits here"
    )
    first, second = items(shop, 1)
    assert (first.request.id, second.request.id) == (quick.id, late.id)
    assert first.standing is not None
    assert first.standing.because is Because.CHOSEN
    assert first.standing.choice is not None
    assert (first.standing.choice.words, first.standing.choice.until) == ("He waits here", shop.after(8))
    assert [item.request.id for item in items(shop, 8)] == [late.id, quick.id]


def test_a_choice_made_after_hours_lasts_through_the_next_working_day(shop: Shop) -> None:
    opened = taken(shop)
    evening = shop.after(10)
    actions.choose_otherwise(by=shop.world.ana, at=evening, request_id=opened.id, instead_of_id=None, why="quick")
    assert OwnChoice.objects.get().until == shop.after(32)


def test_a_choice_is_ones_own_and_can_be_taken_back(shop: Shop) -> None:
    late = taken(shop, at=shop.at - timedelta(days=3))
    quick = taken(shop)
    choose(shop, quick.id)
    choose(shop, quick.id, why="customer_is_here")
    assert OwnChoice.objects.count() == 1  # of two in one moment the last one counts
    actions.follow_order_again(by=shop.world.radu, at=shop.after(1), request_id=quick.id)
    assert items(shop, 1)[0].request.id == quick.id
    actions.follow_order_again(by=shop.world.ana, at=shop.after(1), request_id=quick.id)
    assert items(shop, 1)[0].request.id == late.id


def test_choosing_what_nobody_has_takes_it(shop: Shop) -> None:
    opened = shop.ask_repair()
    choose(shop, opened.id)
    assert shop.row(opened.id).holder_id == shop.world.ana.person_id


def test_a_choice_ends_when_the_request_goes_to_another_department(shop: Shop) -> None:
    opened = taken(shop)
    choose(shop, opened.id)
    actions.hand_over_request(
        by=shop.world.ana,
        at=shop.after(1),
        request_id=opened.id,
        department_id=shop.world.id_of("workshop"),
        reason="Theirs",
    )
    facts = facts_about(f"request:{opened.id}")
    for _twice in range(2):
        actions.end_choices(facts)
        assert OwnChoice.objects.get().until == shop.after(1)


def test_choices_come_back_as_questions_about_departments(shop: Shop) -> None:
    requests = [taken(shop) for _number in range(3)]
    for opened in requests[:2]:
        choose(shop, opened.id)
    choose(shop, requests[2].id, why="other", words="A neighbour")
    counted = queries.choices_counted(shop.world.carmen, since=shop.at - timedelta(days=30), language="en")
    assert [(one.department.name, one.why, one.count, one.of, one.service_title, one.words) for one in counted] == [
        ("Customer Care", "quick", 2, 3, "Repair of an appliance", ()),
        ("Customer Care", "other", 1, 3, "Repair of an appliance", ("A neighbour",)),
    ]
    assert queries.choices_counted(shop.world.ioana, since=shop.long_ago, language="en") == []
    assert queries.choices_counted(shop.world.ana, since=shop.after(1), language="en") == []


# --- why it stands there


def test_a_day_nobody_has_ranked_is_whole_and_in_order(shop: Shop) -> None:
    fresh = taken(shop)
    late = taken(shop, at=shop.at - timedelta(days=3))
    assert {row.urgency for row in Request.objects.all()} == {None}
    assert [item.request.id for item in items(shop)] == [late.id, fresh.id]


def test_a_carried_need_is_told_with_whose_it_is(shop: Shop) -> None:
    repair = taken(shop, at=shop.at - timedelta(days=3))
    pump = shop.ask_workshop(repair.id)
    actions.take_request(by=shop.world.stefan, at=shop.at, request_id=pump.id)
    actions.reply_to_customer(by=shop.world.stefan, at=shop.at, request_id=pump.id, text="Yes", language="en")
    (item,) = items(shop, who="stefan")
    assert item.standing is not None
    assert item.standing.because is Because.CARRIED
    lead = item.standing.because_of
    assert (lead.reference, lead.customer, lead.holder, lead.provider.name) == (
        repair.reference,
        "Zofia Nowak",
        "Ana Ionescu",
        "Customer Care",
    )
    assert [one.request_id for one in item.standing.carried] == [repair.id]


def test_what_a_colleague_asked_in_person_stays_private_down_the_chain(shop: Shop) -> None:
    private = shop.ask_repair(by=shop.world.radu_at_home, at=shop.at - timedelta(days=3), title="Radu's own")
    pump = shop.ask_workshop(private.id)
    actions.take_request(by=shop.world.stefan, at=shop.at, request_id=pump.id)
    (item,) = items(shop, who="stefan")
    assert item.standing is not None
    (carried,) = item.standing.carried
    assert (carried.reference, carried.title, carried.customer, carried.holder) == ("", "", "", "")
    assert carried.cost_per_hour == 1.0
    assert [reason.words for reason in item.reasons if reason.code == "others_wait"] == []
    assert "Radu" not in repr(item)
    turn = queries.turn_of(shop.world.ana, private.reference, at=shop.at)  # who answers it knows
    assert turn is not None
    assert turn.standing.itself.customer == "Radu Popa"


def test_expected_work_is_learned_from_the_service_and_less_what_was_done(shop: Shop) -> None:
    taken(shop, title="Learned")
    (item,) = items(shop)
    assert item.standing is not None
    assert (item.standing.work.hours, item.standing.work.source) == (1.0, WorkSource.NOTHING)
    version = Request.objects.select_related("service_version").get().service_version
    for service_id, seconds in ((None, 3600.0), (version.service_id, 7200.0)):
        Learned.objects.create(
            provider_id=shop.care_id,
            service_id=service_id,
            cases=5,
            work_seconds=seconds,
            stay_seconds=[],
            made_at=shop.at,
        )
    (item,) = items(shop)
    assert item.standing is not None
    assert (item.standing.work.hours, item.standing.work.source, item.standing.work.cases) == (
        2.0,
        WorkSource.SERVICE,
        5,
    )


def test_what_has_waited_longest_goes_before_what_is_late_and_dear(shop: Shop) -> None:
    change(shop, "carmen", longest_wait_hours=40.0)
    dear = taken(shop, at=shop.at - timedelta(days=3))
    weigh(shop, dear.id, people=1000)
    old = taken(shop, at=shop.at - timedelta(days=20))
    first, second = items(shop)
    assert (first.request.id, second.request.id) == (old.id, dear.id)
    assert first.standing is not None
    assert first.standing.because is Because.WAITED
    # Fourteen working days of nine hours, and the hour of this morning; it was asked at ten on a Tuesday.
    assert first.standing.waited_hours == 126.0


def test_waiting_for_the_customer_is_not_being_kept_waiting(shop: Shop) -> None:
    change(shop, "carmen", longest_wait_hours=40.0)
    opened = taken(shop, at=shop.at - timedelta(days=20))
    asked_at = shop.at - timedelta(days=20) + timedelta(minutes=5)
    actions.wait_for_customer(by=shop.world.ana, at=asked_at, request_id=opened.id)
    actions.resume_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    actions.rebuild_legs(at=shop.at)
    (item,) = items(shop, 0.1)
    assert item.standing is not None
    assert item.standing.because is not Because.WAITED


def test_a_request_that_hangs_on_no_promise_is_ranked_as_if_due_by_the_policy(shop: Shop) -> None:
    opened = taken(shop)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE promises_clock SET is_open = false, due_at = NULL, next_notice_at = NULL")
    (item,) = items(shop, 2)
    assert item.standing is not None
    assert (item.standing.because, item.standing.itself.promise) == (Because.OWN, None)
    assert item.standing.itself.hours_left == 38.0
    assert item.request.id == opened.id


# --- the place of one request


def test_a_turn_is_for_the_department_that_answers(shop: Shop) -> None:
    opened = shop.ask_repair()
    for stranger in (shop.world.magda, shop.world.zofia, shop.world.stefan):
        with pytest.raises(HiddenError):
            queries.turn_of(stranger, opened.reference, at=shop.at)


def test_the_turn_tells_the_place_its_neighbours_and_what_would_bring_it_forward(shop: Shop) -> None:
    opened = [shop.ask_repair(at=shop.after(-hours), title=f"No. {hours}") for hours in (0, 1, 70)]
    waiting = shop.ask_repair(title="Waits")
    actions.wait_for_customer(by=shop.world.ana, at=shop.at, request_id=waiting.id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE requests_request SET unanswered_since = NULL")
    actions.rank_everything(at=shop.at)
    turn = queries.turn_of(shop.world.ana, opened[1].reference, at=shop.at)
    assert turn is not None
    assert (turn.has_place, turn.place, turn.count, turn.ahead_work_hours) == (True, 2, 3, 1.0)
    assert (turn.before and turn.before.title, turn.after and turn.after.title) == ("No. 70", "No. 0")
    assert turn.hours_sooner is None or turn.hours_sooner > 0
    rests = queries.turn_of(shop.world.ana, waiting.reference, at=shop.at)
    assert rests is not None
    assert not rests.has_place
    actions.cancel_request(by=shop.world.ana, at=shop.at, request_id=waiting.id, reason="")
    assert queries.turn_of(shop.world.ana, waiting.reference, at=shop.at) is None


def test_what_has_just_come_in_stands_first_until_it_is_ranked(shop: Shop) -> None:
    old = shop.ask_repair(at=shop.at - timedelta(days=3))
    actions.rank_everything(at=shop.at)
    new = shop.ask_repair()
    turn = queries.turn_of(shop.world.ana, new.reference, at=shop.at)
    assert turn is not None
    assert (turn.place, turn.standing.was_ranked) == (1, False)
    queue = queries.department_queue(shop.world.ana, shop.care_id, at=shop.at)
    assert [item.request.id for item in queue.items] == [new.id, old.id]
    actions.rank_everything(at=shop.at)
    queue = queries.department_queue(shop.world.ana, shop.care_id, at=shop.at)
    assert [item.request.id for item in queue.items] == [old.id, new.id]


def test_a_ranked_queue_is_paged_without_losing_or_repeating_anybody(shop: Shop) -> None:
    opened = [shop.ask_repair(at=shop.after(-number)).id for number in (0, 0, 5, 30, 80)]
    actions.rank_everything(at=shop.at)
    opened += [shop.ask_repair().id, shop.ask_repair(at=shop.after(-1)).id]
    whole = [item.request.id for item in queries.department_queue(shop.world.ana, shop.care_id, at=shop.at).items]
    seen: list[int] = []
    place = None
    while True:
        queue = queries.department_queue(shop.world.ana, shop.care_id, at=shop.at, after=place, limit=2)
        seen += [item.request.id for item in queue.items]
        place = queue.after
        if place is None:
            break
    assert seen == whole
    assert sorted(seen) == sorted(opened)
    assert seen[:2] == [opened[6], opened[5]]


def test_a_turn_costs_the_same_statements_however_long_the_queue_and_the_chain(shop: Shop) -> None:
    def statements(reference: str) -> int:
        queries.turn_of(shop.world.stefan, reference, at=shop.at)
        with CaptureQueriesContext(connection) as captured:
            queries.turn_of(shop.world.stefan, reference, at=shop.at)
        return len(captured)

    pump = shop.ask_workshop(shop.ask_repair().id)
    actions.rank_everything(at=shop.at)
    few = statements(pump.reference)
    for _number in range(5):
        shop.ask_workshop(shop.ask_repair().id)
    actions.rank_everything(at=shop.at)
    assert (few, statements(pump.reference)) == (15, 15)


def test_the_house_may_write_the_policy_too(shop: Shop) -> None:
    number = actions.change_stake_policy(by=HOUSE, at=shop.at, definition={"look_ahead": 4.0}, note="", instead_of=0)
    assert queries.stake_policy_versions(shop.world.carmen)[0].made_by is None
    assert number == 1
