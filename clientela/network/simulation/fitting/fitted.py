"""Fitting a house. This room's only way to what is heavy to load: nothing imports it but who is about to fit."""

from clientela.network.simulation.fitting.calibrating import calibrated
from clientela.network.simulation.fitting.coming import streams_of
from clientela.network.simulation.fitting.past import past_of
from clientela.network.simulation.fitting.rows import HistoryRows, NothingToFitError
from clientela.network.simulation.fitting.seeing import seen_in
from clientela.network.simulation.fitting.week import departments_of
from clientela.network.simulation.fitting.works import services_of
from clientela.network.simulation.house import House


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
