"""The queues of one team: who is ready, and who is taken next by a rule. Ties go to who was ready first.

Each keeps what it needs so that a pick costs little however long the queue is. An entry that is no longer true stays
in its heap until it comes to the top, and is dropped there: each place has a version, and an old version is not true.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from math import exp, inf, log

from clientela.requests.rules.dispatch.knowing import Known
from clientela.requests.rules.dispatch.looking_ahead import NOBODY
from clientela.requests.rules.dispatch.turns import Rule, RuleName

DRIFT = 0.05  # the mean expected work of who waits is taken anew when it is off by more than this


class Queue(ABC):
    """Who is ready at one team."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.versions: dict[int, int] = {}  # of the places that wait
        self.latest = 0

    def __len__(self) -> int:
        return len(self.versions)

    def add(self, place: int, now: float) -> None:
        """Put in who is ready, or weigh anew who is in."""
        self.latest += 1
        self.versions[place] = self.latest
        self.enter(place, self.latest, now)

    def remove(self, place: int) -> None:
        """Take out this one."""
        del self.versions[place]
        self.leave(place)

    @abstractmethod
    def leave(self, place: int) -> None:
        """Forget what was kept for a place."""

    @abstractmethod
    def enter(self, place: int, version: int, now: float) -> None:
        """Keep what is needed to weigh it."""

    @abstractmethod
    def best(self, now: float) -> int:
        """Tell who is next."""


class Fixed(Queue):
    """By a figure that does not change while it waits, the smallest first."""

    def __init__(self, known: Known, name: RuleName) -> None:
        super().__init__(known)
        self.name = name
        self.heap: list[tuple[float, float, int, int]] = []

    def enter(self, place: int, version: int, now: float) -> None:  # noqa: ARG002 -- the figure does not depend on now
        """Keep its figure."""
        heappush(self.heap, (self.figure(place), self.known.ready_hours[place], place, version))

    def leave(self, place: int) -> None:
        """Its old figure drops out of the heap when it comes to the top."""

    def best(self, now: float) -> int:  # noqa: ARG002 -- the figure does not depend on now
        """Tell whose figure is smallest."""
        heap, versions = self.heap, self.versions
        while versions.get(heap[0][2]) != heap[0][3]:
            heappop(heap)
        return heap[0][2]

    def figure(self, place: int) -> float:
        """What the rule goes by."""
        known, name = self.known, self.name
        operation = known.operations[place]
        if name is RuleName.FCFS:
            return known.ready_hours[place]
        if name is RuleName.EDD:
            return known.due_hours[place]
        if name is RuleName.PRIORITY:
            return operation.priority
        if name is RuleName.WSJF:
            return -operation.cost_per_hour / known.expected_hours[place]
        carried = sum(known.operations[one].cost_per_hour for one in known.carried(place))
        return -carried / known.expected_hours[place]


class Pressing(Queue):
    """By apparent tardiness cost, of itself alone or the largest of all that it carries.

    In logarithms one term of an operation is log w − log p − max(L − now, 0) / h, with L the last moment to start and
    h the look-ahead times the mean work. Before L all terms rise alike, so their order stands still; after L a term
    stands still itself. So two heaps hold them, and nobody is weighed again at each pick. A term found in the first
    heap after its L was valued too high there, never too low, so it is enough to move it when it comes to the top.
    """

    def __init__(self, known: Known, rule: Rule, *, is_carrying: bool) -> None:
        super().__init__(known)
        self.rule = rule
        self.is_carrying = is_carrying
        self.terms: dict[int, list[tuple[float, float]]] = {}  # of each place: (log of w / p, L)
        self.rising: list[tuple[float, float, int, int, float, float]] = []
        self.standing: list[tuple[float, float, int, int]] = []
        self.expected_sum = 0.0
        self.span = 1.0  # h, in hours

    def enter(self, place: int, version: int, now: float) -> None:
        """Keep its terms."""
        if place not in self.terms:
            self.expected_sum += self.known.expected_hours[place]
        self.terms[place] = terms_of(self.known, place, is_carrying=self.is_carrying)
        self._push(place, version, now)

    def leave(self, place: int) -> None:
        """Forget its terms."""
        del self.terms[place]
        self.expected_sum -= self.known.expected_hours[place]

    def best(self, now: float) -> int:
        """Tell whose largest term is largest."""
        if len(self.versions) == 1:
            return next(iter(self.versions))
        self._follow_mean(now)
        versions, rising, standing = self.versions, self.rising, self.standing
        while rising:
            top = rising[0]
            if versions.get(top[2]) != top[3]:
                heappop(rising)
            elif top[4] <= now:
                heappop(rising)
                heappush(standing, (-top[5], top[1], top[2], top[3]))
            else:
                break
        while standing and versions.get(standing[0][2]) != standing[0][3]:
            heappop(standing)
        if not rising:
            return standing[0][2]
        if not standing:
            return rising[0][2]
        first, second = rising[0], standing[0]
        by_first = (first[0] - now / self.span, first[1], first[2])
        return first[2] if by_first <= second[:3] else second[2]

    def _push(self, place: int, version: int, now: float) -> None:
        ready = self.known.ready_hours[place]
        for weight, last_start in self.terms[place]:
            if last_start <= now:
                heappush(self.standing, (-weight, ready, place, version))
            else:
                heappush(self.rising, (last_start / self.span - weight, ready, place, version, last_start, weight))
        if not self.terms[place]:
            heappush(self.standing, (inf, ready, place, version))

    def _follow_mean(self, now: float) -> None:
        span = self.rule.pace_hours(len(self.versions), self.expected_sum)
        if abs(span - self.span) <= DRIFT * self.span:
            return
        self.span = span
        self.rising.clear()
        self.standing.clear()
        rising, standing, ready_hours = self.rising, self.standing, self.known.ready_hours
        for place, version in self.versions.items():
            ready = ready_hours[place]
            terms = self.terms[place]
            for weight, last_start in terms:
                if last_start <= now:
                    standing.append((-weight, ready, place, version))
                else:
                    rising.append((last_start / span - weight, ready, place, version, last_start, weight))
            if not terms:
                standing.append((inf, ready, place, version))
        heapify(rising)
        heapify(standing)


