"""Everything Impact says, worked out from the store: run apart, by name. Plain data in, plain data out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends import BaseBackend

from clientela.impact.measures.making import (
    BOTH,
    CLOCKS,
    FIVE,
    SAID,
    Everything,
    Weeks,
    cases_of,
    everything,
    inside_of,
    known_share,
)
from clientela.impact.measures.returning import BACK_DAYS, LEFT_DAYS, MEASURES
from clientela.impact.rules.cases import Cases, Inside
from clientela.impact.rules.checks import checks
from clientela.impact.rules.estimating import Estimate, Settings, estimate
from clientela.impact.rules.refusing import NoAnswer, Refusal
from clientela.impact.rules.suppliers import supplier_effects
from clientela.impact.rules.telling import (
    told_check,
    told_each,
    told_estimate,
    told_left_out,
    told_own,
    told_refusal,
    told_suppliers,
    told_verdict,
)
from clientela.impact.rules.verdicts import verdict
from clientela.kernel.analytics.engines import connect, measured
from clientela.kernel.analytics.telling import tell_progress

SEED: Final = 20261122  # shuffles and random halves: the same data give the same figures
SPAN_WEEKS: Final = 52
PERIOD_WEEKS: Final = (1, 2, 4)
KNOWN_SHARE: Final = 0.7  # of what cases depend on must have an inside figure, or periods are made longer
SATISFIED_FROM: Final = 0.75
CAME_BACK, LEFT = "came_back", "left"
MEASURED: Final = (BOTH, SAID, CLOCKS)
DONE_SHARE: Final = 0.95  # so many cases of the newest week that counts must be done, or it holds only the quick ones
_ONE_DAY: Final = date(9000, 1, 1)  # by which everybody's days are over
_SETTINGS: Final = Settings(is_incomplete=True)
_READ: Final = 4  # of the progress: reading, then each estimate with its eight checks
_EACH: Final = 8
_STEPS: Final = _READ + (len(MEASURED) + 2) * _EACH


@dataclass(frozen=True)
class _Asked:
    """One question: which cases, over which span, of which source of inside quality. `is_share`: of yes or no."""

    rows: pa.Table
    first: date
    weeks: int
    measure: str
    begun: int  # of the progress
    is_share: bool = False


# The suppliers and the cases with their exposure, by how many weeks a period has: the same for every measure.
_Exposed = dict[int, tuple[list[int], Cases]]


@dataclass(frozen=True)
class _Made:
    """What one question is estimated from."""

    each: int
    suppliers: list[int]
    cases: Cases
    inside: Inside
    refused: NoAnswer | None


def impact_figures(
    *, folder: str, until: date, weeks: int = SPAN_WEEKS, back_days: int = BACK_DAYS, left_days: int = LEFT_DAYS
) -> dict[str, Any]:
    """Estimate from the `weeks` whole weeks before the Monday `until`; as JSON values, see `models.Estimation.result`.

    Whether customers come back within `back_days`, and whether regular ones have bought nothing for `left_days`, is
    estimated from as many weeks, the newest ones of which it is known. Raises StoreUnreadableError.
    """
    engine = connect(folder)
    read = everything(engine)
    tell_progress(_READ, _STEPS)
    first = until - timedelta(weeks=weeks)
    exposed: _Exposed = {}
    found: dict[str, Any] = {"since": first.isoformat(), "until": (until - timedelta(days=1)).isoformat(), "of": {}}
    for place, measure in enumerate(MEASURED):
        asked = _Asked(read.cases, first, weeks, measure, _READ + place * _EACH)
        made = _made(read, asked, exposed)
        found["of"][measure] = _figures(asked, made, _estimated(made))
    found["outcomes"] = _outcomes(engine, read, until=until, weeks=weeks, days={CAME_BACK: back_days, LEFT: left_days})
    tell_progress(_STEPS, _STEPS)
    return found


def _outcomes(
    engine: BaseBackend, read: Everything, *, until: date, weeks: int, days: dict[str, int]
) -> dict[str, dict[str, Any]]:
    """What became of those who bought, outcome by outcome; nothing where no service is said to be bought."""
    (measure,) = MEASURES
    windows = {"back_days": days[CAME_BACK], "left_days": days[LEFT]}
    rows = measured(engine, measure, {"until": datetime.combine(until, time.min, UTC), **windows})
    if not rows.num_rows:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for place, outcome in enumerate((CAME_BACK, LEFT)):
        begun = _READ + (len(MEASURED) + place) * _EACH
        told = _outcome(read, rows, outcome, until=until, weeks=weeks, days=days[outcome], begun=begun)
        if told.get("no_answer", {}).get("code") == Refusal.NO_CASES:
            later = measured(engine, measure, {"until": datetime.combine(_ONE_DAY, time.min, UTC), **windows})
            told["known_from"] = _known_from(later, outcome, after=until, days=days[outcome])
        found[outcome] = told
    return found


def _known_from(rows: pa.Table, outcome: str, *, after: date, days: int) -> str:
    """Return the first Monday on which it is told of some; "": nobody's days run. `rows` are as all will be known."""
    awaited = rows.filter(pc.is_valid(rows[outcome]))
    if not awaited.num_rows:
        return ""
    first: date = pc.min(awaited["week_on"]).as_py()
    over = first + timedelta(weeks=1, days=days + _took(rows))
    told = over + timedelta(days=-over.weekday() % 7)
    return max(told, after + timedelta(weeks=1)).isoformat()


