"""Queues that can be worked out on paper: Erlang C, and open networks after Jackson. The simulation is checked by them.

Sources: A. K. Erlang, Solution of some problems in the theory of probabilities (1917); J. R. Jackson, Networks of
waiting lines, Operations Research 5 (1957). Any unit of time will do, as long as it is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np


class OverloadedError(ValueError):
    """More comes in than can be done: the queue grows without end. `place` is the station, None where there is one."""

    def __init__(self, place: int | None = None) -> None:
        super().__init__("More comes in than can be done" + ("" if place is None else f" at station {place}"))
        self.place = place


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One station in its long run: Poisson arrivals, exponential work, one queue, first come, first served."""

    servers: int
    arrival_rate: float
    service_rate: float  # of one server
    wait_chance: float  # that an arrival has to wait
    queue_length: float  # mean number waiting, Lq
    wait: float  # mean until served, Wq, of all arrivals

    @property
    def use(self) -> float:
        """How much of their time the servers are busy, 0 to 1."""
        return self.arrival_rate / (self.servers * self.service_rate)

    @property
    def number(self) -> float:
        """Mean number there, waiting or served, L."""
        return self.queue_length + self.arrival_rate / self.service_rate

    def share_within(self, wait: float) -> float:
        """How many of all arrivals are served after at most this wait, 0 to 1."""
        spare = self.servers * self.service_rate - self.arrival_rate
        return 1 - self.wait_chance * exp(-spare * wait)


def erlang_c(*, servers: int, load: float) -> float:
    """The chance that an arrival has to wait; `load` is arrival rate × mean work, in Erlang.

    By the recurrence of Erlang B, which neither overflows nor loses digits. Raises OverloadedError from load = servers.
    """
    if load >= servers:
        raise OverloadedError
    if load <= 0:
        return 0.0
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def waiting_line(*, servers: int, arrival_rate: float, service_rate: float) -> WaitingLine:
    """An M/M/c queue in its long run. Raises OverloadedError."""
    chance = erlang_c(servers=servers, load=arrival_rate / service_rate)
    wait = chance / (servers * service_rate - arrival_rate)
    return WaitingLine(servers, arrival_rate, service_rate, chance, wait * arrival_rate, wait)


@dataclass(frozen=True, slots=True)
class Network:
    """Stations that send on to each other, in their long run."""

    stations: tuple[WaitingLine, ...]
    number: float  # mean number in the whole network, L
    stay: float  # mean from coming in until going out, W


def jackson_network(
    *,
    arrival_rates: Sequence[float],
    service_rates: Sequence[float],
    routing: Sequence[Sequence[float]],
    servers: Sequence[int] | None = None,
) -> Network:
    """An open network: what comes in from outside, and `routing[i][j]`, the chance that j follows i.

    Single servers unless `servers` says otherwise. Raises OverloadedError with the station, and ValueError where what
    comes in can never leave.
    """
    count = len(arrival_rates)
    flow = np.eye(count) - np.asarray(routing, dtype=float).T
    if abs(np.linalg.det(flow)) < 1e-12:  # noqa: PLR2004 - zero, but for rounding
        raise ValueError("What comes in can never leave.")
    rates = np.linalg.solve(flow, np.asarray(arrival_rates, dtype=float))
    stations = []
    for place in range(count):
        try:
            stations.append(
                waiting_line(
                    servers=servers[place] if servers else 1,
                    arrival_rate=float(rates[place]),
                    service_rate=service_rates[place],
                )
            )
        except OverloadedError:
            raise OverloadedError(place) from None
    number = sum(station.number for station in stations)
    return Network(tuple(stations), number, number / sum(arrival_rates))
