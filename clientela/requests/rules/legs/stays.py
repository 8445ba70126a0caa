"""The stays of one request: which department had it, from when to when, and what it spent the time with.

A stay begins when the request is opened, handed over or reopened, and ends when it is handed over, resolved or
cancelled. While it lasts the request lies in the queue, is worked on, or waits; `SpanKind` says for what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class PastChange:
    """One change of who has a request and how it stands, in the words of the journal. None: unchanged."""

    at: datetime
    state: str | None = None
    provider_id: int | None = None
    is_held: bool | None = None


class SpanKind(StrEnum):
    """What a span of a stay was spent with."""

    QUEUE = "queue"  # nobody had it
    WORK = "work"  # somebody had it and it waited for nothing
    CUSTOMER = "customer"  # it waited for the customer
    DEPARTMENT = "department"  # it waited for another department
    DATE = "date"  # it waited for an agreed date


class Outcome(StrEnum):
    """How a stay ended."""

    OPEN = "open"  # it has not
    RESOLVED = "resolved"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class Span:
    """A stretch of one kind, half-open. Without `until` it still goes on."""

    since: datetime
    until: datetime | None
    kind: SpanKind


@dataclass(frozen=True)
class Stay:
    """One stay at a department. `spans` follow each other without gap or overlap from its start to its end.

    `last_change_at`: its end, or the last change that the journal told of while it is open.
    """

    position: int
    provider_id: int
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome
    last_change_at: datetime
    spans: tuple[Span, ...]


_OVER = {"resolved": Outcome.RESOLVED, "closed": Outcome.RESOLVED, "cancelled": Outcome.CANCELLED}
_WAITING = {
    "waiting_customer": SpanKind.CUSTOMER,
    "waiting_department": SpanKind.DEPARTMENT,
    "waiting_date": SpanKind.DATE,
}


def stays_of(changes: Sequence[PastChange]) -> tuple[Stay, ...]:
    """The stays of one request, oldest first.

    `changes` stand in their order; the first is the opening and names the provider. A change that seems to lie before
    the one that came earlier (two machines' clocks differ) counts as of that one's moment. Neighbouring spans of one
    kind are joined, empty ones dropped; a stay that ends as it begins is a stay all the same.
    """
    stays: list[Stay] = []
    marks: list[tuple[datetime, SpanKind]] = []
    state, provider_id, is_held, is_live = "open", 0, False, False
    at = changes[0].at if changes else None
    for change in changes:
        at = max(at, change.at) if at is not None else change.at
        is_handed_over = is_live and change.provider_id is not None
        was_provider_id = provider_id
        state = change.state or state
        provider_id = change.provider_id or provider_id
        is_held = is_held if change.is_held is None else change.is_held
        stays_live = state not in _OVER
        if is_live and (is_handed_over or not stays_live):
            outcome = Outcome.HANDED_OVER if stays_live else _OVER[state]
            stays.append(_stay(len(stays), was_provider_id, marks, at, outcome))
            marks = []
        if stays_live:
            marks.append((at, _kind(state, is_held=is_held)))
        is_live = stays_live
    if is_live and at is not None:
        stays.append(_stay(len(stays), provider_id, marks, None, Outcome.OPEN))
    return tuple(stays)


def spans_until(stay: Stay, moment: datetime) -> tuple[Span, ...]:
    """The spans of a stay up to `moment`, the one that still goes on cut there; none that begins later."""
    return tuple(
        Span(span.since, moment if span.until is None else min(span.until, moment), span.kind)
        for span in stay.spans
        if span.since < moment
    )


def _stay(
    position: int,
    provider_id: int,
    marks: Sequence[tuple[datetime, SpanKind]],
    ended_at: datetime | None,
    outcome: Outcome,
) -> Stay:
    ends: list[datetime | None] = [since for since, _ in marks[1:]]
    spans: list[Span] = []
    for (since, kind), until in zip(marks, [*ends, ended_at], strict=True):
        if until is not None and until <= since:
            continue
        if spans and spans[-1].kind == kind:
            spans[-1] = Span(spans[-1].since, until, kind)
        else:
            spans.append(Span(since, until, kind))
    return Stay(
        position=position,
        provider_id=provider_id,
        started_at=marks[0][0],
        ended_at=ended_at,
        outcome=outcome,
        last_change_at=marks[-1][0] if ended_at is None else ended_at,
        spans=tuple(spans),
    )


def _kind(state: str, *, is_held: bool) -> SpanKind:
    return _WAITING.get(state) or (SpanKind.WORK if is_held else SpanKind.QUEUE)
