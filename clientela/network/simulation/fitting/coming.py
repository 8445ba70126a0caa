"""What comes in, of what, from whom, in which hours of the week."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import numpy as np

from clientela.network.simulation.fitting.past import Past, key_of
from clientela.network.simulation.fitting.rows import HistoryRows
from clientela.network.simulation.fitting.week import hour_of_week
from clientela.network.simulation.fitting.works import name_of
from clientela.network.simulation.house import SIDES, WEEK_HOURS, Floats, Side, Stream

LEAN = 60  # so many arrivals of the whole side count beside a department's own
EVENLY = 5


def streams_of(past: Past, rows: HistoryRows) -> tuple[tuple[Stream, ...], Mapping[str, tuple[float, ...]]]:
    """One stream for each service of each department and side, and the rhythms of the week by name."""
    zone = ZoneInfo(rows.zone)
    counts: Counter[tuple[Side, str]] = Counter()
    departments: dict[str, int] = {}
    by_side: dict[str, Floats] = {side: np.full(WEEK_HOURS, EVENLY / WEEK_HOURS) for side in SIDES}
    by_department: dict[tuple[str, int], Floats] = defaultdict(lambda: np.zeros(WEEK_HOURS))
    for leg in past.roots:
        side: Side = "outside" if leg.side == "outside" else "inside"
        key = name_of(key_of(leg))
        departments[key] = leg.provider_id
        counts[side, key] += 1
        hour = hour_of_week(leg.started_at, zone)
        by_side[side][hour] += 1
        by_department[side, leg.provider_id][hour] += 1
    rhythms: dict[str, tuple[float, ...]] = {}
    for (side_name, department_id), seen in sorted(by_department.items()):
        usual = by_side[side_name] / by_side[side_name].sum()
        weights = seen + LEAN * usual
        rhythms[f"{side_name}:{department_id}"] = tuple(float(weight) for weight in weights / weights.sum())
    streams = (
        Stream(side, key, count / past.weeks, f"{side}:{departments[key]}")
        for (side, key), count in sorted(counts.items())
    )
    return tuple(streams), rhythms
