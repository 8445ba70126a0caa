"""The hours in which a reader wants no letters, for every try and not only the first."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_WINDOWS_IN_A_ROW = 20


def after_quiet_hours(windows: Sequence[Mapping[str, str]], *, at: datetime) -> datetime:
    """`at`, or the end of the quiet hours it falls into. Windows that follow one another are waited through.

    Each window is {"from": "18:00", "to": "08:00", "zone": "Europe/Bucharest"}, on the reader's clock, overnight if it
    ends before it begins. The end itself is not quiet.
    """
    moment = at
    for _step in range(MOST_WINDOWS_IN_A_ROW):
        ends = [end for window in windows if (end := _end_of(window, moment)) is not None]
        if not ends:
            break
        moment = max(ends)
    return moment


def _end_of(window: Mapping[str, str], at: datetime) -> datetime | None:
    zone = ZoneInfo(window["zone"])
    starts, ends = time.fromisoformat(window["from"]), time.fromisoformat(window["to"])
    today = at.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        last_day = day if starts < ends else day + timedelta(days=1)
        start = datetime.combine(day, starts, tzinfo=zone)
        # Of an hour that comes twice in autumn the second ends the night, so nobody is woken early.
        end = datetime.combine(last_day, ends, tzinfo=zone).replace(fold=1)
        if start <= at < end:
            return end.astimezone(at.tzinfo)
    return None
