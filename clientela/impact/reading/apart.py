"""What a process apart is asked to do with files of cases: plain data in, plain data out, and how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from clientela.impact.reading.answering import Answered, answered
from clientela.impact.reading.building import read_cases
from clientela.impact.reading.columns import Source
from clientela.impact.reading.contracts import Asked, CasesRead
from clientela.impact.reading.pooling import pooled_cases
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.reading.roles import CASES, CROSSWALK, INSIDE, By
from clientela.impact.rules.cases import LEAST_ANSWERS, Bools, Floats, Inside
from clientela.impact.rules.checks import CheckName
from clientela.impact.rules.estimating import Settings
from clientela.impact.rules.refusing import NoAnswer
from clientela.impact.rules.telling import (
    plain,
    told_check,
    told_each,
    told_estimate,
    told_left_out,
    told_own,
    told_refusal,
    told_suppliers,
    told_verdict,
)
from clientela.kernel.analytics.telling import tell_progress

SEED: Final = 20261122  # of the shuffles: the same files give the same figures, also after a lost worker
_READ_SHARE: Final = 0.5  # of the work; the rest is estimating and checking, outcome by outcome


@dataclass(frozen=True)
class Outcome:
    """What came of files of cases: the result (see `models.CaseFile.result`) or the problem that stood in the way."""

    result: Mapping[str, Any] | None = None
    rows: int = 0
    problem: str = ""
    code: str = ""
    figures: Mapping[str, Any] | None = None


def estimate_apart(
    *, parts: Mapping[str, Mapping[str, Any]], outcomes: Sequence[str], options: Mapping[str, Any]
) -> Outcome:
    """Estimate each outcome. `parts`: path, name and columns of each file; `options`: the fields of `CaseOptions`.

    Progress is told as the rows read so far, of as many as there will have been when the share of the work that is done
    is the whole: it reaches the whole only when every outcome is estimated and checked.
    """
    try:
        return _estimated(parts, outcomes, options)
    except CasesProblemError as problem:
        return Outcome(problem=str(problem), code=problem.code, figures=problem.figures)


def _estimated(parts: Mapping[str, Mapping[str, Any]], outcomes: Sequence[str], options: Mapping[str, Any]) -> Outcome:
    sources = {
        part: Source(Path(one["path"]), one["columns"], one["name"], finds_rest=False) for part, one in parts.items()
    }
    first, *more = outcomes
    told = sources[CASES]
    asked = Asked(
        cases=replace(told, columns={**told.columns, "outcome": first}, outcomes=tuple(more)),
        inside=sources.get(INSIDE),
        crosswalk=sources.get(CROSSWALK),
        by=By(options["period_by"]),
        is_lagged=options["shares"] == "lagged",
        worse=frozenset(options["worse"]),
        is_panel=options["is_panel"],
        takes_codes=options.get("takes_codes", False),  # waiting files were asked for before there was a choice
    )
    settings = Settings(
        lag=options["lag"],
        is_incomplete=options["is_incomplete"],
        worthwhile=options["worthwhile"],
        is_linked=not options["is_panel"],
    )
    progress = _Progress(told.path.stat().st_size, len(outcomes))
    read = pooled_cases(read_cases(asked, progress.on_bytes, progress.on_rows))
    of = {}
    for place, outcome in enumerate(outcomes):
        progress.begin(place)
        found = answered(read, outcome, settings=settings, seed=SEED, on_progress=progress.on_checks)
        of[outcome] = _told(read, outcome, found, settings)
    progress.end()
    return Outcome(result={"of": of, "notes": [asdict(note) for note in read.notes]}, rows=read.rows)


def _told(read: CasesRead, outcome: str, answered_: Answered, settings: Settings) -> dict[str, Any]:
    """One outcome in the shape of `models.Estimation.result["of"]`, with suppliers by their names."""
    called = [{"supplier": name} for name in read.suppliers]
    values = read.outcomes[outcome]
    judged = told_verdict(answered_.verdict)
    if read.weeks_a_period is None:
        judged |= {"weeks_more": None, "periods_more": judged["weeks_more"]}
    if not read.has_answers:
        judged["answers_more"] = None
    told = {
        "period": read.period,
        "period_weeks": round(read.weeks_a_period or 0),
        "cases": len(values),
        "answered": int(np.isfinite(values).sum()),
        "inside_answers": int(read.inside.answers.sum()) if read.has_answers else 0,
        "suppliers": _suppliers(read, called),
        "verdict": judged,
        "is_linked": settings.is_linked,
        "is_turned": outcome in read.turned,
        "is_share": is_yes_or_no(values),
    }
    found = answered_.estimate
    if isinstance(found, NoAnswer):
        refused = told_refusal(found)
        refused["figures"] = _by_name(refused["figures"], "supplier", read.suppliers)
        judged["figures"] = {"code": refused["code"], **refused["figures"]}
        return {**told, "no_answer": refused}
    effects, by_case = answered_.effects, answered_.by_case
    return {
        **told,
        "estimate": told_estimate(found),
        "checks": [_check(told_check(one), read.suppliers) for one in answered_.checks],
        "satisfied": told_own(found) if told["is_share"] else None,
        "left_out": told_left_out(found, called),
        "each": told_each(effects, called) if effects else [],
        "between": plain(effects.between) if effects else None,
        "by_case": plain(asdict(by_case)) if by_case else None,
    }


def is_yes_or_no(values: Floats) -> bool:
    """Whether an outcome, turned or not, is only ever yes or no."""
    found = np.unique(np.abs(values[np.isfinite(values)]))
    return bool(np.array_equal(found, [0.0, 1.0]))


def _suppliers(read: CasesRead, called: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(read.cases, NoAnswer):
        return []
    inside = read.inside
    known: Bools = np.isfinite(inside.quality).all(axis=0) & (inside.answers >= LEAST_ANSWERS)
    if not read.has_answers:  # nobody said how many: the least that may be told was taken
        inside = Inside(inside.quality, inside.load, np.zeros_like(inside.answers))
    return told_suppliers(read.cases, inside, called, is_known=known)


def _check(told: dict[str, Any], suppliers: Sequence[str]) -> dict[str, Any]:
    if told["name"] == CheckName.ONE_LEFT_OUT:
        told["detail"] = _by_name(told["detail"], "furthest", suppliers)
    return told


def _by_name(figures: dict[str, Any], key: str, suppliers: Sequence[str]) -> dict[str, Any]:
    if not isinstance(figures.get(key), int):
        return figures
    return {**figures, key: suppliers[figures[key]]}


class _Progress:
    """Tells rows and the share of the work as one pair of numbers."""

    def __init__(self, size_bytes: int, outcomes: int) -> None:
        self._size = max(1, size_bytes)
        self._outcomes = outcomes
        self._place = 0
        self._rows = 0
        self._share = 0.0

    def on_bytes(self, read: int) -> None:
        self._share = _READ_SHARE * min(1.0, read / self._size)

    def on_rows(self, rows: int) -> None:
        self._rows = rows
        self._tell()

    def begin(self, place: int) -> None:
        self._place = place
        self.on_checks(0, 1)

    def on_checks(self, done: int, of: int) -> None:
        self._share = _READ_SHARE + (1 - _READ_SHARE) * (self._place + done / of) / self._outcomes
        self._tell()

    def end(self) -> None:
        self._share = 1.0
        self._tell()

    def _tell(self) -> None:
        tell_progress(self._rows, max(self._rows, round(self._rows / self._share)) if self._share else 1)
