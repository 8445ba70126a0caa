"""Files that would give a number that only looks fine: each says what is doubtful, with file, line and remedy."""

from pathlib import Path

import pytest

from clientela.impact.reading.building import read_cases
from clientela.impact.reading.columns import Source
from clientela.impact.reading.contracts import Asked, CasesRead
from clientela.impact.reading.pooling import pooled_cases
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.rules.cases import Cases

HEADING = "case,score,month,dept,q,busy"
ROLES = {"case": "case", "outcome": "score", "period": "month", "supplier": "dept", "quality": "q", "load": "busy"}
LINES = [f"{n},{n % 5 + 1},2024-0{n % 4 + 1},Dept {n % 3},{n % 4}.5,2" for n in range(24)]


def read(path: Path, lines: list[str], heading: str = HEADING, inside: Source | None = None) -> CasesRead:
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return read_cases(Asked(Source(path, ROLES), inside), lambda _: None)


def problem(
    path: Path, lines: list[str], heading: str = HEADING, roles: dict[str, str] | None = None
) -> tuple[str, str]:
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    with pytest.raises(CasesProblemError) as caught:
        read_cases(Asked(Source(path, roles or ROLES)), lambda _: None)
    return caught.value.code, str(caught.value)


def scored(line: str, score: str) -> str:
    fields = line.split(",")
    return ",".join([fields[0], f'"{score}"', *fields[2:]])


def test_a_comma_between_thousands_is_not_taken_for_a_decimal_one(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    lines = [scored(line, "1,250" if at == 3 else "870") for at, line in enumerate(LINES)]
    code, said = problem(path, lines)
    assert code == "unclear_number"
    assert f"{path}, line 5, outcome (score): “1,250” may be more than a thousand" in said
    decimal = read(path, [scored(line, "1,250" if at == 3 else "8,5") for at, line in enumerate(LINES)])
    assert decimal.outcomes["score"][[2, 3]].tolist() == [8.5, 1.25]
    code, said = problem(path, [scored(line, "1.250" if at == 3 else "8,5") for at, line in enumerate(LINES)])
    assert (code, "line 5, outcome (score): “1.250”" in said) == ("unclear_number", True)


def test_semicolons_make_a_decimal_comma_usual(tmp_path: Path) -> None:
    lines = [line.replace(",", ";").replace(";", ";4,125|", 1).split("|") for line in LINES]
    told = read(
        tmp_path / "cases.csv", [head + ";" + tail.split(";", 1)[1] for head, tail in lines], HEADING.replace(",", ";")
    )
    assert set(told.outcomes["score"].tolist()) == {4.125}


def test_a_column_that_stands_or_is_told_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    code, said = problem(path, [f"{line},5" for line in LINES], f"{HEADING},score")
    assert (code, "line 1: the heading has the column “score” twice" in said) == ("twice", True)
    code, said = problem(path, LINES, roles=ROLES | {"unaffected": "score"})
    assert (code, "the column “score” was told for" in said) == ("used_twice", True)
    code, _ = problem(path, LINES, roles=ROLES | {"quality2": "q"})
    assert code == "used_twice"
    path.write_text("\n".join([HEADING, *LINES]), encoding="utf-8")
    assert read_cases(Asked(Source(path, ROLES | {"unit": "dept"})), lambda _: None).rows == 24


def test_cases_that_do_not_say_who_helped_are_left_out_and_counted(tmp_path: Path) -> None:
    lines = [line.replace("Dept 1", ("", "NA")[at % 2]) if at < 9 else line for at, line in enumerate(LINES)]
    told = read(tmp_path / "cases.csv", lines)
    assert isinstance(told.cases, Cases)
    assert told.cases.count == len(told.outcomes["score"]) == 21
    assert [dict(note.figures) for note in told.notes if note.code == "unnamed"] == [{"cases": 3}]


def test_a_case_without_a_number_is_named(tmp_path: Path) -> None:
    code, said = problem(tmp_path / "cases.csv", [",".join(["", *LINES[0].split(",")[1:]]), *LINES[1:]])
    assert (code, "line 2, case (case): it is blank" in said) == ("blank_case", True)


def test_names_with_other_blanks_or_accents_are_the_same(tmp_path: Path) -> None:
    lines = [line.replace("Dept 1", ("Secția  1", "Sect\u0326ia\u00a01")[at % 2]) for at, line in enumerate(LINES)]
    assert sorted(read(tmp_path / "cases.csv", lines).suppliers) == ["Dept 0", "Dept 2", "Secția 1"]


def test_suppliers_that_no_file_knows_are_named_and_never_called_small(tmp_path: Path) -> None:
    inside = tmp_path / "inside.csv"
    rows = [f"dept {d},2024-0{m},{d + m % 3},12" for d in (0, 1, 2) for m in (1, 2, 3, 4)]
    inside.write_text("\n".join(["supplier,period,quality,answers", *rows]), encoding="utf-8")
    told = pooled_cases(read(tmp_path / "cases.csv", LINES, inside=Source(inside)))
    assert [dict(note.figures) for note in told.notes if note.code == "unknown_quality"] == [
        {"suppliers": 3, "of": 3, "example": "Dept 0", "share": 1.0}
    ]
    assert [note.code for note in told.notes if note.code == "pooled"] == []


def test_it_is_said_how_many_did_not_answer(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    told = read(path, [scored(line, "" if at % 2 else "4") for at, line in enumerate(LINES)])
    assert [dict(note.figures) for note in told.notes if note.code == "many_missing"] == [
        {"share": 0.5, "name": "score"}
    ]
    assert "many_missing" not in [note.code for note in read(path, LINES).notes]
