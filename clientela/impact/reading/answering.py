"""Everything that is said of one outcome of a file of cases: the estimate, every check, each supplier, the verdict."""

from collections.abc import Callable
from dataclasses import dataclass

from clientela.impact.reading.contracts import CasesRead, Congestion
from clientela.impact.rules.case_by_case import CaseByCase, case_by_case
from clientela.impact.rules.checks import Check, CheckName, checks
from clientela.impact.rules.congestion import congestion_check
from clientela.impact.rules.estimating import Estimate, Settings, estimate
from clientela.impact.rules.guarding import answered_cases
from clientela.impact.rules.refusing import NoAnswer
from clientela.impact.rules.suppliers import SupplierEffects, supplier_effects
from clientela.impact.rules.verdicts import Verdict, verdict


@dataclass(frozen=True)
class Answered:
    """What one outcome says. Without an estimate there are no checks, no effects, nothing case by case."""

    estimate: Estimate | NoAnswer
    verdict: Verdict
    checks: tuple[Check, ...] = ()
    effects: SupplierEffects | None = None
    by_case: CaseByCase | None = None


def answered(
    read: CasesRead,
    outcome: str,
    *,
    settings: Settings,
    seed: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> Answered:
    """Estimate from what was read, and try to prove it wrong. `on_progress` is told how many checks of how many."""
    cases = read.cases_of(outcome)
    weeks = read.weeks_a_period or 1.0
    found = cases if isinstance(cases, NoAnswer) else estimate(cases, read.inside, settings=settings)
    if isinstance(cases, NoAnswer) or isinstance(found, NoAnswer):
        return Answered(found, verdict(found, weeks_a_period=weeks))
    made = checks(cases, read.inside, found, seed=seed, on_progress=on_progress)
    used = answered_cases(cases)
    if read.congestion is not None:
        made = (*made, _by_queue(found, read.congestion.of(used)))
    by_case = case_by_case(found, read.own_quality[used]) if read.own_quality is not None else None
    judged = verdict(found, made, weeks_a_period=weeks)
    return Answered(found, judged, made, supplier_effects(found), by_case)


def _by_queue(found: Estimate, met: Congestion) -> Check:
    if met.queue is None or met.served is None:
        return Check(CheckName.CONGESTION, None, is_gate=False, detail={"why": "not_given"})
    return congestion_check(found, met.queue, met.served, met.urgency)
