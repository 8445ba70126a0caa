"""Which day and which moment it is for whom. A membership lasts whole days, and a day begins at midnight somewhere."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_SECOND = timedelta(seconds=1)


def day_in_zone(at: datetime, zone: str) -> date:
    """The calendar day of the moment `at` in the IANA zone `zone`."""
    return at.astimezone(ZoneInfo(zone)).date()


def first_moment(wall: datetime, zone: str) -> datetime:
    """The first moment (UTC) at which clocks in `zone` show the naive `wall`; if they skip it, the moment they jump."""
    return _moment(wall, zone, fold=0)


def last_moment(wall: datetime, zone: str) -> datetime:
    """The last moment (UTC) at which clocks in `zone` show the naive `wall`; if they skip it, the moment they jump."""
    return _moment(wall, zone, fold=1)


@cache
def zones() -> frozenset[str]:
    """Every IANA zone this machine knows."""
    return frozenset(available_timezones())


def _moment(wall: datetime, zone: str, *, fold: int) -> datetime:
    local = wall.replace(tzinfo=ZoneInfo(zone), fold=fold)
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
        return moment
    # The wall time does not exist. Read with the offset after the jump it lies before the jump, and the other way
    # round; halve the stretch between the two until the jump is found to the second.
    before = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    offset_before = before.astimezone(ZoneInfo(zone)).utcoffset()
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(ZoneInfo(zone)).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return after
