"""Very many clocks and what happened to them, as columns of numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.promises.rules.bulk.hours import Places, Ticks
from clientela.promises.rules.clock_events import ClockEventKind
from clientela.promises.rules.terms import ON_REOPEN, WAITING_STATES

KIND_CODES: Final = {kind.value: code for code, kind in enumerate(ClockEventKind)}
# Why a clock stands still: nothing said (always counts), or one of the ways of waiting; anything else is rare.
REASON_CODES: Final = {"": 0} | {state: code for code, state in enumerate(sorted(WAITING_STATES), start=1)}
# How a clock is reopened stands where the reason of others stands.
REOPEN_CODES: Final = {mode: code for code, mode in enumerate(ON_REOPEN, start=16)}


@dataclass(frozen=True)
class BulkClocks:
    """Clocks as columns, and what happened to them as columns of their own, each clock's events together and in order.

    `calendar`: places in the tables. `target_seconds`: 0 for a promise with a moment of its own (`fixed_due`, NOWHERE
    for the others). `pausing`: bit n is set when REASON_CODES n pauses it. `first_event` and `event_count` say which
    events are whose. Moments are ticks; `kind` and `reason` are KIND_CODES and REASON_CODES (of a reopening:
    REOPEN_CODES), −1 for others.
    """

    calendar: Places
    target_seconds: NDArray[np.int64]
    fixed_due: Ticks
    warn_share: NDArray[np.float64]
    pausing: NDArray[np.int64]
    first_event: Places
    event_count: NDArray[np.int64]
    at: Ticks
    kind: NDArray[np.int64]
    reason: NDArray[np.int64]
