"""Computing the cached columns of every clock anew from its events, and putting right what differs.

Reading and comparing goes by columns, some ten thousand clocks at a time, so a million take seconds and little memory.
What differs is then computed once more, one by one, under a lock: somebody may have changed it in between.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import Max, Min

from clientela.kernel.columns import NO_MOMENT, Column, columns_of
from clientela.promises.actions.caches import CACHED, set_caches
from clientela.promises.models import Clock
from clientela.promises.queries.many import ManyTerms, many_hours, many_terms, ticks_now
from clientela.promises.queries.states import events_by_clock, state_of
from clientela.promises.rules.bulk import KIND_CODES, REASON_CODES, REOPEN_CODES, BulkClocks, bulk_clock_states

IDS_AT_ONCE: Final = 100_000
ROWS_A_STATEMENT: Final = 1_000
_REASON_BITS: Final = 8

_CLOCKS: Final = """
    SELECT id, calendar_version_id, COALESCE(terms_version_id, 0) AS terms_version_id,
        COALESCE(target_seconds, 0) AS target_seconds, COALESCE(fixed_due_at, '-infinity') AS fixed_due_at,
        COALESCE(due_at, '-infinity') AS due_at, COALESCE(next_notice_at, '-infinity') AS next_notice_at,
        COALESCE(kept_at, '-infinity') AS kept_at, COALESCE(broken_at, '-infinity') AS broken_at, is_open
    FROM promises_clock WHERE id >= %(first)s AND id < %(past)s ORDER BY id
