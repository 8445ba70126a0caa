"""Working time of many moments at once is that of the single functions."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.promises.rules import (
    WorkingCalendar,
    add_working_seconds,
    calendar_from_json,
    working_seconds_between,
)
from clientela.promises.rules.bulk import NOWHERE, WorkingTables
from clientela.promises.rules.moments import TICKS_A_SECOND, moment_of, ticks_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A day of several windows; nights through the hour that the clocks skip and repeat; always; a zone that jumps at
# midnight; and holidays with dates that differ.
CALENDARS: tuple[WorkingCalendar, ...] = tuple(
    calendar_from_json(definition)
    for definition in (
        {
            "name": "Office",
            "zone": "Europe/Bucharest",
            "hours": {day: [["09:00", "12:30"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]},
            "holidays": {"country": "RO"},
        },
        {"name": "Night", "zone": "Europe/Warsaw", "hours": {day: [["20:00", "04:30"]] for day in WEEKDAYS}},
        {"name": "Always", "zone": "Europe/Madrid", "hours": {day: [["00:00", "24:00"]] for day in WEEKDAYS}},
        {
            "name": "Azores",
            "zone": "Atlantic/Azores",
            "hours": {"sat": [["22:00", "24:00"]], "sun": [["00:00", "03:00"]]},
        },
    )
)
TABLES = WorkingTables(CALENDARS, first_year=2024, last_year=2028)
BEGINS = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 365 * 86_400 * TICKS_A_SECOND).map(lambda ticks: BEGINS + timedelta(microseconds=ticks))
# Around the hours that are skipped and repeated, and the turn of a year.
EDGES = st.sampled_from(
    [datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC), datetime(2025, 12, 31, 22, tzinfo=UTC)]
).flatmap(lambda day: st.integers(0, 5 * 3600).map(lambda seconds: day + timedelta(seconds=seconds)))
ANY_MOMENT = MOMENTS | EDGES
PLACES = st.integers(0, len(CALENDARS) - 1)


def places(*numbers: int) -> np.ndarray:
    return np.asarray(numbers, dtype=np.int64)


@given(st.lists(st.tuples(PLACES, ANY_MOMENT, ANY_MOMENT), min_size=1, max_size=20))
def test_between_two_moments_lies_as_much_as_the_single_function_says(
    questions: list[tuple[int, datetime, datetime]],
) -> None:
    calendars = places(*(place for place, _, _ in questions))
    starts = places(*(ticks_of(start) for _, start, _ in questions))
    ends = places(*(ticks_of(end) for _, _, end in questions))
    passed = TABLES.open_before(calendars, ends) - TABLES.open_before(calendars, starts)
    assert np.maximum(passed, 0).tolist() == [
        single if (single := _between(CALENDARS[place], start, end)) else 0 for place, start, end in questions
    ]


def _between(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """Open ticks, from the single function: whole seconds, and the rest by what a longer span has more."""
    total = working_seconds_between(calendar, BEGINS, end) if end > start else 0
    if end <= start:
        return 0
    before = working_seconds_between(calendar, BEGINS, start)
    rest_end = ticks_of(end) % TICKS_A_SECOND if _is_running(calendar, end) else 0
    rest_start = ticks_of(start) % TICKS_A_SECOND if _is_running(calendar, start) else 0
    return (total - before) * TICKS_A_SECOND + rest_end - rest_start


def _is_running(calendar: WorkingCalendar, moment: datetime) -> bool:
    """Whether the second in which the moment lies is a working one."""
    second = moment.replace(microsecond=0)
    return working_seconds_between(calendar, second, second + timedelta(seconds=1)) == 1


@given(st.lists(st.tuples(PLACES, ANY_MOMENT, st.integers(1, 2_000_000)), min_size=1, max_size=20))
def test_so_much_later_is_when_the_single_function_says(questions: list[tuple[int, datetime, int]]) -> None:
    calendars = places(*(place for place, _, _ in questions))
    since = places(*(ticks_of(start) for _, start, _ in questions))
    wanted = places(*(seconds * TICKS_A_SECOND for _, _, seconds in questions))
    found = TABLES.moments_at(calendars, TABLES.open_before(calendars, since) + wanted)
    for (place, start, seconds), ticks in zip(questions, found.tolist(), strict=True):
        single = add_working_seconds(CALENDARS[place], start, seconds)
        if ticks == NOWHERE:
            assert ticks_of(single) >= TABLES.finishes
        else:
            assert moment_of(ticks) == single


def test_what_the_table_does_not_reach_is_nowhere() -> None:
    last = TABLES.open_before(places(0), places(TABLES.finishes - 1))
    assert TABLES.moments_at(places(0), last + 1).tolist() == [NOWHERE]
    assert TABLES.moments_at(places(0), last * 0).tolist() == [NOWHERE]
    assert TABLES.covers(places(TABLES.begins - 1, TABLES.begins, TABLES.finishes)).tolist() == [False, True, False]


def test_a_calendar_on_which_nobody_works_is_not_steady_and_counts_nothing() -> None:
    idle = calendar_from_json({"name": "Idle", "zone": "UTC", "hours": {}})
    tables = WorkingTables([idle, CALENDARS[0]], first_year=2024, last_year=2028)
    assert tables.is_steady.tolist() == [False, True]
    noon = ticks_of(datetime(2025, 3, 3, 12, tzinfo=UTC))
    assert tables.open_before(places(0, 1), places(noon, noon)).tolist()[0] == 0
    assert WorkingTables([], first_year=2024, last_year=2024).is_steady.tolist() == []


def test_years_and_calendars_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="1899"):
        WorkingTables(CALENDARS, first_year=1899, last_year=2000)
    with pytest.raises(ValueError, match="1001"):
        WorkingTables([CALENDARS[0]] * 1001, first_year=2024, last_year=2024)
