"""At which moments of a log a forecast is made, and by what it is learned."""

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.forecasts import Asked
from clientela.requests.rules.replays.events import Events

YOUNGEST_HOURS = 0.25  # ages are told apart by their doubling, from a quarter of an hour on


def asked_of(events: Events, hours: NDArray[np.float64]) -> tuple[Asked, NDArray[np.int32]]:
    """Ask at every event but the last of its case, in the order of time; with the team that has the case then.

    Learned by what happened (with its transition), the age of the case, the team, and the priority, each within the
    one before. The events are sorted by case and moment; `hours` are the working hours of their moments.
    """
    changes = events.case[1:] != events.case[:-1]
    is_first, is_last = np.r_[True, changes], np.r_[changes, True]
    case = np.cumsum(is_first) - 1
    age = hours - hours[is_first][case]
    what = events.activity.astype(np.int64) * (len(events.transitions) + 1) + events.transition + 1
    levels = [np.zeros(len(events), dtype=np.int64)]
    for column in (
        what,
        np.floor(np.log2(np.maximum(age, YOUNGEST_HOURS))).astype(np.int64) + 3,
        events.team.astype(np.int64) + 1,
        events.priority.astype(np.int64) + 1,
    ):
        _, group = np.unique(levels[-1] * (int(column.max(initial=0)) + 1) + column, return_inverse=True)
        levels.append(group.astype(np.int64))
    chosen = np.flatnonzero(~is_last)
    chosen = chosen[np.argsort(hours[chosen], kind="stable")]
    asked = Asked(
        at_hours=hours[chosen],
        case=case[chosen],
        end_hours=hours[is_last][case[chosen]],
        log_end_hours=float(hours.max(initial=0.0)),
        levels=tuple(level[chosen] for level in levels),
    )
    return asked, events.team[chosen]
