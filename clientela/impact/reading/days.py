"""Days as files write them: 2024-03-01, and as people do, 1.03.2024 or 03/01/2024."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from clientela.network.discovery.moments import reader_for

A_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")
A_DAY_BEFORE_THE_CLOCK = re.compile(r"^\d{1,4}([./-])\d{1,2}\1\d{1,4}(?=[ T])")
A_DAY_LONG = 10
MOST_SAMPLES = 200

ReadDay = Callable[[str], date]


def day_part(value: str) -> str:
    """Cut the clock off a moment: to the second it would be a label of its own in each row."""
    if A_DAY.match(value):
        return value[:A_DAY_LONG]
    day = A_DAY_BEFORE_THE_CLOCK.match(value)
    return day[0] if day else value


def day_reader(labels: Sequence[str]) -> ReadDay:
    """Give the way of reading that fits these days. It raises ValueError for what is no day in that way.

    Where each could be read with day and month the other way round, no way fits any: who wrote it has to say.
    """
    if all(A_DAY.match(label) for label in labels):
        return _iso_day
    some = labels[:: max(1, len(labels) // MOST_SAMPLES)]
    read, is_either = reader_for(some)
    if is_either:
        return _iso_day
    return lambda label: datetime.fromtimestamp(read(label)[0], tz=UTC).date()


def _iso_day(label: str) -> date:
    found = A_DAY.match(label)
    if not found:
        raise ValueError(label)
    return date(int(found[1]), int(found[2]), int(found[3]))
