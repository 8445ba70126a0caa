"""`clientela map discover`, as somebody runs it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientela.command.map_words import note_words
from clientela.network.discovery import Columns, Discovered, Note
from tests.rules.network.discovery.logs import HEADING, HELP, written
from tests.rules.network.discovery.test_handovers import PM4PY

CHECKOUT = Path(__file__).resolve().parents[3]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clientela.command.main", "map", "discover", *map(str, words)],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def answer(*words: object) -> dict[str, Any]:
    done = run(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_log_that_cannot_be_used_ends_with_one_sentence_and_nothing_printed(tmp_path: Path) -> None:
    path = written(tmp_path, HELP)
    done = run(path, "--columns", "case=case,team=taem")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"clientela: {path}: there is no column “taem” for the role team. Did you mean “team”? "
        "The columns are: “case”, “activity”, “team”, “moment”.\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--columns", "cases=case"), "--columns: there is no role “cases”. Did you mean case?"),
        (("--by", "boss"), "--by: there is no “boss”."),
        (("--zone", "Mars/Base"), "--zone: there is no zone “Mars/Base”."),
        (("--beta", "2"), "--beta: a number from 0 to under 1"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run(written(tmp_path, HELP), *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_answer_as_json_holds_nodes_and_edges(tmp_path: Path) -> None:
    path = written(tmp_path, HELP)
    told = answer(path, "--columns", "case=case,activity=activity,team=team,moment=moment", "--zone", "UTC")
    assert {(edge["from"], edge["to"]): edge["handovers"] for edge in told["edges"]} == PM4PY
    assert told["edges"][0] == {
        "from": "Desk", "to": "Repair", "handovers": 3, "cases": 2, "median_wait_seconds": 0.0, "back": 1,
        "back_share": 0.333333, "weight": 3.0, "own": False,
    }  # fmt: skip
    assert told["nodes"][0] == {"name": "Desk", "events": 7, "cases": 5, "gives": 5, "takes": 2}
    assert (told["rows"], told["events"], told["cases"], told["handovers"], told["notes"]) == (16, 16, 5, 9, [])
    assert {edge["own"] for edge in answer(path, "--no-own")["edges"]} == {False}


def test_the_answer_for_people_says_what_was_guessed_and_what_is_to_be_known(tmp_path: Path) -> None:
    done = run(written(tmp_path, HELP + "6,x,Desk,soon\n"))
    assert done.returncode == 0
    said = " ".join(done.stdout.split())
    assert "Columns: case=case (name), activity=activity (name), moment=moment (name), team=team (name)" in said
    assert "16 events of 5 cases, 2024-03-04 to 2024-03-09: 9 hand-overs between 3 teams." in said
    assert "- 1 event without a moment (“moment”) that can be read were left out: line 18." in said
    assert "Tell theirs with --zone" in said


def test_a_log_with_one_team_gets_a_plain_answer(tmp_path: Path) -> None:
    done = run(written(tmp_path, HEADING + "1,x,Desk,2024-03-04\n1,y,Desk,2024-03-05\n"))
    assert done.returncode == 0
    assert "With one team nobody hands over to anybody" in " ".join(done.stdout.split())


def test_nobody_is_listed_by_how_much_they_did(tmp_path: Path) -> None:
    done = run(written(tmp_path, HELP.replace("team", "user")))
    assert "Who hands over to whom" in done.stdout
    assert "Who took part" not in done.stdout
    assert "Not sure about" in done.stdout


def test_every_note_has_its_words() -> None:
    found = Discovered("csv", "team", Columns({}, {}), 0, 0, 0, 0, "", "", (), (), (), 0.0)
    codes = "encoding no_zone day_or_month short_line no_case no_moment no_team defaults nameless_cases serial"
    assert all(note_words(Note(code, 2, (3, 4), "x"), found) for code in [*codes.split(), "one_team", "no_handover"])


def test_the_words_of_the_command_load_no_engine() -> None:
    code = (
        "import sys, clientela.command.map; "
        "print([name for name in ('duckdb', 'pyarrow', 'ibis', 'networkx', 'scipy', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
