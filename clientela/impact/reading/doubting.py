"""What a file of cases says that can hardly be meant: codes among figures, departments and periods instead of cases."""

from collections.abc import Callable

import numpy as np

from clientela.impact.reading.columns import Columns
from clientela.impact.reading.no_answers import shown_figures, strange_figures
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.rules.cases import Cases, Ints

SCORED = ("unaffected", "quality", "quality2", "load")
MEANS = frozenset({"quality", "quality2"})
FEWEST_IN_PANEL = 12
ALL_APART = 0.98  # of the rows: hardly two are of the same department and period
FULL = 0.5  # of all departments and periods have a row


def refuse_codes(columns: Columns) -> None:
    """Raise CasesProblemError where a column holds figures that stand for no answer, such as 99 among scores to 5."""
    told = [("outcome", name, columns.outcome(name)) for name in _outcomes(columns)]
    told += [(role, columns.used[role], columns.figures(role)) for role in SCORED if columns.has(role)]
    for role, column, figures in told:
        found = strange_figures(figures, is_mean=role in MEANS)
        if found is None:
            continue
        line = columns.line(int(np.argmax(np.isin(figures, found.values))))
        values = shown_figures(found.values)
        rows = "1 row has" if found.rows == 1 else f"{found.rows:,} rows have"
        raise CasesProblemError(
            f"{columns.called}, line {line}, {role} ({column}): {rows} “{values}”, all others are from {found.low:g} "
            f"to {found.high:g}. As a rule this means “no answer”, or is a slip. Leave the field blank where nobody "
            "answered, and mend what is wrong; if it is meant, say --as-given.",
            "strange_figures", file=columns.called, line=line, role=role, column=column, values=values,
            rows=found.rows, low=f"{found.low:g}", high=f"{found.high:g}",
        )  # fmt: skip


def note_panel(cases: Cases, of: Ints, called: str, note: Callable[..., None]) -> None:
    """Say so where each row seems to be a department and a period. `of`: the department, or unit, of each case."""
    periods = int(cases.period.max(initial=0)) + 1
    cells = len(np.unique(of * periods + cases.period))
    full = cells / max(1, len(np.unique(of)) * len(np.unique(cases.period)))
    if cases.count < FEWEST_IN_PANEL or cells < ALL_APART * cases.count or full < FULL:
        return
    note(
        "looks_like_panel",
        f"{called}: hardly two rows are of the same department and period, so this looks like a panel and not like "
        "single cases. If it is one, say --panel: then the answer says that it is weaker, as nobody knows which "
        "customer depended on whom.",
        file=called, rows=cases.count,
    )  # fmt: skip


def _outcomes(columns: Columns) -> list[str]:
    return list(dict.fromkeys(name for name in (columns.used.get("outcome", ""), *columns.outcomes) if name))
