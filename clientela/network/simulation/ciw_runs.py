"""A house as a Ciw network: departments are queues with shifts, waits for customers and others are nodes without hands.

Ciw (https://ciw.readthedocs.io, Palmer and others 2018) has no fork and join of its own. Here the fork is a node and
the join is the exit: whoever comes into the *waiting room* sends the requests it asks to their departments and stays;
whoever goes out through the *door* tells its parent, and the last one lets the parent out of the waiting room. Nobody
is at work while a department is closed: its shift has no servers then, what is begun is finished on the next day, and
`OpeningTime.after` says when that is.

Ciw's own nodes look at every node after every event and at every individual after every delay. That is what costs time
in a network of twenty nodes; see docs/decisions. These look only at the nodes that something happened to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import ciw

from clientela.network.simulation.drawing import LIE, WORK, Case, Drawing
from clientela.network.simulation.house import WEEK_HOURS, House
from clientela.network.simulation.opening import OpeningTime, shifts_of

NEVER = float("inf")
# Department, its case, when it joined the queue, when somebody took it, hours of work; is it the first time?
Visit = tuple[int, Case, float, float, float, bool]
# Who waited, on whose account in the end, since when, until when.
Wait = tuple[Case, int, float, float]


@dataclass(frozen=True, slots=True)
class Played:
    """All that happened in one run, on the house's clock. Who still waits for a person at the end has `begun` there."""

    end: float
    cases: tuple[Case, ...]  # all that were opened, children too
    visits: tuple[Visit, ...]
    waits: tuple[Wait, ...]
    openings: tuple[OpeningTime, ...]  # by the place of the department


def played(house: House, *, seed: int, weeks: int, first_week: int = 0, antithetic: bool = False) -> Played:
    """Draw and play so many weeks from an empty house. Changes and surges count weeks from `first_week`."""
    cases = Drawing(house, seed=seed, antithetic=antithetic).cases(weeks, first_week=first_week)
    run = HouseSimulation(house, cases, weeks=weeks, first_week=first_week)
    end = float(weeks * WEEK_HOURS)
    run.simulate_until_max_time(end)
    for place, node in enumerate(run.departments):
        for waiting in node.waiting():
            case = waiting.case
            run.visits.append((place, case, waiting.arrival_date, end, 0.0, waiting.place == 0))
    return Played(end, tuple(run.opened), tuple(run.visits), tuple(run.waits), tuple(run.openings))


class Individual(ciw.Individual):  # type: ignore[misc] # Ciw has no types
    """A case on its way."""

    case: Case
    place = 0  # the step it is at
    waits_since = 0.0


class DepartmentNode(ciw.Node):  # type: ignore[misc] # Ciw has no types
    """A department: Ciw's queue with priorities and a schedule; people finish what they have before they go."""

    servers: list[Any]

    def accept(self, next_individual: Individual) -> None:
        """As Ciw, without its records."""
        self.simulation.touched.append(self)
        next_individual.node = self.id_number
        self.individuals[next_individual.priority_class].append(next_individual)
        self.number_of_individuals += 1
        self.begin_service_if_possible_accept(next_individual)

    def get_service_time(self, ind: Individual) -> float:
        """Somebody takes it: until when, over the nights, is up to the opening hours."""
        simulation = self.simulation
        now: float = simulation.current_time
        place = self.id_number - 1
        hours = ind.case.steps[ind.place][1]
        simulation.visits.append((place, ind.case, ind.arrival_date, now, hours, ind.place == 0))
        wall_hours: float = simulation.openings[place].after(now, hours) - now
        return wall_hours

    def choose_next_customer(self) -> Individual | None:
        """The first that waits, by priority: Ciw's rule without making a list of everybody."""
        for line in self.individuals:
            for individual in line:
                if not individual.server:
                    found: Individual = individual
                    return found
        return None

    def waiting(self) -> Iterator[Individual]:
        """Who waits for a person."""
        return (individual for line in self.individuals for individual in line if not individual.server)

    def change_shift(self) -> None:
        """So many people are at work from now on; whoever is busy counts among them, or goes when they are done.

        Ciw would send all home and bring a full new shift, so that for a while there are up to twice as many.
        """
        self.schedule.get_next_shift()
        self.next_shift_change = self.schedule.next_shift_change_date
        self.c = self.schedule.c
        busy = [server for server in self.servers if server.busy]
        for number, server in enumerate(busy):
            server.offduty = number >= self.c
            server.shift_end = self.now
        self.servers = busy
        self.add_new_servers(max(0, self.c - len(busy)))
        self.begin_service_if_possible_change_shift()

    def write_individual_record(self, individual: Individual) -> None:
        """What is measured was noted when the work began."""

    def update_next_event_date(self) -> None:
        """The next who is done, or the next change of shift. Both at once: the shift first, as in Ciw."""
        first, who = NEVER, None
        for server in self.servers:
            if server.next_end_service_date < first:
                first, who = server.next_end_service_date, server.cust
        if self.next_shift_change <= first:
            self.next_event_date, self.next_event_type = self.next_shift_change, "shift_change"
        else:
            self.next_event_date, self.next_event_type = first, "end_service"
            self.next_individual = [who]


