"""Labels of periods longer than a day, as files and people write them: 2024-W09, 3/2024, Q1 2024, 2023/24."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from typing import Final

from babel.dates import get_month_names

LANGUAGES: Final = ("en", "ro", "pl", "es", "pt", "de", "fr", "it")
MONTHS: Final = 12
CENTURY: Final = 100
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_GAP = r"[\s/._-]*"
_QUARTER_SIGN = r"(?:Q|T|K|kw\.?|kwartał|quarter|trimestrul|trimestre|trim\.?)"
_HALF_SIGN = r"(?:H|S|half|semestrul|semestre|sem\.?|półrocze)"
_ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4}


class Length(IntEnum):
    """How long a period is; a longer one is never cut into shorter ones."""

    DAY = 0
    WEEK = 1
    MONTH = 2
    QUARTER = 3
    HALF = 4
    YEAR = 5
    SHIFTED_YEAR = 6  # 2023/24: a year that does not begin in January, and does not say when


@dataclass(frozen=True)
class Label:
    """The `part` of a `year`, from 1: which week, month, quarter or half. A shifted year is told by its first."""

    length: Length
    year: int
    part: int = 1

    @property
    def day(self) -> date:
        """Its first day. Raises ValueError for one that no calendar has."""
        if self.length is Length.WEEK:
            return date.fromisocalendar(self.year, self.part, 1)
        months = {Length.MONTH: 1, Length.QUARTER: 3, Length.HALF: 6}.get(self.length, MONTHS)
        return date(self.year, months * (self.part - 1) + 1, 1)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(f"^{text}$", re.IGNORECASE)


_OF_A_YEAR: Final = (
    (Length.WEEK, _pattern(rf"{_YEAR}{_GAP}W(?P<part>\d{{1,2}})")),
    (Length.WEEK, _pattern(rf"W(?P<part>\d{{1,2}}){_GAP}{_YEAR}")),
    (Length.MONTH, _pattern(rf"{_YEAR}[/-](?P<part>\d{{1,2}})")),
    (Length.MONTH, _pattern(rf"(?P<part>\d{{1,2}})[/.-]{_YEAR}")),
    (Length.MONTH, _pattern(rf"{_YEAR}(?P<part>0[1-9]|1[0-2])")),
    (Length.MONTH, _pattern(rf"{_YEAR}{_GAP}M(?P<part>\d{{1,2}})")),
    (Length.QUARTER, _pattern(rf"{_YEAR}{_GAP}{_QUARTER_SIGN}\s*(?P<part>[1-4]|I{{1,3}}|IV)")),
    (Length.QUARTER, _pattern(rf"{_QUARTER_SIGN}\s*(?P<part>[1-4]|I{{1,3}}|IV){_GAP}{_YEAR}")),
    (Length.QUARTER, _pattern(rf"(?P<part>[1-4]|I{{1,3}}|IV)\.?(?:er|º|°)?\s*{_QUARTER_SIGN}{_GAP}{_YEAR}")),
    (Length.HALF, _pattern(rf"{_YEAR}{_GAP}{_HALF_SIGN}\s*(?P<part>[12]|I{{1,2}})")),
    (Length.HALF, _pattern(rf"{_HALF_SIGN}\s*(?P<part>[12]|I{{1,2}}){_GAP}{_YEAR}")),
    (Length.HALF, _pattern(rf"(?P<part>[12]|I{{1,2}})\.?(?:er|º|°)?\s*{_HALF_SIGN}{_GAP}{_YEAR}")),
    (Length.YEAR, _pattern(_YEAR)),
)
_SHIFTED = _pattern(rf"(?:FY\s*)?{_YEAR}\s*[/–-]\s*(?P<next>(?:19|20)?\d\d)")
_NAMED_BY_ITS_END = _pattern(rf"FY{_GAP}{_YEAR}")
_NAMED = (
    _pattern(rf"(?P<name>[^\W\d_]{{3,}})\.?,?(?:\s+de)?{_GAP}{_YEAR}"),
    _pattern(rf"{_YEAR}{_GAP}(?P<name>[^\W\d_]{{3,}})\.?"),
)


def read_label(label: str) -> Label | None:
    """What a label says alone; None for a day, a plain number or no period at all. `2010-11` is a month here."""
    text = label.strip()
    for length, pattern in _OF_A_YEAR:
        if found := pattern.match(text):
            part = found.groupdict().get("part") or "1"
            read = Label(length, int(found["year"]), _ROMAN.get(part.upper()) or int(part))
            if _is_real(read):
                return read
    return shifted_year(text) or _named(text)


def are_shifted_years(labels: Iterable[str]) -> bool:
    """Whether they can be years such as 2010/11 and 2011/12 only: months would not always be the next year's number."""
    each = set(labels)
    return len(each) > 1 and all(shifted_year(label) for label in each)


def shifted_year(label: str) -> Label | None:
    """The label as a year such as 2023/24 or FY2024, which is the same; None for another."""
    text = label.strip()
    if found := _NAMED_BY_ITS_END.match(text):
        return Label(Length.SHIFTED_YEAR, int(found["year"]) - 1)
    found = _SHIFTED.match(text)
    if not found or int(found["next"]) % CENTURY != (int(found["year"]) + 1) % CENTURY:
        return None
    return Label(Length.SHIFTED_YEAR, int(found["year"]))


def _named(text: str) -> Label | None:
    for pattern in _NAMED:
        found = pattern.match(text)
        if found and (part := _month_names().get(found["name"].casefold())):
            return Label(Length.MONTH, int(found["year"]), part)
    return None


@cache
def _month_names() -> dict[str, int]:
    """Names of months and what they are cut to, in all languages; one that means two months is none."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for use in ("format", "stand-alone"):
                for part, name in get_month_names(width, use, language).items():
                    found.setdefault(name.rstrip(".").casefold(), set()).add(part)
    return {name: min(parts) for name, parts in found.items() if len(parts) == 1}


def _is_real(label: Label) -> bool:
    try:
        return bool(label.day)
    except ValueError:
        return False
