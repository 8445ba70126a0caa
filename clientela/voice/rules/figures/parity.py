"""Inside and outside side by side on the same scale: are colleagues served as well as buyers?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clientela.voice.rules.figures.estimates import Difference, Estimate, Mean, Share, TooFew, difference_of
from clientela.voice.rules.figures.means import mean_of
from clientela.voice.rules.figures.scales import Scale
from clientela.voice.rules.figures.shares import satisfied_share


class ParityCode(StrEnum):
    """Whether the difference is real."""

    INSIDE_BETTER = "inside_better"
    OUTSIDE_BETTER = "outside_better"
    NO_DIFFERENCE_SEEN = "no_difference_seen"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Side:
    """One side: the share of satisfied answers, and where the mean answer stands between worst (0) and best (1)."""

    satisfied: Share | TooFew
    position: Mean | TooFew


@dataclass(frozen=True)
class Parity:
    """Both sides, and outside less inside: of satisfied shares and of positions. The verdict is the shares'."""

    inside: Side
    outside: Side
    satisfied_difference: Difference | None
    position_difference: Difference | None
    verdict: ParityCode


def parity(
    inside: Mapping[int, int], outside: Mapping[int, int], *, inside_scale: Scale, outside_scale: Scale
) -> Parity:
    """Compare how often each score was given inside and outside. The two may have been asked on different scales."""
    one, other = _side(inside, inside_scale), _side(outside, outside_scale)
    satisfied = _difference(one.satisfied, other.satisfied)
    return Parity(one, other, satisfied, _difference(one.position, other.position), _verdict(satisfied))


def _side(counts: Mapping[int, int], scale: Scale) -> Side:
    positions = [scale.position(score) for score, count in counts.items() for _each in range(count)]
    return Side(satisfied_share(counts, scale), mean_of(positions, lowest=0.0, highest=1.0))


def _difference(first: Estimate | TooFew, second: Estimate | TooFew) -> Difference | None:
    if isinstance(first, TooFew) or isinstance(second, TooFew):
        return None
    return difference_of(first, second)


def _verdict(difference: Difference | None) -> ParityCode:
    if difference is None:
        return ParityCode.TOO_FEW
    if not difference.is_clear:
        return ParityCode.NO_DIFFERENCE_SEEN
    return ParityCode.OUTSIDE_BETTER if difference.value > 0 else ParityCode.INSIDE_BETTER