class Elsewhere(ciw.Node):  # type: ignore[misc] # Ciw has no types
    """Where cases lie, or wait for customers and dates: no hands, an end for each, the earliest first."""

    def __init__(self, id_: int, simulation: Any) -> None:
        super().__init__(id_, simulation)
        self._ends: list[tuple[float, int, Individual]] = []
        self._count = 0

    def accept(self, next_individual: Individual) -> None:
        """Stay for the hours of its step, in the working time of its department."""
        simulation = self.simulation
        simulation.touched.append(self)
        case = next_individual.case
        end = simulation.openings[case.department].after(simulation.current_time, case.steps[next_individual.place][1])
        self._count += 1
        heappush(self._ends, (end, self._count, next_individual))

    def have_event(self) -> None:
        """The earliest goes on."""
        _, _, individual = heappop(self._ends)
        self.next_node(individual).accept(individual)

    def update_next_event_date(self) -> None:
        """When the next goes on."""
        self.next_event_date = self._ends[0][0] if self._ends else NEVER


class WaitingRoom(ciw.Node):  # type: ignore[misc] # Ciw has no types
    """The fork: what comes in asks others and waits for the last of them. Nothing happens here by itself."""

    def accept(self, next_individual: Individual) -> None:
        """Ask the others, in the name of this one."""
        simulation = self.simulation
        case = next_individual.case
        next_individual.waits_since = simulation.current_time
        case.pending = len(case.children)
        simulation.waiting_in_room[case] = next_individual
        for child in case.children:
            simulation.begin(child)

    def come_back(self, case: Case, last_department: int) -> None:
        """The last it waited for is done."""
        simulation = self.simulation
        individual = simulation.waiting_in_room.pop(case)
        simulation.waits.append((case, last_department, individual.waits_since, simulation.current_time))
        self.next_node(individual).accept(individual)

    def update_next_event_date(self) -> None:
        """Nothing is due here."""


class Door(ciw.ExitNode):  # type: ignore[misc] # Ciw has no types
    """The join: whoever goes out hands over to the next department, or tells whoever waits for it."""

    simulation: "HouseSimulation"

    def accept(self, next_individual: Individual) -> None:
        """Go out."""
        simulation = self.simulation
        case = next_individual.case
        case.done_at = simulation.current_time
        self.number_of_individuals += 1
        if case.successor is not None:
            case.successor.parent = case.parent
            simulation.begin(case.successor)
            return
        parent = case.parent
        if parent is not None:
            parent.pending -= 1
            if parent.pending == 0:
                simulation.room.come_back(parent, case.department)


class Arrivals(ciw.ArrivalNode):  # type: ignore[misc] # Ciw has no types
    """Lets in the cases that were drawn, one after the other."""

    def initialise(self) -> None:
        """Look who is first."""
        self._coming = iter(self.simulation.drawn)
        self._look()

    def have_event(self) -> None:
        """Let them in."""
        self.simulation.begin(self._next)
        self._look()

    def _look(self) -> None:
        self._next: Case | None = next(self._coming, None)
        self.next_event_date = NEVER if self._next is None else self._next.opened_at


