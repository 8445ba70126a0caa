"""The shops' old cases: the same for the same seed, whole, small, and honest: the estimate finds what is stated."""

import csv
import io
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from clientela.command.demonstration.content import house, table
from clientela.command.demonstration.earlier.story import EarlierStory, earlier_story
from clientela.command.demonstration.earlier.writing import CAME_BACK, SCORE, EarlierFiles, earlier_files

CHECKOUT = Path(__file__).resolve().parents[3]
UNTIL = date(2026, 8, 25)
MOST_BYTES = 1_500_000
MOST_SECONDS = 1.0


def story() -> EarlierStory:
    place = house()
    return earlier_story(tuple(place.departments.values()), tuple(place.branches.values()))


@cache
def files(seed: int = 1) -> EarlierFiles:
    return earlier_files(story(), until=UNTIL, seed=seed)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_same_seed_gives_the_same_bytes_quickly_and_another_seed_gives_others() -> None:
    begun = time.process_time()
    again = earlier_files(story(), until=UNTIL)
    assert time.process_time() - begun < MOST_SECONDS
    assert again == files()
    assert files(2).cases != files().cases
    assert len(files().cases) + len(files().inside) < MOST_BYTES


def test_the_day_moves_the_weeks_and_nothing_else() -> None:
    told = [row for row in rows(files().cases) if row["case"] == "1"]
    later = [row for row in rows(earlier_files(story(), until=date(2027, 1, 3)).cases) if row["case"] == "1"]
    assert [row.pop("week") for row in told] == ["2025-W09"] * len(told)
    assert [row.pop("week") for row in later] == ["2025-W27"] * len(later)
    assert told == later


def test_each_case_has_one_outcome_and_shares_that_sum_to_one() -> None:
    departments = {one.name for one in story().suppliers}
    by_case: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(files().cases):
        by_case[row["case"]].append(row)
    assert len(by_case) == 6386
    for some in by_case.values():
        assert sum(round(100 * float(row["share"])) for row in some) == 100
        assert all(float(row["share"]) > 0 and row["department"] in departments for row in some)
        shares = [float(row["share"]) for row in some]
        assert all(before >= after for before, after in pairwise(shares))
        for name in ("week", "shop", "kind", "score_of_the_visit_before", "urgency", SCORE, CAME_BACK):
            assert len({row[name] for row in some}) == 1
    first = [some[0] for some in by_case.values()]
    assert {row[CAME_BACK] for row in first} == {"0", "1"}
    assert {row[SCORE] for row in first} == {"", "1", "2", "3", "4", "5"}
    assert {row["urgency"] for row in first} == {"1", "2", "3"}
    asked = sum(row[SCORE] != "" for row in first) / len(first)
    assert round(asked, 2) == table("earlier")["story"]["asked_share"]
    assert len({row["shop"] for row in first}) == 6
    assert Counter(row["kind"] for row in first).most_common(1)[0][0] == "Washing-machine repair"


def test_every_department_and_week_is_told_once_and_nobody_stands_behind_an_unknown_quality() -> None:
    inside = rows(files().inside)
    weeks = table("earlier")["story"]["weeks"]
    assert len(inside) == weeks * 8 == len({(row["department"], row["week"]) for row in inside})
    for row in inside:
        known = row["colleagues_said_first_half"] != ""
        assert known == (int(row["answers"]) >= 2)
        assert not known or 1 <= float(row["colleagues_said_second_half"]) <= 5
    asked_about_hr = [row for row in inside if row["department"] == "Human resources" and row["answers"] != "0"]
    assert 0.15 * weeks < len(asked_about_hr) < 0.45 * weeks


def answer(given: EarlierFiles, outcome: str, folder: Path) -> dict[str, Any]:
    """What the terminal says of both files."""

    def columns(roles: Mapping[str, str]) -> str:
        return ",".join(f"{role}={column}" for role, column in roles.items())

    (folder / "cases.csv").write_bytes(given.cases)
    (folder / "inside.csv").write_bytes(given.inside)
    done = subprocess.run(
        [
            sys.executable, "-m", "clientela.command.main", "impact", "estimate", str(folder / "cases.csv"),
            "--columns", columns({**given.roles["cases"], "outcome": outcome}),
            "--inside", str(folder / "inside.csv"), "--inside-columns", columns(given.roles["inside"]), "--json",
        ],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def gates(found: Mapping[str, Any]) -> dict[str, bool | None]:
    return {one["name"]: one["held"] for one in found["checks"] if one["is_gate"]}


def test_the_whole_is_supported_with_every_gate_held_and_a_small_department_cannot_be_told_alone(
    tmp_path: Path,
) -> None:
    found = answer(files(), SCORE, tmp_path)
    assert found["answer"] == "supported"
    names = ("leads", "reverse", "untouched", "unaffected", "shuffled", "one_left_out", "load")
    assert gates(found) == dict.fromkeys(names, True)
    congestion = next(one for one in found["checks"] if one["name"] == "congestion")
    assert (congestion["held"], congestion["is_gate"]) == (True, False)
    of = {one["supplier"]: one for one in found["suppliers"]}
    assert of["Workshop"]["low"] > 0
    assert of["Warehouse"]["low"] > 0
    assert of["Human resources"]["low"] < 0 < of["Human resources"]["high"]


def test_what_is_stated_lies_within_the_interval_of_each_department(tmp_path: Path) -> None:
    """A score counts steps of what customers think, so that a little of the stated effect is lost."""
    found = answer(files(), SCORE, tmp_path)
    stated = {one.name: one.effect for one in story().suppliers}
    for one in found["suppliers"]:
        assert one["low"] < stated[one["supplier"]] < one["high"]


def test_whether_customers_came_back_is_not_known_well_enough(tmp_path: Path) -> None:
    found = answer(files(), CAME_BACK, tmp_path)
    assert found["answer"] == "not_enough_data"
    assert found["estimate"]["low"] < 0 < found["estimate"]["high"]


@pytest.mark.parametrize("seed", [2, 3])
def test_the_seed_was_not_picked_for_its_answer(seed: int, tmp_path: Path) -> None:
    found = answer(files(seed), SCORE, tmp_path)
    assert found["answer"] == "supported"
    assert False not in gates(found).values()
