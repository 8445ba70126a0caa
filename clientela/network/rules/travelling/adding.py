"""The parts of many late cases added up, from sums that add up themselves: of weeks, of any number of cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from clientela.network.rules.travelling.sharing import Part

FEWEST_LATE = 20  # of fewer cases, an interval comes out far too narrow
SPREAD = 1.959964  # standard errors to either side of a 95 % interval


@dataclass(frozen=True)
class LatenessSums:
    """All late cases: how many, their seconds, and the squares of these, each case's for itself."""

    cases: int = 0
    seconds: int = 0
    squares: int = 0

    def __add__(self, other: "LatenessSums") -> "LatenessSums":
        """Add what other cases sum up to."""
        return LatenessSums(self.cases + other.cases, self.seconds + other.seconds, self.squares + other.squares)


@dataclass(frozen=True)
class PartSums:
    """A department's parts. `products`: its part times the whole lateness of the case, over all cases."""

    cases: int = 0
    seconds: int = 0
    past_own_seconds: int = 0
    squares: int = 0
    products: int = 0

    def __add__(self, other: "PartSums") -> "PartSums":
        """Add what other cases sum up to."""
        return PartSums(
            self.cases + other.cases,
            self.seconds + other.seconds,
            self.past_own_seconds + other.past_own_seconds,
            self.squares + other.squares,
            self.products + other.products,
        )


@dataclass(frozen=True)
class Contribution:
    """A department's part in the lateness of all cases, in seconds and as a share with its 95 % interval.

    `cases`: in how many late cases it had a part. None: too few late cases to say how it might have come out.
    """

    provider_id: int
    cases: int
    seconds: int
    past_own_seconds: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Travelled:
    """All contributions, the largest first: their seconds add up to `late_seconds` exactly."""

    late_cases: int
    late_seconds: int
    contributions: tuple[Contribution, ...]


def sums_of(parts: Iterable[Mapping[int, Part]]) -> tuple[LatenessSums, dict[int, PartSums]]:
    """Return what the parts of late cases sum up to."""
    whole = LatenessSums()
    own: dict[int, PartSums] = {}
    for one in parts:
        late = sum(part.seconds for part in one.values())
        whole += LatenessSums(1, late, late * late)
        for provider_id, part in one.items():
            added = PartSums(
                int(part.seconds > 0), part.seconds, part.past_own_seconds, part.seconds**2, part.seconds * late
            )
            own[provider_id] = own.get(provider_id, PartSums()) + added
    return whole, own


def travelled(whole: LatenessSums, parts: Mapping[int, PartSums], *, fewest: int = FEWEST_LATE) -> Travelled:
    """Return each department's part in the lateness. Shares get an interval from `fewest` late cases on."""
    found = []
    for provider_id, own in parts.items():
        is_enough = whole.cases >= fewest and whole.seconds > 0
        low, high = _interval(own, whole) if is_enough else (None, None)
        found.append(
            Contribution(
                provider_id=provider_id,
                cases=own.cases,
                seconds=own.seconds,
                past_own_seconds=own.past_own_seconds,
                share=own.seconds / whole.seconds if whole.seconds else 0.0,
                low=low,
                high=high,
            )
        )
    in_order = sorted(found, key=lambda one: (-one.seconds, one.provider_id))
    return Travelled(late_cases=whole.cases, late_seconds=whole.seconds, contributions=tuple(in_order))


def _interval(own: PartSums, whole: LatenessSums) -> tuple[float, float]:
    """Return the 95 % interval of a ratio of two sums over cases, R = Σs/ΣS.

    Its variance is n/(n−1)·Σ(s − R·S)²/(ΣS)² (Cochran 1977, 2.11), in whole numbers until the end, so that nothing is
    lost in subtracting; on the scale of log(R/(1 − R)), so that it stays between none and all.
    """
    part, all_of_it = own.seconds, whole.seconds
    if not 0 < part < all_of_it:
        return part / all_of_it, part / all_of_it
    apart = own.squares * all_of_it**2 - 2 * part * all_of_it * own.products + part**2 * whole.squares
    error = sqrt(apart * whole.cases / (whole.cases - 1)) / all_of_it**2
    share = part / all_of_it
    middle, width = log(share / (1 - share)), SPREAD * error / (share * (1 - share))
    return _share(middle - width), _share(middle + width)


def _share(logit: float) -> float:
    return 1 / (1 + exp(-logit)) if logit > 0 else exp(logit) / (1 + exp(logit))
