"""Periods from what a file says: numbers as they are, years, quarters, months, weeks; days and moments cut to these."""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from clientela.impact.reading.columns import Ints
from clientela.impact.reading.days import day_reader
from clientela.impact.reading.period_labels import Length, are_shifted_years, read_label, shifted_year
from clientela.impact.reading.roles import UNKNOWN, By

A_NUMBER = re.compile(r"^-?\d{1,9}(?:\.0+)?$")
A_YEAR = re.compile(r"^(?:19|20)\d\d$")
FEW_DAYS = 270  # shorter than that, months are too few to compare
A_DAY_IN_DIGITS = re.compile(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")
MONTHS = 12
MOST_PERIODS = 5000
OF_BY = {By.WEEK: Length.WEEK, By.MONTH: Length.MONTH, By.QUARTER: Length.QUARTER, By.YEAR: Length.YEAR}
WEEKS_OF_YEAR = 365.25 / 7
MONTHS_OF = {Length.MONTH: 1, Length.QUARTER: 3, Length.HALF: 6, Length.YEAR: MONTHS, Length.SHIFTED_YEAR: MONTHS}


class PeriodError(ValueError):
    """A period that cannot be read; its word."""


class Periods:
    """Reads every period of all files alike: `numbers` of labels, from 0 once `settle` has been told the lowest."""

    def __init__(self, labels: Sequence[str], by: By, inside: Sequence[str] = ()) -> None:
        """`labels`: those of the cases; `inside`: of the suppliers' file, may be longer. Raises PeriodError."""
        known = [label for label in labels if label.casefold() not in UNKNOWN]
        if not known:
            raise PeriodError("")
        others = [label for label in inside if label.casefold() not in UNKNOWN]
        self._read_day = day_reader([label for label in (*known, *others) if not _is_longer(label)])
        self.are_numbers = _are_numbers(known, others)
        self.length = Length.DAY if self.are_numbers else self._length(known, others, by)
        self.first = min(self._raw(label) for label in known)
        self._ranks: dict[int, int] | None = None
        span = max(self._raw(label) for label in known) - self.first + 1
        if span > MOST_PERIODS:
            self._ranks = {raw: at for at, raw in enumerate(sorted({self._raw(label) for label in known}))}

    @property
    def name(self) -> str:
        """What a period is: number, week, month, quarter, half or year."""
        if self.are_numbers:
            return "number"
        return "year" if self.length is Length.SHIFTED_YEAR else self.length.name.lower()

    @property
    def weeks(self) -> float | None:
        """How many weeks a period has; None where nobody says."""
        if self.are_numbers:
            return None
        return 1.0 if self.length is Length.WEEK else WEEKS_OF_YEAR * MONTHS_OF[self.length] / MONTHS

    def numbers(self, labels: Sequence[str]) -> Ints:
        """The number of each label from 0; −1 for one that is unknown. Raises PeriodError."""
        return np.array([self._number(label) for label in labels], dtype=np.int64)

    def _number(self, label: str) -> int:
        if label.casefold() in UNKNOWN:
            return -1
        raw = self._raw(label)
        return self._ranks.get(raw, -1) if self._ranks is not None else max(-1, raw - self.first)

    def _length(self, known: Sequence[str], others: Sequence[str], by: By) -> Length:
        """Into what all are cut: the longest that any label or `by` says; of days alone months, or weeks if few."""
        if are_shifted_years([*known, *others]):
            return Length.SHIFTED_YEAR
        read = [(label, read_label(label)) for label in (*known, *others)]
        longest = max((one.length for _, one in read if one), default=Length.DAY)
        if longest is Length.SHIFTED_YEAR:
            raise PeriodError(next(label for label, one in read if one and one.length is longest))
        if by is not By.AUTO:
            return max(longest, OF_BY[by])
        if longest is not Length.DAY:
            return longest
        days = [self._day(label).toordinal() for label in known]
        return Length.WEEK if max(days) - min(days) < FEW_DAYS else Length.MONTH

    def _raw(self, label: str) -> int:
        if self.are_numbers:
            if not A_NUMBER.match(label):
                raise PeriodError(label)
            return int(float(label))
        if self.length is Length.SHIFTED_YEAR:
            shifted = shifted_year(label)
            if shifted is None:
                raise PeriodError(label)
            return shifted.year
        day = self._day(label)
        if self.length is Length.WEEK:
            return (day.toordinal() - 1) // 7
        return (day.year * MONTHS + day.month - 1) // MONTHS_OF[self.length]

    def _day(self, label: str) -> date:
        """The first day of what a label says. Raises PeriodError."""
        read = read_label(label)
        try:
            if A_DAY_IN_DIGITS.match(label):
                return date.fromisoformat(label)
            return read.day if read else self._read_day(label)
        except (ValueError, OverflowError):
            raise PeriodError(label) from None


def _are_numbers(known: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the cases count their periods and so need no calendar: 1, 2, 3, but not 202403 nor 20240301.

    Years are counted like that too, unless the suppliers' file tells of months or quarters.
    """
    if not all(A_NUMBER.match(label) for label in known):
        return False
    if all(A_YEAR.match(label) for label in known):
        return all(A_NUMBER.match(label) and not _is_dated(label) for label in others)
    return not all(_is_dated(label) for label in known)


def _is_dated(label: str) -> bool:
    """Whether a number is a month or a day of a calendar."""
    return bool(A_DAY_IN_DIGITS.match(label) or (len(label) > len("2024") and read_label(label)))


def _is_longer(label: str) -> bool:
    return bool(A_NUMBER.match(label) or read_label(label))
