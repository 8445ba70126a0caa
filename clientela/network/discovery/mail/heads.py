"""The moment at which a line of a server's log begins, in the ways syslog, journald and Exim write it. Pure Python.

The oldest way, `Nov 22 10:00:00`, names no year. The year is found from the last day that the log may hold: the first
line is of the newest year that does not go beyond it, and where the days leap back by more than half a year, a new
year has begun.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

MONTHS: Final = {name: number for number, name in enumerate(
    (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"), start=1
)}  # fmt: skip
HALF_A_YEAR: Final = 183  # days
A_LEAP_YEAR: Final = 2000  # days are numbered within it
SLACK: Final = timedelta(days=1)  # a zone east of ours is a day ahead
# What syslog puts before (<22>1), then: Nov 22 10:00:00 | 2026-11-22T10:00:00.5+01:00 | Sun 2026-11-22 10:00:00 CET
# | 1795341600.5; fractions of a second are not needed.
HEAD: Final = re.compile(
    rb"(?:<\d{1,3}>)?(?:1 )?(?:"
    rb"([A-Z][a-z]{2}) ([ \d]\d) (?:(\d{4}) )?(\d\d:\d\d:\d\d)(?:\.\d+)?"
    rb"|(?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)?"
    rb"(Z| ?[+-]\d\d:?\d\d| UTC| GMT)?(?: [A-Z]{2,5}(?= ))?"
    rb"|(\d{10})(?:\.\d+)?"
    rb") "
)


class Clock:
    """Reads the beginnings of lines, one after another. `newest_on` is the last day that was seen."""

    def __init__(self, latest_on: date, *, years_back: int = 0) -> None:
        """`latest_on`: no line is of a later day. `years_back`: begin so many years earlier than it would allow."""
        self.newest_on = date.min
        self.has_no_year = False
        self._latest_on = latest_on + SLACK
        self._years_back = years_back
        self._year = 0
        self._day = 0  # within a leap year
        self._said = b""
        self._text = ""

    def read(self, line: bytes) -> tuple[str, int] | None:
        """Return the moment as ISO 8601, with a zone where the line tells one, and where the rest begins.

        None: it begins with no moment, or with a day that there is not.
        """
        found = HEAD.match(line)
        text = self.text_of(found[0]) if found else ""
        return (text, found.end()) if found and text else None

    def text_of(self, said: bytes) -> str:
        """Return the moment of a beginning that HEAD has found; "" for a day or an hour that there is not."""
        if said != self._said:  # a server writes many lines a second
            found = HEAD.match(said)
            self._said, self._text = said, self._text_of(found) if found else ""
        return self._text

    @staticmethod
    def first(line: bytes) -> int:
        """Return where the rest of a line begins; 0 where it begins with no moment."""
        found = HEAD.match(line)
        return found.end() if found else 0

    @property
    def is_beyond(self) -> bool:
        """Whether a line without a year came out later than any may be: it all happened a year earlier."""
        return self.has_no_year and self.newest_on > self._latest_on

    def _text_of(self, found: re.Match[bytes]) -> str:
        month, day, year, clock, iso_day, iso_clock, zone, seconds = found.groups()
        try:
            if seconds is not None:
                return datetime.fromtimestamp(int(seconds), tz=UTC).strftime("%Y-%m-%d %H:%M:%SZ")
            if iso_day is not None:
                on = date.fromisoformat(iso_day.decode())
                text = f"{on} {iso_clock.decode()}{_zone(zone)}"
            else:
                number = MONTHS[month]
                on = date(int(year) if year else self._year_of(number, int(day)), number, int(day))
                text = f"{on} {clock.decode()}"
            datetime.fromisoformat(text)
        except (KeyError, ValueError):
            return ""
        self.newest_on = max(self.newest_on, on)
        return text

    def _year_of(self, month: int, day: int) -> int:
        within = date(A_LEAP_YEAR, month, day).timetuple().tm_yday
        if not self.has_no_year:
            self.has_no_year = True
            self._year, self._day = self._first_year(month, day), within
            return self._year
        ahead = within - self._day
        if ahead > HALF_A_YEAR and self._day < HALF_A_YEAR // 3:
            return self._year - 1  # the last lines of December, written down after the first of January
        if ahead < -HALF_A_YEAR:
            self._year += 1
        self._day = within
        return self._year

    def _first_year(self, month: int, day: int) -> int:
        year = self._latest_on.year - self._years_back
        while not _is_day(year, month, day) or date(year, month, day) > self._latest_on:
            year -= 1
        return year


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _zone(said: bytes | None) -> str:
    """Write +0100, Z and UTC as +01:00 and Z."""
    text = (said or b"").decode().strip()
    if text in {"UTC", "GMT", "Z"}:
        return "Z"
    return f"{text[:3]}:{text[3:]}" if len(text) == 5 else text  # noqa: PLR2004 - a sign and four figures
