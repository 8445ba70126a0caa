"""Looking ahead: play the rest through for each of the first few, with what is expected, and take what ends best.

The rule that chooses alone is the base. A plan is the base with a few choices made otherwise: the second in line, the
third, or nobody for now although somebody waits, because somebody more urgent is about to come. From the base the best
single change is taken, then the best one after it, as long as it helps and the number of plans allows. Only the first
choice of the best plan is acted upon; at the next one everything is looked at anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf

NOBODY = -1  # keep the hands free until something happens
BETTER = 1e-9  # a plan is better when it is so by more than rounding; of equals the first that was found is kept


@dataclass(frozen=True, slots=True)
class Foresight:
    """How far to look."""

    candidates: int = 3  # of those that wait at a team, how many from the top are thought of
    look_aheads: tuple[float, ...] = (2.0, 0.5, 8.0)  # the base rule with each of these; ties go to the first
    most_plans: int = 200  # so many plans are played through at most, for one choice
    may_hold_back: bool = True  # whether to keep hands free for somebody about to come is thought of

    def __post_init__(self) -> None:
        if self.candidates < 1 or self.most_plans < 1 or not self.look_aheads or min(self.look_aheads) <= 0.0:
            raise ValueError("Looking ahead needs a candidate, a plan and a look-ahead at least.")


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known in the moment of a choice, by place: 0 to n − 1 are the operations not yet done.

    Hours are counted from now. Whatever is in work ends when it may be expected to.
    """

    team_of: Sequence[int]
    work_hours: Sequence[float]  # expected
    due_hours: Sequence[float]
    late_cost: Sequence[float]  # of an hour of lateness; 0 for those on which somebody here waits
    terms: Sequence[Sequence[tuple[float, float]]]  # (log of w / p, last moment to start), as the base rule has them
    needed_by: Sequence[Sequence[int]]
    left: Sequence[int]  # how many things must be done or happen before it is ready
    ready: Sequence[Sequence[int]]  # of each team, in the order in which they became ready
    free: Sequence[int]  # hands of each team
    running: Sequence[tuple[float, int]]  # (hour of the end, place)
    mean_work_hours: Sequence[float]  # of each team: of who waits there
    settled: frozenset[int]  # teams that have chosen for this moment


def best_choice(situation: Situation, team: int, foresight: Foresight) -> int:
    """Tell the place to take now at this team, or NOBODY. Somebody must be ready there."""
    ready = situation.ready[team]
    if len(ready) == 1 and not (foresight.may_hold_back and _may_come(situation, team)):
        return ready[0]
    return _Search(situation, team, foresight).best()


