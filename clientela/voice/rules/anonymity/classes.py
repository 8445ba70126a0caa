"""Into which classes the numbers or days of an anonymous round fall. Only the class of each is kept.

The edges are round: from coarse to fine, multiples of 10, 5, 1 (days: centuries to days), each nested in the ones
before. An edge is used where at least five answers of the class that it divides lie on either side; every fifth is
left out by chance, however many lie there. The first class and the last are open: no edge comes from an answer.

What that gives, against somebody who knows all answers but one and sees the classes with their counts:
- every number of the class in which the one lies would have led to the same picture with some chance. Whether an edge
  is used hangs on the counts of the classes shown and on chance, and on nothing else; so nothing within the class can
  be ruled out. (Without the chance, an edge that is not used would tell on which side fewer than five lie.)
- between rounds: edges of earlier rounds are taken first, and a class that leaves one of them out is not divided anew.
  So what several rounds tell of the same number is never less than a class that one of them showed.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from clientela.voice.rules.anonymity.cuts import LEAST_SHOWN

FEWEST_TO_DIVIDE: Final = 2 * LEAST_SHOWN
MOST_CLASSES: Final = 10
LEFT_OUT: Final = 0.2  # of the edges that could be used, by chance

_ANSWERS_A_CLASS: Final = 20  # as many classes are wanted as have so many answers each
_LARGEST: Final = 15  # numbers are at most 10 to this
_DECIMALS: Final = 2  # of an edge of numbers that are not whole, at most
_EPOCH: Final = date(1970, 1, 1)

_Edges = Callable[[float, float], Iterator[float]]


@dataclass(frozen=True)
class NumberClass:
    """From one edge on to below the next; None where a class is open."""

    low: float | None = None
    under: float | None = None


def edges_of_numbers(
    numbers: Sequence[float], *, is_whole: bool, earlier: Collection[float] = (), chance: Random
) -> tuple[float, ...]:
    """The edges between the classes of numbers, in their order; none where no two classes of five can be made."""
    decimals = 0 if is_whole else _DECIMALS
    powers = range(_LARGEST + decimals, -1, -1)
    steps = [step for power in powers for step in (10**power, 10**power // 2) if step]
    levels = [_multiples(step, 10**decimals) for step in steps]
    return _edges(numbers, levels, earlier, chance)


def edges_of_days(days: Sequence[int], *, earlier: Collection[float] = (), chance: Random) -> tuple[int, ...]:
    """The same of days, counted from 1970: centuries, decades, years, quarters, months, half months, days."""
    levels = [_years(100), _years(10), _years(1), _months(3), _months(1), _days(15), _days(1)]
    return tuple(int(edge) for edge in _edges(days, levels, earlier, chance))


def class_of(number: float, edges: Sequence[float]) -> NumberClass:
    """The class in which a number lies."""
    place = bisect_left(edges, number)
    if place < len(edges) and edges[place] == number:
        place += 1
    return NumberClass(edges[place - 1] if place else None, edges[place] if place < len(edges) else None)


def common_classes(rounds: Sequence[Mapping[NumberClass, int]]) -> dict[NumberClass, int]:
    """How many lie in the classes between the edges that all rounds have: from the classes shown and nothing else."""
    if not rounds:
        return {}
    common = set.intersection(*({edge for one in each for edge in (one.low, one.under)} for each in rounds)) - {None}
    edges = sorted(edge for edge in common if edge is not None)
    found = {class_of(edge, edges): 0 for edge in edges} | ({NumberClass(None, edges[0]): 0} if edges else {})
    for each in rounds:
        for one, count in each.items():
            wide = NumberClass(None, edges[0] if edges else None) if one.low is None else class_of(one.low, edges)
            found[wide] = found.get(wide, 0) + count
    return dict(sorted(found.items(), key=lambda pair: (pair[0].low is not None, pair[0].low or 0.0)))


def edges_in(classes: Iterable[NumberClass]) -> set[float]:
    """Every edge of some classes."""
    return {edge for one in classes for edge in (one.low, one.under) if edge is not None}


def written(one: NumberClass, *, is_day: bool) -> dict[str, Any]:
    """A class as it is kept in an answer: {"from", "under"}; days as 2026-05-01, an open end is None."""

    def end(edge: float | None) -> Any:
        if edge is None:
            return None
        return (_EPOCH + timedelta(days=int(edge))).isoformat() if is_day else edge

    return {"from": end(one.low), "under": end(one.under)}


def read(kept: Any, *, is_day: bool) -> NumberClass | None:
    """The class that an answer keeps; None if it keeps none, or one of days where numbers are asked for."""
    if not isinstance(kept, Mapping) or kept.keys() != {"from", "under"}:
        return None
    if any(isinstance(edge, str) is not is_day for edge in kept.values() if edge is not None):
        return None

    def end(edge: Any) -> float | None:
        if edge is None:
            return None
        return (date.fromisoformat(edge) - _EPOCH).days if is_day else edge

    return NumberClass(end(kept["from"]), end(kept["under"]))


def days_since_epoch(day: str) -> int:
    """A day as 2026-05-01, counted from 1970. Raises ValueError."""
    return (date.fromisoformat(day) - _EPOCH).days


@dataclass
class _Part:
    """One class on the way: its answers in their order, where it begins, and whether it may be divided anew."""

    answers: list[float]
    low: float | None = None
    may_divide: bool = True

    def takes(self, edge: float) -> bool:
        """Whether at least five of its answers lie on either side."""
        return LEAST_SHOWN <= bisect_left(self.answers, edge) <= len(self.answers) - LEAST_SHOWN

    def divided(self, edge: float) -> list["_Part"]:
        before = bisect_left(self.answers, edge)
        return [_Part(self.answers[:before], self.low, self.may_divide), _Part(self.answers[before:], edge)]


def _edges(
    numbers: Sequence[float], levels: Sequence[_Edges], earlier: Collection[float], chance: Random
) -> tuple[float, ...]:
    parts = [_Part(sorted(numbers))]
    if len(numbers) < FEWEST_TO_DIVIDE:
        return ()
    for edge in sorted(earlier):
        # They come in their order, so what it would divide is the last part.
        if parts[-1].takes(edge) and chance.random() >= LEFT_OUT:
            parts[-1:] = parts[-1].divided(edge)
        else:
            parts[-1].may_divide = False
    wanted = min(max(len(numbers) // _ANSWERS_A_CLASS, 2), MOST_CLASSES)
    tried: set[float] = set()
    for level in levels:
        if len(parts) >= wanted:
            break
        parts = [piece for part in parts for piece in _divided(part, level, tried, chance)]
    return tuple(part.low for part in parts if part.low is not None)


def _divided(part: _Part, level: _Edges, tried: set[float], chance: Random) -> list[_Part]:
    """A class divided at the edges of a level that have five on either side and are not left out by chance."""
    pieces = [part]
    if not part.may_divide or len(part.answers) < FEWEST_TO_DIVIDE:
        return pieces
    middle = part.answers[len(part.answers) // 2]
    # Beyond these no edge has five on either side.
    edges = level(part.answers[LEAST_SHOWN - 1], part.answers[-LEAST_SHOWN])
    for edge in sorted(edges, key=lambda edge: (abs(edge - middle), edge)):
        place = next((number for number, piece in enumerate(pieces) if piece.takes(edge)), None)
        if place is None or edge in tried:
            continue
        tried.add(edge)
        if chance.random() >= LEFT_OUT:
            pieces[place : place + 1] = pieces[place].divided(edge)
    return pieces


def _multiples(step: int, unit: int) -> _Edges:
    """The multiples of a step above `low`, up to `high`: in whole numbers, so that nothing is rounded on the way."""

    def between(low: float, high: float) -> Iterator[float]:
        first = int(low * unit // step)
        for number in range(first, int(high * unit // step) + 2):
            edge = number * step // unit if number * step % unit == 0 else number * step / unit
            if low < edge <= high:
                yield edge

    return between


def _years(step: int) -> _Edges:
    def between(low: float, high: float) -> Iterator[float]:
        first, last = _day(low), _day(high)
        for year in range(first.year // step * step, last.year + 1, step):
            if year >= 1 and low < (edge := (date(year, 1, 1) - _EPOCH).days) <= high:
                yield edge

    return between


def _months(step: int) -> _Edges:
    def between(low: float, high: float) -> Iterator[float]:
        first, last = _day(low), _day(high)
        for month in range((first.year * 12 + first.month - 1) // step * step, last.year * 12 + last.month, step):
            if low < (edge := (date(month // 12, month % 12 + 1, 1) - _EPOCH).days) <= high:
                yield edge

    return between


def _days(step: int) -> _Edges:
    """Every day, or with 15 the first and the sixteenth of every month."""

    def between(low: float, high: float) -> Iterator[float]:
        for day in range(int(low) + 1, int(high) + 1):
            if step == 1 or _day(day).day in {1, 1 + step}:
                yield day

    return between


def _day(number: float) -> date:
    return _EPOCH + timedelta(days=int(number))
