"""What if: who asks and who sees, and that a simulation is stopped, gone on with, and fails with a reason."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from clientela.directory.policies import Viewer
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.network import actions, jobs
from clientela.network.actions.running import weeks_to_play
from clientela.network.models import WhatIf
from clientela.network.queries import departments_to_ask_about, what_if_page, what_ifs_page
from clientela.network.simulation import QuestionError, house_as_json, question_from_json
from clientela.network.workbench import Here
from tests.rules.network.simulation.houses import OFFICE, only_office
from tests.shop import Shop
from tests.world import World


def one_more(department_id: int, more: int = 1, **span: Any) -> dict[str, Any]:
    return {"changes": [{"kind": "people", "department_id": department_id, "more": more, **span}]}


def ask(world: World, by: Viewer, department: str = "care", *, minutes: int = 0) -> int:
    return actions.ask_what_if(
        by=by, at=world.at + timedelta(minutes=minutes), title="One more", question=one_more(world.id_of(department))
    )


def row(number: int) -> WhatIf:
    return WhatIf.objects.get(pk=number)


# --- who asks, who sees


def test_only_the_head_of_a_department_asks_about_it(world: World) -> None:
    for stranger in (world.radu, world.tomasz, world.vera, world.zofia):
        with pytest.raises(NotAllowedError):
            ask(world, stranger)
    assert not WhatIf.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    ask(world, world.ana)
    assert WhatIf.objects.count() == 1


def test_a_head_asks_about_the_teams_below_and_nobody_below_asks_about_what_is_above(world: World) -> None:
    ask(world, world.stefan, "workshop-warsaw")
    with pytest.raises(NotAllowedError):
        ask(world, world.piotr, "workshop")


def test_only_the_owner_asks_about_the_whole_house(world: World) -> None:
    question = {"changes": [{"kind": "arrivals", "factor": 2, "side": "outside"}]}
    with pytest.raises(NotAllowedError):
        actions.ask_what_if(by=world.ana, at=world.at, title="Double", question=question)
    number = actions.ask_what_if(by=world.carmen, at=world.at, title="Double", question=question)
    assert (row(number).is_house_wide, row(number).department_ids) == (True, [])


def test_a_question_without_a_change_or_with_a_wrong_one_is_not_stored(world: World) -> None:
    with pytest.raises(QuestionError, match="empty"):
        actions.ask_what_if(by=world.ana, at=world.at, title="Nothing", question={"changes": []})
    with pytest.raises(QuestionError) as caught:
        actions.ask_what_if(by=world.ana, at=world.at, title="Nobody", question=one_more(world.care.id, 0))
    assert (caught.value.field, caught.value.code) == ("changes.0.more", "zero")
    assert not WhatIf.objects.exists()


def test_asking_queues_one_job_that_waits_for_its_turn_and_tells_the_journal(world: World) -> None:
    number = ask(world, world.ana)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.lock, job.queue_name) == (actions.asking.RUN_JOB, "network.what_if", "what_if")
    assert job.args == {"what_if_id": number}
    (fact,) = facts_about(thing("what_if", number))
    assert (fact.verb, fact.by) == ("what_if.asked", world.ana.person_id)


def test_for_strangers_a_question_does_not_exist(world: World) -> None:
    number = ask(world, world.ana)
    for stranger in (world.tomasz, world.piotr, world.zofia):
        with pytest.raises(HiddenError):
            what_if_page(stranger, number)
        assert what_ifs_page(stranger).lines == ()
        with pytest.raises(HiddenError):
            actions.cancel_what_if(by=stranger, at=world.at, what_if_id=number)
    with pytest.raises(HiddenError):
        what_if_page(world.carmen, number + 1)
    for insider in (world.ana, world.radu, world.vera, world.carmen):
        assert what_if_page(insider, number).line.title == "One more"
        assert [line.id for line in what_ifs_page(insider).lines] == [number]


def test_heads_may_ask_about_theirs_the_owner_about_all_and_others_about_none(world: World) -> None:
    assert [card.key for card in departments_to_ask_about(world.stefan)] == ["workshop", "workshop-warsaw"]
    assert departments_to_ask_about(world.radu) == []
    assert len(departments_to_ask_about(world.carmen)) == 7


def test_the_list_goes_on_where_a_page_ended(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    numbers = [ask(world, world.ana, minutes=minute) for minute in range(5)]
    with django_assert_num_queries(2):
        first = what_ifs_page(world.ana, limit=3)
    assert [line.id for line in first.lines] == numbers[:1:-1]
    assert first.before is not None
    second = what_ifs_page(world.ana, before=first.before, limit=3)
    assert ([line.id for line in second.lines], second.before) == (numbers[1::-1], None)


# --- simulating


def simulate(number: int, world: World, bench: Callable[[], Any] = Here, runs: int = 4) -> None:
    actions.run_what_if(at=world.at, what_if_id=number, now=lambda: world.at, runs=runs, variant_runs=0, bench=bench)


def with_house(world: World) -> int:
    """A question about an office whose house is known already, as after the first seconds of a worker."""
    number = ask(world, world.ana)
    history = {"since": "2026-08-01T00:00:00+00:00", "until": world.at.isoformat(), "stays": 9, "departments": 1}
    WhatIf.objects.filter(pk=number).update(
        question=one_more(OFFICE, until_week=1),
        partial=[{"house": house_as_json(only_office(hours=1.2)), "history": history}],
    )
    return number


class Counting(Here):
    """This process, counting its runs; after so many something happens to it."""

    def __init__(self, then: Callable[[], None] = lambda: None, *, after: int = 1000) -> None:
        self.then, self.after, self.made = then, after, 0

    def each(self, work: Any, given: Sequence[Any], *, go_on: Callable[[], bool]) -> Iterator[Any]:
        """Make them one after another."""
        for one in super().each(work, given, go_on=go_on):
            self.made += 1
            yield one
            if self.made == self.after:
                self.then()


def test_an_answer_stands_beside_today_and_the_runs_are_put_away(world: World) -> None:
    number = with_house(world)
    simulate(number, world)
    done = row(number)
    assert (done.state, done.progress, done.partial, done.error) == ("done", 1.0, [], "")
    assert done.result is not None
    (office,) = done.result["answer"]["departments"]
    assert office["department_id"] == OFFICE
    assert office["figures"]["wait_mean"]["whatif"] < office["figures"]["wait_mean"]["today"]
    assert [fact.verb for fact in facts_about(thing("what_if", number))] == ["what_if.answered", "what_if.asked"]


def test_a_lost_worker_is_followed_by_one_that_goes_on_where_it_stopped(world: World) -> None:
    def die() -> None:
        raise SystemExit

    number = with_house(world)
    house = row(number).partial
    first, second = Counting(die, after=3), Counting()
    with pytest.raises(SystemExit):
        simulate(number, world, lambda: first)
    lost = row(number)
    assert (lost.state, len(lost.partial)) == ("running", 1 + 3)
    assert 0 < lost.progress < 1
    simulate(number, world, lambda: second)
    assert second.made == 8 - 3
    resumed = row(number).result
    # The same question never interrupted gives the very same answer.
    WhatIf.objects.filter(pk=number).update(state="waiting", partial=house, result=None, progress=0)
    simulate(number, world)
    assert row(number).result == resumed


def test_a_cancel_stops_it_and_keeps_what_was_asked(world: World) -> None:
    number = with_house(world)
    bench = Counting(lambda: actions.cancel_what_if(by=world.ana, at=world.at, what_if_id=number), after=2)
    simulate(number, world, lambda: bench)
    stopped = row(number)
    assert (stopped.state, stopped.result, bench.made) == ("cancelled", None, 2)
    with pytest.raises(actions.WhatIfRefusedError):
        actions.cancel_what_if(by=world.ana, at=world.at, what_if_id=number)


def test_a_question_taken_back_before_its_turn_is_never_simulated(world: World) -> None:
    number = with_house(world)
    with pytest.raises(NotAllowedError):
        actions.cancel_what_if(by=world.radu, at=world.at, what_if_id=number)
    actions.cancel_what_if(by=world.ana, at=world.at, what_if_id=number)
    bench = Counting()
    simulate(number, world, lambda: bench)
    assert (row(number).state, bench.made) == ("cancelled", 0)


def test_a_house_without_history_fails_with_the_reason(shop: Shop) -> None:
    number = ask(shop.world, shop.world.ana)
    simulate(number, shop.world)
    assert (row(number).state, row(number).error) == ("failed", "nothing_to_fit")


def test_a_department_that_the_history_does_not_know_fails_with_its_field(world: World) -> None:
    number = with_house(world)
    WhatIf.objects.filter(pk=number).update(question=one_more(99))
    simulate(number, world)
    assert (row(number).state, row(number).error) == (
        "failed",
        "question:changes.0.department_id:unknown_department",
    )


def test_a_fault_of_ours_ends_the_question_and_names_itself(world: World) -> None:
    number = with_house(world)
    WhatIf.objects.filter(pk=number).update(partial=[{"house": {}, "history": {}}])
    simulate(number, world)
    assert (row(number).state, row(number).error) == ("failed", "crashed:KeyError")


def test_what_has_ended_is_left_alone(world: World) -> None:
    number = with_house(world)
    simulate(number, world)
    before = row(number).result
    bench = Counting()
    simulate(number, world, lambda: bench)
    assert (bench.made, row(number).result) == (0, before)
    jobs.run_one_what_if(number + 1)  # and what is not there at all


def test_a_question_whose_worker_died_again_and_again_is_given_up(world: World) -> None:
    number = ask(world, world.ana)
    later = world.at + timedelta(minutes=5)
    assert actions.give_up_what_ifs(at=later) == 0  # its job waits
    ProcrastinateJob.objects.all().delete()
    assert actions.give_up_what_ifs(at=world.at) == 0  # too fresh to say
    assert actions.give_up_what_ifs(at=later) == 1
    assert (row(number).state, row(number).error) == ("failed", "lost")


@pytest.mark.parametrize(
    ("changes", "weeks"),
    [
        ([{"kind": "people", "department_id": 1, "more": 1}], 26),
        ([{"kind": "people", "department_id": 1, "more": 1, "from_week": 20}], 33),
        ([{"kind": "holiday", "department_id": 1, "away": 1, "from_week": 4, "weeks": 2}], 10),
        ([{"kind": "people", "department_id": 1, "more": 1, "until_week": 1}], 8),
        ([{"kind": "people", "department_id": 1, "more": 1, "from_week": 40, "until_week": 60}], 52),
    ],
)
def test_as_many_weeks_are_played_as_the_question_needs(changes: list[dict[str, Any]], weeks: int) -> None:
    assert weeks_to_play(question_from_json({"changes": changes})) == weeks
