"""The usual week of each department on the house's clock: when it is open, and how many people work then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from clientela.network.simulation.fitting.rows import DeedRow, DepartmentRow, HistoryRows
from clientela.network.simulation.house import WEEK_HOURS, WEEK_MINUTES, Assumption, Department

SATURDAY = 5
DAY_HOURS = 24


def departments_of(rows: HistoryRows) -> tuple[tuple[Department, ...], list[Assumption]]:
    """Every department, with what had to be assumed about its people."""
    zone = ZoneInfo(rows.zone)
    deeds: dict[int, list[DeedRow]] = defaultdict(list)
    for deed in rows.deeds:
        deeds[deed.department_id].append(deed)
    found, assumed = [], []
    for row in rows.departments:
        opens = opening_of(row, zone, rows.until)
        if deeds[row.id]:
            people = _people_seen(deeds[row.id], zone, row.members)
            assumed.append(Assumption("people_counted", {"department": row.id, "people": _usual(people, opens)}))
        else:
            people = (max(1, row.members),) * WEEK_HOURS
            assumed.append(Assumption("people_from_members", {"department": row.id, "people": people[0]}))
        found.append(Department(row.id, opens, people))
    return tuple(found), assumed


def hour_of_week(moment: datetime, zone: ZoneInfo) -> int:
    """0 to 167 on the wall of the house."""
    local = moment.astimezone(zone)
    return local.weekday() * DAY_HOURS + local.hour


def opening_of(row: DepartmentRow, zone: ZoneInfo, at: datetime) -> tuple[tuple[int, int], ...]:
    """The department's windows on the house's clock, as the two zones stand to each other at that moment."""
    if row.windows is None:
        return ((0, WEEK_MINUTES),)
    there = at.astimezone(ZoneInfo(row.zone)).utcoffset()
    here = at.astimezone(zone).utcoffset()
    ahead = 0 if there is None or here is None else int((here - there).total_seconds()) // 60
    is_open = np.zeros(WEEK_MINUTES, dtype=bool)
    for start, end in row.windows:
        is_open[np.arange(start + ahead, end + ahead) % WEEK_MINUTES] = True
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_open, [False]))))
    return tuple((int(start), int(end)) for start, end in edges.reshape(-1, 2))


def _people_seen(deeds: Sequence[DeedRow], zone: ZoneInfo, members: int) -> tuple[int, ...]:
    """How many different people did something, on average over the hours of that kind in which anybody did.

    Hours of one kind: the same hour of the day, on working days, on Saturdays or on Sundays. At least one person, at
    most as many as belong to the department.
    """
    people: dict[tuple[int, int, int, int], set[int]] = defaultdict(set)
    for deed in deeds:
        local = deed.at.astimezone(zone)
        people[local.year, local.month, local.day, local.hour].add(deed.person_id)
    counts: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (year, month, day, hour), seen in people.items():
        counts[_kind(datetime(year, month, day, tzinfo=zone).weekday()), hour].append(len(seen))
    usual = float(np.mean([count for row in counts.values() for count in row]))
    return tuple(
        _whole(counts, _kind(hour // DAY_HOURS), hour % DAY_HOURS, usual, members) for hour in range(WEEK_HOURS)
    )


def _kind(weekday: int) -> int:
    return max(weekday, SATURDAY - 1)


def _whole(counts: Mapping[tuple[int, int], Sequence[int]], kind: int, hour: int, usual: float, members: int) -> int:
    # An hour seen a few times only leans on the usual one.
    seen = counts.get((kind, hour), ())
    mean = (sum(seen) + 5 * usual) / (len(seen) + 5)
    return max(1, min(round(mean), members or round(mean)))


def _usual(people: Sequence[int], opens: Sequence[tuple[int, int]]) -> float:
    minutes = [people[minute // 60] for start, end in opens for minute in range(start, end)]
    return round(float(np.mean(minutes)), 2) if minutes else 0.0