"""
_CLOCK_KINDS: Final = {
    "id": "int8",
    "calendar_version_id": "int8",
    "terms_version_id": "int8",
    "target_seconds": "int4",
    "fixed_due_at": "timestamptz",
    "due_at": "timestamptz",
    "next_notice_at": "timestamptz",
    "kept_at": "timestamptz",
    "broken_at": "timestamptz",
    "is_open": "bool",
}
_EVENT_KINDS: Final = {"clock_id": "int8", "at": "timestamptz", "said": "int2"}


def _events_statement() -> str:
    kinds = " ".join(f"WHEN '{kind}' THEN {code << _REASON_BITS}" for kind, code in KIND_CODES.items())
    reasons = " ".join(f"WHEN '{reason}' THEN {code}" for reason, code in REASON_CODES.items() if reason)
    modes = " ".join(f"WHEN '{mode}' THEN {code}" for mode, code in REOPEN_CODES.items())
    unknown = (1 << _REASON_BITS) - 1
    return f"""
        SELECT clock_id, at, CASE WHEN kind = 'start' THEN 0 ELSE
            CASE kind {kinds} ELSE {len(KIND_CODES) << _REASON_BITS} END
            + CASE WHEN data = '{{}}' THEN 0 ELSE
                CASE WHEN kind = 'reopen' THEN CASE data ->> 'on_reopen' {modes} ELSE {unknown} END
                    ELSE CASE data ->> 'reason' {reasons} ELSE {unknown} END END END END AS said
        FROM promises_clockevent WHERE clock_id >= %(first)s AND clock_id < %(past)s ORDER BY clock_id, at, id
    """  # noqa: S608 - made of our own names and numbers


_EVENTS: Final = _events_statement()


@dataclass(frozen=True)
class RecomputedClocks:
    """What came of it. `rare_count`: how many had to be computed one by one, for what had happened to them.

    `unswept_count`: whose notice is due and will be given by the next sweep; they are left to it.
    """

    looked_at_count: int
    rare_count: int
    unswept_count: int
    different_ids: tuple[int, ...]


def recompute_clocks(
    *, at: datetime, is_check: bool = False, on_progress: Callable[[int, int], None] | None = None
) -> RecomputedClocks:
    """Compute the cached columns of every clock anew, and write those that differ unless it is only a check.

    `on_progress` hears how many ids are done, and of how many.
    """
    looked_at = rare_count = unswept_count = 0
    different: list[int] = []
    terms = many_terms()
    for first, past, whole in _chunks():
        found = _compared(first, past, terms, at=at)
        rare = _differing_one_by_one(found.rare_ids, at=at)
        looked_at += found.looked_at_count
        rare_count += len(found.rare_ids)
        unswept_count += found.unswept_count
        different += [*found.different_ids, *rare]
        if not is_check:
            _put_right([*found.different_ids, *rare], at=at)
        if on_progress is not None:
            on_progress(past - whole.start, len(whole))
    return RecomputedClocks(looked_at, rare_count, unswept_count, tuple(sorted(different)))


@dataclass(frozen=True)
class _Compared:
    looked_at_count: int
    unswept_count: int
    rare_ids: list[int]
    different_ids: list[int]


def _compared(first: int, past: int, terms: ManyTerms, *, at: datetime) -> _Compared:
    """Compare the clocks of a range of ids with what their events say."""
    spots = {"first": first, "past": past}
    clocks = columns_of(_CLOCKS, _CLOCK_KINDS, spots)
    events = columns_of(_EVENTS, _EVENT_KINDS, spots)
    now = ticks_now(at)
    looked_at = len(clocks["id"])
    first_event = np.searchsorted(events["clock_id"], clocks["id"], side="left")
    event_count = np.searchsorted(events["clock_id"], clocks["id"], side="right") - first_event
    has_none = event_count == 0  # a clock that never began is for the single function to refuse
    rare = clocks["id"][has_none].tolist()
    clocks = {name: column[~has_none] for name, column in clocks.items()}
    if not len(clocks["id"]):
        return _Compared(looked_at, 0, rare, [])
    hours = many_hours(first=events["at"].min(), last=max(now, events["at"].max()))
    states = bulk_clock_states(
        BulkClocks(
            calendar=hours.calendar_of_version(clocks["calendar_version_id"]),
            target_seconds=clocks["target_seconds"],
            fixed_due=clocks["fixed_due_at"],
            warn_share=terms.warn_share[clocks["terms_version_id"]],
            pausing=terms.pausing[clocks["terms_version_id"]],
            first_event=first_event[~has_none],
            event_count=event_count[~has_none],
            at=events["at"],
            kind=events["said"] >> _REASON_BITS,
            reason=_reasons(events["said"]),
        ),
        hours.tables,
        now=now,
    )
    # As `set_caches`: a breach that no sweep has announced yet stays due for it.
    is_unannounced = (clocks["next_notice_at"] != NO_MOMENT) & (clocks["broken_at"] == NO_MOMENT)
    is_unannounced &= (states.first_broken != NO_MOMENT) & ~states.is_ended
    next_notice = np.where(is_unannounced, states.first_broken, states.next_notice)
    is_unswept = (clocks["is_open"] == 1) & (clocks["next_notice_at"] != NO_MOMENT) & (clocks["next_notice_at"] <= now)
    is_different = (clocks["is_open"] == 1) == states.is_ended
    for name, computed in (
        ("due_at", states.due),
        ("next_notice_at", next_notice),
        ("kept_at", states.kept),
        ("broken_at", states.first_broken),
    ):
        is_different |= clocks[name] != computed
    is_common = ~states.is_rare & ~is_unswept
    return _Compared(
        looked_at,
        int(is_unswept.sum()),
        rare + clocks["id"][states.is_rare & ~is_unswept].tolist(),
        clocks["id"][is_common & is_different].tolist(),
    )


def _reasons(said: Column) -> Column:
    reason = said & ((1 << _REASON_BITS) - 1)
    return np.where(reason == (1 << _REASON_BITS) - 1, -1, reason)


def _chunks() -> Iterator[tuple[int, int, range]]:
    """Ranges of clock ids, each with the whole range."""
    ends = Clock.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    whole = range(ends["first"], ends["last"] + 1)
    for first in range(whole.start, whole.stop, IDS_AT_ONCE):
        yield first, min(first + IDS_AT_ONCE, whole.stop), whole


def _differing_one_by_one(ids: Sequence[int], *, at: datetime) -> list[int]:
    different: list[int] = []
    for begin in range(0, len(ids), ROWS_A_STATEMENT):
        clocks = list(Clock.objects.filter(pk__in=ids[begin : begin + ROWS_A_STATEMENT]))
        different += _set_all(clocks, at=at)
    return different


def _put_right(ids: Sequence[int], *, at: datetime) -> None:
    for begin in range(0, len(ids), ROWS_A_STATEMENT):
        with transaction.atomic():
            rows = Clock.objects.select_for_update().filter(pk__in=ids[begin : begin + ROWS_A_STATEMENT])
            clocks = list(rows.order_by("pk"))
            wrong = set(_set_all(clocks, at=at))
            Clock.objects.bulk_update([clock for clock in clocks if clock.pk in wrong], CACHED)


def _set_all(clocks: Sequence[Clock], *, at: datetime) -> list[int]:
    """Set the cached columns of these objects; return the ids of those that had been different."""
    past = events_by_clock(clocks)
    different = []
    for clock in clocks:
        before = [getattr(clock, name) for name in CACHED]
        set_caches(clock, state_of(clock, past[clock.pk], at=at))
        if before != [getattr(clock, name) for name in CACHED]:
            different.append(clock.pk)
    return different
