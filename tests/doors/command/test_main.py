"""The command's table: help without loading anything, sentences instead of tracebacks."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clientela.command.main import COMMANDS, INNER_COMMANDS

from .conftest import CHECKOUT


def clientela(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Call the command as a person does, with nothing set but what the test sets."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("CLIENTELA_", "DATABASE_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "clientela.command.main", *words],
        cwd=CHECKOUT,
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_for_people_and_no_inner_one() -> None:
    told = clientela()
    assert (told.returncode, told.stderr) == (0, "")
    assert clientela("--help").stdout == told.stdout
    listed = {line.split()[0]: line.split(maxsplit=1)[1] for line in told.stdout.splitlines() if line.startswith("  ")}
    assert listed == {name: command.summary for name, command in COMMANDS.items()}


@pytest.mark.parametrize("name", [*COMMANDS, *INNER_COMMANDS])
def test_every_row_of_the_table_names_a_module_that_is_there(name: str) -> None:
    assert importlib.util.find_spec({**COMMANDS, **INNER_COMMANDS}[name].module) is not None


def test_help_and_the_one_who_watches_over_the_others_load_neither_django_nor_typer() -> None:
    script = (
        "import sys, clientela.command.main, clientela.command.run; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'typer', 'rich', 'psycopg'}))"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_an_unknown_command_is_answered_with_the_nearest_one() -> None:
    told = clientela("migrat")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "clientela: There is no command «migrat». Did you mean migrate? `clientela --help` lists them all.\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CLIENTELA_HTTP_PORT", "70000", "CLIENTELA_HTTP_PORT is «70000»; it must be a whole number from 1 to 65535."),
        ("CLIENTELA_DEMO", "maybe", "CLIENTELA_DEMO is «maybe»; it must be yes or no."),
        (
            "CLIENTELA_HOME",
            "here",
            "CLIENTELA_HOME is «here», which is not an absolute path. Give the folder from / on.",
        ),
        ("DATABASE_URL", "mysql://ana:secret@db/x", "DATABASE_URL must start with postgresql:// or postgres://."),
    ],
)
@pytest.mark.parametrize("command", ["run", "migrate", "check-setup"])
def test_a_wrong_setting_ends_every_command_with_one_sentence_that_names_it(
    tmp_path: Path, command: str, name: str, value: str, sentence: str
) -> None:
    told = clientela(command, **{"CLIENTELA_HOME": str(tmp_path), name: value})
    assert (told.returncode, told.stdout, told.stderr) == (2, "", f"clientela: {sentence}\n")


def test_a_state_folder_where_nothing_can_be_kept_is_named_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    told = clientela("check-setup", CLIENTELA_HOME=str(tmp_path))
    sentence = f"clientela: CLIENTELA_HOME is «{tmp_path}», and the secret key cannot be kept there: Is a directory.\n"
    assert (told.returncode, told.stdout, told.stderr) == (2, "", sentence)


def test_a_database_that_cannot_be_reached_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://ana:secret@127.0.0.1:1/clientela"
    told = clientela("migrate", CLIENTELA_HOME=str(tmp_path), DATABASE_URL=url)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("clientela: The database that DATABASE_URL names cannot be used: ")
    assert told.stderr.count("\n") == 1
    assert "Connection refused" in told.stderr
    assert "secret" not in told.stderr


def test_check_setup_shows_what_is_set_but_no_secret(tmp_path: Path) -> None:
    told = clientela(
        "check-setup",
        CLIENTELA_HOME=str(tmp_path),
        CLIENTELA_SECRET_KEY="s3cr3t" * 8,
        DATABASE_URL="postgresql://ana:s3cr3t@db/x",
    )
    assert told.returncode == 0
    assert "s3cr3t" not in told.stdout
    shown = dict(line.split(maxsplit=1) for line in told.stdout.splitlines() if line.startswith(("CLIENTELA_", "DATA")))
    assert shown["CLIENTELA_HOME"] == str(tmp_path)
    assert shown["CLIENTELA_SECRET_KEY"] == shown["DATABASE_URL"] == "set, not shown"
    assert shown["CLIENTELA_HTTP_PORT"] == "not set: 8000, or the next free one"
    assert told.stdout.endswith("The database is the one that DATABASE_URL names.\n")
