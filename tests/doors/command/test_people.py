"""`clientela people`, through the front door of the terminal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner, Result

from clientela.command.people import app
from clientela.directory import queries
from clientela.directory.models import Party
from tests.world import World

GOOD = (
    "department_key;department_name;person_name;email;zone;shoe size\n"
    "sales;Sales;Elena Pop;elena@casa-lavora.test;Europe/Bucharest;38\n"
    "care;;Radu Popa;radu@casa-lavora.test;;44\n"
)
BAD_ROW = "care;;Dan Rusu;dan@;;41\n"


def run(*words: str | Path) -> Result:
    with time_machine.travel(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), tick=False):
        return CliRunner().invoke(app, ["import", *map(str, words)])


@pytest.fixture
def people_csv(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_without_apply_the_file_is_shown_and_nothing_is_changed(world: World, people_csv: Path) -> None:
    before = Party.objects.count()
    result = run(people_csv)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "line 2: Elena Pop: new department: Sales; new: Elena Pop; starts in sales\n"
        "Columns that are not used: shoe size.\n"
        "people.csv (utf-8): 1 rows to create, 0 to change, 1 unchanged, 0 with errors.\n"
        "Nothing has been changed yet. Add --apply to do it.\n"
    )
    assert Party.objects.count() == before


def test_with_apply_it_is_done_and_the_second_time_there_is_nothing_to_do(world: World, people_csv: Path) -> None:
    result = run(people_csv, "--apply")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Done: 1 rows created, 0 changed, 0 left out."
    assert queries.person_of_address("elena@casa-lavora.test") is not None
    again = run(people_csv, "--apply")
    assert again.exit_code == 0
    assert again.stdout == (
        "Columns that are not used: shoe size.\n"
        "people.csv (utf-8): 0 rows to create, 0 to change, 2 unchanged, 0 with errors.\n"
        "Done: 0 rows created, 0 changed, 0 left out.\n"
    )


def test_a_row_with_an_error_is_left_out_named_and_the_status_is_one(world: World, people_csv: Path) -> None:
    people_csv.write_text(GOOD + BAD_ROW, encoding="utf-8")
    result = run(people_csv, "--apply")
    assert result.exit_code == 1
    assert result.stderr == "people.csv, line 4, column email: “dan@” is not an e-mail address.\n"
    assert result.stdout.splitlines()[-1] == "Done: 1 rows created, 0 changed, 1 left out."
    assert queries.person_of_address("elena@casa-lavora.test") is not None


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (b"", (), "people.csv: the file is empty.\n"),
        (GOOD.encode(), ("--zone", "Warsaw"), "“Warsaw” is not a time zone such as Europe/Warsaw.\n"),
        (
            GOOD.encode(),
            ("--encoding", "latin"),
            "This can be one of: utf-8, utf-16, windows-1250, windows-1252.\n",
        ),
        (
            "Kod działu;Adres e-mail\n".encode("windows-1250"),
            ("--apply",),
            (
                "people.csv, line 1, column person_name: this column is missing. "
                "The file has: Kod działu, Adres e-mail. Add the column, or rename the one that is meant.\n"
            ),
        ),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_status_two_and_one_sentence(
    world: World, people_csv: Path, content: bytes, options: tuple[str, ...], sentence: str
) -> None:
    people_csv.write_bytes(content)
    before = Party.objects.count()
    result = run(people_csv, *options)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence)
    assert Party.objects.count() == before


def test_a_file_that_is_not_there_is_said_so(world: World, tmp_path: Path) -> None:
    result = run(tmp_path / "none.csv")
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path / 'none.csv'}: No such file or directory. Check the path and who may read it.\n"


def test_many_rows_are_not_all_listed(world: World, people_csv: Path) -> None:
    rows = [f"care;;Person {number};p{number}@x.test;;" for number in range(45)]
    people_csv.write_text("\n".join([GOOD.splitlines()[0], *rows]), encoding="utf-8")
    lines = run(people_csv).stdout.splitlines()
    assert len(lines) == 44
    assert lines[40] == "… and 5 rows more."


def test_the_columns_are_listed_with_their_names() -> None:
    lines = CliRunner().invoke(app, ["columns"]).stdout.splitlines()
    assert len(lines) == 13
    assert lines[0].startswith("department_key (needed): department key, ")
    assert lines[5].startswith("email (needed: email or employee_number): email, ")
