"""Whether a bootstrap by supplier says the same as the jackknife does. Pure."""

from clientela.impact.rules.bootstrapping import bootstrapped
from clientela.impact.rules.checks.check import Check, CheckName
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.jackknife import LEVEL


def drawn_anew(estimate: Estimate, *, seed: int) -> Check:
    """Tell the estimate from nothing in another way; it holds when both ways agree on whether it is.

    Not a gate: the jackknife is the sounder of the two where suppliers are few.
    """
    found = bootstrapped(estimate, seed=seed)
    held = (found.p < 1 - LEVEL) == (not estimate.low <= 0 <= estimate.high)
    return Check(
        CheckName.DRAWN_ANEW,
        held,
        estimate.effect,
        found.low,
        found.high,
        found.p,
        is_gate=False,
        detail={"draws": found.draws},
    )
