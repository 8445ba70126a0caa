"""Which team of a log is which department: every team, a page at a time, by suggestion or by a file, and undone."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clientela.kernel.journal import facts_about, thing
from clientela.kernel.policies import HiddenError
from clientela.network import actions
from clientela.network.models import EventLog, LogDecision, LogEdge, LogTeam
from clientela.network.queries import Called, LogTeamsPage, log_edges, log_page, log_teams_page, log_teams_told
from clientela.network.queries.logs_teams import A_PAGE
from tests.world import World

TEAMS = 324  # as many as the support log of BPI 2013 has


def log_of(world: World, teams: int = TEAMS) -> int:
    """A log that was counted: team 1 is the busiest and hands to each of the others; two are always as busy."""
    row = EventLog.objects.create(
        file_name="desk.csv", sha256="x", size_bytes=1, brought_by_id=world.carmen.person_id, brought_at=world.at,
        state="done", found={
            "first_at": "2024-03-04T08:00:00Z", "last_at": "2024-03-09T08:00:00Z", "events": 1, "teams": teams,
            "edges_found": teams - 1,
        },
    )  # fmt: skip
    made = LogTeam.objects.bulk_create(
        LogTeam(log=row, name=f"T{n:03}", events=10 * (teams - n // 2), cases=1) for n in range(1, teams + 1)
    )
    LogEdge.objects.bulk_create(
        LogEdge(log=row, giver=made[0], taker=one, handovers=2, cases=1, median_wait_seconds=0, back=0)
        for one in made[1:]
    )
    return row.pk


def ids(number: int) -> dict[str, int]:
    return dict(LogTeam.objects.filter(log_id=number).values_list("name", "pk"))


def said(number: int) -> dict[str, tuple[int | None, bool]]:
    rows = LogTeam.objects.filter(log_id=number).values_list("name", "department_id", "is_outside")
    return {name: (department, outside) for name, department, outside in rows if department or outside}


def match(world: World, number: int, **more: Any) -> int:
    return actions.match_log_teams(by=world.carmen, at=world.at, log_id=number, **more)


def by_file(world: World, number: int, text: str) -> int:
    return actions.match_log_teams_by_file(by=world.carmen, at=world.at, log_id=number, data=text.encode())


def names(page: LogTeamsPage) -> list[str]:
    return [team.name for team in page.teams]


def test_nobody_else_sees_the_teams_or_decides(world: World) -> None:
    number = log_of(world, 3)
    for stranger in (world.ana, world.radu, world.zofia):
        for asked in (log_teams_page, log_teams_told):
            with pytest.raises(HiddenError):
                asked(stranger, number)
        with pytest.raises(HiddenError):
            actions.match_log_teams_by_file(by=stranger, at=world.at, log_id=number, data=b"")
        with pytest.raises(HiddenError):
            actions.undo_log_match(by=stranger, at=world.at, log_id=number)
    with pytest.raises(HiddenError):
        log_teams_page(world.carmen, number + 1)


def test_a_log_that_was_not_counted_has_no_teams_to_decide(world: World) -> None:
    number = log_of(world, 3)
    EventLog.objects.update(state="waiting")
    for asked in (log_teams_page, log_teams_told):
        with pytest.raises(HiddenError):
            asked(world.carmen, number)
    with pytest.raises(actions.LogRefusedError):
        match(world, number, department_of={})
    with pytest.raises(actions.LogRefusedError):
        by_file(world, number, "team,department\n")
    with pytest.raises(actions.LogRefusedError):
        actions.undo_log_match(by=world.carmen, at=world.at, log_id=number)


def test_every_team_is_reached_page_by_page_and_back_again_each_page_as_cheap_as_the_first(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    number = log_of(world)
    pages = []
    after: int | None = None
    while True:
        with django_assert_max_num_queries(8):
            page = log_teams_page(world.carmen, number, after=after)
        pages.append(names(page))
        if page.older is None:
            break
        after = page.older
    # The busiest first, those as busy as each other by name.
    assert [name for some in pages for name in some] == [f"T{n:03}" for n in range(1, TEAMS + 1)]
    assert [len(some) for some in pages] == [A_PAGE] * 12 + [TEAMS - 12 * A_PAGE]
    back = [names(page)]
    while page.newer is not None:
        page = log_teams_page(world.carmen, number, before=page.newer)
        back.append(names(page))
    assert back[::-1] == pages


def test_behind_the_last_open_team_those_that_are_still_open_are_shown_again(world: World) -> None:
    number = log_of(world, A_PAGE + 2)
    first = log_teams_page(world.carmen, number, is_open_only=True)
    rest = log_teams_page(world.carmen, number, is_open_only=True, after=first.older)
    match(world, number, department_of={team.id: None for team in rest.teams})
    again = log_teams_page(world.carmen, number, is_open_only=True, after=first.older)
    assert (names(again), again.older, again.newer) == (names(first), None, None)
    match(world, number, department_of={team.id: None for team in first.teams[:3]})
    again = log_teams_page(world.carmen, number, is_open_only=True, before=first.teams[3].id)
    assert names(again) == names(first)[3:]


def test_teams_are_found_by_a_part_of_their_name_and_by_what_is_open(world: World) -> None:
    number = log_of(world)
    match(world, number, department_of={ids(number)["T017"]: world.care.id, ids(number)["T117"]: None})
    assert names(log_teams_page(world.carmen, number, words="t_17")) == []
    assert names(log_teams_page(world.carmen, number, words="17")) == [
        "T017", "T117", "T170", "T171", "T172", "T173", "T174", "T175", "T176", "T177", "T178", "T179", "T217", "T317"
    ]  # fmt: skip
    still = names(log_teams_page(world.carmen, number, words="17", is_open_only=True))
    assert (still[0], len(still)) == ("T170", 12)


def test_how_far_it_is_counts_teams_and_the_hand_overs_of_which_both_sides_are_known(world: World) -> None:
    number = log_of(world, 11)
    one = ids(number)
    match(world, number, department_of={one["T001"]: world.care.id, one["T002"]: None, one["T003"]: world.workshop.id})
    found = log_teams_page(world.carmen, number).decided
    assert (found.teams, found.decided, found.outside, found.handovers, found.drawable) == (11, 3, 1, 20, 4)
    assert found.share == 0.2
    assert log_page(world.carmen, number).decided == found


def test_what_is_none_of_ours_is_a_decision_and_makes_no_line(world: World) -> None:
    number = log_of(world, 3)
    one = ids(number)
    assert match(world, number, department_of={one["T001"]: world.care.id, one["T002"]: None}) == 2
    assert log_edges() == ()
    assert said(number) == {"T001": (world.care.id, False), "T002": (None, True)}
    assert match(world, number, department_of={one["T002"]: None}) == 0  # nothing new, nothing to undo
    assert LogDecision.objects.count() == 1


def test_the_lines_of_the_map_follow_each_decision_and_each_undo(world: World) -> None:
    number = log_of(world, 4)
    one = ids(number)

    def lines() -> list[tuple[int, int | None, int]]:
        return [(line.provider_id, line.customer_id, line.asked) for line in log_edges()]

    match(world, number, department_of={one["T001"]: world.care.id})
    match(world, number, department_of={one["T002"]: world.workshop.id})
    assert lines() == [(world.workshop.id, world.care.id, 2)]
    match(world, number, department_of={one["T003"]: world.workshop.id, one["T002"]: None})
    match(world, number, department_of={one["T004"]: world.workshop.id}, undecided=[one["T001"]])
    assert lines() == []
    for expected in ([(world.workshop.id, world.care.id, 2)], [(world.workshop.id, world.care.id, 2)], [], []):
        assert actions.undo_log_match(by=world.carmen, at=world.at, log_id=number) in {1, 2}
        assert lines() == expected
    assert said(number) == {}
    with pytest.raises(actions.LogRefusedError):
        actions.undo_log_match(by=world.carmen, at=world.at, log_id=number)
    verbs = [fact.verb for fact in facts_about(thing("log", number))]
    assert sorted(verbs) == ["log.match_undone"] * 4 + ["log.matched"] * 4


def test_only_the_last_steps_are_kept_to_be_undone(world: World) -> None:
    number = log_of(world, 2)
    one = ids(number)["T001"]
    for turn in range(25):
        match(world, number, department_of={one: world.care.id if turn % 2 else world.workshop.id})
    assert LogDecision.objects.count() == 20


def test_what_was_said_of_another_log_is_neither_undone_nor_forgotten(world: World) -> None:
    number, other = log_of(world, 2), log_of(world, 2)
    match(world, number, department_of={ids(number)["T001"]: world.care.id})
    match(world, other, department_of={ids(other)["T001"]: world.workshop.id})
    assert actions.undo_log_match(by=world.carmen, at=world.at, log_id=number) == 1
    assert (said(number), said(other)) == ({}, {"T001": (world.workshop.id, False)})
    with pytest.raises(actions.LogRefusedError):
        actions.undo_log_match(by=world.carmen, at=world.at, log_id=number)
    for turn in range(21):
        match(world, number, department_of={ids(number)["T001"]: world.care.id if turn % 2 else world.workshop.id})
    assert log_teams_page(world.carmen, other).may_undo


def test_an_undo_passes_over_teams_and_departments_that_are_gone(world: World) -> None:
    number = log_of(world, 3)
    one = ids(number)
    match(world, number, department_of={one["T001"]: world.care.id, one["T002"]: world.care.id})
    match(world, number, department_of={one["T001"]: None, one["T002"]: None})
    step = LogDecision.objects.order_by("-pk")[0]
    step.before = {**step.before, "T001": [0, False], "gone": [world.care.id, False]}
    step.save()
    assert actions.undo_log_match(by=world.carmen, at=world.at, log_id=number) == 2
    assert said(number) == {"T002": (world.care.id, False)}


def test_a_table_says_all_of_it_at_once(world: World) -> None:
    number = log_of(world)
    rows = "".join(f"T{n:03};{'WORKSHOP' if n % 2 else 'outside'}\r\n" for n in range(1, TEAMS))
    assert by_file(world, number, f"\ufeffTeam;Department\r\n{rows}T324;\r\n") == TEAMS - 1
    found = log_teams_page(world.carmen, number).decided
    assert (found.decided, found.outside) == (323, 161)
    assert actions.undo_log_match(by=world.carmen, at=world.at, log_id=number) == 323
    assert said(number) == {}


def test_of_a_table_with_a_wrong_line_nothing_is_kept(world: World) -> None:
    number = log_of(world, 3)
    with pytest.raises(actions.TeamsFileError) as refused:
        by_file(world, number, "team,department\nT001,Workshop\nT009,Workshop\nT002,Workshp\n")
    assert [(one.code, one.line, one.value) for one in refused.value.problems] == [
        ("unknown_team", 3, "T009"),
        ("unknown_department", 4, "Workshp"),
    ]
    assert said(number) == {}


def test_what_is_handed_out_can_be_brought_back_as_it_is(world: World) -> None:
    number = log_of(world, 4)
    one = ids(number)
    match(world, number, department_of={one["T002"]: world.workshop.id, one["T003"]: None})
    rows = list(log_teams_told(world.carmen, number))
    assert rows[1:3] == [("T002", "workshop", 30, 1, False), ("T003", "", 30, 1, True)]
    lines = [f"{name},{'outside' if outside else key}" for name, key, _events, _cases, outside in rows]
    assert by_file(world, number, "team,department\n" + "\n".join(lines)) == 0


def test_names_suggest_a_department_where_it_can_only_be_that_one(world: World) -> None:
    cards = log_teams_page(world.carmen, log_of(world, 2)).departments
    called = Called(cards)
    assert called.suggested("WORKSHOP") == world.workshop.id
    assert called.suggested("Workshp") == world.workshop.id
    assert called.suggested("Workshop 2nd line") == world.workshop.id
    assert called.suggested("2nd_customer care_EMEA") == world.care.id
    assert called.suggested("Customer care or Workshop") == world.care.id  # the more words, the surer
    assert called.suggested("V3_2nd") is None
    assert called.exactly("Workshop 2nd line") is None


def test_a_name_that_may_mean_two_departments_or_hardly_any_letter_suggests_none(world: World) -> None:
    some = log_teams_page(world.carmen, log_of(world, 2)).departments
    care = next(card for card in some if card.id == world.care.id)
    it = next(card for card in some if card.id == world.it.id)
    named = [
        replace(care, key="billing-a", name="Billing east", names={}),
        replace(it, key="billing-b", name="Billing west", names={}),
    ]
    called = Called(named)
    assert called.suggested("Billing east") == care.id
    assert called.suggested("Billing eest") is None  # as near to the one as to the other
    same = Called([replace(care, name="Billing", names={}), replace(it, name="Billing", names={})])
    assert (same.exactly("Billing"), same.suggested("Billing")) == (None, None)
    short = Called([replace(it, key="x", name="IT", names={})])
    assert (short.suggested("IT"), short.suggested("Ask it or not")) == (it.id, None)


def test_a_team_is_decided_or_outside_but_never_both(world: World) -> None:
    number = log_of(world, 2)
    one = ids(number)["T001"]
    match(world, number, department_of={one: None})
    match(world, number, department_of={one: world.care.id})
    assert said(number) == {"T001": (world.care.id, False)}
    match(world, number, department_of={}, undecided=[one])
    assert said(number) == {}
    match(world, number, department_of={one: None}, undecided=[one])
    assert said(number) == {}
