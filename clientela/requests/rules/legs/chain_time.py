"""Where the time of a whole chain went: the open life of the outermost request, cut into slices.

At every moment somebody has the ball. While a request is worked on, lies in a queue or waits for its customer or a
date, it is its own department. While it waits for departments, it is whoever has the ball in what they were asked: the
requests that hold it back, in equal parts when there are several, and so on down the chain.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from clientela.requests.rules.legs.stays import Span, SpanKind, Stay, spans_until


@dataclass(frozen=True)
class ChainRequest:
    """One request of a chain: its stays, and what it asked: (request, from when it waited on it, whether blocking)."""

    stays: tuple[Stay, ...]
    needs: tuple[tuple[int, datetime, bool], ...] = ()


@dataclass(frozen=True)
class Slice:
    """A stretch of real time of the outermost request's life, and one of those who had the ball then.

    `weight`: its part of the stretch, 1 when nobody else had it; at every moment the weights make one. `kind` is never
    DEPARTMENT: then it is somebody else's slice. `root_kind`: what the outermost request itself was spending it with.
    """

    since: datetime
    until: datetime
    request_id: int
    provider_id: int
    kind: SpanKind
    weight: float
    root_kind: SpanKind


@dataclass(frozen=True)
class Portion:
    """What one department spent with one kind, over the whole life.

    `real_seconds`: by the clock on the wall. `working_seconds`, by the calendar of the outermost request's department;
    `promise_seconds`: those of them in which the customer's promise ran. `share`: of the working time of the whole
    life; all shares together make one. `promise_share`: of the promised time; None without a promise.
    """

    provider_id: int
    kind: SpanKind
    real_seconds: float
    working_seconds: float
    promise_seconds: float
    share: float
    promise_share: float | None


@dataclass(frozen=True)
class _Ball:
    request_id: int
    provider_id: int
    kind: SpanKind
    weight: float


def time_line_of(root_id: int, chain: Mapping[int, ChainRequest], *, until: datetime) -> tuple[Slice, ...]:
    """The slices of the open life of `root_id` up to `until`, in order of time; at one moment by request and kind.

    Neighbouring slices that differ in nothing but time are joined. `chain` holds every request by its id; what it does
    not hold is passed over.
    """
    spans = {number: tuple(_spans(request, until)) for number, request in chain.items()}
    moments = sorted(
        {moment for own in spans.values() for _, span in own for moment in (span.since, _end(span))}
        | {since for request in chain.values() for _, since, _ in request.needs}
    )
    walk = _Walk(chain, spans)
    open_slices: dict[tuple[int, int, SpanKind, float, SpanKind], Slice] = {}
    done: list[Slice] = []
    for since, upto in pairwise(moments):
        standing = walk.at(root_id, since)
        running: dict[tuple[int, int, SpanKind, float, SpanKind], Slice] = {}
        if standing is not None:
            root_kind = standing[1].kind
            for ball in walk.balls(root_id, since, 1.0, ()):
                key = (ball.request_id, ball.provider_id, ball.kind, ball.weight, root_kind)
                earlier = open_slices.pop(key, None)
                running[key] = Slice(
                    since if earlier is None else earlier.since,
                    upto,
                    ball.request_id,
                    ball.provider_id,
                    ball.kind,
                    ball.weight,
                    root_kind,
                )
        done += open_slices.values()
        open_slices = running
    done += open_slices.values()
    return tuple(sorted(done, key=lambda one: (one.since, one.request_id, one.kind, one.root_kind)))


def portions_of(
    slices: Sequence[Slice],
    working_seconds: Callable[[datetime, datetime], int],
    *,
    target_seconds: int | None = None,
    pauses_while: Iterable[SpanKind] = (),
    promised_since: datetime | None = None,
) -> tuple[Portion, ...]:
    """Sum slices by department and kind, the largest share first.

    `working_seconds(start, end)` counts by the calendar of the outermost request's department. `pauses_while`: what the
    outermost request waits for while its promise stands still; `promised_since`: when that promise was given, for a
    second department never inherits a spent clock. A life without any working time (all of it on a Sunday) is shared
    out by the clock on the wall.
    """
    standing = frozenset(pauses_while)
    real: dict[tuple[int, SpanKind], float] = {}
    working: dict[tuple[int, SpanKind], float] = {}
    promised: dict[tuple[int, SpanKind], float] = {}
    for one in slices:
        key = (one.provider_id, one.kind)
        seconds = working_seconds(one.since, one.until) * one.weight
        real[key] = real.get(key, 0.0) + (one.until - one.since).total_seconds() * one.weight
        working[key] = working.get(key, 0.0) + seconds
        if promised_since is not None and one.since < promised_since:
            seconds = working_seconds(promised_since, one.until) * one.weight
        promised[key] = promised.get(key, 0.0) + (0.0 if one.root_kind in standing else seconds)
    counted = working if sum(working.values()) > 0 else real
    total = sum(counted.values())
    portions = [
        Portion(
            provider_id=provider_id,
            kind=kind,
            real_seconds=real[provider_id, kind],
            working_seconds=working[provider_id, kind],
            promise_seconds=promised[provider_id, kind],
            share=counted[provider_id, kind] / total,
            promise_share=promised[provider_id, kind] / target_seconds if target_seconds else None,
        )
        for provider_id, kind in real
        if total > 0
    ]
    return tuple(sorted(portions, key=lambda one: (-one.share, -one.real_seconds, one.provider_id, one.kind)))


@dataclass(frozen=True)
class _Walk:
    """Who has the ball of a request at a moment, down its chain."""

    chain: Mapping[int, ChainRequest]
    spans: Mapping[int, tuple[tuple[int, Span], ...]]

    def at(self, number: int, moment: datetime) -> tuple[int, Span] | None:
        """The department that has the request then, and the span; None while it is not open."""
        return next(
            (found for found in self.spans.get(number, ()) if found[1].since <= moment < _end(found[1])),
            None,
        )

    def balls(self, number: int, moment: datetime, weight: float, path: tuple[int, ...]) -> list[_Ball]:
        """Everybody who has it then. `path` keeps a circle, if one were ever stored, from going on for ever."""
        standing = self.at(number, moment)
        if standing is None:
            return []
        provider_id, span = standing
        if span.kind is not SpanKind.DEPARTMENT:
            return [_Ball(number, provider_id, span.kind, weight)]
        holding = self._holding(number, moment, (*path, number))
        if not holding:  # the answer has come and nobody has looked at it yet
            return [_Ball(number, provider_id, SpanKind.QUEUE, weight)]
        balls: dict[tuple[int, int, SpanKind], float] = {}
        for child in holding:
            for ball in self.balls(child, moment, weight / len(holding), (*path, number)):
                key = (ball.request_id, ball.provider_id, ball.kind)
                balls[key] = balls.get(key, 0.0) + ball.weight
        return [_Ball(*key, part) for key, part in balls.items()]

    def _holding(self, number: int, moment: datetime, path: tuple[int, ...]) -> list[int]:
        """What holds it back then: what it cannot do without, or else anything it asked that is still open."""
        at_work = [
            (child, is_blocking)
            for child, since, is_blocking in self.chain[number].needs
            if child not in path and since <= moment and self.at(child, moment) is not None
        ]
        blocking = [child for child, is_blocking in at_work if is_blocking]
        return sorted(set(blocking or [child for child, _ in at_work]))


def _spans(request: ChainRequest, until: datetime) -> Iterable[tuple[int, Span]]:
    for stay in request.stays:
        for span in spans_until(stay, until):
            yield stay.provider_id, span


def _end(span: Span) -> datetime:
    if span.until is None:
        raise ValueError("A span that still goes on has to be cut first.")
    return span.until
