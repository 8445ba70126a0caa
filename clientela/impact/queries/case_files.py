"""Cases from elsewhere: the files that were brought, what their columns are, and what was estimated from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.impact.models import CaseFile
from clientela.impact.models import CaseFilePart as CaseFilePartRow
from clientela.impact.policies.case_files import may_bring_case_files, may_see_case_files
from clientela.impact.queries.estimates import MeasureSeen, measure_seen
from clientela.impact.reading.guessing import guessed_outcomes, guessed_roles
from clientela.impact.reading.problems import Note
from clientela.impact.reading.roles import CASES, PARTS, ROLES_OF
from clientela.kernel.policies import HiddenError, require_seen

__all__ = [
    "CaseFileLine",
    "CaseFilePage",
    "CaseFilePart",
    "CaseOptions",
    "Note",
    "Problem",
    "case_file",
    "case_files",
]

MOST_FILES: Final = 100
_OF_A_LINE: Final = ("case_file_id", "file_name", "size_bytes")


@dataclass(frozen=True)
class CaseOptions:
    """How a file is to be read, as the options of the command.

    `period_by`: auto, week, month or year; `shares`: own or lagged. `worse`: outcome columns of which more is worse, or
    the roles outcome (all of them), quality, unaffected. `takes_codes`: 99 among scores of 1 to 5 is meant.
    `lag` in periods, `worthwhile` in standard deviations.
    """

    period_by: str = "auto"
    shares: str = "own"
    worse: tuple[str, ...] = ()
    is_incomplete: bool = False
    is_panel: bool = False
    takes_codes: bool = False
    lag: int = 0
    worthwhile: float = 0.10


@dataclass(frozen=True)
class CaseFileLine:
    """A file of cases in a list. `state`: draft, waiting, running, done, cancelled, failed.

    `is_stopping`: it was told to stop, and whoever works it out has not noticed yet.
    """

    id: int
    title: str
    file_name: str
    size_bytes: int
    state: str
    progress: float
    rows_read: int
    brought_by: str  # "" for the house
    brought_at: datetime
    answers: Mapping[str, str]  # outcome column to answer; empty until it is done
    is_stopping: bool


@dataclass(frozen=True)
class CaseFilePart:
    """One of the files, `part`: cases, inside or crosswalk; its heading, first five rows, and what is which.

    `chosen`: every role but the outcome to its column, as confirmed, or guessed by name before; "" for none.
    """

    part: str
    file_name: str
    size_bytes: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    roles: tuple[str, ...]
    chosen: Mapping[str, str]


@dataclass(frozen=True)
class Problem:
    """Why it failed: a code, its figures, and the English sentence of last resort."""

    code: str
    figures: Mapping[str, Any]
    words: str


@dataclass(frozen=True)
class CaseFilePage:
    """Everything the page of one file says. `measures`: one an outcome, its code is the column."""

    line: CaseFileLine
    parts: tuple[CaseFilePart, ...]
    outcomes: tuple[str, ...]
    options: CaseOptions
    problem: Problem | None
    measures: tuple[MeasureSeen, ...]
    notes: tuple[Note, ...]
    may_change: bool


def case_files(viewer: Viewer) -> tuple[CaseFileLine, ...]:
    """Return the newest hundred. Raises HiddenError. Three statements, however many there are."""
    require_seen(may_see_case_files(viewer))
    rows = list(CaseFile.objects.defer("result").order_by("-brought_at", "-pk")[:MOST_FILES])
    brought = CaseFilePartRow.objects.filter(case_file__in=rows, part=CASES).only(*_OF_A_LINE)
    parts = {part.case_file_id: part for part in brought}
    cards = directory.party_cards({row.brought_by_id for row in rows if row.brought_by_id is not None})
    return tuple(_line(row, parts[row.pk], cards) for row in rows)


def case_file(viewer: Viewer, *, number: int) -> CaseFilePage:
    """Return one file of cases with its parts and what was estimated. Raises HiddenError. Three statements."""
    require_seen(may_see_case_files(viewer))
    row = CaseFile.objects.filter(pk=number).first()
    if row is None:
        raise HiddenError(f"There is no file of cases {number}.")
    parts = {part.part: part for part in CaseFilePartRow.objects.filter(case_file=row)}
    cards = directory.party_cards([row.brought_by_id] if row.brought_by_id is not None else [])
    result = _result(row)
    seen = tuple(_part(parts[name], is_confirmed=bool(row.outcomes)) for name in PARTS if name in parts)
    taken = [column for column in seen[0].chosen.values() if column]
    return CaseFilePage(
        line=_line(row, parts[CASES], cards),
        parts=seen,
        outcomes=tuple(row.outcomes) or guessed_outcomes(parts[CASES].columns, taken=taken),
        options=CaseOptions(**row.options | {"worse": tuple(row.options["worse"])}) if row.options else CaseOptions(),
        problem=Problem(**row.error) if row.error is not None else None,
        measures=tuple(
            measure_seen(code, result["of"][code], key="supplier", name_of=str)
            for code in row.outcomes
            if code in result["of"]
        ),
        notes=tuple(Note(**note) for note in result["notes"]),
        may_change=may_bring_case_files(viewer).is_allowed,
    )


def _result(row: CaseFile) -> Mapping[str, Any]:
    return row.result if row.state == CaseFile.State.DONE and row.result is not None else {"of": {}, "notes": []}


def _line(row: CaseFile, part: CaseFilePartRow, cards: Mapping[int, directory.PartyCard]) -> CaseFileLine:
    by = cards.get(row.brought_by_id) if row.brought_by_id is not None else None
    return CaseFileLine(
        id=row.pk,
        title=row.title,
        file_name=part.file_name,
        size_bytes=part.size_bytes,
        state=row.state,
        progress=row.progress,
        rows_read=row.rows_read,
        brought_by=by.name if by is not None else "",
        brought_at=row.brought_at,
        answers=row.answers,
        is_stopping=row.is_cancel_wished and row.state == CaseFile.State.RUNNING,
    )


def _part(row: CaseFilePartRow, *, is_confirmed: bool) -> CaseFilePart:
    roles = tuple(role for role in ROLES_OF[row.part] if role != "outcome")
    guessed = {} if is_confirmed and row.roles else guessed_roles(row.part, row.columns)
    return CaseFilePart(
        part=row.part,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        columns=tuple(row.columns),
        rows=tuple(tuple(one) for one in row.first_rows),
        roles=roles,
        chosen={role: row.roles.get(role, guessed.get(role, "")) for role in roles},
    )
