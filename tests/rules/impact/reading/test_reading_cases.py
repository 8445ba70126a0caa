"""Files of cases read: every problem has its own code and figures, and what is left out or assumed is noted."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clientela.impact.reading.answering import answered
from clientela.impact.reading.apart import is_yes_or_no
from clientela.impact.reading.building import read_cases
from clientela.impact.reading.columns import Source
from clientela.impact.reading.contracts import Asked, CasesRead
from clientela.impact.reading.guessing import guessed_outcomes, guessed_roles
from clientela.impact.reading.heading import looks_like_values, read_heading
from clientela.impact.reading.pooling import pooled_cases
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.rules.cases import Cases
from clientela.impact.rules.estimating import Settings
from clientela.impact.rules.refusing import NoAnswer, Refusal
from tests.case_rows import HEADING, MET, ROLES, as_csv, beside, long_rows, met_on_arrival
from tests.rules.impact.organisation import organisation

CASES, INSIDE = organisation(cases_each=30)
NAMES = HEADING.split(",")
ROWS = long_rows(CASES, INSIDE)
COLUMNS = {"outcome": "score"} | ROLES
MET_ROLES = dict(zip(("queue", "served", "urgency"), MET, strict=True))


def read(tmp_path: Path, content: bytes, columns: dict[str, str] | None = None, **asked: Any) -> CasesRead:
    path = tmp_path / "17"
    path.write_bytes(content)
    return read_cases(Asked(Source(path, columns or COLUMNS, "desk.csv"), **asked), lambda _bytes: None)


def problem(tmp_path: Path, content: bytes, columns: dict[str, str] | None = None) -> tuple[str, dict[str, Any]]:
    with pytest.raises(CasesProblemError) as raised:
        read(tmp_path, content, columns)
    assert str(raised.value).startswith("desk.csv")
    assert str(tmp_path) not in str(raised.value)
    return raised.value.code, raised.value.figures


def of(name: str, value: object, count: int = 9) -> bytes:
    place = NAMES.index(name)
    return as_csv(NAMES, [[*row[:place], value, *row[place + 1 :]] for row in ROWS[:count]])


def test_each_problem_of_a_line_has_its_code_and_its_figures(tmp_path: Path) -> None:
    file = {"file": "desk.csv"}
    assert problem(tmp_path, b"") == ("empty", file)
    assert problem(tmp_path, as_csv(NAMES, [])) == ("no_lines", file)
    short = [*ROWS[:3], ROWS[3][:4]]
    assert problem(tmp_path, as_csv(NAMES, short)) == (
        "no_field", file | {"line": 5, "role": "type", "column": "kind"},
    )  # fmt: skip
    assert problem(tmp_path, of("month", "spring")) == (
        "no_period", file | {"line": 2, "column": "month", "value": "spring"},
    )  # fmt: skip
    blank = [*ROWS[:2], [*ROWS[2][:2], "", *ROWS[2][3:]]]
    assert problem(tmp_path, as_csv(NAMES, blank)) == ("blank_period", file | {"line": 4, "column": "month"})
    assert problem(tmp_path, of("w", "")) == ("blank_weight", file | {"line": 2, "column": "w"})
    differs = [ROWS[0], [ROWS[1][0], 9.5, *ROWS[1][2:]]]
    assert problem(tmp_path, as_csv(NAMES, differs)) == (
        "differs", file | {"line": 3, "role": "outcome", "column": "score", "other": 2},
    )  # fmt: skip
    assert problem(tmp_path, as_csv(NAMES, ROWS[:3]), {"outcome": "stars"}) == (
        "no_column", file | {"name": "stars", "role": "outcome", "columns": NAMES},
    )  # fmt: skip
    assert problem(tmp_path, as_csv(NAMES, ROWS[:3]), {"outcome": "score"}) == (
        "no_role", file | {"roles": ["period", "supplier", "quality"], "columns": NAMES},
    )  # fmt: skip
    assert (
        problem(tmp_path, as_csv(["o1", "4.5", "2024-01"], [["o2", "3", "2024-02"]]), {"case": "o1"})[0] == "no_heading"
    )


def test_words_for_yes_and_no_are_figures_and_others_are_not(tmp_path: Path) -> None:
    said = ["yes", "No", "TRUE", "false", "da", "nu", "tak", "nie", "sí", "", "1", "0"]
    rows = [[word, "2024-01", "IT", 3] for word in said]
    found = read(tmp_path, as_csv(["outcome", "period", "supplier", "quality"], rows), {"outcome": "outcome"})
    expected = [1, 0, 1, 0, 1, 0, 1, 0, 1, np.nan, 1, 0]
    np.testing.assert_array_equal(found.outcomes["outcome"], expected)
    assert is_yes_or_no(found.outcomes["outcome"])
    assert is_yes_or_no(-found.outcomes["outcome"])
    assert not is_yes_or_no(np.array([1.0, 1.0]))
    assert not is_yes_or_no(np.array([0.0, 1.0, 2.0]))
    weight = [["4", "2024-01", "IT", 3, "yes"]]
    heading = ["outcome", "period", "supplier", "quality", "weight"]
    assert problem(tmp_path, as_csv(heading, weight), {"outcome": "outcome"})[0] == "no_number"


def test_several_outcomes_keep_their_places_whichever_cases_are_left_out(tmp_path: Path) -> None:
    content = as_csv([*NAMES, "again"], [[*row, -float(str(row[1]))] for row in ROWS])
    path = tmp_path / "17"
    path.write_bytes(content)
    asked = Asked(Source(path, COLUMNS, outcomes=("again",)), is_lagged=True, worse=frozenset({"again"}))
    found = read_cases(asked, lambda _bytes: None)
    first = found.cases_of("score")
    assert isinstance(first, Cases)
    assert first.count < CASES.count
    np.testing.assert_array_equal(found.outcomes["again"], first.outcome)
    assert found.turned == {"again"}
    (note,) = found.notes
    assert (note.code, note.figures) == ("without_earlier", {"cases": CASES.count - first.count})


def test_cases_stand_in_the_order_of_the_file_in_every_process(tmp_path: Path) -> None:
    """What tells cases apart is hashed anew in every process; the order of sums must not follow it."""
    path = tmp_path / "desk.csv"
    path.write_bytes(as_csv(NAMES, ROWS[:60]))
    code = (
        "from pathlib import Path; from clientela.impact.reading.building import read_cases\n"
        "from clientela.impact.reading.columns import Source; from clientela.impact.reading.contracts import Asked\n"
        f"print(read_cases(Asked(Source(Path({str(path)!r}), {COLUMNS!r})), lambda _: None).cases.outcome.tolist())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{CASES.outcome[:30].tolist()}\n"}


def test_the_queue_that_a_case_met_is_one_more_check_and_never_a_gate(tmp_path: Path) -> None:
    def looked_at(triage: float, columns: dict[str, str], blank: int = 0) -> tuple[bool | None, object, bool]:
        cases, met = met_on_arrival(CASES, INSIDE, triage=triage)
        met = [["", *row[1:]] if place < blank else row for place, row in enumerate(met)]
        found = read(tmp_path, as_csv([*NAMES, *MET], beside(long_rows(cases, INSIDE), met)), COLUMNS | columns)
        (check,) = [
            one for one in answered(found, "score", settings=Settings(), seed=1).checks if one.name == "congestion"
        ]
        return check.held, check.detail.get("why"), check.is_gate

    assert looked_at(0.0, MET_ROLES) == (True, None, False)
    assert looked_at(0.0, MET_ROLES, blank=40) == (True, None, False)
    assert looked_at(0.0, MET_ROLES, blank=len(ROWS) - 20) == (None, "too_few", False)
    assert looked_at(1.0, MET_ROLES) == (None, "triage", False)
    without = {role: name for role, name in MET_ROLES.items() if role != "urgency"}
    assert looked_at(0.0, without) == (None, "urgency_not_given", False)
    assert looked_at(0.0, {"urgency": MET_ROLES["urgency"]}) == (None, "not_given", False)


def test_where_nobody_has_enough_answers_there_is_no_answer_and_nothing_to_pool(tmp_path: Path) -> None:
    found = pooled_cases(read(tmp_path, of("n", 4, len(ROWS))))
    assert isinstance(found.cases, NoAnswer)
    assert found.cases.code is Refusal.TOO_FEW_PEOPLE
    alone = read(tmp_path, of("n", 12, len(ROWS)))
    assert pooled_cases(alone) is alone


def test_a_heading_is_told_from_a_line_of_values() -> None:
    assert not looks_like_values(["case", "score", "2nd visit"])
    assert not looks_like_values([])
    assert looks_like_values(["o1", "4.5", "2024-01-03", "North"])
    assert looks_like_values(["o1", "IT", "yes"])


def test_the_first_rows_are_as_wide_as_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "17"
    path.write_bytes(b"case;score;said\n1;4\n\n2;5;x;y\n3;4;" + b"a" * 200 + b"\n" * 4)
    found = read_heading(path, name="desk.csv")
    assert found.names == ("case", "score", "said")
    assert found.rows == (("1", "4", ""), ("2", "5", "x"), ("3", "4", "a" * 80))
    path.write_bytes("dział,ocena,miesiąc\n1,4,2024-01\n".encode("cp1250"))
    assert read_heading(path, name="desk.csv").names == ("dział", "ocena", "miesiąc")
    path.write_bytes("case,score\n1,4\n".encode("utf-16"))
    assert read_heading(path, name="desk.csv").rows == (("1", "4"),)


def test_columns_are_guessed_once_each_by_their_usual_names() -> None:
    names = ["Ticket ID", "Priority", "Created at", "Team", "Q1", "Q2", "Came back", "Score", "Notes"]
    found = {role: name for role, name in guessed_roles("cases", names).items() if name}
    assert found == {
        "case": "Ticket ID", "period": "Created at", "supplier": "Team", "quality": "Q1", "quality2": "Q2",
        "urgency": "Priority",
    }  # fmt: skip
    assert guessed_outcomes(names, taken=list(found.values())) == ("Came back", "Score")
    assert guessed_roles("crosswalk", ["unit", "dept", "share"]) == {
        "unit": "unit", "supplier": "dept", "weight": "share",
    }  # fmt: skip
