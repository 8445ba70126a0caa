"""Files of cases for the tests: brought in, asked about, worked out on the spot."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clientela.directory.policies import Viewer
from clientela.impact.actions.case_files import (
    ask_for_case_estimation,
    bring_case_file,
    run_case_estimation,
)
from clientela.impact.queries.case_files import CaseFilePage, CaseOptions, case_file
from clientela.impact.reading.problems import CasesProblemError
from clientela.kernel.journal import facts_about, thing
from tests.case_rows import HEADING, MET, ROLES, as_csv, beside, long_rows, met_on_arrival, yes_and_no
from tests.rules.impact.organisation import organisation
from tests.world import World

CASES, INSIDE = organisation(cases_each=30)
ROWS = long_rows(CASES, INSIDE)
NAMES = HEADING.split(",")
QUEUED, ARRIVALS = met_on_arrival(CASES, INSIDE)
WHOLE = as_csv([*NAMES, "came_back", "left_us", *MET], beside(long_rows(QUEUED, INSIDE), yes_and_no(QUEUED), ARRIVALS))
MET_ROLES = dict(zip(("queue", "served", "urgency"), MET, strict=True))
FEW = as_csv(NAMES, ROWS[:40])


def bring(world: World, content: bytes = FEW, *, by: Viewer | None = None, name: str = "desk.csv") -> int:
    chunks = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    return bring_case_file(by=by or world.ana, at=world.at, name=name, chunks=chunks)


def ask(world: World, number: int, *outcomes: str, by: Viewer | None = None, **given: Any) -> None:
    ask_for_case_estimation(
        by=by or world.ana, at=world.at, number=number, roles=given.get("roles", {"cases": ROLES}),
        outcomes=outcomes or ("score",), options=given.get("options", CaseOptions()),
    )  # fmt: skip


def run(world: World, number: int) -> CaseFilePage:
    run_case_estimation(at=world.at, number=number, now=lambda: world.at + timedelta(minutes=2))
    return case_file(world.ana, number=number)


def refused(world: World, content: bytes, *, name: str = "desk.csv") -> CasesProblemError:
    with pytest.raises(CasesProblemError) as problem:
        bring(world, content, name=name)
    return problem.value


def kept(files: Path) -> list[Path]:
    return sorted(path.relative_to(files) for path in files.rglob("*") if path.is_file())


def verbs(number: int) -> list[str]:
    return [fact.verb for fact in reversed(facts_about(thing("case_file", number)))]


def changed(change: dict[str, object], *, rows: list[list[object]] | None = None) -> bytes:
    places = {NAMES.index(name): value for name, value in change.items()}
    return as_csv(NAMES, [[places.get(at, value) for at, value in enumerate(row)] for row in rows or ROWS])
