"""`clientela calendar check`, through the front door of the terminal."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from clientela.command.calendar import app
from tests.shared_data import needs_shared_data, shared_data

WriteVectors = Callable[..., Path]
CASE: dict[str, Any] = {
    "id": "monday",
    "schedule": {"zone": "Europe/Bucharest", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": [], "breaks": {}},
    "op": "add",
    "input": {"at": "2026-01-05T06:00:00Z", "seconds": 3600},
    "expected": {"due": "2026-01-05T08:00:00Z"},
}
WRONG = CASE | {"id": "wrong", "expected": {"due": "2026-01-05T07:00:00Z"}}


def check(*files: Path) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, files)])


@pytest.fixture
def vector_file(tmp_path: Path) -> WriteVectors:
    def write(name: str, *cases: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.write_text('{"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]}", encoding="utf-8")
        return path

    return write


def test_a_case_that_differs_is_printed_and_the_status_is_one(vector_file: WriteVectors) -> None:
    right, wrong = vector_file("right.json", CASE), vector_file("wrong.json", CASE, WRONG)
    result = check(right, wrong)
    assert result.exit_code == 1
    assert result.stdout == (
        f"{wrong}:3: case 2 (wrong), add: "
        'expected "2026-01-05T07:00:00Z", got "2026-01-05T08:00:00Z"\n'
        "3 checked, 2 agree, 1 differ.\n"
    )
    assert result.stderr == ""


def test_a_case_without_an_id_is_named_by_its_number(vector_file: WriteVectors) -> None:
    path = vector_file("a.json", {key: value for key, value in WRONG.items() if key != "id"})
    assert check(path).stdout.startswith(f"{path}:2: case 1, add: expected")


def test_when_all_agree_the_status_is_zero_and_what_was_skipped_is_told(vector_file: WriteVectors) -> None:
    result = check(vector_file("a.json", CASE, CASE | {"op": "on_break"}, CASE | {"op": "subtract"}))
    assert result.exit_code == 0
    assert result.stdout == "1 checked, 1 agree, 0 differ, 2 skipped (on_break 1, subtract 1).\n"


def test_a_bad_file_is_named_with_line_field_and_remedy_and_the_others_are_still_checked(
    vector_file: WriteVectors, tmp_path: Path
) -> None:
    bad = vector_file("bad.json", CASE, CASE | {"schedule": {"zone": "Mars", "hours": {}}})
    result = check(bad, vector_file("good.json", CASE))
    assert result.exit_code == 2
    assert result.stderr == (
        f"{bad}, line 3, cases[1].schedule.zone: there is no time zone “Mars”. "
        "Write its name as in the tz database, such as Europe/Bucharest.\n"
    )
    assert result.stdout == "1 checked, 1 agree, 0 differ, 1 bad file.\n"


def test_a_difference_outweighs_a_bad_file(vector_file: WriteVectors, tmp_path: Path) -> None:
    result = check(tmp_path / "missing.json", vector_file("wrong.json", WRONG))
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, ": No such file or directory. Check the path and who may read it."),
        (b'{"cases": [\n\n}', ", line 3, file: this is not JSON (Expecting value, column 1). Mend the JSON."),
        (b'{"cases": "\xe2"}', ", byte 11: this is not UTF-8. Save the file as UTF-8."),
        (b"[]", ', line 1, cases: there is no list of cases. Write {"cases": […]}.'),
    ],
)
def test_a_file_that_holds_no_vectors_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "file.json"
    if content is not None:
        path.write_bytes(content)
    result = check(path)
    assert result.exit_code == 2
    assert result.stderr == f"{path}{sentence}\n"
    assert result.stdout == "0 checked, 0 agree, 0 differ, 1 bad file.\n"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert check(tmp_path).stderr == f"{tmp_path}: Is a directory. Check the path and who may read it.\n"


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"cases": [CASE]}), encoding="utf-8-sig")
    assert check(path).exit_code == 0


def test_it_needs_neither_django_nor_a_database() -> None:
    code = "import clientela.command.calendar, sys; print([name for name in sys.modules if name.startswith('django')])"
    folder = Path(__file__).resolve().parents[3]
    found = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


@needs_shared_data
def test_all_shared_vectors_agree() -> None:
    files = [
        shared_data("calendars", name)
        for name in (
            "business_time_vectors.json",
            "business_time_vectors_biz.json",
            "bokmann_business_time_vectors.json",
        )
    ]
    result = check(*files)
    assert (result.exit_code, result.stdout) == (0, "328 checked, 328 agree, 0 differ.\n")
