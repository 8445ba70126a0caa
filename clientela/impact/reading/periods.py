"""Periods from what a file says: numbers as they are, months, weeks, days and moments cut to weeks or months."""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from clientela.impact.reading.columns import Ints
from clientela.impact.reading.days import day_reader
from clientela.impact.reading.roles import UNKNOWN, By

A_NUMBER = re.compile(r"^-?\d{1,9}(?:\.0+)?$")
A_YEAR = re.compile(r"^(?:19|20)\d\d$")
A_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$")
A_WEEK = re.compile(r"^(\d{4})-?W(\d{1,2})$", re.IGNORECASE)
FEW_DAYS = 270  # shorter than that, months are too few to compare
YEAR_MONTHS = (190001, 210012)
MONTHS = 12
MOST_PERIODS = 5000
WEEKS = {"week": 1.0, "month": 365.25 / 84, "year_month": 365.25 / 84, "year": 365.25 / 7}


class PeriodError(ValueError):
    """A period that cannot be read; its word."""


class Periods:
    """Reads every period of all files alike: `numbers` of labels, from 0 once `settle` has been told the lowest."""

    def __init__(self, labels: Sequence[str], by: By, inside: Sequence[str] = ()) -> None:
        """`labels`: those of the cases; `inside`: of the suppliers' file, may be coarser. Raises PeriodError."""
        known = [label for label in labels if label.casefold() not in UNKNOWN]
        if not known:
            raise PeriodError("")
        coarser = [label for label in inside if label.casefold() not in UNKNOWN]
        self._read_day = day_reader([label for label in (*known, *coarser) if not _is_coarse(label)])
        self.kind = self._kind(known, by, coarser)
        self.weeks = WEEKS.get(self.kind)
        self.first = min(self._raw(label) for label in known)
        self._ranks: dict[int, int] | None = None
        span = max(self._raw(label) for label in known) - self.first + 1
        if span > MOST_PERIODS:
            self._ranks = {raw: at for at, raw in enumerate(sorted({self._raw(label) for label in known}))}

    def numbers(self, labels: Sequence[str]) -> Ints:
        """The number of each label from 0; −1 for one that is unknown. Raises PeriodError."""
        return np.array([self._number(label) for label in labels], dtype=np.int64)

    def _number(self, label: str) -> int:
        if label.casefold() in UNKNOWN:
            return -1
        raw = self._raw(label)
        return self._ranks.get(raw, -1) if self._ranks is not None else max(-1, raw - self.first)

    def _kind(self, labels: Sequence[str], by: By, inside: Sequence[str]) -> str:
        if all(A_NUMBER.match(label) for label in labels):
            numbers = [int(float(label)) for label in labels]
            is_months = all(YEAR_MONTHS[0] <= one <= YEAR_MONTHS[1] and 1 <= one % 100 <= MONTHS for one in numbers)
            return "year_month" if is_months else "number"
        if inside and by is By.AUTO:
            for kind, pattern in (("year", A_YEAR), ("month", A_MONTH), ("week", A_WEEK)):
                if all(pattern.match(label) for label in inside):
                    return kind
        if all(A_MONTH.match(label) for label in labels) and by is not By.YEAR:
            return "month"
        if all(A_WEEK.match(label) for label in labels):
            return "week"
        if by is not By.AUTO:
            return by.value
        days = [self._day(label).toordinal() for label in labels]
        return "week" if max(days) - min(days) < FEW_DAYS else "month"

    def _raw(self, label: str) -> int:
        if self.kind == "number":
            if not A_NUMBER.match(label):
                raise PeriodError(label)
            return int(float(label))
        if self.kind == "year_month":
            if not A_NUMBER.match(label):
                raise PeriodError(label)
            return divmod(int(float(label)), 100)[0] * MONTHS + int(float(label)) % 100 - 1
        if self.kind == "year" and A_YEAR.match(label):
            return int(label)
        day = self._day(label)
        if self.kind == "year":
            return day.year
        return day.year * MONTHS + day.month - 1 if self.kind == "month" else (day.toordinal() - 1) // 7

    def _day(self, label: str) -> date:
        """The day of a moment, a month or a week. Raises PeriodError."""
        try:
            if month := A_MONTH.match(label):
                return date(int(month[1]), int(month[2]), 1)
            if week := A_WEEK.match(label):
                return date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return self._read_day(label)
        except (ValueError, OverflowError):
            raise PeriodError(label) from None


def _is_coarse(label: str) -> bool:
    return any(pattern.match(label) for pattern in (A_NUMBER, A_MONTH, A_WEEK))
