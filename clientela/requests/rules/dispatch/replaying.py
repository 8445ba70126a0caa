"""A replay: the same arrivals and the same work, taken in the order of a rule. Pure event simulation, no chance in it.

Whatever happens at the same moment has all happened before anybody is taken: first what is finished, then what
arrives, then who comes and goes. Then each team, by its name, takes as many as it has hands for.
"""

from collections.abc import Sequence
from functools import partial
from heapq import heappop, heappush
from math import inf

import numpy as np

from clientela.requests.rules.dispatch.knowing import Known
from clientela.requests.rules.dispatch.looking_ahead import NOBODY, Foresight, best_choice
from clientela.requests.rules.dispatch.operations import Learner, NeverReadyError, Operation, Team, UnknownNeedError
from clientela.requests.rules.dispatch.outcomes import Outcome
from clientela.requests.rules.dispatch.queues import Guarded, queue_of
from clientela.requests.rules.dispatch.situations import situation_of
from clientela.requests.rules.dispatch.turns import Rule, RuleName

CARRYING = frozenset({RuleName.CHAIN, RuleName.CHAIN_SUM, RuleName.WSJF_CARRIED})


def replayed(
    operations: Sequence[Operation],
    work_hours: Sequence[float],
    teams: Sequence[Team],
    rule: Rule,
    *,
    learner: Learner | None = None,
) -> Outcome:
    """Play the operations through the teams by the rule.

    `work_hours` is what each will really take, in the order of the operations; the rule never sees it, the learner
    when it is done. Raises UnknownNeedError, NeverReadyError, and ValueError for work that cannot be.
    """
    if len(work_hours) != len(operations):
        raise ValueError(f"There are {len(operations)} operations and {len(work_hours)} works.")
    if not all(0.0 <= work < inf for work in work_hours):
        raise ValueError("Work is a finite number of hours, not negative.")
    return _Replay(operations, work_hours, teams, rule, learner).played()


