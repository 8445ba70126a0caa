"""Moments as people and programs write them: month names, clocks by twelve, zones by name, the year anywhere.

Each shape is one pattern, read here and by the engine alike (`moments_sql`): only signs that mean the same to both may
stand in it. The text comes in small letters, its blanks made plain.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

WRITTEN = "written:"  # before the name of a shape: a way of writing moments
# English, and the languages of the product and of its neighbours: long and short, as they stand in a date.
MONTHS: Mapping[int, str] = {
    1: "january jan ianuarie ian styczeń stycznia sty enero ene januar januari jänner janvier janv janeiro gennaio i",
    2: "february feb februarie luty lutego lut febrero februar februari février févr fév fevereiro fev febbraio ii",
    3: "march mar martie marzec marca marzo märz mär mrz mars março maart mrt iii",
    4: "april apr aprilie kwiecień kwietnia kwi abril abr avril avr aprile iv",
    5: "may mai maj maja mayo maio mei maggio mag v",
    6: "june jun iunie iun czerwiec czerwca cze junio juni juin junho giugno giu vi",
    7: "july jul iulie iul lipiec lipca lip julio juli juillet juil julho luglio lug vii",
    8: "august aug sierpień sierpnia sie agosto ago août augustus viii",
    9: "september sep sept septembrie wrzesień września wrz septiembre setiembre septembre setembro set settembre ix",
    10: "october oct octombrie październik października paź octubre oktober okt octobre outubro out ottobre ott x",
    11: "november nov noiembrie noi listopad listopada lis noviembre novembre novembro xi",
    12: "december dec decembrie grudzień grudnia gru diciembre dic dezember dez décembre déc dezembro dicembre xii",
}
# Minutes from UTC, where a name means one zone only. CST is in Chicago, in Shanghai and in Havana.
SURE_ZONES: Mapping[str, int] = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
    "met": 60, "mest": 120, "eet": 120, "eest": 180,
}  # fmt: skip
# Names that can be several, each with the nearest guess, to be told as an example: it is never taken by itself. A zone
# that is told may use the name; so only those stand here which the tables of zones still have.
UNSURE_ZONES: Mapping[str, str] = {
    "acdt": "Australia/Adelaide", "acst": "Australia/Adelaide", "adt": "America/Halifax", "aedt": "Australia/Sydney",
    "aest": "Australia/Sydney", "akdt": "America/Anchorage", "akst": "America/Anchorage", "ast": "America/Halifax",
    "awdt": "Australia/Perth", "awst": "Australia/Perth", "bst": "Europe/London", "cat": "Africa/Maputo",
    "cdt": "America/Chicago", "cst": "America/Chicago", "eat": "Africa/Nairobi", "edt": "America/New_York",
    "est": "America/New_York", "hkt": "Asia/Hong_Kong", "hst": "Pacific/Honolulu", "idt": "Asia/Jerusalem",
    "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "mdt": "America/Denver", "msd": "Europe/Moscow",
    "msk": "Europe/Moscow", "mst": "America/Denver", "ndt": "America/St_Johns", "nst": "America/St_Johns",
    "nzdt": "Pacific/Auckland", "nzst": "Pacific/Auckland", "pdt": "America/Los_Angeles", "pkt": "Asia/Karachi",
    "pst": "America/Los_Angeles", "sast": "Africa/Johannesburg", "wat": "Africa/Lagos", "wib": "Asia/Jakarta",
    "wit": "Asia/Jayapura", "wita": "Asia/Makassar",
}  # fmt: skip
_MAY_NAME_ZONE = re.compile(r"[A-Za-z]{3}")  # whatever names none is passed over quickly
LAST_SECOND, LONGEST_DAY = 60, 86_400  # a leap second; and 24:00 is the end of a day
OLDEST_OF_1900 = 69  # a year in two figures from here on
MORNING_AND_AFTERNOON = 12
MINUTE, HOUR = 60, 3600
LONGEST_TEXT = 100
PARTS = ("day", "word", "month", "year", "hour", "minute", "second", "parts", "half", "zone")
BLANKS = "\u00a0\u202f\u2009\u2007\t"  # within a moment, as browsers and Java write them before AM


def _without_marks(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


MONTH_OF: Mapping[str, int] = {
    spelled: month
    for month, words in MONTHS.items()
    for word in words.split()
    for spelled in (word, _without_marks(word))
}
_WORD = "|".join(sorted(MONTH_OF, key=lambda word: (-len(word), word)))
_WEEKDAY = r"(?:[^0-9 ,.;:/+_-]{2,14}[.,]* +)?"
_LINK = r"(?: +(?:at|la|ora|o|godz[.]?|o godz[.]?|a las?|alle|om|um|à|kl[.]?) +| ?, ?ora | ?[,@t_;:-] ?| +)"
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,:](?P<parts>[0-9]{1,12}))?)?"
    r"(?: ?(?P<half>[ap])[.]? ?m[.]?)?(?: ?(?:uhr|hrs?|hs?)\b[.]?)?"
)
_ZONE_NAME = r"(?:(?:gmt|utc|ut)?[+-][0-9]{1,2}(?::?[0-9]{2})?|[a-z]{1,5}|[a-z]+(?:/[a-z_+-]+[0-9]*)+)"
_ZONE = rf"(?: ?(?P<zone>{_ZONE_NAME}))?(?: ?[(][^)]*[)])?(?: ?[\[][^\]]*[\]])?"
_AFTER = rf"(?: ?[rg][.])?(?:{_LINK}{_CLOCK}{_ZONE})?"
_MONTH = rf"(?:(?:[ ./,-]*|[.]? del? )(?P<word>{_WORD})(?:[ ./,-]*|[.]? del? )|[./-] ?(?P<month>[0-9]{{1,2}})[./-] ?)"
_DAY = r"(?P<day>[0-9]{1,2})"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_SHAPES: Mapping[str, str] = {
    "day": rf"^{_WEEKDAY}{_DAY}(?:er|º|ª|°|st|nd|rd|th)?{_MONTH}{_YEAR}{_AFTER}$",
    "month": (
        rf"^{_WEEKDAY}(?:(?P<word>{_WORD})[.]?[ -]*|(?P<month>[0-9]{{1,2}})[/-] ?)"
        rf"{_DAY}(?:st|nd|rd|th)?[,./ -]+{_YEAR}{_AFTER}$"
    ),
    "year": rf"^{_WEEKDAY}(?P<year>[0-9]{{4}}){_MONTH}{_DAY}[.]?{_AFTER}$",
    "figures": (
        r"^(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-9]{2})[t ]?"
        rf"(?P<hour>[0-9]{{2}}):?(?P<minute>[0-9]{{2}})(?::?(?P<second>[0-9]{{2}})(?:[.,](?P<parts>[0-9]{{1,12}}))?)?{_ZONE}$"
    ),
    # Java's, and that of C.
    "program": rf"^{_WEEKDAY}(?P<word>{_WORD}) +{_DAY} +{_CLOCK}{_ZONE} +(?P<year>[0-9]{{4}})$",
}
# Every shape has every part; what it does not know is blank.
SHAPES: Mapping[str, str] = {
    shape: pattern.removesuffix("$") + "".join(f"(?P<{part}>)" for part in PARTS if f"<{part}>" not in pattern) + "$"
    for shape, pattern in _SHAPES.items()
}
_PATTERNS = {shape: re.compile(pattern) for shape, pattern in SHAPES.items()}
_PLAIN_BLANKS = str.maketrans(BLANKS, " " * len(BLANKS))
_OFFSET = re.compile(r"^(?:gmt|utc|ut)?([+-])([0-9]{1,2}?)(?::?([0-9]{2}))?$")


class UnsureZoneError(ValueError):
    """A zone's name that can mean several."""