def _may_come(situation: Situation, team: int) -> bool:
    """Whether anybody who is not ready belongs to this team, and something is under way that may bring it."""
    is_moving = bool(situation.running) or any(
        free > 0 and ready and other != team and other not in situation.settled
        for other, (free, ready) in enumerate(zip(situation.free, situation.ready, strict=True))
    )
    return is_moving and any(
        left > 0 and of == team for left, of in zip(situation.left, situation.team_of, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Played:
    """A plan that was played through."""

    cost: float
    first: int  # the place taken first, or NOBODY
    choices: list[int]  # at each choice how many others there were


def _rounded_cost(played: _Played) -> int:
    return round(played.cost / BETTER)


class _Search:
    """The search for the best plan from a situation."""

    def __init__(self, situation: Situation, team: int, foresight: Foresight) -> None:
        self.situation = situation
        self.team = team
        self.foresight = foresight
        self.plans_left = foresight.most_plans

    def best(self) -> int:
        """Play plans until nothing helps or none may be played any more."""
        bases = []
        for look_ahead in self.foresight.look_aheads[: self.foresight.most_plans]:
            paces = [look_ahead * mean for mean in self.situation.mean_work_hours]
            bases.append((paces, self._played(paces, {})))
        bases.sort(key=lambda base: base[1].cost)
        best = bases[0][1]
        if best.cost <= BETTER:
            return best.first
        # The choice to be made now comes before all later ones: they may not be reached.
        for paces, played in bases:
            for other in range(1, played.choices[0] + 1 if played.choices else 0):
                if self.plans_left > 0:
                    best = min(best, self._played(paces, {0: other}), key=_rounded_cost)
        for paces, played in bases:
            best = min(best, self._climbed(paces, played), key=_rounded_cost)
        return best.first

    def _climbed(self, paces: list[float], played: _Played) -> _Played:
        """From a base take the best change, and again, as long as one helps."""
        changes: dict[int, int] = {}
        while self.plans_left > 0 and played.cost > BETTER:
            step: tuple[dict[int, int], _Played] | None = None
            for number, others in enumerate(played.choices):
                for other in range(others + 1):
                    if other == changes.get(number, 0):
                        continue
                    if self.plans_left <= 0:
                        break
                    changed = {at: way for at, way in changes.items() if at < number} | {number: other}
                    tried = self._played(paces, changed)
                    if tried.cost < (played if step is None else step[1]).cost - BETTER:
                        step = (changed, tried)
            if step is None:
                break
            changes, played = step
        return played

    def _played(self, paces: list[float], changes: dict[int, int]) -> _Played:
        self.plans_left -= 1
        return _Play(self.situation, self.foresight, paces, changes).through(self.team)


class _Play:
    """One plan, played through. `changes`: at which choice which way to go; the base's own way is 0."""

    def __init__(self, situation: Situation, foresight: Foresight, paces: list[float], changes: dict[int, int]) -> None:
        self.situation = situation
        self.foresight = foresight
        self.paces = paces
        self.changes = changes
        self.left = list(situation.left)
        self.ready = [list(some) for some in situation.ready]
        self.free = list(situation.free)
        self.running = list(situation.running)
        heapify(self.running)
        self.blocked = [0] * len(self.free)  # of each team, how many are there and not ready yet
        for place, count in enumerate(self.left):
            if count > 0:
                self.blocked[situation.team_of[place]] += 1
        self.choices: list[int] = []
        self.later: Sequence[int] = ()  # teams that have yet to choose in this moment
        self.now = 0.0

    def through(self, first_team: int) -> _Played:
        """Play until nothing is in work; begin with the choice of one team."""
        every = range(len(self.free))
        others = [team for team in every if team != first_team and team not in self.situation.settled]
        self.later = others
        first = self._next(first_team)
        if first != NOBODY:
            self._start(first_team, first)
            self._fill(first_team)
        self._choose(others)
        cost = 0.0
        while self.running:
            cost += self._happen()
            self._choose(every)
        return _Played(cost, first, self.choices)

    def _choose(self, teams: Sequence[int]) -> None:
        """Let teams choose, one after the other."""
        for number, team in enumerate(teams, 1):
            if self.ready[team]:
                self.later = teams[number:]
                self._fill(team)

    def _fill(self, team: int) -> None:
        """Take as many as there are hands for, unless nobody is to be taken."""
        while self.free[team] > 0 and self.ready[team]:
            place = self._next(team)
            if place == NOBODY:
                return
            self._start(team, place)

    def _start(self, team: int, place: int) -> None:
        self.ready[team].remove(place)
        self.free[team] -= 1
        heappush(self.running, (self.now + self.situation.work_hours[place], place))

    def _happen(self) -> float:
        """Let the next thing be done, and what is done at the same time. Returns what its lateness costs."""
        situation, running, left = self.situation, self.running, self.left
        team_of = situation.team_of
        now = self.now = running[0][0]
        cost = 0.0
        while running and running[0][0] <= now:
            place = heappop(running)[1]
            self.free[team_of[place]] += 1
            cost += situation.late_cost[place] * max(now - situation.due_hours[place], 0.0)
            for above in situation.needed_by[place]:
                left[above] -= 1
                if not left[above]:
                    self.blocked[team_of[above]] -= 1
                    self.ready[team_of[above]].append(above)
        return cost

    def _next(self, team: int) -> int:
        """Tell whom this plan takes, or NOBODY."""
        queue = self.ready[team]
        others = min(len(queue), self.foresight.candidates) - 1
        can_hold = self.foresight.may_hold_back and self.blocked[team] > 0 and self._is_moving()
        way = 0
        if others or can_hold:
            way = self.changes.get(len(self.choices), 0)
            self.choices.append(others + can_hold)
        if way > others:
            return NOBODY
        return self._first(queue, self.paces[team]) if way == 0 else self._in_line(queue, self.paces[team], way)

    def _is_moving(self) -> bool:
        """Whether anything is in work, or will be before this moment is over: else nobody could be brought."""
        return bool(self.running) or any(self.free[team] > 0 and self.ready[team] for team in self.later)

    def _first(self, queue: list[int], pace: float) -> int:
        """Tell whom the base takes."""
        if len(queue) == 1:
            return queue[0]
        now, terms = self.now, self.situation.terms
        best, best_figure = queue[0], -inf
        for place in queue:
            for weight, last_start in terms[place]:
                figure = weight if last_start <= now else weight - (last_start - now) / pace
                if figure > best_figure:
                    best, best_figure = place, figure
        return best

    def _in_line(self, queue: list[int], pace: float, way: int) -> int:
        """Tell who is second, third and so on for the base."""
        figures = []
        for number, place in enumerate(queue):
            terms = self.situation.terms[place]
            figure = max((weight - max(last - self.now, 0.0) / pace for weight, last in terms), default=-inf)
            figures.append((-figure, number, place))
        return sorted(figures)[way][2]
