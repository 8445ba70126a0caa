"""Clocks that were reopened, computed together: event after event, as `clock_state` replays them, all clocks at once.

A reopened clock may have ended several times, so what it used cannot be summed up in one go as for the others. The
first event of every clock is taken, then the second, and so on: as many rounds as the longest story has events.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.promises.rules.bulk.columns import KIND_CODES, REOPEN_CODES, BulkClocks
from clientela.promises.rules.bulk.hours import NOWHERE, Places, Ticks, WorkingTables

Mask = NDArray[np.bool_]

_KEEP, _REOPEN, _PAUSE = KIND_CODES["keep"], KIND_CODES["reopen"], KIND_CODES["pause"]
_RESUME, _CANCEL = KIND_CODES["resume"], KIND_CODES["cancel"]
_NEVER: Final = REOPEN_CODES["never"]
_RESTART: Final = REOPEN_CODES["restart"]


@dataclass
class Replayed:
    """Where each clock stands after all that happened to it.

    `used`: open ticks that counted up to the last time it stood still; `opened_at_run`: open ticks of its calendar when
    it last began to run. `due_reached` and `warn_reached`: when the target and the warning were used up, if that was
    before it last stood still. `kept`: the moment of the act, for who is kept now.
    """

    is_ended: Mask
    is_cancelled: Mask
    is_running: Mask
    is_holding: Mask
    used: Ticks
    opened_at_run: Ticks
    due_reached: Ticks
    warn_reached: Ticks
    kept: Ticks
    first_broken: Ticks


def replayed(
    clocks: BulkClocks,
    rows: Places,
    tables: WorkingTables,
    *,
    seconds: tuple[Ticks, Ticks],
    at: Ticks,
    opened: Ticks,
) -> Replayed:
    """Replay the clocks at `rows`, which have a target each. `seconds`: open ticks until due and until the warning.

    `at` and `opened`: for every event, its second and the open ticks of its clock's calendar before that.
    """
    replay = _Replay(clocks, rows, tables, seconds=seconds)
    for turn in range(int(clocks.event_count[rows].max(initial=0))):
        lines = np.flatnonzero(clocks.event_count[rows] > turn)
        event = clocks.first_event[rows[lines]] + turn
        replay.take(lines, event, at[event], opened[event], is_first=turn == 0)
    return replay.state


class _Replay:
    """The clocks while their events are taken."""

    def __init__(
        self, clocks: BulkClocks, rows: Places, tables: WorkingTables, *, seconds: tuple[Ticks, Ticks]
    ) -> None:
        self._clocks = clocks
        self._calendar = clocks.calendar[rows]
        self._pausing = clocks.pausing[rows]
        self._tables = tables
        self._due, self._warn = (wanted[rows] for wanted in seconds)
        size = len(rows)

        def mask() -> Mask:
            return np.zeros(size, dtype=np.bool_)

        def nowhere() -> Ticks:
            return np.full(size, NOWHERE, dtype=np.int64)

        self.state = Replayed(
            is_ended=mask(),
            is_cancelled=mask(),
            is_running=mask(),
            is_holding=mask(),
            used=np.zeros(size, dtype=np.int64),
            opened_at_run=np.zeros(size, dtype=np.int64),
            due_reached=nowhere(),
            warn_reached=nowhere(),
            kept=nowhere(),
            first_broken=nowhere(),
        )

    def take(self, lines: Places, event: Places, at: Ticks, opened: Ticks, *, is_first: bool) -> None:
        """Let one event of each clock at `lines` happen, all at different clocks."""
        state = self.state
        if is_first:
            state.is_running[lines] = True
            state.opened_at_run[lines] = opened
            return
        kind, reason = self._clocks.kind[event], self._clocks.reason[event]
        goes_on = ~state.is_ended[lines]
        ends = goes_on & ((kind == _KEEP) | (kind == _CANCEL))
        pauses, resumes = goes_on & (kind == _PAUSE), goes_on & (kind == _RESUME)
        reopens = ~goes_on & ~state.is_cancelled[lines] & (kind == _REOPEN) & (reason != _NEVER)
        holds = pauses & ((reason == 0) | ((self._pausing[lines] >> np.minimum(reason, 62)) & 1 == 1))
        state.is_holding[lines[holds]] = True
        state.is_holding[lines[resumes | ends | reopens]] = False

        self._note_breach(lines[ends], at[ends])
        self._stand(lines[ends | holds], opened[ends | holds])
        state.is_ended[lines[ends]] = True
        is_kept, is_cancelled = ends & (kind == _KEEP), ends & (kind == _CANCEL)
        state.kept[lines[is_kept]] = self._clocks.at[event[is_kept]]
        state.is_cancelled[lines[is_cancelled]] = True

        state.is_ended[lines[reopens]] = False
        state.kept[lines[reopens]] = NOWHERE
        restarts = lines[reopens & (reason == _RESTART)]
        state.used[restarts] = 0
        state.due_reached[restarts] = state.warn_reached[restarts] = NOWHERE
        runs = reopens | ((resumes | pauses) & ~state.is_holding[lines] & ~state.is_running[lines])
        state.is_running[lines[runs]] = True
        state.opened_at_run[lines[runs]] = opened[runs]

    def reached(self, lines: Places, wanted: Ticks, reached: Ticks) -> Ticks:
        """When so much was or will be used of these clocks; NOWHERE while they stand before that."""
        state = self.state
        ahead = self._tables.moments_at(self._calendar[lines], state.opened_at_run[lines] + wanted - state.used[lines])
        return np.where(reached != NOWHERE, reached, np.where(state.is_running[lines], ahead, NOWHERE))

    def _note_breach(self, lines: Places, at: Ticks) -> None:
        state = self.state
        due = self.reached(lines, self._due[lines], state.due_reached[lines])
        is_new = (state.first_broken[lines] == NOWHERE) & (due != NOWHERE) & (due < at)
        state.first_broken[lines[is_new]] = due[is_new]

    def _stand(self, lines: Places, opened: Ticks) -> None:
        """Count what these clocks ran for, if they ran, and let them stand still."""
        state = self.state
        ran = state.is_running[lines]
        lines, opened = lines[ran], opened[ran]
        used = state.used[lines] + opened - state.opened_at_run[lines]
        for wanted, reached in ((self._due, state.due_reached), (self._warn, state.warn_reached)):
            is_new = (reached[lines] == NOWHERE) & (wanted[lines] <= used) & (used > state.used[lines])
            passed = lines[is_new]
            moment = state.opened_at_run[passed] + wanted[passed] - state.used[passed]
            reached[passed] = self._tables.moments_at(self._calendar[passed], moment)
        state.used[lines] = used
        state.is_running[lines] = False