def _outcome(
    read: Everything, rows: pa.Table, outcome: str, *, until: date, weeks: int, days: int, begun: int
) -> dict[str, Any]:
    """One of them, from the first source of inside quality that gives a number, in the order of MEASURED.

    More is better: that customers come back, and that regular ones stay. A case whose days are not over is left out,
    and so are the newest weeks of which some still are: an outcome is never missing, so nobody's silence can tell.
    """
    last = _newest_known(rows, until=until, days=days)
    first = last - timedelta(weeks=weeks)
    came = rows[outcome].cast(pa.int8()).cast(pa.float64())
    known = rows.append_column("outcome", pc.subtract(1.0, came) if outcome == LEFT else came)
    known = known.append_column("unaffected", rows["came_before"].cast(pa.int8()).cast(pa.float64()))
    known = known.filter(pc.is_valid(rows[outcome]))
    told = {
        "since": first.isoformat(),
        "until": (last - timedelta(days=1)).isoformat(),
        "days": days,
        "bought": rows.num_rows,
        "is_share": True,
        "is_turned": outcome == LEFT,
    }
    in_span = pc.and_(pc.greater_equal(known["week_on"], first), pc.less(known["week_on"], last))
    share = pc.mean(known.filter(in_span)[outcome].cast(pa.int8())).as_py()
    asked = [_Asked(known, first, weeks, measure, begun, is_share=True) for measure in MEASURED]
    chosen, made, estimated = _best_source(read, asked)
    return {**told, "share": share, "source": chosen.measure, **_figures(chosen, made, estimated)}


def _newest_known(rows: pa.Table, *, until: date, days: int) -> date:
    """Return the Monday before which nearly all cases that were opened are done, with so many days after them."""
    newest = until - timedelta(days=days + _took(rows))
    return newest - timedelta(days=newest.weekday())


def _took(rows: pa.Table) -> int:
    """In how many days nearly all cases are done."""
    return int(np.quantile(rows["took_days"].to_numpy(), DONE_SHARE, method="higher"))


def _best_source(read: Everything, asked: Sequence[_Asked]) -> tuple[_Asked, _Made, Estimate | NoAnswer]:
    """Return the first that gives a number; else the first that says more than that nothing is known inside."""
    refused: list[tuple[bool, _Asked, _Made, NoAnswer]] = []
    exposed: _Exposed = {}
    for one in asked:
        made = _made(read, one, exposed)
        found = _estimated(made)
        if not isinstance(found, NoAnswer):
            return one, made, found
        refused.append((found.code == Refusal.QUALITY_UNKNOWN, one, made, found))
    return min(refused, key=lambda told: told[0])[1:]


def _made(read: Everything, asked: _Asked, exposed: _Exposed) -> _Made:
    """Put together what the question is estimated from; `exposed` keeps the cases for who asks of the same ones."""
    for each in PERIOD_WEEKS:
        span = Weeks(asked.first, asked.weeks, each)
        if each not in exposed:
            exposed[each] = cases_of(read, span, asked.rows)
        suppliers, cases = exposed[each]
        inside, refused = inside_of(read, asked.measure, span, suppliers)
        if each == PERIOD_WEEKS[-1] or known_share(cases, inside) >= KNOWN_SHARE:
            break
    return _Made(each, suppliers, cases, inside, refused)


def _estimated(made: _Made) -> Estimate | NoAnswer:
    if made.refused is not None and made.cases.count:
        return made.refused
    return estimate(made.cases, made.inside, settings=_SETTINGS)


def _figures(asked: _Asked, made: _Made, found: Estimate | NoAnswer) -> dict[str, Any]:
    """The estimate of one question with its checks and its verdict, and what it would mean for shares of customers."""
    cases, inside, called = made.cases, made.inside, [{"department_id": one} for one in made.suppliers]
    told: dict[str, Any] = {
        "period_weeks": made.each,
        "cases": cases.count,
        "answered": int(np.isfinite(cases.outcome).sum()),
        "inside_answers": int(inside.answers.sum()),
        "suppliers": told_suppliers(cases, inside, called),
    }
    if isinstance(found, NoAnswer):
        judged = verdict(found, weeks_a_period=made.each)
        return {**told, "no_answer": told_refusal(found), "verdict": told_verdict(judged)}
    looked_at = checks(
        cases,
        inside,
        found,
        seed=SEED,
        on_progress=lambda done, of: tell_progress(asked.begun + _EACH * done // of, _STEPS),
    )
    return {
        **told,
        "estimate": told_estimate(found),
        "checks": [told_check(one) for one in looked_at],
        "verdict": told_verdict(verdict(found, looked_at, weeks_a_period=made.each)),
        "satisfied": told_own(found) if asked.is_share else _satisfied(cases, inside),
        "left_out": told_left_out(found, called),
        "each": told_each(supplier_effects(found), called),
    }


def _satisfied(cases: Cases, inside: Inside) -> dict[str, Any] | None:
    """The same effect on the share of satisfied customers, for one standard deviation of quality; None: no number."""
    told = np.isfinite(cases.outcome)
    is_satisfied = np.where(told, (cases.outcome >= 1 + FIVE * SATISFIED_FROM).astype(np.float64), np.nan)
    found = estimate(replace(cases, outcome=is_satisfied), inside, settings=_SETTINGS)
    if isinstance(found, NoAnswer):
        return None
    return told_own(found)
