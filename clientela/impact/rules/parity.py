"""Inside and outside on the same scales: how far they part, and since when.

Shares have Wilson's intervals, their difference Newcombe's (1998, method 10). A median has the interval of the order
statistics around it (David & Nagaraja 2003, 7.1): so many values lie below the true median as a fair coin falls, so the
ranks between which it lies with 95 % are those of the binomial, here by its normal approximation.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from clientela.voice.rules.figures.estimates import LEAST_SHOWN, Difference, Estimate, Share, TooFew, Z
from clientela.voice.rules.figures.shares import difference_of_shares, wilson

WINDOW: Final = 4  # weeks: a change is not seen before it is so old

Counted = tuple[int, int]  # how many of how many


@dataclass(frozen=True)
class Week:
    """One week of one measure on both sides."""

    week_on: date
    inside: Counted
    outside: Counted


@dataclass(frozen=True)
class Compared:
    """One share on both sides. `difference`: outside less inside. `since`: the Monday; None: no week stands out."""

    inside: Share | TooFew
    outside: Share | TooFew
    difference: Difference | TooFew
    since: date | None


@dataclass(frozen=True)
class Waited:
    """How long half of them waited at most, on both sides, in working seconds. `parts`: the intervals do not meet."""

    inside: Estimate | TooFew
    outside: Estimate | TooFew
    parts: bool


def compared(weeks: Sequence[Week]) -> Compared:
    """Both sides of all weeks together, and since when they part; weeks the oldest first, none left out."""
    inside, outside = _summed(weeks)
    difference = difference_of_shares(inside, outside)
    return Compared(wilson(*inside), wilson(*outside), difference, _since(weeks, difference))


def waited(inside: Mapping[float, int], outside: Mapping[float, int]) -> Waited:
    """Medians from how many waited how long: {working seconds: how many}. A histogram's resolution is theirs too."""
    one, other = _median(inside), _median(outside)
    if isinstance(one, TooFew) or isinstance(other, TooFew):
        return Waited(one, other, parts=False)
    return Waited(one, other, parts=one.high < other.low or other.high < one.low)


def _summed(weeks: Sequence[Week]) -> tuple[Counted, Counted]:
    return (
        (sum(week.inside[0] for week in weeks), sum(week.inside[1] for week in weeks)),
        (sum(week.outside[0] for week in weeks), sum(week.outside[1] for week in weeks)),
    )


def _since(weeks: Sequence[Week], whole: Difference | TooFew) -> date | None:
    """The Monday from which on both sides part, or part wider than before: the likeliest one, if it is worth a change.

    Of all ways to cut the weeks in two, the one that makes what was counted likeliest (each side with one share before
    and one after) is held against no cut at all by Schwarz's criterion (1978). The newest WINDOW weeks are never cut.
    """
    if isinstance(whole, TooFew) or not whole.is_clear:
        return None
    places = range(1, len(weeks) - WINDOW + 1)
    likely = {place: _likelihood(weeks[:place]) + _likelihood(weeks[place:]) for place in places}
    best = max(places, key=lambda place: likely[place], default=0)
    # A cut takes three more numbers: a share more on each side, and where it is. What is cut are weekly shares: where
    # nothing changed, 2 to 6 of 100 houses are told a week, and most real changes are found (20 a week, 12 weeks).
    if not best or likely[best] - 1.5 * math.log(2 * len(weeks)) <= _likelihood(weeks):
        return None
    before, after = (difference_of_shares(*_summed(part)) for part in (weeks[:best], weeks[best:]))
    if isinstance(after, TooFew) or not after.is_clear or (after.value > 0) != (whole.value > 0):
        return None
    is_wider = isinstance(before, TooFew) or abs(before.value) < abs(after.value) or before.value * after.value < 0
    return weeks[best].week_on if is_wider else None


def _likelihood(weeks: Sequence[Week]) -> float:
    return sum(count * math.log(share) for count, share in _outcomes(weeks))


def _outcomes(weeks: Sequence[Week]) -> Iterator[tuple[int, float]]:
    for count, n in _summed(weeks):
        for one in (count, n - count):
            if one:
                yield one, one / n


def _median(counts: Mapping[float, int]) -> Estimate | TooFew:
    n = sum(counts.values())
    if n < LEAST_SHOWN:
        return TooFew(n)
    half, reach = n / 2, Z * math.sqrt(n) / 2
    # The ranks, from 1 on, of the values between which the true median lies.
    low, high = max(math.floor(half - reach), 1), min(math.ceil(half + reach) + 1, n)
    return Estimate(_ranked(counts, math.ceil(half)), _ranked(counts, low), _ranked(counts, high), n)


def _ranked(counts: Mapping[float, int], rank: int) -> float:
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= rank:
            return value
    raise ValueError(rank)
