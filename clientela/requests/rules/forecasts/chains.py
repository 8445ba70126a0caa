"""When a request will be done that waits for others: the moment they are, and then what is left of its own work.

Moments are drawn, SAMPLES for each request: evenly spread over all shares, in an order that is each request's own and
always the same. So side by side the later one counts, draw by draw; what comes in order adds up; and where two of three
are enough the second counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.forecasts.stays import StayShape
from clientela.requests.rules.forecasts.working_line import WorkingLine

SAMPLES = 256
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Awaited:
    """Requests that are waited for together; `enough` of them have to be done. `then`: what is asked after them."""

    ids: tuple[int, ...]
    enough: int
    then: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Node:
    """A request that is not done: how such ones go, how much of it has passed, whose hours it goes by.

    Without a shape nothing is known of such stays; then its promise, if any, is all there is to go by.
    """

    id: int
    shape: StayShape | None
    spent_seconds: float
    line: WorkingLine
    awaits: tuple[Awaited, ...] = ()
    due: float | None = None


@dataclass(frozen=True)
class Ending:
    """When a request will likely be done: in eight of ten such cases between `low` and `high`.

    `because_id` is the one among those it awaits that decides most often, or None.
    """

    low: float
    median: float
    high: float
    because_id: int | None = None


def endings_of(ids: Sequence[int], nodes: Mapping[int, Node], *, now: float) -> dict[int, Ending]:
    """Foretell each of these requests, as far as anything is known of it and of what it waits for."""
    drawn = _Drawn(nodes, now)
    found = {}
    for one in ids:
        moments = drawn.moments(one)
        if moments is not None:
            low, median, high = np.quantile(moments, [LOW, MIDDLE, HIGH])
            found[one] = Ending(float(low), float(median), float(high), drawn.because.get(one))
    return found


class _Drawn:
    """The draws of every request that was asked for and of all that it waits on."""

    def __init__(self, nodes: Mapping[int, Node], now: float) -> None:
        self.nodes = nodes
        self.now = now
        self.known: dict[int, NDArray[np.float64] | None] = {}
        self.because: dict[int, int] = {}

    def moments(self, one: int) -> NDArray[np.float64] | None:
        """Draw the moments at which it is done; None where nothing is known. Never follows a circle."""
        if one in self.known:
            return self.known[one]
        node = self.nodes.get(one)
        if node is None:
            return None
        self.known[one] = None
        ready = np.full(SAMPLES, self.now)
        decides: dict[int, int] = {}
        for awaited in node.awaits:
            ready = self._after(awaited, ready, decides)
        self.known[one] = self._own(node, ready)
        if decides:
            self.because[one] = max(decides, key=lambda key: (decides[key], -key))
        return self.known[one]

    def _after(self, awaited: Awaited, ready: NDArray[np.float64], decides: dict[int, int]) -> NDArray[np.float64]:
        drawn = [(one, moments) for one in awaited.ids if (moments := self.moments(one)) is not None]
        if drawn:
            table = np.array([moments for _, moments in drawn])
            place = min(max(awaited.enough, 1), len(drawn)) - 1
            order = np.argsort(table, axis=0, kind="stable")[place]
            done = np.take_along_axis(table, order[None, :], axis=0)[0]
            for row in order[done >= ready].tolist():
                decides[drawn[row][0]] = decides.get(drawn[row][0], 0) + 1
            ready = np.maximum(ready, done)
        for node in awaited.then:
            later = self._own(node, ready)
            ready = ready if later is None else later
        return ready

    def _own(self, node: Node, ready: NDArray[np.float64]) -> NDArray[np.float64] | None:
        if node.shape is not None:
            return node.line.after(ready, node.shape.remaining(node.spent_seconds, draws_of(node.id)))
        if node.due is not None:
            return np.maximum(ready, node.due)
        return None if not node.awaits else ready


def draws_of(one: int) -> NDArray[np.float64]:
    """Give the draws of a request: every share once, in an order of its own."""
    even = (np.arange(SAMPLES) + 0.5) / SAMPLES
    return np.random.default_rng(abs(one)).permutation(even)