class Written(NamedTuple):
    """A moment that was read: seconds by the clock on the wall since 1970, and its zone as it is named; "": not."""

    seconds: float
    zone: str


def plain_text(text: str) -> str:
    """Give the text in small letters, with plain blanks."""
    return text.translate(_PLAIN_BLANKS).strip().lower()


def names_of(shape: str) -> tuple[str, tuple[str, ...]]:
    """Give the pattern of a shape without names, and the names of its groups: as the engine takes them."""
    pattern = SHAPES[shape]
    return re.sub(r"[?]P<[a-z]+>", "", pattern), tuple(_PATTERNS[shape].groupindex)


def read_clock(text: str, shape: str) -> Written:
    """Read a moment of this shape. Raises ValueError."""
    found = _PATTERNS[shape].match(plain_text(text)) if len(text) <= LONGEST_TEXT else None
    if not found:
        raise ValueError(text)
    part = {name: words or "" for name, words in found.groupdict().items()}
    month = MONTH_OF[part["word"]] if part.get("word") else int(part["month"])
    year = int(part["year"])
    if len(part["year"]) == len("26"):
        year += 1900 if year >= OLDEST_OF_1900 else 2000
    clock = _clock_seconds(part)
    return Written(
        (date(year, month, int(part["day"])) - date(1970, 1, 1)).days * LONGEST_DAY + clock, part.get("zone", "")
    )


