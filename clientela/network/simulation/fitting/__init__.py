"""A house fitted from the plain rows of its history, with what had to be assumed."""

from clientela.network.simulation.fitting.calibrating import calibrated
from clientela.network.simulation.fitting.coming import streams_of
from clientela.network.simulation.fitting.past import past_of
from clientela.network.simulation.fitting.rows import (
    DeedRow,
    DepartmentRow,
    HistoryRows,
    LegLike,
    LegRow,
    ServiceRow,
)
from clientela.network.simulation.fitting.seeing import seen_in
from clientela.network.simulation.fitting.week import departments_of
from clientela.network.simulation.fitting.works import services_of
from clientela.network.simulation.house import House

__all__ = [
    "DeedRow",
    "DepartmentRow",
    "HistoryRows",
    "LegLike",
    "LegRow",
    "NothingToFitError",
    "ServiceRow",
    "house_from_history",
]


class NothingToFitError(ValueError):
    """The history says too little: no request in it ended, or it spans less than a week."""


def house_from_history(rows: HistoryRows) -> House:
    """Fit a house. Raises NothingToFitError. Takes seconds: it plays the house a few times to find the hands-on work.

    What could not be fitted, and what was assumed instead, stands in `House.assumptions`.
    """
    past = past_of(rows)
    if past.weeks < 1 or not any(past.ended.values()):
        raise NothingToFitError
    departments, about_people = departments_of(rows)
    services, about_work = services_of(past, rows)
    streams, rhythms = streams_of(past, rows)
    seen, seen_services = seen_in(past, rows)
    return calibrated(
        House(
            departments=departments,
            services=services,
            streams=streams,
            rhythms=rhythms,
            assumptions=(*past.assumed, *about_people, *about_work),
            seen=seen,
            seen_services=seen_services,
        )
    )
