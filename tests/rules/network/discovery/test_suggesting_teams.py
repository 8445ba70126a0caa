"""Teams and roles suggested from who hands over to whom: with a reason, the same each time, or not at all."""

from pathlib import Path

import pytest

from clientela.network.discovery import Suggested
from tests.rules.network.discovery.logs import agreement, counts, discovered_with_teams, written
from tests.shared_data import needs_shared_data, shared_data

HEADING = "case,activity,user,moment\n"
# Of 585 people, against the team in which each was seen most often; chance gives 0, the same teams 1.
AGREED_PLACED, AGREED_RAND = 215, 0.371


def log_of_two_teams() -> str:
    """Ana, Ben and Cleo repair among themselves; Dan, Eva and Fay pay among themselves; Gus was seen twice."""
    rows = []
    for number in range(60):
        team = ("Ana", "Ben", "Cleo") if number % 2 else ("Dan", "Eva", "Fay")
        does = "repair" if number % 2 else "pay"
        for step in range(3):
            who = team[(number // 2 + step) % 3]
            rows.append(f"{number},{does},{who},2024-03-{1 + number % 28:02} 0{step}:00:00")
    rows += ["0,pay,Gus,2024-03-01 05:00:00", "1,repair,Gus,2024-03-02 05:00:00"]
    return HEADING + "\n".join(rows) + "\n"


def suggested(path: Path, **wish: object) -> Suggested:
    found = discovered_with_teams(path, **wish)[1]
    assert found is not None
    return found


def test_who_hands_over_among_themselves_is_a_team_with_its_reason(tmp_path: Path) -> None:
    found = suggested(written(tmp_path, log_of_two_teams()))
    assert [team.members for team in found.teams] == [("Ana", "Ben", "Cleo"), ("Dan", "Eva", "Fay")]
    assert [(team.handovers_inside, team.handovers, team.does) for team in found.teams] == [
        (60, 61, (("repair", 1.0),)),
        (60, 61, (("pay", 1.0),)),
    ]
    assert [role.members for role in found.roles] == [("Ana", "Ben", "Cleo"), ("Dan", "Eva", "Fay")]
    assert found.unsure == (("Gus", "few"),)


def test_the_same_log_suggests_the_same_each_time(tmp_path: Path) -> None:
    path = written(tmp_path, log_of_two_teams())
    assert suggested(path) == suggested(path)


def test_hand_overs_can_be_counted_between_the_suggested_teams(tmp_path: Path) -> None:
    path = written(tmp_path, log_of_two_teams())
    found, _ = discovered_with_teams(path, by="suggested")
    assert {node.name: node.events for node in found.nodes} == {"Team 1": 90, "Team 2": 90, "?": 2}
    assert counts(found) == {("Team 1", "?"): 1, ("Team 2", "?"): 1}


def test_teams_that_are_too_small_are_counted_together(tmp_path: Path) -> None:
    found, _ = discovered_with_teams(written(tmp_path, log_of_two_teams()), by="suggested", fewest_members=5)
    assert [node.name for node in found.nodes] == ["?"]


def test_nobody_who_works_alone_is_put_into_a_team(tmp_path: Path) -> None:
    rows = "".join(f"{number},x,Ana,2024-03-04 0{number}:00:00\n" for number in range(9))
    found = suggested(written(tmp_path, HEADING + rows + "9,x,Ben,2024-03-04 09:00:00\n" * 6))
    assert (found.teams, found.unsure) == ((), (("Ana", "alone"), ("Ben", "alone")))


def test_where_the_log_names_teams_none_are_suggested(tmp_path: Path) -> None:
    text = log_of_two_teams().replace("user,", "team,", 1)
    assert discovered_with_teams(written(tmp_path, text))[1] is None


@needs_shared_data
def test_the_agreement_with_real_support_teams_is_what_the_benchmarks_say() -> None:
    path = shared_data("logs", "bpi2013_closed_problems_with_teams.csv")
    found = suggested(path, columns={"team": "none", "resource": "Resource"})
    placed = found.team_of()
    assert len(placed) == AGREED_PLACED
    assert agreement(path, placed) == pytest.approx(AGREED_RAND, abs=0.005)
