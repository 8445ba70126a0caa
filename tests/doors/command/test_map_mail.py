"""`clientela map mail`, as somebody runs it."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientela.command.map_mail_words import left_out_lines, mail_note_words
from clientela.network.discovery import Note
from clientela.network.discovery.mail import MailColumns, MailFound
from tests.rules.network.discovery.mail.server_logs import postfix
from tests.rules.network.discovery.mail.traces import LATER, asks_of_five, mail, record, written

CHECKOUT = Path(__file__).resolve().parents[3]
PEOPLE = "address,department,mailbox\n" + "".join(
    f"{key}{number}@Casa.test,{name},\n" for key, name in (("shop", "Shop"), ("desk", "Help desk"))
    for number in range(1, 7)
)  # fmt: skip


def run(*words: object, allowed: str = "yes") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clientela.command.main", "map", "mail", *map(str, words)],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
        env={**os.environ, "CLIENTELA_MAIL_TRACES": allowed, "COLUMNS": "120"},
    )  # fmt: skip


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return written(tmp_path, PEOPLE, "people.csv")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return written(tmp_path, record([*asks_of_five(), mail(12, "shop1", "shop2"), mail(13, "lost", "shop1"), LATER]))


def refused(*words: object) -> str:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_unless_it_is_allowed_nothing_is_read(tmp_path: Path) -> None:
    for setting in ("", "no"):
        done = run(tmp_path / "not-there.csv", "--people", tmp_path / "neither.csv", allowed=setting)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "clientela: a mail server's record is not read unless it is allowed. Speak with your people first; "
            "then set CLIENTELA_MAIL_TRACES=yes and run this again.\n"
        )
    wrong = run(tmp_path / "not-there.csv", "--people", tmp_path / "neither.csv", allowed="perhaps")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "CLIENTELA_MAIL_TRACES is «perhaps»; it must be yes or no." in wrong.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "who,where\na@b.test,Shop\n",
            ", line 1: there is no column “address”. It needs address and department. The columns are: “who”, “where”.",
        ),
        (
            "address,department\nana,Shop\n",
            ", line 2, column “address”: “ana” is no mail address. Write it like ana@example.org.",
        ),
        (
            "address,department\na@b.test,Shop\nc@b.test, \n",
            ", line 3, column “department”: the department is blank. Name it, or leave the line out.",
        ),
        (
            "address,department\na@b.test,Shop\nA@B.test,Desk\n",
            (
                ", line 3, column “address”: a@b.test is in Shop already. Each address belongs to one department; "
                "leave one line out."
            ),
        ),
        (
            "address,department\na@b.test,Shop,x\n",
            ", line 2: the line has 3 columns and the heading has 2. Mend the line.",
        ),
        ("address,department\n", ": there is a heading but nobody under it."),
    ],
)
def test_a_table_of_people_that_cannot_be_used_is_named_with_line_and_field(
    tmp_path: Path, trace: Path, text: str, said: str
) -> None:
    path = written(tmp_path, text, "people.csv")
    assert refused(trace, "--people", path) == f"clientela: {path}{said}\n"


def test_a_record_that_cannot_be_used_ends_with_one_sentence(tmp_path: Path, trace: Path, people: Path) -> None:
    missing = tmp_path / "nothing.csv"
    assert refused(missing, "--people", people).startswith(f"clientela: {missing}: No such file or directory.")
    assert refused(trace, "--people", people, "--columns", "sender=sendr_address").startswith(
        f"clientela: {trace}: there is no column “sendr_address” for the role sender. Did you mean “sender_address”?"
    )
    assert "--columns: there is no role “from”." in refused(trace, "--people", people, "--columns", "from=x")
    assert "--zone: there is no zone “Mars/Base”." in refused(trace, "--people", people, "--zone", "Mars/Base")
    assert "--most-recipients: a number from 1 on" in refused(trace, "--people", people, "--most-recipients", "0")


def test_the_answer_as_json_says_who_asks_whom(trace: Path, people: Path) -> None:
    done = run(trace, "--people", people, "--zone", "UTC", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["edges"] == [
        {
            "from": "Shop", "from_outside": False, "to": "Help desk", "asked": 5, "answered": 5, "unanswered": 0,
            "median_wait_seconds": 3660, "weeks": [{"week_on": "2024-03-04", "asked": 5, "answered": 5}],
        }
    ]  # fmt: skip
    assert (told["rows"], told["deliveries"], told["asks"], told["answers"], told["kept"]) == (14, 14, 5, 5, 5)
    assert told["left_out"] == {
        "machines": 0, "many": 0, "own": 0, "unknown": 1, "too_small": 0, "outside_only": 2, "within": 1,
    }  # fmt: skip
    assert (told["not_kept"], told["domains"], told["too_small"], told["notes"]) == ({}, ["casa.test"], [], [])
    assert "@" not in done.stdout


def test_a_department_s_own_address_is_no_person_and_few_people_are_left_out(tmp_path: Path, trace: Path) -> None:
    text = PEOPLE.replace("desk6@Casa.test,Help desk,", "desk6@Casa.test,Help desk,yes")
    text = "".join(line for line in text.splitlines(keepends=True) if "desk5" not in line)
    done = run(trace, "--people", written(tmp_path, text, "people.csv"), "--json")
    told = json.loads(done.stdout)
    assert (told["too_small"], told["edges"], told["left_out"]["too_small"]) == (["Help desk"], [], 8)


def test_the_answer_for_people_says_what_was_counted_and_what_was_left_out(trace: Path, people: Path) -> None:
    done = run(trace, "--people", people, "--zone", "UTC")
    assert done.returncode == 0
    said = " ".join(done.stdout.split())
    assert "Columns: sender=sender_address (name), recipients=recipient_status (name)" in said
    assert "14 mails, one to each recipient, 2024-02-26 to 2024-03-18: 5 asked, 5 answered, 0 went on" in said
    assert "- 1 within a department were left out." in said
    assert "- 1 have an address of ours that PEOPLE.csv does not name." in said
    assert "Help desk" in said
    assert "1.0 h" in said


def test_the_rotated_files_of_a_server_are_one_log(tmp_path: Path, people: Path) -> None:
    lines = postfix(asks_of_five()).splitlines(keepends=True)
    new = written(tmp_path, "".join(lines[8:]), "mail.log")
    old = tmp_path / "mail.log.1.gz"
    old.write_bytes(gzip.compress("".join(lines[:8]).encode()))
    done = run(new, old, "--people", people, "--zone", "UTC", "--until", "2024-11-22", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["kind"], told["traces"], told["kept"], told["columns"]) == ("postfix", [str(new), str(old)], 5, {})
    said = run(new, old, "--people", people, "--until", "2024-11-22").stdout
    assert "This is the log of Postfix." in said
    assert "- Its lines name no year: the last one was read as of 2024. --until tells otherwise." in said
    assert "--until: “soon” is no day." in refused(new, "--people", people, "--until", "soon")


def test_every_note_and_reason_has_its_words() -> None:
    codes = ("encoding", "no_zone", "day_or_month", "short_line", "no_moment", "no_reader", "lost", "steps", "again")
    logs = ("log_year", "log_no_moment", "log_no_sender", "log_broken", "log_lost")
    for code in (*codes, *logs):
        assert mail_note_words(Note(code, 2, (3, 4), "x"))
    assert mail_note_words(Note("nobody_asks"))
    assert mail_note_words(Note("nothing_kept"))
    why = ("machines", "many", "own", "unknown", "too_small", "outside_only", "within")
    kept = ("first_days", "undecided", "to_outside", "few_people")
    found = MailFound(
        MailColumns({}, {}), 0, 0, "", "", 0, 0, 0, (), (), dict.fromkeys(why, 2), dict.fromkeys(kept, 2), (), 0.0
    )  # fmt: skip
    assert len(list(left_out_lines(found, ("Shop",), 10))) == 11


def test_the_words_of_the_command_load_no_engine() -> None:
    code = (
        "import sys, clientela.command.map_mail; "
        "print([name for name in ('duckdb', 'pyarrow', 'ibis', 'networkx', 'scipy', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
