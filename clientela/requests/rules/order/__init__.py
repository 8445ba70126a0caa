"""Whose need goes first: the written policy, what a late hour costs, and the order along the chains. Pure."""

from clientela.requests.rules.order.explaining import (
    Explanation,
    PlaceChange,
    PlaceReason,
    compared_orders,
    explained,
    in_order,
)
from clientela.requests.rules.order.link_plan import CircleInLinksError, LinkPlan, link_plan
from clientela.requests.rules.order.neighbourhood import Neighbourhood, hanging_together, reranked
from clientela.requests.rules.order.policy import (
    BOUNDS,
    GROUP_BOUNDS,
    PolicyProblemError,
    PolicyStatement,
    StakePolicy,
    policy_as_json,
    policy_from_json,
    policy_statements,
)
from clientela.requests.rules.order.ranking import urgencies
from clientela.requests.rules.order.scale import TIER_STEP, pace_of
from clientela.requests.rules.order.stakes import (
    PRICED,
    SAFETY,
    WAITED_LONGEST,
    Stake,
    StakeFacts,
    has_waited_longest,
    stake_of,
    tier_of,
)
from clientela.requests.rules.order.standing import CircleInOrderError, Standing, Waiting, standing_of, waiting_on

__all__ = [
    "BOUNDS",
    "GROUP_BOUNDS",
    "PRICED",
    "SAFETY",
    "TIER_STEP",
    "WAITED_LONGEST",
    "CircleInLinksError",
    "CircleInOrderError",
    "Explanation",
    "LinkPlan",
    "Neighbourhood",
    "PlaceChange",
    "PlaceReason",
    "PolicyProblemError",
    "PolicyStatement",
    "Stake",
    "StakeFacts",
    "StakePolicy",
    "Standing",
    "Waiting",
    "compared_orders",
    "explained",
    "hanging_together",
    "has_waited_longest",
    "in_order",
    "link_plan",
    "pace_of",
    "policy_as_json",
    "policy_from_json",
    "policy_statements",
    "reranked",
    "stake_of",
    "standing_of",
    "tier_of",
    "urgencies",
    "waiting_on",
]
