"""Would the estimate hold if we are wrong? Falsifications beside every estimate, each with its own figure. Pure."""

from collections.abc import Callable
from functools import partial

from clientela.impact.rules.cases import Cases, Inside
from clientela.impact.rules.checks.check import ALONE_LEVEL, GATE_LEVEL, LEADS_LEVEL, Check, CheckName
from clientela.impact.rules.checks.drawn_anew import drawn_anew
from clientela.impact.rules.checks.leaving_out import load_measured, one_left_out
from clientela.impact.rules.checks.placebos import leads, reverse_path, unaffected_outcome, untouched_suppliers
from clientela.impact.rules.checks.sensitivity import unseen_confounder
from clientela.impact.rules.checks.shuffling import shuffled_suppliers
from clientela.impact.rules.estimating import Estimate

__all__ = ["ALONE_LEVEL", "GATE_LEVEL", "LEADS_LEVEL", "Check", "CheckName", "checks"]


def checks(
    cases: Cases,  # noqa: ARG001 - the names of the contract; what belongs to answered cases is in the estimate
    inside: Inside,  # noqa: ARG001 - the same
    estimate: Estimate,
    *,
    seed: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[Check, ...]:
    """Return every falsification of an estimate, in the order of a page. The same seed gives the same answer.

    `cases` and `inside` are those that were estimated from.
    `on_progress` is told how many checks of how many are done.
    """
    steps: tuple[Callable[[], Check], ...] = (
        partial(leads, estimate),
        partial(reverse_path, estimate),
        partial(untouched_suppliers, estimate, seed=seed),
        partial(unaffected_outcome, estimate),
        partial(shuffled_suppliers, estimate, seed=seed),
        partial(one_left_out, estimate),
        partial(load_measured, estimate),
        partial(unseen_confounder, estimate),
        partial(drawn_anew, estimate, seed=seed),
    )
    done: list[Check] = []
    for step in steps:
        done.append(step())
        if on_progress is not None:
            on_progress(len(done), len(steps))
    return tuple(done)
