"""`clientela voice analyse`, as a process: bytes in, lines of JSON out."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clientela.voice.meaning.encoder import is_available

MAIN = (sys.executable, "-m", "clientela.command.main", "voice", "analyse")


def analyse(given: bytes, *options: str) -> list[dict[str, Any]]:
    done = subprocess.run([*MAIN, "--json", *options], input=given, capture_output=True, check=True, timeout=300)
    return [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]


def test_each_line_is_answered_in_order_an_empty_one_too() -> None:
    found = analyse(b"friendly and clean\n\nrude and filthy\n", "--words")
    assert [one["feeling"] for one in found] == ["positive", "can't tell", "negative"]
    assert [one["by"] for one in found] == ["words"] * 3
    assert set(found[0]) == {
        "language", "is_mixed_language", "feeling", "probability", "positive",
        "subjects", "subject_probabilities", "personal", "by",
    }  # fmt: skip
    assert all(0 <= one["probability"] <= 1 for one in found)


def test_nothing_in_is_nothing_out() -> None:
    assert analyse(b"", "--words") == []


def test_a_last_line_without_its_end_counts() -> None:
    assert len(analyse(b"one\ntwo", "--words")) == 2


def test_other_encodings_and_broken_bytes_survive() -> None:
    lines = [
        "Obsługa była bardzo niemiła i brudna".encode("cp1250"),
        b"\xff\xfe\x00\x80",
        b"\xef\xbb\xbfrude and filthy",
    ]
    found = analyse(b"\n".join(lines), "--words")
    assert len(found) == 3
    assert found[0]["language"] == "pl"
    assert found[2]["feeling"] == "negative"


def test_short_texts_are_in_the_language_that_was_said() -> None:
    assert [one["language"] for one in analyse(b"ok\n", "--words", "--language", "ro")] == ["ro"]


def test_a_line_of_a_million_signs_and_nul_bytes_are_answered() -> None:
    found = analyse(b"a" * 1_000_000 + b"\n" + b"\x00" * 1000 + b"\nrude and filthy\n", "--words")
    assert [one["feeling"] for one in found] == ["can't tell", "can't tell", "negative"]


def test_without_json_a_line_is_for_people() -> None:
    done = subprocess.run([*MAIN, "--words"], input=b"rude and filthy\n", capture_output=True, check=True)
    assert done.stdout.decode().split()[:2] == ["en", "negative"]


def test_who_stops_reading_ends_the_command_in_peace() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [*MAIN, "--words"], input=b"rude\n" * 2000, stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_unknown_option_is_refused() -> None:
    done = subprocess.run([*MAIN, "--loudly"], input=b"", capture_output=True, check=False)
    assert done.returncode == 2


@pytest.mark.skipif(not is_available(), reason="the extra «meaning» is not installed")
def test_with_the_encoder_the_meaning_is_read_without_any_database(tmp_path: Path) -> None:
    told = "Camera era murdară și nimeni nu ne-a ajutat.\nWhich papers do I need to bring?\n"
    done = subprocess.run(
        [*MAIN, "--json"],
        input=told.encode(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3]), "DATABASE_URL": "nonsense"},
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["language"], one["feeling"], one["by"]) for one in found] == [
        ("ro", "negative", "model"),
        ("en", "neutral", "model"),
    ]
    assert found[0]["subjects"][0] == "premises"
    assert list(tmp_path.iterdir()) == []