class _Replay:
    """The state of one replay."""

    def __init__(
        self,
        operations: Sequence[Operation],
        work_hours: Sequence[float],
        teams: Sequence[Team],
        rule: Rule,
        learner: Learner | None,
    ) -> None:
        self.known = Known(operations, unpromised_hours=rule.unpromised_hours)
        self.work_hours = work_hours
        self.learner = learner
        self.is_carrying = rule.name in CARRYING
        by_name = sorted(teams, key=lambda team: team.name)
        places = {team.name: place for place, team in enumerate(by_name)}
        try:
            self.team_of = [places[operation.team] for operation in operations]
        except KeyError as gone:
            raise UnknownNeedError(f"An operation belongs to team {gone.args[0]}, which is not there.") from None
        self.queues: list[Guarded] = [queue_of(self.known, rule) for _ in by_name]
        self.free = [team.servers for team in by_name]
        self.servers = [team.servers for team in by_name]
        self.changes = sorted(
            (hour, place, servers) for place, team in enumerate(by_name) for hour, servers in team.timetable
        )
        # Its own arrival and each that must be done first: at none left it is ready. Only what it comes after keeps it
        # unknown.
        self.left = [
            1 + len(self.known.needs[place]) + len(self.known.after[place]) for place in range(len(operations))
        ]
        self.unknown = [1 + len(after) for after in self.known.after]
        self.start_hours = [inf] * len(operations)
        self.end_hours = [inf] * len(operations)
        self.order: list[int] = []
        self.foresight = rule.foresight
        self.present: dict[int, None] = {}  # only for looking ahead: who is there and not done, in order of coming
        self.settled: set[int] = set()  # teams that have chosen for this moment
        if rule.foresight is not None:
            for team, queue in enumerate(self.queues):
                queue.ahead = partial(self._looked_ahead, rule.foresight, team)

    def played(self) -> Outcome:
        """Let everything happen."""
        operations = self.known.operations
        arrivals = sorted((operation.arrives_hours, place) for place, operation in enumerate(operations))
        arrivals.append((inf, -1))
        changes = [*self.changes, (inf, -1, 0)]
        running: list[tuple[float, int]] = []
        holding: set[int] = set()  # teams that keep hands free although somebody waits
        next_arrival = next_change = 0
        queues, free, team_of = self.queues, self.free, self.team_of
        while True:
            now = min(arrivals[next_arrival][0], changes[next_change][0], running[0][0] if running else inf)
            if now == inf:
                break
            touched = set()
            while running and running[0][0] <= now:
                place = heappop(running)[1]
                free[team_of[place]] += 1
                touched.add(team_of[place])
                self._finish(place, now, touched)
            while arrivals[next_arrival][0] <= now:
                self._come(arrivals[next_arrival][1], now, touched)
                next_arrival += 1
            while changes[next_change][0] <= now:
                _, team, servers = changes[next_change]
                free[team] += servers - self.servers[team]
                self.servers[team] = servers
                touched.add(team)
                next_change += 1
            if holding:
                touched |= holding
                holding.clear()
            self.settled.clear()
            for team in sorted(touched) if len(touched) > 1 else touched:
                queue = queues[team]
                waiting = queue.queue.versions
                while free[team] > 0 and waiting:
                    place = queue.take(now)
                    if place == NOBODY:
                        holding.add(team)
                        break
                    free[team] -= 1
                    self.order.append(place)
                    self.start_hours[place] = now
                    end = now + self.work_hours[place]
                    self.end_hours[place] = end
                    heappush(running, (end, place))
                self.settled.add(team)
        return self._outcome()

    def _come(self, place: int, now: float, touched: set[int]) -> None:
        self.unknown[place] -= 1
        if not self.unknown[place]:
            self._learn_of(place, now)
        self._count_down(place, now, touched)

    def _finish(self, place: int, now: float, touched: set[int]) -> None:
        known = self.known
        known.is_done[place] = True
        self.present.pop(place, None)
        if self.learner is not None:
            self.learner.learn(known.operations[place], self.work_hours[place])
        for follower in known.followed_by[place]:
            self.unknown[follower] -= 1
            if not self.unknown[follower]:
                self._learn_of(follower, now)
            self._count_down(follower, now, touched)
        for above in known.needed_by[place]:
            self._count_down(above, now, touched)

    def _learn_of(self, place: int, now: float) -> None:
        """From now on everybody knows that it is there."""
        known = self.known
        known.is_there[place] = True
        if self.foresight is not None:
            self.present[place] = None
        if self.learner is not None:
            known.expected_hours[place] = self.learner.expected_hours(known.operations[place])
        if self.is_carrying and known.needs[place]:
            for below in known.waited_on_by(place):
                self.queues[self.team_of[below]].weigh_again(below, now)

    def _looked_ahead(self, foresight: Foresight, team: int, now: float) -> int:
        """Tell whom looking ahead takes, or NOBODY."""
        present = list(self.present)
        situation = situation_of(
            self.known,
            now,
            present=present,
            team_of=self.team_of,
            left=self.left,
            start_hours=self.start_hours,
            queues=self.queues,
            free=self.free,
            settled=frozenset(self.settled),
        )
        choice = best_choice(situation, team, foresight)
        return NOBODY if choice == NOBODY else present[choice]

    def _count_down(self, place: int, now: float, touched: set[int]) -> None:
        self.left[place] -= 1
        if not self.left[place]:
            self.known.ready_hours[place] = now
            self.queues[self.team_of[place]].add(place, now)
            touched.add(self.team_of[place])

    def _outcome(self) -> Outcome:
        operations = self.known.operations
        if len(self.order) < len(operations):
            never = [operation.id for operation, end in zip(operations, self.end_hours, strict=True) if end == inf]
            raise NeverReadyError(never)
        return Outcome(
            operations,
            np.array(self.known.ready_hours),
            np.array(self.start_hours),
            np.array(self.end_hours),
            np.array(self.order, dtype=np.int64),
        )