def _clock_seconds(part: Mapping[str, str]) -> float:
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    if half := part.get("half"):
        if not 1 <= hour <= MORNING_AND_AFTERNOON:
            raise ValueError(hour)
        hour = hour % MORNING_AND_AFTERNOON + (MORNING_AND_AFTERNOON if half == "p" else 0)
    seconds = hour * HOUR + minute * MINUTE + second
    if (
        minute >= MINUTE
        or second > LAST_SECOND
        or (seconds > LONGEST_DAY)
        or (hour == LONGEST_DAY // HOUR and minute + second)
    ):
        raise ValueError(seconds)
    return seconds + int((part.get("parts") or "0")[:6].ljust(6, "0")) / 1_000_000


def minutes_of_zone(name: str, *, told: str = "") -> int | None:
    """Give how far a zone that is named in a moment lies from UTC; None for one that can be several.

    `told`: the zone of clocks that tell none. A name that is used there, such as CST in Chicago, is that zone's.
    """
    if offset := _OFFSET.match(name):
        minutes = int(offset[2]) * MINUTE + int(offset[3] or 0)
        return -minutes if offset[1] == "-" else minutes
    return zones_known(told).get(name)


@cache
def zones_known(told: str) -> Mapping[str, int]:
    """Give the names of zones that mean one only, in small letters, with minutes from UTC: those of `told` first."""
    return {**SURE_ZONES, **{name: one for name, (one, *others) in _minutes_in(told).items() if not others}}


@cache
def zones_moved(told: str) -> frozenset[str]:
    """Give the names that are used in a zone for more than one distance, such as MSK: they say no more than it does."""
    return frozenset(name for name, minutes in _minutes_in(told).items() if len(minutes) > 1 and name not in SURE_ZONES)


def _minutes_in(told: str) -> Mapping[str, set[int]]:
    minutes: dict[str, set[int]] = {}
    for name, ahead in _names_used_in(told) if told else ():
        minutes.setdefault(name, set()).add(ahead)
    return minutes


@cache
def region_of(name: str) -> str:
    """Give a zone like Europe/Bucharest as it is spelled; "" where there is none such."""
    return next((zone for zone in available_timezones() if zone.lower() == name), "")


def _names_used_in(zone: str) -> Iterator[tuple[str, int]]:
    there = ZoneInfo(zone)
    for year in range(1990, 2038):
        for month in (1, 4, 7, 10):
            moment = datetime(year, month, 1, tzinfo=UTC).astimezone(there)
            name, ahead = (moment.tzname() or "").lower(), moment.utcoffset()
            if name.isalpha() and ahead is not None:
                yield name, int(ahead / timedelta(minutes=1))


def read_written(text: str, shape: str) -> tuple[float, bool]:
    """Read a moment: seconds since 1970, and whether it is a clock on the wall whose zone is not told.

    Raises UnsureZoneError for a zone's name that can be several, ValueError for what is no moment.
    """
    seconds, zone = read_clock(text, shape)
    if not zone:
        return seconds, True
    minutes = minutes_of_zone(zone)
    if minutes is not None:
        return seconds - minutes * MINUTE, False
    if zone in UNSURE_ZONES:
        raise UnsureZoneError(zone)
    if "/" not in zone or not (region := region_of(zone)):
        raise ValueError(text)
    clock = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return clock.replace(tzinfo=ZoneInfo(region)).timestamp(), False


def unsure_zone(texts: Iterable[str], shape: str, *, told: str) -> tuple[int, str]:
    """Give the first of these moments that names a zone which can be several, by its place, and the zone; -1: none."""
    for place, text in enumerate(texts):
        if not _MAY_NAME_ZONE.search(text):
            continue
        try:
            zone = read_clock(text, shape).zone
        except ValueError:
            continue
        if zone in zones_asked_about(told):
            return place, zone.upper()
    return -1, ""


@cache
def zones_asked_about(told: str) -> frozenset[str]:
    """Give the names that stay unsure where this zone is told for clocks that tell none."""
    return frozenset(UNSURE_ZONES.keys() - zones_known(told).keys() - zones_moved(told))
