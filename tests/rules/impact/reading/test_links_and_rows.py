"""Crosswalks, suppliers' rows and panels that are not what was meant: said by file, line and name, with what helps."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clientela.impact.reading.building import read_cases
from clientela.impact.reading.columns import Source
from clientela.impact.reading.contracts import Asked, CasesRead
from clientela.impact.reading.heading import read_heading
from clientela.impact.reading.inside_rows import halves_of_answers
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.rules.refusing import NoAnswer, Refusal

MONTHS = [f"2024-0{month}" for month in range(1, 5)]
CASES = [f"{1 + n % 5},{MONTHS[n % 4]},shop {n % 3}" for n in range(48)]
WALK = ["shop 0,IT,0.6", "shop 0,Depot,0.4", "shop 1,IT,1", "shop 2,Depot,0.5", "shop 2,IT,0.5"]
INSIDE = [f"{name},{month},{3 + at % 3},2" for at, month in enumerate(MONTHS) for name in ("IT", "Depot")]


def written(path: Path, heading: str, lines: list[str]) -> Path:
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return path


def read(
    tmp_path: Path, *, cases: list[str] = CASES, walk: list[str] = WALK, inside: list[str] = INSIDE, **asked: Any
) -> CasesRead:
    return read_cases(
        Asked(
            Source(written(tmp_path / "1", "outcome,period,unit", cases), name="cases.csv"),
            Source(written(tmp_path / "2", "supplier,period,quality,load", inside), name="inside.csv"),
            Source(written(tmp_path / "3", "unit,supplier,weight", walk), name="walk.csv"),
            **asked,
        ),
        lambda _bytes: None,
    )


def noted(read: CasesRead, *codes: str) -> dict[str, dict[str, Any]]:
    return {note.code: dict(note.figures) for note in read.notes if note.code in codes}


DOUBTS = (
    "units_alike", "suppliers_alike", "units_twice", "suppliers_twice", "linked_twice", "unit_sums", "inside_twice",
    "single_answers", "looks_like_panel", "quality_differs",
)  # fmt: skip


def test_files_that_fit_raise_no_doubt_and_blank_rows_of_a_spreadsheet_are_none(tmp_path: Path) -> None:
    assert noted(read(tmp_path), *DOUBTS) == {}
    blank = read(tmp_path, cases=[*CASES, ",,", ",,"], walk=[*WALK, ",,"], inside=[*INSIDE, ",,,"])
    assert (blank.rows, noted(blank, *DOUBTS)) == (48, {})


def test_a_sign_that_a_spreadsheet_tells_itself_is_no_heading(tmp_path: Path) -> None:
    path = written(tmp_path / "1", "sep=;\noutcome;period;supplier;quality", ["4;2024-01;IT;3", "good;2024-02;IT;4"])
    assert read_heading(path, name="1").names == ("outcome", "period", "supplier", "quality")
    with pytest.raises(CasesProblemError, match=r"1, line 4, outcome \(outcome\): “good” is no number"):
        read_cases(Asked(Source(path, name="1")), lambda _bytes: None)


def test_units_and_suppliers_written_otherwise_are_named_beside_those_that_were_meant(tmp_path: Path) -> None:
    told = read(tmp_path, walk=[line.replace("shop 1", "Shop-01") for line in WALK])
    assert isinstance(told.cases, NoAnswer)
    assert told.cases.code is Refusal.UNKNOWN_UNITS
    assert noted(told, *DOUBTS) == {"units_alike": {"count": 1, "name": "shop 1", "other": "Shop-01"}}
    (said,) = [note.words for note in told.notes if note.code == "units_alike"]
    assert "such as “shop 1” and “Shop-01”. Write them alike in all files" in said
    codes = read(
        tmp_path,
        cases=[line.replace("shop ", "00") for line in CASES],
        walk=[line.replace("shop 0", "0.0").replace("shop ", "") for line in WALK],
    )
    assert noted(codes, *DOUBTS) == {"units_alike": {"count": 3, "name": "000", "other": "0.0"}}
    other = read(tmp_path, inside=[line.replace("Depot", "DEPOT") for line in INSIDE])
    assert noted(other, "suppliers_alike") == {"suppliers_alike": {"count": 1, "name": "Depot", "other": "DEPOT"}}
    assert noted(read(tmp_path, walk=[line.replace("shop 1", "C") for line in WALK]), "units_alike") == {}


def test_one_name_in_two_ways_in_a_column_is_said_and_other_names_are_not(tmp_path: Path) -> None:
    walk = [*WALK, "SHOP 1,IT,1"]
    told = read(tmp_path, cases=[*CASES, f"4,{MONTHS[0]},SHOP 1"], walk=walk)
    assert noted(told, *DOUBTS) == {"units_twice": {"count": 1, "name": "shop 1", "other": "SHOP 1"}}
    apart = [line.replace("shop 0", "1.5").replace("shop 1", "15").replace("shop 2", "C++") for line in WALK]
    cases = [line.replace("shop 0", "1.5").replace("shop 1", "15").replace("shop 2", "C++") for line in CASES]
    assert noted(read(tmp_path, cases=[*cases, f"4,{MONTHS[0]},C"], walk=[*apart, "C,IT,1"]), *DOUBTS) == {}


def test_links_that_stand_twice_and_sums_that_are_not_one_are_named_by_line(tmp_path: Path) -> None:
    told = read(tmp_path, walk=[*WALK, "shop 1,IT,1"])
    assert noted(told, *DOUBTS) == {
        "linked_twice": {"file": "walk.csv", "line": 7, "other": 4, "name": "shop 1", "count": 1},
        "unit_sums": {"file": "walk.csv", "line": 4, "name": "shop 1", "sum": 2.0, "units": 1, "of": 3},
    }
    percent = [f"{line.rsplit(',', 1)[0]},{100 * float(line.rsplit(',', 1)[1]):g}" for line in WALK]
    told = read(tmp_path, walk=percent)
    (said,) = [note.words for note in told.notes if note.code == "unit_sums"]
    assert said == (
        "walk.csv, line 2: the weights of “shop 0” sum to 100; 3 of 3 units do not sum to one. "
        "Write 60 % or 0.6 for a share of sixty percent."
    )


@pytest.mark.parametrize(("weight", "code"), [("-0.4", "negative_weight"), ("", "blank_weight")])
def test_a_weight_that_is_none_names_its_line(tmp_path: Path, weight: str, code: str) -> None:
    with pytest.raises(CasesProblemError) as raised:
        read(tmp_path, walk=[WALK[0], f"shop 0,Depot,{weight}", *WALK[2:]])
    assert raised.value.code == code
    assert raised.value.figures == {"file": "walk.csv", "line": 3, "column": "weight"}
    assert str(raised.value).endswith("Write the share that depended on this supplier, 0 to 1.")


def test_a_supplier_that_stands_twice_in_a_period_is_named_and_its_weeks_are_not(tmp_path: Path) -> None:
    told = read(tmp_path, inside=[*INSIDE, "IT,2024-02,1,2"])
    assert noted(told, *DOUBTS) == {
        "inside_twice": {"file": "inside.csv", "line": 10, "other": 4, "name": "IT", "count": 1}
    }
    same = read(tmp_path, inside=[*INSIDE, INSIDE[2]])
    assert noted(same, *DOUBTS) == {}
    weeks = [f"{name},2024-W{week:02d},{3 + week % 3},2" for week in range(1, 18) for name in ("IT", "Depot")]
    assert noted(read(tmp_path, inside=weeks), *DOUBTS) == {"quality_differs": {}}


def test_rows_of_single_answers_become_two_halves_and_few_of_them_are_not_used(tmp_path: Path) -> None:
    answers = [f"{name},{month},{1 + at % 5},2" for month in MONTHS for name in ("IT", "Depot") for at in range(6)]
    told = read(tmp_path, inside=answers)
    assert noted(told, *DOUBTS) == {"single_answers": {"file": "inside.csv"}}
    assert told.has_answers
    assert told.inside.answers.tolist() == [[6, 6]] * 4
    halves = told.inside.quality
    np.testing.assert_allclose(halves.mean(axis=0), np.mean([1, 2, 3, 4, 5, 1]))
    assert not told.inside.is_exact
    np.testing.assert_array_equal(read(tmp_path, inside=answers).inside.quality, halves)
    few = read(tmp_path, inside=[line for at, line in enumerate(answers) if at % 6 < 3])
    assert few.inside.answers.tolist() == [[3, 3]] * 4


def test_halves_hold_every_answer_once() -> None:
    values = np.array([1.0, 2, 3, 4, np.nan, 5, 7])
    first, second, answers = halves_of_answers(values, np.array([0, 0, 0, 0, 0, 0, 1]), (1, 2))
    assert answers.tolist() == [[5, 1]]
    assert 3 * first[0, 0] + 2 * second[0, 0] == pytest.approx(15)
    assert (first[0, 1], second[0, 1]) == (7, 7)


def test_departments_and_periods_instead_of_cases_are_recognised(tmp_path: Path) -> None:
    rows = [
        f"{3 + (at + d) % 2},{month},d{d},{3 + (at * d) % 4},2" for at, month in enumerate(MONTHS) for d in range(5)
    ]
    path = written(tmp_path / "panel.csv", "outcome,period,supplier,quality,load", rows)
    source = Source(path, name="panel.csv")
    told = read_cases(Asked(source), lambda _bytes: None)
    assert noted(told, *DOUBTS) == {"looks_like_panel": {"file": "panel.csv", "rows": 20}}
    (said,) = [note.words for note in told.notes if note.code == "looks_like_panel"]
    assert "If it is one, say --panel: then the answer says that it is weaker" in said
    assert noted(read_cases(Asked(source, is_panel=True), lambda _bytes: None), *DOUBTS) == {}
    units = [f"{1 + at % 5},{month},shop {unit}" for at, month in enumerate(MONTHS) for unit in range(3)]
    assert noted(read(tmp_path, cases=units), *DOUBTS) == {"looks_like_panel": {"file": "cases.csv", "rows": 12}}
    written(path, "outcome,period,unit,quality", ["4,2024-01,d1,3"])
    with pytest.raises(CasesProblemError, match="supplier is the department; say --panel, too"):
        read_cases(Asked(source), lambda _bytes: None)


def test_a_code_for_no_answer_is_refused_with_line_values_and_rows_unless_it_is_meant(tmp_path: Path) -> None:
    cases = [f"99,{line.split(',', 1)[1]}" if at in {5, 9} else line for at, line in enumerate(CASES)]
    with pytest.raises(CasesProblemError) as raised:
        read(tmp_path, cases=cases)
    assert raised.value.code == "strange_figures"
    assert str(raised.value) == (
        "cases.csv, line 7, outcome (outcome): 2 rows have “99”, all others are from 1 to 5. As a rule this means “no "
        "answer”, or is a slip. Leave the field blank where nobody answered, and mend what is wrong; if it is meant, "
        "say --as-given."
    )
    assert raised.value.figures == {
        "file": "cases.csv", "line": 7, "role": "outcome", "column": "outcome", "values": "99", "rows": 2, "low": "1",
        "high": "5",
    }  # fmt: skip
    assert np.nanmax(read(tmp_path, cases=cases, takes_codes=True).outcomes["outcome"]) == 99
    inside = [f"IT,2023-{month:02d},3.{month},2" for month in range(1, 13)]
    with pytest.raises(CasesProblemError, match=r"inside.csv, line 4, quality \(quality\): 1 row has “99”"):
        read(tmp_path, inside=[*INSIDE[:2], "IT,2024-02,99,2", *INSIDE[3:], *inside])


def test_a_workbook_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(CasesProblemError, match=r"cases\.xlsx: this is not a text\. Save the table as CSV") as raised:
        read_cases(Asked(Source(path, name="cases.xlsx")), lambda _bytes: None)
    assert raised.value.code == "foreign"
