"""Clocks of the past in bulk, to take over a history. Gives the rows that the actions would have given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clientela.kernel.rows import write_rows
from clientela.promises.actions.caches import set_caches
from clientela.promises.models import Clock, ClockEvent
from clientela.promises.queries.states import state_of


@dataclass(frozen=True)
class PastEvent:
    """One event of a clock: its moment, its kind (ClockEvent.Kind) and its data."""

    at: datetime
    kind: str
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PastClock:
    """One clock with everything that happened to it after its start, in order of time."""

    kind: str
    subject: str
    provider_id: int
    customer_id: int
    calendar_version_id: int
    started_at: datetime
    terms_version_id: int | None = None
    target_seconds: int | None = None
    fixed_due_at: datetime | None = None
    promised_by_id: int | None = None
    words: str = ""
    events: tuple[PastEvent, ...] = ()


@dataclass(frozen=True)
class WrittenClock:
    """What became of a PastClock: its row id, and when it is due if it is open and runs."""

    id: int
    subject: str
    due_at: datetime | None


def write_clock_history(past: Sequence[PastClock], *, at: datetime) -> list[WrittenClock]:
    """Write clocks, their events and their cached columns, a fixed number of statements.

    `at` is the moment up to which the caches are computed. Runs inside the caller's transaction. The answer is in the
    order of `past`.
    """
    clocks: list[Clock] = []
    events: list[ClockEvent] = []
    for story in past:
        clock = Clock(
            kind=story.kind,
            subject=story.subject,
            provider_id=story.provider_id,
            customer_id=story.customer_id,
            promised_by_id=story.promised_by_id,
            words=story.words,
            terms_version_id=story.terms_version_id,
            calendar_version_id=story.calendar_version_id,
            target_seconds=story.target_seconds,
            fixed_due_at=story.fixed_due_at,
            started_at=story.started_at,
        )
        own = [
            ClockEvent(clock=clock, at=story.started_at, kind=ClockEvent.Kind.START),
            *(ClockEvent(clock=clock, at=event.at, kind=event.kind, data=event.data) for event in story.events),
        ]
        set_caches(clock, state_of(clock, own, at=at))
        clocks.append(clock)
        events += own
    write_rows(clocks)
    for event in events:
        event.clock_id = event.clock.pk  # the clocks have their keys only now
    write_rows(events)
    return [WrittenClock(clock.pk, clock.subject, clock.due_at) for clock in clocks]
