"""Nothing waits for ever: departments that work by the order alone, against streams made to starve somebody."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.requests.rules.order import (
    StakeFacts,
    StakePolicy,
    Waiting,
    has_waited_longest,
    in_order,
    stake_of,
    tier_of,
)
from tests.rules.requests.order.houses import ranked

FLOOR_HOURS = 20.0
POLICY = StakePolicy(longest_wait_hours=FLOOR_HOURS)


@dataclass(frozen=True)
class Asked:
    """A request that comes to the department."""

    at: float
    work_hours: float
    facts: StakeFacts
    due_in: float = 8.0


@dataclass
class Desk:
    """One department with one agent, who always takes what the order says."""

    policy: StakePolicy
    has_floor: bool = True
    open: dict[int, Asked] = field(default_factory=dict)
    began: dict[int, float] = field(default_factory=dict)
    picks: list[tuple[float, int, frozenset[int]]] = field(default_factory=list)

    def house(self, now: float) -> dict[int, Waiting]:
        found = {}
        for each, asked in self.open.items():
            stake, waited = stake_of(self.policy, asked.facts), now - asked.at
            is_past = self.has_floor and has_waited_longest(self.policy, waited_hours=waited)
            found[each] = Waiting(
                id=each,
                cost_per_hour=stake.cost_per_hour,
                tier=tier_of(self.policy, stake, waited_hours=waited) if self.has_floor else stake.tier,
                hours_left=asked.due_in - waited,
                work_hours=asked.work_hours,
                waited_hours=waited,
                is_past_floor=is_past,
            )
        return found

    def pick(self, now: float) -> int:
        first = in_order(ranked(self.house(now)))[0]
        self.picks.append((now, first, frozenset(self.open)))
        self.began[first] = now
        del self.open[first]
        return first


def played(stream: Sequence[Asked], *, has_floor: bool = True) -> Desk:
    """The stream worked through by one agent, to the last."""
    desk, now, come = Desk(POLICY, has_floor), 0.0, 0
    stream = sorted(stream, key=lambda asked: asked.at)
    while come < len(stream) or desk.open:
        while come < len(stream) and stream[come].at <= now:
            desk.open[come] = stream[come]
            come += 1
        if desk.open:
            now += stream[desk.pick(now)].work_hours
        else:
            now = stream[come].at
    return desk


DEAR = StakeFacts(is_complaint=True, people_affected=50, stops_work=True)


def starving_stream() -> list[Asked]:
    """Ten hours of dear requests, then such that fill 95 % of the time for 300 hours; early on one long cheap one."""
    lying = [Asked(at=0.0, work_hours=0.5, facts=DEAR, due_in=0.25) for _ in range(20)]
    coming = [Asked(at=0.5 * each, work_hours=0.475, facts=DEAR, due_in=0.25) for each in range(1, 600)]
    return [*lying, *coming, Asked(at=1.1, work_hours=6.0, facts=StakeFacts(), due_in=400.0)]


def waits(desk: Desk, stream: Sequence[Asked]) -> list[float]:
    stream = sorted(stream, key=lambda asked: asked.at)
    return [desk.began[each] - asked.at for each, asked in enumerate(stream)]


def test_a_cheap_request_would_starve_by_price_alone_and_does_not_by_the_policy() -> None:
    stream = starving_stream()
    assert max(waits(played(stream, has_floor=False), stream)) > 180
    # Past the floor it goes by who asked first, so only the ten hours that lay there can still go before.
    assert max(waits(played(stream), stream)) < FLOOR_HOURS + 10


@pytest.mark.parametrize("seed", range(6))
def test_with_a_stable_load_nobody_waits_much_longer_than_the_floor_and_the_busy_time_before_it(seed: int) -> None:
    draws = np.random.default_rng(seed)
    moments = np.cumsum(draws.exponential(1.0, 400))
    works = draws.exponential(0.9, 400)
    stream = [
        Asked(
            at=float(at),
            work_hours=max(float(work), 0.05),
            facts=StakeFacts(people_affected=int(draws.integers(1, 200)), touches_safety=bool(draws.random() < 0.03)),
            due_in=float(draws.choice((1.0, 8.0, 300.0))),
        )
        for at, work in zip(moments, works, strict=True)
    ]
    desk = played(stream)
    longest_by_turns = longest_first_come(stream)
    # Who is past the floor goes by who asked first: that is at most what first come, first served would have taken,
    # the safety of others, and the piece of work that was begun.
    safety = math.fsum(asked.work_hours for asked in stream if asked.facts.touches_safety)
    most_work = max(asked.work_hours for asked in stream)
    assert max(waits(desk, stream)) <= FLOOR_HOURS + longest_by_turns + safety + most_work


def longest_first_come(stream: Sequence[Asked]) -> float:
    free, longest = 0.0, 0.0
    for asked in stream:
        longest = max(longest, free - asked.at)
        free = max(free, asked.at) + asked.work_hours
    return longest


STREAMS = st.lists(
    st.builds(
        Asked,
        at=st.floats(0, 60),
        work_hours=st.floats(0.25, 12),
        facts=st.builds(
            StakeFacts, people_affected=st.integers(1, 500), touches_safety=st.integers(0, 9).map(lambda one: one == 0)
        ),
        due_in=st.floats(0, 300),
    ),
    min_size=2,
    max_size=25,
)


@given(STREAMS)
@settings(max_examples=60)
def test_past_the_floor_only_safety_and_who_asked_before_goes_before(stream: list[Asked]) -> None:
    in_turn = sorted(stream, key=lambda asked: asked.at)
    for now, taken, waiting in played(stream).picks:
        for passed in waiting - {taken}:
            if now - in_turn[passed].at < FLOOR_HOURS:
                continue
            is_safety = in_turn[taken].facts.touches_safety
            is_earlier = in_turn[taken].at <= in_turn[passed].at
            assert is_earlier or (is_safety and not in_turn[passed].facts.touches_safety)


def test_safety_past_its_floor_goes_before_safety_that_presses_more() -> None:
    safety = StakeFacts(touches_safety=True)
    lying = [Asked(0.0, 0.5, safety, due_in=0.1) for _ in range(20)]
    coming = [Asked(0.5 * each, 0.475, safety, due_in=0.1) for each in range(1, 300)]
    stream = [*lying, *coming, Asked(1.1, 6.0, safety, due_in=900.0)]
    assert max(waits(played(stream, has_floor=False), stream)) > 120
    assert max(waits(played(stream), stream)) < FLOOR_HOURS + 10
