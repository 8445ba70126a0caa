"""The legs of many requests computed together are those of each alone."""

from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clientela.promises.rules import working_seconds_between
from clientela.promises.rules.bulk import WorkingTables
from clientela.promises.rules.moments import moment_of, ticks_of
from clientela.requests.rules import PastChange, parts_of, stays_of
from clientela.requests.rules.legs.bulk import (
    GIVEN_BACK,
    HANDED_OVER,
    HELD,
    NO_END,
    OUTCOMES,
    STATE_CODES,
    BulkChanges,
    BulkLegs,
    bulk_legs,
)
from tests.rules.requests.legs.tellings import CALENDARS, IT, tellings

PROVIDERS = sorted(CALENDARS)
TABLES = WorkingTables([CALENDARS[number] for number in PROVIDERS], first_year=2026, last_year=2026)


def column(values: list[int]) -> np.ndarray:
    return np.asarray(values, dtype=np.int64)


def code_of(change: PastChange) -> int:
    if change.provider_id is not None:
        return HANDED_OVER
    if change.state is not None:
        return STATE_CODES[change.state]
    return HELD if change.is_held else GIVEN_BACK


def together(told: list[list[PastChange]], *, idle: int | None = None) -> BulkLegs:
    """All their legs; the department `idle` has no hours."""
    later = [change for changes in told for change in changes[1:]]
    counts = [len(changes) - 1 for changes in told]

    def calendar_of(providers: np.ndarray, _started: np.ndarray) -> np.ndarray:
        return np.where(providers == idle, -1, np.searchsorted(column(PROVIDERS), providers))

    return bulk_legs(
        BulkChanges(
            opened=column([ticks_of(changes[0].at) for changes in told]),
            provider=column([changes[0].provider_id or 0 for changes in told]),
            first_change=column([sum(counts[:place]) for place in range(len(counts))]),
            change_count=column(counts),
            at=column([ticks_of(change.at) for change in later]),
            code=column([code_of(change) for change in later]),
            to=column([change.provider_id or 0 for change in later]),
        ),
        calendar_of=calendar_of,
        open_before=TABLES.open_before,
    )


def rows(legs: BulkLegs) -> list[tuple[object, ...]]:
    return [
        (
            int(legs.request[place]),
            int(legs.position[place]),
            int(legs.provider[place]),
            moment_of(int(legs.started[place])),
            None if legs.ended[place] == NO_END else moment_of(int(legs.ended[place])),
            OUTCOMES[legs.outcome[place]],
            tuple(legs.seconds[place].tolist()),
        )
        for place in range(len(legs.request))
    ]


@given(st.lists(tellings(), min_size=1, max_size=8))
def test_together_they_are_those_of_each_alone(told: list[list[PastChange]]) -> None:
    alone = []
    for number, changes in enumerate(told):
        for stay in stays_of(changes):
            parts = parts_of(stay, partial(working_seconds_between, CALENDARS[stay.provider_id]))
            seconds = (parts.queue, parts.work, parts.customer, parts.department, parts.date)
            provider, outcome = stay.provider_id, stay.outcome
            alone.append((number, stay.position, provider, stay.started_at, stay.ended_at, outcome, seconds))
    assert rows(together(told)) == alone


@given(tellings())
def test_a_department_without_hours_has_no_working_time(changes: list[PastChange]) -> None:
    legs = together([changes], idle=IT)
    assert legs.seconds[legs.provider == IT].sum() == 0
    others = together([changes])
    assert legs.seconds[legs.provider != IT].tolist() == others.seconds[others.provider != IT].tolist()


def test_no_request_has_no_leg() -> None:
    assert rows(together([])) == []
