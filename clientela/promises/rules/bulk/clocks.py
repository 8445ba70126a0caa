"""Where very many promises stand at one moment, computed together: what `clock_state` says of each, for common stories.

Common is: it started, stood still and went on any number of times, was perhaps kept or cancelled, perhaps reopened.
Whatever else happened to a clock (it was moved, or its terms were changed), it is named in `is_rare`, and the caller
asks `clock_state` about it. Nothing is guessed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.promises.rules.bulk.columns import KIND_CODES, REOPEN_CODES, BulkClocks
from clientela.promises.rules.bulk.hours import NOWHERE, Places, Ticks, WorkingTables
from clientela.promises.rules.bulk.reopened import replayed
from clientela.promises.rules.moments import TICKS_A_SECOND

Mask = NDArray[np.bool_]

_START, _KEEP, _CANCEL, _REOPEN = (KIND_CODES[kind] for kind in ("start", "keep", "cancel", "reopen"))
_PAUSE, _RESUME = (KIND_CODES[kind] for kind in ("pause", "resume"))
_COMMON: Final = np.isin(np.arange(len(KIND_CODES) + 1), [_START, _KEEP, _CANCEL, _PAUSE, _RESUME, _REOPEN])
# So near to half a microsecond, floating point and the exact fractions of `timedelta` might round apart.
DOUBT: Final = 0.3
_NEVER: Final = np.int64(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class BulkStates:
    """What the cached columns of each clock are made of; NOWHERE is no moment. Rows in `is_rare` say nothing."""

    is_rare: Mask
    is_ended: Mask
    due: Ticks
    next_notice: Ticks
    kept: Ticks
    first_broken: Ticks


def bulk_clock_states(clocks: BulkClocks, tables: WorkingTables, *, now: int) -> BulkStates:
    """Where each clock, which has at least one event, stands at `now` (ticks)."""
    size = len(clocks.calendar)
    if not size:
        none = np.empty(0, dtype=np.int64)
        return BulkStates(none.astype(bool), none.astype(bool), none, none, none, none)
    is_rare = _rare(clocks, tables, now=now)
    events = _Events.of(clocks, tables)
    now_second = np.maximum(now - now % TICKS_A_SECOND, events.at[clocks.first_event])
    is_fixed = clocks.target_seconds == 0
    target = np.maximum(clocks.target_seconds, 1) * TICKS_A_SECOND
    warn_seconds = np.rint(clocks.warn_share * clocks.target_seconds).astype(np.int64)
    warning = np.maximum(warn_seconds, 1) * TICKS_A_SECOND
    fixed_warn, is_odd = _warning_of_fixed(clocks, tables, events)
    end = np.minimum(events.end, len(events.at) - 1)
    standing = _Standing(
        due=np.where(is_fixed, _floored(clocks.fixed_due), events.reached(target)),
        warn=np.where(is_fixed, fixed_warn, events.reached(warning)),
        kept=np.where(events.is_ended & (clocks.kind[end] == _KEEP), clocks.at[end], NOWHERE),
        ended_at=np.where(events.is_ended, events.at[end], now_second),
        is_ended=events.is_ended,
        runs_on=events.runs_on,
        broken=np.full(len(target), NOWHERE, dtype=np.int64),
    )
    is_reopened = np.logical_or.reduceat(clocks.kind == _REOPEN, clocks.first_event) & ~is_rare
    is_rare |= is_odd | (events.is_beyond & ~is_reopened)
    is_rare |= standing.replay(np.flatnonzero(is_reopened), events, seconds=(target, warning), now=now_second)
    return standing.states(is_rare, now_second)


@dataclass(frozen=True)
class _Standing:
    """Where each clock stands: when it is due and at risk, as far as that is known while it stands still.

    `ended_at`: when it ended, or now. `broken`: a due moment that had passed unkept before it was reopened.
    """

    due: Ticks
    warn: Ticks
    kept: Ticks
    ended_at: Ticks
    is_ended: Mask
    runs_on: Mask
    broken: Ticks

    def replay(self, rows: Places, events: "_Events", *, seconds: tuple[Ticks, Ticks], now: Ticks) -> Mask:
        """Say anew where the clocks at `rows` stand, which were reopened; return for which the table ends too early."""
        clocks, tables = events.clocks, events.tables
        told = replayed(clocks, rows, tables, seconds=seconds, at=events.at, opened=events.opened)
        is_beyond = np.zeros(len(self.due), dtype=np.bool_)
        for wanted, reached, stood in (
            (seconds[0][rows], told.due_reached, self.due),
            (seconds[1][rows], told.warn_reached, self.warn),
        ):
            ahead = tables.moments_at(clocks.calendar[rows], told.opened_at_run + wanted - told.used)
            stood[rows] = np.where(reached != NOWHERE, reached, np.where(told.is_running, ahead, NOWHERE))
            is_beyond[rows] |= (reached == NOWHERE) & told.is_running & (ahead == NOWHERE)
        self.kept[rows] = told.kept
        self.is_ended[rows] = told.is_ended
        # Where it has ended, whether it was late then was noted when it ended.
        self.ended_at[rows] = np.where(told.is_ended, NOWHERE, now[rows])
        self.runs_on[rows] = told.is_running
        self.broken[rows] = told.first_broken
        return is_beyond

    def states(self, is_rare: Mask, now: Ticks) -> BulkStates:
        """What the cached columns are made of."""
        is_late = (self.due != NOWHERE) & (self.due < self.ended_at)
        is_running = ~self.is_ended & ~is_late & self.runs_on
        next_notice = np.where((self.warn != NOWHERE) & (now < self.warn), self.warn, self.due)
        return BulkStates(
            is_rare=is_rare,
            is_ended=self.is_ended,
            due=np.where(self.is_ended, NOWHERE, self.due),
            next_notice=np.where(is_running, next_notice, NOWHERE),
            kept=self.kept,
            first_broken=np.where(self.broken != NOWHERE, self.broken, np.where(is_late, self.due, NOWHERE)),
        )


@dataclass
class _Events:
    """The stretches in which each clock ran, from event to event.

    `end`: the event that ended a clock, or one past its last. `last`: the last event before that; the clock ran on
    from it unless it stood still. `opened`: open ticks before each event. `given`: of the stretch from each event to
    the next, what counted, and `before`: what had counted before it.
    """

    clocks: BulkClocks
    tables: WorkingTables
    at: Ticks
    owner: Places
    end: Places
    last: Places
    is_ended: Mask
    runs_on: Mask
    opened: Ticks
    given: Ticks
    before: Ticks
    is_beyond: Mask

    @classmethod
    def of(cls, clocks: BulkClocks, tables: WorkingTables) -> "_Events":
        places = np.arange(len(clocks.at), dtype=np.int64)
        first, one_past = clocks.first_event, clocks.first_event + clocks.event_count
        owner = np.repeat(np.arange(len(first), dtype=np.int64), clocks.event_count)
        # Two machines' clocks may differ by a moment; nothing happens to a promise before it is given.
        at = np.maximum(_floored(clocks.at), _floored(clocks.at)[first][owner])
        ends = (clocks.kind == _KEEP) | (clocks.kind == _CANCEL)
        end = np.minimum(np.minimum.reduceat(np.where(ends, places, _NEVER), first), one_past)
        is_ended = end < one_past
        last = np.maximum(end - 1, first)
        holds = (clocks.kind == _PAUSE) & ((clocks.reason == 0) | ((clocks.pausing[owner] >> clocks.reason) & 1 == 1))
        holds &= clocks.target_seconds[owner] > 0  # a moment of its own is not shifted by any pause
        # What a pause that does not count, or an end, leaves as it was is read off the event that said it last.
        says = holds | (clocks.kind == _START) | (clocks.kind == _RESUME)
        is_held = holds[np.maximum.accumulate(np.where(says, places, 0))]
        opened = tables.open_before(clocks.calendar[owner], at)
        is_counted = ~is_held & (places < last[owner])
        given = np.where(is_counted, np.append(opened[1:], 0) - opened, 0)
        upto = np.cumsum(given)
        before = upto - given - (upto - given)[first][owner]
        return cls(
            clocks=clocks,
            tables=tables,
            at=at,
            owner=owner,
            end=end,
            last=last,
            is_ended=is_ended,
            runs_on=~is_held[last],
            opened=opened,
            given=given,
            before=before,
            is_beyond=np.zeros(len(first), dtype=np.bool_),
        )

    def reached(self, ticks: Ticks) -> Ticks:
        """When so many open ticks were or will be used of each clock; NOWHERE when it stands before that.

        Clocks for which the table ends too early are noted in `is_beyond`.
        """
        places = np.arange(len(self.at), dtype=np.int64)
        wanted = ticks[self.owner]
        is_hit = (self.given > 0) & (self.before < wanted) & (wanted <= self.before + self.given)
        hit = np.minimum.reduceat(np.where(is_hit, places, _NEVER), self.clocks.first_event)
        is_past = hit < _NEVER
        place = np.where(is_past, hit, self.last)
        moments = self.tables.moments_at(self.clocks.calendar, self.opened[place] + ticks - self.before[place])
        is_told = is_past | self.runs_on
        self.is_beyond |= is_told & (moments == NOWHERE) & (self.clocks.target_seconds > 0)
        return np.where(is_told, moments, NOWHERE)


def _rare(clocks: BulkClocks, tables: WorkingTables, *, now: int) -> Mask:
    """Which clocks have a story that only the single function tells."""
    first = clocks.first_event
    is_start = clocks.kind == _START
    is_odd = ~_COMMON[clocks.kind] | (clocks.reason < 0) | ((clocks.kind == _RESUME) & (clocks.reason != 0))
    is_odd |= (clocks.reason >= min(REOPEN_CODES.values())) != (clocks.kind == _REOPEN)
    is_odd |= ~tables.covers(clocks.at) | (clocks.at > now)
    is_rare: Mask = np.logical_or.reduceat(is_odd, first)
    is_rare |= np.add.reduceat(is_start.astype(np.int64), first) != 1
    is_rare |= ~is_start[first]
    is_rare |= ~tables.is_steady[clocks.calendar]
    is_fixed = clocks.target_seconds == 0
    is_rare |= is_fixed != (clocks.fixed_due != NOWHERE)
    is_rare |= is_fixed & np.logical_or.reduceat(clocks.kind == _REOPEN, first)
    is_rare |= is_fixed & ~tables.covers(clocks.fixed_due)
    return is_rare


def _warning_of_fixed(clocks: BulkClocks, tables: WorkingTables, events: _Events) -> tuple[Ticks, Mask]:
    """When a promise with a moment of its own is at risk, and for which of them only the single function can say."""
    due = _floored(clocks.fixed_due)
    warn = np.full(len(due), NOWHERE, dtype=np.int64)
    rows = np.flatnonzero((clocks.target_seconds == 0) & tables.covers(clocks.fixed_due))
    is_odd = np.zeros(len(due), dtype=np.bool_)
    calendar, due, began = clocks.calendar[rows], due[rows], events.at[clocks.first_event[rows]]
    opened = events.opened[clocks.first_event[rows]]
    seconds = (tables.open_before(calendar, due) - opened) // TICKS_A_SECOND
    wanted = np.maximum(np.rint(clocks.warn_share[rows] * seconds).astype(np.int64), 1) * TICKS_A_SECOND
    # Promised on a Saturday for the Sunday: by the clock on the wall, rounded to a microsecond as `timedelta` does.
    ahead = clocks.warn_share[rows] * (due - began)
    is_tie = np.abs(ahead - np.floor(ahead) - 0.5) < DOUBT
    by_the_wall = _floored(began + np.rint(ahead).astype(np.int64))
    in_hours = tables.moments_at(calendar, opened + wanted)
    warn[rows] = np.where(due <= began, due, np.where(seconds == 0, by_the_wall, in_hours))
    is_odd[rows] = (due > began) & np.where(seconds == 0, is_tie, in_hours == NOWHERE)
    return warn, is_odd


def _floored(ticks: Ticks) -> Ticks:
    return np.where(ticks == NOWHERE, NOWHERE, ticks - ticks % TICKS_A_SECOND)
