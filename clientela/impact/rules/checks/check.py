"""What one falsification said. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import nan

from clientela.impact.rules.jackknife import Inference

# Falsifications must not cost true effects: at 5 % each, chance alone would spoil one in six. Leads carry the weight of
# catching reverse causation; the others, looked at together, may fail by chance about as often as the leads alone.
LEADS_LEVEL = 0.01
GATE_LEVEL = 0.004
ALONE_LEVEL = 0.10  # of the shuffles: they ask again what the interval has answered, without its assumptions


class CheckName(StrEnum):
    """The falsifications. Pages have a sentence for each."""

    LEADS = "leads"
    REVERSE = "reverse"
    UNTOUCHED = "untouched"
    UNAFFECTED = "unaffected"
    SHUFFLED = "shuffled"
    ONE_LEFT_OUT = "one_left_out"
    LOAD = "load"
    CONFOUNDER = "confounder"
    CONGESTION = "congestion"
    DRAWN_ANEW = "drawn_anew"


@dataclass(frozen=True)
class Check:
    """`held`: None where it could not be looked at (`detail` says why). The figure is in SD, as the estimate is.

    `is_gate`: an effect is not called supported when this did not hold.
    """

    name: CheckName
    held: bool | None
    effect: float = nan
    low: float = nan
    high: float = nan
    p: float = nan
    is_gate: bool = True
    detail: Mapping[str, float | int | str] = field(default_factory=dict)


def should_be_nothing(name: CheckName, found: Inference, detail: Mapping[str, float | int | str]) -> Check:
    """Return the check of a figure that has to be 0; it holds unless it is told from 0 at its level."""
    level = LEADS_LEVEL if name is CheckName.LEADS else GATE_LEVEL
    if found.effect != found.effect or found.error != found.error:
        return Check(name, None, detail={**detail, "why": "not_identified"})
    return Check(name, found.p >= level, found.effect, found.low, found.high, found.p, detail=detail)
