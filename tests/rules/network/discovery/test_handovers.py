"""Who hands over to whom: counted by hand, and as another tool counts it."""

from pathlib import Path

import pytest

from clientela.network.discovery import Edge, Node
from clientela.network.discovery.contracts import Wish
from clientela.network.discovery.discovering import LogCancelledError, discover
from tests.rules.network.discovery.logs import HEADING, HELP, counts, discovered, notes, problem, written
from tests.shared_data import needs_shared_data, shared_data

# pm4py 2.7.23.11, discover_handover_of_work_network(resource_key="team"), times the 11 steps from event to event.
PM4PY = {
    ("Desk", "Repair"): 3,
    ("Desk", "Billing"): 2,
    ("Repair", "Desk"): 1,
    ("Repair", "Repair"): 1,
    ("Repair", "Billing"): 1,
    ("Billing", "Desk"): 1,
    ("Billing", "Repair"): 1,
    ("Billing", "Billing"): 1,
}
# The same with beta=0.5, as the shares that it gives.
PM4PY_HALF = {
    ("Desk", "Repair"): 0.2845528455284553,
    ("Desk", "Desk"): 0.04878048780487805,
    ("Desk", "Billing"): 0.1951219512195122,
    ("Repair", "Desk"): 0.0975609756097561,
    ("Repair", "Repair"): 0.11382113821138211,
    ("Repair", "Billing"): 0.06504065040650407,
    ("Billing", "Desk"): 0.06504065040650407,
    ("Billing", "Repair"): 0.06504065040650407,
    ("Billing", "Billing"): 0.06504065040650407,
}


def test_a_small_log_is_counted_as_by_hand(tmp_path: Path) -> None:
    found = discovered(written(tmp_path, HELP))
    assert found.edges == (
        # 30 minutes, none, none; the second time Repair had had the case before
        Edge("Desk", "Repair", 3, 2, 0.0, 1, 3.0),
        Edge("Desk", "Billing", 2, 2, 2100.0, 0, 2.0),
        Edge("Billing", "Desk", 1, 1, 0.0, 1, 1.0),
        Edge("Billing", "Repair", 1, 1, 82800.0, 0, 1.0),
        Edge("Repair", "Billing", 1, 1, 0.0, 0, 1.0),
        Edge("Repair", "Desk", 1, 1, 3600.0, 1, 1.0),
    )
    assert found.nodes == (
        Node("Desk", 7, 5, 5, 2),
        Node("Repair", 5, 3, 2, 4),
        Node("Billing", 4, 3, 2, 3),
    )
    assert (found.events, found.cases, found.activities, found.handovers) == (16, 5, 5, 9)
    assert (found.first_at, found.last_at) == ("2024-03-04T09:00:00Z", "2024-03-09T09:00:00Z")


def test_with_what_stays_in_the_same_hands_the_counts_are_those_of_pm4py(tmp_path: Path) -> None:
    assert counts(discovered(written(tmp_path, HELP), with_own=True)) == PM4PY


def test_steps_farther_weigh_as_in_pm4py(tmp_path: Path) -> None:
    found = discovered(written(tmp_path, HELP), with_own=True, beta=0.5)
    whole = sum(edge.weight for edge in found.edges)
    shares = {(edge.giver, edge.taker): edge.weight / whole for edge in found.edges}
    assert shares == pytest.approx(PM4PY_HALF, abs=1e-12)


def test_equal_moments_keep_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [f"1,x,{team},2024-03-04" for team in "CABDA"]
    assert counts(discovered(written(tmp_path, HEADING + "\n".join(rows)))) == {
        ("C", "A"): 1,
        ("A", "B"): 1,
        ("B", "D"): 1,
        ("D", "A"): 1,
    }


def test_an_event_by_nobody_is_passed_over_and_said(tmp_path: Path) -> None:
    found = discovered(written(tmp_path, HEADING + "1,x,A,2024-03-04\n1,y, ,2024-03-05\n1,z,B,2024-03-06\n"))
    assert counts(found) == {("A", "B"): 1}
    assert notes(found)["no_team"] == (1, (3,))


def test_only_the_events_of_a_transition_are_counted_if_wished(tmp_path: Path) -> None:
    rows = "1,A,2024-03-04,complete\n1,B,2024-03-05,start\n1,C,2024-03-06,Complete\n"
    text = "case,team,moment,lifecycle:transition\n" + rows
    assert counts(discovered(written(tmp_path, text), transition="complete")) == {("A", "C"): 1}


def test_the_median_wait_is_exact_for_an_even_number(tmp_path: Path) -> None:
    waits = (1, 2, 5, 100)
    rows = "".join(f"{n},x,A,2024-03-04 00:00:00\n{n},x,B,2024-03-04 00:{n // 60:02}:{n % 60:02}\n" for n in waits)
    (edge,) = discovered(written(tmp_path, HEADING + rows)).edges
    assert edge.median_wait_seconds == 3.5


def test_a_log_with_one_team_gets_its_own_answer(tmp_path: Path) -> None:
    found = discovered(written(tmp_path, HEADING + "1,x,A,2024-03-04\n1,y,A,2024-03-05\n2,z,A,2024-03-06\n"))
    assert (found.edges, [node.name for node in found.nodes]) == ((), ["A"])
    assert "one_team" in notes(found)


def test_cases_that_never_move_get_their_own_answer(tmp_path: Path) -> None:
    found = discovered(written(tmp_path, HEADING + "1,x,A,2024-03-04\n2,y,B,2024-03-05\n2,y,B,2024-03-05\n"))
    assert "no_handover" in notes(found)


def test_steps_that_weigh_more_the_farther_they_are_are_refused(tmp_path: Path) -> None:
    assert problem(written(tmp_path, HELP), beta=1.0).code == "beta"


def test_progress_grows_to_the_whole_and_a_cancel_is_heard(tmp_path: Path) -> None:
    path = written(tmp_path, HELP)
    seen: list[tuple[float, int]] = []
    discover(path, Wish(), on_progress=lambda share, rows: seen.append((share, rows)))
    assert seen == sorted(seen)
    assert seen[-1] == (1.0, 16)
    with pytest.raises(LogCancelledError):
        discover(path, Wish(), is_cancelled=lambda: True)


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    path, folder = written(tmp_path, HELP), tmp_path / "work"
    folder.mkdir()
    discover(path, Wish(), folder=folder)
    assert list(folder.iterdir()) == []


@needs_shared_data
def test_a_real_log_is_counted_as_by_pm4py() -> None:
    # pm4py 2.7.23.11 on the support teams: 683 pairs, 5,173 steps, of them 655 from one team to another.
    path = shared_data("logs", "bpi2013_closed_problems_with_teams.csv")
    found = discovered(path, columns={"team": "organization involved"}, with_own=True)
    assert (len(found.edges), sum(counts(found).values()), found.handovers) == (683, 5173, 655)
    assert counts(found)["G199 3rd", "G21 2nd"] == 37
    assert counts(found)["G21 2nd", "G199 3rd"] == 31