class Summed(Pressing):
    """By the sum of the apparent tardiness costs of all that it carries. Weighs everybody at each pick."""

    def best(self, now: float) -> int:
        """Tell whose sum is largest."""
        span = self.rule.pace_hours(len(self.versions), self.expected_sum)
        ready = self.known.ready_hours
        return min(self.terms, key=lambda place: (-self._sum(place, now, span), ready[place], place))

    def _push(self, place: int, version: int, now: float) -> None:
        """Nothing is kept in heaps here."""

    def _sum(self, place: int, now: float, span: float) -> float:
        logs = [weight - max(last_start - now, 0.0) / span for weight, last_start in self.terms[place]]
        if not logs:
            return -inf
        most = max(logs)
        return most + log(sum(exp(one - most) for one in logs))


def terms_of(known: Known, place: int, *, is_carrying: bool) -> list[tuple[float, float]]:
    """For itself, and if carrying for all that wait on it: (log of its cost by the own work, last moment to start)."""
    work = known.expected_hours[place]
    carried = known.carried(place) if is_carrying else {place: work}
    return [
        (log(known.operations[one].cost_per_hour / work), known.due_hours[one] - path)
        for one, path in carried.items()
        if known.operations[one].cost_per_hour > 0.0
    ]


class Guarded:
    """A queue with its guards: after so long the oldest first, and the oldest at every so-manieth pick."""

    def __init__(self, queue: Queue, rule: Rule) -> None:
        self.queue = queue
        self.longest_wait_hours = inf if rule.longest_wait_hours is None else rule.longest_wait_hours
        self.oldest_every = rule.oldest_every
        self.by_age: deque[int] = deque()
        self.picks = 0
        self.ahead: Callable[[float], int] | None = None  # tells who is next instead of the rule, or NOBODY

    def __len__(self) -> int:
        return len(self.queue.versions)

    def add(self, place: int, now: float) -> None:
        """Put in who is ready now."""
        self.by_age.append(place)
        self.queue.add(place, now)

    def weigh_again(self, place: int, now: float) -> None:
        """Somebody new waits on it."""
        if place in self.queue.versions:
            self.queue.add(place, now)

    def take(self, now: float) -> int:
        """Take out who is next: by the guards, else by looking ahead, else by the rule. NOBODY takes out nobody."""
        self.picks += 1
        place = self.due_by_guard(now)
        if place is None:
            place = self.queue.best(now) if self.ahead is None else self.ahead(now)
        if place == NOBODY:
            self.picks -= 1
        else:
            self.queue.remove(place)
        return place

    def due_by_guard(self, now: float) -> int | None:
        """Tell who must be taken now whatever the rule says, if anybody. Somebody must be ready."""
        queue, by_age = self.queue, self.by_age
        while by_age[0] not in queue.versions:
            by_age.popleft()
        oldest = by_age[0]
        has_waited = now - queue.known.ready_hours[oldest] >= self.longest_wait_hours
        return oldest if has_waited or (self.oldest_every and self.picks % self.oldest_every == 0) else None


def queue_of(known: Known, rule: Rule) -> Guarded:
    """Make an empty queue for a rule."""
    if rule.name is RuleName.CHAIN_SUM:
        return Guarded(Summed(known, rule, is_carrying=True), rule)
    if rule.name in {RuleName.ATC, RuleName.CHAIN}:
        return Guarded(Pressing(known, rule, is_carrying=rule.name is RuleName.CHAIN), rule)
    return Guarded(Fixed(known, rule.name), rule)
