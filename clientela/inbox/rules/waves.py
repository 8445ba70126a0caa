"""Which mails may be understood together: pure, like all rules."""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing")


def waves_of(things: Sequence[_Thing], touched: Callable[[_Thing], Collection[Hashable]]) -> list[list[_Thing]]:
    """Part `things` into waves, so that no two of one wave touch the same, and each keeps its place before the later.

    `touched` names what a thing touches. A thing comes in the wave after the last one that an earlier thing with
    something in common came in; those that have nothing in common with others all come in the first.
    """
    waves: list[list[_Thing]] = []
    last: dict[Hashable, int] = {}  # what is touched → the last wave in which it was
    for thing in things:
        names = touched(thing)
        place = max((last[name] for name in names if name in last), default=-1) + 1
        if place == len(waves):
            waves.append([])
        waves[place].append(thing)
        last.update(dict.fromkeys(names, place))
    return waves
