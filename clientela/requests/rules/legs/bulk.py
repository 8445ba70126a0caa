"""The legs of very many requests at once, as arrays; equal to `stays_of` and `parts_of` for any story."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.legs.stays import Outcome, SpanKind

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NO_END: Final = int(np.iinfo(np.int64).min)
TICKS_A_SECOND: Final = 1_000_000
# What a change says, as a number: the state that follows, or who has it.
STATE_CODES: Final = {
    "open": 0,
    "waiting_customer": 1,
    "waiting_department": 2,
    "waiting_date": 3,
    "resolved": 4,
    "closed": 5,
    "cancelled": 6,
}
HELD, GIVEN_BACK, HANDED_OVER = 10, 11, 12
OUTCOMES: Final = (Outcome.OPEN, Outcome.RESOLVED, Outcome.CANCELLED, Outcome.HANDED_OVER)
PARTS: Final = (SpanKind.QUEUE, SpanKind.WORK, SpanKind.CUSTOMER, SpanKind.DEPARTMENT, SpanKind.DATE)

_OVER: Final = STATE_CODES["resolved"]  # this state and those after it
_OPENED: Final = -1
_QUEUE, _WORK = 0, 1
_OPEN_OUTCOME, _RESOLVED, _CANCELLED, _HANDED_ON = range(4)
# Open ticks of a calendar before each moment; −1 names no calendar and is not asked.
OpenBefore = Callable[[Numbers, Numbers], Numbers]
# By which calendar each (department, moment at which a stay began) is counted; −1: it has no hours.
CalendarOf = Callable[[Numbers, Numbers], Numbers]


@dataclass(frozen=True)
class BulkChanges:
    """Requests as columns, and their changes as columns, each request's together, by moment and then as recorded.

    `provider`: who had the request first. `first_change` and `change_count` say which changes are whose. `code`: a
    STATE_CODES or HELD, GIVEN_BACK, HANDED_OVER; `to`: the department it was handed over to. Moments are in
    microseconds since 1970.
    """

    opened: Numbers
    provider: Numbers
    first_change: Numbers
    change_count: Numbers
    at: Numbers
    code: Numbers
    to: Numbers


@dataclass(frozen=True)
class BulkLegs:
    """Legs as columns, by request and position. `request`: its place; `ended`: NO_END while open.

    `outcome`: the place in OUTCOMES. `seconds`: a row a leg, a column for each of PARTS.
    """

    request: Numbers
    position: Numbers
    provider: Numbers
    started: Numbers
    ended: Numbers
    outcome: Numbers
    seconds: NDArray[np.int64]


def bulk_legs(changes: BulkChanges, *, calendar_of: CalendarOf, open_before: OpenBefore) -> BulkLegs:
    """All legs of these requests."""
    lines = _Lines.of(changes)
    starts = np.flatnonzero(lines.begins)
    ends = np.flatnonzero(lines.finishes)
    request = lines.request[starts]
    first_leg = np.searchsorted(request, request, side="left")
    places = np.arange(len(starts), dtype=np.int64)
    is_last = np.append(request[1:] != request[:-1], np.ones(min(1, len(request)), dtype=bool))
    is_open = is_last & lines.is_live[lines.last_of[request]]
    outcome = np.full(len(starts), _OPEN_OUTCOME, dtype=np.int64)
    ended = np.full(len(starts), NO_END, dtype=np.int64)
    ended[~is_open] = lines.at[ends]
    outcome[~is_open] = np.where(
        lines.is_live[ends],
        _HANDED_ON,
        np.where(lines.state[ends] == STATE_CODES["cancelled"], _CANCELLED, _RESOLVED),
    )
    provider, started = lines.provider[starts], lines.at[starts]
    return BulkLegs(
        request=request,
        position=places - first_leg,
        provider=provider,
        started=started,
        ended=ended,
        outcome=outcome,
        seconds=_seconds(lines, starts, calendar_of(provider, started), open_before),
    )


@dataclass(frozen=True)
class _Lines:
    """One line a change, and one for each opening: how the request stood from that moment on.

    `begins` and `finishes`: whether a stay begins or ends with the line. `last_of`: the last line of each request.
    """

    request: Numbers
    at: Numbers
    state: Numbers
    is_held: Mask
    provider: Numbers
    is_live: Mask
    begins: Mask
    finishes: Mask
    last_of: Numbers

    @classmethod
    def of(cls, changes: BulkChanges) -> "_Lines":
        size = len(changes.opened)
        owner = np.repeat(np.arange(size, dtype=np.int64), changes.change_count)
        openings = changes.first_change + np.arange(size, dtype=np.int64)
        others = np.arange(len(changes.at), dtype=np.int64) + owner + 1
        request = np.repeat(np.arange(size, dtype=np.int64), changes.change_count + 1)
        code = np.full(len(request), _OPENED, dtype=np.int64)
        code[others] = changes.code
        at = np.empty(len(request), dtype=np.int64)
        at[openings] = changes.opened
        # Two machines' clocks may differ by a moment; nothing happens to a request before it is opened.
        at[others] = np.maximum(changes.at, changes.opened[owner])
        is_opening = code == _OPENED
        state = np.where(is_opening, STATE_CODES["open"], code)
        state = state[_last_that(is_opening | (code <= STATE_CODES["cancelled"]))]
        is_held = (code == HELD)[_last_that(is_opening | (code >= HELD))]
        provider = np.zeros(len(request), dtype=np.int64)
        provider[openings] = changes.provider
        provider[others] = changes.to
        provider = provider[_last_that(is_opening | (code == HANDED_OVER))]
        is_live = state < _OVER
        was_live = np.append(np.zeros(min(1, size), dtype=np.bool_), is_live[:-1]) & ~is_opening
        is_handed_on = was_live & is_live & (code == HANDED_OVER)
        return cls(
            request=request,
            at=at,
            state=state,
            is_held=is_held,
            provider=provider,
            is_live=is_live,
            begins=is_live & (~was_live | is_handed_on),
            finishes=was_live & (~is_live | is_handed_on),
            last_of=openings + changes.change_count,
        )


def _last_that(says: Mask) -> Numbers:
    """For each line, the last line up to it that says something."""
    return np.maximum.accumulate(np.where(says, np.arange(len(says), dtype=np.int64), 0))


def _seconds(lines: _Lines, starts: Numbers, calendars: Numbers, open_before: OpenBefore) -> NDArray[np.int64]:
    """Working seconds of each leg by kind: a row a leg, a column for each of PARTS."""
    leg_of_line = np.cumsum(lines.begins) - 1
    # The stretches between two lines of one request in which it was at a department that has hours.
    goes_on = np.append(lines.request[1:] == lines.request[:-1], np.zeros(min(1, len(lines.request)), dtype=bool))
    rows = np.flatnonzero(lines.is_live & goes_on)
    rows = rows[calendars[leg_of_line[rows]] >= 0]
    leg = leg_of_line[rows]
    calendar = calendars[leg]
    first = open_before(calendars[calendars >= 0], lines.at[starts[calendars >= 0]])
    opened_first = np.zeros(len(starts), dtype=np.int64)
    opened_first[calendars >= 0] = first
    # Whole seconds since the beginning of the leg, at both ends of each stretch, so that no fraction is lost between.
    since = (open_before(calendar, lines.at[rows]) - opened_first[leg]) // TICKS_A_SECOND
    upto = (open_before(calendar, lines.at[rows + 1]) - opened_first[leg]) // TICKS_A_SECOND
    state = lines.state[rows]
    kind = np.where(state > 0, state + 1, np.where(lines.is_held[rows], _WORK, _QUEUE))
    counted = np.bincount(leg * len(PARTS) + kind, weights=upto - since, minlength=len(starts) * len(PARTS))
    return np.rint(counted).astype(np.int64).reshape(len(starts), len(PARTS))
