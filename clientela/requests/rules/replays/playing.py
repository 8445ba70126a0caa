"""A log played through the dispatcher: its arrivals, its work, one rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.dispatch import Operation, Rule, RuleName, Team, replayed
from clientela.requests.rules.forecasts import RunningExpectation
from clientela.requests.rules.replays.promising import promised_stays
from clientela.requests.rules.replays.staffing import Staffing
from clientela.requests.rules.replays.stays import Work

OUTSIDE = "\x00outside"  # who waits for somebody outside waits there, and never in a queue
UNPROMISED_HOURS = 1e9
MOST_VISITS = 4


@dataclass(frozen=True)
class Played:
    """What one rule did: when each operation could be worked, was begun and done; when each case ended."""

    ready_hours: NDArray[np.float64]
    start_hours: NDArray[np.float64]
    end_hours: NDArray[np.float64]
    case_end_hours: NDArray[np.float64]
    order: NDArray[np.int64]  # the operations in the order in which they were begun


class World:
    """What is the same for every rule: the operations, the hands, and what lateness costs."""

    def __init__(self, work: Work, staffing: Staffing, cost: NDArray[np.float64], rank: NDArray[np.int32]) -> None:
        self.work = work
        self.staffing = staffing
        self.cost = cost
        self.rank = rank
        self.case_of = np.repeat(np.arange(len(work.case)), np.diff(work.first))
        self.visit = np.minimum(np.arange(len(work.team)) - work.first[self.case_of], MOST_VISITS)
        self.last = work.first[1:] - 1
        # The waiting for somebody outside up to each operation, from the start of its case: no promise runs meanwhile.
        total = np.cumsum(work.delay_hours)
        before = np.concatenate([[0.0], total])[work.first[:-1]]
        self.delay_so_far = total - before[self.case_of]

    @cached_property
    def levels(self) -> list[list[int]]:
        """The groups by which work is expected: hands, team, what it was when it came, priority, visit."""
        work = self.work
        # Hands first: the pace of one team says nothing of another's.
        columns = [work.team, work.kind, self.rank[self.case_of], self.visit]
        key = self.staffing.team.astype(np.int64)
        levels = [key.tolist()]
        for column in columns:
            key = key * (int(column.max(initial=0)) + 1) + column
            _, places = np.unique(key, return_inverse=True)
            key = places.astype(np.int64)
            levels.append(key.tolist())
        return levels

    @cached_property
    def rest_hours(self) -> NDArray[np.float64]:
        """For each operation the work that may be expected of its case after it, by cases that had ended in the log.

        Known when the case comes. At the pace of the team where the case is now.
        """
        work, hours = self.work, self.staffing.hours
        after = np.cumsum(hours)
        after = after[self.last][self.case_of] - after
        running = RunningExpectation([level for place, level in enumerate(self.levels) if place in (0, 1, 2)])
        rest = np.zeros(len(work.team))
        waiting: list[tuple[float, int]] = []
        has_learned = False
        for case, came in enumerate(work.arrives_hours.tolist()):
            while waiting and waiting[0][0] < came:
                done = heappop(waiting)[1]
                has_learned = True
                for place in range(work.first[done], work.first[done + 1]):
                    running.learn(place, float(after[place]))
            if has_learned:
                for place in range(work.first[case], work.first[case + 1]):
                    rest[place] = running.expected(place)
            heappush(waiting, (float(work.last_hours[case]), case))
        return rest

    @cached_property
    def teams(self) -> list[Team]:
        """Everybody with hands, and who waits outside."""
        named = [Team(f"{number}", hands) for number, hands in enumerate(self.staffing.hands)]
        return [*named, Team(OUTSIDE, 1_000_000_000)]

    @cached_property
    def real(self) -> NDArray[np.int64]:
        """For each operation its place among what is given to the dispatcher."""
        is_delayed = (self.work.delay_hours > 0) & (self.visit > 0)
        return np.asarray(np.arange(len(self.work.team)) + np.cumsum(is_delayed), dtype=np.int64)

    def work_hours(self) -> list[float]:
        """What each really takes, waits outside among them."""
        hours: list[float] = []
        for own, delay, visit in zip(
            self.staffing.hours.tolist(), self.work.delay_hours.tolist(), self.visit.tolist(), strict=True
        ):
            if delay > 0 and visit > 0:
                hours.append(delay)
            hours.append(own)
        return hours

    def operations(self, due: NDArray[np.float64], *, is_looking_on: bool) -> list[Operation]:
        """Everything that is dispatched. `due` is each case's promise (NaN: none), before any waiting outside.

        `is_looking_on`: who has more to go through is taken as due the sooner, by the work to be expected after it.
        """
        work, real = self.work, self.real.tolist()
        needs = self._needs()
        due_here = due[self.case_of] + self.delay_so_far
        if is_looking_on:
            due_here = due_here - self.rest_hours
        operations: list[Operation] = []
        for place, (case, team, visit, delay, moment) in enumerate(
            zip(
                self.case_of.tolist(), self.staffing.team.tolist(), self.visit.tolist(),
                work.delay_hours.tolist(), due_here.tolist(), strict=True,
            )
        ):  # fmt: skip
            arrives = float(work.arrives_hours[case])
            after: tuple[int, ...] = ()
            if visit:
                after = (real[place - 1],)
                if delay > 0:
                    operations.append(
                        Operation(len(operations), OUTSIDE, arrives, cost_per_hour=0.0, due_hours=None, after=after)
                    )
                    after = (len(operations) - 1,)
            else:
                arrives += delay
            operations.append(
                Operation(
                    len(operations), f"{team}", arrives,
                    due_hours=None if moment != moment else moment,  # noqa: PLR0124 -- not a number is not itself
                    cost_per_hour=float(self.cost[case]), priority=int(self.rank[case]),
                    needs=tuple(real[one] for one in needs.get(place, ())), after=after,
                )
            )  # fmt: skip
        return operations

    def _needs(self) -> dict[int, list[int]]:
        """For each operation the last operations of the cases that were asked on its behalf.

        A case that came while its parent was there is waited for by the first stay of the parent that begins after it
        came, or else by the parent's last. A parent that came later than its child waits for nothing: so no circle.
        """
        work = self.work
        needs: dict[int, list[int]] = {}
        for case in np.flatnonzero(work.parent >= 0).tolist():
            parent = int(work.parent[case])
            if parent >= case:
                continue
            since, until = int(work.first[parent]), int(work.first[parent + 1])
            later = np.flatnonzero(work.at_hours[since:until] >= work.arrives_hours[case])
            place = since + int(later[0]) if len(later) else until - 1
            needs.setdefault(place, []).append(int(self.last[case]))
        return needs

    def played(self, due: NDArray[np.float64], rule: Rule, *, work_hours: Sequence[float] | None = None) -> Played:
        """Play everything by one rule."""
        is_looking_on = rule.name is RuleName.CHAIN
        operations = self.operations(due, is_looking_on=is_looking_on)
        learner = _Learner(self, operations)
        outcome = replayed(operations, work_hours or self.work_hours(), self.teams, rule, learner=learner)
        real = self.real
        end = outcome.end_hours[real]
        back = np.full(len(operations), -1, dtype=np.int64)
        back[real] = np.arange(len(real))
        order = back[outcome.order]
        return Played(outcome.ready_hours[real], outcome.start_hours[real], end, end[self.last], order[order >= 0])

    def promises(self, base: Played, *, share: float) -> NDArray[np.float64]:
        """Give each case a due moment, from how long earlier cases took under the rule that `base` was played by."""
        work = self.work
        stay = base.case_end_hours - work.arrives_hours - self.delay_so_far[self.last]
        first = work.team[work.first[:-1]].tolist()
        groups = [((), (team,), (team, rank)) for team, rank in zip(first, self.rank.tolist(), strict=True)]
        told = promised_stays(work.arrives_hours, base.case_end_hours, stay, groups, share=share)
        return work.arrives_hours + told


class _Learner:
    """What the dispatcher may expect of an operation: what was learned from those done before, and nothing else."""

    def __init__(self, world: World, operations: Sequence[Operation]) -> None:
        self.places = {int(one): place for place, one in enumerate(world.real.tolist())}
        self.running = RunningExpectation(world.levels)
        del operations

    def expected_hours(self, operation: Operation, /) -> float:
        """Say what work to expect of it."""
        place = self.places.get(operation.id)
        return 1.0 if place is None else self.running.expected(place)

    def learn(self, operation: Operation, work_hours: float, /) -> None:
        """Take in what it took."""
        place = self.places.get(operation.id)
        if place is not None:
            self.running.learn(place, work_hours)


OnRule = Callable[[str], None]
