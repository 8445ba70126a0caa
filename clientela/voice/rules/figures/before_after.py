"""Whether an improvement helped: before and after its date, and against places where nothing changed.

A satisfied share before and after can differ for many reasons; with a comparison series only what changed more here
than there counts. The figures are of different people, so each side has its own interval.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clientela.voice.rules.figures.estimates import (
    Difference,
    Estimate,
    TooFew,
    difference_of,
    difference_of_differences,
)
from clientela.voice.rules.figures.shares import wilson

MOST_SMALLEST_SEEN: Final = 0.5  # if not even half of all could be seen to change, there is nothing to say


class Verdict(StrEnum):
    """What the figures say."""

    HELPED = "helped"
    GOT_WORSE = "got_worse"
    NO_DIFFERENCE_SEEN = "no_difference_seen"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class BeforeAfter:
    """Both figures, their difference, what changed elsewhere, and the verdict; `effect` is what it rests on."""

    before: Estimate | TooFew
    after: Estimate | TooFew
    change: Difference | None
    change_elsewhere: Difference | None
    effect: Difference | None
    verdict: Verdict


def before_and_after(
    before: tuple[int, int],
    after: tuple[int, int],
    *,
    elsewhere_before: tuple[int, int] | None = None,
    elsewhere_after: tuple[int, int] | None = None,
) -> BeforeAfter:
    """Shares of satisfied answers as (count, n), before and after the date; the same where nothing changed, if any.

    Raises ValueError if the comparison has one side only.
    """
    if (elsewhere_before is None) != (elsewhere_after is None):
        raise ValueError("A comparison needs both its sides.")
    elsewhere = None
    if elsewhere_before is not None and elsewhere_after is not None:
        elsewhere = (wilson(*elsewhere_before), wilson(*elsewhere_after))
    return compared_figures(wilson(*before), wilson(*after), elsewhere=elsewhere, widest=1.0)


def compared_figures(
    before: Estimate | TooFew,
    after: Estimate | TooFew,
    *,
    elsewhere: tuple[Estimate | TooFew, Estimate | TooFew] | None = None,
    widest: float,
) -> BeforeAfter:
    """The same for figures of any kind where more is better. `widest`: from the worst to the best of the scale."""
    change = _difference(before, after)
    there = None if elsewhere is None else _difference(*elsewhere)
    effect = change
    if elsewhere is not None:
        effect = None if change is None or there is None else difference_of_differences(change, there)
    return BeforeAfter(before, after, change, there, effect, _verdict(effect, widest))


def _difference(first: Estimate | TooFew, second: Estimate | TooFew) -> Difference | None:
    if isinstance(first, TooFew) or isinstance(second, TooFew):
        return None
    return difference_of(first, second)


def _verdict(effect: Difference | None, widest: float) -> Verdict:
    if effect is None:
        return Verdict.TOO_FEW
    if effect.is_clear:
        return Verdict.HELPED if effect.value > 0 else Verdict.GOT_WORSE
    return Verdict.TOO_FEW if effect.smallest > MOST_SMALLEST_SEEN * widest else Verdict.NO_DIFFERENCE_SEEN