class BySteps(ciw.routing.NetworkRouting):  # type: ignore[misc] # Ciw has no types
    """The way of a case: its own steps, then the door."""

    def __init__(self) -> None:
        super().__init__([])

    def next_node(self, ind: Individual, _: int) -> Any:
        """Where its next step is done."""
        ind.place += 1
        simulation = self.simulation
        steps = ind.case.steps
        if ind.place == len(steps):
            return simulation.nodes[-1]
        what = steps[ind.place][0]
        if what == WORK:
            return simulation.departments[ind.case.department]
        return simulation.elsewhere if what == LIE else simulation.room


class HouseSimulation(ciw.Simulation):  # type: ignore[misc] # Ciw has no types
    """Ciw's engine over a house. After an event only the nodes that it touched are asked what comes next."""

    def __init__(self, house: House, cases: list[Case], *, weeks: int, first_week: int) -> None:
        self.drawn = cases
        self.openings = [OpeningTime(department.opens, weeks) for department in house.departments]
        self.touched: list[Any] = []
        self.visits: list[Visit] = []
        self.waits: list[Wait] = []
        self.opened: list[Case] = []
        self.waiting_in_room: dict[Case, Individual] = {}
        count = len(house.departments)
        self._priorities = sorted({stream.priority for stream in house.streams}) or [0]
        super().__init__(
            _network(house, self._priorities, weeks=weeks, first_week=first_week),
            node_class=[DepartmentNode] * count + [Elsewhere, WaitingRoom],
            arrival_node_class=Arrivals,
            exit_node_class=Door,
            individual_class=Individual,
        )
        self.departments: list[DepartmentNode] = self.transitive_nodes[:count]
        self.elsewhere: Elsewhere = self.transitive_nodes[count]
        self.room: WaitingRoom = self.transitive_nodes[count + 1]
        self.nodes[-1].simulation = self

    def begin(self, case: Case) -> None:
        """A case is opened now and joins the queue of its department."""
        case.opened_at = self.current_time
        self.opened.append(case)
        priority = self._priorities.index(case.priority)
        individual = Individual(len(self.opened), f"class {priority}", priority, simulation=self)
        individual.case = case
        self.departments[case.department].accept(individual)

    def event_and_return_nextnode(self, next_active_node: Any) -> Any:
        """As Ciw, but asking only the nodes that something happened to."""
        next_active_node.have_event()
        next_active_node.update_next_event_date()
        touched = self.touched
        while touched:
            touched.pop().update_next_event_date()
        return self.find_next_active_node()

    def find_next_active_node(self) -> Any:
        """The node whose event comes first; of several at once the first in line, where Ciw would throw dice."""
        soonest, found = NEVER, self.nodes[0]
        for node in self.active_nodes:
            if node.next_event_date < soonest:
                soonest, found = node.next_event_date, node
        return found

    def wrap_up_servers(self, current_time: float) -> None:
        """Use is counted from the visits."""


def _network(house: House, priorities: list[int], *, weeks: int, first_week: int) -> Any:
    """Ciw's description: a schedule for each department, then the two nodes without hands."""
    schedules = []
    for department in house.departments:
        shifts = shifts_of(department, weeks, first_week=first_week)
        ends = [start for start, _ in shifts[1:]] + [float(weeks * WEEK_HOURS)]
        schedules.append(ciw.Schedule([people for _, people in shifts], ends))
    nodes = len(schedules) + 2
    classes = [f"class {number}" for number in range(len(priorities))]
    return ciw.create_network(
        arrival_distributions={name: [None] * nodes for name in classes},
        service_distributions={name: [ciw.dists.Deterministic(0.0)] * nodes for name in classes},
        number_of_servers=[*schedules, NEVER, NEVER],
        priority_classes={name: number for number, name in enumerate(classes)},
        routing={name: BySteps() for name in classes},
    )
