"""What an organisation is drawn from: sizes, the true effect, and everything that makes it hard to find."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Missing(StrEnum):
    """Whose answers are missing."""

    NOBODYS = "nobody's"
    AT_RANDOM = "at random"
    OF_THE_UNHAPPY = "of the unhappy"


class Measured(StrEnum):
    """What quality is taken from. Both together: the pulse is one half, the clock the other."""

    BY_PULSES = "by pulses"
    BY_CLOCKS = "by clocks"
    BY_BOTH = "by both"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One kind of organisation. Qualities, scores and loads are in standard deviations.

    There are as many front units as suppliers, so that `cases_per_cell` is both: cases of a unit in a period, and cases
    of which a supplier does most in a period.
    """

    suppliers: int
    periods: int
    cases_per_cell: float
    effect: float = 0.0  # SD of score for an SD of a supplier's quality over time
    effect_spread: float = 0.0  # how much suppliers differ in it, as a share of it
    case_types: int = 4
    reliability: float = 0.7  # of a pulse's mean, among a supplier's periods
    answers: float = 20.0  # to a pulse, a supplier and period
    quality_persistence: float = 0.6
    clock_reliability: float = 0.8
    load_on_quality: float = 0.0
    load_on_score: float = 0.0
    is_load_measured: bool = True
    error_size: float = 0.15  # what else happens at a supplier in a period and shows in the score
    error_persistence: float = 0.0  # of that and of what happens in a unit, from period to period
    reverse: float = 0.0  # SD of quality for an SD of last period's satisfaction
    mix: float = 0.0  # how far the mix of case types moves, in log odds
    mix_on_quality: float = 0.0  # SD of quality for an SD of hardness of the cases
    triage: float = 0.0  # how much the urgent are let past the queue: correlation of urgency with congestion, negated
    missing: Missing = Missing.NOBODYS
    missing_share: float = 0.0
    missing_pulses: float = 0.0  # share of supplier periods without a pulse
    mood: float = 0.0  # SD of quality that all who answer err by together, and still do next period
    measured: Measured = Measured.BY_PULSES

    @property
    def name(self) -> str:
        """Sizes as the tables show them."""
        return f"{self.suppliers}×{self.periods}×{self.cases_per_cell:g}"


CELLS = ((6, 12, 10), (6, 12, 30), (12, 24, 10), (12, 24, 30), (20, 24, 10), (20, 24, 30), (20, 52, 30))
EFFECTS = (0.0, 0.05, 0.09, 0.2)
_LOAD: dict[str, object] = {"load_on_quality": 0.35, "load_on_score": 0.1}
_PERSISTENT: dict[str, object] = _LOAD | {"error_persistence": 0.7}
SITUATIONS: dict[str, dict[str, object]] = {
    "unconfounded": {},
    "load measured": _LOAD,
    "load not measured": _LOAD | {"is_load_measured": False},
    "persistent errors": _PERSISTENT,
    "reliable pulses": _LOAD | {"reliability": 0.8},
    "unreliable pulses": _LOAD | {"reliability": 0.5},
    "reverse, weak": _PERSISTENT | {"reverse": 0.15},
    "reverse, strong": _PERSISTENT | {"reverse": 0.5},
    "triage": _LOAD | {"triage": 0.2},
    "moving mix": _LOAD | {"mix": 0.8, "mix_on_quality": 0.35},
    "answers missing at random": _LOAD | {"missing": Missing.AT_RANDOM, "missing_share": 0.5, "missing_pulses": 0.1},
    "the unhappy do not answer": _LOAD | {"missing": Missing.OF_THE_UNHAPPY, "missing_share": 0.5},
    "suppliers differ": _LOAD | {"effect_spread": 0.5},
    "clocks instead of pulses": _LOAD | {"measured": Measured.BY_CLOCKS},
    "pulses and clocks": _LOAD | {"measured": Measured.BY_BOTH},
    "colleagues share a mood": _LOAD | {"mood": 0.4},
    "a shared mood, pulses and clocks": _LOAD | {"mood": 0.4, "measured": Measured.BY_BOTH},
}


def recipe(cell: tuple[int, int, float], situation: str, effect: float = 0.0) -> Recipe:
    """The recipe of a cell of the table, a situation by its name, and a true effect."""
    suppliers, periods, cases = cell
    bare = Recipe(suppliers=suppliers, periods=periods, cases_per_cell=cases, effect=effect)
    return replace(bare, **SITUATIONS[situation])  # type: ignore[arg-type]  # the table's values fit their fields
