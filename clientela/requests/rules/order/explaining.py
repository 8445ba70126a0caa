"""Why a request stands where it stands, and who wins and who loses by another policy: codes and figures, no words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clientela.requests.rules.order.scale import pace_of
from clientela.requests.rules.order.stakes import SAFETY, WAITED_LONGEST, Stake
from clientela.requests.rules.order.standing import Standing, Waiting


class PlaceReason(StrEnum):
    """What puts a request where it is. "Carried": not its own need does, but that of one that waits on it."""

    SAFETY = "safety"
    SAFETY_CARRIED = "safety_carried"
    WAITED_LONGEST = "waited_longest"
    WAITED_LONGEST_CARRIED = "waited_longest_carried"
    LATE = "late"  # its promise is broken, or can no longer be kept by working straight through
    LATE_CARRIED = "late_carried"
    DUE = "due"
    DUE_CARRIED = "due_carried"


@dataclass(frozen=True)
class Explanation:
    """The figures behind one place in a queue. Hours are working hours, costs are per hour of lateness."""

    request_id: int
    reason: PlaceReason
    because_of: int  # whose need the reason is about: the lead, or for safety and waiting the one that gives the tier
    tier: int
    lead_id: int
    path_ids: tuple[int, ...]  # from itself to the lead
    lead_cost_per_hour: float
    lead_factors: tuple[tuple[str, float], ...]  # what made the lead's cost; empty when not told
    lead_hours_left: float
    lead_slack_hours: float
    own_work_hours: float
    path_work_hours: float
    pressing: float  # exp(-slack⁺ / (k · p̄)): 1 when there is nothing to spare, towards 0 when there is time
    index: float  # lead cost / own work · pressing
    own_cost_per_hour: float
    carried_cost_per_hour: float
    carried: tuple[tuple[int, float], ...]  # each that waits on it with its cost, dearest first


@dataclass(frozen=True)
class PlaceChange:
    """A request's place in its queue (1 is next) under two policies."""

    request_id: int
    queue_id: int
    before: int
    after: int

    @property
    def gain(self) -> int:
        """How many places earlier; negative when later."""
        return self.before - self.after


def explained(
    request_id: int,
    standing: Standing,
    everybody: Mapping[int, Waiting],
    *,
    mean_work_hours: float,
    look_ahead: float,
    stakes: Mapping[int, Stake] | None = None,
) -> Explanation:
    """Why a request stands where it does. `everybody` must hold it and its carriers; `stakes` explain the costs."""
    own, lead = everybody[request_id], everybody[standing.lead_id]
    pressing = math.exp(
        -max(standing.lead_slack_hours, 0.0) / pace_of(mean_work_hours=mean_work_hours, look_ahead=look_ahead)
    )
    lead_stake = (stakes or {}).get(lead.id)
    reason, because_of = _reason(request_id, standing)
    return Explanation(
        request_id=request_id,
        reason=reason,
        because_of=because_of,
        tier=standing.tier,
        lead_id=lead.id,
        path_ids=standing.path_ids,
        lead_cost_per_hour=lead.cost_per_hour,
        lead_factors=() if lead_stake is None else lead_stake.factors,
        lead_hours_left=lead.hours_left,
        lead_slack_hours=standing.lead_slack_hours,
        own_work_hours=own.work_hours,
        path_work_hours=standing.path_work_hours,
        pressing=pressing,
        index=lead.cost_per_hour / own.work_hours * pressing,
        own_cost_per_hour=own.cost_per_hour,
        carried_cost_per_hour=standing.carried_cost_per_hour,
        carried=tuple((each, everybody[each].cost_per_hour) for each in standing.carriers),
    )


def in_order(urgencies: Mapping[int, float]) -> list[int]:
    """The ids, next first: by urgency, and of equals the one that was asked first."""
    return sorted(urgencies, key=lambda each: (-urgencies[each], each))


def compared_orders(
    before: Mapping[int, float], after: Mapping[int, float], *, queues: Mapping[int, Sequence[int]]
) -> tuple[PlaceChange, ...]:
    """Who wins and who loses between two policies: by queue, then by the place it would have.

    `before` and `after` are urgencies by request; `queues` say who stands in which queue (by provider, say).
    """
    changes = []
    for queue_id in sorted(queues):
        members = queues[queue_id]
        was = {each: place for place, each in enumerate(in_order({one: before[one] for one in members}), start=1)}
        would_be = in_order({one: after[one] for one in members})
        changes += [PlaceChange(each, queue_id, was[each], place) for place, each in enumerate(would_be, start=1)]
    return tuple(changes)


def _reason(request_id: int, standing: Standing) -> tuple[PlaceReason, int]:
    if standing.tier in (SAFETY, WAITED_LONGEST):
        is_own = standing.tier_id == request_id
        if standing.tier == SAFETY:
            return (PlaceReason.SAFETY if is_own else PlaceReason.SAFETY_CARRIED), standing.tier_id
        return (PlaceReason.WAITED_LONGEST if is_own else PlaceReason.WAITED_LONGEST_CARRIED), standing.tier_id
    is_own = standing.lead_id == request_id
    if standing.lead_slack_hours <= 0:
        return (PlaceReason.LATE if is_own else PlaceReason.LATE_CARRIED), standing.lead_id
    return (PlaceReason.DUE if is_own else PlaceReason.DUE_CARRIED), standing.lead_id
