"""Calendars and terms for very many clocks or legs at once, by the arrays of `rules.bulk`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from clientela.kernel.columns import Column
from clientela.promises.models import CalendarVersion, TermsVersion
from clientela.promises.queries.states import calendar_history, promised_terms, working_calendar
from clientela.promises.rules.bulk import REASON_CODES, WorkingTables
from clientela.promises.rules.moments import moment_of, ticks_of
from clientela.promises.rules.terms import WARN_SHARE

_ROOM: Final = 1 << 53
_EARLIEST: Final = -(1 << 51)
# A promise may be due long after the last thing that happened to it. What is due later still is counted one by one.
YEARS_AHEAD: Final = 3


@dataclass(frozen=True)
class ManyHours:
    """Working time of many moments, and by which calendar each department worked when.

    A calendar is named by its place: of `version_ids`, rising. Moments are in microseconds since 1970.
    """

    tables: WorkingTables
    version_ids: Column
    _departments: Column  # ids, rising
    _first_of: Column  # where the versions of each department begin in the next two
    _made: Column  # the department's place and the moment the version was made, as one number; rising
    _versions: Column  # its place in `version_ids`

    def calendar_of_version(self, version_ids: Column) -> Column:
        """The place of each version. All of them must exist."""
        return np.searchsorted(self.version_ids, version_ids)

    def calendar_of(self, department_ids: Column, began: Column) -> Column:
        """The version in force when something began at each department, as `CalendarHistory.version_at`; −1: none."""
        if not len(self._departments):
            return np.full(len(department_ids), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self._departments, department_ids), len(self._departments) - 1)
        found = np.searchsorted(self._made, place * _ROOM + (began - _EARLIEST), side="right") - 1
        versions = self._versions[np.maximum(found, self._first_of[place])]
        return np.where(self._departments[place] == department_ids, versions, -1)


def many_hours(*, first: int, last: int) -> ManyHours:
    """The hours of the house from moment `first` to `last`. Four statements, and one a calendar not seen before."""
    version_ids = sorted(CalendarVersion.objects.values_list("pk", flat=True))
    tables = WorkingTables(
        [working_calendar(version) for version in version_ids],
        first_year=moment_of(int(first)).year,
        last_year=moment_of(int(last)).year + YEARS_AHEAD,
    )
    known = sorted((department, made) for department, made in calendar_history().versions.items() if made)
    places = {version: place for place, version in enumerate(version_ids)}
    firsts = np.cumsum([0, *(len(made) for _, made in known)])[: len(known)]
    return ManyHours(
        tables=tables,
        version_ids=np.asarray(version_ids, dtype=np.int64),
        _departments=np.asarray([department for department, _ in known], dtype=np.int64),
        _first_of=np.asarray(firsts, dtype=np.int64),
        _made=np.asarray(
            [place * _ROOM + ticks_of(at) - _EARLIEST for place, (_, made) in enumerate(known) for at, _ in made],
            dtype=np.int64,
        ),
        _versions=np.asarray([places[version] for _, made in known for _, version in made], dtype=np.int64),
    )


@dataclass(frozen=True)
class ManyTerms:
    """What each version of terms says of its clocks, by its id: where nothing is, as for a clock without terms."""

    pausing: Column  # bit n: REASON_CODES n pauses
    warn_share: np.ndarray[tuple[int], np.dtype[np.float64]]


def many_terms() -> ManyTerms:
    """Every version of terms. One statement, and one a version not seen before."""
    version_ids = list(TermsVersion.objects.values_list("pk", flat=True))
    size = max(version_ids, default=0) + 1
    pausing, warn_share = np.zeros(size, dtype=np.int64), np.full(size, WARN_SHARE, dtype=np.float64)
    for version in version_ids:
        terms = promised_terms(version)
        pausing[version] = sum(1 << REASON_CODES[state] for state in terms.pauses_while)
        warn_share[version] = terms.warn_share
    return ManyTerms(pausing, warn_share)


def ticks_now(at: datetime) -> int:
    """A moment as the arrays write it."""
    return ticks_of(at.astimezone(UTC))
