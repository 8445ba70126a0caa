"""A small table that says which team of a log is which department. Plain Python.

One line a team. All that is wrong with it is found at once, and each thing says the line, the column and the value.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from clientela.network.discovery.encodings import encoding_of_start
from clientela.network.discovery.naming import listed, plain, plain_names

MOST_BYTES = 2 << 20
MOST_PROBLEMS = 20
SIGNS = (",", ";", "\t", "|")
TEAM_NAMES = ("team", "echipă", "zespół", "equipo", "group", "name")
DEPARTMENT_NAMES = ("department", "departament", "dział", "departamento")
# What stands instead of a department where a team is none of ours; the first is what we write ourselves.
OUTSIDE = ("outside", "external", "extern", "în afară", "na zewnątrz", "zewnętrzny", "fuera", "externo")
_OUTSIDE = frozenset(plain(word) for word in OUTSIDE)
FORMULA_SIGNS = ("=", "+", "-", "@")  # before which a file of ours has a ', so that no spreadsheet computes


class TeamsProblem(NamedTuple):
    """What is wrong in a table of teams; `line` 0: the whole of it. `near`: what may be meant, or which columns it has.

    Codes: empty, large, no_team, no_department (columns), uneven, unknown_team, unknown_department, twice.
    """

    code: str
    line: int = 0
    value: str = ""
    near: str = ""


class TeamsFileError(Exception):
    """The table cannot be taken, and nothing of it was. `problems`: the first twenty; `count`: how many there are."""

    def __init__(self, problems: Sequence[TeamsProblem]) -> None:
        super().__init__("; ".join(f"line {one.line}: {one.code} {one.value}".strip() for one in problems))
        self.problems = tuple(problems[:MOST_PROBLEMS])
        self.count = len(problems)


@dataclass
class _Told:
    department_of: dict[int, int | None] = field(default_factory=dict)
    line_of: dict[int, int] = field(default_factory=dict)
    problems: list[TeamsProblem] = field(default_factory=list)

    def near(self, name: str, known: Iterable[str]) -> str:
        """Return what may be meant, as long as it is said: of all lines of a long table it would take minutes."""
        found = get_close_matches(name, known, n=1) if len(self.problems) < MOST_PROBLEMS else ()
        return found[0] if found else ""


def read_teams_file(data: bytes, *, teams: Mapping[str, int], departments: Mapping[str, int]) -> dict[int, int | None]:
    """Read the table: the department of each team, by their ids; None for a team that is none of ours.

    `teams`: ids by name; `departments`: ids by what `naming.plain` leaves of their names. A line without a department
    leaves its team as it is. Raises TeamsFileError.
    """
    if len(data) > MOST_BYTES:
        raise TeamsFileError([TeamsProblem("large")])
    text = data.decode(encoding_of_start(data), errors="replace").removeprefix("\ufeff").replace("\0", "")
    if not text.strip():
        raise TeamsFileError([TeamsProblem("empty")])
    first = next(line for line in text.splitlines() if line.strip())
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(SIGNS, key=first.count))
    told = _Told()
    heading: list[str] = []
    line, begins = 0, 1
    try:
        for row in rows:
            begins, line = line + 1, rows.line_num
            values = [value.strip() for value in row]
            if not any(values):
                continue
            if not heading:
                heading, places = values, _places(values, begins)
            elif len(values) != len(heading):
                told.problems.append(TeamsProblem("uneven", begins, str(len(values)), str(len(heading))))
            else:
                _take(told, begins, *(values[place] for place in places), teams=teams, departments=departments)
    except csv.Error:
        told.problems.append(TeamsProblem("uneven", begins, "1", str(len(heading))))
    if not told.problems and not told.department_of:
        told.problems.append(TeamsProblem("empty"))
    if told.problems:
        raise TeamsFileError(told.problems)
    return told.department_of


def _places(names: Sequence[str], line: int) -> tuple[int, int]:
    by_plain = plain_names(names)
    places, problems = [], []
    for code, usual in (("no_team", TEAM_NAMES), ("no_department", DEPARTMENT_NAMES)):
        found = [by_plain[plain(name)] for name in usual if plain(name) in by_plain]
        if found:
            places.append(names.index(found[0]))
        else:
            problems.append(TeamsProblem(code, line, near=listed(names)))
    if problems:
        raise TeamsFileError(problems)
    return places[0], places[1]


def _take(
    told: _Told, line: int, team: str, department: str, *, teams: Mapping[str, int], departments: Mapping[str, int]
) -> None:
    number = next((teams[name] for name in (team, _unmarked(team)) if name in teams), None)
    if number is None:
        told.problems.append(TeamsProblem("unknown_team", line, team, told.near(team, teams)))
        return
    if number in told.line_of:
        told.problems.append(TeamsProblem("twice", line, team, str(told.line_of[number])))
        return
    told.line_of[number] = line
    wanted = plain(_unmarked(department))
    if wanted in departments:
        told.department_of[number] = departments[wanted]
    elif wanted in _OUTSIDE:
        told.department_of[number] = None
    elif department:
        told.problems.append(TeamsProblem("unknown_department", line, department, told.near(wanted, departments)))


def _unmarked(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:2] in FORMULA_SIGNS else value
