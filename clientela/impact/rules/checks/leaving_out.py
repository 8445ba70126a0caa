"""What becomes of the estimate without any one supplier, and whether load was measured. Pure."""

from math import isfinite

from clientela.impact.rules.checks.check import Check, CheckName
from clientela.impact.rules.estimating import Estimate


def one_left_out(estimate: Estimate) -> Check:
    """Leave each main supplier's cases out, one at a time: the effect has to keep its direction."""
    usable = [(effect, supplier) for supplier, effect in estimate.left_out if isfinite(effect)]
    lowest, highest = min(usable), max(usable)
    furthest = lowest if abs(lowest[0] - estimate.effect) > abs(highest[0] - estimate.effect) else highest
    held = lowest[0] * estimate.effect > 0 and highest[0] * estimate.effect > 0
    detail = {"furthest": furthest[1], "without_it": furthest[0], "suppliers": len(usable)}
    return Check(CheckName.ONE_LEFT_OUT, held, estimate.effect, lowest[0], highest[0], detail=detail)


def load_measured(estimate: Estimate) -> Check:
    """Whether the load of the suppliers is known for nearly all of the exposure.

    A busy supplier serves worse, and its customers' customers wait longer for other reasons: neither leads nor
    suppliers never touched see that. So without load nothing can be concluded.
    """
    held = estimate.load_share >= estimate.settings.least_load_share
    return Check(CheckName.LOAD, held, detail={"share": estimate.load_share})
