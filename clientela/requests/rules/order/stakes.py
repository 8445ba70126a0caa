"""What a late hour of one request costs, by the written policy, and what of it has no price."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from clientela.requests.rules.order.policy import StakePolicy

PRICED: Final = 0
WAITED_LONGEST: Final = 1
SAFETY: Final = 2


@dataclass(frozen=True)
class StakeFacts:
    """What a policy may look at. `side`: "inside" or "outside"; groups are those of the customer."""

    side: str = "inside"
    is_complaint: bool = False
    people_affected: int = 1
    touches_safety: bool = False
    stops_work: bool = False
    group_ids: Collection[int] = ()


@dataclass(frozen=True)
class Stake:
    """What a late hour costs, what made it so, and whether it has a price at all.

    The base cost times all factors is the cost. Factors that change nothing are left out. Codes: inside, outside,
    complaint, people, stops_work, group:ID, and most or least, when all together passed the policy's bound.
    """

    cost_per_hour: float
    factors: tuple[tuple[str, float], ...]
    tier: int  # SAFETY or PRICED; having waited too long comes with time: see `tier_of`


def stake_of(policy: StakePolicy, facts: StakeFacts) -> Stake:
    """The stake of one request. Raises ValueError for a side that is none, or fewer than one person affected."""
    if facts.side not in ("inside", "outside"):
        raise ValueError(f"A request is inside or outside, not {facts.side!r}.")
    if facts.people_affected < 1:
        raise ValueError("Somebody is affected: people_affected must be at least 1.")
    factors = [(facts.side, policy.inside_factor if facts.side == "inside" else policy.outside_factor)]
    if facts.is_complaint:
        factors.append(("complaint", policy.complaint_factor))
    factors.append(("people", policy.people_factor_at_ten ** math.log10(facts.people_affected)))
    if facts.stops_work:
        factors.append(("stops_work", policy.stops_work_factor))
    groups = [(policy.group_factors[each], -each) for each in facts.group_ids if each in policy.group_factors]
    if groups:
        largest, minus_id = max(groups)
        factors.append((f"group:{-minus_id}", largest))
    product = math.prod(factor for _, factor in factors)
    bound = min(max(product, 1 / policy.most_factor), policy.most_factor)
    if bound != product:
        factors.append(("most" if bound < product else "least", bound / product))
    told = tuple((code, factor) for code, factor in factors if factor != 1.0)
    return Stake(policy.base_cost * bound, told, SAFETY if facts.touches_safety else PRICED)


def tier_of(policy: StakePolicy, stake: Stake, *, waited_hours: float) -> int:
    """The tier of a request that has itself waited so many working hours at its own provider."""
    if stake.tier == PRICED and has_waited_longest(policy, waited_hours=waited_hours):
        return WAITED_LONGEST
    return stake.tier


def has_waited_longest(policy: StakePolicy, *, waited_hours: float) -> bool:
    """Whether a request has waited as long as the policy lets anything wait."""
    return waited_hours >= policy.longest_wait_hours
