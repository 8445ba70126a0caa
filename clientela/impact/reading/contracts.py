"""What is asked of files of cases, and what was read of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clientela.impact.reading.columns import Floats, Source
from clientela.impact.reading.problems import Note
from clientela.impact.reading.roles import By
from clientela.impact.rules.cases import Bools, Cases, Inside
from clientela.impact.rules.refusing import NoAnswer


@dataclass(frozen=True, eq=False)
class Asked:
    """Up to three files and how to read them. `worse`: roles, or outcome columns, of which more is worse.

    `is_panel`: rows are said to be departments and periods. `takes_codes`: 99 and the like are said to be meant.
    """

    cases: Source
    inside: Source | None = None
    crosswalk: Source | None = None
    by: By = By.AUTO
    is_lagged: bool = False
    worse: frozenset[str] = frozenset()
    is_panel: bool = False
    takes_codes: bool = False


@dataclass(frozen=True, eq=False)
class Congestion:
    """Of each case: the queue that it met, how well it was itself served, how urgent it was; NaN where unknown.

    None where there is no such column.
    """

    queue: Floats | None
    served: Floats | None
    urgency: Floats | None

    def of(self, is_chosen: Bools) -> "Congestion":
        """The same of fewer cases."""
        parts = (self.queue, self.served, self.urgency)
        return Congestion(*(None if part is None else part[is_chosen] for part in parts))


@dataclass(frozen=True, eq=False)
class CasesRead:
    """What was read; a refusal instead of cases where the files themselves make an answer impossible.

    `outcomes` by column, turned so that more is better; `cases` holds the first. `period`: week, month, year or number,
    with so many `weeks_a_period`, None for numbers. `own_quality` is of each case of `cases`, where rows of one
    supplier and period differ in it.
    """

    cases: Cases | NoAnswer
    inside: Inside
    suppliers: tuple[str, ...]
    used: Mapping[str, str]
    outcomes: Mapping[str, Floats]
    turned: frozenset[str]  # the outcomes of which more is worse as the file tells them
    notes: tuple[Note, ...]
    period: str
    weeks_a_period: float | None
    has_answers: bool
    own_quality: Floats | None
    congestion: Congestion | None
    rows: int

    def cases_of(self, outcome: str) -> Cases | NoAnswer:
        """The cases with this outcome."""
        if isinstance(self.cases, NoAnswer):
            return self.cases
        return replace(self.cases, outcome=self.outcomes[outcome])
