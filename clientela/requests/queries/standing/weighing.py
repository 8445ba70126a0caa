"""Open requests as `rules.order` takes them: what a late hour costs, how much time and work are left."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from clientela.directory import queries as directory
from clientela.kernel.journal import thing
from clientela.promises.queries import TimeLeft, WorkingHours, working_hours
from clientela.requests.queries.standing.reading import Basis, OpenRequest
from clientela.requests.rules import State
from clientela.requests.rules.order import (
    Stake,
    StakeFacts,
    StakePolicy,
    Waiting,
    has_waited_longest,
    stake_of,
    tier_of,
)
from clientela.requests.rules.turns import (
    SECONDS_AN_HOUR,
    ExpectedWork,
    answer_owed,
    deciding_promise,
    expected_work,
    with_answers,
)

# Who waits for somebody outside the house is not kept waiting by it.
STANDING_STILL = frozenset({State.WAITING_CUSTOMER, State.WAITING_DATE})
TimesLeft = Mapping[str, Sequence[TimeLeft]]


@dataclass(frozen=True)
class Weighed:
    """An open request with everything that its place is reckoned from. Hours are working hours."""

    request: OpenRequest
    stake: Stake
    waiting: Waiting
    promise: TimeLeft | None  # by which it is ranked
    answer: TimeLeft | None  # what it owes on the way
    work: ExpectedWork
    waited_hours: float  # at its department, without what it waited for the customer or for a date


def groups_for(policy: StakePolicy, requests: Collection[OpenRequest]) -> dict[int, frozenset[int]]:
    """The groups of each customer that the policy looks at. One statement, none if it looks at no group."""
    if not policy.group_factors or not requests:
        return {}
    return directory.groups_by_party({one.customer_id for one in requests}, among=policy.group_factors)


def hours_for(
    requests: Mapping[int, OpenRequest], *, at: datetime, policy: StakePolicy, times: TimesLeft
) -> WorkingHours:
    """The hours of the house, if anything about these requests is counted by them. Three statements, or none."""
    is_asked = any(
        _may_have_waited(one, at=at, least=policy.longest_wait_hours)
        or deciding_promise(times.get(thing("request", one.id), ())) is None
        for one in requests.values()
    )
    return working_hours() if is_asked else WorkingHours({})


def weighed(
    requests: Mapping[int, OpenRequest],
    *,
    at: datetime,
    policy: StakePolicy,
    times: TimesLeft,
    hours: WorkingHours,
    groups: Mapping[int, frozenset[int]],
) -> dict[int, Weighed]:
    """Each request weighed by the policy. `times`: what is left of its open promises, by subject."""
    stakes: dict[tuple[object, ...], Stake] = {}
    found = {}
    for one in requests.values():
        of_groups = groups.get(one.customer_id, frozenset())
        told = (one.side, one.is_complaint, one.people_affected, one.touches_safety, one.stops_work, of_groups)
        if told not in stakes:
            stakes[told] = stake_of(policy, StakeFacts(*told))
        found[one.id] = _weighed(
            one, stakes[told], at=at, policy=policy, hours=hours, owed=times.get(thing("request", one.id), ())
        )
    return found


def answered_urgencies(rows: Sequence[Weighed], urgencies: Sequence[float], basis: Basis) -> list[float]:
    """The urgencies of `rules.order`, raised where an answer is owed sooner."""
    figures = with_answers(
        urgencies,
        cost_per_hour=[one.waiting.cost_per_hour for one in rows],
        work_hours=[one.waiting.work_hours for one in rows],
        answer_hours_left=[np.nan if one.answer is None else one.answer.seconds_left / SECONDS_AN_HOUR for one in rows],
        mean_work_hours=basis.mean_work_hours,
        look_ahead=basis.policy.look_ahead,
    )
    return [float(figure) for figure in figures]


def _weighed(
    one: OpenRequest, stake: Stake, *, at: datetime, policy: StakePolicy, hours: WorkingHours, owed: Sequence[TimeLeft]
) -> Weighed:
    promise = deciding_promise(owed)
    if promise is not None:
        hours_left = promise.seconds_left / SECONDS_AN_HOUR
    else:
        passed = hours.seconds_between(one.provider_id, one.opened_at, at)
        hours_left = policy.unpromised_hours - passed / SECONDS_AN_HOUR
    work = expected_work(one.learned, worked_seconds=one.worked_seconds)
    waited = _waited_hours(one, at=at, least=policy.longest_wait_hours, hours=hours)
    return Weighed(
        request=one,
        stake=stake,
        waiting=Waiting(
            id=one.id,
            cost_per_hour=stake.cost_per_hour,
            tier=tier_of(policy, stake, waited_hours=waited),
            hours_left=hours_left,
            work_hours=work.hours,
            needs=one.needs,
            waited_hours=max((at - one.opened_at).total_seconds(), 0) / SECONDS_AN_HOUR,
            is_past_floor=has_waited_longest(policy, waited_hours=waited),
        ),
        promise=promise,
        answer=answer_owed(owed),
        work=work,
        waited_hours=waited,
    )


def _waited_hours(one: OpenRequest, *, at: datetime, least: float, hours: WorkingHours) -> float:
    """How long it has waited, as far as that can be as much as `least`; else 0, which saves reading the calendar."""
    if not _may_have_waited(one, at=at, least=least):
        return 0.0
    stood = hours.seconds_between(one.provider_id, one.since_at, at) - one.stood_seconds
    return max(stood, 0) / SECONDS_AN_HOUR


def _may_have_waited(one: OpenRequest, *, at: datetime, least: float) -> bool:
    """Working time is never longer than real time."""
    return one.state not in STANDING_STILL and (at - one.since_at).total_seconds() >= least * SECONDS_AN_HOUR
