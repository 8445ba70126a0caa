"""Moments as mail programs write them for people: "marți, 24 noiembrie 2026 10:05", "24/11/2026, 10:05 AM"."""

import re
import unicodedata
from datetime import datetime, timedelta, timezone

from clientela.inbox.reading.headers import EARLIEST_YEAR, LATEST_YEAR

LONGEST_MOMENT = 120
LAST_MONTH = 12
FARTHEST_ZONE_HOURS = 14

# The first letters of the months' names, without accents, in the languages that people write to us in.
_BEGINNINGS = (
    "jan ian ene gen sty led sij янв січ",
    "feb fev lut uno vel фев лют",
    "mar mrz mrt bre ozu мар бер",
    "apr abr avr kwi dub tra апр кві",
    "may mai maj mag mei kve svi май мая тра",
    "jun iun giu cze cer lip-h juin июн чер",
    "jul iul lug lip srp juil июл лип",
    "aug ago aou sie kol авг сер",
    "sep set wrz zar ruj сен вер",
    "oct okt ott out paz rij lis-h окт жов",
    "nov noi lis stu ноя лис",
    "dec dez dic des gru pro дек гру",
)
_MONTHS = {word: month for month, words in enumerate(_BEGINNINGS, start=1) for word in words.split() if "-" not in word}

_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)")
_DAY_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er|º)?,?\s+(?:de\s+|d['’])?([^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?![\d.])\s*([ap])?\.?\s?(?:m\b)?", re.IGNORECASE)
_ZONE = re.compile(r"(?:(?:GMT|UTC)\s?|\s)([+-])(\d{1,2}):?(\d{2})?(?!\d)|\b(GMT|UTC|Z)\b")
_NOON = 12


def written_moment(words: str) -> datetime | None:
    """The day and time that `words` name, or None. Without a zone where they name none."""
    words = words[:LONGEST_MOMENT]
    day = _day(words)
    if day is None:
        return None
    begin, year, month, number = day
    rest = f"{words[:begin]} {words[begin:]}"
    hour, minute, second = _clock(_NUMBERED.sub(" ", _YEAR_FIRST.sub(" ", rest)))
    zone = _ZONE.search(words)
    try:
        return datetime(year, month, number, hour, minute, second, tzinfo=_offset(zone) if zone else None)
    except ValueError:
        return None


def _day(words: str) -> tuple[int, int, int, int] | None:
    """Where the day begins, and its year, month and number."""
    if found := _YEAR_FIRST.search(words):
        return _sensible(found.start(), int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_NAMED.search(words):
        return _sensible(found.start(), int(found[3]), _month(found[2]), int(found[1]))
    if found := _NAMED_DAY.search(words):
        return _sensible(found.start(), int(found[3]), _month(found[1]), int(found[2]))
    if found := _NUMBERED.search(words):
        first, second = int(found[1]), int(found[3])
        year = int(found[4]) if len(found[4]) > len("26") else 2000 + int(found[4])
        # Only Americans write the month first, with strokes, and mostly with AM and PM.
        is_american = found[2] == "/" and (
            second > LAST_MONTH or (first <= LAST_MONTH and re.search(r"\d\s?[AP]M\b", words))
        )
        month, number = (first, second) if is_american else (second, first)
        return _sensible(found.start(), year, month, number)
    return None


def _sensible(begin: int, year: int, month: int, number: int) -> tuple[int, int, int, int] | None:
    return (begin, year, month, number) if EARLIEST_YEAR <= year <= LATEST_YEAR and month else None


def _month(name: str) -> int:
    """The number of the month that `name` begins like, in any of the languages; 0 for none."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(one))
    plain = plain.replace("ź", "z").replace("ł", "l")
    return _MONTHS.get(plain[:4], 0) or _MONTHS.get(plain[:3], 0)


def _clock(words: str) -> tuple[int, int, int]:
    found = _CLOCK.search(words)
    if not found:
        return 0, 0, 0
    hour = int(found[1])
    half = (found[4] or "").lower()
    if half == "p" and hour < _NOON:
        hour += _NOON
    elif half == "a" and hour == _NOON:
        hour = 0
    return hour, int(found[2]), int(found[3] or 0)


def _offset(zone: re.Match[str]) -> timezone:
    if zone[4]:
        return timezone(timedelta(0))
    hours = min(int(zone[2]), FARTHEST_ZONE_HOURS)
    offset = timedelta(hours=hours, minutes=int(zone[3] or 0) % 60)
    return timezone(-offset if zone[1] == "-" else offset)
