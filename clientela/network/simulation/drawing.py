"""Everything that chance decides, drawn before a run: who asks what when, how long it takes, whom it asks in turn.

A run then only has to play it. The same seed draws the same cases for a house with more people or fewer, so that two
houses are compared on the same days (common random numbers): every stream and every path down a chain has a generator
of its own, and what a question adds is drawn beside, never in between. Antithetic runs take 1 − u for every u.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from clientela.network.simulation.house import DEEPEST, WEEK_HOURS, Ask, Delay, Floats, House, Service, Stream, Surge

LARGEST_UNIFORM = 1.0 - 2.0**-53
MOST_HAND_OVERS = 200

WORK, LIE, ASK = 0, 1, 2
Step = tuple[int, float]  # what, and hours of it (working hours of the case's department; none for ASK)


class Case:
    """A request that will be made: its steps at one department, and what follows from them."""

    __slots__ = (
        "children",
        "department",
        "done_at",
        "opened_at",
        "parent",
        "paused_hours",
        "pending",
        "priority",
        "root_side",
        "service",
        "steps",
        "successor",
        "waited_hours",
    )

    def __init__(self, service: int, department: int, steps: tuple[Step, ...], paused_hours: float) -> None:
        self.service = service  # its place in the house's services
        self.department = department  # its place in the house's departments
        self.steps = steps
        self.paused_hours = paused_hours  # of its promise's clock, waiting for the customer or a date
        self.waited_hours = 0.0  # for other departments; known when it was played
        self.priority = 0
        self.root_side = ""  # inside or outside: who asked; "" when a department asked on behalf of another request
        self.opened_at = 0.0
        self.done_at: float | None = None
        self.parent: Case | None = None
        self.children: tuple[Case, ...] = ()
        self.pending = 0  # children that are not done
        self.successor: Case | None = None  # who takes over when this department has done its part


@dataclass(frozen=True, slots=True)
class _Chance:
    """Uniform numbers that belong to one seed."""

    seed: int
    is_antithetic: bool

    def drawn(self, name: str, count: int, width: int) -> Floats:
        """`count` rows of `width` numbers. A longer draw of the same name begins with the shorter one."""
        numbers = np.random.default_rng((self.seed, crc32(name.encode()))).random((count, width))
        return np.minimum(1.0 - numbers, LARGEST_UNIFORM) if self.is_antithetic else numbers


class Drawing:
    """Draws the cases of a house for one seed."""

    def __init__(self, house: House, *, seed: int, antithetic: bool = False) -> None:
        self._house = house
        self._chance = _Chance(seed, antithetic)
        self._service_places = {service.key: place for place, service in enumerate(house.services)}
        self._department_places = {department.id: place for place, department in enumerate(house.departments)}
        self._cumulated = {name: np.concatenate(([0.0], np.cumsum(weights))) for name, weights in house.rhythms.items()}

    def cases(self, weeks: int, *, first_week: int = 0) -> list[Case]:
        """What customers ask within so many weeks, by time of asking, with all that will be asked on its behalf.

        The surges of streams count weeks from `first_week` (the weeks before are the warm-up).
        """
        found: list[Case] = []
        for stream in self._house.streams:
            name = f"{stream.side}/{stream.service}"
            moments = self._moments(stream, name, stream.a_week, weeks)
            moments = self._thinned(moments, stream.surges, name, first_week)
            found += self._of_stream(stream, name, moments)
            for place, surge in enumerate(stream.surges):
                if surge.factor > 1:
                    extra = f"{name}+{place}"
                    moments = self._moments(stream, extra, stream.a_week * (surge.factor - 1), weeks)
                    found += self._of_stream(stream, extra, moments[_within(moments, surge, first_week)])
        found.sort(key=lambda case: case.opened_at)
        return found

    def _moments(self, stream: Stream, name: str, a_week: float, weeks: int) -> Floats:
        """Arrivals of a Poisson process whose rate follows the week: unit gaps, bent to the rhythm."""
        if a_week <= 0:
            return np.empty(0)
        expected = a_week * weeks
        count = int(expected + 8 * np.sqrt(expected) + 30)
        gaps = -np.log1p(-self._chance.drawn(f"{name}/when", count, 1)[:, 0])
        passed = np.cumsum(gaps) / a_week  # in weeks of even rhythm
        passed = passed[passed < weeks]
        whole = np.floor(passed)
        shares = self._cumulated[stream.rhythm]
        within = np.interp((passed - whole) * shares[-1], shares, np.arange(WEEK_HOURS + 1.0))
        bent: Floats = whole * WEEK_HOURS + within
        return bent

    def _thinned(self, moments: Floats, surges: Sequence[Surge], name: str, first_week: int) -> Floats:
        """Where less comes in than usual, leave some out by chance."""
        for place, surge in enumerate(surges):
            if surge.factor < 1:
                kept = self._chance.drawn(f"{name}-{place}", len(moments), 1)[:, 0] < surge.factor
                moments = moments[kept | ~_within(moments, surge, first_week)]
        return moments

    def _of_stream(self, stream: Stream, name: str, moments: Floats) -> list[Case]:
        cases = self._of_service(self._service_places[stream.service], name, len(moments), hop=0, hand_overs=0)
        for case, moment in zip(cases, moments.tolist(), strict=True):
            case.opened_at = moment
            case.root_side = stream.side
            _mark(case, stream.priority)
        return cases

    def _of_service(self, place: int, path: str, count: int, *, hop: int, hand_overs: int) -> list[Case]:
        """So many cases of one service, on one path down the chains."""
        if count == 0:
            return []
        service = self._house.services[place]
        uniform = self._chance.drawn(path, count, 8 + len(service.asks))
        hands = service.hands.drawn(uniform[:, 0])
        lying = _delayed(service.lying, uniform[:, 1], uniform[:, 2])
        paused = _delayed(service.customer, uniform[:, 3], uniform[:, 4])
        dated = _delayed(service.date, uniform[:, 5], uniform[:, 6])
        children = self._asked(service, path, uniform[:, 8:], hop=hop)
        department = self._department_places[service.department_id]
        paused_hours = np.zeros(count)
        if "customer" in service.pauses:
            paused_hours = paused_hours + paused
        if "date" in service.pauses:
            paused_hours = paused_hours + dated
        rows = zip(hands.tolist(), (lying + paused + dated).tolist(), paused_hours.tolist(), children, strict=True)
        cases = [_case(place, department, service.first_share, row) for row in rows]
        self._hand_over(service, cases, path, uniform[:, 7], hop=hop, hand_overs=hand_overs)
        return cases

    def _asked(self, service: Service, path: str, uniform: Floats, *, hop: int) -> list[list[Case]]:
        found: list[list[Case]] = [[] for _ in range(len(uniform))]
        if hop >= DEEPEST:
            return found
        for number, ask in enumerate(service.asks):
            asking = np.flatnonzero(uniform[:, number] < ask.share).tolist()
            below = self._below(ask, path, ">", len(asking), hop=hop + 1, hand_overs=0)
            for index, child in zip(asking, below, strict=True):
                found[index].append(child)
        return found

    def _hand_over(
        self, service: Service, cases: list[Case], path: str, uniform: Floats, *, hop: int, hand_overs: int
    ) -> None:
        if hand_overs >= MOST_HAND_OVERS:
            return
        low = 0.0
        for ask in service.handed_over:
            over = np.flatnonzero((uniform >= low) & (uniform < low + ask.share)).tolist()
            low += ask.share
            taken = self._below(ask, path, "»", len(over), hop=hop, hand_overs=hand_overs + 1)
            for index, successor in zip(over, taken, strict=True):
                cases[index].successor = successor

    def _below(self, ask: Ask, path: str, sign: str, count: int, *, hop: int, hand_overs: int) -> list[Case]:
        place = self._service_places[ask.service]
        return self._of_service(place, f"{path}{sign}{ask.service}", count, hop=hop, hand_overs=hand_overs)


def _case(place: int, department: int, first_share: float, row: tuple[float, float, float, list[Case]]) -> Case:
    hands, lying, paused_hours, children = row
    if not children and lying <= 0:
        return Case(place, department, ((WORK, hands),), paused_hours)
    steps: list[Step] = [(WORK, hands * first_share)]
    if children:
        steps.append((ASK, 0.0))
    if lying > 0:
        steps.append((LIE, lying))
    if first_share < 1:
        steps.append((WORK, hands * (1 - first_share)))
    case = Case(place, department, tuple(steps), paused_hours)
    case.children = tuple(children)
    for child in children:
        child.parent = case
    return case


def _mark(case: Case, priority: int) -> None:
    """What is asked on behalf of a case has its priority, all the way down."""
    if not priority:
        return
    case.priority = priority
    for child in case.children:
        _mark(child, priority)
    if case.successor is not None:
        _mark(case.successor, priority)


def _delayed(delay: Delay, whether: Floats, how_long: Floats) -> Floats:
    if delay.share <= 0:
        return np.zeros(len(whether))
    return np.where(whether < delay.share, delay.hours.drawn(how_long), 0.0)


def _within(moments: Floats, surge: Surge, first_week: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    since = (surge.from_week + first_week) * WEEK_HOURS
    until = float("inf") if surge.until_week is None else (surge.until_week + first_week) * WEEK_HOURS
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (moments >= since) & (moments < until)
    return found
