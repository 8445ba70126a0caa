"""`clientela replay` and `clientela forecast`, as somebody runs them."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.shared_data import needs_shared_data, shared_data

CHECKOUT = Path(__file__).resolve().parents[3]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clientela.command.main", *map(str, words)],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def answer(*words: object) -> dict[str, Any]:
    done = run(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A help desk of three teams in busy office hours, with states and priorities."""
    generator = np.random.default_rng(11)
    rows = ["ticket,state,moment,team,priority"]
    moment = datetime(2024, 3, 4, 8, 0)  # noqa: DTZ001 -- a clock without a zone is what is tested
    for number in range(700):
        moment += timedelta(minutes=float(generator.exponential(12)))
        if moment.hour >= 17:
            moment = (moment + timedelta(days=1)).replace(hour=8)
        while moment.weekday() >= 5:
            moment += timedelta(days=1)
        at, priority = moment, ["Low", "Medium", "High"][int(generator.integers(0, 3))]
        for team in generator.permutation(["IT", "Workshop", "HR"])[: int(generator.integers(1, 4))]:
            rows.append(f"{number},Queued,{at.isoformat()},{team},{priority}")
            at += timedelta(minutes=float(generator.exponential(20)))
            rows.append(f"{number},In Progress,{at.isoformat()},{team},{priority}")
            at += timedelta(minutes=float(generator.lognormal({"IT": 2.5, "Workshop": 3.5, "HR": 3.0}[team], 0.5)))
        rows.append(f"{number},Resolved,{at.isoformat()},{team},{priority}")
    path = tmp_path_factory.mktemp("logs") / "desk.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


COLUMNS = "case=ticket,activity=state,moment=moment,team=team,priority=priority"


def test_every_rule_is_played_and_measured_by_team_and_overall(log: Path) -> None:
    told = answer("replay", log, "--columns", COLUMNS)
    assert (told["manner"], told["cases"], sorted(told["promises"])) == ("states", 700, ["loose", "tight"])
    for promise in told["promises"].values():
        assert list(promise["rules"]) == ["fcfs", "edd", "priority", "wsjf", "atc", "chain"]
        assert promise["rules"][promise["best_simple"]]["share_of_best_simple"] == 1.0
        for rule in promise["rules"].values():
            assert sorted(rule["teams"]) == ["HR", "IT", "Workshop"]
            assert sum(team["operations"] for team in rule["teams"].values()) == told["operations"]
            assert 0 <= rule["kept_percent"] <= 100
    assert {"no_zone", "working_time", "stakes"} <= {note["code"] for note in told["notes"]}


def test_one_rule_one_promise_and_a_floor(log: Path) -> None:
    told = answer("replay", log, "--columns", COLUMNS, "--rule", "chain", "--promise", "tight", "--floor", "2")
    (promise,) = told["promises"].values()
    assert (list(promise["rules"]), promise["best_simple"]) == (["chain"], None)
    assert promise["rules"]["chain"]["share_of_best_simple"] is None


def test_the_same_log_gives_the_same_answer(log: Path) -> None:
    words = ("replay", log, "--columns", COLUMNS, "--rule", "chain", "--stakes", "equal", "--hours", "always")
    assert answer(*words) == answer(*words)


def test_the_promises_of_the_log_itself_are_played_where_it_has_them(tmp_path: Path, log: Path) -> None:
    lines = log.read_text(encoding="utf-8").splitlines()
    dued = [lines[0] + ",due", *(f"{line},2024-06-01T12:00:00" for line in lines[1:])]
    path = tmp_path / "due.csv"
    path.write_text("\n".join(dued), encoding="utf-8")
    told = answer("replay", path, "--columns", f"{COLUMNS},due=due", "--rule", "edd")
    assert list(told["promises"]) == ["log"]
    refused = run("replay", log, "--columns", COLUMNS, "--promise", "log")
    assert (refused.returncode, "no due moments are in the log" in refused.stderr) == (2, True)


def test_a_table_is_printed_for_people(log: Path) -> None:
    done = run("replay", log, "--columns", COLUMNS, "--rule", "chain", "--promise", "loose")
    assert done.returncode == 0
    assert "By rule, with loose promises" in done.stdout
    assert "By team, rule chain" in done.stdout


@pytest.mark.parametrize("command", ["replay", "forecast"])
def test_a_log_that_cannot_be_used_ends_with_one_sentence_and_status_2(tmp_path: Path, command: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    done = run(command, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"clientela: {path}: no column was found for case, activity and moment. The columns are: “x”, “y”. "
        "Tell which is which: --columns case=…,activity=…,moment=….\n"
    )


@pytest.mark.parametrize("command", ["replay", "forecast"])
def test_a_log_that_is_too_short_says_how_much_is_needed(tmp_path: Path, command: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,activity,timestamp\na,In Progress,2024-03-04T09:00Z\na,Resolved,2024-03-04T10:00Z\n")
    done = run(command, path)
    assert done.returncode == 2
    assert "only 1 " in done.stderr


def test_forecasts_are_calibrated_on_a_log_they_never_saw(log: Path) -> None:
    told = answer("forecast", log, "--columns", COLUMNS)
    overall = told["overall"]
    assert 75.0 <= overall["held_percent"] <= 85.0
    assert overall["pinball_loss"] < overall["naive_pinball_loss"]
    assert sum(team["forecasts"] for team in told["teams"].values()) == overall["forecasts"]
    assert told["trained_on"] > 0


@needs_shared_data
@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["bpi2013_incidents.csv.gz", "bpi2013_closed_problems_with_teams.csv"])
def test_on_real_logs_chain_is_five_percent_better_with_tight_promises_and_twelve_with_loose(name: str) -> None:
    told = answer("replay", shared_data("logs", name))["promises"]
    assert told["tight"]["rules"]["chain"]["share_of_best_simple"] <= 0.95
    assert told["loose"]["rules"]["chain"]["share_of_best_simple"] <= 0.88


@needs_shared_data
@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["bpi2013_incidents.csv.gz", "bpi2013_closed_problems_with_teams.csv"])
def test_on_real_logs_four_in_five_ranges_hold(name: str) -> None:
    assert 75.0 <= answer("forecast", shared_data("logs", name))["overall"]["held_percent"] <= 85.0
