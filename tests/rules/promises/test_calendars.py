"""What is a calendar and what is not, and calendars as JSON."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from clientela.promises.rules import (
    CalendarProblemError,
    Holidays,
    Window,
    WorkingCalendar,
    calendar_from_json,
    calendar_to_json,
    hidden_exceptions,
    holiday_name,
    is_open,
)

BUCHAREST = {
    "name": "Bucharest",
    "zone": "Europe/Bucharest",
    "hours": {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "sat": [["22:00", "06:00"]], "sun": []},
    "exceptions": {"2026-12-27": [], "2026-12-24": [["09:00", "13:00"]]},
    "breaks": {"2026-03-05": [["12:00", "24:00"]]},
    "holidays": {"country": "RO", "region": None, "extra": ["2026-12-31"], "worked": ["2026-01-02"]},
}


def test_a_calendar_is_read_from_json_and_written_back() -> None:
    calendar = calendar_from_json(BUCHAREST)
    assert calendar == WorkingCalendar(
        name="Bucharest",
        zone="Europe/Bucharest",
        hours=((Window(540, 780), Window(840, 1080)), (), (), (), (), (Window(1320, 360),), ()),
        exceptions=((date(2026, 12, 24), (Window(540, 780),)), (date(2026, 12, 27), ())),
        breaks=((date(2026, 3, 5), (Window(720, 1440),)),),
        holidays=Holidays("RO", None, frozenset({date(2026, 12, 31)}), frozenset({date(2026, 1, 2)})),
    )
    written = calendar_to_json(calendar)
    assert written == BUCHAREST | {"hours": {key: BUCHAREST["hours"][key] for key in ("mon", "sat")}}
    assert list(written["exceptions"]) == ["2026-12-24", "2026-12-27"]
    assert calendar_from_json(written) == calendar


def test_the_same_description_gives_the_same_calendar_so_that_its_sums_stay_at_hand() -> None:
    assert calendar_from_json(dict(BUCHAREST)) is calendar_from_json(dict(reversed(BUCHAREST.items())))


def test_equal_calendars_are_one_key_and_different_ones_are_not() -> None:
    calendar = calendar_from_json(BUCHAREST)
    twin = replace(calendar, exceptions=tuple(reversed(calendar.exceptions)))
    assert twin == calendar
    assert {calendar: 1}[twin] == 1
    assert replace(calendar, zone="Europe/Warsaw") != calendar


def test_only_a_name_and_a_zone_are_required() -> None:
    calendar = calendar_from_json({"name": "Closed", "zone": "Etc/UTC"})
    assert calendar.hours == ((),) * 7
    assert calendar.holidays == Holidays()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": "  "}, "name", "no-name"),
        ({"name": None}, "name", "wrong-shape"),
        ({"zone": 3}, "zone", "wrong-shape"),
        ({"zone": "Europe/Bukarest"}, "zone", "unknown-zone"),
        ({"zone": "Europe"}, "zone", "unknown-zone"),
        ({"zone": "../../etc/passwd"}, "zone", "unknown-zone"),
        ({"zone": ""}, "zone", "unknown-zone"),
        ({"zones": "Etc/UTC"}, "zones", "unknown-field"),
        ({"hours": [["09:00", "17:00"]]}, "hours", "wrong-shape"),
        ({"hours": {"monday": []}}, "hours.monday", "unknown-field"),
        ({"hours": {"mon": "09:00-17:00"}}, "hours.mon", "wrong-shape"),
        ({"hours": {"mon": ["09:00", "17:00"]}}, "hours.mon[0]", "not-a-window"),
        ({"hours": {"mon": [["09:00"]]}}, "hours.mon[0]", "not-a-window"),
        ({"hours": {"tue": [["09:00", "17:00"], ["9:00", "10:00"]]}}, "hours.tue[1].from", "not-a-time"),
        ({"hours": {"tue": [["09:00", "25:00"]]}}, "hours.tue[0].to", "not-a-time"),
        ({"hours": {"tue": [["09:00", "24:01"]]}}, "hours.tue[0].to", "not-a-time"),
        ({"hours": {"tue": [["09:00", "10:60"]]}}, "hours.tue[0].to", "not-a-time"),
        ({"hours": {"tue": [["09:00", 17]]}}, "hours.tue[0].to", "not-a-time"),
        ({"hours": {"tue": [["09:00", "١٧:00"]]}}, "hours.tue[0].to", "not-a-time"),
        ({"hours": {"wed": [["24:00", "06:00"]]}}, "hours.wed[0]", "window-outside-the-day"),
        ({"hours": {"wed": [["09:00", "09:00"]]}}, "hours.wed[0]", "empty-window"),
        ({"exceptions": {"2026-02-30": []}}, "exceptions.2026-02-30", "not-a-date"),
        ({"exceptions": {"20260301": []}}, "exceptions.20260301", "not-a-date"),
        ({"exceptions": {"2026-03-01": [["12:00", "12:00"]]}}, "exceptions.2026-03-01[0]", "empty-window"),
        ({"breaks": {"2026-03-01": [["12:00"]]}}, "breaks.2026-03-01[0]", "not-a-window"),
        ({"holidays": ["2026-03-01"]}, "holidays", "wrong-shape"),
        ({"holidays": {"land": "RO"}}, "holidays.land", "unknown-field"),
        ({"holidays": {"country": 40}}, "holidays.country", "wrong-shape"),
        ({"holidays": {"country": "RU-"}}, "holidays.country", "unknown-country"),
        ({"holidays": {"country": "ro"}}, "holidays.country", "unknown-country"),
        ({"holidays": {"country": "RO", "region": "B"}}, "holidays.region", "unknown-region"),
        ({"holidays": {"country": "ES", "region": "Madrid"}}, "holidays.region", "unknown-region"),
        ({"holidays": {"region": "MD"}}, "holidays.region", "no-country"),
        ({"holidays": {"country": "ES", "region": 28}}, "holidays.region", "wrong-shape"),
        ({"holidays": {"extra": "2026-03-01"}}, "holidays.extra", "wrong-shape"),
        ({"holidays": {"extra": ["2026-03-01", "1 March"]}}, "holidays.extra[1]", "not-a-date"),
        ({"holidays": {"extra": ["2026-03-01"], "worked": ["2026-03-01"]}}, "holidays.worked", "off-and-worked"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_by_name_and_field(
    change: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(CalendarProblemError) as caught:
        calendar_from_json(BUCHAREST | change)
    problem = caught.value
    assert (problem.field, problem.code) == (field, code)
    assert problem.remedy
    assert str(problem) == f"Calendar “{problem.calendar}”, {field}: {problem.problem} {problem.remedy}"


def test_the_refusal_reads_as_a_sentence() -> None:
    with pytest.raises(CalendarProblemError) as caught:
        calendar_from_json(BUCHAREST | {"hours": {"wed": [["09:00", "09:00"]]}})
    assert str(caught.value) == (
        "Calendar “Bucharest”, hours.wed[0]: 09:00–09:00 starts and ends at the same time. "
        "Write 00:00–24:00 for a whole day, and no window at all for a day off."
    )


@pytest.mark.parametrize("stored", [{"name": "x", "zone": {1, 2}}, {"name": "x", "hours": {("mon",): []}}])
def test_what_is_not_json_is_refused(stored: Any) -> None:
    with pytest.raises(CalendarProblemError) as caught:
        calendar_from_json(stored)
    assert (caught.value.calendar, caught.value.code) == ("x", "not-json")


def test_a_list_is_not_a_calendar() -> None:
    with pytest.raises(CalendarProblemError) as caught:
        calendar_from_json([])
    assert caught.value.code == "wrong-shape"


WEEK = ((Window(540, 1020),),) * 5 + ((), ())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"hours": WEEK[:6]}, "seven-days"),
        ({"hours": ((Window(-1, 60),), *WEEK[1:])}, "window-outside-the-day"),
        ({"hours": ((Window(60, 1441),), *WEEK[1:])}, "window-outside-the-day"),
        ({"exceptions": ((date(2026, 3, 1), ()), (date(2026, 3, 1), ()))}, "date-twice"),
        ({"exceptions": ((datetime(2026, 3, 1, tzinfo=UTC), ()),)}, "not-a-date"),
        ({"breaks": (("2026-03-01", ()),)}, "not-a-date"),
        ({"holidays": Holidays(extra=frozenset({datetime(2026, 3, 1, tzinfo=UTC)}))}, "not-a-date"),
    ],
)
def test_a_calendar_made_by_hand_is_checked_too(change: dict[str, Any], code: str) -> None:
    with pytest.raises(CalendarProblemError) as caught:
        WorkingCalendar(**({"name": "by hand", "zone": "Etc/UTC", "hours": WEEK} | change))
    assert (caught.value.calendar, caught.value.code) == ("by hand", code)


def test_a_holiday_has_a_name_an_extra_day_off_has_none_and_a_worked_holiday_is_no_holiday() -> None:
    calendar = calendar_from_json(BUCHAREST)
    assert holiday_name(calendar, date(2026, 1, 1)) == "Anul Nou"
    assert holiday_name(calendar, date(2026, 12, 31)) == ""
    assert holiday_name(calendar, date(2026, 1, 2)) is None
    assert holiday_name(calendar, date(2026, 1, 5)) is None


def test_hours_on_a_holiday_are_found_before_anybody_is_surprised() -> None:
    hidden = {"exceptions": {"2026-12-25": [["10:00", "12:00"]], "2026-12-26": [], "2026-12-24": [["09:00", "10:00"]]}}
    calendar = calendar_from_json(BUCHAREST | hidden)
    assert hidden_exceptions(calendar) == (date(2026, 12, 25),)
    assert not is_open(calendar, datetime(2026, 12, 25, 8, 30, tzinfo=UTC))
    worked = calendar_from_json(BUCHAREST | hidden | {"holidays": {"country": "RO", "worked": ["2026-12-25"]}})
    assert hidden_exceptions(worked) == ()
    assert is_open(worked, datetime(2026, 12, 25, 8, 30, tzinfo=UTC))
