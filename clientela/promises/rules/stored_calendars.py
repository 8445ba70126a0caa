"""Working calendars as plain JSON, the form in which a row of the database or a file holds them.

    {"name": "Bucharest", "zone": "Europe/Bucharest",
     "hours": {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "sat": [["22:00", "06:00"]]},
     "exceptions": {"2026-12-24": [["09:00", "13:00"]], "2026-12-27": []},
     "breaks": {"2026-03-05": [["12:00", "14:00"]]},
     "holidays": {"country": "RO", "region": null, "extra": ["2026-12-31"], "worked": ["2026-01-02"]}}

A weekday that is left out is a day off. Only `name` and `zone` are required.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from clientela.promises.rules.calendars import (
    WEEKDAYS,
    CalendarProblemError,
    DatedWindows,
    Holidays,
    Window,
    Windows,
    WorkingCalendar,
    calendar_problem,
    clock_text,
)

FIELDS: Final = ("name", "zone", "hours", "exceptions", "breaks", "holidays")
HOLIDAY_FIELDS: Final = ("country", "region", "extra", "worked")
TIME_OF_DAY: Final = re.compile(r"(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WINDOW_EXAMPLE: Final = 'Write it as ["09:00", "17:00"].'


def calendar_from_json(stored: Mapping[str, object]) -> WorkingCalendar:
    """The calendar that `stored` describes (see the top of this file). Raises CalendarProblemError.

    The same description gives the same object, so that what was counted for it before is still at hand.
    """
    try:
        text = json.dumps(stored, sort_keys=True)
    except (TypeError, ValueError) as error:
        name = _name_in(stored)
        raise calendar_problem(name, "calendar", "not-json", f"{error}.", "Use plain JSON values only.") from None
    return _calendar_from_text(text)


def calendar_to_json(calendar: WorkingCalendar) -> dict[str, object]:
    """The description from which `calendar_from_json` makes an equal calendar, in one order of its own."""
    rules = calendar.holidays
    return {
        "name": calendar.name,
        "zone": calendar.zone,
        "hours": {day: _written(windows) for day, windows in zip(WEEKDAYS, calendar.hours, strict=True) if windows},
        "exceptions": {day.isoformat(): _written(windows) for day, windows in calendar.exceptions},
        "breaks": {day.isoformat(): _written(windows) for day, windows in calendar.breaks},
        "holidays": {
            "country": rules.country,
            "region": rules.region,
            "extra": [day.isoformat() for day in sorted(rules.extra)],
            "worked": [day.isoformat() for day in sorted(rules.worked)],
        },
    }


@lru_cache(maxsize=256)
def _calendar_from_text(text: str) -> WorkingCalendar:
    stored = json.loads(text)
    name = _name_in(stored)
    if not isinstance(stored, dict):
        raise _wrong_shape(name, "calendar", "an object with name, zone and hours")
    _check_fields(name, "", stored, FIELDS)
    for required in ("name", "zone"):
        if not isinstance(stored.get(required), str):
            raise _wrong_shape(name, required, "a text")
    hours = _object(name, "hours", stored.get("hours"))
    _check_fields(name, "hours.", hours, WEEKDAYS)
    return WorkingCalendar(
        name=name,
        zone=stored["zone"],
        hours=tuple(_windows(name, f"hours.{weekday}", hours.get(weekday)) for weekday in WEEKDAYS),
        exceptions=_dated(name, "exceptions", stored.get("exceptions")),
        breaks=_dated(name, "breaks", stored.get("breaks")),
        holidays=_holidays(name, _object(name, "holidays", stored.get("holidays"))),
    )


def _holidays(calendar: str, stored: Mapping[str, object]) -> Holidays:
    _check_fields(calendar, "holidays.", stored, HOLIDAY_FIELDS)
    country, region = stored.get("country") or None, stored.get("region") or None
    if not (country is None or isinstance(country, str)):
        raise _wrong_shape(calendar, "holidays.country", "a country of two letters, such as RO")
    if not (region is None or isinstance(region, str)):
        raise _wrong_shape(calendar, "holidays.region", "the code of a region of that country")
    return Holidays(
        country=country,
        region=region,
        extra=_days(calendar, "holidays.extra", stored.get("extra")),
        worked=_days(calendar, "holidays.worked", stored.get("worked")),
    )


def _days(calendar: str, place: str, stored: object) -> frozenset[date]:
    if stored is None:
        return frozenset()
    if not isinstance(stored, list):
        raise _wrong_shape(calendar, place, 'a list of dates, such as ["2026-12-31"]')
    return frozenset(_day(calendar, f"{place}[{number}]", text) for number, text in enumerate(stored))


def _dated(calendar: str, place: str, stored: object) -> DatedWindows:
    return tuple(
        (_day(calendar, f"{place}.{text}", text), _windows(calendar, f"{place}.{text}", windows))
        for text, windows in _object(calendar, place, stored).items()
    )


def _day(calendar: str, place: str, text: object) -> date:
    # `date.fromisoformat` alone would also take 20261224 and 2026-W52-4, which no other reader of the file expects.
    if isinstance(text, str) and DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise calendar_problem(calendar, place, "not-a-date", f"{text!r} is not a date.", "Write it as 2026-12-24.")


def _windows(calendar: str, place: str, stored: object) -> Windows:
    if stored is None:
        return ()
    if not isinstance(stored, list):
        raise _wrong_shape(calendar, place, 'a list of windows, such as [["09:00", "17:00"]]')
    windows = []
    for number, pair in enumerate(stored):
        where = f"{place}[{number}]"
        if not (isinstance(pair, list) and len(pair) == 2):  # noqa: PLR2004 - a window has two ends
            raise calendar_problem(calendar, where, "not-a-window", f"{pair!r} is not a window.", WINDOW_EXAMPLE)
        windows.append(Window(_minute(calendar, f"{where}.from", pair[0]), _minute(calendar, f"{where}.to", pair[1])))
    return tuple(windows)


def _minute(calendar: str, place: str, text: object) -> int:
    found = TIME_OF_DAY.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        remedy = "Write it as 09:00, from 00:00 to 24:00."
        raise calendar_problem(calendar, place, "not-a-time", f"{text!r} is not a time of day.", remedy)
    return 24 * 60 if found[1] is None else int(found[1]) * 60 + int(found[2])


def _object(calendar: str, place: str, stored: object) -> dict[str, object]:
    if stored is None:
        return {}
    if not isinstance(stored, dict):
        raise _wrong_shape(calendar, place, "an object")
    return stored


def _check_fields(calendar: str, place: str, stored: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in stored:
        if key not in known:
            problem = "there is no such field."
            raise calendar_problem(calendar, f"{place}{key}", "unknown-field", problem, f"Use {', '.join(known)}.")


def _wrong_shape(calendar: str, place: str, wanted: str) -> CalendarProblemError:
    return calendar_problem(calendar, place, "wrong-shape", "this is not what belongs here.", f"Write {wanted}.")


def _name_in(stored: object) -> str:
    name = stored.get("name") if isinstance(stored, Mapping) else None
    return name if isinstance(name, str) else "without a name"


def _written(windows: Windows) -> list[list[str]]:
    return [[clock_text(window.from_minute), clock_text(window.to_minute)] for window in windows]
